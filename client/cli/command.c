/* SPDX-License-Identifier: Apache-2.0 */
#include "client/cli/command.h"
#include <stdio.h>
#include <string.h>
#include "client/cli/fields.h"
#include "client/cli/suggest.h"

static const struct module_commands *const MODULES[] = {
#define X(name) &commands_##name,
    COMMAND_MODULES(X)
#undef X
};

const struct own_option GLOBAL_OPTIONS[] = {
    {"json", NULL, "one JSON object on standard output, errors too"},
    {"csv", NULL, "rows as CSV"},
    {"csv-raw", NULL, "CSV without the guard against spreadsheet formulas"},
    {"quiet", NULL, "no messages but errors"},
    {"no-input", NULL, "never ask; fail instead"},
    {"color", "WHEN", "auto, always or never"},
    {"help", NULL, "help, also of a command"},
    {"version", NULL, "the version"},
};
const size_t GLOBAL_OPTIONS_N = ARRAY_LEN(GLOBAL_OPTIONS);

bool command_lists(const char *list, const char *word) {
    size_t n = strlen(word);
    if (n == 0) return false; /* an empty word is found everywhere, and the search would not move on */
    for (const char *p = list; p && (p = strstr(p, word)); p += n)
        if ((p == list || p[-1] == ' ') && (p[n] == 0 || p[n] == ' ')) return true;
    return false;
}

const struct command *command_at(int program, size_t i) {
    for (size_t k = 0; k < ARRAY_LEN(MODULES); k++)
        for (size_t j = 0; j < MODULES[k]->n; j++)
            if ((MODULES[k]->list[j].programs & program) && i-- == 0) return &MODULES[k]->list[j];
    return NULL;
}

const char *command_heading(const struct command *m, char *out, size_t size) {
    snprintf(out, size, "%.*s", (int)strcspn(m->words, " "), m->words);
    for (size_t k = 0; k < ARRAY_LEN(MODULES) && !strchr(m->words, ' '); k++)
        if (MODULES[k]->title && m >= MODULES[k]->list && m < MODULES[k]->list + MODULES[k]->n)
            snprintf(out, size, "%s", MODULES[k]->title);
    return out;
}

static int words_matched(const char *words, int argc, char **argv) { /* how many, 0 unless all */
    int used = 0;
    while (*words) {
        size_t n = strcspn(words, " ");
        if (used >= argc || strncmp(argv[used], words, n) || argv[used][n]) return 0;
        used++;
        words += n + strspn(words + n, " ");
    }
    return used;
}

const struct command *command_match(int program, int argc, char **argv, int *used, bool *group) {
    const struct command *m, *best = NULL;
    *used = 0;
    *group = false;
    for (size_t i = 0; (m = command_at(program, i)); i++) {
        int n = words_matched(m->words, argc, argv);
        size_t first = strcspn(m->words, " ");
        if (argc && strlen(argv[0]) == first && !strncmp(argv[0], m->words, first) && m->words[first]) *group = true;
        if (n > *used) *used = n, best = m; /* "touch strike" before "touch" */
    }
    return best;
}

const char *command_suggest(int program, int argc, char **argv) {
    struct suggestion s = {0};
    const struct command *m;
    for (size_t i = 0; (m = command_at(program, i)); i++) {
        char said[200];
        bool two = strchr(m->words, ' ') != NULL;
        snprintf(said, sizeof said, "%s%s%s", argv[0], two && argc > 1 ? " " : "", two && argc > 1 ? argv[1] : "");
        suggest_offer(&s, said, m->words);
    }
    return s.word;
}

static bool is_option(const struct command *m, const ProtobufCFieldDescriptor *f) {
    if (m->fresh && !strcmp(m->fresh, f->name)) return false;
    for (size_t i = 0; i < POSITIONAL_MAX; i++)
        if (m->args[i].field && !m->args[i].optional && !strcmp(m->args[i].field, f->name)) return false;
    return !command_lists(m->hidden, f->name) && !field_is_internal(f->name);
}

static void add_fields(const struct command *m, const ProtobufCMessageDescriptor *d,
                       const ProtobufCFieldDescriptor *inside, struct option *out, size_t *n) {
    for (unsigned i = 0; i < d->n_fields && *n < OPTION_MAX; i++) {
        const ProtobufCFieldDescriptor *f = &d->fields[i];
        if (!is_option(m, f)) continue;
        if (f->type == PROTOBUF_C_TYPE_MESSAGE && f->label != PROTOBUF_C_LABEL_REPEATED && !inside) {
            add_fields(m, f->descriptor, f, out, n);
            continue;
        }
        struct option *o = &out[(*n)++];
        *o = (struct option){.f = f, .inside = inside, .secret = field_is_secret(f->name)};
        field_option(f, o->name, sizeof o->name, &o->value, &o->doc);
    }
}

static void add_own(struct option *out, size_t *n, const char *name, const char *value, const char *doc) {
    if (*n >= OPTION_MAX) return;
    struct option *o = &out[(*n)++];
    *o = (struct option){.value = value, .doc = doc};
    snprintf(o->name, sizeof o->name, "%s", name);
}

size_t command_options(const struct command *m, struct option out[OPTION_MAX]) {
    size_t n = 0;
    if (m->request) add_fields(m, m->request, NULL, out, &n);
    for (size_t i = 0; i < OWN_MAX && m->own[i].name; i++)
        add_own(out, &n, m->own[i].name, m->own[i].value, m->own[i].doc);
    if (m->flags & PAGES) add_own(out, &n, "limit", "N", "at most so many rows; 0 for all");
    return n;
}
