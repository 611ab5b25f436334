/* SPDX-License-Identifier: Apache-2.0 */
/* Contacts and shares. A contact is added first and read back after the commit, so that a repeat answers with the same shape. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "server/domain/reply.h"
#include "server/rpc/peer.h"
#include "vouchsafe/text.h"
#include "vouchsafe/v1/contact.pb-c.h"
#include "vouchsafe/v1/method.pb-c.h"
#include "vouchsafe/v1/share.pb-c.h"

static Vouchsafe__V1__Contact *contact_of(struct arena *a, const PGresult *rows, int i) {
    Vouchsafe__V1__Contact *c = arena_alloc(a, sizeof *c);
    if (c == NULL) return NULL;
    vouchsafe__v1__contact__init(c);
    struct id id = cell_id(rows, i, 0);
    reply_set_id(&c->contact_id, &c->has_contact_id, a, &id);
    c->has_number = 1;
    c->number = (uint64_t)cell_int(rows, i, 1);
    c->name = reply_text(a, rows, i, 2);
    c->has_stage = !cell_null(rows, i, 3);
    c->stage = (Vouchsafe__V1__Stage)cell_int(rows, i, 3);
    return c;
}

/* --- add -------------------------------------------------------------------------------------------------- */

struct adding {
    struct request *r;
    struct id contact;
    char name_key[TEXT_KEY_MAX], email_key[TEXT_KEY_MAX], phone_key[64];
    bool has_email, has_phone;
    Vouchsafe__V1__Contact *contact_row;
};

static void on_twins(void *arg, enum vs_status status, const PGresult *rows) {
    struct adding *add = arg;
    struct request *r = add->r;
    Vouchsafe__V1__ContactAddReply reply = VOUCHSAFE__V1__CONTACT_ADD_REPLY__INIT;
    reply.contact = add->contact_row;
    size_t n = status == VS_OK ? (size_t)PQntuples(rows) : 0; /* the contact is stored; twins are a courtesy */
    reply.likely_duplicates = arena_alloc(&r->arena, n * sizeof *reply.likely_duplicates);
    for (int i = 0; i < (int)n && reply.likely_duplicates != NULL; i++) {
        Vouchsafe__V1__Duplicate *d = arena_alloc(&r->arena, sizeof *d);
        if (d == NULL) break;
        vouchsafe__v1__duplicate__init(d);
        struct id id = cell_id(rows, i, 0);
        reply_set_id(&d->contact_id, &d->has_contact_id, &r->arena, &id);
        d->has_number = 1;
        d->number = (uint64_t)cell_int(rows, i, 1);
        d->name = reply_text(&r->arena, rows, i, 2);
        d->because = reply_text(&r->arena, rows, i, 3);
        reply.likely_duplicates[reply.n_likely_duplicates++] = d;
    }
    request_reply(r, &reply.base);
}

static void on_added(void *arg, const struct change_result *c) {
    struct request *r = arg;
    struct adding *add = r->state;
    struct domain *d = r->context;
    if (!reply_changed(r, c)) return;
    Vouchsafe__V1__Contact *row = arena_alloc(&r->arena, sizeof *row);
    if (row == NULL) return request_refuse(r, VS_RESOURCE_EXHAUSTED, "MEMORY", NULL, NULL);
    vouchsafe__v1__contact__init(row);
    reply_set_id(&row->contact_id, &row->has_contact_id, &r->arena, &add->contact);
    row->has_number = 1;
    row->number = (uint64_t)c->result;
    row->name = arena_strndup(&r->arena, (char *)add->contact_row, strlen((char *)add->contact_row));
    add->contact_row = row;
    struct params p;
    params_init(&p, &r->arena);
    params_id(&p, &add->contact);
    params_text(&p, add->name_key);
    params_text(&p, add->has_email ? add->email_key : NULL);
    params_text(&p, add->has_phone ? add->phone_key : NULL);
    if (r->actor.role == ROLE_PARTNER)
        on_twins(add, VS_UNAVAILABLE, NULL); /* who else is known is not a partner's to learn */
    else
        store_read(d->store, &r->actor, QUERY_CONTACT_DUPLICATES, &p, on_twins, add);
}

static void handle_add(struct request *r, const void *body) {
    const Vouchsafe__V1__ContactAddRequest *q = body;
    struct adding *add = arena_zalloc(&r->arena, sizeof *add);
    if (add == NULL) return request_refuse(r, VS_RESOURCE_EXHAUSTED, "MEMORY", NULL, NULL);
    add->r = r;
    add->contact = reply_id(q->contact_id);
    add->has_email = q->email != NULL && !text_is_blank(q->email);
    add->has_phone = q->phone != NULL && !text_is_blank(q->phone);
    add->contact_row = (void *)q->name; /* the name until the row is known */
    r->state = add;
    if (text_name_key(q->name, add->name_key, sizeof add->name_key) < 0)
        return request_refuse(r, VS_INVALID_ARGUMENT, "BAD_NAME", "name", "the name has no letters");
    if (add->has_email && text_email_key(q->email, add->email_key, sizeof add->email_key) < 0)
        return request_refuse(r, VS_INVALID_ARGUMENT, "BAD_EMAIL", "email",
                              "that is no e-mail address; write it like ann@example.org");
    if (add->has_phone && text_phone_key(q->phone, NULL, add->phone_key, sizeof add->phone_key) < 0)
        return request_refuse(r, VS_INVALID_ARGUMENT, "BAD_PHONE", "phone",
                              "write the number with its country: +49 30 123456");
    struct params p;
    params_init(&p, &r->arena);
    params_id(&p, &add->contact);
    params_text(&p, q->name);
    params_text(&p, add->name_key);
    params_text(&p, add->has_email ? q->email : NULL);
    params_text(&p, add->has_email ? add->email_key : NULL);
    params_text(&p, add->has_phone ? q->phone : NULL);
    params_text(&p, add->has_phone ? add->phone_key : NULL);
    params_text(&p, q->origin != NULL ? q->origin : "unknown, not asked");
    reply_change(r, QUERY_CONTACT_ADD, &p, on_added);
}

/* --- get and find ------------------------------------------------------------------------------------------ */

static void on_details(void *arg, enum vs_status status, const PGresult *rows) {
    struct request *r = arg;
    Vouchsafe__V1__Contact *c = r->state;
    Vouchsafe__V1__ContactGetReply reply = VOUCHSAFE__V1__CONTACT_GET_REPLY__INIT;
    if (!reply_rows(r, status, rows)) return;
    if (PQntuples(rows) > 0) {
        c->email = reply_text(&r->arena, rows, 0, 0);
        c->phone = reply_text(&r->arena, rows, 0, 1);
        c->owner = reply_text(&r->arena, rows, 0, 2);
        c->origin = reply_text(&r->arena, rows, 0, 3);
        c->has_version = c->has_created_at = 1;
        c->version = cell_int(rows, 0, 4);
        c->created_at = cell_time(rows, 0, 5);
    }
    reply.contact = c;
    request_reply(r, &reply.base);
}

static void on_got(void *arg, enum vs_status status, const PGresult *rows) {
    struct request *r = arg;
    struct domain *d = r->context;
    if (!reply_rows(r, status, rows)) return;
    if (PQntuples(rows) == 0) return reply_not_found(r);
    Vouchsafe__V1__Contact *c = r->state = contact_of(&r->arena, rows, 0);
    if (c == NULL) return request_refuse(r, VS_RESOURCE_EXHAUSTED, "MEMORY", NULL, NULL);
    if (r->actor.role == ROLE_PARTNER) {
        Vouchsafe__V1__ContactGetReply reply = VOUCHSAFE__V1__CONTACT_GET_REPLY__INIT;
        reply.contact = c;
        return request_reply(r, &reply.base);
    }
    struct id id = cell_id(rows, 0, 0);
    struct params p;
    params_init(&p, &r->arena);
    params_id(&p, &id);
    store_read(d->store, &r->actor, QUERY_CONTACT_DETAILS, &p, on_details, r);
}

static void handle_get(struct request *r, const void *body) {
    const Vouchsafe__V1__ContactGetRequest *q = body;
    struct domain *d = r->context;
    struct id id = reply_id(q->contact_id);
    struct params p;
    params_init(&p, &r->arena);
    params_id(&p, &id);
    params_int8(&p, q->has_number ? (int64_t)(q->number & INT64_MAX) : -1);
    store_read(d->store, &r->actor, QUERY_CONTACT_GET, &p, on_got, r);
}

static void on_found(void *arg, enum vs_status status, const PGresult *rows) {
    struct request *r = arg;
    if (!reply_rows(r, status, rows)) return;
    Vouchsafe__V1__ContactFindReply reply = VOUCHSAFE__V1__CONTACT_FIND_REPLY__INIT;
    size_t n = (size_t)PQntuples(rows);
    reply.contacts = arena_alloc(&r->arena, n * sizeof *reply.contacts);
    for (int i = 0; i < (int)n && !r->arena.failed; i++)
        reply.contacts[reply.n_contacts++] = contact_of(&r->arena, rows, i);
    if (r->arena.failed) return request_refuse(r, VS_RESOURCE_EXHAUSTED, "PAGE", "limit", "ask for fewer");
    request_reply(r, &reply.base);
}

static void handle_find(struct request *r, const void *body) {
    const Vouchsafe__V1__ContactFindRequest *q = body;
    struct domain *d = r->context;
    char key[TEXT_KEY_MAX], exact[TEXT_KEY_MAX] = "";
    bool named = text_name_key(q->query, key, sizeof key) == 0;
    bool numbered = toupper((unsigned char)q->query[0]) == 'C' && isdigit((unsigned char)q->query[1]);
    if (text_email_key(q->query, exact, sizeof exact) < 0 && text_phone_key(q->query, NULL, exact, sizeof exact) < 0)
        exact[0] = '\0';
    struct params p;
    params_init(&p, &r->arena);
    params_text(&p, named && !numbered ? key : NULL);
    params_text(&p, exact[0] != '\0' ? exact : NULL);
    params_int8(&p, numbered ? strtoll(q->query + 1, NULL, 10) : -1);
    params_int4(&p, q->has_limit ? (int32_t)q->limit : 10);
    store_read(d->store, &r->actor, QUERY_CONTACT_FIND, &p, on_found, r);
}

/* --- shares ------------------------------------------------------------------------------------------------- */

static void on_shared(void *arg, const struct change_result *c) {
    struct request *r = arg;
    if (reply_changed(r, c)) request_reply(r, NULL);
}

static void handle_grant(struct request *r, const void *body) {
    const Vouchsafe__V1__ShareGrantRequest *q = body;
    struct id contact = reply_id(q->contact_id), partner = reply_id(q->partner_id);
    struct params p;
    params_init(&p, &r->arena);
    params_id(&p, &contact);
    params_id(&p, &partner);
    params_bool(&p, q->may_log != 0);
    reply_change(r, QUERY_SHARE_GRANT, &p, on_shared);
}

static void handle_revoke(struct request *r, const void *body) {
    const Vouchsafe__V1__ShareRevokeRequest *q = body;
    struct id contact = reply_id(q->contact_id), partner = reply_id(q->partner_id);
    struct params p;
    params_init(&p, &r->arena);
    params_id(&p, &contact);
    params_id(&p, &partner);
    reply_change(r, QUERY_SHARE_REVOKE, &p, on_shared);
}

static const struct field_rule add_rules[] = {{"contact_id", true, 0, 0}, {"name", true, 0, 0}};
static const struct field_rule find_rules[] = {{"query", true, 0, 0}, {"limit", false, 1, 50}};
static const struct field_rule share_rules[] = {{"contact_id", true, 0, 0}, {"partner_id", true, 0, 0}};
static const struct method methods[] = {
    METHOD(CONTACT_ADD, contact_add, MAY_STAFF | MAY_PARTNER, METHOD_CHANGES, handle_add, add_rules),
    METHOD_NO_RULES(CONTACT_GET, contact_get, MAY_STAFF | MAY_PARTNER, 0, handle_get),
    METHOD(CONTACT_FIND, contact_find, MAY_STAFF | MAY_PARTNER, 0, handle_find, find_rules),
    METHOD(SHARE_GRANT, share_grant, MAY_STAFF, METHOD_CHANGES, handle_grant, share_rules),
    METHOD(SHARE_REVOKE, share_revoke, MAY_STAFF, METHOD_CHANGES, handle_revoke, share_rules),
};
const struct module contact_module = {"contact", methods, ARRAY_LEN(methods)};
