/* SPDX-License-Identifier: Apache-2.0 */
#include "client/cli/mail.h"
#include <ctype.h>
#include <sodium.h>
#include <string.h>

enum { WORD_BYTES = 45, LINE_BYTES = 57 }; /* of an encoded word (75 characters at most), of a body line (76) */

static void base64(struct buf *out, const char *s, size_t n) {
    char text[sodium_base64_ENCODED_LEN(LINE_BYTES, sodium_base64_VARIANT_ORIGINAL)];
    sodium_bin2base64(text, sizeof text, (const unsigned char *)s, n, sodium_base64_VARIANT_ORIGINAL);
    buf_printf(out, "%s", text);
}

/* At most `most` bytes of s that don't cut a character in two. */
static size_t piece(const char *s, size_t most) {
    size_t n = strlen(s);
    if (n <= most) return n;
    for (n = most; n > 0 && ((unsigned char)s[n] & 0xc0) == 0x80; n--) {
    }
    return n;
}

/* RFC 2047: what isn't plain goes in encoded words. A line end in a name could begin another header: it is never plain. */
static void header_text(struct buf *out, const char *s) {
    bool plain = strlen(s) < 70;
    for (const char *p = s; *p; p++)
        plain = plain && (isalnum((unsigned char)*p) || strchr(" .,'-?!", *p)) && isascii(*p);
    if (plain) {
        buf_printf(out, "%s", s);
        return;
    }
    for (bool first = true; *s; first = false) {
        size_t n = piece(s, WORD_BYTES);
        buf_printf(out, "%s=?UTF-8?B?", first ? "" : "\r\n ");
        base64(out, s, n);
        buf_printf(out, "?=");
        s += n;
    }
}

/* An address that could break out of its brackets is left out: the sender fills it in. */
static void address(struct buf *out, const char *name, const char *email) {
    for (const char *p = email; *p; p++)
        if (iscntrl((unsigned char)*p) || strchr("<>,; \"", *p)) return;
    if (!*email) return;
    if (name) {
        buf_printf(out, "=?UTF-8?B?");
        base64(out, name, piece(name, WORD_BYTES));
        buf_printf(out, "?= ");
    }
    buf_printf(out, "<%s>", email);
}

void mail_format(const struct mail *m, struct buf *out) {
    buf_printf(out, "X-Unsent: 1\r\nTo: ");
    address(out, m->name, m->email);
    if (*m->other_email) {
        buf_printf(out, "%s", *m->email ? ",\r\n " : "");
        address(out, NULL, m->other_email);
    }
    buf_printf(out, "\r\nSubject: ");
    header_text(out, m->subject);
    buf_printf(
        out,
        "\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n");
    for (size_t n = strlen(m->body), at = 0; at < n; at += LINE_BYTES) {
        base64(out, m->body + at, n - at < LINE_BYTES ? n - at : LINE_BYTES);
        buf_printf(out, "\r\n");
    }
}
