/* SPDX-License-Identifier: Apache-2.0 */
/* Rows as iCalendar (RFC 5545). What of a row goes where is data of its command; the writer knows no message. A record keeps its UID, so a
 * calendar that reads the file again changes the entry instead of making another. */
#ifndef CLIENT_CLI_CALENDAR_H
#define CLIENT_CLI_CALENDAR_H

#include "client/cli/message.h"

enum { CALENDAR_ENTRIES = 2 };

/* One entry of a row; a row without its moment has none. Lists of fields are blank-separated, those absent are left out. */
struct calendar_entry {
    const char *component; /* "VTODO" or "VEVENT" */
    const char *id;        /* the field whose UUID the UID begins with */
    const char *as;        /* and what follows it: a record may have several entries */
    const char *at;        /* an instant; an event lasts an hour from then */
    const char *days;      /* where there is none: the first of these that is there, for the whole day */
    const char *title;     /* of the summary; NULL: none */
    const char *summary;   /* fields, ": " between */
    const char *details;   /* fields, a line of the description each */
    const char *state;     /* an enum; NULL: none */
    const char *statuses;  /* "done=COMPLETED dropped=CANCELLED": words of it that say more than "to be done" */
    const char *closed_at; /* of a VTODO: when it was completed */
};

void calendar_begin(struct buf *out);
/* Appends the entries of one row; answers how many. now: the DTSTAMP. */
size_t calendar_put(struct buf *out, const struct calendar_entry entries[CALENDAR_ENTRIES], const ProtobufCMessage *row,
                    int64_t now);
void calendar_end(struct buf *out);

#endif
