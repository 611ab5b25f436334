/* SPDX-License-Identifier: Apache-2.0 */
#include "server/core/counts.h"

#include <sodium.h>

#include "tests/support/unit.h"

static void a_key_has_one_entry_as_long_as_somebody_holds_it(void **state) {
    (void)state;
    struct counts c = {0};
    struct count *a = counts_take(&c, "a", 1), *b = counts_take(&c, "b", 1), *again = counts_take(&c, "a", 1);
    assert_ptr_equal(a, again);
    assert_ptr_not_equal(a, b);
    assert_int_equal(a->holders, 2);
    a->n = 5;
    counts_release(&c, a);
    assert_int_equal(counts_take(&c, "a", 1)->n, 5);
    counts_release(&c, a);
    counts_release(&c, a);
    assert_int_equal(c.n_entries, 1);
    counts_release(&c, b);
    counts_release(&c, NULL);
    assert_null(c.slots); /* nothing is kept */
    a = counts_take(&c, "a", 1);
    assert_int_equal(a->n, 0);
    counts_release(&c, a);
}

static void ten_thousand_keys_stay_findable_in_any_order_of_leaving(void **state) {
    (void)state;
    enum { N = 10000 };
    static struct count *entries[N];
    struct counts c = {0};
    for (unsigned i = 0; i < N; i++) assert_non_null(entries[i] = counts_take(&c, &i, sizeof i));
    for (unsigned i = 0; i < N; i++) assert_ptr_equal(counts_take(&c, &i, sizeof i), entries[i]);
    assert_int_equal(c.n_entries, N);
    for (unsigned i = 0; i < N; i++) {
        unsigned k = i * 7919 % N;
        counts_release(&c, entries[k]);
        counts_release(&c, entries[k]);
    }
    assert_null(c.slots);
}

static void without_memory_nothing_is_taken_or_lost(void **state) {
    (void)state;
    for (unsigned nth = 1;; nth++) {
        struct counts c = {0};
        unit_fail_allocation(nth);
        struct count *a = counts_take(&c, "a", 1);
        if (!unit_failed_allocation()) {
            counts_release(&c, a);
            break;
        }
        assert_null(a);
        a = counts_take(&c, "a", 1);
        assert_non_null(a);
        counts_release(&c, a);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_key_has_one_entry_as_long_as_somebody_holds_it),
        cmocka_unit_test(ten_thousand_keys_stay_findable_in_any_order_of_leaving),
        cmocka_unit_test(without_memory_nothing_is_taken_or_lost),
    };
    return sodium_init() < 0 ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
}
