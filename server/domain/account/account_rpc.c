/* SPDX-License-Identifier: Apache-2.0 */
/* Accounts, the lines by which their machines join, and the devices that did: the admin's. */
#include <string.h>

#include "server/domain/new_password.h"
#include "server/domain/plan.h"
#include "server/domain/reply.h"
#include "server/rpc/peer.h"
#include "vouchsafe/v1/account.pb-c.h"
#include "vouchsafe/v1/method.pb-c.h"

static bool check_account(struct request *r, const void *body) {
    const Vouchsafe__V1__AccountAddRequest *q = body;
    if (q->role != VOUCHSAFE__V1__ROLE__PARTNER && q->has_partner_id)
        request_refuse(r, VS_INVALID_ARGUMENT, "NOT_A_PARTNER", "partner_id", "only a partner account has a partner");
    else if (q->role == VOUCHSAFE__V1__ROLE__PARTNER && !q->has_partner_id)
        request_refuse(r, VS_INVALID_ARGUMENT, "REQUIRED", "partner_id", "a partner account needs its partner");
    else
        return true;
    return false;
}

/* The password in the request becomes its hash, which the plan's query binds by the same name. */
static void on_made(struct new_password *n) {
    *n->fresh = n->made;
    plan_handle(n->r, n->message);
}

static void with_password(struct request *r, ProtobufCMessage *m, char **password) {
    struct new_password *n = arena_zalloc(&r->arena, sizeof *n);
    if (n == NULL) return request_refuse(r, VS_RESOURCE_EXHAUSTED, "MEMORY", NULL, NULL);
    *n = (struct new_password){.r = r, .message = m, .fresh = password, .field = "password", .done = on_made};
    new_password_make(n);
}

static void handle_account_add(struct request *r, const void *body) {
    Vouchsafe__V1__AccountAddRequest *q = (Vouchsafe__V1__AccountAddRequest *)(uintptr_t)body;
    if (q->password == NULL) return plan_handle(r, q);
    with_password(r, &q->base, &q->password);
}

static void handle_account_password(struct request *r, const void *body) {
    Vouchsafe__V1__AccountPasswordRequest *q = (Vouchsafe__V1__AccountPasswordRequest *)(uintptr_t)body;
    with_password(r, &q->base, &q->password);
}

/* An admin who sets their own password goes on. */
static void finish_password(struct request *r, const void *body, ProtobufCMessage *reply,
                            const struct change_result *c) {
    (void)body, (void)reply;
    if (r->peer != NULL && id_equal(&c->target, &r->actor.account_id) && r->peer->actor.epoch < c->result)
        r->peer->actor.epoch = (int32_t)c->result;
}

static bool check_enrolment(struct request *r, const void *body) {
    const Vouchsafe__V1__EnrolmentAddRequest *q = body;
    if (q->secret_hash.len == 32) return true;
    request_refuse(r, VS_INVALID_ARGUMENT, "LENGTH", "secret_hash", "the hash has 32 bytes");
    return false;
}

/* What the line needs besides the secret, which stays with the client. */
static void finish_enrolment(struct request *r, const void *body, ProtobufCMessage *m, const struct change_result *c) {
    (void)body, (void)c;
    Vouchsafe__V1__EnrolmentAddReply *reply = (Vouchsafe__V1__EnrolmentAddReply *)m;
    struct domain *d = r->context;
    char **addresses = arena_alloc(&r->arena, sizeof *addresses);
    if (addresses == NULL) return;
    addresses[0] = (char *)(uintptr_t)d->addresses;
    reply->n_addresses = 1;
    reply->addresses = addresses;
    reply->has_root_pin = 1;
    reply->root_pin = (ProtobufCBinaryData){32, d->root_pin};
    reply_set_id(&reply->business_id, &reply->has_business_id, &r->arena, &r->actor.business_id);
}

static const struct plan account_add = {PLAN_REPLY(account_add), .change = QUERY_ACCOUNT_ADD, .check = check_account};
static const struct plan account_list = {PLAN_REPLY(account_list),
                                         .reads = {{QUERY_ACCOUNT_LIST, "accounts", 0, false}}};
static const struct plan account_password = {PLAN_REPLY(account_password), .change = QUERY_ACCOUNT_PASSWORD,
                                             .finish = finish_password};
static const struct plan account_close = {PLAN_REPLY(account_close), .change = QUERY_ACCOUNT_CLOSE};
static const struct plan account_revoke = {PLAN_REPLY(account_revoke), .change = QUERY_ACCOUNT_REVOKE};
static const struct plan enrolment_add = {PLAN_REPLY(enrolment_add), .change = QUERY_ENROLMENT_ADD,
                                          .check = check_enrolment, .finish = finish_enrolment};
static const struct plan enrolment_list = {PLAN_REPLY(enrolment_list),
                                           .reads = {{QUERY_ENROLMENT_LIST, "enrolments", 0, false}}};
static const struct plan enrolment_end = {PLAN_REPLY(enrolment_end), .change = QUERY_ENROLMENT_END};
static const struct plan device_list = {PLAN_REPLY(device_list), .reads = {{QUERY_DEVICE_LIST, "devices", 0, false}}};
static const struct plan device_end = {PLAN_REPLY(device_end), .change = QUERY_DEVICE_END};

static const struct field_rule account_rules[] = {
    {"account_id", true, 0, 0}, {"login", true, 0, 64}, {"role", true, 1, 5}};
static const struct field_rule login_rules[] = {{"login", true, 0, 64}};
static const struct field_rule password_rules[] = {{"login", true, 0, 64}, {"password", true, 0, 0}};
static const struct field_rule enrolment_rules[] = {
    {"enrolment_id", true, 0, 0}, {"login", true, 0, 64}, {"secret_hash", true, 0, 0}};
static const struct field_rule line_rules[] = {{"enrolment_id", true, 0, 0}};
static const struct field_rule device_rules[] = {{"device_id", true, 0, 0}};
static const struct field_rule page_rules[] = {{"page_size", false, 1, 200}};
static const struct method methods[] = {
    PLAN_BY(ACCOUNT_ADD, account_add, MAY_ADMIN, METHOD_CHANGES, account_rules, handle_account_add),
    PLAN_BY(ACCOUNT_PASSWORD, account_password, MAY_ADMIN, METHOD_CHANGES, password_rules, handle_account_password),
    PLAN(ACCOUNT_LIST, account_list, MAY_ADMIN, 0, page_rules),
    PLAN(ACCOUNT_CLOSE, account_close, MAY_ADMIN, METHOD_CHANGES, login_rules),
    PLAN(ACCOUNT_REVOKE, account_revoke, MAY_ADMIN, METHOD_CHANGES, login_rules),
    PLAN(ENROLMENT_ADD, enrolment_add, MAY_ADMIN, METHOD_CHANGES, enrolment_rules),
    PLAN(ENROLMENT_LIST, enrolment_list, MAY_ADMIN, 0, page_rules),
    PLAN(ENROLMENT_END, enrolment_end, MAY_ADMIN, METHOD_CHANGES, line_rules),
    PLAN(DEVICE_LIST, device_list, MAY_ADMIN, 0, page_rules),
    PLAN(DEVICE_END, device_end, MAY_ADMIN, METHOD_CHANGES, device_rules),
};
const struct module account_module = {"account", methods, ARRAY_LEN(methods)};
