/* SPDX-License-Identifier: Apache-2.0 */
/* One cell of the CSV that --csv writes. What people typed comes back as it was, and nothing in it is active on the way:
 *   - a cell with a comma, a quote or a line feed stands in quotes, quotes in it doubled (RFC 4180)
 *   - a backslash is written \\, and a character that steers or shows nothing (controls other than a line feed, marks of direction,
 *     zero-width ones) by its number in hexadecimal: \u{202e}
 *   - a text that a spreadsheet would take for a formula (it begins with = + - @, wide ones too), or that begins with an apostrophe, gets an
 *     apostrophe in front; numbers don't
 * Read the other way round: quotes, then one apostrophe off the front, then the backslashes. */
#ifndef CLIENT_CLI_CSV_CELL_H
#define CLIENT_CLI_CSV_CELL_H

#include "vouchsafe/buf.h"

/* guard: with the apostrophe. s is UTF-8. */
void csv_cell_put(struct buf *b, const char *s, bool guard);
/* A cell, already out of its quotes, as it was: changed in place, and returned. */
char *csv_cell_take(char *cell);

#endif
