/* SPDX-License-Identifier: Apache-2.0 */
/* How often something may be tried, by key; in memory, never more of it than at the start. For each key it keeps when its
 * tries would be paid off at one per `interval_ms`; `burst` of them may be owed. Keys are kept as SipHash under a random
 * key: nobody outside can aim at another one's slot. When a set of slots is full, the key that owes least is forgotten. */
#ifndef SERVER_CORE_THROTTLE_H
#define SERVER_CORE_THROTTLE_H

#include "vouchsafe/base.h"

enum { THROTTLE_WAYS = 8, THROTTLE_SETS = 2048 }; /* 256 KiB */

struct throttle {
    uint8_t secret[16]; /* crypto_shorthash_KEYBYTES */
    struct throttle_slot {
        uint64_t key;
        int64_t paid_ms; /* 0: free */
    } slots[THROTTLE_SETS][THROTTLE_WAYS];
};
struct throttle_rate {
    int64_t burst, interval_ms;
};

void throttle_init(struct throttle *t);
/* Milliseconds until a try is allowed; 0: now. Asking costs nothing. */
int64_t throttle_wait(const struct throttle *t, struct slice key, struct throttle_rate rate, int64_t now_ms);
/* One try, before it is known how it ends; and back, when it was none to count. */
void throttle_charge(struct throttle *t, struct slice key, struct throttle_rate rate, int64_t now_ms);
void throttle_refund(struct throttle *t, struct slice key, struct throttle_rate rate);

#endif
