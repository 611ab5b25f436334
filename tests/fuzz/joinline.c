/* SPDX-License-Identifier: Apache-2.0 */
/* A join line: what is taken is written again as the same line. */
#include <stdlib.h>
#include <string.h>

#include "tests/fuzz/fuzz.h"
#include "vouchsafe/joinline.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char err[160] = "", again[JOIN_LINE_MAX], *text = malloc(size + 1);
    struct join_line l, back;
    MUST(text != NULL);
    memcpy(text, data, size);
    text[size] = '\0';
    if (join_line_parse(text, &l, err, sizeof err) == 0) {
        MUST(join_line_format(&l, again, sizeof again) == 0 && join_line_parse(again, &back, err, sizeof err) == 0);
        MUST(memcmp(&l.business, &back.business, 16) == 0 && memcmp(l.secret, back.secret, 32) == 0);
        MUST(strcmp(l.addresses, back.addresses) == 0 && l.addresses[0] != '\0');
    } else {
        MUST(err[0] != '\0');
    }
    free(text);
    return 0;
}
