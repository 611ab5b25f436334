/* SPDX-License-Identifier: Apache-2.0 */
/* Touches as the columns of touch_batch and touch_follow_up, "businesses" and on: binary arrays, a touch is the same row in each. */
#ifndef SERVER_STORE_TOUCH_COLUMNS_H
#define SERVER_STORE_TOUCH_COLUMNS_H

#include "server/store/store.h"

/* Appends the parameters; without memory the arena of p remembers it. */
void touch_columns(struct params *p, struct touch *const *touches, int n);

#endif
