/* SPDX-License-Identifier: Apache-2.0 */
/* The server's life: start, serve, reload, drain, stop. */
#ifndef SERVER_SERVE_H
#define SERVER_SERVE_H

#include "server/commands.h"

/* Returns the process's exit code. */
int serve(struct invocation *in);

#endif
