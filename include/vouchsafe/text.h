/* SPDX-License-Identifier: Apache-2.0 */
/* Text that came from outside: checks, folding and normal forms. One place, so that client, server and
 * import compare people in the same way. utf8proc and libidn2 hold the tables. */
#ifndef VOUCHSAFE_TEXT_H
#define VOUCHSAFE_TEXT_H

#include "vouchsafe/base.h"

enum {
    TEXT_FIELD_MAX = 256, /* bytes of a field */
    TEXT_NOTE_MAX = 8192, /* bytes of a note */
    TEXT_KEY_MAX = 1024,  /* room for any normal form below, NUL included */
};

/* UTF-8, no NUL. Overlong forms and surrogates are refused. */
bool text_is_valid(const char *s, size_t len);
/* True when there is nothing but white space. */
bool text_is_blank(const char *s);

/* The normal forms write at most TEXT_KEY_MAX bytes and answer 0, or -1 when `s` is no such thing.
 * An e-mail address: domain to lower-case ASCII (IDNA2008); the local part is folded too, since no mail
 * system in use tells "Ann" from "ann". */
int text_email_key(const char *s, char *out, size_t size) MUST_CHECK;
/* A phone number: E.164 ("+4930123456"). `country` is the business's two letters (e.g. "DE") for numbers
 * without "+" or "00"; NULL: only international ones are accepted. */
int text_phone_key(const char *s, const char *country, char *out, size_t size) MUST_CHECK;
/* A name: NFKC, case folded, marks stripped, white space single: "Straße  ZOË" -> "strasse zoe". */
int text_name_key(const char *s, char *out, size_t size) MUST_CHECK;

/* NFKC alone: what a password is before it is hashed, so that every keyboard types the same one. */
int text_nfkc(const char *s, char *out, size_t size) MUST_CHECK;
/* Code points of valid UTF-8. */
size_t text_characters(const char *s);

/* Columns a terminal needs for s (graphemes, wide characters). */
size_t text_width(const char *s);
/* How many bytes of s, whole graphemes, fit into so many columns. */
size_t text_fit(const char *s, size_t width);
/* Copies s without control characters, escape sequences' bytes, bidi overrides and lone CR: what a server
 * sent can't steer the terminal. Tab and newline become spaces unless keep_newlines. out is always ended. */
void text_printable(const char *s, char *out, size_t size, bool keep_newlines);
/* Is it one of those? Controls, marks of direction, characters that show nothing. */
bool text_steers(int32_t character);

#endif
