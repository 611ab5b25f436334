#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Each line of the checker goes red when what it looks at is tampered with: after a small load one thing at a time is made wrong in the
# database or in a history, the checker is asked, and the wrong is taken back.
set -u
. "$VS_ROOT/tests/fault/load.sh"
load_start 4 2 >"$VS_TMP/start" 2>&1 || { fail "the load starts" "$(tail -n 5 "$VS_TMP/start")"; exit 1; }
answered() { for k in x W s e d w p f g v; do awk -v k="$k" '$1 == "S" && $3 == k {n++; s[$2] = 1} ($1 == "K" || $1 == "R") && $2 in s {a = 1} END {exit !a}' "$VS_TMP"/*.history || return 1; done; }
check "every kind was answered" wait_for 120 answered
load_stop
verdict | grep '^not ok'
a_touch="(select id from vs.touchpoint where refusal is null limit 1)"
red() { # NAME SQL
    local n
    n=$(judged "$2" | sed -n "s/^$1 //p")
    if [ "${n:-0}" != 0 ]; then pass "red: $1"; else fail "red: $1" "after $2: ${n:-$(cat "$VS_TMP/verdict.err")}"; fi
}
while IFS='|' read -r name tamper; do red "$name" "$tamper"; done <<TAMPERED
acknowledged and absent|delete from vs.touchpoint where id = $a_touch
doubled|create temp table x as select * from vs.touchpoint where id = $a_touch; update x set id = gen_random_uuid(); insert into vs.touchpoint select * from x
refused but present|update vs.touchpoint set refusal = null where id = (select id from vs.touchpoint where refusal is not null limit 1)
stored but never sent|delete from heard where verb = 'S' and id = $a_touch
stored with other content|update vs.touchpoint set sentiment = 1 + sentiment % 3 where id = $a_touch
told both|insert into heard select seat, 'R', id from heard where verb = 'K' limit 1
acknowledged what must be refused|update heard set verb = 'K' where verb = 'R' and id = (select id from heard where kind = 'x' limit 1)
refused what must be taken|update heard set verb = 'R' where verb = 'K' and id = $a_touch
acknowledged changes absent|delete from vs.change where change_id = (select id from heard where kind = 'e' and id in (select id from heard where verb = 'K') limit 1)
refused changes in the ledger as done|update vs.change set status = 0 where change_id = (select id from heard where kind = 'W' and id in (select id from heard where verb = 'R') limit 1)
changes of another business, account, method or target|update vs.change set target = gen_random_uuid() where change_id = (select id from heard where kind = 'e' and id in (select id from heard where verb = 'K') limit 1)
changes without their effect, or effects without their change: contacts|update vs.contact set name = name || '0' where contact_id = (select contact_id from vs.contact where name like 'Person %' limit 1)
changes without their effect, or effects without their change: deals|update vs.deal set value = value + 1 where deal_id = (select deal_id from vs.deal limit 1)
changes without their effect, or effects without their change: promises|update vs.promise set words = 'others' where promise_id = (select promise_id from vs.promise limit 1)
changes without their effect, or effects without their change: strikes|delete from vs.strike where touchpoint_id = (select touchpoint_id from vs.strike limit 1)
changes without their effect, or effects without their change: wins|delete from vs.project where project_id = (select project_id from vs.project limit 1)
contacts edited more or less often than acknowledged|update vs.contact set version = version + 1 where contact_id = (select contact_id from vs.contact where name like 'Person %' limit 1)
deals and promises settled more or less often than acknowledged|update vs.promise set state = 3 - state where promise_id = (select promise_id from vs.promise limit 1)
promises without one thing due, or done and still due|delete from vs.due where due_id = (select due_id from vs.due where task_rule = 'promise_due' limit 1)
shares other than last said|delete from vs.share where reason = 3 and contact_id = (select contact_id from vs.share join vs.contact using (business_id, contact_id) where name like 'Person %' and reason = 3 limit 1)
facts unlike a recount|insert into vs.fact(business_id, kind, day, subject) select business_id, kind, day, subject from vs.fact where kind = 'deal_opened' limit 1
short numbers with a gap or twice|update vs.counter set last = last + 1 where kind = 'D'
tallies missing|delete from vs.tally where ctid = (select ctid from vs.tally where n <> 0 limit 1)
tallies too many|update vs.tally set n = n + 1 where ctid = (select ctid from vs.tally limit 1)
stage entries missing|delete from vs.contact_stage where ctid = (select ctid from vs.contact_stage where stage <= 5 limit 1)
stage entries too many|update vs.contact_stage set first_at = first_at - interval '1 second' where ctid = (select ctid from vs.contact_stage where stage <= 5 limit 1)
stage entries logged otherwise|delete from vs.stage_entry where ctid = (select e.ctid from vs.stage_entry e join vs.contact_stage c using (business_id, contact_id, stage, touchpoint_id) where c.stage < 5 limit 1)
TAMPERED
