/* SPDX-License-Identifier: Apache-2.0 */
#include "server/core/keys.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "server/core/config.h"
#include "server/core/log.h"

static int make_directories(const char *path, mode_t mode) {
    char part[600];
    snprintf(part, sizeof part, "%s", path);
    for (char *p = part + 1; *p != '\0'; p++)
        if (*p == '/') {
            *p = '\0';
            if (mkdir(part, 0755) != 0 && errno != EEXIST) return -1;
            *p = '/';
        }
    return mkdir(part, mode) != 0 && errno != EEXIST ? -1 : 0;
}

int keys_state_directory(char *out, size_t size, char *err, size_t err_size) {
    const char *given = config.state_directory[0] != '\0' ? config.state_directory : getenv("STATE_DIRECTORY"),
               *home = getenv("HOME");
    if (given != NULL)
        snprintf(out, size, "%s", given);
    else if (geteuid() == 0)
        snprintf(out, size, "/var/lib/vouchsafe");
    else
        snprintf(out, size, "%s/.local/state/vouchsafe", home != NULL ? home : ".");
    if (make_directories(out, 0711) == 0) return 0;
    snprintf(err, err_size, "can't make %s: %s; set state.directory", out, strerror(errno));
    return -1;
}

static char *read_file(const char *state, const char *name) {
    char path[700], *text = calloc(1, 16384);
    snprintf(path, sizeof path, "%s/%s", state, name);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = fd < 0 || text == NULL ? -1 : read(fd, text, 16383);
    if (fd >= 0) close(fd);
    if (n > 0) return text;
    free(text);
    return NULL;
}

/* Written aside, flushed, then renamed: never half a key. */
static int write_file(const char *state, const char *name, const char *text) {
    char path[700], aside[720];
    snprintf(path, sizeof path, "%s/%s", state, name);
    snprintf(aside, sizeof aside, "%s.new", path);
    int fd = open(aside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    bool ok = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text) && fsync(fd) == 0;
    if (fd >= 0) close(fd);
    return ok && rename(aside, path) == 0 ? 0 : -1;
}

static char *load_or_make_key(const char *state, const char *name) {
    char *key = read_file(state, name);
    if (key != NULL || tls_make_key(&key) < 0) return key;
    return write_file(state, name, key) < 0 ? NULL : key;
}

struct tls_context *keys_load(const char *state, uint8_t root_pin[32], char *err, size_t err_size) {
    char *root_key = load_or_make_key(state, "root.key"), *key = load_or_make_key(state, "instance.key");
    char *root = read_file(state, "root.pem"), *chain = read_file(state, "instance.pem");
    struct tls_context *tls = NULL;
    int ok = root_key != NULL && key != NULL;
    if (ok && root == NULL)
        ok = tls_make_self_signed(root_key, "vouchsafe root", &root) == 0 && write_file(state, "root.pem", root) == 0;
    int64_t month = (int64_t)time(NULL) + INT64_C(30) * 86400;
    if (ok && (chain == NULL || tls_cert_not_after(chain) < month)) /* renewed at the start in its last month */
        ok = tls_make_instance_cert(root_key, root, key, "vouchsafe instance", 825, &chain) == 0 &&
             write_file(state, "instance.pem", chain) == 0;
    ok = ok && tls_cert_key_hash(root, root_pin) == 0;
    if (ok)
        tls = tls_context_server(chain, key, err, err_size);
    else
        snprintf(err, err_size, "the keys in %s can't be read or made: %s", state, strerror(errno));
    free(root_key);
    free(key);
    free(root);
    free(chain);
    return tls;
}

void keys_note(const char *state, const char *name, const char *value) {
    if (write_file(state, name, value) < 0) log_warn("note", "name=%s why=%s", name, log_quote(strerror(errno)));
}

void keys_read_note(const char *state, const char *name, char *out, size_t size) {
    char *text = read_file(state, name);
    snprintf(out, size, "%s", text != NULL ? text : "");
    free(text);
}
