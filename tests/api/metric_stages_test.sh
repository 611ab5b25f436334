#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Stages, conversion, dwell, scores, origins and attributes in numbers: a small history, told over six days of recording, whose figures
# can be counted by hand. Each as-of says the same later, folded or not, on another instance.
set -u
. "$VS_ROOT/tests/support/server.sh"
owner() { psql -X -qAt -v ON_ERROR_STOP=1 -d "$(database_url one)" -c "set role vs_owner; set search_path = vs, public; $1"; }
is() { # EXPECTED COMMAND...
    local want=$1 got
    shift
    got=$("$@" 2>&1)
    [ "$got" = "$want" ] || { echo "expected $want, got $got"; return 1; }
}
admin() { seat admin admin "$@"; }
metric() { admin metric show "$@"; }
pairs() { metric "$@" --json | jq -r '[.rows[] | "\(.period)|\(.label)=\(.n)"] | join(" ")'; }
rates() { metric "$@" --period all --json | jq -r '[.rows[] | "\(.label)=\((.rate * .n) | round)/\(.n)"] | join(" ")'; }
days() { metric "$@" --period all --json | jq -r '[.rows[] | "\(.label)=\(.n):\(.median_days * 10000 | round / 10000)"] | join(" ")'; }
import() { printf 'id,customer,at,stage,mood,score\n%s\n' "$1" >t.csv; admin import touches t.csv --mapping t.map; }
# what was recorded in this test so far today was recorded N days ago
aged() {
    local since="> now() - interval '1 hour'"
    owner "begin; lock table tally_slip; update tally set recorded_on = recorded_on - $1 where recorded_on >= current_date - 1; update fact set recorded_at = recorded_at - interval '$1 days' where recorded_at $since
      ; update touchpoint set recorded_at = recorded_at - interval '$1 days' where recorded_at $since; update strike set struck_at = struck_at - interval '$1 days' where struck_at $since
      ; update stage_entry set recorded_at = recorded_at - interval '$1 days' where recorded_at $since; update contact_was set until_at = until_at - interval '$1 days' where until_at $since
      ; update stage_set set set_at = set_at - interval '$1 days' where set_at $since; update contact set stage_set_at = stage_set_at - interval '$1 days' where stage_set_at $since
      ; update contact set created_at = created_at - interval '$1 days' where created_at $since; update business set created_at = created_at - interval '$1 days' where created_at $since; commit" >/dev/null
}
ago() { TZ=Europe/Berlin date -d "$1 days ago" +%F; }
mkdir -p "$VS_TMP/d" && cd "$VS_TMP/d" || exit 1
check "the server starts" server_start one
[ -n "${SERVER[one]:-}" ] || exit 1
admin join "$(business "Hartwell Roofing" mara)" >/dev/null
waits() { [ "$(owner "select count(*) from due where rule = 'metric_fold' and at > now()")" = 1 ]; }
check "nothing is folded while times are made up" wait_for 20 waits
printf '[import]\nsource = crm\nkey = no\n[columns]\nname = name\norigin = how\nattribute.roof = roof\n' >people.map
printf '[import]\nsource = crm\nkey = id\ndate = %%Y-%%m-%%d %%H:%%M\nzone = Europe/Berlin\n[columns]\ncontact = customer\noccurred_at = at\nstage = stage\nsentiment = mood\nscore = score\n[defaults]\nchannel = call\n' >t.map

# six days ago: a leap day, week 53, the nights the clocks change
admin attribute define roof --label Roof --kind choice --choice slate --choice tile >/dev/null
printf 'no,name,how,roof\n1,Ann Lee,referral,tile\n2,Bob Stone,paid,\n3,Cy Doe,paid,slate\n4,Di Fox,"unknown, asked",\n' >people.csv
check "contacts" says "4 new" admin import contacts people.csv --mapping people.map
check "touches" says "7 new" import '1,1,2024-02-29 10:00,know,positive,
2,1,2024-03-30 12:00,like,positive,
3,1,2024-03-31 12:00,trust,positive,9/10
4,2,2020-12-31 23:30,know,neutral,
5,2,2021-01-03 00:10,trust,negative,7/10
6,3,2024-10-27 00:30,know,positive,
7,3,2024-10-27 23:30,like,positive,9/10'
aged 6
on=(--as-of "$(ago 6)")
check "contacts by stage" is "|like=1 |none=1 |trust=2" pairs contacts --by stage --period all "${on[@]}"
check "by origin" is "|paid=2 |referral=1 |unknown, asked=1" pairs contacts --by origin --period all "${on[@]}"
check "by both" is "|like, paid=1 |none, unknown, asked=1 |trust, paid=1 |trust, referral=1" pairs contacts --by stage+origin --period all "${on[@]}"
check "by an attribute" is "|slate=1 |tile=1" pairs contacts --by attribute:roof --period all "${on[@]}"
check "at the end of each quarter, of those that passed too" is "2023-Q4|trust=1 2024-Q1|trust=2 2024-Q2|trust=2 2024-Q3|trust=2 2024-Q4|like=1 2024-Q4|trust=2" \
    pairs contacts --by stage --period quarter --from 2023-12-31 --until 2025-01-01 "${on[@]}"
check "stage entries" is "|know=3 |like=2 |trust=2" pairs stage_entries --by stage --period all "${on[@]}"
check "week 53 and the leap day's week" is "2020-W53|=2 2024-W09|=1 2024-W13|=2 2024-W43|=2" pairs stage_entries --period week "${on[@]}"
check "the leap day, the days the clocks change" is "2024-02-29|=1 2024-03-30|=1 2024-03-31|=1 2024-10-27|=2" pairs stage_entries --period day --from 2024-01-01 "${on[@]}"
check "conversion: of those who entered, who went on" is "know=3/3 like=1/2 trust=0/2" rates stage_conversion --by stage "${on[@]}"
check "dwell: the day of 23 hours is one; 48 h 40 min to the hour" is "know=3:2.0417 like=1:0.9583" days stage_dwell --by stage "${on[@]}"
check "with quartiles and mean" is "1.521 16.021 11.037" eval 'metric stage_dwell --by stage --period all "${on[@]}" --json | jq -r ".rows[0] | [.q1_days, .q3_days, .mean_days] | map(. * 1000 | round / 1000) | join(\" \")"'
check "touches by score" is "|7/10=1 |9/10=2" pairs touches --by score --period all "${on[@]}"
check "touches by attribute" is "|slate=2 |tile=3" pairs touches --by attribute:roof --period all "${on[@]}"
check "positive share by origin" is "paid=2/4 referral=3/3" rates positive_share --by origin "${on[@]}"
# five days ago: an earlier touch arrives, another is struck
check "a touch before the first" says "1 new" import '8,1,2024-02-10 10:00,know,neutral,'
admin touch strike "$(owner "select id from touchpoint t join contact c using (business_id, contact_id) where c.name = 'Bob Stone' and t.stage = 3")" --because "another Bob" >/dev/null
aged 5
on=(--as-of "$(ago 5)")
check "an earlier touch is the entry" is "2020-12|=1 2024-02|=1 2024-03|=2 2024-10|=2" pairs stage_entries "${on[@]}"
check "a struck one is none" is "|know=1 |like=1 |none=1 |trust=1" pairs contacts --by stage --period all "${on[@]}"
check "nor leads on" is "know=2/3 like=1/2 trust=0/1" rates stage_conversion --by stage "${on[@]}"
check "nor counts its score" is "|9/10=2" pairs touches --by score --period all "${on[@]}"
check "the day before still says what it said" is "|know=3 |like=2 |trust=2" pairs stage_entries --by stage --period all --as-of "$(ago 6)"
# four days ago: set back by hand
admin contact stage C1 know --because "cold again" >/dev/null
aged 4
on=(--as-of "$(ago 4)")
check "set back: the entries above are out" is "|know=3 |like=1" pairs stage_entries --by stage --period all "${on[@]}"
check "and what led to them" is "know=1/3 like=0/1" rates stage_conversion --by stage "${on[@]}"
check "from that day on it is there; where it was stays" is "$(ago 5)|trust=1 $(ago 4)|know=2" eval 'pairs contacts --by stage --period day --from "$(ago 5)" "${on[@]}" | tr " " "\n" | grep -E "trust|know=2" | xargs'
# three days ago: an origin and an attribute change
admin contact edit C2 --origin referral >/dev/null
admin contact edit C1 --set roof=slate >/dev/null
aged 3
on=(--as-of "$(ago 3)")
check "another origin" is "|paid=1 |referral=2 |unknown, asked=1" pairs contacts --by origin --period all "${on[@]}"
check "takes its entries along" is "|paid=2 |referral=2" pairs stage_entries --by origin --period all "${on[@]}"
check "another attribute takes its touches along" is "|slate=6" pairs touches --by attribute:roof --period all "${on[@]}"
check "the day before it was as it was" is "|paid=2 |referral=1 |unknown, asked=1" pairs contacts --by origin --period all --as-of "$(ago 4)"
check "of touches too" is "|slate=2 |tile=4" pairs touches --by attribute:roof --period all --as-of "$(ago 4)"
# two days ago: met again after the set-back; a deal won
check "met again" says "1 new" import "9,1,$(ago 2) 12:00,like,positive,"
admin deal add C4 --title roof --value 900 --opened-on 2024-05-01 >/dev/null
admin deal won D1 --on 2024-05-05 >/dev/null
aged 2
on=(--as-of "$(ago 2)")
check "it enters again" is "|buy=1 |know=3 |like=2" pairs stage_entries --by stage --period all "${on[@]}"
check "and is there" is "|buy=1 |know=1 |like=2" pairs contacts --by stage --period all "${on[@]}"
check "a second deal enters repeat" says "" admin deal add C4 --title gutters --value 100 --opened-on 2024-06-01
admin deal won D2 --on 2024-06-05 >/dev/null
check "today, provisional" is "true|buy=1 know=3 like=2 repeat=1" eval 'metric stage_entries --by stage --period all --as-of today --json | jq -r "\"\(.provisional)|\" + ([.rows[] | \"\(.label)=\(.n)\"] | join(\" \"))"'

everything() {
    local n of
    for n in 6 5 4 3 2; do
        for of in "contacts --by stage+origin" "stage_entries --by stage+origin" "stage_conversion --by attribute:roof" "stage_dwell --by stage" "touches --by attribute:roof" "touches --by score"; do
            # shellcheck disable=SC2086  # its words
            metric $of --csv --period quarter --as-of "$(ago $n)"
        done
    done
}
everything >unfolded.csv
owner "update due set at = now() where rule = 'metric_fold'" >/dev/null
folded() { [ "$(owner "select folded_to >= (now() at time zone zone)::date::timestamp at time zone zone from metric_fold join business using (business_id)")" = t ]; }
check "what was counted is folded into sums" wait_for 50 folded
check "day by day" is 5 owner "select count(distinct recorded_on) from metric_cell where recorded_on < (select (now() at time zone zone)::date from business)"
everything >folded.csv
check "folded or not, the same bytes" cmp unfolded.csv folded.csv
check "it holds something" [ "$(wc -l <folded.csv)" -gt 100 ]
columns="kind, dim, day, label, val, seconds, currency"
sums="sum(n), sum(value), sum(total), sum(squares)"
scratch="select kind, dim, day, label, val, seconds, '' as currency, n, null::bigint as value, total, null::numeric as squares from f, metric_contact_cells(f.business_id, '-infinity', f.folded_to)
    union all select kind, dim, day, label, val, seconds, '', n, null, null, null from f, metric_touch_delta(f.business_id, '-infinity', f.folded_to)
    union all select kind, dim, day, label, 0::int2, seconds, currency, n, value, total, squares from f, metric_fact_delta(f.business_id, '-infinity', f.folded_to, null)"
check "the sums are those of a count from scratch" is "" owner "with f as (select business_id, folded_to from metric_fold), s as (select $columns, $sums from ($scratch) x group by 1, 2, 3, 4, 5, 6, 7),
    c as (select $columns, $sums from metric_cell group by 1, 2, 3, 4, 5, 6, 7 having sum(n) <> 0)
    (table s except table c) union all (table c except table s)"
check "facts are among them" is t owner "select count(*) > 5 from metric_cell where kind in ('deal_won', 'deal_won=unknown')"
instance two
sed -i "s/^addresses=.*/addresses=${ADDRESS[two]}/" "$VS_TMP/seat-admin/admin.seat"
everything >two.csv
check "on another instance too" cmp unfolded.csv two.csv
# two of them are one person, from now on; the days before stay as they were, however they are counted
at() { sed -i "s/^addresses=.*/addresses=${ADDRESS[$1]}/" "$VS_TMP/seat-admin/admin.seat"; }
check "a merge" says "merged Z1" admin merge C2 into C4 --because "one person"
check "one contact less today" is "4 3" eval 'echo "$(metric contacts --period all --json | jq .rows[0].n) $(metric contacts --period all --as-of today --json | jq .rows[0].n)"'
check "with the entries of both" is "|buy=1 |know=3 |like=2 |repeat=1" pairs stage_entries --by stage --period all --as-of today
everything >merged.csv
check "after a merge the same bytes" cmp unfolded.csv merged.csv
owner "delete from metric_cell; update metric_fold set folded_to = '-infinity', next_to = null" >/dev/null
everything >again.csv
check "counted from scratch after it, too" cmp unfolded.csv again.csv
check "undone" says "" admin merge undo Z1
check "they are two again" is 4 eval 'metric contacts --period all --as-of today --json | jq .rows[0].n'
check "the zone stays once deals are counted by it" eval 'owner "delete from tally_slip; delete from tally; delete from metric_cell" >/dev/null; admin business edit --zone Asia/Kolkata 2>&1 | grep -q "counted by the days of the present zone"'

# a zone half an hour beside the others: days end at 18:30 UTC
seat spice admin join "$("$VS_BIN/vouchsafed" --state.directory="$VS_TMP/one" business create "Spice Route" --admin ravi --zone Asia/Kolkata)" >/dev/null
printf 'no,name,how,roof\n1,Asha Rao,referral,\n2,Dev Nair,paid,\n' | cut -d, -f1-3 >people.csv
sed -i /attribute/d people.map
sed -i 's,Europe/Berlin,UTC,' t.map
check "contacts of another business" says "2 new" seat spice admin import contacts people.csv --mapping people.map
printf 'id,customer,at,stage,mood,score\n1,1,2024-02-29 18:29,know,positive,\n2,2,2024-02-29 18:31,know,positive,\n3,1,2020-12-31 18:31,trust,positive,\n4,2,2021-01-03 18:31,trust,negative,9/10\n' >t.csv
check "their touches" says "4 new" seat spice admin import touches t.csv --mapping t.map
spice() { seat spice admin metric show "$@" --as-of today --json | jq -r '[.rows[] | "\(.period)|\(.label)=\(.n)"] | join(" ")'; }
# wherever the seat is: of these two one has another day than the business
for zone in Pacific/Kiritimati Pacific/Pago_Pago; do
    check "today is the business's, asked from $zone" is "$(TZ=Asia/Kolkata date +%F)" eval "TZ=$zone seat spice admin metric show contacts --as-of today --json | jq -r .as_of"
done
check "the leap day's end there" is "2021-01-01|=1 2021-01-04|=1 2024-02-29|=1 2024-03-01|=1" spice stage_entries --period day
check "week 53's" is "2020-W53|trust=1 2021-W01|trust=2" spice contacts --by stage --period week --until 2021-01-11
check "a score's" is "2021-01-04|9/10=1" spice touches --by score --period day
printf 'id,customer,at,stage,mood,score\n5,1,2024-03-05 12:00,know,positive,\n' >t.csv
check "a later touch enters nothing" says "1 new" seat spice admin import touches t.csv --mapping t.map
seat spice admin touch strike "$(owner "select id from touchpoint join contact c using (business_id, contact_id) where c.name = 'Asha Rao' and occurred_at = '2024-02-29 18:29Z'")" --because "another Asha" >/dev/null
check "until the first is struck" is "2021-01-01|=1 2021-01-04|=1 2024-03-01|=1 2024-03-05|=1" spice stage_entries --period day
