/* SPDX-License-Identifier: Apache-2.0 */
/* What every module's handlers are given: request.context is a struct domain. Modules don't include each other; what they
 * share they share in the database, or through this folder's own files. */
#ifndef SERVER_DOMAIN_DOMAIN_H
#define SERVER_DOMAIN_DOMAIN_H

#include "server/rpc/method.h"
#include "server/store/store.h"

struct domain {
    uv_loop_t *loop;
    struct store *store;
    uint8_t root_pin[32];
    const char *addresses; /* "host:port,host:port" for join lines */
};

/* From now on what the feed tells reaches watchers, and revoked sessions are cut. */
void domain_listen(struct domain *d);

extern const struct module *const domain_modules[];
extern const size_t domain_module_count;
#endif
