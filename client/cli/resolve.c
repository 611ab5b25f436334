/* SPDX-License-Identifier: Apache-2.0 */
/* Who is meant by "C12", "Ann Lee", "P1", "Acme Plumbing". What is not exactly one is never guessed: a person picks, a script gets the
 * candidates. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sysexits.h>
#include "client/cli/cli.h"
#include "client/cli/money.h"
#include "client/cli/when.h"
#include "vouchsafe/text.h"
#include "vouchsafe/v1/account.pb-c.h"
#include "vouchsafe/v1/business.pb-c.h"
#include "vouchsafe/v1/claim.pb-c.h"
#include "vouchsafe/v1/contact.pb-c.h"
#include "vouchsafe/v1/lookup.pb-c.h"
#include "vouchsafe/v1/method.pb-c.h"
#include "vouchsafe/v1/referral.pb-c.h"
#include "vouchsafe/v1/reward.pb-c.h"
#include "vouchsafe/v1/touch.pb-c.h"

#define M(x) VOUCHSAFE__V1__METHOD__##x
#define D(x) &vouchsafe__v1__##x##__descriptor

static bool same_name(const char *a, const char *b) {
    char x[TEXT_KEY_MAX], y[TEXT_KEY_MAX];
    if (text_name_key(a, x, sizeof x) || text_name_key(b, y, sizeof y)) return !strcasecmp(a, b);
    return !strcmp(x, y);
}

uint64_t number_of(const char *query, char letter) {
    char *end;
    if (toupper((unsigned char)query[0]) != letter || !isdigit((unsigned char)query[1])) return 0;
    unsigned long long n = strtoull(query + 1, &end, 10);
    return *end ? 0 : n;
}

/* --- contacts ----------------------------------------------------------------------------------------------------- */

static int take(const ProtobufCMessage *m, struct who *out) {
    out->number = message_number(m, "number");
    snprintf(out->name, sizeof out->name, "%s", message_text(m, "name"));
    return message_id(m, "contact_id", &out->id) ? 0 : EX_PROTOCOL;
}

static int off_line(struct cli *c, const char *query, struct who *out) {
    int n = vs_directory_find(c->outbox, query, &out->id, &out->number, out->name, sizeof out->name);
    if (n == 1) return 0;
    if (!n) return cli_fail(c, EX_UNAVAILABLE, "off line (%s), and \"%s\" was never seen here", c->err, query);
    return cli_fail(c, EX_DATAERR, "off line, and %d people here are called \"%s\"; use the number (C12)", n, query);
}

static int by_number(struct cli *c, uint64_t number, const char *query, struct who *out) {
    Vouchsafe__V1__ContactGetRequest q = VOUCHSAFE__V1__CONTACT_GET_REQUEST__INIT;
    q.has_number = 1, q.number = number;
    vs_reply_free(&c->reply);
    int status = vs_call(c->client, M(CONTACT_GET), NULL, &q.base, D(contact_get_reply), &c->reply);
    if (status == VS_NOT_FOUND) return cli_fail(c, EX_DATAERR, "nobody found for \"%s\"", query);
    if (status != VS_OK || !c->reply.body) return cli_refused(c, &c->reply);
    struct field f = message_find(c->reply.body, "contact");
    int r = field_count(f) ? take(field_message(f, 0), out) : EX_PROTOCOL;
    if (r) return cli_fail(c, r, "the answer holds no contact");
    vs_directory_put(c->outbox, &out->id, out->number, out->name);
    return 0;
}

/* "2026-11-20 15:00 call, wants a quote" */
static void last_touch(struct cli *c, const struct id *contact, char *out, size_t size) {
    Vouchsafe__V1__TouchTimelineRequest q = VOUCHSAFE__V1__TOUCH_TIMELINE_REQUEST__INIT;
    struct vs_reply r;
    char when[32], channel[32], note[60];
    q.has_contact_id = q.has_page_size = 1, q.page_size = 1;
    q.contact_id = (ProtobufCBinaryData){16, (uint8_t *)(uintptr_t)contact->b};
    int status = vs_call(c->client, M(TOUCH_TIMELINE), NULL, &q.base, D(touch_timeline_reply), &r);
    const Vouchsafe__V1__TouchTimelineReply *t = (const void *)r.body;
    snprintf(out, size, "no touch yet");
    if (status == VS_OK && t && t->n_entries) {
        const Vouchsafe__V1__TouchEntry *e = t->entries[0];
        when_format_local(e->occurred_at, when, sizeof when);
        enum_word(D(channel), (int)e->channel, channel, sizeof channel);
        const char *text = e->note ? e->note : "";
        size_t n = text_fit(text, sizeof note / 3);
        snprintf(note, sizeof note, "%.*s", (int)(n < sizeof note ? n : 0), text);
        snprintf(out, size, "%s %s%s%s", when, channel, *note ? ", " : "", note);
    }
    vs_reply_free(&r);
}

static int pick(struct cli *c, const char *query, struct who *list, size_t n, struct who *out) {
    out_note(&c->out, "\"%s\" may be:", query);
    for (size_t i = 0; i < n; i++) {
        char last[160];
        last_touch(c, &list[i].id, last, sizeof last);
        out_note(&c->out, "  %zu  C%llu  %s  (%s)", i + 1, (unsigned long long)list[i].number, list[i].name, last);
    }
    char *end, *said = cli_ask(c, "Which one? (a number; nothing to leave it) ", false);
    unsigned long k = said ? strtoul(said, &end, 10) : 0;
    if (k < 1 || k > n || *end) return cli_fail(c, EX_DATAERR, "nobody was picked; nothing is done");
    *out = list[k - 1];
    return 0;
}

static int candidates(struct cli *c, const char *query, const struct who *list, size_t n) {
    struct json scratch = {0}, *j = c->aside ? &scratch : &c->error;
    char names[400];
    size_t used = 0;
    json_open(j, '{');
    json_key(j, "candidates");
    json_open(j, '[');
    names[0] = 0;
    for (size_t i = 0; i < n; i++) {
        char id[ID_TEXT];
        id_format(&list[i].id, id);
        json_open(j, '{');
        json_member(j, "contact_id", id);
        json_key(j, "number");
        json_int(j, (int64_t)list[i].number);
        json_member(j, "name", list[i].name);
        json_close(j, '}');
        if (used < sizeof names)
            used += (size_t)snprintf(names + used, sizeof names - used, "%sC%llu %s", i ? ", " : "",
                                     (unsigned long long)list[i].number, list[i].name);
    }
    json_close(j, ']');
    buf_free(&scratch.b);
    return cli_fail(c, EX_DATAERR, "\"%s\" is not exactly one contact; use the number: %s", query, names);
}

static bool
is_address(const char *query) { /* an e-mail address or a number to call: the server compares them exactly */
    char key[TEXT_KEY_MAX];
    return !text_email_key(query, key, sizeof key) || !text_phone_key(query, "DE", key, sizeof key);
}

static int by_name(struct cli *c, const char *query, struct who *out) {
    Vouchsafe__V1__ContactFindRequest q = VOUCHSAFE__V1__CONTACT_FIND_REQUEST__INIT;
    q.query = (char *)(uintptr_t)query, q.has_limit = 1, q.limit = 10;
    int r = line_call(c, M(CONTACT_FIND), false, &q.base, D(contact_find_reply));
    if (r) return r;
    const Vouchsafe__V1__ContactFindReply *f = (const void *)c->reply.body;
    struct who list[10];
    size_t n = 0, exact = 0, at = 0;
    for (size_t i = 0; i < f->n_contacts && n < ARRAY_LEN(list); i++) {
        if (take(&f->contacts[i]->base, &list[n])) continue;
        if (same_name(list[n].name, query)) exact++, at = n;
        n++;
    }
    if (!n) return cli_fail(c, EX_DATAERR, "nobody found for \"%s\"", query);
    if (exact == 1 || (n == 1 && is_address(query))) {
        *out = list[exact == 1 ? at : 0];
        return 0;
    }
    if (exact > 1) { /* only namesakes are worth picking from */
        size_t k = 0;
        for (size_t i = 0; i < n; i++)
            if (same_name(list[i].name, query)) list[k++] = list[i];
        n = k;
    }
    return cli_asks(c) ? pick(c, query, list, n, out) : candidates(c, query, list, n);
}

int resolve_contact(struct cli *c, const char *query, struct who *out) {
    uint64_t number = number_of(query, 'C');
    if (!c->client) return off_line(c, query, out);
    return number ? by_number(c, number, query, out) : by_name(c, query, out);
}

/* --- everything that is found by walking a list ---------------------------------------------------------------------- */

static const struct listing {
    enum ref ref;
    const char *noun;
    uint32_t method;
    const ProtobufCMessageDescriptor *request, *reply;
    const char *rows, *id, *names[2]; /* fields compared with what was typed */
    char letter;
    const char *over[2]; /* rows with one of these are over */
    const char *until;   /* and those whose time this was */
} LISTINGS[] = {
    {REF_PARTNER,
     "partner",
     M(PARTNER_LIST),
     D(partner_list_request),
     D(partner_list_reply),
     "partners",
     "partner_id",
     {"name"},
     'P',
     {0},
     NULL},
    {REF_ORGANIZATION,
     "organization",
     M(ORGANIZATION_FIND),
     D(organization_find_request),
     D(organization_find_reply),
     "organizations",
     "organization_id",
     {"name"},
     'O',
     {0},
     NULL},
    {REF_DEVICE,
     "device",
     M(DEVICE_LIST),
     D(device_list_request),
     D(device_list_reply),
     "devices",
     "device_id",
     {"name", "login"},
     0,
     {"ended_at"},
     NULL},
    {REF_NUMBER,
     "reward",
     M(REWARD_LIST),
     D(reward_list_request),
     D(reward_list_reply),
     "rewards",
     "reward_id",
     {"about"},
     'L',
     {0},
     NULL},
    {REF_ENROLMENT,
     "join line",
     M(ENROLMENT_LIST),
     D(enrolment_list_request),
     D(enrolment_list_reply),
     "enrolments",
     "enrolment_id",
     {"login"},
     0,
     {"used_at", "ended_at"},
     "expires_at"},
};

static bool fits(const struct listing *l, const ProtobufCMessage *row, const char *query, const struct id *id,
                 uint64_t number) {
    struct id row_id;
    if (!message_id(row, l->id, &row_id)) return false;
    if (id) return id_equal(&row_id, id);
    if (number) return message_number(row, "number") == number;
    for (size_t i = 0; i < 2 && l->over[i]; i++)
        if (field_count(message_find(row, l->over[i]))) return false;
    if (l->until && (int64_t)message_number(row, l->until) < when_now()) return false;
    for (size_t i = 0; i < 2 && l->names[i]; i++)
        if (same_name(message_text(row, l->names[i]), query)) return true;
    return false;
}

/* How many rows of the page that was read fit; the first goes to out. */
static int fitting(struct cli *c, const struct listing *l, const char *query, const struct id *id, uint64_t number,
                   struct who *out) {
    struct field rows = message_find(c->reply.body, l->rows);
    int n = 0;
    for (size_t i = 0; i < field_count(rows); i++) {
        const ProtobufCMessage *row = field_message(rows, i);
        if (!fits(l, row, query, id, number) || n++) continue;
        (void)message_id(row, l->id, &out->id);
        out->number = message_number(row, "number");
        snprintf(out->name, sizeof out->name, "%s", message_text(row, l->names[0]));
    }
    return n;
}

/* By number or id the reply that holds the row stays in c->reply: an edit finds its version there. */
static int listed(struct cli *c, const struct listing *l, const char *query, struct who *out) {
    ProtobufCMessage *q = message_new(&c->mem, l->request);
    struct id id;
    bool by_id = id_parse(query, &id) == 0;
    uint64_t number = l->letter ? number_of(query, l->letter) : 0;
    struct field asked = message_find(q, "query"); /* a search is by name: numbers and ids are looked for in all */
    int found = 0;
    if (by_id && l->ref != REF_ORGANIZATION) return out->id = id, 0;
    if (asked.f && !by_id && !number)
        *(char **)field_put(&c->mem, asked) = arena_strndup(&c->mem, query, strlen(query));
    do {
        int r = line_call(c, l->method, false, q, l->reply);
        struct who first;
        if (r) return r;
        int n = fitting(c, l, query, by_id ? &id : NULL, number, &first);
        if (n && !found) *out = first;
        found += n;
    } while (!(found && (by_id || number)) && cli_next_page(c, q));
    if (found == 1) return 0;
    if (!found) return cli_fail(c, EX_DATAERR, "there is no %s \"%s\"", l->noun, query);
    return cli_fail(c, EX_DATAERR, "\"%s\" is %d of the %ss; use %s", query, found, l->noun,
                    l->letter ? "the number" : "the id that --json shows");
}

static const struct listing *listing_of(enum ref ref) {
    for (size_t i = 0; i < ARRAY_LEN(LISTINGS); i++)
        if (LISTINGS[i].ref == ref) return &LISTINGS[i];
    return NULL;
}

int resolve_partner(struct cli *c, const char *query, struct who *out) {
    return listed(c, listing_of(REF_PARTNER), query, out);
}

/* Records that partners have too: read by their number, as the seat may see them. */
static int resolve_read(struct cli *c, uint64_t number, uint32_t method, ProtobufCMessage *q,
                        const ProtobufCMessageDescriptor *reply, const char *path, struct who *out) {
    *(uint64_t *)field_put(&c->mem, message_find(q, "number")) = number;
    int r = line_call(c, method, false, q, reply);
    return r ? r : message_id(c->reply.body, path, &out->id) ? 0 : EX_PROTOCOL;
}

/* D12, J3 …: the server knows what stands behind a letter and a number. */
static int resolve_number(struct cli *c, const char *text, struct who *out) {
    uint64_t referral = number_of(text, 'R'), dispute = number_of(text, 'X');
    if (!c->client && id_parse(text, &out->id) != 0) {
        char letter = (char)toupper((unsigned char)*text);
        if (vs_directory_record(c->outbox, letter, number_of(text, letter), &out->id)) return 0;
        return cli_fail(c, EX_UNAVAILABLE, "off line (%s), and \"%s\" was never seen here", c->err, text);
    }
    if (referral)
        return resolve_read(c, referral, M(REFERRAL_GET), message_new(&c->mem, D(referral_get_request)),
                            D(referral_get_reply), "referral.referral_id", out);
    if (dispute)
        return resolve_read(c, dispute, M(DISPUTE_GET), message_new(&c->mem, D(dispute_get_request)),
                            D(dispute_get_reply), "dispute.dispute_id", out);
    if (c->seat_kind == PARTNER && number_of(text, 'L')) return listed(c, listing_of(REF_NUMBER), text, out);
    Vouchsafe__V1__LookupRequest q = VOUCHSAFE__V1__LOOKUP_REQUEST__INIT;
    if (id_parse(text, &out->id) == 0) return 0;
    q.name = (char *)(uintptr_t)text;
    int r = line_call(c, M(LOOKUP), false, &q.base, D(lookup_reply));
    if (r == EX_DATAERR && !c->globals.json) out_note(&c->out, "\"%s\" was looked for by its number", text);
    if (r) return r;
    return message_id(c->reply.body, "id", &out->id) ? 0 : EX_PROTOCOL;
}

/* An amount needs its currency: the option beside it, or the business's. */
static int resolve_money(struct cli *c, struct field f, const char *text) {
    const char *currency = message_text(f.m, "currency");
    if (!*currency) {
        Vouchsafe__V1__BusinessGetRequest q = VOUCHSAFE__V1__BUSINESS_GET_REQUEST__INIT;
        int r = line_call(c, M(BUSINESS_GET), false, &q.base, D(business_get_reply));
        if (r) return r;
        currency = message_text(c->reply.body, "business.currency");
    }
    int64_t n;
    if (money_parse(text, currency, &n))
        return cli_fail(c, EX_USAGE, "\"%s\" is no amount of %s; write 1200 or 1200.50", text, currency);
    int64_t *at = field_put(&c->mem, f);
    if (at) *at = n;
    return at ? 0 : EX_OSERR;
}

int resolve_refs(struct cli *c) {
    for (int i = 0; i < c->args.n_refs; i++) {
        struct field f = c->args.refs[i].f;
        const char *text = c->args.refs[i].text;
        enum ref ref = field_ref(f.f);
        struct who who;
        int r = 0;
        if (ref == REF_MONEY) {
            if ((r = resolve_money(c, f, text))) return r;
            continue;
        }
        if (ref == REF_NUMBER || (ref == REF_TOUCH && number_of(text, 'M'))) /* a broken promise is mended too */
            r = resolve_number(c, text, &who);
        else if (ref == REF_TOUCH)
            r = id_parse(text, &who.id) ? cli_fail(c, EX_USAGE, "\"%s\" is no touch's id; timeline shows them", text)
                                        : 0;
        else
            r = ref == REF_CONTACT ? resolve_contact(c, text, &who) : listed(c, listing_of(ref), text, &who);
        if (r) return r;
        message_set_id(&c->mem, f.m, f.f->name, &who.id);
    }
    return 0;
}
