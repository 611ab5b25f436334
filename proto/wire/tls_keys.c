/* SPDX-License-Identifier: Apache-2.0 */
/* Making keys and certificates: EC P-256, PEM. */
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "vouchsafe/tls.h"

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

static X509 *make_cert(EVP_PKEY *key, const char *name, const char *issuer, EVP_PKEY *signer, bool ca, int days) {
    X509 *x = X509_new();
    uint8_t serial[8];
    RAND_bytes(serial, sizeof serial);
    serial[0] &= 0x7f;
    ASN1_INTEGER *n = ASN1_INTEGER_new();
    BIGNUM *bn = BN_bin2bn(serial, sizeof serial, NULL);
    BN_to_ASN1_INTEGER(bn, n);
    X509_set_serialNumber(x, n);
    BN_free(bn);
    ASN1_INTEGER_free(n);
    X509_set_version(x, 2);
    X509_gmtime_adj(X509_getm_notBefore(x), -300);
    X509_time_adj_ex(X509_getm_notAfter(x), days, 0, NULL);
    X509_set_pubkey(x, key);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(x), "CN", MBSTRING_UTF8, (const unsigned char *)name, -1, -1, 0);
    X509_NAME *iss = X509_NAME_new();
    X509_NAME_add_entry_by_txt(iss, "CN", MBSTRING_UTF8, (const unsigned char *)issuer, -1, -1, 0);
    X509_set_issuer_name(x, iss);
    X509_NAME_free(iss);
    X509_EXTENSION *e = X509V3_EXT_conf_nid(NULL, NULL, NID_basic_constraints,
                                            ca ? "critical,CA:TRUE" : "critical,CA:FALSE");
    X509_add_ext(x, e, -1);
    X509_EXTENSION_free(e);
    if (X509_sign(x, signer, EVP_sha256()) == 0) {
        X509_free(x);
        return NULL;
    }
    return x;
}

int tls_make_self_signed(const char *key_pem, const char *common_name, char **cert_pem) {
    EVP_PKEY *k = read_key(key_pem);
    X509 *x = k == NULL ? NULL : make_cert(k, common_name, common_name, k, true, 20 * 365);
    BIO *b = BIO_new(BIO_s_mem());
    *cert_pem = x != NULL && PEM_write_bio_X509(b, x) == 1 ? bio_text(b) : NULL;
    BIO_free(b);
    X509_free(x);
    EVP_PKEY_free(k);
    return *cert_pem == NULL ? -1 : 0;
}

int tls_make_instance_cert(const char *root_key_pem, const char *root_cert_pem, const char *instance_key_pem,
                           const char *name, int days, char **chain_pem) {
    EVP_PKEY *root = read_key(root_key_pem), *k = read_key(instance_key_pem);
    X509 *r = read_cert(root_cert_pem);
    X509 *x = root == NULL || k == NULL || r == NULL ? NULL : make_cert(k, name, "vouchsafe root", root, false, days);
    BIO *b = BIO_new(BIO_s_mem());
    *chain_pem = x != NULL && PEM_write_bio_X509(b, x) == 1 && PEM_write_bio_X509(b, r) == 1 ? bio_text(b) : NULL;
    BIO_free(b);
    X509_free(x);
    X509_free(r);
    EVP_PKEY_free(root);
    EVP_PKEY_free(k);
    return *chain_pem == NULL ? -1 : 0;
}

int tls_cert_key_hash(const char *cert_pem, uint8_t out[TLS_KEY_HASH]) {
    X509 *x = read_cert(cert_pem);
    unsigned char *der = NULL;
    int n = x == NULL ? -1 : i2d_X509_PUBKEY(X509_get_X509_PUBKEY(x), &der);
    if (n > 0) crypto_hash_sha256(out, der, (unsigned long long)n);
    OPENSSL_free(der);
    X509_free(x);
    return n > 0 ? 0 : -1;
}

int64_t tls_cert_not_after(const char *cert_pem) {
    X509 *x = read_cert(cert_pem);
    struct tm tm;
    int64_t t = x != NULL && ASN1_TIME_to_tm(X509_get0_notAfter(x), &tm) == 1 ? (int64_t)timegm(&tm) : -1;
    X509_free(x);
    return t;
}
