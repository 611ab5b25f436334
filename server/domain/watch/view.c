/* SPDX-License-Identifier: Apache-2.0 */
#include "server/domain/watch/view.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

enum { BUCKETS_FIRST = 256, READ_MAX = 4 * 1024 * 1024 };

static struct list *buckets;
static size_t n_buckets; /* a power of two */
static unsigned count;
static uint8_t secret[crypto_shorthash_KEYBYTES];

static struct list *bucket_of(const struct id *business, const struct id *subject) {
    uint8_t key[32], hash[crypto_shorthash_BYTES];
    uint64_t h;
    memcpy(key, business->b, 16);
    memcpy(key + 16, subject->b, 16);
    crypto_shorthash(hash, key, sizeof key, secret);
    memcpy(&h, hash, sizeof h);
    return &buckets[h & (n_buckets - 1)];
}

/* Twice as many buckets; when there is no memory the old ones serve on. */
static void grow(void) {
    struct list *old = buckets;
    size_t n_old = n_buckets, n = n_old == 0 ? BUCKETS_FIRST : n_old * 2;
    struct list *more = calloc(n, sizeof *more);
    if (more == NULL) return;
    if (old == NULL) crypto_shorthash_keygen(secret);
    for (size_t i = 0; i < n; i++) list_init(&more[i]);
    buckets = more;
    n_buckets = n;
    for (size_t i = 0; i < n_old; i++)
        while (!list_empty(&old[i])) {
            struct view *v = LIST_ENTRY(list_pop_front(&old[i]), struct view, in_bucket);
            list_push_back(bucket_of(&v->business, &v->subject), &v->in_bucket);
        }
    free(old);
}

static bool is_of(const struct view *v, const struct id *business, enum view_of of, const struct id *subject) {
    return v->of == of && id_equal(&v->business, business) && id_equal(&v->subject, subject);
}

struct view *view_get(const struct id *business, enum view_of of, const struct id *subject, const struct id *partner) {
    if (count >= n_buckets) grow();
    if (buckets == NULL) return NULL;
    struct list *bucket = bucket_of(business, subject);
    LIST_FOREACH(it, bucket) {
        struct view *v = LIST_ENTRY(it, struct view, in_bucket);
        if (is_of(v, business, of, subject) && id_equal(&v->partner, partner)) return v;
    }
    struct view *v = calloc(1, sizeof *v);
    if (v == NULL) return NULL;
    v->business = *business;
    v->of = of;
    v->subject = *subject;
    v->partner = *partner;
    list_init(&v->in_bucket);
    list_init(&v->in_queue);
    list_init(&v->watches);
    arena_init(&v->arena, READ_MAX);
    list_push_back(bucket, &v->in_bucket);
    count++;
    return v;
}

void view_free(struct view *v) {
    list_remove(&v->in_bucket);
    list_remove(&v->in_queue);
    arena_free(&v->arena);
    free(v->snapshot);
    free(v->face);
    free(v);
    count--;
}

unsigned view_count(void) { return count; }

void view_each(const struct id *business, enum view_of of, const struct id *subject, void (*fn)(struct view *v)) {
    if (count == 0) return;
    struct list *first = subject == NULL ? buckets : bucket_of(business, subject);
    for (struct list *bucket = first; bucket != (subject == NULL ? buckets + n_buckets : first + 1); bucket++)
        LIST_FOREACH(it, bucket) {
            struct view *v = LIST_ENTRY(it, struct view, in_bucket);
            if (subject == NULL || is_of(v, business, of, subject)) fn(v);
        }
}
