/* SPDX-License-Identifier: Apache-2.0 */
#include "client/cli/suggest.h"
#include <string.h>

size_t suggest_distance(const char *a, const char *b) {
    size_t row[64], n = strlen(b);
    if (n >= ARRAY_LEN(row)) return SIZE_MAX;
    for (size_t i = 0; i <= n; i++) row[i] = i;
    for (size_t i = 1; *a; a++, i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t k = 1; k <= n; k++) {
            size_t best = diagonal + (*a != b[k - 1]);
            if (row[k] + 1 < best) best = row[k] + 1;
            if (row[k - 1] + 1 < best) best = row[k - 1] + 1;
            diagonal = row[k];
            row[k] = best;
        }
    }
    return row[n];
}

void suggest_offer(struct suggestion *s, const char *said, const char *word) {
    size_t d = suggest_distance(said, word);
    if (d > 3 || 2 * d > strlen(word) || (s->word && d >= s->distance)) return;
    *s = (struct suggestion){word, d};
}
