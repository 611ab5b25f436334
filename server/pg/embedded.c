/* SPDX-License-Identifier: Apache-2.0 */
/* The private cluster.
 * - first start: initdb (UTF8, C.UTF-8) beside, then renamed into place: half a cluster is never taken for one; then a database
 * - killed before: what is left running in the data directory is stopped, backends without their postmaster are waited for, a
 *   pid file that names somebody else goes
 * - killed while the server runs: embedded_revive starts it again
 * - a second instance: refused by the lock on <state>/postgres/lock
 * - as root: the cluster belongs to and runs as user postgres; the server itself stays what it is
 * - made by another version of PostgreSQL: that version is used if it is there, else said */
#include "server/pg/embedded.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <glob.h>
#include <libpq-fe.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "server/core/clock.h"
#include "server/core/log.h"
#include "server/pg/cluster_process.h"

enum { SOCKET_PATH_MAX = 107, OLDEST_VERSION = 15, ORPHANS_MS = 30000, LOG_MAX = 8 * 1024 * 1024 };
enum { BUFFERS_SHARE = 8, BUFFERS_LEAST_MB = 128, BUFFERS_MOST_MB = 1024 }; /* shared_buffers: that part of memory */

struct embedded {
    char base[400], data[440], log[440], bin[256];
    int lock;
    struct cluster_user user;
};

/* --- paths and versions --------------------------------------------------------------------------------- */

/* The directory goes into a connection string, a list of PostgreSQL's and a shell's line: a few characters can't be in it. */
static int set_paths(struct embedded *e, const char *directory, char *err, size_t err_size) {
    size_t room = SOCKET_PATH_MAX - strlen("/postgres/.s.PGSQL.5432");
    if (strpbrk(directory, "'\",\\\n") != NULL) {
        snprintf(err, err_size,
                 "the private database can't live in %s: no quotes, commas or backslashes, please; set "
                 "state.directory",
                 directory);
        return -1;
    }
    if (strlen(directory) > room) {
        snprintf(err, err_size,
                 "the path %s is too long for the private database's socket (%zu bytes, at most %zu); set "
                 "state.directory to a shorter one",
                 directory, strlen(directory), room);
        return -1;
    }
    snprintf(e->base, sizeof e->base, "%s/postgres", directory);
    snprintf(e->data, sizeof e->data, "%s/data", e->base);
    snprintf(e->log, sizeof e->log, "%s/log", e->base);
    return 0;
}

static void conninfo_of(const struct embedded *e, char *out, size_t size) {
    snprintf(out, size, "host='%s' port=5432 user=vouchsafe dbname=vouchsafe", e->base);
}

/* The version that made the data, or 0. */
static int made_by(const struct embedded *e) {
    char path[500];
    int version = 0;
    snprintf(path, sizeof path, "%s/PG_VERSION", e->data);
    FILE *f = fopen(path, "re");
    if (f != NULL && fscanf(f, "%d", &version) != 1) version = 0;
    if (f != NULL) fclose(f);
    return version;
}

/* The version the data is of, else the newest that is installed. */
static int find_bin(struct embedded *e, char *err, size_t err_size) {
    glob_t g;
    int data = made_by(e), best = 0;
    bool right = false;
    if (glob("/usr/lib/postgresql/*/bin/initdb", 0, NULL, &g) == 0)
        for (size_t i = 0; i < g.gl_pathc; i++) {
            int version = atoi(g.gl_pathv[i] + strlen("/usr/lib/postgresql/"));
            right = right || version == data;
            if (version > best) best = version;
        }
    globfree(&g);
    snprintf(e->bin, sizeof e->bin, "/usr/lib/postgresql/%d/bin", right ? data : best);
    if (data != 0 && !right)
        snprintf(err, err_size,
                 "the private database in %s was made by PostgreSQL %d, which is not installed (%d is); "
                 "install the package postgresql-%d",
                 e->data, data, best, data);
    else if (best < OLDEST_VERSION)
        snprintf(err, err_size,
                 "no PostgreSQL from version %d on is installed; install the package postgresql-15, or "
                 "set database.url to use yours",
                 OLDEST_VERSION);
    else
        return 0;
    return -1;
}

/* --- its programs --------------------------------------------------------------------------------------- */

static int run(const struct embedded *e, const char *log, const char *program, const char *const *args) {
    char path[300];
    char *argv[24] = {path};
    snprintf(path, sizeof path, "%s/%s", e->bin, program);
    for (int i = 0; args[i] != NULL && i < 22; i++) argv[i + 1] = (char *)(uintptr_t)args[i];
    return cluster_run(&e->user, e->base, log, path, argv);
}
#define RUN(e, log, program, ...) run(e, log, program, (const char *const[]){__VA_ARGS__, NULL})

static long size_of(const char *path) {
    struct stat st;
    return stat(path, &st) == 0 ? (long)st.st_size : 0;
}

/* What a program wrote since the file had `from` bytes: its last line that tells of an error, else its first. */
static void last_words(const char *log, long from, char *out, size_t size) {
    char line[400];
    bool first = true;
    FILE *f = fopen(log, "re");
    snprintf(out, size, "%s says why", log);
    if (f != NULL && fseek(f, from, SEEK_SET) == 0)
        for (; fgets(line, sizeof line, f) != NULL; first = false) {
            line[strcspn(line, "\n")] = '\0';
            if (first || strstr(line, "error:") || strstr(line, "FATAL:") || strstr(line, "PANIC:"))
                snprintf(out, size, "%s", line);
        }
    if (f != NULL) fclose(f);
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw) {
    (void)st, (void)type, (void)ftw;
    return remove(path);
}

/* PostgreSQL's own default knows nothing of the machine: with a million touches half the pages of a timeline were copied from the
 * kernel anew each time. Written into the cluster's file once, where its owner may change it. */
static bool size_buffers(const char *data) {
    long mb = sysconf(_SC_PHYS_PAGES) / 1024 * (sysconf(_SC_PAGESIZE) / 1024) / BUFFERS_SHARE;
    char path[512];
    snprintf(path, sizeof path, "%s/postgresql.conf", data);
    FILE *f = fopen(path, "ae");
    if (f == NULL) return false;
    fprintf(f, "\n# by vouchsafed: an eighth of the memory, within bounds\nshared_buffers = %ldMB\n",
            mb < BUFFERS_LEAST_MB  ? BUFFERS_LEAST_MB
            : mb > BUFFERS_MOST_MB ? BUFFERS_MOST_MB
                                   : mb);
    return fclose(f) == 0;
}

/* As initdb's user it may be stopped at any point, or find the disk full: it works beside. */
static int make_cluster(const struct embedded *e, char *err, size_t err_size) {
    char beside[480], log[480], why[400];
    snprintf(beside, sizeof beside, "%s.new", e->data);
    snprintf(log, sizeof log, "%s/initdb.log", e->base);
    log_info("database_init", "directory=%s", log_quote(e->data));
    nftw(beside, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    remove(log);
    if (RUN(e, log, "initdb", "-D", beside, "-U", "vouchsafe", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8",
            "--no-instructions") == 0 &&
        size_buffers(beside) && rename(beside, e->data) == 0) {
        int fd = open(e->base, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (fd >= 0) fsync(fd), close(fd);
        return 0;
    }
    last_words(log, 0, why, sizeof why);
    nftw(beside, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    snprintf(err, err_size, "the private database can't be made in %s: %s", e->base, why);
    return -1;
}

/* Nobody of an earlier life is left in the data directory when this returns 0. */
static int clean_up(const struct embedded *e, char *err, size_t err_size) {
    struct cluster_processes left = cluster_find(e->data);
    if (left.postmaster != 0) {
        log_info("database_left", "pid=%ld", (long)left.postmaster);
        RUN(e, e->log, "pg_ctl", "-D", e->data, "-w", "-t", "600", "-m", "fast", "stop");
    }
    int64_t until = clock_mono_ms() + ORPHANS_MS;
    do {
        left = cluster_find(e->data);
        if (left.postmaster == 0 && left.others == 0) {
            /* whoever they name, it isn't the postmaster; a zombie that nobody waits for is enough to stop a start */
            static const char *const stale[] = {"data/postmaster.pid", ".s.PGSQL.5432.lock"};
            for (size_t i = 0; i < ARRAY_LEN(stale); i++) {
                char path[480];
                snprintf(path, sizeof path, "%s/%s", e->base, stale[i]);
                unlink(path);
            }
            return 0;
        }
        poll(NULL, 0, 50);
    } while (clock_mono_ms() < until);
    snprintf(err, err_size, "processes of PostgreSQL are left in %s and don't end; end them, then start again",
             e->data);
    return -1;
}

static int start(const struct embedded *e, char *err, size_t err_size) {
    char options[600], why[400], old[480];
    if (clean_up(e, err, err_size) < 0) return -1;
    snprintf(old, sizeof old, "%s.old", e->log);
    if (size_of(e->log) > LOG_MAX) rename(e->log, old);
    long from = size_of(e->log);
    /* without jit: statements here are short, and a confined service may not write code */
    snprintf(options, sizeof options,
             "-c listen_addresses='' -c unix_socket_directories='%s' -c unix_socket_permissions=0700 -c jit=off",
             e->base);
    if (RUN(e, e->log, "pg_ctl", "-D", e->data, "-w", "-t", "600", "-l", e->log, "-o", options, "start") == 0) return 0;
    last_words(e->log, from, why, sizeof why);
    snprintf(err, err_size, "the private database doesn't start: %s (%s has more)", why, e->log);
    return -1;
}

/* --- the directory -------------------------------------------------------------------------------------- */

/* As root: can user postgres come to where its cluster is? */
static int check_reachable(const struct embedded *e, char *err, size_t err_size) {
    char part[sizeof e->base];
    struct stat st;
    snprintf(part, sizeof part, "%s", e->base);
    for (char *p = part + 1; e->user.other && *p != '\0'; p++) {
        if (*p != '/') continue;
        *p = '\0';
        if (stat(part, &st) == 0 && !(st.st_mode & S_IXOTH) && st.st_uid != e->user.uid) {
            snprintf(err, err_size,
                     "user postgres, who runs the private database, may not enter %s: chmod o+x it, or set "
                     "state.directory to another place",
                     part);
            return -1;
        }
        *p = '/';
    }
    return 0;
}

static int take_directory(struct embedded *e, char *err, size_t err_size) {
    char lock[480];
    snprintf(lock, sizeof lock, "%s/lock", e->base);
    bool ok = (mkdir(e->base, 0700) == 0 || errno == EEXIST) &&
              (!e->user.other || chown(e->base, e->user.uid, e->user.gid) == 0) &&
              (e->lock = open(lock, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600)) >= 0;
    if (!ok)
        snprintf(err, err_size, "can't write %s: %s", e->base, strerror(errno));
    else if (flock(e->lock, LOCK_EX | LOCK_NB) == 0)
        return 0;
    else
        snprintf(err, err_size, "another vouchsafed looks after the database in %s; stop it first", e->base);
    return -1;
}

static int create_database(const struct embedded *e, char *err, size_t err_size) {
    char conninfo[600];
    snprintf(conninfo, sizeof conninfo, "host='%s' port=5432 user=vouchsafe dbname=postgres", e->base);
    PGconn *c = PQconnectdb(conninfo);
    PGresult *r = PQexec(c, "create database vouchsafe");
    const char *state = PQresultErrorField(r, PG_DIAG_SQLSTATE);
    int ok = PQresultStatus(r) == PGRES_COMMAND_OK || (state != NULL && strcmp(state, "42P04") == 0);
    if (!ok) snprintf(err, err_size, "the private database can't be made: %s", PQerrorMessage(c));
    PQclear(r);
    PQfinish(c);
    return ok ? 0 : -1;
}

/* --- what the server uses ------------------------------------------------------------------------------- */

struct embedded *embedded_start(const char *directory, char *conninfo, size_t conninfo_size, char *err,
                                size_t err_size) {
    struct embedded *e = calloc(1, sizeof *e);
    char absolute[4096];
    if (e == NULL) return NULL;
    e->lock = -1;
    if (realpath(directory, absolute) == NULL) snprintf(absolute, sizeof absolute, "%s", directory);
    if (set_paths(e, absolute, err, err_size) == 0 && cluster_user_find(&e->user, err, err_size) == 0 &&
        check_reachable(e, err, err_size) == 0 && take_directory(e, err, err_size) == 0 &&
        find_bin(e, err, err_size) == 0 && (made_by(e) != 0 || make_cluster(e, err, err_size) == 0) &&
        start(e, err, err_size) == 0) {
        conninfo_of(e, conninfo, conninfo_size);
        if (create_database(e, err, err_size) == 0) return e;
        embedded_stop(e);
        return NULL;
    }
    if (e->lock >= 0) close(e->lock);
    free(e);
    return NULL;
}

int embedded_revive(struct embedded *e, char *err, size_t err_size) {
    return cluster_find(e->data).postmaster != 0 ? 0 : start(e, err, err_size);
}

int embedded_find(const char *directory, char *conninfo, size_t conninfo_size, char *err, size_t err_size) {
    struct embedded e = {0};
    char absolute[4096];
    if (realpath(directory, absolute) == NULL) snprintf(absolute, sizeof absolute, "%s", directory);
    if (set_paths(&e, absolute, err, err_size) < 0) return -1;
    conninfo_of(&e, conninfo, conninfo_size);
    if (PQping(conninfo) == PQPING_OK) return 0;
    snprintf(err, err_size, "no vouchsafed with its private database runs for %s; start it first", directory);
    return -1;
}

void embedded_stop(struct embedded *e) {
    if (e == NULL) return;
    if (RUN(e, e->log, "pg_ctl", "-D", e->data, "-w", "-t", "600", "-m", "fast", "stop") != 0)
        log_warn("database_stop", "why=%s", log_quote("pg_ctl could not stop it"));
    close(e->lock);
    free(e);
}
