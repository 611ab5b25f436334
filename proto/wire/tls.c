/* SPDX-License-Identifier: Apache-2.0 */
/* The TLS engine: OpenSSL over a BIO of our own that reads from the bytes given and writes into the caller's buffer.
 * - nothing is held between calls but what OpenSSL itself needs: an idle connection owns no buffer of ours
 * - the error queue is cleared before every SSL call: libpq shares it
 * - a refused handshake leaves an alert in cipher_out; the caller flushes it, then closes */
#include "vouchsafe/tls.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/wire/tls_trust.h"

struct tls_context {
    SSL_CTX *ctx;
    int refs;
    bool server;
    struct pins roots; /* a client's */
};

struct tls {
    struct tls_context *context;
    SSL *ssl;
    struct slice in; /* during a call: what the BIO reads */
    struct buf *out; /* during a call: where it writes */
    bool ready, failed;
    char error[160];
};

static const unsigned char alpn[] = "\x0bvouchsafe/1";

/* --- the BIO ------------------------------------------------------------------------------------------ */

static int bio_read(BIO *b, char *data, int n) {
    struct tls *t = BIO_get_data(b);
    BIO_clear_retry_flags(b);
    if (t->in.len == 0) {
        BIO_set_retry_read(b);
        return -1;
    }
    size_t take = t->in.len < (size_t)n ? t->in.len : (size_t)n;
    memcpy(data, t->in.data, take);
    t->in.data += take;
    t->in.len -= take;
    return (int)take;
}

static int bio_write(BIO *b, const char *data, int n) {
    struct tls *t = BIO_get_data(b);
    BIO_clear_retry_flags(b);
    if (t->out != NULL) buf_append(t->out, data, (size_t)n);
    return n;
}

static long bio_ctrl(BIO *b, int cmd, long num, void *ptr) {
    (void)b, (void)num, (void)ptr;
    return cmd == BIO_CTRL_FLUSH ? 1 : 0;
}

static BIO_METHOD *bio_method(void) {
    static BIO_METHOD *m;
    if (m == NULL) {
        m = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "vouchsafe");
        BIO_meth_set_read(m, bio_read);
        BIO_meth_set_write(m, bio_write);
        BIO_meth_set_ctrl(m, bio_ctrl);
    }
    return m;
}

/* --- contexts ----------------------------------------------------------------------------------------- */

static int alpn_select(SSL *s, const unsigned char **out, unsigned char *out_len, const unsigned char *in,
                       unsigned in_len, void *arg) {
    (void)s, (void)arg;
    unsigned char *chosen;
    if (SSL_select_next_proto(&chosen, out_len, alpn, sizeof alpn - 1, in, in_len) != OPENSSL_NPN_NEGOTIATED)
        return SSL_TLSEXT_ERR_ALERT_FATAL;
    *out = chosen;
    return SSL_TLSEXT_ERR_OK;
}

/* Any key may come; the device table judges it. */
static int accept_any(X509_STORE_CTX *store, void *arg) {
    (void)arg;
    X509_STORE_CTX_set_error(store, X509_V_OK);
    return 1;
}

static int refuse(struct tls *t, const char *why) {
    snprintf(t->error, sizeof t->error, "%s", why);
    return 0;
}

static int verify_pinned(X509_STORE_CTX *store, void *arg) {
    struct tls_context *c = arg;
    SSL *ssl = X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx());
    int error;
    const char *why = trust_chain(X509_STORE_CTX_get0_untrusted(store), X509_STORE_CTX_get0_cert(store), &c->roots,
                                  &error);
    X509_STORE_CTX_set_error(store, error);
    return why == NULL ? 1 : refuse(SSL_get_app_data(ssl), why);
}

static int use_pem(SSL_CTX *ctx, const char *cert_pem, const char *key_pem) {
    BIO *c = BIO_new_mem_buf(cert_pem, -1), *k = BIO_new_mem_buf(key_pem, -1);
    X509 *leaf = PEM_read_bio_X509(c, NULL, NULL, NULL), *next;
    EVP_PKEY *key = PEM_read_bio_PrivateKey(k, NULL, NULL, NULL);
    int ok = leaf != NULL && key != NULL && SSL_CTX_use_certificate(ctx, leaf) == 1 &&
             SSL_CTX_use_PrivateKey(ctx, key) == 1;
    while (ok && (next = PEM_read_bio_X509(c, NULL, NULL, NULL)) != NULL)
        ok = SSL_CTX_add_extra_chain_cert(ctx, next) == 1;
    ERR_clear_error();
    X509_free(leaf);
    EVP_PKEY_free(key);
    BIO_free(c);
    BIO_free(k);
    return ok ? 0 : -1;
}

static struct tls_context *context_new(bool server, const char *cert_pem, const char *key_pem, char *err,
                                       size_t err_size) {
    struct tls_context *c = calloc(1, sizeof *c);
    SSL_CTX *ctx = c == NULL ? NULL : SSL_CTX_new(server ? TLS_server_method() : TLS_client_method());
    if (ctx == NULL) {
        free(c);
        snprintf(err, err_size, "no memory for TLS");
        return NULL;
    }
    *c = (struct tls_context){.ctx = ctx, .refs = 1, .server = server};
    SSL_CTX_set_min_proto_version(ctx, TLS1_3_VERSION);
    SSL_CTX_set_options(ctx, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
    SSL_CTX_set_mode(ctx,
                     SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_num_tickets(ctx, 0);
    if (cert_pem != NULL && use_pem(ctx, cert_pem, key_pem) < 0) {
        snprintf(err, err_size, "the certificate and its key can't be used together");
        tls_context_unref(c);
        return NULL;
    }
    return c;
}

struct tls_context *tls_context_server(const char *cert_chain_pem, const char *key_pem, char *err, size_t err_size) {
    struct tls_context *c = context_new(true, cert_chain_pem, key_pem, err, err_size);
    if (c == NULL) return NULL;
    SSL_CTX_set_alpn_select_cb(c->ctx, alpn_select, NULL);
    SSL_CTX_set_verify(c->ctx, SSL_VERIFY_PEER, NULL);
    SSL_CTX_set_cert_verify_callback(c->ctx, accept_any, NULL);
    return c;
}

struct tls_context *tls_context_client(const uint8_t root_pin[TLS_KEY_HASH], const char *cert_pem, const char *key_pem,
                                       char *err, size_t err_size) {
    struct tls_context *c = context_new(false, cert_pem, key_pem, err, err_size);
    if (c == NULL) return NULL;
    tls_context_pin(c, root_pin, NULL);
    SSL_CTX_set_alpn_protos(c->ctx, alpn, sizeof alpn - 1);
    SSL_CTX_set_verify(c->ctx, SSL_VERIFY_PEER, NULL);
    SSL_CTX_set_cert_verify_callback(c->ctx, verify_pinned, c);
    return c;
}

void tls_context_pin(struct tls_context *c, const uint8_t root_pin[TLS_KEY_HASH], const uint8_t *before) {
    c->roots.n = before != NULL ? 2 : 1;
    memcpy(c->roots.key[0], root_pin, TLS_KEY_HASH);
    if (before != NULL) memcpy(c->roots.key[1], before, TLS_KEY_HASH);
}

struct tls_context *tls_context_ref(struct tls_context *c) {
    c->refs++;
    return c;
}

void tls_context_unref(struct tls_context *c) {
    if (c == NULL || --c->refs > 0) return;
    SSL_CTX_free(c->ctx);
    free(c);
}

/* --- one connection ----------------------------------------------------------------------------------- */

struct tls *tls_new(struct tls_context *c) {
    struct tls *t = calloc(1, sizeof *t);
    if (t == NULL) return NULL;
    t->context = tls_context_ref(c);
    t->ssl = SSL_new(c->ctx);
    BIO *bio = t->ssl == NULL ? NULL : BIO_new(bio_method());
    if (bio == NULL) {
        tls_free(t);
        return NULL;
    }
    BIO_set_data(bio, t);
    BIO_set_init(bio, 1);
    SSL_set_bio(t->ssl, bio, bio);
    SSL_set_app_data(t->ssl, t);
    if (c->server)
        SSL_set_accept_state(t->ssl);
    else
        SSL_set_connect_state(t->ssl);
    return t;
}

void tls_free(struct tls *t) {
    if (t == NULL) return;
    SSL_free(t->ssl);
    tls_context_unref(t->context);
    free(t);
}

static enum tls_result fail(struct tls *t) {
    t->failed = true;
    if (t->error[0] == '\0') {
        unsigned long e = ERR_peek_error();
        const char *why = ERR_reason_error_string(e);
        if (ERR_GET_REASON(e) == SSL_R_HTTP_REQUEST) why = "this port speaks TLS, not plain HTTP";
        snprintf(t->error, sizeof t->error, "%s", why == NULL ? "the connection was cut off" : why);
    }
    ERR_clear_error();
    return TLS_FAILED;
}

static enum tls_result shake(struct tls *t) {
    ERR_clear_error();
    int r = SSL_do_handshake(t->ssl);
    if (r == 1) {
        const unsigned char *proto;
        unsigned n;
        SSL_get0_alpn_selected(t->ssl, &proto, &n);
        if (n != sizeof alpn - 2) {
            refuse(t, "the other side doesn't speak vouchsafe/1");
            return fail(t);
        }
        t->ready = true;
        return TLS_OK;
    }
    int e = SSL_get_error(t->ssl, r);
    return e == SSL_ERROR_WANT_READ || e == SSL_ERROR_WANT_WRITE ? TLS_OK : fail(t);
}

static enum tls_result drain(struct tls *t, struct buf *plain_out) {
    for (;;) {
        uint8_t *at = buf_reserve(plain_out, 4096);
        if (at == NULL) {
            refuse(t, "too much unread data");
            return fail(t);
        }
        ERR_clear_error();
        int n = SSL_read(t->ssl, at, 4096);
        if (n > 0) {
            buf_commit(plain_out, (size_t)n);
            continue;
        }
        switch (SSL_get_error(t->ssl, n)) {
            case SSL_ERROR_WANT_READ:
            case SSL_ERROR_WANT_WRITE: return TLS_OK;
            case SSL_ERROR_ZERO_RETURN: return TLS_CLOSED;
            default: return fail(t);
        }
    }
}

enum tls_result tls_feed(struct tls *t, struct slice cipher_in, struct buf *plain_out, struct buf *cipher_out) {
    if (t->failed) return TLS_FAILED;
    t->in = cipher_in;
    t->out = cipher_out;
    enum tls_result r = t->ready ? TLS_OK : shake(t);
    if (r == TLS_OK && t->ready) r = drain(t, plain_out);
    t->in = (struct slice){0}; /* the caller's bytes end with the call */
    t->out = NULL;
    return r;
}

enum tls_result tls_send(struct tls *t, struct slice plain_in, struct buf *cipher_out) {
    MUST(t->ready);
    t->out = cipher_out;
    enum tls_result r = TLS_OK;
    while (plain_in.len > 0 && r == TLS_OK) {
        ERR_clear_error();
        int n = SSL_write(t->ssl, plain_in.data, plain_in.len > 16384 ? 16384 : (int)plain_in.len);
        if (n <= 0)
            r = fail(t);
        else
            plain_in = (struct slice){plain_in.data + n, plain_in.len - (size_t)n};
    }
    t->out = NULL;
    return r;
}

void tls_close(struct tls *t, struct buf *cipher_out) {
    if (t->failed || !t->ready) return;
    t->out = cipher_out;
    ERR_clear_error();
    SSL_shutdown(t->ssl);
    ERR_clear_error();
    t->out = NULL;
}

bool tls_ready(const struct tls *t) { return t->ready; }
const char *tls_error(const struct tls *t) { return t->error; }

bool tls_peer_key(const struct tls *t, uint8_t out[TLS_KEY_HASH]) {
    X509 *x = SSL_get0_peer_certificate(t->ssl);
    return x != NULL && trust_key_hash(x, out) == 0;
}

void tls_peer_name(const struct tls *t, char *out, size_t size) {
    X509 *x = SSL_get0_peer_certificate(t->ssl);
    out[0] = '\0';
    if (x != NULL && X509_NAME_get_text_by_NID(X509_get_subject_name(x), NID_commonName, out, (int)size) < 0)
        out[0] = '\0';
}

bool tls_root(const struct tls *t, uint8_t out[TLS_KEY_HASH], bool *vouched) {
    STACK_OF(X509) *chain = SSL_get_peer_cert_chain(t->ssl);
    *vouched = chain != NULL && sk_X509_num(chain) > 2;
    return chain != NULL && sk_X509_num(chain) > 1 && trust_key_hash(sk_X509_value(chain, 1), out) == 0;
}
