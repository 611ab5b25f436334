#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Asks for three names, and the list of whom to ask: gates, reasons, the order of a day; through the real programs.
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
export TZ=Europe/Berlin
customers() { local name; for name; do seat sales sales contact add "$name" --segment customer >/dev/null; done; }
customers Ann Bob Cy Dee Eve Fay
seat sales sales contact add "Just Looking" >/dev/null
past=$(date -d "100 days ago" +%F) recent=$(date -d "20 days ago" +%F) later=$(date -d "21 days" +%F)
order() { json ask list | jq -r '[.candidates[] | .name] | join(" ")'; }
reasons() { json ask list | jq -r --arg n "$1" '.candidates[] | select(.name == $n) | .reasons | join(", ")'; }
shut() { json ask list | jq -r --arg n "$1" '.not_now[] | select(.name == $n) | .because | join("; ")'; }
made() { owner "update ask_day set day = day - 1" >/dev/null; } # as if today's order had not been read yet

# --- reasons, line by line, and the order
seat sales sales touch Ann meeting + "very happy" >/dev/null
seat sales sales touch Ann call + "still happy" >/dev/null
seat sales sales touch Bob call = hello >/dev/null
seat sales sales contact edit Cy --advocacy hyper-loyal >/dev/null
seat sales sales project add Dee --title porch --started-on "$past" >/dev/null
seat sales sales project complete J1 --on "$recent" >/dev/null
seat sales sales check Dee 9 "great" >/dev/null
seat sales sales touch Dee event + "brought her sister" >/dev/null
check "who is ready comes first, who isn't last; a prospect isn't asked" is "Dee Ann Cy Bob Eve Fay" order
check "with its reasons" is "+15 last touches positive, -15 no review held yet" reasons Ann
check "and their days" is "+15 last touches positive, +15 said 9 or 10 ($(date +%F)), +10 first project just completed ($recent), -15 no review held yet" reasons Dee
check "they add up" is 0 field '.candidates[] | select(.name == "Ann") | .readiness' json ask list
check "the weights are one table" says "+" eval 'seat sales sales ask list'
check "printed" says "result confirmed" seat sales sales ask weights
check "a business has its own" eval 'seat admin admin setting set readiness.hyper_loyal 60 >/dev/null && is 35 field ".candidates[] | select(.name == \"Cy\") | .readiness" json ask list'
check "the day's order stays" is "Dee Ann Cy Bob Eve Fay" order
check "tomorrow it is another" eval 'made; is "Cy Dee Ann Bob Eve Fay" order'
check "a page goes on where the one before ended" is "Cy Dee Ann Bob" eval 'json ask list --limit 4 | jq -r "[.candidates[].name] | join(\" \")"'
check "of one owner" is "" eval 'json ask list --owner sue | jq -r "[.candidates[].name] | join(\" \")"'
check "who becomes a customer comes last" eval 'customers Gus && is "Cy Dee Ann Bob Eve Fay Gus" order'
check "by winning a deal too" eval 'seat sales sales deal add C7 --title roof >/dev/null && seat sales sales deal won D1 >/dev/null && is "Cy Dee Ann Bob Eve Fay Just Gus" eval "order | sed \"s/ Looking//; s/Gus Just/Just Gus/\""'

# --- gates: each takes somebody out at once, and is said
check "a complaint" eval 'seat service service touch Ann call - "it leaks" >/dev/null && is "the complaint of $(date +%F) is not mended" shut Ann'
check "who has one isn't listed" eval '! order | grep -q Ann'
complaint=$(owner "select id from touchpoint where note = 'it leaks'")
check "a recovery that names it mends it" eval 'seat service service touch Ann call + "fixed" --mends $complaint >/dev/null && is "" shut Ann'
check "and its place is the old one" says "Cy Dee Ann Bob" order
check "a struck recovery doesn't" eval 'seat service service undo >/dev/null && is "the complaint of $(date +%F) is not mended" shut Ann'
check "nor does a struck complaint shut out" eval 'seat admin admin touch strike $complaint --because "wrong person" >/dev/null && is "" shut Ann'
seat sales sales promise Bob "call back" by tomorrow >/dev/null
seat sales sales promise break M1 forgot >/dev/null
check "a broken promise" is "promise M1 was broken on $(date +%F) and nothing has mended it" shut Bob
check "mended by the touch that names it" eval 'seat sales sales touch Bob call + sorry --mends M1 >/dev/null && is "" shut Bob'
seat sales sales review add Eve bad "cold in winter" >/dev/null
check "a bad result, and the promise to mend" is "promise M2 to mend is open until $(date -d "7 days" +%F); the review of $(date +%F) had a bad result" shut Eve
check "makes no ask" is 0 field '.asks | length' json ask history
seat sales sales contact edit Fay --no-ask >/dev/null
check "a wish" is "they don't want to be asked" shut Fay
check "the list says it below" says "not now, because" seat sales sales ask list

# --- a good result makes an ask due; it is made, answered, filled
check "a good result" says "V1: good" seat sales sales review add Dee good "warm at last"
check "is an ask that is due" is "A1 due" eval 'json ask history | jq -r ".asks[0] | \"A\(.number) \(.state)\""'
check "and the first reason" says "+25 result confirmed" reasons Dee
card() { [ "$(json today | jq -r '[.tasks[] | select(.rule == "ask_due") | .subject] | join(" ")')" = A1 ]; }
check "with a follow-up" wait_for 10 card
check "three names are open" is "open open open" field '[.slots[].state] | join(" ")' json ask show A1
check "not answered before it is asked" fails_with 65 "state for that" seat sales sales ask answer A1 yes
check "it is made" says "asked: A1" seat sales sales ask make Dee
check "the follow-up is gone" is 0 field '[.tasks[] | select(.rule == "ask_due")] | length' json today
check "nobody is asked twice" is "asked already; again from $(date -d "90 days" +%F)" shut Dee
check "not even on purpose" fails_with 65 "not now: asked already" seat service service ask make Dee
check "but it can be written down" eval 'says "A2" seat sales sales ask make Eve --anyway'
check "who is shut out is refused with the reason" fails_with 65 "had a bad result" seat sales sales ask make Eve
check "a yes" says yes seat sales sales ask answer A1 yes
check "a name becomes a referral" says "R1 came in" seat sales sales ask fill A1 Lotte Rank --phone "+49 30 5550199" because "same roof"
check "of who was asked, because they were" is "Dee asked" eval 'json referral show R1 | jq -r ".referral | \"\(.source) \(.cause)\""'
check "the slot holds both" is "Lotte Rank 1" eval 'json ask show A1 | jq -r ".slots[0] | \"\(.person) \(.referral_number)\""'
check "a name needs one" fails_with 64 "" seat sales sales ask fill A1
check "a taken slot isn't filled again" fails_with 65 "not open any more" seat sales sales ask fill A1 Nick Ohm --slot 1
check "one is given up" says given-up seat sales sales ask give-up A1 --slot 3 --because "only two"
two() { # two seats fill the one name that is left
    seat sales sales ask fill A1 Nick Ohm >/dev/null 2>&1 & local one=$!
    seat service service ask fill A1 Nora Ohm >/dev/null 2>&1 & local other=$! won=0
    wait $one && won=$((won + 1)); wait $other && won=$((won + 1))
    is "1 2" eval 'echo "$won $(json ask show A1 | jq "[.slots[] | select(.state == \"filled\")] | length")"'
}
check "two seats, one winner" two
again() { # two seats ask the same customer
    seat sales sales ask make Cy >/dev/null 2>&1 & local one=$!
    seat service service ask make Cy >/dev/null 2>&1 & local other=$! won=0
    wait $one && won=$((won + 1)); wait $other && won=$((won + 1))
    is "1 1" eval 'echo "$won $(json ask history --contact Cy | jq ".asks | length")"'
}
check "two seats ask: one has" again
check "later needs its day" fails_with 65 "the day they said" seat sales sales ask answer A3 later
check "later" says later seat sales sales ask answer A3 later until "$later" because "after the move"
check "shuts out until then" is "asked already; again from $later" shut Cy
check "its follow-up is to come then" is "$later" owner "select (at at time zone 'Europe/Berlin')::date from due where task_rule = 'ask_again' and fired_at is null and cancelled_at is null"
check "a no needs its words" fails_with 65 "in their own words" seat sales sales ask answer A3 no
check "a no" says no seat sales sales ask answer A3 no because "I don't mix the two" --reason keeps-it-private
check "gives the names up" is "given_up given_up given_up" field '[.slots[].state] | join(" ")' json ask show A3
check "reasons are ranked" is "keeps_it_private 1 I don't mix the two" eval 'json ask reasons | jq -r ".reasons[0] | \"\(.reason) \(.n) \(.words)\""'
check "an answer that changes takes the first one out of the numbers" is "no 1,yes 1" owner "select string_agg(label || ' ' || n, ',' order by label) from (select label, sum(n) as n from fact where kind = 'ask_answered' group by 1 having sum(n) <> 0) x"

# --- names that are open come back once
seat sales sales ask make Ann >/dev/null
seat sales sales ask answer A4 yes >/dev/null
check "after two weeks" is "$(date -d "14 days" +%F)" owner "select (at at time zone 'Europe/Berlin')::date from due where rule = 'slots' and subject = (select ask_id from ask where number = 4)"
owner "update due set at = now() where rule = 'slots' and subject = (select ask_id from ask where number = 4)" >/dev/null
back() { [ "$(json today | jq -r '[.tasks[] | select(.rule == "slots_open") | "\(.subject) \(.words)"] | join(",")')" = "A4 3 names are still open: who else needs the same?" ]; }
check "they come back" wait_for 10 back
seat sales sales task done "T$(json today | jq '.tasks[] | select(.rule == "slots_open") | .number')" >/dev/null
check "once" is 0 owner "select count(*) from due where rule in ('slots', 'task') and subject = (select ask_id from ask where number = 4) and fired_at is null and cancelled_at is null"
check "an ask of long ago is history" eval 'seat sales sales ask make Bob --on "$past" >/dev/null && is 0 owner "select count(*) from due where rule = '"'slots'"' and fired_at is null and cancelled_at is null and subject = (select ask_id from ask where number = 5)"'
check "and shuts nobody out any more" is "" shut Bob
check "who vouched before is told so" eval 'made; owner "update ask set asked_on = asked_on - 100" >/dev/null; reasons Dee | grep -q "has referred before (R"'
owner "update fact set recorded_at = recorded_at - interval '1 day', day = day - 1" >/dev/null
check "introductions per review, held ones only" is "1 2" eval 'seat admin admin metric show introductions_per_review --period all --json | jq -r ".rows[0] | \"\(.rate) \(.n)\""'
check "asks due and made are metrics" is "1 5" eval 'echo "$(seat admin admin metric show asks_due --period all --json | jq .rows[0].n) $(seat admin admin metric show asks_made --period all --json | jq .rows[0].n)"'
check "the numbers: asks due and made" is "1 5" owner "select sum(n) filter (where kind = 'ask_due') || ' ' || sum(n) filter (where kind = 'ask_made') from fact"
check "another instance has the same order" eval 'order >"$VS_TMP/order"; instance two >/dev/null; sed -i "s/^addresses=.*/addresses=${ADDRESS[two]}/" "$VS_TMP/seat-sales/sales.seat"; order | cmp - "$VS_TMP/order"'
seat sales sales wanted add "Irma Wolf" --company "Wolf Bau" because "builds a lot" >/dev/null
seat sales sales wanted add "Old Town Hotel" --contact Bob >/dev/null
check "whom we want to meet is asked for by name, first who is known to them" is "Old Town Hotel,Irma Wolf (Wolf Bau)" eval 'json ask list | jq -r ".candidates[] | select(.name == \"Bob\") | .suggest | join(\",\")"'
check "and of others who is wanted at all" is "Irma Wolf (Wolf Bau)" eval 'json ask list | jq -r ".candidates[0].suggest | join(\",\")"'
check "a name that was wanted is met" eval 'seat sales sales ask fill A4 Irma Wolf >/dev/null && is "met 1" eval "json wanted list --state met | jq -r \".wanted[0] | \\\"\(.state) \(.number)\\\"\""'
check "or given up" eval 'says dropped seat sales sales wanted close W2 dropped because sold && is 0 field ".wanted | length" json wanted list'
seat sales sales contact add "Hal" --segment customer >/dev/null
seat sales sales contact add "Hal Senior" --segment customer >/dev/null
hal=$(owner "select number from contact where name = 'Hal'") senior=$(owner "select number from contact where name = 'Hal Senior'")
seat service service touch "C$senior" call - "nobody came" >/dev/null
check "what was said under an old id counts for who was kept" eval 'seat sales sales merge "C$senior" into "C$hal" because "one person" >/dev/null; is "the complaint of $(date +%F) is not mended" shut Hal'

# --- what is asked of touches: whatever was struck, merged or taken apart again, the reasons are those of the touches that stand
face() { seat sales sales touch "$@" --id "$(new_id)" >/dev/null; }
new_id() { "$VS_BIN/tests/api_call" id; }
should() { # NAME: its reasons that come from touches, counted over all of them
    owner "with c as (select * from contact where name = '$1'),
      t as (select t.* from c join contact x on x.head_id = c.head_id join touchpoint t on t.contact_id = x.contact_id
            where t.refusal is null and not exists (select from strike s where s.touchpoint_id = t.id))
      select concat_ws(', ', (select case when bool_and(sentiment = 1) then '+15 last touches positive' end from (select sentiment from t order by occurred_at desc, id desc limit 3) l),
        case when not exists (select from t where channel in (3, 4, 9) and occurred_at > now() - interval '365 days') then '-10 no face in a year' end)"
}
of_touches() { reasons "$1" | tr ',' '\n' | sed 's/^ //' | grep -E 'touches|face' | paste -sd, | sed 's/,/, /g'; }
agrees() { is "$2" of_touches "$1" && is "$2" should "$1"; } # NAME REASONS
seat sales sales contact add "Ivo" --segment customer >/dev/null
seat sales sales contact add "Ivo Old" --segment customer >/dev/null
ivo=C$(owner "select number from contact where name = 'Ivo'") old=C$(owner "select number from contact where name = 'Ivo Old'")
check "nobody ever met them" agrees Ivo "-10 no face in a year"
face "$ivo" onsite = "measured the roof" --at "$(date -d "380 days ago" +%F) 12:00"
check "a visit longer ago than a year doesn't count" agrees Ivo "-10 no face in a year"
face "$ivo" onsite + "measured it again" --at "$(date -d "300 days ago" +%F) 12:00"
for n in 1 2 3 4; do seat sales sales touch "$ivo" email + "mail $n" >/dev/null; done
check "one within it does, whatever came since" agrees Ivo "+15 last touches positive"
seat sales sales touch "$ivo" call = "no answer" >/dev/null
check "one that isn't positive ends it" agrees Ivo ""
seat admin admin touch strike "$(owner "select id from touchpoint where note = 'no answer'")" --because "another's" >/dev/null
check "until it is struck" agrees Ivo "+15 last touches positive"
seat admin admin touch strike "$(owner "select id from touchpoint where note = 'measured it again'")" --because "another's" >/dev/null
check "a struck visit was none" agrees Ivo "+15 last touches positive, -10 no face in a year"
face "$old" meeting = "at the fair"
seat sales sales merge "$old" into "$ivo" because "one person" >/dev/null
check "merged: met under the old id, and that was the last touch" agrees Ivo ""
seat sales sales merge undo Z2 >/dev/null
check "taken apart: neither" agrees Ivo "+15 last touches positive, -10 no face in a year"
check "each has its own" agrees "Ivo Old" ""
printf 'no,name\n1,Ira\n' >"$VS_TMP/people.csv"
printf '[import]\nsource = crm\nkey = no\n[columns]\nname = name\n' >"$VS_TMP/people.map"
printf 'id,customer,at,how,mood\n1,1,%s 12:00,event,positive\n2,1,%s 12:00,call,positive\n' "$(date -d "200 days ago" +%F)" "$(date -d "10 days ago" +%F)" >"$VS_TMP/touches.csv"
printf '[import]\nsource = crm\nkey = id\ndate = %%%%Y-%%%%m-%%%%d %%%%H:%%%%M\nzone = Europe/Berlin\n[columns]\ncontact = customer\noccurred_at = at\nchannel = how\nsentiment = mood\n' >"$VS_TMP/touches.map"
seat admin admin import contacts "$VS_TMP/people.csv" --mapping "$VS_TMP/people.map" >/dev/null
seat sales sales contact edit Ira --segment customer >/dev/null
check "imported ones count as any" eval 'says "2 new" seat admin admin import touches "$VS_TMP/touches.csv" --mapping "$VS_TMP/touches.map" && agrees Ira "+15 last touches positive"'

# --- many to ask, little patience: who can't wait for the order is told so, and each reading brings it further
. "$VS_ROOT/tests/support/call.sh"
machine wire "$(seat admin admin account enrol sam | grep vouchsafe-join)" >/dev/null
owner "insert into contact(business_id, contact_id, head_id, number, name, name_key, owner_id, origin, created_by, segments)
  select c.business_id, n.id, n.id, 10000 + n.n, 'Crowd ' || n.n, 'crowd ' || n.n, c.owner_id, 'social', c.created_by, '{2}'
  from (select * from contact where name = 'Hal') c, (select n, id_made() as id from generate_series(1, 2100) n) n" >/dev/null
made
impatient() { as wire ASK_LIST page_size=1 deadline_ms=3000 | grep -o '^[A-Z_]* [A-Z_]*'; }
check "the day's order isn't made while one waits three seconds" is "UNAVAILABLE ORDER_IN_MAKING" impatient
check "the next reading goes on, but isn't through" is "UNAVAILABLE ORDER_IN_MAKING" impatient
check "then it is there" says "OK " as wire ASK_LIST page_size=1 deadline_ms=3000
check "with everybody in it" is 2100 owner "select count(*) from ask_place p join ask_day d on d.day = p.day where p.number > 10000"
made
check "a seat waits for it" is 1 eval 'json ask list --limit 1 | jq ".candidates | length"'
