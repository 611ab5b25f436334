/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of a client share: client.c holds the connection, request.c what is asked on it, watch.c the subscriptions. */
#ifndef CLIENT_LIB_CLIENT_INTERNAL_H
#define CLIENT_LIB_CLIENT_INTERNAL_H

#include "client/lib/dial.h"
#include "vouchsafe/client.h"
#include "vouchsafe/envelope.h"
#include "vouchsafe/joinline.h"
#include "vouchsafe/list.h"
#include "vouchsafe/tls.h"

enum phase { PHASE_WAITING, PHASE_DIALLING, PHASE_SHAKING, PHASE_GREETING, PHASE_PROVING, PHASE_READY };

/* Called once for a request: with its reply, or UNKNOWN when the connection is lost. What r holds is freed afterwards unless it was moved. */
typedef void client_on_reply(void *arg, vs_client *c, struct vs_reply *r);

struct incoming; /* a reply nobody took yet; request.c */
struct slot {    /* a request without an answer */
    uint64_t id; /* 0: free */
    int64_t until;
    client_on_reply *on_reply; /* NULL: for vs_receive, and `incoming` is the room for it */
    void *arg;
    struct incoming *incoming;
};
enum { SLOTS = VS_PIPELINE + 4 }; /* HELLO, LOGIN, PING and watches find room beside what the caller sends */

struct watch {
    uint64_t handle; /* 0: free */
    struct id subject;
    bool of_referral; /* else a contact */
    uint64_t request; /* its WATCH request on this connection; 0: to be sent at retry_at */
    int64_t retry_at;
};

struct vs_client {
    char addresses[JOIN_ADDRESSES_MAX][300];
    unsigned n_addresses, at, tried; /* the one in use; how many of this round failed */
    unsigned rounds, backoff;        /* rounds that failed in all; the exponent */
    struct tls_context *context;
    uint8_t root[32], root_before[32]; /* as in the seat */
    bool taught;                       /* a connection said more than the seat knew */
    bool has_token;
    uint8_t token[VS_TOKEN_SIZE];

    enum phase phase;
    int64_t due;  /* WAITING: the next attempt; up to READY: the attempt's end */
    int64_t sent; /* the last request: after 30 s a PING */
    int64_t ready_since;
    uint64_t generation; /* of this connection: no other of this process has it */
    struct dial dial;
    int fd;
    struct tls *tls;
    struct buf in, out; /* plain in, cipher out */
    struct buf asked;   /* plain requests; what gathers until the next flush leaves as one record */
    bool broken;        /* vs_step drops the connection */
    char why[512];
    bool logged_in;
    struct id account;

    uint64_t next_id;
    struct slot slots[SLOTS];
    unsigned open, open_for_caller;
    struct list replies, events;
    unsigned n_events;
    uint64_t next_watch;
    struct watch watches[VS_WATCH_MAX];
};

int64_t client_now(void);
/* Up to `most` milliseconds, evenly: full jitter. */
int64_t client_jitter(int64_t most);
/* The first reason counts; vs_step does the rest. */
void client_break(vs_client *c, const char *why);
/* The same, and nothing of what is queued leaves any more. */
void client_abandon(vs_client *c, const char *why);
/* Blocks until something moved or `until`, then steps. */
void client_wait(vs_client *c, int64_t until);

/* 0 when not connected or no slot is free. */
uint64_t client_send(vs_client *c, uint32_t method, const struct id *change_id, struct slice body,
                     client_on_reply *on_reply, void *arg) MUST_CHECK;
uint64_t client_send_message(vs_client *c, uint32_t method, const ProtobufCMessage *m, client_on_reply *on_reply,
                             void *arg) MUST_CHECK;
/* Replies for arg are dropped from now on. */
void client_forget(vs_client *c, void *arg);

void request_answered(vs_client *c, const struct envelope_reply *reply);
void request_lost(vs_client *c); /* every open one: the connection is gone */
void request_free_replies(vs_client *c);
int64_t request_first_deadline(const vs_client *c); /* INT64_MAX: none */

void watch_event(vs_client *c, const struct envelope_event *e);
void watch_step(vs_client *c, int64_t now);
void watch_lost(vs_client *c);
void watch_free_events(vs_client *c);
int64_t watch_due(const vs_client *c);

#endif
