-- name: review_plan
-- change
-- By hand, for work that had no project here, or a look-back. One planned for a day long past is history: no follow-up.
-- $8 review_id uuid
-- $9 contact_id uuid
-- $10 project_id uuid
-- $11 due_on date
-- $12 owner text
with {changer}, {seat o $12},
 c as (select c.contact_id from actor a join contact c on c.business_id = $1 and c.contact_id = $9 and c.erased_at is null and {visible c a}),
 t as (select today_of($1) as today, b.zone from business b where b.business_id = $1),
 v as (select case when not exists (select from c) then 'NOT_FOUND' when not exists (select from o) then 'NO_SUCH_ACCOUNT'
                   when $10 is not null and not exists (select from project p where p.business_id = $1 and p.project_id = $10 and p.contact_id = $9) then 'OTHER_CONTACT'
                   when exists (select from review r where r.business_id = $1 and r.review_id = $8) then 'ID_USED' end as reason from actor),
 {next V},
 i as (insert into review(business_id, review_id, number, contact_id, project_id, due_on, owner_id, made_by)
       select $1, $8, n.last, c.contact_id, $10, coalesce($11, t.today + setting_number($1, 'review.book_days')::int), o.account_id, $3 from n, c, o, t returning *),
 q as (insert into due(business_id, due_id, rule, subject, at, task_rule, subject_kind, contact_id, owner_id, task_due, words) {review_follow_up i t}
       where i.due_on >= t.today),
 f as (insert into feed(business_id, kind, ids) select $1, 2::int2, array[i.contact_id] from i)
{record} $8, v.reason, i.number from v left join i on true

-- name: review_add
-- change
-- A review that was held: the planned one of that contact (and project) that is due first, or one nobody had planned. A good result
-- makes an ask due, a bad one promises to mend. Held long ago, it is history and causes nothing.
-- $8 review_id uuid
-- $9 contact_id uuid
-- $10 project_id uuid
-- $11 result int2
-- $12 words text
-- $13 on date
-- $14 score int2
-- $15 score_scale int2
-- $16 owner text
-- $17 mend_by date
-- $18 testimonial text
-- $19 may_publish bool
with {changer}, {seat o $16},
 c as (select c.contact_id from actor a join contact c on c.business_id = $1 and c.contact_id = $9 and c.erased_at is null and {visible c a}),
 t as (select today_of($1) as today, coalesce($13, today_of($1)) as day, b.zone from business b where b.business_id = $1),
 r as (select r.review_id, r.owner_id from c join review r on r.business_id = $1 and r.contact_id = c.contact_id and r.state = 1 and ($10 is null or r.project_id = $10)
       order by r.due_on, r.review_id limit 1 for update of r),
 v as (select case when not exists (select from c) then 'NOT_FOUND' when not exists (select from o) then 'NO_SUCH_ACCOUNT'
                   when $10 is not null and not exists (select from project p where p.business_id = $1 and p.project_id = $10 and p.contact_id = $9) then 'OTHER_CONTACT'
                   when t.day > t.today then 'DAY_AHEAD' when ($14 is null) <> ($15 is null) or $14 > $15 or $15 not between 1 and 100 then 'BAD_SCORE'
                   when $17 < t.today then 'DUE_BEFORE_MADE'
                   when exists (select from review x where x.business_id = $1 and x.review_id = $8) then 'ID_USED' end as reason from actor, t),
 w as (select coalesce(v.reason, case when exists (select from r) then 'PLANNED' end) as reason from v),
 {next_for V w},
 u as (update review x set state = 2, held_on = t.day, held_at = case t.day when t.today then now() end, result = $11, words = $12, score = $14, score_scale = $15
       from r, v, t where v.reason is null and x.business_id = $1 and x.review_id = r.review_id returning x.*),
 i as (insert into review(business_id, review_id, number, contact_id, project_id, state, due_on, owner_id, held_on, held_at, result, words, score, score_scale, made_by)
       select $1, $8, n.last, c.contact_id, $10, 2, t.day, o.account_id, t.day, case t.day when t.today then now() end, $11, $12, $14, $15, $3 from n, c, o, t returning *),
 h as (select * from u union all select * from i),
 x as (insert into fact(business_id, kind, day, subject, contact_id, seat_id, label)
       select $1, 'review_held', h.held_on, h.review_id, h.contact_id, $3, case h.result when 1 then 'good' else 'bad' end from h),
 m as (select h.contact_id, 'mend: ' || h.words as words, case when $16 is null then h.owner_id else o.account_id end as owner_id,
              coalesce($17, t.today + setting_number($1, 'mend.days')::int) as due_on, t.today as made_on, h.review_id as mends, t.zone
       from h, t, o where h.result = 2 and h.held_on >= t.today - setting_number($1, 'review.fresh_days')::int),
 {to_mend m},
 {settled h review_id},
 tn as (insert into counter(business_id, kind, last) select $1, 'Q', 1 from h where btrim($18) <> '' on conflict (business_id, kind) do update set last = counter.last + 1 returning last),
 tm as (insert into testimonial(business_id, testimonial_id, number, contact_id, review_id, words, may_publish, given_on, made_by)
        select $1, id_made(), tn.last, h.contact_id, h.review_id, btrim($18), coalesce($19, false), h.held_on, $3 from h, tn returning *),
 tx as ({testimonial_fact tm}),
 g as (select h.*, t.zone from h, t, contact y where h.result = 1 and h.held_on >= t.today - setting_number($1, 'review.fresh_days')::int
         and y.business_id = $1 and y.contact_id = h.contact_id and not y.no_ask
         and not exists (select from ask k where k.business_id = $1 and k.contact_id = h.contact_id and k.state = 1)),
 an as (insert into counter(business_id, kind, last) select $1, 'A', 1 from g on conflict (business_id, kind) do update set last = counter.last + 1 returning last),
 k as (insert into ask(business_id, ask_id, number, contact_id, review_id, state, due_on, owner_id)
       select $1, id_made(), an.last, g.contact_id, g.review_id, 1, g.held_on, g.owner_id from g, an returning *),
 ks as (insert into ask_slot(business_id, ask_id, slot) select $1, k.ask_id, z from k, generate_series(1, 3) z),
 kx as (insert into fact(business_id, kind, day, subject, contact_id, seat_id) select $1, 'ask_due', k.due_on, k.ask_id, k.contact_id, k.owner_id from k),
 kq as (insert into due(business_id, due_id, rule, subject, at, contact_id, owner_id) select $1, id_made(), 'ask', k.ask_id, now(), k.contact_id, k.owner_id from k),
 jn as (select h.contact_id, y.number from h join contact y on y.business_id = $1 and y.contact_id = h.contact_id),
 jo as ({joins jn}),
 f as (insert into feed(business_id, kind, ids) select $1, 2::int2, array[h.contact_id] from h)
{record} coalesce(h.review_id, $8), v.reason, h.number from v left join h on true

-- name: review_book
-- change
-- Agreed with the customer: the follow-up comes on that day instead.
-- $8 review_id uuid
-- $9 booked_at timestamptz
with {changer},
 r as (select r.* from actor a join review r on r.business_id = $1 and r.review_id = $8
       join contact c on c.business_id = $1 and c.contact_id = r.contact_id and {visible c a} for update of r),
 t as (select today_of($1) as today, b.zone, ($9 at time zone b.zone)::date as day from business b where b.business_id = $1),
 v as (select case when r.review_id is null then 'NOT_FOUND' when r.state <> 1 then 'REVIEW_OVER' when t.day < t.today then 'DAY_PAST' end as reason
       from actor cross join t left join r on true),
 u as (update review x set booked_at = $9, due_on = t.day from r, v, t where v.reason is null and x.business_id = $1 and x.review_id = r.review_id returning x.*),
 {settled u review_id},
 q as (insert into due(business_id, due_id, rule, subject, at, task_rule, subject_kind, contact_id, owner_id, task_due, words)
       select $1, id_made(), 'task', u.review_id, greatest(now(), u.due_on::timestamp at time zone t.zone), 'review_due', 'V', u.contact_id, u.owner_id, u.booked_at,
              'the review is booked: did they get the results?' from u, t),
 f as (insert into feed(business_id, kind, ids) select $1, 2::int2, array[u.contact_id] from u)
{record} $8, v.reason, null from v

-- name: review_drop
-- change
-- $8 review_id uuid
-- $9 because text
with {changer},
 r as (select r.* from actor a join review r on r.business_id = $1 and r.review_id = $8
       join contact c on c.business_id = $1 and c.contact_id = r.contact_id and {visible c a} for update of r),
 v as (select case when r.review_id is null then 'NOT_FOUND' when r.state <> 1 then 'REVIEW_OVER' end as reason from actor left join r on true),
 u as (update review x set state = 3, because = $9 from r, v where v.reason is null and x.business_id = $1 and x.review_id = r.review_id returning x.*),
 {settled u review_id},
 f as (insert into feed(business_id, kind, ids) select $1, 2::int2, array[u.contact_id] from u)
{record} $8, v.reason, null from v

-- name: review_made
-- What a held review caused.
-- $5 target uuid
with {actor}
select (select p.number from promise p where p.business_id = $1 and p.mends = r.review_id and p.contact_id = r.contact_id limit 1) as promise_number,
       (select k.number from ask k where k.business_id = $1 and k.review_id = r.review_id limit 1) as ask_number
from actor join review r on r.business_id = $1 and r.review_id = $5

-- name: review_get
-- $5 review_id uuid
with {actor}
select {review_card r c o}, j.title as project, j.number as project_number, d.number as deal_number
from actor a join review r on r.business_id = $1 and r.review_id = $5
join contact c on c.business_id = $1 and c.contact_id = r.contact_id and {visible c a}
join account o on o.business_id = $1 and o.account_id = r.owner_id
left join project j on j.business_id = $1 and j.project_id = r.project_id
left join deal d on d.business_id = $1 and d.deal_id = j.deal_id

-- name: review_baselines
-- The value that was promised, beside what became of it.
-- $5 review_id uuid
with {actor}
select b.baseline_id, b.measure, b.unit, b.before, b.promised, b.after, b.evidence, b.result_on
from actor join review r on r.business_id = $1 and r.review_id = $5
join project j on j.business_id = $1 and j.project_id = r.project_id
join baseline b on b.business_id = $1 and b.deal_id = j.deal_id order by b.measure, b.baseline_id

-- name: review_promises
-- What was promised: of its project and deal, or, without one, to the contact.
-- $5 review_id uuid
with {actor}
select p.promise_id, p.number, p.words, p.due_on, p.state, p.state = 1 and p.due_on < today_of($1) as overdue, p.settled_on, p.because, p.made_on
from actor join review r on r.business_id = $1 and r.review_id = $5
left join project j on j.business_id = $1 and j.project_id = r.project_id
join promise p on p.business_id = $1 and p.contact_id = r.contact_id and (r.project_id is null or p.project_id = r.project_id or p.deal_id = j.deal_id or p.mends = r.review_id)
order by p.due_on, p.promise_id limit 50

-- name: review_list
-- $5 after_due_on date
-- $6 after_review_id uuid
-- $7 how_many int4
-- $8 contact_id uuid
-- $9 owner text
-- $10 state int2
-- $11 overdue bool
with {actor}
select {review_card r c o}, j.title as project, j.number as project_number, r.due_on as after_due_on
from actor a join review r on r.business_id = $1
join contact c on c.business_id = $1 and c.contact_id = r.contact_id and {visible c a}
join account o on o.business_id = $1 and o.account_id = r.owner_id
left join project j on j.business_id = $1 and j.project_id = r.project_id
where ($5 is null or (r.due_on, r.review_id) > ($5, $6)) and ($8 is null or r.contact_id = $8) and ($9 is null or o.login = $9)
  and (coalesce($10, 0) = 0 or r.state = $10) and ($11 is null or $11 = (r.state = 1 and r.due_on < today_of($1)))
order by r.due_on, r.review_id limit $7

-- name: check_add
-- change
-- What the customer said: to the open check, or unasked. Little of it promises to mend; checks that would come are not needed now.
-- $8 check_id uuid
-- $9 contact_id uuid
-- $10 said int2
-- $11 words text
-- $12 on date
-- $13 owner text
-- $14 mend_by date
with {changer}, {seat o $13},
 c as (select c.contact_id from actor a join contact c on c.business_id = $1 and c.contact_id = $9 and c.erased_at is null and {visible c a}),
 t as (select today_of($1) as today, coalesce($12, today_of($1)) as day, b.zone from business b where b.business_id = $1),
 r as (select k.checkup_id, k.owner_id from c join checkup k on k.business_id = $1 and k.contact_id = c.contact_id and k.state = 1 for update of k),
 v as (select case when not exists (select from c) then 'NOT_FOUND' when not exists (select from o) then 'NO_SUCH_ACCOUNT'
                   when t.day > t.today then 'DAY_AHEAD' when $14 < t.today then 'DUE_BEFORE_MADE'
                   when exists (select from checkup k where k.business_id = $1 and k.checkup_id = $8) then 'ID_USED' end as reason from actor, t),
 w as (select coalesce(v.reason, case when exists (select from r) then 'PLANNED' end) as reason from v),
 {next_for K w},
 u as (update checkup x set state = 2, answered_on = t.day, said = $10, words = $11 from r, v, t
       where v.reason is null and x.business_id = $1 and x.checkup_id = r.checkup_id returning x.*),
 i as (insert into checkup(business_id, checkup_id, number, contact_id, state, due_on, owner_id, answered_on, said, words, made_by)
       select $1, $8, n.last, c.contact_id, 2, t.day, o.account_id, t.day, $10, $11, $3 from n, c, o, t returning *),
 h as (select * from u union all select * from i),
 x as (insert into fact(business_id, kind, day, subject, contact_id, seat_id, label)
       select $1, 'check_answered', h.answered_on, h.checkup_id, h.contact_id, $3,
              case when h.said <= setting_number($1, 'check.mend_up_to') then 'unhappy' when h.said >= setting_number($1, 'check.loyal_from') then 'loyal' else 'content' end from h),
 m as (select h.contact_id, 'mend: ' || coalesce(h.words, 'said ' || h.said || ' of 10') as words, case when $13 is null then h.owner_id else o.account_id end as owner_id,
              coalesce($14, t.today + setting_number($1, 'mend.days')::int) as due_on, t.today as made_on, h.checkup_id as mends, t.zone
       from h, t, o where h.said <= setting_number($1, 'check.mend_up_to') and h.answered_on >= t.today - setting_number($1, 'review.fresh_days')::int),
 {to_mend m},
 {settled h checkup_id},
 d as (update due x set cancelled_at = now() from h where x.business_id = $1 and x.contact_id = any (contact_ids($1, h.contact_id)) and x.rule = 'check' and x.fired_at is null and x.cancelled_at is null),
 f as (insert into feed(business_id, kind, ids) select $1, 2::int2, array[h.contact_id] from h)
{record} coalesce(h.checkup_id, $8), v.reason, h.number from v left join h on true

-- name: check_made
-- $5 target uuid
with {actor}
select (select p.number from promise p where p.business_id = $1 and p.mends = k.checkup_id and p.contact_id = k.contact_id limit 1) as promise_number
from actor join checkup k on k.business_id = $1 and k.checkup_id = $5

-- name: check_list
-- $5 after_due_on date
-- $6 after_check_id uuid
-- $7 how_many int4
-- $8 contact_id uuid
-- $9 state int2
with {actor}
select k.checkup_id as check_id, k.number, k.contact_id, c.number as contact_number, c.name as contact, k.state, k.due_on, o.login as owner, k.answered_on, k.said, k.words,
       p.number as promise_number
from actor a join checkup k on k.business_id = $1
join contact c on c.business_id = $1 and c.contact_id = k.contact_id and {visible c a}
join account o on o.business_id = $1 and o.account_id = k.owner_id
left join lateral (select p.number from promise p where p.business_id = $1 and p.contact_id = k.contact_id and p.mends = k.checkup_id limit 1) p on true
where ($5 is null or (k.due_on, k.checkup_id) > ($5, $6)) and ($8 is null or k.contact_id = $8) and (coalesce($9, 0) = 0 or k.state = $9)
order by k.due_on, k.checkup_id limit $7

-- name: fire_check
-- system
-- A delivery or closed support case of some days ago: its check opens, unless the contact has one, or the touch was struck. The
-- follow-up is made by the rule 'task' (and finds another owner there, if this one left).
-- $2 due_id uuid
with {due},
 s as (select d.subject, c.contact_id, today_of($1) as today,
              coalesce((select a.account_id from account a where a.business_id = $1 and a.account_id = d.owner_id and a.closed_at is null), c.owner_id) as seat
       from d join contact c on c.business_id = $1 and c.contact_id = head_of($1, d.contact_id) and c.erased_at is null
       where not exists (select from strike x where x.business_id = $1 and x.touchpoint_id = d.subject)
         and not exists (select from checkup k where k.business_id = $1 and k.contact_id = c.contact_id and k.state = 1)),
 n as (insert into counter(business_id, kind, last) select $1, 'K', 1 from s on conflict (business_id, kind) do update set last = counter.last + 1 returning last),
 i as (insert into checkup(business_id, checkup_id, number, contact_id, touchpoint_id, due_on, owner_id)
       select $1, id_made(), n.last, s.contact_id, s.subject, s.today, s.seat from s, n on conflict (business_id, contact_id) where state = 1 do nothing returning *),
 q as (insert into due(business_id, due_id, rule, subject, at, task_rule, subject_kind, contact_id, owner_id, task_due, words)
       select $1, id_made(), 'task', i.checkup_id, now(), 'check_due', 'K', i.contact_id, i.owner_id, now() + interval '1 day',
              'How was it, from 0 to 10? Write their words down: check NAME 9 "..."' from i)
select count(*) from i

-- name: review_lookback
-- The best past customers with whom nobody has ever sat down, by what they bought: proposed for a look-back review.
with {actor},
 d as (select d.contact_id, sum(d.value)::int8 as worth, count(*) as deals, max(d.closed_on) as last_on from actor join deal d on d.business_id = $1 and d.state = 2 group by 1),
 j as (select j.contact_id, count(*) as projects, max(j.ended_on) as last_on from actor join project j on j.business_id = $1 and j.state = 2 group by 1)
select c.contact_id, c.number as contact_number, c.name as contact, p.worth as value, case when p.worth is not null then b.currency end as currency, p.deals::int4 as deals, p.projects::int4 as projects, p.last_on
from actor a join business b on b.business_id = $1
cross join (select contact_id, d.worth, coalesce(d.deals, 0) as deals, coalesce(j.projects, 0) as projects, greatest(d.last_on, j.last_on) as last_on from d full join j using (contact_id)) p
join contact c on c.business_id = $1 and c.contact_id = p.contact_id and c.erased_at is null and c.head_id = c.contact_id and not c.no_ask and {visible c a}
where not exists (select from review r where r.business_id = $1 and r.contact_id = c.contact_id)
order by p.worth desc nulls last, p.deals desc, p.projects desc, p.last_on desc, c.number limit setting_number($1, 'review.lookback')::int
