/* SPDX-License-Identifier: Apache-2.0 */
/* The numbers. Which there are is data (the table `metric`); one statement counts them all. */
#include "server/domain/plan.h"
#include "vouchsafe/v1/method.pb-c.h"
#include "vouchsafe/v1/metric.pb-c.h"

static const struct plan metric_list = {PLAN_REPLY(metric_list), .reads = {{QUERY_METRIC_LIST, "metrics", 0, false}},
                                        .page = 200};
/* No head: there is no such metric, or no such breakdown of it. */
static const struct plan metric_read = {PLAN_REPLY(metric_read),
                                        .reads = {{QUERY_METRIC_HEAD, "metric", 0, true},
                                                  {QUERY_METRIC_AS_OF, "", 0, true},
                                                  {QUERY_METRIC_READ, "rows", 0, false}},
                                        .page = 200};

static const struct field_rule list_rules[] = {{"page_size", false, 1, 200}};
static const struct field_rule read_rules[] = {
    {"metric", true, 0, 64}, {"by", false, 0, 32}, {"page_size", false, 1, 200}};
static const struct method methods[] = {
    PLAN(METRIC_LIST, metric_list, MAY_ADMIN | MAY_MANAGER, 0, list_rules),
    PLAN(METRIC_READ, metric_read, MAY_ADMIN | MAY_MANAGER, 0, read_rules),
};
const struct module metric_module = {"metric", methods, ARRAY_LEN(methods)};
