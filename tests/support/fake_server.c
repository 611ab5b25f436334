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
#include "vouchsafe/v1/touch.pb-c.h"

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

struct fake_batch {
    struct fake_batch *next;
    uint64_t request, first; /* of the items: first, first + 1, ... */
    size_t left;
    Vouchsafe__V1__TouchLogBatchRequest *asked;
    Vouchsafe__V1__TouchVerdict *verdicts;
};

static void end_batch(struct fake *f, struct fake_batch **at) {
    struct fake_batch *b = *at;
    *at = b->next;
    (void)f;
    vouchsafe__v1__touch_log_batch_request__free_unpacked(b->asked, NULL);
    free(b->verdicts);
    free(b);
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
    while (f->batches != NULL) end_batch(f, &f->batches);
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

static void reply(struct fake *f, uint64_t id, int status, struct slice body) {
    struct buf frame;
    struct envelope_reply r = {.id = id, .status = (uint32_t)status, .body = body};
    if (status != VS_OK && status != VS_DUPLICATE) r.message = unit_slice("because the test says so");
    buf_init(&frame, 0);
    envelope_write_reply(&frame, &r);
    send_frame(f, &frame);
}

static void reply_together(struct fake *f, const struct fake_batch *b) {
    Vouchsafe__V1__TouchLogBatchReply r = VOUCHSAFE__V1__TOUCH_LOG_BATCH_REPLY__INIT;
    Vouchsafe__V1__TouchVerdict *verdicts[200];
    uint8_t body[20000];
    r.n_verdicts = b->asked->n_touches;
    r.verdicts = verdicts;
    for (size_t i = 0; i < r.n_verdicts; i++) verdicts[i] = &b->verdicts[i];
    assert_true(protobuf_c_message_get_packed_size(&r.base) <= sizeof body);
    reply(f, b->request, VS_OK, (struct slice){body, protobuf_c_message_pack(&r.base, body)});
}

/* An item of a batch, if it is one. */
static bool judge(struct fake *f, uint64_t id, int status) {
    struct fake_batch **at = &f->batches;
    while (*at != NULL && (id < (*at)->first || id >= (*at)->first + (*at)->asked->n_touches)) at = &(*at)->next;
    struct fake_batch *b = *at;
    if (b == NULL) return false;
    Vouchsafe__V1__TouchVerdict *v = &b->verdicts[id - b->first];
    v->has_status = 1, v->status = (uint32_t)status;
    if (status != VS_OK && status != VS_DUPLICATE) v->message = (char *)(uintptr_t) "because the test says so";
    if (--b->left > 0) return true;
    reply_together(f, b);
    end_batch(f, at);
    return true;
}

void fake_reply(struct fake *f, uint64_t id, int status, struct slice body) {
    if (!judge(f, id, status)) reply(f, id, status, body);
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

static void note(struct fake *f, struct fake_request r, struct slice body) {
    assert_true(f->n_got < FAKE_GOT_MAX);
    r.n_body = body.len < sizeof r.body ? body.len : sizeof r.body;
    if (r.n_body > 0) memcpy(r.body, body.data, r.n_body);
    f->got[f->n_got++] = r;
}

static void respond(struct fake *f, const struct fake_request *r) {
    int status = f->answer != NULL ? f->answer(f, r) : VS_OK;
    if (status == FAKE_CUT) f->cut_sent = 0;
    if (status == FAKE_GO_AWAY) go_away(f);
    if (status >= 0) fake_reply(f, r->id, status, (struct slice){0});
}

static void note_item(struct fake *f, const struct fake_batch *b, size_t i) {
    uint8_t body[512];
    Vouchsafe__V1__TouchLogRequest one = VOUCHSAFE__V1__TOUCH_LOG_REQUEST__INIT;
    one.touch = b->asked->touches[i];
    assert_true(protobuf_c_message_get_packed_size(&one.base) <= sizeof body);
    note(f,
         (struct fake_request){
             .id = b->first + i, .batch = b->request, .method = VOUCHSAFE__V1__METHOD__TOUCH_LOG, .open = ++f->open},
         (struct slice){body, protobuf_c_message_pack(&one.base, body)});
    vouchsafe__v1__touch_verdict__init(&b->verdicts[i]);
    b->verdicts[i].has_id = 1;
    b->verdicts[i].id = one.touch->id;
}

/* Items have ids that no request has: behind the highest a client of a test comes to. */
static void take_batch(struct fake *f, const struct envelope_request *q) {
    static uint64_t items = UINT64_C(1) << 40;
    if (f->refuses_batches != 0) return reply(f, q->id, f->refuses_batches, (struct slice){0});
    struct fake_batch *b = calloc(1, sizeof *b);
    assert_non_null(b);
    b->asked = vouchsafe__v1__touch_log_batch_request__unpack(NULL, q->body.len, q->body.data);
    assert_non_null(b->asked);
    size_t n = b->left = b->asked->n_touches, from = f->n_got;
    b->verdicts = calloc(n, sizeof *b->verdicts);
    b->request = q->id, b->first = items, items += n;
    b->next = f->batches, f->batches = b;
    for (size_t i = 0; i < n; i++) note_item(f, b, i);
    for (size_t i = 0; i < n && f->fd >= 0; i++) respond(f, &f->got[from + i]);
}

static void take(struct fake *f, const struct envelope_request *q) {
    if (q->method == VOUCHSAFE__V1__METHOD__TOUCH_LOG_BATCH) return take_batch(f, q);
    f->open++;
    if (q->method == VOUCHSAFE__V1__METHOD__HELLO) return greet(f, q->id);
    if (q->method == VOUCHSAFE__V1__METHOD__PING) return fake_reply(f, q->id, VS_OK, (struct slice){0});
    struct fake_request r = {.id = q->id, .method = q->method, .open = f->open};
    if (q->change_id.len == 16) memcpy(r.change.b, q->change_id.data, 16);
    note(f, r, q->body);
    respond(f, &f->got[f->n_got - 1]);
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
