/* SPDX-License-Identifier: Apache-2.0 */
#include "server/http/ops.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "server/core/listen.h"
#include "server/core/metrics.h"
#include "server/http/listener.h"

enum { CONNECTIONS_MAX = 64 };

static struct ops ops;

static void answer_healthz(const struct http_request *r, struct http_answer *a) {
    (void)r;
    buf_printf(&a->body, "ok\n");
}

static void answer_readyz(const struct http_request *r, struct http_answer *a) {
    (void)r;
    const char *why = "";
    if (ops.is_ready(&why)) {
        buf_printf(&a->body, "ready\n");
        return;
    }
    a->status = 503;
    buf_printf(&a->body, "%s\n", why);
}

/* Scrapers that want OpenMetrics name it; which of several types weighs most is not read. */
static void answer_metrics(const struct http_request *r, struct http_answer *a) {
    static const char open_type[] = "application/openmetrics-text";
    const struct slice *accept = http_field(r, "accept");
    bool open = accept != NULL && memmem(accept->data, accept->len, open_type, sizeof open_type - 1) != NULL;
    const char *why;
    metrics_set(METRIC_READY, ops.is_ready(&why));
    metrics_read_process();
    ops.collect();
    a->type = open ? "application/openmetrics-text; version=1.0.0; charset=utf-8"
                   : "text/plain; version=0.0.4; charset=utf-8";
    metrics_write(&a->body, open);
}

static const struct {
    const char *path;
    void (*answer)(const struct http_request *, struct http_answer *);
} routes[] = {{"/healthz", answer_healthz}, {"/readyz", answer_readyz}, {"/metrics", answer_metrics}};

static void handle(const struct http_request *r, struct http_answer *a) {
    for (size_t i = 0; i < ARRAY_LEN(routes); i++)
        if (http_is(r->path, routes[i].path)) {
            routes[i].answer(r, a);
            return;
        }
    a->status = 404;
    buf_printf(&a->body, "here are /healthz, /readyz and /metrics\n");
}

int ops_listen(const struct ops *callbacks, uv_loop_t *loop, const char *address, char *bound, char *err,
               size_t err_size) {
    static struct http_listener listener = {.handle = handle, .max = CONNECTIONS_MAX};
    ops = *callbacks;
    bound[0] = '\0';
    if (address[0] == '\0' && !listen_inherited("ops")) return 0;
    return http_listen(&listener, loop, "ops.address", address, "ops", bound, err, err_size);
}

/* --- asking, from another process ----------------------------------------------------------------------- */

/* Reads to the end of the stream; the answer's own bytes as text. */
static ssize_t ask(int fd, const struct sockaddr_storage *sa, char *answer, size_t size) {
    static const char request[] = "GET /readyz HTTP/1.1\r\nHost: localhost\r\n\r\n";
    struct timeval five = {.tv_sec = 5};
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &five, sizeof five);
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &five, sizeof five);
    socklen_t len = sa->ss_family == AF_INET6 ? sizeof(struct sockaddr_in6) : sizeof(struct sockaddr_in);
    if (connect(fd, (const struct sockaddr *)sa, len) < 0 ||
        send(fd, request, sizeof request - 1, MSG_NOSIGNAL) != (ssize_t)sizeof request - 1)
        return -1;
    ssize_t n = 0, got = 0;
    while ((size_t)n < size - 1 && (got = recv(fd, answer + n, size - 1 - (size_t)n, 0)) > 0) n += got;
    answer[n] = '\0';
    return got < 0 ? -1 : n;
}

int ops_ask_ready(const char *address, char *err, size_t err_size) {
    struct sockaddr_storage sa;
    char answer[2048];
    if (listen_parse(address, &sa) < 0) {
        snprintf(err, err_size, "set ops.address to where the server's /readyz is, such as 127.0.0.1:7644");
        return -1;
    }
    int fd = socket(sa.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    ssize_t n = fd < 0 ? -1 : ask(fd, &sa, answer, sizeof answer);
    if (n < 0) snprintf(err, err_size, "nothing answers at %s: %s", address, strerror(errno));
    if (fd >= 0) close(fd);
    if (n < 0) return -1;
    if (strncmp(answer, "HTTP/1.1 200 ", 13) == 0) return 0;
    const char *body = strstr(answer, "\r\n\r\n");
    snprintf(err, err_size, "not ready: %.*s", body == NULL ? 0 : (int)strcspn(body + 4, "\r\n"),
             body == NULL ? "" : body + 4);
    return -1;
}
