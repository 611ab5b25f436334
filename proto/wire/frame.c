/* SPDX-License-Identifier: Apache-2.0 */
#include "vouchsafe/frame.h"

enum frame_result frame_peek(const struct buf *in, size_t max, struct slice *body, size_t *want) {
    if (want != NULL) *want = 0;
    if (buf_len(in) < FRAME_HEADER) return FRAME_PARTIAL;
    const uint8_t *p = buf_data(in);
    size_t len = (size_t)p[0] << 24 | (size_t)p[1] << 16 | (size_t)p[2] << 8 | p[3];
    if (len == 0) return FRAME_EMPTY;
    if (len > max) return FRAME_TOO_LONG;
    if (want != NULL) *want = FRAME_HEADER + len;
    if (buf_len(in) < FRAME_HEADER + len) return FRAME_PARTIAL;
    *body = (struct slice){p + FRAME_HEADER, len};
    return FRAME_WHOLE;
}

void frame_consume(struct buf *in, struct slice body) { buf_consume(in, FRAME_HEADER + body.len); }
