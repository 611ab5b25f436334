/* SPDX-License-Identifier: Apache-2.0 */
/* What a seat under load did and was told, in a file that is written before it acts. A line is in the kernel's hands when history_note returns:
 * it survives the process, which is all that these tests kill (the machine goes on, so nothing is synced).
 *
 *   S id kind nonce target number spice other   before it is sent: all that its content follows from
 *   A id                                   the outbox said that it is on disk
 *   U id                                   it was sent and nothing was heard: it is asked again
 *   K id                                   acknowledged: OK or DUPLICATE, or gone from the outbox
 *   R id status                            refused for good */
#ifndef TESTS_FAULT_HISTORY_H
#define TESTS_FAULT_HISTORY_H

#include <stdbool.h>
#include <stdint.h>

#include "vouchsafe/id.h"

struct item {
    struct id id, target, other; /* other: all zero where a kind works on one thing */
    char kind, nonce[24];
    int64_t number;
    unsigned spice;
    uint64_t request, twin; /* 0: not under way */
    bool wants_twin;
    int64_t not_before; /* microseconds: when it may be asked again */
    bool settled, saved, unsure;
};
struct history {
    struct item *items;
    size_t n, first_open; /* all before are settled */
    int fd;
};

/* Reads what there is, telling `happened` each line in order, and opens it to go on. 0 or -1. */
typedef void history_line(char verb, struct item *it);
int history_open(struct history *h, const char *path, history_line *happened);
/* The next item to fill in; NULL: there were enough. It counts once history_note(h, 'S', it) was called. */
struct item *history_next(struct history *h);
void history_note(struct history *h, char verb, const struct item *it, const char *more);

#endif
