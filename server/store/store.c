/* SPDX-License-Identifier: Apache-2.0 */
/* Connections by role, reads and changes.
 * - a read: [context, query, sync] on a connection of the actor's role; FAILED and UNKNOWN become statuses
 * - a report: the same on connections that short reads don't use, so that nobody waits behind it
 * - a change: [context, statement, sync]; 23505 means the change id is there: the stored verdict is read instead
 * - the database away: UNAVAILABLE at once; an outcome lost on the way: UNKNOWN, and the client asks again by the same id */
#include "server/store/store.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/core/log.h"
#include "server/store/ledger.h"
#include "server/store/store_internal.h"

static const struct {
    const char *role, *more;
    int count;
} lanes[LANES] = {
    [LANE_WRITER] =
        {"vs_toucher",
         "-c plan_cache_mode=force_generic_plan -c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off -c lock_timeout=1000 -c statement_timeout=5000",
         0},
    [LANE_CHANGE] = {"vs_writer", "-c lock_timeout=1000 -c statement_timeout=5000", 1},
    [LANE_STAFF] = {"vs_staff", "-c statement_timeout=2000 -c pg_trgm.word_similarity_threshold=0.25", 2},
    [LANE_REPORT] = {"vs_staff", "-c statement_timeout=9000", 2},
    [LANE_PARTNER] = {"vs_partner", "-c statement_timeout=2000 -c pg_trgm.word_similarity_threshold=0.25", 1},
    [LANE_LOGIN] = {"vs_login", "-c statement_timeout=2000", 1},
    [LANE_SYSTEM] = {"vs_system", "-c statement_timeout=5000 -c lock_timeout=1000", 1},
};

static void on_change(void *arg, struct pg_conn *c) {
    struct store *s = arg;
    bool ready = true;
    for (int i = 0; i < s->n_conns; i++) {
        bool up = s->conns[i] != NULL && pg_conn_ready(s->conns[i]);
        if (s->lanes[i] != LANE_SYSTEM)
            ready = ready && up;
        else if (s->conns[i] == c && !up && s->feed != NULL)
            feed_lost(s->feed);
    }
    if (ready != s->ready) log_info("database", "ready=%s", ready ? "yes" : "no");
    s->ready = ready;
    if (s->writer != NULL) writer_kick(s->writer);
}

static void add_conn(struct store *s, const char *conninfo, enum lane lane) {
    char full[2048];
    snprintf(full, sizeof full,
             "%s application_name=vouchsafed options='-c role=%s -c search_path=vs,public -c vs.instance=%d %s'",
             conninfo, lanes[lane].role, lane == LANE_WRITER ? s->instance : 0, lanes[lane].more);
    s->lanes[s->n_conns] = lane;
    int at = s->n_conns++;
    s->conns[at] = pg_conn_new(s->loop, full, on_change, s);
}

struct store *store_new(uv_loop_t *loop, const char *conninfo, int writers) {
    struct store *s = calloc(1, sizeof *s);
    if (s == NULL) return NULL;
    s->loop = loop;
    s->instance = (int32_t)(1 + randombytes_uniform(INT32_MAX));
    for (int lane = 0; lane < LANES; lane++)
        for (int i = 0; i < (lane == LANE_WRITER ? writers : lanes[lane].count); i++)
            add_conn(s, conninfo, (enum lane)lane);
    s->writer = writer_new(s);
    s->feed = feed_new(s);
    s->tally = tally_new(s);
    return s;
}

bool store_is_ready(const struct store *s) { return s->ready; }
bool store_has_room(const struct store *s) { return writer_has_room(s->writer); }
unsigned store_in_flight(const struct store *s) { return s->in_flight; }

struct store_load store_load(const struct store *s) {
    struct store_load l = {.wanted = (unsigned)s->n_conns, .queued = writer_queued(s->writer)};
    for (int i = 0; i < s->n_conns; i++) l.ready += s->conns[i] != NULL && pg_conn_ready(s->conns[i]);
    return l;
}

void store_close(struct store *s) {
    for (int i = 0; i < s->n_conns; i++) pg_conn_close(s->conns[i]);
    writer_free(s->writer);
    feed_free(s->feed);
    tally_free(s->tally);
    free(s);
}

struct pg_conn *store_pick(struct store *s, enum lane lane) {
    struct pg_conn *best = NULL;
    for (int i = 0; i < s->n_conns; i++)
        if (s->lanes[i] == lane && pg_conn_ready(s->conns[i]) &&
            (best == NULL || pg_conn_waiting(s->conns[i]) < pg_conn_waiting(best)))
            best = s->conns[i];
    return best;
}

bool store_segment(struct pg_segment *seg, struct arena *a, int room) {
    seg->n = 0;
    seg->statements = arena_alloc(a, (size_t)room * sizeof *seg->statements);
    seg->results = arena_alloc(a, (size_t)room * sizeof(PGresult *));
    return !a->failed;
}

bool store_context(struct pg_segment *seg, struct arena *a, enum query_id context, const struct id *business,
                   const struct id *partner) {
    return store_segment(seg, a, 2) && store_add_context(seg, a, context, business, partner);
}

bool store_add_context(struct pg_segment *seg, struct arena *a, enum query_id context, const struct id *business,
                       const struct id *partner) {
    struct params *p = arena_alloc(a, sizeof *p);
    char text[ID_TEXT] = "";
    if (p == NULL) return false;
    params_init(p, a);
    if (!id_is_zero(business)) id_format(business, text);
    params_text(p, text);
    text[0] = '\0';
    if (partner != NULL && !id_is_zero(partner)) id_format(partner, text);
    params_text(p, text);
    if (a->failed) return false;
    store_statement(seg, context, p);
    return true;
}

void store_statement(struct pg_segment *seg, enum query_id q, const struct params *p) {
    _Static_assert((int)QUERY_COUNT < (int)PG_STATEMENT_IDS, "pg/conn.h: more statement ids");
    MUST(p->n == queries[q].n_params);
    seg->statements[seg->n++] = (struct pg_statement){
        q, queries[q].name, queries[q].text, p->n, queries[q].types, p->values, p->lengths};
}

/* SQLSTATE classes that mean more than "our fault". */
enum vs_status store_status_of(const struct pg_segment *seg) {
    if (seg->outcome == PG_COMMITTED) return VS_OK;
    if (seg->outcome == PG_UNKNOWN) return VS_UNKNOWN;
    static const struct {
        const char *prefix;
        enum vs_status status;
    } map[] = {
        {"57014", VS_DEADLINE_EXCEEDED}, {"55P03", VS_ABORTED},  {"40", VS_ABORTED},          {"53", VS_UNAVAILABLE},
        {"57P", VS_UNAVAILABLE},         {"58", VS_UNAVAILABLE}, {"22", VS_INVALID_ARGUMENT}, {"25006", VS_UNAVAILABLE},
    };
    for (size_t i = 0; i < ARRAY_LEN(map); i++)
        if (strncmp(seg->sqlstate, map[i].prefix, strlen(map[i].prefix)) == 0) return map[i].status;
    return VS_INTERNAL;
}

/* --- reads ---------------------------------------------------------------------------------------------- */

struct read {
    struct pg_segment seg;
    struct store *store;
    struct params params;
    store_rows_fn fn;
    void *arg;
    struct actor actor; /* role ROLE_NONE: not a session's */
    enum lane lane;
    PGresult *empty; /* what a session read, while it is found out whether it holds */
};

/* False: it couldn't be sent, and fn was told. */
static bool send_read(struct read *r, const struct id *business, const struct id *partner, enum query_id q,
                      void (*on_done)(struct pg_segment *)) {
    struct arena *a = r->params.arena;
    struct pg_conn *c = store_pick(r->store, r->lane);
    if (c == NULL || a->failed || !store_context(&r->seg, a, queries[q].context, business, partner)) {
        r->fn(r->arg, c == NULL ? VS_UNAVAILABLE : VS_RESOURCE_EXHAUSTED, NULL);
        return false;
    }
    r->seg.on_done = on_done;
    store_statement(&r->seg, q, &r->params);
    r->store->in_flight++;
    pg_conn_send(c, &r->seg);
    return true;
}

static void on_live(struct pg_segment *seg) {
    struct read *r = CONTAINER_OF(seg, struct read, seg);
    enum vs_status status = store_status_of(seg);
    r->store->in_flight--;
    if (status == VS_OK && PQntuples(seg->results[1]) == 0) status = VS_UNAUTHENTICATED;
    if (status == VS_UNKNOWN) status = VS_UNAVAILABLE;
    PGresult *empty = r->empty;
    r->fn(r->arg, status, status == VS_OK ? empty : NULL); /* r may be gone now */
    PQclear(empty);
}

/* Every query judges the actor and reads nothing for one that no longer holds. Nothing is also what an honest answer may be:
 * only then is it worth asking which. */
static void ask_if_live(struct read *r, const PGresult *rows) {
    PGresult *empty = r->empty = PQcopyResult(rows, PG_COPYRES_ATTRS);
    if (r->lane == LANE_REPORT) r->lane = LANE_STAFF;
    r->params.n = queries[QUERY_ACTOR_LIVE].n_params; /* the actor's, which every read begins with */
    if (!send_read(r, &r->actor.business_id, &r->actor.partner_id, QUERY_ACTOR_LIVE, on_live)) PQclear(empty);
}

static void on_read(struct pg_segment *seg) {
    struct read *r = CONTAINER_OF(seg, struct read, seg);
    enum vs_status status = store_status_of(seg);
    r->store->in_flight--;
    if (status == VS_UNKNOWN) status = VS_UNAVAILABLE; /* nothing was changed: it may be asked again */
    if (status == VS_INTERNAL) log_error("read_failed", "query=%s sqlstate=%s", seg->statements[1].name, seg->sqlstate);
    if (status == VS_OK && r->actor.role != ROLE_NONE && PQntuples(seg->results[1]) == 0)
        ask_if_live(r, seg->results[1]);
    else
        r->fn(r->arg, status, status == VS_OK ? seg->results[1] : NULL);
}

static void append(struct params *to, const struct params *more) {
    for (int i = 0; more != NULL && i < more->n; i++) {
        MUST(to->n < PARAMS_MAX);
        to->values[to->n] = more->values[i];
        to->lengths[to->n++] = more->lengths[i];
    }
}

static struct read *read_new(struct store *s, enum lane lane, const struct params *p, store_rows_fn fn, void *arg) {
    struct read *r = arena_zalloc(p->arena, sizeof *r);
    if (r == NULL) {
        fn(arg, VS_RESOURCE_EXHAUSTED, NULL);
        return NULL;
    }
    r->store = s;
    r->lane = lane;
    r->fn = fn;
    r->arg = arg;
    params_init(&r->params, p->arena);
    return r;
}

void store_read(struct store *s, const struct actor *a, enum query_id q, const struct params *p, store_rows_fn fn,
                void *arg) {
    enum lane lane = a->role == ROLE_PARTNER ? LANE_PARTNER : queries[q].report ? LANE_REPORT : LANE_STAFF;
    struct read *r = read_new(s, lane, p, fn, arg);
    if (r == NULL) return;
    r->actor = *a;
    params_id(&r->params, &a->business_id);
    params_id(&r->params, &a->account_id);
    params_int4(&r->params, a->epoch);
    params_id(&r->params, &a->partner_id);
    append(&r->params, p);
    (void)send_read(r, &a->business_id, &a->partner_id, q, on_read);
}

static void run_for_business(struct store *s, enum lane lane, const struct id *business, enum query_id q,
                             const struct params *p, store_rows_fn fn, void *arg) {
    struct read *r = read_new(s, lane, p, fn, arg);
    if (r == NULL) return;
    params_id(&r->params, business);
    append(&r->params, p);
    (void)send_read(r, business, NULL, q, on_read);
}

void store_login(struct store *s, const struct id *business, enum query_id q, const struct params *p, store_rows_fn fn,
                 void *arg) {
    run_for_business(s, LANE_LOGIN, business, q, p, fn, arg);
}

void store_system(struct store *s, const struct id *business, enum query_id q, const struct params *p, store_rows_fn fn,
                  void *arg) {
    run_for_business(s, LANE_SYSTEM, business, q, p, fn, arg);
}

/* --- changes -------------------------------------------------------------------------------------------- */

struct change {
    struct pg_segment seg;
    struct store *store;
    struct arena *arena;
    struct actor actor;
    struct id change_id;
    uint32_t method;
    uint8_t hash[LEDGER_HASH];
    struct params params;
    store_change_fn fn;
    void *arg;
};

static void tell(struct change *c, enum vs_status status) {
    struct change_result result = {.status = status};
    c->fn(c->arg, &result);
}

static void tell_row(struct change *c, const PGresult *rows, int first, bool replayed) {
    struct change_result result = {.status = (enum vs_status)cell_int(rows, 0, first),
                                   .target = cell_id(rows, 0, first + 2),
                                   .result = cell_int(rows, 0, first + 3),
                                   .replayed = replayed};
    snprintf(result.reason, sizeof result.reason, "%s", cell_text(rows, 0, first + 1));
    c->fn(c->arg, &result);
}

static void on_lookup(struct pg_segment *seg) {
    struct change *c = CONTAINER_OF(seg, struct change, seg);
    c->store->in_flight--;
    if (seg->outcome != PG_COMMITTED)
        tell(c, VS_UNKNOWN);
    else if (PQntuples(seg->results[1]) == 0)
        tell(c, VS_UNAUTHENTICATED);
    else if (!cell_bool(seg->results[1], 0, 0))
        tell(c, VS_KEY_REUSED);
    else
        tell_row(c, seg->results[1], 1, true);
}

/* 23505 came: is it this change id? The ledger knows. A rival that rolled back leaves no row: tell the client to try again. */
static void look_up(struct change *c) {
    struct pg_conn *conn = store_pick(c->store, LANE_CHANGE);
    struct params p;
    params_init(&p, c->arena);
    params_id(&p, &c->actor.business_id);
    params_id(&p, &c->actor.account_id);
    params_int4(&p, c->actor.epoch);
    params_id(&p, &c->actor.partner_id);
    params_id(&p, &c->change_id);
    params_int4(&p, (int32_t)c->method);
    params_bytes(&p, c->hash, sizeof c->hash);
    c->params = p;
    if (conn == NULL || c->arena->failed ||
        !store_context(&c->seg, c->arena, QUERY_CONTEXT, &c->actor.business_id, &c->actor.partner_id)) {
        tell(c, VS_UNKNOWN);
        return;
    }
    c->seg.on_done = on_lookup;
    store_statement(&c->seg, QUERY_CHANGE_LOOKUP, &c->params);
    c->store->in_flight++;
    pg_conn_send(conn, &c->seg);
}

static void on_changed(struct pg_segment *seg) {
    struct change *c = CONTAINER_OF(seg, struct change, seg);
    c->store->in_flight--;
    enum vs_status status = store_status_of(seg);
    struct feed *feed = c->store->feed;
    if (status == VS_OK && PQntuples(seg->results[1]) == 0) {
        tell(c, VS_UNAUTHENTICATED);
    } else if (status == VS_OK) {
        tell_row(c, seg->results[1], 0, false); /* c may be gone now */
        feed_kick(feed);
    } else if (seg->outcome == PG_FAILED && strcmp(seg->sqlstate, "23505") == 0)
        look_up(c);
    else {
        if (status == VS_INTERNAL)
            log_error("change_failed", "query=%s sqlstate=%s", seg->statements[1].name, seg->sqlstate);
        tell(c, status);
    }
}

void store_change(struct store *s, const struct actor *a, const struct id *change_id, uint32_t method,
                  struct slice body, enum query_id q, const struct params *p, store_change_fn fn, void *arg) {
    struct change *c = arena_zalloc(p->arena, sizeof *c);
    struct pg_conn *conn = store_pick(s, LANE_CHANGE);
    if (c == NULL || conn == NULL || p->arena->failed) {
        struct change_result none = {.status = conn == NULL ? VS_UNAVAILABLE : VS_RESOURCE_EXHAUSTED};
        fn(arg, &none);
        return;
    }
    *c = (struct change){
        .store = s, .arena = p->arena, .actor = *a, .change_id = *change_id, .method = method, .fn = fn, .arg = arg};
    ledger_hash(c->hash, body);
    params_init(&c->params, p->arena);
    params_id(&c->params, &a->business_id);
    params_id(&c->params, change_id);
    params_id(&c->params, &a->account_id);
    params_int4(&c->params, a->epoch);
    params_int4(&c->params, (int32_t)method);
    params_bytes(&c->params, c->hash, sizeof c->hash);
    params_id(&c->params, &a->partner_id);
    append(&c->params, p);
    if (p->arena->failed || !store_context(&c->seg, p->arena, queries[q].context, &a->business_id, &a->partner_id)) {
        tell(c, VS_RESOURCE_EXHAUSTED);
        return;
    }
    c->seg.on_done = on_changed;
    store_statement(&c->seg, q, &c->params);
    s->in_flight++;
    pg_conn_send(conn, &c->seg);
}
