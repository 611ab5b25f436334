/* SPDX-License-Identifier: Apache-2.0 */
/* The contract as it was released (tests/unit/contract.txt) against the one just built. New lines are fine; a line that is gone
 * is a field that was removed, renumbered or changed its type: clients in use would break.
 *   build/asan/tests/unit_contract_test --print >tests/unit/contract.txt      at a release, and only then */
#include <stdio.h>

#include "tests/support/contract.h"
#include "tests/support/unit.h"
#include "vouchsafe/buf.h"
#include "vouchsafe/status.h"

static const char *type_name(const ProtobufCFieldDescriptor *f) {
    static const char *const names[] = {"int32",  "sint32",  "sfixed32", "int64",   "sint64", "sfixed64",
                                        "uint32", "fixed32", "uint64",   "fixed64", "float",  "double",
                                        "bool",   "enum",    "string",   "bytes",   "message"};
    if (f->type == PROTOBUF_C_TYPE_ENUM) return ((const ProtobufCEnumDescriptor *)f->descriptor)->name;
    if (f->type == PROTOBUF_C_TYPE_MESSAGE) return ((const ProtobufCMessageDescriptor *)f->descriptor)->name;
    return names[f->type];
}

static void describe(struct buf *out) {
    for (size_t i = 0; i < contract_enum_count; i++)
        for (unsigned k = 0; k < contract_enums[i]->n_values; k++)
            buf_printf(out, "value %s %s = %d\n", contract_enums[i]->name, contract_enums[i]->values[k].name,
                       contract_enums[i]->values[k].value);
    for (size_t i = 0; i < contract_message_count; i++) {
        buf_printf(out, "message %s\n", contract_messages[i]->name);
        for (unsigned k = 0; k < contract_messages[i]->n_fields; k++) {
            const ProtobufCFieldDescriptor *f = &contract_messages[i]->fields[k];
            buf_printf(out, "field %s %s %s %s = %u\n", contract_messages[i]->name,
                       f->label == PROTOBUF_C_LABEL_REPEATED ? "repeated" : "optional", type_name(f), f->name, f->id);
        }
    }
#define X(name, number, fault, retry, words) buf_printf(out, "status %s %s %s = %d\n", #fault, #retry, #name, number);
    VS_STATUS_LIST(X)
#undef X
    buf_append(out, "", 1);
}

/* The number of lines of `released` that `now` lacks; the first is told. */
static int missing(const char *released, const char *now, char first[256]) {
    int n = 0;
    for (const char *at = released, *end; (end = strchr(at, '\n')) != NULL; at = end + 1) {
        char line[260];
        snprintf(line, sizeof line, "\n%.*s\n", (int)(end - at), at);
        if (strstr(now, line) != NULL || strncmp(now, line + 1, strlen(line + 1)) == 0) continue;
        if (n++ == 0) snprintf(first, 256, "%.*s", (int)(end - at), at);
    }
    return n;
}

static char *read_released(void) {
    char path[512], *text = calloc(1, 1 << 20);
    snprintf(path, sizeof path, "%s/tests/unit/contract.txt", getenv("VS_ROOT") == NULL ? "." : getenv("VS_ROOT"));
    FILE *f = fopen(path, "r");
    if (f == NULL || fread(text, 1, (1 << 20) - 1, f) == 0) fail_msg("%s can't be read", path);
    fclose(f);
    return text;
}

static void nothing_that_was_released_is_gone(void **state) {
    (void)state;
    struct buf now;
    char *released = read_released(), first[256] = "";
    buf_init(&now, 0);
    describe(&now);
    int n = missing(released, (const char *)buf_data(&now), first);
    if (n > 0) fail_msg("%d lines of tests/unit/contract.txt hold no more, first: %s", n, first);
    free(released);
    buf_free(&now);
}

/* The comparison itself: a planted removal, renumbering and change of type are caught, an addition is not. */
static void a_planted_break_is_caught(void **state) {
    (void)state;
    static const char *const breaks[][2] = {
        {"optional string client = 2", "optional string gone = 9"},
        {"optional string client = 2", "optional string client = 3"},
        {"optional string client = 2", "optional bytes client = 2"},
        {"optional string client = 2", "repeated string client = 2"},
    };
    struct buf now;
    char first[256];
    buf_init(&now, 0);
    describe(&now);
    const char *text = (const char *)buf_data(&now);
    assert_int_equal(missing(text, text, first), 0);
    for (size_t i = 0; i < ARRAY_LEN(breaks); i++) {
        char *changed = strdup(text), *at = strstr(changed, breaks[i][0]);
        assert_non_null(at);
        struct buf other;
        buf_init(&other, 0);
        buf_printf(&other, "%.*s%s%s", (int)(at - changed), changed, breaks[i][1], at + strlen(breaks[i][0]));
        buf_append(&other, "", 1);
        assert_int_equal(missing(text, (const char *)buf_data(&other), first), 1);
        buf_free(&other);
        free(changed);
    }
    struct buf more;
    buf_init(&more, 0);
    buf_printf(&more, "message vouchsafe.v1.New\n%s", text);
    buf_append(&more, "", 1);
    assert_int_equal(missing(text, (const char *)buf_data(&more), first), 0);
    buf_free(&more);
    buf_free(&now);
}

int main(int argc, char **argv) {
    if (argc > 1 && strcmp(argv[1], "--print") == 0) {
        struct buf now;
        buf_init(&now, 0);
        describe(&now);
        fputs((const char *)buf_data(&now), stdout);
        buf_free(&now);
        return 0;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_that_was_released_is_gone),
        cmocka_unit_test(a_planted_break_is_caught),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
