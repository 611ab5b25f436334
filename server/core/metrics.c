/* SPDX-License-Identifier: Apache-2.0 */
/* The table's cells and their two text forms. A metric owns label1 x label2 cells; a histogram's cell is its buckets, then
 * the sum. Cells nobody touched are not shown when they carry a label, so 1,024 methods x statuses stay a short page. */
#include "server/core/metrics.h"

#include <stdio.h>
#include <string.h>

#include "vouchsafe/status.h"

enum kind { KIND_INFO, KIND_COUNTER, KIND_GAUGE, KIND_SECONDS, KIND_ROWS };

enum { BUCKETS = 14 }; /* upper bounds; one more cell counts what is above, one more holds the sum */

/* From a group commit on a fast disk to the statement time-out. */
static const double second_bounds[BUCKETS] = {0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05,
                                              0.1,    0.2,   0.5,   1,     2,    5,    10};
static const double row_bounds[BUCKETS] = {1, 2, 4, 8, 16, 32, 48, 64, 96, 128, 160, 192, 224, 256};

/* Both are compile-time constants: they size the arrays below. */
#define LABEL_SIZE(label) \
    ((label) == LABEL_METHOD    ? METRICS_METHODS \
     : (label) == LABEL_STATUS  ? 40 \
     : (label) == LABEL_REFUSAL ? END_REASONS \
     : (label) == LABEL_CUT     ? END_REASONS \
                                : 1)
#define KIND_SIZE(kind) ((kind) == KIND_SECONDS || (kind) == KIND_ROWS ? BUCKETS + 2 : 1)

#define X(id, name, kind, unit, label1, label2, help) \
    static double cells_##id[LABEL_SIZE(LABEL_##label1) * LABEL_SIZE(LABEL_##label2) * KIND_SIZE(KIND_##kind)];
METRICS_LIST(X)
#undef X

static const struct row {
    const char *name, *unit, *help;
    enum kind kind;
    enum metrics_label label1, label2;
    double *cells;
} rows[METRICS] = {
#define X(id, name, kind, unit, label1, label2, help) \
    {name, unit, help, KIND_##kind, LABEL_##label1, LABEL_##label2, cells_##id},
    METRICS_LIST(X)
#undef X
};

static const char *const label_keys[LABELS] = {
    [LABEL_METHOD] = "method", [LABEL_STATUS] = "status", [LABEL_REFUSAL] = "reason", [LABEL_CUT] = "reason"};
static const char *const reasons[END_REASONS] = {"tls",      "too_slow", "too_many", "proxy",
                                                 "protocol", "stalled",  "idle",     "expired"};
static const char *methods[METRICS_METHODS];

static unsigned size_of(enum metrics_label label) { return LABEL_SIZE(label); }

/* A label outside its range (a status from a newer server's ledger) counts in a cell that is never shown. */
static double *cell(enum metric m, unsigned a, unsigned b) {
    static double nowhere;
    const struct row *r = &rows[m];
    if (a >= size_of(r->label1) || b >= size_of(r->label2)) return &nowhere;
    return &r->cells[(a * size_of(r->label2) + b) * KIND_SIZE(r->kind)];
}

void metrics_add(enum metric m, unsigned label1, unsigned label2, double n) { *cell(m, label1, label2) += n; }
void metrics_set(enum metric m, double value) { *cell(m, 0, 0) = value; }
double metrics_value(enum metric m, unsigned label1, unsigned label2) { return *cell(m, label1, label2); }

static const double *bounds_of(enum kind kind) { return kind == KIND_SECONDS ? second_bounds : row_bounds; }

void metrics_observe(enum metric m, double value) {
    const double *bounds = bounds_of(rows[m].kind);
    double *c = cell(m, 0, 0);
    int i = 0;
    while (i < BUCKETS && value > bounds[i]) i++;
    c[i] += 1;
    c[BUCKETS + 1] += value;
}

void metrics_name(enum metrics_label label, unsigned value, const char *name) {
    MUST(label == LABEL_METHOD && value < METRICS_METHODS);
    methods[value] = name;
}

static const char *name_of(enum metrics_label label, unsigned value) {
    switch (label) {
        case LABEL_METHOD: return methods[value];
        case LABEL_STATUS: return vs_status_name((int)value);
        case LABEL_REFUSAL:
        case LABEL_CUT: return reasons[value];
        default: return "";
    }
}

/* --- text ----------------------------------------------------------------------------------------------- */

static const char *type_of(const struct row *r, bool openmetrics) {
    switch (r->kind) {
        case KIND_INFO: return openmetrics ? "info" : "gauge";
        case KIND_COUNTER: return "counter";
        case KIND_GAUGE: return "gauge";
        default: return "histogram";
    }
}

/* OpenMetrics names the family, 0.0.4 the sample. */
static void write_head(struct buf *out, const struct row *r, bool openmetrics) {
    const char *suffix = openmetrics ? "" : r->kind == KIND_COUNTER ? "_total" : r->kind == KIND_INFO ? "_info" : "";
    buf_printf(out, "# TYPE %s%s %s\n", r->name, suffix, type_of(r, openmetrics));
    if (openmetrics && r->unit[0] != '\0') buf_printf(out, "# UNIT %s %s\n", r->name, r->unit);
    buf_printf(out, "# HELP %s%s %s\n", r->name, suffix, r->help);
}

static void write_histogram(struct buf *out, const struct row *r) {
    const double *bounds = bounds_of(r->kind);
    double n = 0;
    for (int i = 0; i < BUCKETS; i++) {
        n += r->cells[i];
        /* OpenMetrics wants 1.0, and 0.0.4 takes it */
        buf_printf(out, "%s_bucket{le=\"%g%s\"} %.0f\n", r->name, bounds[i],
                   bounds[i] == (double)(long)bounds[i] ? ".0" : "", n);
    }
    n += r->cells[BUCKETS];
    buf_printf(out, "%s_bucket{le=\"+Inf\"} %.0f\n%s_sum %.9g\n%s_count %.0f\n", r->name, n, r->name,
               r->cells[BUCKETS + 1], r->name, n);
}

static void write_labels(struct buf *out, const struct row *r, unsigned a, unsigned b) {
    if (r->label1 == LABEL_NONE) return;
    buf_printf(out, "{%s=\"%s\"", label_keys[r->label1], name_of(r->label1, a));
    if (r->label2 != LABEL_NONE) buf_printf(out, ",%s=\"%s\"", label_keys[r->label2], name_of(r->label2, b));
    buf_printf(out, "}");
}

static void write_cells(struct buf *out, const struct row *r) {
    for (unsigned a = 0; a < size_of(r->label1); a++)
        for (unsigned b = 0; b < size_of(r->label2); b++) {
            double v = r->cells[a * size_of(r->label2) + b];
            if ((r->label1 != LABEL_NONE && v == 0) || name_of(r->label1, a) == NULL) continue;
            buf_printf(out, "%s%s", r->name, r->kind == KIND_COUNTER ? "_total" : "");
            write_labels(out, r, a, b);
            buf_printf(out, " %.16g\n", v);
        }
}

void metrics_write(struct buf *out, bool openmetrics) {
    for (int i = 0; i < METRICS; i++) {
        const struct row *r = &rows[i];
        write_head(out, r, openmetrics);
        if (r->kind == KIND_INFO)
            buf_printf(out, "%s_info{version=\"%s\"} 1\n", r->name, VOUCHSAFE_VERSION);
        else if (KIND_SIZE(r->kind) > 1)
            write_histogram(out, r);
        else
            write_cells(out, r);
    }
    if (openmetrics) buf_printf(out, "# EOF\n");
}
