/* SPDX-License-Identifier: Apache-2.0 */
/* What stands in a digest. Pure. */
#ifndef SERVER_DOMAIN_DIGEST_TEXT_H
#define SERVER_DOMAIN_DIGEST_TEXT_H

#include <libpq-fe.h>

#include "vouchsafe/buf.h"

/* Columns of fire_digest_send; the first row's answer for the whole digest, the others for a task each. */
enum digest_column {
    DIGEST_TRIES,
    DIGEST_TIMEOUT_MS,
    DIGEST_EMAIL,
    DIGEST_NAME,
    DIGEST_LOGIN,
    DIGEST_BUSINESS,
    DIGEST_DAY,
    DIGEST_DAY_WORDS,
    DIGEST_MORE,
    DIGEST_CARD,
    DIGEST_CONTACT,
    DIGEST_CONTACT_NUMBER,
    DIGEST_TITLE,
    DIGEST_WORDS,
    DIGEST_NUMBER,
    DIGEST_SUBJECT,
    DIGEST_DUE,
    DIGEST_OVERDUE
};

/* One line: "3 cards, 1 task overdue". */
void digest_subject(const PGresult *rows, struct buf *out);
/* The cards in their order, each with its tasks. Lines end in \n. */
void digest_text(const PGresult *rows, struct buf *out);

#endif
