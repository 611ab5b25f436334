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
-- Counted from tallies and cells recorded by the end of the as-of, and what isn't folded into cells yet. No row of what is still open to
-- change, unless the as-of is today.
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
 -- cells, folded and not yet
 g as materialized (select coalesce((select x.folded_to from metric_fold x where x.business_id = $1), '-infinity') as folded_to),
 c as materialized (
   select x.day, case m.by when 'stage' then {stage_word x.val} when 'stage+origin' then {stage_word x.val} || ', ' || x.label else x.label end as label,
          x.kind = any (m.counts) as counts, x.kind = any (m.against) as against, x.val = 1 as good, x.seconds, x.currency, sum(x.n) as n, sum(x.value) as value, sum(x.total) as total, sum(x.squares) as squares
   from m cross join lateral (
     select c.kind, c.day, c.label, c.val, c.seconds, c.currency, c.n, c.value, c.total, c.squares from metric_cell c
     where m.from_cells and c.business_id = $1 and c.kind = any (m.kinds) and c.dim = m.dim and c.day >= m.cells_from and c.day < m.until_day and c.day <= m.as_of and c.recorded_on <= m.as_of
     union all
     select d.kind, d.day, d.label, d.val, d.seconds, d.currency, d.n, d.value, d.total, d.squares from g cross join lateral (
       select {delta_cells} from metric_contact_cells($1, g.folded_to, m.as_of_end) where m.source in ('cells', 'both') and g.folded_to < m.as_of_end
       union all select {delta_cells} from (select t.*, null::numeric as total from metric_touch_delta($1, g.folded_to, m.as_of_end) t) t where m.source = 'touches' and m.from_cells and g.folded_to < m.as_of_end
       union all select kind, dim, day, label, 0::int2, seconds, currency, n, value, total, squares from metric_fact_delta($1, g.folded_to, m.as_of_end, m.kinds)
         where m.source in ('facts', 'both') and g.folded_to < m.as_of_end) d
     where m.from_cells and d.kind = any (m.kinds) and d.dim = m.dim and d.day >= m.cells_from and d.day < m.until_day and d.day <= m.as_of) x
   group by 1, 2, 3, 4, 5, 6, 7 having sum(x.n) <> 0),
 -- what there is at the end of each period: every label in every period from the first
 stock as (
   with b as (select m.per, greatest(m.from_day, (select min(day) from c)) as first, least(m.until_day - 1, m.as_of) as last from m where m.stock and m.until_day > m.from_day),
    p as (select period_of(d::date, b.per) as period, min(d) as start from b cross join lateral generate_series(b.first, b.last, interval '1 day') d where isfinite(b.first) group by 1),
    s as (select period_of(greatest(c.day, b.first), b.per) as period, c.label, sum(c.n) filter (where c.counts) as n, sum(c.n) filter (where c.against) as over from c, b where c.day <= b.last group by 1, 2)
   select p.period, l.label, sum(coalesce(s.n, 0)) over w as n, sum(coalesce(s.over, 0)) over w as over
   from p cross join (select distinct label from s) l left join s on s.period = p.period and s.label = l.label window w as (partition by l.label order by p.start)),
 flow as (select period_of(c.day, m.per) as period, c.label, c.counts, c.against, c.good, c.seconds, c.currency, c.n, c.value, c.total, c.squares from m, c where not m.stock),
 -- durations, each as often as it stands after its counter-entries
 long as (
   select w.period, w.label, w.seconds, sum(w.n) as n, sum(w.total) as total from flow w, m where w.counts and w.seconds >= 0 and (m.unit = 'days' or m.source = 'facts' and m.unit not in ('share', 'per'))
   group by 1, 2, 3 having sum(w.n) > 0),
 ranked as (select l.*, sum(l.n) over (partition by l.period, l.label order by l.seconds) as upto, sum(l.n) over (partition by l.period, l.label) as cases from long l),
 days as (
   select s.period, s.label, sum(s.total)::float8 / max(s.cases)::float8 / 86400 as mean, {quantile s 0.25} as q1, {quantile s 0.5} as q2, {quantile s 0.75} as q3,
          min(s.seconds) filter (where s.upto >= median_rank(s.cases, -1))::float8 / 86400 as low, min(s.seconds) filter (where s.upto >= median_rank(s.cases, 1))::float8 / 86400 as high
   from ranked s group by 1, 2),
 -- means, with the square of their standard error
 moment as (
   select s.period, s.label, s.n, s.total / s.n as mean, (greatest(0, s.squares - s.total * s.total / s.n) / nullif(s.n - 1, 0) / s.n)::float8 as error
   from (select w.period, w.label, sum(w.n) as n, sum(w.total) as total, sum(w.squares) as squares from flow w, m
         where w.counts and w.total is not null and (m.unit = 'ratio' or m.unit like 'difference%') group by 1, 2 having sum(w.n) > 0) s),
 apart as (
   select r.period, r.n, o.n as n_against, (r.mean - o.mean)::float8 as mean,
          sqrt(r.error + o.error) * t_95(coalesce((r.error + o.error) ^ 2 / nullif(r.error ^ 2 / (r.n - 1) + o.error ^ 2 / (o.n - 1), 0), r.n + o.n - 2)) as half
   from m join moment r on m.unit like 'difference%' and r.label = 'referred' join moment o on o.period = r.period and o.label = 'other'),
 r as (
   select t.period, coalesce(t.label, '') as label, t.n, t.good, null::numeric as value, null::text as currency, null::numeric as n_against, null::float8 as mean, null::float8 as half from touch t
   union all
   select s.period, s.label, case m.unit when 'per' then s.over else s.n end, s.n, null, null, null, null, null from stock s, m
   union all
   select w.period, w.label, sum(w.n) filter (where case when m.source = 'touches' then true when m.unit in ('share', 'per') then w.against else w.counts end),
          sum(w.n) filter (where case when m.source = 'touches' then w.good else w.counts end), sum(w.value) filter (where w.counts),
          case when count(distinct w.currency) filter (where w.counts and w.currency <> '') = 1 then max(w.currency) filter (where w.counts and w.currency <> '') end, null,
          max(k.mean)::float8, max(sqrt(k.error) * t_95((k.n - 1)::float8))
   from m cross join flow w left join moment k on m.unit = 'ratio' and k.period = w.period and k.label = w.label where m.unit not like 'difference%' group by 1, 2
   union all
   select a.period, '', a.n, null, null, null, a.n_against, a.mean, a.half from apart a),
 named as (select r.*, case m.by when 'seat' then coalesce((select a.login from account a where a.business_id = $1 and a.account_id = nullif(r.label, '')::uuid), '') else r.label end as name from m, r where r.n <> 0),
 shown as (
   select r.period, r.name, r.label, r.n, r.n_against, m.unit, case when m.unit <> 'share' then r.value::int8 end as value, case when m.unit <> 'share' then r.currency end as currency,
          case when m.unit in ('share', 'per') and r.n > 0 then coalesce(r.good, 0) / r.n::float8 when m.unit in ('ratio', 'difference') then r.mean / 10000 end as rate,
          case m.unit when 'share' then wilson(coalesce(r.good, 0), r.n, -1) when 'per' then poisson_95(coalesce(r.good, 0)::float8, -1) / nullif(r.n, 0)::float8
                      when 'ratio' then (r.mean - r.half) / 10000 when 'difference' then (r.mean - r.half) / 10000 end as low,
          case m.unit when 'share' then wilson(coalesce(r.good, 0), r.n, 1) when 'per' then poisson_95(coalesce(r.good, 0)::float8, 1) / nullif(r.n, 0)::float8
                      when 'ratio' then (r.mean + r.half) / 10000 when 'difference' then (r.mean + r.half) / 10000 end as high,
          case m.unit when 'difference in days' then r.mean / 86400 else d.mean end as mean_days, d.q1, d.q2, d.q3,
          case m.unit when 'difference in days' then (r.mean - r.half) / 86400 else d.low end as low_days, case m.unit when 'difference in days' then (r.mean + r.half) / 86400 else d.high end as high_days
   from m cross join named r left join days d on d.period = r.period and d.label = r.label)
select r.period || ' ' || r.name as after_key, r.period, r.name as label, r.n::int8 as n, r.value, r.currency, r.rate, r.low, r.high, r.mean_days, r.q1 as q1_days, r.q2 as median_days, r.q3 as q3_days,
       r.low_days, r.high_days, m.metric, nullif(m.by, '') as by, r.n_against::int8 as n_against, {enough r} as enough
from m cross join shown r
where $12 is null or (r.period || ' ' || r.name) collate "C" > $12 order by (r.period || ' ' || r.name) collate "C" limit $11

-- part: enough r
-- Does the interval leave something to conclude? Null: a count, which has none.
case when :r.unit in ('share', 'ratio') then coalesce(:r.high - :r.low <= setting_number($1, 'metric.span_points') / 100, false)
     when :r.unit = 'per' then coalesce(:r.high - :r.low <= :r.rate, false)
     when :r.unit = 'days' then :r.low_days is not null
     when :r.unit = 'difference' then coalesce(:r.low > 0 or :r.high < 0, false)
     when :r.unit = 'difference in days' then coalesce(:r.low_days > 0 or :r.high_days < 0, false) end

-- name: fire_metric_fold
-- system
-- Folds the window that was planned last time, if every transaction of that time is over, and plans the next. Where it is behind it catches up, at once with
-- days that are over, else with pauses. It fires again and again, so its row stays.
-- $2 due_id uuid
with d as materialized (select x.due_id from due x where x.business_id = $1 and x.due_id = $2 and x.at <= now() and x.fired_at is null and x.cancelled_at is null for update),
 s as materialized (select f.folded_to, f.next_to, f.next_to is not null and f.next_xid <= pg_snapshot_xmin(pg_current_snapshot()) as ripe from d join metric_fold f on f.business_id = $1),
 c as (insert into metric_cell as old (business_id, kind, dim, day, label, val, seconds, currency, recorded_on, n, value, total, squares)
       select $1, x.kind, x.dim, x.day, x.label, x.val, x.seconds, x.currency, ((s.next_to - interval '1 us') at time zone b.zone)::date, x.n, x.value, x.total, x.squares
       from s join business b on b.business_id = $1 cross join lateral ({deltas $1 s.folded_to s.next_to}) x
       where s.ripe
       on conflict (business_id, kind, dim, day, label, val, seconds, currency, recorded_on) do update
       set n = old.n + excluded.n, value = coalesce(old.value + excluded.value, old.value, excluded.value), total = coalesce(old.total + excluded.total, old.total, excluded.total),
           squares = coalesce(old.squares + excluded.squares, old.squares, excluded.squares)),
 p as materialized (
   select case when s.ripe then s.next_to else s.folded_to end as folded_to,
          case when s.ripe or s.next_to is null then metric_window($1, case when s.ripe then s.next_to else s.folded_to end) else s.next_to end as next_to,
          s.ripe or s.next_to is null as planned, case when s.next_to < as_of_end($1, today_of($1) - 1) then interval '0' else interval '10 s' end as pause from s),
 u as (update metric_fold x set folded_to = p.folded_to, next_to = p.next_to, next_xid = case when p.planned then pg_snapshot_xmax(pg_current_snapshot()) else x.next_xid end
       from p where x.business_id = $1),
 a as (update due x set at = now() + case when not p.planned then interval '10 s' when p.next_to < now() - interval '1 minute' then p.pause else setting_number($1, 'metric.fold_minutes') * interval '1 minute' end
       from p where x.business_id = $1 and x.due_id = $2)
select count(*) from p
