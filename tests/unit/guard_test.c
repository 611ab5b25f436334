/* SPDX-License-Identifier: Apache-2.0 */
/* The wire guard, on a message as unlike ours as can be (tests/support/hostile.proto) and on our own. */
#include "hostile.pb-c.h"
#include "tests/support/unit.h"
#include "vouchsafe/arena.h"
#include "vouchsafe/buf.h"
#include "vouchsafe/guard.h"
#include "vouchsafe/text.h"
#include "vouchsafe/v1/touch.pb-c.h"

enum { PLENTY = 1024 * 1024 };

static enum guard_result nest(struct slice s, const char **field) {
    struct slice exact = unit_exact(s);
    enum guard_result r = guard_check(&hostile__nest__descriptor, exact, PLENTY, field);
    free((void *)(uintptr_t)exact.data);
    return r;
}

/* `depth` messages inside each other; lengths up to 127 only. */
static struct slice nested(uint8_t *at, unsigned depth) {
    size_t n = 0;
    for (unsigned i = 1; i < depth; i++) {
        at[n++] = 0x0a;
        at[n++] = (uint8_t)(2 * (depth - 1 - i));
    }
    return (struct slice){at, n};
}

static void eight_messages_inside_each_other_pass_and_nine_do_not(void **state) {
    (void)state;
    uint8_t bytes[64];
    const char *field = NULL;
    assert_int_equal(nest(nested(bytes, GUARD_MAX_DEPTH), NULL), GUARD_OK);
    assert_int_equal(nest(nested(bytes, GUARD_MAX_DEPTH + 1), &field), GUARD_TOO_DEEP);
    assert_string_equal(field, "child");
}

/* What crashed an 8 MiB stack: a message 16,000 deep in 58 KB. */
static void sixteen_thousand_deep_is_refused(void **state) {
    (void)state;
    struct buf b, next;
    buf_init(&b, 0);
    for (int i = 0; i < 16000; i++) { /* built from the inside outwards */
        size_t n = buf_len(&b);
        buf_init(&next, 0);
        buf_put_u8(&next, 0x0a);
        for (; n >= 0x80; n >>= 7) buf_put_u8(&next, (uint8_t)(n | 0x80));
        buf_put_u8(&next, (uint8_t)n);
        buf_append(&next, buf_data(&b), buf_len(&b));
        buf_free(&b);
        b = next;
    }
    assert_int_equal(nest((struct slice){buf_data(&b), buf_len(&b)}, NULL), GUARD_TOO_DEEP);
    buf_free(&b);
}

/* What took 87 s of CPU: one singular message, sent again and again, is merged each time. */
static void a_singular_field_comes_once(void **state) {
    (void)state;
    const char *field = NULL;
    assert_int_equal(nest(UNIT_BYTES(0x0a, 0), NULL), GUARD_OK);
    assert_int_equal(nest(UNIT_BYTES(0x0a, 0, 0x0a, 0), &field), GUARD_REPEATED);
    assert_string_equal(field, "child");
    assert_int_equal(nest(UNIT_BYTES(0x58, 1, 0x58, 1), NULL), GUARD_REPEATED);
    assert_int_equal(nest(UNIT_BYTES(0x1a, 1, 'a', 0x1a, 1, 'a'), NULL), GUARD_REPEATED);
    /* once in each of two messages is fine */
    assert_int_equal(nest(UNIT_BYTES(0x12, 2, 0x58, 1, 0x12, 2, 0x58, 1), NULL), GUARD_OK);
}

static void repeated_fields_have_two_hundred_items_at_most(void **state) {
    (void)state;
    uint8_t bytes[2 * (GUARD_MAX_ITEMS + 1)];
    for (size_t i = 0; i < sizeof bytes; i += 2) {
        bytes[i] = 0x28;
        bytes[i + 1] = 1;
    }
    assert_int_equal(nest((struct slice){bytes, 2 * GUARD_MAX_ITEMS}, NULL), GUARD_OK);
    assert_int_equal(nest((struct slice){bytes, sizeof bytes}, NULL), GUARD_TOO_MANY);
}

/* Two bytes on the wire, 160 in memory: the budget counts what unpacking takes. */
static void what_grows_in_memory_is_refused_by_the_budget(void **state) {
    (void)state;
    uint8_t bytes[2 * GUARD_MAX_ITEMS];
    for (size_t i = 0; i < sizeof bytes; i += 2) {
        bytes[i] = 0x12;
        bytes[i + 1] = 0;
    }
    struct slice s = {bytes, sizeof bytes};
    assert_int_equal(guard_check(&hostile__nest__descriptor, s, PLENTY, NULL), GUARD_OK);
    assert_int_equal(guard_check(&hostile__nest__descriptor, s, arena_cap_for(sizeof bytes), NULL), GUARD_TOO_BIG);
    assert_int_equal(guard_check(&hostile__nest__descriptor, (struct slice){0}, 0, NULL), GUARD_TOO_BIG);
}

static void text_is_utf8_without_nul(void **state) {
    (void)state;
    static const struct {
        const char *what;
        uint8_t bytes[8];
        uint8_t len;
        bool good;
    } texts[] = {
        {"plain", "plain", 5, true},
        {"two bytes", {0xc3, 0xa9}, 2, true},
        {"three bytes", {0xe2, 0x82, 0xac}, 3, true},
        {"four bytes", {0xf0, 0x9f, 0x98, 0x80}, 4, true},
        {"empty", {0}, 0, true},
        {"NUL", {'a', 0, 'b'}, 3, false},
        {"NUL alone", {0}, 1, false},
        {"a stray continuation", {0x80}, 1, false},
        {"a cut sequence", {'a', 0xe2, 0x82}, 3, false},
        {"an overlong slash", {0xc0, 0xaf}, 2, false},
        {"an overlong NUL", {0xc0, 0x80}, 2, false},
        {"an overlong euro", {0xf0, 0x82, 0x82, 0xac}, 4, false},
        {"a surrogate", {0xed, 0xa0, 0x80}, 3, false},
        {"above U+10FFFF", {0xf4, 0x90, 0x80, 0x80}, 4, false},
        {"Latin-1", {'Z', 'o', 0xeb}, 3, false},
        {"0xff", {0xff}, 1, false},
    };
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        uint8_t message[16] = {0x1a, texts[i].len};
        const char *field = NULL;
        memcpy(message + 2, texts[i].bytes, texts[i].len);
        enum guard_result r = nest((struct slice){message, 2u + texts[i].len}, &field);
        if (r != (texts[i].good ? GUARD_OK : GUARD_BAD_TEXT)) fail_msg("%s: %s", texts[i].what, guard_reason(r));
        if (!texts[i].good) assert_string_equal(field, "text");
        message[0] = 0x52; /* bytes hold anything */
        assert_int_equal(nest((struct slice){message, 2u + texts[i].len}, NULL), GUARD_OK);
    }
}

static void enums_have_their_own_numbers_only(void **state) {
    (void)state;
    assert_int_equal(nest(UNIT_BYTES(0x40, 0), NULL), GUARD_OK);
    assert_int_equal(nest(UNIT_BYTES(0x40, 5), NULL), GUARD_OK);
    assert_int_equal(nest(UNIT_BYTES(0x40, 2), NULL), GUARD_UNKNOWN_ENUM);
    assert_int_equal(nest(UNIT_BYTES(0x48, 1, 0x48, 99), NULL), GUARD_UNKNOWN_ENUM);
    /* -1, and a number whose lower half is a value: both are told from it */
    assert_int_equal(nest(UNIT_BYTES(0x40, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1), NULL),
                     GUARD_UNKNOWN_ENUM);
    assert_int_equal(nest(UNIT_BYTES(0x40, 0x81, 0x80, 0x80, 0x80, 0x10), NULL), GUARD_UNKNOWN_ENUM);
}

static void fields_of_a_newer_client_pass_within_a_budget(void **state) {
    (void)state;
    uint8_t bytes[3 * (GUARD_MAX_UNKNOWN + 1)];
    for (size_t i = 0; i < sizeof bytes; i += 3) memcpy(bytes + i, "\xa0\x06\x01", 3); /* field 100 */
    assert_int_equal(nest((struct slice){bytes, 3 * GUARD_MAX_UNKNOWN}, NULL), GUARD_OK);
    assert_int_equal(nest((struct slice){bytes, sizeof bytes}, NULL), GUARD_TOO_MANY);
    assert_int_equal(nest(UNIT_BYTES(0xa2, 0x06, 2, 'h', 'i', 0xa1, 0x06, 1, 2, 3, 4, 5, 6, 7, 8), NULL), GUARD_OK);
}

static void what_protobuf_would_not_write_is_malformed(void **state) {
    (void)state;
    static const struct {
        const char *what;
        uint8_t bytes[12];
        size_t len;
    } bad[] = {
        {"a packed field", {0x2a, 2, 1, 2}, 4},
        {"a number as text", {0x18, 1}, 2},
        {"text as a number", {0x5a, 1, 1}, 3},
        {"a cut varint", {0x58, 0x80}, 2},
        {"a varint of eleven bytes", {0x58, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 1}, 12},
        {"a tag of six bytes", {0xd8, 0x80, 0x80, 0x80, 0x80, 0, 1}, 7},
        {"a length of six bytes", {0x1a, 0x81, 0x80, 0x80, 0x80, 0x80, 0, 'a'}, 8},
        {"a cut tag", {0x80}, 1},
        {"field 0", {0x02, 0}, 2},
        {"a cut fixed64", {0x31, 1, 2, 3}, 4},
        {"a cut fixed32", {0x3d, 1, 2}, 3},
        {"text beyond the end", {0x1a, 3, 'a', 'b'}, 4},
        {"a message beyond its parent", {0x0a, 2, 0x0a, 1, 0}, 5},
        {"a group", {0x0b, 0x0c}, 2},
        {"wire type 7", {0x0f}, 1},
        {"a length near 2^64", {0x1a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1}, 11},
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        enum guard_result r = nest((struct slice){bad[i].bytes, bad[i].len}, NULL);
        if (r != GUARD_MALFORMED) fail_msg("%s: %s", bad[i].what, guard_reason(r));
    }
}

static void an_honest_batch_passes_and_every_cut_of_it_is_judged(void **state) {
    (void)state;
    Vouchsafe__V1__TouchLogBatchRequest q = VOUCHSAFE__V1__TOUCH_LOG_BATCH_REQUEST__INIT;
    Vouchsafe__V1__Touch touches[200], *pointers[200];
    uint8_t id[16] = {1};
    for (int i = 0; i < 200; i++) {
        vouchsafe__v1__touch__init(&touches[i]);
        Vouchsafe__V1__Touch *t = pointers[i] = &touches[i];
        t->has_id = t->has_contact_id = t->has_occurred_at = t->has_channel = t->has_stage = 1;
        t->id = t->contact_id = (ProtobufCBinaryData){16, id};
        t->occurred_at = INT64_C(1790000000000000);
        t->channel = VOUCHSAFE__V1__CHANNEL__CALL;
        t->stage = VOUCHSAFE__V1__STAGE__BUY;
        t->note = (char *)"happy with the new roof";
    }
    q.n_touches = 200;
    q.touches = pointers;
    size_t n = protobuf_c_message_get_packed_size(&q.base);
    uint8_t *bytes = malloc(n);
    protobuf_c_message_pack(&q.base, bytes);
    assert_int_equal(guard_check(q.base.descriptor, (struct slice){bytes, n}, arena_cap_for(n), NULL), GUARD_OK);
    for (size_t cut = 1; cut < n; cut += 7) {
        struct slice exact = unit_exact((struct slice){bytes, n - cut});
        (void)!guard_check(q.base.descriptor, exact, PLENTY, NULL);
        free((void *)(uintptr_t)exact.data);
    }
    free(bytes);
}

static bool texts_are_valid(const Hostile__Nest *m) {
    if (m->text != NULL && !text_is_valid(m->text, strlen(m->text))) return false;
    for (size_t i = 0; i < m->n_texts; i++)
        if (!text_is_valid(m->texts[i], strlen(m->texts[i]))) return false;
    for (size_t i = 0; i < m->n_many; i++)
        if (!texts_are_valid(m->many[i])) return false;
    return m->child == NULL || texts_are_valid(m->child);
}

/* Random bytes that look like the message: what the guard lets through, protobuf-c unpacks, and its text is text. */
static void what_passes_can_be_unpacked(void **state) {
    (void)state;
    static const uint8_t likely[] = {0x0a, 0x12, 0x1a, 0x22, 0x28, 0x31, 0x3d, 0x40,
                                     0x48, 0x52, 0x58, 0x60, 0,    1,    2,    3};
    unsigned passed = 0;
    unit_seed(5);
    for (int round = 0; round < 200000; round++) {
        uint8_t bytes[40];
        size_t n = unit_below(sizeof bytes);
        for (size_t i = 0; i < n; i++)
            bytes[i] = unit_below(8) ? likely[unit_below(sizeof likely)] : (uint8_t)unit_random();
        if (nest((struct slice){bytes, n}, NULL) != GUARD_OK) continue;
        struct arena a;
        arena_init(&a, PLENTY);
        Hostile__Nest *m = hostile__nest__unpack(&a.protobuf, n, bytes);
        assert_non_null(m);
        assert_true(texts_are_valid(m));
        arena_free(&a);
        passed++;
    }
    assert_true(passed > 3000);
}

static void every_result_has_its_word_and_sentence(void **state) {
    (void)state;
    for (int r = GUARD_OK; r <= GUARD_UNKNOWN_ENUM; r++) {
        assert_true(strlen(guard_reason((enum guard_result)r)) > 1);
        assert_true(strlen(guard_words((enum guard_result)r)) > 3);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(eight_messages_inside_each_other_pass_and_nine_do_not),
        cmocka_unit_test(sixteen_thousand_deep_is_refused),
        cmocka_unit_test(a_singular_field_comes_once),
        cmocka_unit_test(repeated_fields_have_two_hundred_items_at_most),
        cmocka_unit_test(what_grows_in_memory_is_refused_by_the_budget),
        cmocka_unit_test(text_is_utf8_without_nul),
        cmocka_unit_test(enums_have_their_own_numbers_only),
        cmocka_unit_test(fields_of_a_newer_client_pass_within_a_budget),
        cmocka_unit_test(what_protobuf_would_not_write_is_malformed),
        cmocka_unit_test(an_honest_batch_passes_and_every_cut_of_it_is_judged),
        cmocka_unit_test(what_passes_can_be_unpacked),
        cmocka_unit_test(every_result_has_its_word_and_sentence),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
