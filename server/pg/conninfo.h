/* SPDX-License-Identifier: Apache-2.0 */
/* libpq connection strings: both of its forms made into one, and host names into addresses. */
#ifndef SERVER_PG_CONNINFO_H
#define SERVER_PG_CONNINFO_H

#include "vouchsafe/base.h"

/* "postgresql://..." or "key=value ..." into the second, so that more can be appended. 0, or -1 with libpq's words in err. */
int conninfo_normalize(const char *conninfo, char *out, size_t size, char *err, size_t err_size) MUST_CHECK;

/* Does connecting need a name server? Then PQconnectStart would block. Names from a service file aren't seen. */
bool conninfo_has_names(const char *conninfo);
/* The same with hostaddr filled in, one entry per address of each host; malloc'ed. Blocks (the thread pool's work). NULL with
 * a sentence in err. */
char *conninfo_resolve(const char *conninfo, char *err, size_t err_size) MUST_CHECK;

#endif
