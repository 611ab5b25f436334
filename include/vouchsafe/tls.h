/* SPDX-License-Identifier: Apache-2.0 */
/* A TLS 1.3 engine without sockets: cipher text in, plain text out, and the other way round. Used by both
 * ends. Keys decide who is who (DESIGN 7): there is no client CA; a peer is the SHA-256 of its public key.
 *
 * An installation has a root key; instances hold certificates signed by it. A client knows the SHA-256 of
 * the root's public key (its pin) and accepts exactly the chains that end there, or in a root that one vouches
 * for while it is replaced; names are not compared, since a seat may reach its server by any address. The server asks for a client certificate and accepts
 * any key: judging it is the device table's work. No tickets, no early data, no renegotiation. */
#ifndef VOUCHSAFE_TLS_H
#define VOUCHSAFE_TLS_H

#include "vouchsafe/buf.h"

enum { TLS_KEY_HASH = 32, TLS_PINS_MAX = 2 };

struct tls_context; /* keys and settings, shared by many engines, reference counted */
struct tls;         /* one connection */

/* err receives one sentence that says what to do. PEM texts, not paths. NULL on failure. */
struct tls_context *tls_context_server(const char *cert_chain_pem, const char *key_pem, char *err,
                                       size_t err_size) MUST_CHECK;
/* root_pin: SHA-256 of the root's public key (DER SubjectPublicKeyInfo). cert/key: this device's, or both NULL. */
struct tls_context *tls_context_client(const uint8_t root_pin[TLS_KEY_HASH], const char *cert_pem, const char *key_pem,
                                       char *err, size_t err_size) MUST_CHECK;
/* For handshakes from now on: this root is accepted, and the one it takes the place of (NULL: none). */
void tls_context_pin(struct tls_context *c, const uint8_t root_pin[TLS_KEY_HASH], const uint8_t *before);
struct tls_context *tls_context_ref(struct tls_context *c);
void tls_context_unref(struct tls_context *c);

struct tls *tls_new(struct tls_context *c); /* NULL without memory */
void tls_free(struct tls *t);

enum tls_result {
    TLS_OK,     /* as much as possible was done */
    TLS_CLOSED, /* the peer said goodbye properly */
    TLS_FAILED, /* tls_error() says why; flush `cipher_out` (an alert), then close */
};

/* Feed cipher text from the peer (consumed whole); plain text is appended to plain_out, what must be sent
 * is appended to cipher_out, always flush it. Feeding nothing starts a client's handshake. */
enum tls_result tls_feed(struct tls *t, struct slice cipher_in, struct buf *plain_out, struct buf *cipher_out);
/* Encrypt. Before the handshake is done it is an error of the caller. */
enum tls_result tls_send(struct tls *t, struct slice plain_in, struct buf *cipher_out);
/* Append the goodbye. */
void tls_close(struct tls *t, struct buf *cipher_out);

bool tls_ready(const struct tls *t); /* handshake finished */
/* The peer's public key's SHA-256; false when it showed none. */
bool tls_peer_key(const struct tls *t, uint8_t out[TLS_KEY_HASH]);
/* The peer certificate's common name, or "" (self-signed by devices: a claim, verified by the caller). */
void tls_peer_name(const struct tls *t, char *out, size_t size);
/* The root of the server's chain, after a client's handshake; vouched: another root's word for it came along, so it is
 * that one's successor. False when there is none. */
bool tls_root(const struct tls *t, uint8_t out[TLS_KEY_HASH], bool *vouched);
const char *tls_error(const struct tls *t);

/* Making keys (EC P-256) and certificates. PEM texts are malloc'ed, the caller frees them; -1 and NULL on failure.
 * "Roots" is a PEM text: the root's self-signed certificate, and behind it what vouches for it while it is replaced. */
int tls_make_key(char **key_pem) MUST_CHECK;
/* A self-signed certificate with that common name; 20 years. */
int tls_make_self_signed(const char *key_pem, const char *common_name, char **cert_pem) MUST_CHECK;
/* A certificate request (PKCS #10) for an instance's key: what its certificate is made from elsewhere. */
int tls_make_request(const char *key_pem, const char *name, char **request_pem) MUST_CHECK;
/* The certificate a request asks for, good for so many seconds from now; the chain is it and then the roots. -1 also when the
 * request isn't signed by its own key. */
int tls_certify(const char *root_key_pem, const char *roots_pem, const char *request_pem, int64_t seconds,
                char **chain_pem) MUST_CHECK;
/* A new root's certificate, one for its key in the old root's name, then the old roots: the roots from now on. */
int tls_succeed(const char *old_key_pem, const char *old_roots_pem, const char *new_key_pem, const char *name,
                char **roots_pem) MUST_CHECK;

/* The certificates from the second on; "" when there is none. Points into the text. */
const char *tls_pem_rest(const char *pem);
/* Of the first certificate's key. */
int tls_cert_key_hash(const char *cert_pem, uint8_t out[TLS_KEY_HASH]) MUST_CHECK;
/* Is the first certificate that key's? */
bool tls_cert_fits(const char *cert_pem, const char *key_pem);
/* Does who pinned that key trust this chain's root? Not a word about its first certificate's time. */
bool tls_chain_fits(const char *chain_pem, const uint8_t root_pin[TLS_KEY_HASH]);
/* Seconds since 1970 when the first certificate of the chain runs out; -1 when unreadable. */
int64_t tls_cert_not_after(const char *cert_pem);

#endif
