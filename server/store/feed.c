/* SPDX-License-Identifier: Apache-2.0 */
/* The feed: what was committed, told to this process's watchers. Hints: whoever is told reads the rows through the predicate.
 * - happy path: the writer tells at once what it committed (feed_touched); everything else, our own changes too, is read from the
 *   feed table: every 250 ms, and at once after a change of ours (feed_kick)
 * - nothing is missed: each read asks for the rows that the snapshot of the read before didn't show. No position that a late
 *   committer could slip behind, and no waiting for the oldest transaction
 * - the connection was lost, or reads stopped for long: RESYNC, since rows of touches older than 10 s aren't read; the first read
 *   too, since a watch may have opened before it
 * - nobody listens: nothing is read; the next read asks from where the last one was
 * Rows older than 10 minutes are deleted, by every instance, a few thousand at a time. */
#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "server/core/clock.h"
#include "server/core/log.h"
#include "server/store/store_internal.h"

enum { EVERY_MS = 250, GAP_MS = 8000, TRIM_MS = 10000, IDS_MAX = 4096 };

struct feed {
    struct store *store;
    uv_timer_t timer;
    struct store_listener listener;
    struct pg_segment read, trim;
    struct arena arena, trim_arena; /* of the segments */
    struct params params;
    char *snapshot; /* what the last read saw; NULL: none yet */
    bool reading, again, trimming;
    bool lost; /* something may have been missed: whoever watches reads anew */
    int64_t read_ms, trimmed_ms, age_ms;
};

static void poll_feed(struct feed *f);

static bool listening(const struct feed *f) {
    return f->listener.on_feed != NULL && f->listener.listening(f->listener.arg);
}

/* A uuid[] of one dimension: header, then length and bytes each. */
static size_t ids_of(const PGresult *rows, int row, int col, struct id *out, size_t max) {
    const uint8_t *at = (const uint8_t *)PQgetvalue(rows, row, col);
    int length = PQgetlength(rows, row, col);
    uint32_t n = 0;
    if (length < 20) return 0;
    memcpy(&n, at + 12, 4);
    n = be32toh(n);
    if (n > max || (size_t)length != 20 + (size_t)n * 20) return 0;
    for (uint32_t i = 0; i < n; i++) memcpy(out[i].b, at + 20 + i * 20 + 4, 16);
    return n;
}

static void tell(struct feed *f, const PGresult *rows, int row) {
    static struct id ids[IDS_MAX]; /* one loop: nobody else is here */
    struct id business = cell_id(rows, row, 2);
    size_t n = ids_of(rows, row, 3, ids, IDS_MAX);
    enum feed_kind kind = (enum feed_kind)cell_int(rows, row, 1);
    if (n > 0)
        f->listener.on_feed(f->listener.arg, kind, &business, ids, n);
    else
        f->lost = true; /* more than we take: whoever watches reads anew */
}

static void tell_all(struct feed *f, const PGresult *rows) {
    f->age_ms = 0;
    for (int row = 0; row < PQntuples(rows); row++) {
        if (cell_null(rows, row, 1)) continue;
        int64_t age = cell_int(rows, row, 4);
        if (age > f->age_ms) f->age_ms = age;
        tell(f, rows, row);
    }
    if (!f->lost) return;
    f->lost = false;
    f->listener.on_feed(f->listener.arg, FEED_RESYNC, NULL, NULL, 0);
}

static void on_read(struct pg_segment *seg) {
    struct feed *f = CONTAINER_OF(seg, struct feed, read);
    int64_t now = clock_mono_ms();
    f->reading = false;
    if (seg->outcome == PG_COMMITTED) {
        char *snapshot = strdup(cell_text(seg->results[0], 0, 0));
        if (snapshot == NULL || now - f->read_ms > GAP_MS) f->lost = true;
        if (snapshot != NULL) {
            free(f->snapshot);
            f->snapshot = snapshot;
        }
        f->read_ms = now;
        tell_all(f, seg->results[0]);
    } else {
        f->lost = true;
        if (seg->outcome == PG_FAILED) log_error("feed_failed", "sqlstate=%s", seg->sqlstate);
    }
    if (f->again) poll_feed(f);
}

static void send_read(struct feed *f, struct pg_conn *c) {
    arena_free(&f->arena);
    params_init(&f->params, &f->arena);
    params_text(&f->params, f->snapshot);
    params_bool(&f->params, f->listener.watching(f->listener.arg));
    params_int4(&f->params, f->store->instance);
    if (!store_segment(&f->read, &f->arena, 1)) return;
    f->read.on_done = on_read;
    store_statement(&f->read, QUERY_FEED_READ, &f->params);
    f->reading = true;
    pg_conn_send(c, &f->read);
}

static void on_trimmed(struct pg_segment *seg) {
    struct feed *f = CONTAINER_OF(seg, struct feed, trim);
    f->trimming = false;
    if (seg->outcome == PG_FAILED) log_warn("feed_trim_failed", "sqlstate=%s", seg->sqlstate);
}

static void send_trim(struct feed *f, struct pg_conn *c) {
    static const struct params none;
    f->trimmed_ms = clock_mono_ms();
    arena_free(&f->trim_arena);
    if (!store_segment(&f->trim, &f->trim_arena, 1)) return;
    f->trimming = true;
    f->trim.on_done = on_trimmed;
    store_statement(&f->trim, QUERY_FEED_TRIM, &none);
    pg_conn_send(c, &f->trim);
}

static void poll_feed(struct feed *f) {
    f->again = f->reading;
    if (f->reading) return;
    struct pg_conn *c = store_pick(f->store, LANE_SYSTEM);
    if (c != NULL) send_read(f, c);
}

static void on_tick(uv_timer_t *t) {
    struct feed *f = t->data;
    if (!f->reading && f->snapshot != NULL && !listening(f))
        f->read_ms = clock_mono_ms();
    else if (!f->reading)
        poll_feed(f);
    struct pg_conn *c = store_pick(f->store, LANE_SYSTEM);
    if (c != NULL && !f->trimming && clock_mono_ms() - f->trimmed_ms > TRIM_MS) send_trim(f, c);
}

void feed_touched(struct feed *f, const struct id *business, const struct id *contacts, size_t n) {
    if (n > 0 && f->listener.on_feed != NULL && f->listener.watching(f->listener.arg))
        f->listener.on_feed(f->listener.arg, FEED_TOUCHES, business, contacts, n);
}

void feed_lost(struct feed *f) { f->lost = true; }

void feed_kick(struct feed *f) {
    if (listening(f)) poll_feed(f);
}

void store_listen(struct store *s, const struct store_listener *l) { s->feed->listener = *l; }

int64_t store_feed_lag_ms(const struct store *s) {
    int64_t silent = clock_mono_ms() - s->feed->read_ms;
    return silent > 2 * EVERY_MS ? silent : s->feed->age_ms;
}

struct feed *feed_new(struct store *s) {
    struct feed *f = calloc(1, sizeof *f);
    MUST(f != NULL);
    f->store = s;
    f->read_ms = f->trimmed_ms = clock_mono_ms();
    f->lost = true;
    arena_init(&f->arena, 64 * 1024);
    arena_init(&f->trim_arena, 64 * 1024);
    uv_timer_init(s->loop, &f->timer);
    f->timer.data = f;
    uv_timer_start(&f->timer, on_tick, EVERY_MS, EVERY_MS);
    return f;
}

static void on_closed(uv_handle_t *h) {
    struct feed *f = h->data;
    arena_free(&f->arena);
    arena_free(&f->trim_arena);
    free(f->snapshot);
    free(f);
}
void feed_free(struct feed *f) { uv_close((uv_handle_t *)&f->timer, on_closed); }
