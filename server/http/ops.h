/* SPDX-License-Identifier: Apache-2.0 */
/* The operator's listener: /healthz (the loop turns), /readyz (requests are served, or why not), /metrics. No login and no
 * secrets: bind it where only operators reach it. */
#ifndef SERVER_HTTP_OPS_H
#define SERVER_HTTP_OPS_H

#include <uv.h>

#include "vouchsafe/base.h"

struct ops {
    bool (*is_ready)(const char **why);
    void (*collect)(void); /* before a scrape: sets the gauges nobody sets by himself */
};

/* address empty and no socket from systemd: it stays off, bound is "". */
int ops_listen(const struct ops *ops, uv_loop_t *loop, const char *address, char *bound, char *err,
               size_t err_size) MUST_CHECK;

/* For `vouchsafed --healthcheck`, in a process of its own: asks /readyz there. 0 when ready; else -1 with the answer's
 * words in err. Blocking, 5 s. */
int ops_ask_ready(const char *address, char *err, size_t err_size) MUST_CHECK;

#endif
