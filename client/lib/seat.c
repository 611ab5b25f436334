/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "vouchsafe/client.h"

static int make_dirs(char *path) {
    for (char *p = path + 1; *p; p++) {
        if (*p != '/') continue;
        *p = 0;
        int r = mkdir(path, 0700);
        *p = '/';
        if (r && errno != EEXIST) return -1;
    }
    return mkdir(path, 0700) && errno != EEXIST ? -1 : 0;
}

int vs_home(char *out, size_t size, char *err, size_t err_size) {
    const char *v = getenv("VOUCHSAFE_HOME"), *x = getenv("XDG_STATE_HOME"), *h = getenv("HOME");
    int n;
    if (v && *v)
        n = snprintf(out, size, "%s", v);
    else if (x && *x)
        n = snprintf(out, size, "%s/vouchsafe", x);
    else if (h && *h)
        n = snprintf(out, size, "%s/.local/state/vouchsafe", h);
    else {
        snprintf(err, err_size, "neither VOUCHSAFE_HOME nor HOME is set");
        return -1;
    }
    if (n < 0 || (size_t)n >= size || make_dirs(out)) {
        snprintf(err, err_size, "%s can't be made: %s", out, strerror(errno));
        return -1;
    }
    return 0;
}

void vs_seat_free(struct vs_seat *s) {
    if (s->key_pem) explicit_bzero(s->key_pem, strlen(s->key_pem));
    free(s->key_pem);
    free(s->cert_pem);
    memset(s, 0, sizeof *s);
}

static char *pem_block(const char *text, const char *begin, const char *end) {
    const char *b = strstr(text, begin), *e = b ? strstr(b, end) : NULL;
    if (!e) return NULL;
    e += strlen(end);
    return strndup(b, (size_t)(e - b) + (*e == '\n'));
}

int vs_seat_load(const char *path, struct vs_seat *s, char *err, size_t err_size) {
    memset(s, 0, sizeof *s);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        if (errno == ENOENT) return 1;
        snprintf(err, err_size, "%s: %s", path, strerror(errno));
        return -1;
    }
    struct stat st;
    if (fstat(fd, &st) || (st.st_mode & 077)) {
        snprintf(err, err_size, "%s may be read by others; run: chmod 600 %s", path, path);
        close(fd);
        return -1;
    }
    char text[16384];
    size_t n = 0;
    for (ssize_t r; n < sizeof text - 1 && (r = read(fd, text + n, sizeof text - 1 - n)) > 0;) n += (size_t)r;
    close(fd);
    text[n] = 0;
    char business[64] = "", pin[80] = "";
    const char *b = strstr(text, "business="), *a = strstr(text, "addresses="), *p = strstr(text, "root_pin=");
    bool ok = b && a && p && sscanf(b, "business=%63s", business) == 1 &&
              sscanf(a, "addresses=%1023s", s->addresses) == 1 && sscanf(p, "root_pin=%79s", pin) == 1 &&
              strlen(pin) == 64 && id_parse(business, &s->business) == 0;
    for (size_t i = 0; ok && i < 32; i++) {
        unsigned v;
        ok = sscanf(pin + 2 * i, "%2x", &v) == 1;
        if (ok) s->root_pin[i] = (uint8_t)v;
    }
    const char *cert = strstr(text, "-----BEGIN CERTIFICATE-----"), *key = strstr(text, "-----BEGIN ");
    if (ok && cert && key && key < cert) {
        s->key_pem = strndup(key, (size_t)(cert - key));
        s->cert_pem = pem_block(text, "-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----");
    }
    explicit_bzero(text, sizeof text);
    if (ok && s->key_pem && s->cert_pem) return 0;
    vs_seat_free(s);
    snprintf(err, err_size, "%s is damaged; join again with a new line", path);
    return -1;
}

int vs_seat_save(const char *path, const struct vs_seat *s, char *err, size_t err_size) {
    char tmp[4200], business[ID_TEXT];
    snprintf(tmp, sizeof tmp, "%s.tmp", path);
    id_format(&s->business, business);
    unlink(tmp);
    int fd = open(tmp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    FILE *f = fd < 0 ? NULL : fdopen(fd, "w");
    bool ok = f != NULL;
    if (f) {
        fprintf(f, "business=%s\naddresses=%s\nroot_pin=", business, s->addresses);
        for (int i = 0; i < 32; i++) fprintf(f, "%02x", s->root_pin[i]);
        fprintf(f, "\n%s\n%s", s->key_pem, s->cert_pem);
        ok = fflush(f) == 0 && fsync(fd) == 0;
        if (fclose(f)) ok = false;
    }
    if (ok && rename(tmp, path) == 0) return 0;
    snprintf(err, err_size, "%s can't be written: %s", path, strerror(errno));
    return -1;
}
