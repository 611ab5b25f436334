/* SPDX-License-Identifier: Apache-2.0 */
/* Rows of other systems. Each kind has a query that judges every row and a change that stores the good ones; both call the
 * same function of the database.
 * - happy path: judge, then (unless it is a dry run) store, then answer with the verdicts
 * - the change stored another number of rows than were judged good (somebody changed what they stand on between the two):
 *   ABORTED; the client sends the rows again under a new change id, and what was stored is present then
 * - a repeat after a lost answer: the change is replayed, the rows are judged anew: they are present */
#include <string.h>

#include "server/domain/bind.h"
#include "server/domain/refusals.h"
#include "server/domain/reply.h"
#include "server/domain/rows.h"
#include "vouchsafe/v1/import.pb-c.h"
#include "vouchsafe/v1/method.pb-c.h"

struct import_kind {
    struct plan judge; /* one read: the verdicts */
    enum query_id store;
};

struct importing {
    struct request *r;
    const struct import_kind *kind;
    const ProtobufCMessage *body;
    ProtobufCMessage *reply;
    size_t fresh;
};

static const char *words_of(const char *reason) {
    static const struct {
        const char *reason, *words;
    } words[] = {
#define X(reason, status, field, words) {#reason, words},
        REFUSAL_LIST(X)
#undef X
            {"BAD_EMAIL", "that is no e-mail address; write it like ann@example.org"},
        {"BAD_LEVEL", "a level goes from 0 to 5"},
        {"BAD_NAME", "a name needs a letter or a digit"},
        {"BAD_PHONE", "write the number with its country: +49 30 123456"},
        {"BAD_DAY", "write days as 2026-11-23, or give the mapping a date format"},
        {"CLOSED_BUT_OPEN", "an open deal has no closing day; map the state, or leave the day out"},
        {"ENDED_BUT_ACTIVE", "an active project has no day it ended; map the state, or leave the day out"},
        {"KEPT_TOO_LATE", "fulfilled after its day it is broken; leave the state out and its days decide"},
        {"NO_APPOINTMENT", "a referral at its appointment needs the time of it"},
        {"NO_CLOSED_DAY", "a won or lost deal needs the day it closed"},
        {"NO_CLOSED_TIME", "a won or lost referral needs the time it closed, any other has none"},
        {"NO_CONTACTED_TIME", "a referral whose person was reached needs the time of that"},
        {"NO_DECIDED_TIME", "an accepted or declined referral needs the time it was decided"},
        {"NO_DUE_DAY", "a promise needs the day it is due"},
        {"NO_ENDED_DAY", "a completed project needs the day it ended"},
        {"NO_HAPPENED_TIME", "map the time it came in to happened_at"},
        {"NO_HELD_TIME", "map the time the customer answered to held_at"},
        {"NO_NAME", "the name is empty; map the column that holds it"},
        {"NO_REASON",
         "a lost or declined referral needs its reason (a code: vouchsafe-admin referral machine lists them) "
         "and why, in reason_words"},
        {"NO_RESULT", "a review needs its result, good or bad; translate a score by [values result]"},
        {"NO_SETTLED_DAY", "a settled promise needs the day of that"},
        {"NO_SUCH_CONTACT", "its contact isn't here; import contacts first, from the same source"},
        {"NO_SUCH_DEAL", "its deal isn't here; import deals first, from the same source"},
        {"NO_SUCH_PROJECT", "its project isn't here; import projects first, from the same source"},
        {"NO_SUCH_SEAT", "no open account of staff has this login; leave it out to put your own"},
        {"NO_TITLE", "the title is empty; map a column or give a default"},
        {"NO_VALUE", "a won referral needs its deal or its value"},
        {"NO_WORDS", "what was promised is empty; map a column to words or give a default"},
        {"NOT_IMPORTED",
         "referrals are imported as submitted, accepted, contacted, appointment, won, lost or declined; "
         "what else becomes of them is said here"},
        {"ROW_TWICE", "this key stands in an earlier row; keys name one row each"},
        {"SETTLED_BUT_OPEN", "an open promise has no day it was settled; leave the state out, or the day"},
        {"STEP_NOT_TAKEN", "its state lies before a step that has a time; map a later state, or leave the time out"},
        {"STEPS_OUT_OF_ORDER", "its times aren't in order: it came in, was decided, contacted, met, closed"},
    };
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (strcmp(words[i].reason, reason) == 0 && words[i].words != NULL) return words[i].words;
    return "this row can't be stored";
}

static const ProtobufCFieldDescriptor *verdicts_of(const ProtobufCMessage *reply) {
    return rows_field(reply->descriptor, "verdicts");
}

static size_t read_verdicts(ProtobufCMessage *reply) {
    const ProtobufCFieldDescriptor *f = verdicts_of(reply);
    size_t n = *(const size_t *)(const void *)((const char *)reply + f->quantifier_offset), fresh = 0;
    Vouchsafe__V1__ImportVerdict *const *list = *(Vouchsafe__V1__ImportVerdict *const *const *)rows_at(reply, f);
    for (size_t i = 0; i < n; i++) {
        fresh += list[i]->state == VOUCHSAFE__V1__IMPORT_STATE__IMPORT_STATE_NEW;
        if (list[i]->reason != NULL && list[i]->message == NULL)
            list[i]->message = (char *)(uintptr_t)words_of(list[i]->reason);
    }
    return fresh;
}

static void on_stored(void *arg, const struct change_result *c) {
    struct importing *im = arg;
    if (!reply_changed(im->r, c)) return;
    if (!c->replayed && c->result != (int64_t)im->fresh)
        return request_refuse(im->r, VS_ABORTED, "CHANGED_MEANWHILE", NULL,
                              "accounts, attributes or rows changed while this ran; send the rows again");
    request_reply(im->r, im->reply);
}

static void on_judged(void *arg, enum vs_status status, const PGresult *rows) {
    struct importing *im = arg;
    struct request *r = im->r;
    const struct domain *d = r->context;
    const protobuf_c_boolean *dry = rows_at(im->body, rows_field(im->body->descriptor, "dry_run"));
    struct params p;
    if (!reply_rows(r, status, rows)) return;
    if (!rows_list(&r->arena, im->reply, verdicts_of(im->reply), rows, 200, im->kind->judge.reads[0].query))
        return request_refuse(r, VS_RESOURCE_EXHAUSTED, "REPLY_TOO_BIG", NULL, "send fewer rows at once");
    im->fresh = read_verdicts(im->reply);
    if (*dry || im->fresh == 0) return request_reply(r, im->reply);
    if (bind_query(r, &im->kind->judge, im->body, NULL, im->kind->store, &p))
        store_change(d->store, &r->actor, &r->change_id, r->method->number, r->body, im->kind->store, &p, on_stored,
                     im);
}

static void import_handle(struct request *r, const void *body) {
    const struct import_kind *kind = r->method->plan;
    const struct domain *d = r->context;
    struct importing *im = arena_zalloc(&r->arena, sizeof *im);
    struct params p;
    r->arena.cap += 4 * 1024 * 1024; /* both statements' columns, and the verdicts */
    if (im == NULL) return request_refuse(r, VS_RESOURCE_EXHAUSTED, "MEMORY", NULL, NULL);
    *im = (struct importing){.r = r, .kind = kind, .body = body};
    im->reply = arena_alloc(&r->arena, kind->judge.reply->sizeof_message);
    if (im->reply == NULL) return request_refuse(r, VS_RESOURCE_EXHAUSTED, "MEMORY", NULL, NULL);
    protobuf_c_message_init(kind->judge.reply, im->reply);
    if (bind_query(r, &kind->judge, body, NULL, kind->judge.reads[0].query, &p))
        store_read(d->store, &r->actor, kind->judge.reads[0].query, &p, on_judged, im);
}

#define KIND(lower, UPPER) \
    static const struct import_kind lower = { \
        .judge = {PLAN_REPLY(lower), .reads = {{QUERY_##UPPER##_JUDGE, "verdicts", 0, false}}}, \
        .store = QUERY_##UPPER}
KIND(import_contacts, IMPORT_CONTACTS);
KIND(import_organizations, IMPORT_ORGANIZATIONS);
KIND(import_deals, IMPORT_DEALS);
KIND(import_projects, IMPORT_PROJECTS);
KIND(import_promises, IMPORT_PROMISES);
KIND(import_reviews, IMPORT_REVIEWS);
KIND(import_referrals, IMPORT_REFERRALS);

static const struct field_rule contact_rules[] = {{"rows", true, 1, 200}, {"contact_id", true, 0, 0}};
static const struct field_rule organization_rules[] = {{"rows", true, 1, 200}, {"organization_id", true, 0, 0}};
static const struct field_rule deal_rules[] = {
    {"rows", true, 1, 200}, {"deal_id", true, 0, 0}, {"contact_id", true, 0, 0}, {"lost_because", false, 0, 1024}};
static const struct field_rule project_rules[] = {
    {"rows", true, 1, 200}, {"project_id", true, 0, 0}, {"contact_id", true, 0, 0}};
static const struct field_rule promise_rules[] = {{"rows", true, 1, 200},
                                                  {"promise_id", true, 0, 0},
                                                  {"contact_id", true, 0, 0},
                                                  {"words", false, 0, 1024},
                                                  {"because", false, 0, 1024}};
static const struct field_rule review_rules[] = {
    {"rows", true, 1, 200}, {"review_id", true, 0, 0}, {"contact_id", true, 0, 0}, {"words", false, 0, 1024}};
static const struct field_rule referral_rules[] = {{"rows", true, 1, 200},           {"referral_id", true, 0, 0},
                                                   {"contact_id", true, 0, 0},       {"because", false, 0, 1024},
                                                   {"reason_words", false, 0, 1024}, {"outcome", false, 0, 1024}};
static const struct method methods[] = {
    PLAN_BY(IMPORT_CONTACTS, import_contacts, MAY_ADMIN, METHOD_CHANGES, contact_rules, import_handle),
    PLAN_BY(IMPORT_ORGANIZATIONS, import_organizations, MAY_ADMIN, METHOD_CHANGES, organization_rules, import_handle),
    PLAN_BY(IMPORT_DEALS, import_deals, MAY_ADMIN, METHOD_CHANGES, deal_rules, import_handle),
    PLAN_BY(IMPORT_PROJECTS, import_projects, MAY_ADMIN, METHOD_CHANGES, project_rules, import_handle),
    PLAN_BY(IMPORT_PROMISES, import_promises, MAY_ADMIN, METHOD_CHANGES, promise_rules, import_handle),
    PLAN_BY(IMPORT_REVIEWS, import_reviews, MAY_ADMIN, METHOD_CHANGES, review_rules, import_handle),
    PLAN_BY(IMPORT_REFERRALS, import_referrals, MAY_ADMIN, METHOD_CHANGES, referral_rules, import_handle),
};
const struct module import_module = {"import", methods, ARRAY_LEN(methods)};
