/* SPDX-License-Identifier: Apache-2.0 */
/* A request that sets a password, for every module that has one: policy, the hash on a thread, and a ledger entry that
 * doesn't give the password away. */
#ifndef SERVER_DOMAIN_NEW_PASSWORD_H
#define SERVER_DOMAIN_NEW_PASSWORD_H

#include "server/domain/domain.h"

/* Lives in the request's arena. */
struct new_password {
    struct request *r;
    ProtobufCMessage
        *message;        /* the request's; its passwords are wiped, and replaced by their slow digest in r->body, which
                                  is what the ledger hashes: a repeat with another password is still found out */
    char **fresh, **old; /* its fields; old may be NULL */
    const char *field;   /* fresh's name, for refusals */
    const char *against; /* the hash that old has to match; with old only */
    char *made;          /* then: fresh's hash, or NULL when old doesn't match */
    void (*done)(struct new_password *n);
};
/* By the policy; false: it has refused the request. new_password_make asks it too; whoever counts tries asks it before. */
bool new_password_fits(struct request *r, const char *typed, const char *field);
/* Calls done later, or refuses the request. */
void new_password_make(struct new_password *n);

#endif
