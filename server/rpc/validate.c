/* SPDX-License-Identifier: Apache-2.0 */
#include "server/rpc/validate.h"

#include <string.h>

#include "vouchsafe/id.h"
#include "vouchsafe/text.h"

static bool is_id_name(const char *name) {
    size_t n = strlen(name);
    return strcmp(name, "id") == 0 || strcmp(name, "mends") == 0 || (n > 3 && strcmp(name + n - 3, "_id") == 0);
}

static const struct field_rule *rule_of(const struct method *m, const char *field) {
    for (size_t i = 0; i < m->n_rules; i++)
        if (strcmp(m->rules[i].field, field) == 0) return &m->rules[i];
    return NULL;
}

static bool present(const ProtobufCFieldDescriptor *f, const char *at) {
    const char *base = at;
    if (f->label == PROTOBUF_C_LABEL_REPEATED) return *(const size_t *)(const void *)(base + f->quantifier_offset) > 0;
    if (f->type == PROTOBUF_C_TYPE_STRING || f->type == PROTOBUF_C_TYPE_MESSAGE)
        return *(void *const *)(const void *)(base + f->offset) != NULL;
    return *(const protobuf_c_boolean *)(base + f->quantifier_offset) != 0;
}

static bool fail(struct violation *v, const char *field, const char *reason, const char *message) {
    *v = (struct violation){field, reason, message};
    return false;
}

static bool check_length(const struct field_rule *rule, const char *field, size_t n, size_t usual,
                         struct violation *v) {
    if (n > (rule != NULL && rule->max > 0 ? (size_t)rule->max : usual))
        return fail(v, field, "TOO_LONG", "is too long; shorten it");
    return rule == NULL || (int64_t)n >= rule->min || fail(v, field, "TOO_SHORT", "is too short");
}

static bool check_text(const ProtobufCFieldDescriptor *f, const char *s, const struct field_rule *rule,
                       struct violation *v) {
    if (rule != NULL && rule->required && text_is_blank(s)) return fail(v, f->name, "REQUIRED", "must not be empty");
    return check_length(rule, f->name, strlen(s), strcmp(f->name, "note") == 0 ? TEXT_NOTE_MAX : TEXT_FIELD_MAX, v);
}

/* An empty id clears what it names; only where it is required it is missing. */
static bool check_bytes(const ProtobufCFieldDescriptor *f, const ProtobufCBinaryData *b, const struct field_rule *rule,
                        struct violation *v) {
    if (b->len == 0) return rule == NULL || !rule->required || fail(v, f->name, "REQUIRED", "must not be empty");
    if (is_id_name(f->name))
        return id_acceptable(b->data, b->len) ||
               fail(v, f->name, "BAD_ID", "must be a UUID of version 7 or 8, 16 bytes");
    return check_length(rule, f->name, b->len, SIZE_MAX, v);
}

static bool check_number(const ProtobufCFieldDescriptor *f, const void *at, const struct field_rule *rule,
                         struct violation *v) {
    int64_t n;
    if (rule == NULL || (rule->min == 0 && rule->max == 0)) return true;
    switch (f->type) {
        case PROTOBUF_C_TYPE_UINT32:
        case PROTOBUF_C_TYPE_ENUM: n = *(const uint32_t *)at; break;
        case PROTOBUF_C_TYPE_INT64: n = *(const int64_t *)at; break;
        case PROTOBUF_C_TYPE_UINT64:
            n = *(const uint64_t *)at > INT64_MAX ? INT64_MAX : (int64_t) * (const uint64_t *)at;
            break;
        default: return true;
    }
    return (n >= rule->min && n <= rule->max) || fail(v, f->name, "RANGE", "is outside its range");
}

static bool check_message(const struct method *m, const ProtobufCMessage *msg, struct violation *v);

/* The length rule of a repeated field counts its items; each item is checked by the defaults. */
static bool check_items(const struct method *m, const ProtobufCFieldDescriptor *f, const char *base,
                        const struct field_rule *rule, struct violation *v) {
    size_t n = *(const size_t *)(const void *)(base + f->quantifier_offset);
    const void *const *items = *(const void *const *const *)(const void *)(base + f->offset);
    const ProtobufCBinaryData *ids = (const ProtobufCBinaryData *)(const void *)items; /* repeated bytes are ids */
    bool apart = f->type == PROTOBUF_C_TYPE_MESSAGE && (m->flags & METHOD_ITEMS_APART) != 0;
    if (rule != NULL && rule->max > 0 && (int64_t)n > rule->max)
        return fail(v, f->name, "TOO_MANY", "has too many items");
    for (size_t i = 0; i < n && !apart; i++) {
        if (f->type == PROTOBUF_C_TYPE_MESSAGE && !check_message(m, items[i], v)) return false;
        if (f->type == PROTOBUF_C_TYPE_STRING && !check_text(f, items[i], NULL, v)) return false;
        if (f->type == PROTOBUF_C_TYPE_BYTES && !id_acceptable(ids[i].data, ids[i].len))
            return fail(v, f->name, "BAD_ID", "must be UUIDs of version 7 or 8, 16 bytes each");
    }
    return true;
}

static bool check_field(const struct method *m, const ProtobufCFieldDescriptor *f, const char *base,
                        struct violation *v) {
    const struct field_rule *rule = rule_of(m, f->name);
    if (!present(f, base)) return rule == NULL || !rule->required || fail(v, f->name, "REQUIRED", "is missing");
    if (f->label == PROTOBUF_C_LABEL_REPEATED) return check_items(m, f, base, rule, v);
    const void *at = base + f->offset;
    switch (f->type) {
        case PROTOBUF_C_TYPE_STRING: return check_text(f, *(const char *const *)at, rule, v);
        case PROTOBUF_C_TYPE_BYTES: return check_bytes(f, at, rule, v);
        case PROTOBUF_C_TYPE_MESSAGE: return check_message(m, *(const ProtobufCMessage *const *)at, v);
        default: return check_number(f, at, rule, v);
    }
}

static bool check_message(const struct method *m, const ProtobufCMessage *msg, struct violation *v) {
    for (unsigned i = 0; i < msg->descriptor->n_fields; i++)
        if (!check_field(m, &msg->descriptor->fields[i], (const char *)msg, v)) return false;
    return true;
}

bool validate(const struct method *m, const ProtobufCMessage *msg, struct violation *v) {
    return check_message(m, msg, v);
}

bool validate_item(const struct method *m, const ProtobufCMessage *item, struct violation *v) {
    return check_message(m, item, v);
}
