/* SPDX-License-Identifier: Apache-2.0 */
/* Whom to ask for introductions, why, and what became of it. */
#include <sysexits.h>
#include "client/cli/cli.h"
#include "vouchsafe/v1/ask.pb-c.h"
#include "vouchsafe/v1/method.pb-c.h"

enum { PAGE = 200, NOT_NOW = 20 };

#define WHO \
    { .shown = "NAME|C12", .field = "contact_id", .many = true }
#define ASK \
    { .shown = "A12", .field = "ask_id" }

/* A line for the person, one for each reason. */
static void print_candidate(struct out *o, const Vouchsafe__V1__Candidate *p) {
    if (p->has_readiness)
        out_template(
            o, p->has_ask_number ? "{readiness}  {number} {name}: {ask_number} is due" : "{readiness}  {number} {name}",
            &p->base, NULL);
    else
        out_template(o, "{number} {name}", &p->base, NULL);
    if (p->joined) out_say(o, "    joined today, after the order was fixed");
    for (size_t i = 0; i < p->n_reasons; i++) out_say(o, "    %s", p->reasons[i]);
    for (size_t i = 0; i < p->n_suggest; i++) out_say(o, "    ask for %s", p->suggest[i]);
    for (size_t i = 0; i < p->n_because; i++) out_say(o, "    %s", p->because[i]);
}

/* Up to `most` candidates (0: all), page by page; *more: there are others. */
static int print_candidates(struct cli *c, uint32_t method, ProtobufCMessage *q,
                            const ProtobufCMessageDescriptor *reply, size_t most, const char *title, size_t *n,
                            bool *more) {
    struct json *j = &c->out.json;
    for (*n = 0, *more = true; *more && (!most || *n < most);) {
        size_t left = most ? most - *n : PAGE;
        *(uint32_t *)field_put(&c->mem, message_find(q, "page_size")) = left < PAGE ? (uint32_t)left : PAGE;
        int r = line_call(c, method, false, q, reply);
        if (r) return r;
        struct field rows = message_find(c->reply.body, "candidates");
        if (title && !*n && field_count(rows)) out_say(&c->out, "%s", title);
        for (size_t i = 0; i < field_count(rows); i++) {
            if (c->out.format == OUT_JSON)
                json_message(j, field_message(rows, i));
            else
                print_candidate(&c->out, (const void *)field_message(rows, i));
        }
        if (c->out.format == OUT_CSV)
            out_rows(&c->out, rows, title ? "number name because" : "number name readiness reasons");
        *n += field_count(rows);
        *more = cli_next_page(c, q);
    }
    return 0;
}

static int run_not_now(struct cli *c, ProtobufCMessage *request) {
    size_t n;
    bool more;
    int r = line_open(c);
    if (r) return r;
    json_open(&c->out.json, '{');
    json_key(&c->out.json, "candidates");
    json_open(&c->out.json, '[');
    r = print_candidates(c, VOUCHSAFE__V1__METHOD__ASK_NOT_NOW, request, &vouchsafe__v1__ask_not_now_reply__descriptor,
                         c->args.limit, "not now, because", &n, &more);
    json_close(&c->out.json, ']');
    json_key(&c->out.json, "more");
    json_bool(&c->out.json, more);
    json_close(&c->out.json, '}');
    if (!r && !n) out_say(&c->out, "nothing stands in the way of anybody");
    return r;
}

/* The ranked ones, and below them the first who are not to be asked now. */
static int run_list(struct cli *c, ProtobufCMessage *request) {
    Vouchsafe__V1__AskNotNowRequest q = VOUCHSAFE__V1__ASK_NOT_NOW_REQUEST__INIT;
    struct json *j = &c->out.json;
    size_t n, shut = 0;
    bool more, more_shut = false;
    int r = line_open(c);
    if (r || (r = resolve_refs(c))) return r;
    json_open(j, '{');
    json_key(j, "candidates");
    json_open(j, '[');
    r = print_candidates(c, VOUCHSAFE__V1__METHOD__ASK_LIST, request, &vouchsafe__v1__ask_list_reply__descriptor,
                         c->args.limit, NULL, &n, &more);
    if (r) return r;
    json_close(j, ']');
    json_key(j, "more");
    json_bool(j, more);
    if (!n) out_say(&c->out, "nobody is to be asked now");
    if (more && c->out.format == OUT_TABLE) out_note(&c->out, "there is more: --limit %zu", n * 2);
    json_key(j, "not_now");
    json_open(j, '[');
    if (c->out.format != OUT_CSV)
        r = print_candidates(c, VOUCHSAFE__V1__METHOD__ASK_NOT_NOW, &q.base,
                             &vouchsafe__v1__ask_not_now_reply__descriptor, NOT_NOW, "not now, because", &shut,
                             &more_shut);
    json_close(j, ']');
    json_close(j, '}');
    if (more_shut && c->out.format == OUT_TABLE) out_note(&c->out, "there are more of them: ask not-now");
    return r;
}

static const struct command LIST[] = {
    {.words = "ask list",
     .summary = "Whom to ask for introductions next, and why; and whom not now, and why",
     .examples = {"ask list", "ask list --limit 5 --owner sam"},
     .programs = STAFF,
     .flags = PAGES,
     COMMAND_CALL(ASK_LIST, ask_list),
     .first_limit = 20,
     .rows = "candidates",
     .columns = "number name readiness reasons",
     .run = run_list,
     .notes = "The day's order is fixed when it is first read; whoever is shut out meanwhile\n"
              "leaves at once. ask weights prints what counts how much."},
    {.words = "ask not-now",
     .summary = "Whom something stands in the way of asking, and what",
     .examples = {"ask not-now", "ask not-now --limit 10"},
     .programs = STAFF,
     .flags = PAGES,
     COMMAND_CALL(ASK_NOT_NOW, ask_not_now),
     .rows = "candidates",
     .columns = "number name because",
     .run = run_not_now},
    {.words = "ask make",
     .summary = "They were asked for three names: the ask that was due, or one more",
     .examples = {"ask make Hana Ito", "ask make C5 --anyway --on today"},
     .programs = STAFF,
     .flags = CHANGES,
     COMMAND_CALL(ASK_MAKE, ask_make),
     .args = {WHO},
     .fresh = "ask_id",
     .says = "asked: {number}"},
    {.words = "ask answer",
     .summary = "Their answer: yes, later (until when), or no (why, in their words)",
     .examples = {"ask answer A1 yes", "ask answer A2 later until \"in 3 weeks\" because \"moving\""},
     .programs = STAFF,
     .flags = CHANGES,
     COMMAND_CALL(ASK_ANSWER, ask_answer),
     .args = {ASK, {.shown = "ANSWER", .field = "answer"}},
     .keywords = "until=later_until because=words",
     .says = "{state}",
     .notes = "A no needs --reason too: ask reasons ranks them."},
    {.words = "ask fill",
     .summary = "A name they gave: it becomes a received referral of theirs",
     .examples = {"ask fill A1 Lotte Rank --phone \"+49 30 5550199\"", "ask fill A1 Nick Ohm --email nick@example.org"},
     .programs = STAFF,
     .flags = CHANGES,
     COMMAND_CALL(ASK_FILL, ask_fill),
     .args = {ASK, {.shown = "NAME", .field = "name", .many = true}},
     .keywords = "because=because",
     .says = "{referral_number} came in",
     .rows = "slots",
     .columns = "slot state person referral_number"},
    {.words = "ask give-up",
     .summary = "A name that won't come, or all that are open",
     .examples = {"ask give-up A1 \"nobody else in mind\"", "ask give-up A2 --slot 3 --because \"forgot\""},
     .programs = STAFF,
     .flags = CHANGES,
     COMMAND_CALL(ASK_GIVE_UP, ask_give_up),
     .args = {ASK, {.shown = "BECAUSE", .field = "because", .many = true, .optional = true}},
     .needs = "because",
     .rows = "slots",
     .columns = "slot state person referral_number because"},
    {.words = "ask drop",
     .summary = "One that is due won't be made, with the reason",
     .examples = {"ask drop A3 \"sold the house\"", "ask drop A4 --because \"moved away\""},
     .programs = STAFF,
     .flags = CHANGES,
     COMMAND_CALL(ASK_DROP, ask_drop),
     .args = {ASK, {.shown = "BECAUSE", .field = "because", .many = true, .optional = true}},
     .needs = "because",
     .says = "dropped"},
    {.words = "ask show",
     .summary = "An ask and its three names",
     .examples = {"ask show A1", "ask show A1 --json"},
     .programs = STAFF,
     COMMAND_CALL(ASK_GET, ask_get),
     .args = {ASK},
     .record = "ask",
     .rows = "slots",
     .columns = "slot state person referral_number referral_state because"},
    {.words = "ask history",
     .summary = "Asks in the order of their numbers: due, made, and what they answered",
     .examples = {"ask history --state due", "ask history --contact \"Ann Lee\""},
     .programs = STAFF,
     .flags = PAGES,
     COMMAND_CALL(ASK_HISTORY, ask_history),
     .rows = "asks",
     .columns = "number contact state due_on asked_on answered_on later_until filled open owner reason words",
     .empty = "no asks"},
    {.words = "ask reasons",
     .summary = "Why customers say no, the most frequent reason first",
     .examples = {"ask reasons", "ask reasons --json"},
     .programs = STAFF,
     COMMAND_CALL(ASK_REASONS, ask_reasons),
     .rows = "reasons",
     .columns = "n share reason words",
     .empty = "nobody has said no"},
    {.words = "ask weights",
     .summary = "What counts for and against asking, and how much",
     .examples = {"ask weights", "ask weights --json"},
     .programs = STAFF,
     COMMAND_CALL(ASK_WEIGHTS, ask_weights),
     .rows = "weights",
     .columns = "points words doc",
     .notes = "The admin changes them: setting set readiness.hyper_loyal 20"},
};
const struct module_commands commands_ask = {LIST, ARRAY_LEN(LIST), NULL};
