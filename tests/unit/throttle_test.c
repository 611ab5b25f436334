/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "server/core/throttle.h"

static struct throttle t;
static const struct throttle_rate rate = {.burst = 3, .interval_ms = 100};
static struct slice key(const char *s) { return (struct slice){(const uint8_t *)s, strlen(s)}; }

static int setup(void **state) {
    (void)state;
    throttle_init(&t);
    return 0;
}

static int tries(const char *k, int64_t now) {
    int n = 0;
    for (; n < 1000 && throttle_wait(&t, key(k), rate, now) == 0; n++) throttle_charge(&t, key(k), rate, now);
    return n;
}

static void a_burst_then_one_per_interval(void **state) {
    (void)state;
    assert_int_equal(tries("sam", 5000), 3);
    assert_int_equal(throttle_wait(&t, key("sam"), rate, 5000), 100);
    assert_int_equal(throttle_wait(&t, key("sam"), rate, 5099), 1);
    assert_int_equal(tries("sam", 5100), 1);
    assert_int_equal(tries("sam", 5199), 0);
    assert_int_equal(tries("sam", 1000000), 3);
}

static void keys_do_not_pay_for_each_other(void **state) {
    (void)state;
    assert_int_equal(tries("sam", 5000), 3);
    assert_int_equal(tries("pam", 5000), 3);
}

static void asking_costs_nothing_and_a_refund_gives_one_back(void **state) {
    (void)state;
    for (int i = 0; i < 100; i++) assert_int_equal(throttle_wait(&t, key("sam"), rate, 5000), 0);
    assert_int_equal(tries("sam", 5000), 3);
    throttle_refund(&t, key("sam"), rate);
    assert_int_equal(tries("sam", 5000), 1);
    throttle_refund(&t, key("nobody"), rate);
    assert_int_equal(tries("nobody", 5000), 3);
}

/* A flood of other keys, each tried once, far more than there are slots: whoever owes most is still remembered. */
static void a_flood_of_keys_does_not_wash_the_worst_out(void **state) {
    (void)state;
    char name[32];
    assert_int_equal(tries("guessed", 5000), 3);
    for (int i = 0; i < 10 * THROTTLE_SETS * THROTTLE_WAYS; i++) {
        snprintf(name, sizeof name, "flood %d", i);
        throttle_charge(&t, key(name), rate, 5000);
    }
    assert_int_equal(tries("guessed", 5000), 0);
}

int main(void) {
    if (sodium_init() < 0) return 1;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_burst_then_one_per_interval, setup),
        cmocka_unit_test_setup(keys_do_not_pay_for_each_other, setup),
        cmocka_unit_test_setup(asking_costs_nothing_and_a_refund_gives_one_back, setup),
        cmocka_unit_test_setup(a_flood_of_keys_does_not_wash_the_worst_out, setup),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
