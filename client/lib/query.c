/* SPDX-License-Identifier: Apache-2.0 */
/* A statement as one value: failures are remembered and told once, by query_end. */
#include <string.h>

#include "client/lib/outbox_internal.h"

struct query query(sqlite3 *db, const char *sql) {
    struct query q = {.db = db};
    q.fine = sqlite3_prepare_v2(db, sql, -1, &q.s, NULL) == SQLITE_OK;
    return q;
}

void query_again(struct query *q) {
    if (!q->fine) return;
    q->n = 0;
    q->fine = sqlite3_reset(q->s) == SQLITE_OK;
}

static void bound(struct query *q, int r) { q->fine = q->fine && r == SQLITE_OK; }

void query_id(struct query *q, const struct id *id) {
    bound(q, sqlite3_bind_blob(q->s, ++q->n, id->b, 16, SQLITE_TRANSIENT));
}
void query_int(struct query *q, int64_t v) { bound(q, sqlite3_bind_int64(q->s, ++q->n, v)); }
void query_text(struct query *q, const char *s) { bound(q, sqlite3_bind_text(q->s, ++q->n, s, -1, SQLITE_TRANSIENT)); }
void query_blob(struct query *q, struct slice b) {
    bound(q, sqlite3_bind_blob(q->s, ++q->n, b.len > 0 ? (const void *)b.data : "", (int)b.len, SQLITE_TRANSIENT));
}

bool query_row(struct query *q) {
    int r = q->fine ? sqlite3_step(q->s) : SQLITE_ERROR;
    if (r != SQLITE_ROW && r != SQLITE_DONE) q->fine = false;
    return r == SQLITE_ROW;
}

struct id query_id_at(struct query *q, int column) {
    struct id id = {{0}};
    if (sqlite3_column_bytes(q->s, column) == 16) memcpy(id.b, sqlite3_column_blob(q->s, column), 16);
    return id;
}

const char *query_text_at(struct query *q, int column) {
    const char *s = (const char *)sqlite3_column_text(q->s, column);
    return s != NULL ? s : "";
}

int query_end(struct query *q) {
    int r = sqlite3_finalize(q->s); /* repeats the error of the step, so that sqlite3_errcode still tells it */
    return q->fine && r == SQLITE_OK ? 0 : -1;
}

int query_run(struct query *q) {
    (void)query_row(q);
    return query_end(q);
}

int query_exec(sqlite3 *db, const char *sql) { return sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK ? 0 : -1; }
