-- name: touch_batch
-- raw
-- Touches of one or several businesses: judge every row, insert accepted and refused ones in the order of business and id, keep
-- stage entries, and leave slips of what is to be counted (0150_tally_slip.sql). Rows that come back were stored by this statement; the
-- rest were there before (touch_follow_up tells).
-- Every step names the business of its row: wall 4 fences the set only (0120_toucher.sql).
-- $1 businesses uuid[]
-- $2 ids uuid[]
-- $3 contacts uuid[]
-- $4 accounts uuid[]
-- $5 epochs int4[]
-- $6 occurred timestamptz[]
-- $7 channels int2[]
-- $8 stages int2[]
-- $9 sentiments int2[]
-- $10 flags int2[]
-- $11 scores int2[]
-- $12 scales int2[]
-- $13 mends uuid[]
-- $14 addresses text[]
-- $15 notes text[]
with u as materialized (
  select u.business_id, u.id, u.contact_id, u.account_id, u.occurred_at, u.channel, u.sentiment, u.flags, u.score, u.scale, u.mends, u.address, u.note, a.role, a.partner_id,
         c.head_id, case when u.stage > 0 then u.stage else coalesce(c.present, 1::int2) end as stage,
         case when c.contact_id is null then 1::int2
              when u.occurred_at > now() + interval '10 minutes' then 2::int2
              when u.mends is not null and not exists (select from touchpoint m where m.business_id = u.business_id and m.id = u.mends
                     and m.contact_id = any ({ids_of c}) and m.sentiment = 3 and m.refusal is null
                     and {seen m a} and not exists (select from strike k where k.business_id = u.business_id and k.touchpoint_id = m.id))
                   and not exists (select from promise p where p.business_id = u.business_id and p.promise_id = u.mends and p.contact_id = c.head_id and p.state = 4
                     and a.partner_id is null) then 4::int2 end as refusal
  from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
       u(business_id, id, contact_id, account_id, epoch, occurred_at, channel, stage, sentiment, flags, score, scale, mends, address, note)
  cross join lateral (select a.role, a.partner_id from account a
      where a.business_id = u.business_id and a.account_id = u.account_id and a.epoch = u.epoch and a.closed_at is null limit 1) a
  left join lateral (select c.business_id, c.contact_id, c.head_id,
        case when u.stage = 0 then {stage c} end as present
      from contact c where c.business_id = u.business_id and c.contact_id = u.contact_id and c.erased_at is null and {loggable c a} limit 1) c on true
), i as (
  insert into touchpoint(business_id, id, contact_id, account_id, partner_id, occurred_at, channel, stage, sentiment, role, flags, score, score_scale, refusal, mends, address, note)
  select business_id, id, contact_id, account_id, partner_id, occurred_at, channel, stage, sentiment, role, flags, score, scale, refusal, mends,
         case when refusal is null then address end, case when refusal is null then note end
  from u order by business_id, id
  on conflict (business_id, id) do nothing
  returning business_id, id, contact_id, account_id, occurred_at, channel, stage, sentiment, role, flags, refusal
), t as (
  insert into tally_slip(business_id, touches) select business_id, array_agg(id) from i where refusal is null group by business_id
), s as (
  insert into contact_stage(business_id, contact_id, stage, first_at, touchpoint_id)
  select distinct on (i.business_id, i.contact_id, i.stage) i.business_id, i.contact_id, i.stage, i.occurred_at, i.id
  from i left join lateral (select x.first_at from contact_stage x where x.business_id = i.business_id and x.contact_id = i.contact_id and x.stage = i.stage limit 1) x on true
  where i.refusal is null and {enters i} and (x.first_at is null or x.first_at >= i.occurred_at)
  order by i.business_id, i.contact_id, i.stage, i.occurred_at, i.id
  on conflict (business_id, contact_id, stage) do update set first_at = excluded.first_at, touchpoint_id = excluded.touchpoint_id
  where (excluded.first_at, excluded.touchpoint_id) < (contact_stage.first_at, contact_stage.touchpoint_id)
  returning business_id, contact_id, stage, first_at, touchpoint_id
), l as (
  {log_entries s}
), q as (
  -- a delivery, or a support touch that isn't a complaint, is followed by a check; imported ones (UUIDv8) and those of long ago are history
  insert into due(business_id, due_id, rule, subject, at, contact_id, owner_id)
  select distinct on (i.business_id, i.contact_id) i.business_id, gen_random_uuid(), 'check', i.id, k.at, i.contact_id, case when i.role <> 3 then i.account_id end
  from i cross join lateral (select i.occurred_at + {check_days i} * interval '1 day' as at) k
  left join lateral (select x.due_id from due x where x.business_id = i.business_id and x.contact_id = i.contact_id and x.rule = 'check' and x.fired_at is null and x.cancelled_at is null limit 1) x on true
  where i.refusal is null and (i.channel = 10 or i.channel = 11 and i.sentiment <> 3) and get_byte(uuid_send(i.id), 6) >> 4 = 7 and k.at > now() and x.due_id is null
  order by i.business_id, i.contact_id, i.occurred_at desc
), f as (
  insert into feed(business_id, kind, ids) select business_id, 1::int2, array_agg(distinct head_id) from u where refusal is null and exists (select from i where refusal is null) group by business_id
)
select business_id, id, refusal from i

-- name: touch_follow_up
-- raw
-- What became of the rows that didn't come back. Commits a little WAL, so that the answer waits for a standby as the
-- first one did.
-- $1 businesses uuid[]
-- $2 ids uuid[]
-- $3 contacts uuid[]
-- $4 accounts uuid[]
-- $5 epochs int4[]
-- $6 occurred timestamptz[]
-- $7 channels int2[]
-- $8 stages int2[]
-- $9 sentiments int2[]
-- $10 flags int2[]
-- $11 scores int2[]
-- $12 scales int2[]
-- $13 mends uuid[]
-- $14 addresses text[]
-- $15 notes text[]
select q.business_id, q.id,
       case when a.account_id is null then 'UNAUTHENTICATED'
            when t.id is null then 'AGAIN'
            when t.account_id <> q.account_id then 'KEY_REUSED'
            when t.refusal is not null then 'REFUSED'
            when (t.contact_id, t.occurred_at, t.channel, t.sentiment, t.flags & 1) = (q.contact_id, q.occurred_at, q.channel, q.sentiment, q.flags & 1)
                 and (t.stage = q.stage and t.flags & 2 = 0 or q.stage = 0 and t.flags & 2 = 2)
                 and (t.score, t.score_scale, t.mends) is not distinct from (q.score, q.scale, q.mends)
                 and ((t.address, t.note) is not distinct from (q.address, q.note) or c.erased_at is not null) then 'DUPLICATE'
            else 'KEY_REUSED' end as verdict,
       t.refusal
from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
     q(business_id, id, contact_id, account_id, epoch, occurred_at, channel, stage, sentiment, flags, score, scale, mends, address, note)
left join lateral (select account_id from account a where a.business_id = q.business_id and a.account_id = q.account_id and a.epoch = q.epoch and a.closed_at is null limit 1) a on true
left join lateral (select * from touchpoint t where t.business_id = q.business_id and t.id = q.id limit 1) t on true
left join lateral (select c.erased_at from contact c where c.business_id = q.business_id and c.contact_id = q.contact_id limit 1) c on true
where (select pg_logical_emit_message(true, 'vs', 'd')) is not null

-- name: touch_timeline
-- The newest touches of a contact, or those before the page's token, as this seat may see them. No row at all: the contact isn't
-- visible; a row without an id: visible, but nothing (more) to show.
-- $5 contact_id uuid
-- $6 after_occurred_at timestamptz
-- $7 after_id uuid
-- $8 how_many int4
with {actor}, seen as materialized (
  select {ids_of c} as ids, a.partner_id from actor a join contact c on c.business_id = $1 and c.contact_id = $5 and c.erased_at is null and {visible c a}
)
select {entry t s}
from seen s
left join lateral (
  select t.* from unnest(s.ids) i(id) cross join lateral (
    select * from touchpoint t where t.business_id = $1 and t.contact_id = i.id and t.refusal is null
       and ($6 is null or (t.occurred_at, t.id) < ($6, $7)) and {seen t s}
    order by t.occurred_at desc, t.id desc limit $8) t
  order by t.occurred_at desc, t.id desc limit $8) t on true
{strike t}
order by t.occurred_at desc, t.id desc

-- name: touch_recorded
-- What was recorded of a contact since `recorded_after`, oldest first: new touches, and touches that were struck since (a strike
-- counts as recorded then). recorded_at is when a transaction began; it may commit up to some seconds later, behind others. So
-- the answer begins ten seconds early, and what is known already comes again. Rows as in touch_timeline.
-- $5 contact_id uuid
-- $6 recorded_after timestamptz
-- $7 after_moved_at timestamptz
-- $8 after_id uuid
-- $9 how_many int4
with {actor}, seen as materialized (
  select {ids_of c} as ids, a.partner_id from actor a join contact c on c.business_id = $1 and c.contact_id = $5 and c.erased_at is null and {visible c a}
), moved as (
  select t.id, t.recorded_at as moved_at from seen s join touchpoint t on t.business_id = $1 and t.contact_id = any (s.ids) and t.refusal is null and {seen t s}
  where t.recorded_at > $6 - interval '10 s'
    and not exists (select from strike x where x.business_id = $1 and x.touchpoint_id = t.id and x.struck_at > $6 - interval '10 s')
  union all
  select t.id, x.struck_at from seen s join strike x on x.business_id = $1 and x.contact_id = any (s.ids) and x.struck_at > $6 - interval '10 s'
  join touchpoint t on t.business_id = $1 and t.id = x.touchpoint_id and {seen t s}
)
select {entry t s}, m.moved_at as after_moved_at
from seen s
left join lateral (select * from moved m where $7 is null or (m.moved_at, m.id) > ($7, $8) order by m.moved_at, m.id limit $9) m on true
left join touchpoint t on t.business_id = $1 and t.id = m.id
{strike t}
order by m.moved_at, m.id

-- name: touch_list
-- Every touch of the business, for exports. Ids are made by clients: what is logged while somebody reads on may lie before its page.
-- $5 after_id uuid
-- $6 how_many int4
with {actor}
select t.id, t.contact_id, c.number as contact_number, c.name as contact, t.occurred_at, t.recorded_at, t.channel, t.stage, t.sentiment, t.flags & 1 = 1 as shared,
       t.score, t.score_scale, t.note, t.address, t.mends, (select x.login from account x where x.business_id = $1 and x.account_id = t.account_id) as login,
       t.role as by_role, (select x.name from partner x where x.business_id = $1 and x.partner_id = t.partner_id) as by_partner,
       k.struck_at is not null as struck, k.because as struck_because, t.id as after_id
from actor a join touchpoint t on t.business_id = $1 and t.id > {from_id $5} and t.refusal is null and {seen t a}
{contact_of t c a}
{strike t}
where c.erased_at is null order by t.id limit $6

-- name: touch_strike
-- change
-- after context_strike
-- By its author within the business's days (strike_days, from when it was recorded), or by an admin. The row stays. Its tallies
-- get a counter-entry on today's day of recording; if it was a stage's entry the next earliest touch takes its place, or the
-- entry goes. It runs alone among the business's touches (context_strike), so what it reads is all there is.
-- Struck recovery: the complaint it named is unmended again. Struck complaint: its recovery stays a touch as any, and nothing can
-- mend it any more. Both follow from readers asking for unstruck touches; nothing is written for it.
-- $8 id uuid
-- $9 because text
with {changer},
 t as materialized (
  select t.*, c.head_id, (t.occurred_at at time zone b.zone)::date as day, (now() at time zone b.zone)::date as today, b.strike_days
  from actor a join business b on b.business_id = $1
  join touchpoint t on t.business_id = $1 and t.id = $8 and t.refusal is null and {seen t a}
  join contact c on c.business_id = $1 and c.contact_id = t.contact_id and c.erased_at is null and {visible c a}),
 v as materialized (
  select case when t.id is null then 'NOT_FOUND'
              when a.role <> 4 and t.account_id <> a.account_id then 'NOT_YOURS_TO_STRIKE'
              when exists (select from strike x where x.business_id = $1 and x.touchpoint_id = t.id) then 'STRUCK'
              when a.role <> 4 and t.recorded_at < now() - t.strike_days * interval '1 day' then 'STRIKE_TOO_LATE' end as reason
  from actor a left join t on true),
 k as (insert into strike(business_id, touchpoint_id, contact_id, account_id, because)
       select $1, t.id, t.contact_id, $3, $9 from t, v where v.reason is null returning touchpoint_id),
 y as (insert into tally(business_id, day, dim, val, sentiment, recorded_on, shard, n)
       select $1, t.day, d.dim, d.val, t.sentiment, t.today, 0, -1 from k, t cross join lateral {dims t} order by 2, 3, 4
       on conflict (business_id, day, dim, val, sentiment, recorded_on, shard) do update set n = tally.n + excluded.n),
 next as materialized (
  select o.occurred_at, o.id from k, t join touchpoint o on o.business_id = $1 and o.contact_id = t.contact_id and o.refusal is null
     and o.stage = t.stage and o.id <> t.id and {enters o}
     and not exists (select from strike x where x.business_id = $1 and x.touchpoint_id = o.id)
  order by o.occurred_at, o.id limit 1),
 u as (update contact_stage x set first_at = next.occurred_at, touchpoint_id = next.id from k, t, next
       where x.business_id = $1 and x.contact_id = t.contact_id and x.stage = t.stage and x.touchpoint_id = t.id returning x.*),
 l as ({log_entries u}),
 g as (delete from contact_stage x using k, t
       where x.business_id = $1 and x.contact_id = t.contact_id and x.stage = t.stage and x.touchpoint_id = t.id and not exists (select from next)),
 d as (update due x set cancelled_at = now() from k where x.business_id = $1 and x.subject = k.touchpoint_id and x.fired_at is null and x.cancelled_at is null),
 h as (update checkup x set state = 3 from k where x.business_id = $1 and x.touchpoint_id = k.touchpoint_id and x.state = 1 returning x.checkup_id),
 {settled h checkup_id},
 f as (insert into feed(business_id, kind, ids) select $1, 1::int2, array[t.head_id] from k, t)
{record} $8, v.reason, null from v
