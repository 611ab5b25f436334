/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/unit.h"
#include "vouchsafe/frame.h"

static void put_frame(struct buf *b, size_t len) {
    buf_put_u32be(b, (uint32_t)len);
    for (size_t i = 0; i < len; i++) buf_put_u8(b, (uint8_t)i);
}

static void a_frame_is_partial_until_its_last_byte(void **state) {
    (void)state;
    struct buf whole, in;
    struct slice body;
    size_t want;
    buf_init(&whole, 0);
    put_frame(&whole, 300);
    for (size_t n = 0; n < 304; n++) {
        buf_init(&in, 0);
        buf_append(&in, buf_data(&whole), n);
        assert_int_equal(frame_peek(&in, 1000, &body, &want), FRAME_PARTIAL);
        assert_int_equal(want, n < 4 ? 0 : 304);
        buf_free(&in);
    }
    assert_int_equal(frame_peek(&whole, 1000, &body, NULL), FRAME_WHOLE);
    assert_int_equal(body.len, 300);
    assert_int_equal(body.data[299], 299 & 255);
    buf_free(&whole);
}

static void frames_follow_each_other(void **state) {
    (void)state;
    struct buf in;
    struct slice body;
    buf_init(&in, 0);
    for (size_t len = 1; len < 50; len++) put_frame(&in, len);
    for (size_t len = 1; len < 50; len++) {
        assert_int_equal(frame_peek(&in, 1000, &body, NULL), FRAME_WHOLE);
        assert_int_equal(body.len, len);
        frame_consume(&in, body);
    }
    assert_int_equal(buf_len(&in), 0);
    buf_free(&in);
}

static void the_longest_is_taken_and_one_more_is_refused_by_its_header_alone(void **state) {
    (void)state;
    struct buf in;
    struct slice body;
    buf_init(&in, 0);
    put_frame(&in, FRAME_MAX_BEFORE_LOGIN);
    assert_int_equal(frame_peek(&in, FRAME_MAX_BEFORE_LOGIN, &body, NULL), FRAME_WHOLE);
    buf_free(&in);
    buf_put_u32be(&in, FRAME_MAX_BEFORE_LOGIN + 1);
    assert_int_equal(frame_peek(&in, FRAME_MAX_BEFORE_LOGIN, &body, NULL), FRAME_TOO_LONG);
    buf_free(&in);
    buf_put_u32be(&in, UINT32_MAX);
    assert_int_equal(frame_peek(&in, FRAME_MAX_FROM_SERVER, &body, NULL), FRAME_TOO_LONG);
    buf_free(&in);
}

static void a_length_of_zero_is_refused(void **state) {
    (void)state;
    struct buf in;
    struct slice body;
    buf_init(&in, 0);
    buf_put_u32be(&in, 0);
    assert_int_equal(frame_peek(&in, 100, &body, NULL), FRAME_EMPTY);
    buf_free(&in);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_frame_is_partial_until_its_last_byte),
        cmocka_unit_test(frames_follow_each_other),
        cmocka_unit_test(the_longest_is_taken_and_one_more_is_refused_by_its_header_alone),
        cmocka_unit_test(a_length_of_zero_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
