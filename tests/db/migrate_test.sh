#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Migrations from nothing, twice, two at once; a schema that is edited, newer or older than the program is refused in words.
set -u
. "$VS_ROOT/tests/support/check.sh"
. "$VS_ROOT/tests/support/cluster.sh"
cluster_start || exit 1
files=$(cd "$VS_ROOT/sql/migrations" && printf '%s\n' *.sql | wc -l)
applied() { query "$1" "select string_agg(version || ' ' || name || ' ' || checksum || ' ' || at, ';' order by version) from public.vs_migration"; }
serves() { timeout 60 "$VS_BIN/vouchsafed" --state.directory="$VS_TMP/state" --listen.address=127.0.0.1:0 --database.url="$(url "$1")"; }

check "an empty database is brought up to date" migrated one
check "every file is applied once" same "$files" "$(query one 'select count(*) from public.vs_migration')"
before=$(applied one)
check "a second time succeeds" migrate one
check "and changes nothing" same "$before" "$(applied one)"

database two
migrate two >"$VS_TMP/first" 2>&1 &
first=$!
migrate two >"$VS_TMP/second" 2>&1 &
second=$!
wait $first
a=$?
wait $second
check "two migrators at once both succeed" same "0 0" "$a $?"
check "and apply every file once" same "$files" "$(query two 'select count(*) from public.vs_migration')"

migrated edited >/dev/null 2>&1
query edited "update public.vs_migration set checksum = 'edited' where version = 1"
check "an edited migration is refused by migrate" says "applied in another form" migrate edited
check "and by the server" says "applied in another form" serves edited
migrated newer >/dev/null 2>&1
query newer "insert into public.vs_migration(version, name, checksum) values (9999, '9999_later', 'x')"
check "a newer schema is refused by migrate" says "use a newer vouchsafed" migrate newer
check "and by the server" says "use a newer vouchsafed" serves newer
migrated older >/dev/null 2>&1
query older "delete from public.vs_migration where version = (select max(version) from public.vs_migration)"
check "an older schema is refused by the server, which says what to run" says "vouchsafed migrate" serves older

database broken
query broken "create schema vs"
refuses "a migration that fails is told" migrate broken
check "and leaves nothing" same 0 "$(query broken "select count(*) from public.vs_migration")"
query broken "drop schema vs"
check "and can be run again when the cause is gone" migrate broken
check "no two files share a number" same "" "$(cd "$VS_ROOT/sql/migrations" && printf '%s\n' *.sql | cut -c1-4 | sort | uniq -d)"
