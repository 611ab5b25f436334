/* SPDX-License-Identifier: Apache-2.0 */
/* Changes that are kept here before they are sent (KEPT commands): on the disk first, then through the outbox in order, so that they are
 * neither lost nor doubled, with a line or without. Their change id is the id of what they make. */
#ifndef CLIENT_CLI_KEEP_H
#define CLIENT_CLI_KEEP_H

#include "client/cli/cli.h"

struct kept {
    struct id id;
    char label[400]; /* "promise Ann Lee gutters checked" */
};

/* The words into fields; what the command calls them. Pure. 0, or -1 with a->err. */
int kept_read(struct args *a, struct kept *k) MUST_CHECK;
/* When it happened, where the request can say so. Pure. 0, or -1: it was said already. */
int kept_at(struct args *a, int64_t at) MUST_CHECK;
/* Looks up who is meant. 0, or an exit code. */
int kept_resolve(struct cli *c, struct args *a) MUST_CHECK;
/* Names what is made, by k->id. */
void kept_identify(struct args *a, const struct kept *k);
/* As an entry of the outbox. 0, or -1: it is too long. */
int kept_pack(struct cli *c, const struct args *a, const struct kept *k, struct vs_entry *out) MUST_CHECK;
void kept_json(struct cli *c, const struct args *a, const struct kept *k, const char *state);

#endif
