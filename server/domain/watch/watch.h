/* SPDX-License-Identifier: Apache-2.0 */
/* The live record: who watches which contact or referral, and what they are told.
 *
 * A view is one of them as one kind of seat sees it: all staff, or all seats of one partner. Its watchers are entitled alike, so
 * one read serves them all; each account's epoch is judged in that read nevertheless. */
#ifndef SERVER_DOMAIN_WATCH_H
#define SERVER_DOMAIN_WATCH_H

#include "server/domain/domain.h"
#include "server/domain/watch/view.h"
#include "server/rpc/peer.h"

void watch_start(struct domain *d);
bool watch_any(void);
/* FEED_TOUCHES, FEED_CONTACTS: these contacts; FEED_REFERRALS: these; FEED_RESYNC: all. */
void watch_hint(enum feed_kind kind, const struct id *business, const struct id *ids, size_t n);

/* Answers the request once the record was read with its actor's eyes; its id names the subscription. */
void watch_add(struct request *r, enum view_of of, const struct id *subject);
/* False: the peer has no such subscription. */
bool watch_end(struct peer *p, uint64_t subscription);

#endif
