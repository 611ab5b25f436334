/* SPDX-License-Identifier: Apache-2.0 */
/* What a partner may see. */
#include "client/cli/cli.h"
#include "vouchsafe/v1/method.pb-c.h"
#include "vouchsafe/v1/share.pb-c.h"

static const struct command LIST[] = {
    {.words = "share grant",
     .summary = "Let a partner see a contact; with --log it may log touches too",
     .examples = {"share grant Ann Lee P1 --log", "share grant C2 \"Acme Plumbing\" --log --json"},
     .programs = STAFF,
     .flags = CHANGES,
     COMMAND_CALL(SHARE_GRANT, share_grant),
     .args = {{.shown = "NAME|C12", .field = "contact_id", .many = true},
              {.shown = "PARTNER|P1", .field = "partner_id"}},
     .says = "shared"},
    {.words = "share revoke",
     .summary = "Take that back: the partner sees the contact no more",
     .examples = {"share revoke Bob Stone P1", "share revoke C2 P1"},
     .programs = STAFF,
     .flags = CHANGES,
     COMMAND_CALL(SHARE_REVOKE, share_revoke),
     .args = {{.shown = "NAME|C12", .field = "contact_id", .many = true},
              {.shown = "PARTNER|P1", .field = "partner_id"}},
     .says = "no longer shared"},
    {.words = "share list",
     .summary = "With whom a contact is shared, or what a partner sees",
     .examples = {"share list --contact C1", "share list --partner P1 --with-revoked"},
     .programs = STAFF,
     .flags = PAGES,
     COMMAND_CALL(SHARE_LIST, share_list),
     .rows = "shares",
     .columns = "contact_number contact partner reason may_log granted_at revoked_at",
     .empty = "nothing is shared"},
};
const struct module_commands commands_share = {LIST, ARRAY_LEN(LIST), NULL};
