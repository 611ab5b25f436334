/* SPDX-License-Identifier: Apache-2.0 */
/* How the change ledger remembers what was asked for: a hash under a key that all instances share and that stays in the
 * database, where only the login role reads it. Without a key, whoever may read the audit trail could try names and
 * addresses until one fits. Whoever has the whole database has the key as well: what must not be found even then
 * (passwords) is hashed slowly before it gets here (core/password.h, `digest`). */
#ifndef SERVER_STORE_LEDGER_H
#define SERVER_STORE_LEDGER_H

#include "vouchsafe/base.h"

enum { LEDGER_HASH = 32 };

/* Blocking, once, at the start. 0 or -1 with err. */
int ledger_load(const char *conninfo, char *err, size_t err_size) MUST_CHECK;
void ledger_hash(uint8_t out[LEDGER_HASH], struct slice body);

#endif
