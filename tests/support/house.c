/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/house.h"

#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "vouchsafe/v1/account.pb-c.h"
#include "vouchsafe/v1/business.pb-c.h"
#include "vouchsafe/v1/contact.pb-c.h"
#include "vouchsafe/v1/method.pb-c.h"
#include "vouchsafe/v1/share.pb-c.h"

struct house house_open(int argc, char **argv) {
    struct house h = {.n_addresses = argc - 3};
    struct join_line line;
    char err[200];
    if (argc < 4 || argc > 5) wire_die("arguments: DATABASE JOIN-LINE ADDRESS [ADDRESS]");
    if (join_line_parse(argv[2], &line, err, sizeof err) < 0) wire_die(err);
    for (int i = 0; i < h.n_addresses; i++) h.addresses[i] = argv[3 + i];
    h.db = PQconnectdb(argv[1]);
    if (PQstatus(h.db) != CONNECTION_OK) wire_die(PQerrorMessage(h.db));
    h.admin_seat = wire_join(h.addresses[0], &line);
    h.admin = wire_open(h.addresses[0], &h.admin_seat);
    return h;
}

static void must(struct wire *w, uint32_t method, const ProtobufCMessage *q, const char *what) {
    if (wire_call(w, method, true, q, NULL, NULL) != VS_OK) wire_die(what);
}

struct id house_partner(struct house *h, const char *name) {
    struct id id = id_new();
    Vouchsafe__V1__PartnerAddRequest q = VOUCHSAFE__V1__PARTNER_ADD_REQUEST__INIT;
    q.has_partner_id = 1;
    q.partner_id = wire_bytes(&id);
    q.name = (char *)(uintptr_t)name;
    must(h->admin, VOUCHSAFE__V1__METHOD__PARTNER_ADD, &q.base, "a partner");
    return id;
}

struct wire_seat house_seat(struct house *h, const char *login, unsigned role, struct id *partner) {
    struct id account = id_new(), enrolment = id_new();
    Vouchsafe__V1__AccountAddRequest q = VOUCHSAFE__V1__ACCOUNT_ADD_REQUEST__INIT;
    q.has_account_id = q.has_role = 1;
    q.account_id = wire_bytes(&account);
    q.login = q.name = (char *)(uintptr_t)login;
    q.role = (Vouchsafe__V1__Role)role;
    q.has_partner_id = partner != NULL;
    if (partner != NULL) q.partner_id = wire_bytes(partner);
    must(h->admin, VOUCHSAFE__V1__METHOD__ACCOUNT_ADD, &q.base, "an account");
    struct join_line line = {.business = h->admin_seat.business};
    uint8_t hash[32];
    memcpy(line.root_pin, h->admin_seat.root_pin, 32);
    randombytes_buf(line.secret, sizeof line.secret);
    crypto_hash_sha256(hash, line.secret, sizeof line.secret);
    Vouchsafe__V1__EnrolmentAddRequest e = VOUCHSAFE__V1__ENROLMENT_ADD_REQUEST__INIT;
    e.has_enrolment_id = e.has_secret_hash = 1;
    e.enrolment_id = wire_bytes(&enrolment);
    e.login = q.login;
    e.secret_hash = (ProtobufCBinaryData){32, hash};
    must(h->admin, VOUCHSAFE__V1__METHOD__ENROLMENT_ADD, &e.base, "an enrolment");
    return wire_join(h->addresses[0], &line);
}

struct wire *house_connect(struct house *h, const struct wire_seat *seat, int instance) {
    return wire_open(h->addresses[instance % h->n_addresses], seat);
}

struct id house_contact(struct wire *w, const char *name) {
    struct id id = id_new();
    Vouchsafe__V1__ContactAddRequest q = VOUCHSAFE__V1__CONTACT_ADD_REQUEST__INIT;
    q.has_contact_id = 1;
    q.contact_id = wire_bytes(&id);
    q.name = (char *)(uintptr_t)name;
    must(w, VOUCHSAFE__V1__METHOD__CONTACT_ADD, &q.base, "a contact");
    return id;
}

int house_share(struct wire *w, struct id contact, struct id partner) {
    Vouchsafe__V1__ShareGrantRequest q = VOUCHSAFE__V1__SHARE_GRANT_REQUEST__INIT;
    q.has_contact_id = q.has_partner_id = q.has_may_log = q.may_log = 1;
    q.contact_id = wire_bytes(&contact);
    q.partner_id = wire_bytes(&partner);
    return wire_call(w, VOUCHSAFE__V1__METHOD__SHARE_GRANT, true, &q.base, NULL, NULL);
}

int house_unshare(struct wire *w, struct id contact, struct id partner) {
    Vouchsafe__V1__ShareRevokeRequest q = VOUCHSAFE__V1__SHARE_REVOKE_REQUEST__INIT;
    q.has_contact_id = q.has_partner_id = 1;
    q.contact_id = wire_bytes(&contact);
    q.partner_id = wire_bytes(&partner);
    return wire_call(w, VOUCHSAFE__V1__METHOD__SHARE_REVOKE, true, &q.base, NULL, NULL);
}

void house_touch_init(struct house_touch *t, struct id contact, const char *note) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    *t = (struct house_touch){.id = id_new(), .contact = contact};
    vouchsafe__v1__touch__init(&t->touch);
    t->touch.has_occurred_at = t->touch.has_channel = 1;
    t->touch.occurred_at = (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
    t->touch.channel = VOUCHSAFE__V1__CHANNEL__CALL;
    t->touch.note = (char *)(uintptr_t)note;
}

/* The message's bytes point into the struct, which may have been copied since. */
Vouchsafe__V1__Touch *house_touch_message(struct house_touch *t) {
    t->touch.has_id = t->touch.has_contact_id = 1;
    t->touch.id = wire_bytes(&t->id);
    t->touch.contact_id = wire_bytes(&t->contact);
    t->touch.has_mends = !id_is_zero(&t->mends);
    if (t->touch.has_mends) t->touch.mends = wire_bytes(&t->mends);
    return &t->touch;
}

uint64_t house_log_send(struct wire *w, struct house_touch *t) {
    Vouchsafe__V1__TouchLogRequest q = VOUCHSAFE__V1__TOUCH_LOG_REQUEST__INIT;
    q.touch = house_touch_message(t);
    return wire_send(w, VOUCHSAFE__V1__METHOD__TOUCH_LOG, NULL, 0, &q.base);
}

int house_log(struct wire *w, struct house_touch *t) {
    struct envelope_reply r;
    return wire_reply(w, house_log_send(w, t), &r) ? (int)r.status : -1;
}

int house_strike(struct wire *w, struct id touch, const char *because) {
    Vouchsafe__V1__TouchStrikeRequest q = VOUCHSAFE__V1__TOUCH_STRIKE_REQUEST__INIT;
    q.has_id = 1;
    q.id = wire_bytes(&touch);
    q.because = (char *)(uintptr_t)because;
    return wire_call(w, VOUCHSAFE__V1__METHOD__TOUCH_STRIKE, true, &q.base, NULL, NULL);
}

const char *house_sql(struct house *h, const char *fmt, ...) {
    static char text[4096];
    char query[8192];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(query, sizeof query, fmt, ap);
    va_end(ap);
    PGresult *r = PQexec(h->db, query);
    if (PQresultStatus(r) != PGRES_TUPLES_OK && PQresultStatus(r) != PGRES_COMMAND_OK) wire_die(PQerrorMessage(h->db));
    snprintf(text, sizeof text, "%s", PQntuples(r) > 0 ? PQgetvalue(r, 0, 0) : "");
    PQclear(r);
    return text;
}
