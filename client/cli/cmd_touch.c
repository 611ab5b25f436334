/* SPDX-License-Identifier: Apache-2.0 */
/* Touchpoints: logged in one line, read as a timeline, struck out, undone. */
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include "client/cli/capture.h"
#include "client/cli/when.h"
#include "vouchsafe/v1/method.pb-c.h"

enum { UNDO_MINUTES = 10 };

static const struct {
    uint32_t method;
    const char *words;
} TAKEN_BACK_BY[] = {
    {VOUCHSAFE__V1__METHOD__PROMISE_ADD, "promise release M12 takes it back (promise list shows the number)"},
    {VOUCHSAFE__V1__METHOD__REFERRAL_ADD, "the admin says by referral mistake R12 that it was entered in error"},
};

static int run_touch(struct cli *c, ProtobufCMessage *request) {
    struct capture t;
    char reason[700];
    (void)request;
    if (capture_read(&t, &c->args, when_now(), c->err, sizeof c->err)) return cli_fail(c, EX_USAGE, "%s", c->err);
    int r = line_try(c);
    if (r || (r = resolve_refs(c)) || (r = capture_resolve(c, &t)) || (r = capture_save(c, &t))) return r;
    if (c->client) (void)!vs_outbox_drain(c->outbox, c->client);
    int state = capture_state(c, &t, reason, sizeof reason);
    if (state == VS_OUTBOX_REFUSED) return cli_fail(c, EX_DATAERR, "refused: %s", reason);
    capture_json(c, &t, state, reason);
    if (!c->out.quiet)
        out_say(&c->out, state == VS_OUTBOX_GONE ? "logged %s" : "%s saved; it will be sent when the line is back",
                t.label);
    return state == VS_OUTBOX_GONE ? 0 : EX_SAVED;
}

static int told_undone(struct cli *c, const struct last *l, const char *how) {
    char id[ID_TEXT];
    id_format(&l->id, id);
    last_clear(c);
    if (!c->out.quiet) out_say(&c->out, "undone: %s (%s)", l->label, how);
    json_open(&c->out.json, '{');
    json_member(&c->out.json, "undone", id);
    json_member(&c->out.json, "entry", l->label);
    json_member(&c->out.json, "how", how);
    json_close(&c->out.json, '}');
    return 0;
}

static int strike(struct cli *c, const struct id *touch, const char *because) {
    Vouchsafe__V1__TouchStrikeRequest q = VOUCHSAFE__V1__TOUCH_STRIKE_REQUEST__INIT;
    q.has_id = 1, q.id = (ProtobufCBinaryData){16, (uint8_t *)(uintptr_t)touch->b},
    q.because = (char *)(uintptr_t)because;
    return line_call(c, VOUCHSAFE__V1__METHOD__TOUCH_STRIKE, true, &q.base,
                     &vouchsafe__v1__touch_strike_reply__descriptor);
}

/* Without a line: the strike-out waits in the outbox behind everything else. */
static int strike_later(struct cli *c, const struct last *l, const char *how) {
    Vouchsafe__V1__TouchStrikeRequest q = VOUCHSAFE__V1__TOUCH_STRIKE_REQUEST__INIT;
    struct id change = id_new();
    uint8_t body[64];
    char label[500];
    q.has_id = 1, q.id = (ProtobufCBinaryData){16, (uint8_t *)(uintptr_t)l->id.b},
    q.because = (char *)(uintptr_t) "undone";
    size_t n = vouchsafe__v1__touch_strike_request__pack(&q, body);
    snprintf(label, sizeof label, "undo %s", l->label);
    if (vs_outbox_append(c->outbox, &change, VOUCHSAFE__V1__METHOD__TOUCH_STRIKE, (struct slice){body, n}, label))
        return cli_fail(c, EX_IOERR, "not saved: %s", vs_outbox_error(c->outbox));
    char words[100];
    snprintf(words, sizeof words, "%s; it is struck out when the line is back", how);
    (void)told_undone(c, l, words);
    return EX_SAVED;
}

/* Still here. What was certainly never sent is taken out; otherwise the strike-out follows it, in order. */
static int undo_waiting(struct cli *c, const struct last *l, int state) {
    bool waits = state == VS_OUTBOX_WAITING;
    int gone = waits ? vs_outbox_take_back(c->outbox, &l->id) : vs_outbox_discard(c->outbox, &l->id);
    if (gone < 0) return cli_fail(c, EX_IOERR, "%s", vs_outbox_error(c->outbox));
    if (waits && !gone) return strike_later(c, l, "it may have been sent");
    return told_undone(c, l, waits ? "it was not sent yet" : "it had been refused");
}

/* What isn't a touch: taken out while it certainly was never sent. What the server may have has ways of its own. */
static int undo_kept(struct cli *c, const struct last *l, int state) {
    int gone = state == VS_OUTBOX_WAITING ? vs_outbox_take_back(c->outbox, &l->id) : 0;
    if (gone < 0) return cli_fail(c, EX_IOERR, "%s", vs_outbox_error(c->outbox));
    if (gone) return told_undone(c, l, "it was not sent yet");
    for (size_t i = 0; i < ARRAY_LEN(TAKEN_BACK_BY); i++)
        if (TAKEN_BACK_BY[i].method == l->method)
            return cli_fail(c, EX_DATAERR, "%s was sent; %s", l->label, TAKEN_BACK_BY[i].words);
    return cli_fail(c, EX_DATAERR, "%s was sent; undo takes back touches", l->label);
}

static int run_undo(struct cli *c, ProtobufCMessage *request) {
    (void)request;
    struct last l;
    char reason[700];
    int r = line_try(c);
    if (r) return r;
    if (c->client) (void)!vs_outbox_drain(c->outbox, c->client); /* so that it is known what became of it */
    if (!last_get(c, &l)) return cli_fail(c, EX_DATAERR, "there is nothing to undo");
    int64_t minutes = (when_now() - l.saved_at) / 60000000;
    if (minutes >= UNDO_MINUTES || minutes < 0)
        return cli_fail(
            c, EX_DATAERR,
            "the last touch (%s) is more than %d minutes old; touch strike last --because \"...\" takes it out",
            l.label, UNDO_MINUTES);
    int state = vs_outbox_state(c->outbox, &l.id, reason, sizeof reason);
    if (state == VS_OUTBOX_ERROR) return cli_fail(c, EX_IOERR, "%s", vs_outbox_error(c->outbox));
    if (l.method != VOUCHSAFE__V1__METHOD__TOUCH_LOG) return undo_kept(c, &l, state);
    if (state != VS_OUTBOX_GONE) return undo_waiting(c, &l, state);
    if (!c->client) return strike_later(c, &l, "it was sent");
    return (r = strike(c, &l.id, "undone")) ? r : told_undone(c, &l, "struck out");
}

static int run_strike(struct cli *c, ProtobufCMessage *request) {
    struct last l;
    const char *word = c->args.words[0];
    int r = line_outbox(c);
    if (r) return r;
    if (!strcmp(word, "last") ? !last_get(c, &l) : id_parse(word, &l.id))
        return cli_fail(c, EX_DATAERR, "\"%s\" is no touch; timeline --json shows the ids", word);
    if ((r = line_open(c)) || (r = strike(c, &l.id, message_text(request, "because")))) return r;
    if (!c->out.quiet) out_say(&c->out, "struck out");
    json_message(&c->out.json, c->reply.body);
    return 0;
}

static const struct command LIST[] = {
    {.words = "touch",
     .summary = "Log a touchpoint: how you met a contact and how it went",
     .examples = {"touch Ann Lee call + \"neighbour asked who did it\" @buy",
                  "touch C1 survey --score 9/10 --at \"yesterday 15:00\""},
     .programs = ALL,
     .flags = FREE_WORDS,
     COMMAND_CALL(TOUCH_LOG, touch_log),
     .args = {{.shown = "NAME CHANNEL [+|-|=] [\"NOTE\"] [@STAGE]"}},
     .hidden = "contact_id channel",
     .run = run_touch,
     .notes =
         "NAME is also a number (C12), an e-mail address or a phone number.\nChannels: call email meeting event social web chat letter onsite delivery\n"
         "          support invoice survey other\n"
         "  +  -  =   it went well, badly, neither\n"
         "Without a line it is saved (exit 75) and sent when the line is back."},
    {.words = "touch strike",
     .summary = "Strike a touch out: the row stays, the counts forget it",
     .examples = {"touch strike last --because \"wrong person\"", "touch strike last --because \"said twice\" --json"},
     .programs = ALL,
     COMMAND_CALL(TOUCH_STRIKE, touch_strike),
     .args = {{.shown = "ID|last"}},
     .hidden = "id",
     .needs = "because",
     .run = run_strike,
     .notes = "By its author within 7 days, or by an admin; timeline --json shows the ids."},
    {.words = "undo",
     .summary = "Take back this seat's last act, within ten minutes",
     .examples = {"undo", "undo --json"},
     .programs = ALL,
     .run = run_undo,
     .notes = "A touch always; a promise, referral, thanks or done task while it waits here."},
    {.words = "timeline",
     .summary = "A contact's touchpoints, newest first",
     .examples = {"timeline Ann Lee", "timeline C1 --limit 5 --json"},
     .programs = ALL,
     .flags = PAGES,
     COMMAND_CALL(TOUCH_TIMELINE, touch_timeline),
     .args = {{.shown = "NAME|C12", .field = "contact_id", .many = true}},
     .first_limit = 20,
     .rows = "entries",
     .columns = "occurred_at channel sentiment stage by score struck note",
     .empty = "nothing yet"},
    {.words = "touch list",
     .summary = "Every touch of the business, for exports",
     .examples = {"touch list --csv >touches.csv", "touch list --limit 5 --json"},
     .programs = ADMIN,
     .flags = PAGES,
     COMMAND_CALL(TOUCH_LIST, touch_list),
     .rows = "touches",
     .columns = "occurred_at contact channel sentiment stage login score struck note",
     .empty = "nothing yet",
     .notes = "In the order of their ids, struck ones too, marked so. --json has every field."},
};
const struct module_commands commands_touch = {LIST, ARRAY_LEN(LIST), NULL};
