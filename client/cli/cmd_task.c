/* SPDX-License-Identifier: Apache-2.0 */
/* Today, and the follow-ups behind it. */
#include <stdio.h>
#include "client/cli/cli.h"
#include "client/cli/when.h"
#include "vouchsafe/v1/method.pb-c.h"
#include "vouchsafe/v1/task.pb-c.h"

#define TASK \
    { .shown = "T12", .field = "task_id" }
#define IN_CALENDAR \
    { \
        { \
            .component = "VTODO", .id = "task_id", .as = "task", .at = "due_at", .summary = "title contact words", \
            .details = "number subject contact_number owner result", .state = "state", \
            .statuses = "done=COMPLETED dropped=CANCELLED", .closed_at = "closed_at" \
        } \
    }
/* "  T6   2026-11-26 16:00  thank the source: Thank Ann Lee for sending Dora Klein (R1)" */
static void print_task(struct out *o, const Vouchsafe__V1__Task *t) {
    char head[64], due[32] = "", text[1024];
    bool words = t->words && *t->words, subject = t->subject && *t->subject;
    if (t->has_due_at) when_format_local(t->due_at, due, sizeof due);
    snprintf(head, sizeof head, "%sT%-4llu %s%s  ", t->contact ? "  " : "", (unsigned long long)t->number,
             t->overdue ? "late, " : "", due);
    snprintf(text, sizeof text, "%s%s%s%s%s%s", t->title ? t->title : "", words ? ": " : "", words ? t->words : "",
             subject ? " (" : "", subject ? t->subject : "", subject ? ")" : "");
    out_wrapped(o, head, text);
}

/* A card is a contact with all that is due of it; what has none is a card of its own, a line from the margin. */
static void print_cards(struct out *o, const ProtobufCMessage *reply) {
    const Vouchsafe__V1__TaskTodayReply *today = (const void *)reply;
    for (size_t i = 0; i < today->n_tasks; i++) {
        const Vouchsafe__V1__Task *t = today->tasks[i];
        bool next = !i || t->card != today->tasks[i - 1]->card;
        if (next && t->contact) out_say(o, "C%llu %s", (unsigned long long)t->contact_number, t->contact);
        print_task(o, t);
    }
    if (today->more) out_say(o, "%u more cards wait", today->more);
}

static const struct command LIST[] = {
    {.words = "today",
     .summary = "What to do next: at most twelve cards, the most at risk first",
     .examples = {"today", "today --ics today.ics"},
     .programs = STAFF,
     COMMAND_CALL(TASK_TODAY, task_today),
     .rows = "tasks",
     .columns = "card number title contact_number contact subject due_at overdue words",
     .print = print_cards,
     .calendar = IN_CALENDAR,
     .own = {CALENDAR_OPTION},
     .empty = "nothing is due"},
    {.words = "task list",
     .summary = "List follow-ups, the earliest due first",
     .examples = {"task list --ics tasks.ics", "task list --owner sam --state done"},
     .programs = STAFF,
     .flags = PAGES,
     COMMAND_CALL(TASK_LIST, task_list),
     .rows = "tasks",
     .columns = "number title owner contact subject due_at overdue state words result",
     .calendar = IN_CALENDAR,
     .own = {CALENDAR_OPTION},
     .empty = "no tasks",
     .notes = "A calendar that reads the file again changes the tasks it has: with --state\n"
              "done they are ticked off."},
    {.words = "task add",
     .summary = "Write a follow-up down",
     .examples = {"task add \"send the papers\" --contact \"Ann Lee\" --due fri",
                  "task add \"order slates\" --due \"in 3 days\" --owner sue"},
     .programs = STAFF,
     .flags = CHANGES,
     COMMAND_CALL(TASK_ADD, task_add),
     .args = {{.shown = "WORDS", .field = "words", .many = true}},
     .fresh = "task_id",
     .needs = "due_at",
     .says = "added {number}"},
    {.words = "task done",
     .summary = "It is done",
     .examples = {"task done T1", "task done T2 --result \"sent by post\""},
     .programs = STAFF,
     .flags = KEPT,
     COMMAND_CALL(TASK_DONE, task_done),
     .args = {TASK},
     .says = "done",
     .notes = "Without a line it is saved (exit 75), if this seat saw the task, and sent when\n"
              "the line is back."},
    {.words = "task later",
     .summary = "Not now: show it again then",
     .examples = {"task later T3 tomorrow", "task later T3 \"in 2 weeks\""},
     .programs = STAFF,
     .flags = CHANGES,
     COMMAND_CALL(TASK_LATER, task_later),
     .args = {TASK, {.shown = "WHEN", .field = "until", .many = true}},
     .says = "comes back {until}"},
    {.words = "task skip",
     .summary = "Not for this one, with the reason",
     .examples = {"task skip T4 \"moved away\"", "task skip T5 --because \"asked by post\""},
     .programs = STAFF,
     .flags = CHANGES,
     COMMAND_CALL(TASK_SKIP, task_skip),
     .args = {TASK, {.shown = "BECAUSE", .field = "because", .many = true, .optional = true}},
     .needs = "because",
     .says = "dropped"},
    {.words = "away",
     .summary = "Away until then; the stand-in sees the tasks meanwhile",
     .examples = {"away --until \"in 2 weeks\" --stand-in sue", "away --until now"},
     .programs = STAFF,
     .flags = CHANGES,
     COMMAND_CALL(ACCOUNT_AWAY, account_away),
     .needs = "until",
     .says = "noted"},
};
const struct module_commands commands_task = {LIST, ARRAY_LEN(LIST), NULL};
