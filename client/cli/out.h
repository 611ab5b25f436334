/* SPDX-License-Identifier: Apache-2.0 */
/* What leaves a program: data to standard output as a table, JSON or CSV; messages to standard error. Nothing a server sent steers the
 * terminal: all text passes text_printable or the escapes of json. */
#ifndef CLIENT_CLI_OUT_H
#define CLIENT_CLI_OUT_H

#include "client/cli/args.h"
#include "client/cli/json.h"

enum format { OUT_TABLE, OUT_JSON, OUT_CSV };
struct out {
    enum format format;
    bool quiet, color, csv_raw;
    bool csv_headed; /* the line of names was written */
    size_t columns;  /* of the terminal; 0: no limit */
    struct json json;
    struct buf text; /* standard output of the other formats */
};

void out_init(struct out *o, const struct globals *g);
void out_free(struct out *o);
/* Writes what was gathered to standard output. 0, or -1. */
int out_flush(struct out *o) MUST_CHECK;
/* The file is whole, or stays as it was; "-" is standard output, behind what was gathered. 0, or -1 with errno. */
int out_file(struct out *o, const char *path, const struct buf *b) MUST_CHECK;
/* A line for people on standard output; nothing with --json or --csv. */
void out_say(struct out *o, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* A remark on standard error; nothing with --quiet. */
void out_note(struct out *o, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* As much of text as fits into width columns, broken at a blank where it can: bytes; *next is where the following line begins. */
size_t out_break(const char *text, size_t width, const char **next);
/* text on lines of the terminal's width: the first begins with head, the others with as many blanks. */
void out_wrapped(struct out *o, const char *head, const char *text);

/* Rows of a repeated field, in the columns named (blank between). */
void out_rows(struct out *o, struct field rows, const char *columns);
/* A message, a line per field that is present. */
void out_record(struct out *o, const ProtobufCMessage *m);
/* "added {contact.number} {contact.name}": fields of the reply, else of the request. */
void out_template(struct out *o, const char *text, const ProtobufCMessage *reply, const ProtobufCMessage *request);

#endif
