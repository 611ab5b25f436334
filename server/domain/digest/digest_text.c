/* SPDX-License-Identifier: Apache-2.0 */
#include "server/domain/digest/digest_text.h"

#include "server/store/store.h"
#include "vouchsafe/text.h"

/* What people typed, on one line and without what steers a terminal. */
static void put(struct buf *out, const char *before, const char *s, const char *after) {
    char clean[TEXT_NOTE_MAX + 1];
    if (*s == '\0') return;
    text_printable(s, clean, sizeof clean, false);
    buf_printf(out, "%s%s%s", before, clean, after);
}

static int cards(const PGresult *rows) { /* on it, and those that wait */
    int last = PQntuples(rows) - 1;
    return (int)(cell_int(rows, last, DIGEST_CARD) + cell_int(rows, 0, DIGEST_MORE));
}

static int overdue(const PGresult *rows) {
    int n = 0;
    for (int i = 0; i < PQntuples(rows); i++) n += cell_bool(rows, i, DIGEST_OVERDUE);
    return n;
}

void digest_subject(const PGresult *rows, struct buf *out) {
    int n = cards(rows), late = overdue(rows);
    buf_printf(out, "%d %s to do", n, n == 1 ? "card" : "cards");
    if (late > 0) buf_printf(out, ", %d overdue", late);
}

static void put_card(const PGresult *rows, int i, struct buf *out) {
    buf_printf(out, "\n%2d. ", (int)cell_int(rows, i, DIGEST_CARD));
    if (cell_null(rows, i, DIGEST_CONTACT)) {
        buf_printf(out, "(nobody in particular)\n");
        return;
    }
    put(out, "", cell_text(rows, i, DIGEST_CONTACT), "");
    buf_printf(out, " (C%lld)\n", (long long)cell_int(rows, i, DIGEST_CONTACT_NUMBER));
}

static void put_task(const PGresult *rows, int i, struct buf *out) {
    put(out, "    - ", cell_text(rows, i, DIGEST_TITLE), "");
    put(out, ": ", cell_text(rows, i, DIGEST_WORDS), "");
    buf_printf(out, " (T%lld", (long long)cell_int(rows, i, DIGEST_NUMBER));
    put(out, ", ", cell_text(rows, i, DIGEST_SUBJECT), "");
    buf_printf(out, ", %s %s)\n", cell_bool(rows, i, DIGEST_OVERDUE) ? "OVERDUE since" : "due",
               cell_text(rows, i, DIGEST_DUE));
}

void digest_text(const PGresult *rows, struct buf *out) {
    int64_t more = cell_int(rows, 0, DIGEST_MORE);
    put(out, "Good morning, ", cell_text(rows, 0, DIGEST_NAME), ".\n\n");
    put(out, "", cell_text(rows, 0, DIGEST_BUSINESS), ", ");
    buf_printf(out, "%s: ", cell_text(rows, 0, DIGEST_DAY_WORDS));
    digest_subject(rows, out);
    buf_printf(out, ".\n");
    for (int i = 0; i < PQntuples(rows); i++) {
        if (i == 0 || cell_int(rows, i, DIGEST_CARD) != cell_int(rows, i - 1, DIGEST_CARD)) put_card(rows, i, out);
        put_task(rows, i, out);
    }
    if (more > 0) buf_printf(out, "\n%lld more %s.\n", (long long)more, more == 1 ? "card waits" : "cards wait");
    buf_printf(out, "\nThe command \"today\" shows them as they are now.\n");
}
