/* SPDX-License-Identifier: Apache-2.0 */
/* Subscriptions that outlive connections, and the events they bring.
 * - happy path: a watch sends WATCH whenever there is a logged-in connection; its answer is told as RESYNC (read the timeline now: what happens
 *   from here on comes as events), what the server sends is told under the watch's handle
 * - refused for good (not yours to see): told as ENDED, the watch is over; refused for now: again in a second
 * - the caller takes no events: from 1,000 on they are dropped and each watch is told RESYNC instead */
#include "client/lib/client_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vouchsafe/v1/method.pb-c.h"
#include "vouchsafe/v1/watch.pb-c.h"

enum { EVENTS_MAX = 1000, RETRY_MS = 1000 };

struct happening {
    struct list in;
    struct vs_event event;
};

void vs_event_free(struct vs_event *e) {
    if (e->body != NULL) protobuf_c_message_free_unpacked(e->body, NULL);
    e->body = NULL;
}

bool vs_next_event(vs_client *c, struct vs_event *out) {
    struct list *first = list_pop_front(&c->events);
    if (first == NULL) return false;
    struct happening *h = LIST_ENTRY(first, struct happening, in);
    *out = h->event;
    free(h);
    c->n_events--;
    return true;
}

void watch_free_events(vs_client *c) {
    for (struct vs_event e; vs_next_event(c, &e);) vs_event_free(&e);
}

static void push(vs_client *c, uint64_t handle, uint32_t kind, ProtobufCMessage *body, const char *message) {
    struct happening *h = malloc(sizeof *h);
    if (h == NULL) { /* an event is a hint, but its loss must be told: a new connection resyncs */
        if (body != NULL) protobuf_c_message_free_unpacked(body, NULL);
        client_break(c, "out of memory");
        return;
    }
    h->event = (struct vs_event){.watch = handle, .kind = kind, .body = body};
    snprintf(h->event.message, sizeof h->event.message, "%s", message);
    list_push_back(&c->events, &h->in);
    c->n_events++;
}

static struct watch *watch_by_request(vs_client *c, uint64_t request) {
    for (size_t i = 0; request != 0 && i < VS_WATCH_MAX; i++)
        if (c->watches[i].handle != 0 && c->watches[i].request == request) return &c->watches[i];
    return NULL;
}

static void drop_and_resync(vs_client *c) {
    watch_free_events(c);
    for (size_t i = 0; i < VS_WATCH_MAX; i++)
        if (c->watches[i].handle != 0)
            push(c, c->watches[i].handle, VOUCHSAFE__V1__EVENT_KIND__RESYNC, NULL, "events were not taken in time");
}

void watch_event(vs_client *c, const struct envelope_event *e) {
    struct watch *w = watch_by_request(c, e->subscription);
    if (w == NULL) return; /* unwatched meanwhile */
    ProtobufCMessage *body = protobuf_c_message_unpack(&vouchsafe__v1__watch_event__descriptor, NULL, e->body.len,
                                                       e->body.data);
    uint64_t handle = w->handle;
    uint32_t kind = body == NULL ? VOUCHSAFE__V1__EVENT_KIND__RESYNC : e->kind;
    if (kind == VOUCHSAFE__V1__EVENT_KIND__ENDED) *w = (struct watch){0};
    if (c->n_events >= EVENTS_MAX) drop_and_resync(c);
    push(c, handle, kind, body,
         kind == VOUCHSAFE__V1__EVENT_KIND__ENDED ? "this record is no longer yours to see" : "");
}

static void on_watch(void *arg, vs_client *c, struct vs_reply *r) {
    (void)arg;
    struct watch *w = watch_by_request(c, r->id);
    if (w == NULL) return; /* unwatched or lost meanwhile */
    enum vs_retry what = vs_status_retry(r->status);
    if (what == VS_RETRY_DONE)
        push(c, w->handle, VOUCHSAFE__V1__EVENT_KIND__RESYNC, NULL, "");
    else if (what == VS_RETRY_FINAL) {
        uint64_t handle = w->handle;
        *w = (struct watch){0};
        push(c, handle, VOUCHSAFE__V1__EVENT_KIND__ENDED, NULL, r->message);
    } else {
        w->request = 0;
        w->retry_at = client_now() + (r->retry_after_ms > RETRY_MS ? r->retry_after_ms : RETRY_MS);
    }
}

static void on_nothing(void *arg, vs_client *c, struct vs_reply *r) { (void)arg, (void)c, (void)r; }

static uint64_t add(vs_client *c, const struct id *subject, bool of_referral) {
    for (size_t i = 0; i < VS_WATCH_MAX; i++) {
        if (c->watches[i].handle != 0) continue;
        c->watches[i] = (struct watch){.handle = c->next_watch++, .subject = *subject, .of_referral = of_referral};
        return c->watches[i].handle;
    }
    return 0;
}

uint64_t vs_watch(vs_client *c, const struct id *contact) { return add(c, contact, false); }
uint64_t vs_watch_referral(vs_client *c, const struct id *referral) { return add(c, referral, true); }

void vs_unwatch(vs_client *c, uint64_t handle) {
    for (size_t i = 0; handle != 0 && i < VS_WATCH_MAX; i++) {
        if (c->watches[i].handle != handle) continue;
        Vouchsafe__V1__UnwatchRequest q = VOUCHSAFE__V1__UNWATCH_REQUEST__INIT;
        q.has_subscription = 1;
        q.subscription = c->watches[i].request;
        if (q.subscription != 0 &&
            client_send_message(c, VOUCHSAFE__V1__METHOD__UNWATCH, &q.base, on_nothing, NULL) == 0)
            client_break(c, "no room for the request"); /* a new connection has no subscription either */
        c->watches[i] = (struct watch){0};
    }
}

int64_t watch_due(const vs_client *c) {
    int64_t first = INT64_MAX;
    for (size_t i = 0; c->logged_in && c->open < SLOTS && i < VS_WATCH_MAX; i++) {
        const struct watch *w = &c->watches[i];
        if (w->handle != 0 && w->request == 0 && w->retry_at < first) first = w->retry_at;
    }
    return first;
}

void watch_step(vs_client *c, int64_t now) {
    if (watch_due(c) > now) return;
    for (size_t i = 0; i < VS_WATCH_MAX && c->open < SLOTS; i++) {
        struct watch *w = &c->watches[i];
        if (w->handle == 0 || w->request != 0 || w->retry_at > now) continue;
        Vouchsafe__V1__WatchRequest q = VOUCHSAFE__V1__WATCH_REQUEST__INIT;
        *(w->of_referral ? &q.referral_id : &q.contact_id) = (ProtobufCBinaryData){16, w->subject.b};
        *(w->of_referral ? &q.has_referral_id : &q.has_contact_id) = 1;
        w->request = client_send_message(c, VOUCHSAFE__V1__METHOD__WATCH, &q.base, on_watch, NULL);
        if (w->request == 0) return;
    }
}

void watch_lost(vs_client *c) {
    for (size_t i = 0; i < VS_WATCH_MAX; i++) {
        c->watches[i].request = 0;
        c->watches[i].retry_at = 0;
    }
}

int vs_wait_event(vs_client *c, int timeout_ms, struct vs_event *out) {
    int64_t until = client_now() + timeout_ms;
    while (!vs_next_event(c, out)) {
        if (c->phase == PHASE_READY && !c->logged_in) return -1;
        if (client_now() >= until) return 0;
        client_wait(c, until);
    }
    return 1;
}
