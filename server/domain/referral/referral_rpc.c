/* SPDX-License-Identifier: Apache-2.0 */
/* Referrals. What may be done when, by whom, with what consequences is the table of transitions (sql/migrations/0070_referral.sql),
 * and referral_move (0072) is what goes by it; here stand only the ways in and out. A partner has reads of its own. */
#include "server/domain/plan.h"
#include "server/domain/rows.h"
#include "vouchsafe/v1/method.pb-c.h"
#include "vouchsafe/v1/referral.pb-c.h"

static bool refuse(struct request *r, const char *reason, const char *field, const char *words) {
    request_refuse(r, VS_INVALID_ARGUMENT, reason, field, "%s: %s", field, words);
    return false;
}

/* What only staff name: to a partner even the refusal of a value would tell something. */
static bool check_partner(struct request *r, const ProtobufCMessage *body) {
    static const char *const staffs[] = {
        "source_contact_id", "source_partner_id", "source_login", "partner_id", "promise_id", "owner",
        "deal_id",           "happened_at",       "clocks",       "late"};
    for (size_t i = 0; r->actor.role == ROLE_PARTNER && i < ARRAY_LEN(staffs); i++) {
        const ProtobufCFieldDescriptor *f = rows_field(body->descriptor, staffs[i]);
        if (f != NULL && rows_has(body, f)) return refuse(r, "STAFF_ONLY", f->name, "a partner seat leaves this out");
    }
    return true;
}

static bool check(struct request *r, const void *body) { return check_partner(r, body); }

static bool check_list(struct request *r, const void *body) {
    const Vouchsafe__V1__ReferralListRequest *q = body;
    if (r->actor.role == ROLE_PARTNER && q->has_contact_id)
        return refuse(r, "STAFF_ONLY", "contact_id", "a partner seat leaves this out");
    return check_partner(r, &q->base);
}

static bool check_get(struct request *r, const void *body) {
    const Vouchsafe__V1__ReferralGetRequest *q = body;
    return q->has_referral_id != q->has_number ||
           refuse(r, "REQUIRED", "referral_id", "name the referral by id or by number");
}

#define DONE_READS \
    {QUERY_REFERRAL_DONE, "referral", MAY_STAFF, true}, {QUERY_REFERRAL_DONE_SHARED, "referral", MAY_PARTNER, true}, { \
        QUERY_REFERRAL_DONE_MOVES, "moves", 0, false \
    }
static const struct plan referral_add = {PLAN_REPLY(referral_add), .check = check, .change = QUERY_REFERRAL_ADD,
                                         .reads = {DONE_READS, {QUERY_REFERRAL_SAY, "", 0, false}}};
static const struct plan referral_act = {PLAN_REPLY(referral_act),
                                         .check = check,
                                         .change = QUERY_REFERRAL_ACT,
                                         .explain = QUERY_REFERRAL_ACT_FAULT,
                                         .explain_to = MAY_STAFF | MAY_PARTNER,
                                         .reads = {DONE_READS}};
static const struct plan referral_get = {PLAN_REPLY(referral_get), .check = check_get,
                                         .reads = {{QUERY_REFERRAL_GET, "referral", MAY_STAFF, true},
                                                   {QUERY_REFERRAL_GET_SHARED, "referral", MAY_PARTNER, true},
                                                   {QUERY_REFERRAL_STEPS, "steps", MAY_STAFF, false},
                                                   {QUERY_REFERRAL_STEPS_SHARED, "steps", MAY_PARTNER, false},
                                                   {QUERY_REFERRAL_MOVES, "moves", 0, false},
                                                   {QUERY_REFERRAL_FRIEND, "", 0, false}}};
static const struct plan referral_list = {PLAN_REPLY(referral_list), .check = check_list,
                                          .reads = {{QUERY_REFERRAL_LIST, "referrals", MAY_STAFF, false},
                                                    {QUERY_REFERRAL_LIST_SHARED, "referrals", MAY_PARTNER, false}}};
static const struct plan referral_machine = {PLAN_REPLY(referral_machine), .page = 200,
                                             .reads = {{QUERY_REFERRAL_MACHINE, "transitions", 0, false}}};
static const struct plan referral_terms = {PLAN_REPLY(referral_terms), .reads = {{QUERY_REFERRAL_TERMS, "", 0, false}}};

static const struct field_rule add_rules[] = {{"referral_id", true, 0, 0}, {"because", false, 0, 1024},
                                              {"phrase", false, 0, 1024},  {"cause", false, 0, 9},
                                              {"level", false, 0, 5},      {"consent", false, 0, 4}};
static const struct field_rule get_rules[] = {{"referral_id", false, 0, 0}};
static const struct field_rule list_rules[] = {
    {"page_size", false, 1, 200}, {"state", false, 0, 12}, {"direction", false, 0, 2}};
static const struct field_rule act_rules[] = {
    {"referral_id", true, 0, 0}, {"action", true, 1, 23}, {"words", false, 0, 1024}, {"because", false, 0, 1024},
    {"outcome", false, 0, 1024}, {"level", false, 0, 5},  {"cause", false, 0, 9},    {"call_on", false, 0, 10}};
static const struct field_rule machine_rules[] = {{"direction", false, 0, 2}};
static const struct method methods[] = {
    PLAN(REFERRAL_ADD, referral_add, MAY_STAFF | MAY_PARTNER, METHOD_CHANGES, add_rules),
    PLAN(REFERRAL_GET, referral_get, MAY_STAFF | MAY_PARTNER, 0, get_rules),
    PLAN(REFERRAL_LIST, referral_list, MAY_STAFF | MAY_PARTNER, 0, list_rules),
    PLAN(REFERRAL_ACT, referral_act, MAY_STAFF | MAY_PARTNER, METHOD_CHANGES, act_rules),
    PLAN(REFERRAL_MACHINE, referral_machine, MAY_STAFF | MAY_PARTNER, 0, machine_rules),
    PLAN(REFERRAL_TERMS, referral_terms, MAY_STAFF | MAY_PARTNER, 0, machine_rules),
};
const struct module referral_module = {"referral", methods, ARRAY_LEN(methods)};
