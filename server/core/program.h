/* SPDX-License-Identifier: Apache-2.0 */
/* Running the operator's program on the loop: no shell, no arguments, nothing of our environment. */
#ifndef SERVER_CORE_PROGRAM_H
#define SERVER_CORE_PROGRAM_H

#include <uv.h>

#include "vouchsafe/buf.h"

enum { PROGRAM_SAID = 200 };

/* How it ended: why is "" when it left with 0, else a sentence, with the first words of its standard error. */
typedef void (*program_fn)(void *arg, const char *why);

/* environment: ends with NULL; PATH and LC_ALL are added. 0, and fn is called once, later; or -1 with why: nothing runs. */
int program_run(uv_loop_t *loop, const char *path, const struct buf *input, char *const *environment, int timeout_ms,
                program_fn fn, void *arg, char why[PROGRAM_SAID]) MUST_CHECK;
/* Ends all of them with everything they started; fn isn't called any more. For the end of the process. */
void program_end_all(void);

#endif
