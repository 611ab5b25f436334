/* SPDX-License-Identifier: Apache-2.0 */
/* One client's connection.
 * - happy path: on_read -> TLS -> whole frames -> dispatch; replies gather in `plain` and leave once per turn (on_flush)
 * - the client stops reading: over 256 KiB of output its requests aren't read; closed after 10 s without progress
 * - a handshake, login or frame takes too long: one sweep a second for all connections, no timer each
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
#include "server/rpc/dispatch.h"
#include "vouchsafe/frame.h"

enum { OUTPUT_MAX = 256 * 1024, FRAMES_PER_TURN = 32, STALLED_MS = 10000 };

struct session {
    struct peer peer;
    struct list all, dirty; /* every session; those with plain bytes to send or frames left to handle */
    uv_tcp_t tcp;
    struct tls *tls;
    struct buf in, plain, cipher;
    int64_t opened_ms, heard_ms, frame_ms, moved_ms; /* frame_ms: when the unfinished frame began, or 0 */
    unsigned writes;
    bool closing, draining;
};

struct write {
    uv_write_t req;
    struct session *s;
    uint8_t data[];
};

static struct list all = {&all, &all}, dirty = {&dirty, &dirty};
static unsigned count;
static uv_tcp_t listener;
static uv_timer_t sweep;
static uv_prepare_t flusher;
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
    while (!list_empty(&s->peer.requests)) {
        struct request *r = LIST_ENTRY(list_pop_front(&s->peer.requests), struct request, in_peer);
        r->peer = NULL;
    }
    list_remove(&s->all);
    list_remove(&s->dirty);
    list_remove(&s->peer.in_sessions);
    count--;
    uv_close((uv_handle_t *)&s->tcp, on_closed);
}

static void on_written(uv_write_t *req, int status) {
    struct write *w = CONTAINER_OF(req, struct write, req);
    struct session *s = w->s;
    free(w);
    s->writes--;
    s->moved_ms = clock_mono_ms();
    if (status < 0)
        session_close(s, "write failed");
    else if (s->draining && s->writes == 0 && list_empty(&s->peer.requests))
        session_close(s, "drained");
}

/* What is in cipher goes to the kernel; what the kernel doesn't take is copied and queued. */
static void push(struct session *s) {
    if (buf_failed(&s->cipher)) session_close(s, "no memory");
    if (s->closing || buf_len(&s->cipher) == 0) return;
    uv_buf_t b = uv_buf_init((char *)(uintptr_t)buf_data(&s->cipher), (unsigned)buf_len(&s->cipher));
    int n = uv_try_write((uv_stream_t *)&s->tcp, &b, 1);
    if (n > 0) buf_consume(&s->cipher, (size_t)n);
    size_t left = buf_len(&s->cipher);
    if (left > 0) {
        struct write *w = malloc(sizeof *w + left);
        if (w == NULL) {
            session_close(s, "no memory");
            return;
        }
        memcpy(w->data, buf_data(&s->cipher), left);
        buf_consume(&s->cipher, left);
        w->s = s;
        b = uv_buf_init((char *)w->data, (unsigned)left);
        if (uv_write(&w->req, (uv_stream_t *)&s->tcp, &b, 1, on_written) < 0) {
            free(w);
            session_close(s, "write failed");
            return;
        }
        s->writes++;
    }
    buf_trim(&s->cipher);
}

static void mark(struct session *s) {
    if (!s->closing && list_empty(&s->dirty)) {
        list_push_back(&dirty, &s->dirty);
    }
}

static void flush(struct session *s) {
    size_t n = buf_len(&s->plain);
    if (buf_failed(&s->plain) || s->closing) {
        session_close(s, "no memory");
        return;
    }
    if (n == 0 || !tls_ready(s->tls)) return;
    enum tls_result r = tls_send(s->tls, (struct slice){buf_data(&s->plain), n}, &s->cipher);
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

static void peer_go_away(struct peer *p, const char *reason, const char *message) {
    struct session *s = CONTAINER_OF(p, struct session, peer);
    if (s->closing) return;
    envelope_write_go_away(&s->plain, reason, message);
    flush(s);
    if (s->closing) return;
    tls_close(s->tls, &s->cipher);
    push(s);
    session_close(s, reason);
}

static void peer_resume(struct peer *p) { mark(CONTAINER_OF(p, struct session, peer)); }

static bool may_read(const struct session *s) {
    return !s->closing && !s->draining && !s->peer.login_pending && s->tcp.write_queue_size < OUTPUT_MAX &&
           buf_len(&s->plain) < OUTPUT_MAX && (int64_t)s->peer.in_flight < config.limit_in_flight;
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
            default: peer_go_away(&s->peer, "PROTOCOL", "that frame is empty or too long"); return;
        }
        s->frame_ms = 0;
        if (dispatch_frame(&s->peer, body) < 0) {
            peer_go_away(&s->peer, "PROTOCOL", "that is not a request this protocol knows");
            return;
        }
        if (!s->closing) frame_consume(&s->in, body);
        max = s->peer.actor.role == ROLE_NONE ? FRAME_MAX_BEFORE_LOGIN : FRAME_MAX_FROM_CLIENT;
    }
    if (may_read(s) && buf_len(&s->in) > 0) mark(s);
}

static void greet(struct session *s) {
    s->peer.has_key = tls_peer_key(s->tls, s->peer.key_hash);
    tls_peer_name(s->tls, s->peer.key_name, sizeof s->peer.key_name);
}

static void on_read(uv_stream_t *stream, ssize_t n, const uv_buf_t *buf) {
    struct session *s = stream->data;
    if (n == 0) return;
    if (n < 0) {
        session_close(s, "the client left");
        return;
    }
    bool was_ready = tls_ready(s->tls);
    s->heard_ms = clock_mono_ms();
    enum tls_result r = tls_feed(s->tls, (struct slice){(uint8_t *)buf->base, (size_t)n}, &s->in, &s->cipher);
    push(s);
    if (s->closing) return;
    if (r != TLS_OK) {
        if (r == TLS_FAILED) log_info("tls_refused", "peer=%s why=%s", s->peer.address, log_quote(tls_error(s->tls)));
        session_close(s, "tls");
        return;
    }
    if (!was_ready && tls_ready(s->tls)) greet(s);
    handle_frames(s);
}

static void on_alloc(uv_handle_t *h, size_t n, uv_buf_t *buf) {
    (void)h, (void)n;
    *buf = uv_buf_init((char *)read_buffer, sizeof read_buffer);
}

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
        if (!s->closing && s->draining && s->writes == 0 && list_empty(&s->peer.requests)) session_close(s, "drained");
    }
}

static unsigned strangers(const char *address) {
    unsigned n = 0;
    LIST_FOREACH(it, &all) {
        const struct session *s = LIST_ENTRY(it, struct session, all);
        n += s->peer.actor.role == ROLE_NONE && strcmp(s->peer.address, address) == 0;
    }
    return n;
}

static void name_peer(struct session *s) {
    struct sockaddr_storage sa;
    int len = sizeof sa;
    if (uv_tcp_getpeername(&s->tcp, (struct sockaddr *)&sa, &len) == 0)
        uv_ip_name((struct sockaddr *)&sa, s->peer.address, sizeof s->peer.address);
}

static void on_connection(uv_stream_t *server, int status) {
    struct session *s = status < 0 ? NULL : calloc(1, sizeof *s);
    if (s == NULL) return;
    uv_tcp_init(server->loop, &s->tcp);
    s->tcp.data = s;
    list_init(&s->peer.requests);
    list_init(&s->peer.in_sessions);
    list_init(&s->peer.watches);
    list_init(&s->dirty);
    buf_init(&s->in, 2 * FRAME_MAX_FROM_CLIENT + 8192);
    buf_init(&s->plain, 40 * 1024 * 1024);
    buf_init(&s->cipher, 48 * 1024 * 1024);
    s->peer.send_reply = peer_reply;
    s->peer.send_event = peer_event;
    s->peer.go_away = peer_go_away;
    s->peer.resume = peer_resume;
    s->opened_ms = s->heard_ms = s->moved_ms = clock_mono_ms();
    list_push_back(&all, &s->all);
    count++;
    bool ok = uv_accept(server, (uv_stream_t *)&s->tcp) == 0 && (s->tls = tls_new(context)) != NULL;
    if (ok) name_peer(s);
    if (!ok || count > config.limit_connections || strangers(s->peer.address) > config.limit_connections_per_address) {
        session_close(s, "too many connections");
        return;
    }
    uv_tcp_nodelay(&s->tcp, 1);
    uv_read_start((uv_stream_t *)&s->tcp, on_alloc, on_read);
}

static void on_sweep(uv_timer_t *t) {
    (void)t;
    int64_t now = clock_mono_ms();
    LIST_FOREACH(it, &all) {
        struct session *s = LIST_ENTRY(it, struct session, all);
        if (!tls_ready(s->tls) && now - s->opened_ms > config.limit_handshake_ms)
            session_close(s, "handshake too slow");
        else if (s->peer.actor.role == ROLE_NONE && !s->peer.login_pending &&
                 now - s->opened_ms > config.limit_handshake_ms + config.limit_login_ms)
            peer_go_away(&s->peer, "TOO_SLOW", "log in sooner");
        else if (s->frame_ms != 0 && now - s->frame_ms > config.limit_frame_ms)
            peer_go_away(&s->peer, "TOO_SLOW", "a frame took too long");
        else if (s->writes > 0 && now - s->moved_ms > STALLED_MS)
            session_close(s, "the client doesn't read");
        else if (now - s->heard_ms > config.limit_idle_ms && s->peer.in_flight == 0)
            peer_go_away(&s->peer, "IDLE", "nothing was said for too long");
    }
}

int session_listen(uv_loop_t *loop, const char *address, struct tls_context *tls, char *bound, char *err,
                   size_t err_size) {
    if (listen_tcp(loop, &listener, "listen.address", address, "clients", on_connection, bound, err, err_size) < 0)
        return -1;
    context = tls;
    uv_timer_init(loop, &sweep);
    uv_timer_start(&sweep, on_sweep, 1000, 1000);
    uv_prepare_init(loop, &flusher);
    uv_prepare_start(&flusher, on_flush);
    return 0;
}

void session_use(struct tls_context *tls) {
    tls_context_unref(context);
    context = tls;
}

void session_drain(void) {
    if (stopping) return;
    stopping = true;
    uv_close((uv_handle_t *)&listener, NULL);
    LIST_FOREACH(it, &all) {
        struct session *s = LIST_ENTRY(it, struct session, all);
        if (!tls_ready(s->tls)) {
            session_close(s, "stopping");
            continue;
        }
        envelope_write_go_away(&s->plain, "SHUTTING_DOWN", "this server stops; try again or another one");
        s->draining = true;
        mark(s);
    }
}
