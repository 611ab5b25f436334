/* SPDX-License-Identifier: Apache-2.0 */
/* - happy path: put at the end of its business's line; a batch takes whole lines, the business whose turn it is first
 * - more waits than a batch holds: the business goes to the end, the others get their turn
 * - a twin of an id that flies: goes to the end of its line
 * - no memory for a line: the touch is not queued, the caller says so */
#include "server/store/touch_queue.h"

#include <stdlib.h>
#include <string.h>

/* One business's line; there only while touches wait in it. */
struct line {
    struct list turn, bucket;
    struct id business;
    struct list touches;
    unsigned n;
};

static unsigned hash_of(const struct id *id) { /* the end of an id is random, or a hash */
    uint32_t h;
    memcpy(&h, id->b + 12, sizeof h);
    return (h ^ h >> 16) % TOUCH_BUCKETS;
}

void touch_queue_init(struct touch_queue *q) {
    memset(q, 0, sizeof *q);
    list_init(&q->businesses);
    for (size_t i = 0; i < TOUCH_BUCKETS; i++) list_init(&q->by_id[i]);
}

static struct line *line_of(struct touch_queue *q, const struct id *business) {
    struct list *bucket = &q->by_id[hash_of(business)];
    LIST_FOREACH(it, bucket) {
        struct line *l = LIST_ENTRY(it, struct line, bucket);
        if (id_equal(&l->business, business)) return l;
    }
    struct line *l = malloc(sizeof *l);
    if (l == NULL) return NULL;
    *l = (struct line){.business = *business};
    list_init(&l->touches);
    list_push_back(bucket, &l->bucket);
    list_push_back(&q->businesses, &l->turn);
    return l;
}

static void line_free(struct line *l) {
    list_remove(&l->turn);
    list_remove(&l->bucket);
    free(l);
}

bool touch_queue_put(struct touch_queue *q, struct touch *t) {
    struct line *l = line_of(q, &t->actor.business_id);
    if (l == NULL) return false;
    list_push_back(&l->touches, &t->node);
    l->n++;
    q->waiting++;
    return true;
}

static bool flies(const struct touch_queue *q, const struct id *id) {
    const struct touch *t = q->flying[hash_of(id)];
    while (t != NULL && !id_equal(&t->id, id)) t = t->next_flying;
    return t != NULL;
}

static void take_off(struct touch_queue *q, struct touch *t) {
    struct touch **bucket = &q->flying[hash_of(&t->id)];
    t->next_flying = *bucket;
    *bucket = t;
}

void touch_queue_landed(struct touch_queue *q, struct touch *t) {
    struct touch **at = &q->flying[hash_of(&t->id)];
    while (*at != t) {
        MUST(*at != NULL);
        at = &(*at)->next_flying;
    }
    *at = t->next_flying;
}

static int take_line(struct touch_queue *q, struct line *l, struct touch **out, int max) {
    int n = 0;
    for (unsigned left = l->n; left > 0 && n < max; left--) {
        struct touch *t = LIST_ENTRY(list_pop_front(&l->touches), struct touch, node);
        if (flies(q, &t->id)) {
            list_push_back(&l->touches, &t->node);
            continue;
        }
        take_off(q, t);
        out[n++] = t;
    }
    l->n -= (unsigned)n;
    q->waiting -= (unsigned)n;
    return n;
}

static int by_business_and_id(const void *x, const void *y) {
    const struct touch *a = *(struct touch *const *)x, *b = *(struct touch *const *)y;
    int order = id_compare(&a->actor.business_id, &b->actor.business_id);
    return order != 0 ? order : id_compare(&a->id, &b->id);
}

static bool is_among(const struct id *id, const struct id *set, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (id_equal(id, &set[i])) return true;
    return false;
}

int touch_queue_take(struct touch_queue *q, struct touch **out, int max, int max_businesses, const struct id *but,
                     size_t n_but) {
    int n = 0, businesses = 0;
    struct list later;
    list_init(&later);
    while (n < max && businesses < max_businesses && !list_empty(&q->businesses)) {
        struct line *l = LIST_ENTRY(list_pop_front(&q->businesses), struct line, turn);
        int taken = is_among(&l->business, but, n_but) ? 0 : take_line(q, l, out + n, max - n);
        n += taken;
        businesses += taken > 0;
        if (l->n == 0)
            line_free(l);
        else
            list_push_back(&later, &l->turn);
    }
    while (!list_empty(&later)) list_push_back(&q->businesses, list_pop_front(&later));
    qsort(out, (size_t)n, sizeof *out, by_business_and_id);
    return n;
}

static bool is_expired(const struct touch *t, int64_t before_ms, int64_t now_ms) {
    return t->queued_ms < before_ms || (!t->sent && t->deadline_ms != 0 && t->deadline_ms < now_ms);
}

struct touch *touch_queue_expired(struct touch_queue *q, int64_t before_ms, int64_t now_ms) {
    LIST_FOREACH(it, &q->businesses) {
        struct line *l = LIST_ENTRY(it, struct line, turn);
        LIST_FOREACH(at, &l->touches) {
            struct touch *t = LIST_ENTRY(at, struct touch, node);
            if (!is_expired(t, before_ms, now_ms)) continue;
            list_remove(&t->node);
            q->waiting--;
            if (--l->n == 0) line_free(l);
            return t;
        }
    }
    return NULL;
}
