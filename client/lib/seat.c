/* SPDX-License-Identifier: Apache-2.0 */
/* The seat file: "key=value" lines, then the device's key and certificate as PEM. Mode 0600; one that others may read is refused,
 * as ssh and libpq do. It is replaced whole: written beside, synced, renamed, the directory synced. */
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "client/lib/client_internal.h"
#include "client/lib/seat_internal.h"
#include "vouchsafe/buf.h"
#include "vouchsafe/joinline.h"

enum { SEAT_FILE_MAX = 32 * 1024 };

/* --- where it lives ----------------------------------------------------------------------------------- */

int seat_sync_directory(const char *path) {
    char dir[4200];
    snprintf(dir, sizeof dir, "%s", path);
    char *slash = strrchr(dir, '/');
    if (slash != NULL) slash[slash == dir] = '\0';
    int fd = open(slash != NULL ? dir : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int r = fd < 0 ? -1 : fsync(fd);
    if (fd >= 0) close(fd);
    return r;
}

static int make_dir(const char *path) {
    if (mkdir(path, 0700) == 0) return seat_sync_directory(path);
    struct stat st;
    if (errno != EEXIST || stat(path, &st) < 0) return -1;
    if (S_ISDIR(st.st_mode)) return 0;
    errno = ENOTDIR;
    return -1;
}

static int make_dirs(char *path) {
    for (char *p = path + 1; *p != '\0'; p++) {
        if (*p != '/') continue;
        *p = '\0';
        int r = make_dir(path);
        *p = '/';
        if (r < 0) return -1;
    }
    return make_dir(path);
}

int vs_home(char *out, size_t size, char *err, size_t err_size) {
    const char *own = getenv("VOUCHSAFE_HOME"), *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
    int n;
    if (own != NULL && *own != '\0')
        n = snprintf(out, size, "%s", own);
    else if (state != NULL && *state != '\0')
        n = snprintf(out, size, "%s/vouchsafe", state);
    else if (home != NULL && *home != '\0')
        n = snprintf(out, size, "%s/.local/state/vouchsafe", home);
    else {
        snprintf(err, err_size, "neither VOUCHSAFE_HOME nor HOME is set; set one to say where seats are kept");
        return -1;
    }
    errno = ENAMETOOLONG;
    if (n >= 0 && (size_t)n < size && make_dirs(out) == 0) return 0;
    snprintf(err, err_size, "%s can't be made: %s; VOUCHSAFE_HOME may name another directory", out, strerror(errno));
    return -1;
}

void vs_seat_free(struct vs_seat *s) {
    if (s->key_pem != NULL) sodium_memzero(s->key_pem, strlen(s->key_pem));
    free(s->key_pem);
    free(s->cert_pem);
    sodium_memzero(s, sizeof *s);
}

/* --- its lines: one table for reading and writing ------------------------------------------------------ */

static int read_text(const char *value, void *member, size_t size) {
    int n = snprintf(member, size, "%s", value);
    return n >= 0 && (size_t)n < size ? 0 : -1;
}
static void write_text(struct buf *b, const void *member) { buf_append(b, member, strlen(member)); }
static bool has_text(const void *member) { return *(const char *)member != '\0'; }

static int read_id(const char *value, void *member, size_t size) {
    (void)size;
    return id_parse(value, member);
}
static void write_id(struct buf *b, const void *member) {
    char text[ID_TEXT];
    id_format(member, text);
    buf_append(b, text, strlen(text));
}
static bool has_id(const void *member) { return !id_is_zero(member); }

static int read_pin(const char *value, void *member, size_t size) {
    size_t n = 0;
    return sodium_hex2bin(member, size, value, strlen(value), NULL, &n, NULL) == 0 && n == size ? 0 : -1;
}
static void write_pin(struct buf *b, const void *member) {
    char hex[65];
    sodium_bin2hex(hex, sizeof hex, member, 32);
    buf_append(b, hex, 64);
}
static bool has_pin(const void *member) { return !sodium_is_zero(member, 32); }

enum { TOKEN_TEXT = 65 }; /* 48 bytes as base64url and NUL */

static int parse_token(const char *text, uint8_t out[VS_TOKEN_SIZE]) {
    size_t n = 0;
    return sodium_base642bin(out, VS_TOKEN_SIZE, text, strlen(text), " \t\r\n", &n, NULL,
                             sodium_base64_VARIANT_URLSAFE_NO_PADDING) == 0 &&
                   n == VS_TOKEN_SIZE
               ? 0
               : -1;
}
static int read_token(const char *value, void *member, size_t size) {
    (void)size;
    return parse_token(value, member);
}
static void write_token(struct buf *b, const void *member) {
    char text[TOKEN_TEXT];
    sodium_bin2base64(text, sizeof text, member, VS_TOKEN_SIZE, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    buf_append(b, text, strlen(text));
    sodium_memzero(text, sizeof text);
}
static bool has_token(const void *member) { return !sodium_is_zero(member, VS_TOKEN_SIZE); }

static const struct line {
    const char *key;
    size_t offset, size;
    int (*read)(const char *value, void *member, size_t size);
    void (*write)(struct buf *b, const void *member);
    bool (*present)(const void *member);
    bool required;
} lines[] = {
#define LINE(member, kind, required) \
    { \
#member, offsetof(struct vs_seat, member), sizeof((struct vs_seat *)NULL)->member, read_##kind, write_##kind, \
            has_##kind, required \
    }
    LINE(business, id, true),      LINE(addresses, text, true),      LINE(root_pin, pin, true),
    LINE(account, id, false),      LINE(login, text, false),         LINE(code, text, false),
    LINE(token, token, false),     LINE(token_command, text, false), LINE(token_store_command, text, false),
    LINE(root_before, pin, false),
#undef LINE
};

/* Unknown keys are skipped: a newer version's. */
static int take_line(char *line, struct vs_seat *s, unsigned *seen) {
    char *equals = strchr(line, '=');
    if (equals == NULL) return 0;
    *equals = '\0';
    for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
        if (strcmp(line, lines[i].key) != 0) continue;
        if (*seen & 1u << i) return -1;
        *seen |= 1u << i;
        return lines[i].read(equals + 1, (char *)s + lines[i].offset, lines[i].size);
    }
    return 0;
}

static char *pem_block(const char *text, const char *what) {
    char begin[64], end[64];
    snprintf(begin, sizeof begin, "-----BEGIN %s-----", what);
    snprintf(end, sizeof end, "-----END %s-----", what);
    const char *b = strstr(text, begin), *e = b != NULL ? strstr(b, end) : NULL;
    if (e == NULL) return NULL;
    e += strlen(end);
    return strndup(b, (size_t)(e - b) + (*e == '\n'));
}

static int parse(char *text, struct vs_seat *s) {
    unsigned seen = 0;
    s->key_pem = pem_block(text, "PRIVATE KEY");
    s->cert_pem = pem_block(text, "CERTIFICATE");
    if ((s->key_pem == NULL) != (s->cert_pem == NULL)) return -1;
    char *pem = strstr(text, "-----BEGIN "), *save = NULL;
    if (pem != NULL) *pem = '\0';
    for (char *l = strtok_r(text, "\n", &save); l != NULL; l = strtok_r(NULL, "\n", &save))
        if (take_line(l, s, &seen) < 0) return -1;
    for (size_t i = 0; i < ARRAY_LEN(lines); i++)
        if (lines[i].required && !(seen & 1u << i)) return -1;
    s->has_token = has_token(s->token);
    return 0;
}

/* --- reading and writing ------------------------------------------------------------------------------- */

/* The whole file, its mode checked: its length, or -1 with err. */
static ssize_t read_private(int fd, const char *path, char *text, size_t size, char *err, size_t err_size) {
    struct stat st;
    if (fstat(fd, &st) < 0 || (st.st_mode & 077) != 0) {
        snprintf(err, err_size, "%s may be read by others; run: chmod 600 %s", path, path);
        return -1;
    }
    size_t n = 0;
    ssize_t r;
    while (n < size - 1 && ((r = read(fd, text + n, size - 1 - n)) > 0 || (r < 0 && errno == EINTR)))
        if (r > 0) n += (size_t)r;
    text[n] = '\0';
    return (ssize_t)n;
}

int vs_seat_load(const char *path, struct vs_seat *s, char *err, size_t err_size) {
    memset(s, 0, sizeof *s);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        if (errno == ENOENT) return 1;
        snprintf(err, err_size, "%s: %s", path, strerror(errno));
        return -1;
    }
    char text[SEAT_FILE_MAX];
    ssize_t n = read_private(fd, path, text, sizeof text, err, err_size);
    close(fd);
    int r = n < 0 ? -1 : parse(text, s);
    sodium_memzero(text, sizeof text);
    if (r == 0) return 0;
    vs_seat_free(s);
    if (n >= 0) snprintf(err, err_size, "%s is damaged; join or log in again with a new line", path);
    return -1;
}

static void format(const struct vs_seat *s, struct buf *b) {
    for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
        const void *member = (const char *)s + lines[i].offset;
        if (!lines[i].present(member) || (lines[i].read == read_token && !s->has_token)) continue;
        buf_printf(b, "%s=", lines[i].key);
        lines[i].write(b, member);
        buf_put_u8(b, '\n');
    }
    if (s->key_pem != NULL && s->cert_pem != NULL) buf_printf(b, "%s\n%s", s->key_pem, s->cert_pem);
}

static int write_synced(int fd, const struct buf *b) {
    size_t n = 0;
    while (n < buf_len(b)) {
        ssize_t w = write(fd, buf_data(b) + n, buf_len(b) - n);
        if (w < 0 && errno != EINTR) return -1;
        if (w > 0) n += (size_t)w;
    }
    return fsync(fd);
}

int vs_seat_save(const char *path, const struct vs_seat *s, char *err, size_t err_size) {
    char beside[4200];
    struct buf b;
    buf_init(&b, SEAT_FILE_MAX - 1);
    format(s, &b);
    int n = snprintf(beside, sizeof beside, "%s.XXXXXX", path);
    errno = buf_failed(&b) ? EFBIG : ENAMETOOLONG;
    int fd = buf_failed(&b) || n < 0 || (size_t)n >= sizeof beside ? -1 : mkostemp(beside, O_CLOEXEC); /* 0600 */
    bool made = fd >= 0, ok = made && write_synced(fd, &b) == 0;
    if (made && close(fd) < 0) ok = false;
    ok = ok && rename(beside, path) == 0 && seat_sync_directory(path) == 0;
    if (!ok) {
        snprintf(err, err_size, "%s can't be written: %s", path, strerror(errno));
        if (made) unlink(beside);
    }
    if (b.data != NULL) sodium_memzero(b.data, b.cap);
    buf_free(&b);
    return ok ? 0 : -1;
}

int vs_seat_server_line(const struct vs_seat *s, char *out, size_t size) {
    struct join_line l = {.business = s->business};
    memcpy(l.root_pin, s->root_pin, sizeof l.root_pin);
    memcpy(l.addresses, s->addresses, sizeof l.addresses);
    memcpy(l.code, s->code, sizeof l.code);
    return server_line_format(&l, out, size);
}

/* --- the root's replacement ------------------------------------------------------------------------------ */

/* The chain was verified by one of the two pins, or vouched for by one. An instance that has yet to move changes nothing. */
bool seat_follow(struct vs_seat *s, const vs_client *c) {
    uint8_t root[32];
    bool vouched;
    if (c->tls == NULL || !tls_ready(c->tls) || !tls_root(c->tls, root, &vouched)) return false;
    bool is_pinned = memcmp(root, s->root_pin, 32) == 0;
    if (memcmp(root, s->root_before, 32) == 0 || (is_pinned && (vouched || !has_pin(s->root_before)))) return false;
    if (is_pinned)
        memset(s->root_before, 0, 32); /* nobody gives its word for it any more: it is over */
    else
        memcpy(s->root_before, s->root_pin, 32);
    memcpy(s->root_pin, root, 32);
    return true;
}

/* Read anew: another process may have changed the file since. */
int vs_seat_follow(const char *path, const vs_client *c, char *err, size_t err_size) {
    struct vs_seat s;
    if (!c->taught) return 0;
    if (vs_seat_load(path, &s, err, err_size) != 0) return -1;
    int r = seat_follow(&s, c) ? vs_seat_save(path, &s, err, err_size) : 0;
    vs_seat_free(&s);
    return r;
}

/* --- the token ----------------------------------------------------------------------------------------- */

/* 0 when the command ended well; what it printed is in out. */
static int ask_command(const char *command, char *out, size_t size) {
    FILE *f = popen(command, "re");
    if (f == NULL) return -1;
    size_t n = fread(out, 1, size - 1, f);
    out[n] = '\0';
    return pclose(f) == 0 ? 0 : -1;
}

static int tell_command(const char *command, const char *text) {
    FILE *f = popen(command, "we");
    if (f == NULL) return -1;
    bool ok = fprintf(f, "%s\n", text) > 0;
    return pclose(f) == 0 && ok ? 0 : -1;
}

int seat_token(const struct vs_seat *s, uint8_t out[VS_TOKEN_SIZE], char *err, size_t err_size) {
    if (s->token_command[0] == '\0') {
        if (s->has_token) memcpy(out, s->token, VS_TOKEN_SIZE);
        return s->has_token ? 0 : 1;
    }
    char text[256];
    int r = ask_command(s->token_command, text, sizeof text);
    if (r == 0) r = parse_token(text, out);
    sodium_memzero(text, sizeof text);
    if (r < 0)
        snprintf(err, err_size,
                 "token_command gave no token (%.80s); log in again, or mend the command in the seat file",
                 s->token_command);
    return r;
}

int seat_keep_token(struct vs_seat *s, const uint8_t token[VS_TOKEN_SIZE], char *err, size_t err_size) {
    memcpy(s->token, token, VS_TOKEN_SIZE);
    s->has_token = s->token_command[0] == '\0';
    if (s->has_token) return 0;
    char text[TOKEN_TEXT];
    uint8_t back[VS_TOKEN_SIZE] = {0};
    sodium_bin2base64(text, sizeof text, token, VS_TOKEN_SIZE, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    int r = s->token_store_command[0] == '\0' ? -1 : tell_command(s->token_store_command, text);
    sodium_memzero(text, sizeof text);
    sodium_memzero(s->token, VS_TOKEN_SIZE);
    if (r == 0) r = seat_token(s, back, err, err_size);
    if (r == 0 && sodium_memcmp(back, token, VS_TOKEN_SIZE) == 0) return 0;
    snprintf(err, err_size, "the token was not kept: token_store_command (%.80s) must store what token_command prints",
             s->token_store_command[0] != '\0' ? s->token_store_command : "not set");
    return -1;
}
