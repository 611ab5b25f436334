/* SPDX-License-Identifier: Apache-2.0 */
/* The wire guard. One pass over the bytes, no allocation, depth bounded by GUARD_MAX_DEPTH. */
#include "vouchsafe/guard.h"

#include <string.h>

#include "vouchsafe/text.h"

struct scan {
    size_t memory; /* what is left of it */
    unsigned unknown;
    const char *field;
};

/* A number of at most `bits` bits in steps of seven: protobuf-c reads tags and lengths of five bytes, numbers of ten. */
enum { SHORT = 35, LONG = 70 };
static int varint(const uint8_t **at, const uint8_t *end, unsigned bits, uint64_t *out) {
    uint64_t v = 0;
    for (unsigned shift = 0; shift < bits && *at < end; shift += 7) {
        uint8_t b = *(*at)++;
        v |= (uint64_t)(b & 0x7f) << shift;
        if (b < 0x80) {
            *out = v;
            return 0;
        }
    }
    return -1;
}

static bool spend(struct scan *s, size_t n) {
    if (n > s->memory) return false;
    s->memory -= n;
    return true;
}

static unsigned wire_of(ProtobufCType t) {
    switch (t) {
        case PROTOBUF_C_TYPE_STRING:
        case PROTOBUF_C_TYPE_BYTES:
        case PROTOBUF_C_TYPE_MESSAGE: return 2;
        case PROTOBUF_C_TYPE_FIXED64:
        case PROTOBUF_C_TYPE_SFIXED64:
        case PROTOBUF_C_TYPE_DOUBLE: return 1;
        case PROTOBUF_C_TYPE_FIXED32:
        case PROTOBUF_C_TYPE_SFIXED32:
        case PROTOBUF_C_TYPE_FLOAT: return 5;
        default: return 0;
    }
}

static enum guard_result scan_message(struct scan *s, const ProtobufCMessageDescriptor *d, const uint8_t *at,
                                      const uint8_t *end, int depth);

static enum guard_result scan_value(struct scan *s, const ProtobufCFieldDescriptor *f, uint64_t number,
                                    struct slice bytes, int depth) {
    switch (f->type) {
        case PROTOBUF_C_TYPE_ENUM:
            if (number > INT32_MAX || protobuf_c_enum_descriptor_get_value(f->descriptor, (int)number) == NULL)
                return GUARD_UNKNOWN_ENUM;
            return GUARD_OK;
        case PROTOBUF_C_TYPE_STRING:
            if (!text_is_valid((const char *)bytes.data, bytes.len)) return GUARD_BAD_TEXT;
            return spend(s, bytes.len + 32) ? GUARD_OK : GUARD_TOO_BIG;
        case PROTOBUF_C_TYPE_BYTES: return spend(s, bytes.len + 32) ? GUARD_OK : GUARD_TOO_BIG;
        case PROTOBUF_C_TYPE_MESSAGE:
            return scan_message(s, f->descriptor, bytes.data, bytes.data + bytes.len, depth + 1);
        default: return GUARD_OK;
    }
}

struct counts {
    uint64_t seen; /* bit per field index of singular fields */
    uint8_t items[64];
};

static enum guard_result scan_field(struct scan *s, const ProtobufCMessageDescriptor *d,
                                    const ProtobufCFieldDescriptor *f, struct counts *c, unsigned wire, uint64_t number,
                                    struct slice bytes, int depth) {
    unsigned index = (unsigned)(f - d->fields);
    if (wire != wire_of(f->type)) return GUARD_MALFORMED; /* packed is never used in our messages */
    if (f->label != PROTOBUF_C_LABEL_REPEATED) {
        if (c->seen >> index & 1) return GUARD_REPEATED;
        c->seen |= UINT64_C(1) << index;
    } else if (++c->items[index] > GUARD_MAX_ITEMS) {
        return GUARD_TOO_MANY;
    } else if (!spend(s, 32)) {
        return GUARD_TOO_BIG;
    }
    return scan_value(s, f, number, bytes, depth);
}

static enum guard_result scan_message(struct scan *s, const ProtobufCMessageDescriptor *d, const uint8_t *at,
                                      const uint8_t *end, int depth) {
    if (depth > GUARD_MAX_DEPTH) return GUARD_TOO_DEEP;
    if (!spend(s, d->sizeof_message + 64)) return GUARD_TOO_BIG;
    if (d->n_fields > 64) return GUARD_MALFORMED; /* none of ours has more; counts hold 64 */
    struct counts counts = {0};
    while (at < end) {
        uint64_t tag, number = 0;
        struct slice bytes = {0};
        if (varint(&at, end, SHORT, &tag) < 0 || tag >> 3 == 0 || tag > UINT32_MAX) return GUARD_MALFORMED;
        unsigned wire = (unsigned)(tag & 7);
        if (wire == 0 || wire == 2) {
            if (varint(&at, end, wire == 2 ? SHORT : LONG, &number) < 0) return GUARD_MALFORMED;
            if (wire == 2) {
                if (number > (uint64_t)(end - at)) return GUARD_MALFORMED;
                bytes = (struct slice){at, (size_t)number};
                at += number;
            }
        } else if (wire == 1 || wire == 5) {
            size_t n = wire == 1 ? 8 : 4;
            if ((size_t)(end - at) < n) return GUARD_MALFORMED;
            at += n;
        } else {
            return GUARD_MALFORMED;
        }
        const ProtobufCFieldDescriptor *f = protobuf_c_message_descriptor_get_field(d, (unsigned)(tag >> 3));
        if (f == NULL) {
            if (++s->unknown > GUARD_MAX_UNKNOWN || !spend(s, 64 + bytes.len)) return GUARD_TOO_MANY;
            continue;
        }
        enum guard_result r = scan_field(s, d, f, &counts, wire, number, bytes, depth);
        if (r != GUARD_OK) {
            if (s->field == NULL) s->field = f->name;
            return r;
        }
    }
    return GUARD_OK;
}

enum guard_result guard_check(const ProtobufCMessageDescriptor *d, struct slice bytes, size_t memory,
                              const char **field) {
    struct scan s = {.memory = memory};
    enum guard_result r = scan_message(&s, d, bytes.data, bytes.data + bytes.len, 1);
    if (field != NULL) *field = s.field;
    return r;
}

static const struct {
    const char *reason, *words;
} guard_texts[] = {
    [GUARD_OK] = {"OK", "fine"},
    [GUARD_MALFORMED] = {"MALFORMED", "the request's body is not such a message; is the client too old or too new?"},
    [GUARD_TOO_DEEP] = {"TOO_DEEP", "messages are nested too deep"},
    [GUARD_REPEATED] = {"REPEATED", "a field that may come once came twice"},
    [GUARD_TOO_MANY] = {"TOO_MANY", "too many items; send at most 200 at once"},
    [GUARD_TOO_BIG] = {"TOO_BIG", "the message would need too much memory; send less at once"},
    [GUARD_BAD_TEXT] = {"BAD_TEXT", "text must be UTF-8 without NUL"},
    [GUARD_UNKNOWN_ENUM] = {"UNKNOWN_VALUE", "that number is not one of the values this field can have"},
};

const char *guard_reason(enum guard_result r) { return guard_texts[r].reason; }
const char *guard_words(enum guard_result r) { return guard_texts[r].words; }
