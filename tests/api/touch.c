/* SPDX-License-Identifier: Apache-2.0 */
/* Touches over two instances: batches, strikes, what was recorded since, deadlines, and many writers at once; after random
 * histories tallies and stage entries equal a recount. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/house.h"
#include "vouchsafe/v1/contact.pb-c.h"
#include "vouchsafe/v1/method.pb-c.h"

static const int64_t DAY = INT64_C(86400000000);
static char *recount; /* the query of tests/support/recount.sql */

static void counts_agree(struct house *h, const char *name) {
    const char *differ = house_sql(h, "%s", recount);
    check(strcmp(differ, "0 tallies missing, 0 too many, 0 stage entries missing, 0 too many, 0 logged otherwise") == 0,
          name, "%s", differ);
}

static char *read_all(const char *path) {
    FILE *f = fopen(path, "r");
    char *text = calloc(1, 8192);
    if (f == NULL || text == NULL || fread(text, 1, 8191, f) == 0) wire_die(path);
    fclose(f);
    return text;
}

static unsigned random_state = 20261124;
static int any(int n) { /* 0..n-1, the same every time */
    random_state = random_state * 1103515245u + 12345u;
    return (int)(random_state >> 16) % n;
}

/* --- batches ---------------------------------------------------------------------------------------------- */

static Vouchsafe__V1__TouchLogBatchReply *log_batch(struct wire *w, struct house_touch *touches, size_t n) {
    Vouchsafe__V1__Touch *items[201];
    Vouchsafe__V1__TouchLogBatchRequest q = VOUCHSAFE__V1__TOUCH_LOG_BATCH_REQUEST__INIT;
    ProtobufCMessage *reply = NULL;
    for (size_t i = 0; i < n; i++) items[i] = house_touch_message(&touches[i]);
    q.touches = items;
    q.n_touches = n;
    wire_call(w, VOUCHSAFE__V1__METHOD__TOUCH_LOG_BATCH, false, &q.base,
              &vouchsafe__v1__touch_log_batch_reply__descriptor, &reply);
    return (Vouchsafe__V1__TouchLogBatchReply *)(void *)reply;
}

static void batches(struct house *h, struct wire *w, struct id ann) {
    enum { N = 8 };
    static const unsigned expected[N] = {VS_OK,         VS_NOT_FOUND,        VS_DUPLICATE,        VS_INVALID_ARGUMENT,
                                         VS_KEY_REUSED, VS_INVALID_ARGUMENT, VS_INVALID_ARGUMENT, VS_OK};
    static char note[8300];
    struct house_touch t[N];
    memset(note, 'x', sizeof note - 1);
    for (int i = 0; i < N; i++) house_touch_init(&t[i], ann, "one of many");
    t[1].contact = id_new();
    t[2] = t[0];
    t[3].touch.note = note;
    t[4] = t[0];
    t[4].touch.note = (char *)(uintptr_t) "something else";
    t[5].touch.occurred_at = 1;
    t[6].touch.channel = (Vouchsafe__V1__Channel)0;
    for (int again = 0; again < 2; again++) {
        Vouchsafe__V1__TouchLogBatchReply *r = log_batch(w, t, N);
        bool as_expected = r != NULL && r->n_verdicts == N;
        for (size_t i = 0; as_expected && i < N; i++) {
            unsigned want = again && expected[i] == VS_OK ? VS_DUPLICATE : expected[i];
            as_expected = r->verdicts[i]->status == want && memcmp(r->verdicts[i]->id.data, t[i].id.b, 16) == 0;
            if (!as_expected) fprintf(stderr, "verdict %zu is %u, not %u\n", i, r->verdicts[i]->status, want);
        }
        check(as_expected,
              again ? "the same batch again: what was stored is DUPLICATE, refusals stay"
                    : "each touch of a batch has its verdict, in order",
              "no");
        if (r != NULL && !again)
            check(strstr(r->verdicts[3]->message, "note") != NULL && strcmp(r->verdicts[6]->reason, "RANGE") == 0,
                  "a verdict names the field", "%s", r->verdicts[3]->message);
        if (r != NULL) vouchsafe__v1__touch_log_batch_reply__free_unpacked(r, NULL);
    }
    static struct house_touch many[201];
    for (size_t i = 0; i < 201; i++) house_touch_init(&many[i], ann, "of two hundred");
    Vouchsafe__V1__TouchLogBatchReply *r = log_batch(w, many, 201);
    check(r == NULL, "more than 200 in a batch are refused", "they weren't");
    r = log_batch(w, many, 200);
    size_t done = 0;
    for (size_t i = 0; r != NULL && i < r->n_verdicts; i++) done += r->verdicts[i]->status == VS_OK;
    check(done == 200, "200 are one request", "%zu are done", done);
    if (r != NULL) vouchsafe__v1__touch_log_batch_reply__free_unpacked(r, NULL);
    counts_agree(h, "batches are counted");
}

/* --- timelines -------------------------------------------------------------------------------------------- */

static Vouchsafe__V1__TouchTimelineReply *timeline(struct wire *w, struct id contact, int64_t since, uint32_t page,
                                                   ProtobufCBinaryData *token) {
    Vouchsafe__V1__TouchTimelineRequest q = VOUCHSAFE__V1__TOUCH_TIMELINE_REQUEST__INIT;
    ProtobufCMessage *reply = NULL;
    q.has_contact_id = q.has_page_size = 1;
    q.contact_id = wire_bytes(&contact);
    q.page_size = page;
    q.has_recorded_after = since >= 0;
    q.recorded_after = since;
    q.has_page_token = token != NULL;
    if (token != NULL) q.page_token = *token;
    wire_call(w, VOUCHSAFE__V1__METHOD__TOUCH_TIMELINE, false, &q.base,
              &vouchsafe__v1__touch_timeline_reply__descriptor, &reply);
    return (Vouchsafe__V1__TouchTimelineReply *)(void *)reply;
}

static void recorded_since(struct house *h, struct wire *w, struct wire *partner, struct id acme) {
    char contact[ID_TEXT];
    struct id eve = house_contact(w, "Eve Recorded");
    struct house_touch t[5];
    house_share(h->admin, eve, acme);
    id_format(&eve, contact);
    for (int i = 0; i < 5; i++) {
        house_touch_init(&t[i], eve, "recorded");
        t[i].touch.occurred_at -= (5 - i) % 3 * DAY; /* not in the order they are recorded */
        t[i].touch.has_shared = t[i].touch.shared = i % 2 == 0;
        house_log(w, &t[i]);
    }
    /* as if it had been an hour ago, so that the ten seconds of overlap don't hide what is asked */
    house_sql(h, "update vs.touchpoint set recorded_at = recorded_at - interval '1 hour' where contact_id = '%s'",
              contact);
    struct house_touch late;
    house_touch_init(&late, eve, "long ago, told today");
    int64_t now = late.touch.occurred_at;
    Vouchsafe__V1__TouchTimelineReply *r = timeline(w, eve, 0, 2, NULL);
    size_t seen = 0;
    bool in_order = r != NULL;
    while (r != NULL) {
        for (size_t i = 0; i < r->n_entries; i++)
            in_order = in_order && memcmp(r->entries[i]->id.data, t[seen++].id.b, 16) == 0;
        Vouchsafe__V1__TouchTimelineReply *next = r->has_next_page_token ? timeline(w, eve, 0, 2, &r->next_page_token)
                                                                         : NULL;
        vouchsafe__v1__touch_timeline_reply__free_unpacked(r, NULL);
        r = next;
    }
    check(in_order && seen == 5, "what was recorded since comes oldest first, by pages", "%zu of 5", seen);
    r = timeline(w, eve, now - 60 * 1000000, 50, NULL);
    check(r != NULL && r->n_entries == 0, "nothing new is nothing", "%zu", r == NULL ? 99 : r->n_entries);
    late.touch.occurred_at -= 30 * DAY;
    house_log(w, &late);
    house_strike(w, t[0].id, "wrong person");
    house_strike(w, t[1].id, "wrong day");
    vouchsafe__v1__touch_timeline_reply__free_unpacked(r, NULL);
    r = timeline(w, eve, now, 50, NULL);
    check(r != NULL && r->n_entries == 3 && memcmp(r->entries[0]->id.data, late.id.b, 16) == 0 &&
              !r->entries[0]->struck && r->entries[1]->struck &&
              strcmp(r->entries[1]->struck_because, "wrong person") == 0,
          "new touches and strikes are what was recorded", "%zu entries", r == NULL ? 0 : r->n_entries);
    if (r != NULL) vouchsafe__v1__touch_timeline_reply__free_unpacked(r, NULL);
    r = timeline(partner, eve, now, 50, NULL);
    check(r != NULL && r->n_entries == 1 && r->entries[0]->struck && r->entries[0]->struck_because == NULL &&
              strcmp(r->entries[0]->by, "staff") == 0,
          "a partner hears of the strikes of what it sees, not why", "%zu entries", r == NULL ? 0 : r->n_entries);
    if (r != NULL) vouchsafe__v1__touch_timeline_reply__free_unpacked(r, NULL);
    struct id foreign = house_contact(w, "Not Shared");
    check(timeline(partner, foreign, 0, 50, NULL) == NULL, "of a contact that isn't shared nothing is told",
          "something was");
}

/* --- strikes ---------------------------------------------------------------------------------------------- */

static unsigned stage_of(struct wire *w, struct id contact) {
    Vouchsafe__V1__ContactGetRequest q = VOUCHSAFE__V1__CONTACT_GET_REQUEST__INIT;
    ProtobufCMessage *reply = NULL;
    q.has_contact_id = 1;
    q.contact_id = wire_bytes(&contact);
    wire_call(w, VOUCHSAFE__V1__METHOD__CONTACT_GET, false, &q.base, &vouchsafe__v1__contact_get_reply__descriptor,
              &reply);
    Vouchsafe__V1__ContactGetReply *r = (Vouchsafe__V1__ContactGetReply *)(void *)reply;
    unsigned stage = r == NULL ? 99 : (unsigned)r->contact->stage;
    if (r != NULL) vouchsafe__v1__contact_get_reply__free_unpacked(r, NULL);
    return stage;
}

static struct house_touch staged(struct wire *w, struct id contact, unsigned stage, int days_ago) {
    struct house_touch t;
    house_touch_init(&t, contact, "staged");
    t.touch.has_stage = stage != 0;
    t.touch.stage = (Vouchsafe__V1__Stage)stage;
    t.touch.occurred_at -= days_ago * DAY;
    if (house_log(w, &t) != VS_OK) wire_die("a touch");
    return t;
}

static void strikes(struct house *h, struct wire *sam, struct wire *tom, struct wire *partner, struct id acme) {
    struct id bob = house_contact(sam, "Bob Stone");
    char id[ID_TEXT];
    staged(sam, bob, 1, 9);
    struct house_touch wrong = staged(sam, bob, 5, 5), later = staged(sam, bob, 5, 3), after = staged(sam, bob, 0, 1);
    (void)after;
    check(stage_of(sam, bob) == 5, "a touch enters its stage", "%u", stage_of(sam, bob));
    check(house_strike(tom, wrong.id, "not mine") == VS_PERMISSION_DENIED, "another seat's touch can't be struck",
          "it was");
    check(house_strike(sam, id_new(), "no such") == VS_NOT_FOUND, "nor one that isn't there", "it was");
    check(house_strike(partner, wrong.id, "foreign") == VS_NOT_FOUND, "nor one that isn't visible", "it was");
    check(house_strike(sam, wrong.id, "") == VS_INVALID_ARGUMENT, "nor without a reason", "it was");
    check(house_strike(sam, wrong.id, "wrong customer") == VS_OK, "its author strikes it", "no");
    check(house_strike(sam, wrong.id, "once more") == VS_FAILED_PRECONDITION, "once", "twice");
    check(stage_of(sam, bob) == 5, "the next earliest touch takes its place", "%u", stage_of(sam, bob));
    check(house_strike(h->admin, later.id, "also wrong") == VS_OK, "an admin strikes another's", "no");
    check(stage_of(sam, bob) == 1, "without any the stage is left, whatever served it by default", "%u",
          stage_of(sam, bob));
    struct house_touch old = staged(sam, bob, 2, 20);
    id_format(&old.id, id);
    house_sql(h, "update vs.touchpoint set recorded_at = recorded_at - interval '8 days' where id = '%s'", id);
    check(house_strike(sam, old.id, "too late") == VS_FAILED_PRECONDITION, "after a week its author can't", "they can");
    house_sql(h, "update vs.touchpoint set recorded_at = recorded_at + interval '8 days' where id = '%s'", id);
    house_share(sam, bob, acme);
    struct house_touch theirs = staged(partner, bob, 3, 2);
    check(house_strike(partner, theirs.id, "by mistake") == VS_OK, "a partner strikes its own", "no");

    struct house_touch complaint, recovery;
    house_touch_init(&complaint, bob, "it leaks");
    complaint.touch.has_sentiment = 1;
    complaint.touch.sentiment = VOUCHSAFE__V1__SENTIMENT__NEGATIVE;
    house_log(sam, &complaint);
    house_strike(sam, complaint.id, "another roof");
    house_touch_init(&recovery, bob, "mended");
    recovery.mends = complaint.id;
    check(house_log(sam, &recovery) == VS_NOT_FOUND, "a struck complaint can't be mended", "it was");
    counts_agree(h, "strikes are counted");
}

static void repeated_strike(struct house *h, struct wire *w) {
    struct id contact = house_contact(w, "Rita Repeat"), change = id_new();
    struct house_touch t = staged(w, contact, 4, 1);
    Vouchsafe__V1__TouchStrikeRequest q = VOUCHSAFE__V1__TOUCH_STRIKE_REQUEST__INIT;
    struct envelope_reply r;
    q.has_id = 1;
    q.id = wire_bytes(&t.id);
    q.because = (char *)(uintptr_t) "twice sent";
    for (int i = 0; i < 2; i++) {
        bool came = wire_reply(w, wire_send(w, VOUCHSAFE__V1__METHOD__TOUCH_STRIKE, &change, 0, &q.base), &r);
        check(came && r.status == VS_OK, i == 0 ? "a strike" : "the same strike again is answered the same",
              "status %u", r.status);
    }
    counts_agree(h, "and is counted once");
}

/* --- random histories, one after the other and all at once -------------------------------------------------- */

enum { WRITERS = 8, CONTACTS = 6, ROUNDS = 60, LOGGED_MAX = WRITERS * ROUNDS };

static struct house_touch random_touch(const struct id *contacts) {
    struct house_touch t;
    house_touch_init(&t, contacts[any(CONTACTS)], NULL);
    t.touch.has_stage = any(3) > 0;
    t.touch.stage = (Vouchsafe__V1__Stage)(t.touch.has_stage ? 1 + any(7) : 0);
    t.touch.has_sentiment = 1;
    t.touch.sentiment = (Vouchsafe__V1__Sentiment)(1 + any(3));
    t.touch.channel = (Vouchsafe__V1__Channel)(1 + any(14));
    t.touch.occurred_at -= any(12) * DAY;
    return t;
}

/* One thing a writer does: a touch, or the strike of one that somebody logged before. The request's id. */
static uint64_t act(struct wire *w, const struct id *contacts, struct house_touch *logged, size_t *n) {
    if (*n > 20 && any(3) == 0) {
        Vouchsafe__V1__TouchStrikeRequest q = VOUCHSAFE__V1__TOUCH_STRIKE_REQUEST__INIT;
        struct id change = id_new();
        q.has_id = 1;
        q.id = wire_bytes(&logged[(size_t)any((int)*n)].id);
        q.because = (char *)(uintptr_t) "at random";
        return wire_send(w, VOUCHSAFE__V1__METHOD__TOUCH_STRIKE, &change, 0, &q.base);
    }
    logged[*n] = random_touch(contacts);
    return house_log_send(w, &logged[(*n)++]);
}

static void histories(struct house *h) {
    static struct house_touch logged[LOGGED_MAX];
    struct id contacts[CONTACTS];
    struct wire *w[WRITERS];
    unsigned bad = 0;
    size_t n = 0;
    for (int i = 0; i < CONTACTS; i++) contacts[i] = house_contact(h->admin, "Somebody");
    for (int i = 0; i < WRITERS; i++) w[i] = house_connect(h, &h->admin_seat, i);
    char before[64];
    snprintf(before, sizeof before, "%s", house_sql(h, "select sum(deadlocks) from pg_stat_database"));
    for (int round = 0; round < ROUNDS; round++) {
        uint64_t ids[WRITERS];
        for (int i = 0; i < WRITERS; i++) ids[i] = act(w[i], contacts, logged, &n);
        for (int i = 0; i < WRITERS; i++) {
            struct envelope_reply r = {0};
            bool came = wire_reply(w[i], ids[i], &r);
            /* a strike of what is struck, or not yet there, is refused: also a good answer */
            bad += !came || (r.status != VS_OK && r.status != VS_FAILED_PRECONDITION && r.status != VS_NOT_FOUND);
        }
    }
    check(bad == 0, "eight writers on one business over two instances are all answered", "%u aren't", bad);
    check(atol(house_sql(h, "select count(*) from vs.strike where because = 'at random'")) > 50,
          "many of them struck touches", "%s",
          house_sql(h, "select count(*) from vs.strike where because = 'at random'"));
    counts_agree(h, "after random histories at once tallies and stage entries equal a recount");
    for (int i = 0; i < WRITERS; i++) wire_close(w[i]);
    house_sql(h, "select pg_stat_clear_snapshot()");
    check(strcmp(before, house_sql(h, "select sum(deadlocks) from pg_stat_database")) == 0, "and there was no deadlock",
          "there was");
}

/* --- deadlines -------------------------------------------------------------------------------------------- */

static void deadlines(struct house *h, struct wire *w, struct id ann) {
    struct house_touch t;
    struct envelope_reply r;
    Vouchsafe__V1__TouchLogRequest q = VOUCHSAFE__V1__TOUCH_LOG_REQUEST__INIT;
    Vouchsafe__V1__TouchTimelineRequest read = VOUCHSAFE__V1__TOUCH_TIMELINE_REQUEST__INIT;
    house_touch_init(&t, ann, "slow");
    q.touch = house_touch_message(&t);
    read.has_contact_id = 1;
    read.contact_id = wire_bytes(&ann);
    house_sql(h, "begin");
    house_sql(h, "lock table vs.contact_stage in access exclusive mode");
    house_sql(h, "lock table vs.strike in access exclusive mode");
    uint64_t id = wire_send(w, VOUCHSAFE__V1__METHOD__TOUCH_LOG, NULL, 100, &q.base);
    check(wire_reply(w, id, &r) && r.status == VS_DEADLINE_EXCEEDED, "past its deadline a touch is answered so",
          "status %u", r.status);
    uint64_t second = wire_send(w, VOUCHSAFE__V1__METHOD__TOUCH_TIMELINE, NULL, 100, &read.base);
    check(wire_reply(w, second, &r) && r.status == VS_DEADLINE_EXCEEDED, "a read too", "status %u", r.status);
    house_sql(h, "rollback");
    check(house_log(w, &t) == VS_DUPLICATE, "its row goes on", "it didn't");
    Vouchsafe__V1__TouchTimelineReply *now = timeline(w, ann, -1, 1, NULL);
    wire_settle(w);
    check(now != NULL && w->n_strays == 0, "and late results go nowhere", "%u came", w->n_strays);
    if (now != NULL) vouchsafe__v1__touch_timeline_reply__free_unpacked(now, NULL);
    counts_agree(h, "late touches are counted once");
}

int main(int argc, char **argv) {
    recount = read_all(argv[--argc]);
    struct house h = house_open(argc, argv);
    struct id acme = house_partner(&h, "Acme Plumbing");
    struct wire_seat sam = house_seat(&h, "sam", VOUCHSAFE__V1__ROLE__SALES, NULL);
    struct wire_seat tom = house_seat(&h, "tom", VOUCHSAFE__V1__ROLE__SERVICE, NULL);
    struct wire_seat pat = house_seat(&h, "pat", VOUCHSAFE__V1__ROLE__PARTNER, &acme);
    struct wire *w = house_connect(&h, &sam, 0), *other = house_connect(&h, &tom, 1),
                *partner = house_connect(&h, &pat, 1);
    struct id ann = house_contact(w, "Ann Lee");
    batches(&h, w, ann);
    recorded_since(&h, w, partner, acme);
    strikes(&h, w, other, partner, acme);
    repeated_strike(&h, w);
    histories(&h);
    deadlines(&h, w, ann);
    return 0;
}
