/* SPDX-License-Identifier: Apache-2.0 */
/* Connecting to an address.
 * - happy path: digits -> a non-blocking connect at once; a name -> a thread asks the resolver, an eventfd wakes the loop, then connect
 * - an answer of several addresses is tried one after the other; the last one's error is told
 * - the caller gives up while the resolver is still at work: the thread keeps what it needs and frees it when it ends */
#include "client/lib/dial.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

struct lookup {
    atomic_int refs; /* the caller's and the thread's */
    atomic_bool done;
    int fd, error;
    struct addrinfo *list;
    char host[300], port[16];
};

static void lookup_unref(struct lookup *l) {
    if (l == NULL || atomic_fetch_sub(&l->refs, 1) > 1) return;
    if (l->list != NULL) freeaddrinfo(l->list);
    close(l->fd);
    free(l);
}

static void *look_up(void *arg) {
    struct lookup *l = arg;
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
    l->error = getaddrinfo(l->host, l->port, &hints, &l->list);
    atomic_store(&l->done, true);
    eventfd_write(l->fd, 1);
    lookup_unref(l);
    return NULL;
}

static struct lookup *lookup_start(const char *host, const char *port) {
    struct lookup *l = calloc(1, sizeof *l);
    if (l == NULL) return NULL;
    snprintf(l->host, sizeof l->host, "%s", host);
    snprintf(l->port, sizeof l->port, "%s", port);
    l->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    atomic_init(&l->refs, 2);
    pthread_t thread;
    if (l->fd < 0 || pthread_create(&thread, NULL, look_up, l) != 0) {
        if (l->fd >= 0) close(l->fd);
        free(l);
        return NULL;
    }
    pthread_detach(thread);
    return l;
}

/* "host:port" or "[v6]:port" in its two parts. */
static int split(const char *address, char host[300], char port[16]) {
    const char *colon = strrchr(address, ':');
    if (colon == NULL || colon == address || strlen(colon + 1) == 0 || strlen(colon + 1) > 15) return -1;
    size_t n = (size_t)(colon - address);
    if (*address == '[' && colon[-1] == ']') {
        address++;
        n -= 2;
    }
    if (n == 0 || n >= 300) return -1;
    memcpy(host, address, n);
    host[n] = '\0';
    snprintf(port, 16, "%s", colon + 1);
    return 0;
}

/* Begins with d->at and goes on to the next while connecting fails at once. */
static enum dial_result try_from(struct dial *d, int last_error, char *err, size_t err_size) {
    for (; d->at != NULL; d->at = d->at->ai_next) {
        d->fd = socket(d->at->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        if (d->fd < 0) {
            last_error = errno;
            continue;
        }
        int on = 1;
        setsockopt(d->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        if (connect(d->fd, d->at->ai_addr, d->at->ai_addrlen) == 0) return DIAL_CONNECTED;
        if (errno == EINPROGRESS || errno == EINTR) return DIAL_GOING;
        last_error = errno;
        close(d->fd);
        d->fd = -1;
    }
    snprintf(err, err_size, "%s", strerror(last_error));
    return DIAL_FAILED;
}

enum dial_result dial_start(struct dial *d, const char *address, char *err, size_t err_size) {
    char host[300], port[16];
    *d = (struct dial){.fd = -1};
    if (split(address, host, port) < 0) {
        snprintf(err, err_size, "that is not host:port");
        return DIAL_FAILED;
    }
    struct addrinfo digits = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV};
    if (getaddrinfo(host, port, &digits, &d->list) == 0) {
        d->at = d->list;
        return try_from(d, EADDRNOTAVAIL, err, err_size);
    }
    d->lookup = lookup_start(host, port);
    if (d->lookup != NULL) return DIAL_GOING;
    snprintf(err, err_size, "no thread to look the name up: %s", strerror(errno));
    return DIAL_FAILED;
}

enum dial_result dial_step(struct dial *d, char *err, size_t err_size) {
    if (d->lookup != NULL) {
        if (!atomic_load(&d->lookup->done)) return DIAL_GOING;
        int error = d->lookup->error;
        d->at = d->list = d->lookup->list;
        d->lookup->list = NULL;
        lookup_unref(d->lookup);
        d->lookup = NULL;
        if (error == 0) return try_from(d, EADDRNOTAVAIL, err, err_size);
        snprintf(err, err_size, "%s", gai_strerror(error));
        return DIAL_FAILED;
    }
    /* Writable tells the outcome; asking again is harmless and doesn't need a poll. */
    if (connect(d->fd, d->at->ai_addr, d->at->ai_addrlen) == 0 || errno == EISCONN) return DIAL_CONNECTED;
    if (errno == EALREADY || errno == EINPROGRESS || errno == EINTR) return DIAL_GOING;
    int error = errno;
    close(d->fd);
    d->fd = -1;
    d->at = d->at->ai_next;
    return try_from(d, error, err, err_size);
}

int dial_fd(const struct dial *d) { return d->lookup != NULL ? d->lookup->fd : d->fd; }
bool dial_wants_write(const struct dial *d) { return d->lookup == NULL; }

void dial_stop(struct dial *d) {
    lookup_unref(d->lookup);
    if (d->list != NULL) freeaddrinfo(d->list);
    if (d->fd >= 0) close(d->fd);
    *d = (struct dial){.fd = -1};
}
