/* SPDX-License-Identifier: Apache-2.0 */
/* Contacts. One is added or edited first and read back after the commit, so that a repeat answers with the same shape. Staff and partners
 * have reads of their own: what a partner's role may not select stands in none of its queries. */
#include <string.h>

#include "server/domain/contact/contact_rules.h"
#include "server/domain/plan.h"
#include "server/domain/rows.h"
#include "vouchsafe/text.h"
#include "vouchsafe/v1/contact.pb-c.h"
#include "vouchsafe/v1/method.pb-c.h"

/* --- checks ----------------------------------------------------------------------------------------------------- */

static bool refuse(struct request *r, const char *reason, const char *field, const char *words) {
    request_refuse(r, VS_INVALID_ARGUMENT, reason, field, "%s: %s", field, words);
    return false;
}

/* What only staff set, and only staff may filter by: to a partner even a refusal of a value would tell something. */
static bool check_partner(struct request *r, const ProtobufCMessage *body) {
    static const char *const staffs[] = {"organization_id", "owner",    "origin",    "no_ask",
                                         "advocacy",        "segments", "attributes"};
    for (size_t i = 0; r->actor.role == ROLE_PARTNER && i < ARRAY_LEN(staffs); i++) {
        const ProtobufCFieldDescriptor *f = rows_field(body->descriptor, staffs[i]);
        if (f != NULL && rows_has(body, f)) return refuse(r, "STAFF_ONLY", f->name, "a partner seat leaves this out");
    }
    return true;
}

static bool check_values(struct request *r, const char *language, const Vouchsafe__V1__Segment *segments, size_t n) {
    if (language != NULL && language[0] != '\0' && !contact_is_language(language))
        return refuse(r, "BAD_LANGUAGE", "language", "write a language as de, pt-BR or zh-Hant");
    for (size_t i = 0; i < n; i++)
        if (segments[i] == VOUCHSAFE__V1__SEGMENT__SEGMENT_UNSPECIFIED)
            return refuse(r, "BAD_SEGMENT", "segments", "say prospect, customer or partner_contact");
    return true;
}

static bool check_add(struct request *r, const void *body) {
    const Vouchsafe__V1__ContactAddRequest *q = body;
    return check_partner(r, &q->base) && check_values(r, q->language, q->segments, q->n_segments);
}

static bool check_edit(struct request *r, const void *body) {
    const Vouchsafe__V1__ContactEditRequest *q = body;
    return check_values(r, q->language, q->segments, q->n_segments);
}

static bool check_list(struct request *r, const void *body) { return check_partner(r, body); }

static bool check_get(struct request *r, const void *body) {
    const Vouchsafe__V1__ContactGetRequest *q = body;
    return q->has_contact_id != q->has_number ||
           refuse(r, "REQUIRED", "contact_id", "name the contact by id or by number");
}

/* --- find: one query, three ways to read it ------------------------------------------------------------------- */

static const char *query_of(const void *body) { return ((const Vouchsafe__V1__ContactFindRequest *)body)->query; }

static bool put_query_key(struct request *r, const void *body, struct params *p) {
    (void)r;
    char key[TEXT_KEY_MAX];
    long long number;
    const char *query = query_of(body);
    params_text(p, !contact_number(query, &number) && text_name_key(query, key, sizeof key) == 0 ? key : NULL);
    return true;
}

static bool put_exact(struct request *r, const void *body, struct params *p) {
    char key[TEXT_KEY_MAX];
    const char *query = query_of(body), *country = r->actor.country[0] != '\0' ? r->actor.country : NULL;
    bool exact = text_email_key(query, key, sizeof key) == 0 || text_phone_key(query, country, key, sizeof key) == 0;
    params_text(p, exact ? key : NULL);
    return true;
}

static bool put_number(struct request *r, const void *body, struct params *p) {
    (void)r;
    long long number;
    params_int8(p, contact_number(query_of(body), &number) ? number : -1);
    return true;
}

static const struct derivation find_derived[] = {
    {"query_key", put_query_key}, {"exact", put_exact}, {"number", put_number}, {NULL, NULL}};

/* --- methods -------------------------------------------------------------------------------------------------- */

static const struct plan contact_add = {PLAN_REPLY(contact_add), .check = check_add, .change = QUERY_CONTACT_ADD,
                                        .explain = QUERY_CONTACT_ATTRIBUTE_FAULT,
                                        .reads = {{QUERY_CONTACT_ADDED, "contact", MAY_STAFF, true},
                                                  {QUERY_CONTACT_ADDED_SHARED, "contact", MAY_PARTNER, true},
                                                  {QUERY_CONTACT_TWINS, "likely_duplicates", MAY_STAFF, false}}};
static const struct plan contact_get = {PLAN_REPLY(contact_get), .check = check_get,
                                        .reads = {{QUERY_CONTACT_GET, "contact", MAY_STAFF, true},
                                                  {QUERY_CONTACT_GET_SHARED, "contact", MAY_PARTNER, true}}};
static const struct plan contact_edit = {PLAN_REPLY(contact_edit), .check = check_edit, .change = QUERY_CONTACT_EDIT,
                                         .explain = QUERY_CONTACT_ATTRIBUTE_FAULT,
                                         .reads = {{QUERY_CONTACT_TWINS, "likely_duplicates", 0, false}}};
static const struct plan contact_find = {PLAN_REPLY(contact_find), .page = 10, .derived = find_derived,
                                         .reads = {{QUERY_CONTACT_FIND, "contacts", MAY_STAFF, false},
                                                   {QUERY_CONTACT_FIND_SHARED, "contacts", MAY_PARTNER, false}}};
static const struct plan contact_list = {PLAN_REPLY(contact_list), .check = check_list,
                                         .reads = {{QUERY_CONTACT_LIST, "contacts", MAY_STAFF, false},
                                                   {QUERY_CONTACT_LIST_SHARED, "contacts", MAY_PARTNER, false}}};
static const struct plan contact_handover = {PLAN_REPLY(contact_handover), .change = QUERY_CONTACT_HANDOVER};
static const struct plan contact_duplicates = {PLAN_REPLY(contact_duplicates),
                                               .reads = {{QUERY_CONTACT_DUPLICATES, "duplicates", 0, false}}};
static const struct plan contact_stage_set = {PLAN_REPLY(contact_stage_set), .change = QUERY_CONTACT_STAGE_SET};

static const struct field_rule add_rules[] = {{"contact_id", true, 0, 0}, {"name", true, 0, 0}};
static const struct field_rule get_rules[] = {{"contact_id", false, 0, 0}};
static const struct field_rule edit_rules[] = {{"contact_id", true, 0, 0}, {"version", true, 0, 0}};
static const struct field_rule find_rules[] = {{"query", true, 0, 0}, {"limit", false, 1, 50}};
static const struct field_rule list_rules[] = {{"page_size", false, 1, 200}, {"stage", false, 1, 7}};
static const struct field_rule handover_rules[] = {{"contact_id", true, 0, 0}, {"to", true, 0, 64}};
static const struct field_rule duplicates_rules[] = {{"name", false, 0, 0}};
static const struct field_rule stage_rules[] = {
    {"contact_id", true, 0, 0}, {"stage", true, 1, 7}, {"because", true, 0, 0}};
static const struct method methods[] = {
    PLAN(CONTACT_ADD, contact_add, MAY_STAFF | MAY_PARTNER, METHOD_CHANGES, add_rules),
    PLAN(CONTACT_GET, contact_get, MAY_STAFF | MAY_PARTNER, 0, get_rules),
    PLAN(CONTACT_EDIT, contact_edit, MAY_STAFF, METHOD_CHANGES, edit_rules),
    PLAN(CONTACT_FIND, contact_find, MAY_STAFF | MAY_PARTNER, 0, find_rules),
    PLAN(CONTACT_LIST, contact_list, MAY_STAFF | MAY_PARTNER, 0, list_rules),
    PLAN(CONTACT_HANDOVER, contact_handover, MAY_STAFF, METHOD_CHANGES, handover_rules),
    PLAN(CONTACT_DUPLICATES, contact_duplicates, MAY_STAFF, 0, duplicates_rules),
    PLAN(CONTACT_STAGE_SET, contact_stage_set, MAY_STAFF, METHOD_CHANGES, stage_rules),
};
const struct module contact_module = {"contact", methods, ARRAY_LEN(methods)};
