/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/unit.h"
#include "vouchsafe/status.h"

static const int numbers[] = {
#define X(name, number, fault, retry, words) number,
    VS_STATUS_LIST(X)
#undef X
};

static void numbers_ascend_and_have_names_and_words(void **state) {
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(numbers); i++) {
        if (i > 0) assert_true(numbers[i] > numbers[i - 1]);
        assert_true(strlen(vs_status_name(numbers[i])) > 1);
        assert_true(strlen(vs_status_words(numbers[i])) > 3);
    }
    assert_string_equal(vs_status_name(VS_KEY_REUSED), "KEY_REUSED");
}

/* A client meets a newer server: whatever it says, nothing is lost. */
static void a_number_nobody_knows_is_to_be_sent_again(void **state) {
    (void)state;
    static const int unknown[] = {17, 31, 34, 9999, -1};
    for (size_t i = 0; i < ARRAY_LEN(unknown); i++) {
        assert_string_equal(vs_status_name(unknown[i]), "UNKNOWN");
        assert_int_equal(vs_status_retry(unknown[i]), VS_RETRY_LATER);
        assert_int_equal(vs_status_fault(unknown[i]), VS_FAULT_SERVER);
    }
}

/* What may still have taken effect must never count as refused for good. */
static void only_what_is_certain_is_final(void **state) {
    (void)state;
    static const int doubtful[] = {VS_UNKNOWN,  VS_DEADLINE_EXCEEDED, VS_UNAVAILABLE,
                                   VS_INTERNAL, VS_ABORTED,           VS_CANCELLED};
    for (size_t i = 0; i < ARRAY_LEN(doubtful); i++) assert_int_equal(vs_status_retry(doubtful[i]), VS_RETRY_LATER);
    assert_int_equal(vs_status_retry(VS_OK), VS_RETRY_DONE);
    assert_int_equal(vs_status_retry(VS_DUPLICATE), VS_RETRY_DONE);
    assert_int_equal(vs_status_retry(VS_UNAUTHENTICATED), VS_RETRY_LOGIN);
    assert_int_equal(vs_status_retry(VS_KEY_REUSED), VS_RETRY_FINAL);
    for (size_t i = 0; i < ARRAY_LEN(numbers); i++) {
        enum vs_fault fault = vs_status_fault(numbers[i]);
        assert_true((fault == VS_FAULT_NONE) == (vs_status_retry(numbers[i]) == VS_RETRY_DONE));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_ascend_and_have_names_and_words),
        cmocka_unit_test(a_number_nobody_knows_is_to_be_sent_again),
        cmocka_unit_test(only_what_is_certain_is_final),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
