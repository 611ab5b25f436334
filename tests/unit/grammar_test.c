/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/unit.h"

#include "client/cli/grammar.h"
#include "client/cli/suggest.h"

static struct arena mem;
static char err[512];

static int read_line(const char *line, struct touch_line *out, char ***words) {
    int n;
    if (grammar_split(&mem, line, words, &n, err, sizeof err)) return -2;
    return grammar_touch(*words, n, out, err, sizeof err);
}

static void a_line_names_who_how_and_what(void **state) {
    (void)state;
    struct touch_line t;
    char **w;
    assert_int_equal(read_line("Ann Lee call + \"happy with the roof\" @buy", &t, &w), 0);
    assert_int_equal(t.who, 2);
    assert_int_equal(t.channel, 1);
    assert_int_equal(t.sentiment, 1);
    assert_int_equal(t.stage, 5);
    assert_string_equal(t.note, "happy with the roof");
    assert_int_equal(read_line("C12 Survey @LIKE short =", &t, &w), 0);
    assert_int_equal(t.who, 1);
    assert_int_equal(t.channel, 13);
    assert_int_equal(t.sentiment, 2);
    assert_int_equal(t.stage, 2);
    assert_string_equal(t.note, "short");
}

static void a_name_may_be_a_channels_word(void **state) {
    (void)state;
    struct touch_line t;
    char **w;
    assert_int_equal(read_line("Chat email -", &t, &w), 0);
    assert_int_equal(t.who, 1);
    assert_int_equal(t.channel, 2);
    assert_int_equal(t.sentiment, 3);
    assert_null(t.note);
}

static void what_is_wrong_is_said(void **state) {
    (void)state;
    static const char *const cases[][2] = {
        {"", "nobody is named"},
        {"Ann Lee", "channel is missing"},
        {"call", "channel is missing"},
        {"Ann call happy roof", "goes in quotes"},
        {"Ann call @bye", "know like trust try buy repeat refer"},
        {"Ann call + -", "sentiment is said twice"},
        {"Ann call @buy @buy", "stage is said twice"},
        {"Ann call \"open", "quote"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct touch_line t;
        char **w;
        assert_int_not_equal(read_line(cases[i][0], &t, &w), 0);
        if (!strstr(err, cases[i][1])) print_error("%s: %s\n", cases[i][0], err);
        assert_non_null(strstr(err, cases[i][1]));
    }
}

static void quotes_are_those_people_and_phones_write(void **state) {
    (void)state;
    static const char *const cases[][3] = {
        {"a \"b c\" d", "b c", "d"},
        {"a \xe2\x80\x9c"
         "b c\xe2\x80\x9d d",
         "b c", "d"},
        {"a \xe2\x80\x9e"
         "b c\xe2\x80\x9c d",
         "b c", "d"},
        {"a \xc2\xab"
         "b c\xc2\xbb d",
         "b c", "d"},
        {"a 'b c' d", "b c", "d"},
        {"a 'it's fine' d", "it's fine", "d"},
        {"a O'Brien's d", "O'Brien's", "d"},
        {"a \"\" d", "", "d"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        char **w;
        int n;
        assert_int_equal(grammar_split(&mem, cases[i][0], &w, &n, err, sizeof err), 0);
        assert_int_equal(n, 3);
        assert_string_equal(w[1], cases[i][1]);
        assert_string_equal(w[2], cases[i][2]);
    }
}

static void any_bytes_are_split_without_harm(void **state) {
    (void)state;
    static const char PIECES[][4] = {"\"",           "'",    " ",    "a",  "\xe2\x80\x9c",
                                     "\xe2\x80\x9d", "\xe2", "\xff", "\t", "\xc2\xab"};
    unit_seed(7);
    for (int i = 0; i < 20000; i++) {
        char line[64] = "", **w;
        int n = 0;
        for (size_t k = unit_below(12); k > 0; k--) strcat(line, PIECES[unit_below(ARRAY_LEN(PIECES))]);
        struct arena a;
        arena_init(&a, 1 << 16);
        if (grammar_split(&a, line, &w, &n, err, sizeof err) == 0)
            for (int k = 0; k < n; k++) assert_true(strlen(w[k]) <= strlen(line));
        arena_free(&a);
    }
}

static void the_nearest_word_is_suggested_and_far_ones_are_not(void **state) {
    (void)state;
    struct suggestion s = {0};
    assert_int_equal(suggest_distance("kitten", "sitting"), 3);
    assert_int_equal(suggest_distance("", "abc"), 3);
    assert_int_equal(suggest_distance("same", "same"), 0);
    suggest_offer(&s, "timelien", "timeline");
    suggest_offer(&s, "timelien", "time");
    assert_string_equal(s.word, "timeline");
    s = (struct suggestion){0};
    suggest_offer(&s, "xyz", "undo");
    suggest_offer(&s, "quux", "log");
    assert_null(s.word);
}

int main(void) {
    arena_init(&mem, 1 << 20);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_names_who_how_and_what),
        cmocka_unit_test(a_name_may_be_a_channels_word),
        cmocka_unit_test(what_is_wrong_is_said),
        cmocka_unit_test(quotes_are_those_people_and_phones_write),
        cmocka_unit_test(any_bytes_are_split_without_harm),
        cmocka_unit_test(the_nearest_word_is_suggested_and_far_ones_are_not),
    };
    int r = cmocka_run_group_tests(tests, NULL, NULL);
    arena_free(&mem);
    return r;
}
