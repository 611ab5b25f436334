/* SPDX-License-Identifier: Apache-2.0 */
/* Metrics as OpenMetrics 1.0 text: counts, shares and money as gauges, durations as summaries. A period is a label, not a timestamp: these
 * are not samples of one running series, and what reads text files refuses timestamps. Labels hold what a metric was broken
 * down by: words, origins, values of attributes, logins of seats; no names of people. */
#include <ctype.h>
#include <string.h>
#include <utf8proc.h>
#include "client/cli/metric.h"
#include "client/cli/money.h"
#include "vouchsafe/text.h"

/* What steers or shows nothing stands as its number, as in CSV: \\u{202e}. */
static void escaped(struct buf *b, const char *s) {
    utf8proc_int32_t c;
    for (const uint8_t *at = (const uint8_t *)s; *at;) {
        utf8proc_ssize_t len = utf8proc_iterate(at, -1, &c);
        if (len <= 0)
            len = 1; /* not UTF-8: never from our server */
        else if (c == '\n')
            buf_printf(b, "\\n");
        else if (c == '"' || c == '\\')
            buf_printf(b, "\\%c", (int)c);
        else if (text_steers(c))
            buf_printf(b, "\\\\u{%x}", (unsigned)c);
        else
            buf_append(b, at, (size_t)len);
        at += len;
    }
}

static void label(struct buf *b, const char *name, const char *value, bool *first) {
    buf_printf(b, "%s", *first ? "{" : ",");
    *first = false;
    for (const char *p = name; *p; p++) buf_put_u8(b, (uint8_t)(isalnum((unsigned char)*p) ? *p : '_'));
    buf_printf(b, "=\"");
    escaped(b, value);
    buf_put_u8(b, '"');
}

static void labels(struct buf *b, const Vouchsafe__V1__MetricRow *row, const char *currency, const char *quantile) {
    bool first = true;
    if (row->period && *row->period) label(b, "period", row->period, &first);
    if (row->by) label(b, row->by, row->label ? row->label : "", &first);
    if (currency) label(b, "currency", currency, &first);
    if (quantile) label(b, "quantile", quantile, &first);
    if (!first) buf_put_u8(b, '}');
}

/* The family's name is the metric's and a suffix; a unit must be its end. */
static void head(struct buf *b, const char *name, const char *suffix, const char *unit, const char *type,
                 const char *help) {
    buf_printf(b, "# TYPE vouchsafe_%s%s %s\n", name, suffix, type);
    if (*unit) buf_printf(b, "# UNIT vouchsafe_%s%s %s\n", name, suffix, unit);
    buf_printf(b, "# HELP vouchsafe_%s%s ", name, suffix);
    escaped(b, help);
    buf_put_u8(b, '\n');
}

struct family {
    const char *suffix, *unit, *help; /* help NULL: the metric's definition */
    bool (*value)(const Vouchsafe__V1__MetricRow *row, double *out);
};

static bool n_of(const Vouchsafe__V1__MetricRow *r, double *out) { return *out = (double)r->n, r->has_n; }
static bool rate_of(const Vouchsafe__V1__MetricRow *r, double *out) { return *out = r->rate, r->has_rate; }
static bool low_of(const Vouchsafe__V1__MetricRow *r, double *out) { return *out = r->low, r->has_low; }
static bool high_of(const Vouchsafe__V1__MetricRow *r, double *out) { return *out = r->high, r->has_high; }
static bool low_days_of(const Vouchsafe__V1__MetricRow *r, double *out) {
    return *out = r->low_days * 86400, r->has_low_days;
}
static bool high_days_of(const Vouchsafe__V1__MetricRow *r, double *out) {
    return *out = r->high_days * 86400, r->has_high_days;
}
static bool more_days_of(const Vouchsafe__V1__MetricRow *r, double *out) {
    return *out = r->mean_days * 86400, r->has_mean_days;
}
static bool against_of(const Vouchsafe__V1__MetricRow *r, double *out) {
    return *out = (double)r->n_against, r->has_n_against;
}
static bool enough_of(const Vouchsafe__V1__MetricRow *r, double *out) { return *out = r->enough, r->has_enough; }
static bool money_of(const Vouchsafe__V1__MetricRow *r, double *out) {
    *out = (double)r->value;
    for (int i = r->currency ? money_decimals(r->currency) : 0; i > 0; i--) *out /= 10;
    return r->has_value && r->currency;
}

#define ENOUGH \
    { "_enough", "", "0: not enough cases, the interval spans too much to conclude from", enough_of }
static const struct family COUNTS[] = {{"", "", NULL, n_of},
                                       {"_money", "", "the money of these, in units of the currency", money_of}},
                           SHARES[] = {{"_ratio", "ratio", NULL, rate_of},
                                       {"_low_ratio", "ratio", "lower end of the 95 % interval", low_of},
                                       {"_high_ratio", "ratio", "upper end of the 95 % interval", high_of},
                                       {"_cases", "", "how many it is a share of", n_of},
                                       ENOUGH},
                           DAYS[] = {{"_median_low_seconds", "seconds", "lower end of the median's 95 % interval",
                                      low_days_of},
                                     {"_median_high_seconds", "seconds", "upper end of the median's 95 % interval",
                                      high_days_of},
                                     ENOUGH},
                           POINTS[] = {{"_difference_ratio", "ratio", NULL, rate_of},
                                       {"_low_ratio", "ratio", "lower end of the 95 % interval", low_of},
                                       {"_high_ratio", "ratio", "upper end of the 95 % interval", high_of},
                                       {"_cases", "", "how many are referred", n_of},
                                       {"_cases_against", "", "how many are of other origin", against_of},
                                       ENOUGH},
                           DAYS_MORE[] = {{"_difference_seconds", "seconds", NULL, more_days_of},
                                          {"_low_seconds", "seconds", "lower end of the 95 % interval", low_days_of},
                                          {"_high_seconds", "seconds", "upper end of the 95 % interval", high_days_of},
                                          {"_cases", "", "how many are referred", n_of},
                                          {"_cases_against", "", "how many are of other origin", against_of},
                                          ENOUGH};

static void gauge(struct buf *b, const struct metric_view *v, const struct family *f) {
    const Vouchsafe__V1__Metric *m = metric_of(v);
    bool headed = false;
    for (size_t i = 0; i < v->n_rows; i++) {
        const Vouchsafe__V1__MetricRow *row = metric_row(v, i);
        double value;
        if (!f->value(row, &value)) continue;
        if (!headed) head(b, m->metric, f->suffix, f->unit, "gauge", f->help ? f->help : m->definition);
        headed = true;
        buf_printf(b, "vouchsafe_%s%s", m->metric, f->suffix);
        labels(b, row, f->value == money_of ? row->currency : NULL, NULL);
        buf_printf(b, " %.15g\n", value);
    }
}

static void sample(struct buf *b, const char *name, const char *suffix, const Vouchsafe__V1__MetricRow *row,
                   const char *quantile, double value) {
    buf_printf(b, "vouchsafe_%s_seconds%s", name, suffix);
    labels(b, row, NULL, quantile);
    buf_printf(b, " %.15g\n", value);
}

static void summary(struct buf *b, const struct metric_view *v) {
    const Vouchsafe__V1__Metric *m = metric_of(v);
    head(b, m->metric, "_seconds", "seconds", "summary", m->definition);
    for (size_t i = 0; i < v->n_rows; i++) {
        const Vouchsafe__V1__MetricRow *row = metric_row(v, i);
        if (!row->has_median_days) continue;
        sample(b, m->metric, "", row, "0.25", row->q1_days * 86400);
        sample(b, m->metric, "", row, "0.5", row->median_days * 86400);
        sample(b, m->metric, "", row, "0.75", row->q3_days * 86400);
        sample(b, m->metric, "_sum", row, NULL, row->mean_days * (double)row->n * 86400);
        sample(b, m->metric, "_count", row, NULL, (double)row->n);
    }
}

void openmetrics_family(struct buf *b, const struct metric_view *v) {
    static const struct {
        const struct family *list;
        size_t n;
    } families[] = {
        [METRIC_COUNT] = {COUNTS, ARRAY_LEN(COUNTS)},  [METRIC_SHARE] = {SHARES, ARRAY_LEN(SHARES)},
        [METRIC_DAYS] = {DAYS, ARRAY_LEN(DAYS)},       [METRIC_PER] = {SHARES, ARRAY_LEN(SHARES)},
        [METRIC_POINTS] = {POINTS, ARRAY_LEN(POINTS)}, [METRIC_DAYS_MORE] = {DAYS_MORE, ARRAY_LEN(DAYS_MORE)}};
    enum metric_kind kind = metric_kind(metric_of(v));
    if (!v->n_rows) return;
    if (kind == METRIC_DAYS || metric_row(v, 0)->has_median_days) summary(b, v);
    for (size_t i = 0; i < families[kind].n; i++) gauge(b, v, &families[kind].list[i]);
}

void openmetrics_end(struct buf *b) { buf_printf(b, "# EOF\n"); }
