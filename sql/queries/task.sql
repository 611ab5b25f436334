-- name: due_pick
-- system
-- What is due now, of every business, as far as this program knows the rule.
-- $2 rules text[]
-- $3 how_many int4
select business_id, due_id, rule from due
where fired_at is null and cancelled_at is null and at <= now() and rule = any ($2)
order by at limit $3

-- name: due_postpone
-- system
-- It could not be fired: once more in a minute, so that it doesn't stand before all others.
-- $2 due_id uuid
update due set at = now() + interval '1 minute' where business_id = $1 and due_id = $2 and fired_at is null

-- name: fire_task
-- system
-- Makes the task that was planned, unless one of that rule and subject is open. An owner who left is replaced by the
-- contact's owner, or by an admin.
-- $2 due_id uuid
with {due},
 who as (select coalesce(
     (select a.account_id from account a where a.business_id = $1 and a.account_id = d.owner_id and a.closed_at is null),
     (select a.account_id from contact c join account a on a.business_id = $1 and a.account_id = c.owner_id and a.closed_at is null
      where c.business_id = $1 and c.contact_id = d.contact_id),
     (select a.account_id from account a where a.business_id = $1 and a.role = 4 and a.closed_at is null order by a.created_at, a.account_id limit 1)) as owner_id
   from d),
 n as (insert into counter(business_id, kind, last) select $1, 'T', 1 from d
       where not exists (select from task t where t.business_id = $1 and t.rule = d.task_rule and t.subject = d.subject and t.state = 1)
       on conflict (business_id, kind) do update set last = counter.last + 1 returning last),
 t as (insert into task(business_id, task_id, number, rule, subject_kind, subject, contact_id, owner_id, due_at, words)
       select $1, overlay(d.due_id::text placing '8' from 15 for 1)::uuid, n.last, d.task_rule, d.subject_kind, d.subject, d.contact_id, who.owner_id, coalesce(d.task_due, d.at), d.words
       from d, n, who where who.owner_id is not null
       on conflict (business_id, rule, subject) where state = 1 and subject is not null do nothing
       returning owner_id),
 f as (insert into feed(business_id, kind, ids) select $1, 5::int2, array[owner_id] from t)
select count(*) from t

-- name: task_today
-- Open tasks of one account and of those it stands in for, grouped into cards.
-- $5 owner text
with {actor},
 me as (select a.account_id from actor x join account a on a.business_id = $1 and (a.login = $5 or ($5 is null and a.account_id = x.account_id))),
 {today_cards}
select t.task_id, t.number, t.rule, coalesce(r.title, t.rule) as title, t.words, subject_name($1, t.subject_kind, t.subject) as subject,
       t.contact_id, c.number as contact_number, c.name as contact, o.login as owner, t.due_at, t.due_at < now() as overdue,
       t.state, t.made_at, cards.card::int4 as card, t.value as value_at_risk
from open t join cards using (card_of)
left join task_rule r on r.rule = t.rule
left join contact c on c.business_id = $1 and c.contact_id = t.contact_id
join account o on o.business_id = $1 and o.account_id = t.owner_id
where cards.card <= 12 order by cards.card, t.due_at, t.number

-- name: task_today_more
-- $5 owner text
with {actor},
 me as (select a.account_id from actor x join account a on a.business_id = $1 and (a.login = $5 or ($5 is null and a.account_id = x.account_id))),
 mine as (select account_id from me union
          select a.account_id from me join account a on a.business_id = $1 and a.stand_in = me.account_id and a.away_until > now())
select greatest(count(distinct coalesce(t.contact_id, t.task_id)) - 12, 0)::int4 as more
from mine join task t on t.business_id = $1 and t.owner_id = mine.account_id and t.state = 1
where t.later_until is null or t.later_until <= now()

-- name: task_list
-- $5 after_due_at timestamptz
-- $6 after_task_id uuid
-- $7 how_many int4
-- $8 owner text
-- $9 contact_id uuid
-- $10 state int2
with {actor}
select t.task_id, t.number, t.rule, coalesce(r.title, t.rule) as title, t.words, subject_name($1, t.subject_kind, t.subject) as subject,
       t.contact_id, c.number as contact_number, c.name as contact, o.login as owner, t.due_at, t.state = 1 and t.due_at < now() as overdue,
       t.state, t.result, t.made_at, t.closed_at, by.login as closed_by, t.later_until
from actor join task t on t.business_id = $1
left join task_rule r on r.rule = t.rule
left join contact c on c.business_id = $1 and c.contact_id = t.contact_id
join account o on o.business_id = $1 and o.account_id = t.owner_id
left join account by on by.business_id = $1 and by.account_id = t.closed_by
where ($5 is null or (t.due_at, t.task_id) > ($5, $6)) and t.state = coalesce(nullif($10, 0), 1)
  and ($8 is null or o.login = $8) and ($9 is null or t.contact_id = $9)
order by t.due_at, t.task_id limit $7

-- name: task_add
-- change
-- $8 task_id uuid
-- $9 contact_id uuid
-- $10 words text
-- $11 due_at timestamptz
-- $12 owner text
with {changer},
 {seat o $12},
 c as (select c.contact_id from actor a join contact c on c.business_id = $1 and c.contact_id = $9 and c.erased_at is null and {visible c a}),
 v as (select case when not exists (select from o) then 'NO_SUCH_ACCOUNT' when $9 is not null and not exists (select from c) then 'NOT_FOUND'
                   when exists (select from task t where t.business_id = $1 and t.task_id = $8) then 'ID_USED' end as reason from actor),
 {next T},
 i as (insert into task(business_id, task_id, number, rule, contact_id, owner_id, due_at, words, made_by)
       select $1, $8, n.last, 'own', $9, o.account_id, $11, $10, $3 from n, o returning number, owner_id),
 f as (insert into feed(business_id, kind, ids) select $1, 5::int2, array[owner_id] from i)
{record} $8, v.reason, i.number from v left join i on true

-- name: task_close
-- change
-- Done ($9 = 2) or dropped (3). Any staff may; who did stands in the row. Where the task owed a source something, that is done with it.
-- $8 task_id uuid
-- $9 to_state int2
-- $10 result text
with {changer},
 r as materialized (select r.referral_id from actor join task t on t.business_id = $1 and t.task_id = $8 and t.subject_kind = 'R'
                    join referral r on r.business_id = $1 and r.referral_id = t.subject for update of r),
 t as (select t.task_id, t.state from actor left join r on true join task t on t.business_id = $1 and t.task_id = $8 for update of t),
 u as (update task x set state = $9, result = $10, closed_at = now(), closed_by = $3 from t
       where x.business_id = $1 and x.task_id = t.task_id and x.state = 1 returning x.owner_id, x.rule, x.subject),
 f as (insert into feed(business_id, kind, ids) select $1, 5::int2, array[owner_id] from u),
 h as materialized (select referral_task_done($1, u.rule, u.subject, $3, a.role) from actor a, u where $9 = 2)
{record} $8, case when t.task_id is null then 'NOT_FOUND' when not exists (select from u) then 'TASK_CLOSED' end, null
from actor left join t on true left join h on true

-- name: task_later
-- change
-- $8 task_id uuid
-- $9 until timestamptz
with {changer},
 t as (select t.task_id from actor join task t on t.business_id = $1 and t.task_id = $8),
 u as (update task x set later_until = $9 from t where x.business_id = $1 and x.task_id = t.task_id and x.state = 1 returning x.owner_id),
 f as (insert into feed(business_id, kind, ids) select $1, 5::int2, array[owner_id] from u)
{record} $8, case when t.task_id is null then 'NOT_FOUND' when not exists (select from u) then 'TASK_CLOSED' end, null from actor left join t on true

-- name: account_away
-- change
-- $8 login text
-- $9 until timestamptz
-- $10 stand_in text
with {changer},
 t as (select a.account_id from actor x join account a on a.business_id = $1 and a.closed_at is null and a.partner_id is null
         and ((a.login = $8 and (x.role = 4 or a.account_id = x.account_id)) or ($8 is null and a.account_id = x.account_id))),
 s as (select a.account_id from actor x join account a on a.business_id = $1 and a.login = $10 and a.closed_at is null and a.partner_id is null),
 v as (select case when not exists (select from t) then 'NO_SUCH_ACCOUNT' when $10 is not null and not exists (select from s) then 'NO_SUCH_ACCOUNT' end as reason from actor),
 u as (update account x set away_until = case when $9 > now() then $9 end, stand_in = case when $9 > now() then s.account_id end
       from v, t left join s on true where v.reason is null and x.business_id = $1 and x.account_id = t.account_id returning x.account_id),
 f as (insert into feed(business_id, kind, ids) select $1, 5::int2, array_agg(a.account_id) from u cross join lateral (select u.account_id union select account_id from s) a having count(*) > 0)
{record} t.account_id, v.reason, null from v left join t on true
