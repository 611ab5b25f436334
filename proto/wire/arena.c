/* SPDX-License-Identifier: Apache-2.0 */
#include "vouchsafe/arena.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct arena_chunk {
    struct arena_chunk *next;
    size_t size;
    _Alignas(16) uint8_t bytes[];
};

enum { CHUNK = 2048 };

static _Thread_local size_t held;
size_t arena_held(void) { return held; }

static void *protobuf_alloc(void *a, size_t n) { return arena_alloc(a, n); }
static void protobuf_free(void *a, void *p) {
    (void)a;
    (void)p;
}

void arena_init(struct arena *a, size_t cap) {
    *a = (struct arena){.cap = cap, .protobuf = {protobuf_alloc, protobuf_free, a}};
}

void arena_free(struct arena *a) {
    for (struct arena_chunk *c = a->chunks, *next; c != NULL; c = next) {
        next = c->next;
        held -= c->size;
        free(c);
    }
    arena_init(a, a->cap);
}

static bool grow(struct arena *a, size_t n) {
    size_t size = n > CHUNK ? n : CHUNK;
    if (size > a->cap - a->taken) size = n; /* the last piece may be smaller */
    a->over_cap = a->over_cap || size > a->cap - a->taken;
    if (a->failed || a->over_cap) return false;
    struct arena_chunk *c = malloc(sizeof *c + size);
    if (c == NULL) return false;
    c->next = a->chunks;
    c->size = size;
    a->chunks = c;
    a->taken += size;
    held += size;
    a->at = c->bytes;
    a->stop = c->bytes + size;
    return true;
}

void *arena_alloc(struct arena *a, size_t n) {
    if (n > SIZE_MAX - 16) n = SIZE_MAX - 16;
    size_t size = (n + 15) & ~(size_t)15;
    if ((a->at == NULL || (size_t)(a->stop - a->at) < size) && !grow(a, size == 0 ? 16 : size)) {
        a->failed = true;
        return NULL;
    }
    void *p = a->at;
    a->at += size;
    return p;
}

void *arena_zalloc(struct arena *a, size_t n) {
    void *p = arena_alloc(a, n);
    return p == NULL ? NULL : memset(p, 0, n);
}

void *arena_dup(struct arena *a, const void *data, size_t n) {
    void *p = arena_alloc(a, n);
    if (p != NULL && n > 0) memcpy(p, data, n);
    return p;
}

char *arena_strndup(struct arena *a, const char *s, size_t n) {
    char *p = arena_alloc(a, n + 1);
    if (p == NULL) return NULL;
    if (n > 0) memcpy(p, s, n);
    p[n] = '\0';
    return p;
}

char *arena_printf(struct arena *a, const char *fmt, ...) {
    char text[1024];
    va_list ap;
    va_start(ap, fmt);
    int n = vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    if (n < 0) return NULL;
    return arena_strndup(a, text, (size_t)n < sizeof text ? (size_t)n : sizeof text - 1);
}

size_t arena_cap_for(size_t len) {
    size_t cap = 16 * len + 8 * 1024;
    return cap < 1024 * 1024 ? cap : 1024 * 1024;
}
