/* SPDX-License-Identifier: Apache-2.0 */
/* Thank-yous and credits. Each is about one source: a contact or a partner, and for a credit a colleague too. */
#include "server/domain/plan.h"
#include "vouchsafe/v1/method.pb-c.h"
#include "vouchsafe/v1/thanks.pb-c.h"

static bool one_of(struct request *r, int given, const char *words) {
    if (given == 1) return true;
    request_refuse(r, VS_INVALID_ARGUMENT, "WHO", "contact_id", "%s", words);
    return false;
}
static bool check_give(struct request *r, const void *body) {
    const Vouchsafe__V1__ThanksGiveRequest *q = body;
    return one_of(r, q->has_contact_id + q->has_partner_id + q->has_owed_id,
                  "name one: a contact, a partner, or thanks that are owed");
}
static bool check_owe(struct request *r, const void *body) {
    const Vouchsafe__V1__ThanksOweRequest *q = body;
    return one_of(r, q->has_contact_id + q->has_partner_id, "name a contact or a partner");
}
static bool check_say(struct request *r, const void *body) {
    const Vouchsafe__V1__CreditSayRequest *q = body;
    return one_of(r, q->has_contact_id + q->has_partner_id + (q->colleague != NULL),
                  "name one: a contact, a partner or a colleague");
}

static const struct plan thanks_give = {PLAN_REPLY(thanks_give), .check = check_give, .change = QUERY_THANKS_GIVE};
static const struct plan thanks_owe = {PLAN_REPLY(thanks_owe), .check = check_owe, .change = QUERY_THANKS_OWE};
static const struct plan thanks_waive = {PLAN_REPLY(thanks_waive), .change = QUERY_THANKS_WAIVE};
static const struct plan thanks_list = {PLAN_REPLY(thanks_list), .reads = {{QUERY_THANKS_LIST, "thanks", 0, false}}};
static const struct plan credit_say = {PLAN_REPLY(credit_say), .check = check_say, .change = QUERY_CREDIT_SAY};
static const struct plan credit_list = {PLAN_REPLY(credit_list), .reads = {{QUERY_CREDIT_LIST, "credits", 0, false}}};
static const struct plan credit_missing = {PLAN_REPLY(credit_missing), .page = 20,
                                           .reads = {{QUERY_CREDIT_MISSING, "sources", 0, false}}};

static const struct field_rule give_rules[] = {{"thanks_id", true, 0, 0}, {"words", false, 0, 1024}};
static const struct field_rule owe_rules[] = {{"thanks_id", true, 0, 0}, {"words", true, 0, 1024}};
static const struct field_rule waive_rules[] = {{"thanks_id", true, 0, 0}, {"because", true, 0, 1024}};
static const struct field_rule list_rules[] = {{"page_size", false, 1, 200}};
static const struct field_rule missing_rules[] = {{"limit", false, 1, 50}};
static const struct field_rule say_rules[] = {
    {"credit_id", true, 0, 0}, {"words", true, 0, 1024}, {"place", true, 0, 0}};
static const struct method methods[] = {
    PLAN(THANKS_GIVE, thanks_give, MAY_STAFF, METHOD_CHANGES, give_rules),
    PLAN(THANKS_OWE, thanks_owe, MAY_STAFF, METHOD_CHANGES, owe_rules),
    PLAN(THANKS_WAIVE, thanks_waive, MAY_STAFF, METHOD_CHANGES, waive_rules),
    PLAN(THANKS_LIST, thanks_list, MAY_STAFF, 0, list_rules),
    PLAN(CREDIT_SAY, credit_say, MAY_STAFF, METHOD_CHANGES, say_rules),
    PLAN(CREDIT_LIST, credit_list, MAY_STAFF, 0, list_rules),
    PLAN(CREDIT_MISSING, credit_missing, MAY_STAFF, 0, missing_rules),
};
const struct module thanks_module = {"thanks", methods, ARRAY_LEN(methods)};
