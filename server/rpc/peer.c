/* SPDX-License-Identifier: Apache-2.0 */
/* A connection's coming and going, as requests see it.
 * - logging in joins the list of sessions and the account's count of unanswered requests
 * - going: open requests lose their peer, finish, and reply to nobody; they still count against the account */
#include "server/rpc/peer.h"

#include <string.h>

#include "server/core/config.h"
#include "server/rpc/dispatch.h"

static struct counts accounts; /* n: unanswered requests, over all connections of an account */

void peer_login(struct peer *p, const struct actor *a) {
    uint8_t key[sizeof a->business_id.b + sizeof a->account_id.b];
    MUST(p->actor.role == ROLE_NONE);
    memcpy(key, a->business_id.b, sizeof a->business_id.b);
    memcpy(key + sizeof a->business_id.b, a->account_id.b, sizeof a->account_id.b);
    p->actor = *a;
    p->account = counts_take(&accounts, key, sizeof key);
    list_push_back(&dispatch_sessions, &p->in_sessions);
}

void peer_gone(struct peer *p) {
    if (p->on_gone != NULL) p->on_gone(p);
    p->on_gone = NULL;
    while (!list_empty(&p->requests)) {
        struct request *r = LIST_ENTRY(list_pop_front(&p->requests), struct request, in_peer);
        r->peer = NULL;
    }
    list_remove(&p->in_sessions);
    counts_release(&accounts, p->account);
    p->account = NULL;
}

bool peer_has_room(const struct peer *p) {
    return (int64_t)p->in_flight < config.limit_in_flight &&
           (p->account == NULL || (int64_t)p->account->n < config.limit_in_flight_account);
}

void peer_begin(struct peer *p, struct request *r) {
    list_push_back(&p->requests, &r->in_peer);
    p->in_flight++;
    r->account = p->account;
    if (r->account == NULL) return;
    r->account->holders++;
    r->account->n++;
}

void peer_end(struct request *r) {
    if (r->peer != NULL) {
        list_remove(&r->in_peer);
        r->peer->in_flight--;
    }
    if (r->account == NULL) return;
    r->account->n--;
    counts_release(&accounts, r->account);
}
