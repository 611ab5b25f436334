#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Batches of many businesses: 40 seats of 20 businesses log touches at once, 8 requests outstanding each; what is counted from touches
# equals a recount.
set -u
. "$VS_ROOT/tests/support/server.sh"
load=$VS_BIN/tests/bench_load
nothing() { local rows; rows=$(sql "$1") && [ -z "$rows" ] || { echo "differs: $(head -3 <<<"$rows")"; return 1; }; }
counted() { [ "$(sql "select count(*) from vs.touchpoint where refusal is null")" = "$1" ] || { echo "not $1 touches"; return 1; }; }

check "the server starts" server_start one
[ -n "${SERVER[one]:-}" ] || exit 1
mkdir "$VS_TMP/seats"
psql -X -q -d "$(database_url one)" -f "$VS_ROOT/tests/bench/fixture.sql"
"$load" keys "$VS_TMP/seats" 40 "$(business Bench admin)" >"$VS_TMP/devices"
sql "\\copy vs.device(business_id, device_id, account_id, key_hash, name) from '$VS_TMP/devices'"
check "40 seats log 4,000 touches" "$load" count "$VS_TMP/seats" 40 8 4000
check "each is there once" counted 4000
# Before and after slips are taken in: counted from its commit on, and once.
agrees() { psql -X -qAt -d "$(database_url one)" -f "$VS_ROOT/tests/support/recount.sql" | grep -q '^0 tallies missing, 0 too many'; }
check "no tally lacks or has too much" agrees
taken() { [ "$(sql "select count(*) from vs.tally_slip")" = 0 ]; }
check "what waits on slips is taken into the tally" wait_for 20 taken
check "then no tally lacks or has too much" agrees
stages="select business_id, contact_id, stage, first_at, touchpoint_id from vs.contact_stage"
first="select * from (select distinct on (business_id, contact_id, stage) business_id, contact_id, stage, occurred_at, id from vs.touchpoint
where refusal is null and stage <= 5 order by business_id, contact_id, stage, occurred_at, id) f"
check "each stage is entered by its first touch" nothing "($stages except $first) union all ($first except $stages)"
