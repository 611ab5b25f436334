/* SPDX-License-Identifier: Apache-2.0 */
/* A command that shows what happens until it is interrupted. */
#ifndef CLIENT_CLI_WATCHING_H
#define CLIENT_CLI_WATCHING_H

#include "client/cli/cli.h"

/* An event of the watch: 0, or an exit code with what cli_fail said; EX_UNAVAILABLE is passed over: the next RESYNC asks again. */
typedef int watching_event(void *arg, const struct vs_event *e);

/* Takes events until SIGINT, SIGTERM or a reader that went away. watch 0: no room for it. The exit code. */
int watching_run(struct cli *c, uint64_t watch, watching_event *on_event, void *arg);
/* A line of what happened; with --json an object of its own: {"event": KIND, NAME: {...}}. body NULL: none. */
void watching_print(struct cli *c, const char *kind, const char *name, const ProtobufCMessage *body);

#endif
