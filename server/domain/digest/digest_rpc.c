/* SPDX-License-Identifier: Apache-2.0 */
/* Where digests go, and what became of them. Sending is the scheduler's (digest_send.c). */
#include "server/domain/plan.h"
#include "vouchsafe/text.h"
#include "vouchsafe/v1/digest.pb-c.h"
#include "vouchsafe/v1/method.pb-c.h"

/* An address that begins with a dash could be taken for an option by the program it is given to. */
static bool check_address(struct request *r, const void *body) {
    const char *email = ((const Vouchsafe__V1__DigestToRequest *)body)->email;
    char key[TEXT_KEY_MAX];
    if (email == NULL || email[0] == '\0' || (email[0] != '-' && text_email_key(email, key, sizeof key) == 0))
        return true;
    request_refuse(r, VS_INVALID_ARGUMENT, "BAD_EMAIL", "email", "that is no e-mail address; write sam@example.org");
    return false;
}

static const struct plan digest_to = {PLAN_REPLY(digest_to), .change = QUERY_DIGEST_TO, .check = check_address};
static const struct plan digest_list = {PLAN_REPLY(digest_list), .reads = {{QUERY_DIGEST_LIST, "digests", 0, false}}};

static const struct field_rule to_rules[] = {{"login", false, 0, 64}, {"email", false, 0, 254}};
static const struct field_rule list_rules[] = {{"page_size", false, 1, 200}};
static const struct method methods[] = {
    PLAN(DIGEST_TO, digest_to, MAY_STAFF, METHOD_CHANGES, to_rules),
    PLAN(DIGEST_LIST, digest_list, MAY_STAFF, 0, list_rules),
};
const struct module digest_module = {"digest", methods, ARRAY_LEN(methods)};
