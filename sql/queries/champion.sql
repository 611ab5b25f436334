-- name: champion_act
-- change
-- $8 contact_id uuid
-- $9 action int2
-- $10 because text
with {changer}, c as materialized ({held $8}),
 h as materialized (select x.* from c join champion x on x.business_id = $1 and x.contact_id = c.contact_id),
 t as materialized (select t.to_state from champion_transition t where t.action = $9 and t.from_state = coalesce((select h.state from h), 0)),
 v as (select case when not exists (select from c) then 'NOT_FOUND' when exists (select from c where c.consent = 4) then 'SUPPRESSED'
                   when not exists (select from t) then 'CHAMPION_STEP' end as reason from actor),
 u as (insert into champion(business_id, champion_id, contact_id, state, because, owner_id)
       select $1, coalesce(h.champion_id, gen_random_uuid()), c.contact_id, t.to_state, $10, c.owner_id from v, c cross join t left join h on true where v.reason is null
       on conflict (business_id, contact_id) do update set state = excluded.state, because = excluded.because, since = now()
       returning champion_id, contact_id, state, owner_id),
 s as (insert into champion_step(business_id, champion_id, from_state, to_state, account_id, because)
       select $1, u.champion_id, h.state, u.state, $3, $10 from u left join h on true),
 q as (update due x set cancelled_at = now() from u where u.state <> 2 and x.business_id = $1 and x.subject = u.champion_id and x.fired_at is null and x.cancelled_at is null),
 k as (update task x set state = 2, closed_at = now(), closed_by = $3 from u where u.state <> 2 and x.business_id = $1 and x.subject = u.champion_id and x.state = 1),
 d as (insert into due(business_id, due_id, rule, subject, at, task_rule, contact_id, owner_id, task_due)
       select $1, gen_random_uuid(), 'task', u.champion_id, now(), 'champion_kit', u.contact_id, u.owner_id, business_days_after($1, now(), 2) from u where u.state = 2
       union all
       select $1, gen_random_uuid(), 'champion_touch', u.champion_id, now() + make_interval(days => setting_number($1, 'champion.touch_days')::int), null, u.contact_id, u.owner_id, null
       from u where u.state = 2),
 x as (insert into fact(business_id, kind, day, n, subject, contact_id, seat_id)
       select $1, 'champion_joined', today_of($1), 1, u.champion_id, u.contact_id, $3 from u where u.state = 2 and (select h.state from h) = 1
       union all select $1, 'champion_active', today_of($1), case u.state when 2 then 1 else -1 end, u.champion_id, u.contact_id, $3 from u where u.state = 2 or (select h.state from h) = 2),
 f as (insert into feed(business_id, kind, ids) select $1, 2::int2, array[u.contact_id] from u)
{record} $8, v.reason, u.state from v left join u on true

-- name: champion_state_of
-- What somebody is now and what may be done, for the words of a refusal.
-- $5 contact_id uuid
with {actor},
 s as (select coalesce((select x.state from champion x where x.business_id = $1 and x.contact_id = $5), 0) as state)
select (array['no champion', 'invited', 'active', 'resting', 'somebody who declined'])[s.state + 1] || '; possible now: '
       || (select string_agg((array['invite', 'accept', 'decline', 'rest', 'wake'])[t.action], ', ' order by t.action) from champion_transition t where t.from_state = s.state)
from actor, s

-- name: fire_champion_touch
-- system
-- Plans what an active champion is owed: a touch where the last one is too long ago, a word where it went quiet. Comes back as long as it is active.
-- $2 due_id uuid
with {due},
 h as (select x.* , setting_number($1, 'champion.touch_days')::int as touch_days, setting_number($1, 'champion.quiet_days')::int as quiet_days
       from d join champion x on x.business_id = $1 and x.champion_id = d.subject and x.state = 2),
 l as (select h.*, (select max(t.occurred_at) from touchpoint t where t.business_id = $1 and t.contact_id = any (contact_ids($1, h.contact_id)) and t.refusal is null) as touched,
              (select max(r.happened_at) from referral r where r.business_id = $1 and r.source_contact = h.contact_id and r.direction = 1) as referred from h),
 p as (insert into due(business_id, due_id, rule, subject, at, task_rule, contact_id, owner_id, task_due)
       select $1, gen_random_uuid(), 'task', l.champion_id, now(), w.task_rule, l.contact_id, l.owner_id, business_days_after($1, now(), 2)
       from l cross join lateral (select 'champion_touch' as task_rule where coalesce(l.touched, l.since) < now() - make_interval(days => l.touch_days)
                                  union all select 'champion_quiet' where coalesce(l.referred, l.since) < now() - make_interval(days => l.quiet_days)) w
       returning 1),
 n as (insert into due(business_id, due_id, rule, subject, at, contact_id, owner_id)
       select $1, gen_random_uuid(), 'champion_touch', l.champion_id,
              greatest(now() + interval '1 day', coalesce(l.touched, now()) + make_interval(days => l.touch_days)), l.contact_id, l.owner_id from l)
select count(*) from p

-- name: champion_list
-- $5 after_contact_number int8
-- $6 how_many int4
-- $7 state int2
-- $8 silent bool
with {actor},
 h as (select x.*, c.number, c.name, o.login, (select max(r.happened_at) from referral r where r.business_id = $1 and r.source_contact = c.contact_id and r.direction = 1) as referred,
              (select max(l.at) from unnest({ids_of c}) i(id) cross join lateral (select t.occurred_at as at from {touches_of c i} order by t.occurred_at desc limit 1) l) as touched
       from actor a join champion x on x.business_id = $1
       join contact c on c.business_id = $1 and c.contact_id = x.contact_id and c.number > {from $5} and c.erased_at is null and {visible c a}
       join account o on o.business_id = $1 and o.account_id = x.owner_id
       where coalesce($7, 0) = 0 or x.state = $7),
 q as (select h.*, h.state = 2 and coalesce(h.referred, h.since) < now() - make_interval(days => setting_number($1, 'champion.quiet_days')::int) as quiet from h),
 p as (select * from q where $8 is null or q.quiet = $8 order by q.number limit $6)
select p.contact_id, p.number as contact_number, p.name as contact, p.state, p.since as since_at, p.because, p.login as owner, y.direct, y.direct_won, y.direct_value, y.downstream,
       y.downstream_value, y.people, p.referred as last_referral_at, p.touched as last_touch_at, p.quiet,
       (select r.words from recognition r where r.referrals <= y.direct order by r.referrals desc limit 1) as recognition,
       (select r.words || ' at ' || r.referrals from recognition r where r.referrals > y.direct order by r.referrals limit 1) as next_recognition
from p cross join lateral champion_yield($1, p.contact_id) y
order by p.number

-- name: champion_candidates
-- Customers who are none yet, the most referrals first: enough of them within the days, or a promise exceeded and a 9 or 10.
-- $5 how_many int4
with {actor}, z as (select today_of($1) - setting_number($1, 'champion.days')::int as since, setting_number($1, 'champion.referrals')::int as enough),
 r as (select r.source_contact as contact_id, count(*) as n from actor, z join referral r on r.business_id = $1 and r.direction = 1 and r.state <> 12 and r.source_contact is not null
         and r.happened_at >= z.since group by 1),
 e as (select p.contact_id, count(*) as n from z join promise p on p.business_id = $1 and p.state = 3 and p.settled_on >= z.since group by 1),
 s as (select k.contact_id, max(k.said) as said from z join checkup k on k.business_id = $1 and k.state = 2 and k.said >= 9 and k.answered_on >= z.since group by 1),
 w as (select coalesce(r.contact_id, e.contact_id) as contact_id, coalesce(r.n, 0) as n,
              concat_ws('; ', case when r.n >= z.enough then r.n || ' referrals since ' || z.since end, case when e.n > 0 and s.said is not null then 'a promise exceeded, said ' || s.said end) as because
       from z cross join (r full join e on e.contact_id = r.contact_id) left join s on s.contact_id = coalesce(r.contact_id, e.contact_id))
select c.contact_id, c.number as contact_number, c.name as contact, w.because
from actor a cross join w join contact c on c.business_id = $1 and c.contact_id = w.contact_id and c.erased_at is null and c.consent is distinct from 4 and {visible c a}
where w.because <> '' and not exists (select from champion x where x.business_id = $1 and x.contact_id = c.contact_id)
order by w.n desc, c.number limit $5

-- name: champion_tree
-- $5 contact_id uuid
with {actor},
 k as (select c.contact_id from actor a join contact c on c.business_id = $1 and c.contact_id = $5 and c.erased_at is null and {visible c a}),
 t as materialized (select t.* from k cross join lateral champion_tree($1, k.contact_id, 20, 500) t)
select t.depth, t.contact_id, c.number as contact_number, c.name as contact, p.number as parent_number, y.direct, y.won, y.value
from t join contact c on c.business_id = $1 and c.contact_id = t.contact_id
left join contact p on p.business_id = $1 and p.contact_id = t.parent_id
cross join lateral (select count(*) as direct, count(*) filter (where r.state = 6) as won, coalesce(sum(r.value) filter (where r.state = 6), 0)::int8 as value
                    from referral r where r.business_id = $1 and r.source_contact = t.contact_id and r.direction = 1 and r.state <> 12) y
order by (select array_agg(x.number order by i.at) from unnest(t.path) with ordinality i(id, at) join contact x on x.business_id = $1 and x.contact_id = i.id)

-- name: champion_reach
-- Generations from the customers that nobody sent. Who is in a circle, which nobody outside sent, is in no generation.
-- $5 how_many int4
with recursive actor as materialized (select x.account_id, x.partner_id, x.role from account x where x.business_id = $1 and x.account_id = $2 and x.epoch = $3 and x.closed_at is null),
 edge as materialized (select c.contact_id, champion_parent($1, c.contact_id) as parent_id, c.segments @> array[2::int2] as customer
                       from actor join contact c on c.business_id = $1 and c.head_id = c.contact_id and c.erased_at is null
                       where c.segments @> array[2::int2] or exists (select from referral r where r.business_id = $1 and r.contact_id = c.contact_id)
                          or exists (select from referral r where r.business_id = $1 and r.source_contact = c.contact_id)),
 g as (select e.contact_id, e.customer, 0 as generation from edge e where e.parent_id is null
       union all select e.contact_id, e.customer, g.generation + 1 from g join edge e on e.parent_id = g.contact_id where g.generation < 20),
 n as (select g.generation, count(*) filter (where g.customer) as customers,
              sum((select count(*) from referral r where r.business_id = $1 and r.source_contact = g.contact_id and r.direction = 1 and r.state <> 12)) as introductions
       from g group by g.generation)
select n.generation, n.customers, n.introductions::int8 as introductions, case when n.customers > 0 then n.introductions::float8 / n.customers end as k
from n order by n.generation limit $5
