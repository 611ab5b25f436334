/* SPDX-License-Identifier: Apache-2.0 */
/* Amounts: minor units of a currency on the wire, "1200.50" for people. How many decimals a currency has is ISO 4217's. */
#ifndef CLIENT_CLI_MONEY_H
#define CLIENT_CLI_MONEY_H

#include <protobuf-c/protobuf-c.h>
#include "vouchsafe/buf.h"

bool field_is_money(const ProtobufCFieldDescriptor *f);
int money_decimals(const char *currency);
/* 0, or -1: no amount, or more decimals than the currency has. */
int money_parse(const char *text, const char *currency, int64_t *out) MUST_CHECK;
void money_format(int64_t minor, const char *currency, struct buf *out);

#endif
