/* SPDX-License-Identifier: Apache-2.0 */
/* What leaves the programs: JSON, tables, CSV. */
#include "tests/support/unit.h"

#include "client/cli/csv_cell.h"
#include "client/cli/out.h"
#include "vouchsafe/text.h"
#include "vouchsafe/v1/contact.pb-c.h"
#include "vouchsafe/v1/touch.pb-c.h"

static struct id ID;

static Vouchsafe__V1__Contact contact(const char *name, uint64_t number) {
    Vouchsafe__V1__Contact c = VOUCHSAFE__V1__CONTACT__INIT;
    c.has_contact_id = c.has_number = 1, c.number = number, c.name = (char *)(uintptr_t)name;
    c.contact_id = (ProtobufCBinaryData){16, ID.b};
    return c;
}

static const char *text_of(struct buf *b) {
    buf_put_u8(b, 0);
    return (const char *)buf_data(b);
}

static void a_message_is_json_by_its_descriptor(void **state) {
    (void)state;
    Vouchsafe__V1__Contact c = contact("Ann \"Lee\"\n\033[31m\u202e\\", 12);
    Vouchsafe__V1__Segment segments[] = {VOUCHSAFE__V1__SEGMENT__PROSPECT, VOUCHSAFE__V1__SEGMENT__PARTNER_CONTACT};
    c.has_stage = 1, c.stage = VOUCHSAFE__V1__STAGE__BUY;
    c.has_advocacy = 1, c.advocacy = VOUCHSAFE__V1__ADVOCACY__ADVOCACY_UNKNOWN;
    c.has_preferred_channel = 1; /* unspecified: as if absent */
    c.has_no_ask = 1, c.segments = segments, c.n_segments = 2;
    c.has_created_at = 1, c.created_at = 1795518000000000LL;
    c.has_version = 1, c.version = 7;
    struct json j = {0};
    buf_init(&j.b, 0);
    json_message(&j, &c.base);
    assert_string_equal(
        text_of(&j.b),
        "{\"contact_id\":\"01936c1e-0000-7000-8000-0000000000a1\",\"number\":12,"
        "\"name\":\"Ann \\\"Lee\\\"\\n\\u001b[31m\\u202e\\\\\",\"stage\":\"buy\",\"no_ask\":false,\"advocacy\":\"unknown\","
        "\"segments\":[\"prospect\",\"partner_contact\"],\"attributes\":[],\"version\":7,"
        "\"created_at\":\"2026-11-24T11:00:00Z\"}");
    buf_free(&j.b);
}

static struct field rows_of(Vouchsafe__V1__ContactFindReply *r, Vouchsafe__V1__Contact **list, size_t n) {
    vouchsafe__v1__contact_find_reply__init(r);
    r->contacts = list, r->n_contacts = n;
    return message_find(&r->base, "contacts");
}

static void a_table_fits_and_counts_columns_as_a_terminal_does(void **state) {
    (void)state;
    Vouchsafe__V1__Contact a = contact("Zo\u00eb \u5c71\u7530", 1),
                           b = contact("Bartholomew Featherstonehaugh the Third of Harbour Street", 142);
    Vouchsafe__V1__Contact *list[] = {&a, &b};
    a.email = (char *)(uintptr_t) "z@example.org",
    b.email = (char *)(uintptr_t) "bartholomew.featherstonehaugh@example.org";
    Vouchsafe__V1__ContactFindReply r;
    const struct globals g = {0};
    for (size_t columns = 40; columns <= 120; columns += 10) {
        struct out o;
        out_init(&o, &g);
        o.columns = columns;
        out_rows(&o, rows_of(&r, list, 2), "number name stage email");
        char *text = strdup(text_of(&o.text)), *next = text;
        assert_non_null(strstr(text, "C142"));
        assert_null(strstr(text, "STAGE")); /* nobody has one: no column */
        while (next && *next) {
            char *line = strsep(&next, "\n");
            if (text_width(line) > columns) print_error("%zu: %s\n", columns, line);
            assert_true(text_width(line) <= columns);
        }
        free(text);
        out_free(&o);
    }
}

static void a_long_last_column_goes_on_below_itself(void **state) {
    (void)state;
    Vouchsafe__V1__TouchEntry e = VOUCHSAFE__V1__TOUCH_ENTRY__INIT, *list[] = {&e};
    e.by = (char *)(uintptr_t) "Sam",
    e.note = (char *)(uintptr_t) "one two three four five six seven eight nine ten eleven twelve";
    Vouchsafe__V1__TouchTimelineReply r = VOUCHSAFE__V1__TOUCH_TIMELINE_REPLY__INIT;
    r.entries = list, r.n_entries = 1;
    struct out o;
    const struct globals g = {0};
    out_init(&o, &g);
    o.columns = 40;
    out_rows(&o, message_find(&r.base, "entries"), "by note");
    assert_string_equal(text_of(&o.text),
                        "BY   NOTE\nSam  one two three four five six seven\n     eight nine ten eleven twelve\n");
    out_free(&o);
}

static void a_servers_text_cannot_steer_a_table(void **state) {
    (void)state;
    Vouchsafe__V1__Contact c = contact("Ann\033]0;owned\a\r\nLee\xe2\x80\xae", 1), *list[] = {&c};
    Vouchsafe__V1__ContactFindReply r;
    struct out o;
    const struct globals g = {0};
    out_init(&o, &g);
    out_rows(&o, rows_of(&r, list, 1), "number name");
    for (size_t i = 0; i < buf_len(&o.text); i++)
        assert_true(buf_data(&o.text)[i] >= ' ' || buf_data(&o.text)[i] == '\n');
    assert_null(strstr(text_of(&o.text), "\xe2\x80\xae"));
    out_free(&o);
}

static void csv_is_rfc_4180_and_no_formula(void **state) {
    (void)state;
    Vouchsafe__V1__Duplicate d = VOUCHSAFE__V1__DUPLICATE__INIT, *list[] = {&d};
    d.has_number = 1, d.number = 3, d.name = (char *)(uintptr_t) "=cmd(\"x\"), Ltd",
    d.because = (char *)(uintptr_t) "a\nb";
    Vouchsafe__V1__ContactDuplicatesReply r = VOUCHSAFE__V1__CONTACT_DUPLICATES_REPLY__INIT;
    r.duplicates = list, r.n_duplicates = 1;
    for (int raw = 0; raw < 2; raw++) {
        const struct globals g = {.csv = true, .csv_raw = raw};
        struct out o;
        out_init(&o, &g);
        out_rows(&o, message_find(&r.base, "duplicates"), NULL);
        assert_string_equal(text_of(&o.text),
                            raw ? "contact_id,number,name,because\r\n,3,\"=cmd(\"\"x\"\"), Ltd\",\"a\nb\"\r\n"
                                : "contact_id,number,name,because\r\n,3,\"'=cmd(\"\"x\"\"), Ltd\",\"a\nb\"\r\n");
        out_free(&o);
    }
}

static void csv_cells_come_back_and_nothing_in_them_is_active(void **state) {
    (void)state;
    static const char *const cells[][2] = {
        {"plain", "plain"},
        {"", ""},
        {"=1+1", "'=1+1"},
        {"-3 degrees", "'-3 degrees"},
        {"\uff1d1+1", "'\uff1d1+1"},
        {"'quoted'", "''quoted'"},
        {"\t=1", "\\u{9}=1"},
        {"a\rb\x1b[31m", "a\\u{d}b\\u{1b}[31m"},
        {"two\nlines", "\"two\nlines\""},
        {"say \"hi\", twice", "\"say \"\"hi\"\", twice\""},
        {"C:\\u{41}", "C:\\\\u{41}"},
        {"\u202egnp.exe", "\\u{202e}gnp.exe"},
        {"\u05d0\u200f\u05d1", "\u05d0\\u{200f}\u05d1"},
        {"\U0001f600\U00020000", "\U0001f600\U00020000"},
        {"\U0001f468\u200d\U0001f469", "\U0001f468\\u{200d}\U0001f469"},
        {"\u2028", "\\u{2028}"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cells); i++) {
        struct buf b;
        buf_init(&b, 0);
        csv_cell_put(&b, cells[i][0], true);
        assert_string_equal(text_of(&b), cells[i][1]);
        char back[200], *to = back;
        const char *from = text_of(&b);
        size_t n = strlen(from), quoted = n > 0 && from[0] == '"';
        for (size_t k = quoted; k < n - quoted; k++) {
            *to++ = from[k];
            if (from[k] == '"') k++;
        }
        *to = 0;
        assert_string_equal(csv_cell_take(back), cells[i][0]);
        buf_free(&b);
    }
    char odd[] = "\\u{} \\u{110000} \\u{zz} \\x";
    assert_string_equal(csv_cell_take(odd), "\\u{} \\u{110000} \\u{zz} \\x"); /* what we never write stays */
}

static void text_is_cut_between_graphemes(void **state) {
    (void)state;
    assert_int_equal(text_fit("e\u0301e\u0301", 1), 3); /* the accent stays with its letter */
    assert_int_equal(text_fit("\u5c71\u7530", 3), 3);   /* half a wide character is none */
    assert_int_equal(text_fit("abc", 9), 3);
    assert_int_equal(text_fit("abc", 0), 0);
}

int main(void) {
    setenv("TZ", "Europe/Berlin", 1);
    assert_int_equal(id_parse("01936c1e-0000-7000-8000-0000000000a1", &ID), 0);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_message_is_json_by_its_descriptor),
        cmocka_unit_test(a_table_fits_and_counts_columns_as_a_terminal_does),
        cmocka_unit_test(a_long_last_column_goes_on_below_itself),
        cmocka_unit_test(a_servers_text_cannot_steer_a_table),
        cmocka_unit_test(csv_is_rfc_4180_and_no_formula),
        cmocka_unit_test(csv_cells_come_back_and_nothing_in_them_is_active),
        cmocka_unit_test(text_is_cut_between_graphemes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
