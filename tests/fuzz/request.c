/* SPDX-License-Identifier: Apache-2.0 */
/* The way of a request's bytes: frames, envelope, guard, unpack, rules; each with the real tables. What the guard lets through,
 * protobuf-c unpacks within the cap, and what is packed again is read again. */
#include <stdlib.h>
#include <string.h>

#include "server/domain/domain.h"
#include "server/rpc/validate.h"
#include "tests/fuzz/fuzz.h"
#include "vouchsafe/envelope.h"
#include "vouchsafe/frame.h"
#include "vouchsafe/guard.h"
#include "vouchsafe/text.h"

static const struct method *method_of(uint32_t number) {
    for (size_t i = 0; i < domain_module_count; i++)
        for (size_t k = 0; k < domain_modules[i]->n_methods; k++)
            if (domain_modules[i]->methods[k].number == number) return &domain_modules[i]->methods[k];
    return NULL;
}

static void repack(const ProtobufCMessage *m) {
    size_t n = protobuf_c_message_get_packed_size(m);
    uint8_t *bytes = malloc(n + 1);
    MUST(bytes != NULL && protobuf_c_message_pack(m, bytes) == n);
    ProtobufCMessage *again = protobuf_c_message_unpack(m->descriptor, NULL, n, bytes);
    MUST(again != NULL);
    protobuf_c_message_free_unpacked(again, NULL);
    free(bytes);
}

static void try_body(const struct method *m, struct slice body) {
    const char *field = NULL;
    struct violation v = {0};
    enum guard_result g = guard_check(m->request, body, arena_cap_for(body.len), &field);
    MUST(guard_reason(g) != NULL && guard_words(g) != NULL);
    if (g != GUARD_OK) return;
    struct arena a;
    arena_init(&a, arena_cap_for(body.len) + 64 * 1024); /* as dispatch gives it */
    ProtobufCMessage *msg = protobuf_c_message_unpack(m->request, &a.protobuf, body.len, body.data);
    MUST(msg != NULL || a.over_cap);
    if (msg != NULL && !validate(m, msg, &v)) MUST(v.field != NULL && v.reason != NULL && v.message != NULL);
    if (msg != NULL) repack(msg);
    arena_free(&a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct buf in;
    struct slice frame;
    struct envelope_request e;
    struct envelope_from_server f;
    buf_init(&in, 0);
    buf_append(&in, data, size);
    while (frame_peek(&in, FRAME_MAX_FROM_CLIENT, &frame, NULL) == FRAME_WHOLE) {
        (void)!envelope_read_from_server(frame, &f);
        if (envelope_read_request(frame, &e) == 0) {
            const struct method *m = method_of(e.method);
            MUST(e.body.len <= frame.len && e.trace.len <= frame.len && e.change_id.len <= frame.len);
            if (m != NULL) try_body(m, e.body);
        }
        frame_consume(&in, frame);
    }
    buf_free(&in);
    return 0;
}
