/* SPDX-License-Identifier: Apache-2.0 */
/* Many lines with times, as pasted from a phone: "yesterday 15:00 touch Ann Lee call + \"note\"", or a promise, a referral, thanks: touches,
 * and the KEPT commands that know a moment. Pure: reads text, knows no server. */
#ifndef CLIENT_CLI_NOTEBOOK_H
#define CLIENT_CLI_NOTEBOOK_H

#include "client/cli/capture.h"
#include "client/cli/keep.h"

struct note_line {
    int number; /* from 1 */
    char *text;
    const char *why;  /* what is wrong with it; NULL: it is good so far */
    struct args args; /* args.command tells which */
    int64_t at;       /* when it was */
    struct capture touch;
    struct kept kept; /* what isn't a touch */
    int state;        /* of the outbox, once saved */
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
/* text is cut up. program: whose commands lines are read by. 0, or -1 without memory. */
int notebook_read(struct notebook *b, struct arena *mem, char *text, int program, int64_t now) MUST_CHECK;
bool note_is_touch(const struct note_line *l);
struct id *note_id(struct note_line *l);
const char *note_label(const struct note_line *l);

#endif
