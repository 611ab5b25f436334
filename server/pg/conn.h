/* SPDX-License-Identifier: Apache-2.0 */
/* One libpq connection on the loop, as a pipeline of segments. A segment is a few statements and one sync: one implicit
 * transaction. Its outcome is told once, after the sync was judged:
 *   COMMITTED  the sync's result came, no error or aborted result since the last sync, no WARNING, connection good
 *   FAILED     a statement or the commit failed; nothing happened; sqlstate says why
 *   UNKNOWN    the connection died first, or a WARNING came (a standby that didn't answer): it may have happened
 * The sync's result alone is no proof: it also follows a failed commit. */
#ifndef SERVER_PG_CONN_H
#define SERVER_PG_CONN_H

#include <libpq-fe.h>
#include <uv.h>

#include "vouchsafe/list.h"

enum { PG_STATEMENTS_MAX = 64 };
enum pg_outcome { PG_COMMITTED, PG_FAILED, PG_UNKNOWN };

enum { PG_STATEMENT_IDS = 1024 };

struct pg_statement {
    unsigned id;      /* small, one per text: what is prepared already is looked up by it */
    const char *name; /* prepared under this name on first use; static */
    const char *text;
    int n_params;
    const unsigned *types;
    const char *const *values;
    const int *lengths;
};

struct pg_segment {
    struct list node;
    int n;                           /* at most PG_STATEMENTS_MAX */
    struct pg_statement *statements; /* both arrays are the caller's, with room for n, until on_done */
    PGresult **results;              /* only when COMMITTED; the connection clears them after on_done */
    enum pg_outcome outcome;
    char sqlstate[6];
    void (*on_done)(struct pg_segment *s);
    int at; /* the connection's: next slot to be answered */
};

struct pg_conn;
/* on_change is told when the connection became usable or stopped being so. It reconnects by itself, with backoff. */
struct pg_conn *pg_conn_new(uv_loop_t *loop, const char *conninfo, void (*on_change)(void *arg, struct pg_conn *c),
                            void *arg);
bool pg_conn_ready(const struct pg_conn *c);
unsigned pg_conn_waiting(const struct pg_conn *c); /* segments without an outcome */
/* Only when ready. Values must stay until on_done. */
void pg_conn_send(struct pg_conn *c, struct pg_segment *s);
/* Segments in flight end as UNKNOWN. */
void pg_conn_close(struct pg_conn *c);

#endif
