/* SPDX-License-Identifier: Apache-2.0 */
/* From a frame to a reply with the real method tables and a peer that keeps what it is answered. Handlers here end before the
 * store; every frame gets exactly one reply, or the connection ends. */
#include "server/rpc/dispatch.h"
#include "server/core/config.h"
#include "server/domain/domain.h"
#include "tests/support/unit.h"
#include "vouchsafe/frame.h"
#include "vouchsafe/v1/method.pb-c.h"
#include "vouchsafe/v1/touch.pb-c.h"

static struct domain domain;
static unsigned replies;
static struct envelope_reply last;
static char last_reason[64], last_field[64];
static bool room = true, ready = true;

static void copy(char *out, size_t size, struct slice s) {
    snprintf(out, size, "%.*s", (int)s.len, s.data == NULL ? "" : (const char *)s.data);
}
static void keep_reply(struct peer *p, const struct envelope_reply *r) {
    (void)p;
    replies++;
    last = *r;
    copy(last_reason, sizeof last_reason, r->reason);
    copy(last_field, sizeof last_field, r->field);
}
static void resume(struct peer *p) { (void)p; }
static void go_away(struct peer *p, const char *reason, const char *message) { (void)p, (void)reason, (void)message; }
static bool has_room(void *c) { return c == &domain && room; }
static bool is_ready(void *c, const char **why) {
    *why = "away";
    return c == &domain && ready;
}

static struct peer *peer_new(enum role role) {
    static struct peer p;
    p = (struct peer){.send_reply = keep_reply, .resume = resume, .go_away = go_away};
    list_init(&p.requests);
    list_init(&p.in_sessions);
    list_init(&p.watches);
    if (role != ROLE_NONE) {
        struct actor a = {.role = role, .business_id = id_new(), .account_id = id_new(), .epoch = 1};
        peer_login(&p, &a);
    }
    replies = 0;
    last_reason[0] = last_field[0] = '\0';
    return &p;
}

static int setup(void **state) {
    (void)state;
    char err[200];
    dispatch_has_room = has_room;
    dispatch_is_ready = is_ready;
    return config_load(NULL, 0, NULL, err, sizeof err) < 0 ||
           dispatch_init(domain_modules, domain_module_count, &domain, err, sizeof err) < 0;
}

static int say(struct peer *p, const struct envelope_request *e) {
    struct buf out;
    struct slice body;
    buf_init(&out, 0);
    envelope_write_request(&out, e);
    int r = frame_peek(&out, FRAME_MAX_FROM_CLIENT, &body, NULL) == FRAME_WHOLE ? dispatch_frame(p, body) : -2;
    buf_free(&out);
    return r;
}

static void assert_answer(struct peer *p, struct envelope_request e, enum vs_status status, const char *reason) {
    unsigned before = replies;
    assert_int_equal(say(p, &e), 0);
    assert_int_equal(replies, before + 1);
    if (last.status != (uint32_t)status || strcmp(last_reason, reason) != 0)
        fail_msg("method %u: %s %s instead of %s %s", e.method, vs_status_name((int)last.status), last_reason,
                 vs_status_name((int)status), reason);
    assert_true(last.id == e.id);
    assert_int_equal(dispatch_in_flight(), 0);
}

static void the_gate_refuses_in_its_order(void **state) {
    (void)state;
    uint8_t change[16], odd[5] = {1};
    struct id id = id_new();
    memcpy(change, id.b, 16);
    const struct slice good = {change, 16}, zeros = {(const uint8_t[16]){0}, 16}, five = {odd, 5};
    struct peer *p = peer_new(ROLE_NONE);
    const uint32_t add = VOUCHSAFE__V1__METHOD__CONTACT_ADD, line = VOUCHSAFE__V1__METHOD__TOUCH_TIMELINE;
    assert_answer(p, (struct envelope_request){.id = 1, .method = VOUCHSAFE__V1__METHOD__PING}, VS_OK, "");
    assert_answer(p, (struct envelope_request){.id = 1, .method = 0}, VS_UNIMPLEMENTED, "METHOD");
    assert_answer(p, (struct envelope_request){.id = 1, .method = 60000}, VS_UNIMPLEMENTED, "METHOD");
    assert_answer(p, (struct envelope_request){.id = 1, .method = UINT32_MAX}, VS_UNIMPLEMENTED, "METHOD");
    assert_answer(p, (struct envelope_request){.id = 1, .method = add}, VS_UNAUTHENTICATED, "NOT_LOGGED_IN");
    p = peer_new(ROLE_SALES);
    assert_answer(p, (struct envelope_request){.id = 1, .method = VOUCHSAFE__V1__METHOD__ACCOUNT_ADD},
                  VS_PERMISSION_DENIED, "ROLE");
    assert_answer(p, (struct envelope_request){.id = 1, .method = add}, VS_INVALID_ARGUMENT, "CHANGE_ID");
    assert_answer(p, (struct envelope_request){.id = 1, .method = add, .change_id = zeros}, VS_INVALID_ARGUMENT,
                  "CHANGE_ID");
    assert_answer(p, (struct envelope_request){.id = 1, .method = add, .change_id = five}, VS_INVALID_ARGUMENT,
                  "CHANGE_ID");
    assert_answer(p, (struct envelope_request){.id = 1, .method = line, .change_id = good}, VS_INVALID_ARGUMENT,
                  "CHANGE_ID");
    room = false;
    assert_answer(p, (struct envelope_request){.id = 1, .method = line}, VS_RESOURCE_EXHAUSTED, "IN_FLIGHT");
    assert_true(last.retry_after_ms > 0);
    room = true;
    struct buf held; /* as much as the process may hold in all */
    int64_t mib = config.limit_memory_mib;
    config.limit_memory_mib = 1;
    buf_init(&held, 0);
    assert_non_null(buf_reserve(&held, 1 << 20));
    assert_answer(p, (struct envelope_request){.id = 1, .method = line}, VS_RESOURCE_EXHAUSTED, "MEMORY");
    buf_free(&held);
    config.limit_memory_mib = mib;
    ready = false;
    assert_answer(p, (struct envelope_request){.id = 1, .method = line}, VS_UNAVAILABLE, "NOT_READY");
    assert_answer(p, (struct envelope_request){.id = 1, .method = VOUCHSAFE__V1__METHOD__PING}, VS_OK, "");
    ready = true;
    list_remove(&p->in_sessions);
}

static void what_breaks_the_framing_ends_the_connection(void **state) {
    (void)state;
    struct peer *p = peer_new(ROLE_NONE);
    assert_int_equal(say(p, &(struct envelope_request){.method = VOUCHSAFE__V1__METHOD__PING}), -1); /* id 0 */
    assert_int_equal(dispatch_frame(p, UNIT_BYTES(0xff, 0xff)), -1);
    assert_int_equal(dispatch_frame(p, UNIT_BYTES('G', 'E', 'T', ' ', '/')), -1);
    assert_int_equal(replies, 0);
}

static void a_body_is_guarded_before_it_is_unpacked(void **state) {
    (void)state;
    struct peer *p = peer_new(ROLE_SALES);
    const uint32_t log = VOUCHSAFE__V1__METHOD__TOUCH_LOG;
    assert_answer(p, (struct envelope_request){.id = 7, .method = log, .body = UNIT_BYTES(0x0a, 0, 0x0a, 0)},
                  VS_INVALID_ARGUMENT, "REPEATED");
    assert_string_equal(last_field, "touch");
    assert_answer(p, (struct envelope_request){.id = 7, .method = log, .body = UNIT_BYTES(0x0a, 3, 0x52, 1, 0)},
                  VS_INVALID_ARGUMENT, "BAD_TEXT");
    assert_string_equal(last_field, "note");
    assert_answer(p, (struct envelope_request){.id = 7, .method = log, .body = UNIT_BYTES(0x0a, 2, 0x20, 99)},
                  VS_INVALID_ARGUMENT, "UNKNOWN_VALUE");
    assert_string_equal(last_field, "channel");
    assert_answer(p, (struct envelope_request){.id = 7, .method = log}, VS_INVALID_ARGUMENT, "REQUIRED");
    list_remove(&p->in_sessions);
}

/* Whichever allocation fails, the answer is one refusal and nothing stays in flight. */
static void every_failed_allocation_is_one_answer(void **state) {
    (void)state;
    struct peer *p = peer_new(ROLE_SALES);
    struct id contact = id_new();
    Vouchsafe__V1__TouchTimelineRequest q = VOUCHSAFE__V1__TOUCH_TIMELINE_REQUEST__INIT;
    uint8_t bytes[100], token[16] = {0};
    q.has_contact_id = q.has_page_size = q.has_page_token = 1;
    q.contact_id = (ProtobufCBinaryData){16, contact.b};
    q.page_size = 100000; /* refused by its rule, after everything was unpacked */
    q.page_token = (ProtobufCBinaryData){16, token};
    size_t n = protobuf_c_message_pack(&q.base, bytes);
    struct envelope_request e = {.id = 1, .method = VOUCHSAFE__V1__METHOD__TOUCH_TIMELINE, .body = {bytes, n}};
    struct buf frame;
    struct slice body;
    buf_init(&frame, 0);
    envelope_write_request(&frame, &e);
    assert_int_equal(frame_peek(&frame, 1000, &body, NULL), FRAME_WHOLE);
    unsigned at = 1;
    for (bool went_through = false; !went_through; at++) {
        replies = 0;
        unit_fail_allocation(at);
        assert_int_equal(dispatch_frame(p, body), 0);
        went_through = !unit_failed_allocation();
        assert_int_equal(replies, 1);
        assert_int_equal(last.status, went_through ? VS_INVALID_ARGUMENT : VS_RESOURCE_EXHAUSTED);
        assert_int_equal(dispatch_in_flight(), 0);
        assert_int_equal(p->in_flight, 0);
        assert_true(list_empty(&p->requests));
    }
    assert_true(at > 2);
    buf_free(&frame);
    list_remove(&p->in_sessions);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_gate_refuses_in_its_order),
        cmocka_unit_test(what_breaks_the_framing_ends_the_connection),
        cmocka_unit_test(a_body_is_guarded_before_it_is_unpacked),
        cmocka_unit_test(every_failed_allocation_is_one_answer),
    };
    return cmocka_run_group_tests(tests, setup, NULL);
}
