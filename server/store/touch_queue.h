/* SPDX-License-Identifier: Apache-2.0 */
/* Touches that wait to be written, by business, and the ids that are on their way to the database. An id is on its way at
 * most once: a second touch with it waits until the first has landed. */
#ifndef SERVER_STORE_TOUCH_QUEUE_H
#define SERVER_STORE_TOUCH_QUEUE_H

#include "server/store/store.h"

enum { TOUCH_BUCKETS = 1024 };

struct touch_queue {
    struct list businesses;              /* those with waiting touches, in the order they get their turn */
    struct list by_id[TOUCH_BUCKETS];    /* the same, by hash */
    struct touch *flying[TOUCH_BUCKETS]; /* taken, by hash of their id */
    unsigned waiting;
};

void touch_queue_init(struct touch_queue *q);
/* false without memory. */
bool touch_queue_put(struct touch_queue *q, struct touch *t) MUST_CHECK;
/* Takes at most max touches of at most max_businesses businesses, as many of one as there are before the next, none of those in
 * `but`: sorted by business, then id. They fly until landed. */
int touch_queue_take(struct touch_queue *q, struct touch **out, int max, int max_businesses, const struct id *but,
                     size_t n_but);
void touch_queue_landed(struct touch_queue *q, struct touch *t);
/* Takes out one that waits since before then, or one past its deadline that was never sent; or NULL. */
struct touch *touch_queue_expired(struct touch_queue *q, int64_t before_ms, int64_t now_ms);

#endif
