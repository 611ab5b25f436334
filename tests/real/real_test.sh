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
figures() {
    jq -e '.contacts > 250 and .won > 0 and .touchpoints_acknowledged == .touchpoints_stored and .lost == 0 and .doubled == 0 and (.leads_by_origin | length > 5) and (.reviews_by_score | length == 5)
        and .referrals_received > .referrals_won and .referrals_won > 0 and ([.referrals_by_partner[]] | add) == .referrals_received
        and ([.mean_days_to_close, .median_days_to_close | keys] | unique == [["other", "referred", "unknown"]]) and ([.median_days_to_close[].n] | add) == .won
        and .promises_kept > .promises_broken and .promises_broken > 0 and .promises_overdue > 0 and .sentiment_after_kept.positive > 0 and .sentiment_after_broken.negative > 0
        and .asks_open > 0 and .asks_open < .promises_kept and (.premium_days.enough | type == "boolean")' "$VS_TMP/figures.json"
}
check "every figure is there" figures
# The comparison can fail: after one spoiling each, beside the files, every kind of difference is named.
spoil=$(cat <<'END'
seat admin admin touch C1 call = "not in the files"
seat admin admin touch strike "$(seat admin admin touch list --limit 1 --json | jq -r ".touches[0].id")" --because test
seat admin admin referral lose "$(seat admin admin referral list --state accepted --json | jq -r ".referrals[0].number | \"R\(.)\"")" price because "not in the files"
seat admin admin promise done "$(seat admin admin promise list --overdue --json | jq -r ".promises[0].number | \"M\(.)\"")"
seat admin admin project cancel "$(seat admin admin project list --state active --json | jq -r ".projects[0].number | \"J\(.)\"")" because "not in the files"
seat admin admin review add "$(seat admin admin ask list --limit 1 --json | jq -r ".candidates[0].number | \"C\(.)\"")" bad "not in the files"
seat admin admin task add "not in the files" --due tomorrow
END
)
spoiled() { VS_SPOIL="$spoil" run --data "$data" --trial 100; }
refuses "what isn't in the files is found" spoiled
while IFS= read -r what; do
    check "by name: $what" grep -q "^$what" "$VS_TMP/err"
done <<'END'
touches by content: in the files, not exported
touches by content: exported, not in the files
touches exported under an id that was never acknowledged
referrals by content
promises overdue
promises by content
metric promises_overdue
projects by content
reviews	
metric reviews_held by label
asks open	
asks open, on the ask list
tasks made by all this
things due made by all this
END
