/* SPDX-License-Identifier: Apache-2.0 */
#include "server/pg/cluster_process.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

int cluster_user_find(struct cluster_user *u, char *err, size_t err_size) {
    *u = (struct cluster_user){.n_groups = ARRAY_LEN(u->groups)};
    if (geteuid() != 0) return 0;
    struct passwd *pw = getpwnam("postgres");
    if (pw == NULL) {
        snprintf(err, err_size,
                 "PostgreSQL doesn't run as root, and there is no user postgres: install the package postgresql-15, or "
                 "start vouchsafed as another user");
        return -1;
    }
    u->other = true;
    u->uid = pw->pw_uid;
    u->gid = pw->pw_gid;
    if (getgrouplist("postgres", u->gid, u->groups, &u->n_groups) < 0) u->n_groups = 1;
    return 0;
}

/* Between fork and exec: system calls only, other threads may have held locks. */
static _Noreturn void become(const struct cluster_user *u, int log, const char *path, char *const *argv,
                             char *const *environment) {
    sigset_t none;
    sigemptyset(&none);
    setsid(); /* a Ctrl-C at the server's terminal must not reach the database first */
    int null = open("/dev/null", O_RDWR);
    if (null < 0 || dup2(null, 0) < 0 || dup2(log, 1) < 0 || dup2(log, 2) < 0 || chdir("/") != 0) _exit(126);
    if (u->other && (setgroups((size_t)u->n_groups, u->groups) != 0 || setgid(u->gid) != 0 || setuid(u->uid) != 0))
        _exit(126);
    umask(077);
    sigprocmask(SIG_SETMASK, &none, NULL);
    signal(SIGPIPE, SIG_DFL);
    execve(path, argv, environment);
    _exit(127);
}

int cluster_run(const struct cluster_user *u, const char *home, const char *log, const char *path, char *const *argv) {
    char home_is[600];
    snprintf(home_is, sizeof home_is, "HOME=%s", home);
    /* nothing of ours: PG* variables, HOME, and systemd's NOTIFY_SOCKET, to which PostgreSQL would say READY for us */
    char *environment[] = {home_is, (char *)(uintptr_t) "PATH=/usr/bin:/bin", (char *)(uintptr_t) "LC_ALL=C.UTF-8",
                           NULL};
    int fd = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0 || (u->other && fchown(fd, u->uid, u->gid) != 0)) {
        if (fd >= 0) close(fd);
        fd = open("/dev/null", O_WRONLY | O_CLOEXEC);
    }
    pid_t pid = fork();
    if (pid == 0) become(u, fd, path, argv, environment);
    if (fd >= 0) close(fd);
    int status = -1;
    while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR) continue;
    return pid > 0 && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* --- who lives in a data directory ---------------------------------------------------------------------- */

static bool link_of(const char *pid, const char *what, char *out, size_t size) {
    char path[300];
    snprintf(path, sizeof path, "/proc/%s/%s", pid, what);
    ssize_t n = readlink(path, out, size - 1);
    out[n < 0 ? 0 : n] = '\0';
    return n > 0;
}

/* PostgreSQL's processes stand in their data directory. */
static bool lives_in(const char *pid, const char *data) {
    char cwd[PATH_MAX], exe[PATH_MAX];
    if (!link_of(pid, "cwd", cwd, sizeof cwd) || strcmp(cwd, data) != 0 || !link_of(pid, "exe", exe, sizeof exe))
        return false;
    const char *base = strrchr(exe, '/');
    return base != NULL && strncmp(base, "/postgres", 9) == 0;
}

static pid_t noted_pid(const char *data) {
    char path[PATH_MAX + 32];
    long pid = 0;
    snprintf(path, sizeof path, "%s/postmaster.pid", data);
    FILE *f = fopen(path, "re");
    if (f != NULL && fscanf(f, "%ld", &pid) != 1) pid = 0;
    if (f != NULL) fclose(f);
    return (pid_t)pid;
}

struct cluster_processes cluster_find(const char *data) {
    struct cluster_processes found = {0};
    char real[PATH_MAX];
    DIR *d = realpath(data, real) == NULL ? NULL : opendir("/proc");
    pid_t noted = noted_pid(data);
    for (struct dirent *e; d != NULL && (e = readdir(d)) != NULL;) {
        if (e->d_name[0] < '1' || e->d_name[0] > '9' || !lives_in(e->d_name, real)) continue;
        if (atol(e->d_name) == noted)
            found.postmaster = noted;
        else
            found.others++;
    }
    if (d != NULL) closedir(d);
    return found;
}
