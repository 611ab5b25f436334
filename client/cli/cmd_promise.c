/* SPDX-License-Identifier: Apache-2.0 */
/* Promises: what was said to a contact, and its day. */
#include "client/cli/cli.h"
#include "vouchsafe/v1/method.pb-c.h"
#include "vouchsafe/v1/promise.pb-c.h"

#define PROMISE \
    { .shown = "M12", .field = "promise_id" }
static const struct command LIST[] = {
    {.words = "promise",
     .summary = "Write down what was promised to a contact, and by when",
     .examples = {"promise Ann Lee \"gutters checked\" by fri",
                  "promise C2 \"samples sent\" --by \"in 3 days\" --owner sue"},
     .programs = STAFF,
     .flags = CHANGES,
     COMMAND_CALL(PROMISE_ADD, promise_add),
     .args = {{.shown = "NAME|C12", .field = "contact_id", .many = true}, {.shown = "WORDS", .field = "words"}},
     .keywords = "by=due_on",
     .fresh = "promise_id",
     .needs = "due_on",
     .says = "promised {number} by {due_on}"},
    {.words = "promise list",
     .summary = "List promises, the earliest due first",
     .examples = {"promise list --state open", "promise list --overdue --owner sam"},
     .programs = STAFF,
     .flags = PAGES,
     COMMAND_CALL(PROMISE_LIST, promise_list),
     .rows = "promises",
     .columns = "number contact words due_on state overdue owner settled_on because",
     .empty = "no promises"},
    {.words = "promise done",
     .summary = "Fulfilled: kept by its day, broken after it; --exceeded: more than promised",
     .examples = {"promise done M1", "promise done M2 --exceeded --because \"samples and a visit\""},
     .programs = STAFF,
     .flags = CHANGES,
     COMMAND_CALL(PROMISE_DONE, promise_done),
     .args = {PROMISE},
     .says = "{state}"},
    {.words = "promise break",
     .summary = "It can't be kept, with the reason",
     .examples = {"promise break M3 \"the slates are sold out\"", "promise break M4 --because \"storm damage\""},
     .programs = STAFF,
     .flags = CHANGES,
     COMMAND_CALL(PROMISE_BREAK, promise_break),
     .args = {PROMISE, {.shown = "BECAUSE", .field = "because", .many = true, .optional = true}},
     .needs = "because",
     .says = "broken; a recovery touch mends it"},
    {.words = "promise release",
     .summary = "Renegotiated with the contact before its day",
     .examples = {"promise release M5 \"moved to May, their wish\"",
                  "promise release M6 --because \"not needed any more\""},
     .programs = STAFF,
     .flags = CHANGES,
     COMMAND_CALL(PROMISE_RELEASE, promise_release),
     .args = {PROMISE, {.shown = "BECAUSE", .field = "because", .many = true, .optional = true}},
     .needs = "because",
     .says = "released"},
};
const struct module_commands commands_promise = {LIST, ARRAY_LEN(LIST), NULL};
