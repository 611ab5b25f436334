/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/fault/mutation.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "tests/fault/board.h"
#include "tests/fault/message.h"
#include "vouchsafe/base.h"
#include "vouchsafe/v1/method.pb-c.h"

/* --- things ------------------------------------------------------------------------------------------------------- */

/* Those from BOARD_FROM on are on the board: everybody's, and nobody takes them away. */
enum pool {
    NOTHING,
    EVERYBODYS,
    MINE,
    TOUCHES,
    DEALS,
    WON,
    PROMISES,
    GRANTED,
    POOLS,
    BOARD_FROM = POOLS,
    ALL_REFERRALS = BOARD_FROM,
    ALL_DISPUTES,
    ALL_MERGES,
    ALL_THANKS,
    ALL_REWARDS,
    ALL_INTRODUCTIONS,
    ALL_ASKS,
    SAME_BOARD
};
_Static_assert((int)SAME_BOARD <= (int)BOARDS, "board.h: more boards");
enum { POOL_MAX = 256 };

struct thing {
    struct id id;
    int64_t number; /* of a contact: its version */
};
static struct {
    struct thing at[POOL_MAX];
    size_t n;
} pools[POOLS];

static void put(enum pool p, struct id id, int64_t number) {
    if (p != NOTHING && p < POOLS && pools[p].n < POOL_MAX) pools[p].at[pools[p].n++] = (struct thing){id, number};
}

static void take(enum pool p, size_t i) {
    if (p != EVERYBODYS) pools[p].at[i] = pools[p].at[--pools[p].n];
}

static bool pick(enum pool p, struct thing *t) {
    if (pools[p].n == 0) return false;
    size_t i = (size_t)rand() % pools[p].n;
    *t = pools[p].at[i];
    take(p, i);
    return true;
}

size_t mutation_world(const char *path) {
    FILE *f = fopen(path, "re");
    char what[16], text[64], board[512];
    struct id id;
    while (f != NULL && fscanf(f, "%15s %63s", what, text) == 2) {
        if (id_parse(text, &id) != 0) continue;
        if (strcmp(what, "partner") == 0)
            message_partner = id;
        else
            put(EVERYBODYS, id, 0);
    }
    if (f != NULL) fclose(f);
    snprintf(board, sizeof board, "%s.board", path);
    return board_open(board) == 0 ? pools[EVERYBODYS].n : 0;
}

/* --- kinds -------------------------------------------------------------------------------------------------------- */

enum { STAFF = 1, PARTNER = 2, ADMIN = 4, ALL = STAFF | PARTNER };
enum { MICROSECONDS = 1, SOME_ACTION, VERSION }; /* what its number is; VERSION: of the contact edited */

#define M(name) VOUCHSAFE__V1__METHOD__##name
static const struct kind {
    char letter;
    unsigned weight; /* of 1,000; touches get the rest */
    int who;         /* may do it; an admin is staff too */
    bool makes;      /* the thing given is new, by the item's id; else it is the one worked on */
    enum pool from, to;
    enum pool other; /* a second one, if not NOTHING; SAME_BOARD: what the one from a board came from */
    int number;
    uint32_t method;
    message_pack *pack;
} KINDS[] = {
    {'t', 0, ALL, true, EVERYBODYS, TOUCHES, NOTHING, MICROSECONDS, M(TOUCH_LOG), message_touch},
    {'x', 15, ALL, true, NOTHING, NOTHING, NOTHING, MICROSECONDS, M(TOUCH_LOG),
     message_touch}, /* nobody's contact: refused */
    {'s', 8, STAFF, false, TOUCHES, NOTHING, NOTHING, 0, M(TOUCH_STRIKE), message_strike},
    {'c', 20, ALL, true, NOTHING, MINE, NOTHING, 0, M(CONTACT_ADD), message_contact},
    {'e', 20, STAFF, false, MINE, MINE, NOTHING, VERSION, M(CONTACT_EDIT), message_edit},
    {'g', 8, STAFF, false, MINE, GRANTED, NOTHING, VERSION, M(SHARE_GRANT), message_grant},
    {'v', 6, STAFF, false, GRANTED, MINE, NOTHING, VERSION, M(SHARE_REVOKE), message_revoke},
    {'d', 12, STAFF, true, EVERYBODYS, DEALS, NOTHING, 0, M(DEAL_ADD), message_deal},
    {'w', 10, STAFF, false, DEALS, WON, NOTHING, 0, M(DEAL_WON), message_won},
    {'W', 5, STAFF, false, WON, NOTHING, NOTHING, 0, M(DEAL_WON), message_won}, /* a second time: refused */
    {'p', 12, STAFF, true, EVERYBODYS, PROMISES, NOTHING, 0, M(PROMISE_ADD), message_promise},
    {'f', 10, STAFF, false, PROMISES, NOTHING, NOTHING, 0, M(PROMISE_DONE), message_kept},
    {'r', 6, STAFF, true, EVERYBODYS, ALL_REFERRALS, EVERYBODYS, 0, M(REFERRAL_ADD), message_referral},
    {'q', 5, ALL, true, NOTHING, ALL_REFERRALS, NOTHING, MICROSECONDS, M(REFERRAL_ADD), message_lead},
    {'y', 3, STAFF, true, EVERYBODYS, ALL_REFERRALS, NOTHING, 0, M(REFERRAL_ADD), message_given},
    /* these are everybody's: another may have been there before, so they may be refused */
    {'a', 70, ALL, false, ALL_REFERRALS, NOTHING, NOTHING, SOME_ACTION, M(REFERRAL_ACT), message_act},
    {'k', 5, STAFF, true, EVERYBODYS, NOTHING, EVERYBODYS, 0, M(CLAIM_ADD), message_claim},
    {'o', 8, ALL, true, ALL_REFERRALS, ALL_DISPUTES, NOTHING, 0, M(DISPUTE_OPEN), message_dispute},
    {'O', 16, ADMIN, false, ALL_DISPUTES, NOTHING, SAME_BOARD, 0, M(DISPUTE_DECIDE), message_decide},
    {'m', 5, STAFF, true, EVERYBODYS, ALL_MERGES, EVERYBODYS, 0, M(MERGE_ADD), message_merge},
    {'n', 12, STAFF, false, ALL_MERGES, NOTHING, NOTHING, 0, M(MERGE_UNDO), message_unmerge},
    {'h', 4, STAFF, true, EVERYBODYS, ALL_THANKS, NOTHING, 0, M(THANKS_OWE), message_owe},
    {'H', 6, STAFF, false, ALL_THANKS, NOTHING, NOTHING, 0, M(THANKS_GIVE), message_thank},
    {'J', 3, STAFF, false, ALL_THANKS, NOTHING, NOTHING, 0, M(THANKS_WAIVE), message_waive},
    {'j', 2, STAFF, true, EVERYBODYS, NOTHING, NOTHING, 0, M(THANKS_GIVE), message_thank_all},
    {'i', 3, STAFF, true, EVERYBODYS, NOTHING, NOTHING, 0, M(CREDIT_SAY), message_credit},
    {'l', 4, STAFF, true, EVERYBODYS, ALL_REWARDS, NOTHING, 0, M(REWARD_ADD), message_reward},
    {'P', 9, ADMIN, false, ALL_REWARDS, NOTHING, NOTHING, 0, M(REWARD_PAYABLE), message_payable},
    {'Y', 9, ADMIN, false, ALL_REWARDS, NOTHING, NOTHING, 0, M(REWARD_PAY), message_pay},
    {'V', 5, ADMIN, false, ALL_REWARDS, NOTHING, NOTHING, 0, M(REWARD_REVERSE), message_reverse},
    {'I', 4, STAFF, true, EVERYBODYS, ALL_INTRODUCTIONS, EVERYBODYS, 0, M(INTRODUCTION_ADD), message_introduce},
    {'S', 10, STAFF, false, ALL_INTRODUCTIONS, NOTHING, NOTHING, 0, M(INTRODUCTION_SAY), message_say},
    {'M', 5, STAFF, false, ALL_INTRODUCTIONS, NOTHING, NOTHING, 0, M(INTRODUCTION_MADE), message_introduced},
    {'C', 3, STAFF, false, MINE, NOTHING, NOTHING, 0, M(CONSENT_SET), message_consent},
    {'b', 3, STAFF, true, EVERYBODYS, NOTHING, NOTHING, 0, M(REVIEW_PLAN), message_plan},
    {'B', 4, STAFF, true, EVERYBODYS, NOTHING, NOTHING, 0, M(REVIEW_ADD), message_review},
    {'K', 3, STAFF, true, EVERYBODYS, NOTHING, NOTHING, 0, M(CHECK_ADD), message_check},
    {'A', 4, STAFF, true, EVERYBODYS, ALL_ASKS, NOTHING, 0, M(ASK_MAKE), message_ask},
    {'N', 4, STAFF, false, ALL_ASKS, NOTHING, NOTHING, 0, M(ASK_ANSWER), message_answer},
    {'F', 5, STAFF, false, ALL_ASKS, NOTHING, NOTHING, 0, M(ASK_FILL), message_name},
    {'G', 2, STAFF, false, ALL_ASKS, NOTHING, NOTHING, 0, M(ASK_GIVE_UP), message_give_up},
};

static const struct kind *kind_of(char letter) {
    for (size_t i = 1; i < ARRAY_LEN(KINDS); i++)
        if (KINDS[i].letter == letter) return &KINDS[i];
    return &KINDS[0];
}

/* All is of now but touches: of these every other one is earlier than all before it, and moves a stage entry that other seats' batches move too;
 * the rest is of the last 90 days. */
static int64_t microseconds(bool touch) {
    static time_t first;
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (first == 0) first = now.tv_sec;
    int64_t days = !touch ? 0 : rand() % 2 == 0 ? rand() % 90 : 90 + (now.tv_sec - first) % 3600;
    return ((int64_t)now.tv_sec - days * 86400) * 1000000 + (days < 90 ? now.tv_nsec : 999999999 - now.tv_nsec) / 1000;
}

/* What k works on; false: there is nothing. */
static bool things_for(const struct kind *k, struct item *it) {
    struct thing t = {.id = id_new()};
    if (k->from >= BOARD_FROM) {
        if (!board_pick(k->from, &t.id, &it->other)) return false;
    } else if (k->from != NOTHING && !pick(k->from, &t)) {
        return false;
    }
    it->target = t.id;
    it->number = k->number == VERSION        ? t.number
                 : k->number == SOME_ACTION  ? message_some_action()
                 : k->number == MICROSECONDS ? microseconds(k->method == M(TOUCH_LOG))
                                             : 0;
    if (k->other != SAME_BOARD) it->other = (struct id){{0}};
    while (k->other == EVERYBODYS && (id_is_zero(&it->other) || id_equal(&it->other, &it->target)))
        it->other = pools[EVERYBODYS].at[(size_t)rand() % pools[EVERYBODYS].n].id;
    return true;
}

static const struct kind *some_kind(int who) {
    unsigned r = (unsigned)rand() % 1000;
    for (size_t i = 1; i < ARRAY_LEN(KINDS); i++) {
        const struct kind *k = &KINDS[i];
        if (r < k->weight) return k->who & who ? k : &KINDS[0];
        r -= k->weight;
    }
    return &KINDS[0];
}

void mutation_choose(struct item *it, int who) {
    static unsigned made;
    const struct kind *k = some_kind(who);
    *it = (struct item){.id = id_new(), .spice = (unsigned)rand() % 210};
    if (!things_for(k, it)) MUST(things_for(k = &KINDS[0], it));
    it->kind = k->letter;
    snprintf(it->nonce, sizeof it->nonce, "%x.%x.%x", (unsigned)getpid(), (unsigned)time(NULL) & 0xfffff, ++made);
}

int mutation_who(const char *role) {
    return strcmp(role, "partner") == 0 ? PARTNER : strcmp(role, "admin") == 0 ? STAFF | ADMIN : STAFF;
}

void mutation_begun(const struct item *it) {
    enum pool p = kind_of(it->kind)->from;
    for (size_t i = p < POOLS ? pools[p].n : 0; i-- > 0;)
        if (id_equal(&pools[p].at[i].id, &it->target)) return take(p, i);
}

void mutation_done(const struct item *it) {
    const struct kind *k = kind_of(it->kind);
    put(k->to, k->makes ? it->id : it->target, k->letter == 'c' ? 1 : it->number + (k->letter == 'e'));
}

void mutation_known(const struct item *it) {
    const struct kind *k = kind_of(it->kind);
    if (k->to >= BOARD_FROM) board_put(k->to, &it->id, &it->target);
}

size_t mutation_pack(const struct item *it, uint8_t *out, uint32_t *method, bool *change) {
    const struct kind *k = kind_of(it->kind);
    *method = k->method;
    *change = k->method != M(TOUCH_LOG);
    return k->pack(it, out);
}
