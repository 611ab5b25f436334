#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The working calendar (days of 23 and 25 hours, holidays, odd zones), and that whatever falls due is fired once: by three instances
# on one database, one of them killed while it fires.
set -u
. "$VS_ROOT/tests/support/server.sh"
value() { # EXPECTED SQL
    local got
    got=$(sql "set role vs_owner; set search_path = vs, public; set time zone 'UTC'; $2" 2>&1)
    [ "$got" = "$1" ] || { echo "expected $1, got $got"; return 1; }
}
calendar() { # NAME EXPECTED FUNCTION START AMOUNT
    check "$1" value "$2" "select to_char($3('$B', '$4', $5), 'YYYY-MM-DD HH24:MI')"
}
set_calendar() { sql "set role vs_owner; set search_path = vs, public; delete from setting; insert into setting(business_id, key, value, changed_by) values ('$B', 'calendar.days', '$1', '$A'), ('$B', 'calendar.opens', '$2', '$A'), ('$B', 'calendar.closes', '$3', '$A')"; }
fired() { value "$1" "select count(*) from due where fired_at is not null"; }

check "the server starts" server_start one
[ -n "${SERVER[one]:-}" ] || exit 1
line=$(business "Hartwell Roofing" mara)
B=$(sql "set role vs_owner; select business_id from vs.business") A=$(sql "set role vs_owner; select account_id from vs.account")
# Berlin: 2026-03-29 has 23 hours, 2026-10-25 has 25
calendar "hours within a day" "2026-11-23 12:30" business_hours_after "2026-11-23 10:30+01" 3
calendar "hours over the night" "2026-11-24 10:30" business_hours_after "2026-11-23 15:30+01" 4
calendar "hours over a weekend" "2026-11-23 09:00" business_hours_after "2026-11-20 16:00+01" 2
calendar "hours that start on a Sunday" "2026-11-23 12:00" business_hours_after "2026-11-22 03:00+01" 4
calendar "hours over the change to summer time" "2026-03-30 08:00" business_hours_after "2026-03-27 16:00+01" 2
calendar "days end with the second working day" "2026-11-24 16:00" business_days_after "2026-11-20 10:00+01" 2
calendar "days from a Saturday" "2026-11-23 16:00" business_days_after "2026-11-21 10:00+01" 1
sql "set role vs_owner; insert into vs.holiday values ('$B', '2026-12-25', 'Christmas')" >/dev/null
calendar "a holiday is no working day" "2026-12-28 08:30" business_hours_after "2026-12-24 16:30+01" 1
calendar "days over a holiday" "2026-12-28 16:00" business_days_after "2026-12-24 10:00+01" 1
set_calendar "mon tue wed thu fri sat sun" 00:00 24:00
calendar "a day of 23 hours" "2026-03-29 23:00" business_hours_after "2026-03-29 00:00+01" 24
calendar "a day of 25 hours" "2026-10-25 22:00" business_hours_after "2026-10-25 00:00+02" 24
sql "set role vs_owner; update vs.business set zone = 'Asia/Kolkata'" >/dev/null
set_calendar "mon tue wed thu fri" 09:00 17:00
calendar "a zone with a half-hour offset" "2026-11-24 04:30" business_hours_after "2026-11-23 16:00+05:30" 2

url=$(database_url one)
check "a second instance" server_start two --database.url="$url"
check "a third instance" server_start three --database.url="$url"
sql "set role vs_owner; set search_path = vs, public;
     insert into due(business_id, due_id, rule, subject, at, task_rule, owner_id)
     select '$B', u, 'task', u, now(), 'own', '$A' from (select gen_random_uuid() u from generate_series(1, 600)) g;
     insert into due(business_id, due_id, rule, subject, at, task_rule, owner_id) values
       ('$B', gen_random_uuid(), 'task', gen_random_uuid(), now() + interval '1 day', 'own', '$A'),
       ('$B', gen_random_uuid(), 'of_a_newer_server', gen_random_uuid(), now(), 'own', '$A')" >/dev/null
some_fired() { [ "$(sql "set role vs_owner; select count(*) > 20 from vs.due where fired_at is not null")" = t ]; }
check "firing began" wait_for 20 some_fired
server_kill three
check "all that was due is fired, nothing else" wait_for 60 fired 600
check "each made one task" value "600|600" "select count(*), count(distinct subject) from task"
check "numbers are without gaps" value "1|600" "select min(number), max(number) from task"

# what the scheduler made is named by its id like anything else
seat mara admin join "$line" >/dev/null
made=$(sql "set role vs_owner; select task_id from vs.task where number = 1" | tail -n 1)
check "a task of the scheduler is done by its id" says "done" seat mara admin task done "$made"
check "it is" value "2" "select state from task where number = 1"
