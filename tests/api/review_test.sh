#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Results reviews, checks and the promises to mend that follow a bad word, through the real programs.
set -u
. "$VS_ROOT/tests/support/server.sh"
json() { seat sales sales "$@" --json; }
owner() { psql -X -qAt -v ON_ERROR_STOP=1 -d "$(database_url one)" -c "set role vs_owner; set search_path = vs, public; $1"; }
is() { # EXPECTED COMMAND...
    local want=$1 got
    shift
    got=$("$@" 2>&1)
    [ "$got" = "$want" ] || { echo "expected $want, got $got"; return 1; }
}
field() { # PATH COMMAND...: a value of the JSON
    local path=$1
    shift
    "$@" | jq -r "$path"
}
fails_with() { # CODE TEXT COMMAND...
    local code=$1 text=$2 out status
    shift 2
    out=$("$@" 2>&1)
    status=$?
    { [ $status = "$code" ] && grep -qF -- "$text" <<<"$out"; } || { echo "expected $code and \"$text\", got $status: $out"; return 1; }
}
check "the server starts" server_start one
[ -n "${SERVER[one]:-}" ] || exit 1
seat admin admin join "$(business "Hartwell Roofing" mara)" >/dev/null
seat admin admin account add sam --name Sam --role sales >/dev/null
seat admin admin account add sue --name Sue --role service >/dev/null
seat sales sales join "$(seat admin admin account enrol sam | grep vouchsafe-join)" >/dev/null
seat service service join "$(seat admin admin account enrol sue | grep vouchsafe-join)" >/dev/null
for name in "Ann Lee" "Bob Stone" "Cy Doe" "Dee Fox"; do seat sales sales contact add "$name" >/dev/null; done
export TZ=Europe/Berlin
today=$(date +%F) in30=$(date -d "30 days" +%F) past=$(date -d "100 days ago" +%F)
followups() { owner "select count(*) from due where subject in (select review_id from review where number = $1) and fired_at is null and cancelled_at is null"; }

# --- reviews
seat sales sales deal add C1 --title "garage roof" --value 8400 >/dev/null
seat sales sales baseline add D1 heating --before 2400 --promised 1700 >/dev/null
seat sales sales promise C1 "gutters checked" by tomorrow --deal D1 >/dev/null
seat sales sales deal won D1 >/dev/null
check "completing a project plans its review" eval 'seat sales sales project complete J1 >/dev/null && is "V1 planned" eval "json review list | jq -r \".reviews[0] | \\\"V\(.number) \(.state)\\\"\""'
check "due in thirty days" is "$in30" field '.reviews[0].due_on' json review list
check "one follow-up is to come, a week before" is "$(date -d '23 days' +%F)" owner "select (at at time zone 'Europe/Berlin')::date from due where task_rule = 'review_due' and cancelled_at is null"
check "what was done long ago is history" eval 'seat sales sales project add C2 --title shed --started-on 2026-01-02 >/dev/null && seat sales sales project complete J2 --on "$past" >/dev/null && is 1 field ".reviews | length" json review list'
check "the windows are settings" eval 'seat admin admin setting set review.days 200 >/dev/null && seat sales sales project add C2 --title porch --started-on 2026-01-02 >/dev/null && seat sales sales project complete J3 --on "$past" >/dev/null && is V2 eval "json review list --contact C2 | jq -r \".reviews[0] | \\\"V\(.number)\\\"\""'
check "it is booked" says booked seat sales sales review book V1 "in 3 days"
check "its follow-up comes on that day" is "1 $(date -d '3 days' +%F)" eval 'echo "$(followups 1) $(owner "select (at at time zone '"'Europe/Berlin'"')::date from due where task_rule = '"'review_due'"' and cancelled_at is null and subject = (select review_id from review where number = 1)")"'
check "not for a day that is past" fails_with 65 "choose one to come" seat sales sales review book V1 yesterday
check "a result is needed" fails_with 64 "good bad" seat sales sales review add Ann Lee splendid "words"
check "the planned one is held" says "review V1: good" seat sales sales review add Ann Lee good "warmer, and cheaper to heat" --score 9/10
check "nothing more is to be done for it" is 0 followups 1
seat sales sales baseline result D1 heating --after 1650 --evidence bill >/dev/null
check "it shows the value beside what was promised" is "1700 1650 bill" eval 'json review show V1 | jq -r ".baselines[0] | \"\(.promised) \(.after) \(.evidence)\""'
check "and the promises" is "gutters checked" field '.promises[0].words' json review show V1
check "held is held" fails_with 65 "held or dropped before" seat sales sales review drop V1 "no"
check "a testimonial that was given with it" eval 'seat sales sales review add Cy Doe good "dry" --testimonial "the first dry winter" --publish >/dev/null && is "the first dry winter V3" eval "json testimonial list --publish | jq -r \".testimonials[0] | \\\"\(.words) V\(.review_number)\\\"\""'
check "or by itself" eval 'says Q2 seat service service testimonial add Bob Stone "would do it again" && is 1 field ".testimonials | length" json testimonial list --publish'
check "what may be shown is for them to say" eval 'seat sales sales testimonial publish Q2 >/dev/null && seat sales sales testimonial publish Q1 --publish=no >/dev/null && is 2 field ".testimonials[0].number" json testimonial list --publish'
check "another one needs no plan" says "review V4: bad" seat sales sales review add Ann Lee bad "it leaks at the chimney" --mend-by tomorrow
check "a bad result promises to mend" is "mend: it leaks at the chimney" field '.promises[] | select(.words | startswith("mend")) | .words' json promise list --contact C1
check "by the day that was said" is "$(date -d tomorrow +%F)" field '.promises[] | select(.words | startswith("mend")) | .due_on' json promise list --contact C1
check "a bad one of long ago is history" eval 'seat sales sales review add Cy Doe bad "never called back" --on "$past" >/dev/null && is 0 field ".promises | length" json promise list --contact C3'
check "planned by hand" says "planned V6" seat sales sales review plan Dee Fox by "in 2 weeks" --owner sue
check "dropped with its reason" eval 'says dropped seat sales sales review drop V6 "moved away" && is 0 followups 6'
check "of another contact's project" fails_with 65 "another contact" seat sales sales review add Dee Fox good fine --project J1
check "a review that is to come" fails_with 65 "still to come" seat sales sales review add Dee Fox good fine --on 2031-01-01
check "a partner's business is not asked: sales reads them" is "2 held" eval 'json review list --contact C1 | jq -r "[.reviews[] | select(.state == \"held\")] | \"\(length) held\""'
both() { # two seats hold the one planned review: the second finds none planned and writes its own
    seat sales sales review plan Dee Fox by "in 2 weeks" >/dev/null
    seat sales sales review add Dee Fox good one >/dev/null & local one=$!
    seat service service review add Dee Fox good two >/dev/null & local two=$!
    wait $one && wait $two && is "2 0" owner "select count(*) filter (where state = 2) || ' ' || count(*) filter (where state = 1) from review where contact_id = (select contact_id from contact where number = 4)"
}
check "two seats at once" both

# --- checks
checks() { owner "select count(*) from due where rule = 'check' and fired_at is null and cancelled_at is null"; }
check "a delivery will be followed by a check" eval 'seat service service touch Bob Stone delivery = "tiles on site" >/dev/null && is 1 checks'
check "one check is enough for a contact" eval 'seat service service touch Bob Stone support = "asked about colour" >/dev/null && is 1 checks'
check "an open complaint is not followed by one" eval 'seat service service touch Cy Doe support - "tiles broken" >/dev/null && is 1 checks'
check "nor a delivery of long ago" eval 'seat service service touch Cy Doe delivery = old --at "$(date -d "5 days ago" "+%F %H:%M")" >/dev/null && is 1 checks'
check "nor any other meeting" eval 'seat service service touch Cy Doe call = hello >/dev/null && is 1 checks'
owner "update due set at = now() where rule = 'check'" >/dev/null
opened() { [ "$(json check list --state open | jq '.checks | length')" = 1 ]; }
check "two days later it is open" wait_for 10 opened
card() { [ "$(seat service service today --json | jq -r '[.tasks[] | select(.rule == "check_due") | .subject] | join(" ")')" = K1 ]; }
check "and on the card of who delivered" wait_for 10 card
check "its answer" says "check K1: 9" seat service service check Bob Stone 9 "clean work, on time"
check "closes it" is "0 0" eval 'echo "$(checks) $(seat service service today --json | jq "[.tasks[] | select(.rule == \"check_due\")] | length")"'
check "eleven is no answer" fails_with 65 "said" seat service service check Bob Stone 11 "wow"
check "a low one, unasked, promises to mend" says "K2: 3" seat service service check Dee Fox 3 "left a mess"
check "which is a promise" is "mend: left a mess" field '.promises[0].words' json promise list --contact C4
check "said before it was due" eval 'seat service service touch Dee Fox delivery = "gutters" >/dev/null && is 1 checks && seat service service check Dee Fox 8 fine >/dev/null && is 0 checks'
check "a struck delivery has none" eval 'seat service service touch Dee Fox delivery = "by mistake" >/dev/null && seat service service undo >/dev/null && is 0 checks'
printf 'no,name\n1,Ann Lee\n' >"$VS_TMP/p.csv"; printf '[import]\nsource = crm\nkey = no\n[columns]\nname = name\n' >"$VS_TMP/p.map"
printf 'id,customer,at\n1,1,%s 00:01\n' "$today" >"$VS_TMP/t.csv"
printf '[import]\nsource = crm\nkey = id\ndate = %%Y-%%m-%%d %%H:%%M\nzone = Europe/Berlin\n[columns]\ncontact = customer\noccurred_at = at\n[defaults]\nchannel = delivery\n' >"$VS_TMP/t.map"
seat admin admin import contacts "$VS_TMP/p.csv" --mapping "$VS_TMP/p.map" >/dev/null
check "imported deliveries are history" eval 'says "1 new" seat admin admin import touches "$VS_TMP/t.csv" --mapping "$VS_TMP/t.map" && is 0 checks'

# --- a broken promise is mended by the touch that names it
seat sales sales promise Bob Stone "call back" by tomorrow >/dev/null
number=$(json promise list --contact C2 | jq '.promises[0].number')
check "only a broken one needs it" fails_with 65 "no such complaint or broken promise" seat sales sales touch Bob Stone call + sorry --mends "M$number"
seat sales sales promise break "M$number" "forgot" >/dev/null
check "it names the promise" says logged seat sales sales touch Bob Stone call + "called, all is well" --mends "M$number"
check "not another contact's" fails_with 65 "no such complaint" seat sales sales touch C1 call + sorry --mends "M$number"
check "facts add up" is t owner "select (select sum(n) from fact where kind = 'review_held') = (select count(*) from review where state = 2) and (select sum(n) from fact where kind = 'check_answered') = (select count(*) from checkup where state = 2)"

# --- the best past customers nobody has sat down with
for name in "Gil Past" "Hue Past" "Ivo Past"; do seat sales sales contact add "$name" >/dev/null; done
n=$(owner "select number from contact where name = 'Gil Past'")
for deal in "$n 100" "$((n + 1)) 900" "$((n + 2)) 500" "1 5000"; do
    seat sales sales deal add "C${deal% *}" --title old --value "${deal#* }" --opened-on "$past" >/dev/null
    seat sales sales deal won "D$(json deal list | jq '.deals[-1].number')" --on "$past" --no-project >/dev/null
done
check "look-back reviews are proposed, the best first" is "Hue Past,Ivo Past,Gil Past" eval 'json review lookback | jq -r "[.proposals[].contact] | join(\",\")"'
check "as many as a setting says" eval 'seat admin admin setting set review.lookback 2 >/dev/null && is 2 field ".proposals | length" json review lookback'
check "who has a review is no proposal" eval 'seat sales sales review plan Hue Past by "in 2 weeks" >/dev/null && is "Ivo Past" field ".proposals[0].contact" json review lookback'
