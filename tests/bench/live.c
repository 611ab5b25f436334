/* SPDX-License-Identifier: Apache-2.0 */
/* How long from a touch on one seat to another's screen, with many watching the same contact: from before the touch is sent until
 * each watcher has read its event, one after the other in this one process, so that its own work counts too.
 *   bench_live DATABASE JOIN-LINE ADDRESS [ADDRESS]     with two addresses the touches go to the first, the watchers to the second
 * WATCHERS (1000) and ROUNDS (50) come from the environment. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "tests/support/house.h"
#include "vouchsafe/v1/method.pb-c.h"
#include "vouchsafe/v1/watch.pb-c.h"

static int64_t now_us(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static int ascending(const void *x, const void *y) {
    int64_t a = *(const int64_t *)x, b = *(const int64_t *)y;
    return (a > b) - (a < b);
}

static int number(const char *name, int otherwise) {
    const char *value = getenv(name);
    return value == NULL ? otherwise : atoi(value);
}

static void watch(struct wire *w, struct id contact) {
    Vouchsafe__V1__WatchRequest q = VOUCHSAFE__V1__WATCH_REQUEST__INIT;
    q.has_contact_id = 1;
    q.contact_id = wire_bytes(&contact);
    if (wire_call(w, VOUCHSAFE__V1__METHOD__WATCH, false, &q.base, NULL, NULL) != VS_OK) wire_die("a watch");
}

int main(int argc, char **argv) {
    struct house h = house_open(argc, argv);
    int watchers = number("WATCHERS", 1000), rounds = number("ROUNDS", 50), n = 0;
    struct wire **w = calloc((size_t)watchers, sizeof(struct wire *));
    int64_t *took = calloc((size_t)watchers * (size_t)rounds, sizeof *took);
    struct id contact = house_contact(h.admin, "Watched");
    struct house_touch t;
    struct envelope_event e;
    if (w == NULL || took == NULL) wire_die("no memory");
    for (int i = 0; i < watchers; i++) {
        w[i] = house_connect(&h, &h.admin_seat, h.n_addresses - 1);
        watch(w[i], contact);
    }
    for (int round = 0; round < rounds; round++) {
        house_touch_init(&t, contact, "live");
        int64_t start = now_us();
        house_log_send(h.admin, &t);
        for (int i = 0; i < watchers; i++) {
            if (!wire_event(w[i], &e)) wire_die("an event");
            free((void *)(uintptr_t)e.body.data);
            took[n++] = now_us() - start;
        }
    }
    qsort(took, (size_t)n, sizeof *took, ascending);
    printf("watchers=%d rounds=%d p50_us=%lld p99_us=%lld max_us=%lld\n", watchers, rounds, (long long)took[n / 2],
           (long long)took[n * 99 / 100], (long long)took[n - 1]);
    return 0;
}
