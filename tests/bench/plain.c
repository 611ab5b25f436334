/* SPDX-License-Identifier: Apache-2.0 */
/* Idle seats without TLS, for what one costs the server: below the client library, which has no way to leave TLS out.
 *   bench_plain PATH N TOKEN     N connections to the unix socket of listen.plain, logged in by the token (hex); prints a line, holds
 *                                them until its input ends */
#include <errno.h>
#include <sodium.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "tests/bench/bench.h"
#include "vouchsafe/envelope.h"
#include "vouchsafe/frame.h"
#include "vouchsafe/status.h"
#include "vouchsafe/v1/method.pb-c.h"
#include "vouchsafe/v1/session.pb-c.h"

enum { TOKEN_SIZE = 48 };

static int dial(const char *path) {
    struct sockaddr_un un = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    snprintf(un.sun_path, sizeof un.sun_path, "%s", path);
    if (fd < 0 || connect(fd, (const struct sockaddr *)&un, sizeof un) < 0) bench_fail(path, strerror(errno));
    return fd;
}

static void ask_in(int fd, uint8_t *token) {
    Vouchsafe__V1__LoginRequest q = VOUCHSAFE__V1__LOGIN_REQUEST__INIT;
    uint8_t body[128];
    struct buf out;
    q.has_token = 1;
    q.token = (ProtobufCBinaryData){TOKEN_SIZE, token};
    struct envelope_request e = {.id = 1, .method = VOUCHSAFE__V1__METHOD__LOGIN};
    e.body = (struct slice){body, protobuf_c_message_pack(&q.base, body)};
    buf_init(&out, 0);
    envelope_write_request(&out, &e);
    if (write(fd, buf_data(&out), buf_len(&out)) != (ssize_t)buf_len(&out)) bench_fail("login", strerror(errno));
    buf_free(&out);
}

static void hear(int fd) {
    struct buf in;
    struct slice frame;
    struct envelope_from_server e;
    buf_init(&in, 0);
    while (frame_peek(&in, FRAME_MAX_FROM_SERVER, &frame, NULL) != FRAME_WHOLE) {
        uint8_t data[1024];
        ssize_t n = read(fd, data, sizeof data);
        if (n <= 0) bench_fail("login", "the server hung up");
        buf_append(&in, data, (size_t)n);
    }
    if (envelope_read_from_server(frame, &e) < 0 || e.kind != ENVELOPE_REPLY || e.reply.status != VS_OK)
        bench_fail("login", "it was refused");
    buf_free(&in);
}

int main(int argc, char **argv) {
    uint8_t token[TOKEN_SIZE];
    size_t n = 0;
    if (argc != 4 || sodium_init() < 0 ||
        sodium_hex2bin(token, sizeof token, argv[3], strlen(argv[3]), "-", &n, NULL) != 0 || n != sizeof token)
        bench_fail("usage", "see the top of tests/bench/plain.c");
    for (int i = 0; i < atoi(argv[2]); i++) { /* held by the process's end */
        int fd = dial(argv[1]);
        ask_in(fd, token);
        hear(fd);
    }
    printf("%s connected\n", argv[2]);
    fflush(stdout);
    while (getchar() != EOF) continue;
    return 0;
}
