/* SPDX-License-Identifier: Apache-2.0 */
/* A client that doesn't behave, on the wire's own pieces: api_raw ADDRESS PORT WHAT [PROXY_HEADER_HEX]
 *   ping      one Ping and its answer
 *   partial   a frame's first bytes, then nothing more
 *   many      100 Pings in one write; all must be answered
 *   flood     Pings without end, never reading an answer, until the server ends it; prints how much it took
 *   wait      says nothing after the handshake
 * Prints what came of it: "answered N", "away REASON: words", "ended", "flooded N KiB". */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "vouchsafe/envelope.h"
#include "vouchsafe/frame.h"
#include "vouchsafe/tls.h"
#include "vouchsafe/v1/method.pb-c.h"

enum { PATIENCE_MS = 30000 };

static int fd;
static struct tls *tls;
static struct buf in, out;
static unsigned answered;

static _Noreturn void finish(const char *what, const char *more, const char *words) {
    printf("%s%s%s%s%s\n", what, more[0] != '\0' ? " " : "", more, words[0] != '\0' ? ": " : "", words);
    exit(0);
}

static void push(void) {
    while (buf_len(&out) > 0) {
        ssize_t n = send(fd, buf_data(&out), buf_len(&out), MSG_NOSIGNAL);
        if (n <= 0) finish("ended", "", "");
        buf_consume(&out, (size_t)n);
    }
}

/* Answers are counted; a GoAway ends the program. */
static void take_frames(void) {
    struct envelope_from_server e;
    struct slice body;
    char reason[64], message[256];
    while (frame_peek(&in, FRAME_MAX_FROM_SERVER, &body, NULL) == FRAME_WHOLE) {
        if (envelope_read_from_server(body, &e) < 0) finish("not an envelope", "", "");
        if (e.kind == ENVELOPE_GO_AWAY) {
            snprintf(reason, sizeof reason, "%.*s", (int)e.go_away_reason.len, (const char *)e.go_away_reason.data);
            snprintf(message, sizeof message, "%.*s", (int)e.go_away_message.len, (const char *)e.go_away_message.data);
            finish("away", reason, message);
        }
        answered++;
        frame_consume(&in, body);
    }
}

static void take_input(void) {
    static uint8_t data[65536];
    struct pollfd p = {.fd = fd, .events = POLLIN};
    if (poll(&p, 1, PATIENCE_MS) == 0) finish("nothing happened", "", "");
    ssize_t n = recv(fd, data, sizeof data, 0);
    if (n <= 0) finish("ended", "", "");
    enum tls_result r = tls_feed(tls, (struct slice){data, (size_t)n}, &in, &out);
    push();
    take_frames();
    if (r != TLS_OK) finish("ended", "", "");
}

static void put_ping(struct buf *plain, uint64_t id) {
    struct envelope_request e = {.id = id, .method = VOUCHSAFE__V1__METHOD__PING};
    envelope_write_request(plain, &e);
}

static void say(struct buf *plain) {
    if (tls_send(tls, (struct slice){buf_data(plain), buf_len(plain)}, &out) != TLS_OK) finish("ended", "", "");
    buf_free(plain);
    push();
}

static void wait_for_answers(unsigned n) {
    char text[16];
    while (answered < n) take_input();
    snprintf(text, sizeof text, "%u", answered);
    finish("answered", text, "");
}

static void do_pings(unsigned n) {
    struct buf plain;
    buf_init(&plain, 0);
    for (unsigned i = 1; i <= n; i++) put_ping(&plain, i);
    say(&plain);
    wait_for_answers(n);
}

static void do_partial(void) {
    struct buf plain;
    buf_init(&plain, 0);
    buf_put_u32be(&plain, 100);
    buf_put_u8(&plain, 8);
    say(&plain);
    for (;;) take_input();
}

static void do_flood(void) {
    struct pollfd p = {.fd = fd, .events = POLLOUT};
    struct timeval tv = {.tv_sec = PATIENCE_MS / 1000};
    uint64_t id = 1;
    size_t sent = 0;
    char text[32];
    fcntl(fd, F_SETFL, O_NONBLOCK);
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &tv, sizeof tv);
    for (;;) {
        struct buf plain;
        buf_init(&plain, 0);
        while (buf_len(&plain) < 16000) put_ping(&plain, id++);
        if (tls_send(tls, (struct slice){buf_data(&plain), buf_len(&plain)}, &out) != TLS_OK) break;
        buf_free(&plain);
        while (buf_len(&out) > 0) {
            ssize_t n = send(fd, buf_data(&out), buf_len(&out), MSG_NOSIGNAL);
            if (n < 0 && errno != EAGAIN) {
                snprintf(text, sizeof text, "%zu KiB", sent / 1024);
                finish("flooded", text, "");
            }
            if (n < 0 && poll(&p, 1, PATIENCE_MS) == 0) finish("never ended", "", "");
            if (n > 0) buf_consume(&out, (size_t)n), sent += (size_t)n;
        }
    }
    finish("tls failed", "", "");
}

static void connect_to(const char *address, const char *port) {
    struct sockaddr_in sa = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(port))};
    int small = 4096;
    inet_pton(AF_INET, address, &sa.sin_addr);
    fd = socket(AF_INET, SOCK_STREAM, 0);
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
    if (connect(fd, (struct sockaddr *)&sa, sizeof sa) < 0) finish("no connection", "", "");
}

/* STATE/root.pem's key is the pin; the client's own key is made here and known to nobody. */
static void shake(void) {
    uint8_t pin[TLS_KEY_HASH];
    char err[200] = "", pem[8192], *key, *cert;
    FILE *f = fopen(getenv("ROOT"), "r");
    size_t n = f == NULL ? 0 : fread(pem, 1, sizeof pem - 1, f);
    pem[n] = '\0';
    if (tls_cert_key_hash(pem, pin) < 0 || tls_make_key(&key) < 0 || tls_make_self_signed(key, "nobody", &cert) < 0)
        finish("no keys", "", "");
    struct tls_context *c = tls_context_client(pin, cert, key, err, sizeof err);
    tls = tls_new(c);
    free(key);
    free(cert);
    tls_feed(tls, (struct slice){0}, &in, &out);
    push();
    while (!tls_ready(tls)) take_input();
}

int main(int argc, char **argv) {
    uint8_t header[600];
    size_t n = 0;
    if (argc < 4 || sodium_init() < 0) return 64;
    buf_init(&in, 0), buf_init(&out, 0);
    connect_to(argv[1], argv[2]);
    if (argc > 4 && sodium_hex2bin(header, sizeof header, argv[4], strlen(argv[4]), " ", &n, NULL) == 0) {
        for (size_t i = 0; i < n; i++) { /* in two pieces, as a network may deliver it */
            if (i == n / 2) poll(NULL, 0, 20);
            if (send(fd, header + i, 1, MSG_NOSIGNAL) != 1) finish("ended", "", "");
        }
    }
    shake();
    if (strcmp(argv[3], "ping") == 0) do_pings(1);
    if (strcmp(argv[3], "many") == 0) do_pings(100);
    if (strcmp(argv[3], "partial") == 0) do_partial();
    if (strcmp(argv[3], "flood") == 0) do_flood();
    for (;;) take_input();
}
