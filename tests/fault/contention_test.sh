#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Eight seats write touches, and whatever else they may, of one business at once, over two instances with two writing connections each:
# no deadlock, tallies and stage entries equal their recounts. VS_CONTENTION_TOUCHES (15000).
set -u
. "$VS_ROOT/tests/fault/load.sh"
BUSINESS=1
load_start 8 0 >"$VS_TMP/start" 2>&1 || { fail "the load starts" "$(tail -n 5 "$VS_TMP/start")"; exit 1; }
enough() { [ "$(acknowledged)" -ge "${VS_CONTENTION_TOUCHES:-15000}" ]; }
check "eight seats write" wait_for 300 enough
# What a connection runs at one moment may be something else: those that were seen writing are gathered.
four_writers() {
    ask_owner -c "select pid from pg_stat_activity where application_name = 'vouchsafed' and query like '%insert into touchpoint%'" >>"$VS_TMP/writers"
    [ "$(sort -u "$VS_TMP/writers" | wc -l)" = 4 ]
}
check "over four connections" wait_for 60 four_writers
load_stop
check "what was sent has a verdict" nothing_waits "$VS_TMP"/*.history
check "the database counts no deadlock" same 0 "$(ask_owner -c "select deadlocks from pg_stat_database where datname = current_database()")"
check "no batch failed" same 0 "$(cat "$VS_TMP"/one.log "$VS_TMP"/two.log | grep -c event=batch_failed)"
verdict
