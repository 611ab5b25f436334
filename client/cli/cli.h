/* SPDX-License-Identifier: Apache-2.0 */
#ifndef VOUCHSAFE_CLI_H
#define VOUCHSAFE_CLI_H
int cli_main(int argc, char **argv, const char *program);
#endif
