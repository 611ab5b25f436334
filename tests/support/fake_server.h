/* SPDX-License-Identifier: Apache-2.0 */
/* A server's end of the protocol in the test's own thread: real sockets and TLS, answers as the test wants them, cut wherever it wants.
 * One connection at a time; a new one takes the old one's place. */
#ifndef TESTS_FAKE_SERVER_H
#define TESTS_FAKE_SERVER_H

#include "tests/support/unit.h"
#include "vouchsafe/client.h"
#include "vouchsafe/envelope.h"
#include "vouchsafe/tls.h"

enum { FAKE_GOT_MAX = 4096, FAKE_HOLD = -1, FAKE_CUT = -2, FAKE_GO_AWAY = -3 };

/* Touches that came together stand here one by one, as if each had come alone; their one reply goes when each is answered. */
struct fake_request {
    uint64_t id;      /* to answer it by */
    uint64_t batch;   /* the request it came in with others; 0: alone */
    uint32_t method;  /* TOUCH_LOG also of those of a batch */
    struct id change; /* zero: none */
    uint8_t body[512];
    size_t n_body;
    unsigned open; /* requests unanswered when it came, itself among them */
};

struct fake {
    int listener, fd;
    uint16_t port;
    struct tls_context *context;
    struct tls *tls;
    struct buf in, out;
    size_t sent, received;         /* bytes of this connection */
    size_t cut_sent, cut_received; /* close once so many went; SIZE_MAX: never */
    unsigned connections, open;
    int hello;      /* the status HELLO is answered with */
    bool logged_in; /* by the device's key */
    struct id account;
    struct fake_request got[FAKE_GOT_MAX]; /* all but HELLO and PING, of all connections */
    size_t n_got;
    /* A status, or FAKE_HOLD, FAKE_CUT, FAKE_GO_AWAY. NULL: always OK. */
    int (*answer)(struct fake *f, const struct fake_request *r);
    void *arg;
    int refuses_batches;        /* the status of requests of more than one touch, which aren't read then; 0: they are */
    struct fake_batch *batches; /* without their reply */
};

/* Keys for all fakes of the program; group setup and teardown. */
int fake_make_keys(void **state);
int fake_free_keys(void **state);
struct fake *fake_start(void);
void fake_stop(struct fake *f); /* the port is closed */
/* A seat that reaches the fakes, `b` may be NULL. Free with vs_seat_free. */
void fake_seat(struct vs_seat *s, const struct fake *a, const struct fake *b);
/* A port on which nobody listens. */
uint16_t fake_dead_port(void);

/* Does what can be done now. */
void fake_step(struct fake *f);
void fake_reply(struct fake *f, uint64_t id, int status, struct slice body);
void fake_event(struct fake *f, uint64_t subscription, uint32_t kind, struct slice body);
void fake_raw(struct fake *f, struct slice plain);
void fake_cut(struct fake *f);

/* Steps both until the condition holds; fails the test after 20 s. b may be NULL, o too. */
#define FAKE_UNTIL(condition, c, a, b, o) \
    for (int64_t end_ = fake_clock() + 20000; !(condition);) { \
        if (fake_clock() > end_) fail_msg("never: %s", #condition); \
        fake_turn(c, a, b, o); \
    }
int64_t fake_clock(void);
void fake_turn(vs_client *c, struct fake *a, struct fake *b, vs_outbox *o);

#endif
