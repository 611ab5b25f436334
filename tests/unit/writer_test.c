/* SPDX-License-Identifier: Apache-2.0 */
/* When the writer sends a batch, and of what, seen by connections that only note what they are given. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <endian.h>
#include <string.h>
#include <unistd.h>

#include "server/store/store_internal.h"

/* --- the connections ------------------------------------------------------------------------------------------------ */

struct pg_conn {
    struct pg_segment *seg; /* on its way */
    int sent;
};
static struct pg_conn conns[2];

static bool slow; /* a turn of the loop takes 5 ms, which the loop's clock doesn't know yet */

bool pg_conn_ready(const struct pg_conn *c) {
    for (uint64_t until = uv_hrtime() + 5000000; slow && uv_hrtime() < until;) continue;
    return c != NULL;
}
unsigned pg_conn_waiting(const struct pg_conn *c) { return c->seg != NULL; }
void pg_conn_send(struct pg_conn *c, struct pg_segment *s) {
    assert_null(c->seg);
    c->seg = s;
    c->sent++;
}
struct pg_conn *pg_conn_new(uv_loop_t *loop, const char *conninfo, void (*on_change)(void *, struct pg_conn *),
                            void *arg) {
    (void)loop, (void)conninfo, (void)on_change, (void)arg;
    return NULL;
}
void pg_conn_close(struct pg_conn *c) { (void)c; }

/* The first column of the batch it has: its touches' businesses, as an array. */
static int rows(const struct pg_conn *c, uint8_t businesses[256]) {
    uint32_t n;
    if (c->seg == NULL) return 0;
    const char *array = c->seg->statements[1].values[0];
    memcpy(&n, array + 12, sizeof n);
    n = be32toh(n);
    for (uint32_t i = 0; i < n; i++) businesses[i] = (uint8_t)array[20 + i * 20 + 4];
    return (int)n;
}

static void fails(struct pg_conn *c, const char *sqlstate) {
    struct pg_segment *s = c->seg;
    c->seg = NULL;
    s->outcome = PG_FAILED;
    memcpy(s->sqlstate, sqlstate, 6);
    s->on_done(s);
}

/* --- the writer ----------------------------------------------------------------------------------------------------- */

static uv_loop_t loop;
static struct store store;
static struct touch touches[64];
static int made, answered;

static void on_done(struct touch *t, enum vs_status status, enum touch_refusal refusal) {
    (void)t, (void)status, (void)refusal;
    answered++;
}

static void put(int n, uint8_t business) {
    for (int i = 0; i < n; i++) {
        struct touch *t = &touches[made++];
        *t = (struct touch){.done = on_done};
        t->actor.business_id.b[0] = business;
        t->id.b[15] = (uint8_t)made;
        writer_put(store.writer, t);
    }
}

static void turn(void) { uv_run(&loop, UV_RUN_NOWAIT); }

static void check_flying(int first, int second) {
    uint8_t businesses[256];
    assert_int_equal(rows(&conns[0], businesses) + rows(&conns[1], businesses), first + second);
    assert_int_equal(rows(&conns[1], businesses), first); /* the last free one comes first */
}

static int set_up(void **state) {
    (void)state;
    memset(conns, 0, sizeof conns);
    memset(&store, 0, sizeof store);
    made = answered = 0;
    slow = false;
    uv_loop_init(&loop);
    store.loop = &loop;
    for (int i = 0; i < 2; i++) {
        store.conns[i] = &conns[i];
        store.lanes[i] = LANE_WRITER;
    }
    store.n_conns = 2;
    store.writer = writer_new(&store);
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    for (int i = 0; i < 2; i++)
        if (conns[i].seg != NULL) {
            struct pg_segment *s = conns[i].seg;
            conns[i].seg = NULL;
            s->outcome = PG_UNKNOWN;
            s->on_done(s);
        }
    writer_free(store.writer);
    uv_run(&loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&loop), 0);
    assert_int_equal(answered, made);
    return 0;
}

static void test_a_lone_touch_flies_at_once(void **state) {
    (void)state;
    put(1, 1);
    turn();
    check_flying(1, 0);
}

static void test_free_connections_share_what_waits(void **state) {
    (void)state;
    put(8, 1);
    turn();
    check_flying(4, 4);
}

static void test_fewer_wait_until_they_are_as_many(void **state) {
    (void)state;
    conns[0].seg = &(struct pg_segment){.n = 0}; /* busy with something */
    put(8, 1);
    turn();
    assert_int_equal(conns[1].sent, 1);
    conns[0].seg = NULL;
    put(7, 2);
    turn();
    assert_int_equal(conns[0].sent, 0);
    put(1, 2);
    turn();
    check_flying(8, 8);
}

/* Waits for the timer that wakes the loop. */
static void test_a_batch_that_is_held_up_stops_nobody_else(void **state) {
    (void)state;
    uint8_t businesses[256];
    conns[0].seg = &(struct pg_segment){.n = 0};
    put(8, 1);
    slow = true;
    turn();
    slow = false;
    conns[0].seg = NULL;
    put(1, 1), put(2, 2);
    turn();
    assert_int_equal(conns[0].sent, 0);
    while (conns[0].sent == 0) uv_run(&loop, UV_RUN_ONCE);
    assert_int_equal(rows(&conns[0], businesses), 2); /* its own business's next touch stays */
    assert_int_equal(businesses[0], 2);
    assert_int_equal(businesses[1], 2);
}

static void test_while_something_fails_no_business_is_in_two_batches(void **state) {
    (void)state;
    uint8_t businesses[256];
    conns[0].seg = &(struct pg_segment){.n = 0};
    put(8, 1);
    turn();
    put(8, 2);
    conns[0].seg = NULL;
    fails(&conns[1], "55P03"); /* a lock was waited for in vain */
    turn();
    int first = rows(&conns[1], businesses);
    assert_true(first > 0);
    uint8_t had = businesses[0];
    for (int i = 0; i < first; i++) assert_int_equal(businesses[i], had);
    int second = rows(&conns[0], businesses);
    for (int i = 0; i < second; i++) assert_int_not_equal(businesses[i], had);
    assert_int_equal(second, 4);
}

int main(void) {
    alarm(60); /* a loop that nothing wakes */
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_lone_touch_flies_at_once, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_free_connections_share_what_waits, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_fewer_wait_until_they_are_as_many, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_batch_that_is_held_up_stops_nobody_else, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_while_something_fails_no_business_is_in_two_batches, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
