/* SPDX-License-Identifier: Apache-2.0 */
#include "client/cli/grammar.h"
#include <stdio.h>
#include <string.h>
#include "client/cli/fields.h"
#include "vouchsafe/v1/common.pb-c.h"

static int channel_of(const char *word) { return enum_number(&vouchsafe__v1__channel__descriptor, word); }

static int once(int *slot, int value, const char *what, const char *word, char *err, size_t err_size) {
    if (*slot) {
        snprintf(err, err_size, "\"%s\": the %s is said twice", word, what);
        return -1;
    }
    *slot = value;
    return 0;
}

static int stage_word(const char *word, struct touch_line *out, char *err, size_t err_size) {
    int stage = enum_number(&vouchsafe__v1__stage__descriptor, word + 1);
    if (stage) return once(&out->stage, stage, "stage", word, err, err_size);
    char words[200];
    enum_words(&vouchsafe__v1__stage__descriptor, words, sizeof words);
    snprintf(err, err_size, "%s is no stage; stages are: %s", word, words);
    return -1;
}

static int note_word(const char *word, struct touch_line *out, char *err, size_t err_size) {
    if (out->note) {
        snprintf(err, err_size, "\"%s\" is too much; a note of several words goes in quotes", word);
        return -1;
    }
    out->note = word;
    return 0;
}

int grammar_touch(char *const *words, int n, struct touch_line *out, char *err, size_t err_size) {
    static const char MOODS[] = "+=-"; /* positive, neutral, negative */
    *out = (struct touch_line){0};
    while (out->who < n && (out->who == 0 || !channel_of(words[out->who]))) out->who++;
    if (n == 0 || out->who == n) {
        char list[200];
        enum_words(&vouchsafe__v1__channel__descriptor, list, sizeof list);
        snprintf(err, err_size, "%s: NAME CHANNEL; channels are: %s", n ? "the channel is missing" : "nobody is named",
                 list);
        return -1;
    }
    out->channel = channel_of(words[out->who]);
    for (int i = out->who + 1; i < n; i++) {
        const char *w = words[i], *mood = w[0] && !w[1] ? strchr(MOODS, w[0]) : NULL;
        int r = mood          ? once(&out->sentiment, (int)(mood - MOODS) + 1, "sentiment", w, err, err_size)
                : w[0] == '@' ? stage_word(w, out, err, err_size)
                              : note_word(w, out, err, err_size);
        if (r) return r;
    }
    return 0;
}

/* --- words of a line -------------------------------------------------------------------------------------------------- */

static const struct {
    const char *open, *close[3];
} QUOTES[] = {
    {"\"", {"\"", "\xe2\x80\x9d", "\xe2\x80\x9c"}},           /* "..." */
    {"\xe2\x80\x9c", {"\xe2\x80\x9d", "\"", "\xe2\x80\x9c"}}, /* “...” */
    {"\xe2\x80\x9e", {"\xe2\x80\x9c", "\xe2\x80\x9d", "\""}}, /* „...“ */
    {"\xc2\xab", {"\xc2\xbb", NULL, NULL}},                   /* «...» */
    {"'", {"'", NULL, NULL}},
};

static const char *closing(const char *s, size_t quote, size_t *len) {
    for (; *s; s++)
        for (size_t k = 0; k < 3 && QUOTES[quote].close[k]; k++) {
            *len = strlen(QUOTES[quote].close[k]);
            if (strncmp(s, QUOTES[quote].close[k], *len) != 0) continue;
            bool apostrophe = quote == ARRAY_LEN(QUOTES) - 1 && s[*len] && s[*len] != ' ' && s[*len] != '\t';
            if (!apostrophe) return s;
        }
    return NULL;
}

int grammar_split(struct arena *mem, const char *line, char ***words, int *n, char *err, size_t err_size) {
    size_t room = strlen(line) / 2 + 2;
    *words = arena_zalloc(mem, room * sizeof **words);
    *n = 0;
    for (const char *s = line + strspn(line, " \t"); *words && *s; s += strspn(s, " \t")) {
        size_t quote = 0, len = 0;
        while (quote < ARRAY_LEN(QUOTES) && strncmp(s, QUOTES[quote].open, strlen(QUOTES[quote].open))) quote++;
        if (quote == ARRAY_LEN(QUOTES)) {
            len = strcspn(s, " \t");
            (*words)[(*n)++] = arena_strndup(mem, s, len);
            s += len;
            continue;
        }
        s += strlen(QUOTES[quote].open);
        const char *end = closing(s, quote, &len);
        if (!end) {
            snprintf(err, err_size, "a quote is opened and not closed");
            return -1;
        }
        (*words)[(*n)++] = arena_strndup(mem, s, (size_t)(end - s));
        s = end + len;
    }
    if (*words) return 0;
    snprintf(err, err_size, "out of memory");
    return -1;
}
