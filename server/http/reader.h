/* SPDX-License-Identifier: Apache-2.0 */
/* A strict reader of HTTP/1.1 GET and HEAD requests, over bytes that are already here. The grammar needed is closed and
 * small; being strict is the point: what two programs may read differently is refused.
 * Refused: any other method, version or target form; a bare CR or LF, obs-fold, a space before the colon, bytes outside
 * visible ASCII; no Host or two; Transfer-Encoding, a Content-Length other than 0, Expect; more than the limits. */
#ifndef SERVER_HTTP_READER_H
#define SERVER_HTTP_READER_H

#include "vouchsafe/base.h"

enum { HTTP_LINE_MAX = 2048, HTTP_HEADERS_MAX = 8192, HTTP_FIELDS_MAX = 32 };
enum { HTTP_REQUEST_MAX = HTTP_LINE_MAX + HTTP_HEADERS_MAX };

struct http_request {
    bool head;                /* HEAD: answer as GET without the body */
    struct slice path, query; /* as sent, percent-encoding valid but not decoded; query without its '?' */
    int n_fields;
    struct http_field {
        struct slice name, value; /* value without the blanks around it */
    } fields[HTTP_FIELDS_MAX];
};

enum http_result { HTTP_WHOLE, HTTP_PARTIAL, HTTP_REFUSED };

/* Reads from the start of `in`. WHOLE: `out` points into `in`. PARTIAL: more bytes are needed, and allowed. REFUSED:
 * *status is what to answer (then close), *why one sentence. It keeps no state: call it again with more. */
enum http_result http_read(struct slice in, struct http_request *out, int *status, const char **why) MUST_CHECK;

/* The first field of that name (lower case), or NULL. */
const struct slice *http_field(const struct http_request *r, const char *name);
bool http_is(struct slice s, const char *text);

#endif
