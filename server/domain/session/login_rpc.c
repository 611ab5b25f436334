/* SPDX-License-Identifier: Apache-2.0 */
/* Coming in by password or token, and going.
 * - a password: throttle -> room in the queue -> which business -> which account -> hash on a thread -> token -> in
 * - nobody to compare with (no such business or login, closed, no password, a partner's): a dummy is hashed, and the
 *   answer is the same bytes as for a wrong password
 * - tried too often, or too many at once: RESOURCE_EXHAUSTED and when to come back, before the database or a thread is asked
 * - the client leaves meanwhile: the work ends, nobody is logged in
 * - a token: its session ends when it runs out (net/session). One look-up by its hash; nothing slow, so nothing to throttle: 256 random bits aren't guessed */
#include <sodium.h>
#include <string.h>

#include "server/core/config.h"
#include "server/core/log.h"
#include "server/core/password.h"
#include "server/domain/session/session.h"

enum { SECRET_SIZE = 32, TOKEN_SIZE = 16 + SECRET_SIZE, HASH_SIZE = crypto_hash_sha256_BYTES };

struct login {
    struct coming c;
    struct attempt attempt;
    const char *login;
    char *password;        /* in normal form, PASSWORD_SIZE bytes; wiped once it is in the job */
    uint8_t *want;         /* the hash of the token to be made, or NULL */
    char *hash, *new_hash; /* the account's password's, and one of today's cost; NULL: none */
    int64_t token_expires_at;
};

static struct store *store_of(struct login *l) { return ((struct domain *)l->c.r->context)->store; }
static void answer(struct coming *c) {
    struct login *l = (struct login *)c;
    Vouchsafe__V1__LoginReply reply = VOUCHSAFE__V1__LOGIN_REPLY__INIT;
    reply.who = &c->who;
    reply.has_token_expires_at = l->token_expires_at != 0;
    reply.token_expires_at = l->token_expires_at;
    request_reply(c->r, &reply.base);
}

static void refuse_bad(struct login *l) {
    log_info("login_refused", "peer=%s", l->c.r->peer != NULL ? l->c.r->peer->address : "gone");
    coming_refuse(&l->c, VS_UNAUTHENTICATED, "BAD_LOGIN", "business, login and password don't fit together");
}

static void refuse_busy(struct login *l) {
    attempt_refund(&l->attempt);
    l->c.r->retry_after_ms = 1000;
    coming_refuse(&l->c, VS_RESOURCE_EXHAUSTED, "LOGINS", "too many log in at once; wait a moment and try again");
}

/* --- by password ------------------------------------------------------------------------------------------ */

static void on_entered(void *arg, enum vs_status status, const PGresult *rows) {
    struct login *l = arg;
    if (status != VS_OK) return coming_refuse(&l->c, status, "DATABASE", NULL);
    if (PQntuples(rows) == 0) return refuse_bad(l);
    if (l->want != NULL && cell_null(rows, 0, 0))
        return coming_refuse(&l->c, VS_FAILED_PRECONDITION, "TOKEN_USED",
                             "want_token names a token that was used or ended; make a new secret");
    l->token_expires_at = cell_time(rows, 0, 0);
    coming_in(&l->c);
}

static void enter(struct login *l) {
    struct params p;
    params_init(&p, &l->c.r->arena);
    params_id(&p, &l->c.actor.account_id);
    params_int4(&p, l->c.actor.epoch);
    params_bytes(&p, l->want, HASH_SIZE);
    params_int4(&p, (int32_t)config.login_token_hours);
    params_text(&p, l->hash);
    params_text(&p, l->new_hash);
    store_login(store_of(l), &l->c.business, QUERY_SESSION_ENTER, &p, on_entered, l);
}

static void on_checked(struct password_job *job) {
    struct login *l = job->arg;
    if (l->hash == NULL || !job->matches) return refuse_bad(l);
    attempt_refund(&l->attempt);
    if (job->made[0] != '\0') l->new_hash = arena_strndup(&l->c.r->arena, job->made, strlen(job->made));
    enter(l);
}

static void on_account(void *arg, enum vs_status status, const PGresult *rows) {
    struct login *l = arg;
    if (status != VS_OK) return coming_refuse(&l->c, status, "DATABASE", NULL);
    if (l->c.r->peer == NULL) return coming_refuse(&l->c, VS_CANCELLED, "GONE", NULL);
    if (PQntuples(rows) > 0) {
        if (!coming_read(&l->c, rows)) return;
        l->hash = reply_text(&l->c.r->arena, rows, 0, PQfnumber(rows, "_hash"));
    }
    struct password_job *job = password_job_new();
    if (job == NULL) return refuse_busy(l);
    snprintf(job->against, sizeof job->against, "%s", l->hash != NULL ? l->hash : password_dummy());
    memcpy(job->old, l->password, PASSWORD_SIZE);
    sodium_memzero(l->password, PASSWORD_SIZE);
    job->renew = l->hash != NULL;
    job->done = on_checked;
    job->arg = l;
    if (!password_submit(job)) refuse_busy(l);
}

/* An unknown code goes on with no business: the same two look-ups, and no row. */
static void on_route(void *arg, enum vs_status status, const PGresult *rows) {
    struct login *l = arg;
    if (status != VS_OK) return coming_refuse(&l->c, status, "DATABASE", NULL);
    if (PQntuples(rows) > 0) l->c.business = cell_id(rows, 0, 0);
    struct params p;
    params_init(&p, &l->c.r->arena);
    params_text(&p, l->login);
    store_login(store_of(l), &l->c.business, QUERY_SESSION_LOGIN, &p, on_account, l);
}

static void by_password(struct login *l, const Vouchsafe__V1__LoginRequest *q) {
    struct request *r = l->c.r;
    const struct {
        const char *name, *value;
    } needed[] = {{"business", q->business}, {"login", q->login}, {"password", q->password}};
    for (size_t i = 0; i < ARRAY_LEN(needed); i++)
        if (needed[i].value == NULL || needed[i].value[0] == '\0')
            return request_refuse(r, VS_INVALID_ARGUMENT, "REQUIRED", needed[i].name,
                                  "log in with business, login and password, or with a token");
    char *normal = arena_zalloc(&r->arena, PASSWORD_SIZE);
    const char *wrong = normal == NULL ? "is too much" : password_normal(q->password, normal);
    sodium_memzero(q->password, strlen(q->password));
    sodium_memzero((void *)(uintptr_t)r->body.data, r->body.len);
    if (wrong != NULL) return request_refuse(r, VS_INVALID_ARGUMENT, "TOO_LONG", "password", "the password %s", wrong);
    size_t n = strlen(q->business);
    l->login = q->login;
    l->password = normal;
    /* "business NUL login", compared as typed: no two accounts share a key, and none has two */
    const uint8_t *key = (uint8_t *)arena_printf(&r->arena, "%s%c%s", q->business, '\0', q->login);
    if (!attempt_begin(r, &l->attempt, (struct slice){key, n + 1 + strlen(q->login)})) return;
    if (!password_has_room()) return refuse_busy(l);
    struct params p;
    params_init(&p, &r->arena);
    params_text(&p, q->business);
    coming_wait(&l->c);
    store_login(store_of(l), &l->c.business, QUERY_SESSION_ROUTE, &p, on_route, l);
}

/* --- by token --------------------------------------------------------------------------------------------- */

static void on_token(void *arg, enum vs_status status, const PGresult *rows) {
    struct login *l = arg;
    if (status != VS_OK) return coming_refuse(&l->c, status, "DATABASE", NULL);
    if (PQntuples(rows) == 0)
        return coming_refuse(&l->c, VS_UNAUTHENTICATED, "BAD_TOKEN",
                             "this token is not good any more; log in with the password");
    l->c.ends_at = cell_time(rows, 0, PQfnumber(rows, "_ends"));
    if (coming_read(&l->c, rows)) coming_in(&l->c);
}

static void by_token(struct login *l, struct slice token) {
    struct request *r = l->c.r;
    if (token.len != TOKEN_SIZE)
        return request_refuse(r, VS_INVALID_ARGUMENT, "LENGTH", "token", "a token has %d bytes", TOKEN_SIZE);
    if (l->want != NULL)
        return request_refuse(r, VS_INVALID_ARGUMENT, "NOT_BOTH", "want_token", "a new token takes the password");
    uint8_t hash[HASH_SIZE];
    struct params p;
    memcpy(l->c.business.b, token.data, 16);
    crypto_hash_sha256(hash, token.data + 16, SECRET_SIZE);
    params_init(&p, &r->arena);
    params_bytes(&p, hash, sizeof hash);
    coming_wait(&l->c);
    store_login(store_of(l), &l->c.business, QUERY_SESSION_TOKEN, &p, on_token, l);
}

void handle_login(struct request *r, const void *body) {
    const Vouchsafe__V1__LoginRequest *q = body;
    struct login *l = arena_zalloc(&r->arena, sizeof *l);
    if (l == NULL) return request_refuse(r, VS_RESOURCE_EXHAUSTED, "MEMORY", NULL, NULL);
    l->c.r = r;
    l->c.answer = answer;
    if (!coming_first(r)) return;
    if (q->has_want_token && q->want_token.len != HASH_SIZE)
        return request_refuse(r, VS_INVALID_ARGUMENT, "LENGTH", "want_token", "a SHA-256 has %d bytes", HASH_SIZE);
    if (q->has_want_token) l->want = q->want_token.data;
    if (q->has_token)
        by_token(l, (struct slice){q->token.data, q->token.len});
    else
        by_password(l, q);
}

/* --- going ------------------------------------------------------------------------------------------------ */

static void on_ended(void *arg, enum vs_status status, const PGresult *rows) {
    struct request *r = arg;
    if (!reply_rows(r, status, rows)) return;
    Vouchsafe__V1__LogoutReply reply = VOUCHSAFE__V1__LOGOUT_REPLY__INIT;
    struct peer *p = r->peer;
    request_reply(r, &reply.base);
    if (p != NULL) p->go_away(p, "LOGGED_OUT", "this connection is logged out");
}

/* Ends the token, if it is this account's, and this connection. Only its owner knows a token, so whether it was good is no
 * secret worth an answer of its own: a repeat is answered as the first time. */
void handle_logout(struct request *r, const void *body) {
    const Vouchsafe__V1__LogoutRequest *q = body;
    struct params p;
    uint8_t hash[HASH_SIZE];
    if (q->has_token && q->token.len != TOKEN_SIZE)
        return request_refuse(r, VS_INVALID_ARGUMENT, "LENGTH", "token", "a token has %d bytes", TOKEN_SIZE);
    if (!q->has_token || memcmp(q->token.data, r->actor.business_id.b, 16) != 0) return on_ended(r, VS_OK, NULL);
    crypto_hash_sha256(hash, q->token.data + 16, SECRET_SIZE);
    params_init(&p, &r->arena);
    params_id(&p, &r->actor.account_id);
    params_bytes(&p, hash, sizeof hash);
    struct domain *d = r->context;
    store_login(d->store, &r->actor.business_id, QUERY_SESSION_END_TOKEN, &p, on_ended, r);
}
