/* SPDX-License-Identifier: Apache-2.0 */
#include "client/cli/csv_cell.h"
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>
#include "vouchsafe/text.h"

static bool begins_formula(int32_t c) {
    return c == '=' || c == '+' || c == '-' || c == '@' || c == 0xff1d || c == 0xff0b || c == 0xff0d || c == 0xff20;
}

static void put_character(struct buf *b, const uint8_t *at, utf8proc_ssize_t len, utf8proc_int32_t c) {
    if (c == '"')
        buf_printf(b, "\"\"");
    else if (c == '\\')
        buf_printf(b, "\\\\");
    else if (c != '\n' && text_steers(c))
        buf_printf(b, "\\u{%x}", (unsigned)c);
    else
        buf_append(b, at, (size_t)len);
}

void csv_cell_put(struct buf *b, const char *s, bool guard) {
    bool quote = strpbrk(s, ",\"\n") != NULL;
    const uint8_t *at = (const uint8_t *)s;
    utf8proc_int32_t c;
    if (quote) buf_put_u8(b, '"');
    for (utf8proc_ssize_t len; *at; at += len) {
        len = utf8proc_iterate(at, -1, &c);
        if (len <= 0) { /* not UTF-8: never from our server */
            len = 1;
            continue;
        }
        if (at == (const uint8_t *)s && guard && (begins_formula(c) || c == '\'')) buf_put_u8(b, '\'');
        put_character(b, at, len, c);
    }
    if (quote) buf_put_u8(b, '"');
}

/* \u{202e}: how long it is, 0 when it is none. */
static size_t numbered(const char *s, utf8proc_int32_t *c) {
    char *end;
    if (strncmp(s, "\\u{", 3) != 0 || !strchr("0123456789abcdefABCDEF", s[3])) return 0;
    long n = strtol(s + 3, &end, 16);
    if (*end != '}' || end - s > 10 || n <= 0 || !utf8proc_codepoint_valid((utf8proc_int32_t)n)) return 0;
    *c = (utf8proc_int32_t)n;
    return (size_t)(end + 1 - s);
}

char *csv_cell_take(char *cell) {
    const char *from = *cell == '\'' ? cell + 1 : cell;
    char *to = cell;
    while (*from) {
        utf8proc_int32_t c;
        size_t n = numbered(from, &c);
        if (n) {
            to += utf8proc_encode_char(c, (utf8proc_uint8_t *)to); /* at most four bytes for at least five */
            from += n;
        } else {
            if (from[0] == '\\' && from[1] == '\\') from++;
            *to++ = *from++;
        }
    }
    *to = '\0';
    return cell;
}
