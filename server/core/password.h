/* SPDX-License-Identifier: Apache-2.0 */
/* Passwords: what one must be, and the only place where they are hashed (Argon2id, on threads of libuv's pool).
 * A few are hashed at once, a bounded queue waits, the rest is refused: hashing is the dearest thing a stranger can ask for. */
#ifndef SERVER_CORE_PASSWORD_H
#define SERVER_CORE_PASSWORD_H

#include <uv.h>

#include "vouchsafe/list.h"

enum {
    PASSWORD_MIN = 12,        /* characters (NIST SP 800-63B); no rules of composition */
    PASSWORD_SIZE = 1024,     /* room for the normal form */
    PASSWORD_HASH_SIZE = 128, /* crypto_pwhash_STRBYTES: "$argon2id$v=19$..." */
    PASSWORD_DIGEST_SIZE = 32,
};

/* NFKC into out. NULL, or what is wrong with it, as a sentence's end ("needs at least 12 characters"). A login only has to
 * be normal: what was a good password once may be below today's policy. */
const char *password_normal(const char *typed, char out[PASSWORD_SIZE]);
const char *password_policy(const char *normal);

/* One piece of work: check, then make, then digest; each only if asked for. */
struct password_job {
    char old[PASSWORD_SIZE];          /* in normal form; checked against the hash */
    char against[PASSWORD_HASH_SIZE]; /* empty: nothing to check, `matches` is true */
    char fresh[PASSWORD_SIZE];        /* hashed into `made` when it matches */
    bool renew;       /* `old` is hashed into `made` if it matches but its hash is of other parameters */
    bool digest;      /* a slow hash of both that is the same each time, for the change ledger: */
    uint8_t salt[16]; /* a quick one would give a password away to whoever reads the ledger */

    bool matches;
    char made[PASSWORD_HASH_SIZE]; /* empty: none */
    uint8_t digest_out[PASSWORD_DIGEST_SIZE];
    bool failed; /* no memory for it */

    void (*done)(struct password_job *job); /* on the loop, exactly once; the job is wiped and freed after it */
    void *arg;

    /* the pool's */
    struct list node;
    uv_work_t work;
    size_t memory;
    unsigned long long passes;
};

/* Before anything else uses libuv's thread pool. */
void password_start(uv_loop_t *loop);
bool password_has_room(void);
struct password_job *password_job_new(void); /* NULL: no memory */
/* False: the queue is full, and the job is gone. */
bool password_submit(struct password_job *job) MUST_CHECK;
void password_job_free(struct password_job *job); /* one that was not submitted */
/* What no password matches, of today's cost: checked where there is no account, so that it can't be told from one. That is
 * why the cost is no setting to reload. */
const char *password_dummy(void);

#endif
