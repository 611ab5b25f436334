/* SPDX-License-Identifier: Apache-2.0 */
/* From "D12" to an id. Which letters there are stands in the table `kind` (sql/migrations). */
#include <ctype.h>
#include <stdlib.h>

#include "server/domain/plan.h"
#include "vouchsafe/v1/lookup.pb-c.h"
#include "vouchsafe/v1/method.pb-c.h"

static const char *name_of(const void *body) { return ((const Vouchsafe__V1__LookupRequest *)body)->name; }

static bool check_name(struct request *r, const void *body) {
    const char *name = name_of(body);
    char *end = NULL;
    if (isalpha((unsigned char)name[0]) && isdigit((unsigned char)name[1])) (void)strtoull(name + 1, &end, 10);
    if (end != NULL && *end == '\0') return true;
    request_refuse(r, VS_INVALID_ARGUMENT, "BAD_NUMBER", "name", "write a letter and a number: D12");
    return false;
}

static bool put_letter(struct request *r, const void *body, struct params *p) {
    (void)r;
    char letter[2] = {(char)toupper((unsigned char)name_of(body)[0]), '\0'};
    params_text(p, letter);
    return true;
}

static bool put_number(struct request *r, const void *body, struct params *p) {
    (void)r;
    params_int8(p, strtoll(name_of(body) + 1, NULL, 10));
    return true;
}

static const struct derivation derived[] = {{"letter", put_letter}, {"number", put_number}, {NULL, NULL}};
static const struct plan lookup = {PLAN_REPLY(lookup), .reads = {{QUERY_LOOKUP, "", 0, true}}, .derived = derived,
                                   .check = check_name};

static const struct field_rule rules[] = {{"name", true, 0, 20}};
static const struct method methods[] = {PLAN(LOOKUP, lookup, MAY_STAFF, 0, rules)};
const struct module lookup_module = {"lookup", methods, ARRAY_LEN(methods)};
