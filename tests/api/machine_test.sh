#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Every state × action × actor of a referral, and two seats at once on two instances (tests/api/machine.c).
set -u
. "$VS_ROOT/tests/support/server.sh"
check "the server starts" server_start one
[ -n "${SERVER[one]:-}" ] || exit 1
instance two
ASAN_OPTIONS=detect_leaks=0 timeout 600 "$VS_BIN/tests/api_machine" "$(database_url one)" "$(business "Hartwell Roofing" mara)" "${ADDRESS[one]}" "${ADDRESS[two]}"
