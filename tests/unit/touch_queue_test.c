/* SPDX-License-Identifier: Apache-2.0 */
/* What a batch may hold: businesses and ids ascending, an id once, whole lines first, and turns for everybody. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "server/store/touch_queue.h"

static struct touch_queue queue;
static struct touch touches[64];

static struct touch *make(int i, uint8_t business, uint8_t id) {
    touches[i] = (struct touch){.queued_ms = i};
    touches[i].actor.business_id.b[0] = business;
    touches[i].id.b[15] = id;
    assert_true(touch_queue_put(&queue, &touches[i]));
    return &touches[i];
}

static void land(struct touch **batch, int n) {
    for (int i = 0; i < n; i++) touch_queue_landed(&queue, batch[i]);
}

static void test_businesses_and_ids_ascend(void **state) {
    (void)state;
    struct touch *out[8];
    touch_queue_init(&queue);
    make(0, 9, 5), make(1, 3, 7), make(2, 9, 1), make(3, 3, 2);
    assert_int_equal(touch_queue_take(&queue, out, 8, 8, NULL, 0), 4);
    const int order[] = {3, 1, 2, 0};
    for (int i = 0; i < 4; i++) assert_ptr_equal(out[i], &touches[order[i]]);
    assert_int_equal(queue.waiting, 0);
    land(out, 4);
}

static void test_an_id_flies_once(void **state) {
    (void)state;
    struct touch *out[8];
    touch_queue_init(&queue);
    struct touch *first = make(0, 1, 1), *twin = make(1, 1, 1), *other = make(2, 1, 2);
    assert_int_equal(touch_queue_take(&queue, out, 8, 8, NULL, 0), 2);
    assert_ptr_equal(out[0], first);
    assert_ptr_equal(out[1], other);
    assert_int_equal(touch_queue_take(&queue, out + 2, 6, 8, NULL, 0), 0);
    assert_int_equal(queue.waiting, 1);
    land(out, 2);
    assert_int_equal(touch_queue_take(&queue, out, 8, 8, NULL, 0), 1);
    assert_ptr_equal(out[0], twin);
    land(out, 1);
}

static void test_everybody_gets_a_turn(void **state) {
    (void)state;
    struct touch *out[8];
    touch_queue_init(&queue);
    for (int i = 0; i < 6; i++) make(i, 1, (uint8_t)(i + 1));
    struct touch *small = make(6, 2, 99);
    assert_int_equal(touch_queue_take(&queue, out, 4, 8, NULL, 0), 4);
    land(out, 4);
    assert_int_equal(touch_queue_take(&queue, out, 2, 1, NULL, 0),
                     1); /* the one whose turn it is, though the other has more */
    assert_ptr_equal(out[0], small);
    land(out, 1);
    assert_int_equal(touch_queue_take(&queue, out, 8, 8, NULL, 0), 2);
    land(out, 2);
}

static void test_past_its_deadline_only_what_was_never_sent_is_taken_out(void **state) {
    (void)state;
    struct touch *out[8];
    touch_queue_init(&queue);
    for (int i = 0; i < 3; i++) make(i, 1, (uint8_t)(i + 1))->deadline_ms = i < 2 ? 100 : 0;
    touches[1].sent = true;
    assert_null(touch_queue_expired(&queue, INT64_MIN, 100));
    assert_ptr_equal(touch_queue_expired(&queue, INT64_MIN, 101), &touches[0]);
    assert_null(touch_queue_expired(&queue, INT64_MIN, 101));
    assert_int_equal(touch_queue_take(&queue, out, 8, 8, NULL, 0), 2);
    land(out, 2);
}

static void test_what_waits_too_long_is_taken_out(void **state) {
    (void)state;
    struct touch *out[8];
    touch_queue_init(&queue);
    for (int i = 0; i < 3; i++) make(i, (uint8_t)i, (uint8_t)(i + 1));
    assert_ptr_equal(touch_queue_expired(&queue, 1, 0), &touches[0]);
    assert_null(touch_queue_expired(&queue, 1, 0));
    assert_int_equal(touch_queue_take(&queue, out, 8, 8, NULL, 0), 2);
    land(out, 2);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_businesses_and_ids_ascend),
        cmocka_unit_test(test_an_id_flies_once),
        cmocka_unit_test(test_everybody_gets_a_turn),
        cmocka_unit_test(test_past_its_deadline_only_what_was_never_sent_is_taken_out),
        cmocka_unit_test(test_what_waits_too_long_is_taken_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
