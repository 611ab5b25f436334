/* SPDX-License-Identifier: Apache-2.0 */
/* db_plans CONNINFO: every plan of every module against a migrated database. The columns of a read must be fields of the message they fill,
 * of a type that fits; what pages must return the columns its token is made of. (db_queries sees to roles and grants.) */
#include <libpq-fe.h>
#include <stdio.h>
#include <string.h>

#include "server/domain/domain.h"
#include "server/domain/plan.h"
#include "server/domain/rows.h"
#include "vouchsafe/v1/contact.pb-c.h"
#include "vouchsafe/v1/method.pb-c.h"

static PGconn *db;
static char why[1024];

static bool wrong(enum query_id q, const char *what, const char *more) {
    snprintf(why, sizeof why, "query %s: %s %s", queries[q].name, what, more);
    why[strcspn(why, "\n")] = '\0';
    return false;
}

/* Which types of columns rows.c puts into which types of fields. */
static bool fits(unsigned oid, const ProtobufCFieldDescriptor *f) {
    static const struct {
        unsigned oid;
        ProtobufCType type;
        bool repeated;
    } pairs[] = {
        {16, PROTOBUF_C_TYPE_BOOL, false},     {17, PROTOBUF_C_TYPE_BYTES, false},
        {2950, PROTOBUF_C_TYPE_BYTES, false},  {21, PROTOBUF_C_TYPE_ENUM, false},
        {21, PROTOBUF_C_TYPE_UINT32, false},   {21, PROTOBUF_C_TYPE_INT32, false},
        {23, PROTOBUF_C_TYPE_UINT32, false},   {23, PROTOBUF_C_TYPE_INT32, false},
        {20, PROTOBUF_C_TYPE_UINT32, false},   {20, PROTOBUF_C_TYPE_INT64, false},
        {20, PROTOBUF_C_TYPE_UINT64, false},   {1184, PROTOBUF_C_TYPE_INT64, false},
        {25, PROTOBUF_C_TYPE_STRING, false},   {1082, PROTOBUF_C_TYPE_STRING, false},
        {701, PROTOBUF_C_TYPE_DOUBLE, false},  {1009, PROTOBUF_C_TYPE_STRING, true},
        {1009, PROTOBUF_C_TYPE_MESSAGE, true}, {1005, PROTOBUF_C_TYPE_ENUM, true},
    };
    for (size_t i = 0; i < ARRAY_LEN(pairs); i++)
        if (pairs[i].oid == oid && pairs[i].type == f->type &&
            pairs[i].repeated == (f->label == PROTOBUF_C_LABEL_REPEATED))
            return true;
    return false;
}

static bool columns_fit(enum query_id q, const PGresult *described, const ProtobufCMessageDescriptor *message) {
    for (int i = 0; i < PQnfields(described); i++) {
        const char *name = PQfname(described, i);
        if (name[0] == '_' || strncmp(name, "after_", 6) == 0) continue;
        const ProtobufCFieldDescriptor *f = rows_field(message, name);
        if (f == NULL) return wrong(q, "its message has no field for column", name);
        if (!fits(PQftype(described, i), f)) return wrong(q, "the type doesn't fit its field: column", name);
    }
    return true;
}

static bool token_fits(enum query_id q, const PGresult *described) {
    for (int i = queries[q].n_given; i < queries[q].n_params; i++) {
        const char *param = queries[q].params[i];
        if (strncmp(param, "after_", 6) != 0) continue;
        int col = PQfnumber(described, param);
        if (col < 0) col = PQfnumber(described, param + 6);
        if (col < 0 || PQftype(described, col) != queries[q].types[i])
            return wrong(q, "no column of this type for", param);
    }
    return true;
}

static PGresult *describe(enum query_id q) {
    PGresult *r = PQprepare(db, "", queries[q].text, queries[q].n_params, queries[q].types);
    if (PQresultStatus(r) == PGRES_COMMAND_OK) {
        PQclear(r);
        r = PQdescribePrepared(db, "");
    }
    if (PQresultStatus(r) != PGRES_COMMAND_OK) wrong(q, "can't be prepared:", PQresultErrorMessage(r));
    return r;
}

static bool check_read(const struct plan *plan, const struct plan_read *read) {
    const ProtobufCFieldDescriptor *f = read->field[0] != '\0' ? rows_field(plan->reply, read->field) : NULL;
    PGresult *r = describe(read->query);
    bool ok = PQresultStatus(r) == PGRES_COMMAND_OK &&
              columns_fit(read->query, r, f != NULL ? f->descriptor : plan->reply) && token_fits(read->query, r);
    PQclear(r);
    return ok;
}

/* What plan.c itself reads: a verdict of four columns, an explanation of one. */
static bool check_columns(enum query_id q, int n) {
    if (q == QUERY_NONE) return true;
    PGresult *r = describe(q);
    bool ok = PQresultStatus(r) == PGRES_COMMAND_OK &&
              (PQnfields(r) == n || wrong(q, "another number of columns than its kind has", ""));
    PQclear(r);
    return ok;
}

static bool check_plan(const struct plan *plan) {
    if (!check_columns(plan->change, 4) || !check_columns(plan->explain, 1)) return false;
    for (int i = 0; i < PLAN_READS && plan->reads[i].query != QUERY_NONE; i++)
        if (!check_read(plan, &plan->reads[i])) return false;
    return true;
}

/* --- pages: however far in the list, found by an index -------------------------------------------------------- */

/* Is the plan made without looking at parameters one that searches an index by where the page begins? */
static bool by_index(enum query_id q, const char *after) {
    char mark[16], explain[512] = "explain execute page(null";
    bool found = false;
    for (int i = 0; i < queries[q].n_params; i++)
        if (strcmp(queries[q].params[i], after) == 0) snprintf(mark, sizeof mark, "$%d", i + 1);
    for (int i = 1; i < queries[q].n_params; i++) strcat(explain, ", null");
    PQclear(PQprepare(db, "page", queries[q].text, queries[q].n_params, queries[q].types));
    PGresult *r = PQexec(db, strcat(explain, ")"));
    if (PQresultStatus(r) != PGRES_TUPLES_OK) wrong(q, "isn't explained:", PQresultErrorMessage(r));
    for (int i = 0; i < PQntuples(r); i++) {
        const char *text = PQgetvalue(r, i, 0);
        found = found || (strstr(text, "Index Cond") != NULL && strstr(text, mark) != NULL);
    }
    PQclear(r);
    PQclear(PQexec(db, "deallocate page"));
    return found;
}

static void check_pages(void) {
    static const struct {
        enum query_id query;
        const char *role, *after;
        bool planted;
    } lists[] = {{QUERY_CONTACT_LIST, "vs_staff", "after_number", false},
                 {QUERY_CONTACT_LIST_SHARED, "vs_partner", "after_number", false},
                 {QUERY_ORGANIZATION_FIND, "vs_staff", "after_name_key", false},
                 {QUERY_SHARE_LIST, "vs_staff", "after_contact_number", false},
                 {QUERY_CONTACT_LIST, "vs_staff", "how_many", true}};
    PQclear(
        PQexec(db, "set plan_cache_mode = force_generic_plan; set enable_seqscan = off; set enable_bitmapscan = off"));
    for (size_t i = 0; i < ARRAY_LEN(lists); i++) {
        char role[64];
        snprintf(role, sizeof role, "set role %s", lists[i].role);
        PQclear(PQexec(db, role));
        printf("%s %s searches %s index by %s\n",
               by_index(lists[i].query, lists[i].after) != lists[i].planted ? "ok" : "not ok",
               queries[lists[i].query].name, lists[i].planted ? "no" : "an", lists[i].after);
        PQclear(PQexec(db, "reset role"));
    }
}

/* A check that never failed is not known to work. */
static void check_planted(void) {
    static const struct {
        const char *what;
        struct plan plan;
    } planted[] = {
        {"a column that is no field", {PLAN_REPLY(contact_get), .reads = {{QUERY_ATTRIBUTE_LIST, "contact", 0, true}}}},
        {"a change that is a read", {PLAN_REPLY(contact_get), .change = QUERY_CONTACT_GET}},
    };
    for (size_t i = 0; i < ARRAY_LEN(planted); i++)
        printf("%s %s is found\n", check_plan(&planted[i].plan) ? "not ok" : "ok", planted[i].what);
}

int main(int argc, char **argv) {
    if (argc != 2) return fputs("usage: db_plans CONNINFO\n", stderr), 2;
    db = PQconnectdb(argv[1]);
    PQclear(PQexec(db, "set search_path = vs, public"));
    if (PQstatus(db) != CONNECTION_OK) return printf("not ok db_plans: %s\n", PQerrorMessage(db)), 1;
    for (size_t i = 0; i < domain_module_count; i++)
        for (size_t k = 0; k < domain_modules[i]->n_methods; k++) {
            const struct method *m = &domain_modules[i]->methods[k];
            if (m->plan == NULL) continue;
            if (check_plan(m->plan))
                printf("ok %s\n", m->name);
            else
                printf("not ok %s: %s\n", m->name, why);
        }
    check_planted();
    check_pages();
    PQfinish(db);
    return 0;
}
