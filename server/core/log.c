/* SPDX-License-Identifier: Apache-2.0 */
#include "server/core/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "server/core/metrics.h"

int log_least = LOG_INFO_;
static int64_t rate = 50;
static bool journal;

static const struct {
    const char *name;
    int priority; /* syslog's */
} levels[] = {{"debug", 7}, {"info", 6}, {"warn", 4}, {"error", 3}};

void log_start(void) {
    const char *stream = getenv("JOURNAL_STREAM"); /* device:inode */
    unsigned long long device, inode;
    struct stat st;
    journal = stream != NULL && sscanf(stream, "%llu:%llu", &device, &inode) == 2 && fstat(2, &st) == 0 &&
              st.st_dev == device && st.st_ino == inode;
}

void log_set_level(int least) { log_least = least; }
void log_set_rate(int64_t lines_per_second) { rate = lines_per_second; }

/* May this place write one more line this second? *held_back: how many it owes the reader. */
static bool may_write(struct log_site *site, int64_t second, unsigned *held_back) {
    *held_back = 0;
    if (site->second != second) {
        *held_back = site->held_back;
        *site = (struct log_site){.second = second};
    }
    if (site->lines++ < rate) return true;
    site->held_back++;
    metrics_add(METRIC_LOG_HELD_BACK, 0, 0, 1);
    return false;
}

void log_write(struct log_site *site, enum log_level level, const char *event, const char *fmt, ...) {
    char line[2048], at[32], prefix[8] = "";
    unsigned held_back;
    time_t now = time(NULL);
    struct tm tm;
    if (!may_write(site, now, &held_back)) return;
    strftime(at, sizeof at, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&now, &tm));
    if (journal) snprintf(prefix, sizeof prefix, "<%d>", levels[level].priority);
    int n = snprintf(line, sizeof line, "%sts=%s level=%s event=%s ", prefix, at, levels[level].name, event);
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(line + n, sizeof line - (size_t)n, fmt, ap);
    va_end(ap);
    if (held_back > 0)
        fprintf(stderr, "%s held_back=%u\n", line, held_back);
    else
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
