/* SPDX-License-Identifier: Apache-2.0 */
/* The instance's certificate over the life of the process.
 * - happy path: loaded at the start; looked at each hour; in its last month renewed if the root key is here
 * - the root key is elsewhere: warned about from certificate.warn_days on, each hour; the operator installs a new one and
 *   sends SIGHUP (README, "Keeping the root key elsewhere")
 * - it runs out all the same: an error each hour, /readyz says no; sessions that are open go on, new ones are refused by
 *   the seats, which keep what they have
 * - the root was replaced: taken only when the old root vouches for the new one, or seats would be shut out */
#include "server/identity.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "server/core/config.h"
#include "server/core/log.h"
#include "server/core/metrics.h"
#include "server/net/session.h"

enum { DAY = 86400, LOOK_SECONDS = 3600 };

static const char *state;
static uint8_t *root_pin;
static struct keys now;

struct tls_context *identity_tls(void) {
    return now.tls;
}
bool identity_is_good(void) { return now.ends > (int64_t)time(NULL); }

static void take(const struct keys *k) {
    now = *k;
    memcpy(root_pin, k->root_pin, TLS_KEY_HASH);
    metrics_set(METRIC_CERTIFICATE_END, (double)k->ends);
}

int identity_load(const char *directory, uint8_t pin[TLS_KEY_HASH], char *err, size_t err_size) {
    struct keys k;
    state = directory;
    root_pin = pin;
    if (keys_load(state, &k, err, err_size) < 0) return -1;
    take(&k);
    return 0;
}

int identity_reload(char *err, size_t err_size) {
    struct keys k;
    if (keys_load(state, &k, err, err_size) < 0) return -1;
    if (!keys_follow(state, root_pin)) {
        snprintf(err, err_size,
                 "instance.pem ends in another root that the present one doesn't vouch for; seats would refuse it: "
                 "restart to use it all the same");
        tls_context_unref(k.tls);
        return -1;
    }
    take(&k);
    session_use(k.tls);
    return 0;
}

static void say(int64_t left) {
    char until[32];
    struct tm tm;
    time_t end = (time_t)now.ends;
    strftime(until, sizeof until, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&end, &tm));
    static const char todo[] =
        "vouchsafed instance request, have it certified, vouchsafed instance install, then SIGHUP";
    if (left <= 0)
        log_error("certificate_ran_out", "until=%s why=\"seats refuse this instance\" do=%s", until, log_quote(todo));
    else if (!now.root_here && left < config.certificate_warn_days * DAY)
        log_warn("certificate_runs_out", "until=%s days=%lld do=%s", until, (long long)(left / DAY), log_quote(todo));
}

static void on_look(uv_timer_t *t) {
    char err[1024];
    int64_t left = now.ends - (int64_t)time(NULL);
    if (now.root_here && left < KEYS_RENEW_SECONDS) {
        if (identity_reload(err, sizeof err) == 0)
            log_info("certificate_renewed", "state=%s", log_quote(state));
        else
            log_error("certificate_not_renewed", "why=%s", log_quote(err));
        left = now.ends - (int64_t)time(NULL);
    }
    say(left);
    int64_t next = left > 0 && left < LOOK_SECONDS ? left + 1 : LOOK_SECONDS;
    uv_timer_start(t, on_look, (uint64_t)next * 1000, 0);
}

void identity_watch(uv_loop_t *loop) {
    static uv_timer_t timer;
    if (timer.loop == NULL) uv_timer_init(loop, &timer);
    on_look(&timer);
}
