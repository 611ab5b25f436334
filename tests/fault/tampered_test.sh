#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Each line of the checker goes red when what it looks at is tampered with: after a small load one thing at a time is made wrong in the
# database or in a history, the checker is asked, and the wrong is taken back.
set -u
. "$VS_ROOT/tests/fault/load.sh"
load_start 4 2 >"$VS_TMP/start" 2>&1 || { fail "the load starts" "$(tail -n 5 "$VS_TMP/start")"; exit 1; }
answered() { for k in x W s e d w p f g v r q y a k o O m n h H J j i l P Y V I S M C b B K A N F G; do awk -v k="$k" '$1 == "S" && $3 == k {n++; s[$2] = 1} ($1 == "K" || $1 == "R") && $2 in s {a = 1} END {exit !a}' "$VS_TMP"/*.history || return 1; done; }
check "every kind was answered" wait_for 240 answered
# what is tampered with below
happened() { # what goes on may not undo it
    [ "$(ask_owner -c "select not exists (select from (values
        ((select count(*) from vs.dispute where state = 2)), ((select count(*) from vs.merge where undone_at is not null)), ((select count(*) from vs.referral_step where action = 4)),
        ((select count(distinct name) - 1 from vs.contact where name like 'Lead %')), ((select count(*) from vs.claim where holds)), ((select count(*) from vs.reward where state in (2, 3, 4))),
        ((select count(*) from vs.posting where reverses is not null)), ((select count(*) from vs.thanks where state = 2 and owed_at is not null)), ((select count(*) from vs.introduction where state = 3)),
        ((select count(*) from vs.ask_slot where state = 2)), ((select count(*) from vs.review where result = 2))) n(n) where n <= 0)")" = t ]
}
check "and what is to be tampered with is there" wait_for 240 happened
load_stop
verdict | grep '^not ok'
a_touch="(select id from vs.touchpoint where refusal is null limit 1)"
red() { # NAME SQL
    local n of
    of=$(cd "$VS_ROOT/tests/fault" && grep -lF "'${1:0:20}" check*.sql) # which of the checks says it
    n=$(judged "$2" "$(basename "${of:-recount}" .sql)" | sed -n "s/^$1 //p")
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
changes without their effect, or effects without their change: promises|update vs.promise set words = 'others' where promise_id = (select promise_id from vs.promise where mends is null limit 1)
changes without their effect, or effects without their change: strikes|delete from vs.strike where touchpoint_id = (select touchpoint_id from vs.strike limit 1)
changes without their effect, or effects without their change: wins|update vs.project set title = 'others' where project_id = (select project_id from vs.project limit 1)
contacts edited more or less often than acknowledged|update vs.contact set version = version + 1 where contact_id = (select contact_id from vs.contact where name like 'Person %' limit 1)
deals and promises settled more or less often than acknowledged|update vs.promise set state = 3 - state where promise_id = (select promise_id from vs.promise where mends is null limit 1)
promises without one thing due, or done and still due|delete from vs.due where due_id = (select due_id from vs.due where task_rule = 'promise_due' limit 1)
shares other than last said|delete from vs.share where reason = 3 and contact_id = (select contact_id from vs.share join vs.contact using (business_id, contact_id) where name like 'Person %' and reason = 3 limit 1)
facts unlike a recount|insert into vs.fact(business_id, kind, day, subject) select business_id, kind, day, subject from vs.fact where kind = 'deal_opened' limit 1
short numbers with a gap or twice|update vs.counter set last = last + 1 where kind = 'D'
changes without an event in the same transaction|update vs.feed set kind = 9 where kind = 2
touches without an event in the same transaction|update vs.feed set kind = 9 where kind = 1
changes without their effect, or effects without their change: referrals|update vs.referral set because = 'others' where referral_id = (select id from heard where kind = 'r' and id in (select id from heard where verb = 'K') limit 1)
changes without their effect, or effects without their change: leads|update vs.referral set person = 'others' where referral_id = (select id from heard where kind = 'q' and id in (select id from heard where verb = 'K') limit 1)
changes without their effect, or effects without their change: given referrals|update vs.referral set because = 'others' where referral_id = (select id from heard where kind = 'y' and id in (select id from heard where verb = 'K') limit 1)
changes without their effect, or effects without their change: claims|update vs.claim set words = 'others' where claim_id = (select id from heard where kind = 'k' and id in (select id from heard where verb = 'K') limit 1)
changes without their effect, or effects without their change: merges|update vs.merge set because = 'others' where merge_id = (select id from heard where kind = 'm' and id in (select id from heard where verb = 'K') limit 1)
leads that are two people|update vs.contact c set name = 'Lead 1' where name like 'Lead %'
people whose credit two hold|drop index vs.claim_holds; update vs.claim set holds = true; update vs.claim c set contact_id = (select x.contact_id from vs.claim x where x.business_id = c.business_id limit 1)
received referrals without their one claim, on the same person|update vs.claim set referral_id = null where claim_id = (select claim_id from vs.claim where referral_id is not null limit 1)
claims for others than their referral's source|update vs.claim set source_contact = null, source_partner = null, source_account = m.account_id from (select account_id from vs.account where login = 'mara1') m where claim_id = (select c.claim_id from vs.claim c join vs.account a using (business_id) where c.referral_id is not null and a.login = 'mara1' limit 1)
claims void without reason, or not void with one|update vs.claim set void = case when void is null then 'others' end where claim_id = (select claim_id from vs.claim where referral_id is not null limit 1)
credits unlike a recount|update vs.claim set holds = false where holds
claims other than decided last|update vs.claim set because = 'others' where claim_id = (select claim_id from vs.claim limit 1)
decisions unlike the rule's again|update vs.claim_decision set verdict = 1 + verdict % 3 where decision_id = (select decision_id from vs.claim_decision limit 1)
decisions without their change in the same transaction|update vs.claim_decision set because = because where decision_id = (select decision_id from vs.claim_decision limit 1)
disputes not opened once, or decided more or less often than acknowledged|update vs.dispute set decision = 'others' where state = 2
disputes opened or joined without effect|update vs.dispute_party set words = null
heads other than the standing merges say|update vs.contact c set head_id = (select w.contact_id from fault.world w where w.business_id = c.business_id and w.contact_id not in (c.contact_id, c.head_id) limit 1) where contact_id = (select contact_id from fault.world limit 1)
merges without their change in the same transaction|update vs.merge set because = because where merge_id = (select merge_id from vs.merge limit 1)
follow-ups about others than their referrals name|update vs.task t set contact_id = (select contact_id from vs.contact where business_id = t.business_id and name like 'Person %' limit 1) where subject_kind = 'R'
rows of a merged contact that are not where its head is|update vs.contact c set head_id = (select w.contact_id from fault.world w where w.business_id = c.business_id and w.contact_id not in (c.contact_id, c.head_id) limit 1) where contact_id = (select contact_id from vs.deal limit 1)
contacts unlike what they were, or what they were merged from|update vs.contact set best_hours = 'others' where contact_id = (select contact_id from fault.world limit 1)
contacts their partner does not see, or sees twice|update vs.share set may_log = false where reason = 3 and contact_id in (select contact_id from fault.world)
steps of referrals without their change in the same transaction|update vs.referral_step set words = words where step_id = (select step_id from vs.referral_step limit 1)
steps of referrals without their event in the same transaction|update vs.feed set kind = 9 where kind = 6
changes of referrals without their one step in the same transaction|delete from vs.referral_step where step_id = (select step_id from vs.referral_step where action = 4 limit 1)
steps of referrals that do not follow from the one before|update vs.referral_step set to_state = 2 where step_id = (select step_id from vs.referral_step where action is null limit 1)
referrals other than their steps say|update vs.referral set version = version + 1 where referral_id = (select referral_id from vs.referral limit 1)
facts of referrals unlike a recount|insert into vs.fact(business_id, kind, day, subject) select business_id, kind, day, subject from vs.fact where kind = 'referral_received' limit 1
clocks of referrals other than their state says|delete from vs.due where due_id = (select due_id from vs.due where rule = 'referral_clock' and fired_at is null and cancelled_at is null limit 1)
clocks of referrals twice, or shown other than the first|update vs.referral set clock_at = clock_at + interval '1 second' where referral_id = (select referral_id from vs.referral where clock_at is not null limit 1)
shares of given referrals other than they say|update vs.share set revoked_at = case when revoked_at is null then now() end where reason = 2
changes without their effect, or effects without their change: thanks|update vs.thanks set words = 'others' where thanks_id = (select id from heard where kind = 'h' and id in (select id from heard where verb = 'K') limit 1)
changes without their effect, or effects without their change: credits|update vs.credit set words = 'others' where credit_id = (select id from heard where kind = 'i' and id in (select id from heard where verb = 'K') limit 1)
changes without their effect, or effects without their change: rewards|update vs.reward set value = value + 1 where reward_id = (select id from heard where kind = 'l' and id in (select id from heard where verb = 'K') limit 1)
changes without their effect, or effects without their change: introductions|update vs.introduction set because = 'others' where introduction_id = (select id from heard where kind = 'I' and id in (select id from heard where verb = 'K') limit 1)
changes without their effect, or effects without their change: reviews|delete from vs.change where change_id = (select id from heard where kind = 'b' and id in (select id from heard where verb = 'K') limit 1)
facts without their change in the same transaction|update vs.fact set day = day where fact_id = (select fact_id from vs.fact limit 1)
postings that do not sum to zero by reward or in all|create or replace view vs.posting_leg with (security_invoker = true) as select p.business_id, p.posting_id, p.reward_id, l.ledger_account, l.value, p.currency, p.at from vs.posting p cross join lateral (values (p.debit, p.value), (p.credit, 1 - p.value)) l(ledger_account, value)
accounts of rewards other than their states say|update vs.reward set state = 5 where reward_id = (select reward_id from vs.reward where state in (2, 3, 4) limit 1)
postings without their change in the same transaction|update vs.posting set words = words where posting_id = (select posting_id from vs.posting limit 1)
steps of rewards without their posting in the same transaction|delete from vs.posting where posting_id = (select p.posting_id from vs.posting p join vs.reward r using (business_id, reward_id) where p.debit = 1 and p.reverses is null and r.referral_id is null and r.state in (2, 3, 4) limit 1)
rewards of referrals that are not won|update vs.reward r set referral_id = (select x.referral_id from vs.referral x where x.business_id = r.business_id and x.state <> 6 limit 1) where reward_id = (select reward_id from vs.reward where state in (2, 3, 4) and referral_id is null limit 1)
thanks in a state that no change led to|update vs.thanks set state = 3, because = 'others' where thanks_id = (select thanks_id from vs.thanks where state = 2 limit 1)
thanks given without effect|delete from vs.fact where kind = 'thanks_given'
thanks followed up though settled, or not though owed|update vs.due set fired_at = null, cancelled_at = null where due_id = (select d.due_id from vs.due d join vs.thanks t on t.business_id = d.business_id and t.thanks_id = d.subject where t.state = 2 and t.owed_at is not null limit 1)
introductions in a state that no changes led to|update vs.introduction set state = 2, ended_at = null where introduction_id = (select introduction_id from vs.introduction where state = 3 limit 1)
consents other than said, or without their one step in the same transaction|update vs.contact set consent = 1 + consent % 4 where contact_id = (select target from heard where kind = 'C' and id in (select id from heard where verb = 'K') limit 1)
reviews and checks held more or less often than acknowledged, or otherwise|update vs.review set words = 'others' where review_id = (select review_id from vs.review where state = 2 limit 1)
wins without their one results review|update vs.review set project_id = null where review_id = (select review_id from vs.review where project_id is not null limit 1)
bad results without their one promise to mend, or promises without|update vs.promise set mends = null where promise_id = (select promise_id from vs.promise where mends is not null limit 1)
asks made without effect, or made otherwise|delete from vs.fact where kind = 'ask_made'
names of asks other than acknowledged|update vs.ask_slot set state = 1 where state = 2
names of asks without their referral|update vs.ask_slot set person = 'others' where state = 2
tallies missing|delete from vs.tally where ctid = (select ctid from vs.tally where n <> 0 limit 1)
tallies too many|update vs.tally set n = n + 1 where ctid = (select ctid from vs.tally limit 1)
stage entries missing|delete from vs.contact_stage where ctid = (select ctid from vs.contact_stage where stage <= 5 limit 1)
stage entries too many|update vs.contact_stage set first_at = first_at - interval '1 second' where ctid = (select ctid from vs.contact_stage where stage <= 5 limit 1)
stage entries logged otherwise|delete from vs.stage_entry where ctid = (select e.ctid from vs.stage_entry e join vs.contact_stage c using (business_id, contact_id, stage, touchpoint_id) where c.stage < 5 limit 1)
TAMPERED
