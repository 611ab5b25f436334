/* SPDX-License-Identifier: Apache-2.0 */
/* The one scheduler. Whatever falls due is a row of `due`; its rule names the statement fire_<rule> in sql/queries that does
 * what the rule says. Later work adds statements, not schedulers. */
#ifndef SERVER_DOMAIN_SCHEDULE_H
#define SERVER_DOMAIN_SCHEDULE_H

#include "server/domain/domain.h"

void schedule_start(struct domain *d);
/* Nothing is picked any more; what was begun goes on. */
void schedule_pause(void);
bool schedule_is_busy(void);
void schedule_stop(void);

#endif
