/* SPDX-License-Identifier: Apache-2.0 */
#include "client/cli/keep.h"
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include "client/cli/when.h"
#include "vouchsafe/text.h"

enum { BODY_MAX = 10000 };

int kept_read(struct args *a, struct kept *k) {
    const char *said = words_join(a->mem, a->words, a->n_words);
    if (!said) said = "";
    snprintf(k->label, sizeof k->label, "%s %.*s", a->command->words, (int)text_fit(said, 90), said);
    return a->command->read ? a->command->read(a) : args_assign(a);
}

int kept_at(struct args *a, int64_t at) {
    char day[16];
    struct field f = message_find(a->request, a->command->moment ? a->command->moment : "");
    if (!f.f) return 0;
    if (field_count(f)) {
        snprintf(a->err, sizeof a->err, "the time is said twice");
        return -1;
    }
    void *put = field_put(a->mem, f);
    if (!put) return -1;
    if (f.f->type == PROTOBUF_C_TYPE_STRING) {
        when_format_day(at, day, sizeof day);
        *(char **)put = arena_strndup(a->mem, day, strlen(day));
    } else {
        *(int64_t *)put = at;
    }
    return 0;
}

int kept_resolve(struct cli *c, struct args *a) {
    struct args outer = c->args;
    c->args = *a; /* what is looked up is c's */
    int r = a->command->find ? a->command->find(c, a->request) : 0;
    if (!r) r = resolve_refs(c);
    bool own = &c->args == a;
    *a = c->args;
    if (!own) c->args = outer;
    return r;
}

void kept_identify(struct args *a, const struct kept *k) {
    if (a->command->fresh) message_set_id(a->mem, a->request, a->command->fresh, &k->id);
}

int kept_pack(struct cli *c, const struct args *a, const struct kept *k, struct vs_entry *out) {
    size_t n = protobuf_c_message_get_packed_size(a->request);
    uint8_t *body = n > BODY_MAX ? NULL : arena_alloc(&c->mem, n + 1);
    if (!body) return -1;
    protobuf_c_message_pack(a->request, body);
    *out = (struct vs_entry){.id = k->id, .method = a->command->method, .body = {body, n}, .label = k->label};
    return 0;
}

void kept_json(struct cli *c, const struct args *a, const struct kept *k, const char *state) {
    char text[ID_TEXT];
    id_format(&k->id, text);
    json_open(&c->out.json, '{');
    json_member(&c->out.json, "state", state);
    if (a->command->fresh) json_member(&c->out.json, a->command->fresh, text);
    json_member(&c->out.json, "entry", k->label);
    json_close(&c->out.json, '}');
}
