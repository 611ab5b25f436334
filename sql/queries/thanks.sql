-- name: thanks_give
-- change
-- What is owed to the source, or the one named, is settled; where nothing is owed, a row says that thanks were given unasked.
-- $8 thanks_id uuid
-- $9 contact_id uuid
-- $10 partner_id uuid
-- $11 owed_id uuid
-- $12 words text
-- $13 channel int2
-- $14 given_at timestamptz
with {changer},
 w as (select least(coalesce($14, clock_timestamp()), clock_timestamp()) as at),
 s as (select c.contact_id, null::uuid as partner_id from actor a join contact c on c.business_id = $1 and c.contact_id = $9 and c.erased_at is null and {visible c a}
       union all select null, p.partner_id from actor join partner p on p.business_id = $1 and p.partner_id = $10),
 o as (select t.* from actor join thanks t on t.business_id = $1 and t.state = 1
         and (t.thanks_id = $11 or ($11 is null and (t.contact_id = (select contact_id from s) or t.partner_id = (select partner_id from s))))
       order by t.number for update of t),
 v as (select case when $11 is not null and not exists (select from thanks t where t.business_id = $1 and t.thanks_id = $11) then 'NOT_FOUND'
                   when $11 is not null and not exists (select from o) then 'THANKS_SETTLED'
                   when $11 is null and not exists (select from s) then 'NOT_FOUND'
                   when not exists (select from o) and exists (select from thanks t where t.business_id = $1 and t.thanks_id = $8) then 'ID_USED' end as reason from actor),
 u as (update thanks x set state = 2, settled_at = greatest(w.at, o.owed_at), settled_by = $3, words = coalesce($12, x.words), channel = nullif($13, 0)
       from o, v, w where v.reason is null and x.business_id = $1 and x.thanks_id = o.thanks_id returning x.*),
 -- what its referrals wait for is said with it: their loop closes
 m as materialized (select referral_move($1, r.referral_id, 21::int2, $3, a.role, null, jsonb_strip_nulls(jsonb_build_object('words', $12, 'happened_at', case when $14 < now() then greatest($14, r.happened_at, r.closed_at) end))) as reason
       from actor a cross join v cross join lateral (
         select r.* from referral r where r.business_id = $1 and r.direction = 1
           and (r.source_contact = (select contact_id from s) or r.source_partner = (select partner_id from s))
           and (r.state in (1, 2, 3, 4, 5, 10) and r.receipt_thanked_at is null or r.state in (6, 7, 8, 9) and r.thanked_at is null)
         order by r.number) r -- in one order: they are locked one after the other
       where v.reason is null and $11 is null),
 none as (select v.reason from v where v.reason is null and not exists (select from o)),
 {next_for H none},
 i as (insert into thanks(business_id, thanks_id, number, contact_id, partner_id, state, owner_id, words, channel, settled_at, settled_by, made_by)
       select $1, $8, n.last, s.contact_id, s.partner_id, 2, $3, $12, nullif($13, 0), w.at, $3, $3 from n, s, w returning *),
 g as (select * from u union all select * from i),
 x as (insert into fact(business_id, kind, day, subject, contact_id, partner_id, seat_id, label, seconds)
       select $1, 'thanks_given', (g.settled_at at time zone b.zone)::date, g.thanks_id, g.contact_id, g.partner_id, $3, (array['other', 'receipt', 'outcome'])[g.owed_for],
              extract(epoch from g.settled_at - g.owed_at)::int8 from g join business b on b.business_id = $1),
 q as (update due x set cancelled_at = now() from u where x.business_id = $1 and x.subject = u.thanks_id and x.fired_at is null and x.cancelled_at is null),
 k as (update task x set state = 2, closed_at = now(), closed_by = $3 from u where x.business_id = $1 and x.subject = u.thanks_id and x.state = 1),
 f as (insert into feed(business_id, kind, ids) select $1, 2::int2, array_agg(distinct g.contact_id) from g where g.contact_id is not null having count(*) > 0)
{record} g.thanks_id, v.reason, g.number from v cross join (select count(m.reason) from m) told left join lateral (select g.thanks_id, g.number from g order by g.number limit 1) g on true

-- name: thanks_owe
-- change
-- $8 thanks_id uuid
-- $9 contact_id uuid
-- $10 partner_id uuid
-- $11 words text
-- $12 owner text
with {changer}, {seat o $12},
 s as (select c.contact_id, null::uuid as partner_id from actor a join contact c on c.business_id = $1 and c.contact_id = $9 and c.erased_at is null and {visible c a}
       union all select null, p.partner_id from actor join partner p on p.business_id = $1 and p.partner_id = $10),
 v as (select case when not exists (select from s) then 'NOT_FOUND' when not exists (select from o) then 'NO_SUCH_ACCOUNT'
                   when exists (select from thanks t where t.business_id = $1 and t.thanks_id = $8) then 'ID_USED' end as reason from actor),
 {next H},
 i as (insert into thanks(business_id, thanks_id, number, contact_id, partner_id, state, owner_id, owed_at, due_at, words, made_by)
       select $1, $8, n.last, s.contact_id, s.partner_id, 1, o.account_id, now(), business_days_after($1, now(), setting_number($1, 'thanks.days')::int), $11, $3
       from n, s, o returning *),
 q as (insert into due(business_id, due_id, rule, subject, at, task_rule, subject_kind, contact_id, owner_id, task_due, words)
       select $1, i.thanks_id, 'task', i.thanks_id, now(), 'thanks_owed', 'H', i.contact_id, i.owner_id, i.due_at, i.words from i),
 f as ({tell i})
{record} $8, v.reason, i.number from v left join i on true

-- name: thanks_waive
-- change
-- $8 thanks_id uuid
-- $9 because text
with {changer},
 t as (select t.thanks_id, t.state from actor join thanks t on t.business_id = $1 and t.thanks_id = $8 for update of t),
 v as (select case when t.thanks_id is null then 'NOT_FOUND' when t.state <> 1 then 'THANKS_SETTLED' end as reason from actor left join t on true),
 u as (update thanks x set state = 3, settled_at = clock_timestamp(), settled_by = $3, because = $9 from t, v
       where v.reason is null and x.business_id = $1 and x.thanks_id = t.thanks_id returning x.thanks_id, x.contact_id),
 q as (update due x set cancelled_at = now() from u where x.business_id = $1 and x.subject = u.thanks_id and x.fired_at is null and x.cancelled_at is null),
 k as (update task x set state = 3, closed_at = now(), closed_by = $3, result = $9 from u where x.business_id = $1 and x.subject = u.thanks_id and x.state = 1),
 f as ({tell u})
{record} $8, v.reason, null from v

-- name: thanks_list
-- $5 after_number int8
-- $6 how_many int4
-- $7 contact_id uuid
-- $8 partner_id uuid
-- $9 state int2
-- $10 owner text
with {actor}
select t.thanks_id, t.number, t.contact_id, c.number as contact_number, c.name as contact, t.partner_id, p.number as partner_number, p.name as partner, t.owed_for, t.state,
       t.state = 1 and coalesce(t.due_at < now(), false) as overdue, o.login as owner, t.words, t.channel, t.owed_at, t.due_at, t.settled_at, by.login as settled_by, t.because,
       t.number as after_number
from actor a join thanks t on t.business_id = $1 and t.number > {from $5}
left join contact c on c.business_id = $1 and c.contact_id = t.contact_id and {visible c a}
left join partner p on p.business_id = $1 and p.partner_id = t.partner_id
join account o on o.business_id = $1 and o.account_id = t.owner_id
left join account by on by.business_id = $1 and by.account_id = t.settled_by
where ($7 is null or t.contact_id = $7) and ($8 is null or t.partner_id = $8) and (coalesce($9, 0) = 0 or t.state = $9) and ($10 is null or o.login = $10)
order by t.number limit $6

-- name: credit_say
-- change
-- $8 credit_id uuid
-- $9 contact_id uuid
-- $10 partner_id uuid
-- $11 colleague text
-- $12 to_role int2
-- $13 words text
-- $14 place text
-- $15 said_on date
with {changer},
 s as (select c.contact_id, null::uuid as partner_id, null::uuid as account_id, case when c.segments @> array[2::int2] then 2 else 1 end::int2 as to_role
       from actor a join contact c on c.business_id = $1 and c.contact_id = $9 and c.erased_at is null and {visible c a}
       union all select null, p.partner_id, null, 3::int2 from actor join partner p on p.business_id = $1 and p.partner_id = $10
       union all select null, null, x.account_id, 6::int2 from actor join account x on x.business_id = $1 and x.login = $11 and x.partner_id is null and x.closed_at is null),
 t as (select today_of($1) as today),
 v as (select case when $11 is not null and not exists (select from s) then 'NO_SUCH_ACCOUNT' when not exists (select from s) then 'NOT_FOUND'
                   when $15 > t.today then 'DAY_AHEAD'
                   when exists (select from credit x where x.business_id = $1 and x.credit_id = $8) then 'ID_USED' end as reason from actor, t),
 {next N},
 i as (insert into credit(business_id, credit_id, number, contact_id, partner_id, account_id, to_role, words, place, said_on, said_by)
       select $1, $8, n.last, s.contact_id, s.partner_id, s.account_id, coalesce(nullif($12, 0), s.to_role), $13, $14, coalesce($15, t.today), $3 from n, s, t returning *),
 x as (insert into fact(business_id, kind, day, subject, contact_id, partner_id, seat_id, label)
       select $1, 'credit_said', i.said_on, i.credit_id, i.contact_id, i.partner_id, $3,
              (array['prospect', 'customer', 'partner', 'vendor', 'mentor', 'colleague'])[i.to_role] from i),
 f as ({tell i})
{record} $8, v.reason, i.number from v left join i on true

-- name: credit_list
-- $5 after_number int8
-- $6 how_many int4
-- $7 contact_id uuid
-- $8 partner_id uuid
-- $9 colleague text
with {actor}
select k.credit_id, k.number, k.contact_id, c.number as contact_number, c.name as contact, k.partner_id, p.number as partner_number, p.name as partner, o.login as colleague,
       k.to_role, k.words, k.place, k.said_on, by.login as said_by, k.number as after_number
from actor a join credit k on k.business_id = $1 and k.number > {from $5}
left join contact c on c.business_id = $1 and c.contact_id = k.contact_id and {visible c a}
left join partner p on p.business_id = $1 and p.partner_id = k.partner_id
left join account o on o.business_id = $1 and o.account_id = k.account_id
join account by on by.business_id = $1 and by.account_id = k.said_by
where ($7 is null or k.contact_id = $7) and ($8 is null or k.partner_id = $8) and ($9 is null or o.login = $9)
order by k.number limit $6

-- name: credit_missing
-- Who sent somebody, or was thanked, and was never named before others.
-- $5 how_many int4
with {actor},
 s as (select t.contact_id, t.partner_id, count(t.thanked)::int4 as thanks, count(t.sent)::int4 as referrals, min(t.at) as since_at
       from actor cross join lateral (
         select t.contact_id, t.partner_id, 1 as thanked, null::int as sent, t.made_at as at from thanks t where t.business_id = $1 and t.state <> 3
         union all select r.source_contact, r.source_partner, null, 1, r.happened_at from referral r
         where r.business_id = $1 and r.direction = 1 and r.state <> 12 and r.source_account is null) t
       group by t.contact_id, t.partner_id)
select s.contact_id, c.number as contact_number, c.name as contact, s.partner_id, p.number as partner_number, p.name as partner, s.thanks, s.referrals, s.since_at
from actor a cross join s
left join contact c on c.business_id = $1 and c.contact_id = s.contact_id and {visible c a}
left join partner p on p.business_id = $1 and p.partner_id = s.partner_id
where not exists (select from credit k where k.business_id = $1 and k.contact_id = s.contact_id)
  and not exists (select from credit k where k.business_id = $1 and k.partner_id = s.partner_id)
order by s.referrals desc, s.thanks desc, s.since_at limit $5
