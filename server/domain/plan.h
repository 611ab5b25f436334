/* SPDX-License-Identifier: Apache-2.0 */
/* Most methods are data: which query judges and changes, which queries read the answer, and nothing else. A plan says it;
 * plan_handle does it:
 *
 *   1. check       the module's own rule, if it has one
 *   2. change      parameters bound from the request by their names (domain/bind.h); the verdict is committed before 3
 *   3. reads       each fills one field of the reply with its rows, columns to fields by their names (domain/rows.h)
 *   4. finish      what no query knows, if anything
 *   or explain     the change was refused, and the words of the reason want what only a query can say (domain/refusals.h)
 *
 * A read that fails after a change answers UNKNOWN: the client asks again with the same change id, gets the stored verdict
 * and the reads are made anew. */
#ifndef SERVER_DOMAIN_PLAN_H
#define SERVER_DOMAIN_PLAN_H

#include "server/domain/domain.h"

enum { PLAN_READS = 6 };

struct plan_read {
    enum query_id query;
    const char *field; /* of the reply: a message, or a repeated one; "" = columns are the reply's own fields */
    uint32_t roles;    /* only for these; 0: for all */
    bool must; /* no row at all: NOT_FOUND. (A row whose first column is null says: visible, but nothing here.) */
};

/* Puts a parameter that no field of the request carries. False: it has refused the request. */
struct derivation {
    const char *param;
    bool (*put)(struct request *r, const void *body, struct params *p);
};

struct plan {
    const ProtobufCMessageDescriptor *reply;
    const struct plan *instead; /* serves requests that have the field `when`; NULL: none */
    const char *when;
    enum query_id change;  /* QUERY_NONE: reads only */
    enum query_id explain; /* of a refusal whose words want it: one row, one text */
    uint32_t explain_to;   /* these roles; 0: staff */
    struct plan_read reads[PLAN_READS];
    int page;                                           /* items of a page when the request names none; 0: 50 */
    const struct derivation *derived;                   /* ends with a NULL param */
    bool (*check)(struct request *r, const void *body); /* false: it has refused the request */
    void (*finish)(struct request *r, const void *body, ProtobufCMessage *reply, const struct change_result *change);
};

void plan_handle(struct request *r, const void *body);

/* PLAN(CONTACT_GET, contact_get, MAY_STAFF, 0, rules) is a row of a method table served by the static plan `contact_get`. */
#define PLAN(NAME, lower, role_set, flag_set, rule_array) \
    PLAN_BY(NAME, lower, role_set, flag_set, rule_array, plan_handle)
/* With a handler that prepares something and then calls plan_handle. */
#define PLAN_BY(NAME, lower, role_set, flag_set, rule_array, handler) \
    { \
        VOUCHSAFE__V1__METHOD__##NAME, #NAME, (role_set), (flag_set), &vouchsafe__v1__##lower##_request__descriptor, \
            handler, rule_array, sizeof(rule_array) / sizeof(struct field_rule), &lower \
    }
#define PLAN_REPLY(lower) .reply = &vouchsafe__v1__##lower##_reply__descriptor

/* 0, or -1 with err when a parameter of a plan's query can be bound by nothing, or a read names no field of the reply: asked
 * of every module before the server serves. */
int plan_check(const struct module *const *modules, size_t n, char *err, size_t err_size) MUST_CHECK;

#endif
