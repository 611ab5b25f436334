/* SPDX-License-Identifier: Apache-2.0 */
/* Group commit of touches.
 * - happy path: touches queue; at the end of the loop's turn each free connection takes a batch: one statement for all its
 *   businesses, businesses and ids ascending, one sync; rows that come back are verdicts; for the rest a follow-up asks
 *   what became of them
 * - a statement fails: nothing happened; the batch is halved and sent again; alone and guilty (22xxx, 23xxx) it is
 *   refused, alone and innocent answered UNAVAILABLE or INTERNAL: the client keeps it, the loop isn't kept busy by it
 * - the connection dies: the same rows go out again by the same keys: resending is asking
 * - an id that is in flight waits: a batch, and the wire, never hold one id twice
 * - a batch is held up (a lock): it stops nobody else, the other connections go on without its businesses
 * A batch is as large as what arrived while the last one was committed, and no smaller than those on their way. */
#include <stdlib.h>
#include <string.h>

#include "server/core/clock.h"
#include "server/core/log.h"
#include "server/core/metrics.h"
#include "server/store/store_internal.h"
#include "server/store/touch_columns.h"
#include "server/store/touch_queue.h"

/* BUSINESSES_MAX: the policies look each row's business up in the text of the set. */
enum { BATCH_MAX = 256, BUSINESSES_MAX = 64, QUEUE_MAX = 8192, GIVE_UP_MS = 30000, DROP_EVERY_MS = 100, HELD_MS = 20 };

struct batch {
    struct list node; /* of those on their way */
    struct pg_segment seg;
    struct writer *writer;
    struct arena arena;
    bool follow_up;
    uint64_t sent_ns;
    uint64_t sent_ms; /* of the loop */
    int n;
    struct touch *touches[BATCH_MAX]; /* by business and id; NULL once settled */
};

struct writer {
    struct store *store;
    uv_prepare_t prepare; /* runs before the loop would sleep */
    struct touch_queue queue;
    struct list flying; /* batches */
    uv_timer_t held;    /* wakes the loop when one is held up */
    int halve;          /* the largest batch while something in it fails */
    int64_t dropped_ms;
    int closed; /* of its two handles */
};

/* --- statements ----------------------------------------------------------------------------------------- */

static const struct id *business_of(const struct batch *b, int i) { return &b->touches[i]->actor.business_id; }

/* The businesses of the batch, each once. */
static size_t businesses(const struct batch *b, struct id set[BUSINESSES_MAX]) {
    size_t n = 0;
    for (int i = 0; i < b->n; i++)
        if (n == 0 || !id_equal(&set[n - 1], business_of(b, i))) {
            MUST(n < BUSINESSES_MAX);
            set[n++] = *business_of(b, i);
        }
    return n;
}

/* [context, statement] */
static bool fill(struct batch *b, enum query_id q) {
    struct id set[BUSINESSES_MAX];
    size_t n = businesses(b, set);
    arena_free(&b->arena);
    struct params *context = arena_alloc(&b->arena, sizeof *context), *p = arena_alloc(&b->arena, sizeof *p);
    if (context == NULL || p == NULL || !store_segment(&b->seg, &b->arena, 2)) return false;
    params_init(context, &b->arena);
    params_ids(context, set, n);
    params_init(p, &b->arena);
    touch_columns(p, b->touches, b->n);
    if (b->arena.failed) return false;
    store_statement(&b->seg, QUERY_CONTEXT_TOUCH, context);
    store_statement(&b->seg, q, p);
    return true;
}

/* --- verdicts ------------------------------------------------------------------------------------------- */

static void settle(struct batch *b, int i, enum vs_status status, enum touch_refusal refusal) {
    struct touch *t = b->touches[i];
    b->touches[i] = NULL;
    touch_queue_landed(&b->writer->queue, t);
    b->writer->store->in_flight--;
    t->done(t, status, refusal);
}

static enum vs_status refusal_status(enum touch_refusal r) {
    return r == TOUCH_OK                                         ? VS_OK
           : r == TOUCH_NO_CONTACT || r == TOUCH_NOTHING_TO_MEND ? VS_NOT_FOUND
                                                                 : VS_INVALID_ARGUMENT;
}

static void put(struct writer *w, struct touch *t) {
    if (touch_queue_put(&w->queue, t)) return;
    w->store->in_flight--;
    t->done(t, VS_RESOURCE_EXHAUSTED, TOUCH_OK);
}

/* What has no verdict waits again. */
static void batch_end(struct batch *b) {
    for (int i = 0; i < b->n; i++)
        if (b->touches[i] != NULL) {
            touch_queue_landed(&b->writer->queue, b->touches[i]);
            put(b->writer, b->touches[i]);
        }
    list_remove(&b->node);
    arena_free(&b->arena);
    free(b);
}

static int find(const struct batch *b, const PGresult *r, int row) {
    struct id business = cell_id(r, row, 0), id = cell_id(r, row, 1);
    for (int k = 0; k < b->n; k++) { /* rows come back in the batch's order: the next one is nearly always the one */
        int i = (row + k) % b->n;
        if (b->touches[i] != NULL && id_equal(&b->touches[i]->id, &id) && id_equal(business_of(b, i), &business))
            return i;
    }
    return -1;
}

/* Contacts whose watchers shall hear of it, as long as they are of one business. */
struct told {
    struct feed *feed;
    struct id business, contacts[BATCH_MAX];
    size_t n;
};

static void told_flush(struct told *t) {
    feed_touched(t->feed, &t->business, t->contacts, t->n);
    t->n = 0;
}

static void told_add(struct told *t, const struct touch *touch) {
    if (t->n > 0 && !id_equal(&t->business, &touch->actor.business_id)) told_flush(t);
    t->business = touch->actor.business_id;
    t->contacts[t->n++] = touch->contact_id;
}

static void take_batch_row(struct batch *b, int i, const PGresult *r, int row, struct told *told) {
    enum touch_refusal refusal = (enum touch_refusal)cell_int(r, row, 2);
    if (refusal == TOUCH_OK) told_add(told, b->touches[i]);
    settle(b, i, refusal_status(refusal), refusal);
}

static void take_follow_up_row(struct batch *b, int i, const PGresult *r, int row, struct told *told) {
    static const struct {
        const char *verdict;
        enum vs_status status;
    } verdicts[] = {
        {"DUPLICATE", VS_DUPLICATE},
        {"KEY_REUSED", VS_KEY_REUSED},
        {"UNAUTHENTICATED", VS_UNAUTHENTICATED},
    };
    const char *verdict = cell_text(r, row, 2);
    enum touch_refusal refusal = (enum touch_refusal)cell_int(r, row, 3);
    if (strcmp(verdict, "DUPLICATE") == 0) told_add(told, b->touches[i]); /* a lost first answer told nobody */
    if (strcmp(verdict, "REFUSED") == 0) return settle(b, i, refusal_status(refusal), refusal);
    for (size_t v = 0; v < ARRAY_LEN(verdicts); v++)
        if (strcmp(verdict, verdicts[v].verdict) == 0) return settle(b, i, verdicts[v].status, TOUCH_OK);
}

static void take_verdicts(struct batch *b) {
    struct told told = {.feed = b->writer->store->feed};
    const PGresult *r = b->seg.results[1];
    for (int row = 0; row < PQntuples(r); row++) {
        int i = find(b, r, row);
        if (i >= 0) (b->follow_up ? take_follow_up_row : take_batch_row)(b, i, r, row, &told);
    }
    told_flush(&told);
}

static int left(struct batch *b) {
    int n = 0;
    for (int i = 0; i < b->n; i++)
        if (b->touches[i] != NULL) b->touches[n++] = b->touches[i];
    b->n = n;
    return n;
}

/* A deadlock or a lock that was waited for too long: sent again it goes through. Anything else may fail as long as it is tried. */
static bool passing(const char *sqlstate) {
    return strncmp(sqlstate, "40", 2) == 0 || strncmp(sqlstate, "55P03", 5) == 0;
}

/* The loop is awake: on_prepare judges. */
static void on_held(uv_timer_t *h) { (void)h; }

static void fly(struct batch *b, struct pg_conn *c) {
    b->sent_ns = uv_hrtime();
    b->sent_ms = uv_now(b->writer->store->loop);
    uv_timer_start(&b->writer->held, on_held, HELD_MS, 0);
    pg_conn_send(c, &b->seg);
}

static void on_batch(struct pg_segment *seg) {
    struct batch *b = CONTAINER_OF(seg, struct batch, seg);
    struct writer *w = b->writer;
    bool guilty = strncmp(seg->sqlstate, "22", 2) == 0 || strncmp(seg->sqlstate, "23", 2) == 0;
    if (seg->outcome == PG_COMMITTED) {
        metrics_observe(METRIC_BATCH_ROWS, b->n);
        metrics_observe(METRIC_BATCH_SECONDS, (double)(uv_hrtime() - b->sent_ns) / 1e9);
        take_verdicts(b);
        w->halve = w->halve * 2 < BATCH_MAX ? w->halve * 2 : BATCH_MAX;
        struct pg_conn *c = left(b) > 0 && !b->follow_up ? store_pick(w->store, LANE_WRITER) : NULL;
        if (c != NULL) { /* rows that were there before: ask at the head of the next segment */
            b->follow_up = true;
            if (fill(b, QUERY_TOUCH_FOLLOW_UP)) {
                for (int i = 0; i < b->n; i++) b->touches[i]->sent = true;
                fly(b, c);
                return;
            }
        }
    } else if (seg->outcome == PG_FAILED) {
        log_warn("batch_failed", "rows=%d sqlstate=%s", b->n, seg->sqlstate);
        w->halve = b->n > 1 ? b->n / 2 : 1;
        if (b->n == 1 && guilty)
            settle(b, 0, VS_INVALID_ARGUMENT, TOUCH_BAD_VALUE);
        else if (b->n == 1 && !passing(seg->sqlstate)) /* nothing happened: the client keeps it */
            settle(b, 0, store_status_of(seg), TOUCH_OK);
    }
    batch_end(b);
    writer_kick(w);
}

/* --- taking batches ------------------------------------------------------------------------------------- */

/* The connections that wait for nothing: how many, and one of them. */
static int free_connections(const struct writer *w, struct pg_conn **one) {
    const struct store *s = w->store;
    int n = 0;
    for (int i = 0; i < s->n_conns; i++)
        if (s->lanes[i] == LANE_WRITER && pg_conn_ready(s->conns[i]) && pg_conn_waiting(s->conns[i]) == 0) {
            *one = s->conns[i];
            n++;
        }
    return n;
}

/* By the loop's clock, which is the timer's: by another one it might not be held yet when the timer wakes us, and nothing would again. */
static bool is_held(const struct batch *b) { return uv_now(b->writer->store->loop) - b->sent_ms >= HELD_MS; }

/* Those that the next batch must not hold: another batch with them is held up, or may soon be, since something fails. */
static size_t left_out(struct writer *w, struct id out[CONNS_MAX * BUSINESSES_MAX]) {
    size_t n = 0;
    LIST_FOREACH(it, &w->flying) {
        const struct batch *b = LIST_ENTRY(it, struct batch, node);
        if (is_held(b) || w->halve < BATCH_MAX) n += businesses(b, out + n);
    }
    return n;
}

/* Free connections share what waits. */
static bool send_batch(struct writer *w, struct pg_conn *c, int sharing) {
    struct id but[CONNS_MAX * BUSINESSES_MAX];
    size_t n_but = left_out(w, but);
    struct batch *b = malloc(sizeof *b);
    if (b == NULL) return false;
    int fair = ((int)w->queue.waiting + sharing - 1) / sharing;
    b->writer = w;
    b->follow_up = false;
    b->seg.on_done = on_batch;
    list_push_back(&w->flying, &b->node);
    arena_init(&b->arena, 8 * 1024 * 1024);
    b->n = touch_queue_take(&w->queue, b->touches, fair < w->halve ? fair : w->halve, BUSINESSES_MAX, but, n_but);
    if (b->n > 0 && fill(b, QUERY_TOUCH_BATCH)) {
        fly(b, c);
        return true;
    }
    batch_end(b);
    return false;
}

static void drop(struct writer *w, int64_t before_ms, int64_t now_ms) {
    struct touch *t;
    while ((t = touch_queue_expired(&w->queue, before_ms, now_ms)) != NULL) {
        w->store->in_flight--;
        bool late = t->deadline_ms != 0 && t->deadline_ms < now_ms;
        t->done(t, t->sent ? VS_UNKNOWN : late ? VS_DEADLINE_EXCEEDED : VS_UNAVAILABLE, TOUCH_OK);
    }
}

/* What waits in vain: for a database that is away too long; past its deadline, if nothing of it ever left. */
static void drop_old(struct writer *w) {
    int64_t now = clock_mono_ms();
    if (now - w->dropped_ms < DROP_EVERY_MS) return;
    w->dropped_ms = now;
    drop(w, store_pick(w->store, LANE_WRITER) == NULL ? now - GIVE_UP_MS : INT64_MIN, now);
}

/* A second batch beside one on its way only when it is as large: each answer is soon followed by the next touch of its seat, and
 * whoever takes the first few alone pays a statement and a sync for them while the rest fill the next. */
static bool worth_a_batch(struct writer *w) {
    unsigned flying = 0;
    LIST_FOREACH(it, &w->flying) {
        const struct batch *b = LIST_ENTRY(it, struct batch, node);
        if (!is_held(b)) flying += (unsigned)b->n;
    }
    if (flying > BATCH_MAX / 2) flying = BATCH_MAX / 2;
    return w->queue.waiting > 0 && w->queue.waiting >= flying;
}

static void on_prepare(uv_prepare_t *h) {
    struct writer *w = h->data;
    struct pg_conn *c = NULL;
    int n = 0;
    while (worth_a_batch(w) && (n = free_connections(w, &c)) > 0)
        if (!send_batch(w, c, n)) break;
    if (w->queue.waiting > 0) drop_old(w);
    if (w->queue.waiting == 0) uv_prepare_stop(&w->prepare);
}

void writer_kick(struct writer *w) {
    if (w->queue.waiting > 0) uv_prepare_start(&w->prepare, on_prepare);
}

void writer_put(struct writer *w, struct touch *t) {
    t->queued_ms = clock_mono_ms();
    w->store->in_flight++;
    put(w, t);
    writer_kick(w);
}

void store_touch(struct store *s, struct touch *t) { writer_put(s->writer, t); }
bool writer_has_room(const struct writer *w) { return w->queue.waiting < QUEUE_MAX; }
unsigned writer_queued(const struct writer *w) { return w->queue.waiting; }

struct writer *writer_new(struct store *s) {
    struct writer *w = calloc(1, sizeof *w);
    MUST(w != NULL);
    w->store = s;
    w->halve = BATCH_MAX;
    touch_queue_init(&w->queue);
    list_init(&w->flying);
    uv_prepare_init(s->loop, &w->prepare);
    uv_timer_init(s->loop, &w->held);
    w->prepare.data = w->held.data = w;
    return w;
}

static void on_closed(uv_handle_t *h) {
    struct writer *w = h->data;
    if (++w->closed == 2) free(w);
}

/* After the connections: what they had waits again, and is told that nothing is known. */
void writer_free(struct writer *w) {
    drop(w, INT64_MAX, 0);
    uv_close((uv_handle_t *)&w->prepare, on_closed);
    uv_close((uv_handle_t *)&w->held, on_closed);
}
