/* SPDX-License-Identifier: Apache-2.0 */
/* One client's connection.
 * - happy path: on_read -> (PROXY header ->) TLS, or none behind the plain door -> whole frames -> dispatch; replies gather in `plain` and leave once per
 *   turn (on_flush)
 * - the client stops reading: over limit.output_kib it isn't read either; closed when nothing moves for limit.stalled_ms,
 *   never for the amount
 * - it may have no more requests open, or a login is pending: it isn't read until that changes
 * - a handshake, login or frame takes too long: one sweep a second for all connections, no timer each
 * - the token it came in by runs out: sent away by the same sweep
 * - too many from one address without a login: closed at once, by a count per address
 * - the client leaves: its open requests lose their peer, finish, and reply to nobody
 * An idle connection holds this struct and OpenSSL's state, no buffers. */
#include "server/net/session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/core/clock.h"
#include "server/core/config.h"
#include "server/core/listen.h"
#include "server/core/log.h"
#include "server/core/metrics.h"
#include "server/net/proxy.h"
#include "server/rpc/dispatch.h"
#include "vouchsafe/frame.h"

enum { FRAMES_PER_TURN = 32 };

struct session {
    struct peer peer;
    struct list all, dirty; /* every session; those with plain bytes to send or frames left to handle */
    union listen_stream io;
    struct tls *tls; /* NULL: it came by the plain door */
    struct buf in, plain, cipher;
    struct count *stranger;                          /* its address's, until it logged in */
    int64_t opened_ms, heard_ms, frame_ms, moved_ms; /* frame_ms: when the unfinished frame began, or 0 */
    size_t unsent;                                   /* the write queue's size when moved_ms was set */
    unsigned writes;
    bool closing, draining, paused, named; /* paused: not reading; named: who the peer is is known */
};

struct write {
    uv_write_t req;
    struct session *s;
    struct buf data;
};

static struct list all = {&all, &all}, dirty = {&dirty, &dirty};
static struct counts strangers; /* connections without a login, by address */
static unsigned count;
static struct door {
    union listen_stream io;
    bool open, plain, proxy; /* plain: without TLS, reached from this machine alone */
} doors[2];
static uv_timer_t sweep;
static uv_prepare_t flusher;
static uv_idle_t again; /* runs while somebody is left in `dirty`, so that the loop doesn't sleep */
static struct tls_context *context;
static bool stopping;
static uint8_t read_buffer[64 * 1024]; /* one loop, one read at a time */

unsigned session_count(void) { return count; }

static void on_closed(uv_handle_t *h) {
    struct session *s = h->data;
    tls_free(s->tls);
    buf_free(&s->in);
    buf_free(&s->plain);
    buf_free(&s->cipher);
    free(s);
}

static void session_close(struct session *s, const char *why) {
    if (s->closing) return;
    s->closing = true;
    log_debug("close", "peer=%s why=%s", s->peer.address, log_quote(why));
    peer_gone(&s->peer);
    counts_release(&strangers, s->stranger);
    list_remove(&s->all);
    list_remove(&s->dirty);
    count--;
    uv_close(&s->io.handle, on_closed);
}

static void mark(struct session *s) {
    if (!s->closing && list_empty(&s->dirty)) {
        list_push_back(&dirty, &s->dirty);
    }
}

/* The server ends it, by a limit. */
static void session_end(struct session *s, enum end_reason reason, const char *why) {
    if (s->closing) return;
    metrics_add(s->peer.actor.role == ROLE_NONE ? METRIC_REFUSED : METRIC_CUT, reason, 0, 1);
    session_close(s, why);
}

static void on_written(uv_write_t *req, int status) {
    struct write *w = CONTAINER_OF(req, struct write, req);
    struct session *s = w->s;
    buf_free(&w->data);
    free(w);
    s->writes--;
    if (status < 0)
        session_close(s, "write failed");
    else
        mark(s); /* there may be room to go on reading, or nothing left to wait for */
}

/* What is in cipher goes to the kernel; what the kernel doesn't take is queued. */
static void push(struct session *s) {
    if (buf_failed(&s->cipher)) session_close(s, "no memory");
    if (s->closing || buf_len(&s->cipher) == 0) return;
    uv_buf_t b = uv_buf_init((char *)(uintptr_t)buf_data(&s->cipher), (unsigned)buf_len(&s->cipher));
    int n = uv_try_write(&s->io.stream, &b, 1);
    if (n > 0) buf_consume(&s->cipher, (size_t)n);
    if (buf_len(&s->cipher) == 0) {
        buf_trim(&s->cipher);
        return;
    }
    struct write *w = calloc(1, sizeof *w);
    if (w == NULL) {
        session_close(s, "no memory");
        return;
    }
    buf_move(&w->data, &s->cipher);
    w->s = s;
    b = uv_buf_init((char *)(uintptr_t)buf_data(&w->data), (unsigned)buf_len(&w->data));
    if (uv_write(&w->req, &s->io.stream, &b, 1, on_written) < 0) {
        buf_free(&w->data);
        free(w);
        session_close(s, "write failed");
        return;
    }
    if (s->writes++ == 0) {
        s->moved_ms = clock_mono_ms();
        s->unsent = s->io.stream.write_queue_size;
    }
}

/* May it be written to? */
static bool is_open(const struct session *s) { return s->tls == NULL || tls_ready(s->tls); }

static enum tls_result seal(struct session *s, struct slice plain) {
    if (s->tls != NULL) return tls_send(s->tls, plain, &s->cipher);
    buf_append(&s->cipher, plain.data, plain.len);
    return TLS_OK;
}

static enum tls_result unseal(struct session *s, struct slice in) {
    if (s->tls != NULL) return tls_feed(s->tls, in, &s->in, &s->cipher);
    buf_append(&s->in, in.data, in.len);
    return buf_failed(&s->in) ? TLS_FAILED : TLS_OK;
}

static void flush(struct session *s) {
    size_t n = buf_len(&s->plain);
    if (buf_failed(&s->plain) || s->closing) {
        session_close(s, "no memory");
        return;
    }
    if (n == 0 || !is_open(s)) return;
    enum tls_result r = seal(s, (struct slice){buf_data(&s->plain), n});
    buf_consume(&s->plain, n);
    buf_trim(&s->plain);
    push(s);
    if (r != TLS_OK) session_close(s, "tls");
}

static void peer_reply(struct peer *p, const struct envelope_reply *reply) {
    struct session *s = CONTAINER_OF(p, struct session, peer);
    envelope_write_reply(&s->plain, reply);
    mark(s);
}

static void peer_event(struct peer *p, const struct envelope_event *e) {
    struct session *s = CONTAINER_OF(p, struct session, peer);
    envelope_write_event(&s->plain, e);
    mark(s);
}

static bool is_full(const struct session *s) {
    int64_t kib = s->peer.actor.role == ROLE_NONE ? config.limit_output_before_login_kib : config.limit_output_kib;
    return s->io.stream.write_queue_size + buf_len(&s->plain) >= (size_t)kib * 1024;
}

static bool peer_is_full(const struct peer *p) { return is_full(CONTAINER_OF(p, const struct session, peer)); }

static void peer_go_away(struct peer *p, const char *reason, const char *message) {
    struct session *s = CONTAINER_OF(p, struct session, peer);
    if (s->closing || !is_open(s)) {
        session_close(s, reason);
        return;
    }
    envelope_write_go_away(&s->plain, reason, message);
    flush(s);
    if (s->closing) return;
    if (s->tls != NULL) tls_close(s->tls, &s->cipher);
    push(s);
    session_close(s, reason);
}

static void peer_resume(struct peer *p) {
    struct session *s = CONTAINER_OF(p, struct session, peer);
    if (p->actor.role != ROLE_NONE) {
        counts_release(&strangers, s->stranger);
        s->stranger = NULL;
    }
    mark(s);
}

/* Said to the client before it is closed, and counted. */
static void send_away(struct session *s, enum end_reason reason, const char *name, const char *message) {
    metrics_add(s->peer.actor.role == ROLE_NONE ? METRIC_REFUSED : METRIC_CUT, reason, 0, 1);
    peer_go_away(&s->peer, name, message);
}

static bool may_read(const struct session *s) {
    return !s->closing && !s->draining && !s->peer.login_pending && !is_full(s) &&
           (int64_t)s->peer.in_flight < config.limit_in_flight;
}

static void handle_frames(struct session *s) {
    size_t max = s->peer.actor.role == ROLE_NONE ? FRAME_MAX_BEFORE_LOGIN : FRAME_MAX_FROM_CLIENT;
    for (int n = 0; n < FRAMES_PER_TURN && may_read(s); n++) {
        struct slice body;
        switch (frame_peek(&s->in, max, &body, NULL)) {
            case FRAME_PARTIAL:
                if (buf_len(&s->in) == 0)
                    s->frame_ms = 0;
                else if (s->frame_ms == 0)
                    s->frame_ms = clock_mono_ms();
                buf_trim(&s->in);
                return;
            case FRAME_WHOLE: break;
            default: send_away(s, END_PROTOCOL, "PROTOCOL", "that frame is empty or too long"); return;
        }
        s->frame_ms = 0;
        if (dispatch_frame(&s->peer, body) < 0) {
            send_away(s, END_PROTOCOL, "PROTOCOL", "that is not a request this protocol knows");
            return;
        }
        if (!s->closing) frame_consume(&s->in, body);
        max = s->peer.actor.role == ROLE_NONE ? FRAME_MAX_BEFORE_LOGIN : FRAME_MAX_FROM_CLIENT;
    }
    if (may_read(s) && buf_len(&s->in) > 0) mark(s);
}

static void on_alloc(uv_handle_t *h, size_t n, uv_buf_t *buf);
static void on_read(uv_stream_t *stream, ssize_t n, const uv_buf_t *buf);

/* When its frames can't be handled, the client isn't read: `in` never holds more than a frame and a read. While it isn't
 * read its unfinished frame isn't late. */
static void set_reading(struct session *s) {
    bool pause = !may_read(s) || buf_len(&s->in) > FRAME_HEADER + FRAME_MAX_FROM_CLIENT;
    if (pause) s->frame_ms = 0;
    if (s->closing || s->draining || pause == s->paused) return;
    s->paused = pause;
    if (pause)
        uv_read_stop(&s->io.stream);
    else
        uv_read_start(&s->io.stream, on_alloc, on_read);
}

static void greet(struct session *s) {
    s->peer.has_key = tls_peer_key(s->tls, s->peer.key_hash);
    tls_peer_name(s->tls, s->peer.key_name, sizeof s->peer.key_name);
}

/* The client's address is known: may it have one more connection without a login? */
static void name_peer(struct session *s, const struct sockaddr *sa) {
    s->named = true;
    if (uv_ip_name(sa, s->peer.address, sizeof s->peer.address) != 0)
        snprintf(s->peer.address, sizeof s->peer.address, "local");
    s->stranger = counts_take(&strangers, s->peer.address, strlen(s->peer.address));
    if (s->stranger == NULL || (int64_t)s->stranger->holders > config.limit_connections_per_address) {
        log_info("refused", "peer=%s why=\"too many connections without a login\"", s->peer.address);
        session_end(s, END_TOO_MANY, "too many of one address");
    }
}

static void name_by_socket(struct session *s) {
    struct sockaddr_storage sa = {.ss_family = AF_UNIX};
    int len = sizeof sa;
    if (s->io.handle.type == UV_NAMED_PIPE || uv_tcp_getpeername(&s->io.tcp, (struct sockaddr *)&sa, &len) == 0)
        name_peer(s, (struct sockaddr *)&sa);
    else
        session_close(s, "the client left");
}

/* The balancer's header comes first; `in` holds what is here of it. What follows it in `more` stays there. */
static void read_header(struct session *s, struct slice *more) {
    struct proxy p;
    const char *why = NULL;
    size_t before = buf_len(&s->in), take = PROXY_MAX - before;
    if (take > more->len) take = more->len;
    buf_append(&s->in, more->data, take);
    enum proxy_result r = proxy_read((struct slice){buf_data(&s->in), buf_len(&s->in)}, &p, &why);
    if (r == PROXY_BAD || buf_failed(&s->in)) {
        log_info("refused", "peer=balancer why=%s", log_quote(why != NULL ? why : "no memory"));
        session_end(s, END_PROXY, "proxy header");
        return;
    }
    size_t used = r == PROXY_WHOLE ? p.used - before : take;
    *more = (struct slice){more->data + used, more->len - used};
    if (r == PROXY_PARTIAL) return;
    buf_free(&s->in);
    if (p.local)
        name_by_socket(s);
    else
        name_peer(s, (struct sockaddr *)&p.peer);
}

static void on_read(uv_stream_t *stream, ssize_t n, const uv_buf_t *buf) {
    struct session *s = stream->data;
    if (n == 0) return;
    if (n < 0) {
        session_close(s, "the client left");
        return;
    }
    struct slice in = {(uint8_t *)buf->base, (size_t)n};
    if (!s->named) read_header(s, &in);
    if (s->closing || in.len == 0) return;
    bool was_ready = is_open(s);
    s->heard_ms = clock_mono_ms();
    enum tls_result r = unseal(s, in);
    push(s);
    if (s->closing) return;
    if (r == TLS_CLOSED) {
        session_close(s, "the client left");
    } else if (r == TLS_FAILED) {
        log_info("tls_refused", "peer=%s why=%s", s->peer.address,
                 log_quote(s->tls != NULL ? tls_error(s->tls) : "no memory"));
        session_end(s, END_TLS, "tls");
    } else {
        if (!was_ready && is_open(s)) greet(s);
        handle_frames(s);
        set_reading(s);
    }
}

static void on_alloc(uv_handle_t *h, size_t n, uv_buf_t *buf) {
    (void)h, (void)n;
    *buf = uv_buf_init((char *)read_buffer, sizeof read_buffer);
}

static void on_again(uv_idle_t *h) { (void)h; }

/* Before the loop sleeps: everything answered in this turn leaves in one write; paused clients go on. */
static void on_flush(uv_prepare_t *h) {
    (void)h;
    struct list now;
    list_init(&now);
    while (!list_empty(&dirty)) list_push_back(&now, list_pop_front(&dirty));
    while (!list_empty(&now)) {
        struct session *s = LIST_ENTRY(list_pop_front(&now), struct session, dirty);
        handle_frames(s);
        if (!s->closing) flush(s);
        if (!s->closing) set_reading(s);
        if (!s->closing && s->draining && s->writes == 0 && list_empty(&s->peer.requests)) session_close(s, "drained");
    }
    if (list_empty(&dirty))
        uv_idle_stop(&again);
    else
        uv_idle_start(&again, on_again);
}

static void on_connection(uv_stream_t *server, int status) {
    const struct door *door = server->data;
    struct session *s = status < 0 ? NULL : calloc(1, sizeof *s);
    if (s == NULL) return;
    if (server->type == UV_NAMED_PIPE)
        uv_pipe_init(server->loop, &s->io.pipe, 0);
    else
        uv_tcp_init(server->loop, &s->io.tcp);
    s->io.handle.data = s;
    list_init(&s->peer.requests);
    list_init(&s->peer.in_sessions);
    list_init(&s->peer.watches);
    list_init(&s->dirty);
    buf_init(&s->in, 3 * FRAME_MAX_FROM_CLIENT); /* a frame, a read, and a record TLS held back */
    buf_init(&s->plain, 0);                      /* never closed for the amount */
    buf_init(&s->cipher, 0);
    s->peer.send_reply = peer_reply;
    s->peer.send_event = peer_event;
    s->peer.is_full = peer_is_full;
    s->peer.go_away = peer_go_away;
    s->peer.resume = peer_resume;
    s->opened_ms = s->heard_ms = s->moved_ms = clock_mono_ms();
    list_push_back(&all, &s->all);
    count++;
    metrics_add(METRIC_ACCEPTED, 0, 0, 1);
    if (uv_accept(server, &s->io.stream) < 0 || (!door->plain && (s->tls = tls_new(context)) == NULL))
        session_close(s, "no memory");
    else if (count > config.limit_connections)
        session_end(s, END_TOO_MANY, "too many connections");
    else if (!door->proxy)
        name_by_socket(s);
    if (s->closing) return;
    if (s->io.handle.type == UV_TCP) uv_tcp_nodelay(&s->io.tcp, 1);
    uv_read_start(&s->io.stream, on_alloc, on_read);
}

/* --- limits in time: one look a second at everybody ------------------------------------------------------- */

static bool is_stalled(struct session *s, int64_t now) {
    if (s->writes == 0) return false;
    if (s->io.stream.write_queue_size != s->unsent) {
        s->unsent = s->io.stream.write_queue_size;
        s->moved_ms = now;
    }
    return now - s->moved_ms > config.limit_stalled_ms;
}

static bool is_frame_late(const struct session *s, int64_t now) {
    return s->frame_ms != 0 &&
           now - s->frame_ms > config.limit_frame_ms + (int64_t)buf_len(&s->in) * 1000 / config.limit_frame_rate;
}

static void look_at(struct session *s, int64_t now) {
    bool stranger = s->peer.actor.role == ROLE_NONE && !s->peer.login_pending;
    if (!is_open(s) || !s->named) {
        if (now - s->opened_ms > config.limit_handshake_ms) session_end(s, END_TOO_SLOW, "handshake too slow");
    } else if (stranger && now - s->opened_ms > config.limit_handshake_ms + config.limit_login_ms) {
        send_away(s, END_TOO_SLOW, "TOO_SLOW", "log in sooner");
    } else if (s->peer.ends_at != 0 && s->peer.ends_at <= clock_now_us()) {
        send_away(s, END_EXPIRED, "TOKEN_EXPIRED", "this login ran out; log in again with the password");
    } else if (is_frame_late(s, now)) {
        send_away(s, END_TOO_SLOW, "TOO_SLOW", "a frame took too long");
    } else if (is_stalled(s, now)) {
        session_end(s, END_STALLED, "the client doesn't read");
    } else if (now - s->heard_ms > config.limit_idle_ms && s->peer.in_flight == 0) {
        send_away(s, END_IDLE, "IDLE", "nothing was said for too long");
    }
}

static void on_sweep(uv_timer_t *t) {
    (void)t;
    int64_t now = clock_mono_ms();
    LIST_FOREACH(it, &all) look_at(LIST_ENTRY(it, struct session, all), now);
}

static void open_door(struct door *d, bool plain, bool proxy) {
    d->open = true;
    d->plain = plain;
    d->proxy = proxy;
    d->io.handle.data = d;
}

int session_listen(uv_loop_t *loop, const char *address, struct tls_context *tls, char *bound, char *err,
                   size_t err_size) {
    struct door *d = &doors[0];
    if (listen_tcp(loop, &d->io.tcp, "listen.address", address, "clients", on_connection, bound, err, err_size) < 0)
        return -1;
    open_door(d, false, config.listen_proxy);
    context = tls;
    uv_timer_init(loop, &sweep);
    uv_timer_start(&sweep, on_sweep, 1000, 1000);
    uv_prepare_init(loop, &flusher);
    uv_prepare_start(&flusher, on_flush);
    uv_idle_init(loop, &again);
    return 0;
}

int session_listen_plain(uv_loop_t *loop, const char *address, char *bound, char *err, size_t err_size) {
    struct door *d = &doors[1];
    if (listen_local(loop, &d->io, "listen.plain", address, on_connection, bound, err, err_size) < 0) return -1;
    open_door(d, true, config.listen_plain_proxy);
    return 0;
}

void session_use(struct tls_context *tls) {
    tls_context_unref(context);
    context = tls;
}

void session_drain(void) {
    if (stopping) return;
    stopping = true;
    for (size_t i = 0; i < ARRAY_LEN(doors); i++)
        if (doors[i].open) uv_close(&doors[i].io.handle, NULL);
    LIST_FOREACH(it, &all) {
        struct session *s = LIST_ENTRY(it, struct session, all);
        if (!is_open(s)) {
            session_close(s, "stopping");
            continue;
        }
        envelope_write_go_away(&s->plain, "SHUTTING_DOWN", "this server stops; try again or another one");
        s->draining = true;
        mark(s);
    }
}
