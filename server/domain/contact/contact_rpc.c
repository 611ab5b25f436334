/* SPDX-License-Identifier: Apache-2.0 */
/* Contacts. One is added first and read back after the commit, so that a repeat answers with the same shape. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "server/domain/plan.h"
#include "vouchsafe/text.h"
#include "vouchsafe/v1/contact.pb-c.h"
#include "vouchsafe/v1/method.pb-c.h"

/* --- find: one query, three ways to read it ------------------------------------------------------------------- */

static const char *query_of(const void *body) { return ((const Vouchsafe__V1__ContactFindRequest *)body)->query; }

static bool is_number(const char *query) {
    return toupper((unsigned char)query[0]) == 'C' && isdigit((unsigned char)query[1]);
}

static bool put_query_key(struct request *r, const void *body, struct params *p) {
    (void)r;
    char key[TEXT_KEY_MAX];
    const char *query = query_of(body);
    params_text(p, !is_number(query) && text_name_key(query, key, sizeof key) == 0 ? key : NULL);
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
    params_int8(p, is_number(query_of(body)) ? strtoll(query_of(body) + 1, NULL, 10) : -1);
    return true;
}

/* --- methods -------------------------------------------------------------------------------------------------- */

static const struct plan contact_add = {
    PLAN_REPLY(contact_add), .change = QUERY_CONTACT_ADD,
    .reads = {{QUERY_CONTACT_ADDED, "contact", 0, true}, {QUERY_CONTACT_TWINS, "likely_duplicates", MAY_STAFF, false}}};
static const struct plan contact_get = {
    PLAN_REPLY(contact_get),
    .reads = {{QUERY_CONTACT_GET, "contact", 0, true}, {QUERY_CONTACT_DETAILS, "contact", MAY_STAFF, false}}};
static const struct derivation find_derived[] = {
    {"query_key", put_query_key}, {"exact", put_exact}, {"number", put_number}, {NULL, NULL}};
static const struct plan contact_find = {PLAN_REPLY(contact_find),
                                         .reads = {{QUERY_CONTACT_FIND, "contacts", 0, false}}, .page = 10,
                                         .derived = find_derived};

static const struct field_rule add_rules[] = {{"contact_id", true, 0, 0}, {"name", true, 0, 0}};
static const struct field_rule get_rules[] = {{"contact_id", false, 0, 0}};
static const struct field_rule find_rules[] = {{"query", true, 0, 0}, {"limit", false, 1, 50}};
static const struct method methods[] = {
    PLAN(CONTACT_ADD, contact_add, MAY_STAFF | MAY_PARTNER, METHOD_CHANGES, add_rules),
    PLAN(CONTACT_GET, contact_get, MAY_STAFF | MAY_PARTNER, 0, get_rules),
    PLAN(CONTACT_FIND, contact_find, MAY_STAFF | MAY_PARTNER, 0, find_rules),
};
const struct module contact_module = {"contact", methods, ARRAY_LEN(methods)};
