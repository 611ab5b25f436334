/* SPDX-License-Identifier: Apache-2.0 */
/* Champions. What may follow what stands in champion_transition; the tree and what came of it in functions beside it. */
#include "server/domain/plan.h"
#include "vouchsafe/v1/champion.pb-c.h"
#include "vouchsafe/v1/method.pb-c.h"

static const struct plan champion_list = {PLAN_REPLY(champion_list),
                                          .reads = {{QUERY_CHAMPION_LIST, "champions", 0, false}}};
static const struct plan champion_candidates = {PLAN_REPLY(champion_candidates), .page = 20,
                                                .reads = {{QUERY_CHAMPION_CANDIDATES, "candidates", 0, false}}};
static const struct plan champion_act = {PLAN_REPLY(champion_act), .change = QUERY_CHAMPION_ACT,
                                         .explain = QUERY_CHAMPION_STATE_OF};
static const struct plan champion_tree = {PLAN_REPLY(champion_tree), .page = 500,
                                          .reads = {{QUERY_CHAMPION_TREE, "people", 0, true}}};
static const struct plan champion_reach = {PLAN_REPLY(champion_reach), .page = 10,
                                           .reads = {{QUERY_CHAMPION_REACH, "generations", 0, false}}};

static const struct field_rule list_rules[] = {{"page_size", false, 1, 200}};
static const struct field_rule limit_rules[] = {{"limit", false, 1, 50}};
static const struct field_rule act_rules[] = {
    {"contact_id", true, 0, 0}, {"action", true, 1, 5}, {"because", true, 0, 1024}};
static const struct field_rule tree_rules[] = {{"contact_id", true, 0, 0}};
static const struct method methods[] = {
    PLAN(CHAMPION_LIST, champion_list, MAY_STAFF, 0, list_rules),
    PLAN(CHAMPION_CANDIDATES, champion_candidates, MAY_STAFF, 0, limit_rules),
    PLAN(CHAMPION_ACT, champion_act, MAY_STAFF, METHOD_CHANGES, act_rules),
    PLAN(CHAMPION_TREE, champion_tree, MAY_STAFF, 0, tree_rules),
    PLAN(CHAMPION_REACH, champion_reach, MAY_STAFF | MAY_MANAGER, 0, limit_rules),
};
const struct module champion_module = {"champion", methods, ARRAY_LEN(methods)};
