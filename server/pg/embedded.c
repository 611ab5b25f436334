/* SPDX-License-Identifier: Apache-2.0 */
/* The private cluster.
 * - first start: initdb (UTF8, C.UTF-8), then a database; later starts reuse it
 * - killed before: what is left running is stopped first (pg_ctl), a stale pid file is pg_ctl's to judge
 * - a second instance: refused by the lock on <dir>/postgres/lock
 * - as root: the cluster belongs to and runs as user postgres; the server itself stays what it is */
#include "server/pg/embedded.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <grp.h>
#include <libpq-fe.h>
#include <pwd.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "server/core/log.h"

struct embedded {
    char base[512], bin[512], data[560], log[560], sockets[108];
    int lock;
    uid_t uid;
    gid_t gid;
    bool switch_user;
};

static int run(const struct embedded *e, const char *program, ...) {
    char path[1100];
    char *argv[24] = {path};
    int n = 1;
    snprintf(path, sizeof path, "%s/%s", e->bin, program);
    va_list ap;
    va_start(ap, program);
    for (char *a; n < 23 && (a = va_arg(ap, char *)) != NULL;) argv[n++] = a;
    va_end(ap);
    pid_t pid = fork();
    if (pid == 0) {
        setsid(); /* a Ctrl-C at the server's terminal must not reach the database first */
        int null = open("/dev/null", O_RDWR);
        dup2(null, 0);
        dup2(null, 1);
        if (e->switch_user && (setgid(e->gid) != 0 || initgroups("postgres", e->gid) != 0 || setuid(e->uid) != 0))
            _exit(126);
        if (chdir("/") != 0) _exit(126);
        /* nothing of ours: PG* variables, HOME, and systemd's NOTIFY_SOCKET, to which PostgreSQL would say READY for us */
        clearenv();
        setenv("PATH", "/usr/bin:/bin", 1);
        setenv("HOME", e->base, 1);
        setenv("LC_ALL", "C.UTF-8", 1);
        sigset_t none;
        sigemptyset(&none);
        sigprocmask(SIG_SETMASK, &none, NULL);
        signal(SIGPIPE, SIG_DFL);
        execv(path, argv);
        _exit(127);
    }
    int status = -1;
    while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR) continue;
    return pid > 0 && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static int find_bin(struct embedded *e, char *err, size_t err_size) {
    glob_t g;
    int found = glob("/usr/lib/postgresql/*/bin/initdb", 0, NULL, &g) == 0 && g.gl_pathc > 0;
    if (found) {
        snprintf(e->bin, sizeof e->bin, "%s", g.gl_pathv[g.gl_pathc - 1]);
        *strrchr(e->bin, '/') = '\0';
    } else {
        snprintf(err, err_size,
                 "no PostgreSQL is installed; install the package postgresql-15, or set database.url to use yours");
    }
    globfree(&g);
    return found ? 0 : -1;
}

static void paths(struct embedded *e, const char *directory) {
    snprintf(e->base, sizeof e->base, "%.500s/postgres", directory);
    snprintf(e->data, sizeof e->data, "%s/data", e->base);
    snprintf(e->log, sizeof e->log, "%s/log", e->base);
    /* a socket's path has 107 bytes at most */
    unsigned long h = 5381;
    for (const char *p = e->base; *p != '\0'; p++) h = h * 33 + (unsigned char)*p;
    if (strlen(e->base) < 80)
        snprintf(e->sockets, sizeof e->sockets, "%.100s", e->base);
    else
        snprintf(e->sockets, sizeof e->sockets, "/tmp/vouchsafe-%lx", h);
}

static void conninfo_of(const struct embedded *e, char *out, size_t size) {
    snprintf(out, size, "host='%s' port=5432 user=vouchsafe dbname=vouchsafe", e->sockets);
}

static int own(const struct embedded *e, const char *path) {
    if (mkdir(path, 0700) != 0 && errno != EEXIST) return -1;
    return e->switch_user ? chown(path, e->uid, e->gid) : 0;
}

static int create_database(const struct embedded *e, char *err, size_t err_size) {
    char conninfo[600];
    snprintf(conninfo, sizeof conninfo, "host='%s' port=5432 user=vouchsafe dbname=postgres", e->sockets);
    PGconn *c = PQconnectdb(conninfo);
    PGresult *r = PQexec(c, "create database vouchsafe");
    const char *state = PQresultErrorField(r, PG_DIAG_SQLSTATE);
    int ok = PQresultStatus(r) == PGRES_COMMAND_OK || (state != NULL && strcmp(state, "42P04") == 0);
    if (!ok) snprintf(err, err_size, "the private database can't be made: %s", PQerrorMessage(c));
    PQclear(r);
    PQfinish(c);
    return ok ? 0 : -1;
}

static int prepare(struct embedded *e, const char *directory, char *err, size_t err_size) {
    struct passwd *pw = geteuid() == 0 ? getpwnam("postgres") : NULL;
    e->switch_user = pw != NULL;
    if (pw != NULL) {
        e->uid = pw->pw_uid;
        e->gid = pw->pw_gid;
    }
    paths(e, directory);
    char lock[600];
    snprintf(lock, sizeof lock, "%s/lock", e->base);
    if (own(e, e->base) != 0 || own(e, e->sockets) != 0 ||
        (e->lock = open(lock, O_RDWR | O_CREAT | O_CLOEXEC, 0600)) < 0) {
        snprintf(err, err_size, "can't write %s: %s", e->base, strerror(errno));
        return -1;
    }
    if (flock(e->lock, LOCK_EX | LOCK_NB) != 0) {
        snprintf(err, err_size, "another vouchsafed looks after the database in %s; stop it first", e->base);
        return -1;
    }
    return 0;
}

struct embedded *embedded_start(const char *directory, char *conninfo, size_t conninfo_size, char *err,
                                size_t err_size) {
    struct embedded *e = calloc(1, sizeof *e);
    if (e == NULL) return NULL;
    e->lock = -1;
    char version[600], options[400];
    struct stat st;
    if (find_bin(e, err, err_size) < 0 || prepare(e, directory, err, err_size) < 0) goto failed;
    snprintf(version, sizeof version, "%s/PG_VERSION", e->data);
    if (stat(version, &st) != 0) {
        log_info("database_init", "directory=%s", log_quote(e->data));
        if (run(e, "initdb", "-D", e->data, "-U", "vouchsafe", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8",
                "--no-instructions", NULL) != 0) {
            snprintf(err, err_size, "initdb failed in %s; remove that directory and start again", e->data);
            goto failed;
        }
    }
    if (run(e, "pg_ctl", "-D", e->data, "status", NULL) == 0)
        run(e, "pg_ctl", "-D", e->data, "-w", "-m", "fast", "stop", NULL); /* left over */
    snprintf(options, sizeof options,
             "-c listen_addresses='' -c unix_socket_directories='%s' -c unix_socket_permissions=0700", e->sockets);
    if (run(e, "pg_ctl", "-D", e->data, "-w", "-t", "60", "-l", e->log, "-o", options, "start", NULL) != 0) {
        snprintf(err, err_size, "the private database doesn't start; %s says why", e->log);
        goto failed;
    }
    conninfo_of(e, conninfo, conninfo_size);
    if (create_database(e, err, err_size) == 0) return e;
failed:
    if (e->lock >= 0) close(e->lock);
    free(e);
    return NULL;
}

int embedded_find(const char *directory, char *conninfo, size_t conninfo_size, char *err, size_t err_size) {
    struct embedded e = {0};
    paths(&e, directory);
    conninfo_of(&e, conninfo, conninfo_size);
    if (PQping(conninfo) == PQPING_OK) return 0;
    snprintf(err, err_size, "no vouchsafed with its private database runs for %s; start it first", directory);
    return -1;
}

void embedded_stop(struct embedded *e) {
    if (e == NULL) return;
    run(e, "pg_ctl", "-D", e->data, "-w", "-m", "fast", "stop", NULL);
    close(e->lock);
    free(e);
}
