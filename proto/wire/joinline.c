/* SPDX-License-Identifier: Apache-2.0 */
/* Lines people copy: PREFIX BASE64URL @ ADDRESSES # CHECK. The check is there for mail programs, not for enemies. */
#include "vouchsafe/joinline.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

static const char join_prefix[] = "vouchsafe-join:v1:", server_prefix[] = "vouchsafe-at:v1:";
enum { COMMON = 16 + 32, JOIN_RAW = COMMON + 32, RAW_MAX = COMMON + JOIN_CODE_MAX };

static void check_of(const char *text, size_t n, char out[5]) {
    uint8_t h[crypto_hash_sha256_BYTES];
    crypto_hash_sha256(h, (const uint8_t *)text, n);
    snprintf(out, 5, "%02x%02x", h[0], h[1]);
}

/* business, root pin, and then `tail`. */
static int format(const struct join_line *l, const char *prefix, const void *tail, size_t tail_size, char *out,
                  size_t size) {
    uint8_t raw[RAW_MAX];
    char b64[sodium_base64_ENCODED_LEN(RAW_MAX, sodium_base64_VARIANT_URLSAFE_NO_PADDING)], check[5];
    memcpy(raw, l->business.b, 16);
    memcpy(raw + 16, l->root_pin, 32);
    memcpy(raw + COMMON, tail, tail_size);
    sodium_bin2base64(b64, sizeof b64, raw, COMMON + tail_size, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    int n = snprintf(out, size, "%s%s@%s", prefix, b64, l->addresses);
    if (n < 0 || (size_t)n + 6 > size) return -1;
    check_of(out, (size_t)n, check);
    snprintf(out + n, size - (size_t)n, "#%s", check);
    return 0;
}

int join_line_format(const struct join_line *l, char *out, size_t size) {
    return format(l, join_prefix, l->secret, sizeof l->secret, out, size);
}

int server_line_format(const struct join_line *l, char *out, size_t size) {
    return format(l, server_prefix, l->code, strnlen(l->code, JOIN_CODE_MAX), out, size);
}

enum verdict { LINE_FINE, LINE_OTHER, LINE_ALTERED, LINE_NOWHERE };

/* The line without the white space around it, its check proved: its bytes after business and pin go to tail. */
static enum verdict parse(const char *text, const char *prefix, struct join_line *out, uint8_t *tail, size_t *n_tail) {
    text += strspn(text, " \t\r\n");
    char line[JOIN_LINE_MAX], check[5];
    snprintf(line, sizeof line, "%s", text);
    line[strcspn(line, " \t\r\n")] = '\0';
    char *hash = strrchr(line, '#'), *at = strchr(line, '@');
    if (strncmp(line, prefix, strlen(prefix)) != 0 || at == NULL || hash == NULL || hash < at) return LINE_OTHER;
    check_of(line, (size_t)(hash - line), check);
    uint8_t raw[RAW_MAX];
    size_t n = 0;
    *hash = *at = '\0';
    const char *b64 = line + strlen(prefix);
    if (strcmp(hash + 1, check) != 0 || sodium_base642bin(raw, sizeof raw, b64, strlen(b64), NULL, &n, NULL,
                                                          sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0)
        return LINE_ALTERED;
    size_t length = strlen(at + 1);
    if (n < COMMON) return LINE_ALTERED;
    if (length == 0 || length >= sizeof out->addresses) return LINE_NOWHERE;
    memset(out, 0, sizeof *out);
    memcpy(out->business.b, raw, 16);
    memcpy(out->root_pin, raw + 16, 32);
    memcpy(out->addresses, at + 1, length + 1);
    *n_tail = n - COMMON;
    memcpy(tail, raw + COMMON, *n_tail);
    return LINE_FINE;
}

static int explain(enum verdict v, const char *kind, const char *prefix, char *err, size_t err_size) {
    if (v == LINE_OTHER)
        snprintf(err, err_size, "that is not a %s line; it begins with %s and ends with # and four characters", kind,
                 prefix);
    else if (v == LINE_ALTERED)
        snprintf(err, err_size, "the %s line was altered on its way; copy it again, whole", kind);
    else
        snprintf(err, err_size, "the %s line names no address, or too many; ask for a new one", kind);
    return -1;
}

int join_line_parse(const char *text, struct join_line *out, char *err, size_t err_size) {
    uint8_t tail[JOIN_CODE_MAX];
    size_t n = 0;
    enum verdict v = parse(text, join_prefix, out, tail, &n);
    if (v == LINE_FINE && n != sizeof out->secret) v = LINE_ALTERED;
    if (v != LINE_FINE) return explain(v, "join", join_prefix, err, err_size);
    memcpy(out->secret, tail, sizeof out->secret);
    sodium_memzero(tail, sizeof tail);
    return 0;
}

int server_line_parse(const char *text, struct join_line *out, char *err, size_t err_size) {
    uint8_t tail[JOIN_CODE_MAX];
    size_t n = 0;
    if (parse(text, join_prefix, out, tail, &n) == LINE_FINE) {
        sodium_memzero(tail, sizeof tail);
        return 0;
    }
    enum verdict v = parse(text, server_prefix, out, tail, &n);
    if (v == LINE_FINE && (n >= sizeof out->code || memchr(tail, '\0', n) != NULL)) v = LINE_ALTERED;
    if (v != LINE_FINE) return explain(v, "server", server_prefix, err, err_size);
    memcpy(out->code, tail, n);
    return 0;
}
