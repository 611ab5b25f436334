/* SPDX-License-Identifier: Apache-2.0 */
/* watch: a contact's record as it grows.
 * - the library watches again after a lost connection and says RESYNC (at first too): then the timeline is read, at first the latest
 *   few entries, later what was recorded since the latest we know
 * - an event may repeat what the timeline showed: an entry is printed once, and once more when it was struck out
 * - ENDED: the contact is no longer ours to see; the rest is watching.h's */
#include <string.h>
#include <sysexits.h>
#include "client/cli/watching.h"
#include "vouchsafe/v1/method.pb-c.h"
#include "vouchsafe/v1/watch.pb-c.h"

enum { SEEN_MAX = 512, FIRST_PAGE = 5, PAGE = 200 };

struct watcher {
    struct cli *c;
    struct id contact;
    bool began;     /* the timeline was read once */
    int64_t newest; /* the latest recorded_at or struck_at known */
    struct {
        struct id id;
        bool struck;
    } seen[SEEN_MAX]; /* a ring */
    size_t n_seen;
};

static bool is_new(struct watcher *w, const Vouchsafe__V1__TouchEntry *e) {
    struct id id;
    if (e->recorded_at > w->newest) w->newest = e->recorded_at;
    if (e->struck_at > w->newest) w->newest = e->struck_at;
    if (!message_id(&e->base, "id", &id)) return false;
    size_t held = w->n_seen < SEEN_MAX ? w->n_seen : SEEN_MAX;
    for (size_t i = 0; i < held; i++)
        if (id_equal(&w->seen[i].id, &id)) {
            bool news = e->struck && !w->seen[i].struck;
            w->seen[i].struck = e->struck;
            return news;
        }
    w->seen[w->n_seen % SEEN_MAX].id = id;
    w->seen[w->n_seen++ % SEEN_MAX].struck = e->struck;
    return true;
}

static void print_entry(struct watcher *w, const Vouchsafe__V1__TouchEntry *e) {
    if (!is_new(w, e)) return;
    out_template(&w->c->out,
                 e->struck ? "{occurred_at}  {channel} {sentiment} {stage}  {by}  struck out: {struck_because}"
                           : "{occurred_at}  {channel} {sentiment} {stage}  {by}  {note}",
                 &e->base, NULL);
    watching_print(w->c, e->struck ? "struck" : "touch", "entry", &e->base);
}

static int read_page(struct watcher *w, Vouchsafe__V1__TouchTimelineRequest *q) {
    return line_call(w->c, VOUCHSAFE__V1__METHOD__TOUCH_TIMELINE, false, &q->base,
                     &vouchsafe__v1__touch_timeline_reply__descriptor);
}

/* Oldest first, as they were recorded. */
static int read_timeline(struct watcher *w) {
    Vouchsafe__V1__TouchTimelineRequest q = VOUCHSAFE__V1__TOUCH_TIMELINE_REQUEST__INIT;
    bool first = !w->began;
    q.has_contact_id = q.has_page_size = 1, q.page_size = first ? FIRST_PAGE : PAGE;
    q.contact_id = (ProtobufCBinaryData){sizeof w->contact.b, w->contact.b};
    q.has_recorded_after = !first, q.recorded_after = w->newest;
    do {
        int r = read_page(w, &q);
        if (r == EX_DATAERR && w->began) return cli_fail(w->c, EX_NOPERM, "this contact is no longer yours to see");
        if (r) return r;
        const Vouchsafe__V1__TouchTimelineReply *t = (const void *)w->c->reply.body;
        for (size_t i = 0; i < t->n_entries; i++) print_entry(w, t->entries[first ? t->n_entries - 1 - i : i]);
    } while (!first && cli_next_page(w->c, &q.base));
    w->began = true;
    return 0;
}

static int on_event(void *arg, const struct vs_event *e) {
    struct watcher *w = arg;
    const Vouchsafe__V1__WatchEvent *body = (const void *)e->body;
    switch (e->kind) {
        case VOUCHSAFE__V1__EVENT_KIND__RESYNC: return read_timeline(w);
        case VOUCHSAFE__V1__EVENT_KIND__TOUCHES:
            for (size_t i = 0; body && i < body->n_entries; i++) print_entry(w, body->entries[i]);
            return 0;
        case VOUCHSAFE__V1__EVENT_KIND__CONTACT:
            out_say(&w->c->out, "the contact changed; contact show tells how");
            watching_print(w->c, "contact", NULL, NULL);
            return 0;
        default: return cli_fail(w->c, EX_NOPERM, "%s", e->message);
    }
}

static int run_watch(struct cli *c, ProtobufCMessage *request) {
    static struct watcher w;
    w.c = c;
    int r = line_open(c);
    if (r || (r = resolve_refs(c))) return r;
    (void)message_id(request, "contact_id", &w.contact);
    return watching_run(c, vs_watch(c->client, &w.contact), on_event, &w);
}

static const struct command LIST[] = {
    {.words = "watch",
     .summary = "Show a contact's touches as they come",
     .examples = {"watch Ann Lee", "watch C1 --json"},
     .programs = ALL,
     .request = &vouchsafe__v1__watch_request__descriptor,
     .args = {{.shown = "NAME|C12", .field = "contact_id", .many = true}},
     .run = run_watch,
     .notes = "With --json each line is an object: {\"event\": \"touch\", \"entry\": {...}}."},
};
const struct module_commands commands_watch = {LIST, ARRAY_LEN(LIST), NULL};
