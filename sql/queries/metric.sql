-- name: metric_list
with {actor}
select m.metric, m.title, m.unit, m.definition, m.decision, m.breakdowns from actor, metric m order by m.metric

-- name: metric_head
-- $5 metric text
-- $6 by text
with {actor}
select m.metric, m.title, m.unit, m.definition, m.decision, m.breakdowns
from actor, metric m where m.metric = $5 and (coalesce($6, '') = '' or $6 = any (m.breakdowns))

-- name: metric_as_of
-- $5 as_of_on date
with {actor}
select to_char(least(coalesce($5, today_of($1) - 1), today_of($1) - 1), 'YYYY-MM-DD') as as_of from actor

-- name: metric_read
-- Counted from tallies and facts recorded by the end of the as-of. No row of what is still open to change: the as-of is over.
-- $5 metric text
-- $6 by text
-- $7 from_on date
-- $8 until_on date
-- $9 period int2
-- $10 as_of_on date
-- $11 how_many int4
-- $12 after_key text
with {actor},
 z as (select least(coalesce($10, today_of($1) - 1), today_of($1) - 1) as as_of),
 m as (select m.* from actor, metric m where m.metric = $5 and (coalesce($6, '') = '' or $6 = any (m.breakdowns))),
 touch as (
   select period_of(t.day, coalesce(nullif($9, 0), 3)) as period,
          case coalesce($6, '')
            when 'stage' then (array['know','like','trust','try','buy','repeat','refer'])[('x' || right(t.val::text, 8))::bit(32)::int]
            when 'channel' then (array['call','email','meeting','event','social','web','chat','letter','onsite','delivery','support','invoice','survey','other'])[('x' || right(t.val::text, 8))::bit(32)::int]
            when 'role' then (array['sales','service','partner','admin','manager'])[('x' || right(t.val::text, 8))::bit(32)::int]
            when 'seat' then (select a.login from account a where a.business_id = $1 and a.account_id = t.val)
            when 'sentiment' then (array['positive','neutral','negative'])[t.sentiment]
            else '' end as label,
          sum(t.n) as n, sum(t.n) filter (where t.sentiment = 1) as good
   from m, z, tally t
   where m.source = 'touches' and t.business_id = $1 and t.recorded_on <= z.as_of and t.day <= z.as_of
     and t.dim = case coalesce($6, '') when 'channel' then 2 when 'role' then 3 when 'seat' then 4 else 1 end
     and ($7 is null or t.day >= $7) and ($8 is null or t.day < $8)
   group by 1, 2),
 f as (
   select period_of(f.day, coalesce(nullif($9, 0), 3)) as period,
          case coalesce($6, '') when 'seat' then (select a.login from account a where a.business_id = $1 and a.account_id = f.seat_id)
                                when 'origin' then f.origin when 'group' then origin_group(f.origin) when 'label' then f.label else '' end as label,
          f.n, f.kind = any (m.counts) or f.kind || ':' || f.label = any (m.counts) as counts, f.value, f.currency, f.seconds, m.unit
   from m, z, fact f
   where m.source = 'facts' and f.business_id = $1 and f.recorded_at < as_of_end($1, z.as_of) and f.day <= z.as_of
     and (f.kind = any (m.counts || m.against) or f.kind || ':' || f.label = any (m.counts))
     and ($7 is null or f.day >= $7) and ($8 is null or f.day < $8)),
 facts as (
   select period, coalesce(label, '') as label, unit, sum(n) filter (where counts or unit = 'share') as n, sum(n) filter (where counts) as good,
          sum(n * value) filter (where counts) as value, case when count(distinct currency) filter (where counts) = 1 then min(currency) filter (where counts) end as currency
   from f group by 1, 2, 3),
 -- durations, each as often as it stands after its counter-entries
 days as (select s.period, s.label, avg(s.days)::float8 as mean, percentile_cont(0.25) within group (order by s.days) as q1, percentile_cont(0.5) within group (order by s.days) as q2,
                 percentile_cont(0.75) within group (order by s.days) as q3
          from (select f.period, coalesce(f.label, '') as label, f.seconds / 86400.0 as days, sum(f.n) as copies from f where f.counts and f.seconds is not null group by 1, 2, 3 having sum(f.n) > 0) d
          cross join lateral (select d.period, d.label, d.days from generate_series(1, d.copies)) s group by 1, 2)
select * from (
select t.period || ' ' || coalesce(t.label, '') as after_key, t.period, coalesce(t.label, '') as label, t.n::int8 as n, null::int8 as value, null::text as currency,
       case when m.unit = 'share' and t.n > 0 then coalesce(t.good, 0) / t.n::float8 end as rate, case when m.unit = 'share' then wilson(coalesce(t.good, 0), t.n, -1) end as low,
       case when m.unit = 'share' then wilson(coalesce(t.good, 0), t.n, 1) end as high, null::float8 as mean_days, null::float8 as q1_days, null::float8 as median_days, null::float8 as q3_days
from touch t, m where t.n <> 0
union all
select f.period || ' ' || f.label, f.period, f.label, f.n::int8, case when f.unit <> 'share' then f.value::int8 end, case when f.unit <> 'share' then f.currency end,
       case when f.unit = 'share' and f.n > 0 then coalesce(f.good, 0) / f.n::float8 end, case when f.unit = 'share' then wilson(coalesce(f.good, 0), f.n, -1) end,
       case when f.unit = 'share' then wilson(coalesce(f.good, 0), f.n, 1) end, d.mean, d.q1, d.q2, d.q3
from facts f left join days d on d.period = f.period and d.label = f.label and f.unit <> 'share' where f.n <> 0) r
where $12 is null or r.after_key collate "C" > $12 order by r.after_key collate "C" limit $11
