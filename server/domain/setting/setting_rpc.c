/* SPDX-License-Identifier: Apache-2.0 */
/* A business's own windows, clocks, weights and thresholds, and its working calendar. What exists, and what holds where the
 * business says nothing, stands in setting_default (sql/migrations). */
#include "server/domain/plan.h"
#include "vouchsafe/v1/method.pb-c.h"
#include "vouchsafe/v1/setting.pb-c.h"

static const struct plan setting_list = {PLAN_REPLY(setting_list),
                                         .reads = {{QUERY_SETTING_LIST, "settings", 0, false}}, .page = 200};
static const struct plan setting_set = {PLAN_REPLY(setting_set), .change = QUERY_SETTING_SET};
static const struct plan holiday_add = {PLAN_REPLY(holiday_add), .change = QUERY_HOLIDAY_ADD};
static const struct plan holiday_remove = {PLAN_REPLY(holiday_remove), .change = QUERY_HOLIDAY_REMOVE};
static const struct plan holiday_list = {PLAN_REPLY(holiday_list),
                                         .reads = {{QUERY_HOLIDAY_LIST, "holidays", 0, false}}, .page = 200};

static const struct field_rule key_rules[] = {{"key", true, 0, 64}};
static const struct field_rule day_rules[] = {{"day", true, 0, 10}};
static const struct field_rule no_rules[] = {{"prefix", false, 0, 64}};
static const struct method methods[] = {
    PLAN(SETTING_LIST, setting_list, MAY_STAFF | MAY_MANAGER, 0, no_rules),
    PLAN(SETTING_SET, setting_set, MAY_ADMIN, METHOD_CHANGES, key_rules),
    PLAN(HOLIDAY_ADD, holiday_add, MAY_ADMIN, METHOD_CHANGES, day_rules),
    PLAN(HOLIDAY_REMOVE, holiday_remove, MAY_ADMIN, METHOD_CHANGES, day_rules),
    PLAN(HOLIDAY_LIST, holiday_list, MAY_STAFF | MAY_MANAGER, 0, no_rules),
};
const struct module setting_module = {"setting", methods, ARRAY_LEN(methods)};
