/* SPDX-License-Identifier: Apache-2.0 */
/* Making keys and certificates: EC P-256, PEM. What OpenSSL can't do for want of memory shows in a NULL further on. */
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "proto/wire/tls_trust.h"

static char *bio_text(BIO *b) {
    char *data;
    long n = BIO_get_mem_data(b, &data);
    char *s = n > 0 ? malloc((size_t)n + 1) : NULL;
    if (s != NULL) {
        memcpy(s, data, (size_t)n);
        s[n] = '\0';
    }
    return s;
}

static EVP_PKEY *read_key(const char *pem) {
    BIO *b = BIO_new_mem_buf(pem, -1);
    EVP_PKEY *k = PEM_read_bio_PrivateKey(b, NULL, NULL, NULL);
    BIO_free(b);
    return k;
}

static X509 *read_cert(const char *pem) {
    BIO *b = BIO_new_mem_buf(pem, -1);
    X509 *x = PEM_read_bio_X509(b, NULL, NULL, NULL);
    BIO_free(b);
    return x;
}

int tls_make_key(char **key_pem) {
    EVP_PKEY *k = EVP_EC_gen("P-256");
    BIO *b = BIO_new(BIO_s_mem());
    *key_pem = k != NULL && PEM_write_bio_PrivateKey(b, k, NULL, NULL, 0, NULL, NULL) == 1 ? bio_text(b) : NULL;
    BIO_free(b);
    EVP_PKEY_free(k);
    return *key_pem == NULL ? -1 : 0;
}

/* --- certificates ----------------------------------------------------------------------------------------- */

static void set_serial(X509 *x) {
    uint8_t serial[8];
    RAND_bytes(serial, sizeof serial);
    serial[0] &= 0x7f;
    BIGNUM *n = BN_bin2bn(serial, sizeof serial, NULL);
    BN_to_ASN1_INTEGER(n, X509_get_serialNumber(x));
    BN_free(n);
}

static X509_NAME *name_of(const char *common_name) {
    X509_NAME *n = X509_NAME_new();
    X509_NAME_add_entry_by_txt(n, "CN", MBSTRING_UTF8, (const unsigned char *)common_name, -1, -1, 0);
    return n;
}

/* root: its key may sign others. */
static X509 *make_cert(EVP_PKEY *key, const X509_NAME *name, const X509_NAME *issuer, EVP_PKEY *signer, bool root,
                       int64_t seconds) {
    X509 *x = X509_new();
    set_serial(x);
    X509_set_version(x, 2);
    X509_gmtime_adj(X509_getm_notBefore(x), -300);
    X509_time_adj_ex(X509_getm_notAfter(x), (int)(seconds / 86400), (long)(seconds % 86400), NULL);
    X509_set_pubkey(x, key);
    X509_set_subject_name(x, name);
    X509_set_issuer_name(x, issuer);
    X509_EXTENSION *e = X509V3_EXT_conf_nid(NULL, NULL, NID_basic_constraints,
                                            root ? "critical,CA:TRUE" : "critical,CA:FALSE");
    X509_add_ext(x, e, -1);
    X509_EXTENSION_free(e);
    if (X509_sign(x, signer, EVP_sha256()) != 0) return x;
    X509_free(x);
    return NULL;
}

/* The certificates, then the text behind them. */
static char *write_certs(X509 *const *certs, size_t n, const char *rest) {
    BIO *b = BIO_new(BIO_s_mem());
    bool ok = true;
    for (size_t i = 0; i < n; i++) ok = ok && certs[i] != NULL && PEM_write_bio_X509(b, certs[i]) == 1;
    char *text = ok && BIO_puts(b, rest) >= 0 ? bio_text(b) : NULL;
    BIO_free(b);
    return text;
}

enum { ROOT_SECONDS = 20 * 365 * 86400 };

static X509 *self_signed(EVP_PKEY *key, const char *common_name) {
    X509_NAME *name = name_of(common_name);
    X509 *x = key == NULL ? NULL : make_cert(key, name, name, key, true, ROOT_SECONDS);
    X509_NAME_free(name);
    return x;
}

int tls_make_self_signed(const char *key_pem, const char *common_name, char **cert_pem) {
    EVP_PKEY *k = read_key(key_pem);
    X509 *x = self_signed(k, common_name);
    *cert_pem = write_certs(&x, 1, "");
    X509_free(x);
    EVP_PKEY_free(k);
    return *cert_pem == NULL ? -1 : 0;
}

int tls_make_request(const char *key_pem, const char *name, char **request_pem) {
    EVP_PKEY *k = read_key(key_pem);
    X509_REQ *r = X509_REQ_new();
    X509_NAME *n = name_of(name);
    BIO *b = BIO_new(BIO_s_mem());
    bool ok = k != NULL && X509_REQ_set_version(r, 0) == 1 && X509_REQ_set_subject_name(r, n) == 1 &&
              X509_REQ_set_pubkey(r, k) == 1 && X509_REQ_sign(r, k, EVP_sha256()) != 0 &&
              PEM_write_bio_X509_REQ(b, r) == 1;
    *request_pem = ok ? bio_text(b) : NULL;
    BIO_free(b);
    X509_NAME_free(n);
    X509_REQ_free(r);
    EVP_PKEY_free(k);
    return *request_pem == NULL ? -1 : 0;
}

static X509_REQ *read_request(const char *pem) {
    BIO *b = BIO_new_mem_buf(pem, -1);
    X509_REQ *r = PEM_read_bio_X509_REQ(b, NULL, NULL, NULL);
    BIO_free(b);
    if (r != NULL && X509_REQ_verify(r, X509_REQ_get0_pubkey(r)) == 1) return r;
    X509_REQ_free(r);
    return NULL;
}

int tls_certify(const char *root_key_pem, const char *roots_pem, const char *request_pem, int64_t seconds,
                char **chain_pem) {
    EVP_PKEY *root_key = read_key(root_key_pem);
    X509 *root = read_cert(roots_pem), *x = NULL;
    X509_REQ *r = read_request(request_pem);
    if (root_key != NULL && root != NULL && r != NULL)
        x = make_cert(X509_REQ_get0_pubkey(r), X509_REQ_get_subject_name(r), X509_get_subject_name(root), root_key,
                      false, seconds);
    *chain_pem = write_certs(&x, 1, roots_pem);
    X509_REQ_free(r);
    X509_free(x);
    X509_free(root);
    EVP_PKEY_free(root_key);
    ERR_clear_error();
    return *chain_pem == NULL ? -1 : 0;
}

int tls_succeed(const char *old_key_pem, const char *old_roots_pem, const char *new_key_pem, const char *name,
                char **roots_pem) {
    EVP_PKEY *old_key = read_key(old_key_pem), *key = read_key(new_key_pem);
    X509 *old = read_cert(old_roots_pem), *made[2] = {self_signed(key, name), NULL};
    if (old != NULL && old_key != NULL && made[0] != NULL)
        made[1] = make_cert(key, X509_get_subject_name(made[0]), X509_get_subject_name(old), old_key, true,
                            ROOT_SECONDS);
    *roots_pem = write_certs(made, ARRAY_LEN(made), old_roots_pem);
    X509_free(made[0]);
    X509_free(made[1]);
    X509_free(old);
    EVP_PKEY_free(key);
    EVP_PKEY_free(old_key);
    return *roots_pem == NULL ? -1 : 0;
}

/* --- looking at them -------------------------------------------------------------------------------------- */

const char *tls_pem_rest(const char *pem) {
    static const char begin[] = "-----BEGIN CERTIFICATE-----";
    const char *first = strstr(pem, begin), *second = first != NULL ? strstr(first + 1, begin) : NULL;
    return second != NULL ? second : "";
}

int tls_cert_key_hash(const char *cert_pem, uint8_t out[TLS_KEY_HASH]) {
    X509 *x = read_cert(cert_pem);
    int r = x == NULL ? -1 : trust_key_hash(x, out);
    X509_free(x);
    return r;
}

bool tls_cert_fits(const char *cert_pem, const char *key_pem) {
    X509 *x = read_cert(cert_pem);
    EVP_PKEY *k = read_key(key_pem);
    bool fits = x != NULL && k != NULL && X509_check_private_key(x, k) == 1;
    X509_free(x);
    EVP_PKEY_free(k);
    ERR_clear_error();
    return fits;
}

bool tls_chain_fits(const char *chain_pem, const uint8_t root_pin[TLS_KEY_HASH]) {
    STACK_OF(X509) *chain = sk_X509_new_null();
    struct pins pins = {.n = 1};
    memcpy(pins.key[0], root_pin, TLS_KEY_HASH);
    for (const char *p = chain_pem; *p != '\0'; p = tls_pem_rest(p)) {
        X509 *x = read_cert(p);
        if (x == NULL || sk_X509_push(chain, x) <= 0) break;
    }
    bool fits = trust_root(chain, &pins);
    sk_X509_pop_free(chain, X509_free);
    return fits;
}

int64_t tls_cert_not_after(const char *cert_pem) {
    X509 *x = read_cert(cert_pem);
    struct tm tm;
    int64_t t = x != NULL && ASN1_TIME_to_tm(X509_get0_notAfter(x), &tm) == 1 ? (int64_t)timegm(&tm) : -1;
    X509_free(x);
    return t;
}
