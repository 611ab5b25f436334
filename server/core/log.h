/* SPDX-License-Identifier: Apache-2.0 */
/* logfmt lines to stderr: `ts=... level=info event=listen addr=...`. The format's own text must be logfmt pairs; values that
 * came from outside go through log_quote. When stderr is the journal's (JOURNAL_STREAM), a line begins with its <N>.
 * Each place in the program may write config's log.lines_per_second; its next line tells how many were held back. */
#ifndef SERVER_CORE_LOG_H
#define SERVER_CORE_LOG_H

#include "vouchsafe/base.h"

enum log_level { LOG_DEBUG_, LOG_INFO_, LOG_WARN_, LOG_ERROR_ };

struct log_site { /* one per place that logs */
    int64_t second;
    unsigned lines, held_back;
};

void log_start(void); /* once, first: looks whether stderr is the journal's */
void log_set_level(int least);
void log_set_rate(int64_t lines_per_second);
extern int log_least;
void log_write(struct log_site *site, enum log_level level, const char *event, const char *fmt, ...) PRINTF_LIKE(4, 5);
/* A quoted, escaped copy in a small ring of static buffers (8 of 512 bytes): good until 8 further calls. */
const char *log_quote(const char *s);

#define LOG_AT(level, ...) \
    do { \
        static struct log_site log_site_; \
        if ((int)(level) >= log_least) log_write(&log_site_, level, __VA_ARGS__); \
    } while (0)
#define log_debug(...) LOG_AT(LOG_DEBUG_, __VA_ARGS__)
#define log_info(...) LOG_AT(LOG_INFO_, __VA_ARGS__)
#define log_warn(...) LOG_AT(LOG_WARN_, __VA_ARGS__)
#define log_error(...) LOG_AT(LOG_ERROR_, __VA_ARGS__)

#endif
