/* SPDX-License-Identifier: Apache-2.0 */
/* CSV files of other systems, a record at a time (libcsv reads the fields). A record with a quoting error is told as such and the
 * next physical line begins a new one, so that one bad quote doesn't swallow the rest of the file. */
#ifndef CLIENT_CLI_CSV_H
#define CLIENT_CLI_CSV_H

#include "vouchsafe/arena.h"

enum { CSV_FIELDS_MAX = 256, CSV_RECORD_MAX = 256 * 1024 };

struct csv_file {
    char *text; /* whole, UTF-8, without a byte-order mark; owned */
    size_t len, at;
    unsigned line; /* of the next record, 1 first */
    char delimiter;
    bool escapes; /* cells are as csv_cell_put writes them */
};

struct csv_record {
    unsigned line;
    const char *raw; /* as it stands in the file, without the line's end */
    size_t raw_len;
    char **fields;
    size_t n;
    const char *error; /* NULL, or what is wrong with it and what to do */
};

/* "-" is standard input. latin1: bytes are ISO 8859-1 (windows-1252's letters too). 0, or -1 with err. */
int csv_open(struct csv_file *f, const char *path, bool latin1, char delimiter, char *err, size_t err_size) MUST_CHECK;
void csv_close(struct csv_file *f);
/* False at the end. Blank lines are passed over. Fields live in the arena. */
bool csv_next(struct csv_file *f, struct arena *a, struct csv_record *out);

#endif
