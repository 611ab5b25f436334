/* SPDX-License-Identifier: Apache-2.0 */
/* Names kept for use off line. */
#include <unistd.h>

#include "tests/support/unit.h"
#include "vouchsafe/client.h"

static char dir[64];
static vs_outbox *o;
static struct id account;

static int setup(void **state) {
    (void)state;
    char path[100], err[600];
    snprintf(dir, sizeof dir, "/tmp/vs-directory.XXXXXX");
    if (mkdtemp(dir) == NULL) return -1;
    snprintf(path, sizeof path, "%s/o.db", dir);
    o = vs_outbox_open(path, err, sizeof err);
    account = id_new();
    if (o != NULL) vs_outbox_account(o, &account);
    return o == NULL;
}

static int teardown(void **state) {
    (void)state;
    char command[100];
    vs_outbox_close(o);
    snprintf(command, sizeof command, "rm -rf '%s'", dir);
    return system(command);
}

static void put(uint64_t number, const char *name) {
    struct id id = id_new();
    vs_directory_put(o, &id, number, name);
}

static void put_some(void) {
    static const char *const names[] = {"Ann Lee",       "Anna Lindqvist",          "Zoë Straße",
                                        "Jürgen Müller", "Bartholomew Smith-Jones", "李 小龍",
                                        "Иван Петров"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++) put(i + 1, names[i]);
}

/* The first name that matches what was typed, or "". */
static const char *first(const char *typed) {
    static struct vs_match m[5];
    return vs_directory_match(o, typed, m, 5) > 0 ? m[0].name : "";
}

static void a_name_is_found_while_it_is_typed(void **state) {
    (void)state;
    static const char *const typed[][2] = {
        {"ann l", "Ann Lee"},
        {"zo", "Zoë Straße"},
        {"strasse", "Zoë Straße"},
        {"jurg", "Jürgen Müller"},
        {"MÜL", "Jürgen Müller"},
        {"smi", "Bartholomew Smith-Jones"},
        {"jones", "Bartholomew Smith-Jones"},
        {"李", "李 小龍"},
        {"ива", "Иван Петров"},
        {"C4", "Jürgen Müller"},
        {"lee ann", "Ann Lee"},
    };
    put_some();
    for (size_t i = 0; i < ARRAY_LEN(typed); i++) assert_string_equal(first(typed[i][0]), typed[i][1]);
}

static void one_typing_error_is_forgiven_in_four_letters_and_two_in_eight(void **state) {
    (void)state;
    static const char *const typed[][2] = {
        {"mulle", "Jürgen Müller"},
        {"mlle", "Jürgen Müller"},
        {"mmull", "Jürgen Müller"},
        {"mlule", "Jürgen Müller"},
        {"nuller", "Jürgen Müller"},
        {"lindqwist", "Anna Lindqvist"},
        {"lindkwist", "Anna Lindqvist"},
        {"batrholmew", "Bartholomew Smith-Jones"},
        {"петвов", "Иван Петров"},
        {"xnn", ""},
        {"mxxle", ""},
        {"qqqq", ""},
        {"", ""},
        {" ", ""},
    };
    put_some();
    for (size_t i = 0; i < ARRAY_LEN(typed); i++) assert_string_equal(first(typed[i][0]), typed[i][1]);
}

static void the_better_match_and_the_one_seen_last_come_first(void **state) {
    (void)state;
    struct vs_match m[3];
    put(1, "Mara Stone");
    put(2, "Marc Stone");
    put(3, "Mark Stone");
    put(4, "Maria Stone");
    assert_int_equal(vs_directory_match(o, "mark", m, 3), 3);
    assert_int_equal(m[0].number, 3);
    assert_int_equal(vs_directory_match(o, "mar", m, 3), 3);
    assert_int_equal(m[0].number, 4);
    assert_int_equal(vs_directory_match(o, "mar", m, 0), 0);
}

static void find_is_exact(void **state) {
    (void)state;
    struct id id;
    uint64_t number;
    char name[300];
    put_some();
    put(99, "ann LEE");
    assert_int_equal(vs_directory_find(o, "ANN lee", &id, &number, name, sizeof name), 2);
    assert_int_equal(vs_directory_find(o, "zoe strasse", &id, &number, name, sizeof name), 1);
    assert_string_equal(name, "Zoë Straße");
    assert_int_equal(vs_directory_find(o, "zoe", &id, &number, name, sizeof name), 0);
    assert_int_equal(vs_directory_find(o, "c99", &id, &number, name, sizeof name), 1);
    assert_int_equal(number, 99);
    assert_int_equal(vs_directory_find(o, "C0", &id, &number, name, sizeof name), 0);
    vs_directory_drop(o, &id);
    assert_int_equal(vs_directory_find(o, "c99", &id, &number, name, sizeof name), 0);
}

static void each_account_has_its_own(void **state) {
    (void)state;
    struct id other = id_new();
    put_some();
    vs_outbox_account(o, &other);
    assert_string_equal(first("ann"), "");
    vs_outbox_account(o, &account);
    assert_string_equal(first("ann l"), "Ann Lee");
}

static void what_was_not_seen_for_longest_goes_first(void **state) {
    (void)state;
    enum { SOME = VS_DIRECTORY_MAX + 600 };
    for (uint64_t i = 1; i <= SOME; i++) put(i, "Somebody");
    struct id id;
    uint64_t number;
    char name[300];
    assert_in_range(vs_directory_find(o, "somebody", &id, &number, name, sizeof name), VS_DIRECTORY_MAX,
                    VS_DIRECTORY_MAX + 300);
    assert_int_equal(number, SOME);
    assert_int_equal(vs_directory_find(o, "C1", &id, &number, name, sizeof name), 0);
    assert_int_equal(vs_directory_find(o, "C601", &id, &number, name, sizeof name), 1);
}

static void other_records_are_found_by_letter_and_number(void **state) {
    (void)state;
    struct id task = id_new(), promise = id_new(), anew = id_new(), found, other = id_new();
    vs_directory_put_record(o, 'T', 12, &task);
    vs_directory_put_record(o, 'M', 12, &promise);
    assert_true(vs_directory_record(o, 'T', 12, &found) && id_equal(&found, &task));
    assert_true(vs_directory_record(o, 'M', 12, &found) && id_equal(&found, &promise));
    assert_false(vs_directory_record(o, 'T', 13, &found));
    assert_false(vs_directory_record(o, 'T', 0, &found));
    vs_directory_put_record(o, 'T', 12, &anew);
    assert_true(vs_directory_record(o, 'T', 12, &found) && id_equal(&found, &anew));
    vs_outbox_account(o, &other);
    assert_false(vs_directory_record(o, 'T', 12, &found));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(other_records_are_found_by_letter_and_number),
        TEST(a_name_is_found_while_it_is_typed),
        TEST(one_typing_error_is_forgiven_in_four_letters_and_two_in_eight),
        TEST(the_better_match_and_the_one_seen_last_come_first),
        TEST(find_is_exact),
        TEST(each_account_has_its_own),
        TEST(what_was_not_seen_for_longest_goes_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
