/* SPDX-License-Identifier: Apache-2.0 */
/* The listener for clients and their connections. */
#ifndef SERVER_NET_SESSION_H
#define SERVER_NET_SESSION_H

#include <uv.h>

#include "vouchsafe/tls.h"

/* address: host:port (port 0: any free one); bound receives what it became. 0 or -1 with err. */
int session_listen(uv_loop_t *loop, const char *address, struct tls_context *tls, char *bound, size_t bound_size,
                   char *err, size_t err_size) MUST_CHECK;
/* No more connections; every client is told and closed once its requests are answered. */
void session_drain(void);
unsigned session_count(void);

#endif
