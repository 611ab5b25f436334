/* SPDX-License-Identifier: Apache-2.0 */
/* Things that several seats work on at once: the newest of each kind, in a file that all seats of a business have mapped. Nothing is taken from
 * it, so two often act on the same. It survives a killed seat; an entry that a kill cut short names nothing, and is refused. */
#ifndef TESTS_FAULT_BOARD_H
#define TESTS_FAULT_BOARD_H

#include <stdbool.h>
#include <stddef.h>

#include "vouchsafe/id.h"

enum { BOARDS = 16 };

/* 0 or -1. */
int board_open(const char *path);
/* also: what it came from, if the next one asks for that. */
void board_put(size_t board, const struct id *id, const struct id *also);
/* One of the newest, at random; false: there is none. */
bool board_pick(size_t board, struct id *id, struct id *also);

#endif
