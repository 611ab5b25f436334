/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "vouchsafe/id.h"

static void ids_ascend_within_a_millisecond_and_when_the_clock_steps_back(void **state) {
    (void)state;
    struct id last = id_new_at(1000);
    for (int i = 0; i < 10000; i++) {
        struct id next = id_new_at(i % 3 == 0 ? 999 : 1000);
        assert_true(id_compare(&last, &next) < 0);
        last = next;
    }
}

static void an_id_is_version_7_and_survives_its_text(void **state) {
    (void)state;
    struct id a = id_new(), b;
    char text[ID_TEXT];
    id_format(&a, text);
    assert_int_equal(strlen(text), 36);
    assert_int_equal(text[14], '7');
    assert_int_equal(id_parse(text, &b), 0);
    assert_true(id_equal(&a, &b));
    assert_true(id_acceptable(a.b, 16));
}

static void parts_make_the_same_version_8_id_and_are_not_glued(void **state) {
    (void)state;
    struct slice ab_c[] = {{(const uint8_t *)"ab", 2}, {(const uint8_t *)"c", 1}};
    struct slice a_bc[] = {{(const uint8_t *)"a", 1}, {(const uint8_t *)"bc", 2}};
    struct id x = id_from_parts(ab_c, 2), y = id_from_parts(ab_c, 2), z = id_from_parts(a_bc, 2);
    assert_true(id_equal(&x, &y));
    assert_false(id_equal(&x, &z));
    assert_int_equal(x.b[6] >> 4, 8);
    assert_true(id_acceptable(x.b, 16));
}

static void other_versions_and_lengths_are_not_acceptable(void **state) {
    (void)state;
    struct id v4;
    assert_int_equal(id_parse("01990000-0000-4000-8000-000000000001", &v4), 0);
    assert_false(id_acceptable(v4.b, 16));
    assert_false(id_acceptable(v4.b, 15));
    assert_int_equal(id_parse("01990000-0000-4000-8000-00000000000", &v4), -1);
    assert_int_equal(id_parse("01990000x0000-4000-8000-000000000001", &v4), -1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ids_ascend_within_a_millisecond_and_when_the_clock_steps_back),
        cmocka_unit_test(an_id_is_version_7_and_survives_its_text),
        cmocka_unit_test(parts_make_the_same_version_8_id_and_are_not_glued),
        cmocka_unit_test(other_versions_and_lengths_are_not_acceptable),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
