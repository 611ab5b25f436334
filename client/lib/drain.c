/* SPDX-License-Identifier: Apache-2.0 */
/* Sending what waits, in passes. A pass sends the account's entries in order until none is left or something must be sent again.
 * - happy path: lock row -> consecutive touches together in few requests, or one other mutation alone -> answers settle entries, a step's in one transaction
 * - a touch that mends one on its way waits for that one's answer: the server judges those of a batch at once
 * - touches refused together (one that can't be read spoils all): kept, and sent each alone
 * - OK, DUPLICATE: the entry goes. A final refusal: it is listed; of a mutation, entries naming its id are held
 * - anything else, or no answer: kept; the pass sends no more, ends when its flights are back, and backs off (full jitter, the server's retry_after at least)
 * - UNAUTHENTICATED: kept, and nothing more until another connection logs in
 * - another process holds the lock row: BUSY. A holder that died or stopped is outlived after 10 s; should it wake up, ids make its sending harmless
 *   and it settles entries by id, never by place
 * - entries over 400 days old are listed, not sent, and hold what names them */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/lib/outbox_internal.h"
#include "vouchsafe/v1/method.pb-c.h"
#include "vouchsafe/v1/touch.pb-c.h"

enum {
    LOCK_SECONDS = 10,
    RENEW_MS = 5000,
    FIRST_BACKOFF_MS = 500,
    LOOK_MS = 1000,
    BUSY_WAIT_MS = 3000,
    BUSY_LOOK_MS = 50
};

/* --- the lock row ---------------------------------------------------------------------------------------- */

/* Ours for LOCK_SECONDS more: 1; somebody else's: 0; -1 failed. An expiry too far ahead was written by a clock that was wrong. */
static int take_lock(vs_outbox *o) {
    struct query q = query(
        o->db, "insert into lock values(1, ?1, ?2) on conflict(one) do update set owner = ?1, expires_at = ?2"
               " where owner = ?1 or expires_at < ?3 or expires_at > ?3 + 60");
    int64_t now = outbox_clock(), asked = client_now();
    query_id(&q, &o->process);
    query_int(&q, now + LOCK_SECONDS);
    query_int(&q, now);
    if (query_run(&q) < 0) return outbox_fail(o);
    bool ours = sqlite3_changes(o->db) > 0;
    o->drain.lock_until = ours ? asked + LOCK_SECONDS * 1000 : 0;
    return ours;
}

static int hold_lock(vs_outbox *o) { return o->drain.lock_until - client_now() > RENEW_MS ? 1 : take_lock(o); }

static int give_lock(vs_outbox *o) {
    if (o->drain.lock_until == 0) return 0;
    o->drain.lock_until = 0;
    struct query q = query(o->db, "delete from lock where owner = ?");
    query_id(&q, &o->process);
    return query_run(&q) == 0 ? 0 : outbox_fail(o);
}

/* --- verdicts --------------------------------------------------------------------------------------------- */

/* What names this id is held, and what names that. */
static int hold_naming(vs_outbox *o, const struct id *id) {
    struct query q = query(
        o->db,
        "with recursive bad(seq, id) as (select seq, id from entry where id = ?1"
        " union select e.seq, e.id from bad b join entry e on e.state = 0 and e.seq > b.seq and instr(e.body, b.id) > 0)"
        " update entry set state = 3, reason = 'names ' || (select label from entry where id = ?1) || ', which was refused'"
        " where state = 0 and seq in (select seq from bad)");
    query_id(&q, id);
    return query_run(&q);
}

static int stop_entry(vs_outbox *o, const struct id *id, int state, const char *reason, bool touch) {
    struct query q = query(o->db, "update entry set state = ?, reason = ? where id = ?");
    query_int(&q, state);
    query_text(&q, reason);
    query_id(&q, id);
    if (query_run(&q) < 0) return -1;
    return touch ? 0 : hold_naming(o, id);
}

static int finish_entry(vs_outbox *o, const struct id *id) {
    struct query q = query(o->db, "delete from entry where id = ?");
    query_id(&q, id);
    return query_run(&q);
}

static void free_flight(struct flight *f) {
    free(f->reason);
    *f = (struct flight){0};
}

static int settle(vs_outbox *o, const struct flight *f) {
    switch (vs_status_retry(f->status)) {
        case VS_RETRY_DONE: return finish_entry(o, &f->id);
        case VS_RETRY_FINAL:
            return stop_entry(o, &f->id, VS_OUTBOX_REFUSED, f->reason != NULL ? f->reason : "", f->touch);
        default: return 0; /* kept */
    }
}

/* All answers of this step in one transaction. Failed: they stay, and are tried again. */
static int settle_answered(vs_outbox *o) {
    struct drain *d = &o->drain;
    unsigned n = 0;
    for (size_t i = 0; i < FLIGHTS; i++) n += d->flights[i].answered;
    if (n == 0) return 0;
    int r = query_exec(o->db, "begin immediate");
    for (size_t i = 0; i < FLIGHTS && r == 0; i++)
        if (d->flights[i].answered) r = settle(o, &d->flights[i]);
    if (r == 0) r = query_exec(o->db, "commit");
    if (r < 0) {
        (void)outbox_fail(o);
        if (!sqlite3_get_autocommit(o->db)) (void)!query_exec(o->db, "rollback");
        return -1;
    }
    for (size_t i = 0; i < FLIGHTS; i++)
        if (d->flights[i].answered) free_flight(&d->flights[i]);
    d->open -= n;
    return 0;
}

static void answer(struct drain *d, struct flight *f, int status, const char *reason, const char *message) {
    enum vs_retry what = vs_status_retry(status);
    f->answered = true;
    f->status = status;
    if (what == VS_RETRY_FINAL &&
        asprintf(&f->reason, "%s: %s", reason != NULL && reason[0] ? reason : vs_status_name(status),
                 message != NULL ? message : vs_status_words(status)) < 0)
        f->reason = NULL;
    if (what == VS_RETRY_LATER || what == VS_RETRY_LOGIN) d->kept = true;
    if (what == VS_RETRY_LOGIN) d->login_generation = d->client->generation;
}

static struct flight *next_of(struct drain *d, uint64_t request, struct flight *f) {
    for (f = f == NULL ? d->flights : f + 1; f < d->flights + FLIGHTS; f++)
        if (f->request == request && !f->answered) return f;
    return NULL;
}

static const Vouchsafe__V1__TouchVerdict *verdict_on(const Vouchsafe__V1__TouchLogBatchReply *r, const struct id *id) {
    for (size_t i = 0; r != NULL && i < r->n_verdicts; i++)
        if (r->verdicts[i]->id.len == 16 && memcmp(r->verdicts[i]->id.data, id->b, 16) == 0) return r->verdicts[i];
    return NULL;
}

/* One answer for touches that went together: a verdict on each, or they weren't judged. */
static void answer_together(struct drain *d, struct vs_reply *r) {
    enum vs_retry what = vs_status_retry(r->status);
    bool judged = what == VS_RETRY_DONE && vs_reply_unpack(r, &vouchsafe__v1__touch_log_batch_reply__descriptor) == 0;
    d->apart = d->apart || what == VS_RETRY_FINAL || (what == VS_RETRY_DONE && !judged);
    for (struct flight *f = NULL; (f = next_of(d, r->id, f)) != NULL;) {
        const Vouchsafe__V1__TouchVerdict *v = judged ? verdict_on((void *)r->body, &f->id) : NULL;
        if (v != NULL)
            answer(d, f, (int)v->status, v->reason, v->message);
        else
            answer(d, f, what == VS_RETRY_LATER || what == VS_RETRY_LOGIN ? r->status : VS_UNKNOWN, NULL, NULL);
    }
}

static void on_answer(void *arg, vs_client *c, struct vs_reply *r) {
    vs_outbox *o = arg;
    struct drain *d = &o->drain;
    struct flight *first = next_of(d, r->id, NULL);
    (void)c;
    if (first == NULL) return;
    d->requests--;
    if (r->retry_after_ms > d->retry_after_ms) d->retry_after_ms = r->retry_after_ms;
    if (next_of(d, r->id, first) != NULL)
        answer_together(d, r);
    else
        answer(d, first, r->status, r->reason, r->message);
}

/* --- sending ---------------------------------------------------------------------------------------------- */

static int stop_old(vs_outbox *o) {
    int64_t oldest = outbox_clock() - (int64_t)VS_OUTBOX_DAYS * 86400;
    for (;;) {
        struct query q = query(
            o->db, "select id, method from entry where state = 0 and account = ? and made_at < ? order by seq limit 1");
        query_id(&q, &o->account);
        query_int(&q, oldest);
        bool found = query_row(&q), touch = found && sqlite3_column_int(q.s, 1) == VOUCHSAFE__V1__METHOD__TOUCH_LOG;
        struct id id = found ? query_id_at(&q, 0) : (struct id){{0}};
        if (query_end(&q) < 0) return -1;
        if (!found) return 0;
        if (stop_entry(o, &id, VS_OUTBOX_TOO_OLD,
                       "over 400 days old, so not sent: the server may not know its id any more;"
                       " look whether it is there, then discard or log it anew",
                       touch) < 0)
            return outbox_fail(o);
    }
}

/* --- what goes together ------------------------------------------------------------------------------------ */

/* Consecutive touches. Their requests, each with one touch, one behind the other are the request of them all. */
struct batch {
    struct id ids[BATCH];
    unsigned n;
    int64_t last_seq;
    struct buf body;
};

static bool barrier_in_flight(const struct drain *d) {
    for (size_t i = 0; i < FLIGHTS; i++)
        if (d->flights[i].request != 0 && !d->flights[i].touch) return true;
    return false;
}

static bool on_its_way(const struct drain *d, const struct batch *b, const uint8_t *id) {
    for (unsigned i = 0; i < b->n; i++)
        if (memcmp(b->ids[i].b, id, 16) == 0) return true;
    for (size_t i = 0; i < FLIGHTS; i++)
        if (d->flights[i].request != 0 && memcmp(d->flights[i].id.b, id, 16) == 0) return true;
    return false;
}

/* What can't be read is the server's to refuse. */
static bool mends_one_on_its_way(const struct drain *d, const struct batch *b, struct slice body) {
    if (d->open + b->n == 0) return false;
    Vouchsafe__V1__TouchLogRequest *q = vouchsafe__v1__touch_log_request__unpack(NULL, body.len, body.data);
    if (q == NULL) return false;
    bool waits = q->touch != NULL && q->touch->mends.len == 16 && on_its_way(d, b, q->touch->mends.data);
    vouchsafe__v1__touch_log_request__free_unpacked(q, NULL);
    return waits;
}

static void put_flight(struct drain *d, const struct id *id, uint64_t request, bool touch) {
    struct flight *f = d->flights;
    while (f->request != 0) MUST(++f < d->flights + FLIGHTS);
    *f = (struct flight){.id = *id, .request = request, .touch = touch};
    d->open++;
}

/* False: the client has no room. */
static bool send_together(vs_outbox *o, vs_client *c, struct batch *b) {
    struct drain *d = &o->drain;
    if (b->n == 0) return true;
    if (buf_failed(&b->body) || d->requests >= REQUESTS) return false;
    uint32_t method = b->n == 1 ? VOUCHSAFE__V1__METHOD__TOUCH_LOG : VOUCHSAFE__V1__METHOD__TOUCH_LOG_BATCH;
    struct slice body = {buf_data(&b->body), buf_len(&b->body)};
    uint64_t request = client_send(c, method, NULL, body, on_answer, o);
    if (request == 0) return false;
    for (unsigned i = 0; i < b->n; i++) put_flight(d, &b->ids[i], request, true);
    d->requests++;
    d->last_seq = b->last_seq;
    b->n = 0;
    buf_consume(&b->body, buf_len(&b->body));
    return true;
}

static bool send_alone(vs_outbox *o, vs_client *c, const struct id *id, uint32_t method, struct slice body,
                       int64_t seq) {
    struct drain *d = &o->drain;
    uint64_t request = client_send(c, method, id, body, on_answer, o);
    if (request == 0) return false;
    put_flight(d, id, request, false);
    d->requests++;
    d->last_seq = seq;
    return true;
}

/* Takes the row if its turn has come: false to stop. */
static bool take_row(vs_outbox *o, vs_client *c, struct query *q, struct batch *b) {
    struct drain *d = &o->drain;
    uint32_t method = (uint32_t)sqlite3_column_int(q->s, 2);
    int64_t seq = sqlite3_column_int64(q->s, 0);
    struct id id = query_id_at(q, 1);
    struct slice body = {sqlite3_column_blob(q->s, 3), (size_t)sqlite3_column_bytes(q->s, 3)};
    if (method != VOUCHSAFE__V1__METHOD__TOUCH_LOG)
        return d->open + b->n == 0 && send_alone(o, c, &id, method, body, seq) && false;
    bool full = b->n == BATCH || (b->n > 0 && (d->apart || buf_len(&b->body) + body.len > BATCH_BYTES));
    if ((full && !send_together(o, c, b)) || d->open + b->n == FLIGHTS || mends_one_on_its_way(d, b, body))
        return false;
    b->ids[b->n++] = id;
    b->last_seq = seq;
    buf_append(&b->body, body.data, body.len);
    return true;
}

/* 1: there were rows; 0: none; -1 failed. */
static int fill(vs_outbox *o, vs_client *c) {
    if (barrier_in_flight(&o->drain)) return 1;
    struct query q = query(
        o->db, "select seq, id, method, body from entry where state = 0 and account = ? and seq > ? order by seq");
    query_id(&q, &o->account);
    query_int(&q, o->drain.last_seq);
    struct batch b = {.n = 0};
    int rows = 0;
    buf_init(&b.body, 0);
    while (query_row(&q)) {
        rows = 1;
        if (!take_row(o, c, &q, &b)) break;
    }
    (void)send_together(o, c, &b); /* no room: their turn comes again */
    buf_free(&b.body);
    return query_end(&q) == 0 ? rows : -1;
}

/* What goes out from here on may have taken effect, whatever we hear of it: vs_outbox_take_back must know. */
static int mark_tried(vs_outbox *o, int64_t after) {
    struct query q = query(
        o->db, "update entry set tried = 1 where state = 0 and account = ? and seq > ? and seq <= ? and tried = 0");
    query_id(&q, &o->account);
    query_int(&q, after);
    query_int(&q, o->drain.last_seq);
    return query_run(&q);
}

/* In one transaction: the lock, what is too old, what goes, and that it goes. It only is in the client's buffer until vs_step; if the commit fails
 * it must not leave it. 1: there were rows; 0: none; 2: another process holds the lock; -1 failed. */
static int lock_and_fill(vs_outbox *o, vs_client *c) {
    int64_t after = o->drain.last_seq;
    if (query_exec(o->db, "begin immediate") < 0) return outbox_fail(o);
    int lock = hold_lock(o), r = lock < 0 ? -1 : lock == 0 ? 2 : 0;
    if (r == 0 && after == 0) r = stop_old(o);
    if (r == 0) r = fill(o, c);
    if (r == 1 && mark_tried(o, after) < 0) r = -1;
    if (r >= 0 && query_exec(o->db, "commit") == 0) return r;
    (void)outbox_fail(o);
    if (!sqlite3_get_autocommit(o->db)) (void)!query_exec(o->db, "rollback");
    o->drain.lock_until = 0;
    if (o->drain.last_seq > after) client_abandon(c, "the outbox failed");
    return -1;
}

/* The flights are back and something is kept: when to begin again. */
static int end_pass(vs_outbox *o, vs_client *c) {
    struct drain *d = &o->drain;
    int64_t most = (int64_t)FIRST_BACKOFF_MS << (d->backoff < 8 ? d->backoff++ : 8);
    int64_t wait = client_jitter(most < VS_BACKOFF_MS ? most : VS_BACKOFF_MS);
    if (wait < d->retry_after_ms) wait = d->retry_after_ms;
    d->not_before = client_now() + wait;
    d->last_seq = 0;
    d->kept = false;
    d->retry_after_ms = 0;
    if (give_lock(o) < 0) return VS_DRAIN_FAILED;
    return d->login_generation == c->generation ? VS_DRAIN_LOGIN : VS_DRAIN_KEPT;
}

static int nothing_left(vs_outbox *o) {
    o->drain.last_seq = 0;
    o->drain.apart = false;
    o->drain.backoff = 0;
    return give_lock(o) < 0 ? VS_DRAIN_FAILED : VS_DRAIN_EMPTY;
}

/* No more answers: a client that was freed gave UNKNOWN to all before, so the one that still owes some is alive. */
static void forget_flights(vs_outbox *o) {
    struct drain *d = &o->drain;
    bool owed = false;
    for (size_t i = 0; i < FLIGHTS; i++) owed = owed || (d->flights[i].request != 0 && !d->flights[i].answered);
    if (owed) client_forget(d->client, o);
    for (size_t i = 0; i < FLIGHTS; i++) free_flight(&d->flights[i]);
    d->open = d->requests = 0;
    d->last_seq = 0;
    d->kept = false;
}

/* Does anything of this account wait? Reading, so that an idle seat writes nothing. */
static int anything(vs_outbox *o) {
    struct query q = query(o->db, "select exists(select 1 from entry where state = 0 and account = ?)");
    query_id(&q, &o->account);
    int r = query_row(&q) ? sqlite3_column_int(q.s, 0) : -1;
    return query_end(&q) == 0 ? r : outbox_fail(o);
}

static int send_some(vs_outbox *o, vs_client *c) {
    struct drain *d = &o->drain;
    if (d->open == 0 && d->last_seq != 0) d->last_seq = 0; /* from the start: an entry may have been retried */
    int some = d->open > 0 ? 1 : anything(o);
    if (some == 1) some = lock_and_fill(o, c);
    if (some < 0) return VS_DRAIN_FAILED;
    if (d->open > 0) return VS_DRAIN_GOING;
    if (some == 2) return VS_DRAIN_BUSY;
    if (some == 1) return VS_DRAIN_KEPT; /* no room at the client, or it broke */
    return nothing_left(o);
}

int vs_outbox_step(vs_outbox *o, vs_client *c) {
    struct drain *d = &o->drain;
    if (settle_answered(o) < 0) return VS_DRAIN_FAILED;
    if (d->client != c) forget_flights(o);
    d->client = c;
    if (d->kept) return d->open > 0 ? VS_DRAIN_GOING : end_pass(o, c);
    if (c->phase != PHASE_READY) return VS_DRAIN_KEPT;
    if (!vs_account(c, &o->account) || d->login_generation == c->generation) return VS_DRAIN_LOGIN;
    if (d->open == 0 && client_now() < d->not_before) return VS_DRAIN_KEPT;
    return send_some(o, c);
}

int vs_outbox_timeout(const vs_outbox *o) {
    int64_t left = o->drain.not_before - client_now();
    return left > 0 && left < LOOK_MS ? (int)left : LOOK_MS;
}

void outbox_stop_draining(vs_outbox *o) {
    forget_flights(o);
    if (o->db != NULL) (void)!give_lock(o);
}

/* --- blocking --------------------------------------------------------------------------------------------- */

/* Steps until the answer is one of the final ones or `until`. */
static int drive(vs_outbox *o, vs_client *c, int64_t until, bool patient) {
    int64_t busy_since = 0;
    for (;;) {
        int r = vs_outbox_step(o, c);
        int64_t now = client_now();
        if (r == VS_DRAIN_EMPTY || r == VS_DRAIN_FAILED || r == VS_DRAIN_LOGIN) return r;
        if (r == VS_DRAIN_KEPT && !patient) return r;
        if (r != VS_DRAIN_BUSY) busy_since = 0;
        if (r == VS_DRAIN_BUSY && busy_since == 0) busy_since = now;
        if (r == VS_DRAIN_BUSY && now - busy_since > BUSY_WAIT_MS) return r;
        if (now >= until) return r == VS_DRAIN_BUSY ? r : VS_DRAIN_KEPT;
        int64_t next = now + (r == VS_DRAIN_BUSY ? BUSY_LOOK_MS : vs_outbox_timeout(o));
        client_wait(c, next < until ? next : until);
    }
}

int vs_outbox_drain(vs_outbox *o, vs_client *c) {
    o->drain.not_before = 0;
    return drive(o, c, INT64_MAX, false);
}

int vs_outbox_flush(vs_outbox *o, const struct vs_seat *seat, vs_client **c, int timeout_ms) {
    int64_t until = client_now() + timeout_ms;
    vs_outbox_account(o, &seat->account);
    int some = id_is_zero(&seat->account) ? 1 : anything(o); /* whose, only the server can say */
    if (some <= 0) return some < 0 ? VS_DRAIN_FAILED : VS_DRAIN_EMPTY;
    if (*c == NULL) *c = vs_client_new(seat, o->error, sizeof o->error);
    if (*c == NULL) return VS_DRAIN_KEPT;
    o->drain.not_before = 0;
    vs_hurry(*c);
    return drive(o, *c, until, true);
}
