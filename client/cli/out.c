/* SPDX-License-Identifier: Apache-2.0 */
#include "client/cli/out.h"
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include "vouchsafe/text.h"

#define BELOW "    "
enum { WRAP_LEAST = 20 };

static size_t terminal_columns(void) {
    const char *v = getenv("COLUMNS");
    long n = v ? strtol(v, NULL, 10) : 0;
    if (n > 0 && n < 10000) return (size_t)n;
    struct winsize w;
    return isatty(STDOUT_FILENO) && !ioctl(STDOUT_FILENO, TIOCGWINSZ, &w) ? w.ws_col : 0;
}

static bool wants_color(enum color c) {
    const char *no = getenv("NO_COLOR"), *term = getenv("TERM");
    if (c != COLOR_AUTO) return c == COLOR_ALWAYS;
    return isatty(STDOUT_FILENO) && !(no && *no) && term && strcmp(term, "dumb") != 0;
}

void out_init(struct out *o, const struct globals *g) {
    *o = (struct out){.format = g->json  ? OUT_JSON
                                : g->csv ? OUT_CSV
                                         : OUT_TABLE,
                      .quiet = g->quiet,
                      .csv_raw = g->csv_raw};
    o->color = o->format == OUT_TABLE && wants_color(g->color);
    o->columns = terminal_columns();
    buf_init(&o->json.b, 0);
    buf_init(&o->text, 0);
}

void out_free(struct out *o) {
    buf_free(&o->json.b);
    buf_free(&o->text);
}

int out_flush(struct out *o) {
    struct buf *b = o->format == OUT_JSON ? &o->json.b : &o->text;
    bool ok = !buf_failed(b) && (!buf_len(b) || fwrite(buf_data(b), buf_len(b), 1, stdout) == 1) && !fflush(stdout);
    buf_consume(b, buf_len(b));
    return ok ? 0 : -1;
}

int out_file(struct out *o, const char *path, const struct buf *b) {
    char tmp[4300];
    if (buf_failed(b)) return errno = ENOMEM, -1;
    if (!strcmp(path, "-")) {
        buf_append(&o->text, buf_data(b), buf_len(b));
        return 0;
    }
    snprintf(tmp, sizeof tmp, "%s.vouchsafe-%ld", path, (long)getpid());
    FILE *f = fopen(tmp, "wx");
    bool ok = f && fwrite(buf_data(b), 1, buf_len(b), f) == buf_len(b);
    if (f && fclose(f)) ok = false;
    if (ok && !rename(tmp, path)) return 0;
    int why = errno;
    if (f) unlink(tmp);
    errno = why;
    return -1;
}

static char *printable(const char *fmt, va_list v) {
    char *raw = NULL;
    int n = vasprintf(&raw, fmt, v);
    if (n < 0) return NULL;
    char *clean = malloc((size_t)n + 1);
    if (clean) text_printable(raw, clean, (size_t)n + 1, true);
    free(raw);
    return clean;
}

void out_say(struct out *o, const char *fmt, ...) {
    va_list v;
    va_start(v, fmt);
    char *s = o->format == OUT_TABLE ? printable(fmt, v) : NULL;
    va_end(v);
    if (s) buf_printf(&o->text, "%s\n", s);
    free(s);
}

size_t out_break(const char *text, size_t width, const char **next) {
    size_t n = text_fit(text, width), cut = n;
    if (text[n]) {
        while (cut > 0 && text[cut] != ' ') cut--;
        if (cut == 0) cut = n;
    }
    *next = text + cut + strspn(text + cut, " ");
    return cut;
}

void out_wrapped(struct out *o, const char *head, const char *text) {
    size_t indent = text_width(head);
    if (o->columns && o->columns < indent + WRAP_LEAST) { /* no room beside: below */
        out_say(o, "%s", head);
        head = BELOW, indent = strlen(BELOW);
    }
    size_t width = !o->columns ? SIZE_MAX : o->columns > indent + 1 ? o->columns - indent : 1;
    const char *next = text;
    out_say(o, "%s%.*s", head, (int)out_break(text, width, &next), text);
    for (const char *s = next; *s; s = next) out_say(o, "%*s%.*s", (int)indent, "", (int)out_break(s, width, &next), s);
}

void out_note(struct out *o, const char *fmt, ...) {
    va_list v;
    va_start(v, fmt);
    char *s = o->quiet ? NULL : printable(fmt, v);
    va_end(v);
    if (s) fprintf(stderr, "%s\n", s);
    free(s);
}

/* The field's values as one printable line. malloc'ed. */
static char *shown(struct field f, size_t i, bool all) {
    struct buf b;
    buf_init(&b, 0);
    if (all)
        field_format_all(f, HUMAN, &b);
    else
        field_format(f, i, HUMAN, &b);
    buf_put_u8(&b, 0);
    size_t n = buf_len(&b);
    char *clean = buf_failed(&b) ? NULL : malloc(n);
    if (clean) text_printable((const char *)buf_data(&b), clean, n, false);
    buf_free(&b);
    return clean;
}

static void title_of(const char *field, char *out, size_t size) { /* last_touch_at: "last touch" */
    size_t n = strlen(field);
    if (n > 3 && !strcmp(field + n - 3, "_at")) n -= 3;
    if (n > 3 && !strncmp(field + n - 3, "_id", 3)) n -= 3;
    snprintf(out, size, "%.*s", (int)n, field);
    for (char *p = out; *p; p++)
        if (*p == '_') *p = ' ';
}

void out_record(struct out *o, const ProtobufCMessage *m) {
    if (o->format != OUT_TABLE) return;
    for (unsigned i = 0; i < m->descriptor->n_fields; i++) {
        struct field f = {(ProtobufCMessage *)(uintptr_t)m, &m->descriptor->fields[i]};
        bool id = f.f->type == PROTOBUF_C_TYPE_BYTES;
        if (!field_count(f) || id || !strcmp(f.f->name, "version")) continue; /* people read numbers and names */
        char title[64], head[80], *text = shown(f, 0, true);
        title_of(f.f->name, title, sizeof title);
        snprintf(head, sizeof head, "%-18s ", title);
        if (text && *text) out_wrapped(o, head, text);
        free(text);
    }
}

void out_template(struct out *o, const char *text, const ProtobufCMessage *reply, const ProtobufCMessage *request) {
    struct buf line;
    buf_init(&line, 0);
    for (const char *p = text; *p; p++) {
        size_t n = *p == '{' ? strcspn(p, "}") : 0;
        char path[64];
        if (!n || n > sizeof path) {
            buf_put_u8(&line, (uint8_t)*p);
            continue;
        }
        snprintf(path, sizeof path, "%.*s", (int)n - 1, p + 1);
        struct field f = message_find(reply, path);
        if (!field_count(f) && request) f = message_find(request, path);
        char *value = field_count(f) ? shown(f, 0, true) : NULL;
        buf_printf(&line, "%s", value ? value : "");
        free(value);
        p += n;
    }
    buf_put_u8(&line, 0);
    if (!o->quiet && !buf_failed(&line)) out_say(o, "%s", (const char *)buf_data(&line));
    buf_free(&line);
}
