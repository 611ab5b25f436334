/* SPDX-License-Identifier: Apache-2.0 */
/* A text as a mail file (RFC 5322, MIME), as mail programs open it for sending: marked unsent, no sender, no date. */
#ifndef CLIENT_CLI_MAIL_H
#define CLIENT_CLI_MAIL_H

#include "vouchsafe/buf.h"

struct mail {
    const char *name, *email; /* email may be "": the person who sends it fills it in */
    const char *other_email;  /* "": nobody */
    const char *subject, *body;
};
void mail_format(const struct mail *m, struct buf *out);

#endif
