/* SPDX-License-Identifier: Apache-2.0 */
/* What waits on this machine's disk. */
#include <sysexits.h>
#include "client/cli/capture.h"

static void row(void *arg, const struct id *id, const char *label, int state, const char *reason) {
    struct cli *c = arg;
    struct json *j = &c->out.json;
    char text[ID_TEXT];
    const char *word = vs_outbox_state_name(state);
    id_format(id, text);
    out_say(&c->out, "%s  %s  %s%s%s", text, word, label, *reason ? "  " : "", reason);
    json_open(j, '{');
    json_member(j, "id", text);
    json_member(j, "state", word);
    json_member(j, "entry", label);
    if (*reason) json_member(j, "reason", reason);
    json_close(j, '}');
}

static int run_list(struct cli *c, ProtobufCMessage *request) {
    (void)request;
    int r = line_outbox(c);
    if (r) return r;
    json_open(&c->out.json, '{');
    json_key(&c->out.json, "entries");
    json_open(&c->out.json, '[');
    if (vs_outbox_each(c->outbox, row, c)) return cli_fail(c, EX_IOERR, "%s", vs_outbox_error(c->outbox));
    json_close(&c->out.json, ']');
    json_close(&c->out.json, '}');
    if (!buf_len(&c->out.text)) out_say(&c->out, "nothing waits");
    return 0;
}

static int run_retry(struct cli *c, ProtobufCMessage *request) {
    (void)request;
    int r = line_outbox(c);
    if (r) return r;
    if (vs_outbox_retry(c->outbox)) return cli_fail(c, EX_IOERR, "%s", vs_outbox_error(c->outbox));
    if ((r = line_open(c))) return r;
    if (vs_outbox_drain(c->outbox, c->client) == VS_DRAIN_FAILED)
        return cli_fail(c, EX_IOERR, "%s", vs_outbox_error(c->outbox));
    long long left = vs_outbox_waiting(c->outbox);
    json_open(&c->out.json, '{');
    json_key(&c->out.json, "waiting");
    json_int(&c->out.json, left);
    json_close(&c->out.json, '}');
    out_say(&c->out, "%lld waiting", left);
    return left ? EX_SAVED : 0;
}

static int run_discard(struct cli *c, ProtobufCMessage *request) {
    (void)request;
    struct id id;
    if (id_parse(c->args.words[0], &id))
        return cli_fail(c, EX_USAGE, "\"%s\" is no entry's id; outbox list shows them", c->args.words[0]);
    int r = line_outbox(c);
    if (r) return r;
    r = vs_outbox_discard(c->outbox, &id);
    if (r < 0) return cli_fail(c, EX_IOERR, "%s", vs_outbox_error(c->outbox));
    if (!r) return cli_fail(c, EX_DATAERR, "there is no such entry; it was sent or discarded before");
    out_say(&c->out, "discarded");
    json_open(&c->out.json, '{');
    json_member(&c->out.json, "discarded", c->args.words[0]);
    json_close(&c->out.json, '}');
    return 0;
}

static const struct command LIST[] = {
    {.words = "outbox list",
     .summary = "What waits here to be sent, and what was refused",
     .examples = {"outbox list", "outbox list --json"},
     .programs = ALL,
     .run = run_list},
    {.words = "outbox retry",
     .summary = "Send what waits now; refused entries too",
     .examples = {"outbox retry", "outbox retry --quiet"},
     .programs = ALL,
     .run = run_retry},
    {.words = "outbox discard",
     .summary = "Drop an entry for good",
     .examples = {"outbox discard 01936c1e-0000-7000-8000-000000000001",
                  "outbox discard 01936c1e-0000-7000-8000-000000000002 --json"},
     .programs = ALL,
     .args = {{.shown = "ID"}},
     .run = run_discard},
};
const struct module_commands commands_outbox = {LIST, ARRAY_LEN(LIST), NULL};
