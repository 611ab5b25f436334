/* SPDX-License-Identifier: Apache-2.0 */
#include "client/cli/csv.h"
#include "client/cli/csv_cell.h"
#include <csv.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "vouchsafe/buf.h"
#include "vouchsafe/text.h"

static int read_all(FILE *in, struct buf *b) {
    for (;;) {
        uint8_t *at = buf_reserve(b, 64 * 1024);
        if (at == NULL) return -1;
        size_t n = fread(at, 1, 64 * 1024, in);
        if (n == 0) return ferror(in) ? -1 : 0;
        buf_commit(b, n);
    }
}

/* The letters that windows-1252 has where ISO 8859-1 has control characters. */
static unsigned latin_letter(unsigned char c) {
    static const uint16_t WINDOWS[32] = {0x20ac, 0xfffd, 0x201a, 0x192,  0x201e, 0x2026, 0x2020, 0x2021,
                                         0x2c6,  0x2030, 0x160,  0x2039, 0x152,  0xfffd, 0x17d,  0xfffd,
                                         0xfffd, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014,
                                         0x2dc,  0x2122, 0x161,  0x203a, 0x153,  0xfffd, 0x17e,  0x178};
    return c >= 0x80 && c < 0xa0 ? WINDOWS[c - 0x80] : c;
}

static void from_latin(const uint8_t *s, size_t n, struct buf *out) {
    for (size_t i = 0; i < n; i++) {
        unsigned c = latin_letter(s[i]);
        if (c < 0x80) {
            buf_put_u8(out, (uint8_t)c);
        } else if (c < 0x800) {
            buf_put_u8(out, (uint8_t)(0xc0 | c >> 6));
            buf_put_u8(out, (uint8_t)(0x80 | (c & 0x3f)));
        } else {
            buf_put_u8(out, (uint8_t)(0xe0 | c >> 12));
            buf_put_u8(out, (uint8_t)(0x80 | (c >> 6 & 0x3f)));
            buf_put_u8(out, (uint8_t)(0x80 | (c & 0x3f)));
        }
    }
}

int csv_open(struct csv_file *f, const char *path, bool latin1, char delimiter, char *err, size_t err_size) {
    FILE *in = strcmp(path, "-") == 0 ? stdin : fopen(path, "re");
    struct buf raw, text;
    *f = (struct csv_file){.line = 1, .delimiter = delimiter};
    buf_init(&raw, 0);
    buf_init(&text, 0);
    if (in == NULL || read_all(in, &raw) < 0) {
        snprintf(err, err_size, "%s can't be read: %s", path, strerror(errno));
        if (in != NULL && in != stdin) fclose(in);
        buf_free(&raw);
        return -1;
    }
    if (in != stdin) fclose(in);
    const uint8_t *s = buf_len(&raw) > 0 ? buf_data(&raw) : (const uint8_t *)"";
    size_t n = buf_len(&raw), skip = n >= 3 && memcmp(s, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
    bool wide = n >= 2 && ((s[0] == 0xff && s[1] == 0xfe) || (s[0] == 0xfe && s[1] == 0xff));
    if (wide) {
        snprintf(err, err_size, "%s is UTF-16; save it as UTF-8 CSV and try again", path);
    } else {
        if (latin1 && skip == 0)
            from_latin(s, n, &text);
        else
            buf_append(&text, s + skip, n - skip);
        f->len = buf_len(&text);
        f->text = malloc(f->len + 1);
        if (f->text != NULL && f->len > 0) memcpy(f->text, buf_data(&text), f->len);
        if (f->text == NULL || buf_failed(&text))
            snprintf(err, err_size, "%s is too large for this machine's memory", path);
    }
    bool ok = !wide && f->text != NULL && !buf_failed(&text);
    buf_free(&raw);
    buf_free(&text);
    if (ok) f->text[f->len] = '\0';
    return ok ? 0 : -1;
}

void csv_close(struct csv_file *f) {
    free(f->text);
    f->text = NULL;
}

/* --- one record ---------------------------------------------------------------------------------------------------- */

static size_t line_end(const struct csv_file *f, size_t at) {
    const char *nl = memchr(f->text + at, '\n', f->len - at);
    return nl == NULL ? f->len : (size_t)(nl - f->text);
}

/* Where the record that begins at `at` ends: at the first line's end with all quotes closed. *closed false: there is none. */
static size_t record_end(const struct csv_file *f, size_t at, bool *closed) {
    size_t end = at, quotes = 0, from = at;
    for (;;) {
        end = line_end(f, from);
        for (size_t i = from; i < end; i++) quotes += f->text[i] == '"';
        *closed = quotes % 2 == 0;
        if (*closed || end == f->len || end - at > CSV_RECORD_MAX) break;
        from = end + 1;
    }
    return *closed ? end : line_end(f, at);
}

struct collect {
    struct arena *a;
    struct csv_record *r;
    bool escapes, full, twice;
};

static void on_field(void *s, size_t n, void *arg) {
    struct collect *c = arg;
    char *copy = c->r->n < CSV_FIELDS_MAX ? arena_strndup(c->a, s != NULL ? s : "", s != NULL ? n : 0) : NULL;
    if (copy == NULL)
        c->full = true;
    else
        c->r->fields[c->r->n++] = c->escapes ? csv_cell_take(copy) : copy;
}

static void on_record(int end, void *arg) {
    struct collect *c = arg;
    (void)end;
    c->twice = c->twice || c->r->n == 0;
}

static void read_fields(struct csv_file *f, struct arena *a, struct csv_record *r) {
    struct collect c = {.a = a, .r = r, .escapes = f->escapes};
    struct csv_parser p;
    r->fields = arena_alloc(a, CSV_FIELDS_MAX * sizeof *r->fields);
    if (r->fields == NULL || csv_init(&p, CSV_STRICT | CSV_STRICT_FINI) != 0) {
        r->error = "there is no memory for this row";
        return;
    }
    csv_set_delim(&p, (unsigned char)f->delimiter);
    bool bad = csv_parse(&p, r->raw, r->raw_len, on_field, on_record, &c) != r->raw_len ||
               csv_fini(&p, on_field, on_record, &c) != 0;
    csv_free(&p);
    if (bad)
        r->error = "a quote stands inside a value: double it (\"\") and put the whole value in quotes";
    else if (c.full)
        r->error = "this row has too many columns";
    else if (!text_is_valid(r->raw, r->raw_len))
        r->error = "this row is not UTF-8: say encoding = latin-1 in the mapping, or save the file as UTF-8";
}

/* A record over several lines that can't be read is taken for its first line only: a stray quote there must not take the
 * next rows with it. */
bool csv_next(struct csv_file *f, struct arena *a, struct csv_record *out) {
    while (f->at < f->len) {
        bool closed;
        size_t begin = f->at, first = line_end(f, begin), end = record_end(f, begin, &closed);
        *out = (struct csv_record){.line = f->line, .raw = f->text + begin};
        for (;;) {
            size_t stop = end;
            while (stop > begin && f->text[stop - 1] == '\r') stop--;
            out->raw_len = stop - begin;
            out->n = 0;
            out->error = NULL;
            if (stop > begin && closed) read_fields(f, a, out);
            if (out->error == NULL || end == first) break;
            end = first;
        }
        if (!closed)
            out->error = "a quote is opened here and never closed; close it, or double it (\"\") if it is meant";
        for (size_t i = begin; i < end; i++) f->line += f->text[i] == '\n';
        f->line++;
        f->at = end + 1;
        if (out->raw_len > 0) return true;
    }
    return false;
}
