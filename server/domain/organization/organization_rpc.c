/* SPDX-License-Identifier: Apache-2.0 */
/* Organizations, and the attributes a business defines for them and for contacts. Staff's; the admin defines. */
#include <string.h>
#include <strings.h>

#include "server/domain/plan.h"
#include "vouchsafe/text.h"
#include "vouchsafe/v1/contact.pb-c.h"
#include "vouchsafe/v1/method.pb-c.h"

enum { CHOICES_MAX = 50 };

/* --- attributes ------------------------------------------------------------------------------------------------- */

static bool refuse(struct request *r, const char *reason, const char *field, const char *words) {
    request_refuse(r, VS_INVALID_ARGUMENT, reason, field, "%s: %s", field, words);
    return false;
}

static bool key_ok(const char *key) {
    return key[0] >= 'a' && key[0] <= 'z' && key[strspn(key, "abcdefghijklmnopqrstuvwxyz0123456789_")] == '\0';
}

static bool choices_ok(char *const *choices, size_t n) {
    for (size_t i = 0; i < n; i++) {
        if (text_is_blank(choices[i]) || strlen(choices[i]) > TEXT_FIELD_MAX) return false;
        for (size_t k = 0; k < i; k++)
            if (strcasecmp(choices[i], choices[k]) == 0) return false;
    }
    return n <= CHOICES_MAX;
}

static bool check_define(struct request *r, const void *body) {
    const Vouchsafe__V1__Attribute *a = ((const Vouchsafe__V1__AttributeDefineRequest *)body)->attribute;
    bool choice = a->kind == VOUCHSAFE__V1__ATTRIBUTE_KIND__CHOICE;
    if (!key_ok(a->key)) return refuse(r, "BAD_KEY", "key", "a lower-case word such as roof_age");
    if (choice ? a->n_choices == 0 : a->n_choices > 0)
        return refuse(r, "BAD_CHOICES", "choices", "an attribute of the kind choice has some, others have none");
    return choices_ok(a->choices, a->n_choices) ||
           refuse(r, "BAD_CHOICES", "choices", "at most 50, each different and of at most 256 bytes");
}

/* --- finding organizations -------------------------------------------------------------------------------------- */

static bool put_query_key(struct request *r, const void *body, struct params *p) {
    (void)r;
    char key[TEXT_KEY_MAX];
    const char *query = ((const Vouchsafe__V1__OrganizationFindRequest *)body)->query;
    params_text(p, query != NULL && text_name_key(query, key, sizeof key) == 0 ? key : NULL);
    return true;
}

static const struct derivation find_derived[] = {{"query_key", put_query_key}, {NULL, NULL}};

/* --- methods -------------------------------------------------------------------------------------------------- */

static const struct plan organization_add = {PLAN_REPLY(organization_add), .change = QUERY_ORGANIZATION_ADD,
                                             .explain = QUERY_ORGANIZATION_ATTRIBUTE_FAULT,
                                             .reads = {{QUERY_ORGANIZATION_ADDED, "organization", 0, true}}};
static const struct plan organization_edit = {PLAN_REPLY(organization_edit), .change = QUERY_ORGANIZATION_EDIT,
                                              .explain = QUERY_ORGANIZATION_ATTRIBUTE_FAULT};
static const struct plan organization_find = {PLAN_REPLY(organization_find), .derived = find_derived,
                                              .reads = {{QUERY_ORGANIZATION_FIND, "organizations", 0, false}}};
static const struct plan attribute_define = {PLAN_REPLY(attribute_define), .check = check_define,
                                             .change = QUERY_ATTRIBUTE_DEFINE};
static const struct plan attribute_list = {PLAN_REPLY(attribute_list), .page = 200,
                                           .reads = {{QUERY_ATTRIBUTE_LIST, "attributes", 0, false}}};

static const struct field_rule add_rules[] = {{"organization_id", true, 0, 0}, {"name", true, 0, 0}};
static const struct field_rule edit_rules[] = {{"organization_id", true, 0, 0}, {"version", true, 0, 0}};
static const struct field_rule page_rules[] = {{"page_size", false, 1, 200}};
static const struct field_rule define_rules[] = {{"attribute", true, 0, 0}, {"key", true, 0, 40}, {"kind", true, 1, 5}};
static const struct method methods[] = {
    PLAN(ORGANIZATION_ADD, organization_add, MAY_STAFF, METHOD_CHANGES, add_rules),
    PLAN(ORGANIZATION_EDIT, organization_edit, MAY_STAFF, METHOD_CHANGES, edit_rules),
    PLAN(ORGANIZATION_FIND, organization_find, MAY_STAFF, 0, page_rules),
    PLAN(ATTRIBUTE_DEFINE, attribute_define, MAY_ADMIN, METHOD_CHANGES, define_rules),
    PLAN(ATTRIBUTE_LIST, attribute_list, MAY_STAFF | MAY_MANAGER, 0, page_rules),
};
const struct module organization_module = {"organization", methods, ARRAY_LEN(methods)};
