/* SPDX-License-Identifier: Apache-2.0 */
/* Work for a customer, after a won deal or opened directly. */
#include "server/domain/plan.h"
#include "vouchsafe/v1/deal.pb-c.h"
#include "vouchsafe/v1/method.pb-c.h"

static const struct plan project_add = {PLAN_REPLY(project_add), .change = QUERY_PROJECT_ADD};
static const struct plan project_list = {PLAN_REPLY(project_list),
                                         .reads = {{QUERY_PROJECT_LIST, "projects", 0, false}}};
static const struct plan project_complete = {PLAN_REPLY(project_complete), .change = QUERY_PROJECT_COMPLETE};
static const struct plan project_cancel = {PLAN_REPLY(project_cancel), .change = QUERY_PROJECT_CANCEL};

static const struct field_rule add_rules[] = {
    {"project_id", true, 0, 0}, {"contact_id", true, 0, 0}, {"title", true, 0, 0}};
static const struct field_rule list_rules[] = {{"page_size", false, 1, 200}};
static const struct field_rule id_rules[] = {{"project_id", true, 0, 0}};
static const struct field_rule because_rules[] = {{"project_id", true, 0, 0}, {"because", true, 0, 1024}};
static const struct method methods[] = {
    PLAN(PROJECT_ADD, project_add, MAY_STAFF, METHOD_CHANGES, add_rules),
    PLAN(PROJECT_LIST, project_list, MAY_STAFF, 0, list_rules),
    PLAN(PROJECT_COMPLETE, project_complete, MAY_STAFF, METHOD_CHANGES, id_rules),
    PLAN(PROJECT_CANCEL, project_cancel, MAY_STAFF, METHOD_CHANGES, because_rules),
};
const struct module project_module = {"project", methods, ARRAY_LEN(methods)};
