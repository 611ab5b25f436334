/* SPDX-License-Identifier: Apache-2.0 */
/* Options from descriptors, and the command table itself. */
#include "tests/support/unit.h"

#include "client/cli/args.h"
#include "client/cli/notebook.h"
#include "client/cli/when.h"
#include "vouchsafe/v1/contact.pb-c.h"
#include "vouchsafe/v1/touch.pb-c.h"

static struct arena mem;
static struct globals globals;

static const struct command *command(char *first, char *second) {
    char *words[] = {first, second};
    int used;
    bool group;
    return command_match(STAFF, second ? 2 : 1, words, &used, &group);
}

/* Reads "a|b|c" as the words behind the command. */
static int parse(struct args *a, const struct command *m, const char *line) {
    char *copy = arena_strndup(&mem, line, strlen(line)), *words[32];
    int n = 0;
    for (char *next = copy; next && *copy;) words[n++] = strsep(&next, "|");
    globals = (struct globals){0};
    int r = args_parse(a, &mem, m, n, words, &globals);
    return r || (m->flags & FREE_WORDS) ? r : args_assign(a);
}

static void options_fill_the_request_by_its_descriptor(void **state) {
    (void)state;
    struct args a;
    const struct command *add = command((char[]){"contact"}, (char[]){"add"});
    assert_int_equal(parse(&a, add,
                           "Ann|--email=ann@example.org|Lee|--preferred-channel|call|--no-ask|--advocacy|hyper-loyal|"
                           "--segment|customer|--segment|partner_contact|--set|roof=tile|--set|age=|--json"),
                     0);
    const Vouchsafe__V1__ContactAddRequest *q = (const void *)a.request;
    assert_string_equal(q->name, "Ann Lee");
    assert_string_equal(q->email, "ann@example.org");
    assert_int_equal(q->preferred_channel, VOUCHSAFE__V1__CHANNEL__CALL);
    assert_true(q->has_no_ask && q->no_ask);
    assert_int_equal(q->advocacy, VOUCHSAFE__V1__ADVOCACY__HYPER_LOYAL);
    assert_int_equal(q->n_segments, 2);
    assert_int_equal(q->segments[1], VOUCHSAFE__V1__SEGMENT__PARTNER_CONTACT);
    assert_int_equal(q->n_attributes, 2);
    assert_string_equal(q->attributes[0]->key, "roof");
    assert_string_equal(q->attributes[1]->value, "");
    assert_null(q->phone);
    assert_false(q->has_contact_id);
    assert_true(globals.json);
}

static void words_stand_in_a_list_whole(void **state) {
    (void)state;
    static const struct {
        const char *list, *word;
        bool is;
    } cases[] = {{"a bc def", "bc", true}, {"a bc def", "a", true},   {"a bc def", "def", true},
                 {"a bc def", "b", false}, {"a bc def", "ef", false}, {"bcbc bc", "bc", true},
                 {"", "a", false},         {NULL, "a", false},        {"a bc def", "", false},
                 {"", "", false},          {" ", "", false},          {NULL, "", false}};
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        if (command_lists(cases[i].list, cases[i].word) != cases[i].is) fail_msg("%zu: \"%s\"", i, cases[i].word);
}

static void empty_is_a_value_and_a_double_dash_ends_options(void **state) {
    (void)state;
    struct args a;
    const struct command *edit = command((char[]){"contact"}, (char[]){"edit"});
    assert_int_equal(parse(&a, edit, "--phone=|--organization=|--no-ask=no|--|--Ann|Lee"), 0);
    const Vouchsafe__V1__ContactEditRequest *q = (const void *)a.request;
    assert_string_equal(q->phone, "");
    assert_true(q->has_organization_id && q->organization_id.len == 0);
    assert_true(q->has_no_ask && !q->no_ask);
    assert_int_equal(a.n_refs, 1); /* the contact, looked up when there is a line */
    assert_string_equal(a.refs[0].text, "--Ann Lee");
}

static void words_go_where_they_belong(void **state) {
    (void)state;
    struct args a;
    assert_int_equal(parse(&a, command((char[]){"share"}, (char[]){"grant"}), "Ann|Lee|P1"), 0);
    assert_int_equal(a.n_refs, 2);
    assert_string_equal(a.refs[0].text, "Ann Lee");
    assert_string_equal(a.refs[1].text, "P1");
    assert_int_equal(parse(&a, command((char[]){"organization"}, (char[]){"find"}), ""), 0);
    assert_int_equal(parse(&a, command((char[]){"share"}, (char[]){"grant"}), "Ann"), -1);
    assert_int_equal(parse(&a, command((char[]){"undo"}, NULL), "now"), -1);
}

static void mistakes_are_told_with_the_way_out(void **state) {
    (void)state;
    static const char *const cases[][2] = {
        {"Ann|--emial|x", "did you mean --email"},
        {"Ann|--preferred-channel|phone", "call email meeting"},
        {"Ann|--email", "lacks its value"},
        {"Ann|--email|a|--email|b", "given twice"},
        {"Ann|--set|roof", "KEY=VALUE"},
        {"Ann|-x", "behind --"},
        {"Ann|--no-ask=perhaps", "neither yes nor no"},
        {"Ann|--color=red", "auto, always or never"},
        {"Ann|--name=\xff", "no option --name"},
        {"Ann|--email=\xff", "not UTF-8"},
    };
    const struct command *add = command((char[]){"contact"}, (char[]){"add"});
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct args a;
        assert_int_equal(parse(&a, add, cases[i][0]), -1);
        if (!strstr(a.err, cases[i][1])) print_error("%s: %s\n", cases[i][0], a.err);
        assert_non_null(strstr(a.err, cases[i][1]));
    }
}

static void a_touch_is_read_from_words_and_options(void **state) {
    (void)state;
    struct args a;
    struct capture t;
    char err[512];
    int64_t now = when_now();
    const struct command *touch = command((char[]){"touch"}, NULL);
    assert_int_equal(parse(&a, touch, "Ann|Lee|survey|--score|9/10|--shared|+|--at|2026-01-05T10:00:00Z"), 0);
    assert_int_equal(capture_read(&t, &a, now, err, sizeof err), 0);
    const Vouchsafe__V1__Touch *q = t.request->touch;
    assert_string_equal(t.query, "Ann Lee");
    assert_int_equal(q->channel, VOUCHSAFE__V1__CHANNEL__SURVEY);
    assert_int_equal(q->score, 9);
    assert_int_equal(q->score_scale, 10);
    assert_true(q->shared);
    assert_int_equal(q->occurred_at, 1767607200000000LL);
    assert_int_equal(parse(&a, touch, "Ann|call|@buy|--stage|buy"), 0);
    assert_int_equal(capture_read(&t, &a, now, err, sizeof err), -1);
    assert_int_equal(parse(&a, touch, "Ann|call|--at|2100-01-01 10:00"), 0);
    assert_int_equal(capture_read(&t, &a, now, err, sizeof err), -1);
    assert_int_equal(parse(&a, touch, "Ann|call|--score|11/10"), -1);
}

static void a_notebook_keeps_what_is_wrong_with_each_line(void **state) {
    (void)state;
    char text[] = "# my notes\n"
                  "yesterday 15:00 touch Ann Lee call + \"wants a quote\"\r\n"
                  "\n"
                  "touch Ann Lee call\n"
                  "# line 9: an old reason\n"
                  "yesterday 15:00 call Ann\n"
                  "yesterday 15:00 touch Ann nothing\n"
                  "yesterday 15:00 touch Ann call --at now\n"
                  "2100-01-01 10:00 touch Ann call";
    static const char *const why[] = {NULL,         "begin with when", "only what happened", "channel is missing",
                                      "said twice", "still to come"};
    struct notebook b;
    assert_int_equal(notebook_read(&b, &mem, text, SALES, when_now()), 0);
    assert_int_equal(b.n, ARRAY_LEN(why));
    assert_int_equal(b.n_remarks, 1);
    assert_string_equal(b.remarks[0].text, "# my notes");
    for (size_t i = 0; i < b.n; i++) {
        if (!why[i])
            assert_null(b.lines[i].why);
        else
            assert_non_null(strstr(b.lines[i].why, why[i]));
    }
    assert_int_equal(b.lines[0].number, 2);
    assert_string_equal(b.lines[0].touch.query, "Ann Lee");
    assert_string_equal(b.lines[0].touch.request->touch->note, "wants a quote");
}

/* What the rows name by word must be there: a mistake in a table is found here, not by whoever runs the command. */
static void the_table_names_only_what_there_is(void **state) {
    (void)state;
    const struct command *m;
    for (size_t i = 0; (m = command_at(ALL, i)); i++) {
        assert_true(m->words && m->summary && m->examples[0] && m->examples[1] && m->programs);
        assert_true(m->run || (m->request && m->reply && m->method));
        for (size_t k = 0; k < 2; k++) assert_int_equal(strncmp(m->examples[k], m->words, strlen(m->words)), 0);
        for (size_t k = 0; k < POSITIONAL_MAX && m->args[k].shown; k++)
            if (m->args[k].field && !strchr(m->args[k].field, '.'))
                assert_non_null(protobuf_c_message_descriptor_get_field_by_name(m->request, m->args[k].field));
        if (m->fresh) assert_non_null(protobuf_c_message_descriptor_get_field_by_name(m->request, m->fresh));
        if (m->flags & PAGES)
            assert_non_null(protobuf_c_message_descriptor_get_field_by_name(m->request, "page_token"));
        const ProtobufCFieldDescriptor *rows = m->rows
                                                   ? protobuf_c_message_descriptor_get_field_by_name(m->reply, m->rows)
                                                   : NULL;
        assert_true(!m->rows || (rows && rows->label == PROTOBUF_C_LABEL_REPEATED));
        for (const char *p = m->columns; p && *p; p += strcspn(p, " "), p += strspn(p, " ")) {
            char name[64];
            snprintf(name, sizeof name, "%.*s", (int)strcspn(p, " "), p);
            assert_non_null(protobuf_c_message_descriptor_get_field_by_name(rows->descriptor, name));
        }
        struct option list[OPTION_MAX];
        size_t n = command_options(m, list);
        assert_true(n < OPTION_MAX);
        for (size_t k = 0; k < n; k++) {
            assert_true(list[k].doc && *list[k].doc); /* every option says what it is */
            for (size_t j = 0; j < k; j++) assert_string_not_equal(list[k].name, list[j].name);
        }
    }
}

int main(void) {
    arena_init(&mem, 4 << 20);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(options_fill_the_request_by_its_descriptor),
        cmocka_unit_test(words_stand_in_a_list_whole),
        cmocka_unit_test(empty_is_a_value_and_a_double_dash_ends_options),
        cmocka_unit_test(words_go_where_they_belong),
        cmocka_unit_test(mistakes_are_told_with_the_way_out),
        cmocka_unit_test(a_touch_is_read_from_words_and_options),
        cmocka_unit_test(a_notebook_keeps_what_is_wrong_with_each_line),
        cmocka_unit_test(the_table_names_only_what_there_is),
    };
    int r = cmocka_run_group_tests(tests, NULL, NULL);
    arena_free(&mem);
    return r;
}
