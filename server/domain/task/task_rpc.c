/* SPDX-License-Identifier: Apache-2.0 */
/* Follow-ups: what rules made when something fell due (domain/schedule.c) and what people wrote down. */
#include "server/domain/plan.h"
#include "vouchsafe/v1/method.pb-c.h"
#include "vouchsafe/v1/task.pb-c.h"

static bool put_done(struct request *r, const void *body, struct params *p) {
    (void)r, (void)body;
    params_int2(p, VOUCHSAFE__V1__TASK_STATE__TASK_STATE_DONE);
    return true;
}

static bool put_dropped(struct request *r, const void *body, struct params *p) {
    (void)r, (void)body;
    params_int2(p, VOUCHSAFE__V1__TASK_STATE__TASK_STATE_DROPPED);
    return true;
}

static bool put_because(struct request *r, const void *body, struct params *p) {
    (void)r;
    params_text(p, ((const Vouchsafe__V1__TaskSkipRequest *)body)->because);
    return true;
}

static const struct derivation done_derived[] = {{"to_state", put_done}, {NULL, NULL}};
static const struct derivation skip_derived[] = {{"to_state", put_dropped}, {"result", put_because}, {NULL, NULL}};

static const struct plan task_today = {
    PLAN_REPLY(task_today), .reads = {{QUERY_TASK_TODAY, "tasks", 0, false}, {QUERY_TASK_TODAY_MORE, "", 0, false}},
    .page = 200};
static const struct plan task_list = {PLAN_REPLY(task_list), .reads = {{QUERY_TASK_LIST, "tasks", 0, false}}};
static const struct plan task_add = {PLAN_REPLY(task_add), .change = QUERY_TASK_ADD};
static const struct plan task_done = {PLAN_REPLY(task_done), .change = QUERY_TASK_CLOSE, .derived = done_derived};
static const struct plan task_later = {PLAN_REPLY(task_later), .change = QUERY_TASK_LATER};
static const struct plan task_skip = {PLAN_REPLY(task_skip), .change = QUERY_TASK_CLOSE, .derived = skip_derived};
static const struct plan account_away = {PLAN_REPLY(account_away), .change = QUERY_ACCOUNT_AWAY};

static const struct field_rule today_rules[] = {{"owner", false, 0, 64}};
static const struct field_rule list_rules[] = {{"page_size", false, 1, 200}};
static const struct field_rule add_rules[] = {
    {"task_id", true, 0, 0}, {"words", true, 0, 1024}, {"due_at", true, 0, 0}};
static const struct field_rule done_rules[] = {{"task_id", true, 0, 0}, {"result", false, 0, 1024}};
static const struct field_rule later_rules[] = {{"task_id", true, 0, 0}, {"until", true, 0, 0}};
static const struct field_rule skip_rules[] = {{"task_id", true, 0, 0}, {"because", true, 0, 1024}};
static const struct field_rule away_rules[] = {{"until", true, 0, 0}};
static const struct method methods[] = {
    PLAN(TASK_TODAY, task_today, MAY_STAFF, 0, today_rules),
    PLAN(TASK_LIST, task_list, MAY_STAFF, 0, list_rules),
    PLAN(TASK_ADD, task_add, MAY_STAFF, METHOD_CHANGES, add_rules),
    PLAN(TASK_DONE, task_done, MAY_STAFF, METHOD_CHANGES, done_rules),
    PLAN(TASK_LATER, task_later, MAY_STAFF, METHOD_CHANGES, later_rules),
    PLAN(TASK_SKIP, task_skip, MAY_STAFF, METHOD_CHANGES, skip_rules),
    PLAN(ACCOUNT_AWAY, account_away, MAY_STAFF, METHOD_CHANGES, away_rules),
};
const struct module task_module = {"task", methods, ARRAY_LEN(methods)};
