/* SPDX-License-Identifier: Apache-2.0 */
/* Two lines people hand each other (proto/README.md). The join line lets one machine in, once:
 *   vouchsafe-join:v1:PAYLOAD@host:port[,host:port...]#check     PAYLOAD: business, root pin, secret
 * The server line holds no secret; it says where the server is and how to know it, for a login by password:
 *   vouchsafe-at:v1:PAYLOAD@host:port[,host:port...]#check       PAYLOAD: business, root pin, code */
#ifndef VOUCHSAFE_JOINLINE_H
#define VOUCHSAFE_JOINLINE_H

#include "vouchsafe/id.h"

enum { JOIN_LINE_MAX = 1400, JOIN_ADDRESSES_MAX = 8, JOIN_CODE_MAX = 128 };

struct join_line {
    struct id business;
    uint8_t root_pin[32];
    uint8_t secret[32];       /* join lines */
    char code[JOIN_CODE_MAX]; /* server lines: the business's code, which a login by password names; may be empty */
    char addresses[1024];     /* "host:port,host:port" */
};

int join_line_format(const struct join_line *l, char *out, size_t size) MUST_CHECK;
/* -1 with a sentence in err; leading and trailing white space is fine. */
int join_line_parse(const char *text, struct join_line *out, char *err, size_t err_size) MUST_CHECK;
/* Written without the secret; read from either kind of line, the secret left zero. A join line has no code. */
int server_line_format(const struct join_line *l, char *out, size_t size) MUST_CHECK;
int server_line_parse(const char *text, struct join_line *out, char *err, size_t err_size) MUST_CHECK;

#endif
