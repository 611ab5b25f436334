/* SPDX-License-Identifier: Apache-2.0 */
/* The daily digest: where one's own goes, and what became of it. */
#include "client/cli/cli.h"
#include "vouchsafe/v1/digest.pb-c.h"
#include "vouchsafe/v1/method.pb-c.h"

static int nowhere(struct cli *c, ProtobufCMessage *request) {
    (void)c;
    ((Vouchsafe__V1__DigestToRequest *)request)->email = (char *)(uintptr_t) "";
    return 0;
}

static const struct command LIST[] = {
    {.words = "digest to",
     .summary = "Have today's cards sent to an address each working morning",
     .examples = {"digest to me@example.org", "digest to me@example.org --json"},
     .programs = STAFF,
     .flags = CHANGES,
     COMMAND_CALL(DIGEST_TO, digest_to),
     .args = {{.shown = "ADDRESS", .field = "email"}},
     .says = "the digest goes to {email}",
     .notes = "Whoever is away gets none. When it goes is a setting (digest.at); who runs the\n"
              "server sets the program that sends it (digest.command). With --login the admin\n"
              "sets somebody else's."},
    {.words = "digest off",
     .summary = "No digest any more",
     .examples = {"digest off", "digest off --json"},
     .programs = STAFF,
     .flags = CHANGES,
     COMMAND_CALL(DIGEST_TO, digest_to),
     .hidden = "email",
     .says = "no digest goes out",
     .prepare = nowhere},
    {.words = "digest list",
     .summary = "What became of each digest, the newest first; the admin sees everybody's",
     .examples = {"digest list", "digest list --limit 5 --json"},
     .programs = STAFF,
     .flags = PAGES,
     COMMAND_CALL(DIGEST_LIST, digest_list),
     .first_limit = 20,
     .rows = "digests",
     .columns = "day login state tries ended_at why",
     .empty = "no digest yet"},
};
const struct module_commands commands_digest = {LIST, ARRAY_LEN(LIST), NULL};
