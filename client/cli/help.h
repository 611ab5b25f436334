/* SPDX-License-Identifier: Apache-2.0 */
/* Help, made from the command tables: two examples first, at most 80 columns and 40 lines. */
#ifndef CLIENT_CLI_HELP_H
#define CLIENT_CLI_HELP_H

#include "client/cli/cli.h"

int help_command(struct cli *c, const struct command *m);
/* All commands of the program, or those of one group ("contact"). */
int help_list(struct cli *c, const char *group);
/* The manual in mdoc. */
void help_manual(struct cli *c);
/* The completion script of a shell; false when it is none of bash, zsh, fish. */
bool completion_print(struct cli *c, const char *shell);

#endif
