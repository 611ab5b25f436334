/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/real/work.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vouchsafe/v1/deal.pb-c.h"
#include "vouchsafe/v1/method.pb-c.h"
#include "vouchsafe/v1/referral.pb-c.h"
#include "vouchsafe/v1/touch.pb-c.h"

enum { FIELDS = 8, SCALE = 5 };

static ProtobufCBinaryData bytes_of(struct id *id) { return (ProtobufCBinaryData){16, id->b}; }

/* In place: "4a6f" becomes "Jo". */
static char *unhex(char *s) {
    char *to = s;
    for (const char *from = s; from[0] != '\0' && from[1] != '\0'; from += 2) {
        const char digits[3] = {from[0], from[1], '\0'};
        *to++ = (char)strtoul(digits, NULL, 16);
    }
    *to = '\0';
    return s;
}

static void put(struct work *w, const struct id *id, uint32_t method, const ProtobufCMessage *m, const char *label) {
    if (w->n == w->room) {
        w->room = w->room ? 2 * w->room : 64;
        w->entries = realloc(w->entries, w->room * sizeof *w->entries);
        MUST(w->entries != NULL);
    }
    size_t len = protobuf_c_message_get_packed_size(m);
    uint8_t *body = malloc(len + 1);
    MUST(body != NULL);
    protobuf_c_message_pack(m, body);
    w->entries[w->n++] = (struct vs_entry){.id = *id, .method = method, .body = {body, len}, .label = label};
}

static void put_touch(struct work *w, struct id contact, char **f) {
    struct id id = id_new();
    Vouchsafe__V1__Touch t = VOUCHSAFE__V1__TOUCH__INIT;
    Vouchsafe__V1__TouchLogRequest q = VOUCHSAFE__V1__TOUCH_LOG_REQUEST__INIT;
    int score = atoi(f[5]);
    t.has_id = t.has_contact_id = t.has_occurred_at = t.has_channel = t.has_stage = t.has_sentiment = 1;
    t.id = bytes_of(&id), t.contact_id = bytes_of(&contact);
    t.occurred_at = atoll(f[1]);
    t.channel = (Vouchsafe__V1__Channel)atoi(f[2]);
    t.stage = (Vouchsafe__V1__Stage)atoi(f[3]);
    t.sentiment = (Vouchsafe__V1__Sentiment)atoi(f[4]);
    t.has_score = t.has_score_scale = score >= 0;
    t.score = (uint32_t)score, t.score_scale = SCALE;
    if (f[6][0] != '\0') t.note = unhex(f[6]);
    q.touch = &t;
    put(w, &id, VOUCHSAFE__V1__METHOD__TOUCH_LOG, &q.base, "touch");
}

static void put_deal(struct work *w, struct id contact, char **f) {
    struct id deal = id_new(), won = id_new();
    Vouchsafe__V1__DealAddRequest a = VOUCHSAFE__V1__DEAL_ADD_REQUEST__INIT;
    Vouchsafe__V1__DealWonRequest q = VOUCHSAFE__V1__DEAL_WON_REQUEST__INIT;
    a.has_deal_id = a.has_contact_id = a.has_value = 1;
    a.deal_id = bytes_of(&deal), a.contact_id = bytes_of(&contact);
    a.opened_on = f[1], a.value = atoll(f[3]), a.title = unhex(f[4]);
    put(w, &deal, VOUCHSAFE__V1__METHOD__DEAL_ADD, &a.base, "deal");
    q.has_deal_id = 1, q.deal_id = bytes_of(&deal), q.closed_on = f[2];
    put(w, &won, VOUCHSAFE__V1__METHOD__DEAL_WON, &q.base, "won");
}

static void put_accept(struct work *w, struct id referral, char **f) {
    struct id id = id_new();
    Vouchsafe__V1__ReferralActRequest q = VOUCHSAFE__V1__REFERRAL_ACT_REQUEST__INIT;
    q.has_referral_id = q.has_action = q.has_happened_at = 1;
    q.referral_id = bytes_of(&referral), q.action = VOUCHSAFE__V1__REFERRAL_ACTION__REFERRAL_ACTION_ACCEPT;
    q.happened_at = atoll(f[1]), q.call_on = f[2];
    put(w, &id, VOUCHSAFE__V1__METHOD__REFERRAL_ACT, &q.base, "accept");
}

static void put_win(struct work *w, struct id referral, char **f) {
    struct id id = id_new(), deal;
    Vouchsafe__V1__ReferralActRequest q = VOUCHSAFE__V1__REFERRAL_ACT_REQUEST__INIT;
    if (id_parse(f[2], &deal) != 0) return;
    q.has_referral_id = q.has_action = q.has_happened_at = q.has_deal_id = 1;
    q.referral_id = bytes_of(&referral), q.action = VOUCHSAFE__V1__REFERRAL_ACTION__REFERRAL_ACTION_WIN;
    q.happened_at = atoll(f[1]), q.deal_id = bytes_of(&deal);
    put(w, &id, VOUCHSAFE__V1__METHOD__REFERRAL_ACT, &q.base, "win");
}

static size_t split(char *line, char *f[FIELDS]) {
    size_t n = 0;
    line[strcspn(line, "\n")] = '\0';
    while (n < FIELDS && line != NULL) f[n++] = strsep(&line, "\t");
    return line == NULL ? n : 0;
}

static const struct {
    const char *word;
    size_t fields;
    void (*put)(struct work *w, struct id of, char **f);
} KINDS[] = {{"touch", 8, put_touch}, {"deal", 6, put_deal}, {"accept", 4, put_accept}, {"win", 4, put_win}};

const char *work_add(struct work *w, char *line) {
    char *f[FIELDS];
    struct id of;
    size_t n = split(line, f), before = w->n;
    if (n < 2 || id_parse(f[1], &of) != 0) return "no id";
    for (size_t i = 0; i < ARRAY_LEN(KINDS); i++)
        if (strcmp(f[0], KINDS[i].word) == 0 && n == KINDS[i].fields) KINDS[i].put(w, of, f + 1);
    return w->n > before ? NULL : "nothing that seats log, with all its fields";
}

void work_free(struct work *w) {
    for (size_t i = 0; i < w->n; i++) free((void *)(uintptr_t)w->entries[i].body.data);
    free(w->entries);
}
