/* SPDX-License-Identifier: Apache-2.0 */
/* Required, range and length, by the descriptor and the method's rules, before a handler sees a message. */
#ifndef SERVER_RPC_VALIDATE_H
#define SERVER_RPC_VALIDATE_H

#include "server/rpc/method.h"

struct violation {
    const char *field, *reason, *message; /* static */
};
bool validate(const struct method *m, const ProtobufCMessage *msg, struct violation *v);
/* One item of a request whose method judges them itself (METHOD_ITEMS_APART). */
bool validate_item(const struct method *m, const ProtobufCMessage *item, struct violation *v);

#endif
