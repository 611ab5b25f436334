/* SPDX-License-Identifier: Apache-2.0 */
#include "client/cli/import.h"
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "client/cli/command.h"
#include "client/cli/fields.h"
#include "client/cli/money.h"
#include "client/cli/when.h"
#include "vouchsafe/text.h"
#include "vouchsafe/v1/common.pb-c.h"

struct id import_id(const struct id *business, const char *noun, const char *source, const char *key) {
    const struct slice parts[] = {{business->b, 16},
                                  {(const uint8_t *)noun, strlen(noun)},
                                  {(const uint8_t *)source, strlen(source)},
                                  {(const uint8_t *)key, strlen(key)}};
    return id_from_parts(parts, ARRAY_LEN(parts));
}

static bool is_attribute(const char *field) { return strncmp(field, "attribute.", 10) == 0; }

int import_check(const struct import_kind *k, const struct mapping *m, char *err, size_t err_size) {
    for (size_t i = 0; i < m->n_columns; i++) {
        const char *field = m->columns[i].field;
        const ProtobufCFieldDescriptor *f = protobuf_c_message_descriptor_get_field_by_name(k->row, field);
        bool own = f != NULL && strcmp(field, k->id) != 0 && f->label != PROTOBUF_C_LABEL_REPEATED;
        bool has_attributes = protobuf_c_message_descriptor_get_field_by_name(k->row, "attributes") != NULL;
        if (own || command_lists(k->targets, field) || (is_attribute(field) && has_attributes)) continue;
        size_t used = (size_t)snprintf(err, err_size, "a %s has no field \"%s\"; it has: %s", k->noun, field,
                                       k->targets);
        for (unsigned n = 0; n < k->row->n_fields && used < err_size; n++)
            if (k->row->fields[n].type != PROTOBUF_C_TYPE_BYTES && k->row->fields[n].label != PROTOBUF_C_LABEL_REPEATED)
                used += (size_t)snprintf(err + used, err_size - used, " %s", k->row->fields[n].name);
        return -1;
    }
    return 0;
}

/* --- values --------------------------------------------------------------------------------------------------------- */

/* What the mapping's date format says. */
static bool own_date(const struct mapping *m, const char *text, struct tm *out) {
    *out = (struct tm){.tm_isdst = -1};
    const char *end = m->date != NULL ? strptime(text, m->date, out) : NULL;
    return end != NULL && *end == '\0';
}

/* The day as it is written: no zone has a say in it, and midnight need not exist on it. */
static int put_day(struct arena *a, struct field f, const struct mapping *m, const char *text, char *err,
                   size_t err_size) {
    struct tm tm;
    char day[40];
    if (!own_date(m, text, &tm)) return field_parse(a, f, text, err, err_size);
    snprintf(day, sizeof day, "%04d-%02d-%02d", tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday);
    char **at = field_put(a, f);
    return (*at = arena_strndup(a, day, strlen(day))) != NULL ? 0 : -1;
}

/* Local time of the mapping's zone: mktime reads TZ, which the run has set. */
static int put_moment(struct arena *a, struct field f, const struct mapping *m, const char *text, char *err,
                      size_t err_size) {
    struct tm tm;
    int64_t t, *at;
    if (own_date(m, text, &tm))
        t = (int64_t)mktime(&tm) * 1000000;
    else if (when_parse(text, when_now(), true, &t, err, err_size))
        return -1;
    at = field_put(a, f);
    *at = t;
    return 0;
}

static int put_money(struct arena *a, struct field f, const char *currency, const char *text, char *err,
                     size_t err_size) {
    const char *own = message_text(f.m, "currency");
    int64_t n, *at;
    if (money_parse(text, *own ? own : currency, &n)) {
        snprintf(err, err_size, "\"%s\" is no amount of %s; write 1200 or 1200.50", text, *own ? own : currency);
        return -1;
    }
    at = field_put(a, f);
    *at = n;
    return 0;
}

static int put_attribute(struct arena *a, ProtobufCMessage *row, const char *key, const char *text) {
    Vouchsafe__V1__AttributeValue *v = (void *)message_new(a, &vouchsafe__v1__attribute_value__descriptor);
    void **at = v != NULL ? field_put(a, message_find(row, "attributes")) : NULL;
    if (at == NULL) return -1;
    v->key = (char *)(uintptr_t)key;
    v->value = (char *)(uintptr_t)text;
    *at = v;
    return 0;
}

static bool is_day(const ProtobufCFieldDescriptor *f) {
    size_t n = strlen(f->name);
    return f->type == PROTOBUF_C_TYPE_STRING && n > 3 && strcmp(f->name + n - 3, "_on") == 0;
}

/* As long as the server takes them (domain/import/import_rpc.c). */
static size_t longest(const char *field) {
    if (strcmp(field, "note") == 0) return TEXT_NOTE_MAX;
    return command_lists("words because lost_because reason_words outcome", field) ? 1024 : TEXT_FIELD_MAX;
}

static int put(struct arena *a, ProtobufCMessage *row, const struct mapping *m, const char *currency, const char *field,
               const char *text, char *err, size_t err_size) {
    struct field f = message_find(row, field);
    snprintf(err, err_size, "out of memory");
    if (is_attribute(field)) return put_attribute(a, row, field + 10, text);
    if (strlen(text) > longest(field)) {
        snprintf(err, err_size, "is too long; shorten it");
        return -1;
    }
    if (field_is_money(f.f)) return put_money(a, f, currency, text, err, err_size);
    if (is_day(f.f)) return put_day(a, f, m, text, err, err_size);
    if (field_is_time(f.f)) return put_moment(a, f, m, text, err, err_size);
    return field_parse(a, f, text, err, err_size);
}

/* Fields that stand for another record: its id is made of that record's own source and key. */
static const struct relation {
    const char *target, *field, *noun;
    size_t source; /* in whose keys it speaks: a text of the mapping */
} RELATIONS[] = {{"contact", "contact_id", "contact", offsetof(struct mapping, contact_source)},
                 {"source_contact", "source_contact_id", "contact", offsetof(struct mapping, contact_source)},
                 {"organization", "organization_id", "organization", offsetof(struct mapping, organization_source)},
                 {"deal", "deal_id", "deal", offsetof(struct mapping, deal_source)},
                 {"project", "project_id", "project", offsetof(struct mapping, project_source)},
                 {"mends", "mends", "touch", offsetof(struct mapping, source)},
                 {"mends_promise", "mends", "promise", offsetof(struct mapping, source)}};

static bool put_relation(const struct mapping *m, const struct id *business, struct arena *a, ProtobufCMessage *row,
                         const char *target, const char *text) {
    for (size_t i = 0; i < ARRAY_LEN(RELATIONS); i++) {
        const struct relation *rel = &RELATIONS[i];
        if (strcmp(rel->target, target) != 0) continue;
        const char *source = *(char *const *)(const void *)((const char *)m + rel->source);
        struct id id;
        bool by_id = strcmp(target, "mends") == 0 && id_parse(text, &id) == 0; /* a touch of this system */
        if (!by_id) id = import_id(business, rel->noun, source, text);
        message_set_id(a, row, rel->field, &id);
        return true;
    }
    return false;
}

static int map_columns(const struct import_kind *k, const struct mapping *m, const struct id *business,
                       const char *currency, const struct csv_record *header, const struct csv_record *r,
                       struct arena *a, ProtobufCMessage *row, const char **login, char *err, size_t err_size) {
    (void)k;
    for (int money = 0; money < 2; money++) /* amounts last: they need the row's currency */
        for (size_t i = 0; i < m->n_columns; i++) {
            const struct mapping_column *c = &m->columns[i];
            const ProtobufCFieldDescriptor *f = protobuf_c_message_descriptor_get_field_by_name(row->descriptor,
                                                                                                c->field);
            char why[300];
            if ((f != NULL && field_is_money(f)) != (money == 1)) continue;
            char *text = mapping_value_of(m, c, header, r, a);
            if (text == NULL) return snprintf(err, err_size, "out of memory"), -1;
            if (*text == '\0') continue;
            if (strcmp(c->field, "login") == 0) {
                *login = text;
                continue;
            }
            if (put_relation(m, business, a, row, c->field, text)) continue;
            if (put(a, row, m, currency, c->field, text, why, sizeof why) < 0) {
                snprintf(err, err_size, "%s: %s", c->field, why);
                return -1;
            }
        }
    return 0;
}

/* Defaults of fields that no column is mapped to. */
static int put_defaults(const struct mapping *m, const char *currency, struct arena *a, ProtobufCMessage *row,
                        char *err, size_t err_size) {
    for (size_t i = 0; i < m->n_defaults; i++) {
        bool mapped = false;
        for (size_t n = 0; n < m->n_columns; n++)
            mapped = mapped || strcmp(m->columns[n].field, m->defaults[i].field) == 0;
        if (mapped || message_find(row, m->defaults[i].field).f == NULL) continue;
        if (put(a, row, m, currency, m->defaults[i].field, m->defaults[i].template, err, err_size) < 0) return -1;
    }
    return 0;
}

ProtobufCMessage *import_row(const struct import_kind *k, const struct mapping *m, const struct id *business,
                             const char *currency, const struct csv_record *header, const struct csv_record *r,
                             struct arena *a, const char **login, char *err, size_t err_size) {
    *login = "";
    if (r->error != NULL) return snprintf(err, err_size, "%s", r->error), NULL;
    if (r->n != header->n) {
        snprintf(err, err_size, "the row has %zu columns, the first line names %zu; is a separator or a quote missing?",
                 r->n, header->n);
        return NULL;
    }
    char *key = mapping_fill(m, m->key, header, r, a);
    ProtobufCMessage *row = message_new(a, k->row);
    if (key == NULL || row == NULL) return snprintf(err, err_size, "out of memory"), NULL;
    if (*key == '\0') return snprintf(err, err_size, "the key is empty; every row needs one"), NULL;
    struct id id = import_id(business, k->noun, m->source, key);
    message_set_id(a, row, k->id, &id);
    if (map_columns(k, m, business, currency, header, r, a, row, login, err, err_size) < 0) return NULL;
    return put_defaults(m, currency, a, row, err, err_size) < 0 ? NULL : row;
}
