-- name: promise_add
-- change
-- One that is already past its day is history: no clock, no task.
-- $8 promise_id uuid
-- $9 contact_id uuid
-- $10 words text
-- $11 due_on date
-- $12 owner text
-- $13 deal_id uuid
-- $14 project_id uuid
-- $15 made_on date
with {changer}, {seat o $12},
 c as (select c.contact_id from actor a join contact c on c.business_id = $1 and c.contact_id = $9 and c.erased_at is null and {visible c a}),
 t as (select today_of($1) as today, b.zone from business b where b.business_id = $1),
 v as (select case when not exists (select from c) then 'NOT_FOUND' when not exists (select from o) then 'NO_SUCH_ACCOUNT'
                   when ($13 is not null and not exists (select from deal d where d.business_id = $1 and d.deal_id = $13 and d.contact_id = $9))
                     or ($14 is not null and not exists (select from project p where p.business_id = $1 and p.project_id = $14 and p.contact_id = $9)) then 'OTHER_CONTACT'
                   when $11 < coalesce($15, least(t.today, $11)) then 'DUE_BEFORE_MADE'
                   when exists (select from promise p where p.business_id = $1 and p.promise_id = $8) then 'ID_USED' end as reason from actor, t),
 {next M},
 i as (insert into promise(business_id, promise_id, number, contact_id, words, due_on, owner_id, deal_id, project_id, made_on, made_by)
       select $1, $8, n.last, c.contact_id, $10, $11, o.account_id, $13, $14, coalesce($15, least(t.today, $11)), $3 from n, c, o, t returning *),
 q as (insert into due(business_id, due_id, rule, subject, at, task_rule, subject_kind, contact_id, owner_id, task_due, words)
       select $1, gen_random_uuid(), 'task', i.promise_id, (i.due_on + time '00:00') at time zone t.zone, 'promise_due', 'M', i.contact_id, i.owner_id,
              (i.due_on + 1)::timestamp at time zone t.zone, i.words from i, t where i.due_on >= t.today),
 x as ({overdue_fact i}),
 f as (insert into feed(business_id, kind, ids) select $1, 2::int2, array[i.contact_id] from i)
{record} $8, v.reason, i.number from v left join i on true

-- name: promise_settle
-- change
-- $10: 2 fulfilled (kept, or exceeded with $11; after its day it is broken), 4 said to be impossible, 5 released, before its day.
-- $8 promise_id uuid
-- $9 on date
-- $10 to_state int2
-- $11 exceeded bool
-- $12 because text
with {changer},
 p as (select p.* from actor a join promise p on p.business_id = $1 and p.promise_id = $8
       join contact c on c.business_id = $1 and c.contact_id = p.contact_id and {visible c a} for update of p),
 t as (select today_of($1) as today, coalesce($9, today_of($1)) as day),
 v as (select case when p.promise_id is null then 'NOT_FOUND' when p.state <> 1 then 'PROMISE_SETTLED' when t.day > t.today then 'DAY_AHEAD'
                   when $10 = 5 and t.day > p.due_on then 'RELEASE_TOO_LATE' end as reason,
              case when $10 <> 2 then $10 when t.day > p.due_on then 4 when $11 then 3 else 2 end::int2 as state
       from actor cross join t left join p on true),
 u as (update promise x set state = v.state, settled_on = t.day, because = $12 from p, v, t
       where v.reason is null and x.business_id = $1 and x.promise_id = p.promise_id returning x.*),
 x as (insert into fact(business_id, kind, day, subject, contact_id, seat_id)
       select $1, (array[null, 'promise_kept', 'promise_exceeded', 'promise_broken', 'promise_released'])[u.state], u.settled_on, u.promise_id, u.contact_id, u.owner_id from u),
 y as (insert into fact(business_id, kind, day, n, subject, contact_id, seat_id, partner_id, origin, label, value, currency, seconds, parts)
       select b.* from (select u.promise_id, array['promise_overdue'] as kinds from u) u cross join lateral ({taken_back u.promise_id u.kinds}) b),
 q as (update due x set cancelled_at = now() from u where x.business_id = $1 and x.subject = u.promise_id and x.fired_at is null and x.cancelled_at is null),
 k as (update task x set state = 2, closed_at = now(), closed_by = $3 from u where x.business_id = $1 and x.subject = u.promise_id and x.state = 1),
 f as (insert into feed(business_id, kind, ids) select $1, 2::int2, array[u.contact_id] from u)
{record} $8, v.reason, u.state from v left join u on true

-- name: promise_list
-- $5 after_due_on date
-- $6 after_promise_id uuid
-- $7 how_many int4
-- $8 contact_id uuid
-- $9 owner text
-- $10 state int2
-- $11 overdue bool
with {actor}, t as (select today_of($1) as today)
select p.promise_id, p.number, p.contact_id, c.number as contact_number, c.name as contact, p.words, p.due_on, p.state, p.state = 1 and p.due_on < t.today as overdue,
       o.login as owner, p.settled_on, p.because, d.number as deal_number, j.number as project_number, p.made_on
from actor a cross join t join promise p on p.business_id = $1
join contact c on c.business_id = $1 and c.contact_id = p.contact_id and {visible c a}
join account o on o.business_id = $1 and o.account_id = p.owner_id
left join deal d on d.business_id = $1 and d.deal_id = p.deal_id
left join project j on j.business_id = $1 and j.project_id = p.project_id
where ($5 is null or (p.due_on, p.promise_id) > ($5, $6)) and ($8 is null or p.contact_id = $8) and ($9 is null or o.login = $9)
  and (coalesce($10, 0) = 0 or p.state = $10) and ($11 is null or $11 = (p.state = 1 and p.due_on < t.today))
order by p.due_on, p.promise_id limit $7
