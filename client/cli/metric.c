/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers for people: words, tables and bars. */
#include "client/cli/metric.h"
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "client/cli/money.h"
#include "vouchsafe/v1/common.pb-c.h"
#include "vouchsafe/text.h"

enum { BAR_MIN = 8, BAR_MAX = 40, CELL = 64, LABEL_WIDTH = 30, TITLE_WIDTH = 22, ALL_WIDTH = 80 };
static const char TOO_FEW[] = "not enough cases";

const Vouchsafe__V1__MetricRow *metric_row(const struct metric_view *v, size_t i) {
    for (size_t p = 0; p < v->n_pages; p++) {
        if (i < v->pages[p]->n_rows) return v->pages[p]->rows[i];
        i -= v->pages[p]->n_rows;
    }
    return NULL;
}

static const struct {
    const char *unit;
    enum metric_kind kind;
} KINDS[] = {{"share", METRIC_SHARE}, {"ratio", METRIC_SHARE},       {"days", METRIC_DAYS},
             {"per", METRIC_PER},     {"difference", METRIC_POINTS}, {"difference in days", METRIC_DAYS_MORE}};

enum metric_kind metric_kind(const Vouchsafe__V1__Metric *m) {
    for (size_t i = 0; m->unit && i < ARRAY_LEN(KINDS); i++)
        if (!strcmp(m->unit, KINDS[i].unit)) return KINDS[i].kind;
    return METRIC_COUNT;
}

bool metric_value(const Vouchsafe__V1__MetricRow *row, enum metric_kind kind, double *out) {
    switch (kind) {
        case METRIC_DAYS: return *out = row->median_days, row->has_median_days;
        case METRIC_DAYS_MORE: return *out = row->mean_days, row->has_mean_days;
        case METRIC_COUNT: return *out = (double)row->n, row->has_n;
        default: return *out = row->rate, row->has_rate;
    }
}

void metric_say(const Vouchsafe__V1__MetricRow *row, enum metric_kind kind, char *out, size_t size) {
    double value;
    if (!metric_value(row, kind, &value))
        snprintf(out, size, "-");
    else if (kind == METRIC_SHARE)
        snprintf(out, size, "%.1f %%", value * 100);
    else if (kind == METRIC_POINTS)
        snprintf(out, size, "%+.1f pts", value * 100);
    else if (kind == METRIC_DAYS)
        snprintf(out, size, "%.1f d", value);
    else if (kind == METRIC_DAYS_MORE)
        snprintf(out, size, "%+.1f d", value);
    else if (kind == METRIC_PER)
        snprintf(out, size, "%.2f", value);
    else
        snprintf(out, size, "%lld", (long long)row->n);
}

static void say_money(const Vouchsafe__V1__MetricRow *row, char *out, size_t size) {
    struct buf b;
    buf_init(&b, 0);
    money_format(row->value, row->currency, &b);
    buf_put_u8(&b, 0);
    snprintf(out, size, "%s %s", buf_failed(&b) ? "?" : (const char *)buf_data(&b), row->currency);
    buf_free(&b);
}

static void say_days(const Vouchsafe__V1__MetricRow *row, char *out, size_t size) {
    char median[CELL] = "";
    if (row->has_low_days) snprintf(median, sizeof median, "median %.1f-%.1f, ", row->low_days, row->high_days);
    snprintf(out, size, "%squartiles %.1f-%.1f, mean %.1f, n %lld", median, row->q1_days, row->q3_days, row->mean_days,
             (long long)row->n);
}

static void say_difference(const Vouchsafe__V1__MetricRow *row, enum metric_kind kind, char *out, size_t size) {
    char between[CELL] = "";
    if (kind == METRIC_POINTS && row->has_low)
        snprintf(between, sizeof between, "%+.1f to %+.1f, ", row->low * 100, row->high * 100);
    else if (kind == METRIC_DAYS_MORE && row->has_low_days)
        snprintf(between, sizeof between, "%+.1f to %+.1f, ", row->low_days, row->high_days);
    snprintf(out, size, "%s%lld against %lld", between, (long long)row->n, (long long)row->n_against);
}

void metric_beside(const Vouchsafe__V1__MetricRow *row, enum metric_kind kind, char *out, size_t size) {
    double value;
    char words[CELL * 2] = "";
    bool there = metric_value(row, kind, &value), few = there && row->has_enough && !row->enough;
    if (kind == METRIC_SHARE && there && row->has_low)
        snprintf(words, sizeof words, "%.0f-%.0f %% of %lld", row->low * 100, row->high * 100, (long long)row->n);
    else if (kind == METRIC_SHARE && there)
        snprintf(words, sizeof words, "of %lld", (long long)row->n);
    else if (kind == METRIC_PER && there)
        snprintf(words, sizeof words, "%.2f-%.2f for each of %lld", row->low, row->high, (long long)row->n);
    else if (kind == METRIC_DAYS && there)
        say_days(row, words, sizeof words);
    else if ((kind == METRIC_POINTS || kind == METRIC_DAYS_MORE) && there)
        say_difference(row, kind, words, sizeof words);
    else if (kind == METRIC_COUNT && row->has_value && row->currency)
        say_money(row, words, sizeof words);
    snprintf(out, size, "%s%s%s", few ? TOO_FEW : "", few && *words ? ": " : "", words);
}

/* --- a table ---------------------------------------------------------------------------------------------------------- */

struct line {
    char period[24], label[CELL * 4], value[CELL], beside[CELL * 3];
};
struct widths {
    size_t period, label, value, beside, bar;
    double most;
};

static void fill(struct line *l, const Vouchsafe__V1__MetricRow *row, enum metric_kind kind) {
    snprintf(l->period, sizeof l->period, "%s", row->period ? row->period : "");
    text_printable(row->label && *row->label ? row->label : row->by ? "(none)" : "", l->label, sizeof l->label, false);
    metric_say(row, kind, l->value, sizeof l->value);
    metric_beside(row, kind, l->beside, sizeof l->beside);
}

static void widen(size_t *width, const char *s) {
    size_t w = text_width(s);
    if (w > *width) *width = w;
}

/* What doesn't fit goes: what stands beside first, then the bar; a label is cut last. */
static struct widths measure(const struct metric_view *v, size_t columns) {
    struct widths w = {0};
    struct line l;
    enum metric_kind kind = metric_kind(metric_of(v));
    for (size_t i = 0; i < v->n_rows; i++) {
        double value;
        fill(&l, metric_row(v, i), kind);
        widen(&w.period, l.period), widen(&w.label, l.label), widen(&w.value, l.value), widen(&w.beside, l.beside);
        if (metric_value(metric_row(v, i), kind, &value) && value > w.most) w.most = value;
    }
    if (kind == METRIC_SHARE) w.most = 1;
    if (w.label > LABEL_WIDTH) w.label = LABEL_WIDTH;
    size_t room = columns ? columns : ALL_WIDTH;
    size_t used = w.value + (w.period ? w.period + 2 : 0) + (w.label ? w.label + 2 : 0);
    if (used > room && w.label > 4) {
        size_t cut = used - room < w.label - 4 ? used - room : w.label - 4;
        w.label -= cut, used -= cut;
    }
    if (used + 2 + w.beside + 2 + BAR_MIN > room) w.beside = 0;
    used += w.beside ? w.beside + 2 : 0;
    w.bar = used + 2 + BAR_MIN > room ? 0 : room - used - 2;
    if (w.bar > BAR_MAX) w.bar = BAR_MAX;
    return w;
}

static void cell(struct buf *b, const char *s, size_t width, bool right) {
    if (!width) return;
    bool cut = text_width(s) > width;
    size_t fits = text_fit(s, cut ? width - 1 : width);
    char shown[CELL * 4];
    snprintf(shown, sizeof shown, "%.*s%s", (int)fits, s, cut ? "…" : "");
    size_t w = text_width(shown), pad = w < width ? width - w : 0;
    buf_printf(b, "%*s%s%*s", right ? (int)pad : 0, "", shown, (right ? 0 : (int)pad) + 2, "");
}

static void trim(struct buf *b) {
    while (buf_len(b) && b->data[b->end - 1] == ' ') b->end--;
    buf_put_u8(b, '\n');
}

static const char *color_of(const Vouchsafe__V1__MetricRow *row) {
    bool mood = row->by && !strcmp(row->by, "sentiment") && row->label;
    return mood && !strcmp(row->label, "positive")   ? "\033[32m"
           : mood && !strcmp(row->label, "negative") ? "\033[31m"
                                                     : "\033[36m";
}

/* Eighths of a column. */
static void bar(struct out *o, const Vouchsafe__V1__MetricRow *row, double share, size_t width) {
    static const char *const PARTS[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
    size_t eighths = share > 0 ? (size_t)(share * (double)width * 8 + 0.5) : 0;
    if (share > 0 && !eighths) eighths = 1; /* something is not nothing */
    if (o->color && eighths) buf_printf(&o->text, "%s", color_of(row));
    for (size_t i = 0; i < eighths / 8; i++) buf_printf(&o->text, "█");
    buf_printf(&o->text, "%s%s", PARTS[eighths % 8], o->color && eighths ? "\033[0m" : "");
}

static void heading(struct out *o, const char *title) {
    buf_printf(&o->text, "%s%s%s\n", o->color ? "\033[1m" : "", title, o->color ? "\033[0m" : "");
}

/* Stages stand in the order people go through them; what has no stage comes first. */
static int stage_place(const Vouchsafe__V1__MetricRow *row) {
    char name[CELL] = "";
    for (size_t i = 0; row->label && row->label[i] && i < sizeof name - 1; i++)
        name[i] = (char)toupper((unsigned char)row->label[i]);
    const ProtobufCEnumValue *stage = protobuf_c_enum_descriptor_get_value_by_name(&vouchsafe__v1__stage__descriptor,
                                                                                   name);
    return stage ? stage->value : 0;
}

static int by_stage(const void *a, const void *b) {
    const Vouchsafe__V1__MetricRow *const *x = a, *const *y = b;
    int period = strcmp((*x)->period ? (*x)->period : "", (*y)->period ? (*y)->period : "");
    return period ? period : stage_place(*x) - stage_place(*y);
}

/* The rows as they are shown; the caller frees the list, which is NULL without memory. The server's order is that of its pages: by name. */
static const Vouchsafe__V1__MetricRow **in_order(const struct metric_view *v) {
    const Vouchsafe__V1__MetricRow **rows = calloc(v->n_rows + 1, sizeof(void *));
    if (!rows) return NULL;
    for (size_t i = 0; i < v->n_rows; i++) rows[i] = metric_row(v, i);
    if (v->n_rows && rows[0]->by && !strcmp(rows[0]->by, "stage")) qsort(rows, v->n_rows, sizeof(void *), by_stage);
    return rows;
}

void metric_table(struct out *o, const char *title, const struct metric_view *v) {
    struct widths w = measure(v, o->columns);
    enum metric_kind kind = metric_kind(metric_of(v));
    struct line l;
    const Vouchsafe__V1__MetricRow **rows = in_order(v);
    if (title) heading(o, title);
    for (size_t i = 0; i < v->n_rows; i++) {
        const Vouchsafe__V1__MetricRow *row = rows ? rows[i] : metric_row(v, i);
        double value;
        fill(&l, row, kind);
        cell(&o->text, l.period, w.period, false);
        cell(&o->text, l.label, w.label, false);
        cell(&o->text, l.value, w.value, true);
        cell(&o->text, l.beside, w.beside, false);
        if (w.bar && w.most > 0 && metric_value(row, kind, &value)) bar(o, row, value / w.most, w.bar);
        trim(&o->text);
    }
    free(rows);
}

/* --- a line of the dashboard -------------------------------------------------------------------------------------------- */

bool metric_weeks(struct weeks *w, const char *last_day) {
    struct tm day = {0};
    if (!strptime(last_day, "%Y-%m-%d", &day)) return false;
    time_t t = timegm(&day);
    for (size_t i = WEEKS; i > 0; i--, t -= 7 * 86400) {
        gmtime_r(&t, &day);
        strftime(w->name[i - 1], sizeof w->name[0], "%G-W%V", &day);
    }
    t = timegm(&day) - (day.tm_wday + 6) % 7 * 86400; /* its Monday */
    gmtime_r(&t, &day);
    strftime(w->first_day, sizeof w->first_day, "%Y-%m-%d", &day);
    return true;
}

static const Vouchsafe__V1__MetricRow *row_of_week(const struct metric_view *v, const char *name) {
    for (size_t i = 0; i < v->n_rows; i++)
        if (metric_row(v, i)->period && !strcmp(metric_row(v, i)->period, name)) return metric_row(v, i);
    return NULL;
}

static void sparks(struct out *o, const struct weeks *w, const struct metric_view *v) {
    static const char *const SPARK[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
    enum metric_kind kind = metric_kind(metric_of(v));
    double most = 0, x;
    for (size_t i = 0; i < v->n_rows; i++)
        if (metric_value(metric_row(v, i), kind, &x) && x > most) most = x;
    if (o->color) buf_printf(&o->text, "\033[36m");
    for (size_t i = 0; i < WEEKS; i++) {
        const Vouchsafe__V1__MetricRow *row = row_of_week(v, w->name[i]);
        bool there = row && metric_value(row, kind, &x) && most > 0;
        buf_printf(&o->text, "%s", there ? SPARK[x > 0 ? (size_t)(x / most * 7 + 0.5) : 0] : " ");
    }
    if (o->color) buf_printf(&o->text, "\033[0m");
}

/* As much of a line for people as the terminal has columns, the rest below. */
void metric_words(struct out *o, const char *words) {
    size_t room = o->columns ? o->columns : ALL_WIDTH;
    if (o->format != OUT_TABLE) return;
    while (text_width(words) > room) {
        size_t cut = text_fit(words, room), n = cut;
        while (n > 0 && words[n] != ' ') n--;
        if (n == 0) n = cut;
        buf_printf(&o->text, "%.*s\n", (int)n, words);
        words += n + strspn(words + n, " ");
    }
    buf_printf(&o->text, "%s\n", words);
}

void metric_trend_head(struct out *o, const char *from_on) {
    char since[CELL];
    size_t room = o->columns ? o->columns : ALL_WIDTH, used = TITLE_WIDTH + 2 + 9 + 2;
    if (o->format != OUT_TABLE || room < used + 11 + WEEKS) return;
    snprintf(since, sizeof since, "since %s", from_on + strcspn(from_on, "-") + 1);
    cell(&o->text, "", TITLE_WIDTH - 4, false);
    cell(&o->text, since, 13, true);
    cell(&o->text, "last week", 9, true);
    buf_printf(&o->text, "by week\n");
}

void metric_trend(struct out *o, const struct weeks *w, const struct metric_view *by_week,
                  const struct metric_view *whole) {
    enum metric_kind kind = metric_kind(metric_of(whole));
    char last[CELL], all[CELL], beside[CELL * 3] = "", title[CELL];
    const Vouchsafe__V1__MetricRow *week = row_of_week(by_week, w->name[WEEKS - 1]);
    size_t room = o->columns ? o->columns : ALL_WIDTH, used = TITLE_WIDTH + 2 + 9 + 2;
    snprintf(last, sizeof last, "%s", kind == METRIC_COUNT ? "0" : "-");
    snprintf(all, sizeof all, "%s", last);
    text_printable(metric_of(whole)->title, title, sizeof title, false);
    if (week) metric_say(week, kind, last, sizeof last);
    if (whole->n_rows) metric_say(metric_row(whole, 0), kind, all, sizeof all);
    if (whole->n_rows) metric_beside(metric_row(whole, 0), kind, beside, sizeof beside);
    cell(&o->text, title, room < used ? (room > 19 ? room - 11 : 8) : TITLE_WIDTH, false);
    cell(&o->text, all, 9, true);
    if (room >= used + 9) cell(&o->text, last, 9, true), used += 11;
    if (room >= used + WEEKS) sparks(o, w, by_week), used += WEEKS;
    if (whole->n_rows && room < used + 2 + text_width(beside) && !strncmp(beside, TOO_FEW, strlen(TOO_FEW)))
        snprintf(beside, sizeof beside, "%s", TOO_FEW); /* that at least */
    if (room >= used + 2 + text_width(beside)) buf_printf(&o->text, "  %s", beside);
    trim(&o->text);
}
