/* SPDX-License-Identifier: Apache-2.0 */
#include "server/net/proxy.h"

#include <arpa/inet.h>

#include "tests/support/unit.h"

#define SIGNATURE "\r\n\r\n\0\r\nQUIT\n"
#define FOUR "\xcb\x00\x71\x09\x7f\x00\x00\x01\x04\xd2\x1d\xdb" /* 203.0.113.9:1234 -> 127.0.0.1:7643 */
#define TEXT(s) \
    { (const uint8_t *)(s), sizeof(s) - 1 }

static void a_header_for_ipv4_is_partial_until_its_last_byte(void **state) {
    (void)state;
    static const char text[] = SIGNATURE "\x21\x11\x00\x0c" FOUR "\x16\x03\x01";
    struct proxy p;
    const char *why;
    for (size_t n = 0; n <= sizeof text - 1; n++) {
        struct slice part = unit_exact((struct slice){(const uint8_t *)text, n});
        assert_int_equal(proxy_read(part, &p, &why), n < 28 ? PROXY_PARTIAL : PROXY_WHOLE);
        free((void *)(uintptr_t)part.data);
    }
    const struct sockaddr_in *sa = (const struct sockaddr_in *)&p.peer;
    assert_int_equal(p.used, 28); /* what follows is the client's */
    assert_false(p.local);
    assert_int_equal(sa->sin_family, AF_INET);
    assert_int_equal(ntohl(sa->sin_addr.s_addr), 0xcb007109);
    assert_int_equal(ntohs(sa->sin_port), 1234);
}

static void a_header_for_ipv6_with_extensions_names_the_source(void **state) {
    (void)state;
    static const char text[] = SIGNATURE
        "\x21\x21\x00\x2c"
        "\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\x04\xd2\x1d\xdb"
        "\x04\x00\x00\x05\x00\x02xy";
    struct proxy p;
    const char *why;
    char name[64];
    assert_int_equal(proxy_read((struct slice)TEXT(text), &p, &why), PROXY_WHOLE);
    inet_ntop(AF_INET6, &((const struct sockaddr_in6 *)&p.peer)->sin6_addr, name, sizeof name);
    assert_string_equal(name, "2001:db8::1");
    assert_int_equal(p.used, sizeof text - 1);
}

static void a_balancers_own_check_names_nobody(void **state) {
    (void)state;
    static const char text[] = SIGNATURE "\x20\x00\x00\x03xyz";
    struct proxy p;
    const char *why;
    assert_int_equal(proxy_read((struct slice)TEXT(text), &p, &why), PROXY_WHOLE);
    assert_true(p.local);
    assert_int_equal(p.used, 19);
}

static void hostile_headers_are_refused_however_they_are_cut(void **state) {
    (void)state;
    static const struct slice hostile[] = {
        TEXT("GET / HTTP/1.1\r\n"),
        TEXT("PROXY TCP4 203.0.113.9 127.0.0.1 1234 7643\r\n"), /* version 1 */
        TEXT("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"),   /* TLS without a header */
        TEXT("\r\n\r\n\0\r\nQUIT\r"),                           /* a signature that is nearly one */
        TEXT(SIGNATURE "\x11\x11\x00\x0c" FOUR),                /* version 1 in binary */
        TEXT(SIGNATURE "\x31\x11\x00\x0c" FOUR),                /* version 3 */
        TEXT(SIGNATURE "\x22\x11\x00\x0c" FOUR),                /* no such command */
        TEXT(SIGNATURE "\x21\x00\x00\x00"),                     /* PROXY for nobody */
        TEXT(SIGNATURE "\x21\x12\x00\x0c" FOUR),                /* UDP */
        TEXT(SIGNATURE "\x21\x31\x00\xd8"),                     /* a unix socket */
        TEXT(SIGNATURE "\x21\x11\x00\x0b" FOUR),                /* too short for its family */
        TEXT(SIGNATURE "\x21\x21\x00\x0c" FOUR),
        TEXT(SIGNATURE "\x21\x11\x02\x09" FOUR), /* 537 bytes */
        TEXT(SIGNATURE "\x21\x11\xff\xff" FOUR),
        TEXT(SIGNATURE "\x20\x00\xff\xff"),
        TEXT(SIGNATURE "\x21\x11\x00\x0e" FOUR "\x04\x00"),      /* half an extension's head */
        TEXT(SIGNATURE "\x21\x11\x00\x10" FOUR "\x04\x00\x02x"), /* an extension that goes on beyond the end */
        TEXT(SIGNATURE "\x21\x11\x00\x0f" FOUR "\x04\xff\xff"),
    };
    struct proxy p;
    for (size_t i = 0; i < ARRAY_LEN(hostile); i++) {
        const char *why = NULL;
        if (proxy_read(hostile[i], &p, &why) != PROXY_BAD) fail_msg("row %zu was taken", i);
        assert_non_null(why);
        for (size_t n = 0; n < hostile[i].len; n++) {
            struct slice part = unit_exact((struct slice){hostile[i].data, n});
            if (proxy_read(part, &p, &why) == PROXY_WHOLE) fail_msg("row %zu is whole after %zu bytes", i, n);
            free((void *)(uintptr_t)part.data);
        }
    }
}

static void no_random_header_reads_beyond_its_bytes(void **state) {
    (void)state;
    uint8_t bytes[PROXY_MAX + 8];
    struct proxy p;
    const char *why;
    unit_seed(1);
    for (int i = 0; i < 20000; i++) {
        size_t n = unit_below(sizeof bytes);
        unit_fill(bytes, n);
        memcpy(bytes, SIGNATURE, n < 12 ? n : 12);
        if (n > 13) bytes[12] = (uint8_t)(0x20 | (bytes[12] & 1)), bytes[13] = bytes[13] & 1 ? 0x11 : 0x21;
        if (n > 14) bytes[14] &= 3;
        struct slice part = unit_exact((struct slice){bytes, n});
        enum proxy_result r = proxy_read(part, &p, &why);
        assert_true(r != PROXY_WHOLE || (p.used <= n && p.used <= PROXY_MAX));
        free((void *)(uintptr_t)part.data);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_header_for_ipv4_is_partial_until_its_last_byte),
        cmocka_unit_test(a_header_for_ipv6_with_extensions_names_the_source),
        cmocka_unit_test(a_balancers_own_check_names_nobody),
        cmocka_unit_test(hostile_headers_are_refused_however_they_are_cut),
        cmocka_unit_test(no_random_header_reads_beyond_its_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
