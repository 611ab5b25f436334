/* SPDX-License-Identifier: Apache-2.0 */
/* Views (watch.h) and where they are found: a table that grows, hashed with a secret since clients choose ids. */
#ifndef SERVER_DOMAIN_WATCH_VIEW_H
#define SERVER_DOMAIN_WATCH_VIEW_H

#include "vouchsafe/arena.h"
#include "vouchsafe/id.h"
#include "vouchsafe/list.h"

enum view_of { OF_CONTACT, OF_REFERRAL };

struct view {
    enum view_of of;
    struct list in_bucket, in_queue;      /* the queue of views that want a read, or of those whose read failed */
    struct id business, subject, partner; /* partner zero: staff */
    struct list watches;
    char *snapshot; /* what the last read saw; NULL before the first */
    char *
        face; /* what its watchers can read of it, as last read: a contact's name and stage, a referral's version and clock */
    bool reading, again, changed;
    struct arena arena; /* of the read under way */
};

/* NULL without memory. */
struct view *view_get(const struct id *business, enum view_of of, const struct id *subject, const struct id *partner);
void view_free(struct view *v);
unsigned view_count(void);
/* Every view of a contact or referral; subject NULL: every view. fn must not free views. */
void view_each(const struct id *business, enum view_of of, const struct id *subject, void (*fn)(struct view *v));

#endif
