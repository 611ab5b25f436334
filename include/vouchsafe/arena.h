/* SPDX-License-Identifier: Apache-2.0 */
/* One request, one arena, one cap. Memory is taken in chunks and given back all at once.
 * Over the cap an allocation answers NULL and the arena remembers it: the cap is what bounds a hostile
 * message (protobuf-c's unpack grows up to 116 times what came over the wire). */
#ifndef VOUCHSAFE_ARENA_H
#define VOUCHSAFE_ARENA_H

#include <protobuf-c/protobuf-c.h>

#include "vouchsafe/base.h"

struct arena_chunk;

struct arena {
    struct arena_chunk *chunks;
    uint8_t *at, *stop;
    size_t taken; /* bytes asked of the system so far, all chunks */
    size_t cap;
    bool failed;
    bool over_cap;               /* failed since more than the cap was asked for; else memory was short */
    ProtobufCAllocator protobuf; /* hand &a->protobuf to *_unpack; never call free_unpacked */
};

void arena_init(struct arena *a, size_t cap);
void arena_free(struct arena *a);
/* 16-byte aligned, not zeroed. NULL over the cap or without memory; then a->failed. n = 0 is allowed. */
void *arena_alloc(struct arena *a, size_t n) MUST_CHECK;
void *arena_zalloc(struct arena *a, size_t n) MUST_CHECK;
void *arena_dup(struct arena *a, const void *data, size_t n) MUST_CHECK;
/* Copies and ends with NUL. */
char *arena_strndup(struct arena *a, const char *s, size_t n) MUST_CHECK;
char *arena_printf(struct arena *a, const char *fmt, ...) PRINTF_LIKE(2, 3) MUST_CHECK;

/* Bytes in chunks of all arenas this thread made and didn't free. */
size_t arena_held(void);

/* The cap for unpacking a body of `len` bytes: min(16 * len + 8 KiB, 1 MiB). */
size_t arena_cap_for(size_t len);

#endif
