/* SPDX-License-Identifier: Apache-2.0 */
/* Two contacts that are one person; and a partner's blind check. */
#include "client/cli/cli.h"
#include "vouchsafe/v1/merge.pb-c.h"
#include "vouchsafe/v1/method.pb-c.h"

#define MERGED \
    { .shown = "NAME|C17", .field = "merged_contact_id", .many = true }
static const struct command LIST[] = {
    {.words = "merge",
     .summary = "Merge a contact into another, which is kept; old ids and numbers stay good",
     .examples = {"merge Rosa Lynd into Rosa Lind because \"the same person\"",
                  "merge Rosa Lint --contact \"Rosa Lind\" --json"},
     .programs = STAFF,
     .flags = CHANGES,
     COMMAND_CALL(MERGE_ADD, merge_add),
     .args = {MERGED},
     .keywords = "into=contact_id because=because",
     .fresh = "merge_id",
     .needs = "contact_id",
     .says = "merged {number}; merge undo takes it back"},
    {.words = "merge preview",
     .summary = "What a merge would do, line by line; changes nothing",
     .examples = {"merge preview C3 into C1", "merge preview Carla Moreno --contact C1 --json"},
     .programs = STAFF,
     COMMAND_CALL(MERGE_PREVIEW, merge_preview),
     .args = {MERGED},
     .keywords = "into=contact_id",
     .needs = "contact_id",
     .rows = "lines",
     .columns = "what kept_has merged_has becomes"},
    {.words = "merge undo",
     .summary = "Take a merge back; later ones of the same contacts first",
     .examples = {"merge undo Z2", "merge undo Z1 --json"},
     .programs = STAFF,
     .flags = CHANGES,
     COMMAND_CALL(MERGE_UNDO, merge_undo),
     .args = {{.shown = "Z12", .field = "merge_id"}},
     .says = "undone"},
    {.words = "merge list",
     .summary = "List merges in the order of their numbers",
     .examples = {"merge list", "merge list --contact \"Rosa Lind\""},
     .programs = STAFF,
     .flags = PAGES,
     COMMAND_CALL(MERGE_LIST, merge_list),
     .rows = "merges",
     .columns =
         "number contact_number contact merged_contact_number merged_contact because merged_at merged_by undo_until_at undone_at",
     .empty = "no merges"},
    {.words = "blind",
     .summary = "Is such a person known here already? Says whether, never who",
     .examples = {"blind --email ann.lee@example.org", "blind Bob Stone --phone \"+49 30 5550123\""},
     .programs = PARTNER,
     .flags = CHANGES,
     COMMAND_CALL(BLIND_CHECK, blind_check),
     .args = {{.shown = "NAME", .field = "name", .many = true, .optional = true}},
     .fresh = "blind_id",
     .says = "{verdict} {held_class} {since}"},
};
const struct module_commands commands_merge = {LIST, ARRAY_LEN(LIST), "one person"};
