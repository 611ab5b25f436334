/* SPDX-License-Identifier: Apache-2.0 */
/* What every command that is only data does: fill the request, call, print the reply. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include "client/cli/capture.h"
#include "client/cli/keep.h"
#include "client/cli/when.h"

enum { PAGE_MAX = 200 };

bool cli_next_page(struct cli *c, ProtobufCMessage *request) {
    struct field from = message_find(c->reply.body, "next_page_token"), to = message_find(request, "page_token");
    const ProtobufCBinaryData *token = field_count(from) ? field_at(from, 0) : NULL;
    void *copy = token && token->len ? arena_dup(&c->mem, token->data, token->len) : NULL;
    if (!copy || !to.f) return false;
    *(ProtobufCBinaryData *)field_put(&c->mem, to) = (ProtobufCBinaryData){token->len, copy};
    return true;
}

/* A password that must be given and wasn't in a file. */
static int ask_secret(struct cli *c, const char *field) {
    char question[80];
    snprintf(question, sizeof question, "%s: ",
             !strncmp(field, "old", 3)   ? "Present password"
             : !strncmp(field, "new", 3) ? "New password"
                                         : "Password");
    char *said = cli_ask(c, question, true);
    if (!said) {
        char option[64];
        const char *value, *doc;
        field_option(message_find(c->args.request, field).f, option, sizeof option, &value, &doc);
        return cli_fail(c, EX_USAGE, "no password: give --%s FILE (- is standard input)", option);
    }
    *(char **)field_put(&c->mem, message_find(c->args.request, field)) = said;
    return 0;
}

static int check_needs(struct cli *c) {
    const struct command *m = c->args.command;
    for (const char *p = m->needs; p && *p;) {
        char field[64], option[40];
        const char *value, *doc;
        size_t n = strcspn(p, " ");
        snprintf(field, sizeof field, "%.*s", (int)n, p);
        p += n + strspn(p + n, " ");
        if (args_has(&c->args, field)) continue;
        if (field_is_secret(field)) {
            int r = ask_secret(c, field);
            if (r) return r;
            continue;
        }
        field_option(message_find(c->args.request, field).f, option, sizeof option, &value, &doc);
        return cli_fail(c, EX_USAGE, "%s: --%s is missing; e.g. %s", m->words, option, m->examples[0]);
    }
    return 0;
}

/* --- a calendar instead of a table ------------------------------------------------------------------------------------- */

static const char *calendar_path(const struct cli *c) {
    return c->args.command->calendar[0].component ? args_own(&c->args, "ics") : NULL;
}

static int check_calendar(struct cli *c) {
    if (!calendar_path(c) || c->out.format == OUT_TABLE) return 0;
    return cli_fail(c, EX_USAGE, "--ics writes a calendar: leave --json and --csv out");
}

static void add_to_calendar(struct cli *c, struct field rows) {
    if (!buf_len(&c->calendar)) calendar_begin(&c->calendar);
    for (size_t i = 0; i < field_count(rows); i++)
        c->calendar_entries += calendar_put(&c->calendar, c->args.command->calendar, field_message(rows, i),
                                            when_now());
}

static int write_calendar(struct cli *c) {
    const char *path = calendar_path(c);
    calendar_end(&c->calendar);
    if (out_file(&c->out, path, &c->calendar)) return cli_fail(c, EX_CANTCREAT, "%s: %s", path, strerror(errno));
    size_t n = c->calendar_entries;
    if (strcmp(path, "-") != 0 && !c->out.quiet) out_say(&c->out, "%s holds %zu entr%s", path, n, n == 1 ? "y" : "ies");
    return 0;
}

/* --- printing ------------------------------------------------------------------------------------------------------- */

static size_t print_page(struct cli *c, const struct command *m, bool first) {
    struct field rows = message_find(c->reply.body, m->rows);
    struct json *j = &c->out.json;
    if (calendar_path(c)) {
        add_to_calendar(c, rows);
        return field_count(rows);
    }
    if (first) {
        json_open(j, '{');
        json_key(j, m->rows);
        json_open(j, '[');
    }
    for (size_t i = 0; c->out.format == OUT_JSON && i < field_count(rows); i++) json_message(j, field_message(rows, i));
    out_rows(&c->out, rows, m->columns);
    return field_count(rows);
}

static void ask_for(struct cli *c, ProtobufCMessage *request, size_t have) {
    struct field size = message_find(request, "page_size");
    size_t left = c->args.limit ? c->args.limit - have : PAGE_MAX;
    if (size.f) *(uint32_t *)field_put(&c->mem, size) = left < PAGE_MAX ? (uint32_t)left : PAGE_MAX;
}

static int print_pages(struct cli *c, ProtobufCMessage *request) {
    const struct command *m = c->args.command;
    struct json *j = &c->out.json;
    size_t n = 0;
    bool more;
    for (bool first = true;; first = false) {
        ask_for(c, request, n);
        int r = line_call(c, m->method, false, request, m->reply);
        if (r) return r;
        n += print_page(c, m, first);
        more = cli_next_page(c, request);
        if (!more || (c->args.limit && n >= c->args.limit)) break;
    }
    if (more && c->out.format != OUT_JSON) out_note(&c->out, "there is more: --limit %zu", n * 2);
    if (calendar_path(c)) return write_calendar(c);
    json_close(j, ']');
    json_key(j, "more");
    json_bool(j, more);
    json_close(j, '}');
    if (!n && m->empty) out_say(&c->out, "%s", m->empty);
    return 0;
}

static int print_reply(struct cli *c, ProtobufCMessage *request) {
    const struct command *m = c->args.command;
    const ProtobufCMessage *reply = c->reply.body;
    struct field record = m->record ? message_find(reply, m->record) : (struct field){0};
    struct field rows = m->rows ? message_find(reply, m->rows) : (struct field){0};
    if (calendar_path(c)) {
        add_to_calendar(c, rows);
        return write_calendar(c);
    }
    if (c->out.format == OUT_JSON) json_message(&c->out.json, reply);
    if (m->says) out_template(&c->out, m->says, reply, request);
    if (record.f && field_count(record) && c->out.format == OUT_TABLE) out_record(&c->out, field_message(record, 0));
    if (record.f && c->out.format == OUT_CSV) out_rows(&c->out, record, NULL);
    if (!rows.f) return 0;
    if (m->intro && field_count(rows)) out_say(&c->out, "%s", m->intro);
    if (m->print && c->out.format == OUT_TABLE)
        m->print(&c->out, reply);
    else
        out_rows(&c->out, rows, m->columns);
    if (!field_count(rows) && m->empty) out_say(&c->out, "%s", m->empty);
    return 0;
}

/* --- what is kept here first ---------------------------------------------------------------------------------------- */

static int keep(struct cli *c, struct kept *k) {
    struct vs_entry e;
    k->id = id_new();
    kept_identify(&c->args, k);
    if (kept_pack(c, &c->args, k, &e)) return cli_fail(c, EX_DATAERR, "that is too long");
    if (vs_outbox_append_all(c->outbox, &e, 1))
        return cli_fail(c, EX_IOERR, "not saved: %s", vs_outbox_error(c->outbox));
    last_put(c, &k->id, e.method, k->label);
    return 0;
}

/* It was sent. The reply went to the outbox: asked again under its id, the server says what it said. */
static int print_kept(struct cli *c, const struct kept *k, bool stored) {
    const struct command *m = c->args.command;
    if (stored && m->receipt) return m->receipt(c, &k->id);
    int r = line_call_as(c, m->method, &k->id, c->args.request, m->reply);
    return r ? r : print_reply(c, c->args.request);
}

static int run_kept(struct cli *c, struct kept *k) {
    char reason[700];
    int r = line_try(c);
    if (r || (r = kept_resolve(c, &c->args))) return r;
    if (!c->client) (void)!kept_at(&c->args, when_now()); /* that it was now is lost when it is sent tomorrow */
    if ((r = keep(c, k))) return r;
    if (c->client) (void)!vs_outbox_drain(c->outbox, c->client);
    int state = vs_outbox_state(c->outbox, &k->id, reason, sizeof reason);
    if (state == VS_OUTBOX_REFUSED) (void)!vs_outbox_discard(c->outbox, &k->id); /* it is told here and now */
    if (c->client && (state == VS_OUTBOX_GONE || state == VS_OUTBOX_REFUSED))
        return print_kept(c, k, state == VS_OUTBOX_GONE);
    if (state == VS_OUTBOX_HELD) return cli_fail(c, EX_DATAERR, "it is held back: %s", reason);
    if (!c->out.quiet) out_say(&c->out, "%s saved; it will be sent when the line is back", k->label);
    kept_json(c, &c->args, k, "saved");
    return EX_SAVED;
}

int cli_run(struct cli *c) {
    const struct command *m = c->args.command;
    ProtobufCMessage *request = c->args.request;
    struct kept k;
    int r = m->flags & KEPT ? kept_read(&c->args, &k) : m->flags & FREE_WORDS ? 0 : args_assign(&c->args);
    if (r) return cli_fail(c, EX_USAGE, "%s", c->args.err);
    if ((r = check_needs(c)) || (r = check_calendar(c))) return r;
    if (m->flags & KEPT) return run_kept(c, &k);
    if (m->run) return m->run(c, request);
    if ((r = line_open(c)) || (r = resolve_refs(c))) return r;
    struct id id = id_new();
    if (m->fresh) message_set_id(&c->mem, request, m->fresh, &id);
    if (m->prepare && (r = m->prepare(c, request))) return r;
    if (m->flags & PAGES) return print_pages(c, request);
    if ((r = line_call(c, m->method, m->flags & CHANGES, request, m->reply))) return r;
    return print_reply(c, request);
}
