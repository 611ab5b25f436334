/* SPDX-License-Identifier: Apache-2.0 */
/* Claims and disputes. The rule that credits is a pure function of the database (credit_decide_v1, sql/migrations/0071_claim.sql). */
#include "server/domain/plan.h"
#include "vouchsafe/v1/claim.pb-c.h"
#include "vouchsafe/v1/method.pb-c.h"

static bool check_list(struct request *r, const void *body) {
    const Vouchsafe__V1__ClaimListRequest *q = body;
    if (q->has_contact_id != q->has_referral_id) return true;
    request_refuse(r, VS_INVALID_ARGUMENT, "REQUIRED", "contact_id", "contact_id: name a contact or a referral");
    return false;
}

static bool check_get(struct request *r, const void *body) {
    const Vouchsafe__V1__DisputeGetRequest *q = body;
    if (q->has_dispute_id != q->has_number) return true;
    request_refuse(r, VS_INVALID_ARGUMENT, "REQUIRED", "dispute_id", "dispute_id: name the dispute by id or by number");
    return false;
}

static const struct plan claim_add = {PLAN_REPLY(claim_add), .change = QUERY_CLAIM_ADD,
                                      .reads = {{QUERY_CLAIM_ADDED, "claim", 0, true}}};
static const struct plan claim_list = {PLAN_REPLY(claim_list), .page = 200, .check = check_list,
                                       .reads = {{QUERY_CLAIM_LIST, "claims", 0, false}}};
static const struct plan claim_why = {PLAN_REPLY(claim_why), .page = 200,
                                      .reads = {{QUERY_CLAIM_WHY, "claim", MAY_STAFF, true},
                                                {QUERY_CLAIM_WHY_SHARED, "claim", MAY_PARTNER, true},
                                                {QUERY_CLAIM_DECISIONS, "decisions", MAY_STAFF, false},
                                                {QUERY_CLAIM_DECISIONS_SHARED, "decisions", MAY_PARTNER, false},
                                                {QUERY_CLAIM_OTHERS, "others", MAY_STAFF, false}}};
static const struct plan claim_replay = {
    PLAN_REPLY(claim_replay), .page = 200,
    .reads = {{QUERY_CLAIM_REPLAY, "", 0, true}, {QUERY_CLAIM_REPLAY_DIFFERENCES, "differences", 0, false}}};
static const struct plan dispute_open = {PLAN_REPLY(dispute_open), .change = QUERY_DISPUTE_OPEN};
static const struct plan dispute_decide = {PLAN_REPLY(dispute_decide), .change = QUERY_DISPUTE_DECIDE};
static const struct plan dispute_list = {PLAN_REPLY(dispute_list),
                                         .reads = {{QUERY_DISPUTE_LIST, "disputes", MAY_STAFF, false},
                                                   {QUERY_DISPUTE_LIST_SHARED, "disputes", MAY_PARTNER, false}}};
static const struct plan dispute_get = {PLAN_REPLY(dispute_get), .page = 200, .check = check_get,
                                        .reads = {{QUERY_DISPUTE_GET, "dispute", MAY_STAFF, true},
                                                  {QUERY_DISPUTE_GET_SHARED, "dispute", MAY_PARTNER, true},
                                                  {QUERY_DISPUTE_CLAIMS, "claims", MAY_STAFF, false},
                                                  {QUERY_DISPUTE_EVIDENCE, "evidence", MAY_STAFF, false}}};

static const struct field_rule add_rules[] = {
    {"claim_id", true, 0, 0}, {"contact_id", true, 0, 0}, {"evidence", true, 1, 6}, {"because", true, 0, 1024}};
static const struct field_rule list_rules[] = {{"page_size", false, 1, 200}, {"state", false, 0, 2}};
static const struct field_rule why_rules[] = {{"referral_id", true, 0, 0}};
static const struct field_rule open_rules[] = {
    {"dispute_id", true, 0, 0}, {"referral_id", true, 0, 0}, {"because", true, 0, 1024}};
static const struct field_rule get_rules[] = {{"dispute_id", false, 0, 0}};
static const struct field_rule decide_rules[] = {{"dispute_id", true, 0, 0}, {"decision", true, 0, 1024}};
static const struct method methods[] = {
    PLAN(CLAIM_ADD, claim_add, MAY_STAFF, METHOD_CHANGES, add_rules),
    PLAN(CLAIM_LIST, claim_list, MAY_STAFF, 0, list_rules),
    PLAN(CLAIM_WHY, claim_why, MAY_STAFF | MAY_PARTNER, 0, why_rules),
    PLAN(CLAIM_REPLAY, claim_replay, MAY_ADMIN, 0, list_rules),
    PLAN(DISPUTE_OPEN, dispute_open, MAY_STAFF | MAY_PARTNER, METHOD_CHANGES, open_rules),
    PLAN(DISPUTE_LIST, dispute_list, MAY_STAFF | MAY_PARTNER, 0, list_rules),
    PLAN(DISPUTE_GET, dispute_get, MAY_STAFF | MAY_PARTNER, 0, get_rules),
    PLAN(DISPUTE_DECIDE, dispute_decide, MAY_ADMIN, METHOD_CHANGES, decide_rules),
};
const struct module claim_module = {"claim", methods, ARRAY_LEN(methods)};
