/* SPDX-License-Identifier: Apache-2.0 */
/* Messages seen through their descriptors: what the command tables name by word ("contact.name") is read and made here, so
 * that options, printers and JSON know no message by its C type. */
#ifndef CLIENT_CLI_MESSAGE_H
#define CLIENT_CLI_MESSAGE_H

#include <protobuf-c/protobuf-c.h>
#include "vouchsafe/arena.h"
#include "vouchsafe/buf.h"
#include "vouchsafe/id.h"

/* A field of one message; f is NULL when there is none. */
struct field {
    ProtobufCMessage *m;
    const ProtobufCFieldDescriptor *f;
};

ProtobufCMessage *message_new(struct arena *a, const ProtobufCMessageDescriptor *d);
/* "name" or "contact.name"; f is NULL when a step is absent. */
struct field message_find(const ProtobufCMessage *m, const char *path);
/* 0 or 1, or how many a repeated field holds. */
size_t field_count(struct field f);
/* Value i: a pointer to the scalar, char pointer, ProtobufCBinaryData or message pointer. */
const void *field_at(struct field f, size_t i);
const ProtobufCMessage *field_message(struct field f, size_t i);
/* Room for a value: the field's own place, or a new last element when it is repeated. NULL without memory. */
void *field_put(struct arena *a, struct field f);

/* Shorthands for what has to be found by name; absent: "", 0, false. */
const char *message_text(const ProtobufCMessage *m, const char *path);
uint64_t message_number(const ProtobufCMessage *m, const char *path);
bool message_id(const ProtobufCMessage *m, const char *path, struct id *out);
void message_set_id(struct arena *a, ProtobufCMessage *m, const char *name, const struct id *id);

/* The word of an enum's number: lower case, without the prefix that proto needs (ADVOCACY_UNKNOWN: "unknown"). */
void enum_word(const ProtobufCEnumDescriptor *e, int number, char *out, size_t size);
/* 0 when the word is none of them; "hyper-loyal" is hyper_loyal. 0 itself (unspecified) has no word. */
int enum_number(const ProtobufCEnumDescriptor *e, const char *word);

/* Instants are int64 fields that end in _at, and the few whose name says a moment otherwise. */
bool field_is_time(const ProtobufCFieldDescriptor *f);

/* What value i looks like. MACHINE: RFC 3339 in UTC, UUIDs, enum words; HUMAN: local time, C12, "+". Appended to out. */
enum style { MACHINE, HUMAN };
void field_format(struct field f, size_t i, enum style style, struct buf *out);
/* All values, "a, b" or (MACHINE) "a;b". */
void field_format_all(struct field f, enum style style, struct buf *out);
/* The letter before a short number: 'C' for contacts, 'O', 'P'; 0 when the field is none. */
char field_letter(const ProtobufCMessageDescriptor *d, const char *name);

#endif
