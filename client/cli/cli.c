/* SPDX-License-Identifier: Apache-2.0 */
#include "client/cli/cli.h"
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>
#include "vouchsafe/buf.h"
#include "vouchsafe/client.h"
#include "vouchsafe/joinline.h"
#include "vouchsafe/text.h"
#include "vouchsafe/tls.h"
#include "vouchsafe/v1/account.pb-c.h"
#include "vouchsafe/v1/business.pb-c.h"
#include "vouchsafe/v1/contact.pb-c.h"
#include "vouchsafe/v1/method.pb-c.h"
#include "vouchsafe/v1/session.pb-c.h"
#include "vouchsafe/v1/share.pb-c.h"
#include "vouchsafe/v1/touch.pb-c.h"

#define V(x) Vouchsafe__V1__##x
#define M(x) VOUCHSAFE__V1__METHOD__##x
#define BYTES(i) \
    (ProtobufCBinaryData) { 16, (i)->b }
#define ME(c) ((c)->program + strlen("vouchsafe-"))
enum { SALES = 1, SERVICE = 2, PARTNER = 4, ADMIN = 8, STAFF = 11, ALL = 15, EX_SAVED = 75 };

struct ctx {
    const char *program;
    bool json, in_list;
    int argc; /* words after the command, options still among them */
    char **argv;
    struct buf j; /* members of the JSON object */
    struct vs_seat seat;
    vs_client *client;
    vs_outbox *box;
    char home[4000], path[4100], err[512];
    struct vs_reply r;
};
static const char *const CHANNELS[] = {"",       "call",   "email",    "meeting", "event",   "social", "web",   "chat",
                                       "letter", "onsite", "delivery", "support", "invoice", "survey", "other", NULL};
static const char *const STAGES[] = {"", "know", "like", "trust", "try", "buy", "repeat", "refer", NULL};
static const char *const ROLES[] = {"", "sales", "service", "partner", "admin", "manager", NULL};

static int word(const char *const *list, const char *w) {
    for (int i = 1; list[i]; i++)
        if (!strcasecmp(list[i], w)) return i;
    return 0;
}
static void js(struct buf *b, const char *key, const char *value) { /* ,"key":"value" */
    char clean[9000];
    text_printable(value ? value : "", clean, sizeof clean, true);
    buf_printf(b, "%s\"%s\":\"", buf_len(b) && buf_data(b)[buf_len(b) - 1] != '{' ? "," : "", key);
    for (const unsigned char *p = (const unsigned char *)clean; *p; p++) {
        if (*p == '"' || *p == '\\') buf_put_u8(b, '\\');
        if (*p < 32)
            buf_printf(b, "\\u%04x", *p);
        else
            buf_put_u8(b, *p);
    }
    buf_put_u8(b, '"');
}
static void json_number(struct buf *b, const char *key, long long v) {
    buf_printf(b, "%s\"%s\":%lld", buf_len(b) && buf_data(b)[buf_len(b) - 1] != '{' ? "," : "", key, v);
}
static void list_item(struct ctx *c) {
    buf_printf(&c->j, "%s{", buf_len(&c->j) && buf_data(&c->j)[buf_len(&c->j) - 1] == '}' ? "," : "");
}
static void list_begin(struct ctx *c, const char *key) {
    buf_printf(&c->j, "%s\"%s\":[", buf_len(&c->j) ? "," : "", key);
    c->in_list = true;
}
static void list_end(struct ctx *c) {
    if (c->in_list) buf_put_u8(&c->j, ']');
    c->in_list = false;
}

PRINTF_LIKE(2, 3) static void say(struct ctx *c, const char *fmt, ...) {
    char raw[9500], clean[9500];
    va_list a;
    va_start(a, fmt);
    vsnprintf(raw, sizeof raw, fmt, a);
    va_end(a);
    text_printable(raw, clean, sizeof clean, false);
    if (!c->json) puts(clean);
}
PRINTF_LIKE(3, 4) static int fail(struct ctx *c, int code, const char *fmt, ...) {
    char raw[2000], clean[2000];
    va_list a;
    va_start(a, fmt);
    vsnprintf(raw, sizeof raw, fmt, a);
    va_end(a);
    text_printable(raw, clean, sizeof clean, false);
    if (c->json)
        js(&c->j, "error", clean);
    else
        fprintf(stderr, "%s: %s\n", c->program, clean);
    return code;
}
/* Takes an option and its value out of the words. */
static const char *opt(struct ctx *c, const char *name, bool value) {
    for (int i = 0; i < c->argc; i++) {
        if (strcmp(c->argv[i], name) || (value && i + 1 >= c->argc)) continue;
        const char *v = value ? c->argv[i + 1] : "";
        int n = value ? 2 : 1;
        memmove(c->argv + i, c->argv + i + n, (size_t)(c->argc - i - n) * sizeof *c->argv);
        c->argc -= n;
        return v;
    }
    return NULL;
}
static void join_words(struct ctx *c, int n, char *out, size_t size) {
    size_t used = 0;
    out[0] = 0;
    for (int i = 0; i < n && used < size; i++)
        used += (size_t)snprintf(out + used, size - used, "%s%s", i ? " " : "", c->argv[i]);
}
static int seat_open(struct ctx *c) {
    int r = vs_seat_load(c->path, &c->seat, c->err, sizeof c->err);
    if (r) return fail(c, EX_NOPERM, "%s", r < 0 ? c->err : "this seat has not joined; run: join LINE");
    char file[4200], b[ID_TEXT];
    id_format(&c->seat.business, b);
    snprintf(file, sizeof file, "%s/%s-%s.db", c->home, ME(c), b);
    c->box = vs_outbox_open(file, c->err, sizeof c->err);
    if (c->box) vs_outbox_account(c->box, &c->seat.account);
    return c->box ? 0 : fail(c, EX_IOERR, "%s", c->err);
}
static int line_open(struct ctx *c) {
    int r = seat_open(c);
    if (r) return r;
    c->client = vs_connect(&c->seat, c->err, sizeof c->err);
    if (!c->client) return fail(c, EX_UNAVAILABLE, "%s", c->err);
    return vs_logged_in(c->client)
               ? 0
               : fail(c, EX_NOPERM, "this device is not logged in any more; ask the admin for a new line");
}
static int call(struct ctx *c, uint32_t method, bool change, ProtobufCMessage *q, const ProtobufCMessageDescriptor *d) {
    struct id id = id_new();
    vs_reply_free(&c->r);
    int s = vs_call(c->client, method, change ? &id : NULL, q, d, &c->r);
    if ((s == VS_OK || s == VS_DUPLICATE) && c->r.body) return 0;
    list_end(c); /* a later page failed */
    if (c->json) js(&c->j, "status", vs_status_name(s));
    int code = s == VS_PERMISSION_DENIED || s == VS_UNAUTHENTICATED ? EX_NOPERM
               : vs_status_retry(s) == VS_RETRY_LATER               ? EX_UNAVAILABLE
                                                                    : EX_DATAERR;
    return fail(c, code, "%s%s%s", c->r.field, c->r.field[0] ? ": " : "", c->r.message);
}
#define CALL(c, METHOD, change, q, reply) call(c, M(METHOD), change, &(q).base, &vouchsafe__v1__##reply##__descriptor)

static void show_contact(struct ctx *c, const V(Contact) * k) {
    const char *stage = k->has_stage && k->stage > 0 && k->stage < 8 ? STAGES[k->stage] : "";
    say(c, "C%llu  %s  %s  %s  %s", (unsigned long long)k->number, k->name ? k->name : "", stage,
        k->email ? k->email : "", k->phone ? k->phone : "");
    json_number(&c->j, "number", (long long)k->number), js(&c->j, "name", k->name), js(&c->j, "stage", stage),
        js(&c->j, "email", k->email), js(&c->j, "phone", k->phone);
    struct id id;
    if (k->contact_id.len != 16) return;
    memcpy(id.b, k->contact_id.data, 16);
    vs_directory_put(c->box, &id, k->number, k->name ? k->name : "");
}
static int resolve(struct ctx *c, const char *query, struct id *id, uint64_t *number, char *name, size_t size) {
    if (!c->client) {
        int n = vs_directory_find(c->box, query, id, number, name, size);
        return n == 1 ? 0
                      : fail(c, n ? EX_DATAERR : EX_UNAVAILABLE,
                             n ? "off line, and %s is not unique; use the number (C12)"
                               : "off line, and %s was never seen here",
                             query);
    }
    V(ContactFindRequest) q = VOUCHSAFE__V1__CONTACT_FIND_REQUEST__INIT;
    q.query = (char *)query, q.has_limit = 1, q.limit = 10;
    int r = CALL(c, CONTACT_FIND, false, q, contact_find_reply);
    if (r) return r;
    V(ContactFindReply) *f = (void *)c->r.body;
    V(Contact) *hit = f->n_contacts == 1 ? f->contacts[0] : NULL;
    char *end = NULL;
    unsigned long long n = *query == 'C' || *query == 'c' ? strtoull(query + 1, &end, 10) : 0;
    int same = 0;
    for (size_t i = 0; i < f->n_contacts && !hit; i++)
        if (n && !*end && f->contacts[i]->number == n) hit = f->contacts[i];
    for (size_t i = 0; i < f->n_contacts && f->n_contacts > 1 && !(n && hit); i++)
        if (f->contacts[i]->name && !strcasecmp(f->contacts[i]->name, query) && ++same) hit = f->contacts[i];
    if (same > 1) hit = NULL;
    if (!hit || hit->contact_id.len != 16) {
        if (f->n_contacts) list_begin(c, "candidates");
        for (size_t i = 0; i < f->n_contacts; i++)
            list_item(c), show_contact(c, f->contacts[i]), buf_put_u8(&c->j, '}');
        list_end(c);
        return fail(c, EX_DATAERR, f->n_contacts ? "several fit %s; use the number (C12)" : "nobody found for %s",
                    query);
    }
    memcpy(id->b, hit->contact_id.data, 16);
    *number = hit->number;
    snprintf(name, size, "%s", hit->name ? hit->name : "");
    vs_directory_put(c->box, id, hit->number, name);
    return 0;
}
static int do_whoami(struct ctx *c) {
    int r = line_open(c);
    V(WhoamiRequest) q = VOUCHSAFE__V1__WHOAMI_REQUEST__INIT;
    if (r || (r = CALL(c, WHOAMI, false, q, whoami_reply))) return r;
    V(Who) *w = ((V(WhoamiReply) *)(void *)c->r.body)->who;
    if (!w) return EX_PROTOCOL;
    const char *role = w->role > 0 && w->role < 6 ? ROLES[w->role] : "";
    say(c, "%s (%s), %s at %s", w->name ? w->name : "", w->login ? w->login : "", role,
        w->business_name ? w->business_name : "");
    js(&c->j, "login", w->login), js(&c->j, "name", w->name), js(&c->j, "role", role),
        js(&c->j, "business", w->business);
    return 0;
}
static int do_join(struct ctx *c) {
    const char *device = opt(c, "--name", true);
    if (c->argc != 1) return fail(c, EX_USAGE, "join takes one line, in quotes");
    int status = vs_join(c->path, c->argv[0], device, c->err, sizeof c->err);
    if (status != VS_OK)
        return fail(c,
                    status == VS_UNAVAILABLE ? EX_UNAVAILABLE
                    : status == VS_INTERNAL  ? EX_IOERR
                                             : EX_DATAERR,
                    "%s", c->err);
    say(c, "joined");
    return 0;
}
static int do_touch(struct ctx *c) {
    const char *at = opt(c, "--at", true), *score = opt(c, "--score", true);
    bool shared = opt(c, "--shared", false) != NULL;
    int w = 0, ch = 0, r;
    while (w < c->argc && (w == 0 || !(ch = word(CHANNELS, c->argv[w])))) w++;
    if (!ch) return fail(c, EX_USAGE, "touch NAME CHANNEL: the channel is missing (call, email, meeting, ...)");
    V(Touch) t = VOUCHSAFE__V1__TOUCH__INIT;
    V(TouchLogRequest) q = VOUCHSAFE__V1__TOUCH_LOG_REQUEST__INIT;
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    t.has_id = t.has_contact_id = t.has_occurred_at = t.has_channel = 1;
    t.occurred_at = (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
    t.channel = (V(Channel))ch, t.has_shared = shared, t.shared = shared;
    for (int i = w + 1; i < c->argc; i++) {
        char *a = c->argv[i];
        int mood = !strcmp(a, "+")   ? 1
                   : !strcmp(a, "=") ? 2
                   : !strcmp(a, "-") ? 3
                                     : 0,
            st = *a == '@' ? word(STAGES, a + 1) : 0;
        if (mood)
            t.has_sentiment = 1, t.sentiment = (V(Sentiment))mood;
        else if (st)
            t.has_stage = 1, t.stage = (V(Stage))st;
        else if (*a == '@' || !strncmp(a, "--", 2) || t.note)
            return fail(c, EX_USAGE, "%s is not understood; notes go in quotes", a);
        else
            t.note = a;
    }
    if (at) {
        struct tm tm = {.tm_isdst = -1};
        const char *e = strptime(at, "%Y-%m-%d %H:%M", &tm);
        if (!e || *e) return fail(c, EX_USAGE, "--at takes \"YYYY-MM-DD HH:MM\"");
        t.occurred_at = (int64_t)mktime(&tm) * 1000000;
    }
    if (score) {
        char x;
        if (sscanf(score, "%u/%u%c", &t.score, &t.score_scale, &x) != 2)
            return fail(c, EX_USAGE, "--score takes N/M, e.g. 9/10");
        t.has_score = t.has_score_scale = 1;
    }
    char query[600], name[300], label[700], reason[700] = "";
    struct id contact, id = id_new();
    uint64_t number;
    join_words(c, w, query, sizeof query);
    if ((r = seat_open(c))) return r;
    c->client = vs_connect(&c->seat, c->err, sizeof c->err);
    if (c->client && !vs_logged_in(c->client)) vs_disconnect(c->client), c->client = NULL;
    if ((r = resolve(c, query, &contact, &number, name, sizeof name))) return r;
    t.id = BYTES(&id), t.contact_id = BYTES(&contact), q.touch = &t;
    uint8_t body[16384];
    if (vouchsafe__v1__touch_log_request__get_packed_size(&q) > 10000)
        return fail(c, EX_DATAERR, "the note is too long");
    size_t n = vouchsafe__v1__touch_log_request__pack(&q, body);
    snprintf(label, sizeof label, "C%llu %s %s", (unsigned long long)number, name, CHANNELS[ch]);
    if (vs_outbox_append(c->box, &id, M(TOUCH_LOG), (struct slice){body, n}, label))
        return fail(c, EX_IOERR, "not saved: %s", vs_outbox_error(c->box));
    if (c->client) (void)!vs_outbox_drain(c->box, c->client);
    int s = vs_outbox_state(c->box, &id, reason, sizeof reason);
    js(&c->j, "entry", label);
    js(&c->j, "state", s == VS_OUTBOX_GONE ? "logged" : s == VS_OUTBOX_REFUSED ? "refused" : "saved");
    if (s == VS_OUTBOX_REFUSED) return fail(c, EX_DATAERR, "refused: %s", reason);
    say(c, s == VS_OUTBOX_GONE ? "logged %s" : "%s saved; it will be sent when the line is back", label);
    return s == VS_OUTBOX_GONE ? 0 : EX_SAVED;
}
static int do_contact_add(struct ctx *c) {
    const char *email = opt(c, "--email", true), *phone = opt(c, "--phone", true);
    char name[600];
    join_words(c, c->argc, name, sizeof name);
    if (!*name) return fail(c, EX_USAGE, "contact add NAME: the name is missing");
    int r = line_open(c);
    if (r) return r;
    struct id id = id_new();
    V(ContactAddRequest) q = VOUCHSAFE__V1__CONTACT_ADD_REQUEST__INIT;
    q.has_contact_id = 1, q.contact_id = BYTES(&id), q.name = name, q.email = (char *)email, q.phone = (char *)phone;
    if ((r = CALL(c, CONTACT_ADD, true, q, contact_add_reply))) return r;
    V(ContactAddReply) *a = (void *)c->r.body;
    if (a->contact) show_contact(c, a->contact);
    list_begin(c, "likely_duplicates");
    for (size_t i = 0; i < a->n_likely_duplicates; i++) {
        V(Duplicate) *d = a->likely_duplicates[i];
        say(c, "perhaps the same: C%llu %s (%s)", (unsigned long long)d->number, d->name ? d->name : "",
            d->because ? d->because : "");
        list_item(c), json_number(&c->j, "number", (long long)d->number), js(&c->j, "name", d->name),
            js(&c->j, "because", d->because), buf_put_u8(&c->j, '}');
    }
    list_end(c);
    return 0;
}
static int do_contact_find(struct ctx *c) {
    char query[600];
    join_words(c, c->argc, query, sizeof query);
    if (!*query) return fail(c, EX_USAGE, "contact find QUERY: what shall be found?");
    int r = line_open(c);
    V(ContactFindRequest) q = VOUCHSAFE__V1__CONTACT_FIND_REQUEST__INIT;
    q.query = query, q.has_limit = 1, q.limit = 10;
    if (r || (r = CALL(c, CONTACT_FIND, false, q, contact_find_reply))) return r;
    V(ContactFindReply) *f = (void *)c->r.body;
    list_begin(c, "contacts");
    for (size_t i = 0; i < f->n_contacts; i++) list_item(c), show_contact(c, f->contacts[i]), buf_put_u8(&c->j, '}');
    list_end(c);
    if (!f->n_contacts) say(c, "nobody found");
    return 0;
}
/* The contact all words of the line name. */
static int resolve_words(struct ctx *c, int n, struct id *id) {
    char query[600], name[300];
    uint64_t number;
    join_words(c, n, query, sizeof query);
    if (!*query) return fail(c, EX_USAGE, "whose? give a name or a number (C12)");
    int r = line_open(c);
    return r ? r : resolve(c, query, id, &number, name, sizeof name);
}
static int do_contact_show(struct ctx *c) {
    struct id id;
    int r = resolve_words(c, c->argc, &id);
    V(ContactGetRequest) q = VOUCHSAFE__V1__CONTACT_GET_REQUEST__INIT;
    q.has_contact_id = 1, q.contact_id = BYTES(&id);
    if (r || (r = CALL(c, CONTACT_GET, false, q, contact_get_reply))) return r;
    V(Contact) *k = ((V(ContactGetReply) *)(void *)c->r.body)->contact;
    if (!k) return fail(c, EX_PROTOCOL, "the answer holds no contact");
    show_contact(c, k);
    if (k->organization) say(c, "organization: %s", k->organization), js(&c->j, "organization", k->organization);
    if (k->owner) say(c, "owner: %s", k->owner), js(&c->j, "owner", k->owner);
    if (k->origin) say(c, "origin: %s", k->origin), js(&c->j, "origin", k->origin);
    if (k->has_touches)
        say(c, "touches: %lld", (long long)k->touches), json_number(&c->j, "touches", (long long)k->touches);
    return 0;
}
static int do_timeline(struct ctx *c) {
    const char *limit = opt(c, "--limit", true);
    char *end = NULL;
    unsigned long n = limit ? strtoul(limit, &end, 10) : 20;
    if (n < 1 || n > 200 || (end && *end)) return fail(c, EX_USAGE, "--limit takes 1 to 200");
    struct id id;
    int r = resolve_words(c, c->argc, &id);
    V(TouchTimelineRequest) q = VOUCHSAFE__V1__TOUCH_TIMELINE_REQUEST__INIT;
    q.has_contact_id = q.has_page_size = 1, q.contact_id = BYTES(&id), q.page_size = (uint32_t)n;
    if (r || (r = CALL(c, TOUCH_TIMELINE, false, q, touch_timeline_reply))) return r;
    V(TouchTimelineReply) *t = (void *)c->r.body;
    list_begin(c, "entries");
    for (size_t i = 0; i < t->n_entries; i++) {
        V(TouchEntry) *e = t->entries[i];
        char when[32] = "", score[32] = "";
        time_t s = (time_t)(e->occurred_at / 1000000);
        struct tm tm;
        if (localtime_r(&s, &tm)) strftime(when, sizeof when, "%Y-%m-%d %H:%M", &tm);
        if (e->has_score) snprintf(score, sizeof score, "%u/%u", e->score, e->score_scale);
        const char *ch = e->channel > 0 && e->channel < 15 ? CHANNELS[e->channel] : "?",
                   *st = e->stage > 0 && e->stage < 8 ? STAGES[e->stage] : "";
        const char *mood = e->sentiment == 1 ? "+" : e->sentiment == 3 ? "-" : "=";
        say(c, "%s  %-8s %s %-6s %s  %s%s%s%s", when, ch, mood, st, e->by ? e->by : "", score, *score ? "  " : "",
            e->note ? e->note : "", e->struck ? "  (struck)" : "");
        list_item(c), json_number(&c->j, "occurred_at", (long long)e->occurred_at), js(&c->j, "channel", ch),
            js(&c->j, "sentiment", mood), js(&c->j, "stage", st);
        js(&c->j, "by", e->by), js(&c->j, "score", score), js(&c->j, "note", e->note),
            json_number(&c->j, "struck", e->struck), buf_put_u8(&c->j, '}');
    }
    list_end(c);
    if (!t->n_entries) say(c, "nothing yet");
    return 0;
}
static void outbox_row(void *arg, const struct id *id, const char *label, int state, const char *reason) {
    struct ctx *c = arg;
    char text[ID_TEXT];
    id_format(id, text);
    say(c, "%s  %s  %s  %s", text, vs_outbox_state_name(state), label, reason);
    list_item(c), js(&c->j, "id", text), js(&c->j, "state", vs_outbox_state_name(state)), js(&c->j, "entry", label),
        js(&c->j, "reason", reason), buf_put_u8(&c->j, '}');
}
static int do_outbox_list(struct ctx *c) {
    int r = seat_open(c);
    if (r) return r;
    list_begin(c, "entries");
    r = vs_outbox_each(c->box, outbox_row, c);
    list_end(c);
    return r ? fail(c, EX_IOERR, "%s", vs_outbox_error(c->box)) : 0;
}
static int do_outbox_retry(struct ctx *c) {
    int r = seat_open(c);
    if (r) return r;
    if (vs_outbox_retry(c->box)) return fail(c, EX_IOERR, "%s", vs_outbox_error(c->box));
    vs_seat_free(&c->seat);
    vs_outbox_close(c->box);
    c->box = NULL;
    if ((r = line_open(c))) return r;
    if (vs_outbox_drain(c->box, c->client) < 0) return fail(c, EX_IOERR, "%s", vs_outbox_error(c->box));
    long long left = vs_outbox_waiting(c->box);
    json_number(&c->j, "waiting", left);
    say(c, "%lld waiting", left);
    return left ? EX_SAVED : 0;
}
static int do_outbox_discard(struct ctx *c) {
    struct id id;
    if (c->argc != 1 || id_parse(c->argv[0], &id))
        return fail(c, EX_USAGE, "outbox discard ID: the id is what outbox list shows");
    int r = seat_open(c);
    if (r) return r;
    r = vs_outbox_discard(c->box, &id);
    if (r < 0) return fail(c, EX_IOERR, "%s", vs_outbox_error(c->box));
    if (!r) return fail(c, EX_DATAERR, "there is no such entry");
    say(c, "discarded");
    return 0;
}
/* Walks the partners; find: only that number ("P1"), into *id, silently. */
static int partners(struct ctx *c, const char *find, struct id *id) {
    uint8_t token[512];
    size_t token_len = 0;
    unsigned long long want = 0;
    char x;
    if (find && (sscanf(find, "%*[Pp]%llu%c", &want, &x) != 1))
        return fail(c, EX_USAGE, "%s is not a partner's number (P1)", find);
    do {
        V(PartnerListRequest) q = VOUCHSAFE__V1__PARTNER_LIST_REQUEST__INIT;
        q.has_page_token = token_len > 0, q.page_token = (ProtobufCBinaryData){token_len, token};
        int r = CALL(c, PARTNER_LIST, false, q, partner_list_reply);
        if (r) return r;
        if (!find && !token_len) list_begin(c, "partners");
        V(PartnerListReply) *l = (void *)c->r.body;
        for (size_t i = 0; i < l->n_partners; i++) {
            V(Partner) *p = l->partners[i];
            if (find && p->number == want && p->partner_id.len == 16) {
                memcpy(id->b, p->partner_id.data, 16);
                return 0;
            }
            if (find) continue;
            say(c, "P%llu  %s  %u accounts  %u contacts", (unsigned long long)p->number, p->name ? p->name : "",
                p->accounts, p->contacts);
            list_item(c), json_number(&c->j, "number", (long long)p->number), js(&c->j, "name", p->name),
                json_number(&c->j, "accounts", p->accounts), json_number(&c->j, "contacts", p->contacts),
                buf_put_u8(&c->j, '}');
        }
        token_len = l->next_page_token.len <= sizeof token ? l->next_page_token.len : 0;
        if (token_len) memcpy(token, l->next_page_token.data, token_len);
    } while (token_len);
    if (!find) list_end(c);
    return find ? fail(c, EX_DATAERR, "there is no partner %s", find) : 0;
}
static int do_partner_list(struct ctx *c) {
    int r = line_open(c);
    if (r) return r;
    return partners(c, NULL, NULL);
}
static int do_partner_add(struct ctx *c) {
    char name[600];
    join_words(c, c->argc, name, sizeof name);
    if (!*name) return fail(c, EX_USAGE, "partner add NAME: the name is missing");
    struct id id = id_new();
    int r = line_open(c);
    V(PartnerAddRequest) q = VOUCHSAFE__V1__PARTNER_ADD_REQUEST__INIT;
    q.has_partner_id = 1, q.partner_id = BYTES(&id), q.name = name;
    if (r || (r = CALL(c, PARTNER_ADD, true, q, partner_add_reply))) return r;
    unsigned long long n = ((V(PartnerAddReply) *)(void *)c->r.body)->number;
    say(c, "added P%llu %s", n, name);
    json_number(&c->j, "number", (long long)n), js(&c->j, "name", name);
    return 0;
}
static int share(struct ctx *c, bool grant) {
    bool log = grant && opt(c, "--log", false);
    struct id contact, partner;
    if (c->argc < 2) return fail(c, EX_USAGE, "name the contact and the partner's number: Ann Lee P1");
    int r = resolve_words(c, c->argc - 1, &contact);
    if (r || (r = partners(c, c->argv[c->argc - 1], &partner))) return r;
    if (grant) {
        V(ShareGrantRequest) q = VOUCHSAFE__V1__SHARE_GRANT_REQUEST__INIT;
        q.has_contact_id = q.has_partner_id = q.has_may_log = 1, q.contact_id = BYTES(&contact),
        q.partner_id = BYTES(&partner), q.may_log = log;
        r = CALL(c, SHARE_GRANT, true, q, share_grant_reply);
    } else {
        V(ShareRevokeRequest) q = VOUCHSAFE__V1__SHARE_REVOKE_REQUEST__INIT;
        q.has_contact_id = q.has_partner_id = 1, q.contact_id = BYTES(&contact), q.partner_id = BYTES(&partner);
        r = CALL(c, SHARE_REVOKE, true, q, share_revoke_reply);
    }
    if (!r) say(c, grant ? "shared" : "no longer shared");
    return r;
}
static int do_share_grant(struct ctx *c) { return share(c, true); }
static int do_share_revoke(struct ctx *c) { return share(c, false); }
static int do_account_add(struct ctx *c) {
    const char *name = opt(c, "--name", true), *role = opt(c, "--role", true), *partner = opt(c, "--partner", true);
    int k = role ? word(ROLES, role) : 0;
    if (c->argc != 1 || !name || !k)
        return fail(c, EX_USAGE, "account add LOGIN --name NAME --role sales|service|partner|admin|manager");
    struct id id = id_new(), pid;
    int r = line_open(c);
    if (r || (partner && (r = partners(c, partner, &pid)))) return r;
    V(AccountAddRequest) q = VOUCHSAFE__V1__ACCOUNT_ADD_REQUEST__INIT;
    q.has_account_id = q.has_role = 1, q.account_id = BYTES(&id), q.login = c->argv[0], q.name = (char *)name,
    q.role = (V(Role))k;
    if (partner) q.has_partner_id = 1, q.partner_id = BYTES(&pid);
    if ((r = CALL(c, ACCOUNT_ADD, true, q, account_add_reply))) return r;
    say(c, "added %s; next: account enrol %s", c->argv[0], c->argv[0]);
    js(&c->j, "login", c->argv[0]);
    return 0;
}
static int do_account_list(struct ctx *c) {
    uint8_t token[512];
    size_t token_len = 0;
    int r = line_open(c);
    if (r) return r;
    do {
        V(AccountListRequest) q = VOUCHSAFE__V1__ACCOUNT_LIST_REQUEST__INIT;
        q.has_page_token = token_len > 0, q.page_token = (ProtobufCBinaryData){token_len, token};
        if ((r = CALL(c, ACCOUNT_LIST, false, q, account_list_reply))) return r;
        if (!token_len) list_begin(c, "accounts");
        V(AccountListReply) *l = (void *)c->r.body;
        for (size_t i = 0; i < l->n_accounts; i++) {
            V(Account) *a = l->accounts[i];
            const char *role = a->role > 0 && a->role < 6 ? ROLES[a->role] : "";
            say(c, "%-16s %-8s %u devices  %s  %s", a->login ? a->login : "", role, a->devices, a->name ? a->name : "",
                a->partner_name ? a->partner_name : "");
            list_item(c), js(&c->j, "login", a->login), js(&c->j, "name", a->name), js(&c->j, "role", role),
                js(&c->j, "partner", a->partner_name), json_number(&c->j, "devices", a->devices),
                buf_put_u8(&c->j, '}');
        }
        token_len = l->next_page_token.len <= sizeof token ? l->next_page_token.len : 0;
        if (token_len) memcpy(token, l->next_page_token.data, token_len);
    } while (token_len);
    list_end(c);
    return 0;
}
static int do_account_enrol(struct ctx *c) {
    if (c->argc != 1) return fail(c, EX_USAGE, "account enrol LOGIN: whose machine shall join?");
    struct id id = id_new();
    struct join_line l = {0};
    uint8_t hash[32];
    char line[JOIN_LINE_MAX + 1];
    randombytes_buf(l.secret, sizeof l.secret);
    crypto_hash_sha256(hash, l.secret, sizeof l.secret);
    int r = line_open(c);
    V(EnrolmentAddRequest) q = VOUCHSAFE__V1__ENROLMENT_ADD_REQUEST__INIT;
    q.has_enrolment_id = q.has_secret_hash = 1, q.enrolment_id = BYTES(&id), q.login = c->argv[0],
    q.secret_hash = (ProtobufCBinaryData){32, hash};
    if (r || (r = CALL(c, ENROLMENT_ADD, true, q, enrolment_add_reply))) return r;
    V(EnrolmentAddReply) *e = (void *)c->r.body;
    if (e->root_pin.len != 32 || e->business_id.len != 16)
        return fail(c, EX_PROTOCOL, "the answer lacks the pin or the business");
    memcpy(l.root_pin, e->root_pin.data, 32);
    memcpy(l.business.b, e->business_id.data, 16);
    size_t used = 0;
    for (size_t i = 0; i < e->n_addresses && used < sizeof l.addresses; i++)
        used += (size_t)snprintf(l.addresses + used, sizeof l.addresses - used, "%s%s", i ? "," : "", e->addresses[i]);
    if (used >= sizeof l.addresses || join_line_format(&l, line, sizeof line))
        return fail(c, EX_CONFIG, "the server names no usable address; set its public addresses");
    say(c, "%s", line);
    js(&c->j, "line", line), json_number(&c->j, "expires_at", (long long)e->expires_at);
    return 0;
}
static int do_account_revoke(struct ctx *c) {
    if (c->argc != 1) return fail(c, EX_USAGE, "account revoke LOGIN: whose devices shall be shut out?");
    int r = line_open(c);
    V(AccountRevokeRequest) q = VOUCHSAFE__V1__ACCOUNT_REVOKE_REQUEST__INIT;
    q.login = c->argv[0];
    if (r || (r = CALL(c, ACCOUNT_REVOKE, true, q, account_revoke_reply))) return r;
    say(c, "every session, token and device of %s is ended", c->argv[0]);
    return 0;
}

static const struct command {
    const char *words, *usage, *help, *example[2];
    int seats;
    int (*run)(struct ctx *c);
} COMMANDS[] = {
    {"join",
     "LINE [--name DEVICE]",
     "let this machine join",
     {"join 'vouchsafe-join:v1:...'", "join 'vouchsafe-join:v1:...' --name van-3"},
     ALL,
     do_join},
    {"whoami", "", "who this seat is", {"whoami", "whoami --json"}, ALL, do_whoami},
    {"touch",
     "NAME|C12 CHANNEL [+|-|=] [\"NOTE\"] [@STAGE] [--at WHEN] ...",
     "log a touchpoint",
     {"touch Ann Lee call + \"happy with the roof\" @buy", "touch C12 survey --score 9/10 --at \"2026-11-20 14:30\""},
     ALL,
     do_touch},
    {"timeline",
     "NAME|C12 [--limit N]",
     "a contact's touchpoints, newest first",
     {"timeline Ann Lee", "timeline C12 --limit 5"},
     ALL,
     do_timeline},
    {"contact add",
     "NAME [--email E] [--phone P]",
     "add a contact",
     {"contact add Ann Lee", "contact add Ann Lee --email ann@example.org"},
     STAFF,
     do_contact_add},
    {"contact find",
     "QUERY",
     "find by name, e-mail, phone, number",
     {"contact find ann", "contact find ann@example.org"},
     ALL,
     do_contact_find},
    {"contact show",
     "NAME|C12",
     "show one contact",
     {"contact show C12", "contact show Ann Lee"},
     ALL,
     do_contact_show},
    {"outbox list",
     "",
     "what is not sent yet, or was refused",
     {"outbox list", "outbox list --json"},
     ALL,
     do_outbox_list},
    {"outbox retry",
     "",
     "send what waits; refused entries too",
     {"outbox retry", "outbox retry --json"},
     ALL,
     do_outbox_retry},
    {"outbox discard",
     "ID",
     "drop an entry for good",
     {"outbox discard 01936c1e-0000-7000-8000-000000000001", "outbox discard ID --json"},
     ALL,
     do_outbox_discard},
    {"share grant",
     "NAME|C12 P1 [--log]",
     "let a partner see a contact",
     {"share grant Ann Lee P1", "share grant C12 P1 --log"},
     STAFF,
     do_share_grant},
    {"share revoke",
     "NAME|C12 P1",
     "take that back",
     {"share revoke Ann Lee P1", "share revoke C12 P1"},
     STAFF,
     do_share_revoke},
    {"account add",
     "LOGIN --name N --role R [--partner P1]",
     "add an account",
     {"account add ann --name \"Ann Lee\" --role sales", "account add bo --name Bo --role partner --partner P1"},
     ADMIN,
     do_account_add},
    {"account list", "", "list accounts", {"account list", "account list --json"}, ADMIN, do_account_list},
    {"account enrol",
     "LOGIN",
     "make a join line, good once",
     {"account enrol ann", "account enrol ann --json"},
     ADMIN,
     do_account_enrol},
    {"account revoke",
     "LOGIN",
     "end all sessions, tokens and devices",
     {"account revoke ann", "account revoke ann --json"},
     ADMIN,
     do_account_revoke},
    {"partner add",
     "NAME",
     "add a partner",
     {"partner add Gutter Works", "partner add \"Gutter Works\" --json"},
     ADMIN,
     do_partner_add},
    {"partner list", "", "list partners", {"partner list", "partner list --json"}, ADMIN, do_partner_list},
};

static size_t distance(const char *a, const char *b) { /* Levenshtein, short words */
    size_t row[64], n = strlen(b);
    if (n >= ARRAY_LEN(row)) return 99;
    for (size_t i = 0; i <= n; i++) row[i] = i;
    for (size_t i = 1; *a; a++, i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t k = 1; k <= n; k++) {
            size_t cost = diagonal + (*a != b[k - 1]);
            diagonal = row[k];
            size_t step = (row[k] < row[k - 1] ? row[k] : row[k - 1]) + 1;
            row[k] = step < cost ? step : cost;
        }
    }
    return row[n];
}
static void help_all(struct ctx *c, int seat) {
    int shown = 0;
    if (c->json) list_begin(c, "commands");
    for (size_t i = 0; i < ARRAY_LEN(COMMANDS) && !c->json && shown < 2; i++)
        if ((COMMANDS[i].seats & seat) && COMMANDS[i].run != do_join && COMMANDS[i].run != do_whoami)
            printf("%s%s %s\n", shown ? "" : "Examples:\n", c->program, COMMANDS[i].example[0]), shown++;
    if (!c->json) puts("\nCommands (COMMAND --help tells more; --json prints one JSON object):");
    for (size_t i = 0; i < ARRAY_LEN(COMMANDS); i++) {
        if (!(COMMANDS[i].seats & seat)) continue;
        if (c->json)
            list_item(c), js(&c->j, "command", COMMANDS[i].words), js(&c->j, "help", COMMANDS[i].help),
                buf_put_u8(&c->j, '}');
        else
            printf("  %-16s %s\n", COMMANDS[i].words, COMMANDS[i].help);
    }
    if (c->json)
        list_end(c);
    else
        puts("\nExit: 0 done, 64 usage, 65 bad data, 69 no line, 75 saved, 77 not allowed");
}
static void help_one(struct ctx *c, const struct command *m) {
    if (c->json) {
        js(&c->j, "command", m->words), js(&c->j, "usage", m->usage), js(&c->j, "help", m->help);
        return;
    }
    printf("Examples:\n  %s %s\n  %s %s\n\nUsage: %s %s\n  %s\n  %s\n", c->program, m->example[0], c->program,
           m->example[1], c->program, m->words, m->usage, m->help);
    if (m->run != do_touch) return;
    puts(
        "\nChannels: call email meeting event social web chat letter onsite delivery\n          support invoice survey other\n"
        "Stages:   know like trust try buy repeat refer\n"
        "  + - =                    went well, went badly, neutral\n"
        "  --at \"YYYY-MM-DD HH:MM\"  when it was, local time\n"
        "  --shared                 partners may read it\n"
        "  --score N/M              e.g. 9/10");
}
static int run(struct ctx *c) {
    int seat = !strcmp(ME(c), "sales")     ? SALES
               : !strcmp(ME(c), "service") ? SERVICE
               : !strcmp(ME(c), "partner") ? PARTNER
                                           : ADMIN;
    bool help = opt(c, "--help", false) != NULL;
    if (opt(c, "--version", false)) {
        say(c, "%s %s", c->program, VOUCHSAFE_VERSION);
        js(&c->j, "version", VOUCHSAFE_VERSION);
        return 0;
    }
    if (!c->argc) {
        if (!help) return fail(c, EX_USAGE, "no command; see --help");
        help_all(c, seat);
        return 0;
    }
    const struct command *best = NULL;
    size_t best_distance = 4;
    for (size_t i = 0; i < ARRAY_LEN(COMMANDS); i++) {
        const struct command *m = &COMMANDS[i];
        int n = strchr(m->words, ' ') ? 2 : 1;
        char said[600];
        if (!(m->seats & seat)) continue;
        join_words(c, n < c->argc ? n : c->argc, said, sizeof said);
        if (!strcmp(said, m->words)) {
            if (help) {
                help_one(c, m);
                return 0;
            }
            c->argv += n, c->argc -= n;
            if (vs_home(c->home, sizeof c->home, c->err, sizeof c->err)) return fail(c, EX_IOERR, "%s", c->err);
            snprintf(c->path, sizeof c->path, "%s/%s.seat", c->home, ME(c));
            return m->run(c);
        }
        size_t d = distance(said, m->words);
        if (d < best_distance) best_distance = d, best = m;
    }
    if (best) return fail(c, EX_USAGE, "there is no command %s; did you mean: %s", c->argv[0], best->words);
    return fail(c, EX_USAGE, "there is no command %s; see --help", c->argv[0]);
}
int cli_main(int argc, char **argv, const char *program) {
    struct ctx c = {.program = program, .argc = argc > 0 ? argc - 1 : 0, .argv = argv + (argc > 0)};
    if (sodium_init() < 0) return EX_SOFTWARE;
    buf_init(&c.j, 0);
    c.json = opt(&c, "--json", false) != NULL;
    int r = run(&c);
    if (c.json && buf_failed(&c.j)) r = EX_OSERR;
    if (c.json) {
        printf("{%.*s%s\"exit\":%d}\n", (int)buf_len(&c.j), buf_len(&c.j) ? (const char *)buf_data(&c.j) : "",
               buf_len(&c.j) ? "," : "", r);
        if (fflush(stdout)) r = EX_IOERR;
    }
    vs_reply_free(&c.r);
    vs_disconnect(c.client);
    vs_outbox_close(c.box);
    vs_seat_free(&c.seat);
    buf_free(&c.j);
    return r;
}
