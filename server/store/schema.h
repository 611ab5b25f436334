/* SPDX-License-Identifier: Apache-2.0 */
/* The migrations built into this program (sql/migrations). */
#ifndef SERVER_STORE_SCHEMA_H
#define SERVER_STORE_SCHEMA_H

#include <stddef.h>

struct migration {
    int version;
    const char *name, *text;
};
extern const struct migration migrations[];
extern const size_t migration_count;

#endif
