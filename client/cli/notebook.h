/* SPDX-License-Identifier: Apache-2.0 */
/* Many lines with times, as pasted from a phone: "yesterday 15:00 touch Ann Lee call + \"note\"". Pure: reads text, knows no server. */
#ifndef CLIENT_CLI_NOTEBOOK_H
#define CLIENT_CLI_NOTEBOOK_H

#include "client/cli/capture.h"

struct note_line {
    int number; /* from 1 */
    char *text;
    const char *why; /* what is wrong with it; NULL: it is good so far */
    struct args args;
    struct capture touch;
    int state; /* of the outbox, once saved */
};
struct notebook {
    struct note_line *lines; /* without blank ones and remarks */
    size_t n;
    struct { /* lines that begin with #, but for the reasons an earlier run put there */
        int number;
        const char *text;
    } * remarks;
    size_t n_remarks;
};
#define NOTEBOOK_REASON "# line "
/* text is cut up. touch: the row of the command that lines are read by. 0, or -1 without memory. */
int notebook_read(struct notebook *b, struct arena *mem, char *text, const struct command *touch,
                  int64_t now) MUST_CHECK;

#endif
