/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/wire/office.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vouchsafe/joinline.h"
#include "vouchsafe/status.h"
#include "vouchsafe/v1/account.pb-c.h"
#include "vouchsafe/v1/business.pb-c.h"
#include "vouchsafe/v1/contact.pb-c.h"
#include "vouchsafe/v1/method.pb-c.h"
#include "vouchsafe/v1/session.pb-c.h"
#include "vouchsafe/v1/share.pb-c.h"
#include "vouchsafe/v1/touch.pb-c.h"

static _Noreturn void give_up(const char *what, const char *why) {
    fprintf(stderr, "%s: %s\n", what, why);
    exit(1);
}

static ProtobufCBinaryData bytes_of(struct id *id) { return (ProtobufCBinaryData){16, id->b}; }

/* Must be answered OK. */
static void must(struct link *l, uint32_t method, const ProtobufCMessage *q) {
    static uint64_t next = 1000;
    struct id change = id_new();
    struct envelope_reply r;
    bool changes = method != VOUCHSAFE__V1__METHOD__JOIN;
    if (link_call(l, ++next, method, changes ? &change : NULL, q, &r) != 0) give_up(q->descriptor->name, l->why);
    if (r.status != VS_OK) give_up(q->descriptor->name, vs_status_name((int)r.status));
}

static void open_as(const struct office *o, struct link *l, const struct link_key *key) {
    if (link_open(l, o->address, o->pin, key) < 0) give_up(o->address, l->why);
}

static void join(struct office *o, struct link_key *key, struct id *business, uint8_t secret[32]) {
    Vouchsafe__V1__JoinRequest q = VOUCHSAFE__V1__JOIN_REQUEST__INIT;
    struct link l;
    char name[ID_TEXT];
    id_format(business, name);
    link_key_make(key, name);
    open_as(o, &l, key);
    q.has_business_id = q.has_secret = 1;
    q.business_id = bytes_of(business);
    q.secret = (ProtobufCBinaryData){32, secret};
    must(&l, VOUCHSAFE__V1__METHOD__JOIN, &q.base);
    link_close(&l);
}

static void add_seat(struct office *o, struct link *admin, struct link_key *key, const char *login,
                     Vouchsafe__V1__Role role) {
    Vouchsafe__V1__AccountAddRequest a = VOUCHSAFE__V1__ACCOUNT_ADD_REQUEST__INIT;
    Vouchsafe__V1__EnrolmentAddRequest e = VOUCHSAFE__V1__ENROLMENT_ADD_REQUEST__INIT;
    struct id account = id_new(), enrolment = id_new();
    uint8_t secret[32], hash[32];
    a.has_account_id = a.has_role = 1;
    a.account_id = bytes_of(&account);
    a.login = a.name = (char *)(uintptr_t)login;
    a.role = role;
    a.has_partner_id = role == VOUCHSAFE__V1__ROLE__PARTNER;
    a.partner_id = bytes_of(&o->partner);
    must(admin, VOUCHSAFE__V1__METHOD__ACCOUNT_ADD, &a.base);
    randombytes_buf(secret, sizeof secret);
    crypto_hash_sha256(hash, secret, sizeof secret);
    e.has_enrolment_id = e.has_secret_hash = 1;
    e.enrolment_id = bytes_of(&enrolment);
    e.secret_hash = (ProtobufCBinaryData){32, hash};
    e.login = (char *)(uintptr_t)login;
    must(admin, VOUCHSAFE__V1__METHOD__ENROLMENT_ADD, &e.base);
    join(o, key, &o->business, secret);
}

static void add_contact(struct link *l, struct id *id, const char *name) {
    Vouchsafe__V1__ContactAddRequest q = VOUCHSAFE__V1__CONTACT_ADD_REQUEST__INIT;
    *id = id_new();
    q.has_contact_id = 1;
    q.contact_id = bytes_of(id);
    q.name = (char *)(uintptr_t)name;
    must(l, VOUCHSAFE__V1__METHOD__CONTACT_ADD, &q.base);
}

bool office_hello(struct link *l) {
    Vouchsafe__V1__HelloRequest q = VOUCHSAFE__V1__HELLO_REQUEST__INIT;
    struct envelope_reply r;
    q.has_protocol = 1;
    q.protocol = 1;
    if (link_call(l, UINT64_MAX, VOUCHSAFE__V1__METHOD__HELLO, NULL, &q.base, &r) < 0 || r.status != VS_OK)
        return false;
    Vouchsafe__V1__HelloReply *h = vouchsafe__v1__hello_reply__unpack(NULL, r.body.len, r.body.data);
    bool in = h != NULL && h->logged_in;
    if (h != NULL) vouchsafe__v1__hello_reply__free_unpacked(h, NULL);
    return in;
}

bool office_is_served(const struct office *o) {
    Vouchsafe__V1__TouchTimelineRequest q = VOUCHSAFE__V1__TOUCH_TIMELINE_REQUEST__INIT;
    struct id contact = o->contact;
    struct link l;
    struct envelope_reply r;
    q.has_contact_id = 1;
    q.contact_id = bytes_of(&contact);
    if (link_open(&l, o->address, o->pin, &o->sales) < 0) return false;
    bool served = office_hello(&l) && link_call(&l, 2, VOUCHSAFE__V1__METHOD__TOUCH_TIMELINE, NULL, &q.base, &r) == 0 &&
                  r.status == VS_OK;
    link_close(&l);
    return served;
}

void office_open(struct office *o, const char *join_line) {
    static struct join_line line; /* o->address stays in it */
    char err[200];
    struct link admin;
    if (join_line_parse(join_line, &line, err, sizeof err) < 0) give_up("the join line", err);
    *o = (struct office){.address = line.addresses, .business = line.business, .partner = id_new()};
    memcpy(o->pin, line.root_pin, sizeof o->pin);
    join(o, &o->admin, &o->business, line.secret);
    open_as(o, &admin, &o->admin);
    if (!office_hello(&admin)) give_up("the admin", "not logged in");
    Vouchsafe__V1__PartnerAddRequest p = VOUCHSAFE__V1__PARTNER_ADD_REQUEST__INIT;
    p.has_partner_id = 1;
    p.partner_id = bytes_of(&o->partner);
    p.name = (char *)"Acme Plumbing";
    must(&admin, VOUCHSAFE__V1__METHOD__PARTNER_ADD, &p.base);
    add_seat(o, &admin, &o->sales, "sam", VOUCHSAFE__V1__ROLE__SALES);
    add_seat(o, &admin, &o->other, "olga", VOUCHSAFE__V1__ROLE__SALES);
    add_seat(o, &admin, &o->partner_seat, "pat", VOUCHSAFE__V1__ROLE__PARTNER);
    add_contact(&admin, &o->contact, "Ann Lee");
    add_contact(&admin, &o->unshared, "Bob Stone");
    Vouchsafe__V1__ShareGrantRequest s = VOUCHSAFE__V1__SHARE_GRANT_REQUEST__INIT;
    s.has_contact_id = s.has_partner_id = s.has_may_log = s.may_log = 1;
    s.contact_id = bytes_of(&o->contact);
    s.partner_id = bytes_of(&o->partner);
    must(&admin, VOUCHSAFE__V1__METHOD__SHARE_GRANT, &s.base);
    link_close(&admin);
    char name[ID_TEXT];
    id_format(&o->business, name);
    link_key_make(&o->foreign, name);
}
