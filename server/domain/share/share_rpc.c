/* SPDX-License-Identifier: Apache-2.0 */
/* What a partner may see of contacts: granted, changed, listed and revoked by staff. */
#include "server/domain/plan.h"
#include "vouchsafe/v1/method.pb-c.h"
#include "vouchsafe/v1/share.pb-c.h"

static bool check_list(struct request *r, const void *body) {
    const Vouchsafe__V1__ShareListRequest *q = body;
    if (q->has_contact_id || q->has_partner_id) return true;
    request_refuse(r, VS_INVALID_ARGUMENT, "REQUIRED", "contact_id", "contact_id: name a contact, a partner, or both");
    return false;
}

static const struct plan share_grant = {PLAN_REPLY(share_grant), .change = QUERY_SHARE_GRANT};
static const struct plan share_revoke = {PLAN_REPLY(share_revoke), .change = QUERY_SHARE_REVOKE};
static const struct plan share_list = {PLAN_REPLY(share_list), .check = check_list,
                                       .reads = {{QUERY_SHARE_LIST, "shares", 0, true}}};

static const struct field_rule rules[] = {{"contact_id", true, 0, 0}, {"partner_id", true, 0, 0}};
static const struct field_rule list_rules[] = {{"page_size", false, 1, 200}};
static const struct method methods[] = {
    PLAN(SHARE_GRANT, share_grant, MAY_STAFF, METHOD_CHANGES, rules),
    PLAN(SHARE_REVOKE, share_revoke, MAY_STAFF, METHOD_CHANGES, rules),
    PLAN(SHARE_LIST, share_list, MAY_STAFF, 0, list_rules),
};
const struct module share_module = {"share", methods, ARRAY_LEN(methods)};
