/* SPDX-License-Identifier: Apache-2.0 */
#include "client/cli/notebook.h"
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include "client/cli/grammar.h"
#include "client/cli/when.h"
#include "vouchsafe/v1/method.pb-c.h"

static const char *refuse(struct arena *mem, const char *why) {
    const char *kept = arena_strndup(mem, why, strlen(why));
    return kept ? kept : "out of memory";
}

bool note_is_touch(const struct note_line *l) {
    return l->args.command && l->args.command->method == VOUCHSAFE__V1__METHOD__TOUCH_LOG;
}

struct id *note_id(struct note_line *l) {
    return note_is_touch(l) ? &l->touch.id : &l->kept.id;
}

const char *note_label(const struct note_line *l) { return note_is_touch(l) ? l->touch.label : l->kept.label; }

/* As the command touch reads it. "now" is when it was: absent times are that; but what is to come is measured by the clock. */
static const char *read_touch(struct note_line *l, struct arena *mem) {
    char err[512] = "";
    struct field said = message_find(l->args.request, "touch.occurred_at");
    if (field_count(said)) return "the time is said twice: in front and with --at";
    if (l->args.n_refs) return "--mends can't be given here; log that touch by itself";
    return capture_read(&l->touch, &l->args, l->at, err, sizeof err) ? refuse(mem, err) : NULL;
}

static const char *read_kept(struct note_line *l, struct arena *mem) {
    return kept_read(&l->args, &l->kept) || kept_at(&l->args, l->at) ? refuse(mem, l->args.err) : NULL;
}

/* The command the words begin with, as phones write it too ("Touch"); NULL: none that may stand here. */
static const struct command *command_of(struct arena *mem, int program, int n, char **words, int *used) {
    bool group;
    char *first = n ? arena_strndup(mem, words[0], strlen(words[0])) : NULL, *was = n ? words[0] : NULL;
    for (char *p = first; p && *p; p++) *p = (char)tolower((unsigned char)*p);
    if (!first) return NULL;
    words[0] = first;
    const struct command *m = command_match(program, n, words, used, &group);
    words[0] = was;
    bool fits = m && (m->method == VOUCHSAFE__V1__METHOD__TOUCH_LOG || ((m->flags & KEPT) && m->moment));
    return fits ? m : NULL;
}

/* All it needs was said: what the program would ask for can't be asked here. */
static const char *check_needs(const struct note_line *l, struct arena *mem) {
    char why[200], field[64];
    for (const char *p = l->args.command->needs; p && *p; p += strspn(p, " ")) {
        size_t n = strcspn(p, " ");
        snprintf(field, sizeof field, "%.*s", (int)n, p);
        p += n;
        if (args_has(&l->args, field)) continue;
        snprintf(why, sizeof why, "something is missing; e.g. %s", l->args.command->examples[0]);
        return refuse(mem, why);
    }
    return NULL;
}

static const char *read_line(struct note_line *l, struct arena *mem, int program, int64_t now) {
    char **words, err[256] = "";
    int n, used;
    struct globals ignored = {0};
    if (grammar_split(mem, l->text, &words, &n, err, sizeof err)) return refuse(mem, err);
    size_t time_words = when_leading(words, (size_t)n, now, &l->at);
    if (!time_words) return "begin with when it was: yesterday 15:00 touch ...";
    words += time_words, n -= (int)time_words;
    const struct command *m = command_of(mem, program, n, words, &used);
    if (!m) return "only what happened can be logged: TIME touch NAME CHANNEL ..., TIME promise, refer or thank ...";
    when_count_from(l->at); /* "by fri" is the Friday after that */
    int bad = args_parse(&l->args, mem, m, n - used, words + used, &ignored);
    when_count_from(0);
    if (bad) return refuse(mem, l->args.err);
    const char *why = note_is_touch(l) ? read_touch(l, mem) : read_kept(l, mem);
    if (!why) why = check_needs(l, mem);
    return why ? why : l->at > now + 600000000LL ? "that is still to come; log what happened" : NULL;
}

int notebook_read(struct notebook *b, struct arena *mem, char *text, int program, int64_t now) {
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
        l->why = read_line(l, mem, program, now);
    }
    return 0;
}
