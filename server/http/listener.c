/* SPDX-License-Identifier: Apache-2.0 */
/* A connection's life: reading -> answering -> lingering -> closed.
 * - happy path: bytes gather until http_read has a whole request; the handler answers; written; our end is shut; the
 *   client's end of stream closes it
 * - refused by the reader: the answer says why, then the same way out
 * - the client is slow to ask or to leave: 5 s for all of it, then it is closed
 * - more connections than the listener takes: closed at once
 * Our end is shut before closing, since closing over unread bytes would reset the connection and lose the answer. */
#include "server/http/listener.h"

#include <stdlib.h>

#include "server/core/listen.h"
#include "server/core/log.h"

enum { TIME_MS = 5000 };

struct http_conn {
    uv_tcp_t tcp;
    uv_timer_t timer;
    uv_write_t write;
    uv_shutdown_t shutdown;
    struct http_listener *listener;
    struct buf in, out;
    bool answered, closing;
    int handles; /* not yet closed */
};

static uint8_t read_buffer[16 * 1024]; /* one loop, one read at a time */

static const struct {
    int status;
    const char *phrase;
} phrases[] = {{200, "OK"},
               {400, "Bad Request"},
               {404, "Not Found"},
               {405, "Method Not Allowed"},
               {413, "Content Too Large"},
               {414, "URI Too Long"},
               {417, "Expectation Failed"},
               {431, "Request Header Fields Too Large"},
               {503, "Service Unavailable"},
               {505, "HTTP Version Not Supported"}};

static const char *phrase_of(int status) {
    for (size_t i = 0; i < ARRAY_LEN(phrases); i++)
        if (phrases[i].status == status) return phrases[i].phrase;
    return "";
}

static void on_closed(uv_handle_t *h) {
    struct http_conn *c = h->data;
    if (--c->handles > 0) return;
    c->listener->connections--;
    buf_free(&c->in);
    buf_free(&c->out);
    free(c);
}

static void http_close(struct http_conn *c) {
    if (c->closing) return;
    c->closing = true;
    uv_close((uv_handle_t *)&c->tcp, on_closed);
    uv_close((uv_handle_t *)&c->timer, on_closed);
}

static void on_time(uv_timer_t *t) { http_close(t->data); }

static void on_shut(uv_shutdown_t *r, int status) {
    if (status < 0) http_close(r->data);
}

static void on_written(uv_write_t *w, int status) {
    struct http_conn *c = w->data;
    if (c->closing) return;
    c->shutdown.data = c;
    if (status < 0 || uv_shutdown(&c->shutdown, (uv_stream_t *)&c->tcp, on_shut) < 0) http_close(c);
}

static void send_answer(struct http_conn *c, const struct http_answer *a, bool head) {
    c->answered = true;
    buf_free(&c->in);
    buf_printf(&c->out,
               "HTTP/1.1 %d %s\r\nContent-Type: %s\r\nContent-Length: %zu\r\n%sCache-Control: no-store\r\n"
               "X-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n",
               a->status, phrase_of(a->status), a->type != NULL ? a->type : "text/plain; charset=utf-8",
               buf_len(&a->body), a->status == 405 ? "Allow: GET, HEAD\r\n" : "");
    if (!head) buf_append(&c->out, buf_data(&a->body), buf_len(&a->body));
    c->write.data = c;
    uv_buf_t b = uv_buf_init((char *)(uintptr_t)buf_data(&c->out), (unsigned)buf_len(&c->out));
    if (buf_failed(&c->out) || buf_failed(&a->body) ||
        uv_write(&c->write, (uv_stream_t *)&c->tcp, &b, 1, on_written) < 0)
        http_close(c);
}

static void take(struct http_conn *c) {
    struct http_request r;
    struct http_answer a = {.status = 200};
    const char *why;
    int status;
    switch (http_read((struct slice){buf_data(&c->in), buf_len(&c->in)}, &r, &status, &why)) {
        case HTTP_PARTIAL: return;
        case HTTP_WHOLE: c->listener->handle(&r, &a); break;
        case HTTP_REFUSED:
            a.status = status;
            buf_printf(&a.body, "%s\n", why);
            log_debug("http_refused", "status=%d why=%s", status, log_quote(why));
            break;
    }
    send_answer(c, &a, r.head);
    buf_free(&a.body);
}

static void on_alloc(uv_handle_t *h, size_t n, uv_buf_t *buf) {
    (void)h, (void)n;
    *buf = uv_buf_init((char *)read_buffer, sizeof read_buffer);
}

static void on_read(uv_stream_t *stream, ssize_t n, const uv_buf_t *buf) {
    struct http_conn *c = stream->data;
    if (n < 0) {
        http_close(c);
        return;
    }
    if (n == 0 || c->answered) return; /* after the answer: read and dropped until the client leaves */
    buf_append(&c->in, buf->base, (size_t)n);
    if (buf_failed(&c->in))
        http_close(c);
    else
        take(c);
}

static void on_connection(uv_stream_t *server, int status) {
    struct http_listener *l = server->data;
    struct http_conn *c = status < 0 ? NULL : calloc(1, sizeof *c);
    if (c == NULL) return;
    c->listener = l;
    c->handles = 2;
    uv_tcp_init(server->loop, &c->tcp);
    uv_timer_init(server->loop, &c->timer);
    c->tcp.data = c->timer.data = c;
    buf_init(&c->in, HTTP_REQUEST_MAX + sizeof read_buffer);
    buf_init(&c->out, 0);
    l->connections++;
    if (uv_accept(server, (uv_stream_t *)&c->tcp) < 0 || l->connections > l->max ||
        uv_read_start((uv_stream_t *)&c->tcp, on_alloc, on_read) < 0) {
        http_close(c);
        return;
    }
    uv_timer_start(&c->timer, on_time, TIME_MS, 0);
}

int http_listen(struct http_listener *l, uv_loop_t *loop, const char *setting, const char *address,
                const char *socket_name, char *bound, char *err, size_t err_size) {
    l->tcp.data = l;
    return listen_tcp(loop, &l->tcp, setting, address, socket_name, on_connection, bound, err, err_size);
}
