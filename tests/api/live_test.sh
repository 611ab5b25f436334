#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The live record: two instances of one installation on one database (tests/api/live.c).
set -u
. "$VS_ROOT/tests/support/server.sh"
check "the server starts" server_start one --limit.stalled_ms=600000 # who does not read is to be told, not cut, on slow machines too
[ -n "${SERVER[one]:-}" ] || exit 1
instance two
ASAN_OPTIONS=detect_leaks=0 timeout 900 "$VS_BIN/tests/api_live" "$(database_url one)" "$(business "Hartwell Roofing" mara)" "${ADDRESS[one]}" "${ADDRESS[two]}"
