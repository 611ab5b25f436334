/* SPDX-License-Identifier: Apache-2.0 */
/* A private PostgreSQL of the installed version: made once (initdb, UTF8, C.UTF-8), unix socket only, durability untouched,
 * looked after while the server runs. As root it runs as an unprivileged user ("postgres"). Blocking; for start and stop. */
#ifndef SERVER_PG_EMBEDDED_H
#define SERVER_PG_EMBEDDED_H

#include "vouchsafe/base.h"

struct embedded; /* NULL-safe handle */

/* directory: the state directory. Finds and reuses a cluster that is left running, cleans a stale one, refuses a second
 * instance by a lock file. conninfo (at least 512 bytes) receives how to connect as the database's owner.
 * NULL with a sentence in err. */
struct embedded *embedded_start(const char *directory, char *conninfo, size_t conninfo_size, char *err,
                                size_t err_size);
/* For commands that run beside a running server: conninfo of the cluster in directory if it runs; 0 or -1. */
int embedded_find(const char *directory, char *conninfo, size_t conninfo_size, char *err, size_t err_size) MUST_CHECK;
void embedded_stop(struct embedded *e);

#endif
