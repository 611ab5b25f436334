/* SPDX-License-Identifier: Apache-2.0 */
/* Connecting to "host:port" without blocking. */
#ifndef CLIENT_LIB_DIAL_H
#define CLIENT_LIB_DIAL_H

#include "vouchsafe/base.h"

struct lookup;
struct addrinfo;

struct dial {
    struct lookup *lookup;      /* names are looked up by a thread; its fd becomes readable */
    struct addrinfo *list, *at; /* what it found; the one being tried */
    int fd;                     /* the socket, or -1 */
};

enum dial_result { DIAL_FAILED = -1, DIAL_GOING = 0, DIAL_CONNECTED = 1 };

/* DIAL_FAILED with err. An address in digits needs no thread. */
enum dial_result dial_start(struct dial *d, const char *address, char *err, size_t err_size) MUST_CHECK;
/* When dial_fd is ready. DIAL_CONNECTED: take d->fd and set it to -1, then dial_stop. */
enum dial_result dial_step(struct dial *d, char *err, size_t err_size) MUST_CHECK;
int dial_fd(const struct dial *d);
bool dial_wants_write(const struct dial *d);
void dial_stop(struct dial *d);

#endif
