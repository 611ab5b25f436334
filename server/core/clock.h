/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SERVER_CORE_CLOCK_H
#define SERVER_CORE_CLOCK_H

#include <stdint.h>

/* Microseconds since 1970, and milliseconds that never step back. Tests replace both. */
extern int64_t (*clock_now_us)(void);
extern int64_t (*clock_mono_ms)(void);

#endif
