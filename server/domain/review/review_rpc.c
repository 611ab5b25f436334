/* SPDX-License-Identifier: Apache-2.0 */
/* Results reviews and checks. What a good or bad word causes stands in the statement that takes it (sql/queries/review.sql). */
#include "server/domain/plan.h"
#include "vouchsafe/v1/method.pb-c.h"
#include "vouchsafe/v1/review.pb-c.h"

static const struct plan review_plan = {PLAN_REPLY(review_plan), .change = QUERY_REVIEW_PLAN};
static const struct plan review_add = {PLAN_REPLY(review_add), .change = QUERY_REVIEW_ADD,
                                       .reads = {{QUERY_REVIEW_MADE, "", 0, false}}};
static const struct plan review_book = {PLAN_REPLY(review_book), .change = QUERY_REVIEW_BOOK};
static const struct plan review_drop = {PLAN_REPLY(review_drop), .change = QUERY_REVIEW_DROP};
static const struct plan review_get = {PLAN_REPLY(review_get),
                                       .reads = {{QUERY_REVIEW_GET, "review", 0, true},
                                                 {QUERY_REVIEW_BASELINES, "baselines", 0, false},
                                                 {QUERY_REVIEW_PROMISES, "promises", 0, false}}};
static const struct plan review_list = {PLAN_REPLY(review_list), .reads = {{QUERY_REVIEW_LIST, "reviews", 0, false}}};
static const struct plan review_lookback = {PLAN_REPLY(review_lookback),
                                            .reads = {{QUERY_REVIEW_LOOKBACK, "proposals", 0, false}}, .page = 200};
static const struct plan check_add = {PLAN_REPLY(check_add), .change = QUERY_CHECK_ADD,
                                      .reads = {{QUERY_CHECK_MADE, "", 0, false}}};
static const struct plan check_list = {PLAN_REPLY(check_list), .reads = {{QUERY_CHECK_LIST, "checks", 0, false}}};

static const struct field_rule plan_rules[] = {{"review_id", true, 0, 0}, {"contact_id", true, 0, 0}};
static const struct field_rule add_rules[] = {{"review_id", true, 0, 0},
                                              {"contact_id", true, 0, 0},
                                              {"result", true, 0, 0},
                                              {"words", true, 0, 1024},
                                              {"testimonial", false, 0, 1024}};
static const struct field_rule book_rules[] = {{"review_id", true, 0, 0}, {"booked_at", true, 0, INT64_C(1) << 56}};
static const struct field_rule drop_rules[] = {{"review_id", true, 0, 0}, {"because", true, 0, 1024}};
static const struct field_rule id_rules[] = {{"review_id", true, 0, 0}};
static const struct field_rule list_rules[] = {{"page_size", false, 1, 200}};
static const struct field_rule check_rules[] = {
    {"check_id", true, 0, 0}, {"contact_id", true, 0, 0}, {"said", true, 0, 10}, {"words", false, 0, 1024}};
static const struct method methods[] = {
    PLAN(REVIEW_PLAN, review_plan, MAY_STAFF, METHOD_CHANGES, plan_rules),
    PLAN(REVIEW_ADD, review_add, MAY_STAFF, METHOD_CHANGES, add_rules),
    PLAN(REVIEW_BOOK, review_book, MAY_STAFF, METHOD_CHANGES, book_rules),
    PLAN(REVIEW_DROP, review_drop, MAY_STAFF, METHOD_CHANGES, drop_rules),
    PLAN(REVIEW_GET, review_get, MAY_STAFF, 0, id_rules),
    PLAN(REVIEW_LIST, review_list, MAY_STAFF, 0, list_rules),
    PLAN(REVIEW_LOOKBACK, review_lookback, MAY_STAFF, 0, list_rules),
    PLAN(CHECK_ADD, check_add, MAY_STAFF, METHOD_CHANGES, check_rules),
    PLAN(CHECK_LIST, check_list, MAY_STAFF, 0, list_rules),
};
const struct module review_module = {"review", methods, ARRAY_LEN(methods)};
