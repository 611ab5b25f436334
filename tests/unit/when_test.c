/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/unit.h"

#include "client/cli/when.h"

/* Tuesday, 24 November 2026, 12:00 in Berlin (UTC+1). */
static const int64_t NOON = 1795518000LL * 1000000;

static int64_t parsed(const char *text) {
    int64_t t;
    char err[200];
    return when_parse(text, NOON, false, &t, err, sizeof err) ? -1 : (t - NOON) / 1000000;
}

static void moments_are_read_as_people_write_them(void **state) {
    (void)state;
    enum { H = 3600, D = 24 * H };
    static const struct {
        const char *text;
        int64_t seconds; /* from noon */
    } cases[] = {
        {"now", 0},
        {"today 9:00", -3 * H},
        {"9:00", -3 * H},
        {"13:00", H}, /* said for today: what is to come is the caller's to refuse */
        {"yesterday 15:00", -D + 3 * H},
        {"Yesterday  15:00:30", -D + 3 * H + 30},
        {"mon 9:00", -D - 3 * H},
        {"monday 9:00", -D - 3 * H},
        {"tue 9:00", -3 * H},
        {"tue 13:00", -7 * D + H}, /* today at one is still to come: the one before */
        {"wed 12:00", -6 * D},
        {"2026-11-23 15:00", -D + 3 * H},
        {"2026-11-23T15:00:00Z", -D + 4 * H},
        {"2026-11-23T15:00:00+01:00", -D + 3 * H},
        {"2026-11-23T15:00:00-02:00", -D + 6 * H},
        {"20 min ago", -1200},
        {"2 hours ago", -2 * H},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        if (parsed(cases[i].text) != cases[i].seconds)
            print_error("%s: %lld\n", cases[i].text, (long long)parsed(cases[i].text));
        assert_int_equal(parsed(cases[i].text), cases[i].seconds);
    }
}

static void fractions_are_kept(void **state) {
    (void)state;
    int64_t t;
    char err[200];
    assert_int_equal(when_parse("2026-11-24T11:00:00.25Z", NOON, false, &t, err, sizeof err), 0);
    assert_int_equal(t - NOON, 250000);
}

static void what_is_no_moment_is_refused(void **state) {
    (void)state;
    static const char *const cases[] = {"",
                                        "yesterday",
                                        "mon",
                                        "2026-11-23",
                                        "2026-02-30 10:00",
                                        "25:00",
                                        "9:61",
                                        "9",
                                        "9:00 today",
                                        "yesterdays 9:00",
                                        "2026-11-23T15:00:00",
                                        "2026-11-23T15:00:00+1",
                                        "next mon 9:00",
                                        "9:00pm",
                                        "2 weeks ago",
                                        "-1 min ago"};
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        if (parsed(cases[i]) != -1) print_error("%s was read\n", cases[i]);
        assert_int_equal(parsed(cases[i]), -1);
    }
}

static void a_day_alone_is_its_beginning_where_that_is_meant(void **state) {
    (void)state;
    int64_t t;
    char err[200];
    assert_int_equal(when_parse("yesterday", NOON, true, &t, err, sizeof err), 0);
    assert_int_equal((NOON - t) / 1000000, 36 * 3600);
    assert_int_equal(when_parse("yesterday", NOON, false, &t, err, sizeof err), -1);
    assert_non_null(strstr(err, "yesterday 15:00")); /* the fix is named */
}

static void a_days_hours_are_those_of_its_zone(void **state) { /* 25 October 2026 has 25 hours in Berlin */
    (void)state;
    int64_t before, after;
    char err[200];
    assert_int_equal(when_parse("2026-10-25 00:00", NOON, false, &before, err, sizeof err), 0);
    assert_int_equal(when_parse("2026-10-26 00:00", NOON, false, &after, err, sizeof err), 0);
    assert_int_equal((after - before) / 1000000, 25 * 3600);
}

static void leading_words_are_taken_as_far_as_they_are_a_moment(void **state) {
    (void)state;
    char *words[] = {(char[]){"yesterday"}, (char[]){"15:00"}, (char[]){"touch"}, (char[]){"Ann"}};
    int64_t t;
    assert_int_equal(when_leading(words, 4, NOON, &t), 2);
    assert_int_equal((NOON - t) / 1000000, 21 * 3600);
    assert_int_equal(when_leading(words + 1, 3, NOON, &t), 1);
    assert_int_equal(when_leading(words + 2, 2, NOON, &t), 0);
    assert_int_equal(when_leading(words, 0, NOON, &t), 0);
}

static void instants_are_written_in_both_forms(void **state) {
    (void)state;
    char text[48];
    when_format_local(NOON, text, sizeof text);
    assert_string_equal(text, "2026-11-24 12:00");
    when_format_rfc3339(NOON, text, sizeof text);
    assert_string_equal(text, "2026-11-24T11:00:00Z");
    when_format_rfc3339(NOON + 5, text, sizeof text);
    assert_string_equal(text, "2026-11-24T11:00:00.000005Z");
    when_format_rfc3339(-1, text, sizeof text);
    assert_string_equal(text, "1969-12-31T23:59:59.999999Z");
}

int main(void) {
    setenv("TZ", "Europe/Berlin", 1);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(moments_are_read_as_people_write_them),
        cmocka_unit_test(fractions_are_kept),
        cmocka_unit_test(what_is_no_moment_is_refused),
        cmocka_unit_test(a_day_alone_is_its_beginning_where_that_is_meant),
        cmocka_unit_test(a_days_hours_are_those_of_its_zone),
        cmocka_unit_test(leading_words_are_taken_as_far_as_they_are_a_moment),
        cmocka_unit_test(instants_are_written_in_both_forms),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
