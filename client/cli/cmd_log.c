/* SPDX-License-Identifier: Apache-2.0 */
/* log: many touches, promises, referrals and thanks at once. Preview, bad lines stay, the rest commits:
 * - every line is read and everybody named is looked up before anything is saved
 * - the good lines reach the disk together, or none does; then they are sent
 * - an act's id is made of its line and its moment: logging the same notes again (a crash, a second paste) doubles nothing
 * - bad lines come back with the reason: a file keeps only them, standard input gets them on standard output */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>
#include "client/cli/notebook.h"
#include "client/cli/when.h"
#include "vouchsafe/v1/method.pb-c.h"

#define STAYS NOTEBOOK_REASON "%d: "
enum { TEXT_MAX_BYTES = 1 << 20 };

static int read_all(struct cli *c, const char *source, char **out) {
    bool in = !strcmp(source, "-");
    FILE *f = in ? stdin : fopen(source, "r");
    if (!f) return cli_fail(c, EX_NOINPUT, "%s: %s", source, strerror(errno));
    if (in && isatty(STDIN_FILENO)) out_note(&c->out, "Paste the lines; end with Ctrl-D on a line of its own:");
    char *text = arena_alloc(&c->mem, TEXT_MAX_BYTES + 1);
    size_t n = text ? fread(text, 1, TEXT_MAX_BYTES + 1, f) : 0;
    bool failed = !text || ferror(f);
    if (!in) fclose(f);
    if (failed) return cli_fail(c, EX_IOERR, "%s can't be read", source);
    if (n > TEXT_MAX_BYTES) return cli_fail(c, EX_DATAERR, "%s: more than 1 MiB at once", source);
    text[n] = 0;
    *out = text;
    return strlen(text) == n ? 0 : cli_fail(c, EX_DATAERR, "%s is not text", source);
}

/* The same line, moment and contact is the same act; a line that stands there twice is two. */
static void give_id(struct cli *c, struct notebook *b, struct note_line *l) {
    ProtobufCMessage *q = l->args.request;
    uint8_t body[16384], twin = 0;
    uint32_t method = l->args.command->method;
    bool touch = note_is_touch(l);
    if (touch) l->touch.request->touch->has_id = 0;
    size_t n = protobuf_c_message_get_packed_size(q);
    if (n > sizeof body) return; /* packing for the outbox will refuse it */
    protobuf_c_message_pack(q, body);
    for (struct note_line *o = b->lines; o < l; o++) twin = (uint8_t)(twin + (!o->why && !strcmp(o->text, l->text)));
    const struct slice parts[] = {{(const uint8_t *)"log", 3},
                                  {c->seat.account.b, sizeof c->seat.account.b},
                                  {body, n},
                                  {&twin, 1},
                                  {(const uint8_t *)&method, touch ? 0 : sizeof method}};
    *note_id(l) = id_from_parts(parts, touch ? ARRAY_LEN(parts) - 1 : ARRAY_LEN(parts));
    if (touch)
        message_set_id(&c->mem, &l->touch.request->touch->base, "id", &l->touch.id);
    else
        kept_identify(&l->args, &l->kept);
}

static void resolve_lines(struct cli *c, struct notebook *b) {
    for (size_t i = 0; i < b->n; i++) {
        struct note_line *l = &b->lines[i];
        if (l->why) continue;
        char why[600] = "";
        bool touch = note_is_touch(l);
        bool named = touch && field_count(message_find(l->args.request, "touch.id")) > 0; /* by --id */
        c->aside = why, c->aside_size = sizeof why;
        int r = touch ? capture_resolve(c, &l->touch) : kept_resolve(c, &l->args);
        c->aside = NULL;
        if (r)
            l->why = arena_strndup(&c->mem, why, strlen(why));
        else if (!named)
            give_id(c, b, l);
    }
}

static void preview_line(struct cli *c, const struct note_line *l, void (*say)(struct out *, const char *, ...)) {
    char when[48], mood[4] = " =";
    when_format_local(l->at, when, sizeof when);
    if (!note_is_touch(l)) {
        say(&c->out, "%s  %s", when, l->kept.label);
        return;
    }
    const Vouchsafe__V1__Touch *t = l->touch.request->touch;
    if (t->has_sentiment) mood[1] = " +=-"[t->sentiment & 3];
    say(&c->out, "%s  %s%s%s%s", when, l->touch.label, mood, t->note ? "  " : "", t->note ? t->note : "");
}

static size_t preview(struct cli *c, const struct notebook *b, bool data) {
    void (*say)(struct out *, const char *, ...) = data ? out_say : out_note;
    size_t good = 0;
    for (size_t i = 0; i < b->n; i++) {
        if (!b->lines[i].why)
            preview_line(c, &b->lines[i], say), good++;
        else
            say(&c->out, "line %d stays: %s", b->lines[i].number, b->lines[i].why);
    }
    return good;
}

static int save_lines(struct cli *c, struct notebook *b) {
    struct vs_entry *list = arena_zalloc(&c->mem, (b->n + 1) * sizeof *list);
    size_t n = 0;
    char reason[700];
    struct note_line *newest = NULL;
    for (size_t i = 0; list && i < b->n; i++) {
        struct note_line *l = &b->lines[i];
        if (l->why) continue;
        newest = l;
        if (vs_outbox_state(c->outbox, note_id(l), reason, sizeof reason) != VS_OUTBOX_GONE)
            continue; /* waits since an earlier try */
        if (note_is_touch(l) ? capture_pack(c, &l->touch, &list[n]) : kept_pack(c, &l->args, &l->kept, &list[n]))
            l->why = "the note is too long; 8 KiB are the most";
        n += !l->why;
    }
    if (!list || (n && vs_outbox_append_all(c->outbox, list, n)))
        return cli_fail(c, EX_IOERR, "not saved: %s", vs_outbox_error(c->outbox));
    if (newest) last_put(c, note_id(newest), newest->args.command->method, note_label(newest));
    return 0;
}

/* Back go the lines that stay, each behind its reason, and the writer's remarks, in their order. */
static int write_back(struct cli *c, const char *source, const struct notebook *b) {
    char tmp[4200];
    size_t remark = 0;
    snprintf(tmp, sizeof tmp, "%s.vouchsafe-%ld", source, (long)getpid());
    FILE *f = fopen(tmp, "wx");
    for (size_t i = 0; f && i <= b->n; i++) {
        int until = i < b->n ? b->lines[i].number : INT32_MAX;
        for (; remark < b->n_remarks && b->remarks[remark].number < until; remark++)
            fprintf(f, "%s\n", b->remarks[remark].text);
        if (i < b->n && b->lines[i].why)
            fprintf(f, STAYS "%s\n%s\n", b->lines[i].number, b->lines[i].why, b->lines[i].text);
    }
    bool ok = f && !fflush(f) && !fsync(fileno(f));
    if (f && fclose(f)) ok = false;
    if (ok && !rename(tmp, source)) return 0;
    unlink(tmp);
    return cli_fail(c, EX_IOERR,
                    "the lines are logged, but %s could not be rewritten; logging it again doubles nothing", source);
}

struct tally {
    size_t logged, saved, bad;
};

static struct tally settle(struct cli *c, struct notebook *b) {
    struct tally t = {0};
    for (size_t i = 0; i < b->n; i++) {
        struct note_line *l = &b->lines[i];
        char reason[700] = "";
        if (!l->why) l->state = vs_outbox_state(c->outbox, note_id(l), reason, sizeof reason);
        if (!l->why && *reason) {
            l->why = arena_strndup(&c->mem, reason, strlen(reason));
            (void)!vs_outbox_discard(c->outbox, note_id(l)); /* the line itself stays */
        }
        t.bad += l->why != NULL;
        t.logged += !l->why && l->state == VS_OUTBOX_GONE;
        t.saved += !l->why && l->state != VS_OUTBOX_GONE;
    }
    return t;
}

static void line_json(struct cli *c, const struct note_line *l) {
    if (note_is_touch(l))
        capture_json(c, &l->touch, l->state, "");
    else
        kept_json(c, &l->args, &l->kept, l->state == VS_OUTBOX_GONE ? "logged" : "saved");
}

static void report_json(struct cli *c, const struct notebook *b, struct tally t, bool dry) {
    struct json *j = &c->out.json;
    json_open(j, '{');
    json_key(j, "logged"), json_int(j, (int64_t)t.logged);
    json_key(j, "saved"), json_int(j, (int64_t)t.saved);
    json_key(j, "dry_run"), json_bool(j, dry);
    json_key(j, "entries"), json_open(j, '[');
    for (size_t i = 0; i < b->n; i++)
        if (!b->lines[i].why) line_json(c, &b->lines[i]);
    json_close(j, ']');
    json_key(j, "bad"), json_open(j, '[');
    for (size_t i = 0; i < b->n; i++) {
        if (!b->lines[i].why) continue;
        json_open(j, '{');
        json_key(j, "line"), json_int(j, b->lines[i].number);
        json_member(j, "text", b->lines[i].text);
        json_member(j, "reason", b->lines[i].why);
        json_close(j, '}');
    }
    json_close(j, ']');
    json_close(j, '}');
}

static int report(struct cli *c, const char *source, const struct notebook *b, struct tally t) {
    if (t.saved) out_note(&c->out, "%zu saved; sent when the line is back", t.saved);
    if (!c->out.quiet) out_note(&c->out, "%zu logged, %zu stay", t.logged, t.bad);
    for (size_t i = 0; i < b->n && !strcmp(source, "-"); i++)
        if (b->lines[i].why) out_say(&c->out, STAYS "%s\n%s", b->lines[i].number, b->lines[i].why, b->lines[i].text);
    int r = strcmp(source, "-") ? write_back(c, source, b) : 0;
    return r ? r : t.bad ? EX_DATAERR : t.saved ? EX_SAVED : 0;
}

static bool agreed(struct cli *c, size_t good) {
    char question[80];
    if (args_own(&c->args, "yes") || !cli_asks(c)) return true;
    snprintf(question, sizeof question, "Log these %zu? (y/n) ", good);
    const char *said = cli_ask(c, question, false);
    return said && (*said == 'y' || *said == 'Y');
}

static int run_log(struct cli *c, ProtobufCMessage *request) {
    (void)request;
    struct notebook b;
    char *text = NULL;
    const char *source = c->args.words[0];
    int r = read_all(c, source, &text);
    bool dry = args_own(&c->args, "dry-run") != NULL;
    if (r) return r;
    if (notebook_read(&b, &c->mem, text, c->seat_kind, when_now())) return cli_fail(c, EX_OSERR, "out of memory");
    if ((r = line_try(c))) return r;
    resolve_lines(c, &b);
    size_t good = preview(c, &b, dry);
    if (dry) {
        report_json(c, &b, (struct tally){0}, true);
        return good < b.n ? EX_DATAERR : 0;
    }
    if (good && !agreed(c, good)) return cli_fail(c, EX_DATAERR, "nothing was logged");
    if ((r = save_lines(c, &b))) return r;
    if (c->client) (void)!vs_outbox_drain(c->outbox, c->client);
    struct tally t = settle(c, &b);
    report_json(c, &b, t, false);
    return report(c, source, &b, t);
}

#define LOG_ROW(PROGRAMS, LINES) \
    { \
        .words = "log", .summary = "Log many lines with their times, pasted or from a file", \
        .examples = {"log - <notes.txt", "log notes.txt --dry-run"}, .programs = (PROGRAMS), \
        .args = {{.shown = "FILE|-"}}, \
        .own = {{"dry-run", NULL, "say what would be logged, and stop"}, {"yes", NULL, "log without asking"}}, \
        .run = run_log, \
        .notes = "Lines:   yesterday 15:00 touch Ann Lee call + \"wants a quote\" @buy\n" LINES \
                 "Times:   today 9:00, yesterday 15:00, mon 9:00, 2026-11-23 15:00\n" \
                 "Bad lines stay in the file, each behind its reason; with - they are printed.\n" \
                 "The same notes logged again are not doubled." \
    }
static const struct command LIST[] = {
    LOG_ROW(STAFF, "         mon 9:00 promise Ann Lee \"gutters checked\" by fri\n"
                   "         mon 9:05 refer Bob Stone +5551999001122 from Ann Lee because \"roof\"\n"
                   "         mon 9:10 thank Ann Lee \"a card\"\n"),
    LOG_ROW(PARTNER, "         mon 9:05 refer Bob Stone +5551999001122 because \"roof\"\n"),
};
const struct module_commands commands_log = {LIST, ARRAY_LEN(LIST), NULL};
