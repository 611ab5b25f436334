/* SPDX-License-Identifier: Apache-2.0 */
/* The wire guard: scans a message by its descriptor before protobuf-c unpacks it, without allocating.
 * It stops what unpack would not: deep nesting, a singular field sent again and again (quadratic merging),
 * more memory than the cap, invalid UTF-8, NUL in text, numbers an enum doesn't have, unknown fields over a budget. */
#ifndef VOUCHSAFE_GUARD_H
#define VOUCHSAFE_GUARD_H

#include <protobuf-c/protobuf-c.h>

#include "vouchsafe/base.h"

enum guard_result {
    GUARD_OK,
    GUARD_MALFORMED,    /* not protobuf, or a wire type that doesn't fit the field */
    GUARD_TOO_DEEP,     /* more than GUARD_MAX_DEPTH messages inside each other */
    GUARD_REPEATED,     /* a singular field came twice */
    GUARD_TOO_MANY,     /* a repeated field with more than GUARD_MAX_ITEMS items */
    GUARD_TOO_BIG,      /* unpacked it would need more than `memory` bytes */
    GUARD_BAD_TEXT,     /* a string that is not UTF-8, or holds NUL */
    GUARD_UNKNOWN_ENUM, /* a number the enum doesn't have */
};

enum { GUARD_MAX_DEPTH = 8, GUARD_MAX_ITEMS = 200, GUARD_MAX_UNKNOWN = 16 };

/* memory: what unpacking may take (arena_cap_for). *field: the innermost field at fault, or NULL; static. */
enum guard_result guard_check(const ProtobufCMessageDescriptor *d, struct slice bytes, size_t memory,
                              const char **field) MUST_CHECK;
/* A machine word ("TOO_DEEP") and a sentence; static. */
const char *guard_reason(enum guard_result r);
const char *guard_words(enum guard_result r);

#endif
