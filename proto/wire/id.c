/* SPDX-License-Identifier: Apache-2.0 */
#include "vouchsafe/id.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

struct id id_new(void) {
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return id_new_at((int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000);
}

/* 48 bits of time, then 74 random ones whose upper 42 count up within a millisecond, so that ids of one process ascend. */
struct id id_new_at(int64_t unix_ms) {
    static _Thread_local int64_t last_ms;
    static _Thread_local uint64_t count; /* 42 bits used */
    uint8_t random[8];
    randombytes_buf(random, sizeof random);
    if (unix_ms > last_ms) {
        last_ms = unix_ms;
        memcpy(&count, random, sizeof count);
        count &= (UINT64_C(1) << 41) - 1; /* room to count */
        randombytes_buf(random, sizeof random);
    } else {
        count += 1 + random[7];
    }
    struct id id;
    for (int i = 0; i < 6; i++) id.b[i] = (uint8_t)(last_ms >> (40 - 8 * i));
    id.b[6] = (uint8_t)(0x70 | (count >> 38 & 0x0f));
    id.b[7] = (uint8_t)(count >> 30);
    id.b[8] = (uint8_t)(0x80 | (count >> 24 & 0x3f));
    id.b[9] = (uint8_t)(count >> 16);
    id.b[10] = (uint8_t)(count >> 8);
    id.b[11] = (uint8_t)count;
    memcpy(id.b + 12, random, 4);
    return id;
}

struct id id_from_parts(const struct slice *parts, size_t n) {
    crypto_generichash_state h;
    crypto_generichash_init(&h, NULL, 0, 16);
    for (size_t i = 0; i < n; i++) {
        uint64_t len = parts[i].len; /* the length too: ("ab","c") is not ("a","bc") */
        crypto_generichash_update(&h, (const uint8_t *)&len, sizeof len);
        crypto_generichash_update(&h, parts[i].data, parts[i].len);
    }
    struct id id;
    crypto_generichash_final(&h, id.b, sizeof id.b);
    id.b[6] = (uint8_t)(0x80 | (id.b[6] & 0x0f));
    id.b[8] = (uint8_t)(0x80 | (id.b[8] & 0x3f));
    return id;
}

bool id_is_zero(const struct id *a) {
    static const struct id zero;
    return id_equal(a, &zero);
}

bool id_acceptable(const uint8_t *b, size_t len) {
    return len == 16 && (b[6] >> 4 == 7 || b[6] >> 4 == 8) && b[8] >> 6 == 2;
}

void id_format(const struct id *a, char out[ID_TEXT]) {
    char *at = out;
    for (int i = 0; i < 16; i++) at += sprintf(at, i == 4 || i == 6 || i == 8 || i == 10 ? "-%02x" : "%02x", a->b[i]);
}

int id_parse(const char *text, struct id *out) {
    size_t len = 0;
    const char *end = NULL;
    if (strlen(text) != ID_TEXT - 1 || sodium_hex2bin(out->b, 16, text, ID_TEXT - 1, "-", &len, &end) != 0 || len != 16)
        return -1;
    return text[8] == '-' && text[13] == '-' && text[18] == '-' && text[23] == '-' ? 0 : -1;
}
