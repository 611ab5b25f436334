/* SPDX-License-Identifier: Apache-2.0 */
/* Promises: one statement settles them all; whether one was kept its day decides, not the seat. */
#include "server/domain/plan.h"
#include "vouchsafe/v1/method.pb-c.h"
#include "vouchsafe/v1/promise.pb-c.h"

#define PUT_STATE(name, state) \
    static bool put_##name(struct request *r, const void *body, struct params *p) { \
        (void)r, (void)body; \
        params_int2(p, VOUCHSAFE__V1__PROMISE_STATE__PROMISE_STATE_##state); \
        return true; \
    }
PUT_STATE(done, KEPT)
PUT_STATE(broken, BROKEN)
PUT_STATE(released, RELEASED)
#undef PUT_STATE

static bool put_null(struct request *r, const void *body, struct params *p) {
    (void)r, (void)body;
    params_null(p);
    return true;
}

static const struct derivation done_derived[] = {{"to_state", put_done}, {NULL, NULL}};
static const struct derivation break_derived[] = {
    {"to_state", put_broken}, {"on", put_null}, {"exceeded", put_null}, {NULL, NULL}};
static const struct derivation release_derived[] = {
    {"to_state", put_released}, {"on", put_null}, {"exceeded", put_null}, {NULL, NULL}};

static const struct plan promise_add = {PLAN_REPLY(promise_add), .change = QUERY_PROMISE_ADD};
static const struct plan promise_done = {PLAN_REPLY(promise_done), .change = QUERY_PROMISE_SETTLE,
                                         .derived = done_derived};
static const struct plan promise_break = {PLAN_REPLY(promise_break), .change = QUERY_PROMISE_SETTLE,
                                          .derived = break_derived};
static const struct plan promise_release = {PLAN_REPLY(promise_release), .change = QUERY_PROMISE_SETTLE,
                                            .derived = release_derived};
static const struct plan promise_list = {PLAN_REPLY(promise_list),
                                         .reads = {{QUERY_PROMISE_LIST, "promises", 0, false}}};

static const struct field_rule add_rules[] = {
    {"promise_id", true, 0, 0}, {"contact_id", true, 0, 0}, {"words", true, 0, 1024}, {"due_on", true, 0, 10}};
static const struct field_rule done_rules[] = {{"promise_id", true, 0, 0}, {"because", false, 0, 1024}};
static const struct field_rule because_rules[] = {{"promise_id", true, 0, 0}, {"because", true, 0, 1024}};
static const struct field_rule list_rules[] = {{"page_size", false, 1, 200}};
static const struct method methods[] = {
    PLAN(PROMISE_ADD, promise_add, MAY_STAFF, METHOD_CHANGES, add_rules),
    PLAN(PROMISE_DONE, promise_done, MAY_STAFF, METHOD_CHANGES, done_rules),
    PLAN(PROMISE_BREAK, promise_break, MAY_STAFF, METHOD_CHANGES, because_rules),
    PLAN(PROMISE_RELEASE, promise_release, MAY_STAFF, METHOD_CHANGES, because_rules),
    PLAN(PROMISE_LIST, promise_list, MAY_STAFF, 0, list_rules),
};
const struct module promise_module = {"promise", methods, ARRAY_LEN(methods)};
