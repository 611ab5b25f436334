/* SPDX-License-Identifier: Apache-2.0 */
/* The command tree as data. A command names its method and messages; its options come from the request's descriptor, its answer is
 * printed by the reply's. Help, completion and the manual are made from the same rows. Only what has logic of its own has code:
 * prepare (fills what only a look-up knows) or run (instead of call and print). */
#ifndef CLIENT_CLI_COMMAND_H
#define CLIENT_CLI_COMMAND_H

#include <protobuf-c/protobuf-c.h>
#include "client/cli/calendar.h"
#include "vouchsafe/base.h"

struct cli;
struct out;
struct args;
struct id;

enum { SALES = 1, SERVICE = 2, PARTNER = 4, ADMIN = 8, STAFF = SALES | SERVICE | ADMIN, ALL = STAFF | PARTNER };
enum command_flags {
    CHANGES = 1,    /* a mutation: carries a change id, the same on a retry */
    PAGES = 2,      /* goes on while there is a next page, up to --limit */
    FREE_WORDS = 4, /* the code reads the words itself */
    KEPT = 8        /* kept here before it is sent, also without a line (keep.h); `fresh` is its change id */
};
enum { POSITIONAL_MAX = 3, OWN_MAX = 6, OPTION_MAX = 24 };

struct positional {
    const char *shown; /* "NAME|C12" */
    const char *field; /* of the request; NULL: the code reads the word */
    bool many;         /* takes all words the others leave, joined by blanks */
    bool optional;     /* may also be given as an option */
};
struct own_option {
    const char *name, *value, *doc; /* value NULL: a flag */
};

struct command {
    const char *words; /* "contact edit" */
    const char *summary;
    const char *examples[2]; /* after the program's name; run as printed by the tests */
    int programs;
    int flags;
    uint32_t method;
    const ProtobufCMessageDescriptor *request, *reply;
    struct positional args[POSITIONAL_MAX];
    /* "by=due_on because=because": these words, bare, take what follows up to the next of them into that field, as people write
     * a line: promise Ann Lee "gutters checked" by fri */
    const char *keywords;
    const char *fresh; /* the id field that this command makes */
    const char
        *moment; /* the field that says when it happened, an instant or a day: such a KEPT command may stand in a log */
    const char *hidden; /* fields that are no options, blank between */
    const char *needs;  /* fields that must be given, blank between */
    struct own_option own[OWN_MAX];
    unsigned first_limit; /* with PAGES: rows when --limit is absent; 0: all */
    const char *rows;     /* repeated field of the reply, printed as a table of these columns */
    const char *columns;
    /* prints the reply's rows for people instead of a table */
    void (*print)(struct out *o, const ProtobufCMessage *reply);
    struct calendar_entry calendar[CALENDAR_ENTRIES]; /* what rows are in a calendar, with CALENDAR_OPTION among own */
    const char *intro;                                /* said before rows, where there are some */
    const char *empty;                                /* said when there are none */
    const char *record;                               /* message of the reply, printed line by line */
    const char *says;            /* a sentence; {field} is looked up in the reply, then in the request */
    const char *notes;           /* more lines of help */
    int (*read)(struct args *a); /* of a KEPT one: words to fields, where `args` don't say it */
    int (*find)(struct cli *c, ProtobufCMessage *request); /* and before references are looked up */
    int (*receipt)(struct cli *c, const struct id *id);    /* and prints what was stored, instead of the reply */
    int (*prepare)(struct cli *c, ProtobufCMessage *request);
    int (*run)(struct cli *c, ProtobufCMessage *request);
};

#define COMMAND_CALL(METHOD, name) \
    .method = VOUCHSAFE__V1__METHOD__##METHOD, .request = &vouchsafe__v1__##name##_request__descriptor, \
    .reply = &vouchsafe__v1__##name##_reply__descriptor
#define CALENDAR_OPTION \
    { "ics", "FILE", "as iCalendar into that file; - is standard output" }
/* Blank-separated lists of the rows above. */
bool command_lists(const char *list, const char *word);

struct module_commands {
    const struct command *list;
    size_t n;
    const char *title; /* its one-word commands stand under this in the list; NULL: each in a line of its own */
};
/* In the order of the list that help shows; each is commands_NAME in cmd_NAME.c. */
#define COMMAND_MODULES(X) \
    X(touch) \
    X(log) \
    X(watch) \
    X(contact) \
    X(organization) \
    X(share) \
    X(deal) \
    X(promise) \
    X(refer) \
    X(referral) \
    X(claim) \
    X(review) \
    X(thanks) \
    X(reward) \
    X(merge) \
    X(introduction) \
    X(champion) \
    X(ask) \
    X(wanted) \
    X(task) \
    X(digest) \
    X(import) \
    X(metric) \
    X(outbox) \
    X(account) \
    X(business) \
    X(setting) \
    X(session) \
    X(help)
#define X(name) extern const struct module_commands commands_##name;
COMMAND_MODULES(X)
#undef X

/* The i-th command a program has; NULL after the last. */
const struct command *command_at(int program, size_t i);
/* What the command stands under in a list: its first word, or its module's title. */
const char *command_heading(const struct command *m, char *out, size_t size);
/* The command that argv begins with and how many words it took; NULL when none, then *group is true when the first word
 * begins some command. */
const struct command *command_match(int program, int argc, char **argv, int *used, bool *group);
/* "did you mean" for words that are no command; NULL when nothing is near. */
const char *command_suggest(int program, int argc, char **argv);

/* An option of a command: of a request's field, or the command's own. */
struct option {
    char name[32]; /* without the dashes */
    const char *value, *doc;
    const ProtobufCFieldDescriptor *f, *inside; /* inside: the message field it stands in, or NULL */
    bool secret; /* NAME-file: read from a file or asked for, never a word of the command line */
};
size_t command_options(const struct command *m, struct option out[OPTION_MAX]);
extern const struct own_option GLOBAL_OPTIONS[];
extern const size_t GLOBAL_OPTIONS_N;

#endif
