/* SPDX-License-Identifier: Apache-2.0 */
/* Parameters of a named query from a request, by name:
 *   target                what the change before it made or met
 *   the plan's derivations
 *   after_x               the page token's part for column x (rows.h makes the token from the last row); a text comes last
 *   how_many              one more than the page's size, so that it is known whether more follow
 *   name_key, email_key, phone_key   the normal forms (vouchsafe/text.h) of name, email, phone
 *   rows.x                an array: field x of every item of the repeated message `rows`; what can't be used is null there,
 *                         and the statement judges the row (a normal form of a value that has none, a day that is none)
 *   anything else         the request's field of that name, or of its only nested message
 * An absent field is null. Present and empty (an edit clears it): '' for text, the zero id for ids, 0 for enums, {} for
 * repeated fields. Days are text on the wire (2026-11-23) and dates in SQL. Attribute values become key, value, key, value. */
#ifndef SERVER_DOMAIN_BIND_H
#define SERVER_DOMAIN_BIND_H

#include "server/domain/plan.h"

/* False: the request was refused (a value that can't be used names its field); touch it no more. */
bool bind_query(struct request *r, const struct plan *plan, const ProtobufCMessage *body, const struct id *target,
                enum query_id q, struct params *p) MUST_CHECK;
/* Could this parameter ever be bound? */
bool bind_knows(const struct plan *plan, const ProtobufCMessageDescriptor *request, enum query_id q,
                int param) MUST_CHECK;
/* Items of the page the request asks for. */
int bind_page_size(const struct plan *plan, const ProtobufCMessage *body);

#endif
