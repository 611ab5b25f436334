/* SPDX-License-Identifier: Apache-2.0 */
#include "server/domain/rows.h"

#include <endian.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "vouchsafe/buf.h"
#include "vouchsafe/v1/common.pb-c.h"

enum { PAGE_BYTES = 200 * 1024, COLUMNS_MAX = 64 };
enum { OID_DATE = 1082, OID_TIMESTAMPTZ = 1184 };

const ProtobufCFieldDescriptor *rows_field(const ProtobufCMessageDescriptor *d, const char *name) {
    return protobuf_c_message_descriptor_get_field_by_name(d, name);
}

static void *quantifier(const ProtobufCMessage *m, const ProtobufCFieldDescriptor *f) {
    return (char *)(uintptr_t)m + f->quantifier_offset;
}

bool rows_has(const ProtobufCMessage *m, const ProtobufCFieldDescriptor *f) {
    if (f->label == PROTOBUF_C_LABEL_REPEATED) return *(size_t *)quantifier(m, f) > 0;
    if (f->type == PROTOBUF_C_TYPE_STRING || f->type == PROTOBUF_C_TYPE_MESSAGE) return *(void **)rows_at(m, f) != NULL;
    return *(protobuf_c_boolean *)quantifier(m, f) != 0;
}

void rows_set_has(ProtobufCMessage *m, const ProtobufCFieldDescriptor *f) {
    if (f->type != PROTOBUF_C_TYPE_STRING && f->type != PROTOBUF_C_TYPE_MESSAGE)
        *(protobuf_c_boolean *)quantifier(m, f) = 1;
}

/* --- one cell ---------------------------------------------------------------------------------------------- */

static char *day_text(struct arena *a, int64_t days_since_2000) {
    time_t at = (time_t)(days_since_2000 + 10957) * 86400;
    struct tm tm;
    if (gmtime_r(&at, &tm) == NULL) return NULL;
    return arena_printf(a, "%04d-%02d-%02d", tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday);
}

static bool fill_scalar(struct arena *a, ProtobufCMessage *m, const ProtobufCFieldDescriptor *f, const PGresult *rows,
                        int row, int col) {
    void *at = rows_at(m, f);
    switch (f->type) {
        case PROTOBUF_C_TYPE_STRING: {
            char **s = at;
            if (PQftype(rows, col) == OID_DATE)
                *s = day_text(a, cell_int(rows, row, col));
            else
                *s = arena_strndup(a, cell_text(rows, row, col), (size_t)PQgetlength(rows, row, col));
            return *s != NULL;
        }
        case PROTOBUF_C_TYPE_BYTES: {
            ProtobufCBinaryData *b = at;
            b->len = (size_t)PQgetlength(rows, row, col);
            b->data = arena_dup(a, PQgetvalue(rows, row, col), b->len);
            return b->data != NULL;
        }
        case PROTOBUF_C_TYPE_BOOL: *(protobuf_c_boolean *)at = cell_bool(rows, row, col); return true;
        case PROTOBUF_C_TYPE_INT64:
        case PROTOBUF_C_TYPE_UINT64:
            *(int64_t *)at = PQftype(rows, col) == OID_TIMESTAMPTZ ? cell_time(rows, row, col)
                                                                   : cell_int(rows, row, col);
            return true;
        case PROTOBUF_C_TYPE_INT32:
        case PROTOBUF_C_TYPE_UINT32:
        case PROTOBUF_C_TYPE_ENUM: *(int32_t *)at = (int32_t)cell_int(rows, row, col); return true;
        case PROTOBUF_C_TYPE_DOUBLE: {
            uint64_t v;
            MUST(PQgetlength(rows, row, col) == 8);
            memcpy(&v, PQgetvalue(rows, row, col), 8);
            v = be64toh(v);
            memcpy(at, &v, 8);
            return true;
        }
        default: MUST(!"a field type that no column fills");
    }
    return false;
}

/* --- arrays: header (dimensions, has nulls, element type, length, lower bound), then length and bytes each ------ */

struct array {
    const uint8_t *at;
    size_t n;
};

static uint32_t get_u32(const uint8_t *at) {
    uint32_t v;
    memcpy(&v, at, 4);
    return be32toh(v);
}

static struct array array_of(const PGresult *rows, int row, int col) {
    const uint8_t *at = (const uint8_t *)PQgetvalue(rows, row, col);
    if (PQgetlength(rows, row, col) < 20 || get_u32(at) != 1) return (struct array){0};
    return (struct array){at + 20, get_u32(at + 12)};
}

static struct slice array_next(struct array *x) {
    uint32_t n = get_u32(x->at);
    struct slice s = {x->at + 4, n == UINT32_MAX ? 0 : n};
    x->at += 4 + s.len;
    return s;
}

static int32_t number_of(struct slice s) {
    int32_t v = 0;
    for (size_t i = 0; i < s.len; i++) v = v << 8 | s.data[i];
    return v;
}

/* key, value, key, value */
static bool fill_pairs(struct arena *a, void *items, struct array x) {
    Vouchsafe__V1__AttributeValue **out = items;
    for (size_t i = 0; i + 1 < x.n; i += 2) {
        Vouchsafe__V1__AttributeValue *v = arena_alloc(a, sizeof *v);
        if (v == NULL) return false;
        vouchsafe__v1__attribute_value__init(v);
        struct slice key = array_next(&x), value = array_next(&x);
        v->key = arena_strndup(a, (const char *)key.data, key.len);
        v->value = arena_strndup(a, (const char *)value.data, value.len);
        if (v->key == NULL || v->value == NULL) return false;
        out[i / 2] = v;
    }
    return true;
}

static bool fill_repeated(struct arena *a, ProtobufCMessage *m, const ProtobufCFieldDescriptor *f, struct array x) {
    bool pairs = f->descriptor == &vouchsafe__v1__attribute_value__descriptor;
    size_t n = pairs ? x.n / 2 : x.n;
    void **items = arena_zalloc(a, n * sizeof(void *) + 1);
    if (items == NULL) return false;
    *(size_t *)quantifier(m, f) = n;
    *(void **)rows_at(m, f) = items;
    if (pairs) return fill_pairs(a, items, x);
    for (size_t i = 0; i < n; i++) {
        struct slice s = array_next(&x);
        if (f->type == PROTOBUF_C_TYPE_ENUM || f->type == PROTOBUF_C_TYPE_UINT32) {
            ((int32_t *)(void *)items)[i] = number_of(s);
        } else {
            MUST(f->type == PROTOBUF_C_TYPE_STRING);
            if ((items[i] = arena_strndup(a, (const char *)s.data, s.len)) == NULL) return false;
        }
    }
    return true;
}

/* --- rows ----------------------------------------------------------------------------------------------------- */

/* Which column goes where, found once a result. A column of no field must be null. */
struct columns {
    int n;
    struct column {
        const ProtobufCFieldDescriptor *field;
        bool hidden; /* _name and after_name */
    } at[COLUMNS_MAX];
};

static void columns_of(struct columns *c, const ProtobufCMessageDescriptor *d, const PGresult *rows) {
    c->n = PQnfields(rows);
    MUST(c->n <= COLUMNS_MAX);
    for (int i = 0; i < c->n; i++) {
        const char *name = PQfname(rows, i);
        bool hidden = name[0] == '_' || strncmp(name, "after_", 6) == 0;
        c->at[i] = (struct column){hidden ? NULL : rows_field(d, name), hidden};
    }
}

static bool fill_row(struct arena *a, ProtobufCMessage *m, const struct columns *c, const PGresult *rows, int row) {
    for (int col = 0; col < c->n; col++) {
        const ProtobufCFieldDescriptor *f = c->at[col].field;
        if (c->at[col].hidden || cell_null(rows, row, col)) continue;
        MUST(f != NULL);
        if (f->label == PROTOBUF_C_LABEL_REPEATED) {
            if (!fill_repeated(a, m, f, array_of(rows, row, col))) return false;
            continue;
        }
        if (!fill_scalar(a, m, f, rows, row, col)) return false;
        rows_set_has(m, f);
    }
    return true;
}

static ProtobufCMessage *row_message(struct arena *a, const ProtobufCMessageDescriptor *d, const struct columns *c,
                                     const PGresult *rows, int row) {
    ProtobufCMessage *m = arena_alloc(a, d->sizeof_message);
    if (m == NULL) return NULL;
    protobuf_c_message_init(d, m);
    return fill_row(a, m, c, rows, row) ? m : NULL;
}

/* The most a row can take in a message: a tag and a length or number of at most 12 bytes a column, and what texts hold. */
static size_t row_bytes(const struct columns *c, const PGresult *rows, int row) {
    size_t n = 8;
    for (int col = 0; col < c->n; col++) n += 12 + (size_t)PQgetlength(rows, row, col);
    return n;
}

bool rows_fill(struct arena *a, ProtobufCMessage *m, const PGresult *rows, int row) {
    struct columns c;
    columns_of(&c, m->descriptor, rows);
    return fill_row(a, m, &c, rows, row);
}

ProtobufCMessage *rows_message(struct arena *a, const ProtobufCMessageDescriptor *d, const PGresult *rows, int row) {
    struct columns c;
    columns_of(&c, d, rows);
    return row_message(a, d, &c, rows, row);
}

/* The after_ columns one behind the other; they are of fixed size, but for one text at most, which comes last. */
static bool set_token(struct arena *a, ProtobufCMessage *reply, const PGresult *rows, int row, enum query_id q) {
    struct buf token;
    buf_init(&token, 0);
    for (int i = queries[q].n_given; i < queries[q].n_params; i++) {
        const char *param = queries[q].params[i];
        if (strncmp(param, "after_", 6) != 0) continue;
        int col = PQfnumber(rows, param);
        if (col < 0) col = PQfnumber(rows, param + 6);
        MUST(col >= 0);
        buf_append(&token, PQgetvalue(rows, row, col), (size_t)PQgetlength(rows, row, col));
    }
    const ProtobufCFieldDescriptor *f = rows_field(reply->descriptor, "next_page_token");
    bool ok = !buf_failed(&token);
    if (ok && f != NULL && buf_len(&token) > 0) {
        ProtobufCBinaryData *b = rows_at(reply, f);
        *b = (ProtobufCBinaryData){buf_len(&token), arena_dup(a, buf_data(&token), buf_len(&token))};
        rows_set_has(reply, f);
        ok = b->data != NULL;
    }
    buf_free(&token);
    return ok;
}

bool rows_list(struct arena *a, ProtobufCMessage *reply, const ProtobufCFieldDescriptor *field, const PGresult *rows,
               int page, enum query_id q) {
    int n = PQntuples(rows), i = 0;
    size_t bytes = 0;
    struct columns c;
    columns_of(&c, field->descriptor, rows);
    bool stopped = n > 0 && cell_null(rows, n - 1, 0);
    if (stopped) n--;
    a->cap += 1024 * 1024; /* the cap is for what came in; a page of long notes is an honest need */
    ProtobufCMessage **items = arena_alloc(a, (size_t)n * sizeof *items + 1);
    if (items == NULL) return false;
    for (; i < n && i < page; i++) {
        items[i] = row_message(a, field->descriptor, &c, rows, i);
        if (items[i] == NULL) return false;
        bytes += row_bytes(&c, rows, i);
        if (bytes > PAGE_BYTES && i > 0) break;
    }
    *(ProtobufCMessage ***)rows_at(reply, field) = items;
    *(size_t *)quantifier(reply, field) = (size_t)i;
    if (i < n) return set_token(a, reply, rows, i - 1, q);
    return !stopped || set_token(a, reply, rows, n, q);
}
