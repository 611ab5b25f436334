/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/unit.h"
#include "vouchsafe/arena.h"
#include "vouchsafe/v1/touch.pb-c.h"

static void pieces_are_aligned_and_apart(void **state) {
    (void)state;
    struct arena a;
    uint8_t *pieces[500];
    size_t sizes[500];
    arena_init(&a, 10 * 1024 * 1024);
    unit_seed(2);
    for (int i = 0; i < 500; i++) {
        sizes[i] = unit_below(i % 50 == 0 ? 9000 : 90);
        pieces[i] = arena_alloc(&a, sizes[i]);
        assert_non_null(pieces[i]);
        assert_int_equal((uintptr_t)pieces[i] % 16, 0);
        memset(pieces[i], i & 255, sizes[i]);
    }
    for (int i = 0; i < 500; i++)
        for (size_t k = 0; k < sizes[i]; k++) assert_int_equal(pieces[i][k], i & 255);
    arena_free(&a);
}

static void the_cap_holds_is_remembered_and_ends_with_the_arena(void **state) {
    (void)state;
    struct arena a;
    arena_init(&a, 10000);
    size_t got = 0;
    void *p;
    while ((p = arena_alloc(&a, 100)) != NULL) got += 112;
    assert_true(a.taken <= 10000);
    assert_true(got > 8000); /* the cap is of use to its end */
    assert_true(a.failed && a.over_cap);
    p = arena_alloc(&a, SIZE_MAX);
    assert_null(p);
    arena_free(&a);
    p = arena_alloc(&a, 100);
    assert_non_null(p);
    assert_false(a.failed);
    arena_free(&a);
}

static void nothing_zeroes_and_copies_are_what_they_say(void **state) {
    (void)state;
    struct arena a;
    arena_init(&a, 100000);
    uint8_t *none = arena_alloc(&a, 0), *zero = arena_zalloc(&a, 100);
    char *word = arena_strndup(&a, "wordy", 4), *empty = arena_strndup(&a, NULL, 0);
    uint8_t *copy = arena_dup(&a, "abc", 3), *nil = arena_dup(&a, NULL, 0);
    char *long_text = arena_printf(&a, "%*d", 3000, 7), *short_text = arena_printf(&a, "%d/%s", 7, "x");
    assert_non_null(none);
    assert_non_null(nil);
    for (int i = 0; i < 100; i++) assert_int_equal(zero[i], 0);
    assert_string_equal(word, "word");
    assert_string_equal(empty, "");
    assert_memory_equal(copy, "abc", 3);
    assert_int_equal(strlen(long_text), 1023); /* cut, never overrun */
    assert_string_equal(short_text, "7/x");
    arena_free(&a);
}

static void a_body_may_take_sixteen_times_itself_and_never_a_mebibyte_more(void **state) {
    (void)state;
    assert_int_equal(arena_cap_for(0), 8192);
    assert_int_equal(arena_cap_for(1000), 24192);
    assert_int_equal(arena_cap_for(10 * 1024 * 1024), 1024 * 1024);
}

/* protobuf-c unpacks into the arena; whichever chunk is refused, it answers NULL and nothing leaks. */
static void unpacking_survives_every_failed_allocation(void **state) {
    (void)state;
    Vouchsafe__V1__TouchLogBatchRequest q = VOUCHSAFE__V1__TOUCH_LOG_BATCH_REQUEST__INIT;
    Vouchsafe__V1__Touch touches[100], *pointers[100];
    char *note = unit_letters(200);
    for (int i = 0; i < 100; i++) {
        vouchsafe__v1__touch__init(&touches[i]);
        touches[i].note = note;
        pointers[i] = &touches[i];
    }
    q.n_touches = 100;
    q.touches = pointers;
    size_t n = protobuf_c_message_get_packed_size(&q.base);
    uint8_t *bytes = malloc(n);
    protobuf_c_message_pack(&q.base, bytes);
    unsigned at = 1;
    for (bool went_through = false; !went_through; at++) {
        struct arena a;
        arena_init(&a, 1024 * 1024);
        unit_fail_allocation(at);
        ProtobufCMessage *m = protobuf_c_message_unpack(q.base.descriptor, &a.protobuf, n, bytes);
        went_through = !unit_failed_allocation();
        assert_true((m != NULL) == went_through);
        assert_true(a.failed == !went_through && !a.over_cap);
        arena_free(&a);
    }
    assert_true(at > 10); /* it did take several chunks */
    free(bytes);
    free(note);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pieces_are_aligned_and_apart),
        cmocka_unit_test(the_cap_holds_is_remembered_and_ends_with_the_arena),
        cmocka_unit_test(nothing_zeroes_and_copies_are_what_they_say),
        cmocka_unit_test(a_body_may_take_sixteen_times_itself_and_never_a_mebibyte_more),
        cmocka_unit_test(unpacking_survives_every_failed_allocation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
