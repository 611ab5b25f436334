/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/http/reader.h"

#define TEXT(s) \
    { (const uint8_t *)(s), sizeof(s) - 1 }
#define GET "GET / HTTP/1.1\r\n"
#define HOST "Host: a\r\n"

/* Hostile and broken requests, and what each is answered. */
static const struct {
    struct slice text;
    int status;
} refused[] = {
    {TEXT("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\n"), 400}, /* a TLS hello */
    {TEXT("\r\n"), 400},                                           /* an empty line first */
    {TEXT("GET\r\n"), 400},
    {TEXT("GET /\r\n"), 400},           /* HTTP/0.9 */
    {TEXT("GET  / HTTP/1.1\r\n"), 400}, /* two spaces */
    {TEXT("GET / HTTP/1.1 \r\n"), 400},
    {TEXT("GET / HTTP/1.1\n"), 400},            /* a bare LF */
    {TEXT("GET / HTTP/1.1\rHost: a\r\n"), 400}, /* a bare CR */
    {TEXT("GET / HTTP/1.1\r\r\n"), 400},
    {TEXT(" GET / HTTP/1.1\r\n"), 400},
    {TEXT("G\x00T / HTTP/1.1\r\n"), 400},
    {TEXT("G(T / HTTP/1.1\r\n"), 400},
    {TEXT("GET\t/\tHTTP/1.1\r\n"), 400},
    {TEXT("GET / http/1.1\r\n"), 400},
    {TEXT("GET / HTTP/1.10\r\n"), 400},
    {TEXT("GET / HTTP/1.0\r\n"), 505},
    {TEXT("GET / HTTP/2.0\r\n"), 505},
    {TEXT("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), 505},
    {TEXT("POST / HTTP/1.1\r\n"), 405},
    {TEXT("get / HTTP/1.1\r\n"), 405},
    {TEXT("CONNECT a:80 HTTP/1.1\r\n"), 405},
    {TEXT("GET * HTTP/1.1\r\n"), 400},
    {TEXT("GET http://a/ HTTP/1.1\r\n"), 400}, /* absolute form */
    {TEXT("GET a HTTP/1.1\r\n"), 400},
    {TEXT("GET /#x HTTP/1.1\r\n"), 400},
    {TEXT("GET /\xc3\xa4 HTTP/1.1\r\n"), 400},
    {TEXT("GET /a\"b HTTP/1.1\r\n"), 400},
    {TEXT("GET /\\..\\a HTTP/1.1\r\n"), 400},
    {TEXT("GET /% HTTP/1.1\r\n"), 400},
    {TEXT("GET /%4 HTTP/1.1\r\n"), 400},
    {TEXT("GET /%zz HTTP/1.1\r\n"), 400},
    {TEXT(GET "\r\n"), 400},           /* no Host */
    {TEXT(GET HOST HOST "\r\n"), 400}, /* two */
    {TEXT(GET HOST "hOST: b\r\n\r\n"), 400},
    {TEXT(GET "Host:\r\n\r\n"), 400},
    {TEXT(GET "Host: a b\r\n\r\n"), 400},
    {TEXT(GET "Host: a,b\r\n\r\n"), 400},
    {TEXT(GET "Host: user@a\r\n\r\n"), 400},
    {TEXT(GET "Host : a\r\n\r\n"), 400}, /* a blank before the colon */
    {TEXT(GET " Host: a\r\n\r\n"), 400},
    {TEXT(GET HOST "X: a\r\n b\r\n\r\n"), 400}, /* folded */
    {TEXT(GET HOST "X: a\r\n\tb\r\n\r\n"), 400},
    {TEXT(GET HOST "X\r\n\r\n"), 400},
    {TEXT(GET HOST ": a\r\n\r\n"), 400},
    {TEXT(GET HOST "X Y: a\r\n\r\n"), 400},
    {TEXT(GET HOST "X: a\nY: b\r\n\r\n"), 400},
    {TEXT(GET HOST "X: a\rY: b\r\n\r\n"), 400},
    {TEXT(GET HOST "X: a\x00"
                   "b\r\n\r\n"),
     400},
    {TEXT(GET HOST "X: a\x01\r\n\r\n"), 400},
    {TEXT(GET HOST "X: \xff\r\n\r\n"), 400},
    {TEXT(GET HOST "\xc3\xa4: a\r\n\r\n"), 400},
    {TEXT(GET HOST "Transfer-Encoding: chunked\r\n\r\n"), 400},
    {TEXT(GET HOST "Transfer-Encoding: identity\r\n\r\n"), 400},
    {TEXT(GET HOST "transfer-encoding:\r\n\r\n"), 400},
    {TEXT(GET HOST "Transfer-Encoding: chunked\r\nContent-Length: 0\r\n\r\n"), 400},
    {TEXT(GET HOST "Content-Length: 1\r\n\r\nx"), 413},
    {TEXT(GET HOST "Content-Length: 00\r\n\r\n"), 413},
    {TEXT(GET HOST "Content-Length: +0\r\n\r\n"), 400},
    {TEXT(GET HOST "Content-Length: -1\r\n\r\n"), 400},
    {TEXT(GET HOST "Content-Length: 0, 0\r\n\r\n"), 400},
    {TEXT(GET HOST "Content-Length:\r\n\r\n"), 400},
    {TEXT(GET HOST "Content-Length: 0\r\nContent-Length: 0\r\n\r\n"), 400},
    {TEXT(GET HOST "Expect: 100-continue\r\n\r\n"), 417},
};

/* An exact copy on the heap, so that a read past its end is seen by the sanitizer. */
static enum http_result read_copy(const uint8_t *data, size_t n, struct http_request *r, int *status) {
    static uint8_t *copy;
    const char *why = NULL;
    free(copy);
    copy = malloc(n == 0 ? 1 : n);
    memcpy(copy, data, n);
    enum http_result got = http_read((struct slice){copy, n}, r, status, &why);
    if (got == HTTP_REFUSED) assert_non_null(why);
    return got;
}

static void hostile_requests_are_refused_with_their_status_however_they_are_cut(void **state) {
    (void)state;
    struct http_request r;
    for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
        int status = 0;
        if (read_copy(refused[i].text.data, refused[i].text.len, &r, &status) != HTTP_REFUSED ||
            status != refused[i].status)
            fail_msg("row %zu: %.*s: answered %d, not %d", i, (int)refused[i].text.len,
                     (const char *)refused[i].text.data, status, refused[i].status);
        for (size_t n = 0; n < refused[i].text.len; n++) { /* never whole before it is refused */
            enum http_result part = read_copy(refused[i].text.data, n, &r, &status);
            if (part == HTTP_WHOLE) fail_msg("row %zu is whole after %zu bytes", i, n);
            if (part == HTTP_REFUSED) assert_int_equal(status, refused[i].status);
        }
    }
}

static void a_good_request_is_partial_until_its_last_byte(void **state) {
    (void)state;
    static const char text[] =
        "GET /a/%7Eb?x=1&y HTTP/1.1\r\nHost: [::1]:80\r\nAccept:\t text/plain ;q=1 \r\nX-Empty:\r\nContent-Length: 0\r\n\r\n";
    struct http_request r;
    int status;
    for (size_t n = 0; n < sizeof text - 1; n++)
        if (read_copy((const uint8_t *)text, n, &r, &status) != HTTP_PARTIAL) fail_msg("after %zu bytes", n);
    assert_int_equal(read_copy((const uint8_t *)text, sizeof text - 1, &r, &status), HTTP_WHOLE);
    assert_false(r.head);
    assert_true(http_is(r.path, "/a/%7Eb"));
    assert_true(http_is(r.query, "x=1&y"));
    assert_true(http_is(*http_field(&r, "accept"), "text/plain ;q=1"));
    assert_true(http_is(*http_field(&r, "x-empty"), ""));
    assert_null(http_field(&r, "accep"));
    assert_int_equal(r.n_fields, 4);
}

static void what_follows_a_request_is_left_alone(void **state) {
    (void)state;
    static const char text[] = "HEAD /x HTTP/1.1\r\nHost: a\r\n\r\nGET /y HTTP/1.1\r\n";
    struct http_request r;
    int status;
    assert_int_equal(read_copy((const uint8_t *)text, sizeof text - 1, &r, &status), HTTP_WHOLE);
    assert_true(r.head);
    assert_true(http_is(r.path, "/x"));
}

/* "GET /aaa... HTTP/1.1" whose line has n bytes with its end */
static size_t request_with_line(char *out, size_t n, const char *rest) {
    size_t at = (size_t)sprintf(out, "GET /");
    while (at < n - 11) out[at++] = 'a';
    return at + (size_t)sprintf(out + at, " HTTP/1.1\r\n%s", rest);
}

static void the_request_line_has_2048_bytes_at_most(void **state) {
    (void)state;
    char text[8192];
    struct http_request r;
    int status;
    size_t n = request_with_line(text, HTTP_LINE_MAX, HOST "\r\n");
    assert_int_equal(read_copy((uint8_t *)text, n, &r, &status), HTTP_WHOLE);
    n = request_with_line(text, HTTP_LINE_MAX + 1, HOST "\r\n");
    assert_int_equal(read_copy((uint8_t *)text, n, &r, &status), HTTP_REFUSED);
    assert_int_equal(status, 414);
    memset(text, 'A', sizeof text); /* never an end */
    assert_int_equal(read_copy((uint8_t *)text, HTTP_LINE_MAX - 1, &r, &status), HTTP_PARTIAL);
    assert_int_equal(read_copy((uint8_t *)text, HTTP_LINE_MAX, &r, &status), HTTP_REFUSED);
    assert_int_equal(status, 414);
}

static void headers_have_8192_bytes_and_32_fields_at_most(void **state) {
    (void)state;
    char text[16384];
    struct http_request r;
    int status;
    for (int fields = HTTP_FIELDS_MAX; fields <= HTTP_FIELDS_MAX + 1; fields++) {
        size_t n = (size_t)sprintf(text, GET HOST);
        for (int i = 1; i < fields; i++) n += (size_t)sprintf(text + n, "X%d: y\r\n", i);
        n += (size_t)sprintf(text + n, "\r\n");
        assert_int_equal(read_copy((uint8_t *)text, n, &r, &status),
                         fields == HTTP_FIELDS_MAX ? HTTP_WHOLE : HTTP_REFUSED);
    }
    assert_int_equal(status, 431);
    for (size_t size = HTTP_HEADERS_MAX; size <= HTTP_HEADERS_MAX + 1; size++) {
        size_t start = (size_t)sprintf(text, GET), n = start + (size_t)sprintf(text + start, HOST "X: ");
        while (n - start < size - 4) text[n++] = 'x';
        n += (size_t)sprintf(text + n, "\r\n\r\n");
        assert_int_equal(read_copy((uint8_t *)text, n, &r, &status),
                         size == HTTP_HEADERS_MAX ? HTTP_WHOLE : HTTP_REFUSED);
    }
    assert_int_equal(status, 431);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hostile_requests_are_refused_with_their_status_however_they_are_cut),
        cmocka_unit_test(a_good_request_is_partial_until_its_last_byte),
        cmocka_unit_test(what_follows_a_request_is_left_alone),
        cmocka_unit_test(the_request_line_has_2048_bytes_at_most),
        cmocka_unit_test(headers_have_8192_bytes_and_32_fields_at_most),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
