/* SPDX-License-Identifier: Apache-2.0 */
/* Accounts, the lines by which their machines join, and the devices that did: the admin's. */
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include "client/cli/cli.h"
#include "client/cli/enrol.h"
#include "vouchsafe/joinline.h"
#include "vouchsafe/v1/account.pb-c.h"
#include "vouchsafe/v1/method.pb-c.h"

/* The secret is made here and never leaves this machine but in the line: the server gets its hash. */
int enrol(struct cli *c, const char *login) {
    struct id id = id_new(), business;
    struct join_line l = {0};
    uint8_t hash[32];
    char line[JOIN_LINE_MAX + 1];
    randombytes_buf(l.secret, sizeof l.secret);
    crypto_hash_sha256(hash, l.secret, sizeof l.secret);
    Vouchsafe__V1__EnrolmentAddRequest q = VOUCHSAFE__V1__ENROLMENT_ADD_REQUEST__INIT;
    q.has_enrolment_id = q.has_secret_hash = 1, q.login = (char *)(uintptr_t)login;
    q.enrolment_id = (ProtobufCBinaryData){sizeof id.b, id.b}, q.secret_hash = (ProtobufCBinaryData){sizeof hash, hash};
    int r = line_call(c, VOUCHSAFE__V1__METHOD__ENROLMENT_ADD, true, &q.base,
                      &vouchsafe__v1__enrolment_add_reply__descriptor);
    if (r) return r;
    const Vouchsafe__V1__EnrolmentAddReply *e = (const void *)c->reply.body;
    if (e->root_pin.len != 32 || !message_id(c->reply.body, "business_id", &business))
        return cli_fail(c, EX_PROTOCOL, "the answer lacks the pin or the business");
    memcpy(l.root_pin, e->root_pin.data, 32);
    l.business = business;
    size_t used = 0;
    for (size_t i = 0; i < e->n_addresses && used < sizeof l.addresses; i++)
        used += (size_t)snprintf(l.addresses + used, sizeof l.addresses - used, "%s%s", i ? "," : "", e->addresses[i]);
    if (used >= sizeof l.addresses || join_line_format(&l, line, sizeof line))
        return cli_fail(c, EX_CONFIG, "the server names no usable address; set its public addresses");
    out_say(&c->out, "%s", line);
    out_note(&c->out, "good once and for 24 hours; on %s's machine: join - and paste it", login);
    json_open(&c->out.json, '{');
    json_member(&c->out.json, "line", line);
    json_fields(&c->out.json, c->reply.body);
    json_close(&c->out.json, '}');
    return 0;
}

static int run_enrol(struct cli *c, ProtobufCMessage *request) {
    int r = line_open(c);
    return r ? r : enrol(c, message_text(request, "login"));
}

#define LOGIN_ARG \
    { .shown = "LOGIN", .field = "login" }
static const struct command LIST[] = {
    {.words = "account add",
     .summary = "Add an account; a password only if devices alone are not enough",
     .examples = {"account add lee --name \"Lee Moss\" --role sales", "account add bo --role partner --partner P1"},
     .programs = ADMIN,
     .flags = CHANGES,
     COMMAND_CALL(ACCOUNT_ADD, account_add),
     .args = {LOGIN_ARG},
     .fresh = "account_id",
     .needs = "role",
     .says = "added {login}; next: account enrol {login}"},
    {.words = "account list",
     .summary = "List accounts",
     .examples = {"account list", "account list --with-closed --csv"},
     .programs = ADMIN,
     .flags = PAGES,
     COMMAND_CALL(ACCOUNT_LIST, account_list),
     .rows = "accounts",
     .columns = "login name role partner_name devices has_password email closed_at",
     .empty = "no accounts"},
    {.words = "account enrol",
     .summary = "Make a line by which a machine of this account joins, good once, for 24 hours",
     .examples = {"account enrol sam", "account enrol sue --json"},
     .programs = ADMIN,
     .request = &vouchsafe__v1__enrolment_add_request__descriptor,
     .args = {LOGIN_ARG},
     .hidden = "enrolment_id",
     .run = run_enrol},
    {.words = "account password",
     .summary = "Set an account's password: asked for, or from a file",
     .examples = {"account password sam --password-file pass.txt", "account password sue --password-file - <pass.txt"},
     .programs = ADMIN,
     .flags = CHANGES,
     COMMAND_CALL(ACCOUNT_PASSWORD, account_password),
     .args = {LOGIN_ARG},
     .needs = "password",
     .says = "the password of {login} is set"},
    {.words = "account revoke",
     .summary = "End every session, token and device an account has now; it may join again",
     .examples = {"account revoke kim", "account revoke kim --json"},
     .programs = ADMIN,
     .flags = CHANGES,
     COMMAND_CALL(ACCOUNT_REVOKE, account_revoke),
     .args = {LOGIN_ARG},
     .says = "every session, token and device of {login} is ended"},
    {.words = "account close",
     .summary = "Close an account for good; what it recorded stays",
     .examples = {"account close kim", "account close tom --json"},
     .programs = ADMIN,
     .flags = CHANGES,
     COMMAND_CALL(ACCOUNT_CLOSE, account_close),
     .args = {LOGIN_ARG},
     .says = "{login} is closed"},
    {.words = "enrolment list",
     .summary = "List the join lines that were made",
     .examples = {"enrolment list", "enrolment list --limit 10 --json"},
     .programs = ADMIN,
     .flags = PAGES,
     COMMAND_CALL(ENROLMENT_LIST, enrolment_list),
     .rows = "enrolments",
     .columns = "login created_at expires_at used_at ended_at enrolment_id",
     .empty = "none"},
    {.words = "enrolment end",
     .summary = "End a join line that was not used yet; by its account when there is one only",
     .examples = {"enrolment end rob", "enrolment end una --json"},
     .programs = ADMIN,
     .flags = CHANGES,
     COMMAND_CALL(ENROLMENT_END, enrolment_end),
     .args = {{.shown = "LOGIN|ID", .field = "enrolment_id"}},
     .says = "that line is good no more"},
    {.words = "device list",
     .summary = "List the machines that joined",
     .examples = {"device list", "device list --login sam --with-ended"},
     .programs = ADMIN,
     .flags = PAGES,
     COMMAND_CALL(DEVICE_LIST, device_list),
     .rows = "devices",
     .columns = "name login created_at last_used_at ended_at device_id",
     .empty = "none"},
    {.words = "device end",
     .summary = "Shut out one machine, by its name or its account when that is one only",
     .examples = {"device end van-1", "device end van-2 --json"},
     .programs = ADMIN,
     .flags = CHANGES,
     COMMAND_CALL(DEVICE_END, device_end),
     .args = {{.shown = "NAME|LOGIN|ID", .field = "device_id", .many = true}},
     .says = "that machine is shut out"},
};
const struct module_commands commands_account = {LIST, ARRAY_LEN(LIST), NULL};
