/* SPDX-License-Identifier: Apache-2.0 */
/* WATCH and UNWATCH. */
#include "server/core/config.h"
#include "server/domain/reply.h"
#include "server/domain/watch/watch.h"
#include "vouchsafe/v1/method.pb-c.h"
#include "vouchsafe/v1/watch.pb-c.h"

static void handle_watch(struct request *r, const void *body) {
    const Vouchsafe__V1__WatchRequest *q = body;
    struct id subject = reply_id(q->has_referral_id ? q->referral_id : q->contact_id);
    int64_t n = 0;
    if (q->has_contact_id == q->has_referral_id)
        return request_refuse(r, VS_INVALID_ARGUMENT, "REQUIRED", "contact_id",
                              "contact_id: name a contact or a referral to watch");
    LIST_FOREACH(it, &r->peer->watches) n++;
    if (n >= config.limit_watches)
        return request_refuse(r, VS_RESOURCE_EXHAUSTED, "WATCHES", NULL,
                              "this connection watches %lld records already; unwatch one first", (long long)n);
    watch_add(r, q->has_referral_id ? OF_REFERRAL : OF_CONTACT, &subject);
}

static void handle_unwatch(struct request *r, const void *body) {
    const Vouchsafe__V1__UnwatchRequest *q = body;
    Vouchsafe__V1__UnwatchReply reply = VOUCHSAFE__V1__UNWATCH_REPLY__INIT;
    if (!watch_end(r->peer, q->subscription)) return reply_not_found(r);
    request_reply(r, &reply.base);
}

static const struct field_rule watch_rules[] = {{"contact_id", false, 0, 0}, {"referral_id", false, 0, 0}};
static const struct field_rule unwatch_rules[] = {{"subscription", true, 0, 0}};
static const struct method methods[] = {
    METHOD(WATCH, watch, MAY_STAFF | MAY_PARTNER, 0, handle_watch, watch_rules),
    METHOD(UNWATCH, unwatch, MAY_STAFF | MAY_PARTNER, 0, handle_unwatch, unwatch_rules),
};
const struct module watch_module = {"watch", methods, ARRAY_LEN(methods)};
