/* SPDX-License-Identifier: Apache-2.0 */
#include "client/cli/json.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

/* A comma, unless something was just opened or named. */
static void comma(struct json *j) {
    if (!buf_len(&j->b)) return;
    char last = (char)buf_data(&j->b)[buf_len(&j->b) - 1];
    if (last != '{' && last != '[' && last != ':' && last != '\n') buf_put_u8(&j->b, ',');
}

void json_open(struct json *j, char bracket) {
    comma(j);
    buf_put_u8(&j->b, (uint8_t)bracket);
}
void json_close(struct json *j, char bracket) { buf_put_u8(&j->b, (uint8_t)bracket); }
void json_int(struct json *j, int64_t v) {
    comma(j);
    buf_printf(&j->b, "%lld", (long long)v);
}
void json_bool(struct json *j, bool v) {
    comma(j);
    buf_printf(&j->b, v ? "true" : "false");
}

static bool must_escape(utf8proc_int32_t c) {
    utf8proc_category_t k = utf8proc_category(c);
    return c == '"' || c == '\\' || k == UTF8PROC_CATEGORY_CC || k == UTF8PROC_CATEGORY_CF ||
           k == UTF8PROC_CATEGORY_ZL || k == UTF8PROC_CATEGORY_ZP;
}

static void escape(struct json *j, utf8proc_int32_t c) {
    const char *short_form = c == '"' ? "\\\"" : c == '\\' ? "\\\\" : c == '\n' ? "\\n" : c == '\t' ? "\\t" : NULL;
    if (short_form)
        buf_printf(&j->b, "%s", short_form);
    else if (c > 0xffff)
        buf_printf(&j->b, "\\u%04x\\u%04x", (unsigned)(0xd7c0 + (c >> 10)), (unsigned)(0xdc00 | (c & 0x3ff)));
    else
        buf_printf(&j->b, "\\u%04x", (unsigned)c);
}

void json_text(struct json *j, const char *s) {
    comma(j);
    buf_put_u8(&j->b, '"');
    utf8proc_int32_t c;
    utf8proc_ssize_t n;
    for (const uint8_t *p = (const uint8_t *)s; *p; p += n) {
        n = utf8proc_iterate(p, -1, &c);
        if (n <= 0) { /* not UTF-8: never from our server */
            n = 1;
            buf_printf(&j->b, "\\ufffd");
        } else if (must_escape(c))
            escape(j, c);
        else
            buf_append(&j->b, p, (size_t)n);
    }
    buf_put_u8(&j->b, '"');
}

void json_key(struct json *j, const char *key) {
    json_text(j, key);
    buf_put_u8(&j->b, ':');
}
void json_member(struct json *j, const char *key, const char *text) {
    json_key(j, key);
    json_text(j, text);
}

/* The shortest text that reads back as the same number. */
static void put_double(struct json *j, double v) {
    char text[40];
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, v);
        if (!(strtod(text, NULL) < v) && !(strtod(text, NULL) > v)) break;
    }
    buf_printf(&j->b, "%s", text);
}

static void value(struct json *j, struct field f, size_t i) {
    const void *v = field_at(f, i);
    switch (f.f->type) {
        case PROTOBUF_C_TYPE_MESSAGE: json_message(j, v); return;
        case PROTOBUF_C_TYPE_BOOL: json_bool(j, *(const protobuf_c_boolean *)v); return;
        case PROTOBUF_C_TYPE_UINT32:
        case PROTOBUF_C_TYPE_INT32: json_int(j, *(const uint32_t *)v); return;
        case PROTOBUF_C_TYPE_UINT64: json_int(j, (int64_t) * (const uint64_t *)v); return;
        case PROTOBUF_C_TYPE_DOUBLE: put_double(j, *(const double *)v); return;
        case PROTOBUF_C_TYPE_INT64:
            if (!field_is_time(f.f)) {
                json_int(j, *(const int64_t *)v);
                return;
            }
            break;
        case PROTOBUF_C_TYPE_STRING: json_text(j, v); return;
        default: break;
    }
    struct buf text; /* ids, enums, instants */
    buf_init(&text, 0);
    field_format(f, i, MACHINE, &text);
    buf_put_u8(&text, 0);
    json_text(j, buf_failed(&text) ? "" : (const char *)buf_data(&text));
    buf_free(&text);
}

static bool unspecified(struct field f) {
    return f.f->type == PROTOBUF_C_TYPE_ENUM && f.f->label != PROTOBUF_C_LABEL_REPEATED &&
           *(const int *)field_at(f, 0) == 0;
}

void json_fields(struct json *j, const ProtobufCMessage *m) {
    for (unsigned i = 0; i < m->descriptor->n_fields; i++) {
        struct field f = {(ProtobufCMessage *)(uintptr_t)m, &m->descriptor->fields[i]};
        bool many = f.f->label == PROTOBUF_C_LABEL_REPEATED;
        size_t n = field_count(f);
        if ((!n && !many) || !strcmp(f.f->name, "next_page_token") || (n && unspecified(f))) continue;
        json_key(j, f.f->name);
        if (many) json_open(j, '[');
        for (size_t k = 0; k < n; k++) value(j, f, k);
        if (many) json_close(j, ']');
    }
}

void json_message(struct json *j, const ProtobufCMessage *m) {
    json_open(j, '{');
    json_fields(j, m);
    json_close(j, '}');
}
