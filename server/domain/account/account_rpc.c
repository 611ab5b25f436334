/* SPDX-License-Identifier: Apache-2.0 */
/* Accounts, enrolment lines and partners: the admin's. */
#include <string.h>

#include "server/domain/reply.h"
#include "server/rpc/peer.h"
#include "vouchsafe/v1/account.pb-c.h"
#include "vouchsafe/v1/business.pb-c.h"
#include "vouchsafe/v1/method.pb-c.h"

static void on_account(void *arg, const struct change_result *c) {
    struct request *r = arg;
    Vouchsafe__V1__AccountAddReply reply = VOUCHSAFE__V1__ACCOUNT_ADD_REPLY__INIT;
    if (!reply_changed(r, c)) return;
    reply_set_id(&reply.account_id, &reply.has_account_id, &r->arena, &c->target);
    request_reply(r, &reply.base);
}

static void handle_account_add(struct request *r, const void *body) {
    const Vouchsafe__V1__AccountAddRequest *q = body;
    struct id account = reply_id(q->account_id), partner = reply_id(q->partner_id);
    if (q->password != NULL)
        return request_refuse(r, VS_INVALID_ARGUMENT, "PASSWORD", "password",
                              "this server knows devices only; leave the password out");
    if (q->role == VOUCHSAFE__V1__ROLE__PARTNER && id_is_zero(&partner))
        return request_refuse(r, VS_INVALID_ARGUMENT, "REQUIRED", "partner_id", "a partner account needs its partner");
    struct params p;
    params_init(&p, &r->arena);
    params_id(&p, &account);
    params_text(&p, q->login);
    params_text(&p, q->name != NULL ? q->name : q->login);
    params_int2(&p, (int16_t)q->role);
    params_id(&p, &partner);
    reply_change(r, QUERY_ACCOUNT_ADD, &p, on_account);
}

static void on_accounts(void *arg, enum vs_status status, const PGresult *rows) {
    struct request *r = arg;
    if (!reply_rows(r, status, rows)) return;
    size_t n = (size_t)PQntuples(rows);
    Vouchsafe__V1__AccountListReply reply = VOUCHSAFE__V1__ACCOUNT_LIST_REPLY__INIT;
    reply.accounts = arena_alloc(&r->arena, n * sizeof *reply.accounts);
    for (int i = 0; i < (int)n && !r->arena.failed; i++) {
        Vouchsafe__V1__Account *a = arena_alloc(&r->arena, sizeof *a);
        if (a == NULL) break;
        vouchsafe__v1__account__init(a);
        struct id id = cell_id(rows, i, 0), partner = cell_id(rows, i, 4);
        reply_set_id(&a->account_id, &a->has_account_id, &r->arena, &id);
        reply_set_id(&a->partner_id, &a->has_partner_id, &r->arena, &partner);
        a->login = reply_text(&r->arena, rows, i, 1);
        a->name = reply_text(&r->arena, rows, i, 2);
        a->has_role = 1;
        a->role = (Vouchsafe__V1__Role)cell_int(rows, i, 3);
        a->partner_name = reply_text(&r->arena, rows, i, 5);
        a->has_created_at = 1;
        a->created_at = cell_time(rows, i, 6);
        a->has_devices = 1;
        a->devices = (uint32_t)cell_int(rows, i, 8);
        reply.accounts[reply.n_accounts++] = a;
    }
    if (r->arena.failed) return request_refuse(r, VS_RESOURCE_EXHAUSTED, "PAGE", "page_size", "ask for a smaller page");

    request_reply(r, &reply.base);
}

static void handle_account_list(struct request *r, const void *body) {
    const Vouchsafe__V1__AccountListRequest *q = body;
    struct domain *d = r->context;
    struct params p;
    params_init(&p, &r->arena);
    params_bytes(&p, q->page_token.len == 16 ? (const void *)q->page_token.data : "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 16);
    params_int4(&p, 200);
    store_read(d->store, &r->actor, QUERY_ACCOUNT_LIST, &p, on_accounts, r);
}

static void on_revoked(void *arg, const struct change_result *c) {
    struct request *r = arg;
    Vouchsafe__V1__AccountRevokeReply reply = VOUCHSAFE__V1__ACCOUNT_REVOKE_REPLY__INIT;
    if (reply_changed(r, c)) request_reply(r, &reply.base);
}

static void handle_account_revoke(struct request *r, const void *body) {
    const Vouchsafe__V1__AccountRevokeRequest *q = body;
    struct params p;
    params_init(&p, &r->arena);
    params_text(&p, q->login);
    reply_change(r, QUERY_ACCOUNT_REVOKE, &p, on_revoked);
}

static void on_enrolled(void *arg, const struct change_result *c) {
    struct request *r = arg;
    struct domain *d = r->context;
    if (!reply_changed(r, c)) return;
    Vouchsafe__V1__EnrolmentAddReply reply = VOUCHSAFE__V1__ENROLMENT_ADD_REPLY__INIT;
    char *addresses[1] = {(char *)(uintptr_t)d->addresses};
    reply.has_expires_at = 1;
    reply.expires_at = c->result;
    reply.n_addresses = 1;
    reply.addresses = addresses;
    reply.has_root_pin = 1;
    reply.root_pin = (ProtobufCBinaryData){32, d->root_pin};
    reply_set_id(&reply.business_id, &reply.has_business_id, &r->arena, &r->actor.business_id);
    request_reply(r, &reply.base);
}

static void handle_enrolment_add(struct request *r, const void *body) {
    const Vouchsafe__V1__EnrolmentAddRequest *q = body;
    struct id id = reply_id(q->enrolment_id);
    if (q->secret_hash.len != 32)
        return request_refuse(r, VS_INVALID_ARGUMENT, "LENGTH", "secret_hash", "the hash has 32 bytes");
    struct params p;
    params_init(&p, &r->arena);
    params_id(&p, &id);
    params_text(&p, q->login);
    params_bytes(&p, q->secret_hash.data, 32);
    reply_change(r, QUERY_ENROLMENT_ADD, &p, on_enrolled);
}

static void on_partner(void *arg, const struct change_result *c) {
    struct request *r = arg;
    if (!reply_changed(r, c)) return;
    Vouchsafe__V1__PartnerAddReply reply = VOUCHSAFE__V1__PARTNER_ADD_REPLY__INIT;
    reply_set_id(&reply.partner_id, &reply.has_partner_id, &r->arena, &c->target);
    reply.has_number = 1;
    reply.number = (uint64_t)c->result;
    request_reply(r, &reply.base);
}

static void handle_partner_add(struct request *r, const void *body) {
    const Vouchsafe__V1__PartnerAddRequest *q = body;
    struct id id = reply_id(q->partner_id);
    struct params p;
    params_init(&p, &r->arena);
    params_id(&p, &id);
    params_text(&p, q->name);
    reply_change(r, QUERY_PARTNER_ADD, &p, on_partner);
}

static void on_partners(void *arg, enum vs_status status, const PGresult *rows) {
    struct request *r = arg;
    if (!reply_rows(r, status, rows)) return;
    size_t n = (size_t)PQntuples(rows);
    Vouchsafe__V1__PartnerListReply reply = VOUCHSAFE__V1__PARTNER_LIST_REPLY__INIT;
    reply.partners = arena_alloc(&r->arena, n * sizeof *reply.partners);
    for (int i = 0; i < (int)n && !r->arena.failed; i++) {
        Vouchsafe__V1__Partner *x = arena_alloc(&r->arena, sizeof *x);
        if (x == NULL) break;
        vouchsafe__v1__partner__init(x);
        struct id id = cell_id(rows, i, 0);
        reply_set_id(&x->partner_id, &x->has_partner_id, &r->arena, &id);
        x->has_number = x->has_created_at = 1;
        x->number = (uint64_t)cell_int(rows, i, 1);
        x->name = reply_text(&r->arena, rows, i, 2);
        x->created_at = cell_time(rows, i, 3);
        reply.partners[reply.n_partners++] = x;
    }
    if (r->arena.failed) return request_refuse(r, VS_RESOURCE_EXHAUSTED, "PAGE", NULL, NULL);
    request_reply(r, &reply.base);
}

static void handle_partner_list(struct request *r, const void *body) {
    (void)body;
    struct domain *d = r->context;
    struct params p;
    params_init(&p, &r->arena);
    params_int8(&p, 0);
    params_int4(&p, 200);
    store_read(d->store, &r->actor, QUERY_PARTNER_LIST, &p, on_partners, r);
}

static const struct field_rule account_rules[] = {
    {"account_id", true, 0, 0}, {"login", true, 0, 64}, {"role", true, 1, 5}};
static const struct field_rule login_rules[] = {{"login", true, 0, 64}};
static const struct field_rule enrolment_rules[] = {
    {"enrolment_id", true, 0, 0}, {"login", true, 0, 64}, {"secret_hash", true, 0, 0}};
static const struct field_rule partner_rules[] = {{"partner_id", true, 0, 0}, {"name", true, 0, 0}};
static const struct method methods[] = {
    METHOD(ACCOUNT_ADD, account_add, MAY_ADMIN, METHOD_CHANGES, handle_account_add, account_rules),
    METHOD_NO_RULES(ACCOUNT_LIST, account_list, MAY_ADMIN, 0, handle_account_list),
    METHOD(ACCOUNT_REVOKE, account_revoke, MAY_ADMIN, METHOD_CHANGES, handle_account_revoke, login_rules),
    METHOD(ENROLMENT_ADD, enrolment_add, MAY_ADMIN, METHOD_CHANGES, handle_enrolment_add, enrolment_rules),
    METHOD(PARTNER_ADD, partner_add, MAY_ADMIN, METHOD_CHANGES, handle_partner_add, partner_rules),
    METHOD_NO_RULES(PARTNER_LIST, partner_list, MAY_STAFF | MAY_MANAGER, 0, handle_partner_list),
};
const struct module account_module = {"account", methods, ARRAY_LEN(methods)};
