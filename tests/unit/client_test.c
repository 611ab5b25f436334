/* SPDX-License-Identifier: Apache-2.0 */
/* The connection, stepped by hand against a server's end that answers, cuts and lies as told. */
#include <fcntl.h>
#include <unistd.h>

#include "tests/support/fake_server.h"
#include "vouchsafe/frame.h"
#include "vouchsafe/v1/method.pb-c.h"
#include "vouchsafe/v1/session.pb-c.h"
#include "vouchsafe/v1/watch.pb-c.h"

enum { TOUCH = VOUCHSAFE__V1__METHOD__TOUCH_LOG };

static vs_client *client_of(struct fake *a, struct fake *b) {
    struct vs_seat s;
    char err[300];
    fake_seat(&s, a, b);
    vs_client *c = vs_client_new(&s, err, sizeof err);
    if (c == NULL) fail_msg("%s", err);
    vs_seat_free(&s);
    return c;
}

static void a_call_goes_there_and_back(void **state) {
    (void)state;
    struct fake *f = fake_start();
    vs_client *c = client_of(f, NULL);
    struct vs_reply r;
    struct id account;
    assert_int_equal(vs_client_state(c), VS_WAITING);
    assert_int_equal(vs_send(c, TOUCH, NULL, unit_slice("x")), 0);
    FAKE_UNTIL(vs_client_state(c) == VS_READY, c, f, NULL, NULL);
    assert_true(vs_logged_in(c));
    assert_true(vs_account(c, &account));
    assert_true(id_equal(&account, &f->account));
    uint64_t id = vs_send(c, TOUCH, NULL, unit_slice("body"));
    assert_true(id > 0);
    FAKE_UNTIL(vs_next_reply(c, &r), c, f, NULL, NULL);
    assert_int_equal(r.id, id);
    assert_int_equal(r.status, VS_OK);
    vs_reply_free(&r);
    assert_int_equal(f->n_got, 1);
    assert_memory_equal(f->got[0].body, "body", 4);
    assert_false(vs_next_reply(c, &r));
    vs_disconnect(c);
    fake_stop(f);
}

static void a_name_is_looked_up_without_blocking(void **state) {
    (void)state;
    struct fake *f = fake_start();
    struct vs_seat s;
    char err[300];
    fake_seat(&s, f, NULL);
    snprintf(s.addresses, sizeof s.addresses, "localhost:%u", f->port);
    vs_client *c = vs_client_new(&s, err, sizeof err), *gone = vs_client_new(&s, err, sizeof err);
    assert_int_equal(vs_step(gone), VS_CONNECTING);
    vs_disconnect(gone); /* while the look-up may be under way */
    FAKE_UNTIL(vs_client_state(c) == VS_READY, c, f, NULL, NULL);
    vs_disconnect(c);
    vs_seat_free(&s);
    fake_stop(f);
}

static int hold(struct fake *f, const struct fake_request *r) {
    (void)f, (void)r;
    return FAKE_HOLD;
}

static void the_pipeline_has_an_end_and_replies_come_in_any_order(void **state) {
    (void)state;
    struct fake *f = fake_start();
    vs_client *c = client_of(f, NULL);
    f->answer = hold;
    FAKE_UNTIL(vs_client_state(c) == VS_READY, c, f, NULL, NULL);
    for (int i = 0; i < VS_PIPELINE; i++) assert_true(vs_send(c, TOUCH, NULL, unit_slice("t")) > 0);
    assert_int_equal(vs_send(c, TOUCH, NULL, unit_slice("t")), 0);
    FAKE_UNTIL(f->n_got == VS_PIPELINE, c, f, NULL, NULL);
    for (size_t i = f->n_got; i > 0; i--) fake_reply(f, f->got[i - 1].id, VS_OK, (struct slice){0});
    fake_reply(f, 999999, VS_OK, (struct slice){0}); /* to nothing: ignored */
    for (size_t i = f->n_got; i > 0; i--) {
        struct vs_reply r;
        FAKE_UNTIL(vs_next_reply(c, &r), c, f, NULL, NULL);
        assert_int_equal(r.id, f->got[i - 1].id);
        vs_reply_free(&r);
    }
    assert_true(vs_send(c, TOUCH, NULL, unit_slice("t")) > 0);
    vs_disconnect(c);
    fake_stop(f);
}

/* Two requests on a connection that ends after some bytes: each gets exactly one reply, OK only if the server got it; afterwards the client is back. */
static void cut_once(size_t sent, size_t received) {
    struct fake *f = fake_start();
    vs_client *c = client_of(f, NULL);
    uint64_t ids[2] = {0};
    unsigned replies = 0;
    f->cut_sent = sent;
    f->cut_received = received;
    while (vs_client_state(c) != VS_READY && f->connections < 2) {
        vs_hurry(c);
        fake_turn(c, f, NULL, NULL);
    }
    for (size_t i = 0; i < 2 && vs_client_state(c) == VS_READY; i++) ids[i] = vs_send(c, TOUCH, NULL, unit_slice("t"));
    struct vs_reply r;
    unsigned expected = (ids[0] > 0 ? 1u : 0u) + (ids[1] > 0 ? 1u : 0u), ok = 0;
    for (int64_t end = fake_clock() + 20000; replies < expected && fake_clock() < end;) {
        if (vs_next_reply(c, &r)) {
            assert_true(r.id == ids[0] || r.id == ids[1]);
            assert_true(r.status == VS_OK || r.status == VS_UNKNOWN);
            ok += r.status == VS_OK;
            replies++;
            vs_reply_free(&r);
        } else {
            if (f->connections > 1) f->cut_sent = f->cut_received = SIZE_MAX;
            fake_turn(c, f, NULL, NULL);
        }
    }
    assert_int_equal(replies, expected);
    assert_true(ok <= f->n_got);
    f->cut_sent = f->cut_received = SIZE_MAX;
    vs_hurry(c);
    FAKE_UNTIL(vs_client_state(c) == VS_READY, c, f, NULL, NULL);
    assert_false(vs_next_reply(c, &r));
    vs_disconnect(c);
    fake_stop(f);
}

/* How many bytes go each way when nothing is cut. */
static void measure(size_t *sent, size_t *received) {
    struct fake *f = fake_start();
    vs_client *c = client_of(f, NULL);
    struct vs_reply r;
    FAKE_UNTIL(vs_client_state(c) == VS_READY, c, f, NULL, NULL);
    for (int i = 0; i < 2; i++) assert_true(vs_send(c, TOUCH, NULL, unit_slice("t")) > 0);
    for (int i = 0; i < 2; i++) FAKE_UNTIL(vs_next_reply(c, &r), c, f, NULL, NULL);
    *sent = f->sent;
    *received = f->received;
    vs_disconnect(c);
    fake_stop(f);
}

static void a_connection_cut_anywhere_answers_everything_once_and_comes_back(void **state) {
    (void)state;
    size_t sent, received;
    measure(&sent, &received);
    for (size_t n = 0; n < sent; n += n + 150 < sent ? 97 : 1) cut_once(n, SIZE_MAX);
    for (size_t n = 1; n < received; n += n + 150 < received ? 97 : 1) cut_once(SIZE_MAX, n);
}

static void a_server_with_another_root_is_told_nothing(void **state) {
    (void)state;
    struct fake *f = fake_start();
    struct vs_seat s;
    char err[300];
    fake_seat(&s, f, NULL);
    s.root_pin[31] ^= 1;
    vs_client *c = vs_client_new(&s, err, sizeof err);
    FAKE_UNTIL(strstr(vs_why(c), "not the one that made your join line") != NULL, c, f, NULL, NULL);
    assert_non_null(strstr(vs_why(c), "127.0.0.1:")); /* the address is named */
    assert_int_not_equal(vs_client_state(c), VS_READY);
    assert_int_equal(f->n_got, 0);
    vs_disconnect(c);
    vs_seat_free(&s);
    fake_stop(f);
}

static void a_dead_address_is_passed_over(void **state) {
    (void)state;
    for (int order = 0; order < 2; order++) {
        struct fake *f = fake_start();
        struct vs_seat s;
        char err[300];
        fake_seat(&s, f, NULL);
        unsigned dead = fake_dead_port();
        snprintf(s.addresses, sizeof s.addresses, "127.0.0.1:%u,127.0.0.1:%u", order ? dead : f->port,
                 order ? f->port : dead);
        vs_client *c = vs_client_new(&s, err, sizeof err);
        FAKE_UNTIL(vs_client_state(c) == VS_READY, c, f, NULL, NULL);
        vs_disconnect(c);
        vs_seat_free(&s);
        fake_stop(f);
    }
}

static void when_all_are_dead_each_is_named_and_the_next_round_waits(void **state) {
    (void)state;
    struct fake *f = fake_start();
    struct vs_seat s;
    char err[300] = "", a[40], b[40];
    fake_seat(&s, f, NULL);
    fake_stop(f);
    snprintf(a, sizeof a, "127.0.0.1:%u", fake_dead_port());
    snprintf(b, sizeof b, "127.0.0.1:%u", fake_dead_port());
    snprintf(s.addresses, sizeof s.addresses, "%s,%s", a, b);
    assert_null(vs_connect(&s, err, sizeof err));
    assert_non_null(strstr(err, a));
    assert_non_null(strstr(err, b));
    assert_non_null(strstr(err, "refused"));
    vs_client *c = vs_client_new(&s, err, sizeof err);
    int longest = 0;
    for (int round = 0; round < 40; round++) { /* waits grow, never over the limit, and differ */
        assert_int_equal(vs_reconnect(c), -1);
        assert_int_equal(vs_client_state(c), VS_WAITING);
        int wait = vs_timeout(c);
        assert_in_range(wait, 0, VS_BACKOFF_MS);
        if (wait > longest) longest = wait;
    }
    assert_true(longest > 2000);
    vs_disconnect(c);
    vs_seat_free(&s);
}

static void nonsense_addresses_are_sentences_not_crashes(void **state) {
    (void)state;
    static const char *const texts[] = {
        "", ",", "nothing", ":1", "host:", "127.0.0.1:99999999999999999999", "[::1:5", "no.such.name.invalid:1"};
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        struct fake *f = fake_start();
        struct vs_seat s;
        char err[300] = "";
        fake_seat(&s, f, NULL);
        fake_stop(f);
        snprintf(s.addresses, sizeof s.addresses, "%s", texts[i]);
        assert_null(vs_connect(&s, err, sizeof err));
        assert_true(strlen(err) > 10);
        vs_seat_free(&s);
    }
}

static int go_away_once(struct fake *f, const struct fake_request *r) {
    (void)r;
    return f->connections == 1 ? FAKE_GO_AWAY : VS_OK;
}

static void go_away_leaves_the_open_ones_unknown_and_the_other_instance_answers(void **state) {
    (void)state;
    struct fake *a = fake_start(), *b = fake_start();
    b->account = a->account;
    vs_client *c = client_of(a, b);
    struct vs_reply r;
    a->answer = b->answer = go_away_once;
    FAKE_UNTIL(vs_client_state(c) == VS_READY, c, a, b, NULL);
    struct fake *first = a->connections > 0 ? a : b, *second = first == a ? b : a;
    second->answer = NULL;
    uint64_t id = vs_send(c, TOUCH, NULL, unit_slice("t"));
    FAKE_UNTIL(vs_next_reply(c, &r), c, a, b, NULL);
    assert_int_equal(r.id, id);
    assert_int_equal(r.status, VS_UNKNOWN);
    assert_string_equal(r.message, "this instance is shutting down");
    vs_reply_free(&r);
    FAKE_UNTIL(vs_client_state(c) == VS_READY && second->connections == 1, c, a, b, NULL);
    assert_true(vs_send(c, TOUCH, NULL, unit_slice("t")) > 0);
    FAKE_UNTIL(vs_next_reply(c, &r), c, a, b, NULL);
    assert_int_equal(r.status, VS_OK);
    vs_disconnect(c);
    fake_stop(a);
    fake_stop(b);
}

static void a_seat_that_is_not_let_in_is_connected_and_told_why(void **state) {
    (void)state;
    struct fake *f = fake_start();
    vs_client *c = client_of(f, NULL);
    struct vs_event e;
    f->hello = VS_UNAUTHENTICATED;
    FAKE_UNTIL(vs_client_state(c) == VS_READY, c, f, NULL, NULL);
    assert_false(vs_logged_in(c));
    assert_string_equal(vs_why(c), "because the test says so");
    assert_int_equal(vs_wait_event(c, 1000, &e), -1);
    vs_disconnect(c);
    fake_stop(f);
}

static int judge_token(struct fake *f, const struct fake_request *r) {
    if (r->method != VOUCHSAFE__V1__METHOD__LOGIN) return VS_OK;
    Vouchsafe__V1__LoginRequest *q = vouchsafe__v1__login_request__unpack(NULL, r->n_body, r->body);
    assert_non_null(q);
    bool right = q->token.len == VS_TOKEN_SIZE && q->token.data[VS_TOKEN_SIZE - 1] == 7 && q->password == NULL;
    vouchsafe__v1__login_request__free_unpacked(q, NULL);
    if (!right) return VS_UNAUTHENTICATED;
    Vouchsafe__V1__Who who = VOUCHSAFE__V1__WHO__INIT;
    Vouchsafe__V1__LoginReply reply = VOUCHSAFE__V1__LOGIN_REPLY__INIT;
    uint8_t body[200];
    who.has_account_id = 1;
    who.account_id = (ProtobufCBinaryData){16, f->account.b};
    reply.who = &who;
    fake_reply(f, r->id, VS_OK, (struct slice){body, vouchsafe__v1__login_reply__pack(&reply, body)});
    return FAKE_HOLD; /* answered */
}

static void a_token_goes_with_login_and_a_bad_one_is_told(void **state) {
    (void)state;
    for (uint8_t last = 7; last < 9; last++) {
        struct fake *f = fake_start();
        struct vs_seat s;
        char err[300];
        f->logged_in = false;
        f->answer = judge_token;
        fake_seat(&s, f, NULL);
        s.has_token = true;
        s.token[VS_TOKEN_SIZE - 1] = last;
        vs_client *c = vs_client_new(&s, err, sizeof err);
        FAKE_UNTIL(vs_client_state(c) == VS_READY, c, f, NULL, NULL);
        assert_int_equal(vs_logged_in(c), last == 7);
        assert_int_equal(f->n_got, 1);
        vs_disconnect(c);
        vs_seat_free(&s);
        fake_stop(f);
    }
}

static void bytes_that_are_no_frame_end_the_connection(void **state) {
    (void)state;
    struct slice lies[] = {UNIT_BYTES(0, 0, 0, 0), UNIT_BYTES(0xff, 0xff, 0xff, 0xff),
                           UNIT_BYTES(0, 0, 0, 2, 0xff, 0xff)};
    for (size_t i = 0; i < ARRAY_LEN(lies); i++) {
        struct fake *f = fake_start();
        vs_client *c = client_of(f, NULL);
        FAKE_UNTIL(vs_client_state(c) == VS_READY, c, f, NULL, NULL);
        fake_raw(f, lies[i]);
        FAKE_UNTIL(vs_client_state(c) != VS_READY, c, f, NULL, NULL);
        assert_string_equal(vs_why(c), "the server sent something that can't be read");
        FAKE_UNTIL(vs_client_state(c) == VS_READY, c, f, NULL, NULL);
        vs_disconnect(c);
        fake_stop(f);
    }
}

/* --- watching -------------------------------------------------------------------------------------------- */

static void expect_event(vs_client *c, struct fake *f, uint64_t watch, uint32_t kind) {
    struct vs_event e;
    FAKE_UNTIL(vs_next_event(c, &e), c, f, NULL, NULL);
    assert_int_equal(e.watch, watch);
    assert_int_equal(e.kind, kind);
    vs_event_free(&e);
}

static void a_watch_outlives_its_connection(void **state) {
    (void)state;
    struct fake *f = fake_start();
    vs_client *c = client_of(f, NULL);
    struct id contact = id_new();
    uint64_t w = vs_watch(c, &contact);
    expect_event(c, f, w, VOUCHSAFE__V1__EVENT_KIND__RESYNC);
    assert_int_equal(f->got[0].method, VOUCHSAFE__V1__METHOD__WATCH);
    fake_event(f, f->got[0].id, VOUCHSAFE__V1__EVENT_KIND__TOUCHES, (struct slice){0});
    expect_event(c, f, w, VOUCHSAFE__V1__EVENT_KIND__TOUCHES);
    fake_cut(f);
    expect_event(c, f, w, VOUCHSAFE__V1__EVENT_KIND__RESYNC); /* watched again by itself */
    assert_int_equal(f->n_got, 2);
    fake_event(f, f->got[1].id, VOUCHSAFE__V1__EVENT_KIND__ENDED, (struct slice){0});
    expect_event(c, f, w, VOUCHSAFE__V1__EVENT_KIND__ENDED);
    vs_unwatch(c, w); /* gone already: nothing is sent */
    w = vs_watch(c, &contact);
    expect_event(c, f, w, VOUCHSAFE__V1__EVENT_KIND__RESYNC);
    vs_unwatch(c, w);
    FAKE_UNTIL(f->n_got == 4, c, f, NULL, NULL);
    assert_int_equal(f->got[3].method, VOUCHSAFE__V1__METHOD__UNWATCH);
    vs_disconnect(c);
    fake_stop(f);
}

static int not_found(struct fake *f, const struct fake_request *r) {
    (void)f, (void)r;
    return VS_NOT_FOUND;
}

static void a_watch_that_is_refused_ends(void **state) {
    (void)state;
    struct fake *f = fake_start();
    vs_client *c = client_of(f, NULL);
    struct id contact = id_new();
    f->answer = not_found;
    expect_event(c, f, vs_watch(c, &contact), VOUCHSAFE__V1__EVENT_KIND__ENDED);
    for (int i = 0; i < VS_WATCH_MAX; i++) assert_true(vs_watch(c, &contact) > 0);
    assert_int_equal(vs_watch(c, &contact), 0);
    vs_disconnect(c);
    fake_stop(f);
}

static void events_nobody_takes_become_one_resync(void **state) {
    (void)state;
    struct fake *f = fake_start();
    vs_client *c = client_of(f, NULL);
    struct id contact = id_new();
    struct vs_event e;
    uint64_t w = vs_watch(c, &contact);
    expect_event(c, f, w, VOUCHSAFE__V1__EVENT_KIND__RESYNC);
    for (int i = 0; i < 1500; i++) fake_event(f, f->got[0].id, VOUCHSAFE__V1__EVENT_KIND__TOUCHES, (struct slice){0});
    assert_true(vs_send(c, TOUCH, NULL, unit_slice("t")) > 0);
    struct vs_reply r;
    FAKE_UNTIL(vs_next_reply(c, &r), c, f, NULL, NULL); /* behind them all */
    unsigned n = 0;
    bool resync = false;
    while (vs_next_event(c, &e)) {
        if (n++ == 0) resync = e.kind == VOUCHSAFE__V1__EVENT_KIND__RESYNC;
        vs_event_free(&e);
    }
    assert_true(resync);
    assert_in_range(n, 1, 1001);
    vs_disconnect(c);
    fake_stop(f);
}

/* --- no memory ------------------------------------------------------------------------------------------- */

/* Of the allocations the client makes until a watch and a call are answered, the n-th fails. False when it makes fewer. */
static bool live_without_allocation(unsigned n) {
    struct fake *f = fake_start();
    struct vs_seat s;
    char err[300] = "";
    struct id contact = id_new();
    struct vs_reply r;
    fake_seat(&s, f, NULL);
    unit_fail_allocation(n);
    vs_client *c = vs_client_new(&s, err, sizeof err);
    if (c == NULL) assert_true(strlen(err) > 5);
    if (c != NULL) assert_true(vs_watch(c, &contact) > 0);
    bool answered = false;
    for (int64_t end = fake_clock() + 20000; c != NULL && !answered && fake_clock() < end;) {
        unit_spare_allocations(true);
        fake_step(f);
        vs_hurry(c);
        unit_spare_allocations(false);
        if (vs_step(c) == VS_READY && vs_fd(c) >= 0) (void)!vs_send(c, TOUCH, NULL, unit_slice("t"));
        while (vs_next_reply(c, &r)) {
            answered = answered || r.status == VS_OK;
            vs_reply_free(&r);
        }
    }
    bool failed = unit_failed_allocation();
    assert_true(answered || (c == NULL && failed));
    vs_disconnect(c);
    vs_seat_free(&s);
    fake_stop(f);
    return failed;
}

static void without_memory_nothing_breaks_and_the_client_comes_back(void **state) {
    (void)state;
    unsigned n = 1;
    while (live_without_allocation(n)) n++;
    assert_true(n > 10);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_call_goes_there_and_back),
        cmocka_unit_test(a_name_is_looked_up_without_blocking),
        cmocka_unit_test(the_pipeline_has_an_end_and_replies_come_in_any_order),
        cmocka_unit_test(a_connection_cut_anywhere_answers_everything_once_and_comes_back),
        cmocka_unit_test(a_server_with_another_root_is_told_nothing),
        cmocka_unit_test(a_dead_address_is_passed_over),
        cmocka_unit_test(when_all_are_dead_each_is_named_and_the_next_round_waits),
        cmocka_unit_test(nonsense_addresses_are_sentences_not_crashes),
        cmocka_unit_test(go_away_leaves_the_open_ones_unknown_and_the_other_instance_answers),
        cmocka_unit_test(a_seat_that_is_not_let_in_is_connected_and_told_why),
        cmocka_unit_test(a_token_goes_with_login_and_a_bad_one_is_told),
        cmocka_unit_test(bytes_that_are_no_frame_end_the_connection),
        cmocka_unit_test(a_watch_outlives_its_connection),
        cmocka_unit_test(a_watch_that_is_refused_ends),
        cmocka_unit_test(events_nobody_takes_become_one_resync),
        cmocka_unit_test(without_memory_nothing_breaks_and_the_client_comes_back),
    };
    return cmocka_run_group_tests(tests, fake_make_keys, fake_free_keys);
}
