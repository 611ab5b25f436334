-- name: project_add
-- change
-- $8 project_id uuid
-- $9 contact_id uuid
-- $10 title text
-- $11 started_on date
-- $12 owner text
with {changer}, {seat o $12},
 c as (select c.contact_id from actor a join contact c on c.business_id = $1 and c.contact_id = $9 and c.erased_at is null and {visible c a}),
 v as (select case when not exists (select from c) then 'NOT_FOUND' when not exists (select from o) then 'NO_SUCH_ACCOUNT'
                   when exists (select from project p where p.business_id = $1 and p.project_id = $8) then 'ID_USED' end as reason from actor),
 {next J},
 i as (insert into project(business_id, project_id, number, contact_id, title, started_on, owner_id)
       select $1, $8, n.last, c.contact_id, $10, coalesce($11, today_of($1)), o.account_id from n, c, o returning number, contact_id),
 f as (insert into feed(business_id, kind, ids) select $1, 2::int2, array[i.contact_id] from i)
{record} $8, v.reason, i.number from v left join i on true

-- name: project_list
-- $5 after_number int8
-- $6 how_many int4
-- $7 contact_id uuid
-- $8 state int2
with {actor}
select p.project_id, p.number, p.contact_id, c.number as contact_number, c.name as contact, d.number as deal_number, p.title, p.state, p.started_on, p.ended_on,
       o.login as owner, p.because
from actor a join project p on p.business_id = $1
join contact c on c.business_id = $1 and c.contact_id = p.contact_id and {visible c a}
join account o on o.business_id = $1 and o.account_id = p.owner_id
left join deal d on d.business_id = $1 and d.deal_id = p.deal_id
where p.number > {from $5} and ($7 is null or p.contact_id = $7) and (coalesce($8, 0) = 0 or p.state = $8)
order by p.number limit $6

-- name: project_complete
-- change
-- Its results review is planned, unless its day has passed already: then this is history.
-- $8 project_id uuid
-- $9 ended_on date
with {changer},
 p as (select p.* from actor a join project p on p.business_id = $1 and p.project_id = $8
       join contact c on c.business_id = $1 and c.contact_id = p.contact_id and {visible c a} for update of p),
 t as (select coalesce($9, today_of($1)) as day),
 v as (select case when p.project_id is null then 'NOT_FOUND' when p.state <> 1 then 'PROJECT_ENDED' when t.day < p.started_on then 'CLOSED_BEFORE_OPENED'
                   when t.day > today_of($1) then 'DAY_AHEAD' end as reason from actor cross join t left join p on true),
 u as (update project x set state = 2, ended_on = t.day from p, v, t where v.reason is null and x.business_id = $1 and x.project_id = p.project_id returning x.*),
 x as (insert into fact(business_id, kind, day, subject, contact_id, seat_id, seconds)
       select $1, 'project_completed', u.ended_on, u.project_id, u.contact_id, u.owner_id, (u.ended_on - u.started_on)::int8 * 86400 from u),
 w as (select coalesce(v.reason, case when r.due_on < today_of($1) then 'HISTORY' end) as reason, r.due_on
       from v cross join lateral (select t.day + setting_number($1, 'review.days')::int as due_on from t) r),
 -- the review the win made gets its day; what is history by then won't be held
 g as (update review x set due_on = case when w.reason is null then w.due_on else x.due_on end, state = case when w.reason is null then 1 else 3 end,
              because = case when w.reason is not null then 'the project is history' end
       from u, w where x.business_id = $1 and x.project_id = u.project_id and x.state = 1 and x.due_on = 'infinity' returning x.*),
 w2 as (select coalesce(w.reason, case when exists (select from g) then 'PLANNED' end) as reason from w),
 {next_for V w2},
 i as (insert into review(business_id, review_id, number, contact_id, project_id, due_on, owner_id)
       select $1, id_made(), n.last, u.contact_id, u.project_id, w.due_on, u.owner_id from u, n, w returning *),
 r as (select * from i union all select * from g where g.state = 1),
 b as (select b.zone from business b where b.business_id = $1),
 q as (insert into due(business_id, due_id, rule, subject, at, task_rule, subject_kind, contact_id, owner_id, task_due, words) {review_follow_up r b}),
 f as (insert into feed(business_id, kind, ids) select $1, 2::int2, array[u.contact_id] from u)
{record} $8, v.reason, null from v

-- name: project_cancel
-- change
-- $8 project_id uuid
-- $9 because text
with {changer},
 p as (select p.* from actor a join project p on p.business_id = $1 and p.project_id = $8
       join contact c on c.business_id = $1 and c.contact_id = p.contact_id and {visible c a} for update of p),
 v as (select case when p.project_id is null then 'NOT_FOUND' when p.state <> 1 then 'PROJECT_ENDED' end as reason from actor left join p on true),
 u as (update project x set state = 3, ended_on = greatest(today_of($1), x.started_on), because = $9
       from p, v where v.reason is null and x.business_id = $1 and x.project_id = p.project_id returning x.*),
 r as (update review x set state = 3, because = $9 from u where x.business_id = $1 and x.project_id = u.project_id and x.state = 1 and x.due_on = 'infinity'),
 f as (insert into feed(business_id, kind, ids) select $1, 2::int2, array[u.contact_id] from u)
{record} $8, v.reason, null from v
