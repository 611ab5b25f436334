/* SPDX-License-Identifier: Apache-2.0 */
#include "server/domain/reply.h"

#include <stdio.h>
#include <string.h>

#include "server/core/log.h"
#include "server/domain/refusals.h"
#include "server/rpc/method.h"

static const struct refusal {
    const char *reason;
    enum vs_status status;
    const char *field, *words;
} refusals[] = {
#define X(reason, status, field, words) {#reason, VS_##status, field, words},
    REFUSAL_LIST(X)
#undef X
};

void reply_not_found(struct request *r) { request_refuse(r, VS_NOT_FOUND, "NOT_FOUND", NULL, NULL); }

static const struct refusal *refusal_of(const struct change_result *c) {
    for (size_t i = 0; i < ARRAY_LEN(refusals); i++)
        if (strcmp(refusals[i].reason, c->reason) == 0) return &refusals[i];
    return NULL;
}

bool reply_wants_explaining(const struct change_result *c) {
    const struct refusal *no = refusal_of(c);
    return no != NULL && no->words != NULL && strstr(no->words, "{explain}") != NULL;
}

/* words with what stands for `mark` put in its place */
static char *put_in(struct arena *a, const char *words, const char *mark, const char *what) {
    const char *at = strstr(words, mark);
    if (at == NULL) return arena_strndup(a, words, strlen(words));
    return arena_printf(a, "%.*s%s%s", (int)(at - words), words, what, at + strlen(mark));
}

void reply_refuse(struct request *r, const struct change_result *c, const char *explained) {
    const struct refusal *no = refusal_of(c);
    char number[32];
    if (no == NULL) {
        if (c->reason[0] != '\0') log_error("unknown_refusal", "method=%s reason=%s", r->method->name, c->reason);
        request_refuse(r, c->status,
                       c->reason[0] != '\0'              ? c->reason
                       : c->status == VS_UNAUTHENTICATED ? "REVOKED"
                                                         : vs_status_name(c->status),
                       NULL, NULL);
        return;
    }
    snprintf(number, sizeof number, "%lld", (long long)c->result);
    char *words = no->words == NULL ? NULL : put_in(&r->arena, no->words, "{result}", number);
    if (words != NULL)
        words = put_in(&r->arena, words, "{explain}", explained != NULL ? explained : "look at them and try again");
    request_refuse(r, no->status, no->reason, no->field, words != NULL ? "%s" : NULL, words);
}

bool reply_changed(struct request *r, const struct change_result *c) {
    if (c->status == VS_OK) return true;
    reply_refuse(r, c, NULL);
    return false;
}

bool reply_rows(struct request *r, enum vs_status status, const PGresult *rows) {
    (void)rows;
    if (status == VS_OK) return true;
    request_refuse(r, status, status == VS_UNAUTHENTICATED ? "REVOKED" : "DATABASE", NULL, NULL);
    return false;
}

void reply_set_id(ProtobufCBinaryData *b, protobuf_c_boolean *has, struct arena *a, const struct id *id) {
    *b = (ProtobufCBinaryData){16, id_is_zero(id) ? NULL : arena_dup(a, id->b, 16)};
    *has = b->data != NULL;
    if (b->data == NULL) b->len = 0;
}

char *reply_text(struct arena *a, const PGresult *rows, int row, int col) {
    const char *s = cell_text(rows, row, col);
    return cell_null(rows, row, col) ? NULL : arena_strndup(a, s, strlen(s));
}

struct id reply_id(ProtobufCBinaryData b) {
    struct id id = {{0}};
    if (b.len == 16) memcpy(id.b, b.data, 16);
    return id;
}
