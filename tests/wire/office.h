/* SPDX-License-Identifier: Apache-2.0 */
/* A small business for conversations: an admin, two sales seats, a partner with one contact shared, one contact that isn't. */
#ifndef TESTS_OFFICE_H
#define TESTS_OFFICE_H

#include "tests/support/link.h"

struct office {
    const char *address;
    struct id business, contact, unshared, partner;
    uint8_t pin[32];
    struct link_key admin, sales, other, partner_seat, foreign; /* foreign: enrolled nowhere */
};

/* Joins by the line and sets everything up; stops the program with a sentence where something fails. */
void office_open(struct office *o, const char *join_line);
/* Says HELLO; true when the seat is logged in. */
bool office_hello(struct link *l);
/* A fresh connection of the sales seat gets its answers: the server still serves. */
bool office_is_served(const struct office *o);

#endif
