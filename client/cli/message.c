/* SPDX-License-Identifier: Apache-2.0 */
#include "client/cli/message.h"
#include <ctype.h>
#include <string.h>
#include <strings.h>
#include "client/cli/money.h"
#include "client/cli/when.h"
#include "vouchsafe/v1/business.pb-c.h"
#include "vouchsafe/v1/common.pb-c.h"
#include "vouchsafe/v1/contact.pb-c.h"
#include "vouchsafe/v1/share.pb-c.h"
#include "vouchsafe/v1/touch.pb-c.h"

ProtobufCMessage *message_new(struct arena *a, const ProtobufCMessageDescriptor *d) {
    ProtobufCMessage *m = arena_zalloc(a, d->sizeof_message);
    if (m) protobuf_c_message_init(d, m);
    return m;
}

static size_t element_size(const ProtobufCFieldDescriptor *f) {
    switch (f->type) {
        case PROTOBUF_C_TYPE_STRING:
        case PROTOBUF_C_TYPE_MESSAGE: return sizeof(void *);
        case PROTOBUF_C_TYPE_BYTES: return sizeof(ProtobufCBinaryData);
        case PROTOBUF_C_TYPE_INT64:
        case PROTOBUF_C_TYPE_UINT64: return 8;
        default: return 4; /* 32 bit numbers, enums, protobuf_c_boolean */
    }
}

static void *place(struct field f) { return (char *)f.m + f.f->offset; }
static size_t *quantifier(struct field f) { return (void *)((char *)f.m + f.f->quantifier_offset); }
static bool by_pointer(const ProtobufCFieldDescriptor *f) {
    return f->type == PROTOBUF_C_TYPE_STRING || f->type == PROTOBUF_C_TYPE_MESSAGE;
}

size_t field_count(struct field f) {
    if (!f.f) return 0;
    if (f.f->label == PROTOBUF_C_LABEL_REPEATED) return *quantifier(f);
    if (by_pointer(f.f)) return *(void **)place(f) != NULL;
    return *(protobuf_c_boolean *)quantifier(f) != 0;
}

const void *field_at(struct field f, size_t i) {
    void *p = f.f->label == PROTOBUF_C_LABEL_REPEATED ? *(char **)place(f) + i * element_size(f.f) : place(f);
    return by_pointer(f.f) ? *(void **)p : p;
}
const ProtobufCMessage *field_message(struct field f, size_t i) { return field_at(f, i); }

void *field_put(struct arena *a, struct field f) {
    size_t size = element_size(f.f);
    if (f.f->label != PROTOBUF_C_LABEL_REPEATED) {
        if (!by_pointer(f.f)) *(protobuf_c_boolean *)quantifier(f) = 1;
        return place(f);
    }
    size_t n = *quantifier(f);
    char *grown = arena_zalloc(a, (n + 1) * size);
    if (!grown) return NULL;
    if (n) memcpy(grown, *(char **)place(f), n * size);
    *(char **)place(f) = grown;
    *quantifier(f) = n + 1;
    return grown + n * size;
}

struct field message_find(const ProtobufCMessage *m, const char *path) {
    for (;;) {
        const char *dot = strchr(path, '.');
        char name[64];
        size_t n = dot ? (size_t)(dot - path) : strlen(path);
        if (!m || n >= sizeof name) return (struct field){NULL, NULL};
        memcpy(name, path, n);
        name[n] = 0;
        struct field f = {(ProtobufCMessage *)(uintptr_t)m,
                          protobuf_c_message_descriptor_get_field_by_name(m->descriptor, name)};
        if (!dot || !f.f) return f;
        if (f.f->type != PROTOBUF_C_TYPE_MESSAGE || !field_count(f)) return (struct field){NULL, NULL};
        m = field_message(f, 0);
        path = dot + 1;
    }
}

const char *message_text(const ProtobufCMessage *m, const char *path) {
    struct field f = message_find(m, path);
    return field_count(f) && f.f->type == PROTOBUF_C_TYPE_STRING ? field_at(f, 0) : "";
}
uint64_t message_number(const ProtobufCMessage *m, const char *path) {
    struct field f = message_find(m, path);
    if (!field_count(f)) return 0;
    return element_size(f.f) == 8 ? *(const uint64_t *)field_at(f, 0) : *(const uint32_t *)field_at(f, 0);
}
bool message_id(const ProtobufCMessage *m, const char *path, struct id *out) {
    struct field f = message_find(m, path);
    const ProtobufCBinaryData *b = field_count(f) && f.f->type == PROTOBUF_C_TYPE_BYTES ? field_at(f, 0) : NULL;
    if (!b || b->len != sizeof out->b) return false;
    memcpy(out->b, b->data, sizeof out->b);
    return true;
}
void message_set_id(struct arena *a, ProtobufCMessage *m, const char *name, const struct id *id) {
    struct field f = message_find(m, name);
    ProtobufCBinaryData *b = f.f ? field_put(a, f) : NULL;
    uint8_t *bytes = arena_dup(a, id->b, sizeof id->b);
    if (b && bytes) *b = (ProtobufCBinaryData){sizeof id->b, bytes};
}

void enum_word(const ProtobufCEnumDescriptor *e, int number, char *out, size_t size) {
    const ProtobufCEnumValue *v = protobuf_c_enum_descriptor_get_value(e, number);
    const char *name = v ? v->name : "?", *s = name, *p = e->short_name;
    /* ShareReason and SHARE_REASON_: the name without the underscores must stand in front */
    while (*p && (*s == '_' || toupper((unsigned char)*p) == *s)) p += *s++ != '_';
    if (!*p && *s == '_') name = s + 1;
    size_t n = 0;
    for (; *name && n + 1 < size; name++) out[n++] = (char)tolower((unsigned char)*name);
    out[n] = 0;
}

int enum_number(const ProtobufCEnumDescriptor *e, const char *word) {
    for (unsigned i = 0; i < e->n_values; i++) {
        char w[64];
        enum_word(e, e->values[i].value, w, sizeof w);
        const char *a = w, *b = word;
        while (*a && (tolower((unsigned char)*b) == *a || (*a == '_' && *b == '-'))) a++, b++;
        if (!*a && !*b) return e->values[i].value;
    }
    return 0;
}

bool field_is_time(const ProtobufCFieldDescriptor *f) {
    size_t n = strlen(f->name);
    if (f->type != PROTOBUF_C_TYPE_INT64) return false;
    return (n > 3 && !strcmp(f->name + n - 3, "_at")) || !strcmp(f->name, "now") ||
           !strcmp(f->name, "recorded_after") || !strcmp(f->name, "until") || !strcmp(f->name, "later_until");
}

/* --- what values look like ------------------------------------------------------------------------------------ */

/* Numbers people talk about: the letter belongs to the noun, which stands before "_number", or at the head of the message's name. */
static const struct {
    const char *noun, *message;
    char letter;
} NOUNS[] = {
    {"contact", "Contact", 'C'},
    {"contact", "Duplicate", 'C'},
    {"organization", "Organization", 'O'},
    {"partner", "Partner", 'P'},
    {"task", "Task", 'T'},
    {"deal", "Deal", 'D'},
    {"project", "Project", 'J'},
    {"promise", "Promise", 'M'},
    {"referral", "Referral", 'R'},
    {"dispute", "Dispute", 'X'},
    {"given", "", 'R'},
    {"decided_for", "", 'R'},
    {"source_contact", "", 'C'},
    {"source_partner", "", 'P'},
    {"review", "Review", 'V'},
    {"check", "Check", 'K'},
    {"thanks", "Thanks", 'H'},
    {"credit", "Credit", 'N'},
    {"agreement", "Agreement", 'G'},
    {"reward", "Reward", 'L'},
    {"merge", "Merge", 'Z'},
    {"introduction", "Introduction", 'I'},
    {"other_contact", "", 'C'},
    {"parent", "", 'C'},
    {"merged_contact", "", 'C'},
    {"ask", "Ask", 'A'},
    {"wanted", "Wanted", 'W'},
    {"testimonial", "Testimonial", 'Q'},
    {"candidate", "Candidate", 'C'},
};

char field_letter(const ProtobufCMessageDescriptor *d, const char *name) {
    size_t n = strlen(name), noun = n > 7 && !strcmp(name + n - 7, "_number") ? n - 7 : 0;
    if (!noun && strcmp(name, "number") != 0) return 0;
    for (size_t i = 0; i < ARRAY_LEN(NOUNS); i++) {
        size_t head = strlen(NOUNS[i].message);
        if (noun ? strlen(NOUNS[i].noun) == noun && !strncmp(NOUNS[i].noun, name, noun)
                 : head && !strncmp(d->short_name, NOUNS[i].message, head) &&
                       !islower((unsigned char)d->short_name[head]))
            return NOUNS[i].letter;
    }
    return 0;
}

static void format_bytes(const ProtobufCBinaryData *b, struct buf *out) {
    struct id id;
    char text[ID_TEXT];
    if (b->len == sizeof id.b) {
        memcpy(id.b, b->data, sizeof id.b);
        id_format(&id, text);
        buf_printf(out, "%s", text);
        return;
    }
    for (size_t i = 0; i < b->len; i++) buf_printf(out, "%02x", b->data[i]);
}

static void format_enum(const ProtobufCEnumDescriptor *e, int number, enum style style, struct buf *out) {
    static const char MOOD[] = " +=-"; /* as the line grammar writes them */
    char word[64];
    if (number == 0) return; /* unspecified */
    if (style == HUMAN && e == &vouchsafe__v1__sentiment__descriptor && number > 0 && number < 4) {
        buf_put_u8(out, (uint8_t)MOOD[number]);
        return;
    }
    enum_word(e, number, word, sizeof word);
    for (char *p = word; style == HUMAN && *p; p++)
        if (*p == '_') *p = '-';
    buf_printf(out, "%s", word);
}

static void format_time(int64_t us, enum style style, struct buf *out) {
    char text[48];
    (style == HUMAN ? when_format_local : when_format_rfc3339)(us, text, sizeof text);
    buf_printf(out, "%s", text);
}

static void format_pair(const ProtobufCMessage *m, struct buf *out) { /* an AttributeValue; others have no short form */
    if (m->descriptor == &vouchsafe__v1__attribute_value__descriptor)
        buf_printf(out, "%s=%s", message_text(m, "key"), message_text(m, "value"));
}

void field_format(struct field f, size_t i, enum style style, struct buf *out) {
    const void *v = field_at(f, i);
    char letter = style == HUMAN ? field_letter(f.m->descriptor, f.f->name) : 0;
    if (letter) buf_put_u8(out, (uint8_t)letter);
    switch (f.f->type) {
        case PROTOBUF_C_TYPE_STRING: buf_append(out, v, strlen(v)); break;
        case PROTOBUF_C_TYPE_BYTES: format_bytes(v, out); break;
        case PROTOBUF_C_TYPE_ENUM: format_enum(f.f->descriptor, *(const int *)v, style, out); break;
        case PROTOBUF_C_TYPE_BOOL: buf_printf(out, "%s", *(const protobuf_c_boolean *)v ? "yes" : "no"); break;
        case PROTOBUF_C_TYPE_UINT64: buf_printf(out, "%llu", (unsigned long long)*(const uint64_t *)v); break;
        case PROTOBUF_C_TYPE_MESSAGE: format_pair(v, out); break;
        case PROTOBUF_C_TYPE_DOUBLE: buf_printf(out, "%.15g", *(const double *)v); break;
        case PROTOBUF_C_TYPE_INT64:
            if (field_is_time(f.f))
                format_time(*(const int64_t *)v, style, out);
            else if (style == HUMAN && field_is_money(f.f))
                money_format(*(const int64_t *)v, message_text(f.m, "currency"), out);
            else
                buf_printf(out, "%lld", (long long)*(const int64_t *)v);
            break;
        default: buf_printf(out, "%u", *(const uint32_t *)v); break;
    }
    if (style == HUMAN && !strcmp(f.f->name, "score"))
        buf_printf(out, "/%llu", (unsigned long long)message_number(f.m, "score_scale"));
}

void field_format_all(struct field f, enum style style, struct buf *out) {
    for (size_t i = 0; i < field_count(f); i++) {
        if (i) buf_printf(out, "%s", style == HUMAN ? ", " : ";");
        field_format(f, i, style, out);
    }
}
