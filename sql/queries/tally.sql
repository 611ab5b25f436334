-- name: tally_pick
-- system
-- The businesses that have slips, in the order of their ids.
-- $2 after uuid
-- $3 how_many int4
with recursive b(business_id) as (
  (select s.business_id from tally_slip s where s.business_id > {from_id $2} order by s.business_id limit 1)
  union all
  select (select s.business_id from tally_slip s where s.business_id > b.business_id order by s.business_id limit 1) from b where b.business_id is not null)
select business_id from b where business_id is not null limit $3

-- name: tally_take
-- system
-- Takes the oldest slips of a business into its tally; says how many there were. Several instances may try: whoever comes second waits,
-- then finds the slips gone. The shard is the connection's, so that they don't wait for each other's rows beyond that.
-- $2 how_many int4
with s as materialized (
  delete from tally_slip x where x.business_id = $1 and x.at = any (array(select y.at from tally_slip y where y.business_id = $1 order by y.at limit $2)) returning x.business_id, x.touches
), t as (
  insert into tally(business_id, day, dim, val, sentiment, recorded_on, shard, n)
  select $1, c.day, c.dim, c.val, c.sentiment, c.recorded_on, (pg_backend_pid() & 3)::int2, count(*) from ({slip_counts s}) c
  group by 2, 3, 4, 5, 6 order by 2, 3, 4, 5, 6
  on conflict (business_id, day, dim, val, sentiment, recorded_on, shard) do update set n = tally.n + excluded.n
)
select count(*) from s
