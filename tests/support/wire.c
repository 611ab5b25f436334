/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/wire.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vouchsafe/v1/method.pb-c.h"
#include "vouchsafe/v1/session.pb-c.h"

_Noreturn void wire_die(const char *what) {
    printf("not ok the test's own footing: %s\n", what);
    exit(1);
}

bool check(bool holds, const char *name, const char *why, ...) {
    va_list ap;
    printf(holds ? "ok %s" : "not ok %s: ", name);
    if (!holds) {
        va_start(ap, why);
        vprintf(why, ap);
        va_end(ap);
    }
    printf("\n");
    fflush(stdout);
    return holds;
}

struct wire *wire_open(const char *address, const struct wire_seat *seat) {
    struct wire *w = calloc(1, sizeof *w);
    if (w == NULL) wire_die("no memory");
    if (link_open(&w->link, address, seat->root_pin, &seat->key) < 0) wire_die(w->link.why);
    buf_init(&w->seen, 0);
    w->next_id = 1;
    Vouchsafe__V1__HelloRequest q = VOUCHSAFE__V1__HELLO_REQUEST__INIT;
    q.has_protocol = 1;
    q.protocol = 1;
    wire_call(w, VOUCHSAFE__V1__METHOD__HELLO, false, &q.base, NULL, NULL);
    return w;
}

void wire_close(struct wire *w) {
    link_close(&w->link);
    buf_free(&w->seen);
    for (size_t i = 0; i < w->n_events; i++) free((void *)(uintptr_t)w->events[i].body.data);
    free(w);
}

uint64_t wire_send(struct wire *w, uint32_t method, const struct id *change, uint32_t deadline_ms,
                   const ProtobufCMessage *body) {
    size_t n = protobuf_c_message_get_packed_size(body);
    uint8_t *packed = malloc(n + 1);
    struct buf out;
    if (packed == NULL) wire_die("no memory");
    protobuf_c_message_pack(body, packed);
    struct envelope_request q = {.id = w->next_id, .method = method, .deadline_ms = deadline_ms, .body = {packed, n}};
    if (change != NULL) q.change_id = (struct slice){change->b, 16};
    buf_init(&out, 0);
    envelope_write_request(&out, &q);
    link_send(&w->link, (struct slice){buf_data(&out), buf_len(&out)});
    buf_free(&out);
    free(packed);
    return w->next_id++;
}

static void keep_event(struct wire *w, const struct envelope_event *e) {
    uint8_t *body = malloc(e->body.len + 1);
    if (body == NULL || w->n_events == WIRE_EVENTS) wire_die("more events than a test can mean");
    if (e->body.len > 0) memcpy(body, e->body.data, e->body.len);
    w->events[w->n_events] = *e;
    w->events[w->n_events++].body.data = body;
}

/* One frame more: a reply in *reply, or an event kept. False: the connection is gone, or nothing came in time. */
static bool step(struct wire *w, struct envelope_reply *reply) {
    struct slice frame;
    struct envelope_from_server f;
    reply->id = 0;
    if (w->gone || link_receive(&w->link, &frame) != 1) {
        w->gone = w->gone || w->link.closed;
        return false;
    }
    buf_append(&w->seen, frame.data, frame.len);
    if (envelope_read_from_server(frame, &f) < 0) wire_die("an envelope that can't be read");
    if (f.kind == ENVELOPE_EVENT) keep_event(w, &f.event);
    if (f.kind == ENVELOPE_REPLY) *reply = f.reply;
    if (f.kind != ENVELOPE_GO_AWAY) return true;
    w->gone = true;
    snprintf(w->go_away, sizeof w->go_away, "%.*s", (int)f.go_away_reason.len, (const char *)f.go_away_reason.data);
    return false;
}

bool wire_reply(struct wire *w, uint64_t id, struct envelope_reply *out) {
    while (step(w, out))
        if (out->id == id)
            return true;
        else if (out->id != 0)
            w->n_strays++;
    return false;
}

int wire_call(struct wire *w, uint32_t method, bool changes, const ProtobufCMessage *body,
              const ProtobufCMessageDescriptor *reply, ProtobufCMessage **out) {
    struct id change = id_new();
    struct envelope_reply r;
    if (out != NULL) *out = NULL;
    if (!wire_reply(w, wire_send(w, method, changes ? &change : NULL, 0, body), &r)) return -1;
    if (out != NULL && (r.status == VS_OK || r.status == VS_DUPLICATE))
        *out = protobuf_c_message_unpack(reply, NULL, r.body.len, r.body.data);
    return (int)r.status;
}

bool wire_event(struct wire *w, struct envelope_event *out) {
    struct envelope_reply passed;
    while (w->n_events == 0) {
        if (!step(w, &passed) && w->n_events == 0) return false;
        w->n_strays += passed.id != 0;
    }
    *out = w->events[0];
    memmove(w->events, w->events + 1, --w->n_events * sizeof *w->events);
    return true;
}

void wire_settle(struct wire *w) {
    Vouchsafe__V1__PingRequest q = VOUCHSAFE__V1__PING_REQUEST__INIT;
    if (wire_call(w, VOUCHSAFE__V1__METHOD__PING, false, &q.base, NULL, NULL) != VS_OK) wire_die("no answer to a ping");
}

bool wire_saw(struct wire *w, const char *text) {
    return buf_len(&w->seen) > 0 && memmem(buf_data(&w->seen), buf_len(&w->seen), text, strlen(text)) != NULL;
}

struct wire_seat wire_join(const char *address, const struct join_line *line) {
    struct wire_seat seat = {.business = line->business};
    char business[ID_TEXT];
    struct id id = line->business;
    memcpy(seat.root_pin, line->root_pin, 32);
    id_format(&id, business);
    link_key_make(&seat.key, business);
    struct wire *w = wire_open(address, &seat);
    Vouchsafe__V1__JoinRequest q = VOUCHSAFE__V1__JOIN_REQUEST__INIT;
    q.has_business_id = q.has_secret = 1;
    q.business_id = wire_bytes(&id);
    q.secret = (ProtobufCBinaryData){32, (uint8_t *)(uintptr_t)line->secret};
    if (wire_call(w, VOUCHSAFE__V1__METHOD__JOIN, false, &q.base, NULL, NULL) != VS_OK) wire_die("joining failed");
    wire_close(w);
    return seat;
}
