/* SPDX-License-Identifier: Apache-2.0 */
#include "vouchsafe/text.h"

#include <ctype.h>
#include <idn2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

bool text_is_valid(const char *s, size_t len) {
    const uint8_t *at = (const uint8_t *)s, *end = at + len;
    while (at < end) {
        if (*at < 0x80) {
            if (*at++ == 0) return false;
            continue;
        }
        utf8proc_int32_t c;
        utf8proc_ssize_t n = utf8proc_iterate(at, end - at, &c);
        if (n <= 0) return false;
        at += n;
    }
    return true;
}

bool text_is_blank(const char *s) { return s[strspn(s, " \t\r\n")] == '\0'; }

/* Maps by utf8proc into out; -1 when it doesn't fit or isn't UTF-8. */
static int fold(const char *s, int options, char *out, size_t size) {
    uint8_t *mapped = NULL;
    utf8proc_ssize_t n = utf8proc_map((const uint8_t *)s, 0, &mapped, (utf8proc_option_t)(options | UTF8PROC_NULLTERM));
    if (n < 0 || (size_t)n >= size) {
        free(mapped);
        return -1;
    }
    memcpy(out, mapped, (size_t)n + 1);
    free(mapped);
    return 0;
}

int text_nfkc(const char *s, char *out, size_t size) {
    return fold(s, UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT, out, size);
}

size_t text_characters(const char *s) {
    size_t n = 0;
    for (; *s != '\0'; s++) n += ((unsigned char)*s & 0xc0) != 0x80; /* not a continuation byte */
    return n;
}

/* Folding can make a space or an "@" of a character that is neither: asked before and after it. */
static bool local_part_ok(const char *s) {
    for (; *s != '\0'; s++)
        if ((unsigned char)*s <= ' ' || strchr("()<>[],;:\\\"@", *s) != NULL) return false;
    return true;
}

static bool domain_ok(const char *d) {
    size_t label = 0, dots = 0, len = strlen(d);
    if (len == 0 || len > 253) return false;
    for (const char *p = d; *p != '\0'; p++) {
        if (*p == '.') {
            if (label == 0 || p[-1] == '-') return false;
            label = 0;
            dots++;
        } else {
            if (!(isalnum((unsigned char)*p) || (*p == '-' && label > 0)) || ++label > 63) return false;
        }
    }
    return label > 0 && dots > 0 && d[len - 1] != '-';
}

int text_email_key(const char *s, char *out, size_t size) {
    while (isspace((unsigned char)*s)) s++;
    const char *at = strrchr(s, '@');
    char local[TEXT_FIELD_MAX + 1], domain[TEXT_FIELD_MAX + 1], folded[TEXT_KEY_MAX];
    if (at == NULL || at == s || at - s > 64 || strlen(at + 1) > TEXT_FIELD_MAX) return -1;
    snprintf(local, sizeof local, "%.*s", (int)(at - s), s);
    snprintf(domain, sizeof domain, "%s", at + 1);
    for (size_t n = strlen(domain); n > 0 && isspace((unsigned char)domain[n - 1]);) domain[--n] = '\0';
    if (!local_part_ok(local) ||
        fold(local, UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD, folded, sizeof folded) <
            0 ||
        !local_part_ok(folded))
        return -1;
    uint8_t *ascii = NULL;
    if (idn2_lookup_u8((const uint8_t *)domain, &ascii, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL) != IDN2_OK) return -1;
    for (uint8_t *p = ascii; *p != 0; p++) *p = (uint8_t)tolower(*p);
    int n = domain_ok((char *)ascii) ? snprintf(out, size, "%s@%s", folded, (char *)ascii) : -1;
    idn2_free(ascii);
    return n < 0 || (size_t)n >= size ? -1 : 0;
}

/* country, its calling code, the prefix dialled inside the country ("" where numbers are dialled whole) */
static const struct {
    char country[3];
    const char *code, *trunk;
} countries[] = {
    {"DE", "49", "0"}, {"AT", "43", "0"}, {"CH", "41", "0"},  {"FR", "33", "0"}, {"IT", "39", ""},   {"ES", "34", ""},
    {"PT", "351", ""}, {"NL", "31", "0"}, {"BE", "32", "0"},  {"GB", "44", "0"}, {"IE", "353", "0"}, {"US", "1", "1"},
    {"CA", "1", "1"},  {"BR", "55", "0"}, {"MX", "52", ""},   {"AU", "61", "0"}, {"NZ", "64", "0"},  {"SE", "46", "0"},
    {"NO", "47", ""},  {"DK", "45", ""},  {"FI", "358", "0"}, {"PL", "48", ""},  {"CZ", "420", ""},  {"IN", "91", "0"},
    {"JP", "81", "0"}, {"ZA", "27", "0"},
};

/* "+49 (0)30 ...": the zero is the one dialled inside the country, unless such a country has none. */
static bool drops_zero(const char *international) {
    for (size_t i = 0; i < ARRAY_LEN(countries); i++)
        if (strcmp(countries[i].code, international) == 0) return countries[i].trunk[0] == '0';
    return true;
}

/* The digits of a number as people write it; -1 when there is more than that. *plus: it began with "+". */
static int phone_digits(const char *s, char digits[32], bool *plus) {
    size_t n = 0;
    *plus = false;
    for (; *s != '\0'; s++) {
        digits[n] = '\0';
        if (*s == '+' && n == 0 && !*plus)
            *plus = true;
        else if (strncmp(s, "(0)", 3) == 0 && (*plus || strncmp(digits, "00", 2) == 0) &&
                 drops_zero(*plus ? digits : digits + 2))
            s += 2;
        else if (isdigit((unsigned char)*s) && n < 31)
            digits[n++] = *s;
        else if (strchr(" -./()\t", *s) == NULL)
            return -1;
    }
    digits[n] = '\0';
    return 0;
}

int text_phone_key(const char *s, const char *country, char *out, size_t size) {
    char digits[32];
    bool plus;
    if (phone_digits(s, digits, &plus) < 0) return -1;
    const char *code = "", *rest = digits;
    if (!plus && strncmp(digits, "00", 2) == 0)
        rest = digits + 2;
    else if (!plus) {
        size_t i = 0;
        while (i < ARRAY_LEN(countries) && (country == NULL || strcmp(countries[i].country, country) != 0)) i++;
        if (i == ARRAY_LEN(countries)) return -1;
        code = countries[i].code;
        size_t trunk = strlen(countries[i].trunk);
        if (trunk > 0 && strncmp(rest, countries[i].trunk, trunk) == 0) rest += trunk;
    }
    size_t total = strlen(code) + strlen(rest);
    if (total < 7 || total > 15 || total + 2 > size || (*code == '\0' && *rest == '0')) return -1;
    snprintf(out, size, "+%s%s", code, rest);
    return 0;
}

int text_name_key(const char *s, char *out, size_t size) {
    char folded[TEXT_KEY_MAX];
    if (fold(s,
             UTF8PROC_STABLE | UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD | UTF8PROC_STRIPMARK |
                 UTF8PROC_IGNORE,
             folded, sizeof folded) < 0)
        return -1;
    size_t n = 0;
    bool gap = false;
    for (const char *p = folded; *p != '\0'; p++) {
        if (isspace((unsigned char)*p)) {
            gap = n > 0;
            continue;
        }
        if (n + 2 >= size) return -1;
        if (gap) out[n++] = ' ';
        gap = false;
        out[n++] = *p;
    }
    out[n] = '\0';
    return n == 0 ? -1 : 0;
}

/* The grapheme at s: its bytes, its columns in *width. A cluster is as wide as its widest part; what is no UTF-8 counts one. */
static size_t grapheme(const uint8_t *s, size_t *width) {
    utf8proc_int32_t c, before = 0, state = 0;
    size_t n = 0;
    *width = 0;
    while (s[n] != 0) {
        utf8proc_ssize_t len = utf8proc_iterate(s + n, -1, &c);
        if (len <= 0) {
            if (n == 0) *width = n = 1;
            break;
        }
        if (n > 0 && utf8proc_grapheme_break_stateful(before, c, &state)) break;
        size_t w = (size_t)utf8proc_charwidth(c);
        if (w > *width) *width = w;
        before = c;
        n += (size_t)len;
    }
    return n;
}

size_t text_width(const char *s) {
    size_t width = 0, w;
    for (const uint8_t *at = (const uint8_t *)s; *at != 0; width += w) at += grapheme(at, &w);
    return width;
}

size_t text_fit(const char *s, size_t width) {
    const uint8_t *at = (const uint8_t *)s;
    size_t w;
    while (*at != 0) {
        size_t n = grapheme(at, &w);
        if (w > width) break;
        width -= w;
        at += n;
    }
    return (size_t)((const char *)at - s);
}

bool text_steers(int32_t c) {
    static const struct {
        int32_t first, last;
    } ranges[] = {{0, 0x1f},        {0x7f, 0x9f},     {0x61c, 0x61c},   {0x180e, 0x180e}, {0x200b, 0x200f},
                  {0x2028, 0x202e}, {0x2060, 0x206f}, {0xfeff, 0xfeff}, {0xfff9, 0xfffb}, {0xe0000, 0xe0fff}};
    for (size_t i = 0; i < ARRAY_LEN(ranges); i++)
        if (c >= ranges[i].first && c <= ranges[i].last) return true;
    return false;
}

void text_printable(const char *s, char *out, size_t size, bool keep_newlines) {
    size_t n = 0;
    utf8proc_int32_t c;
    const uint8_t *at = (const uint8_t *)s;
    for (utf8proc_ssize_t len; *at != 0; at += len) {
        len = utf8proc_iterate(at, -1, &c);
        if (len <= 0) {
            len = 1;
            continue;
        }
        bool space = c == '\t' || (c == '\n' && !keep_newlines);
        if (n + (size_t)len + 1 > size) break;
        if (space)
            out[n++] = ' ';
        else if (!text_steers(c) || c == '\n') {
            memcpy(out + n, at, (size_t)len);
            n += (size_t)len;
        }
    }
    if (size > 0) out[n] = '\0';
}
