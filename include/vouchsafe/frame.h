/* SPDX-License-Identifier: Apache-2.0 */
/* Frames: a 4-byte big-endian length, then that many bytes. A length over the limit is refused as soon as
 * its four bytes are here, before a byte of the body is kept. A length of 0 is refused too: no message of
 * ours is empty. */
#ifndef VOUCHSAFE_FRAME_H
#define VOUCHSAFE_FRAME_H

#include "vouchsafe/buf.h"

enum {
    FRAME_HEADER = 4,
    FRAME_MAX_BEFORE_LOGIN = 4 * 1024, /* client to server */
    FRAME_MAX_FROM_CLIENT = 64 * 1024,
    FRAME_MAX_FROM_SERVER = 256 * 1024,
};

enum frame_result { FRAME_WHOLE, FRAME_PARTIAL, FRAME_TOO_LONG, FRAME_EMPTY };

/* Looks at the front of `in`. FRAME_WHOLE: *body is the frame's body inside `in`, valid until the buffer
 * changes; call frame_consume when done with it. *want (may be NULL) is told how many bytes the frame
 * needs in all, once known, else 0. */
enum frame_result frame_peek(const struct buf *in, size_t max, struct slice *body, size_t *want);
void frame_consume(struct buf *in, struct slice body);

#endif
