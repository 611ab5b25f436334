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

static bool check_text(const ProtobufCFieldDescriptor *f, const char *s, const struct field_rule *rule,
                       struct violation *v) {
    size_t max = rule != NULL && rule->max > 0  ? (size_t)rule->max
                 : strcmp(f->name, "note") == 0 ? TEXT_NOTE_MAX
                                                : TEXT_FIELD_MAX;
    if (strlen(s) > max) return fail(v, f->name, "TOO_LONG", "is too long; shorten it");
    if (rule != NULL && rule->required && text_is_blank(s)) return fail(v, f->name, "REQUIRED", "must not be empty");
    return true;
}

static bool check_message(const struct method *m, const ProtobufCMessage *msg, struct violation *v);

static bool check_field(const struct method *m, const ProtobufCFieldDescriptor *f, const char *base,
                        struct violation *v) {
    const struct field_rule *rule = rule_of(m, f->name);
    if (!present(f, base)) return rule == NULL || !rule->required || fail(v, f->name, "REQUIRED", "is missing");
    if (f->label == PROTOBUF_C_LABEL_REPEATED) {
        size_t n = *(const size_t *)(const void *)(base + f->quantifier_offset);
        ProtobufCMessage *const *items = *(ProtobufCMessage *const *const *)(const void *)(base + f->offset);
        for (size_t i = 0; f->type == PROTOBUF_C_TYPE_MESSAGE && i < n; i++)
            if (!check_message(m, items[i], v)) return false;
        const ProtobufCBinaryData *ids = (const ProtobufCBinaryData *)(const void *)items; /* repeated bytes are ids */
        for (size_t i = 0; f->type == PROTOBUF_C_TYPE_BYTES && i < n; i++)
            if (!id_acceptable(ids[i].data, ids[i].len))
                return fail(v, f->name, "BAD_ID", "must be UUIDs of version 7 or 8, 16 bytes each");
        return true;
    }
    const void *at = base + f->offset;
    if (f->type == PROTOBUF_C_TYPE_STRING) return check_text(f, *(const char *const *)at, rule, v);
    if (f->type == PROTOBUF_C_TYPE_MESSAGE) return check_message(m, *(const ProtobufCMessage *const *)at, v);
    if (f->type == PROTOBUF_C_TYPE_BYTES && is_id_name(f->name)) {
        const ProtobufCBinaryData *b = at;
        return id_acceptable(b->data, b->len) ||
               fail(v, f->name, "BAD_ID", "must be a UUID of version 7 or 8, 16 bytes");
    }
    if (rule != NULL && (f->type == PROTOBUF_C_TYPE_UINT32 || f->type == PROTOBUF_C_TYPE_ENUM) &&
        (rule->min != 0 || rule->max != 0)) {
        int64_t n = *(const uint32_t *)at;
        return (n >= rule->min && n <= rule->max) || fail(v, f->name, "RANGE", "is outside its range");
    }
    return true;
}

static bool check_message(const struct method *m, const ProtobufCMessage *msg, struct violation *v) {
    for (unsigned i = 0; i < msg->descriptor->n_fields; i++)
        if (!check_field(m, &msg->descriptor->fields[i], (const char *)msg, v)) return false;
    return true;
}

bool validate(const struct method *m, const ProtobufCMessage *msg, struct violation *v) {
    return check_message(m, msg, v);
}
