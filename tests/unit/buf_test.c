/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/unit.h"
#include "vouchsafe/buf.h"

/* Bytes go in and out in random pieces; a counter knows what must come next. */
static void what_goes_in_comes_out_in_order(void **state) {
    (void)state;
    struct buf b;
    uint8_t piece[3000];
    uint8_t in = 0, out = 0;
    buf_init(&b, 0);
    unit_seed(1);
    for (int round = 0; round < 5000; round++) {
        size_t n = unit_below(sizeof piece);
        for (size_t i = 0; i < n; i++) piece[i] = in++;
        if (unit_below(2) == 0) {
            buf_append(&b, piece, n);
        } else {
            uint8_t *at = buf_reserve(&b, n + 7); /* more room than is used */
            assert_non_null(at);
            memcpy(at, piece, n);
            buf_commit(&b, n);
        }
        size_t take = unit_below(buf_len(&b) + 1);
        for (size_t i = 0; i < take; i++) assert_int_equal(buf_data(&b)[i], out++);
        buf_consume(&b, take);
        if (buf_len(&b) == 0) buf_trim(&b);
    }
    assert_false(buf_failed(&b));
    buf_free(&b);
}

static void the_limit_holds_and_is_remembered(void **state) {
    (void)state;
    struct buf b;
    buf_init(&b, 10);
    buf_append(&b, "0123456789", 10);
    assert_false(buf_failed(&b));
    buf_put_u8(&b, 'x');
    assert_true(buf_failed(&b));
    assert_int_equal(buf_len(&b), 10);
    buf_consume(&b, 10);
    buf_put_u8(&b, 'x'); /* there would be room again: too late */
    assert_int_equal(buf_len(&b), 0);
    assert_true(buf_failed(&b));
    buf_trim(&b); /* must not wash the failure away */
    assert_true(buf_failed(&b));
    buf_free(&b);
    assert_false(buf_failed(&b));
    assert_int_equal(b.limit, 10);
}

static void without_memory_it_keeps_what_it_has_and_says_so(void **state) {
    (void)state;
    struct buf b;
    buf_init(&b, 0);
    buf_append(&b, "kept", 4);
    unit_fail_allocation(1);
    assert_null(buf_reserve(&b, 100000));
    assert_true(unit_failed_allocation());
    assert_true(buf_failed(&b));
    assert_memory_equal(buf_data(&b), "kept", 4);
    buf_free(&b);
}

static void a_length_near_the_end_of_the_address_space_fails(void **state) {
    (void)state;
    struct buf b;
    buf_init(&b, 0);
    assert_null(buf_reserve(&b, SIZE_MAX));
    assert_true(buf_failed(&b));
    buf_free(&b);
    assert_null(buf_reserve(&b, SIZE_MAX / 2));
    buf_free(&b);
}

static void numbers_and_text_are_appended_whole(void **state) {
    (void)state;
    struct buf b;
    buf_init(&b, 0);
    buf_put_u32be(&b, 0x01020304);
    buf_printf(&b, "%s-%d", "abc", 7);
    assert_int_equal(buf_len(&b), 9);
    assert_memory_equal(buf_data(&b), "\1\2\3\4abc-7", 9);
    buf_free(&b);
    buf_printf(&b, "%*d", 5000, 1);
    assert_int_equal(buf_len(&b), 5000);
    buf_free(&b);
}

static void an_empty_one_owns_nothing(void **state) {
    (void)state;
    struct buf b;
    buf_init(&b, 0);
    buf_append(&b, "x", 1);
    buf_trim(&b);
    assert_non_null(b.data);
    buf_consume(&b, 1);
    buf_trim(&b);
    assert_null(b.data);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_goes_in_comes_out_in_order),
        cmocka_unit_test(the_limit_holds_and_is_remembered),
        cmocka_unit_test(without_memory_it_keeps_what_it_has_and_says_so),
        cmocka_unit_test(a_length_near_the_end_of_the_address_space_fails),
        cmocka_unit_test(numbers_and_text_are_appended_whole),
        cmocka_unit_test(an_empty_one_owns_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
