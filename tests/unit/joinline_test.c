/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/unit.h"
#include "vouchsafe/joinline.h"

static struct join_line sample(const char *addresses) {
    struct join_line l = {0};
    unit_seed(6); /* the same line each time: the check has 16 bits, one altered line in 65,536 passes */
    unit_fill(l.business.b, sizeof l.business.b);
    l.business.b[6] = (uint8_t)(0x70 | (l.business.b[6] & 0x0f));
    l.business.b[8] = (uint8_t)(0x80 | (l.business.b[8] & 0x3f));
    unit_fill(l.root_pin, sizeof l.root_pin);
    unit_fill(l.secret, sizeof l.secret);
    snprintf(l.addresses, sizeof l.addresses, "%s", addresses);
    return l;
}

static void a_line_says_what_it_was_made_of(void **state) {
    (void)state;
    static const char *const addresses[] = {"127.0.0.1:7643", "a.example:1,b.example:2,[::1]:3"};
    for (size_t i = 0; i < ARRAY_LEN(addresses); i++) {
        struct join_line l = sample(addresses[i]), got;
        char text[JOIN_LINE_MAX], padded[JOIN_LINE_MAX + 10], err[200] = "";
        assert_int_equal(join_line_format(&l, text, sizeof text), 0);
        snprintf(padded, sizeof padded, " \t\r\n%s \r\n", text);
        assert_int_equal(join_line_parse(padded, &got, err, sizeof err), 0);
        assert_memory_equal(got.business.b, l.business.b, 16);
        assert_memory_equal(got.root_pin, l.root_pin, 32);
        assert_memory_equal(got.secret, l.secret, 32);
        assert_string_equal(got.addresses, l.addresses);
    }
}

static void every_altered_or_missing_character_is_noticed(void **state) {
    (void)state;
    struct join_line l = sample("mail.example:7643"), got;
    char text[JOIN_LINE_MAX], broken[JOIN_LINE_MAX], err[200];
    assert_int_equal(join_line_format(&l, text, sizeof text), 0);
    size_t n = strlen(text);
    for (size_t i = 0; i < n; i++) {
        memcpy(broken, text, n + 1);
        broken[i] = broken[i] == 'A' ? 'B' : 'A';
        err[0] = '\0';
        if (join_line_parse(broken, &got, err, sizeof err) == 0) fail_msg("character %zu altered: \"%s\"", i, broken);
        assert_true(strlen(err) > 20); /* a sentence */
        snprintf(broken, sizeof broken, "%.*s%s", (int)i, text, text + i + 1);
        assert_int_equal(join_line_parse(broken, &got, err, sizeof err), -1);
        snprintf(broken, sizeof broken, "%.*s", (int)i, text);
        assert_int_equal(join_line_parse(broken, &got, err, sizeof err), -1);
    }
}

static void what_is_no_line_is_refused(void **state) {
    (void)state;
    static const char *const texts[] = {"",
                                        "vouchsafe-join:v1:",
                                        "vouchsafe-join:v1:#@",
                                        "hello",
                                        "@#",
                                        "\xff\xfe#@",
                                        "vouchsafe-join:v2:AAAA@host:1#0000"};
    struct join_line got;
    char err[200], *much = unit_letters(100000);
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        assert_int_equal(join_line_parse(texts[i], &got, err, sizeof err), -1);
    assert_int_equal(join_line_parse(much, &got, err, sizeof err), -1);
    free(much);
}

static void a_line_without_an_address_is_refused(void **state) {
    (void)state;
    struct join_line l = sample(""), got;
    char text[JOIN_LINE_MAX], err[200];
    if (join_line_format(&l, text, sizeof text) == 0)
        assert_int_equal(join_line_parse(text, &got, err, sizeof err), -1);
}

/* The longest list of addresses comes back whole; a longer one is refused, not cut. */
static void addresses_are_whole_or_refused(void **state) {
    (void)state;
    struct join_line l = sample(""), got;
    char text[JOIN_LINE_MAX], err[200] = "";
    memset(l.addresses, 'a', sizeof l.addresses - 1);
    memcpy(l.addresses + sizeof l.addresses - 3, ":1", 3);
    assert_int_equal(join_line_format(&l, text, sizeof text), 0);
    assert_int_equal(join_line_parse(text, &got, err, sizeof err), 0);
    assert_string_equal(got.addresses, l.addresses);
    char small[100];
    assert_int_equal(join_line_format(&l, small, sizeof small), -1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_says_what_it_was_made_of),
        cmocka_unit_test(every_altered_or_missing_character_is_noticed),
        cmocka_unit_test(what_is_no_line_is_refused),
        cmocka_unit_test(a_line_without_an_address_is_refused),
        cmocka_unit_test(addresses_are_whole_or_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
