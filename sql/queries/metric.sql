-- name: metric_list
with {actor}
select m.metric, m.title, m.unit, m.definition, m.decision, m.breakdowns, m.dashboard::int4 as dashboard from actor, metric m order by m.metric

-- name: metric_head
-- $5 metric text
-- $6 by text
with {actor}
select m.metric, m.title, m.unit, m.definition, m.decision, m.breakdowns, m.dashboard::int4 as dashboard from actor, metric m where m.metric = $5 and {broken_down m}

-- name: metric_as_of
-- $5 as_of_on date
with {actor}
select to_char({as_of $5}, 'YYYY-MM-DD') as as_of, {as_of $5} > {last_day} as provisional, b.name as business, b.zone from actor, business b where b.business_id = $1

-- name: metric_read
-- report
-- Counted from tallies, facts and cells recorded by the end of the as-of. No row of what is still open to change, unless the as-of is today.
-- $5 metric text
-- $6 by text
-- $7 from_on date
-- $8 until_on date
-- $9 period int2
-- $10 as_of_on date
-- $11 how_many int4
-- $12 after_key text
with {actor},
 m as materialized (
   select m.*, coalesce($6, '') as by, coalesce(nullif($9, 0), 3) as per, {as_of $10} as as_of, as_of_end($1, {as_of $10}) as as_of_end, coalesce($7, '-infinity') as from_day, coalesce($8, 'infinity') as until_day,
          {cell_source m}
   from actor, metric m where m.metric = $5 and {broken_down m}),
 -- sums of tallies, and of what isn't in them yet
 t as materialized (
   select x.* from m cross join lateral (
     select period_of(t.day, m.per) as period, case when m.by in ('', 'sentiment') then null else t.val end as val, case when m.by = 'sentiment' then t.sentiment end as sentiment,
            sum(t.n) as n, sum(t.n) filter (where t.sentiment = 1) as good
     from (select day, dim, val, sentiment, recorded_on, n from tally where business_id = $1
           union all {slip_counts tally_slip}) t
     where m.from_tally and t.day >= m.from_day and t.day < m.until_day and t.day <= m.as_of and t.recorded_on <= m.as_of
       and t.dim = case m.by when 'channel' then 2 when 'role' then 3 when 'seat' then 4 else 1 end
     group by 1, 2, 3) x),
 touch as (
   select t.period, case m.by
            when 'stage' then (array['know','like','trust','try','buy','repeat','refer'])[array_position({numbers}, t.val)]
            when 'channel' then (array['call','email','meeting','event','social','web','chat','letter','onsite','delivery','support','invoice','survey','other'])[array_position({numbers}, t.val)]
            when 'role' then (array['sales','service','partner','admin','manager'])[array_position({numbers}, t.val)]
            when 'seat' then t.val::text
            when 'sentiment' then (array['positive','neutral','negative'])[t.sentiment] else '' end as label, t.n, t.good
   from m, t),
 -- facts, by their own rows
 f as (
   select x.* from m cross join lateral (
     select period_of(f.day, m.per) as period, case m.by when 'seat' then f.seat_id::text when 'origin' then f.origin when 'group' then origin_group(f.origin) when 'label' then f.label else '' end as label,
            f.n, f.kind = any (m.counts) or f.kind || ':' || f.label = any (m.counts) or f.kind || '/' || f.origin = any (m.counts) as counts, f.value, f.currency, f.seconds
     from fact f
     where m.source = 'facts' and f.business_id = $1 and f.recorded_at < m.as_of_end and f.day <= m.as_of and f.day >= m.from_day and f.day < m.until_day
       and f.kind = any ({kinds_of m}) and (f.kind = any (m.counts || m.against) or f.kind || ':' || f.label = any (m.counts) or f.kind || '/' || f.origin = any (m.counts))) x),
 -- cells, folded and not yet
 g as materialized (select coalesce((select x.folded_to from metric_fold x where x.business_id = $1), '-infinity') as folded_to),
 c as materialized (
   select x.day, case m.by when 'stage' then {stage_word x.val} when 'stage+origin' then {stage_word x.val} || ', ' || x.label
                           when '' then '' else x.label end as label, x.kind = any (m.counts) as counts, x.val = 1 as good, x.seconds, sum(x.n) as n
   from m cross join lateral (
     select c.kind, c.day, c.label, c.val, c.seconds, c.n from metric_cell c
     where m.from_cells and c.business_id = $1 and c.kind = any (m.kinds) and c.dim = m.dim and c.day >= m.cells_from and c.day < m.until_day and c.day <= m.as_of and c.recorded_on <= m.as_of
     union all
     select d.kind, d.day, d.label, d.val, d.seconds, d.n from g cross join lateral (
       select * from metric_contact_delta($1, g.folded_to, m.as_of_end) where m.source = 'cells' and g.folded_to < m.as_of_end
       union all select * from metric_touch_delta($1, g.folded_to, m.as_of_end) where m.source = 'touches' and m.from_cells and g.folded_to < m.as_of_end) d
     where m.from_cells and d.kind = any (m.kinds) and d.dim = m.dim and d.day >= m.cells_from and d.day < m.until_day and d.day <= m.as_of) x
   group by 1, 2, 3, 4, 5 having sum(x.n) <> 0),
 -- what there is at the end of each period: every label in every period from the first
 stock as (
   with b as (select m.per, greatest(m.from_day, (select min(day) from c)) as first, least(m.until_day - 1, m.as_of) as last from m where m.stock and m.until_day > m.from_day),
    p as (select period_of(d::date, b.per) as period, min(d) as start from b cross join lateral generate_series(b.first, b.last, interval '1 day') d where isfinite(b.first) group by 1),
    s as (select period_of(greatest(c.day, b.first), b.per) as period, c.label, sum(c.n) as n from c, b where c.day <= b.last group by 1, 2)
   select p.period, l.label, sum(coalesce(s.n, 0)) over (partition by l.label order by p.start) as n
   from p cross join (select distinct label from s) l left join s on s.period = p.period and s.label = l.label),
 flow as (select period_of(c.day, m.per) as period, c.label, c.counts, c.good, c.seconds, c.n from m, c where not m.stock),
 -- durations, each as often as it stands after its counter-entries
 long as (
   select period, label, seconds / 86400.0 as days, sum(n) as copies from (
     select f.period, coalesce(f.label, '') as label, f.seconds, f.n from f, m where f.counts and f.seconds is not null and m.unit <> 'share'
     union all select w.period, w.label, w.seconds, w.n from flow w, m where m.unit = 'days') d group by 1, 2, 3 having sum(n) > 0),
 days as (
   select s.period, s.label, avg(s.days)::float8 as mean, percentile_cont('{0.25,0.5,0.75}'::float8[]) within group (order by s.days) as q,
          (array_agg(s.days order by s.days))[median_rank(count(*), -1)]::float8 as low, (array_agg(s.days order by s.days))[median_rank(count(*), 1)]::float8 as high
   from (select d.period, d.label, d.days::float8 from long d cross join lateral generate_series(1, d.copies)) s group by 1, 2),
 r as (
   select t.period, coalesce(t.label, '') as label, t.n, t.good, null::numeric as value, null::text as currency from touch t
   union all
   select f.period, coalesce(f.label, ''), sum(f.n) filter (where case m.unit when 'share' then true when 'per' then f.counts is not true else f.counts end), sum(f.n) filter (where f.counts), sum(f.n * f.value) filter (where f.counts),
          case when count(distinct f.currency) filter (where f.counts) = 1 then min(f.currency) filter (where f.counts) end from f, m group by 1, 2
   union all
   select s.period, s.label, s.n, null, null, null from stock s
   union all
   select w.period, w.label, sum(w.n) filter (where m.source = 'touches' or m.unit <> 'share' or not w.counts),
          sum(w.n) filter (where case when m.source = 'touches' then w.good else w.counts end), null, null from flow w, m group by 1, 2),
 named as (select r.*, case m.by when 'seat' then coalesce((select a.login from account a where a.business_id = $1 and a.account_id = nullif(r.label, '')::uuid), '') else r.label end as name from m, r where r.n <> 0)
select r.period || ' ' || r.name as after_key, r.period, r.name as label, r.n::int8 as n, case when m.unit <> 'share' then r.value::int8 end as value, case when m.unit <> 'share' then r.currency end as currency,
       case when m.unit in ('share', 'per') and r.n > 0 then coalesce(r.good, 0) / r.n::float8 end as rate, case when m.unit = 'share' then wilson(coalesce(r.good, 0), r.n, -1) end as low,
       case when m.unit = 'share' then wilson(coalesce(r.good, 0), r.n, 1) end as high, d.mean as mean_days, d.q[1] as q1_days, d.q[2] as median_days, d.q[3] as q3_days,
       d.low as low_days, d.high as high_days,
       m.metric, nullif(m.by, '') as by
from m cross join named r left join days d on d.period = r.period and d.label = r.label
where $12 is null or (r.period || ' ' || r.name) collate "C" > $12 order by (r.period || ' ' || r.name) collate "C" limit $11

-- name: fire_metric_fold
-- system
-- Folds the window that was planned last time, if every transaction of that time is over, and plans the next. Where it is behind it catches up, at once with
-- days that are over, else with pauses. It fires again and again, so its row stays.
-- $2 due_id uuid
with d as materialized (select x.due_id from due x where x.business_id = $1 and x.due_id = $2 and x.at <= now() and x.fired_at is null and x.cancelled_at is null for update),
 s as materialized (select f.folded_to, f.next_to, f.next_to is not null and f.next_xid <= pg_snapshot_xmin(pg_current_snapshot()) as ripe from d join metric_fold f on f.business_id = $1),
 c as (insert into metric_cell(business_id, kind, dim, day, label, val, seconds, recorded_on, n)
       select $1, x.kind, x.dim, x.day, x.label, x.val, x.seconds, ((s.next_to - interval '1 us') at time zone b.zone)::date, x.n
       from s join business b on b.business_id = $1
       cross join lateral (select * from metric_contact_delta($1, s.folded_to, s.next_to) union all select * from metric_touch_delta($1, s.folded_to, s.next_to)) x
       where s.ripe
       on conflict (business_id, kind, dim, day, label, val, seconds, recorded_on) do update set n = metric_cell.n + excluded.n),
 p as materialized (
   select case when s.ripe then s.next_to else s.folded_to end as folded_to,
          case when s.ripe or s.next_to is null then metric_window($1, case when s.ripe then s.next_to else s.folded_to end) else s.next_to end as next_to,
          s.ripe or s.next_to is null as planned, case when s.next_to < as_of_end($1, today_of($1) - 1) then interval '0' else interval '10 s' end as pause from s),
 u as (update metric_fold x set folded_to = p.folded_to, next_to = p.next_to, next_xid = case when p.planned then pg_snapshot_xmax(pg_current_snapshot()) else x.next_xid end
       from p where x.business_id = $1),
 a as (update due x set at = now() + case when not p.planned then interval '10 s' when p.next_to < now() - interval '1 minute' then p.pause else setting_number($1, 'metric.fold_minutes') * interval '1 minute' end
       from p where x.business_id = $1 and x.due_id = $2)
select count(*) from p
