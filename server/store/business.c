/* SPDX-License-Identifier: Apache-2.0 */
#include "server/store/business.h"

#include <ctype.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "server/store/store.h"
#include "vouchsafe/joinline.h"
#include "vouchsafe/text.h"

/* "Hartwell Roofing & Co" -> "hartwell-roofing-co" */
static void code_of(const char *name, char *out, size_t size) {
    char key[TEXT_KEY_MAX];
    size_t n = 0;
    if (text_name_key(name, key, sizeof key) < 0) key[0] = '\0';
    for (const char *p = key; *p != '\0' && n + 2 < size; p++) {
        if (isalnum((unsigned char)*p))
            out[n++] = *p;
        else if (n > 0 && out[n - 1] != '-')
            out[n++] = '-';
    }
    while (n > 0 && out[n - 1] == '-') n--;
    out[n] = '\0';
}

int business_create(const char *conninfo, const char *name, const char *login, const char *zone, const char *country,
                    const char *addresses, const uint8_t root_pin[32], char *line, size_t line_size, char *err,
                    size_t err_size) {
    struct join_line join = {.business = id_new()};
    struct id account = id_new(), enrolment = id_new();
    uint8_t hash[crypto_hash_sha256_BYTES];
    char code[128];
    struct arena arena;
    struct params p;
    memcpy(join.root_pin, root_pin, 32);
    randombytes_buf(join.secret, sizeof join.secret);
    crypto_hash_sha256(hash, join.secret, sizeof join.secret);
    snprintf(join.addresses, sizeof join.addresses, "%s", addresses);
    code_of(name, code, sizeof code);
    if (code[0] == '\0') {
        snprintf(err, err_size, "the name needs a letter or a digit");
        return -1;
    }
    arena_init(&arena, 16384);
    params_init(&p, &arena);
    params_id(&p, &join.business);
    params_text(&p, code);
    params_text(&p, name);
    params_text(&p, zone);
    params_text(&p, country);
    params_id(&p, &account);
    params_text(&p, login);
    params_id(&p, &enrolment);
    params_bytes(&p, hash, sizeof hash);
    static const int binary[PARAMS_MAX] = {1, 1, 1, 1, 1, 1, 1, 1, 1};
    PGconn *c = PQconnectdb(conninfo);
    PQclear(PQexec(c, "set role vs_owner"));
    PQclear(PQexec(c, "set search_path = vs, public"));
    PGresult *r = PQexecParams(c, queries[QUERY_BUSINESS_CREATE].text, p.n, queries[QUERY_BUSINESS_CREATE].types,
                               p.values, p.lengths, binary, 1);
    const char *state = PQresultErrorField(r, PG_DIAG_SQLSTATE);
    int status = -1;
    if (state != NULL && strcmp(state, "23505") == 0)
        snprintf(err, err_size, "there is a business with the code %s already; choose another name", code);
    else if (PQresultStatus(r) != PGRES_TUPLES_OK)
        snprintf(err, err_size, "the database says: %s", PQerrorMessage(c));
    else if (cell_int(r, 0, 0) != 1)
        snprintf(err, err_size, "there is no time zone %s; use a name such as Europe/Berlin", zone);
    else
        status = join_line_format(&join, line, line_size);
    PQclear(r);
    PQfinish(c);
    arena_free(&arena);
    return status;
}
