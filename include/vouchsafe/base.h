/* SPDX-License-Identifier: Apache-2.0 */
/* The handful of macros every layer uses. */
#ifndef VOUCHSAFE_BASE_H
#define VOUCHSAFE_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define MUST_CHECK __attribute__((warn_unused_result))
#define PRINTF_LIKE(fmt, first) __attribute__((format(printf, fmt, first)))
#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))
#define CONTAINER_OF(ptr, type, member) ((type *)(void *)((char *)(ptr)-offsetof(type, member)))

/* A span of bytes somebody else owns. data may be NULL when len is 0. */
struct slice {
    const uint8_t *data;
    size_t len;
};

/* An invariant of ours that stays checked in release builds: going on would risk a wrong answer. */
#define MUST(cond) \
    do { \
        if (__builtin_expect(!(cond), 0)) must_failed(#cond, __FILE__, __LINE__); \
    } while (0)
_Noreturn void must_failed(const char *what, const char *file, int line);

#endif
