/* SPDX-License-Identifier: Apache-2.0 */
/* A password changed by its owner.
 * - happy path: throttle -> the present hash -> compare and make (a thread) -> one change: hash, epoch, tokens ended, verdict
 * - the old password is wrong: counted by the throttle; a stolen session can't be used to try passwords
 * - every other session ends with the epoch; this one goes on with the new one
 * - a repeat after a lost answer finds the old password wrong, and its verdict in the ledger: done */
#include "server/domain/new_password.h"
#include "server/domain/session/session.h"

struct password_change {
    struct new_password n;
    struct attempt attempt;
    Vouchsafe__V1__PasswordChangeRequest q; /* a copy whose fields can be replaced */
};

static void finish(struct request *r, const void *body, ProtobufCMessage *reply, const struct change_result *c) {
    (void)body, (void)reply;
    if (r->peer != NULL && r->peer->actor.epoch < c->result) r->peer->actor.epoch = (int32_t)c->result;
}

const struct plan password_change = {PLAN_REPLY(password_change), .change = QUERY_PASSWORD_CHANGE, .finish = finish};

static void on_made(struct new_password *n) {
    struct password_change *c = CONTAINER_OF(n, struct password_change, n);
    if (n->made != NULL) attempt_refund(&c->attempt);
    c->q.new_password = n->made;
    plan_handle(n->r, &c->q);
}

static void on_present(void *arg, enum vs_status status, const PGresult *rows) {
    struct password_change *c = arg;
    struct request *r = c->n.r;
    if (!reply_rows(r, status, rows)) return;
    if (PQntuples(rows) == 0) return request_refuse(r, VS_UNAUTHENTICATED, "REVOKED", NULL, NULL);
    if (cell_null(rows, 0, 0))
        return request_refuse(r, VS_FAILED_PRECONDITION, "NO_PASSWORD", NULL,
                              "this account has no password; your admin can set one");
    c->n.against = reply_text(&r->arena, rows, 0, 0);
    if (r->arena.failed) return request_refuse(r, VS_RESOURCE_EXHAUSTED, "MEMORY", NULL, NULL);
    new_password_make(&c->n);
}

void handle_password_change(struct request *r, const void *body) {
    struct password_change *c = arena_zalloc(&r->arena, sizeof *c);
    if (c == NULL) return request_refuse(r, VS_RESOURCE_EXHAUSTED, "MEMORY", NULL, NULL);
    if (!new_password_fits(r, ((const Vouchsafe__V1__PasswordChangeRequest *)body)->new_password, "new_password"))
        return;
    if (!attempt_begin(r, &c->attempt, (struct slice){r->actor.account_id.b, 16})) return;
    c->q = *(const Vouchsafe__V1__PasswordChangeRequest *)body;
    c->n = (struct new_password){.r = r,
                                 .message = &c->q.base,
                                 .fresh = &c->q.new_password,
                                 .old = &c->q.old_password,
                                 .field = "new_password",
                                 .done = on_made};
    struct params p;
    struct domain *d = r->context;
    params_init(&p, &r->arena);
    params_id(&p, &r->actor.account_id);
    params_int4(&p, r->actor.epoch);
    store_login(d->store, &r->actor.business_id, QUERY_SESSION_PASSWORD, &p, on_present, c);
}
