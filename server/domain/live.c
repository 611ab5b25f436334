/* SPDX-License-Identifier: Apache-2.0 */
/* What the feed tells, handed on.
 * - touches and contacts: to their watchers
 * - accounts whose sessions may be over: their epochs are asked for, sessions of another epoch are cut; a session that
 *   changed its own password has the new one and stays
 * - the epochs can't be read: all sessions of those accounts are cut, and who may comes back
 * Even a session that no hint reached can do nothing: every statement compares its epoch. */
#include <stdlib.h>

#include "server/domain/domain.h"
#include "server/domain/watch/watch.h"
#include "server/rpc/dispatch.h"

enum { INQUIRY_MAX = 256 * 1024 };

struct inquiry {
    struct arena arena;
    struct id business;
    struct id *accounts;
    size_t n;
};

static bool stands(const struct peer *p, const PGresult *rows) {
    for (int i = 0; rows != NULL && i < PQntuples(rows); i++) {
        struct id account = cell_id(rows, i, 0);
        if (id_equal(&account, &p->actor.account_id)) return cell_int(rows, i, 1) == p->actor.epoch;
    }
    return false;
}

static bool is_asked(const struct peer *p, const struct inquiry *q) {
    if (!id_equal(&p->actor.business_id, &q->business)) return false;
    for (size_t i = 0; i < q->n; i++)
        if (id_equal(&p->actor.account_id, &q->accounts[i])) return true;
    return false;
}

static void on_epochs(void *arg, enum vs_status status, const PGresult *rows) {
    struct inquiry *q = arg;
    LIST_FOREACH(it, &dispatch_sessions) {
        struct peer *p = LIST_ENTRY(it, struct peer, in_sessions);
        if (is_asked(p, q) && !stands(p, status == VS_OK ? rows : NULL))
            p->go_away(p, "REVOKED", "this session was ended by your admin or from another device; log in again");
    }
    arena_free(&q->arena);
    free(q);
}

static void judge(struct domain *d, const struct id *business, const struct id *accounts, size_t n) {
    struct inquiry *q = calloc(1, sizeof *q);
    struct params p;
    if (q == NULL) return;
    arena_init(&q->arena, INQUIRY_MAX);
    params_init(&p, &q->arena);
    params_ids(&p, accounts, n);
    q->business = *business;
    q->n = n;
    q->accounts = arena_dup(&q->arena, accounts, n * sizeof *accounts);
    if (q->accounts == NULL) q->n = 0;
    store_login(d->store, business, QUERY_SESSION_EPOCHS, &p, on_epochs, q);
}

static void on_feed(void *arg, enum feed_kind kind, const struct id *business, const struct id *ids, size_t n) {
    if (kind == FEED_SESSIONS)
        judge(arg, business, ids, n);
    else
        watch_hint(kind, business, ids, n);
}

static bool listening(void *arg) {
    (void)arg;
    return !list_empty(&dispatch_sessions);
}

static bool watching(void *arg) {
    (void)arg;
    return watch_any();
}

void domain_listen(struct domain *d) {
    watch_start(d);
    store_listen(d->store,
                 &(struct store_listener){.on_feed = on_feed, .listening = listening, .watching = watching, .arg = d});
}
