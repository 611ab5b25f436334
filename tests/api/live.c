/* SPDX-License-Identifier: Apache-2.0 */
/* The live record over two instances: who is told what, who isn't, and whose session ends. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/house.h"
#include "vouchsafe/v1/account.pb-c.h"
#include "vouchsafe/v1/method.pb-c.h"
#include "vouchsafe/v1/session.pb-c.h"
#include "vouchsafe/v1/watch.pb-c.h"

static uint64_t watch(struct wire *w, struct id contact, int *status) {
    Vouchsafe__V1__WatchRequest q = VOUCHSAFE__V1__WATCH_REQUEST__INIT;
    struct envelope_reply r;
    q.has_contact_id = 1;
    q.contact_id = wire_bytes(&contact);
    uint64_t id = wire_send(w, VOUCHSAFE__V1__METHOD__WATCH, NULL, 0, &q.base);
    *status = wire_reply(w, id, &r) ? (int)r.status : -1;
    return id;
}

static int unwatch(struct wire *w, uint64_t subscription) {
    Vouchsafe__V1__UnwatchRequest q = VOUCHSAFE__V1__UNWATCH_REQUEST__INIT;
    q.has_subscription = 1;
    q.subscription = subscription;
    return wire_call(w, VOUCHSAFE__V1__METHOD__UNWATCH, false, &q.base, NULL, NULL);
}

/* The next event of this kind; others are passed over. The message is the caller's. */
static Vouchsafe__V1__WatchEvent *await(struct wire *w, Vouchsafe__V1__EventKind kind) {
    struct envelope_event e;
    while (wire_event(w, &e)) {
        Vouchsafe__V1__WatchEvent *m = vouchsafe__v1__watch_event__unpack(NULL, e.body.len, e.body.data);
        free((void *)(uintptr_t)e.body.data);
        if (e.kind == kind) return m;
        vouchsafe__v1__watch_event__free_unpacked(m, NULL);
    }
    return NULL;
}

/* Is this the next news of touches: one entry with that note? */
static bool told(struct wire *w, const char *note) {
    Vouchsafe__V1__WatchEvent *e = await(w, VOUCHSAFE__V1__EVENT_KIND__TOUCHES);
    bool is = e != NULL && e->n_entries == 1 && e->entries[0]->note != NULL && strcmp(e->entries[0]->note, note) == 0;
    if (e != NULL && !is)
        fprintf(stderr, "%zu entries, the first \"%s\", not \"%s\"\n", e->n_entries,
                e->n_entries > 0 ? e->entries[0]->note : "", note);
    if (e != NULL) vouchsafe__v1__watch_event__free_unpacked(e, NULL);
    return is;
}

static bool heard(struct wire *w, Vouchsafe__V1__EventKind kind) {
    Vouchsafe__V1__WatchEvent *e = await(w, kind);
    if (e != NULL) vouchsafe__v1__watch_event__free_unpacked(e, NULL);
    return e != NULL;
}

static struct house_touch touch(struct id contact, const char *note, bool shared) {
    struct house_touch t;
    house_touch_init(&t, contact, note);
    t.touch.has_shared = 1;
    t.touch.shared = shared;
    return t;
}

static int log_one(struct wire *w, struct id contact, const char *note, bool shared) {
    struct house_touch t = touch(contact, note, shared);
    return house_log(w, &t);
}

static bool gone(struct wire *w) {
    struct envelope_event e;
    while (!w->gone && wire_event(w, &e)) free((void *)(uintptr_t)e.body.data);
    return w->gone && strcmp(w->go_away, "REVOKED") == 0;
}

static void who_is_told(struct house *h, struct id ann) {
    int status;
    struct id acme = house_partner(h, "Acme Plumbing"), other = house_partner(h, "Other Roofs");
    struct wire_seat sam = house_seat(h, "sam", VOUCHSAFE__V1__ROLE__SALES, NULL);
    struct wire_seat pat = house_seat(h, "pat", VOUCHSAFE__V1__ROLE__PARTNER, &acme);
    struct wire_seat oda = house_seat(h, "oda", VOUCHSAFE__V1__ROLE__PARTNER, &other);
    struct wire *staff[2], *partner[2], *stranger = house_connect(h, &oda, 1);
    for (int i = 0; i < 2; i++) {
        staff[i] = house_connect(h, &sam, i);
        partner[i] = house_connect(h, &pat, i);
    }
    uint64_t first = watch(staff[0], ann, &status);
    check(status == VS_OK, "staff watch a contact", "status %d", status);
    watch(staff[1], ann, &status);
    watch(partner[0], ann, &status);
    check(status == VS_NOT_FOUND, "a foreign contact can't be watched", "status %d", status);
    house_share(h->admin, ann, acme);
    check(heard(staff[1], VOUCHSAFE__V1__EVENT_KIND__CONTACT),
          "a share is news of the contact, on the other instance too", "nothing");
    watch(partner[0], ann, &status);
    check(status == VS_OK, "once it is shared the partner may watch", "status %d", status);
    uint64_t over = watch(partner[1], ann, &status);
    watch(stranger, ann, &status);

    log_one(staff[0], ann, "canary-internal", false);
    check(told(staff[0], "canary-internal") & told(staff[1], "canary-internal"),
          "an internal touch reaches staff on both instances", "no");
    log_one(staff[0], ann, "shared news", true);
    check(told(partner[0], "shared news") & told(partner[1], "shared news"),
          "a shared touch reaches the partner on both instances", "no");
    check(told(staff[0], "shared news") & told(staff[1], "shared news"), "and staff", "no");
    log_one(partner[1], ann, "from the partner", false);
    check(told(staff[0], "from the partner") & told(staff[1], "from the partner"),
          "a partner's touch reaches staff on both instances", "no");
    check(told(partner[0], "from the partner"), "and the partner's other seat", "no");

    /* a transaction that took its number early and commits late, with another one in between */
    char id[ID_TEXT], business[ID_TEXT], late[ID_TEXT];
    struct id late_id = id_new();
    id_format(&ann, id);
    id_format(&h->admin_seat.business, business);
    id_format(&late_id, late);
    house_sql(h, "begin");
    house_sql(
        h,
        "with t as (insert into vs.touchpoint(business_id, id, contact_id, account_id, occurred_at, channel, stage, sentiment, role, flags, note)"
        " select '%s', '%s', '%s', account_id, now(), 1, 1, 2, 1, 1, 'committed late' from vs.account where login = 'sam')"
        " insert into vs.feed(business_id, kind, ids) values ('%s', 1, array['%s']::uuid[])",
        business, late, id, business, id);
    log_one(staff[1], ann, "in between", true);
    check(told(staff[0], "in between") & told(partner[0], "in between"),
          "nobody waits for a transaction that is still open", "no");
    house_sql(h, "commit");
    check(told(staff[0], "committed late") & told(staff[1], "in between") & told(staff[1], "committed late"),
          "a late committer is not missed", "it was");
    check(told(partner[0], "committed late") & told(partner[1], "from the partner") & told(partner[1], "in between") &
              told(partner[1], "committed late"),
          "in either order, once each", "no");

    check(unwatch(staff[0], first) == VS_OK, "a watch is ended", "no");
    check(unwatch(staff[0], first) == VS_NOT_FOUND, "and then it isn't there", "it is");
    check(unwatch(partner[0], over + 1000) == VS_NOT_FOUND, "a subscription nobody has isn't there", "it is");
    house_unshare(h->admin, ann, acme);
    check(heard(partner[0], VOUCHSAFE__V1__EVENT_KIND__ENDED) & heard(partner[1], VOUCHSAFE__V1__EVENT_KIND__ENDED),
          "a revoked share ends the watch on both instances", "no");
    log_one(staff[1], ann, "after the share", true);
    check(told(staff[1], "after the share"), "staff go on", "no");
    for (int i = 0; i < 2; i++) {
        wire_settle(partner[i]);
        check(partner[i]->n_events == 0, "then nothing more comes", "kind %u", partner[i]->events[0].kind);
        check(!wire_saw(partner[i], "canary-internal") && !wire_saw(partner[i], "after the share"),
              "no partner's wire ever held what it may not read", "it did");
    }
    wire_settle(stranger);
    check(!wire_saw(stranger, "news") && stranger->n_events == 0, "another partner heard nothing", "it did");
    wire_settle(staff[0]);
    check(staff[0]->n_events == 0 && !wire_saw(staff[0], "after the share"), "nor does a seat that unwatched",
          "it did");
    for (int i = 0; i < 2; i++) wire_close(staff[i]), wire_close(partner[i]);
    wire_close(stranger);
}

static void sessions_are_cut(struct house *h, struct id ann) {
    int status;
    struct wire_seat eve = house_seat(h, "eve", VOUCHSAFE__V1__ROLE__SERVICE, NULL);
    struct wire *w[3];
    for (int i = 0; i < 2; i++) w[i] = house_connect(h, &eve, i);
    w[2] = house_connect(h, &h->admin_seat, 1);
    watch(w[1], ann, &status);
    Vouchsafe__V1__AccountRevokeRequest q = VOUCHSAFE__V1__ACCOUNT_REVOKE_REQUEST__INIT;
    q.login = (char *)(uintptr_t) "eve";
    wire_call(h->admin, VOUCHSAFE__V1__METHOD__ACCOUNT_REVOKE, true, &q.base, NULL, NULL);
    check(gone(w[0]), "a revoked account's session is cut on this instance", "go_away \"%s\"", w[0]->go_away);
    check(gone(w[1]), "and on the other", "go_away \"%s\"", w[1]->go_away);
    Vouchsafe__V1__PingRequest ping = VOUCHSAFE__V1__PING_REQUEST__INIT;
    check(wire_call(w[2], VOUCHSAFE__V1__METHOD__PING, false, &ping.base, NULL, NULL) == VS_OK, "others stay",
          "they don't");
    for (int i = 0; i < 3; i++) wire_close(w[i]);
}

/* Someone who doesn't read is owed one RESYNC, however much happens. */
static void who_does_not_read(struct house *h, struct id ann) {
    static char note[8000];
    int status;
    struct wire_seat tom = house_seat(h, "tom", VOUCHSAFE__V1__ROLE__SALES, NULL);
    struct wire *slow = house_connect(h, &tom, 0), *busy = house_connect(h, &tom, 0);
    watch(slow, ann, &status);
    memset(note, 'x', sizeof note - 1);
    for (int i = 0; i < 2000; i++) log_one(busy, ann, note, false);
    unsigned events = 0;
    bool resync = false;
    struct envelope_event e;
    while (!resync && wire_event(slow, &e)) {
        events++;
        resync = e.kind == VOUCHSAFE__V1__EVENT_KIND__RESYNC;
        free((void *)(uintptr_t)e.body.data);
    }
    check(resync && events < 2000, "a client that doesn't read gets RESYNC instead of a queue", "%u events", events);
    log_one(busy, ann, "afterwards", false);
    check(told(slow, "afterwards"), "and news again once it reads", "no");
    wire_close(slow);
    wire_close(busy);
}

/* Every backend of the instances dies: watchers are told to read again, and news flows. */
static void the_database_is_back(struct house *h, struct id ann) {
    int status;
    struct wire *w = house_connect(h, &h->admin_seat, 0);
    watch(w, ann, &status);
    house_sql(h, "select count(pg_terminate_backend(pid)) from pg_stat_activity where application_name = 'vouchsafed'");
    check(heard(w, VOUCHSAFE__V1__EVENT_KIND__RESYNC), "after a lost database watchers hear RESYNC", "no");
    while ((status = log_one(w, ann, "back again", false)) == VS_UNAVAILABLE) {
    }
    check(told(w, "back again"), "and news flows again", "status %d", status);
    wire_close(w);
}

int main(int argc, char **argv) {
    struct house h = house_open(argc, argv);
    struct id ann = house_contact(h.admin, "Ann Lee");
    who_is_told(&h, ann);
    sessions_are_cut(&h, ann);
    who_does_not_read(&h, ann);
    the_database_is_back(&h, ann);
    return 0;
}
