/* SPDX-License-Identifier: Apache-2.0 */
/* Values to and from PostgreSQL's binary form: big-endian numbers, microseconds since 2000, ids as they are. */
#include <endian.h>
#include <string.h>

#include "server/store/store.h"
#include "vouchsafe/buf.h"

static const int64_t EPOCH_2000_US = INT64_C(946684800000000);

void params_init(struct params *p, struct arena *a) { *p = (struct params){.arena = a}; }

void params_bytes(struct params *p, const void *data, size_t n) {
    MUST(p->n < PARAMS_MAX);
    p->lengths[p->n] = (int)n;
    p->values[p->n++] = data == NULL ? NULL : arena_dup(p->arena, data, n);
}

void params_null(struct params *p) { params_bytes(p, NULL, 0); }
void params_id(struct params *p, const struct id *v) { params_bytes(p, v == NULL || id_is_zero(v) ? NULL : v->b, 16); }
void params_text(struct params *p, const char *s) { params_bytes(p, s, s == NULL ? 0 : strlen(s)); }

void params_int2(struct params *p, int16_t v) {
    uint16_t x = htobe16((uint16_t)v);
    params_bytes(p, &x, sizeof x);
}

void params_int4(struct params *p, int32_t v) {
    uint32_t x = htobe32((uint32_t)v);
    params_bytes(p, &x, sizeof x);
}

void params_int8(struct params *p, int64_t v) {
    uint64_t x = htobe64((uint64_t)v);
    params_bytes(p, &x, sizeof x);
}

void params_texts(struct params *p, const char *const *items, size_t n) {
    struct buf b;
    buf_init(&b, 256 * 1024);
    const uint32_t head[] = {n > 0 ? 1 : 0, 0, 25, (uint32_t)n,
                             1}; /* dimensions, nulls, element type, length, lower bound */
    for (size_t i = 0; i < (n > 0 ? 5 : 3); i++) buf_put_u32be(&b, head[i]);
    for (size_t i = 0; i < n; i++) {
        buf_put_u32be(&b, (uint32_t)strlen(items[i]));
        buf_append(&b, items[i], strlen(items[i]));
    }
    if (buf_failed(&b)) p->arena->failed = true;
    params_bytes(p, buf_failed(&b) ? NULL : buf_data(&b), buf_failed(&b) ? 0 : buf_len(&b));
    buf_free(&b);
}

void params_float8(struct params *p, double v) {
    uint64_t bits;
    memcpy(&bits, &v, sizeof bits);
    params_int8(p, (int64_t)bits);
}

void params_bool(struct params *p, bool v) { params_bytes(p, v ? "\1" : "\0", 1); }
void params_time(struct params *p, int64_t unix_us) { params_int8(p, unix_us - EPOCH_2000_US); }

/* Arrays of one dimension: a header, then length and bytes of each. */
static uint8_t *array_new(struct params *p, unsigned element, size_t n, size_t size) {
    uint32_t header[5] = {htobe32(n > 0), 0, htobe32(element), htobe32((uint32_t)n), htobe32(1)};
    size_t head = n > 0 ? sizeof header : 12, len = head + n * (4 + size);
    uint8_t *at = arena_alloc(p->arena, len);
    MUST(p->n < PARAMS_MAX);
    p->lengths[p->n] = (int)len;
    p->values[p->n++] = (char *)at;
    if (at == NULL) return NULL;
    memcpy(at, header, head);
    return at + head;
}

static uint8_t *array_put(uint8_t *at, const void *data, size_t size) {
    uint32_t len = htobe32((uint32_t)size);
    memcpy(at, &len, 4);
    memcpy(at + 4, data, size);
    return at + 4 + size;
}

void params_ids(struct params *p, const struct id *v, size_t n) {
    uint8_t *at = array_new(p, 2950, n, 16);
    for (size_t i = 0; at != NULL && i < n; i++) at = array_put(at, v[i].b, 16);
}

void params_int4s(struct params *p, const int32_t *v, size_t n) {
    uint8_t *at = array_new(p, 23, n, 4);
    for (size_t i = 0; at != NULL && i < n; i++) {
        uint32_t x = htobe32((uint32_t)v[i]);
        at = array_put(at, &x, 4);
    }
}

bool cell_null(const PGresult *r, int row, int col) { return PQgetisnull(r, row, col) != 0; }
const char *cell_text(const PGresult *r, int row, int col) { return PQgetvalue(r, row, col); }

struct id cell_id(const PGresult *r, int row, int col) {
    struct id id = {{0}};
    if (PQgetlength(r, row, col) == 16) memcpy(id.b, PQgetvalue(r, row, col), 16);
    return id;
}

int64_t cell_int(const PGresult *r, int row, int col) {
    const unsigned char *b = (const unsigned char *)PQgetvalue(r, row, col);
    int n = PQgetlength(r, row, col);
    if (n < 1 || n > 8) return 0; /* a null has no length */
    uint64_t v = b[0] & 0x80 ? UINT64_MAX : 0;
    for (int i = 0; i < n; i++) v = v << 8 | b[i];
    return (int64_t)v;
}

bool cell_bool(const PGresult *r, int row, int col) {
    return !cell_null(r, row, col) && PQgetvalue(r, row, col)[0] != 0;
}
int64_t cell_time(const PGresult *r, int row, int col) {
    return cell_null(r, row, col) ? 0 : cell_int(r, row, col) + EPOCH_2000_US;
}
