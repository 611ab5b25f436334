/* SPDX-License-Identifier: Apache-2.0 */
/* The business itself, and its partners as far as accounts and visibility need them. */
#include "server/domain/plan.h"
#include "vouchsafe/v1/business.pb-c.h"
#include "vouchsafe/v1/method.pb-c.h"

static const struct plan business_get = {PLAN_REPLY(business_get),
                                         .reads = {{QUERY_BUSINESS_GET, "business", 0, true}}};
static const struct plan business_edit = {PLAN_REPLY(business_edit), .change = QUERY_BUSINESS_EDIT};
static const struct plan partner_add = {PLAN_REPLY(partner_add), .change = QUERY_PARTNER_ADD};
static const struct plan partner_list = {PLAN_REPLY(partner_list),
                                         .reads = {{QUERY_PARTNER_LIST, "partners", 0, false}}};

static const struct field_rule edit_rules[] = {{"version", true, 0, 0}};
static const struct field_rule partner_rules[] = {{"partner_id", true, 0, 0}, {"name", true, 0, 0}};
static const struct field_rule page_rules[] = {{"page_size", false, 1, 200}};
static const struct method methods[] = {
    PLAN(BUSINESS_GET, business_get, MAY_ANYONE, 0, page_rules),
    PLAN(BUSINESS_EDIT, business_edit, MAY_ADMIN, METHOD_CHANGES, edit_rules),
    PLAN(PARTNER_ADD, partner_add, MAY_ADMIN, METHOD_CHANGES, partner_rules),
    PLAN(PARTNER_LIST, partner_list, MAY_STAFF | MAY_MANAGER, 0, page_rules),
};
const struct module business_module = {"business", methods, ARRAY_LEN(methods)};
