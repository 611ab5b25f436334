/* SPDX-License-Identifier: Apache-2.0 */
/* Touchpoints: log one, read a contact's timeline. */
#include <endian.h>
#include <string.h>

#include "server/core/clock.h"
#include "server/domain/reply.h"
#include "server/rpc/peer.h"
#include "vouchsafe/v1/method.pb-c.h"
#include "vouchsafe/v1/touch.pb-c.h"

static const int64_t YEAR_1990_US = INT64_C(631152000000000);

static void on_logged(struct touch *t, enum vs_status status, enum touch_refusal refusal) {
    struct request *r = t->arg;
    static const struct {
        const char *reason, *field, *message;
    } words[] = {
        [TOUCH_NO_CONTACT] = {"NOT_FOUND", NULL, NULL},
        [TOUCH_TIME_AHEAD] = {"TIME_AHEAD", "occurred_at",
                              "that time is in the future; is this machine's clock right?"},
        [TOUCH_BAD_VALUE] = {"BAD_VALUE", NULL, "the database refused a value of this touch"},
        [TOUCH_NOTHING_TO_MEND] = {"NOTHING_TO_MEND", "mends", "there is no such complaint of this contact"},
    };
    if (status == VS_OK || status == VS_DUPLICATE)
        request_reply_status(r, status, NULL);
    else if (refusal != TOUCH_OK)
        request_refuse(r, status, words[refusal].reason, words[refusal].field,
                       words[refusal].message == NULL ? NULL : "%s", words[refusal].message);
    else
        request_refuse(r, status, vs_status_name(status), NULL, NULL);
}

static bool fill(struct touch *t, const Vouchsafe__V1__Touch *q, struct request *r) {
    int64_t now = clock_now_us();
    *t = (struct touch){.actor = r->actor,
                        .id = reply_id(q->id),
                        .contact_id = reply_id(q->contact_id),
                        .mends = reply_id(q->mends),
                        .occurred_at = q->occurred_at,
                        .channel = (int16_t)q->channel,
                        .stage = q->has_stage ? (int16_t)q->stage : 0,
                        .sentiment = q->has_sentiment && q->sentiment != 0 ? (int16_t)q->sentiment : 2,
                        .score = -1,
                        .score_scale = -1,
                        .done = on_logged,
                        .arg = r};
    t->flags = (int16_t)((q->shared ? TOUCH_SHARED : 0) | (t->stage == 0 ? TOUCH_STAGE_DEFAULTED : 0));
    if (q->note != NULL) t->note = (struct slice){(uint8_t *)q->note, strlen(q->note)};
    if (q->address != NULL) t->address = (struct slice){(uint8_t *)q->address, strlen(q->address)};
    if (q->occurred_at < YEAR_1990_US || q->occurred_at > now + INT64_C(86400000000)) {
        request_refuse(r, VS_INVALID_ARGUMENT, "ABSURD_TIME", "occurred_at", "the time must lie between 1990 and now");
        return false;
    }
    if (q->has_score != q->has_score_scale ||
        (q->has_score && (q->score_scale < 1 || q->score_scale > 100 || q->score > q->score_scale))) {
        request_refuse(r, VS_INVALID_ARGUMENT, "BAD_SCORE", "score",
                       "a score goes from 0 to its scale, which is at most 100: 9/10");
        return false;
    }
    if (q->has_score) {
        t->score = (int16_t)q->score;
        t->score_scale = (int16_t)q->score_scale;
    }
    return true;
}

static void handle_log(struct request *r, const void *body) {
    const Vouchsafe__V1__TouchLogRequest *q = body;
    struct domain *d = r->context;
    struct touch *t = arena_alloc(&r->arena, sizeof *t);
    if (t == NULL) return request_refuse(r, VS_RESOURCE_EXHAUSTED, "MEMORY", NULL, NULL);
    if (fill(t, q->touch, r)) store_touch(d->store, t);
}

/* --- timeline: page tokens are (occurred_at, id) of the last entry ---------------------------------------- */

struct page {
    struct id contact;
    uint32_t size;
    uint8_t token[24];
};

static Vouchsafe__V1__TouchEntry *entry_of(struct arena *a, const struct id *contact, const PGresult *rows, int i) {
    Vouchsafe__V1__TouchEntry *e = arena_alloc(a, sizeof *e);
    if (e == NULL) return NULL;
    vouchsafe__v1__touch_entry__init(e);
    struct id id = cell_id(rows, i, 0), mends = cell_id(rows, i, 11);
    reply_set_id(&e->id, &e->has_id, a, &id);
    reply_set_id(&e->contact_id, &e->has_contact_id, a, contact);
    reply_set_id(&e->mends, &e->has_mends, a, &mends);
    e->has_occurred_at = e->has_recorded_at = e->has_channel = e->has_stage = e->has_sentiment = e->has_shared =
        e->has_by_role = e->has_struck = 1;
    e->occurred_at = cell_time(rows, i, 1);
    e->recorded_at = cell_time(rows, i, 2);
    e->channel = (Vouchsafe__V1__Channel)cell_int(rows, i, 3);
    e->stage = (Vouchsafe__V1__Stage)cell_int(rows, i, 4);
    e->sentiment = (Vouchsafe__V1__Sentiment)cell_int(rows, i, 5);
    e->shared = cell_bool(rows, i, 6);
    e->has_score = e->has_score_scale = !cell_null(rows, i, 7);
    e->score = (uint32_t)cell_int(rows, i, 7);
    e->score_scale = (uint32_t)cell_int(rows, i, 8);
    e->note = reply_text(a, rows, i, 9);
    e->address = reply_text(a, rows, i, 10);
    e->by = reply_text(a, rows, i, 12);
    e->by_role = (Vouchsafe__V1__Role)cell_int(rows, i, 13);
    e->struck = cell_bool(rows, i, 14);
    e->struck_because = reply_text(a, rows, i, 15);
    return e;
}

static void on_timeline(void *arg, enum vs_status status, const PGresult *rows) {
    struct request *r = arg;
    struct page *page = r->state;
    if (!reply_rows(r, status, rows)) return;
    if (PQntuples(rows) == 0) return reply_not_found(r);
    int n = cell_null(rows, 0, 0) ? 0 : PQntuples(rows);
    r->arena.cap += 1024 * 1024; /* a page of long notes is an honest need */
    Vouchsafe__V1__TouchTimelineReply reply = VOUCHSAFE__V1__TOUCH_TIMELINE_REPLY__INIT;
    reply.entries = arena_alloc(&r->arena, (size_t)n * sizeof *reply.entries);
    size_t bytes = 0;
    int i = 0;
    for (; i < n && bytes < 200 * 1024; i++) {
        Vouchsafe__V1__TouchEntry *e = reply.entries == NULL ? NULL : entry_of(&r->arena, &page->contact, rows, i);
        if (e == NULL) return request_refuse(r, VS_RESOURCE_EXHAUSTED, "PAGE", "page_size", "ask for a smaller page");
        reply.entries[reply.n_entries++] = e;
        bytes += protobuf_c_message_get_packed_size(&e->base) + 8;
    }
    if (i > 0 && (i < n || n == (int)page->size)) {
        Vouchsafe__V1__TouchEntry *last = reply.entries[i - 1];
        uint64_t at = htobe64((uint64_t)last->occurred_at);
        memcpy(page->token, &at, 8);
        memcpy(page->token + 8, last->id.data, 16);
        reply.has_next_page_token = 1;
        reply.next_page_token = (ProtobufCBinaryData){24, page->token};
    }
    request_reply(r, &reply.base);
}

static void handle_timeline(struct request *r, const void *body) {
    const Vouchsafe__V1__TouchTimelineRequest *q = body;
    struct domain *d = r->context;
    struct page *page = r->state = arena_zalloc(&r->arena, sizeof *page);
    if (page == NULL) return request_refuse(r, VS_RESOURCE_EXHAUSTED, "MEMORY", NULL, NULL);
    if (q->has_recorded_after)
        return request_refuse(r, VS_UNIMPLEMENTED, "RECORDED_AFTER", "recorded_after",
                              "this server pages by time only");
    page->contact = reply_id(q->contact_id);
    page->size = q->has_page_size ? q->page_size : 50;
    struct params p;
    params_init(&p, &r->arena);
    params_id(&p, &page->contact);
    if (q->has_page_token && q->page_token.len == 24) {
        uint64_t at;
        memcpy(&at, q->page_token.data, 8);
        params_time(&p, (int64_t)be64toh(at));
        params_bytes(&p, q->page_token.data + 8, 16);
    } else {
        params_null(&p);
        params_null(&p);
    }
    params_int4(&p, (int32_t)page->size);
    store_read(d->store, &r->actor, QUERY_TOUCH_TIMELINE, &p, on_timeline, r);
}

static const struct field_rule log_rules[] = {{"touch", true, 0, 0},
                                              {"id", true, 0, 0},
                                              {"contact_id", true, 0, 0},
                                              {"occurred_at", true, 0, 0},
                                              {"channel", true, 1, 14}};
static const struct field_rule timeline_rules[] = {{"contact_id", true, 0, 0}, {"page_size", false, 1, 200}};
static const struct method methods[] = {
    METHOD(TOUCH_LOG, touch_log, MAY_STAFF | MAY_PARTNER, 0, handle_log, log_rules),
    METHOD(TOUCH_TIMELINE, touch_timeline, MAY_STAFF | MAY_PARTNER, 0, handle_timeline, timeline_rules),
};
const struct module touch_module = {"touch", methods, ARRAY_LEN(methods)};
