/* SPDX-License-Identifier: Apache-2.0 */
/* Champions, and how far their word travels. */
#include "client/cli/cli.h"
#include "vouchsafe/v1/champion.pb-c.h"
#include "vouchsafe/v1/method.pb-c.h"

#define WHO \
    { .shown = "NAME|C12", .field = "contact_id", .many = true }
static const struct command LIST[] = {
    {.words = "champion",
     .summary = "Invite a customer to be a champion, note the answer, let one rest or wake",
     .examples = {"champion invite C3 because \"five referrals since spring\"",
                  "champion accept Ann Lee because \"glad to\""},
     .programs = STAFF,
     .flags = CHANGES,
     COMMAND_CALL(CHAMPION_ACT, champion_act),
     .args = {{.shown = "invite|accept|decline|rest|wake", .field = "action"}, WHO},
     .keywords = "because=because",
     .needs = "because",
     .says = "{state}"},
    {.words = "champion list",
     .summary = "List champions: what came of their word, who goes quiet, what they earned",
     .examples = {"champion list", "champion list --silent --json"},
     .programs = STAFF,
     .flags = PAGES,
     COMMAND_CALL(CHAMPION_LIST, champion_list),
     .rows = "champions",
     .columns = "contact_number contact state direct direct_won direct_value downstream downstream_value people quiet "
                "last_touch_at recognition next_recognition",
     .empty = "no champions; champion candidates proposes some"},
    {.words = "champion candidates",
     .summary = "Who could be one, and why",
     .examples = {"champion candidates", "champion candidates --limit 5"},
     .programs = STAFF,
     COMMAND_CALL(CHAMPION_CANDIDATES, champion_candidates),
     .rows = "candidates",
     .columns = "contact_number contact because",
     .empty = "nobody yet"},
    {.words = "champion tree",
     .summary = "Who came through somebody's word, and what came of it",
     .examples = {"champion tree Ann Lee", "champion tree C3 --json"},
     .programs = STAFF,
     COMMAND_CALL(CHAMPION_TREE, champion_tree),
     .args = {WHO},
     .rows = "people",
     .columns = "depth contact_number contact parent_number direct won value"},
    {.words = "champion reach",
     .summary = "Introductions per customer, generation by generation (the k-factor)",
     .examples = {"champion reach", "champion reach --limit 3"},
     .programs = STAFF,
     COMMAND_CALL(CHAMPION_REACH, champion_reach),
     .rows = "generations",
     .columns = "generation customers introductions k",
     .empty = "no customers yet"},
};
const struct module_commands commands_champion = {LIST, ARRAY_LEN(LIST), "champions"};
