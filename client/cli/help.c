/* SPDX-License-Identifier: Apache-2.0 */
#include "client/cli/help.h"
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

static void usage(const struct command *m, char *out, size_t size) {
    size_t used = (size_t)snprintf(out, size, "%s", m->words);
    for (size_t i = 0; i < POSITIONAL_MAX && m->args[i].shown && used < size; i++)
        used += (size_t)snprintf(out + used, size - used, m->args[i].optional ? " [%s]" : " %s", m->args[i].shown);
}

static void example(struct cli *c, const char *text) { printf("  %s %s\n", c->program, text); }

/* A line that goes on under itself, at most 79 columns. */
static void wrapped(const char *left, int width, const char *text) {
    size_t room = (size_t)(76 - width);
    printf("  %-*s ", width, left);
    while (*text) {
        size_t n = strlen(text);
        if (n > room)
            for (n = room; n > 0 && text[n] != ' ';) n--;
        printf("%.*s\n", (int)n, text);
        text += n + strspn(text + n, " ");
        if (*text) printf("  %-*s ", width, "");
    }
}

/* "  --stage WORD            the stage: know like ..." with the words going on in lines of their own. */
static void option_line(const char *name, const char *value, const char *doc, const ProtobufCFieldDescriptor *f) {
    char left[64], words[300] = "";
    snprintf(left, sizeof left, "--%s%s%s", name, value ? " " : "", value ? value : "");
    if (f && f->type == PROTOBUF_C_TYPE_ENUM) enum_words(f->descriptor, words, sizeof words);
    printf("  %-26s %s%s\n", left, doc, *words ? ":" : "");
    if (*words) wrapped("", 26, words);
}

static void json_options(struct json *j, const struct command *m) {
    struct option list[OPTION_MAX];
    size_t n = command_options(m, list);
    json_key(j, "options");
    json_open(j, '[');
    for (size_t i = 0; i < n; i++) {
        json_open(j, '{');
        json_member(j, "name", list[i].name);
        if (list[i].value) json_member(j, "value", list[i].value);
        json_member(j, "help", list[i].doc);
        json_close(j, '}');
    }
    json_close(j, ']');
}

static void json_command(struct cli *c, const struct command *m) {
    struct json *j = &c->out.json;
    char text[200];
    usage(m, text, sizeof text);
    json_open(j, '{');
    json_member(j, "command", m->words);
    json_member(j, "usage", text);
    json_member(j, "help", m->summary);
    json_key(j, "examples");
    json_open(j, '[');
    for (size_t i = 0; i < ARRAY_LEN(m->examples); i++) {
        snprintf(text, sizeof text, "%s %s", c->program, m->examples[i]);
        json_text(j, text);
    }
    json_close(j, ']');
    json_options(j, m);
    json_close(j, '}');
}

int help_command(struct cli *c, const struct command *m) {
    struct option list[OPTION_MAX];
    char text[200];
    size_t n = command_options(m, list);
    if (c->globals.json) {
        c->out.format = OUT_JSON;
        json_command(c, m);
        return 0;
    }
    puts("Examples:");
    for (size_t i = 0; i < ARRAY_LEN(m->examples); i++) example(c, m->examples[i]);
    usage(m, text, sizeof text);
    printf("\nUsage: %s%s\n%s.\n", text, n ? " [OPTION...]" : "", m->summary);
    if (n) puts("");
    for (size_t i = 0; i < n; i++) option_line(list[i].name, list[i].value, list[i].doc, list[i].f);
    if (m->notes) printf("\n%s\n", m->notes);
    printf("\nOf every command: --json --csv --quiet --no-input; see %s --help\n", c->program);
    return 0;
}

static bool in_group(const struct command *m, const char *group) {
    size_t n = group ? strlen(group) : 0;
    return !group || (!strncmp(m->words, group, n) && (m->words[n] == ' ' || !m->words[n]));
}

/* Commands of the same heading, one after the other, as one paragraph. */
static void list_together(struct cli *c, const char *title, bool groups) {
    const struct command *m;
    char heading[32], before[32] = "", *text = arena_zalloc(&c->mem, 4096);
    size_t used = 0;
    for (size_t i = 0; text && (m = command_at(c->seat_kind, i)) && used < 4000; i++) {
        bool mine = groups ? strchr(m->words, ' ') != NULL
                           : !strcmp(command_heading(m, heading, sizeof heading), title);
        command_heading(m, heading, sizeof heading);
        const char *word = groups ? heading : m->words;
        if (!mine || !strcmp(word, before)) continue;
        used += (size_t)snprintf(text + used, 4096 - used, "%s%s", used ? ", " : "", word);
        snprintf(before, sizeof before, "%s", word);
    }
    if (used) wrapped(title, 13, text);
}

/* Everyday commands of one word with what they do; then the groups by name, each of which has a list of its own. */
static void list_groups(struct cli *c) {
    const struct command *m;
    char heading[32];
    for (size_t i = 0; (m = command_at(c->seat_kind, i)); i++)
        if (!strchr(m->words, ' ') && !strcmp(command_heading(m, heading, sizeof heading), m->words))
            wrapped(m->words, 13, m->summary);
    list_together(c, "groups", true);
    list_together(c, "this seat", false);
    list_together(c, "more", false);
}

int help_list(struct cli *c, const char *group) {
    const struct command *m;
    int shown = 0;
    if (c->globals.json) {
        c->out.format = OUT_JSON;
        json_open(&c->out.json, '{');
        json_key(&c->out.json, "commands");
        json_open(&c->out.json, '[');
        for (size_t i = 0; (m = command_at(c->seat_kind, i)); i++)
            if (in_group(m, group)) json_command(c, m);
        json_close(&c->out.json, ']');
        json_close(&c->out.json, '}');
        return 0;
    }
    puts("Examples:");
    for (size_t i = 0; (m = command_at(c->seat_kind, i)) && shown < 2; i++)
        if (in_group(m, group)) example(c, m->examples[0]), shown++;
    printf("\n%s COMMAND [WORD...] [OPTION...]; COMMAND or GROUP --help: more.\n\n", c->program);
    if (!group) list_groups(c);
    for (size_t i = 0; group && (m = command_at(c->seat_kind, i)); i++)
        if (in_group(m, group)) wrapped(m->words, 22, m->summary);
    if (group) return 0;
    puts("");
    for (size_t i = 0; i < GLOBAL_OPTIONS_N; i++) {
        char left[32];
        snprintf(left, sizeof left, "--%s%s%s", GLOBAL_OPTIONS[i].name, GLOBAL_OPTIONS[i].value ? "=" : "",
                 GLOBAL_OPTIONS[i].value ? GLOBAL_OPTIONS[i].value : "");
        printf("  %-15s %s\n", left, GLOBAL_OPTIONS[i].doc);
    }
    puts("\nExit: 0 done, 64 usage, 65 bad data, 69 no line, 75 saved here, 77 not allowed");
    return 0;
}
