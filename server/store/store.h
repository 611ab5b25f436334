/* SPDX-License-Identifier: Apache-2.0 */
/* The one door to the database. Everything is asynchronous; callbacks come from the loop, never from inside the call
 * (except where the store is shutting down), exactly once.
 *
 * A read is a segment [context, query, sync] on a connection of the actor's database role. A change is one statement with
 * its own sync on a writer connection: judge, effect, insert into `change`. A touch goes into the next batch (group
 * commit). What was acknowledged is committed: see pg/conn.h for what counts as proof. */
#ifndef SERVER_STORE_STORE_H
#define SERVER_STORE_STORE_H

#include <libpq-fe.h>
#include <uv.h>

#include "server/core/actor.h"
#include "sql/queries.gen.h" /* enum query_id: QUERY_<NAME> for each `-- name:` in sql/queries */
#include "vouchsafe/arena.h"
#include "vouchsafe/list.h"
#include "vouchsafe/status.h"

struct store;

/* Parameters in binary form. The values live in the arena until the callback. Failure is remembered (arena.failed). */
enum { PARAMS_MAX = 48 };
struct params {
    struct arena *arena;
    int n;
    const char *values[PARAMS_MAX];
    int lengths[PARAMS_MAX];
};
void params_init(struct params *p, struct arena *a);
void params_id(struct params *p, const struct id *v);            /* NULL or zero id -> SQL null */
void params_bytes(struct params *p, const void *data, size_t n); /* data NULL -> null */
void params_text(struct params *p, const char *s);               /* NULL -> null */
void params_int2(struct params *p, int16_t v);
void params_int4(struct params *p, int32_t v);
void params_int8(struct params *p, int64_t v);
void params_float8(struct params *p, double v);
void params_bool(struct params *p, bool v);
void params_time(struct params *p, int64_t unix_us);
void params_null(struct params *p);
void params_texts(struct params *p, const char *const *items, size_t n); /* text[] */
void params_ids(struct params *p, const struct id *v, size_t n);         /* uuid[] */
void params_int4s(struct params *p, const int32_t *v, size_t n);         /* int4[] */

/* Cells of a binary result. */
bool cell_null(const PGresult *r, int row, int col);
struct id cell_id(const PGresult *r, int row, int col);     /* zero for null */
const char *cell_text(const PGresult *r, int row, int col); /* "" for null; valid until the result goes */
int64_t cell_int(const PGresult *r, int row, int col);      /* int2, int4, int8; 0 for null */
bool cell_bool(const PGresult *r, int row, int col);
int64_t cell_time(const PGresult *r, int row, int col); /* microseconds since 1970; 0 for null */

/* --- reads ---- status OK: rows is the result, valid during the call. Else rows is NULL: UNAVAILABLE, DEADLINE_EXCEEDED,
 * RESOURCE_EXHAUSTED, INTERNAL, or UNAUTHENTICATED: nothing was read because the account was closed or revoked since the session
 * began. $1 is always the actor's business, filled in by the store; $2 its account, $3 its epoch, $4 its
 * partner (null for staff): a query names them so and judges by them; p holds $5 and on. */
typedef void (*store_rows_fn)(void *arg, enum vs_status status, const PGresult *rows);
void store_read(struct store *s, const struct actor *a, enum query_id q, const struct params *p, store_rows_fn fn,
                void *arg);
/* The login role: business known by claim only; $1 is the claimed business (zero: null), p holds $2 and on.
 * These may also write (token, device, enrolment), committed when fn is called with OK. */
void store_login(struct store *s, const struct id *business, enum query_id q, const struct params *p, store_rows_fn fn,
                 void *arg);

/* The system role: the scheduler's work, never a request's. business zero: none ($1 null). Committed when fn is called with OK. */
void store_system(struct store *s, const struct id *business, enum query_id q, const struct params *p, store_rows_fn fn,
                  void *arg);

/* --- changes ---- $1 business, $2 change_id, $3 account, $4 epoch, $5 method, $6 hash, $7 partner (null for staff); p holds $8 and on.
 * The statement returns one row (status int2, reason text, target uuid, result int8) from its insert into `change`, or no row
 * when the account is closed or its epoch is stale -> UNAUTHENTICATED. A repeat of the same change id gets the stored row
 * (replayed = true), or KEY_REUSED when account, method or hash differ. */
struct change_result {
    enum vs_status status; /* OK, or the stored refusal, or UNKNOWN, UNAVAILABLE, ... */
    char reason[48];
    struct id target;
    int64_t result;
    bool replayed;
};
typedef void (*store_change_fn)(void *arg, const struct change_result *result);
void store_change(struct store *s, const struct actor *a, const struct id *change_id, uint32_t method,
                  struct slice body, enum query_id q, const struct params *p, store_change_fn fn, void *arg);

/* --- touches ---- the caller owns the touch (it lives in the request's arena) until done. */
enum { TOUCH_SHARED = 1, TOUCH_STAGE_DEFAULTED = 2 };
enum touch_refusal {
    TOUCH_OK = 0,
    TOUCH_NO_CONTACT = 1,
    TOUCH_TIME_AHEAD = 2,
    TOUCH_BAD_VALUE = 3,
    TOUCH_NOTHING_TO_MEND = 4
};
struct touch {
    struct list node;
    struct actor actor;
    struct id id, contact_id, mends; /* mends zero: none */
    int64_t occurred_at;             /* microseconds since 1970 */
    int16_t channel, stage, sentiment, flags, score,
        score_scale;            /* stage 0: the contact's present one; score -1: none */
    struct slice note, address; /* data NULL: none */
    /* verdict: OK, DUPLICATE, KEY_REUSED, UNAUTHENTICATED, or with a refusal NOT_FOUND / INVALID_ARGUMENT / FAILED_PRECONDITION (final),
     * or UNKNOWN / UNAVAILABLE (the client keeps it) */
    void (*done)(struct touch *t, enum vs_status status, enum touch_refusal refusal);
    void *arg;
    int64_t deadline_ms; /* clock_mono_ms, 0: none. Past it a touch that was never sent is dropped: DEADLINE_EXCEEDED */
    int64_t queued_ms;   /* this and the next: the writer's */
    bool sent;           /* it may be in the database */
    struct touch *next_flying;
};
void store_touch(struct store *s, struct touch *t);

/* --- feed ---- what was committed, here or by another instance, within half a second. Hints without content: read the rows
 * through the predicate. RESYNC (no ids): something may have been missed. */
enum feed_kind {
    FEED_RESYNC = 0,
    FEED_TOUCHES = 1,  /* of these contacts */
    FEED_CONTACTS = 2, /* changed, or who may see them */
    FEED_SESSIONS = 3, /* of these accounts may be over: an epoch rose */
    FEED_TASKS = 5,    /* of these accounts */
    FEED_REFERRALS = 6 /* these changed */
};
struct store_listener {
    void (*on_feed)(void *arg, enum feed_kind kind, const struct id *business, const struct id *ids, size_t n);
    bool (*listening)(void *arg); /* is there anybody to tell? */
    bool (*watching)(void *arg);  /* of touches and contacts too? */
    void *arg;
};
void store_listen(struct store *s, const struct store_listener *l);
/* How old news was when it was last read; without a database, for how long none was. */
int64_t store_feed_lag_ms(const struct store *s);

/* --- life ---- conninfo: libpq's. on_ready(true) whenever enough connections are up, (false) when not. */
struct store *store_new(uv_loop_t *loop, const char *conninfo, int writers);
bool store_is_ready(const struct store *s);
bool store_has_room(const struct store *s);
/* What is in flight ends as UNKNOWN: drain first (store_in_flight reaches 0). The loop must turn once more. */
void store_close(struct store *s);
unsigned store_in_flight(const struct store *s);
struct store_load {
    unsigned queued;        /* touches that wait for a batch */
    unsigned ready, wanted; /* connections */
};
struct store_load store_load(const struct store *s);

/* --- schema ---- blocking, for start-up and the migrate command. 0 or -1 with a sentence in err. */
int schema_migrate(const char *conninfo, char *err, size_t err_size) MUST_CHECK;
/* 0: the schema is this program's; 1: the database can't be asked now; -1: older (says: run vouchsafed migrate), newer, or
 * edited. It doesn't log: it may run on the thread pool. */
int schema_check(const char *conninfo, char *err, size_t err_size) MUST_CHECK;

#endif
