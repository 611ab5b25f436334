/* SPDX-License-Identifier: Apache-2.0 */
/* Linked with --wrap=malloc and its kin: every allocation of our objects comes through here. */
#include "tests/support/unit.h"

#include "vouchsafe/tls.h"

void *__real_malloc(size_t n);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t n);
void *__wrap_malloc(size_t n);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t n);

static unsigned until_failure;
static bool failed, spared;

static bool fails(void) {
    if (spared || until_failure == 0 || --until_failure > 0) return false;
    failed = true;
    return true;
}

void *__wrap_malloc(size_t n) { return fails() ? NULL : __real_malloc(n); }
void *__wrap_calloc(size_t n, size_t size) { return fails() ? NULL : __real_calloc(n, size); }
void *__wrap_realloc(void *p, size_t n) { return fails() ? NULL : __real_realloc(p, n); }

void unit_fail_allocation(unsigned n) {
    until_failure = n;
    failed = false;
}

bool unit_failed_allocation(void) {
    until_failure = 0;
    return failed;
}

void unit_spare_allocations(bool on) { spared = on; }

static uint64_t seed_now = 88172645463325252u;

void unit_seed(uint64_t seed) { seed_now = seed * 2685821657736338717u + 88172645463325252u; }

uint64_t unit_random(void) { /* xorshift64* */
    seed_now ^= seed_now >> 12;
    seed_now ^= seed_now << 25;
    seed_now ^= seed_now >> 27;
    return seed_now * 2685821657736338717u;
}

void unit_fill(uint8_t *at, size_t n) {
    for (size_t i = 0; i < n; i++) at[i] = (uint8_t)unit_random();
}

char *unit_letters(size_t n) {
    char *s = __real_malloc(n + 1);
    for (size_t i = 0; i < n; i++) s[i] = (char)('a' + unit_below(26));
    s[n] = '\0';
    return s;
}

struct slice unit_exact(struct slice s) {
    uint8_t *copy = __real_malloc(s.len == 0 ? 1 : s.len);
    if (s.len > 0) memcpy(copy, s.data, s.len);
    return (struct slice){copy, s.len};
}

int unit_certify(const char *root_key, const char *roots, const char *key, int64_t seconds, char **chain) {
    char *request;
    if (tls_make_request(key, "instance", &request) < 0) return -1;
    int r = tls_certify(root_key, roots, request, seconds, chain);
    free(request);
    return r;
}
