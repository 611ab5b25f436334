/* SPDX-License-Identifier: Apache-2.0 */
/* A touch on its way from a line of words through the outbox to the server; and the memory of the seat's last one, for undo. */
#ifndef CLIENT_CLI_CAPTURE_H
#define CLIENT_CLI_CAPTURE_H

#include "client/cli/cli.h"
#include "vouchsafe/v1/touch.pb-c.h"

struct capture {
    Vouchsafe__V1__TouchLogRequest *request;
    char *query; /* who, as written */
    struct who who;
    struct id id;
    char label[400]; /* "C12 Ann Lee call" */
};

/* From parsed words and options. Pure. 0, or -1 with what is wrong. */
int capture_read(struct capture *t, struct args *a, int64_t now, char *err, size_t err_size) MUST_CHECK;
/* Looks up who is meant; gives the touch its id unless it has one. 0, or an exit code. */
int capture_resolve(struct cli *c, struct capture *t) MUST_CHECK;
/* As an entry of the outbox. 0, or -1: the note is too long. */
int capture_pack(struct cli *c, struct capture *t, struct vs_entry *out) MUST_CHECK;
/* Onto the disk: from here on it can't be lost. 0, or an exit code. */
int capture_save(struct cli *c, struct capture *t) MUST_CHECK;
/* What became of it: VS_OUTBOX_GONE (logged), WAITING, REFUSED with the reason. */
int capture_state(struct cli *c, const struct capture *t, char *reason, size_t size);
void capture_json(struct cli *c, const struct capture *t, int state, const char *reason);

/* What this seat saved last. */
struct last {
    struct id id;
    uint32_t method;
    int64_t saved_at;
    char label[400];
};
void last_put(struct cli *c, const struct id *id, uint32_t method, const char *label);
bool last_get(struct cli *c, struct last *out);
void last_clear(struct cli *c);

#endif
