/* SPDX-License-Identifier: Apache-2.0 */
/* The list of modules: the one place, beside method.proto, that a new module is named in. */
#include "server/domain/domain.h"

// clang-format off
#define MODULES(X) \
    X(session)     \
    X(account)     \
    X(business)    \
    X(contact)     \
    X(organization) \
    X(share)       \
    X(touch)       \
    X(watch)       \
    X(lookup)      \
    X(setting)     \
    X(task)        \
    X(digest)      \
    X(deal)        \
    X(project)     \
    X(promise)      \
    X(referral)     \
    X(claim)        \
    X(review)       \
    X(thanks)       \
    X(reward)       \
    X(merge)        \
    X(introduction) \
    X(champion)     \
    X(ask)          \
    X(wanted)       \
    X(import)       \
    X(metric)
// clang-format on

#define X(name) extern const struct module name##_module;
MODULES(X)
#undef X

#define X(name) &name##_module,
const struct module *const domain_modules[] = {MODULES(X)};
#undef X

const size_t domain_module_count = sizeof(domain_modules) / sizeof(domain_modules[0]);
