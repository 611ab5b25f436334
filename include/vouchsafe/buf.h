/* SPDX-License-Identifier: Apache-2.0 */
/* A growable byte queue: bytes are appended at the end and consumed from the front.
 * Appending never reports an error one by one: a buffer remembers that it failed (no memory, or over
 * its limit) and ignores what follows; the caller asks buf_failed() once at the end. */
#ifndef VOUCHSAFE_BUF_H
#define VOUCHSAFE_BUF_H

#include "vouchsafe/base.h"

struct buf {
    uint8_t *data; /* NULL while nothing was ever stored: an idle connection owns no memory */
    size_t start, end, cap;
    size_t limit; /* most bytes held at once; 0 = no limit */
    bool failed;
};

void buf_init(struct buf *b, size_t limit);
/* Gives the memory back; the buffer is as after buf_init with the same limit. */
void buf_free(struct buf *b);
/* Gives the memory back if nothing is held. */
void buf_trim(struct buf *b);
static inline size_t buf_len(const struct buf *b) { return b->end - b->start; }
static inline const uint8_t *buf_data(const struct buf *b) { return b->data + b->start; }
static inline bool buf_failed(const struct buf *b) { return b->failed; }

/* Room for n more bytes at the end, contiguous: write there, then buf_commit what was written.
 * NULL when it failed. */
uint8_t *buf_reserve(struct buf *b, size_t n);
void buf_commit(struct buf *b, size_t n);
void buf_append(struct buf *b, const void *data, size_t n);
void buf_put_u8(struct buf *b, uint8_t v);
void buf_put_u32be(struct buf *b, uint32_t v);
void buf_printf(struct buf *b, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* Bytes owned by all buffers this thread filled and didn't free. */
size_t buf_held(void);
/* What `from` holds, and its memory, becomes `to`'s; `from` is empty afterwards. */
void buf_move(struct buf *to, struct buf *from);
/* Drops n bytes from the front; n must not exceed buf_len. */
void buf_consume(struct buf *b, size_t n);

#endif
