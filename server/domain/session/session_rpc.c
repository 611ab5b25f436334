/* SPDX-License-Identifier: Apache-2.0 */
/* Coming in by a device's key, and the module's table. Hello looks the key up; Join enrols it with a one-time secret first.
 * - reading stops while a look-up is pending, so that no call can overtake its login
 * - an unknown key may join, or log in by password or token (login_rpc.c); a revoked one is told so
 * - how a session ends: whatever revokes (a device ended, an account revoked or closed, a password changed) raises the
 *   account's epoch in the same statement. Every statement compares it, so from that commit on no session that was logged
 *   in before does or reads anything, on any instance, whether or not the feed has cut its connection yet. That is why a
 *   device needs no check of its own: the account's other devices are cut as well and come back by their own keys. */
#include "server/domain/session/session.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "server/core/clock.h"
#include "server/domain/rows.h"
#include "vouchsafe/v1/method.pb-c.h"

static struct store *store_of(struct request *r) { return ((struct domain *)r->context)->store; }

/* --- what every way in shares -------------------------------------------------------------------------- */

void coming_wait(struct coming *c) { c->r->peer->login_pending = true; }

static void resume(struct request *r) {
    if (r->peer == NULL) return;
    r->peer->login_pending = false;
    r->peer->resume(r->peer);
}

bool coming_read(struct coming *c, const PGresult *rows) {
    vouchsafe__v1__who__init(&c->who);
    if (!rows_fill(&c->r->arena, &c->who.base, rows, 0)) {
        coming_refuse(c, VS_RESOURCE_EXHAUSTED, "MEMORY", NULL);
        return false;
    }
    c->actor = (struct actor){.business_id = c->business,
                              .account_id = reply_id(c->who.account_id),
                              .partner_id = reply_id(c->who.partner_id),
                              .role = (enum role)c->who.role,
                              .epoch = (int32_t)cell_int(rows, 0, PQfnumber(rows, "_epoch"))};
    snprintf(c->actor.country, sizeof c->actor.country, "%s", c->who.country);
    return true;
}

void coming_in(struct coming *c) {
    struct peer *p = c->r->peer;
    if (p != NULL && p->actor.role == ROLE_NONE) {
        p->device_id = c->device;
        p->ends_at = c->ends_at;
        peer_login(p, &c->actor);
    }
    resume(c->r);
    c->answer(c);
}

void coming_refuse(struct coming *c, enum vs_status status, const char *reason, const char *message) {
    resume(c->r);
    request_refuse(c->r, status, reason, NULL, "%s", message != NULL ? message : vs_status_words(status));
}

bool coming_first(struct request *r) {
    if (r->peer->actor.role == ROLE_NONE) return true;
    request_refuse(r, VS_FAILED_PRECONDITION, "LOGGED_IN", NULL,
                   "this connection is logged in; open another one for another login");
    return false;
}

/* --- hello and join -------------------------------------------------------------------------------------- */

static void reply_hello(struct coming *c, bool logged_in) {
    Vouchsafe__V1__HelloReply reply = VOUCHSAFE__V1__HELLO_REPLY__INIT;
    reply.has_protocol = reply.has_now = reply.has_logged_in = 1;
    reply.protocol = 1;
    reply.server = (char *)(uintptr_t)("vouchsafed/" VOUCHSAFE_VERSION);
    reply.now = clock_now_us();
    reply.logged_in = logged_in;
    reply.who = logged_in ? &c->who : NULL;
    request_reply(c->r, &reply.base);
}

static void answer_hello(struct coming *c) { reply_hello(c, true); }

static void answer_join(struct coming *c) {
    Vouchsafe__V1__JoinReply reply = VOUCHSAFE__V1__JOIN_REPLY__INIT;
    reply.who = &c->who;
    request_reply(c->r, &reply.base);
}

static void on_device(void *arg, enum vs_status status, const PGresult *rows) {
    struct coming *c = arg;
    if (status != VS_OK) return coming_refuse(c, status, "DATABASE", NULL);
    if (PQntuples(rows) == 0 && c->answer == answer_hello) {
        resume(c->r);
        return reply_hello(c, false);
    }
    if (PQntuples(rows) == 0 || cell_bool(rows, 0, PQfnumber(rows, "_ended")))
        return coming_refuse(c, VS_UNAUTHENTICATED, "DEVICE_ENDED",
                             "this device was signed out by your admin; ask for a new join line");
    c->device = cell_id(rows, 0, PQfnumber(rows, "_device"));
    if (coming_read(c, rows)) coming_in(c);
}

static void look_up(struct coming *c) {
    struct params p;
    if (c->r->peer == NULL) return coming_refuse(c, VS_CANCELLED, "GONE", NULL);
    params_init(&p, &c->r->arena);
    params_bytes(&p, c->r->peer->key_hash, 32);
    store_login(store_of(c->r), &c->business, QUERY_SESSION_DEVICE, &p, on_device, c);
}

static void handle_hello(struct request *r, const void *body) {
    const Vouchsafe__V1__HelloRequest *q = body;
    struct coming *c = arena_zalloc(&r->arena, sizeof *c);
    if (c == NULL) return request_refuse(r, VS_RESOURCE_EXHAUSTED, "MEMORY", NULL, NULL);
    c->r = r;
    c->answer = answer_hello;
    if (q->has_protocol && q->protocol < 1)
        return request_refuse(r, VS_FAILED_PRECONDITION, "PROTOCOL", "protocol",
                              "this server speaks protocol 1; update the client");
    r->peer->hello_done = true;
    if (!r->peer->has_key || r->peer->actor.role != ROLE_NONE || id_parse(r->peer->key_name, &c->business) < 0)
        return reply_hello(c, false);
    coming_wait(c);
    look_up(c);
}

static void on_join(void *arg, enum vs_status status, const PGresult *rows) {
    static const struct {
        const char *verdict, *message;
    } refusals[] = {
        {"USED",
         "this join line was used before; if by this machine, it has joined: see whoami; if not, ask your admin for a new one"},
        {"EXPIRED", "this join line ran out or was ended; ask your admin for a new one"},
        {"KEY_KNOWN", "this machine's key was enrolled before; join with a new key"},
    };
    struct coming *c = arg;
    if (status != VS_OK) return coming_refuse(c, status, "DATABASE", NULL);
    if (PQntuples(rows) == 0)
        return coming_refuse(c, VS_NOT_FOUND, "UNKNOWN_LINE",
                             "this server doesn't know this join line; ask your admin for a new one");
    for (size_t i = 0; i < ARRAY_LEN(refusals); i++)
        if (strcmp(cell_text(rows, 0, 0), refusals[i].verdict) == 0)
            return coming_refuse(c, VS_FAILED_PRECONDITION, refusals[i].verdict, refusals[i].message);
    look_up(c);
}

static void handle_join(struct request *r, const void *body) {
    const Vouchsafe__V1__JoinRequest *q = body;
    struct coming *c = arena_zalloc(&r->arena, sizeof *c);
    if (c == NULL) return request_refuse(r, VS_RESOURCE_EXHAUSTED, "MEMORY", NULL, NULL);
    if (!r->peer->has_key)
        return request_refuse(r, VS_FAILED_PRECONDITION, "NO_KEY", NULL,
                              "joining needs a client certificate; use vouchsafe-... join");
    /* Hello may have let it in by its key already: then its answer was lost, and the line says whether it is this one's */
    bool again = !id_is_zero(&r->peer->device_id) && memcmp(q->business_id.data, r->actor.business_id.b, 16) == 0;
    if (!again && !coming_first(r)) return;
    if (q->secret.len != 32)
        return request_refuse(r, VS_INVALID_ARGUMENT, "LENGTH", "secret", "the secret has 32 bytes");
    uint8_t hash[32];
    crypto_hash_sha256(hash, q->secret.data, q->secret.len);
    *c = (struct coming){.r = r, .answer = answer_join};
    memcpy(c->business.b, q->business_id.data, 16);
    struct id device = id_new();
    struct params p;
    params_init(&p, &r->arena);
    params_bytes(&p, hash, sizeof hash);
    params_bytes(&p, r->peer->key_hash, 32);
    params_id(&p, &device);
    params_text(&p, q->device_name != NULL ? q->device_name : "");
    coming_wait(c);
    store_login(store_of(r), &c->business, QUERY_SESSION_JOIN, &p, on_join, c);
}

/* --- who am I -------------------------------------------------------------------------------------------- */

static void on_whoami(void *arg, enum vs_status status, const PGresult *rows) {
    struct coming *c = arg;
    if (!reply_rows(c->r, status, rows)) return;
    if (PQntuples(rows) == 0) return request_refuse(c->r, VS_UNAUTHENTICATED, "REVOKED", NULL, NULL);
    if (!coming_read(c, rows)) return;
    Vouchsafe__V1__WhoamiReply is = VOUCHSAFE__V1__WHOAMI_REPLY__INIT;
    is.who = &c->who;
    request_reply(c->r, &is.base);
}

static void handle_whoami(struct request *r, const void *body) {
    (void)body;
    struct coming *c = arena_zalloc(&r->arena, sizeof *c);
    if (c == NULL) return request_refuse(r, VS_RESOURCE_EXHAUSTED, "MEMORY", NULL, NULL);
    *c = (struct coming){.r = r, .business = r->actor.business_id};
    struct params p;
    params_init(&p, &r->arena);
    params_id(&p, &r->actor.account_id);
    params_int4(&p, r->actor.epoch);
    store_login(store_of(r), &c->business, QUERY_SESSION_ACCOUNT, &p, on_whoami, c);
}

static void handle_ping(struct request *r, const void *body) {
    (void)body;
    Vouchsafe__V1__PingReply reply = VOUCHSAFE__V1__PING_REPLY__INIT;
    reply.has_now = 1;
    reply.now = clock_now_us();
    request_reply(r, &reply.base);
}

static const struct field_rule join_rules[] = {{"business_id", true, 0, 0}, {"secret", true, 0, 0}};
static const struct field_rule password_rules[] = {{"old_password", true, 0, 0}, {"new_password", true, 0, 0}};
static const struct method methods[] = {
    METHOD_NO_RULES(HELLO, hello, MAY_ANYONE, METHOD_BEFORE_LOGIN, handle_hello),
    METHOD_NO_RULES(LOGIN, login, MAY_ANYONE, METHOD_BEFORE_LOGIN, handle_login),
    METHOD_NO_RULES(LOGOUT, logout, MAY_ANYONE, 0, handle_logout),
    METHOD_NO_RULES(WHOAMI, whoami, MAY_ANYONE, 0, handle_whoami),
    METHOD_NO_RULES(PING, ping, MAY_ANYONE, METHOD_BEFORE_LOGIN, handle_ping),
    METHOD(JOIN, join, MAY_ANYONE, METHOD_BEFORE_LOGIN, handle_join, join_rules),
    PLAN_BY(PASSWORD_CHANGE, password_change, MAY_STAFF | MAY_MANAGER, METHOD_CHANGES, password_rules,
            handle_password_change),
};
const struct module session_module = {"session", methods, ARRAY_LEN(methods)};
