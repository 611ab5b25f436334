# SPDX-License-Identifier: Apache-2.0
# Named queries -> C: an enum, and a table of texts with their parameters' types. See sql/queries/*.sql for the form:
#   -- name: x      starts a query;  -- change | -- login | -- system | -- raw   says which parameters are filled in by the store;  -- report   is a read
#                  that may take seconds: it has connections of its own;  -- after context_x   what comes before it in its segment (context.sql), if not
#                  the usual
#   a parameter contact_id, or x_contact_id, of a read or a change is read as its head: old ids of merged contacts stay good
#   -- $5 q text    declares one; its name says what domain/bind.c puts there;    {actor} {changer} {visible c a} {loggable c a} {seen t a} {party r a} {mine c a} {own x a}   the visibility predicate, once: of contacts, of the touches of a visible one, of referrals, claims and what has a partner_id
#   {NAME word ...}   a piece of SQL that several queries share (-- part: NAME word ..., up to an empty line): sql/queries/parts.sql
#   {record} target, reason, result from ...    how a change ends: the verdict goes to the ledger and comes back; a null reason
#                  is OK, any other stands in server/domain/refusals.h with its status and words
# -v predicate=off builds the registry without the predicate: the access tests then show that wall 4 stands alone.
BEGIN {
    oid["uuid"] = 2950; oid["text"] = 25; oid["int2"] = 21; oid["int4"] = 23; oid["int8"] = 20; oid["bool"] = 16
    oid["timestamptz"] = 1184; oid["date"] = 1082; oid["bytea"] = 17; oid["jsonb"] = 3802; oid["uuid[]"] = 2951; oid["text[]"] = 1009
    oid["int2[]"] = 1005; oid["int8[]"] = 1016; oid["float8"] = 701; oid["bool[]"] = 1000; oid["date[]"] = 1182; oid["jsonb[]"] = 3807; oid["int4[]"] = 1007; oid["timestamptz[]"] = 1185
    given["read"] = "uuid uuid int4 uuid"; given["change"] = "uuid uuid uuid int4 int4 bytea uuid"
    given["login"] = given["system"] = "uuid"; given["raw"] = ""
    given["report"] = given["read"]
    names["read"] = names["report"] = "business account epoch partner"; names["change"] = "business change account epoch method hash partner"
    names["login"] = names["system"] = "business"; names["raw"] = ""
    n = 0; bad = 0
}
function die(what) { printf "%s:%d: %s\n", FILENAME, FNR, what > "/dev/stderr"; bad = 1; exit 1 }
function settle(    parts, words, i, k) { # the kind is known: fill in what the store gives
    if (settled) return
    settled = 1
    k = split(given[kind], parts, " ")
    split(names[kind], words, " ")
    for (i = 1; i <= k; i++) { type[n, i] = oid[parts[i]]; param[n, i] = words[i] }
    params[n] = given_n[n] = k
}
function share(c, a, more) {
    if (predicate == "off") return "true"
    return "(" a ".partner_id is null or exists (select from share v where v.business_id = " c ".business_id and v.contact_id = " c \
        ".head_id and v.partner_id = " a ".partner_id and v.revoked_at is null" more "))"
}
function who(acc, ep) {
    return "actor as materialized (select x.account_id, x.partner_id, x.role from account x where x.business_id = $1 and x.account_id = " acc " and x.epoch = " ep " and x.closed_at is null)"
}
function part(call,    w, k, i, t, names_n, words) { # {name word ...}: the piece of that name, each :x replaced by its word
    k = split(call, w, " ")
    if (!(w[1] in parts_text)) { print "no part " w[1] " for {" call "}" > "/dev/stderr"; bad = 1; exit 1 }
    t = parts_text[w[1]]
    names_n = split(parts_names[w[1]], words, " ")
    if (names_n != k - 1) { print "part " w[1] " takes: " parts_names[w[1]] > "/dev/stderr"; bad = 1; exit 1 }
    for (i = 1; i <= names_n; i++) while (match(t, ":" words[i] "[^a-z_0-9]")) t = substr(t, 1, RSTART - 1) w[i + 1] substr(t, RSTART + RLENGTH - 1)
    sub(/\n$/, "", t)
    return t
}
function seen(t, a) { # may actor a see touch t of a contact it sees?
    if (predicate == "off") return "true"
    return "(" a ".partner_id is null or " t ".partner_id = " a ".partner_id or (" t ".partner_id is null and " t ".flags & 1 = 1))"
}
function party(r, a) { # is actor a's partner at either end of the referral r?
    if (predicate == "off") return "true"
    return "(" a ".partner_id is null or " a ".partner_id in (" r ".source_partner, " r ".to_partner))"
}
function owned(column, a) { # is it the actor's own, if it is a partner?
    return predicate == "off" ? "true" : "(" a ".partner_id is null or " column " = " a ".partner_id)"
}
function predicate_of(name, x, y) {
    if (name == "seen") return seen(x, y)
    if (name == "party") return party(x, y)
    if (name == "mine") return owned(x ".source_partner", y)
    if (name == "own") return owned(x ".partner_id", y)
    return share(x, y, name == "loggable" ? " and v.may_log" : "")
}
function expand(s,    w, inner, before, after) {
    gsub(/\{actor\}/, who("$2", "$3"), s)
    gsub(/\{record\}/, "insert into change(business_id, change_id, account_id, method, hash, target, status, reason, result, named)\nselect $1, $2, $3, $5, $6, v.target::uuid, case when v.reason is null then 0 else 9 end, v.reason, v.result::int8, \002 from (select", s)
    gsub(/\{changer\}/, who("$3", "$4"), s)
    while (match(s, /\{[a-z_]+( [a-z_0-9$A-Z.]+)*\}/)) {
        before = substr(s, 1, RSTART - 1); inner = substr(s, RSTART + 1, RLENGTH - 2); after = substr(s, RSTART + RLENGTH)
        split(inner, w, " ")
        s = before (w[1] ~ /^(visible|loggable|seen|party|mine|own)$/ ? predicate_of(w[1], w[2], w[3]) : part(inner)) after
    }
    return s
}
# A parameter that is a contact's id stands for the contact it was merged into; a change that makes a record ($8) under old ids says so in
# the ledger, by parameter.
function by_head(s, i,    j, head, old) { # inline: a function's call costs as much as the look-up
    old = ""
    for (j = params[i]; j > given_n[i] && (kinds[i] == "read" || kinds[i] == "report" || kinds[i] == "change"); j--) { # from the last: $1 begins $10
        if (param[i, j] !~ /(^|_)contact_id$/ || type[i, j] != oid["uuid"]) continue
        head = "coalesce((select h.head_id from contact h where h.business_id = $1 and h.contact_id = \001" j "), \001" j ")"
        gsub("\\$" j, "(select " head ")", s)
        old = "'" substr(param[i, j], 1, length(param[i, j]) - 3) "', nullif(\001" j ", " head ")" (old == "" ? "" : ", ") old
    }
    if (type[i, 8] != oid["uuid"] || param[i, 8] ~ /(^|_)contact_id$/) old = ""
    gsub(/\002/, old == "" ? "null" : "case when v.target = \0018 then nullif(jsonb_strip_nulls(jsonb_build_object(" old ")), '{}') end", s)
    gsub(/\001/, "$", s)
    return s
}
FNR == 1 { in_part = "" }
/^-- part: / {
    in_part = $3
    parts_text[in_part] = ""; parts_names[in_part] = ""
    for (i = 4; i <= NF; i++) parts_names[in_part] = parts_names[in_part] (i > 4 ? " " : "") $i
    next
}
in_part != "" && /^ *$/ { in_part = ""; next }
in_part != "" && !/^ *--/ { parts_text[in_part] = parts_text[in_part] $0 "\n" }
in_part != "" { next }
/^-- name: / { n++; in_part = ""; name[n] = $3; kind = "read"; settled = 0; text[n] = ""; kinds[n] = kind; after[n] = name[n] ~ /^fire_/ ? "context_alone" : "context"; next }
/^-- (change|report|login|system|raw)$/ { if (settled) die("the kind comes right after the name"); kind = $2; kinds[n] = kind; if (kind == "change") after[n] = "context_change"; next }
/^-- after context_[a-z]+$/ { after[n] = $3; next }
/^-- \$[0-9]+ / {
    settle()
    i = substr($2, 2) + 0
    if (!($4 in oid)) die("unknown type " $4)
    if (i != params[n] + 1) die("parameter $" i " of " name[n] " is out of order")
    params[n] = i; type[n, i] = oid[$4]; param[n, i] = $3; next
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
    if (s !~ /^ *$/) text[n] = text[n] s "\n"
}
END {
    if (bad) exit 1
    h = out ".h"; c = out ".c"
    printf "/* made by sql/queries.awk */\n#ifndef QUERIES_GEN_H\n#define QUERIES_GEN_H\nenum query_id {\n    QUERY_NONE,\n" > h
    for (i = 1; i <= n; i++) printf "    QUERY_%s,\n", toupper(name[i]) > h
    printf "    QUERY_COUNT\n};\n/* n_given: the first parameters, filled in by the store; context: the statement before it in its segment */\nstruct query { const char *name, *text; int n_params, n_given; const unsigned *types; const char *const *params; int report; enum query_id context; };\nextern const struct query queries[];\n#endif\n" > h
    printf "/* made by sql/queries.awk */\n#include <stddef.h>\n#include \"sql/queries.gen.h\"\n" > c
    for (i = 1; i <= n; i++) {
        printf "static const unsigned types_%d[] = {", i > c
        for (j = 1; j <= params[i]; j++) printf "%d, ", type[i, j] > c
        printf "0};\nstatic const char *const params_%d[] = {", i > c
        for (j = 1; j <= params[i]; j++) printf "\"%s\", ", param[i, j] > c
        printf "NULL};\n" > c
    }
    printf "const struct query queries[] = {\n    {\"\", \"\", 0, 0, NULL, NULL, 0, QUERY_NONE},\n" > c
    for (i = 1; i <= n; i++) {
        t = by_head(expand(text[i]), i) (kinds[i] == "change" ? ") v(target, reason, result)\nreturning status, reason, target, result\n" : ""); gsub(/\\/, "\\\\\\\\", t); gsub(/"/, "\\\"", t); gsub(/\n/, "\\n\"\n     \"", t)
        printf "    {\"%s\",\n     \"%s\", %d, %d, types_%d, params_%d, %d, QUERY_%s},\n", name[i], t, params[i], given_n[i], i, i, kinds[i] == "report", toupper(after[i]) > c
    }
    printf "};\n" > c
}
