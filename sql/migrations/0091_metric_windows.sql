-- Smaller windows, more often: one is folded in some tenths of a second, so that what waits for the scheduler's connection doesn't notice.
set local role vs_owner;
set local search_path = vs, public;

update setting_default set value = '10' where key = 'metric.fold_minutes';
create or replace function metric_window(b uuid, start timestamptz) returns timestamptz language sql stable set search_path = vs, pg_temp as $$
  with s as (
     select case when start > '-infinity' then start
                 else least(z.created_at, (select min(c.created_at) from contact c where c.business_id = b)) end as from_at, z.zone
     from business z where z.business_id = b),
   e as (
     select s.from_at, least(as_of_end(b, (s.from_at at time zone s.zone)::date), now() - interval '10 s',
       (select max(q.at) from (select t.recorded_at as at from touchpoint t where t.business_id = b and t.recorded_at >= s.from_at limit 4000) q having count(*) = 4000) + interval '1 us',
       (select x.recorded_at from stage_entry x where x.business_id = b and x.recorded_at >= s.from_at order by x.recorded_at offset 1000 limit 1) + interval '1 us',
       (select c.created_at from contact c where c.business_id = b and c.created_at >= s.from_at order by c.created_at offset 1000 limit 1) + interval '1 us') as to_at from s)
  select case when to_at > from_at then to_at end from e
$$;
update metric set title = 'conversation had' where metric = 'prepared_share';
reset role;
