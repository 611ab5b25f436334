/* SPDX-License-Identifier: Apache-2.0 */
/* The listener for clients and their connections. */
#ifndef SERVER_NET_SESSION_H
#define SERVER_NET_SESSION_H

#include <uv.h>

#include "vouchsafe/tls.h"

/* As listen_tcp (server/core/listen.h), for listen.address. Takes the context. */
int session_listen(uv_loop_t *loop, const char *address, struct tls_context *tls, char *bound, char *err,
                   size_t err_size) MUST_CHECK;
/* For listen.plain: clients without TLS, of this machine alone, who log in by password or token. */
int session_listen_plain(uv_loop_t *loop, const char *address, char *bound, char *err, size_t err_size) MUST_CHECK;
/* Connections from now on; those that are there keep the context they began with. Takes the context. */
void session_use(struct tls_context *tls);
/* No more connections; every client is told and closed once its requests are answered. */
void session_drain(void);
unsigned session_count(void);

#endif
