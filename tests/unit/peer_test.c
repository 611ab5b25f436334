/* SPDX-License-Identifier: Apache-2.0 */
/* What counts against a connection and its account. */
#include "server/rpc/peer.h"

#include <sodium.h>

#include "server/core/config.h"
#include "server/rpc/request.h"
#include "tests/support/unit.h"

static void peer_start(struct peer *p, const struct actor *a) {
    *p = (struct peer){0};
    list_init(&p->requests);
    list_init(&p->in_sessions);
    list_init(&p->watches);
    if (a != NULL) peer_login(p, a);
}

static void begin(struct peer *p, struct request *r) {
    *r = (struct request){.peer = p};
    list_init(&r->in_peer);
    peer_begin(p, r);
}

static void an_accounts_requests_count_over_all_its_connections(void **state) {
    (void)state;
    struct actor ann = {.business_id = id_new(), .account_id = id_new(), .role = ROLE_SALES}, bob = ann;
    struct peer one, two, other;
    struct request r[3];
    bob.account_id = id_new();
    peer_start(&one, &ann), peer_start(&two, &ann), peer_start(&other, &bob);
    config.limit_in_flight = 32;
    config.limit_in_flight_account = 3;
    begin(&one, &r[0]), begin(&one, &r[1]);
    assert_true(peer_has_room(&two));
    begin(&two, &r[2]);
    assert_false(peer_has_room(&one));
    assert_false(peer_has_room(&two));
    assert_true(peer_has_room(&other));
    peer_gone(&one); /* work that goes on still counts */
    assert_null(r[0].peer);
    assert_false(peer_has_room(&two));
    peer_end(&r[0]);
    assert_true(peer_has_room(&two));
    peer_end(&r[1]), peer_end(&r[2]);
    peer_gone(&two), peer_gone(&other);
}

static void a_connection_has_a_limit_of_its_own_also_before_login(void **state) {
    (void)state;
    struct peer p;
    struct request r[2];
    peer_start(&p, NULL);
    config.limit_in_flight = 2;
    begin(&p, &r[0]), begin(&p, &r[1]);
    assert_false(peer_has_room(&p));
    peer_end(&r[0]);
    assert_true(peer_has_room(&p));
    peer_end(&r[1]);
    assert_int_equal(p.in_flight, 0);
    peer_gone(&p);
}

static unsigned gone;
static void on_gone(struct peer *p) {
    (void)p;
    gone++;
}

static void going_is_told_once(void **state) {
    (void)state;
    struct peer p;
    peer_start(&p, NULL);
    p.on_gone = on_gone;
    peer_gone(&p);
    peer_gone(&p);
    assert_int_equal(gone, 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_accounts_requests_count_over_all_its_connections),
        cmocka_unit_test(a_connection_has_a_limit_of_its_own_also_before_login),
        cmocka_unit_test(going_is_told_once),
    };
    return sodium_init() < 0 ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
}
