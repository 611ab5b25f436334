#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The clocks of a referral: each starts when its state is entered, in the business's calendar, ends with what it waits for, and when it
# runs out is counted and worked on once, by three instances of which one is killed while it fires. And what is measured of it.
set -u
. "$VS_ROOT/tests/support/server.sh"
owner() { sql "set role vs_owner; set search_path = vs, public; $1"; }
is() { # EXPECTED COMMAND...
    local want=$1 got
    shift
    got=$("$@" 2>&1)
    [ "$got" = "$want" ] || { echo "expected $want, got $got"; return 1; }
}
sales() { seat sales sales "$@"; }
admin() { seat admin admin "$@"; }
check "the server starts" server_start one
[ -n "${SERVER[one]:-}" ] || exit 1
admin join "$(business "Hartwell Roofing" mara)" >/dev/null
B=$(owner "select business_id from business")
admin account add sam --name "Sam Rivers" --role sales >/dev/null
seat sales sales join "$(admin account enrol sam | grep vouchsafe-join)" >/dev/null
sales contact add "Ann Lee" --email ann@example.org >/dev/null
refer() { sales --quiet refer "$@" from Ann Lee because roof >/dev/null; }
# The clocks that run, with when they run out by the calendar's own functions from when the state was entered.
runs() { owner "select string_agg(substr(task_rule, 10), ' ' order by task_rule) from due d join referral r on d.subject = r.referral_id where r.number = $1 and d.fired_at is null and d.cancelled_at is null"; }
ends_at() { # NUMBER CLOCK SQL: of r, the referral; start: of its latest step
    owner "select d.at = ($3) from referral r join due d on d.subject = r.referral_id and d.task_rule = 'referral_$2' and d.fired_at is null and d.cancelled_at is null
           cross join lateral (select max(s.at) as start from referral_step s where s.referral_id = r.referral_id and (s.action is null or s.from_state <> s.to_state)) s where r.number = $1"
}

refer Bob Stone --cause experience
check "what came in is to be read, decided, and not left silent" is "decide news open" runs 1
check "read within 4 working hours" is t ends_at 1 open "business_hours_after('$B', s.start, 4)"
check "decided within 2 working days" is t ends_at 1 decide "business_days_after('$B', s.start, 2)"
check "news within 7 days, on a working day" is t ends_at 1 news "business_days_after('$B', s.start + interval '7 days', 0)"
check "the next to run out is shown" is "read the referral" owner "select clock from referral where number = 1"
sales referral open R1 >/dev/null
check "read is read" is "decide news" runs 1
sales referral accept R1 on 2030-01-02 >/dev/null
check "accepted: the call, and news" is "contact news" runs 1
check "called the working day after" is t ends_at 1 contact "business_days_after('$B', s.start, 1)"
admin setting set clock.news_days 3 >/dev/null
before=$(owner "select at from due where task_rule = 'referral_news' and cancelled_at is null and fired_at is null and subject = (select referral_id from referral where number = 1)")
sales referral news R1 "the offer is with them" >/dev/null
check "news starts its clock again, by the business's own setting" is t owner "select at < '$before' from due where task_rule = 'referral_news' and cancelled_at is null and fired_at is null and subject = (select referral_id from referral where number = 1)"
sales referral contact R1 >/dev/null
check "reached: only news" is news runs 1
sales referral hold R1 season because frost >/dev/null
check "at rest the source hears too" is news runs 1
sales referral resume R1 >/dev/null
sales referral win R1 --value 8400 >/dev/null
check "decided: told and thanked" is close runs 1
check "within 2 working days" is t ends_at 1 close "business_days_after('$B', s.start, 2)"
sales referral tell R1 >/dev/null
check "told alone doesn't stop it" is close runs 1
sales referral thank R1 >/dev/null
check "told and thanked do" is "" runs 1

# --- a clock runs out
refer Emil Braun
sales referral accept R2 on 2030-01-02 >/dev/null
late() { owner "update due set at = now() - interval '1 second' where rule = 'referral_clock' and fired_at is null and cancelled_at is null and task_rule = 'referral_$2' and subject = (select referral_id from referral where number = $1)"; }
late 2 contact
is_late() { [ "$(owner "select late from referral where number = $1")" = "$2" ]; }
check "the call is late" wait_for 30 is_late 2 "call the person"
check "counted once" is 1 owner "select count(*) from fact where kind = 'clock_breached' and label = 'contact'"
check "and somebody's task" is "call the person (Emil Braun)" owner "select words from task where rule = 'referral_contact' and state = 1"
check "and listed" is 2 sh -c "VOUCHSAFE_HOME=$VS_TMP/seat-sales $VS_BIN/vouchsafe-sales referral list --late --json | jq '.referrals[].number'"
sales referral contact R2 >/dev/null
check "doing it ends both" is "0 " owner "select count(*) || ' ' || coalesce(max(late), '') from referral r left join task t on t.subject = r.referral_id and t.rule = 'referral_contact' and t.state = 1 where r.number = 2 and (t.task_id is not null or r.late is not null)"
late 2 news
check "silence is late" wait_for 30 is_late 2 "let the source know how it stands"
check "and will be again in a while" is news runs 2
sales referral news R2 "they think it over" >/dev/null
check "a word to the source, and it is late no more" is "" owner "select late from referral where number = 2"
sales referral win R2 --value 100 >/dev/null
late 2 close
check "the outcome is late" wait_for 30 is_late 2 "tell the source the outcome, and thank"
sales referral tell R2 >/dev/null
sales referral thank R2 >/dev/null
check "told and thanked, and it is late no more" is "" owner "select late from referral where number = 2"

# --- once, whoever fires: three instances, one killed while it does
for n in $(seq 40); do echo "refer Person$n p$n@example.org"; done >"$VS_TMP/many"
while read -r _ name email; do refer "$name" "$email"; done <"$VS_TMP/many"
url=$(database_url one)
check "a second instance" server_start two --database.url="$url"
check "a third instance" server_start three --database.url="$url"
owner "update due set at = now() where rule = 'referral_clock' and fired_at is null and cancelled_at is null and task_rule in ('referral_open', 'referral_decide')"
some_fired() { [ "$(owner "select count(*) > 5 from due where fired_at is not null and task_rule = 'referral_open'")" = t ]; }
check "firing began" wait_for 30 some_fired
server_kill three
all_fired() { [ "$(owner "select count(*) from due where fired_at is null and cancelled_at is null and task_rule in ('referral_open', 'referral_decide')")" = 0 ]; }
check "all run out" wait_for 60 all_fired
check "each was counted once" is "80 80" owner "select count(*) || ' ' || count(distinct (subject, label)) from fact where kind = 'clock_breached' and label in ('open', 'decide')"
check "each made one task" is "80 80" owner "select count(*) || ' ' || count(distinct (subject, rule)) from task where rule in ('referral_open', 'referral_decide')"

# --- what is measured; a day's numbers are there when it is over, so it was yesterday
owner "update fact set day = day - 1, recorded_at = recorded_at - interval '1 day'" >/dev/null
figure() { admin metric show "$1" --period all --json | jq -r ".rows[0].${2:-n}"; }
check "referrals received" is 42 figure referrals_received
check "by what made the source speak" says experience admin metric show referrals_received --by label --period all
check "referrals won, with their value" is 850000 figure referrals_won value
check "first response" is 2 figure first_response
check "time to feedback" is 2 figure time_to_feedback
check "time to thanks" is 2 figure time_to_thanks
check "clocks breached" is 83 figure clocks_breached
sales contact add "Carl Other" >/dev/null
for n in 1 2; do sales deal add C2 --title roof --value 1000 >/dev/null; sales deal won "D$n" >/dev/null; done
sales deal add "Carl Other" --title roof --value 1000 >/dev/null
sales deal won D3 >/dev/null
sales contact add "Paul Paid" --origin paid >/dev/null
sales deal add "Paul Paid" --title roof --value 1000 >/dev/null
sales deal won D4 >/dev/null
owner "update fact set day = day - 1, recorded_at = recorded_at - interval '1 day' where kind like 'deal%'" >/dev/null
check "referral share of new business of known origin" is "3 0.67" sh -c "VOUCHSAFE_HOME=$VS_TMP/seat-admin $VS_BIN/vouchsafe-admin metric show referral_share --period all --json | jq -r '.rows[0] | \"\\(.n) \\(.rate * 100 | round / 100)\"'"
