/* SPDX-License-Identifier: Apache-2.0 */
/* Deals, their checklist and value baseline. What winning causes stands in one statement (sql/queries/deal.sql). */
#include "server/domain/plan.h"
#include "vouchsafe/v1/deal.pb-c.h"
#include "vouchsafe/v1/method.pb-c.h"

/* Text to the statement, since "" takes the day back; what isn't a day the database refuses by itself. */
static bool put_conversation(struct request *r, const void *body, struct params *p) {
    (void)r;
    params_text(p, ((const Vouchsafe__V1__DealEditRequest *)body)->conversation_on);
    return true;
}
static const struct derivation edit_derived[] = {{"conversation", put_conversation}, {NULL, NULL}};

static const struct plan deal_add = {PLAN_REPLY(deal_add), .change = QUERY_DEAL_ADD};
static const struct plan deal_get = {
    PLAN_REPLY(deal_get), .reads = {{QUERY_DEAL_GET, "deal", 0, true}, {QUERY_DEAL_BASELINES, "baselines", 0, false}}};
static const struct plan deal_list = {PLAN_REPLY(deal_list), .reads = {{QUERY_DEAL_LIST, "deals", 0, false}}};
static const struct plan deal_edit = {PLAN_REPLY(deal_edit), .change = QUERY_DEAL_EDIT, .derived = edit_derived};
static const struct plan deal_won = {PLAN_REPLY(deal_won), .change = QUERY_DEAL_WON,
                                     .reads = {{QUERY_DEAL_WON_WITHOUT, "", 0, false}}};
static const struct plan deal_lost = {PLAN_REPLY(deal_lost), .change = QUERY_DEAL_LOST};
static const struct plan deal_reopen = {PLAN_REPLY(deal_reopen), .change = QUERY_DEAL_REOPEN};
static const struct plan baseline_add = {PLAN_REPLY(baseline_add), .change = QUERY_BASELINE_ADD};
static const struct plan baseline_result = {PLAN_REPLY(baseline_result), .change = QUERY_BASELINE_RESULT};

static const struct field_rule add_rules[] = {
    {"deal_id", true, 0, 0}, {"contact_id", true, 0, 0}, {"title", true, 0, 0}};
static const struct field_rule list_rules[] = {{"page_size", false, 1, 200}};
static const struct field_rule edit_rules[] = {
    {"deal_id", true, 0, 0}, {"version", true, 0, 0}, {"customer_owes", false, 0, 1024}};
static const struct field_rule id_rules[] = {{"deal_id", true, 0, 0}};
static const struct field_rule because_rules[] = {{"deal_id", true, 0, 0}, {"because", true, 0, 1024}};
static const struct field_rule baseline_rules[] = {{"baseline_id", true, 0, 0},
                                                   {"deal_id", true, 0, 0},
                                                   {"measure", true, 0, 0},
                                                   {"before", true, 0, 0},
                                                   {"promised", true, 0, 0}};
static const struct field_rule result_rules[] = {
    {"baseline_id", true, 0, 0}, {"after", true, 0, 0}, {"evidence", false, 0, 1024}};
static const struct method methods[] = {
    PLAN(DEAL_ADD, deal_add, MAY_STAFF, METHOD_CHANGES, add_rules),
    PLAN(DEAL_GET, deal_get, MAY_STAFF, 0, list_rules),
    PLAN(DEAL_LIST, deal_list, MAY_STAFF, 0, list_rules),
    PLAN(DEAL_EDIT, deal_edit, MAY_STAFF, METHOD_CHANGES, edit_rules),
    PLAN(DEAL_WON, deal_won, MAY_STAFF, METHOD_CHANGES, id_rules),
    PLAN(DEAL_LOST, deal_lost, MAY_STAFF, METHOD_CHANGES, because_rules),
    PLAN(DEAL_REOPEN, deal_reopen, MAY_STAFF, METHOD_CHANGES, because_rules),
    PLAN(BASELINE_ADD, baseline_add, MAY_STAFF, METHOD_CHANGES, baseline_rules),
    PLAN(BASELINE_RESULT, baseline_result, MAY_STAFF, METHOD_CHANGES, result_rules),
};
const struct module deal_module = {"deal", methods, ARRAY_LEN(methods)};
