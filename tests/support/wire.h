/* SPDX-License-Identifier: Apache-2.0 */
/* A seat of the tests on a connection of its own (link.h): requests, replies, and every event that came, also those a good
 * client would pass over. Whatever goes wrong below a test ends it. */
#ifndef TESTS_SUPPORT_WIRE_H
#define TESTS_SUPPORT_WIRE_H

#include "tests/support/link.h"
#include "vouchsafe/joinline.h"
#include "vouchsafe/status.h"

/* A machine that joined: its key is its login, at any instance of the installation. */
struct wire_seat {
    struct id business;
    uint8_t root_pin[32];
    struct link_key key;
};
/* Makes a key and joins by the line, at `address`. */
struct wire_seat wire_join(const char *address, const struct join_line *line);

enum { WIRE_EVENTS = 4096 };
struct wire {
    struct link link;
    struct buf seen; /* every frame the server sent, ever */
    uint64_t next_id;
    bool gone;                                 /* closed by the server, or it said GoAway */
    char go_away[64];                          /* its reason */
    struct envelope_event events[WIRE_EVENTS]; /* not looked at yet; bodies are malloc'ed */
    size_t n_events;
    unsigned n_strays; /* replies that nobody waited for */
};

/* Connected and greeted. */
struct wire *wire_open(const char *address, const struct wire_seat *seat);
void wire_close(struct wire *w);
/* deadline_ms 0: the server's default. The request's id. */
uint64_t wire_send(struct wire *w, uint32_t method, const struct id *change, uint32_t deadline_ms,
                   const ProtobufCMessage *body);
/* The reply to a request; events that come before it are kept, other replies are passed over. False: the connection is gone.
 * Slices are good until the next call. */
bool wire_reply(struct wire *w, uint64_t id, struct envelope_reply *out);
/* Sends and waits: the status, the body unpacked if wanted (to be freed by protobuf-c). -1: the connection is gone. */
int wire_call(struct wire *w, uint32_t method, bool changes, const ProtobufCMessage *body,
              const ProtobufCMessageDescriptor *reply, ProtobufCMessage **out);
/* The next event, kept or new; its body is malloc'ed. */
bool wire_event(struct wire *w, struct envelope_event *out);
/* A round trip: what the server had sent before is here. */
void wire_settle(struct wire *w);
/* Did the server ever send these bytes? */
bool wire_saw(struct wire *w, const char *text);

static inline ProtobufCBinaryData wire_bytes(struct id *id) { return (ProtobufCBinaryData){16, id->b}; }

/* "ok NAME" or "not ok NAME: why"; answers the condition. */
bool check(bool holds, const char *name, const char *why, ...) PRINTF_LIKE(3, 4);
_Noreturn void wire_die(const char *what);

#endif
