#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Search in 100,000 names: 50 of them typed with a letter missing, wrong or swapped with its neighbour, or without their accents; each
# person is among the first three. The names are made here, the same ones in every run.
set -u
. "$VS_ROOT/tests/support/server.sh"
people() { # NUMBER TAB NAME
    awk 'function next_of(n) { seed = seed * 16807 % 2147483647; return seed % n + 1 }
    BEGIN {
        seed = 7643
        firsts = split("Anna José Marta Jürgen Zoë Peter Søren Łukasz Björn François Renée Siân Núria Ángel Mary John Ewa Piotr Inês João Lea Tom Óscar Elif Çağla Ömer Aoife Niamh Seán Karin Håkon Mette Ingrid Pål Laura Marco Chiara Luca Noémie Hélène Théo Agnès Katarzyna Zofia Jiří Tereza Zdeněk Ioana Ștefan Márta György Eszter Hannah Grace Owen Priya Arjun Mei Hiroshi Fatima Omar Leïla Ruth Samuel Naomi Dieter Käthe Änne Jörg Sabine Uwe Heike Frédéric Margaux Iñigo Begoña Rocío Andrés Lucía Tomás Beatriz Rui Gonçalo Anneli Mika Päivi Jukka Sven Åsa Örjan Freja Rasmus", first, " ")
        starts = split("Lind Müll Berg Øst Hart Wal Schön Kow Nov Gonç Fern Cast Mor Bran Sal Quint Dub Lef Beau Char Rous Mont Tol Ivan Petr Dvoř Hor Kuč Szab Nagy Var Pop Ion Mac Don Bren Sull Wat Hug Dav Pem Ash Black Cart Dun Ell Fair Gold Hol Jess Kell Lang Marl Nor Oak Park Rad Stan Thorn Under Vern West York Zim", start, " ")
        middles = split("en er a el in ow o ing et ar i un ov es al em an yl or eu", middle, " ")
        ends = split("berg mann son ski ska ová ez es strøm gaard dottir well ton ford ley wood ham field court rand eau ier etti ini elli escu ić vić ko enko yan stein bach feld hoff meier sch ert quist lund", finish, " ")
        for (i = 1; i <= 100000; i++) printf "%d\t%s %s%s%s\n", i, first[next_of(firsts)], start[next_of(starts)], middle[next_of(middles)], finish[next_of(ends)]
    }'
}
load_people() {
    people | psql -X -q -d "$(database_url one)" -v ON_ERROR_STOP=1 -c "create temp table person(number bigint, name text)" -c "\\copy person from pstdin" -c "
        insert into vs.contact(business_id, contact_id, head_id, number, name, name_key, owner_id, origin, created_by)
        select a.business_id, x.id, x.id, p.number, p.name, replace(lower(regexp_replace(normalize(p.name, NFKD), '[\u0300-\u036f]', '', 'g')), 'ß', 'ss'), a.account_id, 'test', a.account_id
        from person p, vs.account a, lateral (select ('00000000-0000-7000-8000-' || lpad(to_hex(p.number), 12, '0'))::uuid as id) x" -c "vacuum analyze vs.contact"
}
# number TAB what is typed
typed() {
    sql "with p as (select number, name, row_number() over (order by number) as i from vs.contact
             where number % 1999 = 7 or (number % 1013 = 3 and name <> public.unaccent(name)) order by number),
         k as (select number, name, i % 4 as kind, 2 + (number * 7919) % (length(name) - 3)::bigint as at from p order by i limit 60),
         s as (select *, case when substr(name, at::int, 1) = ' ' or substr(name, at::int + 1, 1) = ' ' then at - 2 else at end::int as spot from k)
         select number, case kind when 0 then overlay(name placing '' from spot for 1) when 1 then overlay(name placing 'q' from spot for 1)
             when 2 then overlay(name placing substr(name, spot + 1, 1) || substr(name, spot, 1) from spot for 2) else public.unaccent(name) end
         from s where kind < 3 or name <> public.unaccent(name) limit 50" | tr '|' '\t'
}
finds() {
    local number name found n=0 missed=0
    while IFS=$'\t' read -r number name; do
        n=$((n + 1))
        found=$(seat admin admin contact find "$name" --limit 3 --json) || { echo "the search for $name failed: $found"; return 1; }
        grep -qE "\"number\": ?\"?C?$number\"?[,}]?" <<<"$found" || { missed=$((missed + 1)); echo "C$number, typed \"$name\", is not among: $(grep -oE '"name": ?"[^"]*"' <<<"$found" | tr '\n' ' ')"; }
    done < <(typed)
    [ $n = 50 ] && [ $missed = 0 ]
}
check "the server starts" server_start one
[ -n "${SERVER[one]:-}" ] || exit 1
check "an admin joins" seat admin admin join "$(business "Hartwell Roofing" mara)"
check "100,000 people are there" load_people
check "50 people typed with an error are each among the first three" finds
