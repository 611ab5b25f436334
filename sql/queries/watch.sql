-- part: watchers
me as materialized (select $4 as partner_id),
 ended as materialized (
  select q.account_id, q.epoch from unnest($7, $8) q(account_id, epoch)
  left join account x on x.business_id = $1 and x.account_id = q.account_id and x.epoch = q.epoch and x.closed_at is null and x.partner_id is not distinct from $4
  where x.account_id is null)

-- name: watch_read
-- What the watchers of a contact haven't seen: touches and strikes that the snapshot of the read before didn't show. One read for
-- all staff, or all seats of one partner ($4), who are entitled alike; each account is judged by its epoch all the same, and
-- those that no longer hold come back in _ended_. Always a row. `since` null: no entries, only where we are.
-- $5 contact_id uuid
-- $6 since text
-- $7 accounts uuid[]
-- $8 epochs int4[]
-- $9 how_many int4
with {watchers},
 seen as materialized (
  select {ids_of c} as ids, c.contact_id, c.number || ' ' || coalesce({stage c}, 0) || ' ' || c.name as face
  from me a join contact c on c.business_id = $1 and c.contact_id = $5 and c.erased_at is null and {visible c a}),
 fresh as (
  select t.id from seen s join touchpoint t on t.business_id = $1 and t.contact_id = any (s.ids) and t.refusal is null
  where t.recorded_at > now() - interval '1 hour' and not pg_visible_in_snapshot(xact_of(t.xmin), $6::pg_snapshot)
  union
  select k.touchpoint_id from seen s join strike k on k.business_id = $1 and k.contact_id = any (s.ids)
  where k.struck_at > now() - interval '1 hour' and not pg_visible_in_snapshot(xact_of(k.xmin), $6::pg_snapshot))
select e.*, pg_current_snapshot()::text as _snapshot, s.face as _face,
       (select array_agg(x.account_id) from ended x) as _ended_accounts, (select array_agg(x.epoch) from ended x) as _ended_epochs
from (values (1)) one left join seen s on true
left join lateral (
  select {entry t a} from fresh f cross join me a
  join touchpoint t on t.business_id = $1 and t.id = f.id and {seen t a}
  {strike t}
  order by t.recorded_at, t.id limit $9) e on true
order by e.recorded_at, e.id

-- name: watch_referral
-- Whether the watchers of a referral still may see it, and what would show that it changed: as watch_read, without entries.
-- $5 referral_id uuid
-- $6 since text
-- $7 accounts uuid[]
-- $8 epochs int4[]
-- $9 how_many int4
with {watchers}
select null::int4 as entry, pg_current_snapshot()::text as _snapshot,
       (select concat_ws(' ', r.version, r.clock_at, k.verdict, k.credit_until) from me a join referral r on r.business_id = $1 and r.referral_id = $5 and {party r a} {claim_of r}) as _face,
       (select array_agg(x.account_id) from ended x) as _ended_accounts, (select array_agg(x.epoch) from ended x) as _ended_epochs
where $6 is null or $9 > 0
