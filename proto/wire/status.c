/* SPDX-License-Identifier: Apache-2.0 */
/* The status list as a table. */
#include "vouchsafe/status.h"

#include <stddef.h>

static const struct row {
    int number;
    const char *name, *words;
    enum vs_fault fault;
    enum vs_retry retry;
} rows[] = {
#define X(name, number, fault, retry, words) {number, #name, words, VS_FAULT_##fault, VS_RETRY_##retry},
    VS_STATUS_LIST(X)
#undef X
};

static const struct row *find(int status) {
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (rows[i].number == status) return &rows[i];
    return find(VS_UNKNOWN);
}

const char *vs_status_name(int status) { return find(status)->name; }
const char *vs_status_words(int status) { return find(status)->words; }
enum vs_fault vs_status_fault(int status) { return find(status)->fault; }
enum vs_retry vs_status_retry(int status) { return find(status)->retry; }
