/* SPDX-License-Identifier: Apache-2.0 */
/* The business itself and its partners. */
#include <string.h>
#include "client/cli/cli.h"
#include "client/cli/enrol.h"
#include "vouchsafe/v1/account.pb-c.h"
#include "vouchsafe/v1/business.pb-c.h"
#include "vouchsafe/v1/method.pb-c.h"

static int read_version(struct cli *c, ProtobufCMessage *request) {
    Vouchsafe__V1__BusinessEditRequest *q = (void *)request;
    Vouchsafe__V1__BusinessGetRequest get = VOUCHSAFE__V1__BUSINESS_GET_REQUEST__INIT;
    int r = line_call(c, VOUCHSAFE__V1__METHOD__BUSINESS_GET, false, &get.base,
                      &vouchsafe__v1__business_get_reply__descriptor);
    q->has_version = 1, q->version = (int64_t)message_number(c->reply.body, "business.version");
    return r;
}

/* An account for somebody of the partner, and the line for their machine, in one step. */
static int run_partner_enrol(struct cli *c, ProtobufCMessage *request) {
    Vouchsafe__V1__AccountAddRequest *q = (void *)request;
    struct id id = id_new();
    int r = line_open(c);
    if (r || (r = resolve_refs(c))) return r;
    message_set_id(&c->mem, request, "account_id", &id);
    q->has_role = 1, q->role = VOUCHSAFE__V1__ROLE__PARTNER;
    r = line_call(c, VOUCHSAFE__V1__METHOD__ACCOUNT_ADD, true, request, &vouchsafe__v1__account_add_reply__descriptor);
    return r ? r : enrol(c, q->login);
}

static const struct command LIST[] = {
    {.words = "partner add",
     .summary = "Add a partner organization",
     .examples = {"partner add Gutter Works", "partner add \"Sun & Sons\" --json"},
     .programs = ADMIN,
     .flags = CHANGES,
     COMMAND_CALL(PARTNER_ADD, partner_add),
     .args = {{.shown = "NAME", .field = "name", .many = true}},
     .fresh = "partner_id",
     .says = "added {number} {name}"},
    {.words = "partner list",
     .summary = "List partners, with their accounts and the contacts shared with them",
     .examples = {"partner list", "partner list --json"},
     .programs = STAFF,
     .flags = PAGES,
     COMMAND_CALL(PARTNER_LIST, partner_list),
     .rows = "partners",
     .columns = "number name accounts contacts created_at",
     .empty = "no partners"},
    {.words = "partner enrol",
     .summary = "Add an account for somebody of a partner and make the line for their machine",
     .examples = {"partner enrol P1 eve --name \"Eve Acme\"", "partner enrol \"Acme Plumbing\" max --json"},
     .programs = ADMIN,
     .request = &vouchsafe__v1__account_add_request__descriptor,
     .args = {{.shown = "PARTNER|P1", .field = "partner_id"}, {.shown = "LOGIN", .field = "login"}},
     .fresh = "account_id",
     .hidden = "role password",
     .run = run_partner_enrol},
    {.words = "business show",
     .summary = "Show the business",
     .examples = {"business show", "business show --json"},
     .programs = ADMIN,
     COMMAND_CALL(BUSINESS_GET, business_get),
     .record = "business"},
    {.words = "business edit",
     .summary = "Change the business's name, zone, country or currency",
     .examples = {"business edit --country DE --currency EUR", "business edit --zone Europe/Berlin"},
     .programs = ADMIN,
     .flags = CHANGES,
     COMMAND_CALL(BUSINESS_EDIT, business_edit),
     .says = "changed",
     .prepare = read_version},
};
const struct module_commands commands_business = {LIST, ARRAY_LEN(LIST), NULL};
