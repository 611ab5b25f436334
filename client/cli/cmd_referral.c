/* SPDX-License-Identifier: Apache-2.0 */
/* Referrals as they go on. Each action is a row: the server's table judges, and tells what else may be done. */
#include <string.h>
#include <sysexits.h>
#include "client/cli/cli.h"
#include "client/cli/referral_card.h"
#include "vouchsafe/v1/method.pb-c.h"

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

#define ACT(verb, who, words_of, example, other, hides) \
    .words = "referral " verb, .summary = (words_of), .examples = {example, other}, .programs = (who), \
    .flags = CHANGES, COMMAND_CALL(REFERRAL_ACT, referral_act), .hidden = "action" hides, .prepare = set_action, \
    .says = "{referral.number} is {referral.state}; you may: {referral.allowed}"

static const struct command LIST[] = {
    {.words = "referral show",
     .summary = "One referral: source, cause, claim, steps, what is next and by when",
     .examples = {"referral show R1", "referral show R1 --json"},
     .programs = ALL,
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
     .empty = "no referrals"},
    {.words = "referral list",
     .summary = "Your referrals, and what became of each",
     .examples = {"referral list", "referral list --direction given --json"},
     .programs = PARTNER,
     .flags = PAGES,
     COMMAND_CALL(REFERRAL_LIST, referral_list),
     .hidden = "contact_id source_contact_id partner_id owner late",
     .rows = "referrals",
     .columns = "number direction state person verdict caller call_on clock_at outcome",
     .empty = "no referrals"},
    {.words = "referral machine",
     .summary = "The table of transitions: what may be done from which state, by whom",
     .examples = {"referral machine", "referral machine --direction given"},
     .programs = ALL,
     COMMAND_CALL(REFERRAL_MACHINE, referral_machine),
     .rows = "transitions",
     .columns = "direction from_state action to_state who needs causes"},
    {ACT("open", ALL, "You have read it", "referral open R1", "referral open R1 --json",
         NO_WORDS NO_REASON NO_LINE NOTHING_ELSE),
     .args = {REFERRAL}},
    {ACT("ask", ALL, "Ask its source for more", "referral ask R1 \"which floor is it?\"",
         "referral ask R1 --words \"until when?\"", NO_REASON NO_LINE NOTHING_ELSE),
     .args = {REFERRAL, {.shown = "WORDS", .field = "words", .many = true, .optional = true}}, .needs = "words"},
    {ACT("inform", ALL, "Answer what was asked", "referral inform R1 \"the third floor\"",
         "referral inform R1 --words \"until May\"", NO_REASON NO_LINE NOTHING_ELSE),
     .args = {REFERRAL, {.shown = "WORDS", .field = "words", .many = true, .optional = true}}, .needs = "words"},
    {ACT("accept", ALL, "Take it: who calls, and the day", "referral accept R1 --call-on tomorrow",
         "referral accept R1 on tomorrow", NO_WORDS NO_REASON NO_LINE NO_MEETING NO_VALUE NO_PARTNER NO_LEVEL),
     .args = {REFERRAL}, .keywords = "on=call_on by=owner", .needs = "call_on"},
    {ACT("decline", ALL, "Decline it kindly, with the reason", "referral decline R1 no_fit \"we do no flat roofs\"",
         "referral decline R1 no_capacity because \"full until May\"", NO_WORDS NOTHING_ELSE),
     .args = {REFERRAL, REASON, BECAUSE}, .keywords = "because=because", .needs = "reason because"},
    {ACT("redirect", STAFF, "Pass it to a partner that suits better",
         "referral redirect R1 better_suited to \"Acme Plumbing\" because \"it is the pipe, not the roof\"",
         "referral redirect R1 too_far --partner P1 --because \"they are next door\"",
         NO_WORDS NO_CALL NO_MEETING NO_VALUE NO_LEVEL),
     .args = {REFERRAL, REASON}, .keywords = "to=partner_id because=because", .needs = "reason partner_id because"},
    {ACT("contact", ALL, "The person was reached; --level and --cause as they say", "referral contact R1",
         "referral contact R1 --level 3 --cause experience --words \"Ann showed me hers\"",
         NO_REASON NO_LINE NO_CALL NO_MEETING NO_VALUE NO_PARTNER),
     .args = {REFERRAL}},
    {ACT("appoint", ALL, "Make an appointment", "referral appoint R1 \"tomorrow 15:00\"",
         "referral appoint R1 at \"in 3 days\"", NO_WORDS NO_REASON NO_LINE NO_CALL NO_VALUE NO_PARTNER NO_LEVEL),
     .args = {REFERRAL, {.shown = "WHEN", .field = "appointment_at", .many = true, .optional = true}},
     .keywords = "at=appointment_at", .needs = "appointment_at"},
    {ACT("kept", ALL, "The appointment was kept", "referral kept R1", "referral kept R1 --json",
         NO_WORDS NO_REASON NO_LINE NOTHING_ELSE),
     .args = {REFERRAL}},
    {ACT("no-show", ALL, "The person did not come", "referral no-show R1", "referral no-show R1 --json",
         NO_WORDS NO_REASON NO_LINE NOTHING_ELSE),
     .args = {REFERRAL}},
    {ACT("move", ALL, "Move the appointment", "referral move R1 \"in 2 days\"",
         "referral move R1 to \"tomorrow 10:00\"", NO_WORDS NO_REASON NO_LINE NO_CALL NO_VALUE NO_PARTNER NO_LEVEL),
     .args = {REFERRAL, {.shown = "WHEN", .field = "appointment_at", .many = true, .optional = true}},
     .keywords = "to=appointment_at", .needs = "appointment_at"},
    {ACT("win", ALL, "They became a customer: its value, or the deal that was won", "referral win R1 --value 8400",
         "referral win R1 --value 2150.50 --line \"They have signed, thanks to you.\"",
         NO_WORDS NO_REASON NO_CALL NO_MEETING NO_PARTNER NO_LEVEL),
     .args = {REFERRAL}},
    {ACT("lose", ALL, "It came to nothing, with the reason", "referral lose R1 price \"200 over the other offer\"",
         "referral lose R1 timing because \"not before next year\"", NO_WORDS NOTHING_ELSE),
     .args = {REFERRAL, REASON, BECAUSE}, .keywords = "because=because", .needs = "reason because"},
    {ACT("hold", ALL, "Let it rest, with the reason", "referral hold R1 season \"after the frost\"",
         "referral hold R1 waiting because \"the permit is pending\"", NO_WORDS NO_LINE NOTHING_ELSE),
     .args = {REFERRAL, REASON, BECAUSE}, .keywords = "because=because", .needs = "reason because"},
    {ACT("resume", ALL, "Go on where it was", "referral resume R1", "referral resume R1 --json",
         NO_WORDS NO_REASON NO_LINE NOTHING_ELSE),
     .args = {REFERRAL}},
    {ACT("withdraw", ALL, "Take it back, as its source", "referral withdraw R1 changed_mind \"they asked me not to\"",
         "referral withdraw R1 sent_twice because \"see the one before\"", NO_WORDS NO_LINE NOTHING_ELSE),
     .args = {REFERRAL, REASON, BECAUSE}, .keywords = "because=because", .needs = "reason because"},
    {ACT("mistake", ADMIN, "Entered in error: the row stays, the numbers forget it",
         "referral mistake R1 duplicate \"entered twice\"", "referral mistake R1 test because \"a trial\"",
         NO_WORDS NO_LINE NOTHING_ELSE),
     .args = {REFERRAL, REASON, BECAUSE}, .keywords = "because=because", .needs = "reason because"},
    {ACT("reopen", ALL, "Take it up again, with the reason, who calls and the day",
         "referral reopen R1 came_back on tomorrow because \"they called again\"",
         "referral reopen R1 decided_in_error --call-on tomorrow --because \"wrong person\"",
         NO_WORDS NO_LINE NO_MEETING NO_VALUE NO_PARTNER NO_LEVEL),
     .args = {REFERRAL, REASON}, .keywords = "because=because on=call_on by=owner", .needs = "reason because call_on"},
    {ACT("news", ALL, "A line for its source in between", "referral news R1 \"the offer is with them\"",
         "referral news R1 --words \"they think it over\"", NO_REASON NO_LINE NOTHING_ELSE),
     .args = {REFERRAL, {.shown = "WORDS", .field = "words", .many = true, .optional = true}}, .needs = "words"},
    {ACT("tell", STAFF, "Its source was told the outcome", "referral tell R1", "referral tell R1 --json",
         NO_WORDS NO_REASON NO_LINE NOTHING_ELSE),
     .args = {REFERRAL}},
    {ACT("thank", STAFF, "Its source was thanked", "referral thank R1", "referral thank R1 --json",
         NO_WORDS NO_REASON NO_LINE NOTHING_ELSE),
     .args = {REFERRAL}},
    {ACT("handover", STAFF, "Somebody else calls", "referral handover R1 sue",
         "referral handover R1 --owner sue --call-on fri",
         NO_WORDS NO_REASON NO_LINE NO_MEETING NO_VALUE NO_PARTNER NO_LEVEL),
     .args = {REFERRAL, OPTIONAL("LOGIN", "owner")}, .needs = "owner"},
    {ACT("confirm", ALL, "The level, and what the person says moved the source", "referral confirm R1 --level 4",
         "referral confirm R1 --cause result --words \"it was half the price to heat\"",
         NO_REASON NO_LINE NO_CALL NO_MEETING NO_VALUE NO_PARTNER),
     .args = {REFERRAL}},
};
const struct module_commands commands_referral = {LIST, ARRAY_LEN(LIST), NULL};
