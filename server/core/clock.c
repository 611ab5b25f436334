/* SPDX-License-Identifier: Apache-2.0 */
#include "server/core/clock.h"

#include <time.h>

static int64_t now_us(void) {
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static int64_t mono_ms(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC_COARSE, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

int64_t (*clock_now_us)(void) = now_us;
int64_t (*clock_mono_ms)(void) = mono_ms;
