/* SPDX-License-Identifier: Apache-2.0 */
/* What is asked on a connection, and the replies.
 * - happy path: a request takes a slot; its reply frees the slot, then goes to the slot's callback or into the list for vs_receive
 * - the connection is lost: every slot gets a reply UNKNOWN, so that each id has exactly one
 * - a reply to nothing open (a request that timed out on a connection since dropped can't come back): ignored */
#include "client/lib/client_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct incoming {
    struct list in;
    struct vs_reply reply;
};

void vs_reply_free(struct vs_reply *r) {
    if (r->body != NULL) protobuf_c_message_free_unpacked(r->body, NULL);
    free(r->bytes);
    r->body = NULL;
    r->bytes = NULL;
    r->n_bytes = 0;
}

/* No wire guard: the pin made sure who speaks, and a newer server may send enum numbers this client doesn't know. */
int vs_reply_unpack(struct vs_reply *r, const ProtobufCMessageDescriptor *desc) {
    if (r->body == NULL) r->body = protobuf_c_message_unpack(desc, NULL, r->n_bytes, r->bytes);
    return r->body == NULL ? -1 : 0;
}

/* --- slots -------------------------------------------------------------------------------------------- */

static struct slot *slot_of(vs_client *c, uint64_t id) {
    for (size_t i = 0; id != 0 && i < SLOTS; i++)
        if (c->slots[i].id == id) return &c->slots[i];
    return NULL;
}

static struct slot *slot_free(vs_client *c) {
    for (size_t i = 0; i < SLOTS; i++)
        if (c->slots[i].id == 0) return &c->slots[i];
    return NULL;
}

int64_t request_first_deadline(const vs_client *c) {
    int64_t first = INT64_MAX;
    for (size_t i = 0; i < SLOTS && c->open > 0; i++)
        if (c->slots[i].id != 0 && c->slots[i].until < first) first = c->slots[i].until;
    return first;
}

/* The slot is free again before anybody is told. r is moved. */
static void complete(vs_client *c, struct slot *s, struct vs_reply *r) {
    struct slot was = *s;
    *s = (struct slot){0};
    c->open--;
    r->id = was.id;
    if (was.incoming != NULL) {
        was.incoming->reply = *r;
        c->open_for_caller--;
        list_push_back(&c->replies, &was.incoming->in);
        return;
    }
    if (was.on_reply != NULL) was.on_reply(was.arg, c, r);
    vs_reply_free(r);
}

void request_lost(vs_client *c) {
    for (size_t i = 0; i < SLOTS; i++) {
        if (c->slots[i].id == 0) continue;
        struct vs_reply r = {.status = VS_UNKNOWN};
        snprintf(r.message, sizeof r.message, "%s", *c->why ? c->why : "the connection was lost");
        complete(c, &c->slots[i], &r);
    }
}

void client_forget(vs_client *c, void *arg) {
    for (size_t i = 0; i < SLOTS; i++)
        if (c->slots[i].id != 0 && c->slots[i].arg == arg) c->slots[i].on_reply = NULL;
}

static void copy(char *out, size_t size, struct slice s) {
    size_t n = s.len < size - 1 ? s.len : size - 1;
    if (n > 0) memcpy(out, s.data, n);
    out[n] = '\0';
}

void request_answered(vs_client *c, const struct envelope_reply *e) {
    struct slot *s = slot_of(c, e->id);
    if (s == NULL) return;
    struct vs_reply r;
    r.status = (int)e->status;
    r.retry_after_ms = e->retry_after_ms;
    r.body = NULL;
    r.bytes = e->body.len > 0 ? malloc(e->body.len) : NULL;
    r.n_bytes = r.bytes != NULL ? e->body.len : 0;
    copy(r.reason, sizeof r.reason, e->reason);
    copy(r.field, sizeof r.field, e->field);
    copy(r.message, sizeof r.message, e->message);
    if (r.n_bytes > 0) memcpy(r.bytes, e->body.data, r.n_bytes);
    if (r.n_bytes < e->body.len) { /* stored or not, we can't tell: ask again */
        r.status = VS_UNKNOWN;
        snprintf(r.message, sizeof r.message, "out of memory");
    }
    if (r.message[0] == '\0') snprintf(r.message, sizeof r.message, "%s", vs_status_words(r.status));
    complete(c, s, &r);
}

/* --- sending ------------------------------------------------------------------------------------------ */

static struct slot *send_request(vs_client *c, uint32_t method, const struct id *change_id, struct slice body) {
    struct slot *s = slot_free(c);
    if (s == NULL || c->tls == NULL || !tls_ready(c->tls) || c->broken) return NULL;
    struct envelope_request q = {.id = c->next_id, .method = method, .deadline_ms = VS_CALL_MS, .body = body};
    if (change_id != NULL) q.change_id = (struct slice){change_id->b, sizeof change_id->b};
    envelope_write_request(&c->asked, &q);
    if (buf_failed(&c->asked)) {
        client_break(c, "the request could not be sent");
        return NULL;
    }
    c->sent = client_now();
    *s = (struct slot){.id = c->next_id++, .until = c->sent + VS_CALL_MS};
    c->open++;
    return s;
}

uint64_t client_send(vs_client *c, uint32_t method, const struct id *change_id, struct slice body,
                     client_on_reply *on_reply, void *arg) {
    struct slot *s = send_request(c, method, change_id, body);
    if (s == NULL) return 0;
    s->on_reply = on_reply;
    s->arg = arg;
    return s->id;
}

static uint8_t *pack(const ProtobufCMessage *m, struct slice *out) {
    size_t n = protobuf_c_message_get_packed_size(m);
    uint8_t *bytes = malloc(n + 1);
    if (bytes != NULL) *out = (struct slice){bytes, protobuf_c_message_pack(m, bytes)};
    return bytes;
}

uint64_t client_send_message(vs_client *c, uint32_t method, const ProtobufCMessage *m, client_on_reply *on_reply,
                             void *arg) {
    struct slice body;
    uint8_t *bytes = pack(m, &body);
    uint64_t id = bytes == NULL ? 0 : client_send(c, method, NULL, body, on_reply, arg);
    free(bytes);
    return id;
}

uint64_t vs_send(vs_client *c, uint32_t method, const struct id *change_id, struct slice body) {
    if (c->phase != PHASE_READY || c->open >= VS_PIPELINE) return 0;
    struct incoming *room = malloc(sizeof *room); /* before sending: a reply must not be lost for want of memory */
    struct slot *s = room == NULL ? NULL : send_request(c, method, change_id, body);
    if (s == NULL) {
        free(room);
        return 0;
    }
    s->incoming = room;
    c->open_for_caller++;
    return s->id;
}

/* --- receiving ---------------------------------------------------------------------------------------- */

bool vs_next_reply(vs_client *c, struct vs_reply *out) {
    struct list *first = list_pop_front(&c->replies);
    if (first == NULL) return false;
    struct incoming *i = LIST_ENTRY(first, struct incoming, in);
    *out = i->reply;
    free(i);
    return true;
}

void request_free_replies(vs_client *c) {
    for (struct vs_reply r; vs_next_reply(c, &r);) vs_reply_free(&r);
}

static void unpack(struct vs_reply *r, const ProtobufCMessageDescriptor *desc) {
    if (desc == NULL || (r->status != VS_OK && r->status != VS_DUPLICATE)) return;
    if (vs_reply_unpack(r, desc) == 0 || r->status == VS_DUPLICATE) return;
    r->status = VS_UNKNOWN;
    snprintf(r->message, sizeof r->message, "the answer can't be read");
}

int vs_receive(vs_client *c, int timeout_ms, const ProtobufCMessageDescriptor *desc, struct vs_reply *out) {
    int64_t until = client_now() + timeout_ms;
    while (list_empty(&c->replies) && c->open_for_caller > 0 && client_now() < until) client_wait(c, until);
    if (vs_next_reply(c, out)) {
        unpack(out, desc);
        return 0;
    }
    memset(out, 0, sizeof *out);
    out->status = VS_UNKNOWN;
    snprintf(out->message, sizeof out->message, "%s",
             c->open_for_caller > 0    ? "no answer in time"
             : c->phase == PHASE_READY ? "no request is open"
                                       : c->why);
    return -1;
}

struct call {
    struct vs_reply *out;
    bool done;
};

static void on_call(void *arg, vs_client *c, struct vs_reply *r) {
    (void)c;
    struct call *call = arg;
    *call->out = *r;
    r->body = NULL;
    r->bytes = NULL;
    call->done = true;
}

int vs_call(vs_client *c, uint32_t method, const struct id *change_id, const ProtobufCMessage *req,
            const ProtobufCMessageDescriptor *desc, struct vs_reply *out) {
    struct call call = {.out = out};
    struct slice body;
    uint8_t *bytes = pack(req, &body);
    bool ready = bytes != NULL && (c->phase == PHASE_READY || vs_reconnect(c) == 0);
    while (ready && c->phase == PHASE_READY && c->open >= VS_PIPELINE) client_wait(c, INT64_MAX);
    uint64_t id = ready && c->phase == PHASE_READY ? client_send(c, method, change_id, body, on_call, &call) : 0;
    free(bytes);
    if (id == 0) {
        memset(out, 0, sizeof *out);
        out->status = VS_UNAVAILABLE;
        snprintf(out->message, sizeof out->message, "%s", bytes == NULL ? "out of memory" : c->why);
        return out->status;
    }
    while (!call.done) client_wait(c, INT64_MAX); /* the slot's deadline ends it */
    unpack(out, desc);
    return out->status;
}
