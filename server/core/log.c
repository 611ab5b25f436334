/* SPDX-License-Identifier: Apache-2.0 */
#include "server/core/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static enum log_level least = LOG_INFO_;
static const char *const names[] = {"debug", "info", "warn", "error"};

void log_set_level(enum log_level level) { least = level; }

int log_parse_level(const char *name, enum log_level *out) {
    for (int i = 0; i < 4; i++)
        if (strcmp(names[i], name) == 0) {
            *out = (enum log_level)i;
            return 0;
        }
    return -1;
}

void log_write(enum log_level level, const char *event, const char *fmt, ...) {
    if (level < least) return;
    char line[2048], at[32];
    time_t now = time(NULL);
    struct tm tm;
    strftime(at, sizeof at, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&now, &tm));
    int n = snprintf(line, sizeof line, "ts=%s level=%s event=%s ", at, names[level], event);
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(line + n, sizeof line - (size_t)n, fmt, ap);
    va_end(ap);
    fprintf(stderr, "%s\n", line);
}

const char *log_quote(const char *s) {
    static char ring[8][512];
    static unsigned next;
    char *out = ring[next++ & 7], *at = out;
    *at++ = '"';
    for (; *s != '\0' && at < out + 508; s++) {
        if (*s == '"' || *s == '\\') *at++ = '\\';
        if (*s == '\n')
            *at++ = ' ';
        else if ((unsigned char)*s >= 0x20)
            *at++ = *s;
    }
    *at++ = '"';
    *at = '\0';
    return out;
}
