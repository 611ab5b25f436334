/* SPDX-License-Identifier: Apache-2.0 */
/* watch: a contact's record as it grows.
 * - the library watches again after a lost connection and says RESYNC (at first too): then the timeline is read, at first the latest
 *   few entries, later what was recorded since the latest we know
 * - an event may repeat what the timeline showed: an entry is printed once, and once more when it was struck out
 * - SIGINT, SIGTERM and a reader that went away end it; ENDED: the contact is no longer ours to see */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include "client/cli/cli.h"
#include "vouchsafe/v1/method.pb-c.h"
#include "vouchsafe/v1/watch.pb-c.h"

enum { SEEN_MAX = 512, WAIT_MS = 500, FIRST_PAGE = 5, PAGE = 200 };

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

static volatile sig_atomic_t stopped;
static void on_signal(int sig) {
    (void)sig;
    stopped = 1;
}

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

/* With --json a line is an object of its own: {"event": "touch", "entry": {...}}. */
static void print_event(struct watcher *w, const char *kind, const ProtobufCMessage *entry) {
    struct json *j = &w->c->out.json;
    json_open(j, '{');
    json_member(j, "event", kind);
    if (entry) {
        json_key(j, "entry");
        json_message(j, entry);
    }
    json_close(j, '}');
    if (w->c->out.format == OUT_JSON) buf_put_u8(&j->b, '\n');
    if (out_flush(&w->c->out)) stopped = 1;
}

static void print_entry(struct watcher *w, const Vouchsafe__V1__TouchEntry *e) {
    if (!is_new(w, e)) return;
    out_template(&w->c->out,
                 e->struck ? "{occurred_at}  {channel} {sentiment} {stage}  {by}  struck out: {struck_because}"
                           : "{occurred_at}  {channel} {sentiment} {stage}  {by}  {note}",
                 &e->base, NULL);
    print_event(w, e->struck ? "struck" : "touch", &e->base);
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

static int on_event(struct watcher *w, const struct vs_event *e) {
    const Vouchsafe__V1__WatchEvent *body = (const void *)e->body;
    switch (e->kind) {
        case VOUCHSAFE__V1__EVENT_KIND__RESYNC: return read_timeline(w);
        case VOUCHSAFE__V1__EVENT_KIND__TOUCHES:
            for (size_t i = 0; body && i < body->n_entries; i++) print_entry(w, body->entries[i]);
            return 0;
        case VOUCHSAFE__V1__EVENT_KIND__CONTACT:
            out_say(&w->c->out, "the contact changed; contact show tells how");
            print_event(w, "contact", NULL);
            return 0;
        default: return cli_fail(w->c, EX_NOPERM, "%s", e->message);
    }
}

static int run_watch(struct cli *c, ProtobufCMessage *request) {
    static struct watcher w;
    const struct sigaction act = {.sa_handler = on_signal};
    w.c = c;
    int r = line_open(c);
    if (r || (r = resolve_refs(c))) return r;
    (void)message_id(request, "contact_id", &w.contact);
    if (!vs_watch(c->client, &w.contact)) return cli_fail(c, EX_UNAVAILABLE, "too much is watched");
    sigaction(SIGINT, &act, NULL);
    sigaction(SIGTERM, &act, NULL);
    signal(SIGPIPE, SIG_IGN);
    out_note(&c->out, "watching; Ctrl-C ends it");
    while (!stopped) {
        struct vs_event e;
        int got = vs_wait_event(c->client, WAIT_MS, &e);
        if (got < 0) return cli_fail(c, EX_NOPERM, "%s", vs_why(c->client));
        if (!got) continue;
        char why[600] = "";
        c->aside = why, c->aside_size = sizeof why; /* without a line the timeline is read at the next RESYNC */
        r = on_event(&w, &e);
        c->aside = NULL;
        vs_event_free(&e);
        if (r && r != EX_UNAVAILABLE) return cli_fail(c, r, "%s", why);
    }
    return 0;
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
