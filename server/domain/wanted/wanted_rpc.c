/* SPDX-License-Identifier: Apache-2.0 */
/* Whom we would like to meet, and what customers said of us. */
#include "server/domain/plan.h"
#include "vouchsafe/v1/method.pb-c.h"
#include "vouchsafe/v1/wanted.pb-c.h"

static const struct plan wanted_add = {PLAN_REPLY(wanted_add), .change = QUERY_WANTED_ADD};
static const struct plan wanted_close = {PLAN_REPLY(wanted_close), .change = QUERY_WANTED_CLOSE};
static const struct plan wanted_list = {PLAN_REPLY(wanted_list), .reads = {{QUERY_WANTED_LIST, "wanted", 0, false}}};
static const struct plan testimonial_add = {PLAN_REPLY(testimonial_add), .change = QUERY_TESTIMONIAL_ADD};
static const struct plan testimonial_publish = {PLAN_REPLY(testimonial_publish), .change = QUERY_TESTIMONIAL_PUBLISH};
static const struct plan testimonial_list = {PLAN_REPLY(testimonial_list),
                                             .reads = {{QUERY_TESTIMONIAL_LIST, "testimonials", 0, false}}};

static const struct field_rule add_rules[] = {{"wanted_id", true, 0, 0}, {"name", true, 0, 0}, {"why", false, 0, 1024}};
static const struct field_rule close_rules[] = {
    {"wanted_id", true, 0, 0}, {"state", true, 2, 3}, {"because", false, 0, 1024}};
static const struct field_rule list_rules[] = {{"page_size", false, 1, 200}};
static const struct field_rule said_rules[] = {
    {"testimonial_id", true, 0, 0}, {"contact_id", true, 0, 0}, {"words", true, 0, 4096}};
static const struct field_rule publish_rules[] = {{"testimonial_id", true, 0, 0}, {"may_publish", true, 0, 0}};
static const struct method methods[] = {
    PLAN(WANTED_ADD, wanted_add, MAY_STAFF, METHOD_CHANGES, add_rules),
    PLAN(WANTED_CLOSE, wanted_close, MAY_STAFF, METHOD_CHANGES, close_rules),
    PLAN(WANTED_LIST, wanted_list, MAY_STAFF, 0, list_rules),
    PLAN(TESTIMONIAL_ADD, testimonial_add, MAY_STAFF, METHOD_CHANGES, said_rules),
    PLAN(TESTIMONIAL_PUBLISH, testimonial_publish, MAY_STAFF, METHOD_CHANGES, publish_rules),
    PLAN(TESTIMONIAL_LIST, testimonial_list, MAY_STAFF, 0, list_rules),
};
const struct module wanted_module = {"wanted", methods, ARRAY_LEN(methods)};
