/* SPDX-License-Identifier: Apache-2.0 */
/* The PROXY protocol, version 2, which a balancer writes before the client's first byte: who the client is. A listener
 * either requires it or doesn't know it (listen.proxy): it is never guessed, or any client could name itself. */
#ifndef SERVER_NET_PROXY_H
#define SERVER_NET_PROXY_H

#include <sys/socket.h>

#include "vouchsafe/base.h"

enum { PROXY_MAX = 536 }; /* bytes of a header with its extensions */

struct proxy {
    size_t used;                  /* bytes of the header */
    bool local;                   /* the balancer speaks for itself (a health check): the peer is who it is */
    struct sockaddr_storage peer; /* unless local */
};

enum proxy_result { PROXY_WHOLE, PROXY_PARTIAL, PROXY_BAD };

/* Looks at the start of `in`; BAD as soon as it can't become a header: *why says what is wrong with it. */
enum proxy_result proxy_read(struct slice in, struct proxy *out, const char **why) MUST_CHECK;

#endif
