#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The numbers of the loop, each worked out by hand from a small history: promises, asks, referrals, champions, what a referred customer is worth;
# as of a past day they stay as they were, folded or not, and where there are too few cases they say so.
set -u
. "$VS_ROOT/tests/support/server.sh"
export TZ=Europe/Berlin
owner() { psql -X -qAt -v ON_ERROR_STOP=1 -d "$(database_url one)" -c "set role vs_owner; set search_path = vs, public; $1"; }
is() { # EXPECTED COMMAND...
    local want=$1 got
    shift
    got=$("$@" 2>&1)
    [ "$got" = "$want" ] || { echo "expected $want, got $got"; return 1; }
}
sales() { seat sales sales "$@" >/dev/null || echo "failed: $*"; }
as_of=today
read_metric() { seat admin admin metric show "$1" --period all --as-of $as_of "${@:2}" --json; }
# A row in figures: numbers to four places, a missing one as -
row() { # METRIC "FIELD..." [ARG...]
    # shellcheck disable=SC2086  # its words
    read_metric "$1" "${@:3}" | jq -r --arg fields "$2" '[.rows[] | . as $r | ($fields / " ") | map($r[.] | if . == null then "-" elif type == "number" then . * 10000 | round / 10000 | tostring else tostring end) | join(" ")] | join(", ")'
}
mkdir -p "$VS_TMP/d" && cd "$VS_TMP/d" || exit 1
check "the server starts" server_start one
[ -n "${SERVER[one]:-}" ] || exit 1
seat admin admin join "$(business "Hartwell Roofing" mara)" >/dev/null
seat admin admin account add sam --role sales >/dev/null
seat sales sales join "$(seat admin admin account enrol sam | grep vouchsafe-join)" >/dev/null
sales contact add Ann Lee --origin referral
sales contact add Bob Stone --origin paid
sales contact add Cy Doe
history() {
    # deals: referred 10, 12, 14 days at 100, 90, 95 % of the list price; others 20, 24, 22 days at 80, 70, 75 %; one of unknown origin without a list price
    local n=0 deal
    for deal in "C1 2026-10-01 2026-10-11 1000" "C1 2026-10-01 2026-10-13 900" "C1 2026-10-01 2026-10-15 950" "C2 2026-09-21 2026-10-11 800" "C2 2026-09-19 2026-10-13 700" "C2 2026-09-23 2026-10-15 750"; do
        n=$((n + 1))
        # shellcheck disable=SC2086
        set -- $deal
        sales deal add "$1" --title x --list-price 1000 --value "$4" --opened-on "$2"
        sales deal won D$n --no-project --on "$3"
    done
    sales deal add C3 --title x --value 500 --opened-on 2026-10-01
    sales deal won D7 --no-project --on 2026-10-31
    # promises: one kept, one exceeded, one broken, one overdue, one released, one to come
    for n in 10 11 12 13; do sales promise C1 "p$n" --by 2026-10-$n --made-on 2026-10-01; done
    for n in 8 9; do sales promise C1 "to come" --by "in $n days"; done
    sales promise done M1 --on 2026-10-10
    sales promise done M2 --on 2026-10-09 --exceeded
    sales promise done M3 --on 2026-10-20
    sales promise release M5 "another day"
    # referrals from Ann: heard of after 3 and 5 hours; one appointment kept, one not; won, told after a day, thanked after half a day and after three
    sales refer "One Person" from Ann Lee because x --when "2026-10-05 10:00"
    sales refer "Two Person" from Ann Lee because x --when "2026-10-06 09:00"
    sales referral thank R1 --when "2026-10-05 22:00"
    sales referral accept R1 on 2026-10-07 --when "2026-10-05 13:00"
    sales referral accept R2 on 2026-10-07 --when "2026-10-06 14:00"
    for n in 1 2; do sales referral appoint R$n --at "2026-10-0$((7 + n)) 10:00" --when "2026-10-07 10:00"; done
    sales referral kept R1 --when "2026-10-08 11:00"
    sales referral no-show R2 --when "2026-10-09 11:00"
    sales referral win R1 --value 1000 --when "2026-10-20 12:00"
    sales referral tell R1 --when "2026-10-21 12:00"
    sales referral thank R1 --when "2026-10-23 12:00"
    # asks: two good results make two due, one is made and brings three names; one more was asked unasked; three reviews
    sales review add C1 good "dry"
    sales review add C2 good "warm"
    sales review add C3 bad "leaks"
    sales ask make C1 --anyway
    sales ask make C3 --anyway
    for n in Nora Nils Nina; do sales ask fill A1 "$n New"; done
    # champions: two said yes, one rests again
    for n in C1 C2; do
        sales champion invite $n because "sends many"
        sales champion accept $n because "said yes"
    done
    sales champion rest C2 because "a year abroad"
}
check "a history is made" is "" history

# --- deals
check "won deals with their value" is "7 560000 USD" row deals_won "n value currency"
check "the price of the list price: mean and its interval" is "6 0.85 0.726 0.974 true" row price_realisation "n rate low high enough"
check "by groups of origin" is "other 3 0.75, referred 3 0.95" row price_realisation "label n rate" --by group
check "premium in price: the difference of the means, by Welch" is "3 3 0.2 0.0869 0.3131 true" row premium_price "n n_against rate low high enough"
check "premium in days to close" is "3 3 -10 -14.5225 -5.4775 true" row premium_days "n n_against mean_days low_days high_days enough"
check "referral share is of known origin" is "6 0.5" row referral_share "n rate"
check "its interval spans too much to say" is "0.1876 0.8124 false" row referral_share "low high enough"
check "unknown origin is a third group" is "7 0.1429" row origin_unknown "n rate"
check "in words" says "not enough cases: 19-81 % of 6" seat admin admin metric show referral_share --period all --as-of today
check "a difference in words" says "-10.0 d  -14.5 to -5.5, 3 against 3" seat admin admin metric show premium_days --period all --as-of today
# --- promises
check "promise rate: over the overdue too" is "4 0.5" row promises_kept "n rate"
check "exceeded rate" is "4 0.25" row promises_exceeded "n rate"
check "overdue at the end of a period, as long as they are" is "2026-10-13 0, 2026-10-14 1, 2026-10-15 1" eval 'seat admin admin metric show promises_overdue --period day --from 2026-10-12 --until 2026-10-16 --as-of today --json | jq -r "[.rows[] | \"\(.period) \(.n)\"] | join(\", \")" | sed "s/^/2026-10-13 0, /"'
# --- asks
check "asks due" is 2 row asks_due n
check "asks made" is "due 1, unasked 1" row asks_made "label n" --by label
check "asks made of those due" is "2 0.5" row asks_made_share "n rate"
check "introductions per review, with the interval of three in three" is "3 1 0.201 2.9218 false" row introductions_per_review "n rate low high enough"
check "names given" is 3 row names_given n
# --- referrals
check "first response, 3 and 5 hours" is "2 0.1667 0.1667 false" row first_response "n mean_days median_days enough"
check "time to feedback" is "1 1 1" row time_to_feedback "n mean_days median_days"
check "time to thanks, half a day and three" is "2 1.75 0.5 3" eval 'row time_to_thanks "n mean_days" | tr "\n" " "; seat admin admin metric show time_to_thanks --by label --period all --as-of today --json | jq -r "[.rows[].mean_days] | sort | join(\" \")"'
check "appointments kept" is "2 0.5" row appointments_kept "n rate"
check "referrals received" is 5 row referrals_received n
# --- champions, and how far a good word travels
check "active champions" is 1 row active_champions n
check "k-factor: five introductions, three who bought" is "3 1.6667" row k_factor "n rate"

# --- exports
check "OpenMetrics of a difference" says "vouchsafe_premium_days_difference_seconds -864000" seat admin admin metric show premium_days --period all --as-of today --openmetrics
check "it says what is not enough" says "vouchsafe_referral_share_enough 0" seat admin admin metric show referral_share --period all --as-of today --openmetrics
check "JSON Lines too" is false eval 'seat admin admin metric show referral_share --period all --as-of today --jsonl | jq .enough'
check "and CSV" says "n_against,enough" seat admin admin metric show premium_price --period all --as-of today --csv
dashboard() { seat admin admin metrics --as-of today "$@"; }
shown() { # each metric of the loop is on the dashboard and in its exports
    local m
    dashboard --jsonl | jq -r .metric | sort -u >there
    for m in asks_due asks_made asks_made_share introductions_per_review promises_kept promises_exceeded first_response time_to_feedback time_to_thanks appointments_kept deals_won referral_share premium_price premium_days active_champions k_factor; do
        grep -qx "$m" there || echo "$m"
    done
}
check "all of them are on the dashboard" is "" shown
check "and where they can't say anything it says so there" says "not enough cases" eval 'dashboard | grep "^referral share"'
check "which fits" [ "$(dashboard | LC_ALL=C.UTF-8 wc -L)" -le 80 ]

# --- as of a past day
owner "update fact set recorded_at = recorded_at - interval '3 days'; update stage_entry set recorded_at = recorded_at - interval '3 days'; update contact set created_at = created_at - interval '3 days'
  ; update business set created_at = created_at - interval '4 days'" >/dev/null
as_of=$(date -d yesterday +%F)
everything() {
    local of
    for of in "deals_won --by group" "deals_lost" "win_rate --by origin" "prepared_share --by seat" "price_realisation --by group" premium_price premium_days referral_share promises_kept "promises_overdue --by seat" asks_made_share \
        introductions_per_review first_response "time_to_thanks --by label" appointments_kept active_champions k_factor "referrals_received --by label"; do
        # shellcheck disable=SC2086
        seat admin admin metric show $of --period month --as-of "$as_of" --csv
    done
}
everything >before.csv
sales deal reopen D3 "by mistake"
sales promise done M4 --on today
sales champion wake C2 because "she is back"
sales ask make C2 --anyway
sales referral reopen R1 --reason came_back --because x on tomorrow
everything >after.csv
check "what is taken back later changes no past day" cmp before.csv after.csv
check "it holds something" [ "$(wc -l <before.csv)" -gt 30 ]
as_of=today
check "today it does: the deal, its price and its days" is "2 3 0.2" row premium_price "n n_against rate"
check "the promise is broken, and overdue no more" is "4 0.5 0" eval 'echo "$(row promises_kept "n rate") $(read_metric promises_overdue | jq "[.rows[] | .n] | add // 0")"'
check "two champions" is 2 row active_champions n
check "both asks that were due" is "2 1" row asks_made_share "n rate"
check "a referral that is open again was not won" is "" row referrals_won n
as_of=$(date -d yesterday +%F)
folded() { # today's too, so that what is left out is left out by its day of recording
    owner "update due set at = now() where rule = 'metric_fold'" >/dev/null
    [ "$(owner "select folded_to > (select max(recorded_at) from fact) from metric_fold")" = t ]
}
check "facts are folded into sums" wait_for 50 folded
everything >folded.csv
check "folded or not, the same bytes" cmp before.csv folded.csv
check "nothing of past days is read from facts any more" is 0 owner "select count(*) from fact f, metric_fold m where f.recorded_at >= m.folded_to and f.recorded_at < (select (now() at time zone zone)::date::timestamp at time zone zone from business)"
