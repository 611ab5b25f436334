/* SPDX-License-Identifier: Apache-2.0 */
/* The line people write in ten seconds: NAME CHANNEL [+|-|=] ["NOTE"] [@STAGE]. Pure. */
#ifndef CLIENT_CLI_GRAMMAR_H
#define CLIENT_CLI_GRAMMAR_H

#include "vouchsafe/arena.h"

struct touch_line {
    int who;                       /* the first so many words name the contact */
    int channel, sentiment, stage; /* numbers of the enums; 0: not said */
    const char *note;              /* NULL: none */
};
/* The first channel word that isn't the first word ends the name; marks, note and stage follow in any order. 0, or -1 with what is wrong. */
int grammar_touch(char *const *words, int n, struct touch_line *out, char *err, size_t err_size) MUST_CHECK;
/* A line of text into words. Quotes are "..." (also as phones write them) and '...' at the start of a word; O'Brien stays whole. */
int grammar_split(struct arena *mem, const char *line, char ***words, int *n, char *err, size_t err_size) MUST_CHECK;

#endif
