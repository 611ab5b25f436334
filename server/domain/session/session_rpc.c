/* SPDX-License-Identifier: Apache-2.0 */
/* Coming in: a device's key is its login. Hello looks the key up; Join enrols it with a one-time secret first.
 * - reading stops while a look-up is pending, so that no call can overtake its login
 * - an unknown key may only Join; a revoked one is told so */
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "server/core/clock.h"
#include "server/domain/reply.h"
#include "server/rpc/peer.h"
#include "vouchsafe/v1/method.pb-c.h"
#include "vouchsafe/v1/session.pb-c.h"

struct coming {
    struct request *r;
    struct id business;
    bool join, whoami;
    Vouchsafe__V1__Who who;
};

static struct domain *domain_of(struct request *r) { return r->context; }

static void resume(struct request *r) {
    if (r->peer == NULL) return;
    r->peer->login_pending = false;
    r->peer->resume(r->peer);
}

static void answer_hello(struct coming *c, bool logged_in) {
    Vouchsafe__V1__HelloReply reply = VOUCHSAFE__V1__HELLO_REPLY__INIT;
    reply.has_protocol = reply.has_now = reply.has_logged_in = 1;
    reply.protocol = 1;
    reply.server = (char *)(uintptr_t)("vouchsafed/" VOUCHSAFE_VERSION);
    reply.now = clock_now_us();
    reply.logged_in = logged_in;
    reply.who = logged_in ? &c->who : NULL;
    struct request *r = c->r;
    resume(r);
    request_reply(r, &reply.base);
}

static char *keep(struct coming *c, const PGresult *rows, int col) {
    return arena_strndup(&c->r->arena, cell_text(rows, 0, col), strlen(cell_text(rows, 0, col)));
}

static void log_in(struct coming *c, const PGresult *rows) {
    struct actor a = {.business_id = c->business,
                      .account_id = cell_id(rows, 0, 0),
                      .partner_id = cell_id(rows, 0, 1),
                      .role = (enum role)cell_int(rows, 0, 2),
                      .epoch = (int32_t)cell_int(rows, 0, 3)};
    Vouchsafe__V1__Who who = VOUCHSAFE__V1__WHO__INIT;
    reply_set_id(&who.business_id, &who.has_business_id, &c->r->arena, &a.business_id);
    reply_set_id(&who.account_id, &who.has_account_id, &c->r->arena, &a.account_id);
    reply_set_id(&who.partner_id, &who.has_partner_id, &c->r->arena, &a.partner_id);
    who.login = keep(c, rows, 4);
    who.name = keep(c, rows, 5);
    who.business = keep(c, rows, 6);
    who.business_name = keep(c, rows, 7);
    who.zone = keep(c, rows, 8);
    who.country = keep(c, rows, 9);
    snprintf(a.country, sizeof a.country, "%s", who.country != NULL ? who.country : "");
    who.partner_name = cell_null(rows, 0, 10) ? NULL : keep(c, rows, 10);
    who.has_role = 1;
    who.role = (Vouchsafe__V1__Role)a.role;
    c->who = who;
    if (c->r->peer != NULL && c->r->peer->actor.role == ROLE_NONE) peer_login(c->r->peer, &a);
}

static void refuse(struct coming *c, enum vs_status status, const char *reason, const char *message) {
    struct request *r = c->r;
    resume(r);
    request_refuse(r, status, reason, NULL, "%s", message != NULL ? message : vs_status_words(status));
}

static void on_device(void *arg, enum vs_status status, const PGresult *rows) {
    struct coming *c = arg;
    if (status != VS_OK)
        refuse(c, status, "DATABASE", NULL);
    else if (PQntuples(rows) == 0 && !c->join)
        answer_hello(c, false);
    else if (PQntuples(rows) == 0 || cell_bool(rows, 0, 11))
        refuse(c, VS_UNAUTHENTICATED, "DEVICE_ENDED",
               "this device was signed out by your admin; ask for a new join line");
    else {
        log_in(c, rows);
        if (c->whoami) {
            Vouchsafe__V1__WhoamiReply is = VOUCHSAFE__V1__WHOAMI_REPLY__INIT;
            is.who = &c->who;
            request_reply(c->r, &is.base);
            return;
        }
        if (!c->join) {
            answer_hello(c, true);
            return;
        }
        Vouchsafe__V1__JoinReply reply = VOUCHSAFE__V1__JOIN_REPLY__INIT;
        reply.who = &c->who;
        resume(c->r);
        request_reply(c->r, &reply.base);
    }
}

static void look_up(struct coming *c) {
    struct params p;
    params_init(&p, &c->r->arena);
    params_bytes(&p, c->r->peer->key_hash, 32);
    store_login(domain_of(c->r)->store, &c->business, QUERY_SESSION_DEVICE, &p, on_device, c);
}

static void handle_hello(struct request *r, const void *body) {
    const Vouchsafe__V1__HelloRequest *q = body;
    struct coming *c = arena_zalloc(&r->arena, sizeof *c);
    if (c == NULL) return request_refuse(r, VS_RESOURCE_EXHAUSTED, "MEMORY", NULL, NULL);
    c->r = r;
    if (q->has_protocol && q->protocol < 1)
        return request_refuse(r, VS_FAILED_PRECONDITION, "PROTOCOL", "protocol",
                              "this server speaks protocol 1; update the client");
    r->peer->hello_done = true;
    if (!r->peer->has_key || r->peer->actor.role != ROLE_NONE || id_parse(r->peer->key_name, &c->business) < 0)
        return answer_hello(c, false);
    r->peer->login_pending = true;
    look_up(c);
}

static void on_join(void *arg, enum vs_status status, const PGresult *rows) {
    struct coming *c = arg;
    const char *verdict = status == VS_OK && PQntuples(rows) > 0 ? cell_text(rows, 0, 0) : "";
    if (status != VS_OK)
        refuse(c, status, "DATABASE", NULL);
    else if (strcmp(verdict, "USED") == 0)
        refuse(c, VS_FAILED_PRECONDITION, "USED",
               "this join line was used by another machine; ask your admin for a new one");
    else if (strcmp(verdict, "EXPIRED") == 0)
        refuse(c, VS_FAILED_PRECONDITION, "EXPIRED",
               "this join line ran out or was ended; ask your admin for a new one");
    else if (strcmp(verdict, "OK") != 0)
        refuse(c, VS_NOT_FOUND, "UNKNOWN_LINE",
               "this server doesn't know this join line; ask your admin for a new one");
    else if (c->r->peer == NULL)
        refuse(c, VS_CANCELLED, "GONE", NULL);
    else
        look_up(c);
}

static void handle_join(struct request *r, const void *body) {
    const Vouchsafe__V1__JoinRequest *q = body;
    struct coming *c = arena_zalloc(&r->arena, sizeof *c);
    if (c == NULL) return request_refuse(r, VS_RESOURCE_EXHAUSTED, "MEMORY", NULL, NULL);
    if (!r->peer->has_key)
        return request_refuse(r, VS_FAILED_PRECONDITION, "NO_KEY", NULL,
                              "joining needs a client certificate; use vouchsafe-... join");
    if (r->peer->actor.role != ROLE_NONE)
        return request_refuse(r, VS_FAILED_PRECONDITION, "LOGGED_IN", NULL, "this connection is logged in already");
    if (q->secret.len != 32)
        return request_refuse(r, VS_INVALID_ARGUMENT, "LENGTH", "secret", "the secret has 32 bytes");
    uint8_t hash[32];
    crypto_hash_sha256(hash, q->secret.data, q->secret.len);
    *c = (struct coming){.r = r, .join = true};
    memcpy(c->business.b, q->business_id.data, 16);
    struct id device = id_new();
    struct params p;
    params_init(&p, &r->arena);
    params_bytes(&p, hash, sizeof hash);
    params_bytes(&p, r->peer->key_hash, 32);
    params_id(&p, &device);
    params_text(&p, q->device_name != NULL ? q->device_name : "");
    r->peer->login_pending = true;
    store_login(domain_of(r)->store, &c->business, QUERY_SESSION_JOIN, &p, on_join, c);
}

static void handle_whoami(struct request *r, const void *body) {
    (void)body;
    struct coming *c = arena_zalloc(&r->arena, sizeof *c);
    if (c == NULL) return request_refuse(r, VS_RESOURCE_EXHAUSTED, "MEMORY", NULL, NULL);
    *c = (struct coming){.r = r, .whoami = true, .business = r->actor.business_id};
    look_up(c);
}

static void handle_ping(struct request *r, const void *body) {
    (void)body;
    Vouchsafe__V1__PingReply reply = VOUCHSAFE__V1__PING_REPLY__INIT;
    reply.has_now = 1;
    reply.now = clock_now_us();
    request_reply(r, &reply.base);
}

static const struct field_rule join_rules[] = {{"business_id", true, 0, 0}, {"secret", true, 0, 0}};
static const struct method methods[] = {
    METHOD_NO_RULES(HELLO, hello, MAY_ANYONE, METHOD_BEFORE_LOGIN, handle_hello),
    METHOD_NO_RULES(WHOAMI, whoami, MAY_ANYONE, 0, handle_whoami),
    METHOD_NO_RULES(PING, ping, MAY_ANYONE, METHOD_BEFORE_LOGIN, handle_ping),
    METHOD(JOIN, join, MAY_ANYONE, METHOD_BEFORE_LOGIN, handle_join, join_rules),
};
const struct module session_module = {"session", methods, ARRAY_LEN(methods)};
