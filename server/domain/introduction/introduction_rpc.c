/* SPDX-License-Identifier: Apache-2.0 */
/* Consent of third parties, introductions, and texts ready to send. Nothing here sends anything. */
#include "server/domain/plan.h"
#include "vouchsafe/v1/introduction.pb-c.h"
#include "vouchsafe/v1/method.pb-c.h"

static bool refuse(struct request *r, const char *reason, const char *field, const char *words) {
    request_refuse(r, VS_INVALID_ARGUMENT, reason, field, "%s", words);
    return false;
}
static bool check_add(struct request *r, const void *body) {
    const Vouchsafe__V1__IntroductionAddRequest *q = body;
    return q->has_other_contact_id + q->has_partner_id == 1 ||
           refuse(r, "WHO", "other_contact_id", "name the other one: a contact or a partner");
}
/* Each text is of one kind of record. */
static bool check_text(struct request *r, const void *body) {
    const Vouchsafe__V1__TextGetRequest *q = body;
    switch (q->text) {
        case VOUCHSAFE__V1__TEXT_KIND__TEXT_KIND_THANK:
            return q->has_thanks_id || refuse(r, "REQUIRED", "thanks_id", "thanks_id: of which thanks?");
        case VOUCHSAFE__V1__TEXT_KIND__TEXT_KIND_CONFIRM:
            return q->has_contact_id || refuse(r, "REQUIRED", "contact_id", "contact_id: to whom?");
        default:
            return q->has_introduction_id ||
                   refuse(r, "REQUIRED", "introduction_id", "introduction_id: of which introduction?");
    }
}

static const struct plan consent_set = {PLAN_REPLY(consent_set), .change = QUERY_CONSENT_SET};
static const struct plan consent_list = {PLAN_REPLY(consent_list),
                                         .reads = {{QUERY_CONSENT_LIST, "contacts", 0, false}}};
static const struct plan introduction_add = {PLAN_REPLY(introduction_add), .check = check_add,
                                             .change = QUERY_INTRODUCTION_ADD};
static const struct plan introduction_say = {PLAN_REPLY(introduction_say), .change = QUERY_INTRODUCTION_SAY};
static const struct plan introduction_made = {PLAN_REPLY(introduction_made), .change = QUERY_INTRODUCTION_MADE};
static const struct plan introduction_list = {PLAN_REPLY(introduction_list),
                                              .reads = {{QUERY_INTRODUCTION_LIST, "introductions", 0, false}}};
static const struct plan text_get = {PLAN_REPLY(text_get), .check = check_text,
                                     .reads = {{QUERY_TEXT_GET, "", 0, true}}};

static const struct field_rule set_rules[] = {
    {"contact_id", true, 0, 0}, {"consent", false, 0, 4}, {"because", true, 0, 1024}};
static const struct field_rule list_rules[] = {{"page_size", false, 1, 200}};
static const struct field_rule add_rules[] = {
    {"introduction_id", true, 0, 0}, {"contact_id", true, 0, 0}, {"because", true, 0, 1024}};
static const struct field_rule say_rules[] = {{"introduction_id", true, 0, 0}, {"because", false, 0, 1024}};
static const struct field_rule made_rules[] = {{"introduction_id", true, 0, 0}};
static const struct field_rule text_rules[] = {{"text", true, 1, 4}};
static const struct method methods[] = {
    PLAN(CONSENT_SET, consent_set, MAY_STAFF, METHOD_CHANGES, set_rules),
    PLAN(CONSENT_LIST, consent_list, MAY_STAFF, 0, list_rules),
    PLAN(INTRODUCTION_ADD, introduction_add, MAY_STAFF, METHOD_CHANGES, add_rules),
    PLAN(INTRODUCTION_SAY, introduction_say, MAY_STAFF, METHOD_CHANGES, say_rules),
    PLAN(INTRODUCTION_MADE, introduction_made, MAY_STAFF, METHOD_CHANGES, made_rules),
    PLAN(INTRODUCTION_LIST, introduction_list, MAY_STAFF, 0, list_rules),
    PLAN(TEXT_GET, text_get, MAY_STAFF, 0, text_rules),
};
const struct module introduction_module = {"introduction", methods, ARRAY_LEN(methods)};
