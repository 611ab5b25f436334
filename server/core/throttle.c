/* SPDX-License-Identifier: Apache-2.0 */
#include "server/core/throttle.h"

#include <sodium.h>
#include <string.h>

void throttle_init(struct throttle *t) {
    memset(t, 0, sizeof *t);
    crypto_shorthash_keygen(t->secret);
}

static uint64_t hash(const struct throttle *t, struct slice key) {
    uint64_t h;
    crypto_shorthash((unsigned char *)&h, key.data, key.len, t->secret);
    return h;
}

static struct throttle_slot *find(const struct throttle *t, uint64_t key) {
    struct throttle_slot *set = (struct throttle_slot *)(uintptr_t)t->slots[key % THROTTLE_SETS];
    for (int i = 0; i < THROTTLE_WAYS; i++)
        if (set[i].paid_ms != 0 && set[i].key == key) return &set[i];
    return NULL;
}

static struct throttle_slot *find_or_make(struct throttle *t, uint64_t key) {
    struct throttle_slot *s = find(t, key), *set = t->slots[key % THROTTLE_SETS];
    if (s != NULL) return s;
    s = set;
    for (int i = 1; i < THROTTLE_WAYS; i++)
        if (set[i].paid_ms < s->paid_ms) s = &set[i];
    *s = (struct throttle_slot){.key = key};
    return s;
}

int64_t throttle_wait(const struct throttle *t, struct slice key, struct throttle_rate rate, int64_t now_ms) {
    const struct throttle_slot *s = find(t, hash(t, key));
    int64_t wait = s == NULL ? 0 : s->paid_ms - now_ms - (rate.burst - 1) * rate.interval_ms;
    return wait > 0 ? wait : 0;
}

void throttle_charge(struct throttle *t, struct slice key, struct throttle_rate rate, int64_t now_ms) {
    struct throttle_slot *s = find_or_make(t, hash(t, key));
    s->paid_ms = (s->paid_ms > now_ms ? s->paid_ms : now_ms) + rate.interval_ms;
}

void throttle_refund(struct throttle *t, struct slice key, struct throttle_rate rate) {
    struct throttle_slot *s = find(t, hash(t, key));
    if (s != NULL) s->paid_ms = s->paid_ms > rate.interval_ms ? s->paid_ms - rate.interval_ms : 0;
}
