-- part: referral_now r a
-- What may be done by actor a with r, and what should be done next.
referral_next(:r.direction, :r.state, :r.opened_at, :r.appointment, :r.told_at, :r.thanked_at) as next,
(select x.title from referral_action x where x.action = referral_next(:r.direction, :r.state, :r.opened_at, :r.appointment, :r.told_at, :r.thanked_at)) as next_words,
referral_allowed(:r.direction, :r.state, referral_sides($1, :r.direction, :r.source_partner, :r.to_partner, :a.role, :a.partner_id),
                 :r.opened_at, :r.appointment, :r.told_at, :r.thanked_at, :r.receipt_thanked_at) as allowed

-- part: referral_seen r a
-- What both ends of a referral see of it; k is its claim.
:r.referral_id, :r.number, :r.direction, :r.state, :r.held_from, :r.person, :r.email, :r.phone, :r.because, :r.cause, :r.phrase, :r.level, :r.level_confirmed, :r.consent,
:r.made_at, nullif(:r.happened_at, :r.made_at) as happened_at, :r.opened_at, :r.decided_at, :r.caller, :r.call_on, :r.contacted_at, :r.appointment_at, :r.appointment,
:r.closed_at, :r.reason, :r.outcome, :r.receipt_thanked_at, :r.told_at, :r.thanked_at, :r.clock, :r.clock_at, :r.history, :r.version,
:r.direction = 1 and :r.state between 6 and 9 and (:r.told_at is null or :r.thanked_at is null) as loop_open,
k.verdict, k.because as verdict_words, k.claimed_at, k.credit_until, {referral_now :r :a}

-- part: referral_whole r a
-- What staff see.
{referral_seen :r :a}, :r.contact_id, (select x.number from contact x where x.business_id = $1 and x.contact_id = :r.contact_id) as contact_number,
(select x.name from contact x where x.business_id = $1 and x.contact_id = :r.contact_id) as contact,
referral_source_name($1, :r) as source, (select x.number from contact x where x.business_id = $1 and x.contact_id = :r.source_contact) as source_contact_number,
(select x.number from partner x where x.business_id = $1 and x.partner_id = :r.source_partner) as source_partner_number,
not referral_is_seen($1, :r) as on_behalf,
(select x.name from partner x where x.business_id = $1 and x.partner_id = :r.to_partner) as partner,
(select x.number from partner x where x.business_id = $1 and x.partner_id = :r.to_partner) as partner_number,
:r.cause_of_person, :r.person_says, :r.source_stage, (select x.login from account x where x.business_id = $1 and x.account_id = :r.owner_id) as owner,
:r.reason_words, :r.value, :r.currency, (select x.number from deal x where x.business_id = $1 and x.deal_id = :r.deal_id) as deal_number,
(select x.number from referral x where x.business_id = $1 and x.referral_id = :r.given_id) as given_number, :r.late

-- part: referral_shared r a
-- What a partner sees: its own name is the only one of a partner it knows.
{referral_seen :r :a}, case when :r.source_partner is not null then p.name else 'us' end as source, case when :r.to_partner is not null then p.name end as partner

-- part: claim_of r
left join lateral (select c.verdict, c.because, c.claimed_at, c.credit_until from claim c where c.business_id = $1 and c.referral_id = :r.referral_id limit 1) k on true

-- name: referral_add
-- change
-- A partner is its own source; what it gives for the person's id it must see. Who is known already is found by e-mail or phone, and the
-- partner can't tell: nothing of the contact is shown, and none is shared.
-- $8 referral_id uuid
-- $9 contact_id uuid
-- $10 name text
-- $11 name_key text
-- $12 email text
-- $13 email_key text
-- $14 phone text
-- $15 phone_key text
-- $16 source_contact_id uuid
-- $17 source_partner_id uuid
-- $18 source_login text
-- $19 partner_id uuid
-- $20 because text
-- $21 cause int2
-- $22 touch_id uuid
-- $23 promise_id uuid
-- $24 phrase text
-- $25 level int2
-- $26 consent int2
-- $27 happened_at timestamptz
-- $28 clocks bool
with {changer},
 s as materialized (
  select a.partner_id, (select c.contact_id from contact c where c.business_id = $1 and c.contact_id = $16 and c.erased_at is null and {visible c a}) as contact,
         coalesce(a.partner_id, (select x.partner_id from partner x where x.business_id = $1 and x.partner_id = $17)) as partner,
         case when $18 is not null then (select x.account_id from account x where x.business_id = $1 and x.login = $18 and x.closed_at is null and x.partner_id is null)
              when num_nonnulls(a.partner_id, $16, $17) = 0 then a.account_id end as account
  from actor a),
 v as materialized (
  select case
    when $9 is not null and not exists (select from contact c where c.business_id = $1 and c.contact_id = $9 and c.erased_at is null and {visible c a}) then 'NOT_FOUND'
    when $16 is not null and s.contact is null then 'NOT_FOUND'
    when ($17 is not null and s.partner is null) or ($19 is not null and not exists (select from partner x where x.business_id = $1 and x.partner_id = $19)) then 'NO_SUCH_PARTNER'
    when $18 is not null and s.account is null then 'NO_SUCH_ACCOUNT'
    when $22 is not null and not exists (select from touchpoint t join contact c on c.business_id = $1 and c.contact_id = t.contact_id and {visible c a}
                                         where t.business_id = $1 and t.id = $22 and t.refusal is null and {seen t a}) then 'NOT_FOUND'
    when $23 is not null and (a.partner_id is not null or not exists (select from promise p where p.business_id = $1 and p.promise_id = $23)) then 'NOT_FOUND'
    when num_nonnulls(s.contact, s.partner, s.account) <> 1 then 'ONE_SOURCE'
    when $19 is not null and s.account is null then 'GIVEN_BY_STAFF'
    when $9 is null and coalesce($11, '') = '' then 'NAME_NEEDED'
    when $26 = 4 then 'CONSENT_REFUSED'
    when $27 > now() + interval '10 minutes' then 'DAY_AHEAD'
    when exists (select from referral x where x.business_id = $1 and x.referral_id = $8) then 'ID_USED' end as reason
  from actor a, s),
 n as materialized (
  select referral_take($1, $8, $3, s.partner_id, jsonb_strip_nulls(jsonb_build_object('contact_id', $9, 'name', $10, 'name_key', $11, 'email', $12, 'email_key', $13,
    'phone', $14, 'phone_key', $15, 'source_contact', s.contact, 'source_partner', s.partner, 'source_account', s.account, 'to_partner', $19, 'because', nullif(btrim($20), ''),
    'cause', nullif($21, 0), 'touch_id', $22, 'promise_id', $23, 'phrase', nullif(btrim($24), ''), 'level', $25, 'consent', nullif($26, 0), 'happened_at', $27, 'clocks', $28))) as number
  from s, v where v.reason is null),
 k as materialized (select consent_from_referral($1, $8, $3) from n)
{record} $8, v.reason, n.number from v left join n on true left join k on true

-- name: referral_act
-- change
-- The table of transitions judges, under the record's lock (referral_move).
-- $8 referral_id uuid
-- $9 action int2
-- $10 words text
-- $11 reason text
-- $12 because text
-- $13 owner text
-- $14 call_on date
-- $15 appointment_at timestamptz
-- $16 value int8
-- $17 currency text
-- $18 deal_id uuid
-- $19 partner_id uuid
-- $20 level int2
-- $21 cause int2
-- $22 outcome text
-- $23 happened_at timestamptz
with {changer},
 r as materialized (select r.referral_id, a.partner_id, a.role from actor a join referral r on r.business_id = $1 and r.referral_id = $8 and {party r a}),
 w as materialized (
  select case when $19 is not null and not exists (select from partner x where x.business_id = $1 and x.partner_id = $19) then 'NO_SUCH_PARTNER'
              when $18 is not null and not exists (select from deal x where x.business_id = $1 and x.deal_id = $18) then 'NOT_FOUND'
              when $9 = 5 and $11 = 'no_consent' and exists (select from claim k join claim_decision d on d.business_id = $1 and d.claim_id = k.claim_id
                                                             where k.business_id = $1 and k.referral_id = $8 and d.inputs->'holder' ? 'suppressed') then 'DISCLOSES' end as reason from r),
 m as materialized (
  select referral_move($1, r.referral_id, $9, $3, r.role, r.partner_id, jsonb_strip_nulls(jsonb_build_object('words', nullif(btrim($10), ''), 'reason', nullif($11, ''),
    'because', nullif(btrim($12), ''), 'owner', nullif($13, ''), 'call_on', $14, 'appointment_at', $15, 'value', $16, 'currency', nullif($17, ''), 'deal_id', $18, 'partner_id', $19,
    'level', $20, 'cause', nullif($21, 0), 'outcome', nullif(btrim($22), ''), 'happened_at', $23))) as reason
  from r join w on w.reason is null),
 g as materialized (select reward_follow($1, $8, $3) from m where m.reason is null and $9 in (12, 17, 18))
{record} $8, case when not exists (select from r) then 'NOT_FOUND' else coalesce(w.reason, m.reason) end, null from actor left join w on true left join m on true left join g on true

-- name: referral_act_fault
-- Why an action was refused, in words: the state, what stands against it, and what would be allowed.
-- $5 referral_id uuid
-- $6 action int2
with {actor}
select 'R' || r.number || ' is ' || referral_state_word(r.state) || '; ' || x.word || ': '
       || coalesce(w.words, nullif(concat_ws(', and ', 'it needs ' || nullif(array_to_string(t.needs, ', '), ''),
                                            'its reason is one of ' || (select string_agg(q.code, ', ' order by q.code) from referral_reason q where q.action = x.action and 'reason' = any (t.needs))), ''), 'now it may be done')
       || '. Allowed now: ' || coalesce((select string_agg(y.word, ', ' order by y.action) from referral_action y
                                         where y.action = any (referral_allowed(r.direction, r.state, s.sides, r.opened_at, r.appointment, r.told_at, r.thanked_at, r.receipt_thanked_at))), 'nothing')
from actor a join referral r on r.business_id = $1 and r.referral_id = $5 and {party r a}
join referral_action x on x.action = $6
cross join lateral (select referral_sides($1, r.direction, r.source_partner, r.to_partner, a.role, a.partner_id) as sides) s
left join referral_transition t on t.direction = r.direction and t.from_state = r.state and t.action = $6
cross join lateral referral_why_not($1, r.direction, r.state, $6, s.sides, referral_guard(t.guard, r.opened_at, r.appointment, r.told_at, r.thanked_at, r.receipt_thanked_at), t) w

-- name: referral_get
-- $5 referral_id uuid
-- $6 number int8
with {actor}
select {referral_whole r a} from actor a join referral r on r.business_id = $1 and (r.referral_id = $5 or r.number = $6) and {party r a} {claim_of r}

-- name: referral_get_shared
-- $5 referral_id uuid
-- $6 number int8
with {actor}
select {referral_shared r a} from actor a join referral r on r.business_id = $1 and (r.referral_id = $5 or r.number = $6) and {party r a}
left join partner p on p.business_id = $1 and p.partner_id = coalesce(r.source_partner, r.to_partner) {claim_of r}

-- name: referral_done
-- $5 target uuid
with {actor}
select {referral_whole r a} from actor a join referral r on r.business_id = $1 and r.referral_id = $5 and {party r a} {claim_of r}

-- name: referral_done_shared
-- $5 target uuid
with {actor}
select {referral_shared r a} from actor a join referral r on r.business_id = $1 and r.referral_id = $5 and {party r a}
left join partner p on p.business_id = $1 and p.partner_id = coalesce(r.source_partner, r.to_partner) {claim_of r}

-- part: referral_judged r a
referral_action x
left join referral_transition t on t.direction = :r.direction and t.from_state = :r.state and t.action = x.action
cross join lateral referral_why_not($1, :r.direction, :r.state, x.action, referral_sides($1, :r.direction, :r.source_partner, :r.to_partner, :a.role, :a.partner_id),
  referral_guard(t.guard, :r.opened_at, :r.appointment, :r.told_at, :r.thanked_at, :r.receipt_thanked_at), t) w
where exists (select from referral_transition y where y.direction = :r.direction and y.action = x.action)

-- part: referral_moves_of r a
-- Every action there is for r, why it isn't allowed, what it needs.
select x.action, w.reason is null as allowed, w.words as why_not, case when w.reason is null then t.needs end as needs, x.title
from :r cross join actor :a cross join {referral_judged :r :a}
order by x.action

-- part: referral_disallowed r a
array(select x.word || ': ' || w.words from {referral_judged :r :a} and w.reason is not null order by x.action) as disallowed

-- part: referral_moved r
:r.direction, :r.state, :r.source_partner, :r.to_partner, :r.opened_at, :r.appointment, :r.told_at, :r.thanked_at, :r.receipt_thanked_at

-- name: referral_moves
-- $5 referral_id uuid
-- $6 number int8
with {actor}, r as materialized (select {referral_moved r} from actor a join referral r on r.business_id = $1 and (r.referral_id = $5 or r.number = $6) and {party r a})
{referral_moves_of r a}

-- name: referral_done_moves
-- $5 target uuid
with {actor}, r as materialized (select {referral_moved r} from actor a join referral r on r.business_id = $1 and r.referral_id = $5 and {party r a})
{referral_moves_of r a}

-- name: referral_steps
-- $5 referral_id uuid
-- $6 number int8
with {actor},
 s as (select s.* from actor a join referral r on r.business_id = $1 and (r.referral_id = $5 or r.number = $6) and {party r a}
       join referral_step s on s.business_id = $1 and s.referral_id = r.referral_id order by s.recorded_at desc, s.step_id limit 40)
select s.at, s.action, s.to_state, case when s.partner_id is not null then (select x.name from partner x where x.business_id = $1 and x.partner_id = s.partner_id) || ', ' else '' end
         || coalesce((select x.name from account x where x.business_id = $1 and x.account_id = s.account_id), '') as by,
       s.on_behalf, nullif(concat_ws(' / ', nullif(s.words, ''), nullif(s.inside, '')), '') as words
from s order by s.recorded_at, s.step_id

-- name: referral_steps_shared
-- $5 referral_id uuid
-- $6 number int8
with {actor},
 s as (select s.at, s.action, s.to_state, s.partner_id, s.account_id, s.on_behalf, s.words, s.recorded_at, s.step_id, a.partner_id as mine
       from actor a join referral r on r.business_id = $1 and (r.referral_id = $5 or r.number = $6) and {party r a}
       join referral_step s on s.business_id = $1 and s.referral_id = r.referral_id order by s.recorded_at desc, s.step_id limit 40)
select s.at, s.action, s.to_state, case when s.partner_id = s.mine then (select x.name from account x where x.business_id = $1 and x.account_id = s.account_id) else 'us' end as by,
       s.on_behalf, s.words
from s order by s.recorded_at, s.step_id

-- name: referral_say
-- $5 target uuid
with {actor}
select friend_line($1, r.because) as say from actor a join referral r on r.business_id = $1 and r.referral_id = $5 and r.direction = 1 and {party r a}

-- name: referral_friend
-- $5 referral_id uuid
-- $6 number int8
with {actor}
select friend_line($1, r.because) as say from actor a join referral r on r.business_id = $1 and (r.referral_id = $5 or r.number = $6) and r.direction = 1 and {party r a}

-- part: referral_filter r
($5 is null or :r.number > $5) and (coalesce($7, 0) = 0 or :r.state = $7) and (coalesce($8, 0) = 0 or :r.direction = $8)
and ($9 is null or $9 = (:r.direction = 1 and :r.state between 6 and 9 and (:r.told_at is null or :r.thanked_at is null) and not :r.history))

-- name: referral_list
-- $5 after_number int8
-- $6 how_many int4
-- $7 state int2
-- $8 direction int2
-- $9 loop_open bool
-- $10 contact_id uuid
-- $11 source_contact_id uuid
-- $12 partner_id uuid
-- $13 owner text
-- $14 late bool
with {actor}
select {referral_whole r a}, {referral_disallowed r a} from actor a join referral r on r.business_id = $1 and {party r a} {claim_of r}
where {referral_filter r} and ($10 is null or r.contact_id = $10) and ($11 is null or r.source_contact = $11) and ($12 is null or $12 in (r.source_partner, r.to_partner))
  and ($13 is null or r.owner_id = (select x.account_id from account x where x.business_id = $1 and x.login = $13)) and ($14 is null or $14 = (r.late is not null))
order by r.number limit $6

-- name: referral_list_shared
-- Of both ends by an index each.
-- $5 after_number int8
-- $6 how_many int4
-- $7 state int2
-- $8 direction int2
-- $9 loop_open bool
with {actor}
select {referral_shared r a}, {referral_disallowed r a} from actor a join referral r on r.business_id = $1 and {party r a}
left join partner p on p.business_id = $1 and p.partner_id = coalesce(r.source_partner, r.to_partner) {claim_of r}
where {referral_filter r}
order by r.number limit $6

-- name: referral_machine
-- $5 direction int2
with {actor}
select t.direction, t.from_state, t.action, case t.to_state when 0 then null when -1 then null else t.to_state end as to_state,
       array_remove(array[case when t.who & 1 <> 0 then 'receiver' end, case when t.who & 2 <> 0 then 'source' end, case when t.who & 4 <> 0 then 'admin' end], null) as who,
       t.needs,
       array_remove(array[case t.to_state when -1 then 'goes on where it was' end, t.fact, case when t.tells then 'the source hears it' end, case t.takes_back when 'all' then 'takes everything back' when 'outcome' then 'takes the outcome back' end,
                          case when t.to_state between 6 and 9 and t.direction = 1 then 'thanks are owed' end, case t.action when 6 then 'gives it to the partner' end], null)
       || coalesce((select array_agg('clock: ' || c.clock order by c.clock) from referral_clock c where c.direction = t.direction and c.state = t.to_state), '{}') as causes,
       case when 'reason' = any (t.needs) then (select array_agg(q.code order by q.code) from referral_reason q where q.action = t.action) end as reasons
from actor a cross join referral_transition t where coalesce($5, 0) = 0 or t.direction = $5
order by t.direction, t.from_state, t.action

-- name: referral_terms
with {actor}
select setting_of($1, 'referral.caller') || ' calls' as who,
       'a person reads it within ' || setting_of($1, 'clock.open_hours') || ' working hours, decides within ' || setting_of($1, 'clock.decide_days')
         || ' working days and calls ' || setting_of($1, 'clock.contact_days') || ' working days after that' as when,
       'you see each step at once if you have a seat, else somebody tells you; never longer than ' || setting_of($1, 'clock.news_days') || ' days without news, and the outcome within '
         || setting_of($1, 'clock.close_days') || ' working days' as hear,
       'you are thanked when it comes in, and again whatever becomes of it' as thanks, nullif(setting_of($1, 'referral.terms'), '') as terms
from actor

-- name: fire_referral_clock
-- system
-- The referral is locked before the thing due, as everybody who acts on it does.
-- $2 due_id uuid
with r as materialized (select x.due_id from due x join referral r on r.business_id = $1 and r.referral_id = x.subject where x.business_id = $1 and x.due_id = $2 for update of r),
 d as (update due x set fired_at = now() from r where x.business_id = $1 and x.due_id = r.due_id and x.fired_at is null and x.cancelled_at is null and x.at <= now() returning x.*)
select referral_is_late($1, d.subject, d.task_rule, d.at) from d
