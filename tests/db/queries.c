/* SPDX-License-Identifier: Apache-2.0 */
/* db_queries CONNINFO: reads "name role[|role...]" lines, prepares each named statement of sql/queries and explains it as that
 * role (one of them, where several are given), so that unknown columns, wrong types and missing grants show. With no line more:
 * --partners tries what the method tables let a partner read, as a partner. */
#include <libpq-fe.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "server/domain/plan.h"

static bool seen[QUERY_COUNT];

static int find(const char *name) {
    for (int i = QUERY_NONE + 1; i < QUERY_COUNT; i++)
        if (strcmp(queries[i].name, name) == 0) return i;
    return -1;
}

static bool done(PGconn *c, const char *text) {
    PGresult *r = PQexec(c, text);
    bool ok = PQresultStatus(r) == PGRES_COMMAND_OK || PQresultStatus(r) == PGRES_TUPLES_OK;
    PQclear(r);
    return ok;
}

static bool prepare(PGconn *c, const struct query *q) {
    PGresult *r = PQprepare(c, q->name, q->text, q->n_params, q->types);
    bool ok = PQresultStatus(r) == PGRES_COMMAND_OK;
    PQclear(r);
    return ok;
}

/* Explaining plans the statement and checks every permission it needs, and runs nothing. */
static bool explain(PGconn *c, const struct query *q) {
    char text[1024];
    int n = snprintf(text, sizeof text, "explain execute \"%s\"", q->name);
    for (int i = 0; i < q->n_params; i++)
        n += snprintf(text + n, sizeof text - (size_t)n, "%s", i == 0 ? "(null" : ", null");
    snprintf(text + n, sizeof text - (size_t)n, "%s", q->n_params > 0 ? ")" : "");
    return done(c, text);
}

static bool works_as(PGconn *c, const struct query *q, const char *role, char *why, size_t size) {
    char text[128];
    snprintf(text, sizeof text, "set role %s", role);
    bool ok = done(c, "reset role") && done(c, "deallocate all") && done(c, text) && prepare(c, q) && explain(c, q);
    snprintf(why, size, "as %s: %s", role, PQerrorMessage(c));
    for (char *p = why; *p != '\0'; p++)
        if (*p == '\n') *p = ' ';
    return ok;
}

static int check(PGconn *c, const char *name, char *roles) {
    char why[700] = "", *rest = NULL;
    int i = find(name);
    if (i < 0) return printf("not ok %s: the registry doesn't have it\n", name), 1;
    seen[i] = true;
    for (char *role = strtok_r(roles, "|", &rest); role != NULL; role = strtok_r(NULL, "|", &rest))
        if (works_as(c, &queries[i], role, why, sizeof why)) return printf("ok %s as %s\n", name, role), 0;
    return printf("not ok %s: %s\n", name, why), 1;
}

/* The reads of every method a partner may call. */
static int check_partners(PGconn *c) {
    int bad = 0;
    for (size_t i = 0; i < domain_module_count; i++)
        for (size_t k = 0; k < domain_modules[i]->n_methods; k++) {
            const struct method *m = &domain_modules[i]->methods[k];
            const struct plan *plan = m->roles & MAY_PARTNER ? m->plan : NULL;
            for (int r = 0; plan != NULL && r < PLAN_READS; r++) {
                char role[] = "vs_partner";
                if (plan->reads[r].query != QUERY_NONE &&
                    (plan->reads[r].roles == 0 || plan->reads[r].roles & MAY_PARTNER))
                    bad += check(c, queries[plan->reads[r].query].name, role);
            }
        }
    return bad;
}

int main(int argc, char **argv) {
    PGconn *c = argc > 1 ? PQconnectdb(argv[1]) : NULL;
    char name[128], roles[128];
    int bad = 0;
    if (PQstatus(c) != CONNECTION_OK || !done(c, "set search_path = vs, public")) {
        fprintf(stderr, "db_queries: %s\n", PQerrorMessage(c));
        return 1;
    }
    if (argc > 2) {
        bad = check_partners(c);
        PQfinish(c);
        return bad > 0;
    }
    while (scanf("%127s %127s", name, roles) == 2) bad += check(c, name, roles);
    for (int i = QUERY_NONE + 1; i < QUERY_COUNT; i++)
        if (!seen[i]) bad += printf("not ok %s: in no file of sql/queries\n", queries[i].name) > 0;
    PQfinish(c);
    return bad > 0;
}
