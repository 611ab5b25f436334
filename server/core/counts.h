/* SPDX-License-Identifier: Apache-2.0 */
/* How many there are of each key: connections of an address, requests of an account. A hash table whose entries live as
 * long as somebody holds them; the key is hashed with a secret of the process, since clients choose it. */
#ifndef SERVER_CORE_COUNTS_H
#define SERVER_CORE_COUNTS_H

#include "vouchsafe/base.h"

struct count {
    struct count *next;
    unsigned holders; /* takes without a release */
    unsigned n;       /* the holders' own; 0 when the entry is made */
    size_t key_len;
    uint8_t key[];
};

struct counts {
    struct count **slots;
    size_t n_slots, n_entries; /* n_slots: a power of two, or 0 */
    uint8_t secret[16];
};

/* The key's entry, made if it isn't there; NULL without memory. A zeroed struct counts is an empty table. */
struct count *counts_take(struct counts *c, const void *key, size_t len);
/* The entry goes with its last holder. NULL is allowed. */
void counts_release(struct counts *c, struct count *entry);

#endif
