/* SPDX-License-Identifier: Apache-2.0 */
/* One request: an arena, an actor, one reply. It is made by the session for each frame, lives until it has replied, and
 * outlives its connection: when the client left, `peer` is NULL, the work goes on and the reply goes nowhere. Past its
 * deadline the client is answered at once and the request is `late`: it goes on in the same way, and still counts.
 * A handler must reply exactly once, now or later; the second reply and a request that is lost are bugs that MUST() catches. */
#ifndef SERVER_RPC_REQUEST_H
#define SERVER_RPC_REQUEST_H

#include "server/core/actor.h"
#include "vouchsafe/arena.h"
#include "vouchsafe/list.h"
#include "vouchsafe/status.h"

struct count;
struct method;
struct peer;

struct request {
    struct list in_peer;   /* the peer's list of open requests */
    struct list in_open;   /* dispatch's, of those that have a deadline */
    struct peer *peer;     /* NULL once the client has left */
    struct count *account; /* the account's unanswered requests, this one among them */
    const struct method *method;
    void *context;      /* what dispatch was given for handlers: struct domain * */
    struct arena arena; /* the body and anything a handler wants until the reply */
    struct actor actor; /* as logged in when the request arrived */
    uint64_t id;
    struct id change_id;             /* mutations: never zero */
    struct slice body;               /* the bytes of the body, in the arena: hashed for the change ledger */
    int64_t arrived_ms, deadline_ms; /* clock_mono_ms */
    uint64_t arrived_ns;             /* for the histogram */
    uint32_t retry_after_ms;         /* told with a refusal; 0: not said */
    bool replied;
    bool late; /* answered DEADLINE_EXCEEDED; the work goes on, its result goes nowhere */
};

/* Each frees the request: touch nothing afterwards. */
void request_reply(struct request *r, const ProtobufCMessage *body); /* OK; body may be NULL (empty message) */
/* fmt: one sentence for a person that says what to do; NULL: the status's own words. field may be NULL. */
void request_refuse(struct request *r, enum vs_status status, const char *reason, const char *field, const char *fmt,
                    ...) PRINTF_LIKE(5, 6);
/* DUPLICATE with a body, and other done-statuses. */
void request_reply_status(struct request *r, enum vs_status status, const ProtobufCMessage *body);

#endif
