/* SPDX-License-Identifier: Apache-2.0 */
/* The installation's root key and an instance's certificate, as files of a state directory:
 *   instance.key instance.pem   this instance's key, and its chain: its certificate, the root's, what vouches for that one
 *   root.key root.pem           only where the root key is kept: beside the only instance, or on a machine of its own
 * At its first start an instance makes both. Where the root key is elsewhere an instance asks (keys_request), the keeper
 * certifies (keys_certify), the instance takes the answer (keys_install); it then runs without any root.key. */
#ifndef SERVER_CORE_KEYS_H
#define SERVER_CORE_KEYS_H

#include "vouchsafe/tls.h"

enum {
    KEYS_SECONDS = 825 * 86400,      /* a certificate's life, unless told otherwise */
    KEYS_RENEW_SECONDS = 30 * 86400, /* left of it when it is renewed */
};

struct keys {
    struct tls_context *tls; /* the caller's */
    uint8_t root_pin[TLS_KEY_HASH];
    int64_t ends;   /* seconds since 1970: when the certificate runs out */
    bool root_here; /* so it is renewed by loading it again in its last month */
};

/* What a server needs. Made at the first start; renewed in its last month or after a change of the root, if the root key is
 * here. -1: what is wrong and what to do; also for a certificate that ran out. */
int keys_load(const char *state, struct keys *out, char *err, size_t err_size) MUST_CHECK;
/* May a server that showed this pin's chain show that one from now on? Seats that pinned the old root must go on. */
bool keys_follow(const char *state, const uint8_t root_pin[TLS_KEY_HASH]);

/* The texts are malloc'ed. */
int keys_request(const char *state, char **request, char *err, size_t err_size) MUST_CHECK;
int keys_certify(const char *state, const char *request, int64_t seconds, char **chain, char *err,
                 size_t err_size) MUST_CHECK;
int keys_install(const char *state, const char *chain, char *err, size_t err_size) MUST_CHECK;

/* A root key and nothing else, where there is none. */
int keys_root_create(const char *state, char *err, size_t err_size) MUST_CHECK;
/* A new root that the old one vouches for. Interrupted, it is finished by asking again. */
int keys_root_replace(const char *state, char *err, size_t err_size) MUST_CHECK;
/* The end of that: certificates made from now on don't carry the old root's word. */
int keys_root_retire(const char *state, char *err, size_t err_size) MUST_CHECK;

#endif
