/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers, for the admin and for managers (who join with vouchsafe-admin and read nothing else). */
#include "client/cli/cli.h"
#include "vouchsafe/v1/method.pb-c.h"
#include "vouchsafe/v1/metric.pb-c.h"

static const struct command LIST[] = {
    {.words = "metric list",
     .summary = "List the numbers: what each counts and what it is for",
     .examples = {"metric list", "metric list --json"},
     .programs = ADMIN,
     COMMAND_CALL(METRIC_LIST, metric_list),
     .rows = "metrics",
     .columns = "metric unit breakdowns definition",
     .empty = "none"},
    {.words = "metric show",
     .summary = "Show a number by period, as of the end of yesterday or of an earlier day",
     .examples = {"metric show touches --by channel --period week", "metric show deals_won --by group --csv"},
     .programs = ADMIN,
     .flags = PAGES,
     COMMAND_CALL(METRIC_READ, metric_read),
     .args = {{.shown = "METRIC", .field = "metric"}},
     .rows = "rows",
     .columns = "period label n value currency rate low high median_days",
     .empty = "nothing was counted in that time",
     .notes = "Days are the business's. What is recorded or taken back later counts from its\n"
              "own day on, so the same --as-of gives the same figures for ever. A share comes\n"
              "with its 95 % interval."},
};
const struct module_commands commands_metric = {LIST, ARRAY_LEN(LIST), NULL};
