#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Batches, strikes, timelines since, deadlines and contention over two instances (tests/api/touch.c).
set -u
. "$VS_ROOT/tests/support/server.sh"
check "the server starts" server_start one
[ -n "${SERVER[one]:-}" ] || exit 1
instance two
ASAN_OPTIONS=detect_leaks=0 timeout 300 "$VS_BIN/tests/api_touch" "$(database_url one)" "$(business "Hartwell Roofing" mara)" "${ADDRESS[one]}" "${ADDRESS[two]}" \
    "$VS_ROOT/tests/support/recount.sql"
