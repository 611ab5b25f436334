/* SPDX-License-Identifier: Apache-2.0 */
#include "server/core/state.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
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

int state_directory(char *out, size_t size, char *err, size_t err_size) {
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

static void path_of(const char *state, const char *name, char out[700]) { snprintf(out, 700, "%s/%s", state, name); }

char *state_read_path(const char *path) {
    FILE *f = fopen(path, "re");
    char *text = f == NULL ? NULL : calloc(1, STATE_FILE_MAX);
    size_t n = text == NULL ? 0 : fread(text, 1, STATE_FILE_MAX, f);
    int error = errno;
    if (f != NULL) fclose(f);
    errno = error;
    if (n > 0 && n < STATE_FILE_MAX) return text;
    free(text);
    return NULL;
}

char *state_read(const char *state, const char *name) {
    char path[700];
    path_of(state, name, path);
    return state_read_path(path);
}

/* root beside a server of another user: what is written is that user's to read */
static bool give(int fd, const char *state) {
    struct stat st;
    return geteuid() != 0 || (stat(state, &st) == 0 && fchown(fd, st.st_uid, st.st_gid) == 0);
}

int state_write(const char *state, const char *name, const char *text) {
    char path[700], aside[720];
    path_of(state, name, path);
    snprintf(aside, sizeof aside, "%s.new", path);
    int fd = open(aside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    bool ok = fd >= 0 && give(fd, state) && write(fd, text, strlen(text)) == (ssize_t)strlen(text) && fsync(fd) == 0;
    if (fd >= 0) close(fd);
    return ok && rename(aside, path) == 0 ? 0 : -1;
}

int state_rename(const char *state, const char *from, const char *to) {
    char a[700], b[700];
    path_of(state, from, a);
    path_of(state, to, b);
    return rename(a, b);
}

bool state_has(const char *state, const char *name) {
    char path[700];
    path_of(state, name, path);
    return access(path, F_OK) == 0;
}

void state_note(const char *state, const char *name, const char *value) {
    if (state_write(state, name, value) < 0) log_warn("note", "name=%s why=%s", name, log_quote(strerror(errno)));
}

void state_read_note(const char *state, const char *name, char *out, size_t size) {
    char *text = state_read(state, name);
    snprintf(out, size, "%s", text != NULL ? text : "");
    free(text);
}
