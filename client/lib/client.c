/* SPDX-License-Identifier: Apache-2.0 */
/* The connection as a state machine without a loop.
 *
 *   WAITING -> DIALLING -> SHAKING -> GREETING -----------> READY
 *      ^           |          |          |    \-> PROVING -^  |      (PROVING: a token goes with LOGIN)
 *      \-----------+----------+----------+----------/---------/      anything lost: the next address
 *
 * - happy path: vs_step sends what is queued, reads what came, hands frames to request.c and watch.c
 * - an attempt fails or takes over 5 s: the next address at once; after each round through all, full-jitter backoff that doubles
 * - a ready connection is lost, a request has no answer in 10 s, GoAway: open requests are answered UNKNOWN, then the next address
 * - the server doesn't let the seat in: the connection stays (it may join or log in), vs_why says why
 * - idle: a PING each 30 s keeps it open and finds out that it is dead
 * A step may be started anywhere; calls from callbacks only mark the connection broken, vs_step alone drops it. */
#include "client/lib/client_internal.h"

#include <errno.h>
#include <poll.h>
#include <sodium.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "client/lib/seat_internal.h"
#include "vouchsafe/frame.h"
#include "vouchsafe/v1/method.pb-c.h"
#include "vouchsafe/v1/session.pb-c.h"

enum { PING_MS = 30000, READS_PER_STEP = 16, AGAIN_MS = 1000, FIRST_BACKOFF_MS = 250, STEADY_MS = 10000 };

int64_t client_now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

int64_t client_jitter(int64_t most) { return most <= 0 ? 0 : (int64_t)randombytes_uniform((uint32_t)most + 1); }

void client_break(vs_client *c, const char *why) {
    if (!c->broken) snprintf(c->why, sizeof c->why, "%s", why);
    c->broken = true;
}

void client_abandon(vs_client *c, const char *why) {
    buf_free(&c->out);
    client_break(c, why);
}

/* --- making and ending -------------------------------------------------------------------------------- */

static unsigned split_addresses(vs_client *c, const char *list) {
    char copy[1024], *save = NULL;
    snprintf(copy, sizeof copy, "%s", list);
    for (char *a = strtok_r(copy, ", ", &save); a != NULL && c->n_addresses < JOIN_ADDRESSES_MAX;
         a = strtok_r(NULL, ", ", &save))
        snprintf(c->addresses[c->n_addresses++], sizeof c->addresses[0], "%s", a);
    return c->n_addresses;
}

static void use_roots(vs_client *c, const uint8_t root[32], const uint8_t before[32]) {
    memcpy(c->root, root, sizeof c->root);
    memcpy(c->root_before, before, sizeof c->root_before);
    tls_context_pin(c->context, c->root, sodium_is_zero(c->root_before, 32) ? NULL : c->root_before);
}

vs_client *vs_client_new(const struct vs_seat *seat, char *err, size_t err_size) {
    snprintf(err, err_size, "out of memory");
    vs_client *c = sodium_init() < 0 ? NULL : calloc(1, sizeof *c);
    if (c == NULL) return NULL;
    c->fd = c->dial.fd = -1;
    c->next_id = c->next_watch = 1;
    buf_init(&c->in, 0);
    buf_init(&c->out, 0);
    buf_init(&c->asked, 0);
    list_init(&c->replies);
    list_init(&c->events);
    int token = seat_token(seat, c->token, err, err_size);
    c->has_token = token == 0;
    if (split_addresses(c, seat->addresses) == 0)
        snprintf(err, err_size, "the seat names no address to connect to");
    else if (token >= 0)
        c->context = tls_context_client(seat->root_pin, seat->cert_pem, seat->key_pem, err, err_size);
    if (c->context == NULL) {
        vs_disconnect(c);
        return NULL;
    }
    use_roots(c, seat->root_pin, seat->root_before);
    c->at = randombytes_uniform(c->n_addresses); /* seats spread over the instances */
    c->due = client_now();
    return c;
}

static void seal(vs_client *c) {
    struct slice plain = {buf_data(&c->asked), buf_len(&c->asked)};
    if (plain.len == 0) return;
    if (tls_send(c->tls, plain, &c->out) != TLS_OK || buf_failed(&c->out))
        client_break(c, "the request could not be sent");
    buf_consume(&c->asked, plain.len);
    buf_trim(&c->asked);
}

static void flush(vs_client *c) {
    seal(c);
    while (buf_len(&c->out) > 0) {
        ssize_t n = send(c->fd, buf_data(&c->out), buf_len(&c->out), MSG_NOSIGNAL);
        if (n > 0)
            buf_consume(&c->out, (size_t)n);
        else if (n < 0 && errno == EINTR)
            continue;
        else {
            if (n < 0 && errno != EAGAIN) client_break(c, strerror(errno));
            return;
        }
    }
    buf_trim(&c->out);
}

static void hang_up(vs_client *c) {
    if (c->tls != NULL && c->fd >= 0) {
        if (!c->broken) seal(c);
        tls_close(c->tls, &c->out); /* a goodbye, or the alert that is there already */
        flush(c);
    }
    dial_stop(&c->dial);
    tls_free(c->tls);
    c->tls = NULL;
    if (c->fd >= 0) close(c->fd);
    c->fd = -1;
    buf_free(&c->in);
    buf_free(&c->out);
    buf_free(&c->asked);
    c->phase = PHASE_WAITING;
    c->broken = c->logged_in = false;
}

void vs_disconnect(vs_client *c) {
    if (c == NULL) return;
    hang_up(c);
    request_lost(c);
    request_free_replies(c);
    watch_free_events(c);
    tls_context_unref(c->context);
    sodium_memzero(c->token, sizeof c->token);
    free(c);
}

/* --- losing and trying again -------------------------------------------------------------------------- */

static int64_t backoff(vs_client *c, int64_t first) {
    int64_t most = first << (c->backoff < 8 ? c->backoff++ : 8);
    return client_jitter(most < VS_BACKOFF_MS ? most : VS_BACKOFF_MS);
}

/* why becomes "address: reason" and keeps what other addresses of this round said. */
static void blame_address(vs_client *c, const char *before) {
    char reason[512];
    snprintf(reason, sizeof reason, "%s", c->why);
    snprintf(c->why, sizeof c->why, "%.250s%s%.80s: %.160s", before, *before ? "; " : "", c->addresses[c->at], reason);
}

static void lose(vs_client *c, int64_t now) {
    bool was_ready = c->phase == PHASE_READY;
    hang_up(c);
    c->at = (c->at + 1) % c->n_addresses;
    if (was_ready) {
        if (now - c->ready_since > STEADY_MS) c->backoff = 0;
        c->tried = 0;
        c->due = now + backoff(c, AGAIN_MS);
    } else if (++c->tried < c->n_addresses)
        c->due = now;
    else {
        c->tried = 0;
        c->rounds++;
        c->due = now + backoff(c, FIRST_BACKOFF_MS);
    }
    watch_lost(c);
    request_lost(c);
}

static void fail_attempt(vs_client *c, int64_t now, const char *before) {
    blame_address(c, before);
    lose(c, now);
}

void vs_hurry(vs_client *c) {
    if (c->phase != PHASE_WAITING) return;
    c->due = client_now();
    c->tried = 0;
}

/* --- the phases --------------------------------------------------------------------------------------- */

static void take_who(vs_client *c, const Vouchsafe__V1__Who *who) {
    if (who == NULL || who->account_id.len != 16) return;
    memcpy(c->account.b, who->account_id.data, 16);
    c->logged_in = true;
    c->why[0] = '\0';
}

static void enter_ready(vs_client *c) {
    static atomic_uint_fast64_t generations;
    struct vs_seat knows = {0};
    memcpy(knows.root_pin, c->root, sizeof c->root);
    memcpy(knows.root_before, c->root_before, sizeof c->root_before);
    if (seat_follow(&knows, c)) {
        use_roots(c, knows.root_pin, knows.root_before);
        c->taught = true;
    }
    c->phase = PHASE_READY;
    c->ready_since = client_now();
    c->generation = atomic_fetch_add(&generations, 1) + 1;
    c->tried = 0;
}

/* The answer to a login: in; not let in, which a person must mend; or try elsewhere. */
static void settle_login(vs_client *c, const struct vs_reply *r) {
    if (vs_status_retry(r->status) == VS_RETRY_LATER) {
        client_break(c, r->message);
        return;
    }
    if (!c->logged_in) snprintf(c->why, sizeof c->why, "%s", r->message);
    enter_ready(c);
}

static void on_token_login(void *arg, vs_client *c, struct vs_reply *r) {
    (void)arg;
    if (c->phase != PHASE_PROVING) return;
    if (r->status == VS_OK && vs_reply_unpack(r, &vouchsafe__v1__login_reply__descriptor) == 0)
        take_who(c, ((Vouchsafe__V1__LoginReply *)(void *)r->body)->who);
    settle_login(c, r);
}

static void prove(vs_client *c) {
    Vouchsafe__V1__LoginRequest q = VOUCHSAFE__V1__LOGIN_REQUEST__INIT;
    q.has_token = 1;
    q.token = (ProtobufCBinaryData){VS_TOKEN_SIZE, c->token};
    c->phase = PHASE_PROVING;
    if (client_send_message(c, VOUCHSAFE__V1__METHOD__LOGIN, &q.base, on_token_login, NULL) == 0)
        client_break(c, "out of memory");
}

static void on_hello(void *arg, vs_client *c, struct vs_reply *r) {
    (void)arg;
    if (c->phase != PHASE_GREETING) return;
    c->why[0] = '\0';
    if (r->status == VS_OK) {
        if (vs_reply_unpack(r, &vouchsafe__v1__hello_reply__descriptor) < 0) {
            client_break(c, "the server's greeting can't be read");
            return;
        }
        take_who(c, ((Vouchsafe__V1__HelloReply *)(void *)r->body)->who);
    } else if (vs_status_retry(r->status) != VS_RETRY_LOGIN) {
        client_break(c, r->message);
        return;
    }
    if (!c->logged_in && c->has_token && r->status == VS_OK)
        prove(c);
    else
        settle_login(c, r);
}

static void greet(vs_client *c) {
    Vouchsafe__V1__HelloRequest q = VOUCHSAFE__V1__HELLO_REQUEST__INIT;
    q.has_protocol = 1;
    q.protocol = 1;
    q.client = (char *)(uintptr_t)("vouchsafe/" VOUCHSAFE_VERSION);
    c->phase = PHASE_GREETING;
    if (client_send_message(c, VOUCHSAFE__V1__METHOD__HELLO, &q.base, on_hello, NULL) == 0)
        client_break(c, "out of memory");
}

static void connected(vs_client *c) {
    c->fd = c->dial.fd;
    c->dial.fd = -1;
    dial_stop(&c->dial);
    c->phase = PHASE_SHAKING;
    c->tls = tls_new(c->context);
    if (c->tls == NULL)
        client_break(c, "out of memory");
    else if (tls_feed(c->tls, (struct slice){NULL, 0}, &c->in, &c->out) == TLS_FAILED)
        client_break(c, tls_error(c->tls));
}

static void dial_took(vs_client *c, enum dial_result r, const char *err) {
    if (r == DIAL_FAILED)
        client_break(c, err);
    else if (r == DIAL_CONNECTED)
        connected(c);
}

static void dial(vs_client *c, int64_t now) {
    char err[256] = "";
    c->phase = PHASE_DIALLING;
    c->due = now + VS_CONNECT_MS;
    dial_took(c, dial_start(&c->dial, c->addresses[c->at], err, sizeof err), err);
}

static void dial_on(vs_client *c) {
    char err[256] = "";
    dial_took(c, dial_step(&c->dial, err, sizeof err), err);
}

/* --- bytes and frames --------------------------------------------------------------------------------- */

static void go_away(vs_client *c, const struct envelope_from_server *e) {
    struct slice s = e->go_away_message.len > 0 ? e->go_away_message : e->go_away_reason;
    char why[256];
    snprintf(why, sizeof why, "%.*s", (int)(s.len < 255 ? s.len : 255), s.len > 0 ? (const char *)s.data : "");
    client_break(c, why);
}

static void handle_frames(vs_client *c) {
    for (;;) {
        struct slice body;
        struct envelope_from_server e;
        enum frame_result f = frame_peek(&c->in, FRAME_MAX_FROM_SERVER, &body, NULL);
        if (f == FRAME_PARTIAL) break;
        if (f != FRAME_WHOLE || envelope_read_from_server(body, &e) < 0) {
            client_break(c, "the server sent something that can't be read");
            return;
        }
        if (e.kind == ENVELOPE_REPLY)
            request_answered(c, &e.reply);
        else if (e.kind == ENVELOPE_EVENT)
            watch_event(c, &e.event);
        else
            go_away(c, &e);
        frame_consume(&c->in, body);
    }
    buf_trim(&c->in);
}

/* True while there may be more to read. */
static bool read_some(vs_client *c) {
    uint8_t data[16384];
    ssize_t n = recv(c->fd, data, sizeof data, 0);
    if (n < 0 && errno == EINTR) return true;
    if (n < 0 && errno == EAGAIN) return false;
    if (n <= 0) {
        client_break(c, n < 0 ? strerror(errno) : "the server closed the connection");
        return false;
    }
    enum tls_result t = tls_feed(c->tls, (struct slice){data, (size_t)n}, &c->in, &c->out);
    handle_frames(c);
    if (t == TLS_FAILED) client_break(c, tls_error(c->tls));
    if (t == TLS_CLOSED) client_break(c, "the server closed the connection");
    if (buf_failed(&c->in) || buf_failed(&c->out)) client_break(c, "out of memory");
    if (c->phase == PHASE_SHAKING && tls_ready(c->tls) && !c->broken) greet(c);
    return !c->broken && n == sizeof data;
}

static void talk(vs_client *c) {
    flush(c);
    for (int i = 0; i < READS_PER_STEP && !c->broken && read_some(c); i++) continue;
    if (!c->broken) flush(c);
}

static void on_pong(void *arg, vs_client *c, struct vs_reply *r) { (void)arg, (void)c, (void)r; }

static void keep_alive(vs_client *c, int64_t now) {
    if (now < c->sent + PING_MS) return;
    Vouchsafe__V1__PingRequest q = VOUCHSAFE__V1__PING_REQUEST__INIT;
    (void)!client_send_message(c, VOUCHSAFE__V1__METHOD__PING, &q.base, on_pong, NULL);
}

enum vs_state vs_step(vs_client *c) {
    int64_t now = client_now();
    char before[512] = ""; /* what other addresses of this round said */
    if (c->tried > 0 && c->phase < PHASE_READY) snprintf(before, sizeof before, "%s", c->why);
    if (c->phase == PHASE_WAITING && now >= c->due)
        dial(c, now);
    else if (c->phase == PHASE_DIALLING)
        dial_on(c);
    if (c->phase >= PHASE_SHAKING && !c->broken) talk(c);
    if (c->phase == PHASE_READY && !c->broken) {
        keep_alive(c, now);
        watch_step(c, now);
        if (!c->broken) flush(c);
    }
    if (c->phase != PHASE_WAITING && c->phase != PHASE_READY && now >= c->due) client_break(c, "no answer in time");
    if (c->phase == PHASE_READY && now >= request_first_deadline(c)) client_break(c, "no answer in time");
    if (c->broken && c->phase == PHASE_READY)
        lose(c, now);
    else if (c->broken)
        fail_attempt(c, now, before);
    return vs_client_state(c);
}

/* --- what a loop asks --------------------------------------------------------------------------------- */

int vs_fd(const vs_client *c) { return c->phase == PHASE_DIALLING ? dial_fd(&c->dial) : c->fd; }

int vs_wants(const vs_client *c) {
    if (c->phase == PHASE_WAITING) return 0;
    if (c->phase == PHASE_DIALLING) return dial_wants_write(&c->dial) ? VS_WANT_WRITE : VS_WANT_READ;
    return VS_WANT_READ | (buf_len(&c->out) + buf_len(&c->asked) > 0 ? VS_WANT_WRITE : 0);
}

int vs_timeout(const vs_client *c) {
    int64_t at = c->due;
    if (c->phase == PHASE_READY) {
        int64_t deadline = request_first_deadline(c), watch = watch_due(c);
        at = c->sent + PING_MS;
        if (deadline < at) at = deadline;
        if (watch < at) at = watch;
    }
    int64_t left = at - client_now();
    return c->broken || left <= 0 ? 0 : (int)left;
}

enum vs_state vs_client_state(const vs_client *c) {
    return c->phase == PHASE_WAITING ? VS_WAITING : c->phase == PHASE_READY ? VS_READY : VS_CONNECTING;
}

const char *vs_why(const vs_client *c) { return c->why; }
bool vs_logged_in(const vs_client *c) { return c->phase == PHASE_READY && c->logged_in; }

bool vs_account(const vs_client *c, struct id *account) {
    if (!vs_logged_in(c)) return false;
    *account = c->account;
    return true;
}

/* --- blocking ----------------------------------------------------------------------------------------- */

void client_wait(vs_client *c, int64_t until) {
    int64_t left = until - client_now();
    int timeout = vs_timeout(c);
    if (left < timeout) timeout = left > 0 ? (int)left : 0;
    struct pollfd p = {.fd = vs_fd(c)};
    if (vs_wants(c) & VS_WANT_READ) p.events |= POLLIN;
    if (vs_wants(c) & VS_WANT_WRITE) p.events |= POLLOUT;
    (void)poll(&p, 1, timeout); /* -1 is ignored by poll; an error or a signal: the step finds out */
    (void)vs_step(c);
}

int vs_reconnect(vs_client *c) {
    unsigned rounds = c->rounds;
    vs_hurry(c);
    while (vs_step(c) != VS_READY && c->rounds == rounds) client_wait(c, INT64_MAX);
    return c->phase == PHASE_READY ? 0 : -1;
}

vs_client *vs_connect(const struct vs_seat *seat, char *err, size_t err_size) {
    vs_client *c = vs_client_new(seat, err, err_size);
    if (c == NULL || vs_reconnect(c) == 0) return c;
    snprintf(err, err_size, "%s", c->why);
    vs_disconnect(c);
    return NULL;
}
