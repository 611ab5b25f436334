/* SPDX-License-Identifier: Apache-2.0 */
#include <sysexits.h>
#include "client/cli/help.h"

static int run_help(struct cli *c, ProtobufCMessage *request) {
    (void)request;
    int used;
    bool group;
    if (!c->args.n_words) return help_list(c, NULL);
    const struct command *m = command_match(c->seat_kind, c->args.n_words, c->args.words, &used, &group);
    if (m && used == c->args.n_words) return help_command(c, m);
    if (group && c->args.n_words == 1) return help_list(c, c->args.words[0]);
    return cli_fail(c, EX_USAGE, "there is no command \"%s\" to help with",
                    words_join(&c->mem, c->args.words, c->args.n_words));
}

static int run_completion(struct cli *c, ProtobufCMessage *request) {
    (void)request;
    if (completion_print(c, c->args.words[0])) return 0;
    return cli_fail(c, EX_USAGE, "completion takes bash, zsh or fish");
}

static int run_manual(struct cli *c, ProtobufCMessage *request) {
    (void)request;
    help_manual(c);
    return 0;
}

static const struct command LIST[] = {
    {.words = "help",
     .summary = "Help with a command, or the list of them",
     .examples = {"help timeline", "help outbox list"},
     .programs = ALL,
     .flags = FREE_WORDS,
     .args = {{.shown = "COMMAND", .many = true, .optional = true}},
     .run = run_help},
    {.words = "completion",
     .summary = "The completion script of a shell: bash, zsh or fish",
     .examples = {"completion bash", "completion zsh"},
     .programs = ALL,
     .args = {{.shown = "SHELL"}},
     .run = run_completion},
    {.words = "manual",
     .summary = "The manual page (mdoc), for man -l",
     .examples = {"manual", "manual >vouchsafe.1"},
     .programs = ALL,
     .run = run_manual},
};
const struct module_commands commands_help = {LIST, ARRAY_LEN(LIST), "more"};
