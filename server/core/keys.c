/* SPDX-License-Identifier: Apache-2.0 */
/* Every step writes whole files in an order that leaves a state from which the same command goes on. */
#include "server/core/keys.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "server/core/state.h"

static int fail(char *err, size_t err_size, const char *state, const char *words) {
    snprintf(err, err_size, "%s: %s", state, words);
    return -1;
}

static int fail_files(char *err, size_t err_size, const char *state) {
    return fail(err, err_size, state, errno != 0 ? strerror(errno) : "a key or certificate can't be made");
}

static char *load_or_make_key(const char *state, const char *name) {
    char *key = state_read(state, name);
    if (key != NULL || tls_make_key(&key) < 0) return key;
    if (state_write(state, name, key) == 0) return key;
    free(key);
    return NULL;
}

/* --- the root ------------------------------------------------------------------------------------------- */

struct root {
    char *key, *roots;
};

static void root_free(struct root *r) {
    free(r->key);
    free(r->roots);
}

/* Where a root key is. */
static int root_load(const char *state, struct root *r, char *err, size_t err_size) {
    r->key = state_read(state, "root.key");
    r->roots = state_read(state, "root.pem");
    if (r->key == NULL) return fail(err, err_size, state, "there is no root.key; the root's keeper has it");
    if (r->roots == NULL &&
        (tls_make_self_signed(r->key, "vouchsafe root", &r->roots) < 0 || state_write(state, "root.pem", r->roots) < 0))
        return fail_files(err, err_size, state);
    if (tls_cert_fits(r->roots, r->key)) return 0;
    return fail(err, err_size, state,
                "root.key and root.pem don't fit; if the root was being replaced, finish it: vouchsafed root replace");
}

int keys_root_create(const char *state, char *err, size_t err_size) {
    struct root r = {0};
    if (state_has(state, "root.key")) return fail(err, err_size, state, "there is a root.key already");
    if (state_has(state, "instance.pem"))
        return fail(err, err_size, state, "an instance of another root lives here; take a directory of its own");
    char *key = load_or_make_key(state, "root.key");
    int status = key == NULL ? fail_files(err, err_size, state) : root_load(state, &r, err, err_size);
    free(key);
    root_free(&r);
    return status;
}

/* The new key waits as root.next.key; root.pem with the old root's word is written first, then the keys change places. */
static int replace(const char *state, const struct root *old, const char *next) {
    char name[64], *roots = NULL;
    time_t now = time(NULL);
    struct tm tm;
    strftime(name, sizeof name, "vouchsafe root of %Y-%m-%d", gmtime_r(&now, &tm));
    int status = tls_cert_fits(old->roots, next)                              ? 0
                 : tls_succeed(old->key, old->roots, next, name, &roots) == 0 ? state_write(state, "root.pem", roots)
                                                                              : -1;
    free(roots);
    if (status == 0 && state_has(state, "root.key")) status = state_rename(state, "root.key", "root.old.key");
    return status == 0 ? state_rename(state, "root.next.key", "root.key") : -1;
}

int keys_root_replace(const char *state, char *err, size_t err_size) {
    struct root old = {state_read(state, "root.key"), state_read(state, "root.pem")};
    bool going_on = state_has(state, "root.next.key");
    int status = 0;
    if (!going_on) {
        root_free(&old);
        status = root_load(state, &old, err, err_size);
    }
    errno = 0;
    if (status == 0 && (old.roots == NULL || (old.key == NULL && !going_on))) status = fail_files(err, err_size, state);
    char *next = status == 0 ? load_or_make_key(state, "root.next.key") : NULL;
    if (status == 0 && (next == NULL || replace(state, &old, next) < 0)) status = fail_files(err, err_size, state);
    free(next);
    root_free(&old);
    return status;
}

int keys_root_retire(const char *state, char *err, size_t err_size) {
    struct root r = {0};
    int status = root_load(state, &r, err, err_size);
    if (status == 0 && *tls_pem_rest(r.roots) == '\0')
        status = fail(err, err_size, state, "root.pem names one root only; nothing is being replaced");
    if (status == 0) {
        r.roots[tls_pem_rest(r.roots) - r.roots] = '\0';
        if (state_write(state, "root.pem", r.roots) < 0) status = fail_files(err, err_size, state);
    }
    root_free(&r);
    return status;
}

/* --- an instance ---------------------------------------------------------------------------------------- */

int keys_request(const char *state, char **request, char *err, size_t err_size) {
    char host[128] = "", name[160];
    gethostname(host, sizeof host - 1);
    snprintf(name, sizeof name, "vouchsafe instance %.40s", host);
    errno = 0;
    char *key = load_or_make_key(state, "instance.key");
    int status = key != NULL ? tls_make_request(key, name, request) : -1;
    free(key);
    return status == 0 ? 0 : fail_files(err, err_size, state);
}

int keys_certify(const char *state, const char *request, int64_t seconds, char **chain, char *err, size_t err_size) {
    struct root r = {0};
    int status = root_load(state, &r, err, err_size);
    if (status == 0 && tls_certify(r.key, r.roots, request, seconds, chain) < 0)
        status = fail(err, err_size, "the request",
                      "it isn't one, or was altered; make it with: vouchsafed instance request");
    root_free(&r);
    return status;
}

/* Can a server show it? */
static int check(const char *state, const char *key, const char *chain, char *err, size_t err_size) {
    uint8_t pin[TLS_KEY_HASH];
    if (!tls_cert_fits(chain, key))
        return fail(err, err_size, state,
                    "the certificate is not of this instance's key; have the request of this one certified");
    if (tls_cert_key_hash(tls_pem_rest(chain), pin) < 0 || !tls_chain_fits(chain, pin))
        return fail(err, err_size, state,
                    "the certificate comes without its root; take the whole file that certify wrote");
    if (tls_cert_not_after(chain) > (int64_t)time(NULL)) return 0;
    return fail(
        err, err_size, state,
        "the instance's certificate ran out, seats refuse it; have a new one made: vouchsafed instance request");
}

int keys_install(const char *state, const char *chain, char *err, size_t err_size) {
    uint8_t root[TLS_KEY_HASH], own[TLS_KEY_HASH];
    char *key = state_read(state, "instance.key"), *roots = state_read(state, "root.pem");
    int status = key == NULL
                     ? fail(err, err_size, state, "there is no instance.key; begin with: vouchsafed instance request")
                     : check(state, key, chain, err, err_size);
    if (status == 0 && state_has(state, "root.key") &&
        (roots == NULL || tls_cert_key_hash(roots, own) < 0 || tls_cert_key_hash(tls_pem_rest(chain), root) < 0 ||
         memcmp(own, root, sizeof own) != 0))
        status = fail(err, err_size, state,
                      "it has a root of its own, and seats that know it; move root.key and root.pem away first");
    if (status == 0 && state_write(state, "instance.pem", chain) < 0) status = fail_files(err, err_size, state);
    free(roots);
    free(key);
    return status;
}

/* The root key is here: is the chain good for longer than a month, and does it end as root.pem has it? */
static bool is_fresh(const char *chain, const struct root *r) {
    size_t n = strlen(chain), tail = strlen(r->roots);
    return n > tail && strcmp(chain + n - tail, r->roots) == 0 &&
           tls_cert_not_after(chain) > (int64_t)time(NULL) + KEYS_RENEW_SECONDS;
}

/* chain: what is there, or NULL; replaced when it isn't fresh, never by one that its seats would refuse. */
static int renew(const char *state, const struct root *r, char **chain, char *err, size_t err_size) {
    uint8_t pin[TLS_KEY_HASH];
    char *request = NULL, *fresh = NULL;
    if (*chain != NULL && is_fresh(*chain, r)) return 0;
    int status = keys_request(state, &request, err, err_size);
    if (status == 0) status = keys_certify(state, request, KEYS_SECONDS, &fresh, err, err_size);
    if (status == 0 && *chain != NULL && tls_cert_key_hash(tls_pem_rest(*chain), pin) == 0 &&
        !tls_chain_fits(fresh, pin))
        status = fail(
            err, err_size, state,
            "instance.pem is of another root than root.key: move root.key away, or instance.pem if no seat knows it");
    if (status == 0 && state_write(state, "instance.pem", fresh) < 0) status = fail_files(err, err_size, state);
    free(request);
    if (status == 0) {
        free(*chain);
        *chain = fresh;
    } else
        free(fresh);
    return status;
}

/* The key is made with the root, or was made for a request: then the certificate has to come. */
static int obtain(const char *state, char **key, char **chain, bool root_here, char *err, size_t err_size) {
    struct root r = {0};
    int status = 0;
    if (root_here) status = root_load(state, &r, err, err_size);
    if (status == 0 && root_here) status = renew(state, &r, chain, err, err_size);
    root_free(&r);
    if (status < 0) return -1;
    *key = state_read(state, "instance.key");
    if (*key != NULL && *chain != NULL) return check(state, *key, *chain, err, err_size);
    return fail(
        err, err_size, state,
        "this instance has no certificate yet; have its request certified, then: vouchsafed instance install FILE");
}

static bool is_first_start(const char *state) {
    static const char *const made[] = {"root.key", "root.pem", "instance.key", "instance.pem"};
    for (size_t i = 0; i < ARRAY_LEN(made); i++)
        if (state_has(state, made[i])) return false;
    return true;
}

int keys_load(const char *state, struct keys *out, char *err, size_t err_size) {
    if (is_first_start(state) && keys_root_create(state, err, err_size) < 0) return -1;
    char *key = NULL, *chain = state_read(state, "instance.pem");
    *out = (struct keys){.root_here = state_has(state, "root.key")};
    if (obtain(state, &key, &chain, out->root_here, err, err_size) == 0 &&
        tls_cert_key_hash(tls_pem_rest(chain), out->root_pin) == 0) {
        out->ends = tls_cert_not_after(chain);
        out->tls = tls_context_server(chain, key, err, err_size);
    }
    free(key);
    free(chain);
    return out->tls != NULL ? 0 : -1;
}

bool keys_follow(const char *state, const uint8_t root_pin[TLS_KEY_HASH]) {
    char *chain = state_read(state, "instance.pem");
    bool follows = chain != NULL && tls_chain_fits(chain, root_pin);
    free(chain);
    return follows;
}
