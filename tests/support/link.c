/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/link.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "vouchsafe/frame.h"

static int64_t now_ms(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void end(struct link *l, const char *why) {
    if (!l->closed) snprintf(l->why, sizeof l->why, "%s", why);
    l->closed = true;
}

void link_key_make(struct link_key *k, const char *name) {
    MUST(tls_make_key(&k->key) == 0 && tls_make_self_signed(k->key, name, &k->cert) == 0);
}

static void take_in(struct link *l) {
    uint8_t data[16384];
    ssize_t n = recv(l->fd, data, sizeof data, 0);
    if (n <= 0) {
        if (n == 0 || (errno != EAGAIN && errno != EINTR)) end(l, "closed");
        return;
    }
    if (l->tls == NULL)
        buf_append(&l->in, data, (size_t)n);
    else if (tls_feed(l->tls, (struct slice){data, (size_t)n}, &l->in, &l->out) != TLS_OK)
        end(l, tls_error(l->tls)[0] != '\0' ? tls_error(l->tls) : "closed");
}

static void give_out(struct link *l) {
    ssize_t n = send(l->fd, buf_data(&l->out), buf_len(&l->out), MSG_NOSIGNAL);
    if (n > 0)
        buf_consume(&l->out, (size_t)n);
    else if (errno != EAGAIN && errno != EINTR)
        end(l, "closed");
}

/* One step: waits until something can move. False when nothing did in time. */
static bool step(struct link *l, int64_t until) {
    int64_t left = until - now_ms();
    struct pollfd p = {.fd = l->fd, .events = (short)(POLLIN | (buf_len(&l->out) > 0 ? POLLOUT : 0))};
    if (left <= 0 || poll(&p, 1, (int)left) <= 0) return false;
    if (p.revents & POLLIN || !(p.revents & POLLOUT)) take_in(l);
    if (!l->closed && p.revents & POLLOUT) give_out(l);
    return true;
}

static int dial(const char *address) {
    struct sockaddr_in sa = {.sin_family = AF_INET};
    char host[64];
    const char *colon = strrchr(address, ':');
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;
    snprintf(host, sizeof host, "%.*s", (int)(colon - address), address);
    sa.sin_port = htons((uint16_t)atoi(colon + 1));
    if (inet_pton(AF_INET, host, &sa.sin_addr) != 1 || connect(fd, (struct sockaddr *)&sa, sizeof sa) != 0) {
        close(fd);
        return -1;
    }
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return fd;
}

int link_open(struct link *l, const char *address, const uint8_t *pin, const struct link_key *key) {
    *l = (struct link){.fd = dial(address)};
    buf_init(&l->in, 0);
    buf_init(&l->out, 0);
    if (l->fd < 0) {
        end(l, strerror(errno));
        return -1;
    }
    if (pin != NULL) {
        struct tls_context *c = tls_context_client(pin, key == NULL ? NULL : key->cert, key == NULL ? NULL : key->key,
                                                   l->why, sizeof l->why);
        MUST(c != NULL && (l->tls = tls_new(c)) != NULL);
        tls_context_unref(c);
        if (tls_feed(l->tls, (struct slice){0}, &l->in, &l->out) != TLS_OK) end(l, tls_error(l->tls));
        int64_t until = now_ms() + LINK_WAIT_MS;
        while (!l->closed && !tls_ready(l->tls) && step(l, until)) continue;
        if (!l->closed && !tls_ready(l->tls)) end(l, "no handshake in time");
    }
    if (!l->closed) return 0;
    link_close(l);
    return -1;
}

void link_close(struct link *l) {
    tls_free(l->tls);
    l->tls = NULL;
    if (l->fd >= 0) close(l->fd);
    l->fd = -1;
    buf_free(&l->in);
    buf_free(&l->out);
}

void link_send(struct link *l, struct slice bytes) {
    int64_t until = now_ms() + LINK_WAIT_MS;
    if (l->closed || bytes.len == 0) return;
    if (l->tls == NULL)
        buf_append(&l->out, bytes.data, bytes.len);
    else if (tls_send(l->tls, bytes, &l->out) != TLS_OK)
        end(l, tls_error(l->tls));
    while (!l->closed && buf_len(&l->out) > 0 && step(l, until)) continue;
}

void link_send_bytes(struct link *l, struct slice bytes) {
    for (size_t i = 0; i < bytes.len; i++) link_send(l, (struct slice){bytes.data + i, 1});
}

int link_receive(struct link *l, struct slice *frame) {
    static _Thread_local uint8_t body[FRAME_MAX_FROM_SERVER];
    int64_t until = now_ms() + LINK_WAIT_MS;
    for (;;) {
        if (frame_peek(&l->in, FRAME_MAX_FROM_SERVER, frame, NULL) == FRAME_WHOLE) {
            memcpy(body, frame->data, frame->len);
            frame_consume(&l->in, *frame);
            frame->data = body;
            return 1;
        }
        if (l->closed) return 0;
        if (!step(l, until)) return -1;
    }
}

bool link_ended(struct link *l) {
    int64_t until = now_ms() + LINK_WAIT_MS;
    while (!l->closed && step(l, until)) buf_consume(&l->in, buf_len(&l->in));
    return l->closed;
}

int link_call(struct link *l, uint64_t id, uint32_t method, const struct id *change_id, const ProtobufCMessage *body,
              struct envelope_reply *reply) {
    size_t n = protobuf_c_message_get_packed_size(body);
    uint8_t *bytes = malloc(n + 1);
    MUST(bytes != NULL);
    protobuf_c_message_pack(body, bytes);
    struct envelope_request e = {.id = id, .method = method, .body = {bytes, n}};
    if (change_id != NULL) e.change_id = (struct slice){change_id->b, 16};
    struct buf out;
    struct slice frame;
    struct envelope_from_server f;
    buf_init(&out, 0);
    envelope_write_request(&out, &e);
    link_send(l, (struct slice){buf_data(&out), buf_len(&out)});
    buf_free(&out);
    free(bytes);
    while (link_receive(l, &frame) == 1)
        if (envelope_read_from_server(frame, &f) == 0 && f.kind == ENVELOPE_REPLY && f.reply.id == id) {
            *reply = f.reply;
            return 0;
        }
    return -1;
}
