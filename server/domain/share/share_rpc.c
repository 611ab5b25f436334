/* SPDX-License-Identifier: Apache-2.0 */
/* What a partner may see of contacts: granted, changed and revoked by staff. */
#include "server/domain/plan.h"
#include "vouchsafe/v1/method.pb-c.h"
#include "vouchsafe/v1/share.pb-c.h"

static const struct plan share_grant = {PLAN_REPLY(share_grant), .change = QUERY_SHARE_GRANT};
static const struct plan share_revoke = {PLAN_REPLY(share_revoke), .change = QUERY_SHARE_REVOKE};

static const struct field_rule rules[] = {{"contact_id", true, 0, 0}, {"partner_id", true, 0, 0}};
static const struct method methods[] = {
    PLAN(SHARE_GRANT, share_grant, MAY_STAFF, METHOD_CHANGES, rules),
    PLAN(SHARE_REVOKE, share_revoke, MAY_STAFF, METHOD_CHANGES, rules),
};
const struct module share_module = {"share", methods, ARRAY_LEN(methods)};
