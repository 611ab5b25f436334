/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/unit.h"
#include "vouchsafe/text.h"

struct sample {
    const char *in, *want; /* want NULL: refused */
};

typedef int (*key_fn)(const char *, char *, size_t);

static void check_samples(key_fn fn, const struct sample *samples, size_t n) {
    for (size_t i = 0; i < n; i++) {
        char out[TEXT_KEY_MAX] = "";
        int r = fn(samples[i].in, out, sizeof out);
        if (samples[i].want == NULL && r == 0) fail_msg("\"%s\" was taken as \"%s\"", samples[i].in, out);
        if (samples[i].want != NULL && (r != 0 || strcmp(out, samples[i].want) != 0))
            fail_msg("\"%s\" became \"%s\" (%d), not \"%s\"", samples[i].in, out, r, samples[i].want);
        if (samples[i].want == NULL) continue;
        char again[TEXT_KEY_MAX], exact[TEXT_KEY_MAX];
        size_t room = strlen(samples[i].want) + 1;
        assert_int_equal(fn(out, again, sizeof again), 0); /* a normal form is its own normal form */
        assert_string_equal(again, out);
        assert_int_equal(fn(samples[i].in, exact, room + 1), 0);
        assert_int_equal(fn(samples[i].in, exact, room - 1), -1); /* too little room is told, not overrun */
    }
}

static void mail_addresses_have_one_form(void **state) {
    (void)state;
    static const struct sample samples[] = {
        {"ann@example.org", "ann@example.org"},
        {"  Ann.Lee@Example.ORG \n", "ann.lee@example.org"},
        {"ann+roof@example.org", "ann+roof@example.org"},
        {"zoë@bücher.example", "zoë@xn--bcher-kva.example"},
        {"ZOË@BÜCHER.example", "zoë@xn--bcher-kva.example"},
        {"a@xn--bcher-kva.example", "a@xn--bcher-kva.example"},
        {"ann", NULL},
        {"@example.org", NULL},
        {"ann@", NULL},
        {"ann@localhost", NULL},
        {"ann@example..org", NULL},
        {"ann@.example.org", NULL},
        {"ann@example.org.", NULL},
        {"ann@-example.org", NULL},
        {"ann@example-.org", NULL},
        {"ann@a_b.org", NULL},
        {"ann lee@example.org", NULL},
        {"ann\xc2\xa0lee@example.org", NULL}, /* a no-break space folds to a space */
        {"ann\xef\xbc\xa0"
         "bob@example.org",
         NULL}, /* a wide @ folds to an @ */
        {"<ann@example.org>", NULL},
        {"ann@bob@example.org", NULL},
        {"ann\xff@example.org", NULL},
        {"", NULL},
    };
    check_samples(text_email_key, samples, ARRAY_LEN(samples));
}

static void long_mail_addresses_are_refused(void **state) {
    (void)state;
    char s[800], out[TEXT_KEY_MAX], *a = unit_letters(64);
    snprintf(s, sizeof s, "%s@example.org", a);
    assert_int_equal(text_email_key(s, out, sizeof out), 0);
    snprintf(s, sizeof s, "%sx@example.org", a);
    assert_int_equal(text_email_key(s, out, sizeof out), -1);
    snprintf(s, sizeof s, "a@%s.org", a);
    assert_int_equal(text_email_key(s, out, sizeof out), -1);
    snprintf(s, sizeof s, "a@%.60s.%.60s.%.60s.%.60s.%.60s", a, a, a, a, a);
    assert_int_equal(text_email_key(s, out, sizeof out), -1);
    free(a);
}

static void phone_numbers_have_one_form_in_every_country(void **state) {
    (void)state;
    static const struct {
        const char *country, *in, *want;
    } samples[] = {
        {"DE", "030 5550123", "+49305550123"},
        {"DE", "+49 30 5550123", "+49305550123"},
        {"DE", "+49 (0)30 5550123", "+49305550123"},
        {"DE", "+49 (0) 30/5550123", "+49305550123"},
        {"DE", "0049 30 5550123", "+49305550123"},
        {"DE", "(030) 555-0123", "+49305550123"},
        {"AT", "01 5550123", "+4315550123"},
        {"CH", "044 668 18 00", "+41446681800"},
        {"FR", "01 42 68 53 00", "+33142685300"},
        {"IT", "06 6982 1234", "+390669821234"},
        {"ES", "912 345 678", "+34912345678"},
        {"PT", "212 345 678", "+351212345678"},
        {"NL", "020 794 0800", "+31207940800"},
        {"BE", "02 555 12 34", "+3225551234"},
        {"GB", "020 7946 0958", "+442079460958"},
        {"IE", "01 555 1234", "+35315551234"},
        {"US", "(212) 555-0123", "+12125550123"},
        {"US", "1-212-555-0123", "+12125550123"},
        {"CA", "416.555.0123", "+14165550123"},
        {"BR", "011 5555-1234", "+551155551234"},
        {"MX", "55 1234 5678", "+525512345678"},
        {"AU", "02 5550 1234", "+61255501234"},
        {"NZ", "09 555 1234", "+6495551234"},
        {"SE", "08-555 123 45", "+46855512345"},
        {"NO", "22 12 34 56", "+4722123456"},
        {"DK", "32 12 34 56", "+4532123456"},
        {"FI", "09 5551234", "+35895551234"},
        {"PL", "22 555 12 34", "+48225551234"},
        {"CZ", "222 123 456", "+420222123456"},
        {"IN", "011 2345 6789", "+911123456789"},
        {"JP", "03-5555-1234", "+81355551234"},
        {"ZA", "021 555 1234", "+27215551234"},
        {"US", "+49 30 5550123", "+49305550123"},
        {NULL, "+1 212 555 0123", "+12125550123"},
        {NULL, "001 212 555 0123", "+12125550123"},
        {NULL, "212 555 0123", NULL},
        {"XX", "212 555 0123", NULL},
        {"DE", "", NULL},
        {"DE", "+", NULL},
        {"DE", "12", NULL},
        {"DE", "+1234567890123456", NULL},
        {"DE", "11111111111111111111111111111111111111", NULL},
        {"DE", "030 555 0123 ext 5", NULL},
        {"DE", "++49 30 5550123", NULL},
        {"DE", "49+305550123", NULL},
        {"DE", "+0 30 5550123", NULL},
        {"DE", "call me", NULL},
        {"DE", "٠٣٠٥٥٥٠١٢٣", NULL},
    };
    for (size_t i = 0; i < ARRAY_LEN(samples); i++) {
        char out[64] = "", again[64];
        int r = text_phone_key(samples[i].in, samples[i].country, out, sizeof out);
        if (samples[i].want == NULL ? r == 0 : r != 0 || strcmp(out, samples[i].want) != 0)
            fail_msg("%s \"%s\" became \"%s\" (%d)", samples[i].country, samples[i].in, out, r);
        if (r != 0) continue;
        assert_int_equal(text_phone_key(out, NULL, again, sizeof again), 0);
        assert_string_equal(again, out);
        assert_int_equal(text_phone_key(samples[i].in, samples[i].country, again, strlen(out)), -1);
    }
}

static void names_have_one_form(void **state) {
    (void)state;
    static const struct sample samples[] = {
        {"Ann Lee", "ann lee"},
        {"  Straße \t ZOË\n", "strasse zoe"},
        {"ＺＯＥ", "zoe"},
        {"Zoe\xcc\x88", "zoe"},
        {"No\xc2\xa0"
         "Break",
         "no break"},
        {"ﬁnn", "finn"},
        {"O\xe2\x80\x99Neill", "o\xe2\x80\x99neill"},
        {"李明", "李明"},
        {"a\xc2\xad"
         "b",
         "ab"}, /* a soft hyphen is not seen, so it doesn't count */
        {"", NULL},
        {" \t\n", NULL},
        {"\xff", NULL},
        {"\xcc\x88", NULL},
    };
    check_samples(text_name_key, samples, ARRAY_LEN(samples));
}

/* One character can become eighteen; that must be told, not overrun. */
static void a_name_that_grows_too_long_is_refused(void **state) {
    (void)state;
    char s[256], out[TEXT_KEY_MAX];
    s[0] = '\0';
    for (int i = 0; i < 80; i++) strcat(s, "\xef\xb7\xba");
    assert_int_equal(text_name_key(s, out, sizeof out), -1);
}

static void blank_is_white_space_only(void **state) {
    (void)state;
    assert_true(text_is_blank(""));
    assert_true(text_is_blank(" \t\r\n"));
    assert_false(text_is_blank(" x "));
}

static void width_is_what_a_terminal_shows(void **state) {
    (void)state;
    assert_int_equal(text_width(""), 0);
    assert_int_equal(text_width("abc"), 3);
    assert_int_equal(text_width("Zoë"), 3);
    assert_int_equal(text_width("Zoe\xcc\x88"), 3); /* the mark stands on its letter */
    assert_int_equal(text_width("李明"), 4);
    assert_int_equal(text_width("😀"), 2);
    assert_int_equal(text_width("a\xff"
                                "b"),
                     3);
}

static void printed_text_cannot_steer_the_terminal(void **state) {
    (void)state;
    static const struct {
        const char *in, *line, *lines; /* without and with newlines kept */
    } samples[] = {
        {"plain", "plain", "plain"},
        {"a\tb\nc", "a b c", "a b\nc"},
        {"a\rb", "ab", "ab"},
        {"\x1b[31mred\x1b[0m", "[31mred[0m", "[31mred[0m"},
        {"\x1b]0;title\x07"
         "x",
         "]0;titlex", "]0;titlex"},
        {"\xc2\x9b"
         "31m",
         "31m", "31m"}, /* the one-character form of ESC [ */
        {"\x7f\x08x", "x", "x"},
        {"\xe2\x80\xae"
         "txt.exe",
         "txt.exe", "txt.exe"},                  /* right-to-left override */
        {"\xe2\x81\xa6x\xe2\x81\xa9", "x", "x"}, /* isolates */
        {"\xd8\x9cx", "x", "x"},                 /* Arabic letter mark */
        {"\xef\xbf\xb9x\xef\xbf\xbb", "x", "x"}, /* interlinear annotation */
        {"\xf3\xa0\x81\x81x", "x", "x"},         /* a tag character */
        {"a\xe2\x80\xa8"
         "b",
         "ab", "ab"}, /* line separator */
        {"zero\xe2\x80\x8bwidth\xef\xbb\xbf", "zerowidth", "zerowidth"},
        {"a\xff\xfe"
         "b",
         "ab", "ab"},
        {"cut \xe2\x82", "cut ", "cut "},
        {"Zoë 李明 😀", "Zoë 李明 😀", "Zoë 李明 😀"},
    };
    for (size_t i = 0; i < ARRAY_LEN(samples); i++) {
        char out[100];
        text_printable(samples[i].in, out, sizeof out, false);
        assert_string_equal(out, samples[i].line);
        text_printable(samples[i].in, out, sizeof out, true);
        assert_string_equal(out, samples[i].lines);
    }
}

static void what_is_printed_is_cut_between_characters(void **state) {
    (void)state;
    for (size_t size = 1; size < 20; size++) {
        char out[20];
        memset(out, 'x', sizeof out);
        text_printable("Zoë 李明", out, size, false);
        assert_true(strlen(out) < size);
        assert_true(text_is_valid(out, strlen(out)));
    }
    char none[1] = {'x'};
    text_printable("abc", none, 0, false);
    assert_int_equal(none[0], 'x');
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mail_addresses_have_one_form),
        cmocka_unit_test(long_mail_addresses_are_refused),
        cmocka_unit_test(phone_numbers_have_one_form_in_every_country),
        cmocka_unit_test(names_have_one_form),
        cmocka_unit_test(a_name_that_grows_too_long_is_refused),
        cmocka_unit_test(blank_is_white_space_only),
        cmocka_unit_test(width_is_what_a_terminal_shows),
        cmocka_unit_test(printed_text_cannot_steer_the_terminal),
        cmocka_unit_test(what_is_printed_is_cut_between_characters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
