# SPDX-License-Identifier: Apache-2.0
# Named queries -> C: an enum, and a table of texts with their parameters' types. See sql/queries/*.sql for the form:
#   -- name: x      starts a query;  -- change | -- login | -- raw   says which parameters are filled in by the store
#   -- $5 q text    declares one;    {actor} {changer} {visible c a} {loggable c a}   the visibility predicate, once
# -v predicate=off builds the registry without the predicate: the access tests then show that wall 4 stands alone.
BEGIN {
    oid["uuid"] = 2950; oid["text"] = 25; oid["int2"] = 21; oid["int4"] = 23; oid["int8"] = 20; oid["bool"] = 16
    oid["timestamptz"] = 1184; oid["date"] = 1082; oid["bytea"] = 17; oid["jsonb"] = 3802; oid["uuid[]"] = 2951; oid["text[]"] = 1009
    oid["int2[]"] = 1005; oid["int4[]"] = 1007; oid["timestamptz[]"] = 1185
    given["read"] = "uuid uuid int4 uuid"; given["change"] = "uuid uuid uuid int4 int4 bytea uuid"
    given["login"] = "uuid"; given["raw"] = ""
    n = 0; bad = 0
}
function die(what) { printf "%s:%d: %s\n", FILENAME, FNR, what > "/dev/stderr"; bad = 1; exit 1 }
function settle(    parts, i, k) { # the kind is known: fill in what the store gives
    if (settled) return
    settled = 1
    k = split(given[kind], parts, " ")
    for (i = 1; i <= k; i++) type[n, i] = oid[parts[i]]
    params[n] = k
}
function share(c, a, more) {
    if (predicate == "off") return "true"
    return "(" a ".partner_id is null or exists (select from share v where v.business_id = " c ".business_id and v.contact_id = " c \
        ".head_id and v.partner_id = " a ".partner_id and v.revoked_at is null" more "))"
}
function who(acc, ep) {
    return "actor as materialized (select x.account_id, x.partner_id, x.role from account x where x.business_id = $1 and x.account_id = " acc " and x.epoch = " ep " and x.closed_at is null)"
}
function expand(s,    w, inner) {
    gsub(/\{actor\}/, who("$2", "$3"), s)
    gsub(/\{changer\}/, who("$3", "$4"), s)
    while (match(s, /\{(visible|loggable) [a-z_]+ [a-z_]+\}/)) {
        inner = substr(s, RSTART + 1, RLENGTH - 2)
        split(inner, w, " ")
        s = substr(s, 1, RSTART - 1) share(w[2], w[3], w[1] == "loggable" ? " and v.may_log" : "") substr(s, RSTART + RLENGTH)
    }
    return s
}
/^-- name: / { n++; name[n] = $3; kind = "read"; settled = 0; text[n] = ""; kinds[n] = kind; next }
/^-- (change|login|raw)$/ { if (settled) die("the kind comes right after the name"); kind = $2; kinds[n] = kind; next }
/^-- \$[0-9]+ / {
    settle()
    i = substr($2, 2) + 0
    if (!($4 in oid)) die("unknown type " $4)
    if (i != params[n] + 1) die("parameter $" i " of " name[n] " is out of order")
    params[n] = i; type[n, i] = oid[$4]; next
}
/^ *--/ { next }
n > 0 {
    settle()
    s = $0; sub(/ +-- .*$/, "", s)
    rest = s
    while (match(rest, /\$[0-9]+/)) {
        if (substr(rest, RSTART + 1, RLENGTH - 1) + 0 > params[n]) die("$" substr(rest, RSTART + 1, RLENGTH - 1) " of " name[n] " isn't declared")
        rest = substr(rest, RSTART + RLENGTH)
    }
    s = expand(s)
    if (s !~ /^ *$/) text[n] = text[n] s "\n"
}
END {
    if (bad) exit 1
    h = out ".h"; c = out ".c"
    printf "/* made by sql/queries.awk */\n#ifndef QUERIES_GEN_H\n#define QUERIES_GEN_H\nenum query_id {\n" > h
    for (i = 1; i <= n; i++) printf "    QUERY_%s,\n", toupper(name[i]) > h
    printf "    QUERY_COUNT\n};\nstruct query { const char *name, *text; int n_params; const unsigned *types; };\nextern const struct query queries[];\n#endif\n" > h
    printf "/* made by sql/queries.awk */\n#include \"sql/queries.gen.h\"\n" > c
    for (i = 1; i <= n; i++) {
        printf "static const unsigned types_%d[] = {", i > c
        for (j = 1; j <= params[i]; j++) printf "%d, ", type[i, j] > c
        printf "0};\n" > c
    }
    printf "const struct query queries[] = {\n" > c
    for (i = 1; i <= n; i++) {
        t = text[i]; gsub(/\\/, "\\\\", t); gsub(/"/, "\\\"", t); gsub(/\n/, "\\n\"\n     \"", t)
        printf "    {\"%s\",\n     \"%s\", %d, types_%d},\n", name[i], t, params[i], i > c
    }
    printf "};\n" > c
}
