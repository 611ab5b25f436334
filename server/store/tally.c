/* SPDX-License-Identifier: Apache-2.0 */
/* Takes slips into the tally: what batches of touches left to be counted (0150_tally_slip.sql).
 * - happy path: once a second the businesses that have slips are picked, and each one's are taken, some hundreds a statement, until a
 *   statement takes fewer than it might
 * - more businesses than are picked at once: the next pick goes on behind the last
 * - several instances: whoever comes second finds the slips gone
 * - a statement fails: the other businesses go on; the slips stay and the next second tries again. Nobody waits for it: who reads
 *   counts what is on slips too
 * - the database is away: the round ends
 * It never holds up a batch, and nothing is lost with it. */
#include <stdlib.h>
#include <string.h>

#include "server/core/log.h"
#include "server/store/store_internal.h"

enum { EVERY_MS = 1000, PICK = 64, SLIPS = 256, ARENA_MAX = 64 * 1024 };

struct tally {
    struct store *store;
    uv_timer_t timer;
    struct arena arena; /* of the statement that runs */
    bool busy;
    int n, at;
    struct id businesses[PICK];
};

static void take_next(struct tally *t);

static void end_round(struct tally *t) {
    arena_free(&t->arena);
    t->busy = false;
}

static void begin_params(struct tally *t, struct params *p) {
    arena_free(&t->arena);
    params_init(p, &t->arena);
}

static void on_taken(void *arg, enum vs_status status, const PGresult *rows) {
    struct tally *t = arg;
    if (status == VS_UNAVAILABLE) return end_round(t);
    if (status != VS_OK) log_warn("tally_failed", "status=%s", vs_status_name(status));
    if (status != VS_OK || cell_int(rows, 0, 0) < SLIPS) t->at++;
    take_next(t);
}

static void on_picked(void *arg, enum vs_status status, const PGresult *rows) {
    struct tally *t = arg;
    t->n = t->at = 0;
    for (int i = 0; status == VS_OK && i < PQntuples(rows) && i < PICK; i++)
        t->businesses[t->n++] = cell_id(rows, i, 0);
    take_next(t);
}

static void pick(struct tally *t, const struct id *after) {
    struct id none = {{0}};
    struct params p;
    begin_params(t, &p);
    params_id(&p, after);
    params_int4(&p, PICK);
    store_system(t->store, &none, QUERY_TALLY_PICK, &p, on_picked, t);
}

static void take_next(struct tally *t) {
    if (t->at < t->n) {
        struct params p;
        begin_params(t, &p);
        params_int4(&p, SLIPS);
        store_system(t->store, &t->businesses[t->at], QUERY_TALLY_TAKE, &p, on_taken, t);
    } else if (t->n == PICK)
        pick(t, &t->businesses[PICK - 1]);
    else
        end_round(t);
}

static void on_timer(uv_timer_t *h) {
    struct tally *t = h->data;
    struct id none = {{0}};
    if (t->busy || !store_is_ready(t->store)) return;
    t->busy = true;
    pick(t, &none);
}

struct tally *tally_new(struct store *s) {
    struct tally *t = calloc(1, sizeof *t);
    MUST(t != NULL);
    t->store = s;
    arena_init(&t->arena, ARENA_MAX);
    uv_timer_init(s->loop, &t->timer);
    t->timer.data = t;
    uv_timer_start(&t->timer, on_timer, EVERY_MS, EVERY_MS);
    return t;
}

static void on_closed(uv_handle_t *h) { free(h->data); }

/* After the connections: what ran has ended. */
void tally_free(struct tally *t) { uv_close((uv_handle_t *)&t->timer, on_closed); }
