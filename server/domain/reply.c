/* SPDX-License-Identifier: Apache-2.0 */
#include "server/domain/reply.h"

#include <string.h>

static const struct {
    const char *reason, *field, *message;
} sentences[] = {
    {"LOGIN_TAKEN", "login", "an account with this login exists; choose another"},
    {"NO_SUCH_PARTNER", "partner_id", "there is no such partner; vouchsafe-admin partner list shows them"},
    {"NO_SUCH_ACCOUNT", "login", "there is no open account with this login; vouchsafe-admin account list shows them"},
};

void reply_not_found(struct request *r) { request_refuse(r, VS_NOT_FOUND, "NOT_FOUND", NULL, NULL); }

bool reply_changed(struct request *r, const struct change_result *c) {
    if (c->status == VS_OK) return true;
    for (size_t i = 0; i < ARRAY_LEN(sentences); i++)
        if (strcmp(sentences[i].reason, c->reason) == 0) {
            request_refuse(r, c->status, c->reason, sentences[i].field, "%s", sentences[i].message);
            return false;
        }
    if (c->status == VS_NOT_FOUND)
        reply_not_found(r);
    else
        request_refuse(r, c->status, c->reason[0] != '\0' ? c->reason : vs_status_name(c->status), NULL, NULL);
    return false;
}

bool reply_rows(struct request *r, enum vs_status status, const PGresult *rows) {
    (void)rows;
    if (status == VS_OK) return true;
    request_refuse(r, status, "DATABASE", NULL, NULL);
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

void reply_change(struct request *r, enum query_id q, const struct params *p, store_change_fn fn) {
    struct domain *d = r->context;
    store_change(d->store, &r->actor, &r->change_id, r->method->number, r->body, q, p, fn, r);
}
