/* SPDX-License-Identifier: Apache-2.0 */
/* logfmt lines to stderr: `ts=... level=info event=listen addr=...`. The format's own text must be logfmt pairs; use
 * LOG_Q for values that came from outside: log_quote escapes them. With JOURNAL_STREAM a <N> prefix is written. */
#ifndef SERVER_CORE_LOG_H
#define SERVER_CORE_LOG_H

#include "vouchsafe/base.h"

enum log_level { LOG_DEBUG_, LOG_INFO_, LOG_WARN_, LOG_ERROR_ };

void log_set_level(enum log_level least);
int log_parse_level(const char *name, enum log_level *out) MUST_CHECK;
void log_write(enum log_level level, const char *event, const char *fmt, ...) PRINTF_LIKE(3, 4);
/* A quoted, escaped copy in a small ring of static buffers (8 of 512 bytes): good until 8 further calls. */
const char *log_quote(const char *s);

#define log_debug(...) log_write(LOG_DEBUG_, __VA_ARGS__)
#define log_info(...) log_write(LOG_INFO_, __VA_ARGS__)
#define log_warn(...) log_write(LOG_WARN_, __VA_ARGS__)
#define log_error(...) log_write(LOG_ERROR_, __VA_ARGS__)

#endif
