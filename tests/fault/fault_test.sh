#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Servers, database backends, the whole database and clients are killed under load, each VS_FAULT_KILLS (40) times with at least 16
# requests in flight; then everybody's history is compared with the database. VS_FAULT_TOUCHES (50000) must be acknowledged.
set -u
. "$VS_ROOT/tests/support/server.sh"
. "$VS_ROOT/tests/support/cluster.sh"
. "$VS_ROOT/tests/fault/load.sh"
kills=${VS_FAULT_KILLS:-40} touches=${VS_FAULT_TOUCHES:-50000}
load_start 6 3 || { fail "the load starts" "$(tail -n 3 "$VS_TMP"/*.log)"; exit 1; }
pass "the load starts"
for kind in ${VS_FAULT_KINDS:-client server backend database statement}; do
    for i in $(seq "$kills"); do "kill_$kind" "$i" || break; done
done
for kind in client server backend database; do
    [[ " ${VS_FAULT_KINDS:-$kind} " == *" $kind "* ]] || continue
    check "$kind: $kills kills, each with at least 16 requests in flight (least ${least[$kind]:-none})" [ "${killed[$kind]:-0}" -ge "$kills" ]
done
echo "# statements made to fail: ${killed[statement]:-0}; seconds: $SECONDS; acknowledged so far: $(acknowledged)"
enough() { [ "$(acknowledged)" -ge "$touches" ]; }
check "at least $touches are acknowledged" wait_for 300 enough
load_stop
check "what waited is sent" nothing_waits
verdict
