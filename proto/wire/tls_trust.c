/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/wire/tls_trust.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <sodium.h>
#include <string.h>

enum { CHAIN_MAX = 10 }; /* a leaf, a root, and four replacements of it under way at once */

int trust_key_hash(X509 *x, uint8_t out[TLS_KEY_HASH]) {
    unsigned char *der = NULL;
    int n = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(x), &der);
    if (n <= 0) return -1;
    crypto_hash_sha256(out, der, (unsigned long long)n);
    OPENSSL_free(der);
    return 0;
}

static bool is_pinned(const struct pins *p, const uint8_t key[TLS_KEY_HASH]) {
    for (unsigned i = 0; i < p->n; i++)
        if (sodium_memcmp(key, p->key[i], TLS_KEY_HASH) == 0) return true;
    return false;
}

static bool is_in_time(X509 *x) {
    return X509_cmp_current_time(X509_get0_notAfter(x)) > 0 && X509_cmp_current_time(X509_get0_notBefore(x)) < 0;
}

/* Does x say in a trusted key's name that its own key is a root's? An instance's certificate never does. */
static bool is_vouched(X509 *x, X509 *by) {
    return X509_check_ca(x) == 1 && is_in_time(x) && X509_verify(x, X509_get0_pubkey(by)) == 1;
}

/* Keys are what is trusted: the pinned ones, those vouched for by a trusted one, until nothing is added. */
bool trust_root(STACK_OF(X509) * chain, const struct pins *pins) {
    uint8_t key[CHAIN_MAX][TLS_KEY_HASH];
    bool trusted[CHAIN_MAX] = {false}, more = true;
    int n = sk_X509_num(chain);
    if (n < 2 || n > CHAIN_MAX) return false;
    for (int i = 1; i < n; i++) {
        if (trust_key_hash(sk_X509_value(chain, i), key[i]) < 0) return false;
        trusted[i] = is_pinned(pins, key[i]);
    }
    while (more && !trusted[1]) {
        more = false;
        for (int i = 1; i < n; i++)
            for (int by = 1; by < n && !trusted[i]; by++)
                if (trusted[by] && (memcmp(key[i], key[by], TLS_KEY_HASH) == 0 ||
                                    is_vouched(sk_X509_value(chain, i), sk_X509_value(chain, by))))
                    more = trusted[i] = true;
    }
    ERR_clear_error();
    return trusted[1];
}

const char *trust_chain(STACK_OF(X509) * chain, X509 *leaf, const struct pins *pins, int *error) {
    *error = X509_V_ERR_CERT_UNTRUSTED;
    if (chain == NULL || leaf == NULL || sk_X509_num(chain) < 2)
        return "the server didn't show its root; it is not the one that made your join line";
    if (!trust_root(chain, pins))
        return "the server at this address is not the one that made your join line; ask your admin for a new line";
    if (X509_verify(leaf, X509_get0_pubkey(sk_X509_value(chain, 1))) != 1)
        return "the server's certificate is not signed by its root";
    *error = X509_V_ERR_CERT_HAS_EXPIRED;
    if (X509_cmp_current_time(X509_get0_notAfter(leaf)) <= 0)
        return "the server's certificate ran out; its operator has to renew it";
    if (X509_cmp_current_time(X509_get0_notBefore(leaf)) > 0)
        return "the server's certificate is not valid yet; is this machine's clock right?";
    *error = X509_V_OK;
    return NULL;
}
