/* SPDX-License-Identifier: Apache-2.0 */
/* Contacts: the people touches are logged against. */
#include "client/cli/cli.h"
#include <sysexits.h>
#include "vouchsafe/v1/contact.pb-c.h"
#include "vouchsafe/v1/method.pb-c.h"

/* An edit names the version that was read: somebody else's edit in between is not overwritten. */
static int read_version(struct cli *c, ProtobufCMessage *request) {
    Vouchsafe__V1__ContactEditRequest *q = (void *)request;
    Vouchsafe__V1__ContactGetRequest get = VOUCHSAFE__V1__CONTACT_GET_REQUEST__INIT;
    get.has_contact_id = 1, get.contact_id = q->contact_id;
    int r = line_call(c, VOUCHSAFE__V1__METHOD__CONTACT_GET, false, &get.base,
                      &vouchsafe__v1__contact_get_reply__descriptor);
    q->has_version = 1, q->version = (int64_t)message_number(c->reply.body, "contact.version");
    return r;
}

#define WHO \
    { .shown = "NAME|C12", .field = "contact_id", .many = true }
static const struct command LIST[] = {
    {.words = "contact add",
     .summary = "Add a contact; people it may be already are named, never refused",
     .examples = {"contact add Dora Klein", "contact add Bo Park --email bo@example.org --origin referral"},
     .programs = STAFF,
     .flags = CHANGES,
     COMMAND_CALL(CONTACT_ADD, contact_add),
     .args = {{.shown = "NAME", .field = "name", .many = true}},
     .fresh = "contact_id",
     .says = "added {contact.number} {contact.name}",
     .rows = "likely_duplicates",
     .intro = "perhaps the same as:",
     .columns = "number name because"},
    {.words = "contact find",
     .summary = "Find contacts by name (misspelt too), e-mail, phone or number, best first",
     .examples = {"contact find ann", "contact find ann.lee@example.org --json"},
     .programs = ALL,
     COMMAND_CALL(CONTACT_FIND, contact_find),
     .args = {{.shown = "TEXT", .field = "query", .many = true}},
     .rows = "contacts",
     .columns = "number name stage email phone organization owner",
     .empty = "nobody found"},
    {.words = "contact show",
     .summary = "Show a contact",
     .examples = {"contact show Ann Lee", "contact show C1 --json"},
     .programs = ALL,
     COMMAND_CALL(CONTACT_GET, contact_get),
     .args = {WHO},
     .hidden = "number",
     .record = "contact"},
    {.words = "contact edit",
     .summary = "Change a contact; --option= with nothing behind it clears a value",
     .examples = {"contact edit C2 --preferred-channel call",
                  "contact edit Ann Lee --best-hours \"after 17\" --language de"},
     .programs = STAFF,
     .flags = CHANGES,
     COMMAND_CALL(CONTACT_EDIT, contact_edit),
     .args = {WHO},
     .says = "changed",
     .prepare = read_version},
    {.words = "contact list",
     .summary = "List contacts in the order of their numbers",
     .examples = {"contact list --limit 20", "contact list --stage buy --csv"},
     .programs = ALL,
     .flags = PAGES,
     COMMAND_CALL(CONTACT_LIST, contact_list),
     .rows = "contacts",
     .columns = "number name stage email phone organization owner",
     .empty = "no contacts"},
    {.words = "contact handover",
     .summary = "Give a contact to another account, who is responsible from now on",
     .examples = {"contact handover Bob Stone sue", "contact handover C2 sam"},
     .programs = STAFF,
     .flags = CHANGES,
     COMMAND_CALL(CONTACT_HANDOVER, contact_handover),
     .args = {WHO, {.shown = "LOGIN", .field = "to"}},
     .says = "handed over to {to}"},
    {.words = "contact stage",
     .summary = "Set a contact's stage back by hand, with the reason; touches raise it",
     .examples = {"contact stage Bob Stone know --because \"was another Bob\"",
                  "contact stage C2 like --because \"bought elsewhere\""},
     .programs = STAFF,
     .flags = CHANGES,
     COMMAND_CALL(CONTACT_STAGE_SET, contact_stage_set),
     .args = {WHO, {.shown = "STAGE", .field = "stage"}},
     .needs = "because",
     .says = "the stage is {stage} now"},
    {.words = "contact duplicates",
     .summary = "Who such a person may be already; stores nothing",
     .examples = {"contact duplicates --email ann.lee@example.org",
                  "contact duplicates --name \"Ann Lee\" --phone \"+49 30 5550123\""},
     .programs = STAFF,
     COMMAND_CALL(CONTACT_DUPLICATES, contact_duplicates),
     .rows = "duplicates",
     .columns = "number name because",
     .empty = "nobody like that"},
};
const struct module_commands commands_contact = {LIST, ARRAY_LEN(LIST), NULL};
