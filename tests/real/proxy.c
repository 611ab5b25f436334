/* SPDX-License-Identifier: Apache-2.0 */
/* A line between seats and servers that breaks.
 *
 *   real_proxy ADDRESS...        each 127.0.0.1:PORT of a server; prints one address of its own for each, in one line, then passes on
 *
 * - happy path: a connection comes in, one to its server is made, and what either side sends the other gets; reading from a side stops
 *   while what it sent before isn't written
 * - cuts: after some exchanges (a client sends, the server answers) both connections are reset: of two cuts one at least loses the
 *   answer, which has arrived here and isn't passed on; the other comes between an answer and the next request; the more lines there
 *   were, the longer the next one holds, so that who sends one thing after the other comes to an end
 * - a server that can't be reached, an end, an error of either side: both are closed, which is no cut
 * - SIGTERM: prints a JSON object of what was cut, and ends */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

#include "vouchsafe/base.h"

enum { SERVERS_MAX = 8, CHUNK = 65536, GREETINGS = 3, EXCHANGES = 6, CALM = 32, SEED = 20 };
enum { CLIENT, SERVER, SIDES };

struct line;
struct side {
    uv_tcp_t tcp;
    uv_write_t write; /* of what the other side sent */
    char chunk[CHUNK];
    struct line *line;
};
struct line {
    struct side sides[SIDES];
    uv_connect_t connect;
    int open;           /* handles that still close */
    bool closing, due;  /* due: the client has sent, and nothing came back since */
    unsigned exchanges; /* left until it is cut */
};
static struct server {
    uv_tcp_t listener;
    struct sockaddr_in address;
} servers[SERVERS_MAX];
static unsigned lines, cuts, cuts_due, spared; /* spared: the answer of a line that is cut */

_Noreturn static void fail(const char *what, int error) {
    fprintf(stderr, "real_proxy: %s: %s\n", what, uv_strerror(error));
    exit(1);
}

/* --- the end of a line ------------------------------------------------------------------------------------------ */

static void on_closed(uv_handle_t *h) {
    struct side *s = h->data;
    if (--s->line->open == 0) free(s->line);
}

/* A reset when it is cut, so that nothing that was sent before arrives after it. */
static void line_close(struct line *l, bool reset) {
    if (l->closing) return;
    l->closing = true;
    for (size_t i = 0; i < SIDES; i++)
        if (!reset || uv_tcp_close_reset(&l->sides[i].tcp, on_closed) != 0)
            uv_close((uv_handle_t *)&l->sides[i].tcp, on_closed);
}

static void line_cut(struct line *l) {
    cuts++;
    cuts_due += l->due;
    line_close(l, true);
}

/* --- what it carries -------------------------------------------------------------------------------------------- */

static void on_room(uv_handle_t *h, size_t suggested, uv_buf_t *out) {
    struct side *s = h->data;
    (void)suggested;
    *out = uv_buf_init(s->chunk, CHUNK);
}

static void on_read(uv_stream_t *stream, ssize_t n, const uv_buf_t *b);

static void on_written(uv_write_t *w, int status) {
    struct side *from = w->data;
    struct line *l = from->line;
    if (l->closing) return;
    if (status < 0 || uv_read_start((uv_stream_t *)&from->tcp, on_room, on_read) != 0) return line_close(l, false);
    if (from == &l->sides[SERVER] && l->exchanges == 0) line_cut(l);
}

/* An answer has come: true when it is lost with its line. */
static bool loses_answer(struct line *l) {
    if (!l->due) return false;
    if (l->exchanges == 1 && cuts_due <= spared) return true;
    spared += l->exchanges == 1;
    l->exchanges -= l->exchanges > 0;
    l->due = false;
    return false;
}

static void on_read(uv_stream_t *stream, ssize_t n, const uv_buf_t *b) {
    struct side *from = stream->data;
    struct line *l = from->line;
    bool of_client = from == &l->sides[CLIENT];
    if (l->closing || n == 0) return;
    if (n < 0) return line_close(l, false);
    if (of_client) l->due = true;
    if (!of_client && loses_answer(l)) return line_cut(l);
    uv_read_stop(stream);
    uv_buf_t out = uv_buf_init(b->base, (unsigned)n);
    struct side *to = &l->sides[of_client ? SERVER : CLIENT];
    if (uv_write(&from->write, (uv_stream_t *)&to->tcp, &out, 1, on_written) != 0) line_close(l, false);
}

static void on_connected(uv_connect_t *c, int status) {
    struct line *l = c->data;
    if (l->closing) return;
    for (size_t i = 0; status == 0 && i < SIDES; i++)
        status = uv_read_start((uv_stream_t *)&l->sides[i].tcp, on_room, on_read);
    if (status != 0) line_close(l, false);
}

static void on_connection(uv_stream_t *listener, int status) {
    struct server *server = listener->data;
    struct line *l = status == 0 ? calloc(1, sizeof *l) : NULL;
    if (l == NULL) return;
    for (size_t i = 0; i < SIDES; i++, l->open++) {
        struct side *s = &l->sides[i];
        s->line = l;
        s->tcp.data = s->write.data = s;
        if ((status = uv_tcp_init(listener->loop, &s->tcp)) != 0) fail("a socket", status);
    }
    l->connect.data = l;
    l->exchanges = GREETINGS + 1 + (unsigned)rand() % (EXCHANGES + lines / CALM);
    lines++;
    if (uv_accept(listener, (uv_stream_t *)&l->sides[CLIENT].tcp) != 0 ||
        uv_tcp_connect(&l->connect, &l->sides[SERVER].tcp, (const struct sockaddr *)&server->address, on_connected) !=
            0)
        line_close(l, false);
}

/* --- the program ------------------------------------------------------------------------------------------------ */

static int listen_for(struct server *s, const char *address) {
    char host[64];
    const char *colon = strrchr(address, ':');
    struct sockaddr_in own;
    int len = sizeof own, r;
    if (colon == NULL || colon - address >= (long)sizeof host) return UV_EINVAL;
    snprintf(host, sizeof host, "%.*s", (int)(colon - address), address);
    s->listener.data = s;
    if ((r = uv_ip4_addr(host, atoi(colon + 1), &s->address)) != 0) return r;
    uv_ip4_addr("127.0.0.1", 0, &own);
    if ((r = uv_tcp_init(uv_default_loop(), &s->listener)) != 0 ||
        (r = uv_tcp_bind(&s->listener, (const struct sockaddr *)&own, 0)) != 0 ||
        (r = uv_listen((uv_stream_t *)&s->listener, 512, on_connection)) != 0 ||
        (r = uv_tcp_getsockname(&s->listener, (struct sockaddr *)&own, &len)) != 0)
        return r;
    printf("%s127.0.0.1:%u", s == servers ? "" : ",", ntohs(own.sin_port));
    return 0;
}

static void on_term(uv_signal_t *s, int number) {
    (void)number;
    printf("{\"lines\": %u, \"cut\": %u, \"cut_while_due\": %u}\n", lines, cuts, cuts_due);
    uv_stop(s->loop);
}

int main(int argc, char **argv) {
    uv_signal_t term;
    int r;
    if (argc < 2 || argc > SERVERS_MAX + 1) {
        fprintf(stderr, "real_proxy ADDRESS...\n");
        return 64;
    }
    srand(SEED);
    signal(SIGPIPE, SIG_IGN);
    for (int i = 1; i < argc; i++)
        if ((r = listen_for(&servers[i - 1], argv[i])) != 0) fail(argv[i], r);
    printf("\n");
    fflush(stdout);
    if ((r = uv_signal_init(uv_default_loop(), &term)) != 0 || (r = uv_signal_start(&term, on_term, SIGTERM)) != 0)
        fail("SIGTERM", r);
    uv_run(uv_default_loop(), UV_RUN_DEFAULT);
    return fflush(stdout) == 0 ? 0 : 1;
}
