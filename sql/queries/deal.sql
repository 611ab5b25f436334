-- name: deal_add
-- change
-- $8 deal_id uuid
-- $9 contact_id uuid
-- $10 title text
-- $11 value int8
-- $12 list_price int8
-- $13 currency text
-- $14 opened_on date
-- $15 owner text
-- $16 seat text
-- $17 origin text
with {changer}, {seat o $15},
 s as (select coalesce((select a.account_id from account a where a.business_id = $1 and a.login = $16 and a.closed_at is null), case when $16 is null then o.account_id end) as account_id from o),
 c as (select c.contact_id, c.origin from actor a join contact c on c.business_id = $1 and c.contact_id = $9 and c.erased_at is null and {visible c a}),
 b as (select b.currency, today_of($1) as today from business b where b.business_id = $1),
 v as (select case when not exists (select from c) then 'NOT_FOUND' when not exists (select from o) then 'NO_SUCH_ACCOUNT'
                   when (select account_id from s) is null then 'NO_SUCH_ACCOUNT' when $13 is not null and $13 !~ '^[A-Z]{3}$' then 'BAD_CURRENCY'
                   when $11 < 0 or $12 < 0 then 'NEGATIVE_AMOUNT'
                   when exists (select from deal d where d.business_id = $1 and d.deal_id = $8) then 'ID_USED' end as reason from actor),
 {next D},
 i as (insert into deal(business_id, deal_id, number, contact_id, title, value, list_price, currency, opened_on, owner_id, seat_id, origin, made_by)
       select $1, $8, n.last, c.contact_id, $10, $11, $12, coalesce($13, b.currency), coalesce($14, b.today), o.account_id, s.account_id,
              coalesce(nullif($17, ''), case when exists (select from claim k where k.business_id = $1 and k.contact_id = c.contact_id and k.holds and k.credit_until > now()) then 'referral' end,
                       c.origin), $3 from n, c, o, s, b returning *),
 x as (insert into fact(business_id, kind, day, subject, contact_id, seat_id, origin, value, currency)
       select $1, 'deal_opened', i.opened_on, i.deal_id, i.contact_id, i.seat_id, i.origin, i.value, i.currency from i),
 f as (insert into feed(business_id, kind, ids) select $1, 2::int2, array[i.contact_id] from i)
{record} $8, v.reason, i.number from v left join i on true

-- name: deal_get
-- $5 deal_id uuid
-- $6 number int8
with {actor}
select d.deal_id, d.number, d.contact_id, c.number as contact_number, c.name as contact, d.title, d.state, d.value, d.list_price, d.currency,
       d.opened_on, d.closed_on, o.login as owner, s.login as seat, d.origin, d.conversation_on, d.customer_owes, d.lost_because, d.version,
       (select count(*) from promise p where p.business_id = $1 and p.deal_id = d.deal_id) as promises,
       (select count(*) from baseline b where b.business_id = $1 and b.deal_id = d.deal_id) as baselines,
       case when d.state <> 3 then deal_lacks($1, d) end as lacks,
       case when d.state = 1 and d.conversation_on is null then text_fill(text_in($1, 'text.conversation', c.language), c.name, null, null, coalesce(me.name, me.login), z.name) end as say
from actor a join account me on me.business_id = $1 and me.account_id = a.account_id join business z on z.business_id = $1 join deal d on d.business_id = $1 and (d.deal_id = $5 or d.number = $6)
join contact c on c.business_id = $1 and c.contact_id = d.contact_id and {visible c a}
join account o on o.business_id = $1 and o.account_id = d.owner_id
join account s on s.business_id = $1 and s.account_id = d.seat_id

-- name: deal_baselines
-- $5 deal_id uuid
-- $6 number int8
with {actor}
select b.baseline_id, b.measure, b.unit, b.before, b.promised, b.after, b.evidence, b.result_on
from actor join deal d on d.business_id = $1 and (d.deal_id = $5 or d.number = $6)
join baseline b on b.business_id = $1 and b.deal_id = d.deal_id order by b.measure, b.baseline_id

-- name: deal_list
-- $5 after_number int8
-- $6 how_many int4
-- $7 contact_id uuid
-- $8 state int2
-- $9 owner text
with {actor}
select d.deal_id, d.number, d.contact_id, c.number as contact_number, c.name as contact, d.title, d.state, d.value, d.list_price, d.currency,
       d.opened_on, d.closed_on, o.login as owner, s.login as seat, d.origin, d.conversation_on, d.version, case when d.state <> 3 then deal_lacks($1, d) end as lacks
from actor a join deal d on d.business_id = $1
join contact c on c.business_id = $1 and c.contact_id = d.contact_id and {visible c a}
join account o on o.business_id = $1 and o.account_id = d.owner_id
join account s on s.business_id = $1 and s.account_id = d.seat_id
where d.number > {from $5} and ($7 is null or d.contact_id = $7) and (coalesce($8, 0) = 0 or d.state = $8) and ($9 is null or o.login = $9)
order by d.number limit $6

-- name: deal_edit
-- change
-- An open deal only, and the version that was read. $10 to $18: null leaves, '' clears.
-- $8 deal_id uuid
-- $9 version int8
-- $10 title text
-- $11 value int8
-- $12 list_price int8
-- $13 currency text
-- $14 owner text
-- $15 seat text
-- $16 origin text
-- $17 customer_owes text
-- $18 conversation text
with {changer},
 d as (select d.* from actor a join deal d on d.business_id = $1 and d.deal_id = $8
       join contact c on c.business_id = $1 and c.contact_id = d.contact_id and {visible c a} for update of d),
 o as (select a.account_id from account a where a.business_id = $1 and a.login = $14 and a.closed_at is null and a.partner_id is null),
 s as (select a.account_id from account a where a.business_id = $1 and a.login = $15 and a.closed_at is null),
 v as (select case when d.deal_id is null then 'NOT_FOUND' when d.state <> 1 then 'DEAL_CLOSED' when d.version <> $9 then 'VERSION'
                   when ($14 is not null and not exists (select from o)) or ($15 is not null and not exists (select from s)) then 'NO_SUCH_ACCOUNT'
                   when $13 is not null and $13 !~ '^[A-Z]{3}$' then 'BAD_CURRENCY' when $11 < 0 or $12 < 0 then 'NEGATIVE_AMOUNT' end as reason
       from actor left join d on true),
 u as (update deal x set title = coalesce(nullif($10, ''), x.title), value = coalesce($11, x.value), list_price = coalesce($12, x.list_price),
         currency = coalesce($13, x.currency), owner_id = coalesce((select account_id from o), x.owner_id), seat_id = coalesce((select account_id from s), x.seat_id),
         origin = coalesce(nullif($16, ''), x.origin), customer_owes = case when $17 is null then x.customer_owes else nullif($17, '') end,
         conversation_on = case when $18 is null then x.conversation_on else nullif($18, '')::date end, version = x.version + 1
       from d, v where v.reason is null and x.business_id = $1 and x.deal_id = d.deal_id returning x.*),
 x as (insert into fact(business_id, kind, day, n, subject, contact_id, seat_id, origin, value, currency)
       select $1, 'deal_opened', q.opened_on, q.n, q.deal_id, q.contact_id, q.seat_id, q.origin, q.value, q.currency
       from (select -1::int2 as n, d.opened_on, d.deal_id, d.contact_id, d.seat_id, d.origin, d.value, d.currency from d, u
             union all select 1::int2, u.opened_on, u.deal_id, u.contact_id, u.seat_id, u.origin, u.value, u.currency from u) q, d, u
       where (d.seat_id, d.origin, d.value, d.currency) is distinct from (u.seat_id, u.origin, u.value, u.currency)),
 f as (insert into feed(business_id, kind, ids) select $1, 2::int2, array[u.contact_id] from u)
{record} $8, v.reason, u.version from v left join u on true

-- part: priced_fact u
-- What a won deal brought of its list price, where there is one.
insert into fact(business_id, kind, day, subject, contact_id, seat_id, origin, parts)
select $1, 'deal_priced', :u.closed_on, :u.deal_id, :u.contact_id, :u.seat_id, :u.origin, parts_of(:u.value, :u.list_price) from :u
where :u.state = 2 and parts_of(:u.value, :u.list_price) is not null

-- name: deal_won
-- change
-- The prospect becomes a customer; the win enters buy, a second one repeat; the project opens unless no id came for it, and with it
-- its results review, which gets its day when the project completes.
-- $8 deal_id uuid
-- $9 closed_on date
-- $10 value int8
-- $11 project_id uuid
with {changer},
 d as (select d.* from actor a join deal d on d.business_id = $1 and d.deal_id = $8
       join contact c on c.business_id = $1 and c.contact_id = d.contact_id and {visible c a} for update of d),
 t as (select coalesce($9, today_of($1)) as day, b.zone from business b where b.business_id = $1),
 v as (select case when d.deal_id is null then 'NOT_FOUND' when d.state <> 1 then 'DEAL_CLOSED' when t.day < d.opened_on then 'CLOSED_BEFORE_OPENED'
                   when t.day > today_of($1) then 'DAY_AHEAD' when $10 < 0 then 'NEGATIVE_AMOUNT'
                   when exists (select from project p where p.business_id = $1 and p.project_id = $11) then 'ID_USED' end as reason
       from actor cross join t left join d on true),
 u as (update deal x set state = 2, closed_on = t.day, value = coalesce($10, x.value), version = x.version + 1
       from d, v, t where v.reason is null and x.business_id = $1 and x.deal_id = d.deal_id returning x.*),
 k as (update contact x set segments = (select array_agg(distinct s order by s) from unnest(array_remove(x.segments, 1::int2) || 2::int2) s), version = x.version + 1
       from u where x.business_id = $1 and x.contact_id = u.contact_id and (x.segments @> array[1::int2] or not x.segments @> array[2::int2])),
 e as (insert into contact_stage(business_id, contact_id, stage, first_at, touchpoint_id)
       select $1, u.contact_id, g.stage, u.closed_on::timestamp at time zone t.zone, u.deal_id
       from u cross join t cross join lateral (
         select 5::int2 as stage
         union all select 6::int2 where exists (select from deal o where o.business_id = $1 and o.contact_id = u.contact_id and o.state = 2 and o.deal_id <> u.deal_id)) g
       order by 3
       on conflict (business_id, contact_id, stage) do update set first_at = excluded.first_at, touchpoint_id = excluded.touchpoint_id
       where (excluded.first_at, excluded.touchpoint_id) < (contact_stage.first_at, contact_stage.touchpoint_id)),
 x as (insert into fact(business_id, kind, day, subject, contact_id, seat_id, origin, label, value, currency, seconds)
       select $1, 'deal_won', u.closed_on, u.deal_id, u.contact_id, u.seat_id, u.origin,
              case when u.conversation_on is null then 'no conversation' else 'prepared' end, u.value, u.currency, (u.closed_on - u.opened_on)::int8 * 86400 from u),
 xp as ({priced_fact u}),
 n as (insert into counter(business_id, kind, last) select $1, 'J', 1 from u where $11 is not null
       on conflict (business_id, kind) do update set last = counter.last + 1 returning last),
 p as (insert into project(business_id, project_id, number, contact_id, deal_id, title, started_on, owner_id)
       select $1, $11, n.last, u.contact_id, u.deal_id, u.title, u.closed_on, u.owner_id from u, n returning *),
 vn as (insert into counter(business_id, kind, last) select $1, 'V', 1 from p on conflict (business_id, kind) do update set last = counter.last + 1 returning last),
 vr as (insert into review(business_id, review_id, number, contact_id, project_id, due_on, owner_id)
        select $1, id_made(), vn.last, p.contact_id, p.project_id, 'infinity', p.owner_id from p, vn),
 jn as (select u.contact_id, c.number from u join contact c on c.business_id = $1 and c.contact_id = u.contact_id),
 jo as ({joins jn}),
 f as (insert into feed(business_id, kind, ids) select $1, 2::int2, array[u.contact_id] from u)
{record} $8, v.reason, u.version from v left join u on true

-- name: deal_won_without
-- What its checklist lacked.
-- $5 deal_id uuid
with {actor}
select coalesce('without ' || deal_lacks($1, d), 'with all of its checklist') as how from actor join deal d on d.business_id = $1 and d.deal_id = $5

-- name: deal_lost
-- change
-- $8 deal_id uuid
-- $9 closed_on date
-- $10 because text
with {changer},
 d as (select d.* from actor a join deal d on d.business_id = $1 and d.deal_id = $8
       join contact c on c.business_id = $1 and c.contact_id = d.contact_id and {visible c a} for update of d),
 t as (select coalesce($9, today_of($1)) as day),
 v as (select case when d.deal_id is null then 'NOT_FOUND' when d.state <> 1 then 'DEAL_CLOSED' when t.day < d.opened_on then 'CLOSED_BEFORE_OPENED'
                   when t.day > today_of($1) then 'DAY_AHEAD' end as reason
       from actor cross join t left join d on true),
 u as (update deal x set state = 3, closed_on = t.day, lost_because = $10, version = x.version + 1
       from d, v, t where v.reason is null and x.business_id = $1 and x.deal_id = d.deal_id returning x.*),
 x as (insert into fact(business_id, kind, day, subject, contact_id, seat_id, origin, label, value, currency, seconds)
       select $1, 'deal_lost', u.closed_on, u.deal_id, u.contact_id, u.seat_id, u.origin, $10, u.value, u.currency, (u.closed_on - u.opened_on)::int8 * 86400 from u),
 f as (insert into feed(business_id, kind, ids) select $1, 2::int2, array[u.contact_id] from u)
{record} $8, v.reason, u.version from v left join u on true

-- name: deal_reopen
-- change
-- Counter-entries take the outcome out of the metrics. The stage entry and the segment stay: set back by hand where wrong.
-- $8 deal_id uuid
-- $9 because text
with {changer},
 d as (select d.* from actor a join deal d on d.business_id = $1 and d.deal_id = $8
       join contact c on c.business_id = $1 and c.contact_id = d.contact_id and {visible c a} for update of d),
 v as (select case when d.deal_id is null then 'NOT_FOUND' when d.state = 1 then 'DEAL_OPEN'
                   when exists (select from project p where p.business_id = $1 and p.deal_id = $8 and p.state = 2) then 'PROJECT_COMPLETED' end as reason
       from actor left join d on true),
 u as (update deal x set state = 1, closed_on = null, lost_because = null, version = x.version + 1
       from d, v where v.reason is null and x.business_id = $1 and x.deal_id = d.deal_id returning x.*),
 p as (update project x set state = 3, ended_on = greatest(today_of($1), x.started_on), because = $9 from u
       where x.business_id = $1 and x.deal_id = u.deal_id and x.state = 1 returning x.project_id),
 r as (update review x set state = 3, because = $9 from p where x.business_id = $1 and x.project_id = p.project_id and x.state = 1 and x.due_on = 'infinity'),
 x as (insert into fact(business_id, kind, day, n, subject, contact_id, seat_id, partner_id, origin, label, value, currency, seconds, parts)
       select b.* from (select u.deal_id, array['deal_won', 'deal_lost', 'deal_priced'] as kinds from u) u cross join lateral ({taken_back u.deal_id u.kinds}) b),
 f as (insert into feed(business_id, kind, ids) select $1, 2::int2, array[u.contact_id] from u)
{record} $8, v.reason, u.version from v left join u on true

-- name: baseline_add
-- change
-- $8 baseline_id uuid
-- $9 deal_id uuid
-- $10 measure text
-- $11 unit text
-- $12 before float8
-- $13 promised float8
with {changer},
 d as (select d.deal_id from actor a join deal d on d.business_id = $1 and d.deal_id = $9
       join contact c on c.business_id = $1 and c.contact_id = d.contact_id and {visible c a}),
 v as (select case when not exists (select from d) then 'NOT_FOUND'
                   when exists (select from baseline b where b.business_id = $1 and b.baseline_id = $8) then 'ID_USED' end as reason from actor),
 i as (insert into baseline(business_id, baseline_id, deal_id, measure, unit, before, promised)
       select $1, $8, d.deal_id, $10, coalesce($11, ''), $12, $13 from d, v where v.reason is null)
{record} $8, v.reason, null from v

-- name: baseline_result
-- change
-- $8 baseline_id uuid
-- $9 after float8
-- $10 evidence text
with {changer},
 u as (update baseline x set after = $9, evidence = $10, result_on = today_of($1) from actor a, deal d, contact c
       where x.business_id = $1 and x.baseline_id = $8 and d.business_id = $1 and d.deal_id = x.deal_id and c.business_id = $1 and c.contact_id = d.contact_id
         and {visible c a} returning x.baseline_id)
{record} $8, case when not exists (select from u) then 'NOT_FOUND' end, null from actor
