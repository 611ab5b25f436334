/* SPDX-License-Identifier: Apache-2.0 */
/* From hints to events.
 * - happy path: a hint queues the record's views; at most READS_MAX are read at once, one read a view; the rows it finds new go
 *   to every watcher of the view. Hints that come meanwhile make one more read, not many
 * - a watch opens by the same read: visible -> OK, else NOT_FOUND; entries start after it
 * - no longer visible, or the account's epoch is stale: ENDED
 * - too many rows for a frame, or something may have been missed: RESYNC, and the client reads by itself
 * - the client doesn't read: it is owed one RESYNC, sent when it reads again; nothing queues up
 * - a read fails: opening watches are refused, the others' view is read again; its snapshot stays, so nothing is lost
 * - the client leaves: on_gone frees its watches; a view goes with its last one */
#include "server/domain/watch/watch.h"

#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "server/domain/reply.h"
#include "server/domain/rows.h"
#include "server/domain/watch/view.h"
#include "vouchsafe/v1/watch.pb-c.h"

enum { READS_MAX = 8, ENTRIES_MAX = 100, EVENT_BYTES = 200 * 1024, RETRY_MS = 250 };

struct watch {
    struct list in_peer, in_view, in_owed;
    struct view *view;
    struct peer *peer;
    uint64_t subscription;
    struct id account;
    int32_t epoch;
    struct request *opening; /* not answered yet */
    bool asked;              /* the read under way judges it */
};

static struct domain *domain;
static struct list queue = {&queue, &queue}, failed = {&failed, &failed}; /* views */
static struct list owed = {&owed, &owed};                                 /* watches of clients that don't read */
static unsigned reads;
static uv_timer_t retry;

static void pump(void);
static void on_rows(void *arg, enum vs_status status, const PGresult *rows);

bool watch_any(void) { return view_count() > 0; }

/* --- watches ---------------------------------------------------------------------------------------------- */

static void drop_view_if_empty(struct view *v) {
    if (list_empty(&v->watches) && !v->reading) view_free(v);
}

static void watch_free(struct watch *w) {
    struct view *v = w->view;
    list_remove(&w->in_peer);
    list_remove(&w->in_view);
    list_remove(&w->in_owed);
    free(w);
    drop_view_if_empty(v);
}

static void on_gone(struct peer *p) {
    while (!list_empty(&p->watches)) {
        struct watch *w = LIST_ENTRY(p->watches.next, struct watch, in_peer);
        if (w->opening != NULL) request_refuse(w->opening, VS_CANCELLED, "GONE", NULL, NULL);
        watch_free(w);
    }
}

static struct watch *find(struct peer *p, uint64_t subscription) {
    LIST_FOREACH(it, &p->watches) {
        struct watch *w = LIST_ENTRY(it, struct watch, in_peer);
        if (w->subscription == subscription) return w;
    }
    return NULL;
}

static void want(struct view *v) {
    v->again = v->reading;
    if (v->reading) return;
    list_remove(&v->in_queue);
    list_push_back(&queue, &v->in_queue);
}

void watch_add(struct request *r, enum view_of of, const struct id *subject) {
    if (find(r->peer, r->id) != NULL)
        return request_refuse(r, VS_INVALID_ARGUMENT, "SUBSCRIPTION", NULL,
                              "this request id names a subscription that still runs; use another");
    struct view *v = view_get(&r->actor.business_id, of, subject, &r->actor.partner_id);
    struct watch *w = v == NULL ? NULL : calloc(1, sizeof *w);
    if (w == NULL) {
        if (v != NULL) drop_view_if_empty(v);
        return request_refuse(r, VS_RESOURCE_EXHAUSTED, "MEMORY", NULL, NULL);
    }
    *w = (struct watch){.view = v,
                        .peer = r->peer,
                        .subscription = r->id,
                        .account = r->actor.account_id,
                        .epoch = r->actor.epoch,
                        .opening = r};
    list_init(&w->in_owed);
    list_push_back(&r->peer->watches, &w->in_peer);
    list_push_back(&v->watches, &w->in_view);
    r->peer->on_gone = on_gone;
    want(v);
    pump();
}

bool watch_end(struct peer *p, uint64_t subscription) {
    struct watch *w = find(p, subscription);
    if (w == NULL || w->opening != NULL) return false;
    watch_free(w);
    return true;
}

/* --- events ----------------------------------------------------------------------------------------------- */

static void start_retry(void);

static void emit(struct watch *w, Vouchsafe__V1__EventKind kind, struct slice body) {
    struct envelope_event e = {.subscription = w->subscription, .kind = (uint32_t)kind, .body = body};
    w->peer->send_event(w->peer, &e);
}

/* What can be left out when the client doesn't read. */
static void offer(struct watch *w, Vouchsafe__V1__EventKind kind, struct slice body) {
    if (list_empty(&w->in_owed) && !w->peer->is_full(w->peer)) {
        emit(w, kind, body);
    } else if (list_empty(&w->in_owed)) {
        list_push_back(&owed, &w->in_owed);
        start_retry();
    }
}

static struct slice pack(struct view *v, Vouchsafe__V1__TouchEntry **entries, size_t n) {
    Vouchsafe__V1__WatchEvent e = VOUCHSAFE__V1__WATCH_EVENT__INIT;
    if (v->of == OF_REFERRAL)
        reply_set_id(&e.referral_id, &e.has_referral_id, &v->arena, &v->subject);
    else
        reply_set_id(&e.contact_id, &e.has_contact_id, &v->arena, &v->subject);
    e.entries = entries;
    e.n_entries = n;
    size_t len = protobuf_c_message_get_packed_size(&e.base);
    uint8_t *bytes = len > EVENT_BYTES ? NULL : arena_alloc(&v->arena, len);
    if (bytes == NULL) return (struct slice){0};
    protobuf_c_message_pack(&e.base, bytes);
    return (struct slice){bytes, len};
}

/* --- the outcome of a read -------------------------------------------------------------------------------- */

/* Was this account, at this epoch, judged to be over? Both columns are arrays of one dimension, null when empty. */
static bool is_over(const struct watch *w, const PGresult *rows, int accounts, int epochs) {
    const uint8_t *a = (const uint8_t *)PQgetvalue(rows, 0, accounts),
                  *e = (const uint8_t *)PQgetvalue(rows, 0, epochs);
    int n = (PQgetlength(rows, 0, accounts) - 20) / 20;
    for (int i = 0; i < n; i++) {
        uint32_t epoch;
        memcpy(&epoch, e + 20 + i * 8 + 4, 4);
        if (memcmp(a + 20 + i * 20 + 4, w->account.b, 16) == 0 && (int32_t)be32toh(epoch) == w->epoch) return true;
    }
    return false;
}

/* What a read tells the watchers it asked for. */
struct news {
    struct slice body, bare; /* with entries; without */
    int n_entries;
    bool visible, changed;
    const PGresult *rows;
    int accounts, epochs; /* columns */
};

static void answer(struct watch *w, bool entitled) {
    struct request *r = w->opening;
    Vouchsafe__V1__WatchReply reply = VOUCHSAFE__V1__WATCH_REPLY__INIT;
    w->opening = NULL;
    if (entitled && !r->late) return request_reply(r, &reply.base); /* who was told DEADLINE_EXCEEDED asks again */
    watch_free(w);
    reply_not_found(r);
}

static void tell(struct watch *w, const struct news *news) {
    bool entitled = news->visible && !is_over(w, news->rows, news->accounts, news->epochs);
    w->asked = false;
    if (w->opening != NULL) return answer(w, entitled);
    if (!entitled) {
        emit(w, VOUCHSAFE__V1__EVENT_KIND__ENDED, news->bare);
        return watch_free(w);
    }
    if (news->n_entries > 0) {
        bool fits = news->body.data != NULL;
        offer(w, fits ? VOUCHSAFE__V1__EVENT_KIND__TOUCHES : VOUCHSAFE__V1__EVENT_KIND__RESYNC,
              fits ? news->body : news->bare);
    }
    if (news->changed)
        offer(w, w->view->of == OF_REFERRAL ? VOUCHSAFE__V1__EVENT_KIND__REFERRAL : VOUCHSAFE__V1__EVENT_KIND__CONTACT,
              news->bare);
}

static void keep(char **place, const char *text) {
    char *copy = strdup(text);
    if (copy == NULL) return; /* the old one: something may be told twice */
    free(*place);
    *place = copy;
}

static struct slice body_of(struct view *v, const PGresult *rows, int n) {
    Vouchsafe__V1__TouchEntry *entries[ENTRIES_MAX];
    if (n > ENTRIES_MAX) return (struct slice){0};
    for (int i = 0; i < n; i++) {
        entries[i] = (Vouchsafe__V1__TouchEntry *)(void *)rows_message(
            &v->arena, &vouchsafe__v1__touch_entry__descriptor, rows, i);
        if (entries[i] == NULL) return (struct slice){0};
    }
    return pack(v, entries, (size_t)n);
}

static void take(struct view *v, const PGresult *rows) {
    int face = PQfnumber(rows, "_face");
    struct news news = {.rows = rows,
                        .accounts = PQfnumber(rows, "_ended_accounts"),
                        .epochs = PQfnumber(rows, "_ended_epochs"),
                        .visible = !cell_null(rows, 0, face),
                        .n_entries = cell_null(rows, 0, 0) ? 0 : PQntuples(rows)};
    /* a change that only staff may see must not show, not even by its hour: partners are told of what they can read */
    bool moved = v->face != NULL && strcmp(v->face, cell_text(rows, 0, face)) != 0;
    news.changed = moved || (v->changed && id_is_zero(&v->partner));
    v->changed = false;
    keep(&v->face, cell_text(rows, 0, face));
    keep(&v->snapshot, cell_text(rows, 0, PQfnumber(rows, "_snapshot")));
    news.bare = pack(v, NULL, 0);
    if (news.n_entries > 0) news.body = body_of(v, rows, news.n_entries);
    LIST_FOREACH(it, &v->watches) {
        struct watch *w = LIST_ENTRY(it, struct watch, in_view);
        if (w->asked) tell(w, &news);
    }
}

static void refuse_opening(struct view *v, enum vs_status status) {
    LIST_FOREACH(it, &v->watches) {
        struct watch *w = LIST_ENTRY(it, struct watch, in_view);
        if (w->opening != NULL && w->asked) {
            struct request *r = w->opening;
            watch_free(w);
            request_refuse(r, status, "DATABASE", NULL, NULL);
        }
    }
}

static void on_rows(void *arg, enum vs_status status, const PGresult *rows) {
    struct view *v = arg;
    reads--;
    if (status == VS_OK)
        take(v, rows);
    else
        refuse_opening(v, status);
    arena_free(&v->arena);
    v->reading = false; /* not before: the view must outlive its watches here */
    if (list_empty(&v->watches)) {
        view_free(v);
    } else if (status != VS_OK) {
        list_push_back(&failed, &v->in_queue);
        start_retry();
    } else if (v->again) {
        want(v);
    }
    pump();
}

/* --- reading ---------------------------------------------------------------------------------------------- */

/* Accounts and epochs of all who watch, as arrays. */
static void put_watchers(struct view *v, struct params *p) {
    size_t n = 0, at = 0;
    LIST_FOREACH(it, &v->watches) n++;
    struct id *accounts = arena_alloc(&v->arena, n * sizeof *accounts);
    int32_t *epochs = arena_alloc(&v->arena, n * sizeof *epochs);
    if (accounts == NULL || epochs == NULL) return;
    LIST_FOREACH(it, &v->watches) {
        struct watch *w = LIST_ENTRY(it, struct watch, in_view);
        w->asked = true;
        accounts[at] = w->account;
        epochs[at++] = w->epoch;
    }
    params_ids(p, accounts, n);
    params_int4s(p, epochs, n);
}

static void read_view(struct view *v) {
    struct actor eyes = {.business_id = v->business,
                         .partner_id = v->partner,
                         .role = id_is_zero(&v->partner) ? ROLE_SALES : ROLE_PARTNER};
    struct params p;
    params_init(&p, &v->arena);
    params_id(&p, &v->subject);
    params_text(&p, v->snapshot);
    put_watchers(v, &p);
    params_int4(&p, ENTRIES_MAX + 1);
    v->reading = true;
    v->again = false;
    reads++;
    store_read(domain->store, &eyes, v->of == OF_REFERRAL ? QUERY_WATCH_REFERRAL : QUERY_WATCH_READ, &p, on_rows, v);
}

/* store_read may call back at once when it can't read: then the view has gone to `failed` and this loop still ends. */
static void pump(void) {
    static bool pumping;
    if (pumping) return;
    pumping = true;
    while (reads < READS_MAX && !list_empty(&queue))
        read_view(LIST_ENTRY(list_pop_front(&queue), struct view, in_queue));
    pumping = false;
}

static void on_retry(uv_timer_t *t) {
    while (!list_empty(&failed)) list_push_back(&queue, list_pop_front(&failed));
    LIST_FOREACH(it, &owed) {
        struct watch *w = LIST_ENTRY(it, struct watch, in_owed);
        if (w->peer->is_full(w->peer)) continue;
        list_remove(&w->in_owed);
        emit(w, VOUCHSAFE__V1__EVENT_KIND__RESYNC, (struct slice){0});
    }
    if (list_empty(&owed)) uv_timer_stop(t);
    pump();
}

static void start_retry(void) {
    if (!uv_is_active((uv_handle_t *)&retry)) uv_timer_start(&retry, on_retry, RETRY_MS, RETRY_MS);
}

/* --- hints ------------------------------------------------------------------------------------------------ */

static void on_change_hint(struct view *v) {
    v->changed = true;
    want(v);
}

static void on_resync(struct view *v) {
    LIST_FOREACH(it, &v->watches) {
        struct watch *w = LIST_ENTRY(it, struct watch, in_view);
        if (w->opening == NULL) offer(w, VOUCHSAFE__V1__EVENT_KIND__RESYNC, (struct slice){0});
    }
    want(v); /* who may no longer see it is told so */
}

void watch_hint(enum feed_kind kind, const struct id *business, const struct id *ids, size_t n) {
    if (kind == FEED_RESYNC) view_each(NULL, OF_CONTACT, NULL, on_resync);
    for (size_t i = 0; kind == FEED_TOUCHES && i < n; i++) view_each(business, OF_CONTACT, &ids[i], want);
    for (size_t i = 0; kind == FEED_CONTACTS && i < n; i++) view_each(business, OF_CONTACT, &ids[i], on_change_hint);
    for (size_t i = 0; kind == FEED_REFERRALS && i < n; i++) view_each(business, OF_REFERRAL, &ids[i], on_change_hint);
    pump();
}

void watch_start(struct domain *d) {
    domain = d;
    uv_timer_init(d->loop, &retry);
}
