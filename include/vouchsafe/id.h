/* SPDX-License-Identifier: Apache-2.0 */
/* Ids: 16 bytes. UUIDv7 (RFC 9562) for everything that is made, UUIDv8 from a hash for what is imported. */
#ifndef VOUCHSAFE_ID_H
#define VOUCHSAFE_ID_H

#include "vouchsafe/base.h"

struct id {
    uint8_t b[16];
};

enum { ID_TEXT = 37 }; /* "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx" and NUL */

/* A new UUIDv7. Ids made by one process ascend, also within a millisecond and when the clock steps back. */
struct id id_new(void);
/* The same with the clock given (milliseconds since 1970), for tests. */
struct id id_new_at(int64_t unix_ms);
/* UUIDv8 from a hash of the parts: the same parts give the same id, always. */
struct id id_from_parts(const struct slice *parts, size_t n);

static inline bool id_equal(const struct id *a, const struct id *b) { return __builtin_memcmp(a->b, b->b, 16) == 0; }
static inline int id_compare(const struct id *a, const struct id *b) { return __builtin_memcmp(a->b, b->b, 16); }
bool id_is_zero(const struct id *a);
/* What may come from outside: version 7 or 8 and the RFC's variant. Its time means nothing. */
bool id_acceptable(const uint8_t *bytes, size_t len);

void id_format(const struct id *a, char out[ID_TEXT]);
/* 0, or -1 when the text is not 36 characters of the usual form (either case). */
int id_parse(const char *text, struct id *out) MUST_CHECK;

#endif
