/* SPDX-License-Identifier: Apache-2.0 */
/* "Did you mean": the nearest of the words offered, by Levenshtein distance. */
#ifndef CLIENT_CLI_SUGGEST_H
#define CLIENT_CLI_SUGGEST_H

#include "vouchsafe/base.h"

struct suggestion {
    const char *word; /* NULL while nothing is near enough */
    size_t distance;
};

size_t suggest_distance(const char *a, const char *b);
/* Near enough: at most three changes and less than half of the word. */
void suggest_offer(struct suggestion *s, const char *said, const char *word);

#endif
