#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The real run with the first leads and customers, where the data is there; and what it must not pass over. Not in the default run: tests/run real
set -u
. "$VS_ROOT/tests/support/check.sh"
data=${VS_OLIST:-$VS_ROOT/../shared/data/olist}
run() { "$VS_ROOT/tests/real/run" "$@" >"$VS_TMP/out" 2>"$VS_TMP/err" || { tail -n 5 "$VS_TMP/err"; return 1; }; }
no_data() { run --data "$VS_TMP"; grep -qF "name the directory of the olist files with --data DIR or VS_OLIST" "$VS_TMP/err"; }
check "without the data it says what is missing" no_data
[ -r "$data/olist_closed_deals_dataset.csv" ] || { echo "skip the real run: no olist data in $data"; exit 0; }
command -v sqlite3 >/dev/null || { echo "skip the real run: sqlite3 is not installed"; exit 0; }
check "what 250 leads and customers left behind is what the files say" run --data "$data" --trial 250 --json "$VS_TMP/figures.json"
check "every figure is there" jq -e '.contacts > 250 and .won > 0 and .touchpoints_acknowledged == .touchpoints_stored and .lost == 0 and .doubled == 0 and (.leads_by_origin | length > 5) and (.reviews_by_score | length == 5)' "$VS_TMP/figures.json"
# the comparison can fail: one touch logged beside the files, one struck out
spoiled() { VS_SPOIL="$1" run --data "$data" --trial 100; }
refuses "a touch too many is found" spoiled 'seat admin admin touch C1 call = "not in the files"'
check "by its content" grep -q "exported, not in the files" "$VS_TMP/err"
refuses "a touch that is missing is found" spoiled 'seat admin admin touch strike "$(seat admin admin touch list --limit 1 --json | jq -r ".touches[0].id")" --because test'
check "as missing" grep -q "in the files, not exported" "$VS_TMP/err"
