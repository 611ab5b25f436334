/* SPDX-License-Identifier: Apache-2.0 */
#include "server/domain/bind.h"

#include <endian.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/domain/reply.h"
#include "server/domain/rows.h"

#include "vouchsafe/buf.h"
#include "vouchsafe/text.h"
#include "vouchsafe/v1/common.pb-c.h"

enum {
    OID_BOOL = 16,
    OID_BYTEA = 17,
    OID_INT8 = 20,
    OID_INT2 = 21,
    OID_INT4 = 23,
    OID_TEXT = 25,
    OID_FLOAT8 = 701,
    OID_DATE = 1082,
    OID_TIMESTAMPTZ = 1184,
    OID_UUID = 2950,
    OID_TEXT_ARRAY = 1009,
    OID_INT2_ARRAY = 1005,
    OID_UUID_ARRAY = 2951,
    OID_JSONB = 3802,
    OID_JSONB_ARRAY = 3807,
};

enum { PAGE_DEFAULT = 50, PAGE_MAX = 200 };

/* r NULL: a row of a batch; the value becomes null and the statement judges the row. */
static bool refuse(struct request *r, const char *reason, const char *field, const char *message) {
    if (r == NULL) return false;
    request_refuse(r, VS_INVALID_ARGUMENT, reason, field, "%s: %s", field, message);
    return false;
}

/* --- normal forms --------------------------------------------------------------------------------------------- */

static int phone_key(const char *s, const struct actor *a, char *out, size_t size) {
    return text_phone_key(s, a->country[0] != '\0' ? a->country : NULL, out, size);
}
static int email_key(const char *s, const struct actor *a, char *out, size_t size) {
    (void)a;
    return text_email_key(s, out, size);
}
static int name_key(const char *s, const struct actor *a, char *out, size_t size) {
    (void)a;
    return text_name_key(s, out, size) < 0 || out[0] == '\0' ? -1 : 0;
}

static const struct normal {
    const char *param, *field;
    int (*key)(const char *s, const struct actor *a, char *out, size_t size);
    const char *reason, *message;
} normals[] = {
    {"name_key", "name", name_key, "BAD_NAME", "a name needs a letter or a digit"},
    {"email_key", "email", email_key, "BAD_EMAIL", "that is no e-mail address; write it like ann@example.org"},
    {"phone_key", "phone", phone_key, "BAD_PHONE", "write the number with its country: +49 30 123456"},
};

static const struct normal *normal_of(const char *param) {
    for (size_t i = 0; i < ARRAY_LEN(normals); i++)
        if (strcmp(normals[i].param, param) == 0) return &normals[i];
    return NULL;
}

/* --- finding the field ---------------------------------------------------------------------------------------- */

struct place {
    const ProtobufCMessage *m; /* NULL: the nested message is absent */
    const ProtobufCFieldDescriptor *f;
};

/* The request's own field, or that of its only nested message. */
static const ProtobufCFieldDescriptor *field_of(const ProtobufCMessageDescriptor *d, const char *name,
                                                const ProtobufCFieldDescriptor **nested) {
    *nested = NULL;
    const ProtobufCFieldDescriptor *f = rows_field(d, name);
    if (f != NULL) return f;
    for (unsigned i = 0; i < d->n_fields; i++)
        if (d->fields[i].type == PROTOBUF_C_TYPE_MESSAGE && d->fields[i].label != PROTOBUF_C_LABEL_REPEATED) {
            *nested = &d->fields[i];
            return rows_field(d->fields[i].descriptor, name);
        }
    return NULL;
}

static struct place find(const ProtobufCMessage *body, const char *name) {
    const ProtobufCFieldDescriptor *nested;
    struct place at = {.f = field_of(body->descriptor, name, &nested)};
    at.m = nested == NULL ? body : *(ProtobufCMessage *const *)rows_at(body, nested);
    return at;
}

/* --- values --------------------------------------------------------------------------------------------------- */

/* Days since 2000-01-01 of "2026-11-23". */
static bool day_of(const char *s, int32_t *out) {
    int y, m, d, n = 0;
    if (sscanf(s, "%4d-%2d-%2d%n", &y, &m, &d, &n) != 3 || s[n] != '\0' || n != 10 || m < 1 || m > 12 || d < 1)
        return false;
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
    if (y < 1900 || d > lengths[m - 1] + (m == 2 && leap)) return false;
    int64_t yy = y - (m <= 2), era = yy / 400, yoe = yy - era * 400;
    int64_t doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1, doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
    *out = (int32_t)(era * 146097 + doe - 719468 - 10957);
    return true;
}

static bool bind_text(struct request *r, const struct place *at, unsigned type, struct params *p) {
    const char *s = *(char *const *)rows_at(at->m, at->f);
    int32_t day;
    if (type != OID_DATE) return params_text(p, s), true;
    if (s[0] == '\0') return params_null(p), true;
    if (!day_of(s, &day)) return refuse(r, "BAD_DAY", at->f->name, "write a day as 2026-11-23");
    return params_int4(p, day), true;
}

static bool bind_number(const struct place *at, unsigned type, struct params *p) {
    const void *v = rows_at(at->m, at->f);
    bool wide = at->f->type == PROTOBUF_C_TYPE_INT64 || at->f->type == PROTOBUF_C_TYPE_UINT64;
    int64_t n = wide                                    ? *(const int64_t *)v
                : at->f->type == PROTOBUF_C_TYPE_UINT32 ? (int64_t) * (const uint32_t *)v
                                                        : *(const int32_t *)v;
    if (wide && n < 0 && at->f->type == PROTOBUF_C_TYPE_UINT64) n = INT64_MAX;
    switch (type) {
        case OID_INT2:
            params_int2(p, (int16_t)(n > INT16_MAX ? INT16_MAX : n < INT16_MIN ? INT16_MIN : n));
            return true;
        case OID_INT4:
            params_int4(p, (int32_t)(n > INT32_MAX ? INT32_MAX : n < INT32_MIN ? INT32_MIN : n));
            return true;
        case OID_TIMESTAMPTZ: params_time(p, n); return true;
        default:
            MUST(type == OID_INT8);
            params_int8(p, n);
            return true;
    }
}

static void put_item(struct buf *b, const void *data, size_t n) {
    buf_put_u32be(b, (uint32_t)n);
    buf_append(b, data, n);
}

static void array_head(struct buf *b, unsigned element, size_t n) {
    buf_put_u32be(b, n > 0 ? 1 : 0);
    buf_put_u32be(b, 0);
    buf_put_u32be(b, element);
    if (n == 0) return;
    buf_put_u32be(b, (uint32_t)n);
    buf_put_u32be(b, 1);
}

static void put_pairs(struct buf *b, Vouchsafe__V1__AttributeValue *const *items, size_t n) {
    array_head(b, OID_TEXT, 2 * n);
    for (size_t i = 0; i < n; i++) {
        const char *key = items[i]->key != NULL ? items[i]->key : "",
                   *value = items[i]->value != NULL ? items[i]->value : "";
        put_item(b, key, strlen(key));
        put_item(b, value, strlen(value));
    }
}

static bool bind_repeated(const struct place *at, unsigned type, struct params *p) {
    size_t n = *(const size_t *)(const void *)((const char *)at->m + at->f->quantifier_offset);
    void *const *items = *(void *const *const *)rows_at(at->m, at->f);
    struct buf b;
    buf_init(&b, 256 * 1024);
    if (at->f->descriptor == &vouchsafe__v1__attribute_value__descriptor) {
        put_pairs(&b, (Vouchsafe__V1__AttributeValue *const *)(const void *)items, n);
    } else {
        array_head(&b, type == OID_INT2_ARRAY ? OID_INT2 : type == OID_UUID_ARRAY ? OID_UUID : OID_TEXT, n);
        for (size_t i = 0; i < n; i++) {
            if (type == OID_INT2_ARRAY) {
                uint16_t v = htobe16((uint16_t)((const int32_t *)(const void *)items)[i]);
                put_item(&b, &v, 2);
            } else if (type == OID_UUID_ARRAY) {
                put_item(&b, ((const ProtobufCBinaryData *)(const void *)items)[i].data, 16);
            } else {
                put_item(&b, items[i], strlen(items[i]));
            }
        }
    }
    if (buf_failed(&b)) p->arena->failed = true;
    params_bytes(p, buf_failed(&b) ? NULL : buf_data(&b), buf_failed(&b) ? 0 : buf_len(&b));
    buf_free(&b);
    return true;
}

static bool bind_field(struct request *r, const struct place *at, unsigned type, struct params *p) {
    static const uint8_t zero[16];
    bool repeated = at->f->label == PROTOBUF_C_LABEL_REPEATED;
    if (at->m == NULL || (!repeated && !rows_has(at->m, at->f))) return params_null(p), true;
    if (repeated) return bind_repeated(at, type, p);
    if (at->f->type == PROTOBUF_C_TYPE_STRING) return bind_text(r, at, type, p);
    if (at->f->type == PROTOBUF_C_TYPE_BOOL)
        return params_bool(p, *(const protobuf_c_boolean *)rows_at(at->m, at->f) != 0), true;
    if (at->f->type == PROTOBUF_C_TYPE_DOUBLE) {
        MUST(type == OID_FLOAT8);
        double d = *(const double *)rows_at(at->m, at->f);
        if (!isfinite(d)) return refuse(r, "BAD_NUMBER", at->f->name, "that is not a number");
        return params_float8(p, d), true;
    }
    if (at->f->type == PROTOBUF_C_TYPE_BYTES) {
        const ProtobufCBinaryData *b = rows_at(at->m, at->f);
        if (type == OID_UUID)
            params_bytes(p, b->len == 16 ? b->data : zero, 16);
        else
            params_bytes(p, b->len > 0 ? b->data : zero, b->len);
        return true;
    }
    return bind_number(at, type, p);
}

/* --- columns: a parameter "rows.name" is field `name` of every item of the repeated message `rows` -------------- */

static unsigned element_of(unsigned array) {
    static const unsigned elements[][2] = {
        {OID_TEXT_ARRAY, OID_TEXT}, {OID_INT2_ARRAY, OID_INT2}, {OID_UUID_ARRAY, OID_UUID},
        {1007, OID_INT4},           {1016, OID_INT8},           {1000, OID_BOOL},
        {1185, OID_TIMESTAMPTZ},    {1182, OID_DATE},           {OID_JSONB_ARRAY, OID_JSONB}};
    for (size_t i = 0; i < ARRAY_LEN(elements); i++)
        if (elements[i][0] == array) return elements[i][1];
    return 0;
}

static void put_json_text(struct buf *b, const char *s) {
    buf_put_u8(b, '"');
    for (; s != NULL && *s != '\0'; s++) {
        if ((unsigned char)*s < 0x20)
            buf_printf(b, "\\u%04x", *s);
        else
            buf_printf(b, *s == '"' || *s == '\\' ? "\\%c" : "%c", *s);
    }
    buf_put_u8(b, '"');
}

/* Attribute values as a jsonb object (its binary form begins with version 1). */
static void put_object(struct buf *out, const struct place *at) {
    size_t n = *(const size_t *)(const void *)((const char *)at->m + at->f->quantifier_offset);
    Vouchsafe__V1__AttributeValue *const *items = *(Vouchsafe__V1__AttributeValue *const *const *)rows_at(at->m, at->f);
    struct buf b;
    buf_init(&b, 64 * 1024);
    buf_put_u8(&b, 1);
    buf_put_u8(&b, '{');
    for (size_t i = 0; i < n; i++) {
        if (i > 0) buf_put_u8(&b, ',');
        put_json_text(&b, items[i]->key);
        buf_put_u8(&b, ':');
        put_json_text(&b, items[i]->value);
    }
    buf_put_u8(&b, '}');
    if (buf_failed(&b))
        out->failed = true;
    else
        put_item(out, buf_data(&b), buf_len(&b));
    buf_free(&b);
}

static bool bind_normal(struct request *r, const struct actor *a, const struct normal *n, const ProtobufCMessage *body,
                        struct params *p);

static void put_element(struct buf *b, const struct actor *a, const ProtobufCMessage *item, const char *field,
                        unsigned element, struct arena *arena) {
    const struct normal *n = normal_of(field);
    struct params one = {.arena = arena};
    struct place at = {.m = item, .f = n == NULL ? rows_field(item->descriptor, field) : NULL};
    if (element == OID_JSONB) return put_object(b, &at);
    bool bound = n != NULL ? bind_normal(NULL, a, n, item, &one) : bind_field(NULL, &at, element, &one);
    if (!bound || one.n == 0 || one.values[0] == NULL)
        buf_put_u32be(b, UINT32_MAX);
    else
        put_item(b, one.values[0], (size_t)one.lengths[0]);
}

static bool bind_column(struct request *r, const ProtobufCMessage *body, const char *param, unsigned type,
                        struct params *p) {
    char name[64];
    const char *field = strchr(param, '.') + 1;
    snprintf(name, sizeof name, "%.*s", (int)(field - 1 - param), param);
    const ProtobufCFieldDescriptor *f = rows_field(body->descriptor, name);
    size_t n = *(const size_t *)(const void *)((const char *)body + f->quantifier_offset);
    ProtobufCMessage *const *items = *(ProtobufCMessage *const *const *)rows_at(body, f);
    struct buf b;
    buf_init(&b, 1024 * 1024);
    array_head(&b, element_of(type), n);
    for (size_t i = 0; i < n; i++) put_element(&b, &r->actor, items[i], field, element_of(type), p->arena);
    if (buf_failed(&b)) p->arena->failed = true;
    params_bytes(p, buf_failed(&b) ? NULL : buf_data(&b), buf_failed(&b) ? 0 : buf_len(&b));
    buf_free(&b);
    return true;
}

static bool knows_column(const ProtobufCMessageDescriptor *request, const char *param, unsigned type) {
    char name[64];
    const char *field = strchr(param, '.') + 1;
    snprintf(name, sizeof name, "%.*s", (int)(field - 1 - param), param);
    const ProtobufCFieldDescriptor *f = rows_field(request, name);
    const struct normal *n = normal_of(field);
    return f != NULL && f->type == PROTOBUF_C_TYPE_MESSAGE && f->label == PROTOBUF_C_LABEL_REPEATED &&
           element_of(type) != 0 && rows_field(f->descriptor, n != NULL ? n->field : field) != NULL;
}

/* --- paging --------------------------------------------------------------------------------------------------- */

int bind_page_size(const struct plan *plan, const ProtobufCMessage *body) {
    static const char *const names[] = {"page_size", "limit"};
    int64_t n = 0;
    for (size_t i = 0; i < ARRAY_LEN(names) && n == 0; i++) {
        const ProtobufCFieldDescriptor *f = rows_field(body->descriptor, names[i]);
        if (f != NULL && rows_has(body, f)) n = *(const uint32_t *)rows_at(body, f);
    }
    if (n == 0) n = plan->page > 0 ? plan->page : PAGE_DEFAULT;
    return (int)(n > PAGE_MAX ? PAGE_MAX : n);
}

/* Bytes of a value in a token; 0: a text, what is left. */
static size_t size_of(unsigned type) {
    return type == OID_UUID                              ? 16
           : type == OID_INT8 || type == OID_TIMESTAMPTZ ? 8
           : type == OID_INT4 || type == OID_DATE        ? 4
           : type == OID_INT2                            ? 2
           : type == OID_BOOL                            ? 1
                                                         : 0;
}

/* The token is the after_ parameters' values one behind the other (rows.c makes it); another length is not a token of ours. */
static bool bind_after(struct request *r, const ProtobufCMessage *body, enum query_id q, int param, struct params *p) {
    struct place at = find(body, "page_token");
    if (at.f == NULL || !rows_has(at.m, at.f)) return params_null(p), true;
    const ProtobufCBinaryData *token = rows_at(at.m, at.f);
    size_t before = 0, all = 0, size = size_of(queries[q].types[param]);
    bool text = false;
    if (token->len == 0) return params_null(p), true;
    for (int i = queries[q].n_given; i < queries[q].n_params; i++) {
        if (strncmp(queries[q].params[i], "after_", 6) != 0) continue;
        if (i < param) before += size_of(queries[q].types[i]);
        all += size_of(queries[q].types[i]);
        text = text || size_of(queries[q].types[i]) == 0;
    }
    if (text ? token->len <= all : token->len != all)
        return refuse(r, "PAGE_TOKEN", "page_token", "use the next_page_token of a page of this list");
    size_t len = size > 0 ? size : token->len - all;
    if (size == 0 && !text_is_valid((const char *)token->data + before, len))
        return refuse(r, "PAGE_TOKEN", "page_token", "use the next_page_token of a page of this list");
    params_bytes(p, token->data + before, len);
    return true;
}

/* --- all of it ------------------------------------------------------------------------------------------------ */

static const struct derivation *derivation_of(const struct plan *plan, const char *param) {
    for (const struct derivation *d = plan->derived; d != NULL && d->param != NULL; d++)
        if (strcmp(d->param, param) == 0) return d;
    return NULL;
}

static bool bind_normal(struct request *r, const struct actor *a, const struct normal *n, const ProtobufCMessage *body,
                        struct params *p) {
    char key[TEXT_KEY_MAX];
    struct place at = find(body, n->field);
    const char *s = at.m == NULL ? NULL : *(char *const *)rows_at(at.m, at.f);
    if (s == NULL) return params_null(p), true;
    if (text_is_blank(s) && strcmp(n->field, "name") != 0) return params_text(p, ""), true;
    if (n->key(s, a, key, sizeof key) < 0) return refuse(r, n->reason, n->field, n->message);
    return params_text(p, key), true;
}

static bool bind_one(struct request *r, const struct plan *plan, const ProtobufCMessage *body, const struct id *target,
                     enum query_id q, int i, struct params *p) {
    const char *name = queries[q].params[i];
    const struct derivation *d = derivation_of(plan, name);
    const struct normal *n = normal_of(name);
    struct place at;
    if (d != NULL) return d->put(r, body, p);
    if (strcmp(name, "target") == 0) return params_id(p, target), true;
    if (strcmp(name, "how_many") == 0) return params_int4(p, bind_page_size(plan, body) + 1), true;
    if (strncmp(name, "after_", 6) == 0) return bind_after(r, body, q, i, p);
    if (n != NULL) return bind_normal(r, &r->actor, n, body, p);
    if (strchr(name, '.') != NULL) return bind_column(r, body, name, queries[q].types[i], p);
    at = find(body, name);
    MUST(at.f != NULL);
    return bind_field(r, &at, queries[q].types[i], p);
}

bool bind_query(struct request *r, const struct plan *plan, const ProtobufCMessage *body, const struct id *target,
                enum query_id q, struct params *p) {
    params_init(p, &r->arena);
    for (int i = queries[q].n_given; i < queries[q].n_params; i++)
        if (!bind_one(r, plan, body, target, q, i, p)) return false;
    return true;
}

bool bind_knows(const struct plan *plan, const ProtobufCMessageDescriptor *request, enum query_id q, int param) {
    const char *name = queries[q].params[param];
    const ProtobufCFieldDescriptor *nested;
    const struct normal *n = normal_of(name);
    if (derivation_of(plan, name) != NULL || strcmp(name, "target") == 0 || strcmp(name, "how_many") == 0) return true;
    if (strncmp(name, "after_", 6) == 0) return rows_field(request, "page_token") != NULL;
    if (strchr(name, '.') != NULL) return knows_column(request, name, queries[q].types[param]);
    return field_of(request, n != NULL ? n->field : name, &nested) != NULL;
}
