/* SPDX-License-Identifier: Apache-2.0 */
#include "client/cli/when.h"
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <time.h>

enum { SECOND = 1000000 };

int64_t when_now(void) {
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return (int64_t)t.tv_sec * SECOND + t.tv_nsec / 1000;
}

static int64_t counted_from; /* one program, one line at a time */

int64_t when_reference(void) { return counted_from ? counted_from : when_now(); }

void when_count_from(int64_t us) { counted_from = us; }

static struct tm local_day(int64_t now, int days_back) {
    time_t s = (time_t)(now / SECOND);
    struct tm tm;
    localtime_r(&s, &tm);
    tm.tm_mday -= days_back;
    tm.tm_hour = tm.tm_min = tm.tm_sec = 0;
    tm.tm_isdst = -1;
    return tm;
}

/* A day that doesn't exist (30 February) comes back changed. */
static int instant(struct tm tm, int64_t *out) {
    struct tm said = tm;
    time_t s = mktime(&tm);
    if (s == (time_t)-1) return -1;
    *out = (int64_t)s * SECOND;
    return said.tm_mday > 0 && (said.tm_mday != tm.tm_mday || said.tm_mon != tm.tm_mon) ? -1 : 0;
}

static const char *clock_time(const char *s, struct tm *tm) { /* "15:00" or "15:00:30"; where it ended, or NULL */
    unsigned h, m, sec = 0;
    int n = 0, more = 0;
    if (!isdigit((unsigned char)*s) || sscanf(s, "%2u:%2u%n", &h, &m, &n) != 2 || !n) return NULL;
    if (s[n] == ':' && sscanf(s + n, ":%2u%n", &sec, &more) == 1) n += more;
    if (h > 23 || m > 59 || sec > 60) return NULL;
    tm->tm_hour = (int)h, tm->tm_min = (int)m, tm->tm_sec = (int)sec;
    return s + n;
}

static const char *date(const char *s, struct tm *tm) {
    unsigned y, m, d;
    int n = 0;
    if (sscanf(s, "%4u-%2u-%2u%n", &y, &m, &d, &n) != 3 || !n || m < 1 || m > 12 || d < 1 || d > 31) return NULL;
    *tm = (struct tm){.tm_year = (int)y - 1900, .tm_mon = (int)m - 1, .tm_mday = (int)d, .tm_isdst = -1};
    return s + n;
}

/* Fraction and zone of RFC 3339 after the time: seconds east of UTC in *east. 0, or -1. */
static int zone(const char *s, int64_t *fraction, int *east) {
    *fraction = 0;
    if (*s == '.') {
        int64_t unit = SECOND / 10;
        for (s++; isdigit((unsigned char)*s); s++, unit /= 10) *fraction += (*s - '0') * unit;
    }
    unsigned h, m;
    int n = 0;
    *east = 0;
    if ((*s == 'Z' || *s == 'z') && !s[1]) return 0;
    if ((*s != '+' && *s != '-') || sscanf(s + 1, "%2u:%2u%n", &h, &m, &n) != 2 || s[1 + n] || h > 23 || m > 59)
        return -1;
    *east = (*s == '-' ? -1 : 1) * (int)(h * 3600 + m * 60);
    return 0;
}

static int rfc3339(const char *text, int64_t *out) {
    struct tm tm;
    int64_t fraction;
    int east;
    const char *s = date(text, &tm);
    if (!s || (*s != 'T' && *s != 't') || !(s = clock_time(s + 1, &tm)) || zone(s, &fraction, &east)) return -1;
    struct tm said = tm;
    time_t t = timegm(&tm);
    if (said.tm_mday != tm.tm_mday) return -1;
    *out = ((int64_t)t - east) * SECOND + fraction;
    return 0;
}

static int weekday(const char *w, size_t n) {
    static const char *const DAYS[] = {"sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"};
    for (int i = 0; i < 7; i++)
        if (n >= 3 && n <= strlen(DAYS[i]) && !strncasecmp(DAYS[i], w, n)) return i;
    return -1;
}

static int ago(const char *text, int64_t now, int64_t *out) {
    static const struct {
        const char *word;
        int64_t seconds;
    } UNITS[] = {{"m", 60}, {"min", 60}, {"minute", 60}, {"minutes", 60}, {"h", 3600}, {"hour", 3600}, {"hours", 3600}};
    unsigned n;
    char unit[16], word[8];
    int end = 0;
    if (!isdigit((unsigned char)*text) || sscanf(text, "%5u %15[a-z] %7s%n", &n, unit, word, &end) != 3 || text[end] ||
        strcasecmp(word, "ago"))
        return -1;
    for (size_t i = 0; i < ARRAY_LEN(UNITS); i++)
        if (!strcasecmp(UNITS[i].word, unit)) {
            *out = now - (int64_t)n * UNITS[i].seconds * SECOND;
            return 0;
        }
    return -1;
}

/* The day in front: where the rest begins, or NULL. *week: a weekday's name, which is the last one that isn't to come. */
static const char *day(const char *s, int64_t now, struct tm *tm, bool *week) {
    size_t n = strcspn(s, " ");
    const char *rest = s + n + strspn(s + n, " ");
    int w = weekday(s, n);
    *week = w >= 0;
    if (n == 5 && !strncasecmp(s, "today", n))
        *tm = local_day(now, 0);
    else if (n == 9 && !strncasecmp(s, "yesterday", n))
        *tm = local_day(now, 1);
    else if (w >= 0) {
        *tm = local_day(now, 0);
        tm->tm_mday -= (tm->tm_wday - w + 7) % 7;
    } else {
        rest = date(s, tm);
        if (rest && *rest && *rest != ' ') return NULL;
        if (rest) rest += strspn(rest, " ");
    }
    return rest;
}

int when_parse(const char *text, int64_t now, bool day_ok, int64_t *out, char *err, size_t err_size) {
    struct tm tm = local_day(now, 0);
    bool week = false;
    text += strspn(text, " ");
    if (!strcasecmp(text, "now")) {
        *out = now;
        return 0;
    }
    if (!rfc3339(text, out) || !ago(text, now, out)) return 0;
    const char *rest = day(text, now, &tm, &week);
    if (rest && !*rest && !day_ok) {
        snprintf(err, err_size, "\"%s\" lacks the time: \"%s 15:00\"", text, text);
        return -1;
    }
    if (!rest) rest = text;
    const char *end = *rest || rest == text ? clock_time(rest, &tm) : rest;
    if (!end || *end || instant(tm, out)) {
        snprintf(err, err_size, "\"%s\" is no time; write yesterday 15:00, mon 9:00 or 2026-11-23 15:00", text);
        return -1;
    }
    if (week && *out > now) { /* this weekday, but later today: the one before */
        tm.tm_mday -= 7;
        tm.tm_isdst = -1;
        *out = (int64_t)mktime(&tm) * SECOND;
    }
    return 0;
}

static int in_units(const char *text, int64_t now, int64_t *out) {
    static const struct {
        const char *word;
        int days, seconds;
    } UNITS[] = {{"minutes", 0, 60}, {"hours", 0, 3600}, {"days", 1, 0}, {"weeks", 7, 0}};
    unsigned n;
    char unit[16];
    int end = 0;
    if (sscanf(text, "in %4u %15[a-z]%n", &n, unit, &end) != 2 || text[end]) return -1;
    for (size_t i = 0; i < ARRAY_LEN(UNITS); i++) {
        size_t len = strlen(UNITS[i].word); /* "day" and "days" */
        if (strcmp(UNITS[i].word, unit) != 0 && (strlen(unit) != len - 1 || strncmp(UNITS[i].word, unit, len - 1) != 0))
            continue;
        *out = now + (int64_t)n * UNITS[i].seconds * SECOND;
        if (UNITS[i].days == 0) return 0;
        struct tm tm = local_day(now, -(int)n * UNITS[i].days);
        tm.tm_hour = 23, tm.tm_min = 59;
        *out = (int64_t)mktime(&tm) * SECOND;
        return 0;
    }
    return -1;
}

int when_parse_ahead(const char *text, int64_t now, int64_t *out, char *err, size_t err_size) {
    text += strspn(text, " ");
    size_t n = strcspn(text, " ");
    const char *rest = text + n + strspn(text + n, " ");
    int w = weekday(text, n);
    bool tomorrow = n == 8 && !strncasecmp(text, "tomorrow", n);
    if (!in_units(text, now, out)) return 0;
    struct tm tm;
    bool week;
    if (w >= 0 || tomorrow) {
        tm = local_day(now, 0);
        tm.tm_mday += tomorrow ? 1 : (w - tm.tm_wday + 7) % 7;
    } else {
        const char *after = day(text, now, &tm, &week);
        if (after == NULL || *after) return when_parse(text, now, true, out, err, err_size);
        rest = after;
    }
    tm.tm_hour = 23, tm.tm_min = 59;
    if (*rest) {
        const char *end = clock_time(rest, &tm);
        if (!end || *end) return when_parse(text, now, true, out, err, err_size); /* says what is wrong */
    }
    if (w >= 0 && mktime(&tm) * (int64_t)SECOND <= now) tm.tm_mday += 7, tm.tm_isdst = -1;
    return instant(tm, out);
}

size_t when_leading(char *const *words, size_t n, int64_t now, int64_t *out) {
    for (size_t k = n < 3 ? n : 3; k > 0; k--) {
        char text[128], err[200];
        size_t used = 0;
        for (size_t i = 0; i < k && used < sizeof text; i++)
            used += (size_t)snprintf(text + used, sizeof text - used, "%s%s", i ? " " : "", words[i]);
        if (used < sizeof text && !when_parse(text, now, false, out, err, sizeof err)) return k;
    }
    return 0;
}

static time_t split(int64_t us, int64_t *rest) {
    *rest = us % SECOND;
    if (*rest < 0) *rest += SECOND;
    return (time_t)((us - *rest) / SECOND);
}

void when_format_day(int64_t us, char *out, size_t size) {
    int64_t rest;
    time_t s = split(us, &rest);
    struct tm tm;
    if (!localtime_r(&s, &tm) || !strftime(out, size, "%Y-%m-%d", &tm)) snprintf(out, size, "%s", "");
}

void when_format_local(int64_t us, char *out, size_t size) {
    int64_t rest;
    time_t s = split(us, &rest);
    struct tm tm;
    if (!localtime_r(&s, &tm) || !strftime(out, size, "%Y-%m-%d %H:%M", &tm)) snprintf(out, size, "%s", "");
}

void when_format_rfc3339(int64_t us, char *out, size_t size) {
    int64_t rest;
    time_t s = split(us, &rest);
    struct tm tm;
    char head[32];
    if (!gmtime_r(&s, &tm) || !strftime(head, sizeof head, "%Y-%m-%dT%H:%M:%S", &tm)) head[0] = 0;
    if (rest)
        snprintf(out, size, "%s.%06dZ", head, (int)rest);
    else
        snprintf(out, size, "%sZ", head);
}
