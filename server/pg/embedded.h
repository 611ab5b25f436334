/* SPDX-License-Identifier: Apache-2.0 */
/* A private PostgreSQL of the installed version: made once (initdb, UTF8, C.UTF-8), unix socket only, durability untouched,
 * looked after while the server runs. As root it runs as an unprivileged user ("postgres"). Blocking. */
#ifndef SERVER_PG_EMBEDDED_H
#define SERVER_PG_EMBEDDED_H

#include "vouchsafe/base.h"

struct embedded; /* NULL-safe handle */

/* directory: the state directory. Stops a cluster that was left running, cleans a stale one, refuses a second instance by a
 * lock file. conninfo (at least 512 bytes) receives how to connect as the database's owner.
 * NULL with a sentence in err. */
struct embedded *embedded_start(const char *directory, char *conninfo, size_t conninfo_size, char *err,
                                size_t err_size);
/* It may have been killed: starts it again unless it runs. 0 when it runs. May be called on the thread pool. */
int embedded_revive(struct embedded *e, char *err, size_t err_size) MUST_CHECK;
/* For commands that run beside a running server: conninfo of the cluster in directory if it runs; 0 or -1. */
int embedded_find(const char *directory, char *conninfo, size_t conninfo_size, char *err, size_t err_size) MUST_CHECK;
void embedded_stop(struct embedded *e);

#endif
