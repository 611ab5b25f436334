/* SPDX-License-Identifier: Apache-2.0 */
/* Referrals as they go on. Each action is a row: the server's table judges, and tells what else may be done. */
#include <string.h>
#include <sysexits.h>
#include "client/cli/cli.h"
#include "client/cli/referral_card.h"
#include "client/cli/watching.h"
#include "vouchsafe/v1/method.pb-c.h"
#include "vouchsafe/v1/watch.pb-c.h"

#define REFERRAL \
    { .shown = "R12", .field = "referral_id" }
#define OPTIONAL(shown_as, name) \
    { .shown = (shown_as), .field = (name), .optional = true }
#define BECAUSE \
    { .shown = "BECAUSE", .field = "because", .many = true, .optional = true }
#define REASON OPTIONAL("REASON", "reason")
/* The request serves every action; what doesn't belong to one is no option of its command. */
#define NO_WORDS " words"
#define NO_REASON " reason because"
#define NO_LINE " outcome"
#define NO_CALL " owner call_on"
#define NO_MEETING " appointment_at"
#define NO_VALUE " value currency deal_id"
#define NO_PARTNER " partner_id"
#define NO_LEVEL " level cause"
#define NOTHING_ELSE NO_CALL NO_MEETING NO_VALUE NO_PARTNER NO_LEVEL

/* The command's second word is the action. */
static int set_action(struct cli *c, ProtobufCMessage *request) {
    Vouchsafe__V1__ReferralActRequest *q = (void *)request;
    q->has_action = 1;
    q->action = (Vouchsafe__V1__ReferralAction)enum_number(&vouchsafe__v1__referral_action__descriptor,
                                                           c->args.command->words + strlen("referral "));
    return q->action ? 0 : cli_fail(c, EX_SOFTWARE, "no such action");
}

static int run_show(struct cli *c, ProtobufCMessage *request) {
    int r = line_open(c);
    if (r || (r = resolve_refs(c))) return r;
    r = line_call(c, c->args.command->method, false, request, c->args.command->reply);
    if (r) return r;
    if (c->out.format == OUT_JSON)
        json_message(&c->out.json, c->reply.body);
    else
        referral_card(&c->out, (const void *)c->reply.body);
    return 0;
}

/* What the referral is now: read with the seat's own eyes, whatever the event was a hint of. */
static int show_change(void *arg, const struct vs_event *e) {
    struct cli *c = arg;
    if (e->kind == VOUCHSAFE__V1__EVENT_KIND__ENDED) return cli_fail(c, EX_NOPERM, "%s", e->message);
    int r = line_call(c, c->args.command->method, false, c->args.request, c->args.command->reply);
    if (r == EX_DATAERR) return cli_fail(c, EX_NOPERM, "this referral is no longer yours to see");
    if (r) return r;
    out_template(
        &c->out,
        "{referral.number} is {referral.state}; next: {referral.next_words}  {referral.clock_at}  {referral.outcome}",
        c->reply.body, NULL);
    watching_print(c, "referral", "referral",
                   &((const Vouchsafe__V1__ReferralGetReply *)(const void *)c->reply.body)->referral->base);
    return 0;
}

static int run_watch(struct cli *c, ProtobufCMessage *request) {
    struct id id;
    int r = line_open(c);
    if (r || (r = resolve_refs(c))) return r;
    (void)message_id(request, "referral_id", &id);
    return watching_run(c, vs_watch_referral(c->client, &id), show_change, c);
}

/* The numbers in examples are the demo business's: R1 to R10 came in, R11 to R16 were given to a partner, R17 to R20 came from it. */
#define ACT(verb, who, text, example, other, hides) \
    .words = "referral " verb, .summary = (text), \
    .examples = {"referral " verb " " example, "referral " verb " " other}, .programs = (who), .flags = CHANGES, \
    COMMAND_CALL(REFERRAL_ACT, referral_act), .hidden = "action" hides, .prepare = set_action, \
    .says = "{referral.number} is {referral.state}; you may: {referral.allowed}"
/* An action of both ends: staff with what came in, a partner with what is its own. */
#define BOTH(verb, text, a, b, of_partner, other_of_partner, how, other_how, hides, ...) \
    {ACT(verb, STAFF, text, a how, b other_how, hides), __VA_ARGS__}, { \
        ACT(verb, PARTNER, text, of_partner how, other_of_partner other_how, hides), __VA_ARGS__ \
    }
#define WORDS \
    { .shown = "WORDS", .field = "words", .many = true, .optional = true }
#define WHEN \
    { .shown = "WHEN", .field = "appointment_at", .many = true, .optional = true }
#define NOT_BUT_WORDS NO_REASON NO_LINE NOTHING_ELSE
#define NOTHING NO_WORDS NOT_BUT_WORDS
#define NOT_BUT_REASON NO_WORDS NO_LINE NOTHING_ELSE
#define NOT_BUT_MEETING NO_WORDS NO_REASON NO_LINE NO_CALL NO_VALUE NO_PARTNER NO_LEVEL
#define NOT_BUT_LEVEL NO_REASON NO_LINE NO_CALL NO_MEETING NO_VALUE NO_PARTNER

/* What was agreed with the person, and what must be done by when. */
#define IN_CALENDAR \
    { \
        {.component = "VEVENT", \
         .id = "referral_id", \
         .as = "appointment", \
         .at = "appointment_at", \
         .title = "appointment", \
         .summary = "person", \
         .details = "number contact_number phone email caller because", \
         .state = "appointment", \
         .statuses = "no_show=CANCELLED"}, \
            {.component = "VTODO", \
             .id = "referral_id", \
             .as = "clock", \
             .at = "clock_at", \
             .summary = "clock person", \
             .details = "number contact_number owner"}, \
    }
static const struct command LIST[] = {
    {.words = "referral show",
     .summary = "One referral: source, cause, claim, steps, what is next and by when",
     .examples = {"referral show R1", "referral show R1 --json"},
     .programs = STAFF,
     COMMAND_CALL(REFERRAL_GET, referral_get),
     .args = {REFERRAL},
     .hidden = "number",
     .run = run_show},
    {.words = "referral show",
     .summary = "One of your referrals: claim, steps, what is next and by when",
     .examples = {"referral show R11", "referral show R17 --json"},
     .programs = PARTNER,
     COMMAND_CALL(REFERRAL_GET, referral_get),
     .args = {REFERRAL},
     .hidden = "number",
     .run = run_show},
    {.words = "referral list",
     .summary = "Referrals in the order of their numbers, and what became of each",
     .examples = {"referral list --state accepted", "referral list --direction received --loop-open"},
     .programs = STAFF,
     .flags = PAGES,
     COMMAND_CALL(REFERRAL_LIST, referral_list),
     .rows = "referrals",
     .columns = "number state person source partner owner next clock_at late loop_open",
     .calendar = IN_CALENDAR,
     .own = {CALENDAR_OPTION},
     .empty = "no referrals"},
    {.words = "referral list",
     .summary = "Your referrals, and what became of each",
     .examples = {"referral list --ics referrals.ics", "referral list --direction given --json"},
     .programs = PARTNER,
     .flags = PAGES,
     COMMAND_CALL(REFERRAL_LIST, referral_list),
     .hidden = "contact_id source_contact_id partner_id owner late",
     .rows = "referrals",
     .columns = "number direction state person verdict caller call_on clock_at outcome",
     .calendar = IN_CALENDAR,
     .own = {CALENDAR_OPTION},
     .empty = "no referrals"},
    {.words = "referral watch",
     .summary = "Show what becomes of a referral as it happens",
     .examples = {"referral watch R1", "referral watch R2 --json"},
     .programs = STAFF,
     COMMAND_CALL(REFERRAL_GET, referral_get),
     .args = {REFERRAL},
     .hidden = "number",
     .run = run_watch,
     .notes = "With --json each line is an object: {\"event\": \"referral\", \"referral\": {...}}."},
    {.words = "referral watch",
     .summary = "Show what becomes of a referral as it happens",
     .examples = {"referral watch R11", "referral watch R17 --json"},
     .programs = PARTNER,
     COMMAND_CALL(REFERRAL_GET, referral_get),
     .args = {REFERRAL},
     .hidden = "number",
     .run = run_watch,
     .notes = "With --json each line is an object: {\"event\": \"referral\", \"referral\": {...}}."},
    {.words = "referral machine",
     .summary = "The table of transitions: what may be done from which state, by whom",
     .examples = {"referral machine", "referral machine --direction given"},
     .programs = ALL,
     COMMAND_CALL(REFERRAL_MACHINE, referral_machine),
     .rows = "transitions",
     .columns = "direction from_state action to_state who needs causes"},
    BOTH("open", "You have read it", "R1", "R2", "R11", "R12", "", " --json", NOTHING, .args = {REFERRAL}),
    BOTH("ask", "Ask its source for more", "R1", "R2", "R11", "R12", " \"which floor is it?\"",
         " --words \"until when?\"", NOT_BUT_WORDS, .args = {REFERRAL, WORDS}, .needs = "words"),
    BOTH("inform", "Answer what was asked", "R1", "R2", "R17", "R18", " \"the third floor\"", " --words \"until May\"",
         NOT_BUT_WORDS, .args = {REFERRAL, WORDS}, .needs = "words"),
    BOTH("accept", "Take it: who calls, and the day", "R1", "R2", "R11", "R12", " on tomorrow", " --call-on tomorrow",
         NO_WORDS NO_REASON NO_LINE NO_MEETING NO_VALUE NO_PARTNER NO_LEVEL, .args = {REFERRAL},
         .keywords = "on=call_on by=owner", .needs = "call_on"),
    BOTH("decline", "Decline it kindly, with the reason", "R3", "R4", "R13", "R14", " no_fit \"no flat roofs\"",
         " no_capacity because \"full\"", NO_WORDS NOTHING_ELSE, .args = {REFERRAL, REASON, BECAUSE},
         .keywords = "because=because", .needs = "reason because"),
    {ACT("redirect", STAFF, "Pass it to a partner that suits better", "R5 better_suited to P1 because \"pipes\"",
         "R6 too_far --partner P1 --because far", NO_WORDS NO_CALL NO_MEETING NO_VALUE NO_LEVEL),
     .args = {REFERRAL, REASON}, .keywords = "to=partner_id because=because", .needs = "reason partner_id because"},
    BOTH("hold", "Let it rest, with the reason", "R7", "R8", "R15", "R16", " season \"after the frost\"",
         " waiting because \"a permit\"", NOT_BUT_REASON, .args = {REFERRAL, REASON, BECAUSE},
         .keywords = "because=because", .needs = "reason because"),
    BOTH("resume", "Go on where it was", "R7", "R8", "R15", "R16", "", " --json", NOTHING, .args = {REFERRAL}),
    BOTH("contact", "The person was reached; --level and --cause as they say", "R1", "R2", "R11", "R12", "",
         " --level 3 --cause experience", NOT_BUT_LEVEL, .args = {REFERRAL}),
    BOTH("appoint", "Make an appointment", "R1", "R2", "R11", "R12", " \"tomorrow 15:00\"", " at \"in 3 days\"",
         NOT_BUT_MEETING, .args = {REFERRAL, WHEN}, .keywords = "at=appointment_at", .needs = "appointment_at"),
    BOTH("move", "Move the appointment", "R1", "R2", "R11", "R12", " \"in 2 days\"", " to \"tomorrow 10:00\"",
         NOT_BUT_MEETING, .args = {REFERRAL, WHEN}, .keywords = "to=appointment_at", .needs = "appointment_at"),
    BOTH("kept", "The appointment was kept", "R1", "R2", "R11", "R12", "", " --json", NOTHING, .args = {REFERRAL}),
    BOTH("no-show", "The person did not come", "R1", "R2", "R11", "R12", "", " --json", NOTHING, .args = {REFERRAL}),
    BOTH("win", "They became a customer: its value, or the deal that was won", "R1", "R2", "R11", "R12",
         " --value 8400", " --value 50.5 --line \"They signed\"",
         NO_WORDS NO_REASON NO_CALL NO_MEETING NO_PARTNER NO_LEVEL, .args = {REFERRAL}),
    BOTH("lose", "It came to nothing, with the reason", "R7", "R8", "R15", "R16", " price \"200 too much\"",
         " timing because \"next year\"", NO_WORDS NOTHING_ELSE, .args = {REFERRAL, REASON, BECAUSE},
         .keywords = "because=because", .needs = "reason because"),
    BOTH("withdraw", "Take it back, as its source", "R9", "R10", "R17", "R18", " changed_mind \"they said no\"",
         " sent_twice because \"see R9\"", NOT_BUT_REASON, .args = {REFERRAL, REASON, BECAUSE},
         .keywords = "because=because", .needs = "reason because"),
    {ACT("mistake", ADMIN, "Entered in error: the row stays, the numbers forget it", "R9 duplicate \"entered twice\"",
         "R10 test because \"a trial\"", NOT_BUT_REASON),
     .args = {REFERRAL, REASON, BECAUSE}, .keywords = "because=because", .needs = "reason because"},
    BOTH("reopen", "Take it up again: the reason, who calls and the day", "R3", "R4", "R13", "R14",
         " came_back on fri because \"she rang\"", " other on tomorrow because \"wrong\"",
         NO_WORDS NO_LINE NO_MEETING NO_VALUE NO_PARTNER NO_LEVEL, .args = {REFERRAL, REASON},
         .keywords = "because=because on=call_on by=owner", .needs = "reason because call_on"),
    BOTH("news", "A line for its source in between", "R3", "R4", "R13", "R14", " \"they have the offer\"",
         " --words \"they think\"", NOT_BUT_WORDS, .args = {REFERRAL, WORDS}, .needs = "words"),
    {ACT("tell", STAFF, "Its source was told the outcome", "R7", "R8 --json", NOTHING), .args = {REFERRAL}},
    {ACT("thank", STAFF, "Its source was thanked", "R7", "R8 --json", NOTHING), .args = {REFERRAL}},
    {ACT("handover", STAFF, "Somebody else calls", "R3 sue", "R4 --owner sue --call-on fri",
         NO_WORDS NO_REASON NO_LINE NO_MEETING NO_VALUE NO_PARTNER NO_LEVEL),
     .args = {REFERRAL, OPTIONAL("LOGIN", "owner")}, .needs = "owner"},
    BOTH("confirm", "The level, and what the person says moved the source", "R1", "R2", "R11", "R12", " --level 4",
         " --cause result --words \"saves heat\"", NOT_BUT_LEVEL, .args = {REFERRAL}),
};
const struct module_commands commands_referral = {LIST, ARRAY_LEN(LIST), NULL};
