#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Numbers: counted from a history whose counts awk works out from the same file; the same as-of gives the same bytes for ever.
set -u
. "$VS_ROOT/tests/support/server.sh"
owner() { psql -X -qAt -v ON_ERROR_STOP=1 -d "$(database_url one)" -c "set role vs_owner; set search_path = vs, public; $1"; }
is() { # EXPECTED COMMAND...
    local want=$1 got
    shift
    got=$("$@" 2>&1)
    [ "$got" = "$want" ] || { echo "expected $want, got $got"; return 1; }
}
metric() { seat admin admin metric show "$@"; }
pairs() { metric "$@" --json | jq -r '[.rows[] | "\(.period)|\(.label)=\(.n)"] | join(" ")'; }
one() { metric "${@:2}" --json | jq -r ".rows[0].$1"; }
mkdir -p "$VS_TMP/d" && cd "$VS_TMP/d" || exit 1
check "the server starts" server_start one
[ -n "${SERVER[one]:-}" ] || exit 1
seat admin admin join "$(business "Hartwell Roofing" mara)" >/dev/null
seat admin admin account add sam --role sales >/dev/null
seat admin admin account add max --role manager >/dev/null
seat sales sales join "$(seat admin admin account enrol sam | grep vouchsafe-join)" >/dev/null
seat manager admin join "$(seat admin admin account enrol max | grep vouchsafe-join)" >/dev/null

# 400 touches over 60 days in Berlin, some just before and after midnight there and on the days the clocks change
printf 'no,name,how\n1,Ann Lee,referral\n2,Bob Stone,\n3,Cy Doe,paid\n' >people.csv
printf '[import]\nsource = crm\nkey = no\n[columns]\nname = name\norigin = how\n[defaults]\norigin = unknown, not asked\n' >people.map
seat admin admin import contacts people.csv --mapping people.map >/dev/null
awk 'BEGIN { srand(7); split("call email meeting event survey", how, " "); split("positive neutral negative", mood, " ")
    print "id,customer,at,how,mood,stage,who"
    for (i = 1; i <= 400; i++) {
        day = 1 + int(rand() * 60); minute = int(rand() * 1440); if (i % 10 == 0) { day = i % 20 == 0 ? 26 : 57; minute = i % 40 == 0 ? 1439 : 0 }
        month = day <= 31 ? 10 : 11; d = day <= 31 ? day : day - 31; if (d > 20 && month == 11) d = 20
        printf "%d,%d,2026-%02d-%02d %02d:%02d,%s,%s,%s,%s\n", i, 1 + i % 3, month, d, minute / 60, minute % 60, how[1 + int(rand() * 5)], mood[1 + int(rand() * 3)], (i % 2 ? "trust" : "try"), (i % 4 ? "sam" : "")
    } }' >touches.csv
printf '[import]\nsource = crm\nkey = id\ndate = %%Y-%%m-%%d %%H:%%M\nzone = Europe/Berlin\n[columns]\ncontact = customer\noccurred_at = at\nchannel = how\nsentiment = mood\nstage = stage\nlogin = who\n' >touches.map
check "a history is imported" says "400 new" seat admin admin import touches touches.csv --mapping touches.map
deal() { seat sales sales deal add "$1" --title x --value "$2" --opened-on "$3" >/dev/null; }
deal C1 1000 2026-10-01; deal C1 500 2026-10-05; deal C2 300 2026-10-05; deal C3 700 2026-10-10; deal C3 50 2026-10-11
seat sales sales deal edit D1 --conversation 2026-10-02 >/dev/null
seat sales sales deal won D1 --on 2026-10-11 >/dev/null
seat sales sales deal won D2 --on 2026-11-05 >/dev/null
seat sales sales deal won D3 --on 2026-11-06 >/dev/null
seat sales sales deal won D4 --on 2026-11-07 >/dev/null
seat sales sales deal lost D5 "price" --on 2026-11-08 >/dev/null
check "what was recorded today isn't in yesterday's as-of" is "" pairs touches
# as if all of it had been recorded three days ago
owner "begin; lock table tally_slip; update tally set recorded_on = recorded_on - 3; update fact set recorded_at = recorded_at - interval '3 days'; update touchpoint set recorded_at = recorded_at - interval '3 days'; commit" >/dev/null

count() { awk -F, -v key="$1" 'NR > 1 { k = key == "month" ? substr($3, 1, 7) "|" : key == "day" ? substr($3, 1, 10) "|" : key == "channel" ? "|" $4 : key == "mood" ? "|" $5 : key == "stage" ? "|" $6 : "|" ($7 == "" ? "mara" : $7); n[k]++ }
    END { for (k in n) print k "=" n[k] }' touches.csv | LC_ALL=C sort | tr '\n' ' ' | sed 's/ $//'; }
check "touches by month" is "$(count month)" pairs touches
check "by day, the business's, over a change of the clocks and midnight" is "$(count day)" pairs touches --period day
check "by channel" is "$(count channel)" pairs touches --period all --by channel
check "by sentiment" is "$(count mood)" pairs touches --period all --by sentiment
check "by stage" is "$(count stage)" pairs touches --period all --by stage
check "by seat" is "$(count seat)" pairs touches --period all --by seat
check "positive share" is "$(awk -F, 'NR > 1 { n++; k += $5 == "positive" } END { printf "%.6f", k / n }' touches.csv)" eval 'metric positive_share --period all --json | jq -r ".rows[0].rate * 1000000 | round / 1000000" | xargs printf "%.6f"'
check "periods are half-open" is "$(awk -F, 'NR > 1 && $3 >= "2026-10-26" && $3 < "2026-10-27" { n++ } END { print n }' touches.csv)" one n touches --period all --from 2026-10-26 --until 2026-10-27
check "deals won by month" is "2026-10|=1 2026-11|=3" pairs deals_won
check "their value" is 250000 one value deals_won --period all
check "three groups of origin, never two" is "|other=1 |referred=2 |unknown=1" pairs deals_won --period all --by group
check "days to close, 10 28 31 32: the mean, and the median beside it" is "25.25/29.5" eval 'metric deals_won --period all --json | jq -r ".rows[0] | \"\(.mean_days)/\(.median_days)\""'
check "win rate with its interval" is "0.8 0.376 0.964" eval 'metric win_rate --period all --json | jq -r ".rows[0] | [.rate, .low, .high] | map(. * 1000 | round / 1000) | join(\" \")"'
check "won with the referral conversation" is 0.25 one rate prepared_share --period all
check "by seat" is "|sam=4" pairs deals_won --period all --by seat

everything() { for m in touches positive_share deals_won win_rate prepared_share; do for p in day week month quarter all; do metric $m --period $p --csv; done; done; metric touches --by channel --csv; metric touches --by seat --csv; metric deals_won --by group --csv; }
everything >before.csv
awk -F, 'BEGIN { OFS = "," } NR == 1 { print; next } { $1 = $1 + 10000; print }' touches.csv | head -n 101 >late.csv
check "later touches of those days" says "100 new" seat admin admin import touches late.csv --mapping touches.map
seat sales sales deal reopen D2 "by mistake" >/dev/null
owner "select id from touchpoint where account_id = (select account_id from account where login = 'mara') order by id limit 5" | while read -r id; do seat admin admin touch strike "$id" --because test >/dev/null; done
everything >after.csv
check "the same as-of has the same bytes" cmp before.csv after.csv
check "it holds something" [ "$(wc -l <before.csv)" -gt 100 ]
instance two
sed -i "s/^addresses=.*/addresses=${ADDRESS[two]}/" "$VS_TMP/seat-admin/admin.seat"
everything >two.csv
check "on another instance too" cmp before.csv two.csv
check "an older as-of knows less" is "" pairs touches --as-of "$(TZ=Europe/Berlin date -d '10 days ago' +%F)"

# while the tally is held, what was logged stays on slips: counted at once all the same, and once when it is taken in
mkfifo hold
psql -X -q -d "$(database_url one)" <hold >held 2>&1 &
holder=$!
exec {HOLD}>hold
echo "begin; lock table vs.tally in share mode; select 'held';" >&"$HOLD"
wait_for 20 grep -q held held
for n in 1 2 3; do seat admin admin touch C1 call + "on a slip $n" >/dev/null; done
slips() { [ "$(sql "select coalesce(sum(cardinality(touches)), 0) from vs.tally_slip")" = "$1" ]; }
today() { metric touches --period all --as-of today --by channel --csv; }
check "three touches are on slips" slips 3
today >waiting.csv
check "and counted" [ "$(one n touches --period all --as-of today)" = "$(owner "select count(*) from touchpoint t where t.refusal is null and not exists (select from strike s where s.touchpoint_id = t.id)")" ]
echo "rollback;" >&"$HOLD"
exec {HOLD}>&-
check "they are taken into the tally" wait_for 30 slips 0
wait $holder
today >taken.csv
check "which counts the same" cmp waiting.csv taken.csv

for d in 2026-12-31:2026-W53 2027-01-03:2026-W53 2027-01-04:2027-W01 2028-02-29:2028-W09; do
    check "week of ${d%:*}" is "${d#*:}" owner "select period_of('${d%:*}', 2)"
done
check "the end of a day in a zone with a half-hour offset" is "2026-11-23 18:30:00+00" eval "owner \"set time zone 'UTC'; update business set zone = 'Asia/Kolkata'; select as_of_end(business_id, '2026-11-23') from business\""
check "a manager reads them" says "2026-10" seat manager admin metric show deals_won
says_no() { local out; out=$("${@:2}" 2>&1) && { echo "it succeeded: $out"; return 1; }; grep -qF -- "$1" <<<"$out" || { echo "got $out"; return 1; }; }
check "and nothing else" says_no "may not" seat manager admin contact find ann
check "a metric that isn't" says_no "no such record" metric nonsense
check "a breakdown that isn't" says_no "no such record" metric touches --by nonsense
check "cells can't start a formula" eval 'owner "update fact set origin = '"'=cmd'"' where origin = '"'paid'"'" >/dev/null; metric deals_won --by origin --period all --csv | grep -q "^,'"'"'=cmd,"'
check "every metric says what it is" is 0 eval 'seat admin admin metric list --json | jq "[.metrics[] | select(.definition == null or .decision == null)] | length"'
