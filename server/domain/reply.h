/* SPDX-License-Identifier: Apache-2.0 */
/* What every module's callbacks share: turning the store's outcomes into refusals. */
#ifndef SERVER_DOMAIN_REPLY_H
#define SERVER_DOMAIN_REPLY_H

#include "server/domain/domain.h"

/* True when the change holds (done now, or stored before). Otherwise it has refused the request: touch it no more. */
bool reply_changed(struct request *r, const struct change_result *c);
/* Refuses for c's reason; explained stands for {explain} in its words (NULL: nothing is known any more). */
void reply_refuse(struct request *r, const struct change_result *c, const char *explained);
/* Do the words of c's reason want explaining? */
bool reply_wants_explaining(const struct change_result *c);
/* True when rows can be read. */
bool reply_rows(struct request *r, enum vs_status status, const PGresult *rows);
/* The one answer for what isn't there, isn't visible or is another business's. */
void reply_not_found(struct request *r);
void reply_set_id(ProtobufCBinaryData *b, protobuf_c_boolean *has, struct arena *a, const struct id *id);
char *reply_text(struct arena *a, const PGresult *rows, int row, int col); /* NULL for null */
struct id reply_id(ProtobufCBinaryData b);

#endif
