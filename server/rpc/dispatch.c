/* SPDX-License-Identifier: Apache-2.0 */
/* From bytes to handler. Every step that refuses does so before the next one costs anything. */
#include "server/rpc/dispatch.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

#include "server/core/clock.h"
#include "server/core/config.h"
#include "server/core/metrics.h"
#include "server/rpc/validate.h"
#include "vouchsafe/guard.h"
#include "vouchsafe/v1/method.pb-c.h"

enum { METHODS_MAX = METRICS_METHODS };

static const struct method *table[METHODS_MAX];
static void *context;
static unsigned in_flight;
bool (*dispatch_has_room)(void *context);
bool (*dispatch_is_ready)(void *context, const char **why);
struct list dispatch_sessions = {&dispatch_sessions, &dispatch_sessions};

unsigned dispatch_in_flight(void) { return in_flight; }
size_t dispatch_memory(void) { return arena_held() + buf_held(); }

unsigned dispatch_logged_in(void) {
    unsigned n = 0;
    LIST_FOREACH(it, &dispatch_sessions) n++;
    return n;
}

static int add(const struct method *m, char *err, size_t err_size) {
    const ProtobufCEnumDescriptor *d = &vouchsafe__v1__method__descriptor;
    if (m->number >= METHODS_MAX || protobuf_c_enum_descriptor_get_value(d, (int)m->number) == NULL ||
        table[m->number] != NULL) {
        snprintf(err, err_size, "method %s has two rows, or isn't in method.proto", m->name);
        return -1;
    }
    table[m->number] = m;
    metrics_name(LABEL_METHOD, m->number, m->name);
    return 0;
}

int dispatch_init(const struct module *const *modules, size_t n, void *handlers_context, char *err, size_t err_size) {
    const ProtobufCEnumDescriptor *d = &vouchsafe__v1__method__descriptor;
    context = handlers_context;
    memset(table, 0, sizeof table);
    metrics_name(LABEL_METHOD, 0, "UNKNOWN");
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < modules[i]->n_methods; k++)
            if (add(&modules[i]->methods[k], err, err_size) < 0) return -1;
    for (unsigned i = 0; i < d->n_values; i++)
        if (d->values[i].value != 0 && table[d->values[i].value] == NULL) {
            snprintf(err, err_size, "method %s of method.proto has no row in any module", d->values[i].name);
            return -1;
        }
    return 0;
}

/* --- replies -------------------------------------------------------------------------------------------- */

static struct slice text(const char *s) { return (struct slice){(const uint8_t *)s, s == NULL ? 0 : strlen(s)}; }

static void tell(struct request *r, struct envelope_reply *reply) {
    reply->id = r->id;
    metrics_add(METRIC_REQUESTS, r->method->number, (unsigned)reply->status, 1);
    metrics_observe(METRIC_REQUEST_SECONDS, (double)(uv_hrtime() - r->arrived_ns) / 1e9);
    if (r->peer != NULL) r->peer->send_reply(r->peer, reply);
}

static void finish(struct request *r, struct envelope_reply *reply) {
    MUST(!r->replied);
    r->replied = true;
    in_flight--;
    list_remove(&r->in_open);
    peer_end(r);
    if (!r->late) tell(r, reply);
    arena_free(&r->arena);
    free(r);
}

void request_reply_status(struct request *r, enum vs_status status, const ProtobufCMessage *body) {
    uint8_t small[1024], *packed = small;
    size_t n = body == NULL ? 0 : protobuf_c_message_get_packed_size(body);
    if (n > sizeof small) packed = malloc(n);
    if (packed == NULL || n > 250 * 1024) {
        if (packed != small) free(packed);
        request_refuse(r, VS_RESOURCE_EXHAUSTED, "REPLY_TOO_BIG", NULL,
                       "the answer is too large; ask for a smaller page");
        return;
    }
    if (n > 0) protobuf_c_message_pack(body, packed);
    struct envelope_reply reply = {.status = status, .body = {packed, n}};
    finish(r, &reply);
    if (packed != small) free(packed);
}

void request_reply(struct request *r, const ProtobufCMessage *body) { request_reply_status(r, VS_OK, body); }

void request_refuse(struct request *r, enum vs_status status, const char *reason, const char *field, const char *fmt,
                    ...) {
    char message[512];
    snprintf(message, sizeof message, "%s", vs_status_words(status));
    if (fmt != NULL) {
        va_list ap;
        va_start(ap, fmt);
        vsnprintf(message, sizeof message, fmt, ap);
        va_end(ap);
    }
    struct envelope_reply reply = {
        .status = status, .reason = text(reason), .field = text(field), .message = text(message)};
    reply.retry_after_ms = r->retry_after_ms;
    finish(r, &reply);
}

/* --- deadlines: one sweep for all requests ---------------------------------------------------------------- */

enum { SWEEP_MS = 50 };
static struct list open_requests = {&open_requests, &open_requests};
static uv_timer_t sweep;

void dispatch_expire(int64_t now_ms) {
    LIST_FOREACH(it, &open_requests) {
        struct request *r = LIST_ENTRY(it, struct request, in_open);
        if (now_ms <= r->deadline_ms) continue;
        struct envelope_reply reply = {.status = VS_DEADLINE_EXCEEDED,
                                       .reason = text("DEADLINE"),
                                       .message = text(vs_status_words(VS_DEADLINE_EXCEEDED))};
        list_remove(&r->in_open);
        tell(r, &reply);
        r->late = true;
    }
}

static void on_sweep(uv_timer_t *t) {
    dispatch_expire(clock_mono_ms());
    if (list_empty(&open_requests)) uv_timer_stop(t);
}

void dispatch_start(uv_loop_t *loop) {
    uv_timer_init(loop, &sweep);
    sweep.data = &sweep; /* made */
}

/* Coming in has no deadline of its own: the session's limits hold there, and reading waits for its end. */
static void set_deadline(struct request *r, uint32_t asked_ms) {
    int64_t ms = asked_ms == 0 ? config.limit_deadline_ms : asked_ms;
    list_init(&r->in_open);
    if (r->method->flags & METHOD_BEFORE_LOGIN) return;
    r->deadline_ms = r->arrived_ms + (ms < config.limit_deadline_max_ms ? ms : config.limit_deadline_max_ms);
    list_push_back(&open_requests, &r->in_open);
    if (sweep.data != NULL && !uv_is_active((uv_handle_t *)&sweep))
        uv_timer_start(&sweep, on_sweep, SWEEP_MS, SWEEP_MS);
}

/* --- the gate: memory only ------------------------------------------------------------------------------ */

struct refusal {
    enum vs_status status;
    const char *reason, *message;
};

static bool gate(const struct peer *p, const struct method *m, const struct envelope_request *e, struct refusal *no) {
    const char *why = NULL;
    bool logged_in = p->actor.role != ROLE_NONE;
    if (m == NULL)
        *no = (struct refusal){VS_UNIMPLEMENTED, "METHOD", NULL};
    else if (!logged_in && !(m->flags & METHOD_BEFORE_LOGIN))
        *no = (struct refusal){VS_UNAUTHENTICATED, "NOT_LOGGED_IN", NULL};
    else if (logged_in && !(m->roles & 1u << p->actor.role))
        *no = (struct refusal){VS_PERMISSION_DENIED, "ROLE", NULL};
    else if (((m->flags & METHOD_CHANGES) != 0) != (e->change_id.len != 0))
        *no = (struct refusal){VS_INVALID_ARGUMENT, "CHANGE_ID", "mutations, and only they, carry a change_id"};
    else if (e->change_id.len != 0 && !id_acceptable(e->change_id.data, e->change_id.len))
        *no = (struct refusal){VS_INVALID_ARGUMENT, "CHANGE_ID", "change_id must be a UUID of version 7 or 8"};
    else if (dispatch_memory() >= (size_t)config.limit_memory_mib << 20)
        *no = (struct refusal){VS_RESOURCE_EXHAUSTED, "MEMORY", "the server is short of memory; try again soon"};
    else if (!peer_has_room(p) || (int64_t)in_flight >= config.limit_in_flight_process || !dispatch_has_room(context))
        *no = (struct refusal){VS_RESOURCE_EXHAUSTED, "IN_FLIGHT", NULL};
    else if (m->number != VOUCHSAFE__V1__METHOD__PING && !dispatch_is_ready(context, &why))
        *no = (struct refusal){VS_UNAVAILABLE, "NOT_READY", why};
    else
        return true;
    return false;
}

static bool id_in_use(const struct peer *p, uint64_t id) {
    LIST_FOREACH(it, &p->requests) {
        const struct request *r = LIST_ENTRY(it, struct request, in_peer);
        if (r->id == id && !r->late) return true;
    }
    return false;
}

static void refuse_early(struct peer *p, const struct method *m, uint64_t id, const struct refusal *no) {
    metrics_add(METRIC_REQUESTS, m == NULL ? 0 : m->number, no->status, 1);
    struct envelope_reply reply = {
        .id = id,
        .status = no->status,
        .reason = text(no->reason),
        .message = text(no->message != NULL ? no->message : vs_status_words(no->status)),
        .retry_after_ms = no->status == VS_RESOURCE_EXHAUSTED || no->status == VS_UNAVAILABLE ? 100 : 0};
    p->send_reply(p, &reply);
}

static struct request *request_new(struct peer *p, const struct method *m, const struct envelope_request *e) {
    struct request *r = calloc(1, sizeof *r);
    if (r == NULL) return NULL;
    arena_init(&r->arena, arena_cap_for(e->body.len) + 64 * 1024);
    *r = (struct request){.peer = p,
                          .method = m,
                          .context = context,
                          .arena = r->arena,
                          .actor = p->actor,
                          .id = e->id,
                          .arrived_ms = clock_mono_ms(),
                          .arrived_ns = uv_hrtime()};
    r->arena.protobuf.allocator_data = &r->arena;
    if (e->change_id.len != 0) memcpy(r->change_id.b, e->change_id.data, 16);
    r->body = (struct slice){arena_dup(&r->arena, e->body.data, e->body.len), e->body.len};
    if (r->body.data == NULL) {
        arena_free(&r->arena);
        free(r);
        return NULL;
    }
    set_deadline(r, e->deadline_ms);
    peer_begin(p, r);
    in_flight++;
    return r;
}

static void refuse_body(struct request *r, enum guard_result g, const char *field) {
    request_refuse(r, VS_INVALID_ARGUMENT, guard_reason(g), field, "%s", guard_words(g));
}

static void open_body(struct request *r) {
    const char *field = NULL;
    enum guard_result g = guard_check(r->method->request, r->body, arena_cap_for(r->body.len), &field);
    if (g != GUARD_OK) {
        refuse_body(r, g, field);
        return;
    }
    ProtobufCMessage *m = protobuf_c_message_unpack(r->method->request, &r->arena.protobuf, r->body.len, r->body.data);
    struct violation v;
    if (m == NULL && r->arena.failed && !r->arena.over_cap)
        request_refuse(r, VS_RESOURCE_EXHAUSTED, "MEMORY", NULL, NULL);
    else if (m == NULL)
        refuse_body(r, r->arena.over_cap ? GUARD_TOO_BIG : GUARD_MALFORMED, NULL);
    else if (!validate(r->method, m, &v))
        request_refuse(r, VS_INVALID_ARGUMENT, v.reason, v.field, "%s: %s", v.field, v.message);
    else
        r->method->handle(r, m);
}

int dispatch_frame(struct peer *p, struct slice frame) {
    struct envelope_request e;
    struct refusal no;
    if (envelope_read_request(frame, &e) < 0 || e.id == 0 || id_in_use(p, e.id)) return -1;
    const struct method *m = e.method < METHODS_MAX ? table[e.method] : NULL;
    if (!gate(p, m, &e, &no)) {
        refuse_early(p, m, e.id, &no);
        return 0;
    }
    struct request *r = request_new(p, m, &e);
    if (r == NULL)
        refuse_early(p, m, e.id, &(struct refusal){VS_RESOURCE_EXHAUSTED, "MEMORY", NULL});
    else
        open_body(r);
    return 0;
}
