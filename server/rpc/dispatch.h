/* SPDX-License-Identifier: Apache-2.0 */
/* From a frame's bytes to a handler: envelope -> method -> gate (memory only) -> guard -> unpack -> rules -> handler. */
#ifndef SERVER_RPC_DISPATCH_H
#define SERVER_RPC_DISPATCH_H

#include <uv.h>

#include "server/rpc/method.h"
#include "server/rpc/peer.h"

/* -1 (and err) when a method of method.proto has no row, a row has no method, or two rows are of one method: the server
 * refuses to start. */
int dispatch_init(const struct module *const *modules, size_t n, void *context, char *err, size_t err_size) MUST_CHECK;

/* One whole frame of a peer. -1: not an envelope (or id 0, or an id in use): the session answers GoAway PROTOCOL and closes. */
int dispatch_frame(struct peer *p, struct slice frame) MUST_CHECK;

/* Asked by the gate before a body is decoded: false = RESOURCE_EXHAUSTED. Set by main (the store's queue). */
extern bool (*dispatch_has_room)(void *context);
/* false = UNAVAILABLE for all but METHOD_BEFORE_LOGIN's Hello and Ping. Set by main (database away, draining). */
extern bool (*dispatch_is_ready)(void *context, const char **why);

/* From now on requests past their deadline are answered so. */
void dispatch_start(uv_loop_t *loop);
/* Answers those whose deadline lies before now (clock_mono_ms). Dispatch's timer calls it. */
void dispatch_expire(int64_t now_ms);

extern struct list dispatch_sessions; /* struct peer.in_sessions of every logged-in peer */
unsigned dispatch_in_flight(void);
unsigned dispatch_logged_in(void);
/* Bytes of arenas, queues and output now: what limit.memory_mib bounds. */
size_t dispatch_memory(void);

#endif
