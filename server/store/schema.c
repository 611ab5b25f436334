/* SPDX-License-Identifier: Apache-2.0 */
/* Migrations: forward only, one transaction each, under an advisory lock; an edited or newer schema is refused. Blocking. */
#include "server/store/schema.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/core/log.h"
#include "server/store/store.h"

static const char table_text[] =
    "create table if not exists public.vs_migration (version int primary key, name text not null, checksum text not null, at timestamptz not null default now())";

static void checksum(const char *text, char out[65]) {
    uint8_t h[crypto_hash_sha256_BYTES];
    crypto_hash_sha256(h, (const uint8_t *)text, strlen(text));
    sodium_bin2hex(out, 65, h, sizeof h);
}

static int run(PGconn *c, const char *text, char *err, size_t err_size) {
    PGresult *r = PQexec(c, text);
    int ok = PQresultStatus(r) == PGRES_COMMAND_OK || PQresultStatus(r) == PGRES_TUPLES_OK;
    if (!ok) snprintf(err, err_size, "the database says: %s", PQerrorMessage(c));
    PQclear(r);
    return ok ? 0 : -1;
}

enum { APPLIED_WRONG = -1, APPLIED_UNREACHABLE = -2 };

/* How many of ours are applied, or with err: WRONG (edited, or newer than this program), UNREACHABLE. */
static int applied(PGconn *c, char *err, size_t err_size) {
    PGresult *r = PQexec(c, "select version, checksum from public.vs_migration order by version");
    if (PQresultStatus(r) != PGRES_TUPLES_OK) {
        const char *state = PQresultErrorField(r, PG_DIAG_SQLSTATE);
        bool no_table = state != NULL && strcmp(state, "42P01") == 0;
        snprintf(err, err_size, "the database says: %s", PQerrorMessage(c));
        PQclear(r);
        return no_table ? 0 : APPLIED_UNREACHABLE;
    }
    int n = PQntuples(r), bad = 0;
    for (int i = 0; i < n && !bad; i++) {
        char sum[65];
        if ((size_t)i >= migration_count) {
            snprintf(err, err_size, "the database's schema is newer (%s) than this program's; use a newer vouchsafed",
                     PQgetvalue(r, i, 0));
            bad = 1;
            break;
        }
        checksum(migrations[i].text, sum);
        if (strcmp(sum, PQgetvalue(r, i, 1)) != 0) {
            snprintf(err, err_size,
                     "migration %s was applied in another form; this program and the database don't belong together",
                     migrations[i].name);
            bad = 1;
        }
    }
    PQclear(r);
    return bad ? APPLIED_WRONG : n;
}

static int apply(PGconn *c, const struct migration *m, char *err, size_t err_size) {
    char sum[65], done[512];
    checksum(m->text, sum);
    snprintf(done, sizeof done, "insert into public.vs_migration(version, name, checksum) values (%d, '%s', '%s')",
             m->version, m->name, sum);
    if (run(c, "begin", err, err_size) == 0 && run(c, m->text, err, err_size) == 0 &&
        run(c, done, err, err_size) == 0 && run(c, "commit", err, err_size) == 0) {
        log_info("migrated", "name=%s", m->name);
        return 0;
    }
    PQclear(PQexec(c, "rollback"));
    return -1;
}

int schema_migrate(const char *conninfo, char *err, size_t err_size) {
    PGconn *c = PQconnectdb(conninfo);
    int status = -1;
    if (PQstatus(c) != CONNECTION_OK)
        snprintf(err, err_size, "can't reach the database: %s", PQerrorMessage(c));
    else if (run(c, "set client_min_messages = warning", err, err_size) == 0 &&
             run(c, "select pg_advisory_lock(7643)", err, err_size) == 0 && run(c, table_text, err, err_size) == 0) {
        int n = applied(c, err, err_size);
        status = n < 0 ? -1 : 0;
        for (size_t i = (size_t)(n < 0 ? 0 : n); status == 0 && i < migration_count; i++)
            status = apply(c, &migrations[i], err, err_size);
    }
    PQfinish(c);
    return status;
}

int schema_check(const char *conninfo, char *err, size_t err_size) {
    PGconn *c = PQconnectdb(conninfo);
    int n = APPLIED_UNREACHABLE;
    if (PQstatus(c) != CONNECTION_OK)
        snprintf(err, err_size, "can't reach the database: %s", PQerrorMessage(c));
    else
        n = applied(c, err, err_size);
    PQfinish(c);
    if (n >= 0 && (size_t)n < migration_count) {
        snprintf(err, err_size, "the database's schema is older than this program's; run: vouchsafed migrate");
        n = APPLIED_WRONG;
    }
    return n == APPLIED_UNREACHABLE ? 1 : n < 0 ? -1 : 0;
}
