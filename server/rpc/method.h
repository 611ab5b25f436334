/* SPDX-License-Identifier: Apache-2.0 */
/* Wall 1: one row per method, in the table of its module. Default deny: a role that isn't named may not. */
#ifndef SERVER_RPC_METHOD_H
#define SERVER_RPC_METHOD_H

#include <protobuf-c/protobuf-c.h>

#include "server/rpc/request.h"

enum method_flags {
    METHOD_CHANGES = 1 << 0,      /* needs a change_id */
    METHOD_BEFORE_LOGIN = 1 << 1, /* allowed (also) to a connection that isn't logged in */
    METHOD_ITEMS_APART = 1 << 2,  /* its repeated messages are judged by the handler, each by validate_item */
};

/* A rule for one field of the request message; checked before the handler. Without a rule: strings have at most
 * TEXT_FIELD_MAX bytes, bytes fields named "id", "*_id" or "mends" must be acceptable ids of 16 bytes when present and
 * not empty, repeated fields at most 200 items. Nested messages are checked by the same defaults. */
struct field_rule {
    const char *field;
    bool required;    /* present, and text not blank */
    int64_t min, max; /* numbers: the range; strings and bytes: bytes; repeated: items. 0,0: the default */
};

struct method {
    uint32_t number;  /* vouchsafe.v1.Method */
    const char *name; /* "CONTACT_ADD" */
    uint32_t roles;   /* MAY_... */
    uint32_t flags;
    const ProtobufCMessageDescriptor *request;
    void (*handle)(struct request *r, const void *body);
    const struct field_rule *rules;
    size_t n_rules;
    const void *plan; /* the handler's own: domain/plan.h */
};

/* METHOD(CONTACT_ADD, MAY_STAFF, METHOD_CHANGES, contact_add, handler, rules) expands to a row; the request's descriptor is
 * vouchsafe__v1__<lower>_request__descriptor. Rows without rules: NO_RULES. */
#define METHOD(NAME, lower, role_set, flag_set, handler, rule_array) \
    { \
        VOUCHSAFE__V1__METHOD__##NAME, #NAME, (role_set), (flag_set), &vouchsafe__v1__##lower##_request__descriptor, \
            handler, rule_array, sizeof(rule_array) / sizeof(struct field_rule), NULL \
    }
#define METHOD_NO_RULES(NAME, lower, role_set, flag_set, handler) \
    { \
        VOUCHSAFE__V1__METHOD__##NAME, #NAME, (role_set), (flag_set), &vouchsafe__v1__##lower##_request__descriptor, \
            handler, NULL, 0, NULL \
    }

struct module {
    const char *name;
    const struct method *methods;
    size_t n_methods;
};

#endif
