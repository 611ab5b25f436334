/* SPDX-License-Identifier: Apache-2.0 */
/* The client library: a seat's file, a blocking connection, and the outbox. One thread per vs_client. */
#ifndef VOUCHSAFE_CLIENT_H
#define VOUCHSAFE_CLIENT_H

#include <protobuf-c/protobuf-c.h>
#include "vouchsafe/id.h"
#include "vouchsafe/status.h"

enum { VS_PIPELINE = 32, VS_CALL_MS = 10000, VS_CONNECT_MS = 5000 };

/* What a machine needs to reach its server and prove who it is. */
struct vs_seat {
    struct id business;
    char addresses[1024]; /* "host:port,host:port", tried in order */
    uint8_t root_pin[32];
    char *key_pem, *cert_pem; /* malloc'ed */
};
/* The directory of seats and outboxes, made with 0700 when absent. 0 or -1 with err. */
int vs_home(char *out, size_t size, char *err, size_t err_size) MUST_CHECK;
/* 0, 1 when there is no such file, -1 with err (unreadable, or others may read it). */
int vs_seat_load(const char *path, struct vs_seat *out, char *err, size_t err_size) MUST_CHECK;
/* Written beside, synced, renamed: there is always a whole file. */
int vs_seat_save(const char *path, const struct vs_seat *s, char *err, size_t err_size) MUST_CHECK;
void vs_seat_free(struct vs_seat *s);

typedef struct vs_client vs_client;
struct vs_reply {
    uint64_t id;
    int status; /* enum vs_status; UNAVAILABLE: never sent, UNKNOWN: sent, no answer */
    char reason[64], field[64], message[512];
    ProtobufCMessage *body; /* with OK and DUPLICATE, when reply_desc was given; may be NULL */
};
void vs_reply_free(struct vs_reply *r);

/* Connects, checks the pin, says HELLO. NULL with a sentence in err. */
vs_client *vs_connect(const struct vs_seat *seat, char *err, size_t err_size) MUST_CHECK;
void vs_disconnect(vs_client *c);
bool vs_logged_in(const vs_client *c);
/* Sends and waits at most 10 s. change_id may be NULL. Answers out->status; always vs_reply_free(out). */
int vs_call(vs_client *c, uint32_t method, const struct id *change_id, const ProtobufCMessage *req,
            const ProtobufCMessageDescriptor *reply_desc, struct vs_reply *out);
/* Pipelining, at most VS_PIPELINE unanswered: the request's id, or 0 when the connection is gone. */
uint64_t vs_send(vs_client *c, uint32_t method, const struct id *change_id, struct slice body);
/* The next reply, in any order, with its id. 0, or -1: lost or out of time; the connection is unusable then. */
int vs_receive(vs_client *c, int timeout_ms, const ProtobufCMessageDescriptor *desc, struct vs_reply *out);

/* The outbox: entries are on disk before anybody says "saved". */
typedef struct vs_outbox vs_outbox;
enum vs_outbox_state { VS_OUTBOX_WAITING = 0, VS_OUTBOX_REFUSED = 1, VS_OUTBOX_GONE = 2, VS_OUTBOX_ERROR = -1 };
vs_outbox *vs_outbox_open(const char *path, char *err, size_t err_size) MUST_CHECK;
void vs_outbox_close(vs_outbox *o);
const char *vs_outbox_error(vs_outbox *o);
int vs_outbox_append(vs_outbox *o, const struct id *id, uint32_t method, struct slice body,
                     const char *label) MUST_CHECK;
/* 0: nothing is waiting; 1: some is kept (no line, login); 2: another process is sending; -1: the file failed. */
int vs_outbox_drain(vs_outbox *o, vs_client *c) MUST_CHECK;
int vs_outbox_state(vs_outbox *o, const struct id *id, char *reason, size_t size);
int64_t vs_outbox_waiting(vs_outbox *o); /* -1: the file failed */
/* Refused entries wait again. */
int vs_outbox_retry(vs_outbox *o) MUST_CHECK;
int vs_outbox_discard(vs_outbox *o, const struct id *id) MUST_CHECK; /* 1 done, 0 no such, -1 failed */
typedef void vs_outbox_row(void *arg, const struct id *id, const char *label, int state, const char *reason);
int vs_outbox_each(vs_outbox *o, vs_outbox_row *row, void *arg) MUST_CHECK;
/* Contacts seen, so that touches can be logged off line. Find: how many fit ("C12" or a whole name); the first in out. */
void vs_directory_put(vs_outbox *o, const struct id *id, uint64_t number, const char *name);
int vs_directory_find(vs_outbox *o, const char *query, struct id *id, uint64_t *number, char *name, size_t size);

#endif
