/* SPDX-License-Identifier: Apache-2.0 */
/* What a request's field is called on the command line and how its values are read: one catalogue for all commands. */
#ifndef CLIENT_CLI_FIELDS_H
#define CLIENT_CLI_FIELDS_H

#include "client/cli/message.h"

/* Option name ("preferred-channel"), placeholder (NULL: a flag) and one line of help. */
void field_option(const ProtobufCFieldDescriptor *f, char *name, size_t size, const char **value, const char **doc);
/* Filled by the programs themselves: versions, page tokens, hashes. */
bool field_is_internal(const char *name);
/* A password: from a file or a prompt only. */
bool field_is_secret(const char *name);

/* Whose id a bytes field holds: such values are looked up when the line is open. */
enum ref {
    REF_NONE,
    REF_CONTACT,
    REF_ORGANIZATION,
    REF_PARTNER,
    REF_DEVICE,
    REF_ENROLMENT,
    REF_TOUCH,
    REF_NUMBER,
    REF_MONEY
};
enum ref field_ref(const ProtobufCFieldDescriptor *f);

/* Reads a value into the field (a repeated one gets one more). 0, or -1 with what is wrong and what would be right. */
int field_parse(struct arena *a, struct field f, const char *text, char *err, size_t err_size) MUST_CHECK;
/* The words of an enum, blank between. */
void enum_words(const ProtobufCEnumDescriptor *e, char *out, size_t size);

#endif
