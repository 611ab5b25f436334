/* SPDX-License-Identifier: Apache-2.0 */
/* A mapping file: how the columns of another system's CSV become fields here.
 *
 *   [import]
 *   source = crm                     part of every id: the same source and key are the same record, always
 *   key = customer_no                the column (or template) that names a row
 *   delimiter = ;                    , if absent; tab for a tab
 *   encoding = latin-1               utf-8 if absent
 *   cells = vouchsafe                as our own --csv writes them (client/cli/csv_cell.h); plain if absent
 *   date = %d.%m.%Y %H:%M            how days and times are written, as strptime knows it; 2026-11-23 and RFC 3339 if absent
 *   zone = America/Sao_Paulo         of times without one; this machine's if absent
 *   contact_source = crm             in whose keys `contact` speaks; source if absent. So organization_source, deal_source, project_source
 *   [columns]
 *   name = {first} {last}            a column's name, or a template of columns
 *   attribute.size = employees       an attribute
 *   [values origin]                  translations of one field's values
 *   PPC = paid
 *   * = unknown, asked               everything else; without it what isn't named stays
 *   [defaults]
 *   origin = unknown, not asked      where the value is empty */
#ifndef CLIENT_CLI_MAPPING_H
#define CLIENT_CLI_MAPPING_H

#include "client/cli/csv.h"

enum { MAPPING_MAX = 64, TRANSLATIONS_MAX = 512 };

struct mapping_column {
    char *field, *template; /* template: with {column} */
};
struct mapping_value {
    char *field, *from, *to;
};
struct mapping {
    struct arena *a;
    char *source, *contact_source, *organization_source, *deal_source, *project_source, *date, *zone;
    char *key; /* template */
    char delimiter;
    bool latin1, escapes;
    struct mapping_column columns[MAPPING_MAX];
    struct mapping_column defaults[MAPPING_MAX];
    struct mapping_value values[TRANSLATIONS_MAX];
    size_t n_columns, n_defaults, n_values;
};

/* 0, or -1 with file, line and what would be right. */
int mapping_load(struct mapping *m, struct arena *a, const char *path, char *err, size_t err_size) MUST_CHECK;
/* Every column a template names must stand in the header. 0, or -1 with err. */
int mapping_check(const struct mapping *m, const struct csv_record *header, char *err, size_t err_size) MUST_CHECK;
/* A template filled from a record; "" where a column is absent. */
char *mapping_fill(const struct mapping *m, const char *template, const struct csv_record *header,
                   const struct csv_record *r, struct arena *a);
/* A field's value for a record: filled, translated, defaulted. */
char *mapping_value_of(const struct mapping *m, const struct mapping_column *c, const struct csv_record *header,
                       const struct csv_record *r, struct arena *a);

#endif
