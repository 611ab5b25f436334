/* SPDX-License-Identifier: Apache-2.0 */
#include "client/cli/calendar.h"
#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum { LINE_OCTETS = 75, WORD_MAX = 64 };

/* --- lines ------------------------------------------------------------------------------------------------------------ */

/* A content line, folded so that none is longer than 75 octets and no character is cut in two. */
static void put_line(struct buf *out, const struct buf *line) {
    const uint8_t *s = buf_data(line);
    size_t left = buf_len(line), room = LINE_OCTETS;
    while (left > room) {
        size_t n = room;
        while (n > 0 && (s[n] & 0xc0) == 0x80) n--;
        if (n == 0) n = room; /* no UTF-8: it stood in no message */
        buf_append(out, s, n);
        buf_printf(out, "\r\n ");
        s += n, left -= n, room = LINE_OCTETS - 1;
    }
    buf_append(out, s, left);
    buf_printf(out, "\r\n");
}

PRINTF_LIKE(2, 3) static void put(struct buf *out, const char *fmt, ...) {
    struct buf line;
    char text[300];
    va_list v;
    va_start(v, fmt);
    vsnprintf(text, sizeof text, fmt, v);
    va_end(v);
    buf_init(&line, 0);
    buf_append(&line, text, strlen(text));
    put_line(out, &line);
    buf_free(&line);
}

/* TEXT: what would end the value or the line is escaped; what shows nothing goes. */
static void escape(struct buf *line, const char *s, size_t n) {
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)s[i];
        if (c == '\n')
            buf_printf(line, "\\n");
        else if (c == '\\' || c == ';' || c == ',')
            buf_printf(line, "\\%c", c);
        else if (!iscntrl(c))
            buf_put_u8(line, c);
    }
}

/* --- values ----------------------------------------------------------------------------------------------------------- */

static const char *next_word(const char *list, char *out,
                             size_t size) { /* where the rest begins; NULL after the last */
    if (!list || !*list) return NULL;
    size_t n = strcspn(list, " ");
    snprintf(out, size, "%.*s", (int)n, list);
    return list + n + strspn(list + n, " ");
}

/* The fields of the list that the row has: values alone, or each with its name in a line of its own. */
static void put_text(struct buf *out, const char *property, const char *title, const char *list, bool named,
                     const ProtobufCMessage *row) {
    struct buf line, value;
    char name[WORD_MAX];
    size_t empty;
    buf_init(&line, 0);
    buf_printf(&line, "%s:", property);
    empty = buf_len(&line);
    if (title) escape(&line, title, strlen(title));
    for (const char *p = list; (p = next_word(p, name, sizeof name));) {
        struct field f = message_find(row, name);
        if (!field_count(f)) continue;
        buf_init(&value, 0);
        field_format_all(f, HUMAN, &value);
        if (buf_len(&value) && buf_len(&line) > empty) buf_printf(&line, named ? "\\n" : ": ");
        if (buf_len(&value) && named) buf_printf(&line, "%s ", name);
        escape(&line, (const char *)buf_data(&value), buf_len(&value));
        buf_free(&value);
    }
    if (buf_len(&line) > empty) put_line(out, &line);
    buf_free(&line);
}

static void instant(int64_t us, char out[WORD_MAX]) {
    time_t s = (time_t)(us / 1000000);
    struct tm tm;
    if (!gmtime_r(&s, &tm) || !strftime(out, WORD_MAX, "%Y%m%dT%H%M%SZ", &tm)) out[0] = 0;
}

/* "2026-11-23" as 20261123; false when the row has none of the days. */
static bool day_of(const ProtobufCMessage *row, const char *list, char out[WORD_MAX]) {
    char name[WORD_MAX];
    for (const char *p = list; (p = next_word(p, name, sizeof name));) {
        const char *s = message_text(row, name);
        if (strlen(s) != 10) continue;
        snprintf(out, WORD_MAX, "%.4s%.2s%.2s", s, s + 5, s + 8);
        if (strspn(out, "0123456789") == 8) return true;
    }
    return false;
}

/* What the state's word stands for in the list, else the other. */
static void status_of(const struct calendar_entry *e, const ProtobufCMessage *row, const char *other, char *out,
                      size_t size) {
    char word[WORD_MAX] = "", pair[2 * WORD_MAX];
    struct field f = e->state ? message_find(row, e->state) : (struct field){0};
    if (field_count(f)) enum_word(f.f->descriptor, *(const int *)field_at(f, 0), word, sizeof word);
    size_t n = strlen(word);
    snprintf(out, size, "%s", other);
    for (const char *p = e->statuses; n && (p = next_word(p, pair, sizeof pair));)
        if (!strncmp(pair, word, n) && pair[n] == '=') snprintf(out, size, "%s", pair + n + 1);
}

/* --- entries ---------------------------------------------------------------------------------------------------------- */

static void put_moment(struct buf *out, bool event, const char *at, const char *day) {
    if (*at)
        put(out, "%s:%s", event ? "DTSTART" : "DUE", at);
    else
        put(out, "%s;VALUE=DATE:%s", event ? "DTSTART" : "DUE", day);
    if (event) put(out, *at ? "DURATION:PT1H" : "TRANSP:TRANSPARENT"); /* a day's is no time that is taken */
}

static bool put_entry(struct buf *out, const struct calendar_entry *e, const ProtobufCMessage *row, int64_t now) {
    struct id id;
    char uid[ID_TEXT], at[WORD_MAX] = "", day[WORD_MAX] = "", stamp[WORD_MAX], status[WORD_MAX];
    bool event = !strcmp(e->component, "VEVENT");
    struct field moment = message_find(row, e->at);
    if (field_count(moment)) instant(*(const int64_t *)field_at(moment, 0), at);
    if ((!*at && !day_of(row, e->days, day)) || !message_id(row, e->id, &id)) return false;
    id_format(&id, uid);
    instant(now, stamp);
    status_of(e, row, !event ? "NEEDS-ACTION" : *at ? "CONFIRMED" : "TENTATIVE", status, sizeof status);
    put(out, "BEGIN:%s", e->component);
    put(out, "UID:%s-%s@vouchsafe", uid, e->as);
    put(out, "DTSTAMP:%s", stamp);
    put_moment(out, event, at, day);
    put_text(out, "SUMMARY", e->title, e->summary, false, row);
    put_text(out, "DESCRIPTION", NULL, e->details, true, row);
    put(out, "STATUS:%s", status);
    struct field closed = e->closed_at ? message_find(row, e->closed_at) : (struct field){0};
    if (!strcmp(status, "COMPLETED") && field_count(closed)) {
        instant(*(const int64_t *)field_at(closed, 0), at);
        put(out, "COMPLETED:%s", at);
    }
    put(out, "END:%s", e->component);
    return true;
}

void calendar_begin(struct buf *out) {
    put(out, "BEGIN:VCALENDAR");
    put(out, "VERSION:2.0");
    put(out, "PRODID:-//Vouchsafe//%s//EN", VOUCHSAFE_VERSION);
    put(out, "CALSCALE:GREGORIAN");
}

size_t calendar_put(struct buf *out, const struct calendar_entry entries[CALENDAR_ENTRIES], const ProtobufCMessage *row,
                    int64_t now) {
    size_t n = 0;
    for (size_t i = 0; i < CALENDAR_ENTRIES && entries[i].component; i++) n += put_entry(out, &entries[i], row, now);
    return n;
}

void calendar_end(struct buf *out) { put(out, "END:VCALENDAR"); }
