#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Clients, servers, database connections and backends, and the whole database are killed under load, each VS_FAULT_KILLS (40) times with
# at least 16 requests in flight; then everybody's history is compared with the database. VS_FAULT_TOUCHES (50000) must be acknowledged,
# and the load goes on for VS_FAULT_SECONDS (0) at least, with more kills of every kind.
set -u
. "$VS_ROOT/tests/fault/load.sh"
min=${VS_FAULT_KILLS:-40} touches=${VS_FAULT_TOUCHES:-50000} kinds=${VS_FAULT_KINDS-client outbox server connection backend database}
load_start 8 4 >"$VS_TMP/start" 2>&1 || { fail "the load starts" "$(tail -n 5 "$VS_TMP/start")"; exit 1; }
pass "the load starts"
commits_fail
round=0
done_killing() { # every kind often enough, and long enough
    local k
    [ "$SECONDS" -ge "${VS_FAULT_SECONDS:-0}" ] || return 1
    for k in $kinds; do [ "$(kills "$k" | cut -d' ' -f1)" -ge "$min" ] || return 1; done
}
until done_killing || [ $((round += 1)) -gt $((2 * min + ${VS_FAULT_SECONDS:-0})) ]; do
    for kind in $kinds statement; do "kill_$kind" "$round"; done
done
for kind in $kinds; do
    read -r n least median <<<"$(kills "$kind")"
    check "$kind: $n kills; in flight at each, least $least, median $median" [ "$n" -ge "$min" -a "$least" -ge 16 ]
done
enough() { [ "$(acknowledged)" -ge "$touches" ]; }
check "at least $touches are acknowledged" wait_for 300 enough
commits_hold
load_stop
NOWHERE=$(kills outbox | cut -d' ' -f1)
check "what was sent has a verdict" nothing_waits "$VS_TMP"/*.history
verdict
echo "# statements made to fail: $(kills statement | cut -d' ' -f1); writes taken back: $(cat "$VS_TMP"/*.err | awk '/writes were lost/ {n += $1} END {print n + 0}'); seconds: $SECONDS"
