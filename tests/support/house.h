/* SPDX-License-Identifier: Apache-2.0 */
/* A business to test in, made over the wire: seats, partners, contacts, touches; and its database beside it. */
#ifndef TESTS_SUPPORT_HOUSE_H
#define TESTS_SUPPORT_HOUSE_H

#include <libpq-fe.h>

#include "tests/support/wire.h"
#include "vouchsafe/v1/touch.pb-c.h"

struct house {
    const char *addresses[2]; /* instances */
    int n_addresses;
    struct wire_seat admin_seat;
    struct wire *admin;
    PGconn *db; /* as the database's owner: no policies */
};

/* argv: DATABASE JOIN-LINE ADDRESS [ADDRESS] */
struct house house_open(int argc, char **argv);
struct id house_partner(struct house *h, const char *name);
/* An account and a machine that joined for it. partner NULL: staff. */
struct wire_seat house_seat(struct house *h, const char *login, unsigned role, struct id *partner);
struct wire *house_connect(struct house *h, const struct wire_seat *seat, int instance);
struct id house_contact(struct wire *w, const char *name);
int house_share(struct wire *w, struct id contact, struct id partner);
int house_unshare(struct wire *w, struct id contact, struct id partner);

/* A touch to fill in further; note may be NULL. It points into `ids`. */
struct house_touch {
    struct id id, contact, mends;
    Vouchsafe__V1__Touch touch;
};
void house_touch_init(struct house_touch *t, struct id contact, const char *note);
/* It points into *t: valid until that is copied or moved. */
Vouchsafe__V1__Touch *house_touch_message(struct house_touch *t);
uint64_t house_log_send(struct wire *w, struct house_touch *t);
int house_log(struct wire *w, struct house_touch *t);
int house_strike(struct wire *w, struct id touch, const char *because);

/* The first cell of a query, as text; "" when there is none. Good until the next call. */
const char *house_sql(struct house *h, const char *fmt, ...) PRINTF_LIKE(2, 3);

#endif
