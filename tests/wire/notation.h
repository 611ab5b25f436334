/* SPDX-License-Identifier: Apache-2.0 */
/* Bodies as text, field by field as they go over the wire, so that what no library would write can be written:
 *
 *   1:5  1:-1                 a number                 4:"text\x00" "x"*9000   text, with escapes and repeated
 *   1:now  1:now+3600         an instant, seconds on   1:#0a0b                 bytes
 *   1:$ann                    an id: made when first named, the same in one conversation
 *   1:{ 2:5 }                 a message                200*1:{}                a field again and again
 *   1^5000                    5,000 messages in each other, each in field 1 of the other
 *   =0a0b  "text"             bytes as they are
 */
#ifndef TESTS_NOTATION_H
#define TESTS_NOTATION_H

#include "vouchsafe/buf.h"
#include "vouchsafe/id.h"

enum { NAMES_MAX = 32 };

struct names { /* ids of one conversation */
    int n;
    char name[NAMES_MAX][32];
    struct id id[NAMES_MAX];
};

struct id *names_id(struct names *names, const char *name, size_t len);
void names_set(struct names *names, const char *name, const struct id *id);
/* Appends what the text says; stops the program on a mistake in it. */
void notation_write(struct names *names, const char *text, struct buf *out);
/* The bytes of hexadecimal text. */
void notation_hex(const char *text, size_t n, struct buf *out);

#endif
