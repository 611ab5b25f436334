/* SPDX-License-Identifier: Apache-2.0 */
/* What the seats have to log: lines of a file (work.sql makes it) as entries of an outbox, a seat's in their order. */
#ifndef TESTS_REAL_WORK_H
#define TESTS_REAL_WORK_H

#include "vouchsafe/client.h"

/* A seat's entries; those of a won deal are two, and the second names the first. */
struct work {
    struct vs_entry *entries;
    size_t n, room;
};

/* One line, fields between tabs, without the seat's login that begins it:
 *   touch  CONTACT OCCURRED_US CHANNEL STAGE SENTIMENT SCORE NOTE     score -1: none, else of 5; the note in hex
 *   deal   CONTACT OPENED_ON WON_ON VALUE TITLE                       the title in hex
 *   accept REFERRAL AT_US CALL_ON
 *   win    REFERRAL AT_US DEAL
 * Answers what is wrong with it, or NULL. */
const char *work_add(struct work *w, char *line) MUST_CHECK;
void work_free(struct work *w);

#endif
