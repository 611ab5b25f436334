/* SPDX-License-Identifier: Apache-2.0 */
/* PostgreSQL's programs and processes, for the private cluster only: running one, finding those that are left. */
#ifndef SERVER_PG_CLUSTER_PROCESS_H
#define SERVER_PG_CLUSTER_PROCESS_H

#include <sys/types.h>

#include "vouchsafe/base.h"

struct cluster_user {
    bool other; /* not who we are: the cluster belongs to this user */
    uid_t uid;
    gid_t gid;
    gid_t groups[32];
    int n_groups;
};

/* As root: user postgres. 0, or -1 with words. */
int cluster_user_find(struct cluster_user *u, char *err, size_t err_size) MUST_CHECK;

/* Runs path as that user, in a clean environment, its output appended to the file `log`; argv as execv's. Its exit code,
 * or -1. Safe on a thread of a process with several. */
int cluster_run(const struct cluster_user *u, const char *home, const char *log, const char *path, char *const *argv);

/* The processes of PostgreSQL that live in a data directory. Judged by what they are, not by postmaster.pid alone: after a
 * restart of the machine or container its number may be anybody's. */
struct cluster_processes {
    pid_t postmaster; /* 0: none */
    int others;       /* backends whose postmaster may be gone */
};
struct cluster_processes cluster_find(const char *data);

#endif
