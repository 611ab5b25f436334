#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A batch that is held up holds nobody else up: with one of the two writing connections standing still, one business's touches on it, another
# business logs on over the other.
set -u
. "$VS_ROOT/tests/support/server.sh"
check "the server starts" server_start one
[ -n "${SERVER[one]:-}" ] || exit 1
load=$VS_BIN/tests/bench_load
psql -X -q -d "$(database_url one)" -f "$VS_ROOT/tests/bench/fixture.sql"
line=$(business "Free" free)
mkdir "$VS_TMP/seats"
"$load" keys "$VS_TMP/seats" 1 "$line" >"$VS_TMP/devices"
sql "\\copy vs.device(business_id, device_id, account_id, key_hash, name) from '$VS_TMP/devices'"
check "another business" seat free admin join "$line"
seat free admin contact add "Ann Lee" --origin referral >/dev/null
stored() { sql "select count(*) from vs.touchpoint where business_id <> (select business_id from vs.business where name = 'Free')"; }
check "a seat with eight touches outstanding" "$load" count "$VS_TMP/seats" 1 8 8
writers() { sql "select pid from pg_stat_activity where application_name = 'vouchsafed' and query like 'with u as materialized%' order by pid"; }
check "writes over two connections" same 2 "$(writers | wc -l)"
stopped=$(writers | head -n 1)
[ -n "$stopped" ] || exit 1
kill -STOP "$stopped"
"$load" count "$VS_TMP/seats" 1 8 8 >"$VS_TMP/load" 2>&1 &
loader=$!
some() { [ "$(stored)" -gt 8 ]; }
check "with one standing still the other's share comes through" wait_for 20 some
check "another business logs on" seat free admin touch C1 call + "not held up"
check "more than once" seat free admin touch C1 call + "nor is this"
check "while the first still waits" kill -0 $loader
check "for what isn't stored" test "$(stored)" -lt 16
kill -CONT "$stopped"
all() { [ "$(stored)" = 16 ]; }
check "moving again everything is there" wait_for 30 all
wait $loader
check "and was acknowledged" same 0 $?
