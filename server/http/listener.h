/* SPDX-License-Identifier: Apache-2.0 */
/* An HTTP listener: one request a connection, one answer, closed. */
#ifndef SERVER_HTTP_LISTENER_H
#define SERVER_HTTP_LISTENER_H

#include <uv.h>

#include "server/http/reader.h"
#include "vouchsafe/buf.h"

struct http_answer {
    int status;
    const char *type; /* NULL: text/plain */
    struct buf body;
};

struct http_listener {
    uv_tcp_t tcp;
    void (*handle)(const struct http_request *r, struct http_answer *a); /* at once; a is 200 and empty before */
    unsigned connections, max;                                           /* more than max are closed at once */
};

/* As listen_tcp (server/core/listen.h). The listener must outlive the loop. */
int http_listen(struct http_listener *l, uv_loop_t *loop, const char *setting, const char *address,
                const char *socket_name, char *bound, char *err, size_t err_size) MUST_CHECK;

#endif
