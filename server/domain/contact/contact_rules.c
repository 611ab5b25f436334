/* SPDX-License-Identifier: Apache-2.0 */
#include "server/domain/contact/contact_rules.h"

#include <ctype.h>
#include <errno.h>
#include <regex.h>
#include <stdlib.h>

#include "vouchsafe/base.h"

/* RFC 5646, 2.1: language, extended, script, region, variants, extensions, private use; or private use alone. The grandfathered tags
 * are left out: each has a modern form. */
static const char language_form[] =
    "^(([a-z]{2,3}(-[a-z]{3}){0,3}|[a-z]{4,8})(-[a-z]{4})?(-([a-z]{2}|[0-9]{3}))?(-([a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*"
    "(-[a-wyz0-9](-[a-z0-9]{2,8})+)*(-x(-[a-z0-9]{1,8})+)?|x(-[a-z0-9]{1,8})+)$";

bool contact_is_language(const char *tag) {
    static regex_t form;
    static bool made;
    if (!made) MUST(regcomp(&form, language_form, REG_EXTENDED | REG_ICASE | REG_NOSUB) == 0);
    made = true;
    return regexec(&form, tag, 0, NULL, 0) == 0;
}

bool contact_number(const char *text, long long *number) {
    char *end;
    if (toupper((unsigned char)text[0]) != 'C' || !isdigit((unsigned char)text[1])) return false;
    errno = 0;
    *number = strtoll(text + 1, &end, 10);
    return errno == 0 && *end == '\0';
}
