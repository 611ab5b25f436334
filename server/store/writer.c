/* SPDX-License-Identifier: Apache-2.0 */
/* Group commit of touches.
 * - happy path: touches queue; at the end of the loop's turn each free connection takes a batch of one business, ids
 *   ascending, one statement, one sync; rows that come back are verdicts; for the rest a follow-up asks what became of them
 * - a statement fails: nothing happened; the batch is halved and sent again; alone and guilty (22xxx, 23xxx) it is refused
 * - the connection dies: the same rows go out again by the same keys: resending is asking
 * - an id that is in flight waits: a batch, and the wire, never hold one id twice
 * Never by timer: a batch is as large as what arrived while the last one was committed. */
#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "server/core/clock.h"
#include "server/core/log.h"
#include "server/core/metrics.h"
#include "server/store/store_internal.h"

enum { BATCH_MAX = 256, QUEUE_MAX = 8192, COLUMNS = 14, GIVE_UP_MS = 30000 };

struct batch {
    struct pg_segment seg;
    struct writer *writer;
    struct list link; /* in writer.flying */
    struct arena arena;
    struct params params;
    int n;
    bool follow_up;
    uint64_t sent_ns;
    struct touch *touches[BATCH_MAX];
};

struct writer {
    struct store *store;
    uv_prepare_t prepare; /* runs before the loop would sleep */
    struct list queue, flying;
    unsigned queued;
    int halve; /* the largest batch while something in it fails */
    unsigned shard;
};

/* --- columns: binary arrays, written straight into the arena -------------------------------------------- */

struct column {
    unsigned element; /* oid of the elements */
    int size;         /* of one, or 0: as long as it is */
};

static const struct column columns[COLUMNS] = {
    {2950, 16}, {2950, 16}, {2950, 16}, {23, 4}, {1184, 8},  {21, 2}, {21, 2},
    {21, 2},    {21, 2},    {21, 2},    {21, 2}, {2950, 16}, {25, 0}, {25, 0},
};

static uint8_t *put_be(uint8_t *at, uint64_t v, int size) {
    for (int shift = (size - 1) * 8; shift >= 0; shift -= 8) *at++ = (uint8_t)(v >> shift);
    return at;
}

/* The value of a column: bytes, or a number; false for null. */
static bool value_of(const struct touch *t, int column, struct slice *bytes, int64_t *number) {
    switch (column) {
        case 0: *bytes = (struct slice){t->id.b, 16}; return true;
        case 1: *bytes = (struct slice){t->contact_id.b, 16}; return true;
        case 2: *bytes = (struct slice){t->actor.account_id.b, 16}; return true;
        case 3: *number = t->actor.epoch; return true;
        case 4: *number = t->occurred_at - INT64_C(946684800000000); return true;
        case 5: *number = t->channel; return true;
        case 6: *number = t->stage; return true;
        case 7: *number = t->sentiment; return true;
        case 8: *number = t->flags; return true;
        case 9: *number = t->score; return t->score >= 0;
        case 10: *number = t->score_scale; return t->score >= 0;
        case 11: *bytes = (struct slice){t->mends.b, 16}; return !id_is_zero(&t->mends);
        case 12: *bytes = t->address; return t->address.data != NULL;
        default: *bytes = t->note; return t->note.data != NULL;
    }
}

static void put_column(struct batch *b, int column) {
    size_t room = 20;
    struct slice bytes = {0};
    int64_t number = 0;
    for (int i = 0; i < b->n; i++)
        room += 4 + (columns[column].size != 0                          ? (size_t)columns[column].size
                     : value_of(b->touches[i], column, &bytes, &number) ? bytes.len
                                                                        : 0);
    uint8_t *data = arena_alloc(&b->arena, room), *at = data;
    if (data == NULL) return;
    at = put_be(at, 1, 4);
    at = put_be(at, 1, 4); /* may hold nulls */
    at = put_be(at, columns[column].element, 4);
    at = put_be(at, (uint64_t)b->n, 4);
    at = put_be(at, 1, 4);
    for (int i = 0; i < b->n; i++) {
        bytes = (struct slice){0};
        if (!value_of(b->touches[i], column, &bytes, &number)) {
            at = put_be(at, UINT32_MAX, 4);
        } else if (bytes.data != NULL || columns[column].size == 0) {
            at = put_be(at, bytes.len, 4);
            if (bytes.len > 0) memcpy(at, bytes.data, bytes.len);
            at += bytes.len;
        } else {
            at = put_be(at, (uint64_t)columns[column].size, 4);
            at = put_be(at, (uint64_t)number, columns[column].size);
        }
    }
    b->params.values[b->params.n] = (char *)data;
    b->params.lengths[b->params.n++] = (int)(at - data);
}

static bool fill(struct batch *b, enum query_id q, unsigned shard) {
    arena_free(&b->arena);
    params_init(&b->params, &b->arena);
    params_id(&b->params, &b->touches[0]->actor.business_id);
    for (int c = 0; c < COLUMNS; c++) put_column(b, c);
    if (q == QUERY_TOUCH_BATCH) params_int2(&b->params, (int16_t)shard);
    if (b->arena.failed || !store_context(&b->seg, &b->arena, &b->touches[0]->actor.business_id, NULL) ||
        b->arena.failed)
        return false;
    store_statement(&b->seg, q, &b->params);
    return true;
}

/* --- verdicts ------------------------------------------------------------------------------------------- */

static void settle(struct batch *b, int i, enum vs_status status, enum touch_refusal refusal) {
    struct touch *t = b->touches[i];
    b->touches[i] = NULL;
    b->writer->store->in_flight--;
    t->done(t, status, refusal);
}

static enum vs_status refusal_status(enum touch_refusal r) {
    return r == TOUCH_OK                                         ? VS_OK
           : r == TOUCH_NO_CONTACT || r == TOUCH_NOTHING_TO_MEND ? VS_NOT_FOUND
                                                                 : VS_INVALID_ARGUMENT;
}

static void requeue(struct writer *w, struct batch *b) {
    for (int i = b->n - 1; i >= 0; i--)
        if (b->touches[i] != NULL) {
            list_push_front(&w->queue, &b->touches[i]->node);
            w->queued++;
        }
}

static void batch_free(struct batch *b) {
    list_remove(&b->link);
    arena_free(&b->arena);
    free(b);
}

static int find(const struct batch *b, const PGresult *r, int row) {
    struct id id = cell_id(r, row, 0);
    for (int k = 0; k < b->n; k++) { /* rows come back in id order: the next one is nearly always the one */
        int i = (row + k) % b->n;
        if (b->touches[i] != NULL && id_equal(&b->touches[i]->id, &id)) return i;
    }
    return -1;
}

static void take_batch_rows(struct batch *b, const PGresult *r) {
    for (int row = 0; row < PQntuples(r); row++) {
        int i = find(b, r, row);
        enum touch_refusal refusal = (enum touch_refusal)cell_int(r, row, 1);
        if (i >= 0) settle(b, i, refusal_status(refusal), refusal);
    }
}

static void take_follow_up(struct batch *b, const PGresult *r) {
    static const struct {
        const char *verdict;
        enum vs_status status;
    } verdicts[] = {
        {"DUPLICATE", VS_DUPLICATE},
        {"KEY_REUSED", VS_KEY_REUSED},
        {"UNAUTHENTICATED", VS_UNAUTHENTICATED},
    };
    for (int row = 0; row < PQntuples(r); row++) {
        int i = find(b, r, row);
        const char *verdict = cell_text(r, row, 1);
        enum touch_refusal refusal = (enum touch_refusal)cell_int(r, row, 2);
        if (i < 0) continue;
        if (strcmp(verdict, "REFUSED") == 0) settle(b, i, refusal_status(refusal), refusal);
        for (size_t v = 0; v < ARRAY_LEN(verdicts); v++)
            if (strcmp(verdict, verdicts[v].verdict) == 0) {
                settle(b, i, verdicts[v].status, TOUCH_OK);
                break;
            }
    }
}

static int left(struct batch *b) {
    int n = 0;
    for (int i = 0; i < b->n; i++)
        if (b->touches[i] != NULL) b->touches[n++] = b->touches[i];
    b->n = n;
    return n;
}

static void on_batch(struct pg_segment *seg) {
    struct batch *b = CONTAINER_OF(seg, struct batch, seg);
    struct writer *w = b->writer;
    bool guilty = strncmp(seg->sqlstate, "22", 2) == 0 || strncmp(seg->sqlstate, "23", 2) == 0;
    if (seg->outcome == PG_COMMITTED) {
        metrics_observe(METRIC_BATCH_ROWS, b->n);
        metrics_observe(METRIC_BATCH_SECONDS, (double)(uv_hrtime() - b->sent_ns) / 1e9);
        if (b->follow_up)
            take_follow_up(b, seg->results[1]);
        else
            take_batch_rows(b, seg->results[1]);
        w->halve = w->halve * 2 < BATCH_MAX ? w->halve * 2 : BATCH_MAX;
        struct pg_conn *c = left(b) > 0 && !b->follow_up ? store_pick(w->store, LANE_WRITER) : NULL;
        if (c != NULL) { /* rows that were there before: ask at the head of the next segment */
            b->follow_up = true;
            if (fill(b, QUERY_TOUCH_FOLLOW_UP, 0)) {
                b->sent_ns = uv_hrtime();
                pg_conn_send(c, &b->seg);
                return;
            }
        }
    } else if (seg->outcome == PG_FAILED) {
        if (b->n == 1 && guilty) settle(b, 0, VS_INVALID_ARGUMENT, TOUCH_BAD_VALUE);
        log_warn("batch_failed", "rows=%d sqlstate=%s", b->n, seg->sqlstate);
        w->halve = b->n > 1 ? b->n / 2 : 1;
    }
    requeue(w, b);
    batch_free(b);
}

/* --- taking batches ------------------------------------------------------------------------------------- */

static bool is_flying(const struct writer *w, const struct id *id) {
    LIST_FOREACH(it, &w->flying) {
        const struct batch *b = LIST_ENTRY(it, struct batch, link);
        for (int i = 0; i < b->n; i++)
            if (b->touches[i] != NULL && id_equal(&b->touches[i]->id, id)) return true;
    }
    return false;
}

static int by_id(const void *x, const void *y) {
    return id_compare(&(*(struct touch *const *)x)->id, &(*(struct touch *const *)y)->id);
}

/* Touches of the first waiting one's business; the others and twins of ids stay. */
static struct batch *take(struct writer *w) {
    struct batch *b = malloc(sizeof *b);
    if (b == NULL) return NULL;
    b->writer = w;
    b->n = 0;
    b->follow_up = false;
    b->seg.on_done = on_batch;
    arena_init(&b->arena, 8 * 1024 * 1024);
    list_init(&b->link);
    LIST_FOREACH(it, &w->queue) {
        struct touch *t = LIST_ENTRY(it, struct touch, node);
        if (b->n == w->halve) break;
        if (b->n > 0 && !id_equal(&t->actor.business_id, &b->touches[0]->actor.business_id)) continue;
        list_remove(&t->node);
        w->queued--;
        b->touches[b->n++] = t;
    }
    qsort(b->touches, (size_t)b->n, sizeof b->touches[0], by_id);
    int n = 0;
    for (int i = 0; i < b->n; i++) {
        struct touch *t = b->touches[i];
        if ((n > 0 && id_equal(&b->touches[n - 1]->id, &t->id)) || is_flying(w, &t->id)) {
            list_push_back(&w->queue, &t->node);
            w->queued++;
        } else {
            b->touches[n++] = t;
        }
    }
    b->n = n;
    return b;
}

static void send_batch(struct writer *w, struct pg_conn *c, struct batch *b) {
    if (b->n > 0 && fill(b, QUERY_TOUCH_BATCH, w->shard++ & 3)) {
        list_push_back(&w->flying, &b->link);
        b->sent_ns = uv_hrtime();
        pg_conn_send(c, &b->seg);
        return;
    }
    requeue(w, b);
    batch_free(b);
}

static void drop_old(struct writer *w) {
    int64_t now = clock_mono_ms();
    LIST_FOREACH(it, &w->queue) {
        struct touch *t = LIST_ENTRY(it, struct touch, node);
        if (now - t->queued_ms < GIVE_UP_MS) continue;
        list_remove(&t->node);
        w->queued--;
        w->store->in_flight--;
        t->done(t, VS_UNKNOWN, TOUCH_OK);
    }
}

static void on_prepare(uv_prepare_t *h) {
    struct writer *w = h->data;
    while (!list_empty(&w->queue)) {
        struct pg_conn *c = store_pick(w->store, LANE_WRITER);
        if (c == NULL) drop_old(w);
        if (c == NULL || pg_conn_waiting(c) > 0) break;
        struct batch *b = take(w);
        bool something = b != NULL && b->n > 0;
        if (b != NULL) send_batch(w, c, b);
        if (!something) break;
    }
    if (list_empty(&w->queue)) uv_prepare_stop(&w->prepare);
}

void writer_kick(struct writer *w) {
    if (!list_empty(&w->queue)) uv_prepare_start(&w->prepare, on_prepare);
}

void writer_put(struct writer *w, struct touch *t) {
    t->queued_ms = clock_mono_ms();
    list_push_back(&w->queue, &t->node);
    w->queued++;
    w->store->in_flight++;
    uv_prepare_start(&w->prepare, on_prepare);
}

void store_touch(struct store *s, struct touch *t) { writer_put(s->writer, t); }
bool writer_has_room(const struct writer *w) { return w->queued < QUEUE_MAX; }
unsigned writer_queued(const struct writer *w) { return w->queued; }

struct writer *writer_new(struct store *s) {
    struct writer *w = calloc(1, sizeof *w);
    MUST(w != NULL);
    w->store = s;
    w->halve = BATCH_MAX;
    list_init(&w->queue);
    list_init(&w->flying);
    uv_prepare_init(s->loop, &w->prepare);
    w->prepare.data = w;
    return w;
}

static void on_closed(uv_handle_t *h) { free(h->data); }
void writer_free(struct writer *w) { uv_close((uv_handle_t *)&w->prepare, on_closed); }
