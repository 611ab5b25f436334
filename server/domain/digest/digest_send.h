/* SPDX-License-Identifier: Apache-2.0 */
/* What the scheduler does with a digest it claimed: digest.command is run, and how that ended is written down. */
#ifndef SERVER_DOMAIN_DIGEST_SEND_H
#define SERVER_DOMAIN_DIGEST_SEND_H

#include "server/domain/domain.h"

/* Is a program set? Without one, digests are another instance's, or nobody's. */
bool digest_is_wanted(void);
/* And may one more be run now? */
bool digest_has_room(void);
/* rows: of fire_digest_send; none: there is nothing to send. */
void digest_send(struct domain *d, const struct id *business, const struct id *due, const PGresult *rows);
/* Is one on its way, or its end not written down yet? */
bool digest_is_busy(void);
void digest_stop(void);

#endif
