#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The past of another system, imported: projects, promises, results reviews and referrals. It counts on its days, starts no clock, makes no task.
set -u
. "$VS_ROOT/tests/support/import.sh"
mkdir -p "$VS_TMP/d" && cd "$VS_TMP/d" || exit 1
check "the server starts" server_start one
[ -n "${SERVER[one]:-}" ] || exit 1
seat admin admin join "$(business "Hartwell Roofing" mara)" >/dev/null
seat admin admin account add sam --name Sam --role sales >/dev/null
seat admin admin partner add "Acme Plumbing" >/dev/null
printf 'no,name,kind\n1,Ann Lee,customer\n2,Bob Stone,customer\n3,Cy Doe,prospect\n4,Di Fox,prospect\n' >people.csv
printf '[import]\nsource = crm\nkey = no\n[columns]\nname = name\nsegment = kind\n' >people.map
check "contacts" counts 4/0/0 contacts people.csv --mapping people.map
printf 'deal,customer,title,state,amount,closed\nD1,3,roof,won,100,2026-04-20\nD2,4,shed,lost,50,2026-04-21\n' >deals.csv
printf '[import]\nsource = sales\nkey = deal\ncontact_source = crm\n[columns]\ncontact = customer\ntitle = title\nstate = state\nvalue = amount\nclosed_on = closed\n' >deals.map
check "deals" counts 2/0/0 deals deals.csv --mapping deals.map
head_of_map() { printf '[import]\nsource = shop\nkey = %s\ncontact_source = crm\ndeal_source = sales\ndate = %%Y-%%m-%%d %%H:%%M:%%S\nzone = America/Sao_Paulo\n[columns]\ncontact = customer\n' "$1"; }
thrice() { # EXPECTED NOUN N: a dry run stores none, then it is stored, then it is there
    local new=${1%%/*} refused=${1##*/}
    check "a dry run of $2 judges every row" counts "$1" "$2" "$2.csv" --mapping "$2.map" --dry-run
    check "and stores none" is 0 owner "select count(*) from ${2%s}"
    check "$2" counts "$1" "$2" "$2.csv" --mapping "$2.map" --verdicts "$2.rows" --rejects "$2.bad"
    check "the same $2 again" counts "0/$new/$refused" "$2" "$2.csv" --mapping "$2.map"
    check "are there once" is "$new" owner "select count(*) from ${2%s}"
    check "the refused ones stand in a file to be mended" is "$refused" eval "tail -n +2 $2.bad | wc -l"
}

cat >projects.csv <<'END'
job,customer,deal,what,state,begun,finished,who
1,1,,order one,,2018-10-20 09:10:11,2018-11-04 00:00:00,sam
2,2,,order two,active,2018-10-20 23:59:59,,
3,3,D1,roof,completed,2026-04-21 08:00:00,2026-05-02 08:00:00,
4,2,,order four,cancelled,2018-10-21 08:00:00,,
5,9,,nobody's,,2018-10-20 09:00:00,,
6,1,,,,2018-10-20 09:00:00,,
7,1,,no end,completed,2018-10-20 09:00:00,,
8,1,,no state,active,2018-10-20 09:00:00,2018-10-21 09:00:00,
9,1,,backwards,,2018-10-20 09:00:00,2018-10-19 09:00:00,
10,1,,ahead,,2118-10-20 09:00:00,,
11,1,,whose,,2018-10-20 09:00:00,,nobody
12,1,D1,another's,,2018-10-20 09:00:00,,
13,1,D9,no deal,,2018-10-20 09:00:00,,
END
{ head_of_map job; printf 'deal = deal\ntitle = what\nstate = state\nstarted_on = begun\nended_on = finished\nowner = who\n'; } >projects.map
thrice 4/0/9 projects
check "of somebody who isn't here" verdict_of projects.rows 6 "import contacts first"
check "without a title" verdict_of projects.rows 7 "title is empty"
check "completed without a day" verdict_of projects.rows 8 "needs the day it ended"
check "active with one" verdict_of projects.rows 9 "leave the day out"
check "ended before it began" verdict_of projects.rows 10 "before the day it began"
check "still to come" verdict_of projects.rows 11 "still to come"
check "of nobody here" verdict_of projects.rows 12 "no open account of staff"
check "of another contact's deal" verdict_of projects.rows 13 "another contact"
check "of a deal that isn't here" verdict_of projects.rows 14 "import deals first"
check "a day is the day that is written, also where its midnight doesn't exist" is "2018-10-20 2018-11-04 sam" \
    owner "select j.started_on || ' ' || j.ended_on || ' ' || a.login from project j join account a on a.account_id = j.owner_id where j.title = 'order one'"
check "completed ones count on their day" is "2018-11-04 15;2026-05-02 11" owner "select string_agg(day || ' ' || seconds / 86400, ';' order by day) from fact where kind = 'project_completed'"
check "one that was cancelled nobody knows when ends today" is t owner "select ended_on = today_of(business_id) from project where title = 'order four'"
check "a project of a deal belongs to it" is D1 eval "seat admin admin project list --json | jq -r '.projects[] | select(.title == \"roof\") | \"D\\(.deal_number)\"'"

cat >promises.csv <<'END'
no,customer,job,deal,what,by,made,done,state,who
1,1,1,,by its day,2018-11-04 00:00:00,2018-10-20 09:10:11,2018-11-04 22:10:00,,sam
2,1,1,,later,2018-11-04 00:00:00,2018-10-20 09:10:11,2018-11-05 00:10:00,,
3,2,2,,never told,2018-11-04 00:00:00,2018-10-20 09:10:11,,,
4,2,,,more than that,2018-11-04 00:00:00,,2018-11-01 09:00:00,exceeded,
5,3,,D1,to come,2118-11-04 00:00:00,2026-04-21 09:00:00,,,
6,2,,,let go,2018-11-04 00:00:00,,2018-11-01 09:00:00,released,
7,2,,,kept too late,2018-11-04 00:00:00,,2018-11-09 09:00:00,kept,
8,2,,,released too late,2018-11-04 00:00:00,,2018-11-09 09:00:00,released,
9,2,1,,another's project,2018-11-04 00:00:00,,,,
10,2,77,,no project,2018-11-04 00:00:00,,,,
11,2,,,,2018-11-04 00:00:00,,,,
12,2,,,no day,,,,,
13,2,,,made after,2018-11-04 00:00:00,2018-11-05 00:00:00,,,
14,2,,,kept when,2018-11-04 00:00:00,,,kept,
15,2,,,open but done,2018-11-04 00:00:00,,2018-11-01 09:00:00,open,
16,2,,,no such day,tomorrowish,,,,
END
{ head_of_map no; printf 'project = job\ndeal = deal\nwords = what\ndue_on = by\nmade_on = made\nsettled_on = done\nstate = state\nowner = who\n'; } >promises.map
thrice 6/0/10 promises
check "its days decide" is "by its day kept;later broken;let go released;more than that exceeded;never told overdue;to come open" \
    eval "seat admin admin promise list --json | jq -r '[.promises[] | .words + \" \" + (if .overdue then \"overdue\" else .state end)] | sort | join(\";\")'"
check "kept after its day" verdict_of promises.rows 8 "leave the state out"
check "released after it" verdict_of promises.rows 9 "its day has passed"
check "of another's project" verdict_of promises.rows 10 "another contact"
check "of a project that isn't here" verdict_of promises.rows 11 "import projects first"
check "without words" verdict_of promises.rows 12 "what was promised is empty"
check "without a day" verdict_of promises.rows 13 "needs the day it is due"
check "due before it was made" verdict_of promises.rows 14 "before it was made"
check "settled without a day" verdict_of promises.rows 15 "needs the day of that"
check "open with one" verdict_of promises.rows 16 "leave the state out, or the day"
check "a day that is none" verdict_of promises.rows 17 "due_on: "
check "settled ones count on their days" is "promise_broken 2018-11-05;promise_exceeded 2018-11-01;promise_kept 2018-11-04;promise_released 2018-11-01" \
    owner "select string_agg(kind || ' ' || day, ';' order by kind) from fact where kind like 'promise%' and kind <> 'promise_overdue'"
check "one that is open is overdue from the day after its day on" is "promise_overdue" owner "select string_agg(distinct f.kind, ' ') from fact f join promise p on p.promise_id = f.subject where p.state = 1 and f.day = p.due_on + 1"
check "the metric knows them, and the overdue one" is "4 0.5" eval "seat admin admin metric show promises_kept --period all --as-of today --json | jq -r '.rows[0] | \"\\(.n) \\(.rate * 100 | round / 100)\"'"

cat >reviews.csv <<'END'
no,customer,job,at,stars,said
1,1,1,2018-11-06 08:00:00,2,late
2,1,1,2018-11-06 20:00:00,5,"mended, thank you"
3,2,2,2018-11-06 20:00:00,4,
4,2,2,2018-11-06 21:00:00,3,meh
5,2,1,2018-11-06 21:00:00,5,another's
6,2,2,2118-11-06 21:00:00,5,ahead
7,2,2,2018-11-06 21:00:00,,no result
8,2,2,,5,no time
9,2,2,2018-11-06 21:00:00,6,too many
END
{ head_of_map no; printf 'project = job\nheld_at = at\nresult = stars\nscore = {stars}/5\nwords = said\n[values result]\n5 = good\n4 = good\n6 = good\n* = bad\n'; } >reviews.map
seq 10 29 | sed 's/.*/&,1,1,2018-11-06 09:00:00,1,before/' >>reviews.csv # so many, since ids are hashes
thrice 24/0/5 reviews
check "a review of another's project" verdict_of reviews.rows 6 "another contact"
check "one that is to come" verdict_of reviews.rows 7 "still to come"
check "one without a result" verdict_of reviews.rows 8 "result\|score"
check "one without a time" verdict_of reviews.rows 9 "held_at"
check "more than its scale" verdict_of reviews.rows 10 "score"
check "they know their project and their time" is "order one 2018-11-06T22:00:00Z 5 5 good" \
    eval "seat admin admin review list --json | jq -r '.reviews[] | select(.words == \"mended, thank you\") | \"\\(.project) \\(.held_at) \\(.score) \\(.score_scale) \\(.result)\"'"
check "held ones count on their day" is "bad 22;good 2" owner "select string_agg(label || ' ' || n, ';' order by label) from (select label, sum(n) n from fact where kind = 'review_held' and day between '2018-11-06' and '2018-11-07' group by 1) x"
check "of two on a day the later is the latest: Ann's was good" eval "! seat admin admin ask not-now --json | jq -e '.candidates[] | select(.name == \"Ann Lee\") | .because[] | select(test(\"bad result\"))'"
check "and Bob's bad" eval "seat admin admin ask not-now --json | jq -e '.candidates[] | select(.name == \"Bob Stone\") | .because[] | select(test(\"bad result\"))'"

cat >referrals.csv <<'END'
no,customer,by_contact,by_partner,why,at,decided,reached,met,how,closed,state,deal,amount,code,said,who
1,3,,Acme Plumbing,leak,2026-03-01 09:00:00,2026-03-02 10:00:00,2026-03-02 12:00:00,2026-03-05 15:00:00,kept,2026-04-20 18:00:00,won,D1,,,,sam
2,4,1,,saw the roof,2026-03-01 09:00:00,,,,,2026-03-20 18:00:00,lost,,,price,too dear,
3,4,,P1,again,2026-03-02 09:00:00,2026-03-03 09:00:00,,,,,declined,,,no_fit,flat roof,
4,2,1,,open,2026-03-01 09:00:00,2026-03-01 09:00:00,,,,,accepted,,,,,
5,2,1,,,2026-03-04 09:00:00,,,,,,,,,,,
6,2,1,P1,two sources,2026-03-04 09:00:00,,,,,,,,,,,
7,2,,,none,2026-03-04 09:00:00,,,,,,,,,,,
8,2,,Nobody,no partner,2026-03-04 09:00:00,,,,,,,,,,,
9,2,1,,no decision,2026-03-04 09:00:00,,,,,,accepted,,,,,
10,2,1,,no value,2026-03-04 09:00:00,,,,,2026-03-05 09:00:00,won,,,,,
11,2,1,,another's deal,2026-03-04 09:00:00,,,,,2026-03-05 09:00:00,won,D1,,,,
12,4,1,,lost deal,2026-03-04 09:00:00,,,,,2026-03-05 09:00:00,won,D2,,,,
13,2,1,,no reason,2026-03-04 09:00:00,,,,,2026-03-05 09:00:00,lost,,,price,,
14,2,1,,backwards,2026-03-04 09:00:00,2026-03-03 09:00:00,,,,,accepted,,,,,
15,2,1,,withdrawn,2026-03-04 09:00:00,,,,,,withdrawn,,,,,
16,2,1,,too early,2026-03-04 09:00:00,,2026-03-05 09:00:00,,,,,,,,,
17,2,1,,no time,,,,,,,,,,,,
18,2,1,,with a value,2026-03-04 09:00:00,,,,,2026-03-05 09:00:00,won,,12.50,,,
19,2,1,,will meet,2026-03-04 09:00:00,2026-03-05 09:00:00,,2118-03-05 09:00:00,,,appointment,,,,,
END
{ head_of_map no; printf 'source_contact = by_contact\nsource_partner = by_partner\nbecause = why\nhappened_at = at\ndecided_at = decided\ncontacted_at = reached\nappointment_at = met\nappointment = how\nclosed_at = closed\nstate = state\ndeal = deal\nvalue = amount\nreason = code\nreason_words = said\nseat = who\n'; } >referrals.map
thrice 7/0/12 referrals
check "two sources" verdict_of referrals.rows 7 "name one source"
check "none" verdict_of referrals.rows 8 "name one source"
check "a partner nobody knows" verdict_of referrals.rows 9 "no such partner"
check "accepted when" verdict_of referrals.rows 10 "the time it was decided"
check "won for what" verdict_of referrals.rows 11 "its deal or its value"
check "by another's deal" verdict_of referrals.rows 12 "another contact"
check "by a lost deal" verdict_of referrals.rows 13 "isn't won"
check "lost for no reason" verdict_of referrals.rows 14 "reason_words"
check "decided before it came" verdict_of referrals.rows 15 "in order"
check "withdrawn: that is said here" verdict_of referrals.rows 16 "said here"
check "submitted with a later step" verdict_of referrals.rows 17 "map a later state"
check "it came when" verdict_of referrals.rows 18 "happened_at"
card() { seat admin admin referral list --json | jq -r --arg why "$1" '.referrals[] | select(.because == $why)' | jq -r "$2"; }
check "it went through the machine, by its seat, at its times" is "won sam Acme Plumbing D1 2026-03-02T13:00:00Z 2026-03-02T15:00:00Z kept 2026-04-20T21:00:00Z credited history" \
    card leak '"\(.state) \(.owner) \(.source) D\(.deal_number) \(.decided_at) \(.contacted_at) \(.appointment) \(.closed_at) \(.verdict) \(if .history then "history" else "" end)"'
steps() { owner "select string_agg(a.word || ' ' || to_char(s.at at time zone 'America/Sao_Paulo', 'MM-DD HH24:MI'), ', ' order by s.recorded_at) from referral_step s join referral_action a using (action) join referral r using (referral_id) where r.because = '$1'"; }
check "step by step" is "accept 03-02 10:00, contact 03-02 12:00, appoint 03-02 12:00, kept 03-05 15:00, win 04-20 18:00" steps leak
check "lost with its reason, which its source may read" is "lost price saw" eval "card 'saw the roof' '\"\\(.state) \\(.reason) \\(.because[:3])\"'"
check "of two claims on a person the first has the credit" is "credited influence" eval 'echo "$(card "saw the roof" .verdict) $(card again .verdict)"'
check "its facts stand on their days" is "appointment_kept 2026-03-05;appointment_set 2026-03-02;referral_accepted 2026-03-02;referral_contacted 2026-03-02;referral_first_response 2026-03-02;referral_opened 2026-03-02;referral_received 2026-03-01;referral_won 2026-04-20" \
    owner "select string_agg(f.kind || ' ' || f.day, ';' order by f.kind) from fact f join referral r on r.referral_id = f.subject where r.because = 'leak'"
check "a source entered refer on the day it first sent somebody" is "2026-03-01" owner "select first_at::date from contact_stage s join contact c using (contact_id) where s.stage = 7 and c.name = 'Ann Lee'"
check "nothing of it made a task" is 0 owner "select count(*) from task"
check "and no clock runs" is 0 owner "select count(*) from due where task_rule is not null or contact_id is not null"
check "nobody's today has a card" is 0 eval "seat admin admin today --json | jq '.tasks | length'"

# asked for, its clocks run
printf 'no,customer,by,at\n50,2,1,2026-03-06 09:00:00\n' >asked.csv
{ head_of_map no; printf 'source_contact = by\nhappened_at = at\n[defaults]\nbecause = asked for\nclocks = yes\n'; } >asked.map
check "a referral whose clocks are asked for" counts 1/0/0 referrals asked.csv --mapping asked.map
check "has them" is t owner "select count(*) > 0 from due d join referral r on r.referral_id = d.subject where r.because = 'asked for' and d.rule = 'referral_clock'"
printf 'no,customer,by\n50,2,2118-01-01 00:00:00\n' >later.csv
{ head_of_map no; printf 'due_on = by\n[defaults]\nwords = later\nclocks = yes\n'; } >later.map
check "a promise too" counts 1/0/0 promises later.csv --mapping later.map
check "reminds its owner then" is 1 owner "select count(*) from due d join promise p on p.promise_id = d.subject where p.words = 'later' and (d.at at time zone 'Europe/Berlin')::date = '2118-01-01'"
check "sales may not import them" exits 64 "" seat sales sales import reviews reviews.csv --mapping reviews.map
seat admin admin --quiet review add "Bob Stone" good "all is well" && seat admin admin --quiet review add "Bob Stone" good "was well" --on yesterday
check "a review that is held at a seat has its time, one of another day hasn't" is "true false" \
    eval "seat admin admin review list --json | jq -r '[.reviews[] | select(.words | IN(\"all is well\", \"was well\")) | {words, t: has(\"held_at\")}] | sort_by(.words) | map(.t | tostring) | join(\" \")'"
# a contact that was merged away: what is said of it is said of who was kept
check "Di is merged into Cy" seat admin admin --quiet merge C4 into C3
printf 'job,customer,deal,what,state,begun,finished,who\n90,4,,merged,,2026-05-01 09:00:00,,\n' >merged.csv
check "a row of a contact that was merged" counts 1/0/0 projects merged.csv --mapping projects.map
check "goes to the one that was kept" is "C3 true" owner "select 'C' || c.number || ' ' || (c.contact_id = c.head_id)::text from project j join contact c using (contact_id) where j.title = 'merged'"
server_stop_all
