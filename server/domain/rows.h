/* SPDX-License-Identifier: Apache-2.0 */
/* Result rows into messages: a column goes to the field of its name; null leaves the field absent. Columns that start with
 * "after_" or "_" belong to paging or to the module and go nowhere. A column of another name is a bug that MUST catches. */
#ifndef SERVER_DOMAIN_ROWS_H
#define SERVER_DOMAIN_ROWS_H

#include <libpq-fe.h>
#include <protobuf-c/protobuf-c.h>

#include "server/store/store.h"

/* Everything is copied into the arena. False when it is full. */
bool rows_fill(struct arena *a, ProtobufCMessage *m, const PGresult *rows, int row) MUST_CHECK;
ProtobufCMessage *rows_message(struct arena *a, const ProtobufCMessageDescriptor *d, const PGresult *rows,
                               int row) MUST_CHECK;

/* Up to `page` rows into the repeated message field `field` of reply; ends earlier when the bytes would not fit a frame. If
 * rows are left, reply's next_page_token is made of the last item's columns named by q's after_ parameters. A last row whose first
 * column is null is no item: its after_ columns, if any, say where a search that stopped short of a page goes on. */
bool rows_list(struct arena *a, ProtobufCMessage *reply, const ProtobufCFieldDescriptor *field, const PGresult *rows,
               int page, enum query_id q) MUST_CHECK;

/* The field of a message by name, NULL when it has none; and a pointer to its place. */
const ProtobufCFieldDescriptor *rows_field(const ProtobufCMessageDescriptor *d, const char *name);
static inline void *rows_at(const ProtobufCMessage *m, const ProtobufCFieldDescriptor *f) {
    return (char *)(uintptr_t)m + f->offset;
}
/* Is it there? By pointer, count or has_ flag. */
bool rows_has(const ProtobufCMessage *m, const ProtobufCFieldDescriptor *f);
void rows_set_has(ProtobufCMessage *m, const ProtobufCFieldDescriptor *f);

#endif
