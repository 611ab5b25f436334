/* SPDX-License-Identifier: Apache-2.0 */
/* A connection of the tests' own: proto/wire's TLS engine on a socket, frames as bytes, nothing hidden. */
#ifndef TESTS_LINK_H
#define TESTS_LINK_H

#include <protobuf-c/protobuf-c.h>

#include "vouchsafe/envelope.h"
#include "vouchsafe/id.h"
#include "vouchsafe/tls.h"

struct link_key { /* PEM texts; NULL: shows no certificate */
    char *key, *cert;
};

struct link {
    int fd;
    struct tls *tls; /* NULL: plain TCP */
    struct buf in, out;
    bool closed;
    char why[200];
};

enum { LINK_WAIT_MS = 30000 };

/* A key whose certificate carries that name. */
void link_key_make(struct link_key *k, const char *name);
/* 0, or -1 with why. pin NULL: plain TCP, no TLS. */
int link_open(struct link *l, const char *address, const uint8_t *pin, const struct link_key *key);
void link_close(struct link *l);
/* As one TLS record a piece (plain TCP: one write), until the kernel has it; reads meanwhile. */
void link_send(struct link *l, struct slice bytes);
/* Sends all bytes one by one, each in its own record and write. */
void link_send_bytes(struct link *l, struct slice bytes);
/* 1: *frame (valid until the next call), 0: the other side has closed, -1: nothing in time. */
int link_receive(struct link *l, struct slice *frame);
/* Waits until the other side has closed; what comes meanwhile is dropped. */
bool link_ended(struct link *l);
/* Sends one request and waits for its reply. The reply's slices are valid until the next call. -1: none came. */
int link_call(struct link *l, uint64_t id, uint32_t method, const struct id *change_id, const ProtobufCMessage *body,
              struct envelope_reply *reply);

#endif
