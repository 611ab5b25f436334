/* SPDX-License-Identifier: Apache-2.0 */
/* What a handler may know of and do to the connection a request came by. The session (net) fills it in. */
#ifndef SERVER_RPC_PEER_H
#define SERVER_RPC_PEER_H

#include "server/core/actor.h"
#include "server/core/counts.h"
#include "vouchsafe/envelope.h"
#include "vouchsafe/list.h"

struct peer {
    struct list requests;           /* open requests; their peer pointer is nulled when this goes */
    struct list in_sessions;        /* all logged-in peers of the process (rpc/dispatch.h: dispatch_sessions) */
    struct list watches;            /* subscriptions of this peer; watch module's own */
    void (*on_gone)(struct peer *); /* watch module's: called once before the peer goes; may be NULL */
    struct actor actor;             /* role ROLE_NONE before login; set once by peer_login */
    struct id device_id;            /* by whose key it logged in; zero: password or token */
    int64_t ends_at;                /* when the token it logged in by runs out, microseconds since 1970; 0: never */
    bool has_key;                   /* showed a client certificate */
    uint8_t key_hash[32];
    char key_name[64];              /* its common name: the business's id as text, a claim */
    char address[64];               /* for throttling and logs, no port */
    bool hello_done, login_pending; /* reading stops while login_pending */
    unsigned in_flight;
    struct count *account; /* n: unanswered requests of its account; NULL before login */

    /* the session's */
    void (*send_reply)(struct peer *, const struct envelope_reply *);
    void (*send_event)(struct peer *, const struct envelope_event *);
    bool (*is_full)(const struct peer *); /* the client doesn't read: send it nothing that can be left out */
    void (*resume)(struct peer *);        /* after login_pending became false */
    void (*go_away)(struct peer *, const char *reason, const char *message); /* says why, then closes */
};

/* A session logs in once. After it the limits of logged-in clients hold. */
void peer_login(struct peer *p, const struct actor *a);
/* The session's, once, before it goes. */
void peer_gone(struct peer *p);

/* May it have one more unanswered request, of its own and of its account? */
bool peer_has_room(const struct peer *p);
/* dispatch's: a request joins the peer's and the account's unanswered ones, and leaves them with its reply. */
struct request;
void peer_begin(struct peer *p, struct request *r);
void peer_end(struct request *r);

#endif
