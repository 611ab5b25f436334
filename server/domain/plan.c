/* SPDX-License-Identifier: Apache-2.0 */
/* Runs plans.
 * - happy path: check, change, reads one after the other, finish, one reply
 * - the change is refused: its verdict is the reply; nothing is read but what explains it
 * - a read fails: without a change its status; after one UNKNOWN, since the change holds and only the answer is missing
 * - the client leaves: the run goes on and replies to nobody */
#include "server/domain/plan.h"

#include <stdio.h>
#include <string.h>

#include "server/domain/bind.h"
#include "server/domain/reply.h"
#include "server/domain/rows.h"

struct run {
    struct request *r;
    const struct plan *plan;
    const ProtobufCMessage *body;
    ProtobufCMessage *reply;
    struct change_result change;
    int at; /* the read under way */
};

static void next_read(struct run *run);

static void refuse_full(struct request *r) {
    request_refuse(r, VS_RESOURCE_EXHAUSTED, "REPLY_TOO_BIG", NULL, "the answer is too large; ask for a smaller page");
}

static bool fill(struct run *run, const struct plan_read *read, const PGresult *rows) {
    struct arena *a = &run->r->arena;
    bool something = PQntuples(rows) > 0 && !cell_null(rows, 0, 0);
    if (read->field[0] == '\0') return !something || rows_fill(a, run->reply, rows, 0);
    const ProtobufCFieldDescriptor *f = rows_field(run->reply->descriptor, read->field);
    if (f->label == PROTOBUF_C_LABEL_REPEATED)
        return rows_list(a, run->reply, f, rows, bind_page_size(run->plan, run->body), read->query);
    ProtobufCMessage **at = rows_at(run->reply, f);
    if (!something) return true;
    if (*at != NULL) return rows_fill(a, *at, rows, 0); /* an earlier read made it: more of its columns */
    *at = rows_message(a, f->descriptor, rows, 0);
    return *at != NULL;
}

static void on_rows(void *arg, enum vs_status status, const PGresult *rows) {
    struct run *run = arg;
    const struct plan_read *read = &run->plan->reads[run->at];
    if (status != VS_OK) {
        if (run->plan->change != QUERY_NONE) status = VS_UNKNOWN;
        (void)reply_rows(run->r, status, NULL);
        return;
    }
    if (read->must && PQntuples(rows) == 0) return reply_not_found(run->r);
    if (!fill(run, read, rows)) return refuse_full(run->r);
    run->at++;
    next_read(run);
}

static void next_read(struct run *run) {
    struct request *r = run->r;
    const struct domain *d = r->context;
    while (run->at < PLAN_READS && run->plan->reads[run->at].query != QUERY_NONE) {
        const struct plan_read *read = &run->plan->reads[run->at];
        struct params p;
        if (read->roles != 0 && !(read->roles & 1u << r->actor.role)) {
            run->at++;
            continue;
        }
        if (bind_query(r, run->plan, run->body, &run->change.target, read->query, &p))
            store_read(d->store, &r->actor, read->query, &p, on_rows, run);
        return;
    }
    if (run->plan->finish != NULL) run->plan->finish(r, run->body, run->reply, &run->change);
    request_reply(r, run->reply);
}

/* A change tells at most one id and one number; they go to the reply's first fields of that kind. */
static void fill_change(struct run *run) {
    const ProtobufCMessageDescriptor *d = run->reply->descriptor;
    bool id = id_is_zero(&run->change.target), number = false;
    for (unsigned i = 0; i < d->n_fields; i++) {
        const ProtobufCFieldDescriptor *f = &d->fields[i];
        if (f->label == PROTOBUF_C_LABEL_REPEATED) continue;
        if (f->type == PROTOBUF_C_TYPE_BYTES && !id) {
            ProtobufCBinaryData *b = rows_at(run->reply, f);
            *b = (ProtobufCBinaryData){16, run->change.target.b};
            id = true;
        } else if ((f->type == PROTOBUF_C_TYPE_INT64 || f->type == PROTOBUF_C_TYPE_UINT64) && !number) {
            *(int64_t *)rows_at(run->reply, f) = run->change.result;
            number = true;
        } else if (f->type == PROTOBUF_C_TYPE_ENUM && !number) {
            *(int32_t *)rows_at(run->reply, f) = (int32_t)run->change.result;
            number = true;
        } else {
            continue;
        }
        rows_set_has(run->reply, f);
    }
}

static void on_explained(void *arg, enum vs_status status, const PGresult *rows) {
    struct run *run = arg;
    bool known = status == VS_OK && PQntuples(rows) == 1;
    reply_refuse(run->r, &run->change, known ? cell_text(rows, 0, 0) : NULL);
}

static void explain(struct run *run) {
    const struct domain *d = run->r->context;
    struct params p;
    if (bind_query(run->r, run->plan, run->body, &run->change.target, run->plan->explain, &p))
        store_read(d->store, &run->r->actor, run->plan->explain, &p, on_explained, run);
}

static void on_change(void *arg, const struct change_result *c) {
    struct run *run = arg;
    run->change = *c;
    uint32_t to = run->plan->explain_to != 0 ? run->plan->explain_to : MAY_STAFF;
    if (run->plan->explain != QUERY_NONE && (to >> run->r->actor.role & 1) != 0 && reply_wants_explaining(c))
        return explain(run);
    if (!reply_changed(run->r, c)) return;
    fill_change(run);
    next_read(run);
}

static const struct plan *plan_for(const struct request *r, const ProtobufCMessage *body) {
    const struct plan *plan = r->method->plan;
    return plan->instead != NULL && rows_has(body, rows_field(body->descriptor, plan->when)) ? plan->instead : plan;
}

void plan_handle(struct request *r, const void *body) {
    const struct plan *plan = plan_for(r, body);
    struct run *run = arena_zalloc(&r->arena, sizeof *run);
    if (run == NULL) return refuse_full(r);
    *run = (struct run){.r = r, .plan = plan, .body = body};
    if (plan->check != NULL && !plan->check(r, body)) return;
    run->reply = arena_alloc(&r->arena, plan->reply->sizeof_message);
    if (run->reply == NULL) return refuse_full(r);
    protobuf_c_message_init(plan->reply, run->reply);
    if (plan->change == QUERY_NONE) return next_read(run);
    struct params p;
    const struct domain *d = r->context;
    if (!bind_query(r, plan, body, NULL, plan->change, &p)) return;
    store_change(d->store, &r->actor, &r->change_id, r->method->number, r->body, plan->change, &p, on_change, run);
}

/* --- before serving ------------------------------------------------------------------------------------------- */

static int check_query(const struct method *m, const struct plan *plan, enum query_id q, char *err, size_t err_size) {
    for (int i = queries[q].n_given; i < queries[q].n_params; i++)
        if (!bind_knows(plan, m->request, q, i)) {
            snprintf(err, err_size, "method %s: nothing binds parameter %s of query %s", m->name, queries[q].params[i],
                     queries[q].name);
            return -1;
        }
    return 0;
}

static int check_plan(const struct method *m, const struct plan *plan, char *err, size_t err_size) {
    if (plan->instead != NULL && rows_field(m->request, plan->when) == NULL) {
        snprintf(err, err_size, "method %s: its request has no field %s", m->name, plan->when);
        return -1;
    }
    if (plan->instead != NULL && check_plan(m, plan->instead, err, err_size) < 0) return -1;
    if (plan->change != QUERY_NONE && check_query(m, plan, plan->change, err, err_size) < 0) return -1;
    if (plan->explain != QUERY_NONE && check_query(m, plan, plan->explain, err, err_size) < 0) return -1;
    for (int i = 0; i < PLAN_READS && plan->reads[i].query != QUERY_NONE; i++) {
        const char *field = plan->reads[i].field;
        if (check_query(m, plan, plan->reads[i].query, err, err_size) < 0) return -1;
        if (field == NULL || (field[0] != '\0' && rows_field(plan->reply, field) == NULL)) {
            snprintf(err, err_size, "method %s: its reply has no field %s", m->name, field != NULL ? field : "NULL");
            return -1;
        }
    }
    return 0;
}

int plan_check(const struct module *const *modules, size_t n, char *err, size_t err_size) {
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < modules[i]->n_methods; k++)
            if (modules[i]->methods[k].plan != NULL &&
                check_plan(&modules[i]->methods[k], modules[i]->methods[k].plan, err, err_size) < 0)
                return -1;
    return 0;
}
