/* SPDX-License-Identifier: Apache-2.0 */
/* Rules of the contract that no compiler checks (DESIGN 3): each holds for every message, the ones to come too. */
#include "server/domain/domain.h"
#include "server/rpc/validate.h"
#include "tests/support/contract.h"
#include "tests/support/unit.h"
#include "vouchsafe/v1/method.pb-c.h"

/* Bytes that are no ids; everything else in bytes is checked as one. */
static const struct {
    const char *name, *why;
} not_ids[] = {
    {"page_token", "the server's own; read back with care by each list"},
    {"secret", "32 bytes of a join line"},
    {"secret_hash", "SHA-256"},
    {"token", "business id and secret"},
    {"want_token", "SHA-256"},
    {"body", "another message"},
};

static const struct method *method_of(uint32_t number) {
    for (size_t i = 0; i < domain_module_count; i++)
        for (size_t k = 0; k < domain_modules[i]->n_methods; k++)
            if (domain_modules[i]->methods[k].number == number) return &domain_modules[i]->methods[k];
    return NULL;
}

/* Longest way down from d, or -1 when it leads back to where it began. */
static int depth_of(const ProtobufCMessageDescriptor *d, int left) {
    int deepest = 0;
    if (left == 0) return -1;
    for (unsigned i = 0; i < d->n_fields; i++) {
        int below = d->fields[i].type == PROTOBUF_C_TYPE_MESSAGE ? depth_of(d->fields[i].descriptor, left - 1) : 0;
        if (below < 0) return -1;
        if (below > deepest) deepest = below;
    }
    return deepest + 1;
}

static void no_message_holds_itself(void **state) {
    (void)state;
    for (size_t i = 0; i < contract_message_count; i++)
        if (depth_of(contract_messages[i], 8) < 0) fail_msg("%s is recursive, or 8 deep", contract_messages[i]->name);
}

static void nothing_is_required_packed_or_one_of(void **state) {
    (void)state;
    for (size_t i = 0; i < contract_message_count; i++)
        for (unsigned k = 0; k < contract_messages[i]->n_fields; k++) {
            const ProtobufCFieldDescriptor *f = &contract_messages[i]->fields[k];
            if (f->label == PROTOBUF_C_LABEL_REQUIRED || f->label == PROTOBUF_C_LABEL_NONE ||
                f->flags & (PROTOBUF_C_FIELD_FLAG_PACKED | PROTOBUF_C_FIELD_FLAG_ONEOF))
                fail_msg("%s.%s: optional or repeated only, never packed or oneof", contract_messages[i]->name,
                         f->name);
        }
}

static void messages_fit_the_guard(void **state) {
    (void)state;
    for (size_t i = 0; i < contract_message_count; i++)
        if (contract_messages[i]->n_fields > 64)
            fail_msg("%s has more than the 64 fields the guard counts", contract_messages[i]->name);
}

static void enums_begin_with_unspecified(void **state) {
    (void)state;
    for (size_t i = 0; i < contract_enum_count; i++) {
        const ProtobufCEnumDescriptor *e = contract_enums[i];
        const ProtobufCEnumValue *zero = protobuf_c_enum_descriptor_get_value(e, 0);
        size_t n = zero == NULL ? 0 : strlen(zero->name);
        if (n < 12 || strcmp(zero->name + n - 12, "_UNSPECIFIED") != 0)
            fail_msg("%s has no ..._UNSPECIFIED = 0", e->name);
        for (unsigned k = 0; k < e->n_values; k++) assert_true(e->values[k].value >= 0);
    }
}

/* FOO_BAR -> vouchsafe.v1.FooBarRequest */
static void message_name(const char *method, const char *end, char out[128]) {
    size_t n = (size_t)snprintf(out, 64, "vouchsafe.v1.");
    for (bool upper = true; *method != '\0' && n < 100; method++) {
        if (*method != '_') out[n++] = upper ? *method : (char)(*method | 0x20);
        upper = *method == '_';
    }
    snprintf(out + n, 128 - n, "%s", end);
}

static const ProtobufCMessageDescriptor *message_of(const char *name) {
    for (size_t i = 0; i < contract_message_count; i++)
        if (strcmp(contract_messages[i]->name, name) == 0) return contract_messages[i];
    return NULL;
}

static void every_method_has_a_pair_of_its_own(void **state) {
    (void)state;
    const ProtobufCEnumDescriptor *d = &vouchsafe__v1__method__descriptor;
    for (unsigned i = 0; i < d->n_values; i++) {
        char request[128], reply[128];
        if (d->values[i].value == 0) continue;
        message_name(d->values[i].name, "Request", request);
        message_name(d->values[i].name, "Reply", reply);
        const struct method *m = method_of((uint32_t)d->values[i].value);
        if (m == NULL) fail_msg("%s has no row in a module", d->values[i].name);
        if (message_of(reply) == NULL) fail_msg("there is no %s", reply);
        if (strcmp(m->request->name, request) != 0) fail_msg("%s takes %s", m->name, m->request->name);
        if (strcmp(m->name, d->values[i].name) != 0) fail_msg("%s is named %s", d->values[i].name, m->name);
    }
}

static void requests_and_replies_are_in_no_other_message(void **state) {
    (void)state;
    for (size_t i = 0; i < contract_message_count; i++)
        for (unsigned k = 0; k < contract_messages[i]->n_fields; k++) {
            const ProtobufCFieldDescriptor *f = &contract_messages[i]->fields[k];
            const char *name = f->type == PROTOBUF_C_TYPE_MESSAGE
                                   ? ((const ProtobufCMessageDescriptor *)f->descriptor)->name
                                   : "";
            size_t n = strlen(name);
            if (strcmp(name, "vouchsafe.v1.Reply") == 0) continue; /* the envelope's */
            if ((n > 7 && strcmp(name + n - 7, "Request") == 0) || (n > 5 && strcmp(name + n - 5, "Reply") == 0))
                fail_msg("%s.%s shares %s", contract_messages[i]->name, f->name, name);
        }
}

static void roles_and_rules_name_what_there_is(void **state) {
    (void)state;
    for (size_t i = 0; i < domain_module_count; i++)
        for (size_t k = 0; k < domain_modules[i]->n_methods; k++) {
            const struct method *m = &domain_modules[i]->methods[k];
            if (m->roles == 0) fail_msg("nobody may call %s", m->name);
            for (size_t r = 0; r < m->n_rules; r++) {
                bool found = false;
                for (size_t d = 0; d < contract_message_count; d++)
                    found = found ||
                            protobuf_c_message_descriptor_get_field_by_name(contract_messages[d], m->rules[r].field);
                if (!found) fail_msg("%s has a rule for %s, which no message has", m->name, m->rules[r].field);
            }
        }
}

static bool is_known_not_id(const char *name) {
    for (size_t i = 0; i < ARRAY_LEN(not_ids); i++)
        if (strcmp(not_ids[i].name, name) == 0) return true;
    return false;
}

/* Sets one bytes field, at any depth, to five bytes; validate must name it. */
static void assert_ids_checked(const struct method *m, const ProtobufCMessageDescriptor *d, ProtobufCMessage *root,
                               char *base) {
    static uint8_t five[5] = {1, 2, 3, 4, 5};
    for (unsigned i = 0; i < d->n_fields; i++) {
        const ProtobufCFieldDescriptor *f = &d->fields[i];
        void *at = base + f->offset, *count = base + f->quantifier_offset;
        if (f->type == PROTOBUF_C_TYPE_MESSAGE) {
            const ProtobufCMessageDescriptor *inner = f->descriptor;
            ProtobufCMessage *msg = malloc(inner->sizeof_message), *items[1] = {msg};
            protobuf_c_message_init(inner, msg);
            if (f->label == PROTOBUF_C_LABEL_REPEATED) {
                *(size_t *)count = 1;
                *(void **)at = items;
            } else {
                *(ProtobufCMessage **)at = msg;
            }
            bool apart = f->label == PROTOBUF_C_LABEL_REPEATED && (m->flags & METHOD_ITEMS_APART); /* validate_item's */
            assert_ids_checked(m, inner, apart ? msg : root, (char *)msg);
            if (f->label == PROTOBUF_C_LABEL_REPEATED) *(size_t *)count = 0;
            *(void **)at = NULL;
            free(msg);
        }
        if (f->type != PROTOBUF_C_TYPE_BYTES || is_known_not_id(f->name)) continue;
        struct method bare = *m;
        struct violation v = {0};
        bare.n_rules = 0; /* so that nothing else is missing */
        ProtobufCBinaryData wrong = {sizeof five, five};
        if (f->label == PROTOBUF_C_LABEL_REPEATED) {
            *(size_t *)count = 1;
            *(ProtobufCBinaryData **)at = &wrong;
        } else {
            *(protobuf_c_boolean *)count = 1;
            *(ProtobufCBinaryData *)at = wrong;
        }
        if (validate_item(&bare, root, &v) || strcmp(v.field, f->name) != 0)
            fail_msg("%s takes five bytes as %s.%s; name it ..._id, or tell above why it is none", m->name, d->name,
                     f->name);
        memset(at, 0, f->label == PROTOBUF_C_LABEL_REPEATED ? sizeof(void *) : sizeof wrong);
        memset(count, 0, f->label == PROTOBUF_C_LABEL_REPEATED ? sizeof(size_t) : sizeof(protobuf_c_boolean));
    }
}

static void every_id_is_checked(void **state) {
    (void)state;
    for (size_t i = 0; i < domain_module_count; i++)
        for (size_t k = 0; k < domain_modules[i]->n_methods; k++) {
            const struct method *m = &domain_modules[i]->methods[k];
            ProtobufCMessage *msg = malloc(m->request->sizeof_message);
            protobuf_c_message_init(m->request, msg);
            assert_ids_checked(m, m->request, msg, (char *)msg);
            free(msg);
        }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_message_holds_itself),
        cmocka_unit_test(nothing_is_required_packed_or_one_of),
        cmocka_unit_test(messages_fit_the_guard),
        cmocka_unit_test(enums_begin_with_unspecified),
        cmocka_unit_test(every_method_has_a_pair_of_its_own),
        cmocka_unit_test(requests_and_replies_are_in_no_other_message),
        cmocka_unit_test(roles_and_rules_name_what_there_is),
        cmocka_unit_test(every_id_is_checked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
