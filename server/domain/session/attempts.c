/* SPDX-License-Identifier: Apache-2.0 */
/* Wrong passwords are counted by account and by address; both from before the password is looked at, so that many tries at
 * once don't slip through. */
#include <arpa/inet.h>
#include <string.h>

#include "server/core/clock.h"
#include "server/core/config.h"
#include "server/core/throttle.h"
#include "server/domain/session/session.h"

static struct throttle throttle;

static struct throttle_rate account_rate(void) {
    return (struct throttle_rate){config.login_account_burst, config.login_account_ms};
}
static struct throttle_rate address_rate(void) {
    return (struct throttle_rate){config.login_address_burst, config.login_address_ms};
}

/* Whoever has one IPv6 address usually has the /64 around it to choose from: it counts as one. */
static struct slice address_key(struct arena *a, const char *address) {
    uint8_t v6[16];
    if (inet_pton(AF_INET6, address, v6) == 1) return (struct slice){arena_dup(a, v6, 8), 8};
    size_t n = strlen(address);
    return (struct slice){arena_dup(a, address, n), n};
}

bool attempt_begin(struct request *r, struct attempt *a, struct slice account) {
    static bool ready;
    if (!ready) throttle_init(&throttle);
    ready = true;
    *a = (struct attempt){account, address_key(&r->arena, r->peer->address)};
    if (r->arena.failed) {
        request_refuse(r, VS_RESOURCE_EXHAUSTED, "MEMORY", NULL, NULL);
        return false;
    }
    int64_t now = clock_mono_ms(), wait = throttle_wait(&throttle, a->account, account_rate(), now);
    int64_t other = throttle_wait(&throttle, a->address, address_rate(), now);
    if (other > wait) wait = other;
    if (wait > 0) { /* neither is charged: being refused costs nothing */
        r->retry_after_ms = (uint32_t)wait;
        request_refuse(r, VS_RESOURCE_EXHAUSTED, "THROTTLED", NULL,
                       "too many wrong passwords; wait a while, then try again");
        return false;
    }
    throttle_charge(&throttle, a->account, account_rate(), now);
    throttle_charge(&throttle, a->address, address_rate(), now);
    return true;
}

void attempt_refund(const struct attempt *a) {
    throttle_refund(&throttle, a->account, account_rate());
    throttle_refund(&throttle, a->address, address_rate());
}
