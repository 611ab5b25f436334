/* SPDX-License-Identifier: Apache-2.0 */
/* PostgreSQL's binary array: number of dimensions, may it hold nulls, the elements' oid, how many, the lower bound; then a length
 * (-1: null) and the bytes of each; all big-endian. */
#include "server/store/touch_columns.h"

#include <endian.h>
#include <string.h>

enum kind { ID, ID_OR_NULL, INT4, TIME, INT2, INT2_OR_NULL, TEXT };

static const struct {
    uint32_t oid;
    uint32_t size; /* of an element; texts have their own */
} kinds[] = {[ID] = {2950, 16}, [ID_OR_NULL] = {2950, 16}, [INT4] = {23, 4}, [TIME] = {1184, 8},
             [INT2] = {21, 2},  [INT2_OR_NULL] = {21, 2},  [TEXT] = {25, 0}};

/* In the order of the queries' parameters. A number below zero in a column that may be null is null. */
static const struct column {
    enum kind kind;
    size_t offset;
} columns[] = {
    {ID, offsetof(struct touch, actor.business_id)},
    {ID, offsetof(struct touch, id)},
    {ID, offsetof(struct touch, contact_id)},
    {ID, offsetof(struct touch, actor.account_id)},
    {INT4, offsetof(struct touch, actor.epoch)},
    {TIME, offsetof(struct touch, occurred_at)},
    {INT2, offsetof(struct touch, channel)},
    {INT2, offsetof(struct touch, stage)},
    {INT2, offsetof(struct touch, sentiment)},
    {INT2, offsetof(struct touch, flags)},
    {INT2_OR_NULL, offsetof(struct touch, score)},
    {INT2_OR_NULL, offsetof(struct touch, score_scale)},
    {ID_OR_NULL, offsetof(struct touch, mends)},
    {TEXT, offsetof(struct touch, address)},
    {TEXT, offsetof(struct touch, note)},
};

static const int64_t EPOCH_2000_US = INT64_C(946684800000000);

static uint8_t *put4(uint8_t *at, uint32_t v) {
    v = htobe32(v);
    memcpy(at, &v, sizeof v);
    return at + sizeof v;
}

static uint8_t *put_bytes(uint8_t *at, const void *data, uint32_t n) {
    at = put4(at, n);
    if (n > 0) memcpy(at, data, n);
    return at + n;
}

static uint8_t *put_value(uint8_t *at, enum kind kind, const void *v) {
    switch (kind) {
        case ID_OR_NULL:
            if (id_is_zero(v)) return put4(at, UINT32_MAX);
            return put_bytes(at, v, 16);
        case ID: return put_bytes(at, v, 16);
        case INT4: return put4(put4(at, 4), *(const uint32_t *)v);
        case TIME: {
            uint64_t us = htobe64((uint64_t)(*(const int64_t *)v - EPOCH_2000_US));
            return put_bytes(at, &us, sizeof us);
        }
        case INT2_OR_NULL:
            if (*(const int16_t *)v < 0) return put4(at, UINT32_MAX); /* fall through */
        case INT2: {
            uint16_t number = htobe16(*(const uint16_t *)v);
            return put_bytes(at, &number, sizeof number);
        }
        case TEXT: break;
    }
    const struct slice *text = v;
    return text->data == NULL ? put4(at, UINT32_MAX) : put_bytes(at, text->data, (uint32_t)text->len);
}

static const void *value_of(const struct touch *t, const struct column *c) { return (const char *)t + c->offset; }

static size_t room_for(const struct column *c, struct touch *const *touches, int n) {
    size_t room = 20 + (size_t)n * (4 + kinds[c->kind].size);
    for (int i = 0; c->kind == TEXT && i < n; i++) room += ((const struct slice *)value_of(touches[i], c))->len;
    return room;
}

void touch_columns(struct params *p, struct touch *const *touches, int n) {
    for (size_t c = 0; c < ARRAY_LEN(columns); c++) {
        uint8_t *data = arena_alloc(p->arena, room_for(&columns[c], touches, n));
        if (data == NULL) return;
        uint8_t *at = put4(put4(data, 1), 1);
        at = put4(put4(put4(at, kinds[columns[c].kind].oid), (uint32_t)n), 1);
        for (int i = 0; i < n; i++) at = put_value(at, columns[c].kind, value_of(touches[i], &columns[c]));
        MUST(p->n < PARAMS_MAX);
        p->values[p->n] = (const char *)data;
        p->lengths[p->n++] = (int)(at - data);
    }
}
