/* SPDX-License-Identifier: Apache-2.0 */
#include "client/cli/notebook.h"
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include "client/cli/grammar.h"
#include "client/cli/when.h"

static const char *refuse(struct arena *mem, const char *why) {
    const char *kept = arena_strndup(mem, why, strlen(why));
    return kept ? kept : "out of memory";
}

/* The words behind the time and "touch", as the command touch reads them; what is wrong, or NULL. */
static const char *read_touch(struct note_line *l, struct arena *mem, char **words, int n, const struct command *touch,
                              int64_t at, int64_t now) {
    char err[512] = "";
    struct globals ignored = {0};
    if (args_parse(&l->args, mem, touch, n, words, &ignored)) return refuse(mem, l->args.err);
    struct field said = message_find(l->args.request, "touch.occurred_at");
    if (field_count(said)) return "the time is said twice: in front and with --at";
    if (l->args.n_refs) return "--mends can't be given here; log that touch by itself";
    /* "now" is when it was: absent times are that; but what is to come is measured by the clock */
    if (capture_read(&l->touch, &l->args, at, err, sizeof err)) return refuse(mem, err);
    return at > now + 600000000LL ? "that is still to come; a touch is something that happened" : NULL;
}

static const char *read_line(struct note_line *l, struct arena *mem, const struct command *touch, int64_t now) {
    char **words, err[256] = "";
    int n;
    int64_t at;
    if (grammar_split(mem, l->text, &words, &n, err, sizeof err)) return refuse(mem, err);
    size_t time_words = when_leading(words, (size_t)n, now, &at);
    if (!time_words) return "begin with when it was: yesterday 15:00 touch ...";
    words += time_words, n -= (int)time_words;
    if (!n || strcasecmp(words[0], "touch") != 0) return "only touch lines can be logged: TIME touch NAME CHANNEL ...";
    return read_touch(l, mem, words + 1, n - 1, touch, at, now);
}

int notebook_read(struct notebook *b, struct arena *mem, char *text, const struct command *touch, int64_t now) {
    size_t room = 1;
    int number = 0;
    for (const char *p = text; *p; p++) room += *p == '\n';
    *b = (struct notebook){.lines = arena_zalloc(mem, room * sizeof *b->lines),
                           .remarks = arena_zalloc(mem, room * sizeof *b->remarks)};
    if (!b->lines || !b->remarks) return -1;
    for (char *next = text; next;) {
        char *line = strsep(&next, "\n");
        number++;
        line[strcspn(line, "\r")] = 0;
        line += strspn(line, " \t");
        if (*line == '#' && strncmp(line, NOTEBOOK_REASON, strlen(NOTEBOOK_REASON)) != 0) {
            b->remarks[b->n_remarks].number = number;
            b->remarks[b->n_remarks++].text = line;
        }
        if (!*line || *line == '#') continue;
        struct note_line *l = &b->lines[b->n++];
        l->number = number, l->text = line;
        l->why = read_line(l, mem, touch, now);
    }
    return 0;
}
