/* SPDX-License-Identifier: Apache-2.0 */
#include "client/cli/mail.h"
#include <string.h>

#include "tests/support/unit.h"

static const char *formatted(const struct mail *m) {
    static struct buf out;
    buf_free(&out);
    buf_init(&out, 0);
    mail_format(m, &out);
    buf_append(&out, "", 1);
    return (const char *)buf_data(&out);
}

static void test_plain(void **state) {
    (void)state;
    const char *s = formatted(&(struct mail){"Ann", "ann@example.org", "bob@example.org", "Thank you", "Hello"});
    assert_non_null(strstr(s, "To: =?UTF-8?B?QW5u?= <ann@example.org>,\r\n <bob@example.org>\r\n"));
    assert_non_null(strstr(s, "\r\nSubject: Thank you\r\n"));
    assert_non_null(strstr(s, "\r\n\r\nSGVsbG8=\r\n"));
}

/* Nothing that stands in a record begins a header of its own, whatever it holds. */
static void test_no_header_smuggled(void **state) {
    (void)state;
    static const char *const evil[] = {"a\r\nBcc: all@example.org",
                                       "a\nBcc: x@example.org",
                                       "\r\n\r\nbody",
                                       "a,b@example.org",
                                       "x> <y@example.org",
                                       "\"",
                                       ""};
    for (size_t i = 0; i < ARRAY_LEN(evil); i++) {
        const char *s = formatted(&(struct mail){evil[i], evil[i], evil[i], evil[i], evil[i]});
        const char *end = strstr(s, "\r\n\r\n");
        assert_non_null(end);
        assert_true(strstr(s, "Bcc") == NULL);
        assert_non_null(strstr(s, "Content-Transfer-Encoding: base64\r\n\r\n"));
        assert_ptr_equal(
            strstr(s, "Content-Transfer-Encoding: base64\r\n\r\n") + strlen("Content-Transfer-Encoding: base64"), end);
    }
}

/* Long and accented subjects go in encoded words of 75 characters at most that don't cut a character in two. */
static void test_long_subject(void **state) {
    (void)state;
    char subject[400] = "";
    for (int i = 0; i < 100; i++) strcat(subject, "\xc3\xbc");
    const char *s = strstr(formatted(&(struct mail){"", "", "", subject, ""}), "Subject: ");
    assert_non_null(s);
    size_t line = 0;
    for (; *s && strncmp(s, "\r\nMIME", 6) != 0; s++) {
        line = *s == '\n' ? 0 : line + 1;
        assert_true(line <= 86);
    }
    assert_non_null(strstr(formatted(&(struct mail){"", "", "", subject, ""}), "w7zDvMO8"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plain),
        cmocka_unit_test(test_no_header_smuggled),
        cmocka_unit_test(test_long_subject),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
