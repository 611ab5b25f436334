/* SPDX-License-Identifier: Apache-2.0 */
/* What a contact's fields may hold, as pure functions. */
#ifndef SERVER_DOMAIN_CONTACT_CONTACT_RULES_H
#define SERVER_DOMAIN_CONTACT_CONTACT_RULES_H

#include <stdbool.h>
#include <stddef.h>

/* A well-formed BCP 47 tag ("de", "pt-BR", "zh-Hant-TW"); whether such a language exists isn't asked. */
bool contact_is_language(const char *tag);
/* "c142" -> 142; false for what is no contact's number. */
bool contact_number(const char *text, long long *number);

#endif
