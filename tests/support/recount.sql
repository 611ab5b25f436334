-- What the tallies and stage entries of all businesses should be, counted again from touches, strikes and won deals: how many rows differ.
with touch as (
  select t.*, b.zone from vs.touchpoint t join vs.business b using (business_id) where t.refusal is null),
said as (
  select business_id, (occurred_at at time zone zone)::date as day, (recorded_at at time zone zone)::date as recorded_on, sentiment, stage, channel, role, account_id, 1 as n from touch
  union all
  select t.business_id, (t.occurred_at at time zone t.zone)::date, (s.struck_at at time zone t.zone)::date, t.sentiment, t.stage, t.channel, t.role, t.account_id, -1
  from touch t join vs.strike s on s.business_id = t.business_id and s.touchpoint_id = t.id),
tally_should as (
  select business_id, day, dim, val, sentiment, recorded_on, sum(n)::bigint as n from said
  cross join lateral (values (1, lpad(to_hex(stage::int), 32, '0')::uuid), (2, lpad(to_hex(channel::int), 32, '0')::uuid),
                             (3, lpad(to_hex(role::int), 32, '0')::uuid), (4, account_id)) d(dim, val)
  group by 1, 2, 3, 4, 5, 6),
tally_is as ( -- with what waits on slips
  select business_id, day, dim, val, sentiment, recorded_on, sum(n)::bigint as n from (
    select business_id, day, dim::int, val, sentiment, recorded_on, n from vs.tally
    union all
    select t.business_id, (t.occurred_at at time zone t.zone)::date, dim, val, t.sentiment, (t.recorded_at at time zone t.zone)::date, 1
    from vs.tally_slip p cross join unnest(p.touches) i(id) join touch t on t.business_id = p.business_id and t.id = i.id
    cross join lateral (values (1, lpad(to_hex(t.stage::int), 32, '0')::uuid), (2, lpad(to_hex(t.channel::int), 32, '0')::uuid),
                               (3, lpad(to_hex(t.role::int), 32, '0')::uuid), (4, t.account_id)) d(dim, val)) x
  group by 1, 2, 3, 4, 5, 6),
entry as (
  select business_id, contact_id, stage, occurred_at as at, id from touch t
  where (stage = 1 or (stage <= 5 and flags & 2 = 0))
    and not exists (select from vs.strike s where s.business_id = t.business_id and s.touchpoint_id = t.id)
  union all
  select f.business_id, f.contact_id, 5, f.day::timestamp at time zone b.zone, f.subject from vs.fact f join vs.business b using (business_id)
  where f.kind = 'deal_won' and f.n = 1),
stage_should as (
  select distinct on (business_id, contact_id, stage) business_id, contact_id, stage, at as first_at, id from entry
  order by business_id, contact_id, stage, at, id),
stage_is as (
  select business_id, contact_id, stage, first_at, touchpoint_id from vs.contact_stage where stage <= 5),
stage_logged as ( -- what metrics read, as of now; stage 5 is entered by deals too
  select distinct on (business_id, contact_id, stage) business_id, contact_id, stage, first_at, touchpoint_id from vs.stage_entry e
  where stage < 5 and not exists (select from vs.strike s where s.business_id = e.business_id and s.touchpoint_id = e.touchpoint_id)
  order by business_id, contact_id, stage, first_at, touchpoint_id)
select (select count(*) from (select * from tally_should where n <> 0 except select * from tally_is) x) || ' tallies missing, '
    || (select count(*) from (select * from tally_is where n <> 0 except select * from tally_should) x) || ' too many, '
    || (select count(*) from (select * from stage_should except select * from stage_is) x) || ' stage entries missing, '
    || (select count(*) from (select * from stage_is except select * from stage_should) x) || ' too many, '
    || (select count(*) from (table stage_logged except table stage_is) x) + (select count(*) from (select * from stage_is where stage < 5 except table stage_logged) x) || ' logged otherwise'
