/* SPDX-License-Identifier: Apache-2.0 */
#include "server/store/ledger.h"

#include <libpq-fe.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "sql/queries.gen.h"

static uint8_t key[crypto_generichash_KEYBYTES];

int ledger_load(const char *conninfo, char *err, size_t err_size) {
    PGconn *c = PQconnectdb(conninfo);
    PQclear(PQexec(c, "set role vs_login"));
    PQclear(PQexec(c, "set search_path = vs, public"));
    PGresult *r = PQexecParams(c, queries[QUERY_LEDGER_KEY].text, 0, NULL, NULL, NULL, NULL, 1);
    int status = -1;
    if (PQresultStatus(r) != PGRES_TUPLES_OK)
        snprintf(err, err_size, "the database says: %s", PQerrorMessage(c));
    else if (PQntuples(r) != 1 || PQgetlength(r, 0, 0) != (int)sizeof key)
        snprintf(err, err_size, "the database has no key for the change ledger; run vouchsafed migrate");
    else {
        memcpy(key, PQgetvalue(r, 0, 0), sizeof key);
        status = 0;
    }
    PQclear(r);
    PQfinish(c);
    return status;
}

void ledger_hash(uint8_t out[LEDGER_HASH], struct slice body) {
    crypto_generichash(out, LEDGER_HASH, body.data, body.len, key, sizeof key);
}
