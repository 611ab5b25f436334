/* SPDX-License-Identifier: Apache-2.0 */
/* Moments as people write them. Instants are microseconds since 1970 UTC; what is read and shown is local time. */
#ifndef CLIENT_CLI_WHEN_H
#define CLIENT_CLI_WHEN_H

#include "vouchsafe/base.h"

int64_t when_now(void);
/* What relative words count from: the clock, or the moment of a line that was written down then (0: the clock again). */
int64_t when_reference(void);
void when_count_from(int64_t us);
/* "now", "yesterday 15:00", "today 9:00", "15:00" (today), "mon 9:00" (the last Monday that isn't to come), "2026-11-23 15:00", RFC 3339
 * ("2026-11-23T15:00:00Z"), "20 min ago", "2 hours ago". A day alone is its first moment where day_ok, else refused: a time isn't guessed.
 * 0, or -1 with what is wrong in err. */
int when_parse(const char *text, int64_t now, bool day_ok, int64_t *out, char *err, size_t err_size) MUST_CHECK;
/* What is still to come: "tomorrow", "fri" (the next one), "fri 15:00", "in 3 days", "in 2 weeks", "in 4 hours", and all that when_parse
 * knows. A day alone is its last minute. */
int when_parse_ahead(const char *text, int64_t now, int64_t *out, char *err, size_t err_size) MUST_CHECK;
/* The longest run of leading words (at most three) that is a moment: how many words, 0 when none. */
size_t when_leading(char *const *words, size_t n, int64_t now, int64_t *out);

void when_format_day(int64_t us, char *out, size_t size);   /* 2026-11-23 */
void when_format_local(int64_t us, char *out, size_t size); /* 2026-11-23 15:00 */
void when_format_rfc3339(int64_t us, char *out,
                         size_t size); /* 2026-11-23T14:00:00Z, with microseconds where there are any */

#endif
