/* SPDX-License-Identifier: Apache-2.0 */
/* The hand-written envelope against protobuf-c's own pack and unpack of envelope.proto. */
#include "tests/support/unit.h"
#include "vouchsafe/envelope.h"
#include "vouchsafe/frame.h"
#include "vouchsafe/v1/envelope.pb-c.h"

/* Numbers of every length on the wire, zero among them. */
static uint64_t some_number(unsigned bits) {
    uint64_t v = unit_random();
    size_t shift = unit_below(bits + 1);
    return shift == bits ? 0 : (v & (bits == 64 ? UINT64_MAX : (UINT64_C(1) << bits) - 1)) >> shift;
}

static char *some_text(size_t max) { return unit_letters(unit_below(3) == 0 ? 0 : unit_below(max)); }
static bool is_text(struct slice s, const char *t) {
    return s.len == (t == NULL ? 0 : strlen(t)) && (s.len == 0 || memcmp(s.data, t, s.len) == 0);
}

static bool is_bytes(struct slice s, const uint8_t *b, size_t n) {
    return s.len == n && (n == 0 || memcmp(s.data, b, n) == 0);
}

static struct slice packed(const ProtobufCMessage *m) {
    size_t n = protobuf_c_message_get_packed_size(m);
    uint8_t *bytes = malloc(n == 0 ? 1 : n);
    protobuf_c_message_pack(m, bytes);
    return (struct slice){bytes, n};
}

/* What was written is one frame whose body has exactly the bytes of the message. */
static void assert_frame_of(struct buf *out, const ProtobufCMessage *m) {
    struct slice body, want = packed(m);
    assert_int_equal(frame_peek(out, FRAME_MAX_FROM_SERVER, &body, NULL), FRAME_WHOLE);
    assert_int_equal(body.len, want.len);
    assert_memory_equal(body.data, want.data, want.len);
    assert_int_equal(buf_len(out), FRAME_HEADER + body.len);
    free((void *)(uintptr_t)want.data);
}

static void requests_are_written_and_read_as_protobuf_does(void **state) {
    (void)state;
    unit_seed(3);
    for (int round = 0; round < 3000; round++) {
        uint8_t change[16], *body = malloc(3000);
        char *trace = some_text(64);
        size_t body_len = unit_below(2) ? unit_below(3000) : 0, change_len = unit_below(2) ? 16 : 0;
        unit_fill(change, sizeof change);
        unit_fill(body, body_len);
        struct envelope_request r = {.id = some_number(64),
                                     .method = (uint32_t)some_number(32),
                                     .deadline_ms = (uint32_t)some_number(32),
                                     .change_id = {change, change_len},
                                     .body = {body, body_len},
                                     .trace = unit_slice(trace)},
                                got;
        Vouchsafe__V1__Request p = VOUCHSAFE__V1__REQUEST__INIT;
        p.has_id = (p.id = r.id) != 0;
        p.has_method = (p.method = r.method) != 0;
        p.has_deadline_ms = (p.deadline_ms = r.deadline_ms) != 0;
        p.has_change_id = change_len != 0;
        p.change_id = (ProtobufCBinaryData){change_len, change};
        p.has_body = body_len != 0;
        p.body = (ProtobufCBinaryData){body_len, body};
        p.trace = *trace == '\0' ? NULL : trace;
        struct buf out;
        buf_init(&out, 0);
        envelope_write_request(&out, &r);
        if (buf_len(&out) > FRAME_HEADER) assert_frame_of(&out, &p.base);
        p.has_id = p.has_method = p.has_deadline_ms = p.has_body = 1; /* present zeroes read the same */
        p.trace = trace;
        struct slice bytes = packed(&p.base), exact = unit_exact(bytes);
        assert_int_equal(envelope_read_request(exact, &got), 0);
        assert_true(got.id == r.id && got.method == r.method && got.deadline_ms == r.deadline_ms);
        assert_true(is_bytes(got.change_id, change, change_len));
        assert_true(is_bytes(got.body, body, body_len));
        assert_true(is_text(got.trace, trace));
        free((void *)(uintptr_t)bytes.data);
        free((void *)(uintptr_t)exact.data);
        buf_free(&out);
        free(body);
        free(trace);
    }
}

static void replies_are_written_and_read_as_protobuf_does(void **state) {
    (void)state;
    unit_seed(4);
    for (int round = 0; round < 3000; round++) {
        char *reason = some_text(30), *field = some_text(30), *message = some_text(400);
        uint8_t *body = malloc(3000);
        size_t body_len = unit_below(2) ? unit_below(3000) : 0;
        unit_fill(body, body_len);
        struct envelope_reply r = {.id = some_number(64),
                                   .status = (uint32_t)some_number(8),
                                   .reason = unit_slice(reason),
                                   .field = unit_slice(field),
                                   .message = unit_slice(message),
                                   .retry_after_ms = (uint32_t)some_number(32),
                                   .body = {body, body_len}};
        Vouchsafe__V1__Reply p = VOUCHSAFE__V1__REPLY__INIT;
        Vouchsafe__V1__FromServer f = VOUCHSAFE__V1__FROM_SERVER__INIT;
        p.has_id = (p.id = r.id) != 0;
        p.has_status = (p.status = r.status) != 0;
        p.reason = *reason == '\0' ? NULL : reason;
        p.field = *field == '\0' ? NULL : field;
        p.message = *message == '\0' ? NULL : message;
        p.has_retry_after_ms = (p.retry_after_ms = r.retry_after_ms) != 0;
        p.has_body = body_len != 0;
        p.body = (ProtobufCBinaryData){body_len, body};
        f.reply = &p;
        struct buf out;
        buf_init(&out, 0);
        envelope_write_reply(&out, &r);
        assert_frame_of(&out, &f.base);
        struct envelope_from_server got;
        struct slice bytes = packed(&f.base), exact = unit_exact(bytes);
        assert_int_equal(envelope_read_from_server(exact, &got), 0);
        assert_int_equal(got.kind, ENVELOPE_REPLY);
        assert_true(got.reply.id == r.id && got.reply.status == r.status);
        assert_true(got.reply.retry_after_ms == r.retry_after_ms);
        assert_true(is_text(got.reply.reason, reason) && is_text(got.reply.field, field));
        assert_true(is_text(got.reply.message, message));
        assert_true(is_bytes(got.reply.body, body, body_len));
        free((void *)(uintptr_t)bytes.data);
        free((void *)(uintptr_t)exact.data);
        buf_free(&out);
        free(reason);
        free(field);
        free(message);
        free(body);
    }
}

static void events_and_farewells_are_written_and_read_as_protobuf_does(void **state) {
    (void)state;
    uint8_t body[] = {1, 2, 3};
    struct envelope_event e = {.subscription = 300, .kind = 2, .body = {body, sizeof body}};
    struct buf out;
    struct envelope_from_server got;
    struct slice frame;
    buf_init(&out, 0);
    envelope_write_event(&out, &e);
    Vouchsafe__V1__Event p = VOUCHSAFE__V1__EVENT__INIT;
    Vouchsafe__V1__FromServer f = VOUCHSAFE__V1__FROM_SERVER__INIT;
    p.has_subscription = p.has_kind = p.has_body = 1;
    p.subscription = 300;
    p.kind = 2;
    p.body = (ProtobufCBinaryData){3, body};
    f.event = &p;
    assert_frame_of(&out, &f.base);
    assert_int_equal(frame_peek(&out, 1000, &frame, NULL), FRAME_WHOLE);
    assert_int_equal(envelope_read_from_server(frame, &got), 0);
    assert_true(got.kind == ENVELOPE_EVENT && got.event.subscription == 300 && got.event.body.len == 3);
    buf_free(&out);
    envelope_write_go_away(&out, "IDLE", "say something");
    Vouchsafe__V1__GoAway g = VOUCHSAFE__V1__GO_AWAY__INIT;
    f = (Vouchsafe__V1__FromServer)VOUCHSAFE__V1__FROM_SERVER__INIT;
    g.reason = (char *)"IDLE";
    g.message = (char *)"say something";
    f.go_away = &g;
    assert_frame_of(&out, &f.base);
    assert_int_equal(frame_peek(&out, 1000, &frame, NULL), FRAME_WHOLE);
    assert_int_equal(envelope_read_from_server(frame, &got), 0);
    assert_true(got.kind == ENVELOPE_GO_AWAY && is_text(got.go_away_reason, "IDLE") &&
                is_text(got.go_away_message, "say something"));
    buf_free(&out);
}

static void what_is_no_envelope_is_refused(void **state) {
    (void)state;
    static const struct {
        const char *what;
        uint8_t bytes[12];
        size_t len;
    } bad[] = {
        {"a known field twice", {0x08, 1, 0x08, 1}, 4},
        {"a number where bytes belong", {0x28, 1}, 2},
        {"bytes where a number belongs", {0x0a, 1, 0}, 3},
        {"a fixed number where a varint belongs", {0x0d, 1, 0, 0, 0}, 5},
        {"a method over 32 bits", {0x10, 0xff, 0xff, 0xff, 0xff, 0x1f}, 6},
        {"a number that doesn't end", {0x08, 0xff, 0xff}, 3},
        {"a number of eleven bytes", {0x08, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 1}, 12},
        {"a length beyond the end", {0x2a, 5, 1, 2}, 4},
        {"field number 0", {0x00, 1}, 2},
        {"a group", {0x0b, 0x0c}, 2},
        {"wire type 6", {0x7e, 1}, 2},
        {"a field number over 29 bits", {0x80, 0x80, 0x80, 0x80, 0x20, 1}, 6},
        {"a cut fixed64 of a newer peer", {0x79, 1, 2, 3}, 4},
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct envelope_request r;
        struct slice exact = unit_exact((struct slice){bad[i].bytes, bad[i].len});
        if (envelope_read_request(exact, &r) == 0) fail_msg("%s was taken", bad[i].what);
        free((void *)(uintptr_t)exact.data);
    }
}

static void fields_of_a_newer_peer_are_skipped(void **state) {
    (void)state;
    struct envelope_request r;
    struct slice bytes = UNIT_BYTES(0x78, 1, 0x08, 9, 0x7a, 2, 'h', 'i', 0x7d, 1, 2, 3, 4, 0x79, 1, 2, 3, 4, 5, 6, 7, 8,
                                    0x10, 5);
    assert_int_equal(envelope_read_request(bytes, &r), 0);
    assert_true(r.id == 9 && r.method == 5);
}

static void a_server_says_exactly_one_thing(void **state) {
    (void)state;
    struct envelope_from_server f;
    assert_int_equal(envelope_read_from_server(UNIT_BYTES(0x0a, 2, 0x08, 1, 0x1a, 0), &f), -1);
    assert_int_equal(envelope_read_from_server((struct slice){0}, &f), -1);
    assert_int_equal(envelope_read_from_server(UNIT_BYTES(0x0a, 2, 0x08, 1), &f), 0);
    assert_int_equal(envelope_read_from_server(UNIT_BYTES(0x0a, 1, 0x08), &f), -1);
}

/* A change id of another length is an envelope; what is wrong with it is for a reply to say. */
static void a_change_id_of_any_length_is_read(void **state) {
    (void)state;
    struct envelope_request r;
    assert_int_equal(envelope_read_request(UNIT_BYTES(0x08, 1, 0x22, 2, 7, 7), &r), 0);
    assert_int_equal(r.change_id.len, 2);
}

static void without_memory_nothing_is_written(void **state) {
    (void)state;
    struct buf out;
    struct envelope_request r = {.id = 1, .method = 2};
    struct envelope_reply reply = {.id = 1};
    buf_init(&out, 0);
    unit_fail_allocation(1);
    envelope_write_request(&out, &r);
    assert_true(unit_failed_allocation() && buf_failed(&out) && buf_len(&out) == 0);
    buf_free(&out);
    unit_fail_allocation(1);
    envelope_write_reply(&out, &reply);
    assert_true(unit_failed_allocation() && buf_failed(&out) && buf_len(&out) == 0);
    buf_free(&out);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(requests_are_written_and_read_as_protobuf_does),
        cmocka_unit_test(replies_are_written_and_read_as_protobuf_does),
        cmocka_unit_test(events_and_farewells_are_written_and_read_as_protobuf_does),
        cmocka_unit_test(what_is_no_envelope_is_refused),
        cmocka_unit_test(fields_of_a_newer_peer_are_skipped),
        cmocka_unit_test(a_server_says_exactly_one_thing),
        cmocka_unit_test(a_change_id_of_any_length_is_read),
        cmocka_unit_test(without_memory_nothing_is_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
