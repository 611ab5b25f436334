/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of the outbox share: outbox.c holds the file, drain.c sends from it, directory.c the names beside it. */
#ifndef CLIENT_LIB_OUTBOX_INTERNAL_H
#define CLIENT_LIB_OUTBOX_INTERNAL_H

#include <sqlite3.h>

#include "client/lib/client_internal.h"

enum {
    REQUESTS = VS_PIPELINE - 4, /* of the outbox at once: a person at the same client finds room */
    FLIGHTS = 400,              /* entries on their way */
    BATCH = 200,                /* touches of one request, and their bytes */
    BATCH_BYTES = 48 * 1024
};

struct flight { /* an entry that was sent */
    struct id id;
    uint64_t request; /* 0: free. Touches that were sent together share one */
    bool touch, answered;
    int status;
    char *reason; /* NULL: nothing to say, or no memory */
};

/* One drainer's state; drain.c. */
struct drain {
    vs_client *client; /* whom the flights are with */
    struct flight flights[FLIGHTS];
    unsigned open, requests;   /* flights in use, requests without an answer */
    int64_t last_seq;          /* of the pass: what was sent */
    bool kept;                 /* of the pass: something is to be sent again; stop sending */
    bool apart;                /* touches were refused together: each is sent alone until the outbox is empty */
    uint64_t login_generation; /* the connection that said UNAUTHENTICATED */
    int64_t lock_until;        /* client_now; 0: not ours */
    int64_t not_before;        /* backoff */
    unsigned backoff;
    uint32_t retry_after_ms;
};

struct vs_outbox {
    sqlite3 *db, *directory; /* the directory is opened when first asked for */
    char path[4200], error[512];
    struct id process; /* who holds the lock */
    struct id account;
    struct drain drain;
};

/* Statements: prepare, bind in order, run. A NULL statement passes through all and fails at the end. */
struct query {
    sqlite3 *db;
    sqlite3_stmt *s;
    int n; /* bound so far */
    bool fine;
};
struct query query(sqlite3 *db, const char *sql);
void query_again(struct query *q); /* to bind and run it once more */
void query_id(struct query *q, const struct id *id);
void query_int(struct query *q, int64_t v);
void query_text(struct query *q, const char *s);
void query_blob(struct query *q, struct slice b);
bool query_row(struct query *q); /* false: no more, or failed */
struct id query_id_at(struct query *q, int column);
const char *query_text_at(struct query *q, int column);
int query_end(struct query *q) MUST_CHECK; /* 0, or -1 when anything failed */
int query_run(struct query *q) MUST_CHECK; /* one that answers no rows */
int query_exec(sqlite3 *db, const char *sql) MUST_CHECK;

/* Remembers what SQLite says, in words for a person. Answers -1. */
int outbox_fail(vs_outbox *o);
int64_t outbox_clock(void); /* seconds since 1970 */
void outbox_stop_draining(vs_outbox *o);

#endif
