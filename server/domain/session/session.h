/* SPDX-License-Identifier: Apache-2.0 */
/* Shared by the session module's own files only. */
#ifndef SERVER_DOMAIN_SESSION_H
#define SERVER_DOMAIN_SESSION_H

#include "server/domain/plan.h"
#include "server/domain/reply.h"
#include "server/rpc/peer.h"
#include "vouchsafe/v1/session.pb-c.h"

/* Somebody coming in, from the request until its answer; lives in the request's arena. */
struct coming {
    struct request *r;
    struct id business, device;
    int64_t ends_at; /* of the token it comes in by, microseconds; 0: never */
    struct actor actor;
    Vouchsafe__V1__Who who;
    void (*answer)(struct coming *c); /* replies OK with who */
};

/* Reading stops until coming_in or coming_refuse, so that no call overtakes its login. */
void coming_wait(struct coming *c);
/* The row of a session_ query that lets somebody in: the fields of Who, and _epoch. False: it has refused. */
bool coming_read(struct coming *c, const PGresult *rows);
/* Logs the connection in, if it is still there, and answers. */
void coming_in(struct coming *c);
void coming_refuse(struct coming *c, enum vs_status status, const char *reason, const char *message);
/* False: it has refused, this connection is logged in. */
bool coming_first(struct request *r);

/* One try at a password. account: what names the account, as typed; kept, not copied. False: it has refused. */
struct attempt {
    struct slice account, address;
};
bool attempt_begin(struct request *r, struct attempt *a, struct slice account);
/* It was right, or nobody looked at it. */
void attempt_refund(const struct attempt *a);

void handle_login(struct request *r, const void *body);
void handle_logout(struct request *r, const void *body);
extern const struct plan password_change;
void handle_password_change(struct request *r, const void *body);

#endif
