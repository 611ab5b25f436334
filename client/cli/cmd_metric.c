/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers, for the admin and for managers (who join with vouchsafe-admin and read nothing else): the dashboard, one metric, their exports. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include "client/cli/metric.h"
#include "vouchsafe/text.h"
#include "vouchsafe/v1/method.pb-c.h"

#define PERIOD(name) VOUCHSAFE__V1__PERIOD__PERIOD_##name

/* --- reading ------------------------------------------------------------------------------------------------------------ */

void metric_free(struct metric_view *v) {
    for (size_t i = 0; i < v->n_pages; i++) protobuf_c_message_free_unpacked(&v->pages[i]->base, NULL);
    v->n_pages = v->n_rows = 0;
}

int metric_fetch(struct cli *c, Vouchsafe__V1__MetricReadRequest *q, struct metric_view *out) {
    bool more;
    *out = (struct metric_view){0};
    q->has_page_token = 0;
    if (!q->has_page_size) q->has_page_size = 1, q->page_size = 200;
    do {
        int r = line_call(c, VOUCHSAFE__V1__METHOD__METRIC_READ, false, &q->base,
                          &vouchsafe__v1__metric_read_reply__descriptor);
        if (r) return r;
        if (out->n_pages == METRIC_PAGES_MAX)
            return cli_fail(c, EX_DATAERR, "these are too many rows; ask for a shorter span or longer periods");
        more = cli_next_page(c, &q->base);
        Vouchsafe__V1__MetricReadReply *page = (void *)c->reply.body;
        c->reply.body = NULL; /* ours now */
        out->pages[out->n_pages++] = page;
        out->n_rows += page->n_rows;
        q->as_of_on = arena_strndup(&c->mem, page->as_of,
                                    strlen(page->as_of)); /* whatever day it is by the next page */
    } while (more);
    return 0;
}

/* --- exports: rows that stand alone ------------------------------------------------------------------------------------- */

static bool wants(const struct cli *c, const char *option) { return args_own(&c->args, option) != NULL; }

/* Formats of its own go out by the printers of the two that are there. */
static bool exports(struct cli *c) {
    if (wants(c, "jsonl")) c->out.format = OUT_JSON;
    if (wants(c, "openmetrics")) c->out.format = OUT_CSV;
    return c->out.format != OUT_TABLE;
}

static bool whole_json(const struct cli *c) { return c->out.format == OUT_JSON && !wants(c, "jsonl"); }

static void begin_export(struct cli *c) {
    if (!whole_json(c)) return;
    json_open(&c->out.json, '{');
    json_key(&c->out.json, "rows");
    json_open(&c->out.json, '[');
}

static void export_view(struct cli *c, const struct metric_view *v) {
    if (wants(c, "openmetrics")) {
        openmetrics_family(&c->out.text, v);
        return;
    }
    for (size_t p = 0; p < v->n_pages; p++) out_rows(&c->out, message_find(&v->pages[p]->base, "rows"), NULL);
    for (size_t i = 0; c->out.format == OUT_JSON && i < v->n_rows; i++) {
        if (wants(c, "jsonl") && buf_len(&c->out.json.b)) buf_put_u8(&c->out.json.b, '\n');
        json_message(&c->out.json, &metric_row(v, i)->base);
    }
}

static void end_export(struct cli *c, const Vouchsafe__V1__MetricReadReply *r) {
    struct json *j = &c->out.json;
    if (wants(c, "openmetrics")) openmetrics_end(&c->out.text);
    if (!whole_json(c)) return;
    json_close(j, ']');
    json_member(j, "as_of", r->as_of);
    json_key(j, "provisional");
    json_bool(j, r->provisional);
    json_member(j, "business", r->business);
    json_member(j, "zone", r->zone);
    json_close(j, '}');
}

static void say_as_of(struct cli *c, const Vouchsafe__V1__MetricReadReply *r) {
    char words[600], shown[600];
    snprintf(words, sizeof words, "%s, as of the end of %s (%s)%s", r->business, r->as_of, r->zone,
             r->provisional ? ", which isn't over: these numbers still move" : "");
    text_printable(words, shown, sizeof shown, false);
    metric_words(&c->out, shown);
}

/* --- one metric --------------------------------------------------------------------------------------------------------- */

static int run_show(struct cli *c, ProtobufCMessage *request) {
    struct metric_view v = {0};
    bool out = exports(c);
    int r = line_open(c);
    if (!r) r = metric_fetch(c, (Vouchsafe__V1__MetricReadRequest *)request, &v);
    if (!r && out) {
        begin_export(c);
        export_view(c, &v);
        end_export(c, v.pages[0]);
    } else if (!r) {
        say_as_of(c, v.pages[0]);
        if (!v.n_rows) out_say(&c->out, "nothing was counted in that time");
        metric_table(&c->out, NULL, &v);
    }
    metric_free(&v);
    return r;
}

/* --- the dashboard ------------------------------------------------------------------------------------------------------ */

static int by_place(const void *a, const void *b) {
    const Vouchsafe__V1__Metric *const *x = a, *const *y = b;
    return (int)(*x)->dashboard - (int)(*y)->dashboard;
}

static int read_list(struct cli *c, Vouchsafe__V1__MetricListReply **list) {
    Vouchsafe__V1__MetricListRequest q = VOUCHSAFE__V1__METRIC_LIST_REQUEST__INIT;
    int r = line_open(c);
    if (!r)
        r = line_call(c, VOUCHSAFE__V1__METHOD__METRIC_LIST, false, &q.base,
                      &vouchsafe__v1__metric_list_reply__descriptor);
    if (r) return r;
    *list = (void *)c->reply.body;
    c->reply.body = NULL; /* ours now */
    if ((*list)->n_metrics) qsort((*list)->metrics, (*list)->n_metrics, sizeof(void *), by_place);
    return 0;
}

struct board {
    struct cli *c;
    Vouchsafe__V1__MetricReadRequest q; /* what all its readings have in common */
    struct weeks weeks;
    struct metric_view head; /* one row: as of when, of whom */
    size_t counted;          /* rows there were */
};

static int open_board(struct board *b, const char *metric) {
    b->q.metric = (char *)(uintptr_t)metric;
    b->q.has_period = b->q.has_page_size = 1;
    b->q.period = PERIOD(ALL), b->q.page_size = 1;
    int r = metric_fetch(b->c, &b->q, &b->head);
    b->q.has_page_size = 0;
    if (r) return r;
    if (!metric_weeks(&b->weeks, b->head.pages[0]->as_of))
        return cli_fail(b->c, EX_PROTOCOL, "the server's as-of is no day: %s", b->head.pages[0]->as_of);
    if (!b->q.from_on) b->q.from_on = b->weeks.first_day;
    return 0;
}

static int trend(struct board *b, const char *metric) {
    struct metric_view weeks = {0}, whole = {0};
    bool table = b->c->out.format == OUT_TABLE;
    Vouchsafe__V1__MetricReadRequest q = b->q;
    q.metric = (char *)(uintptr_t)metric;
    q.period = PERIOD(WEEK);
    int r = metric_fetch(b->c, &q, &weeks);
    b->counted += weeks.n_rows;
    if (!r && !table) export_view(b->c, &weeks);
    q.period = PERIOD(ALL);
    if (!r && table) r = metric_fetch(b->c, &q, &whole);
    if (!r && table) metric_trend(&b->c->out, &b->weeks, &weeks, &whole);
    metric_free(&weeks);
    metric_free(&whole);
    return r;
}

static int panel(struct board *b, const char *metric, const char *by, const char *title) {
    struct metric_view v = {0};
    Vouchsafe__V1__MetricReadRequest q = b->q;
    q.metric = (char *)(uintptr_t)metric;
    q.by = (char *)(uintptr_t)by;
    int r = metric_fetch(b->c, &q, &v);
    if (!r && v.n_rows) {
        out_say(&b->c->out, "%s", "");
        metric_table(&b->c->out, title, &v);
    }
    metric_free(&v);
    return r;
}

static int show_board(struct board *b, const Vouchsafe__V1__MetricListReply *list) {
    static const char *const PANELS[][3] = {
        {"touches", "channel", "touches by channel"}, {"touches", "sentiment", "touches by sentiment"},
        {"contacts", "stage", "contacts by stage"},   {"stage_conversion", "stage", "stage conversion"},
        {"stage_dwell", "stage", "days in a stage"},  {"deals_won", "group", "deals won by origin"}};
    int r = 0;
    for (size_t i = 0; i < list->n_metrics && !r; i++)
        if (list->metrics[i]->dashboard) r = trend(b, list->metrics[i]->metric);
    for (size_t i = 0; i < ARRAY_LEN(PANELS) && !r && b->c->out.format == OUT_TABLE; i++)
        r = panel(b, PANELS[i][0], PANELS[i][1], PANELS[i][2]);
    return r;
}

static int run_dashboard(struct cli *c, ProtobufCMessage *request) {
    struct board b = {.c = c, .q = *(const Vouchsafe__V1__MetricReadRequest *)request};
    Vouchsafe__V1__MetricListReply *list = NULL;
    exports(c);
    int r = read_list(c, &list);
    if (!r && !list->n_metrics) r = cli_fail(c, EX_PROTOCOL, "the server has no metrics");
    if (!r) r = open_board(&b, list->metrics[list->n_metrics - 1]->metric);
    if (!r) {
        begin_export(c);
        say_as_of(c, b.head.pages[0]);
        metric_trend_head(&c->out, b.q.from_on);
        r = show_board(&b, list);
        if (!b.counted && !b.head.pages[0]->provisional)
            out_note(&c->out, "nothing was counted by then; --as-of today counts what was recorded today");
        end_export(c, b.head.pages[0]);
    }
    metric_free(&b.head);
    if (list) protobuf_c_message_free_unpacked(&list->base, NULL);
    return r;
}

#define EXPORTS \
    .own = { \
        {"jsonl", NULL, "a JSON object a line"}, \
        {"openmetrics", NULL, "OpenMetrics text, for Prometheus"}, \
    }
static const struct command LIST[] = {
    {.words = "metrics",
     .summary = "The dashboard: 13 weeks of numbers, as of the end of yesterday",
     .examples = {"metrics", "metrics --as-of today --csv"},
     .programs = ADMIN,
     COMMAND_CALL(METRIC_READ, metric_read),
     .hidden = "metric by period",
     EXPORTS,
     .notes = "A manager's account reads it too, and nothing else. Exports hold the numbers\n"
              "by week. As of a day that is over the same question has the same bytes for\n"
              "ever; as of today they still move.",
     .run = run_dashboard},
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
     .examples = {"metric show touches --by channel --period week",
                  "metric show stage_dwell --by stage --period all --openmetrics"},
     .programs = ADMIN,
     COMMAND_CALL(METRIC_READ, metric_read),
     .args = {{.shown = "METRIC", .field = "metric"}},
     EXPORTS,
     .notes = "Days are the business's. What is recorded or taken back later counts from its\n"
              "own day on, so the same --as-of gives the same bytes for ever. A share comes\n"
              "with its 95 % interval, days with their median's. Money in exports is in minor\n"
              "units. --csv: \\u{202e} is a character by its number, \\\\ a backslash, and an\n"
              "apostrophe in front keeps a text from being a formula (README).",
     .run = run_show},
};
const struct module_commands commands_metric = {LIST, ARRAY_LEN(LIST), NULL};
