/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/wire/notation.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static _Noreturn void mistake(const char *at) {
    fprintf(stderr, "a mistake in the notation at: %.60s\n", at);
    exit(2);
}

struct id *names_id(struct names *names, const char *name, size_t len) {
    for (int i = 0; i < names->n; i++)
        if (strlen(names->name[i]) == len && memcmp(names->name[i], name, len) == 0) return &names->id[i];
    MUST(names->n < NAMES_MAX && len < sizeof names->name[0]);
    snprintf(names->name[names->n], sizeof names->name[0], "%.*s", (int)len, name);
    names->id[names->n] = id_new();
    return &names->id[names->n++];
}

void names_set(struct names *names, const char *name, const struct id *id) {
    *names_id(names, name, strlen(name)) = *id;
}

static void put_varint(struct buf *out, uint64_t v) {
    for (; v >= 0x80; v >>= 7) buf_put_u8(out, (uint8_t)(v | 0x80));
    buf_put_u8(out, (uint8_t)v);
}

static void put_bytes(struct buf *out, uint64_t field, const struct buf *bytes) {
    put_varint(out, field << 3 | 2);
    put_varint(out, buf_len(bytes));
    buf_append(out, buf_data(bytes), buf_len(bytes));
}

static unsigned digit(char c) {
    return (unsigned)(isdigit((unsigned char)c) ? c - '0' : tolower((unsigned char)c) - 'a' + 10);
}

void notation_hex(const char *text, size_t n, struct buf *out) {
    for (size_t i = 0; i + 1 < n; i += 2) buf_put_u8(out, (uint8_t)(digit(text[i]) << 4 | digit(text[i + 1])));
}

/* "text" or "text"*N, again and again */
static const char *text_value(const char *at, struct buf *value) {
    while (*at == '"') {
        struct buf piece;
        char *end;
        buf_init(&piece, 0);
        for (at++; *at != '"'; at++) {
            if (*at == '\0') mistake("an open quote");
            if (at[0] == '\\' && at[1] == 'x') {
                notation_hex(at + 2, 2, &piece);
                at += 3;
            } else {
                buf_put_u8(&piece, (uint8_t)*at);
            }
        }
        at++;
        unsigned long times = *at == '*' ? strtoul(at + 1, &end, 10) : 1;
        if (*at == '*') at = end;
        for (unsigned long i = 0; i < times; i++) buf_append(value, buf_data(&piece), buf_len(&piece));
        buf_free(&piece);
        while (*at == ' ' && at[1] == '"') at++;
    }
    return at;
}

static const char *number(const char *at, uint64_t field, struct buf *out) {
    char *end;
    uint64_t v;
    if (strncmp(at, "now", 3) == 0) {
        struct timespec t;
        clock_gettime(CLOCK_REALTIME, &t);
        v = (uint64_t)t.tv_sec * 1000000;
        end = (char *)(uintptr_t)(at + 3);
        if (*end == '+' || *end == '-') v += (uint64_t)strtoll(end, &end, 10) * 1000000;
    } else {
        v = *at == '-' ? (uint64_t)strtoll(at, &end, 10) : strtoull(at, &end, 10);
    }
    put_varint(out, field << 3);
    put_varint(out, v);
    return end;
}

static const char *fields(struct names *names, const char *at, struct buf *out);

static const char *value(struct names *names, const char *at, uint64_t field, struct buf *out) {
    struct buf bytes;
    const char *end = at + 1;
    if (isdigit((unsigned char)*at) || *at == '-' || *at == 'n') return number(at, field, out);
    buf_init(&bytes, 0);
    if (*at == '"') {
        end = text_value(at, &bytes);
    } else if (*at == '$') {
        while (isalnum((unsigned char)*end)) end++;
        buf_append(&bytes, names_id(names, at + 1, (size_t)(end - at - 1))->b, 16);
    } else if (*at == '#') {
        while (isxdigit((unsigned char)*end)) end++;
        notation_hex(at + 1, (size_t)(end - at - 1), &bytes);
    } else if (*at == '{') {
        end = fields(names, at + 1, &bytes);
        if (*end++ != '}') mistake(at);
    } else {
        mistake(at);
    }
    put_bytes(out, field, &bytes);
    buf_free(&bytes);
    return end;
}

static void nest(struct buf *out, uint64_t field, unsigned long depth) {
    struct buf inner, outer;
    buf_init(&inner, 0);
    while (depth-- > 0) {
        buf_init(&outer, 0);
        put_bytes(&outer, field, &inner);
        buf_free(&inner);
        inner = outer;
    }
    buf_append(out, buf_data(&inner), buf_len(&inner));
    buf_free(&inner);
}

/* One field: [TIMES*]N:VALUE, N^DEPTH; or bytes as they are: =HEX, "text". */
static const char *field(struct names *names, const char *at, struct buf *out) {
    char *end;
    unsigned long times = 1;
    if (*at == '"') return text_value(at, out);
    if (*at == '=') {
        const char *from = ++at;
        while (isxdigit((unsigned char)*at)) at++;
        notation_hex(from, (size_t)(at - from), out);
        return at;
    }
    uint64_t n = strtoull(at, &end, 10);
    if (*end == '*') {
        times = n;
        n = strtoull(end + 1, &end, 10);
    }
    if (end == at || (*end != ':' && *end != '^')) mistake(at);
    if (*end == '^') {
        unsigned long depth = strtoul(end + 1, &end, 10);
        nest(out, n, depth);
        return end;
    }
    const char *after = end;
    for (unsigned long i = 0; i < times; i++) after = value(names, end + 1, n, out);
    return after;
}

static const char *fields(struct names *names, const char *at, struct buf *out) {
    for (;;) {
        while (isspace((unsigned char)*at)) at++;
        if (*at == '\0' || *at == '}') return at;
        at = field(names, at, out);
    }
}

void notation_write(struct names *names, const char *text, struct buf *out) {
    const char *end = fields(names, text, out);
    if (*end != '\0') mistake(end);
}
