/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/fault/mutation.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "vouchsafe/base.h"
#include "vouchsafe/v1/contact.pb-c.h"
#include "vouchsafe/v1/deal.pb-c.h"
#include "vouchsafe/v1/method.pb-c.h"
#include "vouchsafe/v1/promise.pb-c.h"
#include "vouchsafe/v1/share.pb-c.h"
#include "vouchsafe/v1/touch.pb-c.h"

/* --- things ------------------------------------------------------------------------------------------------------- */

enum pool { NOTHING, EVERYBODYS, MINE, TOUCHES, DEALS, WON, PROMISES, GRANTED, POOLS };
enum { POOL_MAX = 256 };

struct thing {
    struct id id;
    int64_t number; /* of a contact: its version */
};
static struct {
    struct thing at[POOL_MAX];
    size_t n;
} pools[POOLS];
static struct id partner;

static void put(enum pool p, struct id id, int64_t number) {
    if (p != NOTHING && pools[p].n < POOL_MAX) pools[p].at[pools[p].n++] = (struct thing){id, number};
}

static void take(enum pool p, size_t i) {
    if (p != EVERYBODYS) pools[p].at[i] = pools[p].at[--pools[p].n];
}

size_t mutation_world(const char *path) {
    FILE *f = fopen(path, "re");
    char what[16], text[64];
    struct id id;
    while (f != NULL && fscanf(f, "%15s %63s", what, text) == 2) {
        if (id_parse(text, &id) != 0) continue;
        if (strcmp(what, "partner") == 0)
            partner = id;
        else
            put(EVERYBODYS, id, 0);
    }
    if (f != NULL) fclose(f);
    return pools[EVERYBODYS].n;
}

/* --- their messages ----------------------------------------------------------------------------------------------- */

static ProtobufCBinaryData bytes(const struct id *id) { return (ProtobufCBinaryData){16, (uint8_t *)(uintptr_t)id->b}; }
static char *text(const char *s) { return (char *)(uintptr_t)s; }
#define PACK(module, q) vouchsafe__v1__##module##__pack(&(q), out)

static size_t pack_touch(const struct item *it, uint8_t *out) {
    Vouchsafe__V1__Touch t = VOUCHSAFE__V1__TOUCH__INIT;
    Vouchsafe__V1__TouchLogRequest q = VOUCHSAFE__V1__TOUCH_LOG_REQUEST__INIT;
    t.has_id = t.has_contact_id = t.has_occurred_at = t.has_channel = t.has_stage = t.has_sentiment = 1;
    t.id = bytes(&it->id);
    t.contact_id = bytes(&it->target);
    t.occurred_at = it->number;
    t.channel = (Vouchsafe__V1__Channel)(1 + it->spice % 14);
    t.stage = (Vouchsafe__V1__Stage)(1 + it->spice / 14 % 5);
    t.sentiment = (Vouchsafe__V1__Sentiment)(1 + it->spice / 70 % 3);
    t.note = text(it->nonce);
    q.touch = &t;
    return PACK(touch_log_request, q);
}

static size_t pack_strike(const struct item *it, uint8_t *out) {
    Vouchsafe__V1__TouchStrikeRequest q = VOUCHSAFE__V1__TOUCH_STRIKE_REQUEST__INIT;
    q.has_id = 1;
    q.id = bytes(&it->target);
    q.because = text(it->nonce);
    return PACK(touch_strike_request, q);
}

static size_t pack_contact(const struct item *it, uint8_t *out) {
    Vouchsafe__V1__ContactAddRequest q = VOUCHSAFE__V1__CONTACT_ADD_REQUEST__INIT;
    char name[40];
    snprintf(name, sizeof name, "Person %s", it->nonce);
    q.has_contact_id = 1;
    q.contact_id = bytes(&it->id);
    q.name = name;
    return PACK(contact_add_request, q);
}

static size_t pack_edit(const struct item *it, uint8_t *out) {
    Vouchsafe__V1__ContactEditRequest q = VOUCHSAFE__V1__CONTACT_EDIT_REQUEST__INIT;
    q.has_contact_id = q.has_version = 1;
    q.contact_id = bytes(&it->target);
    q.version = it->number;
    q.best_hours = text(it->nonce);
    return PACK(contact_edit_request, q);
}

static size_t pack_deal(const struct item *it, uint8_t *out) {
    Vouchsafe__V1__DealAddRequest q = VOUCHSAFE__V1__DEAL_ADD_REQUEST__INIT;
    q.has_deal_id = q.has_contact_id = q.has_value = 1;
    q.deal_id = bytes(&it->id);
    q.contact_id = bytes(&it->target);
    q.title = text(it->nonce);
    q.value = it->spice;
    return PACK(deal_add_request, q);
}

static size_t pack_won(const struct item *it, uint8_t *out) {
    Vouchsafe__V1__DealWonRequest q = VOUCHSAFE__V1__DEAL_WON_REQUEST__INIT;
    q.has_deal_id = q.has_project_id = 1;
    q.deal_id = bytes(&it->target);
    q.project_id = bytes(&it->id);
    return PACK(deal_won_request, q);
}

static size_t pack_promise(const struct item *it, uint8_t *out) {
    Vouchsafe__V1__PromiseAddRequest q = VOUCHSAFE__V1__PROMISE_ADD_REQUEST__INIT;
    q.has_promise_id = q.has_contact_id = 1;
    q.promise_id = bytes(&it->id);
    q.contact_id = bytes(&it->target);
    q.words = text(it->nonce);
    q.due_on = text("2099-12-31");
    return PACK(promise_add_request, q);
}

static size_t pack_kept(const struct item *it, uint8_t *out) {
    Vouchsafe__V1__PromiseDoneRequest q = VOUCHSAFE__V1__PROMISE_DONE_REQUEST__INIT;
    q.has_promise_id = 1;
    q.promise_id = bytes(&it->target);
    return PACK(promise_done_request, q);
}

static size_t pack_grant(const struct item *it, uint8_t *out) {
    Vouchsafe__V1__ShareGrantRequest q = VOUCHSAFE__V1__SHARE_GRANT_REQUEST__INIT;
    q.has_contact_id = q.has_partner_id = 1;
    q.contact_id = bytes(&it->target);
    q.partner_id = bytes(&partner);
    return PACK(share_grant_request, q);
}

static size_t pack_revoke(const struct item *it, uint8_t *out) {
    Vouchsafe__V1__ShareRevokeRequest q = VOUCHSAFE__V1__SHARE_REVOKE_REQUEST__INIT;
    q.has_contact_id = q.has_partner_id = 1;
    q.contact_id = bytes(&it->target);
    q.partner_id = bytes(&partner);
    return PACK(share_revoke_request, q);
}

/* --- kinds -------------------------------------------------------------------------------------------------------- */

static const struct kind {
    char letter;
    unsigned weight; /* of 1,000; touches get the rest */
    bool staff;      /* a partner may not */
    bool makes;      /* the thing given is new, by the item's id; else it is the one worked on */
    enum pool from, to;
    uint32_t method;
    size_t (*pack)(const struct item *, uint8_t *);
} KINDS[] = {
    {'t', 0, false, true, EVERYBODYS, TOUCHES, VOUCHSAFE__V1__METHOD__TOUCH_LOG, pack_touch},
    {'x', 15, false, true, NOTHING, NOTHING, VOUCHSAFE__V1__METHOD__TOUCH_LOG,
     pack_touch}, /* nobody's contact: refused */
    {'s', 8, true, false, TOUCHES, NOTHING, VOUCHSAFE__V1__METHOD__TOUCH_STRIKE, pack_strike},
    {'c', 20, false, true, NOTHING, MINE, VOUCHSAFE__V1__METHOD__CONTACT_ADD, pack_contact},
    {'e', 20, true, false, MINE, MINE, VOUCHSAFE__V1__METHOD__CONTACT_EDIT, pack_edit},
    {'g', 8, true, false, MINE, GRANTED, VOUCHSAFE__V1__METHOD__SHARE_GRANT, pack_grant},
    {'v', 6, true, false, GRANTED, MINE, VOUCHSAFE__V1__METHOD__SHARE_REVOKE, pack_revoke},
    {'d', 12, true, true, EVERYBODYS, DEALS, VOUCHSAFE__V1__METHOD__DEAL_ADD, pack_deal},
    {'w', 10, true, false, DEALS, WON, VOUCHSAFE__V1__METHOD__DEAL_WON, pack_won},
    {'W', 5, true, false, WON, NOTHING, VOUCHSAFE__V1__METHOD__DEAL_WON, pack_won}, /* a second time: refused */
    {'p', 12, true, true, EVERYBODYS, PROMISES, VOUCHSAFE__V1__METHOD__PROMISE_ADD, pack_promise},
    {'f', 10, true, false, PROMISES, NOTHING, VOUCHSAFE__V1__METHOD__PROMISE_DONE, pack_kept},
};

static const struct kind *kind_of(char letter) {
    for (size_t i = 1; i < ARRAY_LEN(KINDS); i++)
        if (KINDS[i].letter == letter) return &KINDS[i];
    return &KINDS[0];
}

static const struct kind *choose(bool staff) {
    unsigned r = (unsigned)rand() % 1000;
    for (size_t i = 1; i < ARRAY_LEN(KINDS); i++) {
        const struct kind *k = &KINDS[i];
        if (r < k->weight) return (staff || !k->staff) && (k->from == NOTHING || pools[k->from].n > 0) ? k : &KINDS[0];
        r -= k->weight;
    }
    return &KINDS[0];
}

void mutation_choose(struct item *it, bool staff) {
    static unsigned made;
    const struct kind *k = choose(staff);
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    *it = (struct item){.id = id_new(), .kind = k->letter, .spice = (unsigned)rand() % 210, .number = 1};
    snprintf(it->nonce, sizeof it->nonce, "%x.%x.%x", (unsigned)getpid(), (unsigned)now.tv_sec & 0xfffff, ++made);
    if (k->from == NOTHING) {
        it->target = id_new();
    } else {
        size_t i = (size_t)rand() % pools[k->from].n;
        it->target = pools[k->from].at[i].id;
        it->number = pools[k->from].at[i].number;
        take(k->from, i);
    }
    if (k->method == VOUCHSAFE__V1__METHOD__TOUCH_LOG) {
        /* every other one earlier than all before it: it moves a stage entry that other seats' batches move too */
        static time_t first;
        if (first == 0) first = now.tv_sec;
        int64_t days = rand() % 2 == 0 ? rand() % 90 : 90 + (now.tv_sec - first) % 3600;
        it->number = ((int64_t)now.tv_sec - days * 86400) * 1000000 +
                     (days < 90 ? now.tv_nsec : 999999999 - now.tv_nsec) / 1000;
    }
}

void mutation_begun(const struct item *it) {
    enum pool p = kind_of(it->kind)->from;
    for (size_t i = pools[p].n; i-- > 0;)
        if (id_equal(&pools[p].at[i].id, &it->target)) return take(p, i);
}

void mutation_done(const struct item *it) {
    const struct kind *k = kind_of(it->kind);
    put(k->to, k->makes ? it->id : it->target, it->number + (k->letter == 'e'));
}

size_t mutation_pack(const struct item *it, uint8_t *out, uint32_t *method, bool *change) {
    const struct kind *k = kind_of(it->kind);
    *method = k->method;
    *change = k->method != VOUCHSAFE__V1__METHOD__TOUCH_LOG;
    return k->pack(it, out);
}
