/* SPDX-License-Identifier: Apache-2.0 */
/* A connection's life: (resolving ->) connecting -> ready -> (lost -> waiting -> connecting)*.
 * - happy path: pg_conn_send queues statements and a sync; on_socket reads results; the segment's slots fill; the sync judges
 * - the backend dies: what is in flight is UNKNOWN; reconnect after 50 ms .. 2 s
 * - its host is a name: looked up on the thread pool before each attempt, since libpq would block the loop
 * - the socket: libpq closes its own under us, so a dup of it is polled; it is renewed whenever libpq's changes
 * - an error on the socket: libuv has stopped polling by then and nothing would ever be heard again; what is here is read, then
 *   the connection is given up even if libpq has not noticed yet (a backend that was ended: its last words, then silence)
 * - results that don't belong to anything end the connection: better UNKNOWN than a wrong answer */
#include "server/pg/conn.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "server/core/log.h"
#include "server/core/metrics.h"
#include "server/pg/conninfo.h"

enum state { RESOLVING, CONNECTING, READY, WAITING, CLOSING };

struct pg_conn {
    uv_loop_t *loop;
    char *conninfo;
    PGconn *pq;
    uv_poll_t *poll; /* on the dup; freed in its close callback */
    int fd, pq_fd;
    bool has_names; /* conninfo has hosts to be looked up */
    uv_timer_t timer;
    enum state state;
    unsigned backoff_ms, waiting;
    bool warned;
    struct list segments;
    uint64_t prepared[PG_STATEMENT_IDS / 64];
    struct lookup *lookup; /* while RESOLVING, and after closing until it is back */
    void (*on_change)(void *, struct pg_conn *);
    void *arg;
};

struct lookup {
    uv_work_t work;
    struct pg_conn *conn; /* NULL: it was closed meanwhile */
    char *conninfo, *resolved, err[300];
};

static void on_socket(uv_poll_t *h, int status, int events);
static void connect_start(struct pg_conn *c);
static void lose(struct pg_conn *c, const char *why);

static void on_poll_closed(uv_handle_t *h) {
    close((int)(intptr_t)h->data);
    free(h);
}

static void poll_stop(struct pg_conn *c) {
    if (c->poll == NULL) return;
    uv_poll_stop(c->poll);
    c->poll->data = (void *)(intptr_t)c->fd;
    uv_close((uv_handle_t *)c->poll, on_poll_closed);
    c->poll = NULL;
    c->pq_fd = -1;
}

static bool poll_for(struct pg_conn *c, int events) {
    if (c->poll == NULL || c->pq_fd != PQsocket(c->pq)) {
        poll_stop(c);
        c->pq_fd = PQsocket(c->pq);
        c->fd = c->pq_fd < 0 ? -1 : dup(c->pq_fd);
        c->poll = c->fd < 0 ? NULL : malloc(sizeof *c->poll);
        if (c->poll == NULL || uv_poll_init(c->loop, c->poll, c->fd) < 0) {
            if (c->fd >= 0) close(c->fd);
            free(c->poll);
            c->poll = NULL;
            return false;
        }
        c->poll->data = c;
    }
    return uv_poll_start(c->poll, events, on_socket) == 0;
}

static void on_notice(void *arg, const PGresult *r) {
    struct pg_conn *c = arg;
    const char *severity = PQresultErrorField(r, PG_DIAG_SEVERITY_NONLOCALIZED);
    if (severity != NULL && strcmp(severity, "WARNING") == 0) c->warned = true;
}

static void finish(struct pg_conn *c, struct pg_segment *s, enum pg_outcome outcome) {
    PGresult *results[PG_STATEMENTS_MAX];
    int n = s->n;
    if (n > 0) memcpy(results, s->results, (size_t)n * sizeof *results);
    list_remove(&s->node);
    c->waiting--;
    s->outcome = outcome;
    s->on_done(s); /* it may be gone now */
    for (int i = 0; i < n; i++) PQclear(results[i]);
}

static void on_retry(uv_timer_t *t) { connect_start(t->data); }

static void lose(struct pg_conn *c, const char *why) {
    if (c->state == WAITING || c->state == CLOSING) return;
    log_warn("database_lost", "why=%s", log_quote(why));
    metrics_add(METRIC_DATABASE_LOST, 0, 0, 1);
    poll_stop(c);
    PQfinish(c->pq);
    c->pq = NULL;
    c->state = WAITING;
    memset(c->prepared, 0, sizeof c->prepared);
    uv_timer_start(&c->timer, on_retry, c->backoff_ms, 0);
    c->backoff_ms = c->backoff_ms < 2000 ? c->backoff_ms * 2 : 2000;
    c->on_change(c->arg, c);
    struct list lost;
    list_init(&lost);
    while (!list_empty(&c->segments)) list_push_back(&lost, list_pop_front(&c->segments));
    LIST_FOREACH(it, &lost) finish(c, LIST_ENTRY(it, struct pg_segment, node), PG_UNKNOWN);
}

static void on_connect_timeout(uv_timer_t *t) { lose(t->data, "no connection within 10 s"); }

static void connect_to(struct pg_conn *c, const char *conninfo) {
    c->state = CONNECTING;
    c->pq = PQconnectStart(conninfo);
    uv_timer_start(&c->timer, on_connect_timeout, 10000, 0);
    if (c->pq == NULL || PQstatus(c->pq) == CONNECTION_BAD || !poll_for(c, UV_WRITABLE))
        lose(c, c->pq == NULL ? "no memory" : PQerrorMessage(c->pq));
}

static void look_up(uv_work_t *w) {
    struct lookup *l = CONTAINER_OF(w, struct lookup, work);
    l->resolved = conninfo_resolve(l->conninfo, l->err, sizeof l->err);
}

static void on_looked_up(uv_work_t *w, int status) {
    struct lookup *l = CONTAINER_OF(w, struct lookup, work);
    struct pg_conn *c = l->conn;
    (void)status;
    if (c != NULL) {
        c->lookup = NULL;
        if (l->resolved != NULL)
            connect_to(c, l->resolved);
        else
            lose(c, l->err);
    }
    free(l->conninfo);
    free(l->resolved);
    free(l);
}

static void connect_start(struct pg_conn *c) {
    if (!c->has_names) {
        connect_to(c, c->conninfo);
        return;
    }
    c->state = RESOLVING;
    struct lookup *l = calloc(1, sizeof *l);
    if (l == NULL || (l->conninfo = strdup(c->conninfo)) == NULL ||
        uv_queue_work(c->loop, &l->work, look_up, on_looked_up) < 0) {
        if (l != NULL) free(l->conninfo);
        free(l);
        lose(c, "no memory");
        return;
    }
    l->conn = c;
    c->lookup = l;
}

static void connect_step(struct pg_conn *c) {
    switch (PQconnectPoll(c->pq)) {
        case PGRES_POLLING_READING:
            if (!poll_for(c, UV_READABLE)) lose(c, "no poll");
            return;
        case PGRES_POLLING_WRITING:
            if (!poll_for(c, UV_WRITABLE)) lose(c, "no poll");
            return;
        case PGRES_POLLING_OK: break;
        default: lose(c, PQerrorMessage(c->pq)); return;
    }
    PQsetNoticeReceiver(c->pq, on_notice, c);
    if (PQsetnonblocking(c->pq, 1) != 0 || PQenterPipelineMode(c->pq) != 1 || !poll_for(c, UV_READABLE)) {
        lose(c, PQerrorMessage(c->pq));
        return;
    }
    uv_timer_stop(&c->timer);
    c->state = READY;
    c->backoff_ms = 50;
    c->warned = false;
    c->on_change(c->arg, c);
}

/* One result. Slots are counted per statement (a prepare has none here: its results are marked by at < 0). */
static bool take_result(struct pg_conn *c, PGresult *r) {
    struct pg_segment *s = list_empty(&c->segments) ? NULL : LIST_ENTRY(c->segments.next, struct pg_segment, node);
    ExecStatusType status = PQresultStatus(r);
    if (s == NULL) return false;
    if (status == PGRES_PIPELINE_SYNC) {
        PQclear(r);
        bool good = s->sqlstate[0] == '\0' && s->at == s->n && PQstatus(c->pq) == CONNECTION_OK;
        bool warned = c->warned;
        c->warned = false;
        if (s->sqlstate[0] == '\0' && !good) return false;
        finish(c, s, s->sqlstate[0] != '\0' ? PG_FAILED : warned ? PG_UNKNOWN : PG_COMMITTED);
        return true;
    }
    if (status == PGRES_FATAL_ERROR || status == PGRES_PIPELINE_ABORTED || status == PGRES_NONFATAL_ERROR) {
        const char *state = PQresultErrorField(r, PG_DIAG_SQLSTATE);
        if (s->sqlstate[0] == '\0' || strcmp(s->sqlstate, "XX000") == 0) {
            memcpy(s->sqlstate, "XX000", 6);
            if (state != NULL && strlen(state) == 5) memcpy(s->sqlstate, state, 6);
            if (status == PGRES_FATAL_ERROR && strncmp(s->sqlstate, "23505", 5) != 0)
                log_debug("statement_failed", "why=%s", log_quote(PQresultErrorMessage(r)));
        }
        PQclear(r);
        return true;
    }
    if (status == PGRES_COMMAND_OK && PQnfields(r) == 0 && PQcmdStatus(r)[0] == '\0') { /* a prepare's */
        PQclear(r);
        return true;
    }
    if (s->at >= s->n) return false;
    s->results[s->at++] = r;
    return true;
}

static void read_results(struct pg_conn *c) {
    if (PQconsumeInput(c->pq) == 0) {
        lose(c, PQerrorMessage(c->pq));
        return;
    }
    unsigned nulls = 0;
    while (c->state == READY && !PQisBusy(c->pq)) {
        PGresult *r = PQgetResult(c->pq);
        if (r == NULL) { /* a NULL ends one query; two in a row: nothing more is here */
            if (++nulls > 1) break;
            continue;
        }
        nulls = 0;
        if (!take_result(c, r)) {
            lose(c, "a result that belongs to nothing");
            return;
        }
    }
    if (c->state == READY && PQstatus(c->pq) != CONNECTION_OK) lose(c, PQerrorMessage(c->pq));
}

static void flush(struct pg_conn *c) {
    int r = PQflush(c->pq);
    if (r < 0 || !poll_for(c, r == 1 ? UV_READABLE | UV_WRITABLE : UV_READABLE)) lose(c, PQerrorMessage(c->pq));
}

static void on_socket(uv_poll_t *h, int status, int events) {
    struct pg_conn *c = h->data;
    if (c->poll != h) return;
    if (c->state == CONNECTING) {
        connect_step(c);
        return;
    }
    if (c->state != READY) return;
    if (status < 0 || (events & UV_READABLE)) read_results(c);
    if (status < 0 && c->state == READY) lose(c, "the socket failed");
    if (c->state == READY && (events & UV_WRITABLE)) flush(c);
}

/* Statements are prepared in a segment of their own before their first use, so that a failing segment can't take the
 * prepare with it. */
struct preparing {
    struct pg_segment seg;
    struct pg_conn *conn;
    unsigned id;
};

static void on_prepared(struct pg_segment *s) {
    struct preparing *p = CONTAINER_OF(s, struct preparing, seg);
    if (s->outcome == PG_FAILED) { /* a later use tries again: a missing table may be there then */
        log_error("prepare_failed", "statement=%u sqlstate=%s", p->id, s->sqlstate);
        p->conn->prepared[p->id / 64] &= ~(UINT64_C(1) << p->id % 64);
    }
    free(p);
}

static bool prepare(struct pg_conn *c, const struct pg_statement *st) {
    MUST(st->id < PG_STATEMENT_IDS);
    uint64_t *word = &c->prepared[st->id / 64], bit = UINT64_C(1) << st->id % 64;
    if (*word & bit) return true;
    struct preparing *p = calloc(1, sizeof *p);
    if (p == NULL || PQsendPrepare(c->pq, st->name, st->text, st->n_params, st->types) != 1 ||
        PQpipelineSync(c->pq) != 1) {
        free(p);
        return false;
    }
    p->seg.on_done = on_prepared;
    p->conn = c;
    p->id = st->id;
    list_push_back(&c->segments, &p->seg.node);
    c->waiting++;
    *word |= bit;
    return true;
}

void pg_conn_send(struct pg_conn *c, struct pg_segment *s) {
    MUST(c->state == READY && s->n <= PG_STATEMENTS_MAX);
#define EIGHT 1, 1, 1, 1, 1, 1, 1, 1
    static const int ones[64] = {EIGHT, EIGHT, EIGHT, EIGHT, EIGHT, EIGHT, EIGHT, EIGHT};
#undef EIGHT
    s->at = 0;
    s->sqlstate[0] = '\0';
    if (s->n > 0) memset(s->results, 0, (size_t)s->n * sizeof *s->results);
    bool ok = true;
    for (int i = 0; ok && i < s->n; i++) ok = prepare(c, &s->statements[i]);
    list_push_back(&c->segments, &s->node);
    c->waiting++;
    for (int i = 0; ok && i < s->n; i++) {
        struct pg_statement *st = &s->statements[i];
        ok = PQsendQueryPrepared(c->pq, st->name, st->n_params, st->values, st->lengths, ones, 1) == 1;
    }
    if (!ok || PQpipelineSync(c->pq) != 1)
        lose(c, PQerrorMessage(c->pq));
    else
        flush(c);
}

struct pg_conn *pg_conn_new(uv_loop_t *loop, const char *conninfo, void (*on_change)(void *, struct pg_conn *),
                            void *arg) {
    struct pg_conn *c = calloc(1, sizeof *c);
    if (c == NULL) return NULL;
    *c = (struct pg_conn){.loop = loop,
                          .conninfo = strdup(conninfo),
                          .has_names = conninfo_has_names(conninfo),
                          .fd = -1,
                          .pq_fd = -1,
                          .backoff_ms = 50,
                          .on_change = on_change,
                          .arg = arg};
    list_init(&c->segments);
    uv_timer_init(loop, &c->timer);
    c->timer.data = c;
    connect_start(c);
    return c;
}

bool pg_conn_ready(const struct pg_conn *c) { return c->state == READY; }
unsigned pg_conn_waiting(const struct pg_conn *c) { return c->waiting; }

static void on_timer_closed(uv_handle_t *h) {
    struct pg_conn *c = h->data;
    free(c->conninfo);
    free(c);
}

void pg_conn_close(struct pg_conn *c) {
    if (c->state == CONNECTING || c->state == READY) {
        poll_stop(c);
        PQfinish(c->pq);
    }
    if (c->lookup != NULL) c->lookup->conn = NULL;
    c->state = CLOSING;
    while (!list_empty(&c->segments)) finish(c, LIST_ENTRY(c->segments.next, struct pg_segment, node), PG_UNKNOWN);
    uv_close((uv_handle_t *)&c->timer, on_timer_closed);
}
