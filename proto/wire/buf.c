/* SPDX-License-Identifier: Apache-2.0 */
#include "vouchsafe/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void buf_init(struct buf *b, size_t limit) { *b = (struct buf){.limit = limit}; }

static _Thread_local size_t held_by_all;
size_t buf_held(void) { return held_by_all; }

void buf_free(struct buf *b) {
    held_by_all -= b->cap;
    free(b->data);
    buf_init(b, b->limit);
}

void buf_trim(struct buf *b) {
    if (buf_len(b) == 0 && b->data != NULL && !b->failed) buf_free(b);
}

uint8_t *buf_reserve(struct buf *b, size_t n) {
    if (b->failed) return NULL;
    size_t held = buf_len(b);
    if (n > SIZE_MAX / 4 || (b->limit != 0 && held + n > b->limit)) {
        b->failed = true;
        return NULL;
    }
    if (b->cap - b->end >= n && b->data != NULL) return b->data + b->end;
    if (b->start > 0 && b->cap - held >= n && b->start >= held) {
        memmove(b->data, b->data + b->start, held);
    } else {
        size_t cap = b->cap == 0 ? 512 : b->cap;
        while (cap - held < n) cap *= 2;
        uint8_t *data = malloc(cap);
        if (data == NULL) {
            b->failed = true;
            return NULL;
        }
        if (held > 0) memcpy(data, b->data + b->start, held);
        free(b->data);
        held_by_all += cap - b->cap;
        b->data = data;
        b->cap = cap;
    }
    b->start = 0;
    b->end = held;
    return b->data + b->end;
}

void buf_commit(struct buf *b, size_t n) {
    MUST(n <= b->cap - b->end);
    b->end += n;
}

void buf_append(struct buf *b, const void *data, size_t n) {
    if (n == 0) return;
    uint8_t *at = buf_reserve(b, n);
    if (at == NULL) return;
    memcpy(at, data, n);
    b->end += n;
}

void buf_put_u8(struct buf *b, uint8_t v) { buf_append(b, &v, 1); }

void buf_put_u32be(struct buf *b, uint32_t v) {
    uint8_t x[4] = {(uint8_t)(v >> 24), (uint8_t)(v >> 16), (uint8_t)(v >> 8), (uint8_t)v};
    buf_append(b, x, 4);
}

void buf_printf(struct buf *b, const char *fmt, ...) {
    va_list ap, again;
    va_start(ap, fmt);
    va_copy(again, ap);
    int n = vsnprintf(NULL, 0, fmt, ap);
    va_end(ap);
    uint8_t *at = n < 0 ? NULL : buf_reserve(b, (size_t)n + 1);
    if (at != NULL) {
        vsnprintf((char *)at, (size_t)n + 1, fmt, again);
        b->end += (size_t)n;
    }
    va_end(again);
}

void buf_move(struct buf *to, struct buf *from) {
    buf_free(to);
    *to = *from;
    buf_init(from, from->limit);
}

void buf_consume(struct buf *b, size_t n) {
    MUST(n <= buf_len(b));
    b->start += n;
    if (b->start == b->end) b->start = b->end = 0;
}
