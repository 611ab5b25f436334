/* SPDX-License-Identifier: Apache-2.0 */
#include "vouchsafe/client.h"
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#include "vouchsafe/envelope.h"
#include "vouchsafe/frame.h"
#include "vouchsafe/tls.h"
#include "vouchsafe/v1/method.pb-c.h"
#include "vouchsafe/v1/session.pb-c.h"

struct vs_client {
    int fd;
    bool lost, logged_in;
    uint64_t next_id;
    struct tls_context *ctx;
    struct tls *tls;
    struct buf in, out; /* plain in, cipher out */
    char why[256];
};

static int64_t now_ms(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static int lose(vs_client *c, const char *why) {
    if (!c->lost) snprintf(c->why, sizeof c->why, "%s", why);
    c->lost = true;
    return -1;
}

/* Waits until something moved: sends what is queued, takes in what came. */
static int pump(vs_client *c, int64_t until) {
    if (c->lost) return -1;
    int64_t left = until - now_ms();
    if (left <= 0) return lose(c, "no answer in time");
    struct pollfd p = {.fd = c->fd, .events = (short)(POLLIN | (buf_len(&c->out) ? POLLOUT : 0))};
    int n = poll(&p, 1, (int)left);
    if (n < 0) return errno == EINTR ? 0 : lose(c, strerror(errno));
    if (n == 0) return lose(c, "no answer in time");
    if ((p.revents & POLLOUT) && buf_len(&c->out)) {
        ssize_t w = send(c->fd, buf_data(&c->out), buf_len(&c->out), MSG_NOSIGNAL);
        if (w > 0)
            buf_consume(&c->out, (size_t)w);
        else if (w < 0 && errno != EAGAIN && errno != EINTR)
            return lose(c, strerror(errno));
    }
    if (p.revents & (POLLIN | POLLHUP | POLLERR)) {
        uint8_t data[16384];
        ssize_t r = recv(c->fd, data, sizeof data, 0);
        if (r == 0) return lose(c, "the server closed the connection");
        if (r < 0) return errno == EAGAIN || errno == EINTR ? 0 : lose(c, strerror(errno));
        enum tls_result t = tls_feed(c->tls, (struct slice){data, (size_t)r}, &c->in, &c->out);
        if (t == TLS_FAILED) {
            if (buf_len(&c->out)) (void)!send(c->fd, buf_data(&c->out), buf_len(&c->out), MSG_NOSIGNAL);
            return lose(c, tls_error(c->tls));
        }
        if (buf_failed(&c->in) || buf_failed(&c->out)) return lose(c, "out of memory");
        if (t == TLS_CLOSED && !buf_len(&c->in)) return lose(c, "the server closed the connection");
    }
    return 0;
}

static int dial(const char *address, int64_t until, char *err, size_t err_size) {
    char host[300];
    snprintf(host, sizeof host, "%s", address);
    char *colon = strrchr(host, ':');
    if (!colon) {
        snprintf(err, err_size, "%s is not host:port", address);
        return -1;
    }
    *colon = 0;
    char *h = host;
    if (*h == '[' && colon > h && colon[-1] == ']') {
        colon[-1] = 0;
        h++;
    }
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *list = NULL;
    int g = getaddrinfo(h, colon + 1, &hints, &list);
    if (g) {
        snprintf(err, err_size, "%s: %s", address, gai_strerror(g));
        return -1;
    }
    int fd = -1;
    for (struct addrinfo *a = list; a && fd < 0; a = a->ai_next) {
        fd = socket(a->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        if (fd < 0) continue;
        int e = connect(fd, a->ai_addr, a->ai_addrlen) ? errno : 0;
        if (e == EINPROGRESS) {
            struct pollfd p = {.fd = fd, .events = POLLOUT};
            int64_t left = until - now_ms();
            socklen_t n = sizeof e;
            if (left <= 0 || poll(&p, 1, (int)left) <= 0)
                e = ETIMEDOUT;
            else
                getsockopt(fd, SOL_SOCKET, SO_ERROR, &e, &n);
        }
        if (!e) break;
        snprintf(err, err_size, "%s: %s", address, strerror(e));
        close(fd);
        fd = -1;
    }
    freeaddrinfo(list);
    return fd;
}

void vs_disconnect(vs_client *c) {
    if (!c) return;
    if (c->tls && !c->lost && tls_ready(c->tls)) {
        tls_close(c->tls, &c->out);
        if (buf_len(&c->out)) (void)!send(c->fd, buf_data(&c->out), buf_len(&c->out), MSG_NOSIGNAL);
    }
    if (c->tls) tls_free(c->tls);
    if (c->ctx) tls_context_unref(c->ctx);
    if (c->fd >= 0) close(c->fd);
    buf_free(&c->in);
    buf_free(&c->out);
    free(c);
}

static vs_client *try_one(const struct vs_seat *seat, const char *address, char *err, size_t err_size) {
    int64_t until = now_ms() + VS_CONNECT_MS;
    int fd = dial(address, until, err, err_size);
    if (fd < 0) return NULL;
    vs_client *c = calloc(1, sizeof *c);
    if (!c) {
        close(fd);
        return NULL;
    }
    c->fd = fd;
    c->next_id = 1;
    buf_init(&c->in, 0);
    buf_init(&c->out, 0);
    c->ctx = tls_context_client(seat->root_pin, seat->cert_pem, seat->key_pem, err, err_size);
    c->tls = c->ctx ? tls_new(c->ctx) : NULL;
    if (!c->tls) {
        vs_disconnect(c);
        return NULL;
    }
    if (tls_feed(c->tls, (struct slice){NULL, 0}, &c->in, &c->out) == TLS_FAILED) lose(c, tls_error(c->tls));
    while (!c->lost && !tls_ready(c->tls)) (void)pump(c, until);
    if (!c->lost) {
        Vouchsafe__V1__HelloRequest q = VOUCHSAFE__V1__HELLO_REQUEST__INIT;
        struct vs_reply r;
        q.has_protocol = 1;
        q.protocol = 1;
        q.client = (char *)"vouchsafe/" VOUCHSAFE_VERSION;
        if (vs_call(c, VOUCHSAFE__V1__METHOD__HELLO, NULL, &q.base, &vouchsafe__v1__hello_reply__descriptor, &r) ==
                VS_OK &&
            r.body) {
            Vouchsafe__V1__HelloReply *h = (Vouchsafe__V1__HelloReply *)(void *)r.body;
            c->logged_in = h->has_logged_in && h->logged_in;
        } else if (!c->lost)
            lose(c, r.message);
        vs_reply_free(&r);
    }
    if (!c->lost) return c;
    snprintf(err, err_size, "%s: %s", address, c->why);
    vs_disconnect(c);
    return NULL;
}

vs_client *vs_connect(const struct vs_seat *seat, char *err, size_t err_size) {
    char list[1024], *save = NULL;
    snprintf(list, sizeof list, "%s", seat->addresses);
    snprintf(err, err_size, "no address to connect to");
    for (char *a = strtok_r(list, ",", &save); a; a = strtok_r(NULL, ",", &save)) {
        vs_client *c = try_one(seat, a, err, err_size);
        if (c) return c;
    }
    return NULL;
}

bool vs_logged_in(const vs_client *c) { return c->logged_in; }

void vs_reply_free(struct vs_reply *r) {
    if (r->body) protobuf_c_message_free_unpacked(r->body, NULL);
    r->body = NULL;
}

uint64_t vs_send(vs_client *c, uint32_t method, const struct id *change_id, struct slice body) {
    if (c->lost) return 0;
    struct envelope_request q = {.id = c->next_id, .method = method, .deadline_ms = VS_CALL_MS, .body = body};
    if (change_id) q.change_id = (struct slice){change_id->b, 16};
    struct buf plain;
    buf_init(&plain, 0);
    envelope_write_request(&plain, &q);
    if (buf_failed(&plain) || tls_send(c->tls, (struct slice){buf_data(&plain), buf_len(&plain)}, &c->out) != TLS_OK ||
        buf_failed(&c->out))
        lose(c, "the request could not be sent");
    buf_free(&plain);
    return c->lost ? 0 : c->next_id++;
}

static void copy(char *out, size_t size, struct slice s) {
    size_t n = s.len < size - 1 ? s.len : size - 1;
    if (n) memcpy(out, s.data, n);
    out[n] = 0;
}

int vs_receive(vs_client *c, int timeout_ms, const ProtobufCMessageDescriptor *desc, struct vs_reply *out) {
    int64_t until = now_ms() + timeout_ms;
    memset(out, 0, sizeof *out);
    out->status = VS_UNKNOWN;
    for (;;) {
        struct slice body;
        size_t want;
        enum frame_result f = frame_peek(&c->in, FRAME_MAX_FROM_SERVER, &body, &want);
        if (f == FRAME_PARTIAL) {
            if (pump(c, until)) break;
            continue;
        }
        struct envelope_from_server e;
        if (f != FRAME_WHOLE || envelope_read_from_server(body, &e)) {
            lose(c, "the server sent something that can't be read");
            break;
        }
        if (e.kind == ENVELOPE_GO_AWAY) {
            char why[200];
            copy(why, sizeof why, e.go_away_message.len ? e.go_away_message : e.go_away_reason);
            lose(c, why);
            break;
        }
        if (e.kind != ENVELOPE_REPLY) {
            frame_consume(&c->in, body);
            continue;
        }
        out->id = e.reply.id;
        out->status = (int)e.reply.status;
        copy(out->reason, sizeof out->reason, e.reply.reason);
        copy(out->field, sizeof out->field, e.reply.field);
        copy(out->message, sizeof out->message, e.reply.message);
        if (!out->message[0]) snprintf(out->message, sizeof out->message, "%s", vs_status_words(out->status));
        if (desc && (out->status == VS_OK || out->status == VS_DUPLICATE)) {
            out->body = protobuf_c_message_unpack(desc, NULL, e.reply.body.len, e.reply.body.data);
            if (!out->body && out->status == VS_OK) {
                out->status = VS_UNKNOWN;
                snprintf(out->message, sizeof out->message, "the answer can't be read");
            }
        }
        frame_consume(&c->in, body);
        return 0;
    }
    snprintf(out->message, sizeof out->message, "%s", c->why);
    return -1;
}

int vs_call(vs_client *c, uint32_t method, const struct id *change_id, const ProtobufCMessage *req,
            const ProtobufCMessageDescriptor *desc, struct vs_reply *out) {
    memset(out, 0, sizeof *out);
    size_t n = protobuf_c_message_get_packed_size(req);
    uint8_t *bytes = malloc(n + 1);
    uint64_t id = 0;
    if (bytes) {
        protobuf_c_message_pack(req, bytes);
        id = vs_send(c, method, change_id, (struct slice){bytes, n});
        free(bytes);
    }
    if (!id) {
        out->status = VS_UNAVAILABLE;
        snprintf(out->message, sizeof out->message, "%s", c->lost ? c->why : "out of memory");
        return out->status;
    }
    int64_t until = now_ms() + VS_CALL_MS;
    while (vs_receive(c, (int)(until - now_ms()), desc, out) == 0) {
        if (out->id == id) break;
        vs_reply_free(out);
    }
    return out->status;
}
