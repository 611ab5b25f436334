/* SPDX-License-Identifier: Apache-2.0 */
/* What seats under load do. The kinds are a table: each works on a thing of one pool, which nobody else works on meanwhile, and gives one to
 * another pool once it has taken effect; so what must come of it is known beforehand, and the checker (check.sql) can say it. Others work on
 * things of the board (board.h), where seats are rivals: what they may be answered depends on who was first, and the checker replays that. */
#ifndef TESTS_FAULT_MUTATION_H
#define TESTS_FAULT_MUTATION_H

#include "tests/fault/history.h"

/* The business's contacts and its partner: lines "contact ID" and "partner ID"; its board is beside it. How many contacts there were. */
size_t mutation_world(const char *path);
/* Fills in a new item: touches mostly, and whatever else this seat may do and has things for. */
void mutation_choose(struct item *it, int who);
/* The bits of a role: "staff", "admin" or "partner". */
int mutation_who(const char *role);
/* It is under way: what it works on isn't there for others. mutation_choose did that; for items of a history. */
void mutation_begun(const struct item *it);
/* It took effect, or is kept in an outbox that keeps the order. */
void mutation_done(const struct item *it);
/* It is acknowledged: what others may work on is put on the board. */
void mutation_known(const struct item *it);
/* The request: its bytes in out (1 KiB), its method; *change: the item's id is its change id (a touch's id is in the touch). */
size_t mutation_pack(const struct item *it, uint8_t *out, uint32_t *method, bool *change);

#endif
