/* SPDX-License-Identifier: Apache-2.0 */
/* A JSON writer into memory, and the one walker that turns any message into JSON: ids as UUID text, instants as RFC 3339 in UTC, enums as
 * lower-case words, absent fields absent, repeated ones always there. Control and steering characters are escaped, never sent as they are. */
#ifndef CLIENT_CLI_JSON_H
#define CLIENT_CLI_JSON_H

#include "client/cli/message.h"

struct json {
    struct buf b;
};

void json_open(struct json *j, char bracket);
void json_close(struct json *j, char bracket);
void json_key(struct json *j, const char *key);
void json_text(struct json *j, const char *s);
void json_int(struct json *j, int64_t v);
void json_bool(struct json *j, bool v);
/* Shorthand: a member of the open object. */
void json_member(struct json *j, const char *key, const char *text);
/* The fields of a message as members of the open object; page tokens are left out. */
void json_fields(struct json *j, const ProtobufCMessage *m);
void json_message(struct json *j, const ProtobufCMessage *m);

#endif
