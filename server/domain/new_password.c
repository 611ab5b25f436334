/* SPDX-License-Identifier: Apache-2.0 */
/* - happy path: policy -> a job of the hashing queue -> r->body without passwords -> done
 * - below the policy: refused at once, by field; the queue is full: RESOURCE_EXHAUSTED, come back in a second
 * - the old password is wrong: nothing is made, done goes on without a hash, so that the verdict is kept like any other */
#include "server/domain/new_password.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "server/core/password.h"

static void refuse_busy(struct request *r) {
    r->retry_after_ms = 1000;
    request_refuse(r, VS_RESOURCE_EXHAUSTED, "LOGINS", NULL, "too many passwords at once; wait a moment and try again");
}

static bool disguise(struct new_password *n, const uint8_t *digest) {
    struct arena *a = &n->r->arena;
    char *hex = arena_zalloc(a, 2 * PASSWORD_DIGEST_SIZE + 1);
    if (hex == NULL) return false;
    sodium_bin2hex(hex, 2 * PASSWORD_DIGEST_SIZE + 1, digest, PASSWORD_DIGEST_SIZE);
    *n->fresh = hex;
    if (n->old != NULL) *n->old = NULL;
    size_t size = protobuf_c_message_get_packed_size(n->message);
    uint8_t *packed = arena_alloc(a, size);
    if (packed == NULL) return false;
    protobuf_c_message_pack(n->message, packed);
    n->r->body = (struct slice){packed, size};
    return true;
}

static void on_made(struct password_job *job) {
    struct new_password *n = job->arg;
    if (job->failed || !disguise(n, job->digest_out)) return refuse_busy(n->r);
    n->made = job->made[0] != '\0' ? arena_strndup(&n->r->arena, job->made, strlen(job->made)) : NULL;
    n->done(n);
}

static bool fits(struct request *r, const char *typed, const char *field, bool fresh, char out[PASSWORD_SIZE]) {
    const char *wrong = password_normal(typed, out);
    if (wrong == NULL && fresh) wrong = password_policy(out);
    if (wrong == NULL) return true;
    request_refuse(r, VS_INVALID_ARGUMENT, "PASSWORD", field, "the password %s", wrong);
    return false;
}

bool new_password_fits(struct request *r, const char *typed, const char *field) {
    char out[PASSWORD_SIZE];
    bool ok = fits(r, typed, field, true, out);
    sodium_memzero(out, sizeof out);
    return ok;
}

void new_password_make(struct new_password *n) {
    struct password_job *job = password_job_new();
    if (job == NULL) return refuse_busy(n->r);
    sodium_memzero((void *)(uintptr_t)n->r->body.data, n->r->body.len);
    if (!fits(n->r, *n->fresh, n->field, true, job->fresh) ||
        (n->old != NULL && !fits(n->r, *n->old, "old_password", false, job->old)))
        return password_job_free(job);
    sodium_memzero(*n->fresh, strlen(*n->fresh));
    if (n->old != NULL) sodium_memzero(*n->old, strlen(*n->old));
    if (n->old != NULL) snprintf(job->against, sizeof job->against, "%s", n->against);
    job->digest = true;
    memcpy(job->salt, n->r->change_id.b, sizeof job->salt);
    job->done = on_made;
    job->arg = n;
    if (!password_submit(job)) refuse_busy(n->r);
}
