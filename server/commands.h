/* SPDX-License-Identifier: Apache-2.0 */
/* What vouchsafed can be told to do, as a table. */
#ifndef SERVER_COMMANDS_H
#define SERVER_COMMANDS_H

#include "vouchsafe/base.h"

enum { EXIT_USAGE = 64, EXIT_UNAVAILABLE = 69, EXIT_CONFIG = 78 }; /* sysexits.h */

struct invocation {
    const char *file; /* --config */
    char *settings[64], *words[16];
    int n_settings, n_words;
    const char *usage; /* of the command that runs */
    char state[512], conninfo[2048], err[1024];
};

/* Runs what the words name; no words: serve. Returns the exit code. */
int command_run(struct invocation *in);
void command_help(void);
/* Says err on stderr; returns code. */
int command_fail(const char *err, int code);
/* Is there a database setting or a PG* variable, so that no private cluster is made? */
bool command_database_is_given(void);

/* The value of "--name VALUE" among the words, or otherwise what is given. */
const char *command_option(const struct invocation *in, const char *name, const char *otherwise);

/* key_commands.c */
int run_instance_request(struct invocation *in);
int run_instance_certify(struct invocation *in);
int run_instance_install(struct invocation *in);
int run_root_create(struct invocation *in);
int run_root_replace(struct invocation *in);
int run_root_retire(struct invocation *in);

#endif
