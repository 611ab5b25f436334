/* SPDX-License-Identifier: Apache-2.0 */
/* Rows as a table that fits the terminal, or as CSV. Widths are those of graphemes. The last column (notes, names) goes on in lines of
 * its own where there is room for it; other columns that are too wide are cut with an ellipsis. */
#include <stdlib.h>
#include <string.h>
#include "client/cli/csv_cell.h"
#include "client/cli/out.h"
#include "vouchsafe/text.h"

enum { COLUMNS_MAX = 16, GAP = 2, NARROWEST = 8, WRAP_FROM = 20 };

struct table {
    size_t n_columns, n_rows;
    const ProtobufCFieldDescriptor *field[COLUMNS_MAX];
    bool right[COLUMNS_MAX]; /* counts stand to the right */
    size_t width[COLUMNS_MAX];
    char **cells; /* row by row, the titles first */
};

static char *cell_of(struct field f) {
    struct buf b;
    buf_init(&b, 0);
    if (field_count(f) && f.f->type == PROTOBUF_C_TYPE_BOOL)
        buf_printf(&b, "%s", *(const protobuf_c_boolean *)field_at(f, 0) ? f.f->name : "");
    else
        field_format_all(f, HUMAN, &b);
    buf_put_u8(&b, 0);
    size_t n = buf_len(&b);
    char *clean = buf_failed(&b) ? NULL : malloc(n);
    if (clean) text_printable((const char *)buf_data(&b), clean, n, false);
    for (char *p = clean; p && f.f->type == PROTOBUF_C_TYPE_BOOL && *p; p++)
        if (*p == '_') *p = ' ';
    buf_free(&b);
    return clean ? clean : strdup("");
}

static char *title_cell(const ProtobufCFieldDescriptor *f) {
    size_t n = strlen(f->name);
    if (n > 3 && (!strcmp(f->name + n - 3, "_at") || !strcmp(f->name + n - 3, "_id"))) n -= 3;
    char *s = strndup(f->type == PROTOBUF_C_TYPE_BOOL ? "" : f->name, n); /* a flag is its own word */
    for (char *p = s; p && *p; p++) *p = *p == '_' ? ' ' : (char)(*p & ~0x20);
    return s ? s : strdup("");
}

static void table_fill(struct table *t, struct field rows, const char *columns) {
    const ProtobufCMessageDescriptor *d = rows.f->descriptor;
    for (const char *p = columns; *p && t->n_columns < COLUMNS_MAX;) {
        char name[64];
        size_t n = strcspn(p, " ");
        if (n < sizeof name) {
            memcpy(name, p, n);
            name[n] = 0;
            const ProtobufCFieldDescriptor *f = protobuf_c_message_descriptor_get_field_by_name(d, name);
            MUST(f != NULL); /* a table of ours names a field that isn't there */
            t->right[t->n_columns] = f->type == PROTOBUF_C_TYPE_UINT32 ||
                                     (f->type == PROTOBUF_C_TYPE_INT64 && !field_is_time(f));
            t->field[t->n_columns++] = f;
        }
        p += n + strspn(p + n, " ");
    }
    t->n_rows = field_count(rows);
    t->cells = calloc((t->n_rows + 1) * t->n_columns, sizeof *t->cells);
    if (!t->cells) return;
    for (size_t c = 0; c < t->n_columns; c++) t->cells[c] = title_cell(t->field[c]);
    for (size_t r = 0; r < t->n_rows; r++)
        for (size_t c = 0; c < t->n_columns; c++)
            t->cells[(r + 1) * t->n_columns + c] = cell_of(
                (struct field){(ProtobufCMessage *)(uintptr_t)field_message(rows, r), t->field[c]});
}

/* Columns nobody filled go; the widest are narrowed until the row fits. */
static void table_measure(struct table *t, size_t limit) {
    size_t total = 0;
    for (size_t c = 0; c < t->n_columns; c++) {
        size_t widest = 0;
        for (size_t r = 1; r <= t->n_rows; r++) {
            size_t w = text_width(t->cells[r * t->n_columns + c]);
            if (w > widest) widest = w;
        }
        size_t title = text_width(t->cells[c]);
        t->width[c] = widest && title > widest ? title : widest;
        total += t->width[c] ? t->width[c] + GAP : 0;
    }
    while (limit && total > limit + GAP) {
        size_t widest = 0;
        for (size_t c = 1; c < t->n_columns; c++)
            if (t->width[c] > t->width[widest]) widest = c;
        if (t->width[widest] <= NARROWEST) return;
        t->width[widest]--;
        total--;
    }
}

static void pad(struct buf *b, size_t n) {
    while (n--) buf_put_u8(b, ' ');
}

static void put_cell(struct buf *b, const struct table *t, size_t c, const char *s, bool last) {
    size_t w = text_width(s), width = t->width[c];
    if (w > width) {
        size_t n = text_fit(s, width - 1);
        char *head = strndup(s, n);
        w = text_width(head ? head : "") + 1;
        buf_printf(b, "%s…", head ? head : "");
        free(head);
    } else {
        if (t->right[c]) pad(b, width - w);
        buf_printf(b, "%s", s);
        if (t->right[c]) w = width;
    }
    if (!last) pad(b, width - w + GAP);
}

static void put_row(struct out *o, const struct table *t, size_t r, size_t last) {
    struct buf *b = &o->text;
    size_t indent = 0;
    for (size_t c = 0; c < last; c++) {
        if (!t->width[c]) continue;
        put_cell(b, t, c, t->cells[r * t->n_columns + c], false);
        indent += t->width[c] + GAP;
    }
    const char *s = t->cells[r * t->n_columns + last];
    bool wraps = t->width[last] >= WRAP_FROM && r > 0 && !t->right[last];
    if (!wraps) put_cell(b, t, last, s, true);
    for (const char *next; wraps && *s; s = next) {
        buf_append(b, s, out_break(s, t->width[last], &next));
        if (!*next) break;
        buf_put_u8(b, '\n');
        pad(b, indent);
    }
    while (buf_len(b) && b->data[b->end - 1] == ' ') b->end--; /* no blanks at the end of a line */
    buf_put_u8(b, '\n');
}

static void table_print(struct out *o, const struct table *t) {
    size_t last = t->n_columns - 1;
    while (last > 0 && !t->width[last]) last--;
    if (o->color) buf_printf(&o->text, "\033[1m");
    put_row(o, t, 0, last);
    if (o->color) buf_printf(&o->text, "\033[0m");
    for (size_t r = 1; r <= t->n_rows; r++) put_row(o, t, r, last);
}

/* --- CSV (csv_cell.h) ---------------------------------------------------------------------------------------------- */

static bool is_number(const ProtobufCFieldDescriptor *f) {
    return f->type != PROTOBUF_C_TYPE_STRING && f->type != PROTOBUF_C_TYPE_ENUM && f->type != PROTOBUF_C_TYPE_MESSAGE;
}

static void csv_row(struct out *o, const ProtobufCMessage *m) {
    for (unsigned i = 0; i < m->descriptor->n_fields; i++) {
        struct field f = {(ProtobufCMessage *)(uintptr_t)m, &m->descriptor->fields[i]};
        struct buf b;
        buf_init(&b, 0);
        field_format_all(f, MACHINE, &b);
        buf_put_u8(&b, 0);
        if (i) buf_put_u8(&o->text, ',');
        if (!buf_failed(&b)) csv_cell_put(&o->text, (const char *)buf_data(&b), !o->csv_raw && !is_number(f.f));
        buf_free(&b);
    }
    buf_printf(&o->text, "\r\n");
}

static void csv_rows(struct out *o, struct field rows) {
    const ProtobufCMessageDescriptor *d = rows.f->descriptor;
    for (unsigned i = 0; i < d->n_fields && !o->csv_headed; i++)
        buf_printf(&o->text, "%s%s", i ? "," : "", d->fields[i].name);
    if (!o->csv_headed) buf_printf(&o->text, "\r\n");
    o->csv_headed = true;
    for (size_t r = 0; r < field_count(rows); r++) csv_row(o, field_message(rows, r));
}

void out_rows(struct out *o, struct field rows, const char *columns) {
    struct table t = {0};
    if (o->format == OUT_CSV) csv_rows(o, rows);
    if (o->format != OUT_TABLE || !field_count(rows)) return;
    table_fill(&t, rows, columns);
    if (!t.cells) return;
    table_measure(&t, o->columns);
    table_print(o, &t);
    for (size_t i = 0; i < (t.n_rows + 1) * t.n_columns; i++) free(t.cells[i]);
    free(t.cells);
}
