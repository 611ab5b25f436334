/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/fake_server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "vouchsafe/frame.h"
#include "vouchsafe/v1/method.pb-c.h"
#include "vouchsafe/v1/session.pb-c.h"

static char *root_key, *root_pem, *key, *chain, *device_key, *device;

int fake_make_keys(void **state) {
    (void)state;
    return tls_make_key(&root_key) || tls_make_self_signed(root_key, "root", &root_pem) || tls_make_key(&key) ||
           unit_certify(root_key, root_pem, key, 86400, &chain) || tls_make_key(&device_key) ||
           tls_make_self_signed(device_key, "device", &device);
}

int fake_free_keys(void **state) {
    (void)state;
    char *all[] = {root_key, root_pem, key, chain, device_key, device};
    for (size_t i = 0; i < ARRAY_LEN(all); i++) free(all[i]);
    return 0;
}

int64_t fake_clock(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static int listen_somewhere(uint16_t *port) {
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t n = sizeof a;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&a, sizeof a), 0);
    assert_int_equal(listen(fd, 8), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&a, &n), 0);
    *port = ntohs(a.sin_port);
    return fd;
}

struct fake *fake_start(void) {
    char err[200];
    struct fake *f = calloc(1, sizeof *f);
    assert_non_null(f);
    f->fd = -1;
    f->cut_sent = f->cut_received = SIZE_MAX;
    f->logged_in = true;
    f->account = id_new();
    f->listener = listen_somewhere(&f->port);
    f->context = tls_context_server(chain, key, err, sizeof err);
    assert_non_null(f->context);
    buf_init(&f->in, 0);
    buf_init(&f->out, 0);
    return f;
}

void fake_cut(struct fake *f) {
    if (f->fd >= 0) close(f->fd);
    f->fd = -1;
    tls_free(f->tls);
    f->tls = NULL;
    buf_free(&f->in);
    buf_free(&f->out);
    f->sent = f->received = 0;
    f->open = 0;
}

void fake_stop(struct fake *f) {
    fake_cut(f);
    close(f->listener);
    tls_context_unref(f->context);
    free(f);
}

uint16_t fake_dead_port(void) {
    uint16_t port;
    close(listen_somewhere(&port));
    return port;
}

void fake_seat(struct vs_seat *s, const struct fake *a, const struct fake *b) {
    memset(s, 0, sizeof *s);
    s->business = id_new();
    s->account = a->account;
    int n = snprintf(s->addresses, sizeof s->addresses, "127.0.0.1:%u", a->port);
    if (b != NULL) snprintf(s->addresses + n, sizeof s->addresses - (size_t)n, ",127.0.0.1:%u", b->port);
    assert_int_equal(tls_cert_key_hash(root_pem, s->root_pin), 0);
    s->key_pem = strdup(device_key);
    s->cert_pem = strdup(device);
}

/* --- speaking -------------------------------------------------------------------------------------------- */

void fake_raw(struct fake *f, struct slice plain) {
    if (f->tls != NULL && tls_ready(f->tls)) (void)tls_send(f->tls, plain, &f->out);
}

static void send_frame(struct fake *f, struct buf *frame) {
    fake_raw(f, (struct slice){buf_data(frame), buf_len(frame)});
    buf_free(frame);
}

void fake_reply(struct fake *f, uint64_t id, int status, struct slice body) {
    struct buf frame;
    struct envelope_reply r = {.id = id, .status = (uint32_t)status, .body = body};
    if (status != VS_OK && status != VS_DUPLICATE) r.message = unit_slice("because the test says so");
    buf_init(&frame, 0);
    envelope_write_reply(&frame, &r);
    send_frame(f, &frame);
    f->open--;
}

void fake_event(struct fake *f, uint64_t subscription, uint32_t kind, struct slice body) {
    struct buf frame;
    struct envelope_event e = {.subscription = subscription, .kind = kind, .body = body};
    buf_init(&frame, 0);
    envelope_write_event(&frame, &e);
    send_frame(f, &frame);
}

static void go_away(struct fake *f) {
    struct buf frame;
    buf_init(&frame, 0);
    envelope_write_go_away(&frame, "SHUTTING_DOWN", "this instance is shutting down");
    send_frame(f, &frame);
}

/* --- answering ------------------------------------------------------------------------------------------- */

static void greet(struct fake *f, uint64_t id) {
    Vouchsafe__V1__Who who = VOUCHSAFE__V1__WHO__INIT;
    Vouchsafe__V1__HelloReply h = VOUCHSAFE__V1__HELLO_REPLY__INIT;
    who.has_account_id = 1;
    who.account_id = (ProtobufCBinaryData){16, f->account.b};
    h.has_logged_in = 1;
    h.logged_in = f->logged_in;
    h.who = f->logged_in ? &who : NULL;
    uint8_t body[256];
    fake_reply(f, id, f->hello, (struct slice){body, vouchsafe__v1__hello_reply__pack(&h, body)});
}

static void take(struct fake *f, const struct envelope_request *q) {
    f->open++;
    if (q->method == VOUCHSAFE__V1__METHOD__HELLO) return greet(f, q->id);
    if (q->method == VOUCHSAFE__V1__METHOD__PING) return fake_reply(f, q->id, VS_OK, (struct slice){0});
    assert_true(f->n_got < FAKE_GOT_MAX);
    struct fake_request *r = &f->got[f->n_got++];
    *r = (struct fake_request){.id = q->id, .method = q->method, .open = f->open};
    if (q->change_id.len == 16) memcpy(r->change.b, q->change_id.data, 16);
    r->n_body = q->body.len < sizeof r->body ? q->body.len : sizeof r->body;
    if (r->n_body > 0) memcpy(r->body, q->body.data, r->n_body);
    int status = f->answer != NULL ? f->answer(f, r) : VS_OK;
    if (status == FAKE_CUT) f->cut_sent = 0;
    if (status == FAKE_GO_AWAY) go_away(f);
    if (status >= 0) fake_reply(f, q->id, status, (struct slice){0});
}

static void frames(struct fake *f) {
    struct slice body;
    while (f->fd >= 0 && frame_peek(&f->in, FRAME_MAX_FROM_CLIENT, &body, NULL) == FRAME_WHOLE) {
        struct envelope_request q;
        assert_int_equal(envelope_read_request(body, &q), 0);
        take(f, &q);
        frame_consume(&f->in, body);
    }
}

/* --- moving bytes ---------------------------------------------------------------------------------------- */

static void flush(struct fake *f) {
    while (f->fd >= 0 && (buf_len(&f->out) > 0 || f->cut_sent == 0)) {
        size_t room = f->cut_sent - f->sent, n = buf_len(&f->out) < room ? buf_len(&f->out) : room;
        ssize_t w = f->cut_sent <= f->sent ? -1 : send(f->fd, buf_data(&f->out), n, MSG_NOSIGNAL);
        if (w < 0 && f->cut_sent > f->sent && errno == EAGAIN) return;
        if (w > 0) {
            buf_consume(&f->out, (size_t)w);
            f->sent += (size_t)w;
        }
        if (w < 0 || f->sent >= f->cut_sent) fake_cut(f);
    }
}

static void read_some(struct fake *f) {
    uint8_t data[4096];
    size_t room = f->cut_received - f->received, most = room < sizeof data ? room : sizeof data;
    ssize_t n = recv(f->fd, data, most, 0);
    if (n < 0 && errno == EAGAIN) return;
    if (n > 0) f->received += (size_t)n;
    if (n <= 0 || f->received >= f->cut_received) return fake_cut(f);
    if (tls_feed(f->tls, (struct slice){data, (size_t)n}, &f->in, &f->out) != TLS_OK) {
        flush(f); /* the alert */
        return fake_cut(f);
    }
    frames(f);
}

void fake_step(struct fake *f) {
    int fd = accept4(f->listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd >= 0) {
        fake_cut(f);
        f->fd = fd;
        f->connections++;
        f->tls = tls_new(f->context);
        assert_non_null(f->tls);
    }
    if (f->fd >= 0) flush(f);
    if (f->fd >= 0) read_some(f);
    if (f->fd >= 0) flush(f);
}

static void add(struct pollfd *p, nfds_t *n, int fd, short events) {
    if (fd >= 0) p[(*n)++] = (struct pollfd){.fd = fd, .events = events};
}

void fake_turn(vs_client *c, struct fake *a, struct fake *b, vs_outbox *o) {
    struct pollfd p[5];
    nfds_t n = 0;
    struct fake *fakes[] = {a, b};
    for (size_t i = 0; i < 2; i++) {
        if (fakes[i] == NULL) continue;
        add(p, &n, fakes[i]->listener, POLLIN);
        add(p, &n, fakes[i]->fd, POLLIN);
    }
    add(p, &n, vs_fd(c),
        (short)((vs_wants(c) & VS_WANT_READ ? POLLIN : 0) | (vs_wants(c) & VS_WANT_WRITE ? POLLOUT : 0)));
    int timeout = vs_timeout(c);
    if (timeout > 20) timeout = 20;
    poll(p, n, timeout);
    for (size_t i = 0; i < 2; i++)
        if (fakes[i] != NULL) fake_step(fakes[i]);
    (void)vs_step(c);
    if (o != NULL) (void)!vs_outbox_step(o, c);
}
