/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLIENT_CLI_ENROL_H
#define CLIENT_CLI_ENROL_H

#include "client/cli/cli.h"

/* Makes a join line for an account and prints it; the line is open. */
int enrol(struct cli *c, const char *login) MUST_CHECK;

#endif
