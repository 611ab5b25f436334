/* SPDX-License-Identifier: Apache-2.0 */
/* The words after a command become fields of its request. Pure: no network; what must be looked up is kept as text in refs. */
#ifndef CLIENT_CLI_ARGS_H
#define CLIENT_CLI_ARGS_H

#include "client/cli/command.h"
#include "client/cli/fields.h"

enum color { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER };
struct globals {
    bool json, csv, csv_raw, quiet, no_input, help, version;
    enum color color;
};
enum { REFS_MAX = 8 };

struct args {
    struct arena *mem;
    const struct command *command;
    ProtobufCMessage *request; /* NULL when the command has none */
    char **words;              /* not options, in order */
    int n_words;
    struct { /* values that name somebody, looked up when the line is open */
        struct field f;
        const char *text;
    } refs[REFS_MAX];
    int n_refs;
    const char *own[OWN_MAX]; /* values of the command's own options; "" for a flag */
    unsigned limit;
    char err[512];
};

/* A word that is a global option: taken, and true; with nonsense after "=" err is set. */
bool globals_take(struct globals *g, const char *word, char *err, size_t err_size);
/* 0, or -1 with a->err. words is as long as argv; its order is kept. */
int args_parse(struct args *a, struct arena *mem, const struct command *m, int argc, char **argv,
               struct globals *g) MUST_CHECK;
/* Gives the words to the command's positional fields. 0, or -1 with a->err. */
int args_assign(struct args *a) MUST_CHECK;
/* The value of the command's own option, NULL when it wasn't given. */
const char *args_own(const struct args *a, const char *name);
/* Was the field given, as a value or to be looked up? */
bool args_has(const struct args *a, const char *field);
char *words_join(struct arena *mem, char *const *words, int n);

#endif
