/* SPDX-License-Identifier: Apache-2.0 */
/* The hashing queue.
 * - happy path: submit -> waiting -> a thread runs the job -> on_after calls done, wipes the job, starts the next one
 * - too many wait: submit refuses; the caller tells the client when to come back
 * - no memory for a hash: the job says `failed`, nobody is let in */
#include "server/core/password.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/core/config.h"
#include "vouchsafe/text.h"

enum { OTHER_THREADS = 2 }; /* names and files use libuv's pool too */

static uv_loop_t *on_loop;
static struct list waiting = {&waiting, &waiting};
static unsigned running, queued, at_once;
static char dummy[PASSWORD_HASH_SIZE];
_Static_assert(PASSWORD_HASH_SIZE == crypto_pwhash_STRBYTES, "libsodium's own");

const char *password_normal(const char *typed, char out[PASSWORD_SIZE]) {
    return text_nfkc(typed, out, PASSWORD_SIZE) < 0 ? "is too long; shorten it" : NULL;
}

const char *password_policy(const char *normal) {
    _Static_assert(PASSWORD_MIN == 12, "the sentence says so");
    return text_characters(normal) < PASSWORD_MIN ? "needs at least 12 characters; several words are easiest to keep"
                                                  : NULL;
}

const char *password_dummy(void) { return dummy; }
bool password_has_room(void) { return running < at_once || queued < (unsigned)config.login_queue; }

static size_t memory_setting(void) { return (size_t)config.login_argon2_kib * 1024; }

void password_start(uv_loop_t *loop) {
    char text[16], random[33];
    uint8_t bytes[16];
    on_loop = loop;
    unsigned half = uv_available_parallelism() / 2;
    at_once = config.login_hashers > 0 ? (unsigned)config.login_hashers : half > 1 ? half : 1;
    snprintf(text, sizeof text, "%u", at_once + OTHER_THREADS);
    setenv("UV_THREADPOOL_SIZE", text, 0);
    randombytes_buf(bytes, sizeof bytes);
    sodium_bin2hex(random, sizeof random, bytes, sizeof bytes);
    MUST(crypto_pwhash_str_alg(dummy, random, strlen(random), (unsigned long long)config.login_argon2_passes,
                               memory_setting(), crypto_pwhash_ALG_ARGON2ID13) == 0);
}

struct password_job *password_job_new(void) {
    struct password_job *job = calloc(1, sizeof *job);
    if (job == NULL) return NULL;
    job->memory = memory_setting();
    job->passes = (unsigned long long)config.login_argon2_passes;
    return job;
}

void password_job_free(struct password_job *job) {
    sodium_memzero(job, sizeof *job);
    free(job);
}

static bool make(struct password_job *job, const char *password) {
    return crypto_pwhash_str_alg(job->made, password, strlen(password), job->passes, job->memory,
                                 crypto_pwhash_ALG_ARGON2ID13) == 0;
}

static bool digest(struct password_job *job) {
    char both[2 * PASSWORD_SIZE];
    size_t old = strlen(job->old) + 1, fresh = strlen(job->fresh); /* the NUL between keeps "ab","c" from "a","bc" */
    memcpy(both, job->old, old);
    memcpy(both + old, job->fresh, fresh);
    int status = crypto_pwhash(job->digest_out, PASSWORD_DIGEST_SIZE, both, old + fresh, job->salt, job->passes,
                               job->memory, crypto_pwhash_ALG_ARGON2ID13);
    sodium_memzero(both, sizeof both);
    return status == 0;
}

static void on_thread(uv_work_t *w) {
    struct password_job *job = CONTAINER_OF(w, struct password_job, work);
    bool ok = true;
    job->matches = job->against[0] == '\0' || crypto_pwhash_str_verify(job->against, job->old, strlen(job->old)) == 0;
    if (job->matches && job->fresh[0] != '\0')
        ok = make(job, job->fresh);
    else if (job->matches && job->renew && crypto_pwhash_str_needs_rehash(job->against, job->passes, job->memory) != 0)
        ok = make(job, job->old);
    if (ok && job->digest) ok = digest(job);
    job->failed = !ok;
}

static void start_next(void);

static void on_after(uv_work_t *w, int status) {
    struct password_job *job = CONTAINER_OF(w, struct password_job, work);
    running--;
    start_next();
    if (status != 0) job->failed = true;
    job->done(job);
    password_job_free(job);
}

static void start_next(void) {
    while (running < at_once && !list_empty(&waiting)) {
        struct password_job *job = LIST_ENTRY(list_pop_front(&waiting), struct password_job, node);
        queued--;
        running++;
        MUST(uv_queue_work(on_loop, &job->work, on_thread, on_after) == 0);
    }
}

bool password_submit(struct password_job *job) {
    if (!password_has_room()) {
        password_job_free(job);
        return false;
    }
    list_push_back(&waiting, &job->node);
    queued++;
    start_next();
    return true;
}
