/* SPDX-License-Identifier: Apache-2.0 */
/* The one line by which a machine joins: vouchsafe-join:v1:PAYLOAD@host:port[,host:port...]#check (proto/README.md). */
#ifndef VOUCHSAFE_JOINLINE_H
#define VOUCHSAFE_JOINLINE_H

#include "vouchsafe/id.h"

enum { JOIN_LINE_MAX = 1400, JOIN_ADDRESSES_MAX = 8 };

struct join_line {
    struct id business;
    uint8_t root_pin[32];
    uint8_t secret[32];
    char addresses[1024]; /* "host:port,host:port" */
};

int join_line_format(const struct join_line *l, char *out, size_t size) MUST_CHECK;
/* -1 with a sentence in err; leading and trailing white space is fine. */
int join_line_parse(const char *text, struct join_line *out, char *err, size_t err_size) MUST_CHECK;

#endif
