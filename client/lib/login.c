/* SPDX-License-Identifier: Apache-2.0 */
/* Getting in and out: join by a line, log in by a password, log out. Each is one call that ends with the seat file as it must be.
 * - join: the key is on disk (SEAT.joining-...) before the server hears of it, so that a lost answer can be asked for again
 * - login: the client makes the token's secret, the server gets its hash; a lost answer wastes a token, nothing more
 * - logout: the credential goes from the file also when the server can't be told */
#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client/lib/seat_internal.h"
#include "vouchsafe/joinline.h"
#include "vouchsafe/tls.h"
#include "vouchsafe/v1/method.pb-c.h"
#include "vouchsafe/v1/session.pb-c.h"

typedef Vouchsafe__V1__Who who;

static int take_who(struct vs_seat *s, const who *w, char *err, size_t err_size) {
    if (w == NULL || w->account_id.len != 16) {
        snprintf(err, err_size, "the server's answer doesn't say who this seat is");
        return VS_UNKNOWN;
    }
    memcpy(s->account.b, w->account_id.data, 16);
    snprintf(s->login, sizeof s->login, "%s", w->login != NULL ? w->login : "");
    snprintf(s->code, sizeof s->code, "%s", w->business != NULL ? w->business : "");
    return VS_OK;
}

static void take_line(struct vs_seat *s, const struct join_line *l) {
    if (!id_equal(&s->business, &l->business)) s->code[0] = '\0';
    s->business = l->business;
    memcpy(s->root_pin, l->root_pin, sizeof s->root_pin);
    memset(s->root_before, 0, sizeof s->root_before);
    memcpy(s->addresses, l->addresses, sizeof s->addresses);
    if (l->code[0] != '\0') memcpy(s->code, l->code, sizeof s->code);
}

static int save(const char *path, const struct vs_seat *s, char *err, size_t err_size) {
    return vs_seat_save(path, s, err, err_size) == 0 ? VS_OK : VS_INTERNAL;
}

/* --- join ---------------------------------------------------------------------------------------------- */

/* The key of an attempt that was cut off, or a new one, on disk. */
static int prepare_key(const char *pending, const struct join_line *l, struct vs_seat *s, char *err, size_t err_size) {
    char business[ID_TEXT];
    if (vs_seat_load(pending, s, err, err_size) != 0 || s->key_pem == NULL || !id_equal(&s->business, &l->business)) {
        vs_seat_free(s);
        id_format(&l->business, business);
        if (tls_make_key(&s->key_pem) < 0 || tls_make_self_signed(s->key_pem, business, &s->cert_pem) < 0) {
            snprintf(err, err_size, "no key could be made");
            return VS_INTERNAL;
        }
    }
    take_line(s, l);
    return save(pending, s, err, err_size);
}

static int join_on(vs_client *c, const struct join_line *l, const char *device_name, struct vs_seat *s, char *err,
                   size_t err_size) {
    char host[256] = "";
    gethostname(host, sizeof host - 1);
    Vouchsafe__V1__JoinRequest q = VOUCHSAFE__V1__JOIN_REQUEST__INIT;
    q.has_business_id = q.has_secret = 1;
    q.business_id = (ProtobufCBinaryData){16, (uint8_t *)(uintptr_t)l->business.b};
    q.secret = (ProtobufCBinaryData){sizeof l->secret, (uint8_t *)(uintptr_t)l->secret};
    q.device_name = (char *)(uintptr_t)(device_name != NULL ? device_name : host);
    struct vs_reply r;
    int status = vs_call(c, VOUCHSAFE__V1__METHOD__JOIN, NULL, &q.base, &vouchsafe__v1__join_reply__descriptor, &r);
    snprintf(err, err_size, "%s", r.message);
    if (status == VS_OK)
        status = take_who(s, r.body != NULL ? ((Vouchsafe__V1__JoinReply *)(void *)r.body)->who : NULL, err, err_size);
    vs_reply_free(&r);
    return status;
}

static int whoami_on(vs_client *c, struct vs_seat *s, char *err, size_t err_size) {
    Vouchsafe__V1__WhoamiRequest q = VOUCHSAFE__V1__WHOAMI_REQUEST__INIT;
    struct vs_reply r;
    int status = vs_call(c, VOUCHSAFE__V1__METHOD__WHOAMI, NULL, &q.base, &vouchsafe__v1__whoami_reply__descriptor, &r);
    snprintf(err, err_size, "%s", r.message);
    if (status == VS_OK)
        status = take_who(s, r.body != NULL ? ((Vouchsafe__V1__WhoamiReply *)(void *)r.body)->who : NULL, err,
                          err_size);
    vs_reply_free(&r);
    return status;
}

/* Beside the seat, one file a line: a key that came in by another line says nothing about this one. */
static void name_pending(const char *seat_path, const struct join_line *l, char *out, size_t size) {
    uint8_t hash[crypto_hash_sha256_BYTES];
    char hex[17];
    crypto_hash_sha256(hash, l->secret, sizeof l->secret);
    sodium_bin2hex(hex, sizeof hex, hash, 8);
    snprintf(out, size, "%s.joining-%s", seat_path, hex);
}

int vs_join(const char *seat_path, const char *line, const char *device_name, char *err, size_t err_size) {
    struct join_line l;
    struct vs_seat s = {0};
    char pending[4200];
    if (join_line_parse(line, &l, err, err_size) < 0) return VS_INVALID_ARGUMENT;
    name_pending(seat_path, &l, pending, sizeof pending);
    int status = prepare_key(pending, &l, &s, err, err_size);
    vs_client *c = status == VS_OK ? vs_connect(&s, err, err_size) : NULL;
    if (status == VS_OK && c == NULL) status = VS_UNAVAILABLE;
    if (status == VS_OK) /* logged in already: the answer to the first attempt was lost */
        status = vs_logged_in(c) ? whoami_on(c, &s, err, err_size) : join_on(c, &l, device_name, &s, err, err_size);
    if (status == VS_OK) seat_follow(&s, c);
    vs_disconnect(c);
    if (status == VS_OK) status = save(seat_path, &s, err, err_size);
    if (status == VS_OK) unlink(pending);
    sodium_memzero(&l, sizeof l);
    vs_seat_free(&s);
    return status;
}

/* --- login --------------------------------------------------------------------------------------------- */

static int login_on(vs_client *c, struct vs_seat *s, const char *login, const char *password,
                    uint8_t token[VS_TOKEN_SIZE], char *err, size_t err_size) {
    uint8_t hash[crypto_hash_sha256_BYTES];
    memcpy(token, s->business.b, 16);
    randombytes_buf(token + 16, VS_TOKEN_SIZE - 16);
    crypto_hash_sha256(hash, token + 16, VS_TOKEN_SIZE - 16);
    Vouchsafe__V1__LoginRequest q = VOUCHSAFE__V1__LOGIN_REQUEST__INIT;
    q.business = s->code;
    q.login = (char *)(uintptr_t)login;
    q.password = (char *)(uintptr_t)password;
    q.has_want_token = 1;
    q.want_token = (ProtobufCBinaryData){sizeof hash, hash};
    struct vs_reply r;
    int status = vs_call(c, VOUCHSAFE__V1__METHOD__LOGIN, NULL, &q.base, &vouchsafe__v1__login_reply__descriptor, &r);
    snprintf(err, err_size, "%s", r.message);
    if (status == VS_OK)
        status = take_who(s, r.body != NULL ? ((Vouchsafe__V1__LoginReply *)(void *)r.body)->who : NULL, err, err_size);
    vs_reply_free(&r);
    return status;
}

/* Where to log in: the line's server, or the one this seat knows. A device's key is not thrown away in passing. */
static int prepare_login(const char *seat_path, const char *server_line, struct vs_seat *s, char *err,
                         size_t err_size) {
    struct join_line l;
    int have = vs_seat_load(seat_path, s, err, err_size);
    if (server_line == NULL && have != 0) {
        if (have > 0)
            snprintf(err, err_size,
                     "this seat doesn't know its server yet; give a server line: login LOGIN --server LINE");
        return have > 0 ? VS_INVALID_ARGUMENT : VS_INTERNAL;
    }
    if (server_line != NULL) {
        if (server_line_parse(server_line, &l, err, err_size) < 0) return VS_INVALID_ARGUMENT;
        if (have != 0) memset(s, 0, sizeof *s); /* a damaged file is no reason not to log in anew */
        take_line(s, &l);
    }
    if (s->key_pem != NULL) {
        snprintf(
            err, err_size,
            "this machine joined with a key of its own and needs no password; to log in as somebody else, log out first");
        return VS_FAILED_PRECONDITION;
    }
    s->has_token = false;
    return VS_OK;
}

int vs_login(const char *seat_path, const char *server_line, const char *business, const char *login,
             const char *password, const struct vs_seat *options, char *err, size_t err_size) {
    struct vs_seat s = {0}, bare;
    uint8_t token[VS_TOKEN_SIZE] = {0};
    int status = prepare_login(seat_path, server_line, &s, err, err_size);
    if (business != NULL) snprintf(s.code, sizeof s.code, "%s", business);
    if (status == VS_OK && s.code[0] == '\0') {
        snprintf(err, err_size, "name the business by its code, as in hartwell-roofing: this line doesn't");
        status = VS_INVALID_ARGUMENT;
    }
    if (options != NULL) {
        memcpy(s.token_command, options->token_command, sizeof s.token_command);
        memcpy(s.token_store_command, options->token_store_command, sizeof s.token_store_command);
    }
    bare = s;
    bare.token_command[0] = '\0'; /* the connection that logs in shows no token of before */
    vs_client *c = status == VS_OK ? vs_connect(&bare, err, err_size) : NULL;
    if (status == VS_OK && c == NULL) status = VS_UNAVAILABLE;
    if (status == VS_OK) status = login_on(c, &s, login, password, token, err, err_size);
    if (status == VS_OK) seat_follow(&s, c);
    vs_disconnect(c);
    if (status == VS_OK && seat_keep_token(&s, token, err, err_size) < 0) status = VS_INTERNAL;
    if (status == VS_OK) status = save(seat_path, &s, err, err_size);
    sodium_memzero(token, sizeof token);
    vs_seat_free(&s);
    return status;
}

/* --- logout -------------------------------------------------------------------------------------------- */

static int end_token(const struct vs_seat *s, char *err, size_t err_size) {
    uint8_t token[VS_TOKEN_SIZE];
    int have = seat_token(s, token, err, err_size);
    if (have != 0) return VS_OK; /* nothing to end, or the command lost it */
    vs_client *c = vs_connect(s, err, err_size);
    if (c == NULL) return VS_UNAVAILABLE;
    int status = VS_OK;
    if (vs_logged_in(c)) {
        Vouchsafe__V1__LogoutRequest q = VOUCHSAFE__V1__LOGOUT_REQUEST__INIT;
        struct vs_reply r;
        q.has_token = 1;
        q.token = (ProtobufCBinaryData){sizeof token, token};
        status = vs_call(c, VOUCHSAFE__V1__METHOD__LOGOUT, NULL, &q.base, &vouchsafe__v1__logout_reply__descriptor, &r);
        snprintf(err, err_size, "%s", r.message);
        vs_reply_free(&r);
    }
    vs_disconnect(c);
    sodium_memzero(token, sizeof token);
    return status;
}

int vs_logout(const char *seat_path, bool forget_key, char *err, size_t err_size) {
    struct vs_seat s;
    int have = vs_seat_load(seat_path, &s, err, err_size);
    if (have != 0) return have > 0 ? VS_OK : VS_INTERNAL;
    int status = end_token(&s, err, err_size);
    s.has_token = false;
    s.token_command[0] = s.token_store_command[0] = '\0';
    if (forget_key) {
        free(s.cert_pem);
        if (s.key_pem != NULL) sodium_memzero(s.key_pem, strlen(s.key_pem));
        free(s.key_pem);
        s.key_pem = s.cert_pem = NULL;
    }
    int saved = save(seat_path, &s, err, err_size);
    vs_seat_free(&s);
    return saved != VS_OK ? saved : status == VS_UNKNOWN ? VS_UNAVAILABLE : status;
}
