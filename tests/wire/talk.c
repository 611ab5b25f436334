/* SPDX-License-Identifier: Apache-2.0 */
/* wire_talk JOINLINE FILE...: conversations with a real server, from text. Each is replayed twice, in a business of its own
 * making: whole, and split at every byte (one TLS record and one write each). Afterwards an honest seat must be served.
 *
 *   == name                       begins one;   == name !whole   is not split (what it says depends on arriving at once)
 *   as sales|other|admin|partner|foreign|stranger|tcp     opens the connection; stranger shows no certificate
 *   in                            says HELLO and must be logged in
 *   > ID METHOD [@CHANGE] BODY    a request; METHOD by name or number; BODY and CHANGE ($id or #hex) as in notation.h
 *   >> COUNT FIRST METHOD BODY    COUNT requests with ids from FIRST on
 *   raw BODY                      bytes as they are, without a frame;   frame BODY   bytes as one frame
 *   < ID STATUS [REASON [FIELD]]  the reply to ID, in whatever order they come;   << COUNT FIRST STATUS   all of these
 *   < goaway REASON               and the end;   < closed   the end, with or without a word
 * What is to be sent goes out in one piece when an answer is waited for. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sodium.h>

#include "tests/wire/notation.h"
#include "tests/wire/office.h"
#include "vouchsafe/frame.h"
#include "vouchsafe/status.h"
#include "vouchsafe/v1/method.pb-c.h"

enum { LINES_MAX = 60, KEPT_MAX = 20000 };

struct conversation {
    char name[120];
    bool whole_only;
    int n;
    char *lines[LINES_MAX];
};

struct kept { /* replies that came before they were asked for */
    uint64_t id;
    uint32_t status;
    char reason[48], field[48];
};

struct run {
    struct office *office;
    struct names names;
    struct link link;
    bool open, split;
    struct buf out;
    struct kept *kept;
    int n_kept;
    char gone[64]; /* the reason of GoAway */
    char why[300]; /* what went wrong, or "" */
};

static bool wrong(struct run *r, const char *line, const char *what, const char *got) {
    if (r->why[0] == '\0')
        snprintf(r->why, sizeof r->why, "%s \"%s\": %s%s", r->split ? "split," : "whole,", line, what, got);
    return false;
}

static void copy(char *out, size_t size, struct slice s) {
    snprintf(out, size, "%.*s", (int)s.len, s.data == NULL ? "" : (const char *)s.data);
}

/* --- saying ---------------------------------------------------------------------------------------------- */

static uint32_t method_number(const char *word) {
    const ProtobufCEnumValue *v = protobuf_c_enum_descriptor_get_value_by_name(&vouchsafe__v1__method__descriptor,
                                                                               word);
    return v != NULL ? (uint32_t)v->value : (uint32_t)strtoul(word, NULL, 10);
}

/* "METHOD [@CHANGE] BODY" */
static void put_request(struct run *r, uint64_t id, char *rest) {
    char method[40] = "", change_text[70] = "";
    int used = 0;
    struct buf body, change;
    buf_init(&body, 0);
    buf_init(&change, 0);
    sscanf(rest, "%39s %n", method, &used);
    rest += used;
    if (*rest == '@') {
        sscanf(rest, "@%69s %n", change_text, &used);
        rest += used;
        if (change_text[0] == '$')
            buf_append(&change, names_id(&r->names, change_text + 1, strlen(change_text + 1))->b, 16);
        else
            notation_hex(change_text + 1, strlen(change_text + 1), &change);
    }
    notation_write(&r->names, rest, &body);
    struct envelope_request e = {.id = id,
                                 .method = method_number(method),
                                 .change_id = {buf_data(&change), buf_len(&change)},
                                 .body = {buf_data(&body), buf_len(&body)}};
    envelope_write_request(&r->out, &e);
    buf_free(&body);
    buf_free(&change);
}

static void flush(struct run *r) {
    struct slice bytes = {buf_data(&r->out), buf_len(&r->out)};
    if (bytes.len == 0) return;
    if (r->split)
        link_send_bytes(&r->link, bytes);
    else
        link_send(&r->link, bytes);
    buf_consume(&r->out, bytes.len);
}

static bool open_as(struct run *r, const char *line, const char *who) {
    const struct {
        const char *name;
        const struct link_key *key;
    } seats[] = {{"sales", &r->office->sales},
                 {"other", &r->office->other},
                 {"admin", &r->office->admin},
                 {"partner", &r->office->partner_seat},
                 {"foreign", &r->office->foreign},
                 {"stranger", NULL},
                 {"tcp", NULL}};
    if (r->open) link_close(&r->link);
    r->open = false;
    r->n_kept = 0;
    for (size_t i = 0; i < ARRAY_LEN(seats); i++)
        if (strcmp(seats[i].name, who) == 0)
            r->open = link_open(&r->link, r->office->address, strcmp(who, "tcp") == 0 ? NULL : r->office->pin,
                                seats[i].key) == 0;
    return r->open || wrong(r, line, "no connection: ", r->link.why);
}

/* --- hearing --------------------------------------------------------------------------------------------- */

/* Takes one frame in: a reply is kept, a farewell noted. False: the other side is gone, or silent. */
static bool hear(struct run *r) {
    struct slice frame;
    struct envelope_from_server f;
    if (link_receive(&r->link, &frame) != 1) return false;
    if (envelope_read_from_server(frame, &f) < 0) return wrong(r, "", "the server sent something unreadable", "");
    if (f.kind == ENVELOPE_GO_AWAY) copy(r->gone, sizeof r->gone, f.go_away_reason);
    if (f.kind == ENVELOPE_REPLY && r->n_kept < KEPT_MAX) {
        struct kept *k = &r->kept[r->n_kept++];
        *k = (struct kept){.id = f.reply.id, .status = f.reply.status};
        copy(k->reason, sizeof k->reason, f.reply.reason);
        copy(k->field, sizeof k->field, f.reply.field);
    }
    return true;
}

static struct kept *take(struct run *r, uint64_t id) {
    for (;;) {
        for (int i = 0; i < r->n_kept; i++)
            if (r->kept[i].id == id) {
                struct kept k = r->kept[i];
                r->kept[i] = r->kept[--r->n_kept];
                r->kept[r->n_kept] = k;
                return &r->kept[r->n_kept];
            }
        if (!hear(r)) return NULL;
    }
}

static bool expect_reply(struct run *r, const char *line, uint64_t id, const char *status, const char *reason,
                         const char *field) {
    char got[200];
    flush(r);
    struct kept *k = take(r, id);
    if (k == NULL)
        return wrong(r, line, r->gone[0] != '\0' ? "the server said goaway " : "no answer; ",
                     r->gone[0] != '\0' ? r->gone : r->link.why);
    snprintf(got, sizeof got, "%s %s %s", vs_status_name((int)k->status), k->reason, k->field);
    if (strcmp(vs_status_name((int)k->status), status) != 0 || (*reason != '\0' && strcmp(k->reason, reason) != 0) ||
        (*field != '\0' && strcmp(k->field, field) != 0))
        return wrong(r, line, "the answer was ", got);
    return true;
}

static bool expect_end(struct run *r, const char *line, const char *reason) {
    flush(r);
    while (r->link.tls != NULL && hear(r)) continue;
    if (*reason != '\0' && strcmp(r->gone, reason) != 0)
        return wrong(r, line, "it said: ", r->gone[0] != '\0' ? r->gone : "nothing");
    return link_ended(&r->link) || wrong(r, line, "the connection stays open", "");
}

/* --- one line -------------------------------------------------------------------------------------------- */

static bool run_line(struct run *r, char *line) {
    char a[48] = "", b[48] = "", c[48] = "", d[48] = "";
    unsigned long long count, id;
    int used = 0;
    if (sscanf(line, "as %47s", a) == 1) return open_as(r, line, a);
    if (strcmp(line, "in") == 0) return office_hello(&r->link) || wrong(r, line, "not logged in", "");
    if (sscanf(line, ">> %llu %llu %n", &count, &id, &used) == 2)
        for (unsigned long long i = 0; i < count; i++) put_request(r, id + i, line + used);
    else if (sscanf(line, "> %llu %n", &id, &used) == 1)
        put_request(r, id, line + used);
    else if (strncmp(line, "raw ", 4) == 0)
        notation_write(&r->names, line + 4, &r->out);
    else if (strncmp(line, "frame ", 6) == 0) {
        struct buf body;
        buf_init(&body, 0);
        notation_write(&r->names, line + 6, &body);
        buf_put_u32be(&r->out, (uint32_t)buf_len(&body));
        buf_append(&r->out, buf_data(&body), buf_len(&body));
        buf_free(&body);
    } else if (sscanf(line, "<< %llu %llu %47s", &count, &id, b) == 3) {
        for (unsigned long long i = 0; i < count; i++)
            if (!expect_reply(r, line, id + i, b, "", "")) return false;
    } else if (sscanf(line, "< %llu %47s %47s %47s", &id, b, c, d) >= 2)
        return expect_reply(r, line, id, b, c, d);
    else if (sscanf(line, "< goaway %47s", a) == 1)
        return expect_end(r, line, a);
    else if (strcmp(line, "< closed") == 0)
        return expect_end(r, line, "");
    else
        return wrong(r, line, "no such step", "");
    return true;
}

static bool run_once(struct office *o, struct conversation *t, bool split, char *why, size_t size) {
    static struct kept kept[KEPT_MAX];
    struct run r = {.office = o, .split = split, .kept = kept};
    buf_init(&r.out, 0);
    names_set(&r.names, "contact", &o->contact);
    names_set(&r.names, "unshared", &o->unshared);
    names_set(&r.names, "partner", &o->partner);
    names_set(&r.names, "business", &o->business);
    for (int i = 0; i < t->n && r.why[0] == '\0'; i++)
        if (!run_line(&r, t->lines[i])) break;
    if (r.open) link_close(&r.link);
    buf_free(&r.out);
    if (r.why[0] == '\0' && !office_is_served(o)) wrong(&r, "afterwards", "an honest seat is not served", "");
    snprintf(why, size, "%s", r.why);
    return r.why[0] == '\0';
}

/* --- files ----------------------------------------------------------------------------------------------- */

static bool perform(struct office *o, struct conversation *t) {
    char why[300] = "";
    if (t->n == 0) return true;
    bool ok = run_once(o, t, false, why, sizeof why) && (t->whole_only || run_once(o, t, true, why, sizeof why));
    printf(ok ? "ok %s\n" : "not ok %s: %s\n", t->name, why);
    fflush(stdout);
    for (int i = 0; i < t->n; i++) free(t->lines[i]);
    t->n = 0;
    return ok;
}

static bool perform_file(struct office *o, const char *path) {
    struct conversation t = {0};
    char line[4096];
    bool ok = true;
    FILE *f = fopen(path, "r");
    if (f == NULL) return printf("not ok %s: can't be read\n", path), false;
    while (fgets(line, sizeof line, f) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        if (strncmp(line, "== ", 3) == 0) {
            ok = perform(o, &t) && ok;
            char *mark = strstr(line, " !whole");
            t.whole_only = mark != NULL;
            if (mark != NULL) *mark = '\0';
            snprintf(t.name, sizeof t.name, "%.*s", (int)sizeof t.name - 1, line + 3);
        } else if (line[0] != '\0' && line[0] != '#') {
            MUST(t.n < LINES_MAX && (t.lines[t.n++] = strdup(line)) != NULL);
        }
    }
    fclose(f);
    return perform(o, &t) && ok;
}

int main(int argc, char **argv) {
    struct office office;
    bool ok = argc > 2 && sodium_init() >= 0;
    if (!ok) return 64;
    office_open(&office, argv[1]);
    for (int i = 2; i < argc; i++) ok = perform_file(&office, argv[i]) && ok;
    struct link_key *keys[] = {&office.admin, &office.sales, &office.other, &office.partner_seat, &office.foreign};
    for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
        free(keys[i]->key);
        free(keys[i]->cert);
    }
    return ok ? 0 : 1;
}
