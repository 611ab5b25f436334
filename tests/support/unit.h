/* SPDX-License-Identifier: Apache-2.0 */
/* What unit tests share: cmocka, repeatable random numbers, and allocations of our own code that fail on demand. */
#ifndef TESTS_UNIT_H
#define TESTS_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vouchsafe/base.h"

/* The n-th malloc, calloc or realloc of our own code from now on answers NULL, once; 0: none does. Libraries are spared. */
void unit_fail_allocation(unsigned n);
/* Did it come to that? It is switched off with it. */
bool unit_failed_allocation(void);
/* While on, allocations don't count: the test's own, between those of what it tests. */
void unit_spare_allocations(bool on);

/* The same numbers on every run; a seed starts them anew. */
void unit_seed(uint64_t seed);
uint64_t unit_random(void);
static inline size_t unit_below(size_t n) { return n == 0 ? 0 : (size_t)(unit_random() % n); }
void unit_fill(uint8_t *at, size_t n);
/* n ASCII letters and NUL, malloc'ed. */
char *unit_letters(size_t n);

static inline struct slice unit_slice(const char *s) { return (struct slice){(const uint8_t *)s, strlen(s)}; }
#define UNIT_BYTES(...) ((struct slice){(const uint8_t[]){__VA_ARGS__}, sizeof((const uint8_t[]){__VA_ARGS__})})
/* A copy that ends where the slice ends, so that the sanitizer sees a read beyond it. Free `data`. */
struct slice unit_exact(struct slice s);

/* As an instance asks and the root's holder answers: the chain of a certificate for the key. 0 or -1. */
int unit_certify(const char *root_key, const char *roots, const char *key, int64_t seconds, char **chain) MUST_CHECK;

#endif
