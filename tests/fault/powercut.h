/* SPDX-License-Identifier: Apache-2.0 */
/* A process that is killed leaves what it wrote to the kernel; a machine that loses power loses what was not synced. powercut_install makes
 * SQLite (all files this process opens from then on) remember what each write since the last sync replaced; after a kill,
 * powercut_strike takes those writes back, as if the power had gone at the moment of the kill. For files that one process uses. */
#ifndef TESTS_FAULT_POWERCUT_H
#define TESTS_FAULT_POWERCUT_H

/* 0 or -1. */
int powercut_install(void);
/* Before the database is opened. How many writes were lost, or -1. */
int powercut_strike(const char *database);

#endif
