/* SPDX-License-Identifier: Apache-2.0 */
/* From a CSV record to a row message, by the row's descriptor. */
#ifndef CLIENT_CLI_IMPORT_H
#define CLIENT_CLI_IMPORT_H

#include "client/cli/mapping.h"
#include "client/cli/message.h"

/* What is imported: the messages and words of one command. */
struct import_kind {
    const char *noun;    /* "contact"; part of every id */
    const char *id;      /* the row's id field */
    const char *targets; /* what [columns] may name besides the row's own fields, blank between */
    uint32_t method;
    const ProtobufCMessageDescriptor *request, *reply, *row;
    const char *rows; /* the request's repeated field */
};

/* The id a record has: the same business, source and key give the same one. */
struct id import_id(const struct id *business, const char *noun, const char *source, const char *key);
/* Are all fields that the mapping names fields of the row? 0, or -1 with err. */
int import_check(const struct import_kind *k, const struct mapping *m, char *err, size_t err_size) MUST_CHECK;
/* The record as a row; NULL with what is wrong and what to do in err. login (of touches) may be NULL. */
ProtobufCMessage *import_row(const struct import_kind *k, const struct mapping *m, const struct id *business,
                             const char *currency, const struct csv_record *header, const struct csv_record *r,
                             struct arena *a, const char **login, char *err, size_t err_size) MUST_CHECK;

#endif
