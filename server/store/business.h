/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SERVER_STORE_BUSINESS_H
#define SERVER_STORE_BUSINESS_H

#include "vouchsafe/base.h"

/* Beside the database, blocking: a business, its first admin, and the line by which the admin's machine joins. 0 or -1. */
int business_create(const char *conninfo, const char *name, const char *login, const char *zone, const char *country,
                    const char *addresses, const uint8_t root_pin[32], char *line, size_t line_size, char *err,
                    size_t err_size) MUST_CHECK;

#endif
