/* SPDX-License-Identifier: Apache-2.0 */
/* Metrics as they were read, and how they are shown. Messages are seen by their C types here: a table of numbers is all logic. */
#ifndef CLIENT_CLI_METRIC_H
#define CLIENT_CLI_METRIC_H

#include "client/cli/cli.h"
#include "vouchsafe/v1/metric.pb-c.h"

enum { METRIC_PAGES_MAX = 256 };

/* What one METRIC_READ answered, page after page. */
struct metric_view {
    Vouchsafe__V1__MetricReadReply *pages[METRIC_PAGES_MAX];
    size_t n_pages, n_rows;
};
/* 0, or an exit code. Free it in either case. The pages after the first are of the same as-of. */
int metric_fetch(struct cli *c, Vouchsafe__V1__MetricReadRequest *q, struct metric_view *out) MUST_CHECK;
void metric_free(struct metric_view *v);
const Vouchsafe__V1__MetricRow *metric_row(const struct metric_view *v, size_t i);
static inline const Vouchsafe__V1__Metric *metric_of(const struct metric_view *v) { return v->pages[0]->metric; }

/* How a metric's rows are read. */
enum metric_kind {
    METRIC_COUNT,
    METRIC_SHARE, /* of n; a ratio, a mean of n shares, reads the same */
    METRIC_DAYS,
    METRIC_PER,    /* so many for each of n */
    METRIC_POINTS, /* so many points more or less than others */
    METRIC_DAYS_MORE
};
enum metric_kind metric_kind(const Vouchsafe__V1__Metric *m);
/* The number that stands for a row, what bars are drawn of; false: the row has none. */
bool metric_value(const Vouchsafe__V1__MetricRow *row, enum metric_kind kind, double *out);
/* "1234", "67.0 %", "3.2 d", "1.50", "+2.5 pts", "-4.0 d"; and what stands beside it: the interval and n, quartiles and mean, money, that
 * there are too few cases. */
void metric_say(const Vouchsafe__V1__MetricRow *row, enum metric_kind kind, char *out, size_t size);
void metric_beside(const Vouchsafe__V1__MetricRow *row, enum metric_kind kind, char *out, size_t size);

/* A table with bars that fits the terminal; title may be NULL. */
void metric_table(struct out *o, const char *title, const struct metric_view *v);
/* The weeks of a dashboard, by their names, up to that of a day. */
enum { WEEKS = 13 };
struct weeks {
    char name[WEEKS][12], first_day[12];
};
bool metric_weeks(struct weeks *w, const char *last_day) MUST_CHECK;
/* Words, already printable, in lines that fit. */
void metric_words(struct out *o, const char *words);
/* The head of the dashboard's lines. */
void metric_trend_head(struct out *o, const char *from_on);
/* A line of the dashboard: the whole span's value, the last week's, small bars by week. */
void metric_trend(struct out *o, const struct weeks *w, const struct metric_view *by_week,
                  const struct metric_view *whole);

/* A metric family (OpenMetrics 1.0), without the end of the exposition. */
void openmetrics_family(struct buf *b, const struct metric_view *v);
void openmetrics_end(struct buf *b);

#endif
