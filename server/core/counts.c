/* SPDX-License-Identifier: Apache-2.0 */
#include "server/core/counts.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

enum { SLOTS_FIRST = 64 };

_Static_assert(crypto_shorthash_KEYBYTES == 16 && crypto_shorthash_BYTES == 8, "struct counts' secret");

static struct count **slot_of(const struct counts *c, const void *key, size_t len) {
    uint64_t h;
    crypto_shorthash((uint8_t *)&h, key, len, c->secret);
    return &c->slots[h & (c->n_slots - 1)];
}

/* Twice as many slots. Without memory the chains just get longer. */
static void grow(struct counts *c) {
    struct counts bigger = *c;
    bigger.n_slots = c->n_slots == 0 ? SLOTS_FIRST : c->n_slots * 2;
    bigger.slots = calloc(bigger.n_slots, sizeof *bigger.slots);
    if (bigger.slots == NULL) return;
    if (c->n_slots == 0) randombytes_buf(bigger.secret, sizeof bigger.secret);
    for (size_t i = 0; i < c->n_slots; i++)
        for (struct count *e = c->slots[i], *next; e != NULL; e = next) {
            next = e->next;
            struct count **slot = slot_of(&bigger, e->key, e->key_len);
            e->next = *slot;
            *slot = e;
        }
    free(c->slots);
    *c = bigger;
}

struct count *counts_take(struct counts *c, const void *key, size_t len) {
    if (c->n_entries >= c->n_slots) grow(c);
    if (c->n_slots == 0) return NULL;
    struct count **slot = slot_of(c, key, len), *e = *slot;
    while (e != NULL && (e->key_len != len || memcmp(e->key, key, len) != 0)) e = e->next;
    if (e == NULL) {
        e = malloc(sizeof *e + len);
        if (e == NULL) return NULL;
        *e = (struct count){.next = *slot, .key_len = len};
        memcpy(e->key, key, len);
        *slot = e;
        c->n_entries++;
    }
    e->holders++;
    return e;
}

void counts_release(struct counts *c, struct count *entry) {
    if (entry == NULL || --entry->holders > 0) return;
    struct count **at = slot_of(c, entry->key, entry->key_len);
    while (*at != entry) at = &(*at)->next;
    *at = entry->next;
    c->n_entries--;
    free(entry);
    if (c->n_entries > 0) return;
    free(c->slots); /* an idle server keeps nothing */
    *c = (struct counts){0};
}
