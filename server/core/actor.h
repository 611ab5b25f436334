/* SPDX-License-Identifier: Apache-2.0 */
/* Who a request acts for. Made by login, join or a device's key; copied into everything that outlives the request. */
#ifndef SERVER_CORE_ACTOR_H
#define SERVER_CORE_ACTOR_H

#include "vouchsafe/id.h"

enum role { ROLE_NONE = 0, ROLE_SALES = 1, ROLE_SERVICE = 2, ROLE_PARTNER = 3, ROLE_ADMIN = 4, ROLE_MANAGER = 5 };

/* role sets, for the method tables */
enum {
    MAY_SALES = 1 << ROLE_SALES,
    MAY_SERVICE = 1 << ROLE_SERVICE,
    MAY_PARTNER = 1 << ROLE_PARTNER,
    MAY_ADMIN = 1 << ROLE_ADMIN,
    MAY_MANAGER = 1 << ROLE_MANAGER,
    MAY_STAFF = MAY_SALES | MAY_SERVICE | MAY_ADMIN,
    MAY_ANYONE = MAY_STAFF | MAY_PARTNER | MAY_MANAGER,
    MAY_NOBODY_YET = 1 << ROLE_NONE, /* before login */
};

struct actor {
    struct id business_id, account_id;
    struct id partner_id; /* zero unless role is ROLE_PARTNER */
    enum role role;       /* ROLE_NONE: not logged in */
    char country[3];      /* the business's, for phone numbers without "+"; "" if unknown */
    int32_t epoch;        /* compared with the account's in every statement */
};

#endif
