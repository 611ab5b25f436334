/* SPDX-License-Identifier: Apache-2.0 */
#include "client/cli/capture.h"
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>
#include "client/cli/grammar.h"
#include "client/cli/when.h"
#include "vouchsafe/v1/method.pb-c.h"

enum { BODY_MAX = 10000, AHEAD_MAX = 10 * 60 }; /* bytes; seconds, as the server judges */

/* A mark of the line and the option that means the same: said once only. */
static bool clashes(protobuf_c_boolean has, int said) { return has && said; }

int capture_read(struct capture *t, struct args *a, int64_t now, char *err, size_t err_size) {
    struct touch_line line;
    *t = (struct capture){.request = (void *)a->request};
    if (!t->request->touch) t->request->touch = (void *)message_new(a->mem, &vouchsafe__v1__touch__descriptor);
    Vouchsafe__V1__Touch *q = t->request->touch;
    if (!q || grammar_touch(a->words, a->n_words, &line, err, err_size)) return -1;
    if (clashes(q->has_stage, line.stage) || clashes(q->has_sentiment, line.sentiment) || (q->note && line.note)) {
        snprintf(err, err_size, "stage, sentiment or note is given twice: as a mark and as an option");
        return -1;
    }
    t->query = words_join(a->mem, a->words, line.who);
    q->has_channel = 1, q->channel = (Vouchsafe__V1__Channel)line.channel;
    if (line.stage) q->has_stage = 1, q->stage = (Vouchsafe__V1__Stage)line.stage;
    if (line.sentiment) q->has_sentiment = 1, q->sentiment = (Vouchsafe__V1__Sentiment)line.sentiment;
    if (line.note) q->note = arena_strndup(a->mem, line.note, strlen(line.note));
    if (!q->has_occurred_at) q->has_occurred_at = 1, q->occurred_at = now;
    if (q->occurred_at <= now + (int64_t)AHEAD_MAX * 1000000) return 0;
    char when[48];
    when_format_local(q->occurred_at, when, sizeof when);
    snprintf(err, err_size, "%s is still to come; a touch is something that happened", when);
    return -1;
}

int capture_resolve(struct cli *c, struct capture *t) {
    Vouchsafe__V1__Touch *q = t->request->touch;
    int r = resolve_contact(c, t->query, &t->who);
    if (r) return r;
    if (!message_id(&q->base, "id", &t->id)) {
        t->id = id_new();
        message_set_id(&c->mem, &q->base, "id", &t->id);
    }
    message_set_id(&c->mem, &q->base, "contact_id", &t->who.id);
    char channel[32];
    enum_word(&vouchsafe__v1__channel__descriptor, (int)q->channel, channel, sizeof channel);
    snprintf(t->label, sizeof t->label, "C%llu %s %s", (unsigned long long)t->who.number, t->who.name, channel);
    return 0;
}

int capture_pack(struct cli *c, struct capture *t, struct vs_entry *out) {
    size_t n = vouchsafe__v1__touch_log_request__get_packed_size(t->request);
    uint8_t *body = n > BODY_MAX ? NULL : arena_alloc(&c->mem, n + 1);
    if (!body) return -1;
    vouchsafe__v1__touch_log_request__pack(t->request, body);
    *out = (struct vs_entry){
        .id = t->id, .method = VOUCHSAFE__V1__METHOD__TOUCH_LOG, .body = {body, n}, .label = t->label};
    return 0;
}

int capture_save(struct cli *c, struct capture *t) {
    struct vs_entry e;
    if (capture_pack(c, t, &e)) return cli_fail(c, EX_DATAERR, "the note is too long; 8 KiB are the most");
    if (vs_outbox_append_all(c->outbox, &e, 1))
        return cli_fail(c, EX_IOERR, "not saved: %s", vs_outbox_error(c->outbox));
    last_put(c, &t->id, e.method, t->label);
    return 0;
}

int capture_state(struct cli *c, const struct capture *t, char *reason, size_t size) {
    *reason = 0;
    return vs_outbox_state(c->outbox, &t->id, reason, size);
}

void capture_json(struct cli *c, const struct capture *t, int state, const char *reason) {
    struct json *j = &c->out.json;
    char contact[ID_TEXT];
    id_format(&t->who.id, contact);
    json_open(j, '{');
    json_member(j, "state",
                state == VS_OUTBOX_GONE      ? "logged"
                : state == VS_OUTBOX_WAITING ? "saved"
                                             : vs_outbox_state_name(state));
    if (*reason) json_member(j, "reason", reason);
    json_key(j, "number");
    json_int(j, (int64_t)t->who.number);
    json_member(j, "contact", t->who.name);
    json_key(j, "touch");
    json_message(j, &t->request->touch->base);
    json_close(j, '}');
}

/* --- the last one ------------------------------------------------------------------------------------------------------- */

static void last_path(struct cli *c, char *out, size_t size) {
    char business[ID_TEXT];
    id_format(&c->seat.business, business);
    snprintf(out, size, "%s/%s-%s.last", c->home, c->program + strlen("vouchsafe-"), business);
}

void last_put(struct cli *c, const struct id *what, uint32_t method, const char *label) {
    char path[4300], tmp[4340], id[ID_TEXT], account[ID_TEXT];
    last_path(c, path, sizeof path);
    snprintf(tmp, sizeof tmp, "%s.%ld", path, (long)getpid());
    id_format(what, id);
    id_format(&c->seat.account, account);
    FILE *f = fopen(tmp, "w");
    bool ok = f && fprintf(f, "%s %s %lld %u %.399s\n", id, account, (long long)when_now(), method, label) > 0;
    if (f && fclose(f)) ok = false;
    if (!ok || rename(tmp, path)) {
        unlink(tmp);
        unlink(path); /* rather nothing to undo than the wrong one */
    }
}

bool last_get(struct cli *c, struct last *out) {
    char path[4300], id[ID_TEXT], by[ID_TEXT], line[600];
    struct id account;
    long long at;
    int rest = 0;
    last_path(c, path, sizeof path);
    FILE *f = fopen(path, "r");
    bool ok = f && fgets(line, sizeof line, f) &&
              sscanf(line, "%36s %36s %lld %u %n", id, by, &at, &out->method, &rest) == 4 && rest &&
              !id_parse(id, &out->id) && !id_parse(by, &account) &&
              id_equal(&account, &c->seat.account); /* another account's is not ours to undo */
    if (f) fclose(f);
    if (!ok) return false;
    line[strcspn(line, "\n")] = 0;
    out->saved_at = at;
    snprintf(out->label, sizeof out->label, "%.*s", (int)sizeof out->label - 1, line + rest);
    return true;
}

void last_clear(struct cli *c) {
    char path[4300];
    last_path(c, path, sizeof path);
    unlink(path);
}
