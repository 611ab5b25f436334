/* SPDX-License-Identifier: Apache-2.0 */
#include "server/rpc/validate.h"
#include "tests/support/unit.h"
#include "vouchsafe/id.h"
#include "vouchsafe/v1/contact.pb-c.h"
#include "vouchsafe/v1/touch.pb-c.h"

static uint8_t good_id[16], zero_id[16];

static Vouchsafe__V1__Touch honest(void) {
    Vouchsafe__V1__Touch t = VOUCHSAFE__V1__TOUCH__INIT;
    struct id id = id_new();
    memcpy(good_id, id.b, 16);
    t.has_id = t.has_contact_id = t.has_occurred_at = t.has_channel = 1;
    t.id = t.contact_id = (ProtobufCBinaryData){16, good_id};
    t.channel = VOUCHSAFE__V1__CHANNEL__CALL;
    return t;
}

static const struct field_rule rules[] = {{"touch", true, 0, 0},      {"id", true, 0, 0},
                                          {"contact_id", true, 0, 0}, {"channel", true, 1, 14},
                                          {"score", false, 1, 10},    {"occurred_at", false, -5, 5},
                                          {"address", true, 2, 20},   {"note", false, 0, 100}};
static const struct method method = {.request = &vouchsafe__v1__touch_log_request__descriptor, .rules = rules};

/* What the rules say of a touch: "", or "field REASON". The first n rules hold. */
static const char *verdict(const Vouchsafe__V1__Touch *t, size_t n) {
    static char text[100];
    struct method m = method;
    struct violation v;
    Vouchsafe__V1__TouchLogRequest q = VOUCHSAFE__V1__TOUCH_LOG_REQUEST__INIT;
    m.n_rules = n;
    q.touch = (Vouchsafe__V1__Touch *)(uintptr_t)t;
    text[0] = '\0';
    if (!validate(&m, &q.base, &v)) {
        snprintf(text, sizeof text, "%s %s", v.field, v.reason);
        assert_true(strlen(v.message) > 5);
    }
    return text;
}

static void what_is_missing_is_named(void **state) {
    (void)state;
    Vouchsafe__V1__Touch t = honest();
    assert_string_equal(verdict(&t, 4), "");
    assert_string_equal(verdict(NULL, 1), "touch REQUIRED");
    assert_string_equal(verdict(NULL, 0), "");
    t.has_contact_id = 0;
    assert_string_equal(verdict(&t, 4), "contact_id REQUIRED");
    t = honest();
    t.has_channel = 0;
    assert_string_equal(verdict(&t, 4), "channel REQUIRED");
    t = honest();
    assert_string_equal(verdict(&t, 7), "address REQUIRED");
    t.address = (char *)" \t ";
    assert_string_equal(verdict(&t, 7), "address REQUIRED");
    t.address = (char *)"ok";
    assert_string_equal(verdict(&t, 7), "");
}

static void ids_are_ids(void **state) {
    (void)state;
    Vouchsafe__V1__Touch t = honest();
    t.contact_id = (ProtobufCBinaryData){15, good_id};
    assert_string_equal(verdict(&t, 4), "contact_id BAD_ID");
    t.contact_id = (ProtobufCBinaryData){16, zero_id};
    assert_string_equal(verdict(&t, 4), "contact_id BAD_ID");
    t.contact_id = (ProtobufCBinaryData){0, NULL};
    assert_string_equal(verdict(&t, 4), "contact_id REQUIRED");
    t = honest();
    t.has_mends = 1;
    t.mends = (ProtobufCBinaryData){16, zero_id};
    assert_string_equal(verdict(&t, 4), "mends BAD_ID");
    t.mends = (ProtobufCBinaryData){0, NULL}; /* empty clears: it is not an id, and needn't be */
    assert_string_equal(verdict(&t, 4), "");
}

static void numbers_keep_to_their_range(void **state) {
    (void)state;
    Vouchsafe__V1__Touch t = honest();
    t.has_score = 1;
    t.score = 10;
    assert_string_equal(verdict(&t, 5), "");
    t.score = 11;
    assert_string_equal(verdict(&t, 5), "score RANGE");
    t.score = 0;
    assert_string_equal(verdict(&t, 5), "score RANGE");
    t = honest();
    t.channel = VOUCHSAFE__V1__CHANNEL__CHANNEL_UNSPECIFIED;
    assert_string_equal(verdict(&t, 4), "channel RANGE");
    t = honest();
    t.occurred_at = -5;
    assert_string_equal(verdict(&t, 6), "");
    t.occurred_at = INT64_MIN;
    assert_string_equal(verdict(&t, 6), "occurred_at RANGE");
    t.occurred_at = INT64_MAX;
    assert_string_equal(verdict(&t, 6), "occurred_at RANGE");
}

static void text_keeps_to_its_length(void **state) {
    (void)state;
    Vouchsafe__V1__Touch t = honest();
    char *field = unit_letters(257), *note = unit_letters(8193);
    t.address = field;
    assert_string_equal(verdict(&t, 4), "address TOO_LONG");
    field[256] = '\0';
    assert_string_equal(verdict(&t, 4), "");
    assert_string_equal(verdict(&t, 7), "address TOO_LONG"); /* its rule allows 20 */
    field[1] = '\0';
    assert_string_equal(verdict(&t, 7), "address TOO_SHORT");
    t = honest();
    t.note = note;
    assert_string_equal(verdict(&t, 4), "note TOO_LONG");
    note[8192] = '\0';
    assert_string_equal(verdict(&t, 4), "");
    t.address = (char *)"ok";
    assert_string_equal(verdict(&t, 8), "note TOO_LONG"); /* its rule allows 100 */
    free(field);
    free(note);
}

static void what_is_repeated_is_checked_too(void **state) {
    (void)state;
    static const struct field_rule few[] = {{"choices", true, 0, 3}};
    const struct method m = {
        .request = &vouchsafe__v1__attribute_define_request__descriptor, .rules = few, .n_rules = 1};
    Vouchsafe__V1__AttributeDefineRequest q = VOUCHSAFE__V1__ATTRIBUTE_DEFINE_REQUEST__INIT;
    Vouchsafe__V1__Attribute a = VOUCHSAFE__V1__ATTRIBUTE__INIT;
    char *long_one = unit_letters(257), *choices[4] = {(char *)"slate", (char *)"tile", long_one, (char *)"tin"};
    struct violation v;
    q.attribute = &a;
    assert_false(validate(&m, &q.base, &v));
    assert_string_equal(v.reason, "REQUIRED");
    a.n_choices = 2;
    a.choices = choices;
    assert_true(validate(&m, &q.base, &v));
    a.n_choices = 3;
    assert_false(validate(&m, &q.base, &v));
    assert_string_equal(v.reason, "TOO_LONG");
    long_one[10] = '\0';
    assert_true(validate(&m, &q.base, &v));
    a.n_choices = 4;
    assert_false(validate(&m, &q.base, &v));
    assert_string_equal(v.reason, "TOO_MANY");
    free(long_one);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_missing_is_named),        cmocka_unit_test(ids_are_ids),
        cmocka_unit_test(numbers_keep_to_their_range),     cmocka_unit_test(text_keeps_to_its_length),
        cmocka_unit_test(what_is_repeated_is_checked_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
