/* SPDX-License-Identifier: Apache-2.0 */
/* Consent, introductions, and texts ready to send: a person sends them. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include "client/cli/cli.h"
#include "client/cli/mail.h"
#include "vouchsafe/v1/introduction.pb-c.h"
#include "vouchsafe/v1/method.pb-c.h"

#define WHO \
    { .shown = "NAME|C12", .field = "contact_id", .many = true }
#define INTRODUCTION \
    { .shown = "I12", .field = "introduction_id" }

static int write_mail(struct cli *c, const char *path) {
    const ProtobufCMessage *t = c->reply.body;
    struct mail m = {message_text(t, "name"), message_text(t, "email"), message_text(t, "other_email"),
                     message_text(t, "subject"), message_text(t, "body")};
    struct buf out;
    buf_init(&out, 0);
    mail_format(&m, &out);
    int failed = out_file(&c->out, path, &out);
    buf_free(&out);
    if (failed) return cli_fail(c, EX_IOERR, "%s: %s", path, strerror(errno));
    if (strcmp(path, "-") != 0) out_say(&c->out, "%s is ready to send", path);
    return 0;
}

/* Prints the text, or writes it as a mail file. */
static int run_text(struct cli *c, ProtobufCMessage *request) {
    const char *path = args_own(&c->args, "eml");
    int r = line_open(c);
    if (!r) r = resolve_refs(c);
    if (!r)
        r = line_call(c, VOUCHSAFE__V1__METHOD__TEXT_GET, false, request, &vouchsafe__v1__text_get_reply__descriptor);
    if (r) return r;
    if (path) return write_mail(c, path);
    if (c->out.format == OUT_JSON)
        json_message(&c->out.json, c->reply.body);
    else
        out_template(&c->out, "To: {name} {email} {other_email}\nSubject: {subject}\n\n{body}", c->reply.body, request);
    return 0;
}

static const struct command LIST[] = {
    {.words = "consent",
     .summary = "What a third party says: unknown, source-says-yes, confirmed or refused",
     .examples = {"consent C4 confirmed because \"said yes on the phone\"",
                  "consent Vera Wolf refused --because \"wants no calls\""},
     .programs = STAFF,
     .flags = CHANGES,
     COMMAND_CALL(CONSENT_SET, consent_set),
     .args = {WHO, {.shown = "CONSENT", .field = "consent"}},
     .keywords = "because=because",
     .needs = "because",
     .says = "{consent}"},
    {.words = "consent list",
     .summary = "Third parties, what they said, and when their details go",
     .examples = {"consent list --consent unknown", "consent list --json"},
     .programs = STAFF,
     .flags = PAGES,
     COMMAND_CALL(CONSENT_LIST, consent_list),
     .rows = "contacts",
     .columns = "contact_number contact consent since_at expires_at because",
     .empty = "no third parties"},
    {.words = "introduce",
     .summary = "Put two in touch: first both are asked",
     .examples = {"introduce C1 to C2 because \"both restore old roofs\"",
                  "introduce C3 --partner P1 --because \"needs a plumber\""},
     .programs = STAFF,
     .flags = CHANGES,
     COMMAND_CALL(INTRODUCTION_ADD, introduction_add),
     .args = {WHO},
     .keywords = "to=other_contact_id because=because",
     .fresh = "introduction_id",
     .needs = "because",
     .says = "{number}; text ask-consent has the words"},
    {.words = "introduction say",
     .summary = "What one of the two said; without --yes it is dropped",
     .examples = {"introduction say I1 --yes", "introduction say I1 --other --yes"},
     .programs = STAFF,
     .flags = CHANGES,
     COMMAND_CALL(INTRODUCTION_SAY, introduction_say),
     .args = {INTRODUCTION},
     .says = "{state}"},
    {.words = "introduction made",
     .summary = "It was sent, or made in person",
     .examples = {"introduction made I1", "introduction made I2 --json"},
     .programs = STAFF,
     .flags = CHANGES,
     COMMAND_CALL(INTRODUCTION_MADE, introduction_made),
     .args = {INTRODUCTION},
     .says = "{state}"},
    {.words = "introduction list",
     .summary = "List introductions in the order of their numbers",
     .examples = {"introduction list --state asking", "introduction list --contact \"Ann Lee\""},
     .programs = STAFF,
     .flags = PAGES,
     COMMAND_CALL(INTRODUCTION_LIST, introduction_list),
     .rows = "introductions",
     .columns = "number state contact says other other_says because owner made_at ended_because",
     .empty = "no introductions"},
    {.words = "text",
     .summary = "A text ready to send, printed, or as a mail file with --eml",
     .examples = {"text thank --thanks H1 --eml thanks.eml", "text confirm --contact C4"},
     .programs = STAFF,
     COMMAND_CALL(TEXT_GET, text_get),
     .args = {{.shown = "ask-consent|introduce|thank|confirm", .field = "text"}},
     .own = {{"eml", "FILE", "as a mail file; - is standard output"}},
     .run = run_text,
     .notes = "Nothing is sent: a person reads it and sends it. Who is suppressed gets no text.\n"
              "The words are settings of the business: text.thank, text.introduce, ..."},
};
const struct module_commands commands_introduction = {LIST, ARRAY_LEN(LIST), "third parties"};
