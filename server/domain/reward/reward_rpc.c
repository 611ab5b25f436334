/* SPDX-License-Identifier: Apache-2.0 */
/* Rewards by agreement. The ledger is the database's: a posting has both its sides, a counter-entry mirrors what it names. */
#include "server/domain/plan.h"
#include "vouchsafe/v1/method.pb-c.h"
#include "vouchsafe/v1/reward.pb-c.h"

static bool check_add(struct request *r, const void *body) {
    const Vouchsafe__V1__RewardAddRequest *q = body;
    if (q->has_contact_id + q->has_partner_id + (q->colleague != NULL) == 1) return true;
    request_refuse(r, VS_INVALID_ARGUMENT, "WHO", "contact_id", "name one source: a contact, a partner or a colleague");
    return false;
}

static bool put_payable(struct request *r, const void *body, struct params *p) {
    (void)r, (void)body;
    params_int2(p, VOUCHSAFE__V1__REWARD_STATE__REWARD_STATE_PAYABLE);
    return true;
}
static bool put_paid(struct request *r, const void *body, struct params *p) {
    (void)r, (void)body;
    params_int2(p, VOUCHSAFE__V1__REWARD_STATE__REWARD_STATE_PAID);
    return true;
}
static const struct derivation payable_derived[] = {{"to_state", put_payable}, {NULL, NULL}};
static const struct derivation paid_derived[] = {{"to_state", put_paid}, {NULL, NULL}};

static const struct plan agreement_set = {PLAN_REPLY(agreement_set), .change = QUERY_AGREEMENT_SET};
static const struct plan agreement_list = {PLAN_REPLY(agreement_list),
                                           .reads = {{QUERY_AGREEMENT_LIST, "agreements", 0, false}}};
static const struct plan reward_add = {PLAN_REPLY(reward_add), .check = check_add, .change = QUERY_REWARD_ADD,
                                       .reads = {{QUERY_REWARD_ADDED, "", 0, true}}};
static const struct plan reward_decide = {PLAN_REPLY(reward_decide), .change = QUERY_REWARD_DECIDE,
                                          .explain = QUERY_REWARD_STATE_OF};
static const struct plan reward_payable = {PLAN_REPLY(reward_payable), .change = QUERY_REWARD_STEP,
                                           .explain = QUERY_REWARD_STATE_OF, .derived = payable_derived};
static const struct plan reward_pay = {PLAN_REPLY(reward_pay), .change = QUERY_REWARD_STEP,
                                       .explain = QUERY_REWARD_STATE_OF, .derived = paid_derived};
static const struct plan reward_reverse = {PLAN_REPLY(reward_reverse), .change = QUERY_REWARD_REVERSE,
                                           .explain = QUERY_REWARD_STATE_OF};
/* A partner reads what is its own: what it gets, for which of its referrals, and the postings. */
static const struct plan reward_list = {PLAN_REPLY(reward_list),
                                        .reads = {{QUERY_REWARD_LIST, "rewards", MAY_STAFF, false},
                                                  {QUERY_REWARD_LIST_SHARED, "rewards", MAY_PARTNER, false}}};
static const struct plan ledger_list = {PLAN_REPLY(ledger_list),
                                        .reads = {{QUERY_LEDGER_LIST, "postings", MAY_STAFF, false},
                                                  {QUERY_LEDGER_LIST_SHARED, "postings", MAY_PARTNER, false}}};
static const struct plan ledger_show = {PLAN_REPLY(ledger_show),
                                        .reads = {{QUERY_LEDGER_SHOW, "balances", MAY_STAFF, false},
                                                  {QUERY_LEDGER_SHOW_SHARED, "balances", MAY_PARTNER, false}}};

static const struct field_rule set_rules[] = {
    {"agreement_id", true, 0, 0}, {"reward", true, 1, 4}, {"words", false, 0, 1024}};
static const struct field_rule list_rules[] = {{"page_size", false, 1, 200}};
static const struct field_rule add_rules[] = {{"reward_id", true, 0, 0}};
static const struct field_rule decide_rules[] = {{"reward_id", true, 0, 0}, {"because", true, 0, 1024}};
static const struct field_rule step_rules[] = {{"reward_id", true, 0, 0}, {"words", false, 0, 1024}};
static const struct field_rule show_rules[] = {{"reward_id", false, 0, 0}};
static const struct method methods[] = {
    PLAN(AGREEMENT_SET, agreement_set, MAY_ADMIN, METHOD_CHANGES, set_rules),
    PLAN(AGREEMENT_LIST, agreement_list, MAY_STAFF, 0, list_rules),
    PLAN(REWARD_ADD, reward_add, MAY_STAFF, METHOD_CHANGES, add_rules),
    PLAN(REWARD_DECIDE, reward_decide, MAY_ADMIN, METHOD_CHANGES, decide_rules),
    PLAN(REWARD_PAYABLE, reward_payable, MAY_ADMIN, METHOD_CHANGES, step_rules),
    PLAN(REWARD_PAY, reward_pay, MAY_ADMIN, METHOD_CHANGES, step_rules),
    PLAN(REWARD_REVERSE, reward_reverse, MAY_ADMIN, METHOD_CHANGES, decide_rules),
    PLAN(REWARD_LIST, reward_list, MAY_STAFF | MAY_PARTNER, 0, list_rules),
    PLAN(LEDGER_LIST, ledger_list, MAY_STAFF | MAY_PARTNER, 0, list_rules),
    PLAN(LEDGER_SHOW, ledger_show, MAY_STAFF | MAY_PARTNER, 0, show_rules),
};
const struct module reward_module = {"reward", methods, ARRAY_LEN(methods)};
