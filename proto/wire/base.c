/* SPDX-License-Identifier: Apache-2.0 */
/* What happens when an invariant fails: say where, and stop before a wrong answer is given. */
#include "vouchsafe/base.h"

#include <stdio.h>
#include <stdlib.h>

_Noreturn void must_failed(const char *what, const char *file, int line) {
    fprintf(stderr, "level=error event=must_failed what=\"%s\" at=%s:%d\n", what, file, line);
    abort();
}
