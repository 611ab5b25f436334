/* SPDX-License-Identifier: Apache-2.0 */
#include "vouchsafe/joinline.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#define PREFIX "vouchsafe-join:v1:"

static void check_of(const char *text, size_t n, char out[5]) {
    uint8_t h[crypto_hash_sha256_BYTES];
    crypto_hash_sha256(h, (const uint8_t *)text, n);
    snprintf(out, 5, "%02x%02x", h[0], h[1]);
}

int join_line_format(const struct join_line *l, char *out, size_t size) {
    uint8_t raw[80];
    char b64[128], check[5];
    memcpy(raw, l->business.b, 16);
    memcpy(raw + 16, l->root_pin, 32);
    memcpy(raw + 48, l->secret, 32);
    sodium_bin2base64(b64, sizeof b64, raw, sizeof raw, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    int n = snprintf(out, size, PREFIX "%s@%s", b64, l->addresses);
    if (n < 0 || (size_t)n + 6 > size) return -1;
    check_of(out, (size_t)n, check);
    snprintf(out + n, size - (size_t)n, "#%s", check);
    return 0;
}

int join_line_parse(const char *text, struct join_line *out, char *err, size_t err_size) {
    text += strspn(text, " \t\r\n");
    char line[JOIN_LINE_MAX], check[5];
    snprintf(line, sizeof line, "%s", text);
    line[strcspn(line, " \t\r\n")] = '\0';
    char *hash = strrchr(line, '#'), *at = strchr(line, '@');
    if (strncmp(line, PREFIX, strlen(PREFIX)) != 0 || at == NULL || hash == NULL || hash < at) {
        snprintf(err, err_size, "that is not a join line; it begins with %s and ends with # and four characters",
                 PREFIX);
        return -1;
    }
    check_of(line, (size_t)(hash - line), check);
    uint8_t raw[80];
    size_t n = 0;
    *hash = *at = '\0';
    if (strcmp(hash + 1, check) != 0 ||
        sodium_base642bin(raw, sizeof raw, line + strlen(PREFIX), strlen(line + strlen(PREFIX)), NULL, &n, NULL,
                          sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0 ||
        n != sizeof raw) {
        snprintf(err, err_size, "the join line was altered on its way; copy it again, whole");
        return -1;
    }
    size_t length = strlen(at + 1);
    if (length == 0 || length >= sizeof out->addresses) {
        snprintf(err, err_size, "the join line names no address, or too many; ask for a new one");
        return -1;
    }
    memcpy(out->business.b, raw, 16);
    memcpy(out->root_pin, raw + 16, 32);
    memcpy(out->secret, raw + 48, 32);
    memcpy(out->addresses, at + 1, length + 1);
    return 0;
}
