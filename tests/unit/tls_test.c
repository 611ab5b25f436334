/* SPDX-License-Identifier: Apache-2.0 */
/* Two engines back to back, without sockets; and OpenSSL itself in the part of a client that isn't ours. */
#include <openssl/ssl.h>

#include "tests/support/unit.h"
#include "vouchsafe/tls.h"

static char *root_key, *root_pem, *other_key, *other_pem, *key, *chain, *device_key, *device;
static uint8_t pin[TLS_KEY_HASH], device_hash[TLS_KEY_HASH];
static char err[200];

static int make_keys(void **state) {
    (void)state;
    return tls_make_key(&root_key) || tls_make_self_signed(root_key, "root", &root_pem) || tls_make_key(&other_key) ||
           tls_make_self_signed(other_key, "other", &other_pem) || tls_make_key(&key) ||
           unit_certify(root_key, root_pem, key, 86400, &chain) || tls_make_key(&device_key) ||
           tls_make_self_signed(device_key, "device 7", &device) || tls_cert_key_hash(root_pem, pin) ||
           tls_cert_key_hash(device, device_hash);
}

static int free_keys(void **state) {
    (void)state;
    char *all[] = {root_key, root_pem, other_key, other_pem, key, chain, device_key, device};
    for (size_t i = 0; i < ARRAY_LEN(all); i++) free(all[i]);
    return 0;
}

/* One side: its engine, what it read, what it wants to send. */
struct side {
    struct tls *tls;
    struct buf plain, cipher;
    enum tls_result result;
};

static struct side side_of(struct tls_context *c) {
    struct side s = {.tls = tls_new(c)};
    assert_non_null(s.tls);
    tls_context_unref(c);
    buf_init(&s.plain, 0);
    buf_init(&s.cipher, 0);
    return s;
}

static void side_free(struct side *s) {
    tls_free(s->tls);
    buf_free(&s->plain);
    buf_free(&s->cipher);
}

static struct side server_with(const char *certificates) {
    struct tls_context *c = tls_context_server(certificates, key, err, sizeof err);
    if (c == NULL) fail_msg("%s", err);
    return side_of(c);
}

static struct side client_with(const uint8_t *pinned, bool shows_key) {
    struct tls_context *c = tls_context_client(pinned, shows_key ? device : NULL, shows_key ? device_key : NULL, err,
                                               sizeof err);
    if (c == NULL) fail_msg("%s", err);
    return side_of(c);
}

/* Everything `from` wants to say goes to `to`, at most `step` bytes at a time. */
static void carry(struct side *from, struct side *to, size_t step) {
    while (buf_len(&from->cipher) > 0 && to->result == TLS_OK) {
        size_t n = buf_len(&from->cipher) < step ? buf_len(&from->cipher) : step;
        struct slice exact = unit_exact((struct slice){buf_data(&from->cipher), n});
        to->result = tls_feed(to->tls, exact, &to->plain, &to->cipher);
        free((void *)(uintptr_t)exact.data);
        buf_consume(&from->cipher, n);
    }
}

static void converse(struct side *client, struct side *server, size_t step) {
    if (!tls_ready(client->tls))
        client->result = tls_feed(client->tls, (struct slice){0}, &client->plain, &client->cipher);
    for (int i = 0; i < 10; i++) {
        carry(client, server, step);
        carry(server, client, step);
    }
}

static void both_sides_understand_each_other_byte_by_byte(void **state) {
    (void)state;
    static const size_t steps[] = {1, 7, 1000, 1000000};
    for (size_t i = 0; i < ARRAY_LEN(steps); i++) {
        struct side s = server_with(chain), c = client_with(pin, true);
        uint8_t hash[TLS_KEY_HASH];
        char name[64];
        converse(&c, &s, steps[i]);
        assert_true(tls_ready(c.tls) && tls_ready(s.tls));
        assert_true(tls_peer_key(s.tls, hash));
        assert_memory_equal(hash, device_hash, sizeof hash);
        tls_peer_name(s.tls, name, sizeof name);
        assert_string_equal(name, "device 7");
        assert_int_equal(tls_send(c.tls, unit_slice("to the server"), &c.cipher), TLS_OK);
        assert_int_equal(tls_send(s.tls, unit_slice("to the client"), &s.cipher), TLS_OK);
        converse(&c, &s, steps[i]);
        assert_memory_equal(buf_data(&s.plain), "to the server", 13);
        assert_memory_equal(buf_data(&c.plain), "to the client", 13);
        tls_close(c.tls, &c.cipher);
        converse(&c, &s, steps[i]);
        assert_int_equal(s.result, TLS_CLOSED);
        side_free(&s);
        side_free(&c);
    }
}

static void a_mebibyte_arrives_whole(void **state) {
    (void)state;
    struct side s = server_with(chain), c = client_with(pin, false);
    size_t n = 1024 * 1024;
    uint8_t *data = malloc(n);
    unit_seed(7);
    unit_fill(data, n);
    converse(&c, &s, 100000);
    assert_int_equal(tls_send(s.tls, (struct slice){data, n}, &s.cipher), TLS_OK);
    converse(&c, &s, 4321);
    assert_int_equal(buf_len(&c.plain), n);
    assert_memory_equal(buf_data(&c.plain), data, n);
    free(data);
    side_free(&s);
    side_free(&c);
}

static void a_client_without_a_key_is_told_from_one_with(void **state) {
    (void)state;
    struct side s = server_with(chain), c = client_with(pin, false);
    uint8_t hash[TLS_KEY_HASH];
    char name[8] = "x";
    converse(&c, &s, 1000);
    assert_true(tls_ready(s.tls));
    assert_false(tls_peer_key(s.tls, hash));
    tls_peer_name(s.tls, name, sizeof name);
    assert_string_equal(name, "");
    side_free(&s);
    side_free(&c);
}

static void assert_client_refuses(const char *certificates, const uint8_t *pinned, const char *words) {
    struct side s = server_with(certificates), c = client_with(pinned, true);
    converse(&c, &s, 1000);
    assert_int_equal(c.result, TLS_FAILED);
    assert_false(tls_ready(c.tls));
    assert_non_null(strstr(tls_error(c.tls), words));
    assert_int_equal(s.result, TLS_FAILED); /* the alert arrived */
    assert_int_equal(tls_feed(c.tls, unit_slice("more"), &c.plain, &c.cipher), TLS_FAILED);
    side_free(&s);
    side_free(&c);
}

static void another_root_is_refused(void **state) {
    (void)state;
    uint8_t wrong[TLS_KEY_HASH];
    memcpy(wrong, pin, sizeof wrong);
    wrong[31] ^= 1;
    assert_client_refuses(chain, wrong, "not the one that made your join line");
}

static void a_chain_that_only_carries_the_root_is_refused(void **state) {
    (void)state;
    char *forged, *leaf_only, *end = strstr(chain, "-----END CERTIFICATE-----");
    /* a certificate another root signed, with the pinned root put beside it */
    assert_int_equal(unit_certify(other_key, root_pem, key, 86400, &forged), 0);
    assert_client_refuses(forged, pin, "not signed by its root");
    leaf_only = strndup(chain, (size_t)(end - chain) + 26);
    assert_client_refuses(leaf_only, pin, "didn't show its root");
    free(forged);
    free(leaf_only);
}

static void a_certificate_that_ran_out_is_refused(void **state) {
    (void)state;
    char *old;
    assert_int_equal(unit_certify(root_key, root_pem, key, -86400, &old), 0);
    assert_client_refuses(old, pin, "ran out");
    assert_true(tls_cert_not_after(old) < tls_cert_not_after(chain));
    assert_true(tls_cert_not_after("no certificate") == -1);
    free(old);
}

/* The root the client shook hands with. */
static void assert_root(struct side *c, const char *root, bool vouched) {
    uint8_t shown[TLS_KEY_HASH], expected[TLS_KEY_HASH];
    bool is_vouched;
    assert_true(tls_root(c->tls, shown, &is_vouched));
    assert_int_equal(tls_cert_key_hash(root, expected), 0);
    assert_memory_equal(shown, expected, sizeof shown);
    assert_int_equal(is_vouched, vouched);
}

static void a_replaced_root_is_vouched_for_by_the_old_one(void **state) {
    (void)state;
    char *roots, *later, *third_key, *moved;
    uint8_t new_pin[TLS_KEY_HASH];
    assert_int_equal(tls_succeed(root_key, root_pem, other_key, "other", &roots), 0);
    assert_int_equal(tls_cert_key_hash(roots, new_pin), 0);
    assert_int_equal(unit_certify(other_key, roots, key, 86400, &moved), 0);
    const uint8_t *pins[] = {pin, new_pin}; /* a seat of before, one that joined since */
    for (size_t i = 0; i < ARRAY_LEN(pins); i++) {
        struct side s = server_with(moved), c = client_with(pins[i], true);
        converse(&c, &s, 1000);
        assert_true(tls_ready(c.tls));
        assert_root(&c, roots, true);
        side_free(&s);
        side_free(&c);
        assert_true(tls_chain_fits(moved, pins[i]));
    }
    assert_client_refuses(chain, new_pin, "not the one that made your join line");
    assert_false(tls_chain_fits(chain, new_pin));
    /* replaced again before everybody came by: the word of a word counts */
    assert_int_equal(tls_make_key(&third_key), 0);
    assert_int_equal(tls_succeed(other_key, roots, third_key, "third", &later), 0);
    assert_true(tls_pem_rest(later)[0] != '\0');
    free(moved);
    assert_int_equal(unit_certify(third_key, later, key, 86400, &moved), 0);
    assert_true(tls_chain_fits(moved, pin) && tls_chain_fits(moved, new_pin));
    char *all[] = {roots, later, third_key, moved};
    for (size_t i = 0; i < ARRAY_LEN(all); i++) free(all[i]);
}

static void a_seat_in_between_takes_either_root(void **state) {
    (void)state;
    uint8_t other_pin[TLS_KEY_HASH];
    struct tls_context *both;
    assert_int_equal(tls_cert_key_hash(other_pem, other_pin), 0);
    both = tls_context_client(other_pin, NULL, NULL, err, sizeof err);
    assert_non_null(both);
    tls_context_pin(both, other_pin, pin);
    struct side s = server_with(chain), c = side_of(both);
    converse(&c, &s, 1000);
    assert_true(tls_ready(c.tls));
    assert_root(&c, root_pem, false);
    side_free(&s);
    side_free(&c);
}

/* Who stole an instance's key has its certificate too, and could sign with it; it is no root's. */
static void an_instance_cannot_vouch_for_a_root(void **state) {
    (void)state;
    char *roots, *forged;
    assert_int_equal(tls_succeed(key, chain, other_key, "other", &roots), 0);
    assert_int_equal(unit_certify(other_key, roots, key, 86400, &forged), 0);
    assert_client_refuses(forged, pin, "not the one that made your join line");
    assert_false(tls_chain_fits(forged, pin));
    free(roots);
    free(forged);
}

static void a_request_nobody_signed_is_not_certified(void **state) {
    (void)state;
    char *request, *cert;
    assert_int_equal(tls_make_request(key, "instance", &request), 0);
    char *end = strstr(request, "\n-----END");
    end[-6] = end[-6] == 'A' ? 'B' : 'A';
    assert_int_equal(tls_certify(root_key, root_pem, request, 86400, &cert), -1);
    assert_null(cert);
    free(request);
}

static void garbage_fails_at_once_and_with_words(void **state) {
    (void)state;
    static const struct {
        const char *bytes, *words;
    } samples[] = {{"GET / HTTP/1.1\r\nHost: x\r\n\r\n", "not plain HTTP"},
                   {"POST /login HTTP/1.0\r\n\r\n", "not plain HTTP"},
                   {"SSH-2.0-OpenSSH_9.2\r\n", ""},
                   {"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", ""},
                   {"\x16\x03\x01\xff\xff\x01\x01\x01\x01\x01", ""}};
    for (size_t i = 0; i < ARRAY_LEN(samples); i++) {
        struct side s = server_with(chain);
        if (tls_feed(s.tls, unit_slice(samples[i].bytes), &s.plain, &s.cipher) != TLS_FAILED) fail_msg("sample %zu", i);
        assert_true(strlen(tls_error(s.tls)) > 5);
        assert_non_null(strstr(tls_error(s.tls), samples[i].words));
        side_free(&s);
    }
}

static void an_altered_record_ends_the_connection(void **state) {
    (void)state;
    struct side s = server_with(chain), c = client_with(pin, true);
    converse(&c, &s, 1000);
    assert_int_equal(tls_send(c.tls, unit_slice("pay ten"), &c.cipher), TLS_OK);
    c.cipher.data[c.cipher.end - 1] ^= 1;
    carry(&c, &s, 1000);
    assert_int_equal(s.result, TLS_FAILED);
    assert_int_equal(buf_len(&s.plain), 0);
    side_free(&s);
    side_free(&c);
}

static void more_than_the_reader_takes_is_an_error_not_memory(void **state) {
    (void)state;
    struct side s = server_with(chain), c = client_with(pin, true);
    char *much = unit_letters(100000);
    buf_init(&s.plain, 20000);
    converse(&c, &s, 1000);
    assert_int_equal(tls_send(c.tls, unit_slice(much), &c.cipher), TLS_OK);
    carry(&c, &s, 50000);
    assert_int_equal(s.result, TLS_FAILED);
    assert_true(buf_len(&s.plain) <= 20000);
    free(much);
    side_free(&s);
    side_free(&c);
}

/* --- OpenSSL as a client of another make ------------------------------------------------------------------ */

struct stranger {
    SSL_CTX *ctx;
    SSL *ssl;
    BIO *in, *out;
};

static struct stranger stranger_new(int max_version, bool with_alpn) {
    struct stranger x = {
        .ctx = SSL_CTX_new(TLS_client_method()), .in = BIO_new(BIO_s_mem()), .out = BIO_new(BIO_s_mem())};
    SSL_CTX_set_max_proto_version(x.ctx, max_version);
    SSL_CTX_set_verify(x.ctx, SSL_VERIFY_NONE, NULL);
    if (with_alpn) SSL_CTX_set_alpn_protos(x.ctx, (const unsigned char *)"\x0bvouchsafe/1", 12);
    x.ssl = SSL_new(x.ctx);
    SSL_set_bio(x.ssl, x.in, x.out);
    SSL_set_connect_state(x.ssl);
    return x;
}

/* A few turns of the handshake; the stranger's last result. */
static int stranger_shakes(struct stranger *x, struct side *s) {
    int r = -1;
    for (int i = 0; i < 5 && s->result == TLS_OK; i++) {
        r = SSL_do_handshake(x->ssl);
        char *data;
        long n = BIO_get_mem_data(x->out, &data);
        if (n > 0) s->result = tls_feed(s->tls, (struct slice){(uint8_t *)data, (size_t)n}, &s->plain, &s->cipher);
        (void)BIO_reset(x->out);
        BIO_write(x->in, buf_data(&s->cipher), (int)buf_len(&s->cipher));
        buf_consume(&s->cipher, buf_len(&s->cipher));
    }
    return r;
}

static void stranger_free(struct stranger *x, struct side *s) {
    SSL_free(x->ssl);
    SSL_CTX_free(x->ctx);
    side_free(s);
}

static void tls_1_2_is_refused(void **state) {
    (void)state;
    struct side s = server_with(chain);
    struct stranger x = stranger_new(TLS1_2_VERSION, true);
    assert_int_not_equal(stranger_shakes(&x, &s), 1);
    assert_int_equal(s.result, TLS_FAILED);
    assert_false(tls_ready(s.tls));
    stranger_free(&x, &s);
}

static void another_protocol_is_refused(void **state) {
    (void)state;
    struct side s = server_with(chain);
    struct stranger x = stranger_new(TLS1_3_VERSION, false);
    (void)stranger_shakes(&x, &s);
    assert_int_equal(s.result, TLS_FAILED);
    assert_false(tls_ready(s.tls));
    assert_non_null(strstr(tls_error(s.tls), "vouchsafe/1"));
    stranger_free(&x, &s);
}

static void there_is_no_renegotiation_and_no_resumption(void **state) {
    (void)state;
    struct side s = server_with(chain);
    struct stranger x = stranger_new(TLS1_3_VERSION, true);
    char byte;
    assert_int_equal(stranger_shakes(&x, &s), 1);
    assert_true(tls_ready(s.tls));
    assert_int_equal(SSL_version(x.ssl), TLS1_3_VERSION);
    assert_int_equal(SSL_renegotiate(x.ssl), 0);
    assert_int_equal(SSL_read(x.ssl, &byte, 1), -1); /* takes in what came after the handshake: no ticket */
    assert_int_equal(SSL_SESSION_is_resumable(SSL_get0_session(x.ssl)), 0);
    stranger_free(&x, &s);
}

static void a_key_that_is_not_the_certificates_is_refused(void **state) {
    (void)state;
    assert_null(tls_context_server(chain, other_key, err, sizeof err));
    assert_true(strlen(err) > 10);
    assert_null(tls_context_server("nonsense", "nonsense", err, sizeof err));
    uint8_t hash[TLS_KEY_HASH];
    char *text;
    assert_int_equal(tls_cert_key_hash("nonsense", hash), -1);
    assert_int_equal(tls_make_self_signed("nonsense", "x", &text), -1);
    assert_int_equal(tls_make_request("nonsense", "x", &text), -1);
    assert_int_equal(tls_certify("nonsense", root_pem, "nonsense", 1, &text), -1);
    assert_int_equal(tls_succeed("nonsense", root_pem, key, "x", &text), -1);
    assert_false(tls_cert_fits(chain, other_key));
    assert_true(tls_cert_fits(chain, key));
}

static void without_memory_there_is_no_engine(void **state) {
    (void)state;
    unit_fail_allocation(1);
    assert_null(tls_context_client(pin, NULL, NULL, err, sizeof err));
    assert_true(unit_failed_allocation());
    struct tls_context *c = tls_context_client(pin, NULL, NULL, err, sizeof err);
    unit_fail_allocation(1);
    assert_null(tls_new(c));
    assert_true(unit_failed_allocation());
    tls_context_unref(c);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_sides_understand_each_other_byte_by_byte),
        cmocka_unit_test(a_mebibyte_arrives_whole),
        cmocka_unit_test(a_client_without_a_key_is_told_from_one_with),
        cmocka_unit_test(another_root_is_refused),
        cmocka_unit_test(a_chain_that_only_carries_the_root_is_refused),
        cmocka_unit_test(a_certificate_that_ran_out_is_refused),
        cmocka_unit_test(a_replaced_root_is_vouched_for_by_the_old_one),
        cmocka_unit_test(a_seat_in_between_takes_either_root),
        cmocka_unit_test(an_instance_cannot_vouch_for_a_root),
        cmocka_unit_test(a_request_nobody_signed_is_not_certified),
        cmocka_unit_test(garbage_fails_at_once_and_with_words),
        cmocka_unit_test(an_altered_record_ends_the_connection),
        cmocka_unit_test(more_than_the_reader_takes_is_an_error_not_memory),
        cmocka_unit_test(tls_1_2_is_refused),
        cmocka_unit_test(another_protocol_is_refused),
        cmocka_unit_test(there_is_no_renegotiation_and_no_resumption),
        cmocka_unit_test(a_key_that_is_not_the_certificates_is_refused),
        cmocka_unit_test(without_memory_there_is_no_engine),
    };
    return cmocka_run_group_tests(tests, make_keys, free_keys);
}
