/* SPDX-License-Identifier: Apache-2.0 */
/* Touchpoints: log one or many, strike one, read a contact's timeline.
 * - log: checked here, then one of the writer's next batch; the verdict is the reply
 * - log many: each touch is checked and written for itself; one reply with a verdict for each, in the order asked, once the last
 *   is known. What can't be said for now (UNKNOWN, UNAVAILABLE) is said of that touch only
 * - the deadline passes: a touch that never left for the database is dropped, any other is written, and nobody hears of it */
#include <string.h>

#include "server/core/clock.h"
#include "server/domain/plan.h"
#include "server/domain/reply.h"
#include "server/rpc/validate.h"
#include "vouchsafe/v1/method.pb-c.h"
#include "vouchsafe/v1/touch.pb-c.h"

static const int64_t YEAR_1990_US = INT64_C(631152000000000), DAY_US = INT64_C(86400000000);

struct verdict {
    enum vs_status status;
    const char *reason, *field, *message; /* message NULL: the status's own words */
};

/* --- judging ---------------------------------------------------------------------------------------------- */

static bool refuse(struct verdict *v, const char *reason, const char *field, const char *message) {
    *v = (struct verdict){VS_INVALID_ARGUMENT, reason, field, message};
    return false;
}

static bool check(const Vouchsafe__V1__Touch *q, struct verdict *v) {
    if (q->occurred_at < YEAR_1990_US || q->occurred_at > clock_now_us() + DAY_US)
        return refuse(v, "ABSURD_TIME", "occurred_at", "the time must lie between 1990 and now");
    if (q->has_score != q->has_score_scale ||
        (q->has_score && (q->score_scale < 1 || q->score_scale > 100 || q->score > q->score_scale)))
        return refuse(v, "BAD_SCORE", "score", "a score goes from 0 to its scale, which is at most 100: 9/10");
    return true;
}

static struct slice slice_of(const char *s) { return (struct slice){(const uint8_t *)s, s == NULL ? 0 : strlen(s)}; }

static void fill(struct touch *t, const Vouchsafe__V1__Touch *q, const struct request *r) {
    *t = (struct touch){.actor = r->actor,
                        .id = reply_id(q->id),
                        .contact_id = reply_id(q->contact_id),
                        .mends = reply_id(q->mends),
                        .occurred_at = q->occurred_at,
                        .channel = (int16_t)q->channel,
                        .stage = q->has_stage ? (int16_t)q->stage : 0,
                        .sentiment = q->has_sentiment && q->sentiment != 0 ? (int16_t)q->sentiment : 2,
                        .score = q->has_score ? (int16_t)q->score : -1,
                        .score_scale = q->has_score ? (int16_t)q->score_scale : -1,
                        .note = slice_of(q->note),
                        .address = slice_of(q->address),
                        .deadline_ms = r->deadline_ms};
    t->flags = (int16_t)((q->shared ? TOUCH_SHARED : 0) | (t->stage == 0 ? TOUCH_STAGE_DEFAULTED : 0));
}

static struct verdict verdict_of(enum vs_status status, enum touch_refusal refusal) {
    static const struct verdict words[] = {
        [TOUCH_NO_CONTACT] = {VS_NOT_FOUND, "NOT_FOUND", NULL, NULL},
        [TOUCH_TIME_AHEAD] = {VS_INVALID_ARGUMENT, "TIME_AHEAD", "occurred_at",
                              "that time is in the future; is this machine's clock right?"},
        [TOUCH_BAD_VALUE] = {VS_INVALID_ARGUMENT, "BAD_VALUE", NULL, "the database refused a value of this touch"},
        [TOUCH_NOTHING_TO_MEND] = {VS_NOT_FOUND, "NOTHING_TO_MEND", "mends",
                                   "there is no such complaint or broken promise of this contact"},
    };
    struct verdict v = refusal == TOUCH_OK ? (struct verdict){.reason = vs_status_name(status)} : words[refusal];
    v.status = status;
    return v;
}

static bool is_done(enum vs_status status) { return status == VS_OK || status == VS_DUPLICATE; }

/* --- one -------------------------------------------------------------------------------------------------- */

static void answer(struct request *r, const struct verdict *v) {
    if (is_done(v->status))
        request_reply_status(r, v->status, NULL);
    else
        request_refuse(r, v->status, v->reason, v->field, v->message == NULL ? NULL : "%s", v->message);
}

static void on_logged(struct touch *t, enum vs_status status, enum touch_refusal refusal) {
    struct verdict v = verdict_of(status, refusal);
    answer(t->arg, &v);
}

static void handle_log(struct request *r, const void *body) {
    const Vouchsafe__V1__TouchLogRequest *q = body;
    struct domain *d = r->context;
    struct touch *t = arena_alloc(&r->arena, sizeof *t);
    struct verdict v;
    if (t == NULL) return request_refuse(r, VS_RESOURCE_EXHAUSTED, "MEMORY", NULL, NULL);
    if (!check(q->touch, &v)) return answer(r, &v);
    fill(t, q->touch, r);
    t->done = on_logged;
    t->arg = r;
    store_touch(d->store, t);
}

/* --- many ------------------------------------------------------------------------------------------------- */

struct many {
    struct request *r;
    const struct actor *actors; /* in whose name each is; NULL: the request's own */
    const PGresult *here;       /* of an import, while they are handed over: what is here of each */
    bool dry;                   /* judged only */
    size_t n, open;             /* open: without a verdict, and one more while they are handed over */
    struct touch *touches;
    Vouchsafe__V1__TouchVerdict *verdicts;
};

static void settle(struct many *m, size_t i, const struct verdict *v) {
    Vouchsafe__V1__TouchVerdict *out = &m->verdicts[i];
    out->has_status = 1;
    out->status = (uint32_t)v->status;
    if (is_done(v->status)) return;
    out->reason = (char *)(uintptr_t)v->reason;
    out->message = (char *)(uintptr_t)(v->message != NULL ? v->message : vs_status_words((int)v->status));
}

static void close_one(struct many *m) {
    if (--m->open > 0) return;
    struct request *r = m->r;
    Vouchsafe__V1__TouchLogBatchReply reply = VOUCHSAFE__V1__TOUCH_LOG_BATCH_REPLY__INIT;
    if (m->actors != NULL)
        reply.base.descriptor = &vouchsafe__v1__touch_import_reply__descriptor; /* of the same shape */
    reply.n_verdicts = m->n;
    reply.verdicts = arena_alloc(&r->arena, m->n * sizeof *reply.verdicts);
    if (reply.verdicts == NULL) return request_refuse(r, VS_UNKNOWN, "MEMORY", NULL, NULL);
    for (size_t i = 0; i < m->n; i++) reply.verdicts[i] = &m->verdicts[i];
    request_reply(r, &reply.base);
}

static void on_one_of_many(struct touch *t, enum vs_status status, enum touch_refusal refusal) {
    struct many *m = t->arg;
    struct verdict v = verdict_of(status, refusal);
    settle(m, (size_t)(t - m->touches), &v);
    close_one(m);
}

/* The touch's own field is part of the sentence: a batch has no place for it. */
static const char *sentence(struct request *r, const char *field, const char *message) {
    const char *s = arena_printf(&r->arena, "%s: %s", field, message);
    return s != NULL ? s : message;
}

/* Of an import: is it to be stored? */
static bool judge(const struct many *m, size_t i, struct verdict *v) {
    if (m->here == NULL) return true;
    bool has_contact = cell_bool(m->here, (int)i, 0), present = cell_bool(m->here, (int)i, 1),
         has_mended = cell_bool(m->here, (int)i, 2);
    *v = (struct verdict){.status = present ? VS_DUPLICATE : VS_OK};
    if (!present && !has_contact)
        *v = (struct verdict){VS_NOT_FOUND, "NO_SUCH_CONTACT", "contact_id",
                              "its contact isn't here; import contacts first, from the same source"};
    else if (!present && !has_mended)
        *v = (struct verdict){VS_NOT_FOUND, "NOTHING_TO_MEND", "mends",
                              "the complaint it mends isn't here; import that first, then this row again"};
    return !m->dry && is_done(v->status);
}

static void hand_over(struct many *m, size_t i, const Vouchsafe__V1__Touch *q) {
    const struct domain *d = m->r->context;
    struct touch *t = &m->touches[i];
    struct violation bad;
    struct verdict v;
    if (!validate_item(m->r->method, &q->base, &bad)) {
        refuse(&v, bad.reason, bad.field, sentence(m->r, bad.field, bad.message));
    } else if (check(q, &v) && judge(m, i, &v)) {
        fill(t, q, m->r);
        if (m->actors != NULL) t->actor = m->actors[i];
        t->done = on_one_of_many;
        t->arg = m;
        m->open++;
        store_touch(d->store, t);
        return;
    }
    settle(m, i, &v);
}

/* m: what is known of them all; the rest is made here. */
static void log_many(struct many *m, Vouchsafe__V1__Touch *const *touches) {
    struct request *r = m->r;
    r->arena.cap += m->n * (sizeof *m->touches + sizeof *m->verdicts + sizeof(void *) + 256);
    m->open = 1;
    m->touches = arena_zalloc(&r->arena, m->n * sizeof *m->touches);
    m->verdicts = arena_zalloc(&r->arena, m->n * sizeof *m->verdicts);
    if (m->touches == NULL || m->verdicts == NULL)
        return request_refuse(r, VS_RESOURCE_EXHAUSTED, "MEMORY", NULL, NULL);
    for (size_t i = 0; i < m->n; i++) {
        vouchsafe__v1__touch_verdict__init(&m->verdicts[i]);
        m->verdicts[i].has_id = touches[i]->has_id;
        m->verdicts[i].id = touches[i]->id;
        hand_over(m, i, touches[i]);
    }
    m->here = NULL; /* the result goes with this call */
    close_one(m);
}

static void handle_log_batch(struct request *r, const void *body) {
    const Vouchsafe__V1__TouchLogBatchRequest *q = body;
    struct many *m = arena_zalloc(&r->arena, sizeof *m);
    if (m == NULL) return request_refuse(r, VS_RESOURCE_EXHAUSTED, "MEMORY", NULL, NULL);
    m->r = r;
    m->n = q->n_touches;
    log_many(m, q->touches);
}

/* --- of another system: in the name of those who made them ------------------------------------------------- */

struct touch_import {
    struct many m;
    const Vouchsafe__V1__TouchImportRequest *q;
};

static void on_here(void *arg, enum vs_status status, const PGresult *rows) {
    struct touch_import *im = arg;
    if (!reply_rows(im->m.r, status, rows)) return;
    if (PQntuples(rows) != (int)im->m.n) return request_refuse(im->m.r, VS_UNAUTHENTICATED, "REVOKED", NULL, NULL);
    im->m.here = rows;
    log_many(&im->m, im->q->touches);
}

static void ask_here(struct touch_import *im) {
    struct request *r = im->m.r;
    const struct domain *d = r->context;
    struct id *contacts = arena_zalloc(&r->arena, im->m.n * sizeof *contacts);
    struct id *touches = arena_zalloc(&r->arena, im->m.n * sizeof *touches);
    struct id *mends = arena_zalloc(&r->arena, im->m.n * sizeof *mends);
    struct params p;
    if (contacts == NULL || touches == NULL || mends == NULL)
        return request_refuse(r, VS_RESOURCE_EXHAUSTED, "MEMORY", NULL, NULL);
    for (size_t i = 0; i < im->m.n; i++) {
        contacts[i] = reply_id(im->q->touches[i]->contact_id);
        touches[i] = reply_id(im->q->touches[i]->id);
        mends[i] = reply_id(im->q->touches[i]->mends); /* none: zero */
    }
    params_init(&p, &r->arena);
    params_ids(&p, contacts, im->m.n);
    params_ids(&p, touches, im->m.n);
    params_ids(&p, mends, im->m.n);
    store_read(d->store, &r->actor, QUERY_IMPORT_TOUCHES_JUDGE, &p, on_here, im);
}

static void on_seats(void *arg, enum vs_status status, const PGresult *rows) {
    struct touch_import *im = arg;
    struct request *r = im->m.r;
    if (!reply_rows(r, status, rows)) return;
    struct actor *actors = arena_zalloc(&r->arena, im->m.n * sizeof *actors);
    if (actors == NULL) return request_refuse(r, VS_RESOURCE_EXHAUSTED, "MEMORY", NULL, NULL);
    for (size_t i = 0; i < im->m.n; i++) {
        const char *login = i < im->q->n_logins ? im->q->logins[i] : "";
        actors[i] = r->actor;
        if (login[0] == '\0') continue;
        int at = 0, n = PQntuples(rows);
        while (at < n && strcmp(cell_text(rows, at, 0), login) != 0) at++;
        if (at == n)
            return request_refuse(r, VS_NOT_FOUND, "NO_SUCH_ACCOUNT", "logins",
                                  "there is no open account \"%s\"; add it, or map its touches to another", login);
        actors[i].account_id = cell_id(rows, at, 1);
        actors[i].partner_id = cell_id(rows, at, 2);
        actors[i].role = (enum role)cell_int(rows, at, 3);
        actors[i].epoch = (int32_t)cell_int(rows, at, 4);
    }
    im->m.actors = actors;
    ask_here(im);
}

static void handle_import(struct request *r, const void *body) {
    const Vouchsafe__V1__TouchImportRequest *q = body;
    const struct domain *d = r->context;
    struct touch_import *im = arena_zalloc(&r->arena, sizeof *im);
    struct params p;
    if (im == NULL) return request_refuse(r, VS_RESOURCE_EXHAUSTED, "MEMORY", NULL, NULL);
    *im = (struct touch_import){{.r = r, .n = q->n_touches, .dry = q->dry_run}, q};
    params_init(&p, &r->arena);
    params_texts(&p, (const char *const *)q->logins, q->n_logins);
    store_read(d->store, &r->actor, QUERY_IMPORT_SEATS, &p, on_seats, im);
}

/* --- methods ---------------------------------------------------------------------------------------------- */

static const struct plan recorded = {PLAN_REPLY(touch_timeline), .reads = {{QUERY_TOUCH_RECORDED, "entries", 0, true}}};
static const struct plan touch_timeline = {PLAN_REPLY(touch_timeline),
                                           .reads = {{QUERY_TOUCH_TIMELINE, "entries", 0, true}}, .instead = &recorded,
                                           .when = "recorded_after"};
static const struct plan touch_list = {PLAN_REPLY(touch_list), .reads = {{QUERY_TOUCH_LIST, "touches", 0, false}}};
static const struct plan touch_strike = {PLAN_REPLY(touch_strike), .change = QUERY_TOUCH_STRIKE};

#define TOUCH_RULES \
    {"id", true, 0, 0}, {"contact_id", true, 0, 0}, {"occurred_at", true, 0, 0}, { "channel", true, 1, 14 }
static const struct field_rule log_rules[] = {{"touch", true, 0, 0}, TOUCH_RULES};
static const struct field_rule batch_rules[] = {{"touches", true, 1, 200}, TOUCH_RULES};
static const struct field_rule strike_rules[] = {{"id", true, 0, 0}, {"because", true, 0, 0}};
static const struct field_rule timeline_rules[] = {
    {"contact_id", true, 0, 0}, {"page_size", false, 1, 200}, {"recorded_after", false, 0, INT64_C(1) << 56}};
static const struct field_rule list_rules[] = {{"page_size", false, 1, 200}};
static const struct method methods[] = {
    METHOD(TOUCH_LOG, touch_log, MAY_STAFF | MAY_PARTNER, 0, handle_log, log_rules),
    METHOD(TOUCH_LOG_BATCH, touch_log_batch, MAY_STAFF | MAY_PARTNER, METHOD_ITEMS_APART, handle_log_batch,
           batch_rules),
    METHOD(TOUCH_IMPORT, touch_import, MAY_ADMIN, METHOD_ITEMS_APART, handle_import, batch_rules),
    PLAN(TOUCH_LIST, touch_list, MAY_ADMIN, 0, list_rules),
    PLAN(TOUCH_STRIKE, touch_strike, MAY_STAFF | MAY_PARTNER, METHOD_CHANGES, strike_rules),
    PLAN(TOUCH_TIMELINE, touch_timeline, MAY_STAFF | MAY_PARTNER, 0, timeline_rules),
};
const struct module touch_module = {"touch", methods, ARRAY_LEN(methods)};
