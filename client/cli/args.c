/* SPDX-License-Identifier: Apache-2.0 */
#include "client/cli/args.h"
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "client/cli/suggest.h"

PRINTF_LIKE(2, 3) static int wrong(struct args *a, const char *fmt, ...) {
    va_list v;
    va_start(v, fmt);
    vsnprintf(a->err, sizeof a->err, fmt, v);
    va_end(v);
    return -1;
}

bool globals_take(struct globals *g, const char *word, char *err, size_t err_size) {
    const struct {
        const char *word;
        bool *flag;
    } FLAGS[] = {
        {"--json", &g->json},      {"--csv", &g->csv},   {"--csv-raw", &g->csv_raw}, {"--quiet", &g->quiet},
        {"-q", &g->quiet},         {"--help", &g->help}, {"-h", &g->help},           {"--no-input", &g->no_input},
        {"--version", &g->version}};
    static const char *const COLORS[] = {"auto", "always", "never"};
    for (size_t i = 0; i < ARRAY_LEN(FLAGS); i++)
        if (!strcmp(FLAGS[i].word, word)) {
            *FLAGS[i].flag = true;
            if (FLAGS[i].flag == &g->csv_raw) g->csv = true;
            return true;
        }
    if (strncmp(word, "--color=", 8)) return false;
    for (size_t i = 0; i < ARRAY_LEN(COLORS); i++)
        if (!strcmp(COLORS[i], word + 8)) {
            g->color = (enum color)i;
            return true;
        }
    snprintf(err, err_size, "--color takes auto, always or never");
    return true;
}

char *words_join(struct arena *mem, char *const *words, int n) {
    size_t size = 1;
    for (int i = 0; i < n; i++) size += strlen(words[i]) + 1;
    char *out = arena_alloc(mem, size), *p = out;
    for (int i = 0; out && i < n; i++) p += sprintf(p, "%s%s", i ? " " : "", words[i]);
    if (out) *p = 0;
    return out;
}

/* One line of a file, or of standard input for "-": a password never stands among the words. */
static char *secret_of(struct args *a, const char *file) {
    char text[1024];
    int fd = strcmp(file, "-") ? open(file, O_RDONLY | O_CLOEXEC) : STDIN_FILENO;
    size_t n = 0;
    for (ssize_t r; fd >= 0 && n < sizeof text - 1 && (r = read(fd, text + n, sizeof text - 1 - n)) > 0;)
        n += (size_t)r;
    if (fd > STDIN_FILENO) close(fd);
    n = (size_t)((char *)memchr(text, '\n', n) ? (char *)memchr(text, '\n', n) - text : (ssize_t)n);
    char *s = fd < 0 || !n ? NULL : arena_strndup(a->mem, text, n);
    explicit_bzero(text, sizeof text);
    return s;
}

/* The message the option's field stands in: the request, or the one inside, made when absent. */
static struct field target(struct args *a, const struct option *o) {
    if (!o->inside) return (struct field){a->request, o->f};
    struct field outer = {a->request, o->inside};
    if (!field_count(outer)) *(void **)field_put(a->mem, outer) = message_new(a->mem, o->inside->descriptor);
    return (struct field){(ProtobufCMessage *)(uintptr_t)field_message(outer, 0), o->f};
}

static int keep_ref(struct args *a, struct field f, const char *text) {
    if (a->n_refs == REFS_MAX) return wrong(a, "too many names at once");
    a->refs[a->n_refs].f = f;
    a->refs[a->n_refs++].text = text;
    return 0;
}

static int set(struct args *a, struct field f, const char *text, const char *shown) {
    char why[400];
    if (f.f->label != PROTOBUF_C_LABEL_REPEATED && field_count(f)) return wrong(a, "%s is given twice", shown);
    /* an empty id is a value: in an edit it takes the organization away */
    if (field_ref(f.f) && *text) return keep_ref(a, f, text);
    if (field_ref(f.f)) {
        *(ProtobufCBinaryData *)field_put(a->mem, f) = (ProtobufCBinaryData){0, NULL};
        return 0;
    }
    return field_parse(a->mem, f, text, why, sizeof why) ? wrong(a, "%s: %s", shown, why) : 0;
}

static int own_index(const struct command *m, const char *name) {
    for (int i = 0; i < OWN_MAX && m->own[i].name; i++)
        if (!strcmp(m->own[i].name, name)) return i;
    return -1;
}

static int apply(struct args *a, const struct option *o, const char *value) {
    char shown[40];
    snprintf(shown, sizeof shown, "--%s", o->name);
    if (o->f && o->secret) {
        const char *secret = secret_of(a, value);
        if (!secret) return wrong(a, "%s: %s can't be read or is empty", shown, value);
        return set(a, target(a, o), secret, shown);
    }
    if (o->f) return set(a, target(a, o), value, shown);
    int own = own_index(a->command, o->name);
    if (own >= 0) {
        a->own[own] = value;
        return 0;
    }
    char *end;
    a->limit = (unsigned)strtoul(value, &end, 10); /* --limit */
    return *value < '0' || *value > '9' || *end ? wrong(a, "--limit: \"%s\" is no number", value) : 0;
}

static const struct option *find(const struct option *list, size_t n, const char *name, size_t len) {
    for (size_t i = 0; i < n; i++)
        if (strlen(list[i].name) == len && !strncmp(list[i].name, name, len)) return &list[i];
    return NULL;
}

static int unknown(struct args *a, const struct option *list, size_t n, const char *word, size_t len) {
    char said[80];
    struct suggestion s = {0};
    snprintf(said, sizeof said, "%.*s", (int)len, word);
    for (size_t i = 0; i < n; i++) suggest_offer(&s, said, list[i].name);
    for (size_t i = 0; i < GLOBAL_OPTIONS_N; i++) suggest_offer(&s, said, GLOBAL_OPTIONS[i].name);
    if (s.word) return wrong(a, "%s has no option --%s; did you mean --%s?", a->command->words, said, s.word);
    return wrong(a, "%s has no option --%s; see --help. Words that begin with a dash go behind --", a->command->words,
                 said);
}

/* The field a bare word stands for, or NULL. */
static const char *keyword_field(const struct command *m, const char *word, char *field, size_t size) {
    size_t n = strlen(word);
    for (const char *p = m->keywords; p && *p; p += strspn(p, " ")) {
        size_t len = strcspn(p, " ");
        if (len > n && p[n] == '=' && !strncmp(p, word, n)) {
            snprintf(field, size, "%.*s", (int)(len - n - 1), p + n + 1);
            return field;
        }
        p += len;
    }
    return NULL;
}

/* by fri / from Ann Lee because "…": how many words it took, or -1. */
static int take_keyword(struct args *a, const char *field, int left, char **words) {
    char other[64];
    int n = 0;
    while (n < left && !(words[n][0] == '-' && words[n][1]) &&
           !keyword_field(a->command, words[n], other, sizeof other))
        n++;
    if (n == 0)
        return wrong(a, "%s: something must follow \"%s\"; e.g. %s", a->command->words, words[-1],
                     a->command->examples[0]);
    struct field f = message_find(a->request, field);
    const char *text = n == 1 ? words[0] : words_join(a->mem, words, n);
    return !f.f || !text || set(a, f, text, words[-1]) ? -1 : n;
}

int args_parse(struct args *a, struct arena *mem, const struct command *m, int argc, char **argv, struct globals *g) {
    struct option list[OPTION_MAX];
    size_t n = command_options(m, list);
    *a = (struct args){.mem = mem, .command = m, .limit = m->first_limit};
    a->request = m->request ? message_new(mem, m->request) : NULL;
    a->words = arena_zalloc(mem, ((size_t)argc + 1) * sizeof *a->words);
    if (!a->words) return wrong(a, "out of memory");
    bool ended = false;
    for (int i = 0; i < argc; i++) {
        char *w = argv[i], field[64];
        if (!ended && a->n_words > 0 && keyword_field(m, w, field, sizeof field)) {
            int took = take_keyword(a, field, argc - i - 1, argv + i + 1);
            if (took < 0) return -1;
            i += took;
            continue;
        }
        if (ended || w[0] != '-' || !w[1]) {
            a->words[a->n_words++] = w;
            continue;
        }
        ended = !strcmp(w, "--");
        if (ended) continue;
        if (globals_take(g, w, a->err, sizeof a->err)) {
            if (a->err[0]) return -1;
            continue;
        }
        size_t len = strcspn(w, "=") - (w[1] == '-' ? 2 : 1);
        const struct option *o = w[1] == '-' ? find(list, n, w + 2, len) : NULL;
        if (!o) return unknown(a, list, n, w + (w[1] == '-' ? 2 : 1), len);
        const char *value = w[2 + len] == '=' ? w + 3 + len : NULL;
        if (!value && o->value && i + 1 == argc)
            return wrong(a, "--%s lacks its value: --%s %s", o->name, o->name, o->value);
        if (!value) value = o->value ? argv[++i] : "";
        if (apply(a, o, value)) return -1;
    }
    return 0;
}

static int missing(struct args *a, const struct positional *p) {
    return wrong(a, "%s: %s is missing; e.g. %s", a->command->words, p->shown, a->command->examples[0]);
}

int args_assign(struct args *a) {
    const struct positional *list = a->command->args;
    int wanted = 0, at = 0;
    while (wanted < POSITIONAL_MAX && list[wanted].shown) wanted++;
    for (int i = 0; i < wanted; i++) {
        int after = 0; /* words the following ones need */
        for (int k = i + 1; k < wanted; k++) after += !list[k].optional;
        int left = a->n_words - at - after;
        if (left < 1 && list[i].optional) continue;
        if (left < 1) return missing(a, &list[i]);
        int take = list[i].many ? left : 1;
        const char *text = take == 1 ? a->words[at] : words_join(a->mem, a->words + at, take);
        at += take;
        if (!list[i].field) continue;
        struct field f = message_find(a->request, list[i].field);
        if (!text || !f.f || set(a, f, text, list[i].shown)) return a->err[0] ? -1 : wrong(a, "out of memory");
    }
    if (at < a->n_words)
        return wrong(a, "%s: \"%s\" is too much; texts of several words go in quotes", a->command->words, a->words[at]);
    return 0;
}

const char *args_own(const struct args *a, const char *name) {
    int i = own_index(a->command, name);
    return i < 0 ? NULL : a->own[i];
}

bool args_has(const struct args *a, const char *field) {
    for (int i = 0; i < a->n_refs; i++)
        if (!strcmp(a->refs[i].f.f->name, field)) return true;
    return field_count(message_find(a->request, field)) > 0;
}
