/* SPDX-License-Identifier: Apache-2.0 */
/* Which chains end in a pinned root. A chain is [leaf, root, what vouches for that root ...]: while a root is replaced, its
 * certificates say "this key, too" in the old root's name, so that whoever pinned the old one accepts the new one. */
#ifndef PROTO_WIRE_TLS_TRUST_H
#define PROTO_WIRE_TLS_TRUST_H

#include <openssl/x509.h>

#include "vouchsafe/tls.h"

struct pins {
    unsigned n;
    uint8_t key[TLS_PINS_MAX][TLS_KEY_HASH];
};

int trust_key_hash(X509 *x, uint8_t out[TLS_KEY_HASH]) MUST_CHECK;
/* NULL when leaf is signed by a root that is pinned or vouched for, in its time; otherwise one sentence, and *error an
 * X509_V_ERR_. The chain as shown by the server, the leaf first. */
const char *trust_chain(STACK_OF(X509) * chain, X509 *leaf, const struct pins *pins, int *error);
/* Of the chain's roots alone, whatever their leaf. */
bool trust_root(STACK_OF(X509) * chain, const struct pins *pins);

#endif
