/* SPDX-License-Identifier: Apache-2.0 */
/* What the programs of the bench share: the fixture's ids, the touch everybody writes, a clock, a histogram of times. */
#ifndef TESTS_BENCH_BENCH_H
#define TESTS_BENCH_BENCH_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "vouchsafe/id.h"

enum { BUSINESSES = 20, ACCOUNTS = 16, CONTACTS = 1000, CHANNELS = 10, STAGES = 7, SENTIMENTS = 3 };

static const char bench_note[] = "Called about the renewal, asked for a quote by Friday; will follow up 000000001";

/* The same as uid(a, b, c) of fixture.sql. */
static inline struct id bench_id(unsigned a, unsigned b, unsigned c) {
    struct id id = {{0}};
    for (int i = 0; i < 4; i++) id.b[i] = (uint8_t)(a >> (24 - 8 * i));
    id.b[6] = 0x70;
    id.b[8] = (uint8_t)((0x8000 + b) >> 8);
    id.b[9] = (uint8_t)b;
    for (int i = 0; i < 4; i++) id.b[12 + i] = (uint8_t)(c >> (24 - 8 * i));
    return id;
}
static inline struct id bench_business(unsigned b) { return bench_id(1 + b % BUSINESSES, 0, 0); }
static inline struct id bench_account(unsigned b, unsigned a) {
    return bench_id(1 + b % BUSINESSES, 1, 1 + a % ACCOUNTS);
}
static inline struct id bench_contact(unsigned b, unsigned c) {
    return bench_id(1 + b % BUSINESSES, 2, 1 + c % CONTACTS);
}

static inline int64_t bench_ns(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}
static inline int64_t bench_now_us(void) {
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}
static inline unsigned bench_random(uint64_t *state) { /* xorshift64* */
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;
    return (unsigned)(*state * UINT64_C(2685821657736338717) >> 33);
}

/* Times in microseconds, 32 steps for each doubling: within 3 %. */
struct histogram {
    uint64_t n, at[32 * 40];
};
static inline void histogram_add(struct histogram *h, int64_t ns) {
    uint64_t us = ns < 1000 ? 1 : (uint64_t)ns / 1000;
    unsigned top = 63u - (unsigned)__builtin_clzll(us);
    unsigned low = top < 5 ? (unsigned)(us << (5 - top)) & 31 : (unsigned)(us >> (top - 5)) & 31;
    h->at[top * 32 + low]++;
    h->n++;
}
static inline double histogram_at(const struct histogram *h, double part) {
    uint64_t want = (uint64_t)((double)h->n * part), seen = 0;
    for (unsigned i = 0; i < ARRAY_LEN(h->at); i++)
        if ((seen += h->at[i]) > want) return (double)(UINT64_C(1) << i / 32) * (1 + (i % 32 + 0.5) / 32);
    return 0;
}

static inline _Noreturn void bench_fail(const char *what, const char *why) {
    fprintf(stderr, "%s: %s\n", what, why);
    exit(1);
}

#endif
