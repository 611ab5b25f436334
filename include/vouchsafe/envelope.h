/* SPDX-License-Identifier: Apache-2.0 */
/* envelope.proto by hand: it is on the path of every request, is tiny, and must be read without allocating.
 * The bytes are exactly those protobuf would write (a unit test compares both ways).
 * Decoding is strict: unknown fields are skipped, a repeated or wrong-typed known field is an error. */
#ifndef VOUCHSAFE_ENVELOPE_H
#define VOUCHSAFE_ENVELOPE_H

#include "vouchsafe/buf.h"

struct envelope_request {
    uint64_t id;            /* chosen by the client, > 0, not in use on this connection */
    uint32_t method;        /* vouchsafe.v1.Method */
    uint32_t deadline_ms;   /* from now; 0 = the server's default */
    struct slice change_id; /* 16 bytes for mutations, else empty; the gate judges it */
    struct slice trace;     /* W3C traceparent, logged only */
    struct slice body;      /* the method's request message */
};

struct envelope_reply {
    uint64_t id;
    uint32_t status;      /* enum vs_status */
    struct slice reason;  /* machine word, e.g. "TOO_LONG"; empty when OK */
    struct slice field;   /* the field at fault, as named in the .proto */
    struct slice message; /* one sentence for a person that says what to do */
    uint32_t retry_after_ms;
    struct slice body; /* the method's reply message; only with OK */
};

struct envelope_event {
    uint64_t subscription; /* the id of the Watch request */
    uint32_t kind;         /* vouchsafe.v1.EventKind */
    struct slice body;
};

enum envelope_kind { ENVELOPE_REPLY = 1, ENVELOPE_EVENT = 2, ENVELOPE_GO_AWAY = 3 };

struct envelope_from_server {
    enum envelope_kind kind;
    struct envelope_reply reply;
    struct envelope_event event;
    struct slice go_away_reason, go_away_message;
};

/* 0, or -1 when the bytes aren't a well-formed envelope. Slices point into `bytes`. */
int envelope_read_request(struct slice bytes, struct envelope_request *out) MUST_CHECK;
int envelope_read_from_server(struct slice bytes, struct envelope_from_server *out) MUST_CHECK;

/* Append one whole frame (length prefix included). Failure is remembered by the buffer. */
void envelope_write_request(struct buf *out, const struct envelope_request *r);
void envelope_write_reply(struct buf *out, const struct envelope_reply *r);
void envelope_write_event(struct buf *out, const struct envelope_event *e);
void envelope_write_go_away(struct buf *out, const char *reason, const char *message);

#endif
