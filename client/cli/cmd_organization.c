/* SPDX-License-Identifier: Apache-2.0 */
/* Organizations, and the attributes a business defines for them and for contacts. */
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include "client/cli/cli.h"
#include "vouchsafe/v1/contact.pb-c.h"
#include "vouchsafe/v1/method.pb-c.h"

/* There is no getting one organization: the version is the found row's. */
static int read_version(struct cli *c, ProtobufCMessage *request) {
    struct field rows = message_find(c->reply.body, "organizations"); /* what resolving the name read last */
    Vouchsafe__V1__OrganizationEditRequest *q = (void *)request;
    struct id id, row_id;
    (void)message_id(request, "organization_id", &id);
    for (size_t i = 0; i < field_count(rows); i++)
        if (message_id(field_message(rows, i), "organization_id", &row_id) && id_equal(&id, &row_id)) {
            q->has_version = 1, q->version = (int64_t)message_number(field_message(rows, i), "version");
            return 0;
        }
    return cli_fail(c, EX_DATAERR, "the organization was not read; name it by its number (O1)");
}

static const struct command LIST[] = {
    {.words = "organization add",
     .summary = "Add an organization",
     .examples = {"organization add Harbour Cafe", "organization add \"City School\" --set employees=40"},
     .programs = STAFF,
     .flags = CHANGES,
     COMMAND_CALL(ORGANIZATION_ADD, organization_add),
     .args = {{.shown = "NAME", .field = "name", .many = true}},
     .fresh = "organization_id",
     .says = "added {organization.number} {organization.name}"},
    {.words = "organization edit",
     .summary = "Change an organization",
     .examples = {"organization edit O1 --name \"Old Mill Bakery Ltd\"", "organization edit O1 --set employees=12"},
     .programs = STAFF,
     .flags = CHANGES,
     COMMAND_CALL(ORGANIZATION_EDIT, organization_edit),
     .args = {{.shown = "NAME|O12", .field = "organization_id", .many = true}},
     .says = "changed",
     .prepare = read_version},
    {.words = "organization find",
     .summary = "Find organizations; without words all, by name",
     .examples = {"organization find mill", "organization find --limit 20"},
     .programs = STAFF,
     .flags = PAGES,
     COMMAND_CALL(ORGANIZATION_FIND, organization_find),
     .args = {{.shown = "TEXT", .field = "query", .many = true, .optional = true}},
     .hidden = "query",
     .rows = "organizations",
     .columns = "number name attributes",
     .empty = "none found"},
    {.words = "attribute define",
     .summary = "Define a value that contacts or organizations may have, or change it",
     .examples = {"attribute define roof_age --kind number --label \"Roof age\"",
                  "attribute define roof --kind choice --choice tile --choice tin"},
     .programs = ADMIN,
     .flags = CHANGES,
     COMMAND_CALL(ATTRIBUTE_DEFINE, attribute_define),
     .args = {{.shown = "KEY", .field = "attribute.key"}},
     .hidden = "key",
     .needs = "attribute.kind",
     .says = "defined"},
    {.words = "attribute list",
     .summary = "List the attributes of this business",
     .examples = {"attribute list", "attribute list --json"},
     .programs = STAFF,
     COMMAND_CALL(ATTRIBUTE_LIST, attribute_list),
     .rows = "attributes",
     .columns = "key kind label choices of_organizations",
     .empty = "none defined"},
};
const struct module_commands commands_organization = {LIST, ARRAY_LEN(LIST), NULL};
