/* SPDX-License-Identifier: Apache-2.0 */
/* Text: normal forms are their own normal forms, stay in their room and are valid; what is printed steers nothing. */
#include <stdlib.h>
#include <string.h>

#include "tests/fuzz/fuzz.h"
#include "vouchsafe/text.h"

static void settled(int (*key)(const char *, char *, size_t), const char *s) {
    char once[TEXT_KEY_MAX], twice[TEXT_KEY_MAX], small[9];
    (void)!key(s, small, sizeof small);
    if (key(s, once, sizeof once) < 0) return;
    MUST(text_is_valid(once, strlen(once)));
    if (key(once, twice, sizeof twice) == 0) MUST(strcmp(once, twice) == 0);
}

static int phone(const char *s, char *out, size_t size) { return text_phone_key(s, "DE", out, size); }

static void printed(const char *s, bool newlines) {
    char out[300];
    text_printable(s, out, sizeof out, newlines);
    MUST(text_is_valid(out, strlen(out)) && text_width(out) <= 2 * strlen(out));
    for (const char *p = out; *p != '\0'; p++) MUST((unsigned char)*p >= ' ' || (newlines && *p == '\n'));
    MUST(strstr(out, "\xe2\x80\xae") == NULL && strchr(out, 0x7f) == NULL && strstr(out, "\xc2\x9b") == NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char *s = malloc(size + 1);
    MUST(s != NULL);
    memcpy(s, data, size);
    s[size] = '\0';
    bool valid = text_is_valid((const char *)data, size);
    MUST(!valid || strlen(s) == size);
    (void)text_is_blank(s);
    (void)text_width(s);
    printed(s, false);
    printed(s, true);
    if (valid) {
        settled(text_email_key, s);
        settled(text_name_key, s);
        settled(phone, s);
    }
    free(s);
    return 0;
}
