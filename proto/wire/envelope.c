/* SPDX-License-Identifier: Apache-2.0 */
/* envelope.proto, read and written by hand. A message is a table of where each field goes. */
#include "vouchsafe/envelope.h"

#include "vouchsafe/frame.h"

#include <string.h>

enum field_kind { FIELD_NONE, FIELD_U64, FIELD_U32, FIELD_SLICE };

struct field {
    enum field_kind kind;
    size_t offset;
};

#define F(type, member, kind) \
    { kind, offsetof(struct type, member) }
/* index = field number */
static const struct field request_fields[] = {
    {0, 0},
    F(envelope_request, id, FIELD_U64),
    F(envelope_request, method, FIELD_U32),
    F(envelope_request, deadline_ms, FIELD_U32),
    F(envelope_request, change_id, FIELD_SLICE),
    F(envelope_request, body, FIELD_SLICE),
    F(envelope_request, trace, FIELD_SLICE),
};
static const struct field reply_fields[] = {
    {0, 0},
    F(envelope_reply, id, FIELD_U64),
    F(envelope_reply, status, FIELD_U32),
    F(envelope_reply, reason, FIELD_SLICE),
    F(envelope_reply, field, FIELD_SLICE),
    F(envelope_reply, message, FIELD_SLICE),
    F(envelope_reply, retry_after_ms, FIELD_U32),
    F(envelope_reply, body, FIELD_SLICE),
};
static const struct field event_fields[] = {
    {0, 0},
    F(envelope_event, subscription, FIELD_U64),
    F(envelope_event, kind, FIELD_U32),
    F(envelope_event, body, FIELD_SLICE),
};
struct go_away {
    struct slice reason, message;
};
static const struct field go_away_fields[] = {
    {0, 0}, F(go_away, reason, FIELD_SLICE), F(go_away, message, FIELD_SLICE)};
struct from_server {
    struct slice reply, event, go_away;
};
static const struct field from_server_fields[] = {
    {0, 0},
    F(from_server, reply, FIELD_SLICE),
    F(from_server, event, FIELD_SLICE),
    F(from_server, go_away, FIELD_SLICE),
};
#undef F

static int read_varint(const uint8_t **at, const uint8_t *end, uint64_t *out) {
    uint64_t v = 0;
    for (unsigned shift = 0; shift < 64 && *at < end; shift += 7) {
        uint8_t b = *(*at)++;
        v |= (uint64_t)(b & 0x7f) << shift;
        if (b < 0x80) {
            *out = v;
            return 0;
        }
    }
    return -1;
}

static int skip_or_take(const uint8_t **at, const uint8_t *end, unsigned wire, uint64_t *number, struct slice *bytes) {
    switch (wire) {
        case 0: return read_varint(at, end, number);
        case 1:
        case 5: {
            size_t n = wire == 1 ? 8 : 4;
            if ((size_t)(end - *at) < n) return -1;
            *at += n;
            return 0;
        }
        case 2:
            if (read_varint(at, end, number) < 0 || *number > (uint64_t)(end - *at)) return -1;
            *bytes = (struct slice){*at, (size_t)*number};
            *at += *number;
            return 0;
        default: return -1;
    }
}

static int read_message(struct slice in, const struct field *fields, size_t n_fields, void *out) {
    const uint8_t *at = in.data, *end = in.data + in.len;
    uint32_t seen = 0;
    while (at < end) {
        uint64_t tag, number = 0;
        struct slice bytes = {0};
        if (read_varint(&at, end, &tag) < 0 || tag >> 3 == 0 || tag > UINT32_MAX) return -1;
        unsigned wire = (unsigned)(tag & 7);
        if (skip_or_take(&at, end, wire, &number, &bytes) < 0) return -1;
        uint64_t f = tag >> 3;
        if (f >= n_fields) continue; /* a newer peer's field */
        if (seen & 1u << f) return -1;
        seen |= 1u << f;
        if (wire != (fields[f].kind == FIELD_SLICE ? 2u : 0u)) return -1;
        void *member = (char *)out + fields[f].offset;
        if (fields[f].kind == FIELD_SLICE)
            *(struct slice *)member = bytes;
        else if (fields[f].kind == FIELD_U64)
            *(uint64_t *)member = number;
        else if (number > UINT32_MAX)
            return -1;
        else
            *(uint32_t *)member = (uint32_t)number;
    }
    return 0;
}

int envelope_read_request(struct slice bytes, struct envelope_request *out) {
    *out = (struct envelope_request){0};
    return read_message(bytes, request_fields, ARRAY_LEN(request_fields), out);
}

int envelope_read_from_server(struct slice bytes, struct envelope_from_server *out) {
    *out = (struct envelope_from_server){0};
    struct from_server m = {0};
    if (read_message(bytes, from_server_fields, ARRAY_LEN(from_server_fields), &m) < 0) return -1;
    if ((m.reply.data != NULL) + (m.event.data != NULL) + (m.go_away.data != NULL) != 1) return -1;
    if (m.reply.data != NULL) {
        out->kind = ENVELOPE_REPLY;
        return read_message(m.reply, reply_fields, ARRAY_LEN(reply_fields), &out->reply);
    }
    if (m.event.data != NULL) {
        out->kind = ENVELOPE_EVENT;
        return read_message(m.event, event_fields, ARRAY_LEN(event_fields), &out->event);
    }
    struct go_away g = {0};
    out->kind = ENVELOPE_GO_AWAY;
    if (read_message(m.go_away, go_away_fields, ARRAY_LEN(go_away_fields), &g) < 0) return -1;
    out->go_away_reason = g.reason;
    out->go_away_message = g.message;
    return 0;
}

static size_t varint_size(uint64_t v) {
    size_t n = 1;
    for (; v >= 0x80; v >>= 7) n++;
    return n;
}

static uint8_t *write_varint(uint8_t *at, uint64_t v) {
    for (; v >= 0x80; v >>= 7) *at++ = (uint8_t)(v | 0x80);
    *at++ = (uint8_t)v;
    return at;
}

static uint64_t number_of(const struct field *f, const void *msg) {
    const void *member = (const char *)msg + f->offset;
    return f->kind == FIELD_U64 ? *(const uint64_t *)member : *(const uint32_t *)member;
}

static size_t message_size(const struct field *fields, size_t n_fields, const void *msg) {
    size_t size = 0;
    for (size_t f = 1; f < n_fields; f++) {
        if (fields[f].kind == FIELD_SLICE) {
            size_t len = ((const struct slice *)(const void *)((const char *)msg + fields[f].offset))->len;
            if (len > 0) size += 1 + varint_size(len) + len;
        } else {
            uint64_t v = number_of(&fields[f], msg);
            if (v != 0) size += 1 + varint_size(v);
        }
    }
    return size;
}

static uint8_t *write_message(uint8_t *at, const struct field *fields, size_t n_fields, const void *msg) {
    for (size_t f = 1; f < n_fields; f++) {
        if (fields[f].kind == FIELD_SLICE) {
            const struct slice *s = (const struct slice *)(const void *)((const char *)msg + fields[f].offset);
            if (s->len == 0) continue;
            *at++ = (uint8_t)(f << 3 | 2);
            at = write_varint(at, s->len);
            memcpy(at, s->data, s->len);
            at += s->len;
        } else {
            uint64_t v = number_of(&fields[f], msg);
            if (v == 0) continue;
            *at++ = (uint8_t)(f << 3);
            at = write_varint(at, v);
        }
    }
    return at;
}

static uint8_t *put_u32be(uint8_t *at, size_t v) {
    for (int shift = 24; shift >= 0; shift -= 8) *at++ = (uint8_t)(v >> shift);
    return at;
}

void envelope_write_request(struct buf *out, const struct envelope_request *r) {
    size_t size = message_size(request_fields, ARRAY_LEN(request_fields), r);
    uint8_t *at = buf_reserve(out, FRAME_HEADER + size);
    if (at == NULL) return;
    write_message(put_u32be(at, size), request_fields, ARRAY_LEN(request_fields), r);
    buf_commit(out, FRAME_HEADER + size);
}

/* One frame: FromServer with the one field `outer` set. */
static void write_from_server(struct buf *out, unsigned outer, const struct field *fields, size_t n_fields,
                              const void *msg) {
    size_t inner = message_size(fields, n_fields, msg), size = 1 + varint_size(inner) + inner;
    uint8_t *at = buf_reserve(out, FRAME_HEADER + size);
    if (at == NULL) return;
    at = put_u32be(at, size);
    *at++ = (uint8_t)(outer << 3 | 2);
    write_message(write_varint(at, inner), fields, n_fields, msg);
    buf_commit(out, FRAME_HEADER + size);
}

void envelope_write_reply(struct buf *out, const struct envelope_reply *r) {
    write_from_server(out, ENVELOPE_REPLY, reply_fields, ARRAY_LEN(reply_fields), r);
}

void envelope_write_event(struct buf *out, const struct envelope_event *e) {
    write_from_server(out, ENVELOPE_EVENT, event_fields, ARRAY_LEN(event_fields), e);
}

void envelope_write_go_away(struct buf *out, const char *reason, const char *message) {
    struct go_away g = {{(const uint8_t *)reason, strlen(reason)}, {(const uint8_t *)message, strlen(message)}};
    write_from_server(out, ENVELOPE_GO_AWAY, go_away_fields, ARRAY_LEN(go_away_fields), &g);
}
