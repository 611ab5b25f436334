/* SPDX-License-Identifier: Apache-2.0 */
/* Shared by the store's own files only. */
#ifndef SERVER_STORE_INTERNAL_H
#define SERVER_STORE_INTERNAL_H

#include "server/pg/conn.h"
#include "server/store/store.h"

enum lane { LANE_WRITER, LANE_CHANGE, LANE_STAFF, LANE_REPORT, LANE_PARTNER, LANE_LOGIN, LANE_SYSTEM, LANES };
enum { CONNS_MAX = 16 };

struct writer;
struct feed;
struct tally;

struct store {
    uv_loop_t *loop;
    struct pg_conn *conns[CONNS_MAX];
    enum lane lanes[CONNS_MAX];
    int n_conns;
    bool ready;
    unsigned in_flight;
    struct writer *writer;
    struct feed *feed;
    struct tally *tally;
    int32_t instance; /* tells our rows of the feed from others' */
};

/* The least busy connection of a lane that is ready, or NULL. */
struct pg_conn *store_pick(struct store *s, enum lane lane);
/* A segment with room for so many statements. All of it lives in the arena. */
bool store_segment(struct pg_segment *seg, struct arena *a, int room);
/* The next statement: the context the policies read, by one of the queries of sql/queries/context.sql. */
bool store_add_context(struct pg_segment *seg, struct arena *a, enum query_id context, const struct id *business,
                       const struct id *partner);
/* A segment of two that begins with the context, the usual one. */
bool store_context(struct pg_segment *seg, struct arena *a, enum query_id context, const struct id *business,
                   const struct id *partner);
void store_statement(struct pg_segment *seg, enum query_id q, const struct params *p);
enum vs_status store_status_of(const struct pg_segment *seg);

struct writer *writer_new(struct store *s);
void writer_kick(struct writer *w);
void writer_put(struct writer *w, struct touch *t);
bool writer_has_room(const struct writer *w);
unsigned writer_queued(const struct writer *w);
void writer_free(struct writer *w);

struct feed *feed_new(struct store *s);
/* These contacts were touched and it is committed. */
void feed_touched(struct feed *f, const struct id *business, const struct id *contacts, size_t n);
/* A change of ours was committed: read now. */
void feed_kick(struct feed *f);
void feed_lost(struct feed *f); /* its connection */
void feed_free(struct feed *f);

struct tally *tally_new(struct store *s);
void tally_free(struct tally *t);

#endif
