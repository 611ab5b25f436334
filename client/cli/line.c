/* SPDX-License-Identifier: Apache-2.0 */
/* The seat's file, its outbox and the connection, opened when a command needs them. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include "client/cli/cli.h"
#include "vouchsafe/v1/contact.pb-c.h"

int line_home(struct cli *c) {
    if (c->home[0]) return 0;
    if (vs_home(c->home, sizeof c->home, c->err, sizeof c->err)) return cli_fail(c, EX_IOERR, "%s", c->err);
    snprintf(c->seat_path, sizeof c->seat_path, "%s/%s.seat", c->home, c->program + strlen("vouchsafe-"));
    return 0;
}

int line_seat(struct cli *c) {
    if (c->seat_loaded) return 0;
    int r = line_home(c);
    if (r) return r;
    int found = vs_seat_load(c->seat_path, &c->seat, c->err, sizeof c->err);
    if (found)
        return cli_fail(c, EX_NOPERM, "%s",
                        found < 0 ? c->err : "this seat has not joined; run: join - and paste the line");
    c->seat_loaded = true;
    return 0;
}

int line_outbox(struct cli *c) {
    int r = line_seat(c);
    if (r || c->outbox) return r;
    char file[4200], business[ID_TEXT];
    id_format(&c->seat.business, business);
    snprintf(file, sizeof file, "%s/%s-%s.db", c->home, c->program + strlen("vouchsafe-"), business);
    c->outbox = vs_outbox_open(file, c->err, sizeof c->err);
    if (!c->outbox) return cli_fail(c, EX_IOERR, "%s", c->err);
    vs_outbox_account(c->outbox, &c->seat.account);
    return 0;
}

/* Not let in: why, and what to do about it. */
static int shut_out(struct cli *c) {
    const char *why = vs_why(c->client);
    return cli_fail(c, EX_NOPERM, "%s%s%s", why, *why ? "; " : "",
                    c->seat.key_pem ? "this device is not logged in any more; ask the admin for a new line"
                                    : "log in again: login LOGIN");
}

/* The next start should know the root this connection told of; that it can't be kept is no reason not to work. */
static void dial(struct cli *c) {
    char why[512];
    c->client = vs_connect(&c->seat, c->err, sizeof c->err);
    if (c->client && vs_seat_follow(c->seat_path, c->client, why, sizeof why)) out_note(&c->out, "%s", why);
}

int line_try(struct cli *c) {
    int r = line_outbox(c);
    if (r || c->client) return r;
    dial(c);
    if (!c->client || vs_logged_in(c->client)) return 0;
    snprintf(c->err, sizeof c->err, "%s", vs_why(c->client)); /* kept entries wait until it is let in again */
    vs_disconnect(c->client);
    c->client = NULL;
    return 0;
}

int line_open(struct cli *c) {
    int r = line_outbox(c);
    if (r || c->client) return r;
    dial(c);
    if (!c->client) return cli_fail(c, EX_UNAVAILABLE, "%s", c->err);
    return vs_logged_in(c->client) ? 0 : shut_out(c);
}

void line_close(struct cli *c) {
    vs_reply_free(&c->reply);
    vs_disconnect(c->client);
    vs_outbox_close(c->outbox);
    vs_seat_free(&c->seat);
    c->client = NULL, c->outbox = NULL, c->seat_loaded = false;
}

/* Records of other kinds by their number: a Task has a task_id. */
static void remember_number(struct cli *c, const ProtobufCMessage *m) {
    char field[64], letter = field_letter(m->descriptor, "number");
    struct id id;
    size_t n = strlen(m->descriptor->short_name);
    if (!letter || n + 4 > sizeof field) return;
    for (size_t i = 0; i < n; i++) field[i] = (char)tolower((unsigned char)m->descriptor->short_name[i]);
    memcpy(field + n, "_id", 4);
    if (message_id(m, field, &id)) vs_directory_put_record(c->outbox, letter, message_number(m, "number"), &id);
}

/* What was seen anywhere in an answer can be named off line: contacts by name and number, other records by their number. */
static void remember(struct cli *c, const ProtobufCMessage *m) {
    struct id id;
    remember_number(c, m);
    if (m->descriptor == &vouchsafe__v1__contact__descriptor && message_id(m, "contact_id", &id))
        vs_directory_put(c->outbox, &id, message_number(m, "number"), message_text(m, "name"));
    for (unsigned i = 0; i < m->descriptor->n_fields; i++) {
        struct field f = {(ProtobufCMessage *)(uintptr_t)m, &m->descriptor->fields[i]};
        for (size_t k = 0; f.f->type == PROTOBUF_C_TYPE_MESSAGE && k < field_count(f); k++)
            remember(c, field_message(f, k));
    }
}

int line_call_as(struct cli *c, uint32_t method, const struct id *change, const ProtobufCMessage *q,
                 const ProtobufCMessageDescriptor *reply) {
    int status = VS_UNKNOWN;
    if (!c->client)
        return cli_fail(c, EX_UNAVAILABLE,
                        "off line (%s), and this was never seen here; it is looked up when the line is back", c->err);
    for (int attempt = 0; attempt < 2 && status == VS_UNKNOWN; attempt++) { /* the same change id: done once */
        vs_reply_free(&c->reply);
        status = vs_call(c->client, method, change, q, reply, &c->reply);
    }
    if ((status != VS_OK && status != VS_DUPLICATE) || !c->reply.body) return cli_refused(c, &c->reply);
    if (c->outbox) remember(c, c->reply.body);
    return 0;
}

int line_call(struct cli *c, uint32_t method, bool change, const ProtobufCMessage *q,
              const ProtobufCMessageDescriptor *reply) {
    struct id id = id_new();
    return line_call_as(c, method, change ? &id : NULL, q, reply);
}
