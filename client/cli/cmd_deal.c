/* SPDX-License-Identifier: Apache-2.0 */
/* Deals with their checklist, and the projects that follow. */
#include <strings.h>
#include <sysexits.h>
#include "client/cli/cli.h"
#include "vouchsafe/v1/deal.pb-c.h"
#include "vouchsafe/v1/method.pb-c.h"

#define WHO \
    { .shown = "NAME|C12", .field = "contact_id", .many = true }
#define DEAL \
    { .shown = "D12", .field = "deal_id" }
#define PROJECT \
    { .shown = "J12", .field = "project_id" }

static int read_version(struct cli *c, ProtobufCMessage *request) {
    Vouchsafe__V1__DealEditRequest *q = (void *)request;
    Vouchsafe__V1__DealGetRequest get = VOUCHSAFE__V1__DEAL_GET_REQUEST__INIT;
    get.has_deal_id = 1, get.deal_id = q->deal_id;
    int r = line_call(c, VOUCHSAFE__V1__METHOD__DEAL_GET, false, &get.base, &vouchsafe__v1__deal_get_reply__descriptor);
    q->has_version = 1, q->version = (int64_t)message_number(c->reply.body, "deal.version");
    return r;
}

/* Winning opens a project unless the seat says that there is none. */
static int open_project(struct cli *c, ProtobufCMessage *request) {
    struct id id = id_new();
    if (args_own(&c->args, "no-project") == NULL) message_set_id(&c->mem, request, "project_id", &id);
    return 0;
}

/* A baseline has no number of its own: it is its deal's, by what is measured. */
static int find_baseline(struct cli *c, ProtobufCMessage *request) {
    const char *deal = c->args.words[0], *measure = words_join(&c->mem, c->args.words + 1, c->args.n_words - 1);
    Vouchsafe__V1__DealGetRequest get = VOUCHSAFE__V1__DEAL_GET_REQUEST__INIT;
    struct id id;
    get.has_number = 1, get.number = number_of(deal, 'D');
    if (!get.number) return cli_fail(c, EX_USAGE, "\"%s\" is no deal's number (D12)", deal);
    int r = line_call(c, VOUCHSAFE__V1__METHOD__DEAL_GET, false, &get.base, &vouchsafe__v1__deal_get_reply__descriptor);
    struct field rows = r ? (struct field){0} : message_find(c->reply.body, "baselines");
    for (size_t i = 0; i < field_count(rows); i++)
        if (!strcasecmp(message_text(field_message(rows, i), "measure"), measure) &&
            message_id(field_message(rows, i), "baseline_id", &id)) {
            message_set_id(&c->mem, request, "baseline_id", &id);
            return 0;
        }
    return r ? r
             : cli_fail(c, EX_DATAERR, "%s measures no \"%s\"; deal show %s lists what it does", deal, measure, deal);
}

static const struct command LIST[] = {
    {.words = "deal add",
     .summary = "Open a deal",
     .examples = {"deal add Ann Lee --title \"garage roof\" --value 8400",
                  "deal add C2 --title skylight --value 2150.50 --json"},
     .programs = STAFF,
     .flags = CHANGES,
     COMMAND_CALL(DEAL_ADD, deal_add),
     .args = {WHO},
     .fresh = "deal_id",
     .needs = "title",
     .says = "added {number}"},
    {.words = "deal show",
     .summary = "Show a deal with its value baseline",
     .examples = {"deal show D1", "deal show D1 --json"},
     .programs = STAFF,
     COMMAND_CALL(DEAL_GET, deal_get),
     .args = {DEAL},
     .hidden = "number",
     .record = "deal",
     .rows = "baselines",
     .columns = "measure unit before promised after evidence result_on"},
    {.words = "deal list",
     .summary = "List deals in the order of their numbers",
     .examples = {"deal list --state open", "deal list --contact \"Ann Lee\""},
     .programs = STAFF,
     .flags = PAGES,
     COMMAND_CALL(DEAL_LIST, deal_list),
     .rows = "deals",
     .columns = "number contact title state value currency opened_on closed_on owner origin conversation_on",
     .empty = "no deals"},
    {.words = "deal edit",
     .summary = "Change an open deal; --conversation DAY: the referral conversation was had",
     .examples = {"deal edit D1 --conversation today", "deal edit D1 --customer-owes \"colour of the slates\""},
     .programs = STAFF,
     .flags = CHANGES,
     COMMAND_CALL(DEAL_EDIT, deal_edit),
     .args = {DEAL},
     .says = "changed",
     .prepare = read_version},
    {.words = "deal won",
     .summary = "Won: the prospect becomes a customer, the project opens",
     .examples = {"deal won D1", "deal won D2 --value 2000 --no-project"},
     .programs = STAFF,
     .flags = CHANGES,
     COMMAND_CALL(DEAL_WON, deal_won),
     .args = {DEAL},
     .hidden = "project_id",
     .own = {{"no-project", NULL, "nothing is to be done for it"}},
     .says = "won {how}",
     .prepare = open_project},
    {.words = "deal lost",
     .summary = "Lost, with the reason",
     .examples = {"deal lost D3 \"bought elsewhere, price\"", "deal lost D4 --because \"no budget\" --on today"},
     .programs = STAFF,
     .flags = CHANGES,
     COMMAND_CALL(DEAL_LOST, deal_lost),
     .args = {DEAL, {.shown = "BECAUSE", .field = "because", .many = true, .optional = true}},
     .needs = "because",
     .says = "lost"},
    {.words = "deal reopen",
     .summary = "Open again, with the reason; the outcome leaves the numbers",
     .examples = {"deal reopen D3 \"they called back\"", "deal reopen D4 --because \"entered by mistake\""},
     .programs = STAFF,
     .flags = CHANGES,
     COMMAND_CALL(DEAL_REOPEN, deal_reopen),
     .args = {DEAL, {.shown = "BECAUSE", .field = "because", .many = true, .optional = true}},
     .needs = "because",
     .says = "open again"},
    {.words = "baseline add",
     .summary = "What the customer expects of a deal, as a measure",
     .examples = {"baseline add D1 heating --before 2400 --promised 1700",
                  "baseline add D1 leaks --before 3 --promised 0"},
     .programs = STAFF,
     .flags = CHANGES,
     COMMAND_CALL(BASELINE_ADD, baseline_add),
     .args = {DEAL, {.shown = "MEASURE", .field = "measure", .many = true}},
     .fresh = "baseline_id",
     .needs = "before promised",
     .says = "noted"},
    {.words = "baseline result",
     .summary = "What became of a measure of a deal",
     .examples = {"baseline result D1 heating --after 1650", "baseline result D1 leaks --after 0 --json"},
     .programs = STAFF,
     .flags = CHANGES,
     COMMAND_CALL(BASELINE_RESULT, baseline_result),
     .args = {{.shown = "D12"}, {.shown = "MEASURE", .many = true}},
     .hidden = "baseline_id",
     .needs = "after",
     .says = "noted",
     .prepare = find_baseline},
    {.words = "project add",
     .summary = "Open a project without a deal",
     .examples = {"project add Ann Lee --title \"yearly gutter check\"",
                  "project add C2 --title repair --started-on today"},
     .programs = STAFF,
     .flags = CHANGES,
     COMMAND_CALL(PROJECT_ADD, project_add),
     .args = {WHO},
     .fresh = "project_id",
     .needs = "title",
     .says = "added {number}"},
    {.words = "project list",
     .summary = "List projects in the order of their numbers",
     .examples = {"project list --state active", "project list --contact \"Ann Lee\""},
     .programs = STAFF,
     .flags = PAGES,
     COMMAND_CALL(PROJECT_LIST, project_list),
     .rows = "projects",
     .columns = "number contact title state deal_number started_on ended_on owner",
     .empty = "no projects"},
    {.words = "project complete",
     .summary = "The work is done",
     .examples = {"project complete J1", "project complete J2 --on today"},
     .programs = STAFF,
     .flags = CHANGES,
     COMMAND_CALL(PROJECT_COMPLETE, project_complete),
     .args = {PROJECT},
     .says = "completed"},
    {.words = "project cancel",
     .summary = "It won't be done, with the reason",
     .examples = {"project cancel J3 \"house was sold\"", "project cancel J4 --because \"house was sold\""},
     .programs = STAFF,
     .flags = CHANGES,
     COMMAND_CALL(PROJECT_CANCEL, project_cancel),
     .args = {PROJECT, {.shown = "BECAUSE", .field = "because", .many = true, .optional = true}},
     .needs = "because",
     .says = "cancelled"},
};
const struct module_commands commands_deal = {LIST, ARRAY_LEN(LIST), NULL};
