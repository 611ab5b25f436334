-- Facts are folded into cells too, so that a number costs the same however much there is to count; and what the loop still lacked in
-- numbers: premium, active champions, k-factor, asks made of those due, overdue promises among the rates, unknown origin as a third group.
--
--   fact                  one row a thing that happened, counter-entries too
--   metric_fact_delta     those recorded between two instants, as cells: by what any metric asks for, and what it is broken down by
--   metric_cell           their sums (fire_metric_fold), beside those of contacts and touches
--
-- A later migration that adds a metric counted from facts (or a breakdown of one) ends with metric_refold(), which counts anew from scratch.
set local role vs_owner;
set local search_path = vs, public;

-- parts: what a fact measures beside time, of ten thousand: of deal_priced the price, of the list price.
alter table fact add column parts bigint;
create or replace function fact_undo(b uuid, of_subject uuid, kinds text[]) returns void language sql volatile set search_path = vs, pg_temp as $$
  insert into fact(business_id, kind, day, n, subject, contact_id, seat_id, partner_id, origin, label, value, currency, seconds, parts)
  select b, f.kind, f.day, -1, of_subject, f.contact_id, f.seat_id, f.partner_id, f.origin, f.label, f.value, f.currency, f.seconds, f.parts
  from (select kind, day, contact_id, seat_id, partner_id, origin, label, value, currency, seconds, parts, sum(n) as net from fact
        where business_id = b and subject = of_subject and (kinds is null or kind = any (kinds))
        group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 having sum(n) > 0) f cross join lateral generate_series(1, f.net)
$$;

-- kind      of facts: what a metric names in counts and against: 'deal_won', 'deal_won:prepared' (that label), 'deal_won/referral' (that
--           origin), 'deal_won=referred' (that group of origins);  customer: contacts that entered buy
-- seconds   a duration's step (duration_step); -1: a fact without one. total, squares: of the exact durations, or parts
-- value     money, of one currency
delete from metric_cell;
alter table metric_cell drop constraint metric_cell_pkey, add column currency text not null default '', add column value bigint, add column total numeric, add column squares numeric,
  add primary key (business_id, kind, dim, day, label, val, seconds, currency, recorded_on);
grant update (n, value, total, squares) on metric_cell to vs_system;
grant select on metric to vs_system;

-- Durations are counted in steps, so that there are only so many of them: minutes within an hour, quarters of an hour within a day, hours
-- within a week, days beyond. Quartiles and medians are exact to the step (whole days always), means and their intervals exact.
create function duration_step(seconds bigint) returns bigint language sql immutable as $$
  select (seconds + step / 2) / step * step from (select case when seconds < 3600 then 60 when seconds < 86400 then 900 when seconds < 604800 then 3600 else 86400 end as step) s
$$;
create function metric_contact_cells(b uuid, t0 timestamptz, t1 timestamptz)
returns table (kind text, dim text, day date, label text, val smallint, seconds bigint, n bigint, total numeric) language sql stable set search_path = vs, pg_temp as $$
  select k.kind, d.dim, d.day, d.label, k.val, duration_step(d.seconds), sum(d.n)::bigint, sum(d.n * d.seconds)
  from metric_contact_delta(b, t0, t1) d
  cross join lateral (select d.kind, d.val union all select 'customer', 0::int2 where d.kind = 'entry' and d.val = 5) k
  group by 1, 2, 3, 4, 5, 6 having sum(d.n) <> 0
$$;
-- wanted: only these of what metrics name; null: all.
create function metric_fact_delta(b uuid, t0 timestamptz, t1 timestamptz, wanted text[])
returns table (kind text, dim text, day date, label text, seconds bigint, currency text, n bigint, value bigint, total numeric, squares numeric)
language sql stable set search_path = vs, pg_temp as $$
  with k as materialized (
     select distinct s.named, substring(s.named from '^[a-z_]+') as kind, substring(s.named from '^[a-z_]+([:/=])') as sign, substring(s.named from '^[a-z_]+[:/=](.*)') as word, d.dim
     from metric m cross join lateral unnest(m.counts || m.against) s(named)
     cross join lateral unnest(m.breakdowns || case when m.unit like 'difference%' then '{group}'::text[] else '{""}' end) d(dim)
     where m.source in ('facts', 'both') and (wanted is null or s.named = any (wanted))),
   f as (
     select f.*, coalesce(f.seconds, f.parts) as measured from fact f
     where f.business_id = b and f.recorded_at >= t0 and f.recorded_at < t1 and f.kind in (select k.kind from k))
  select k.named, k.dim, f.day, coalesce(case k.dim when 'seat' then f.seat_id::text when 'origin' then f.origin when 'group' then origin_group(f.origin) when 'label' then f.label end, ''),
         coalesce(duration_step(f.seconds), -1), coalesce(f.currency, ''), sum(f.n)::bigint, sum(f.n * f.value)::bigint, sum(f.n * f.measured), sum(f.n * f.measured::numeric * f.measured)
  from f join k on k.kind = f.kind and (k.sign is null or k.word = case k.sign when ':' then f.label when '/' then f.origin when '=' then origin_group(f.origin) end)
  group by 1, 2, 3, 4, 5, 6 having sum(f.n) <> 0
$$;
-- As before, and with as many facts as are folded in a moment.
create or replace function metric_window(b uuid, start timestamptz) returns timestamptz language sql stable set search_path = vs, pg_temp as $$
  with s as (
     select case when start > '-infinity' then start
                 else least(z.created_at, (select min(c.created_at) from contact c where c.business_id = b), (select min(f.recorded_at) from fact f where f.business_id = b)) end as from_at, z.zone
     from business z where z.business_id = b),
   e as (
     select s.from_at, least(as_of_end(b, (s.from_at at time zone s.zone)::date), now() - interval '10 s',
       (select max(q.at) from (select t.recorded_at as at from touchpoint t where t.business_id = b and t.recorded_at >= s.from_at limit 4000) q having count(*) = 4000) + interval '1 us',
       (select x.recorded_at from stage_entry x where x.business_id = b and x.recorded_at >= s.from_at order by x.recorded_at offset 1000 limit 1) + interval '1 us',
       (select f.recorded_at from fact f where f.business_id = b and f.recorded_at >= s.from_at order by f.recorded_at offset 4000 limit 1) + interval '1 us',
       (select c.created_at from contact c where c.business_id = b and c.created_at >= s.from_at order by c.created_at offset 1000 limit 1) + interval '1 us') as to_at from s)
  select case when to_at > from_at then to_at end from e
$$;
create function metric_refold() returns void language sql volatile set search_path = vs, pg_temp as $$
  delete from metric_cell;
  update metric_fold set folded_to = '-infinity', next_to = null, next_xid = null;
  update due set at = now() where rule = 'metric_fold';
$$;
revoke execute on function metric_refold() from public;

-- Intervals: t for the mean of few (Cornish-Fisher, good from 2 degrees of freedom on); k things that happened (Byar), 95 of 100.
create function t_95(df double precision) returns double precision language sql immutable as $$
  select 1.96 + 2.3724 / df + 2.8225 / df ^ 2 + 2.5556 / df ^ 3 where df >= 1
$$;
create function poisson_95(k double precision, side int) returns double precision language sql immutable as $$
  select case when side > 0 then (k + 1) * (1 - 1 / (9 * (k + 1)) + 1.96 / (3 * sqrt(k + 1))) ^ 3 when k > 0 then greatest(0, k * (1 - 1 / (9 * k) - 1.96 / (3 * sqrt(k))) ^ 3) else 0 end
$$;
insert into setting_default(key, kind, value, doc) values
  ('metric.span_points', 'number', '50', 'a share whose 95 % interval is wider than so many points is shown as of too few cases');

-- --- what wasn't counted yet, and what of it stands already

-- promise_overdue: a promise is overdue from the day after its day on, unless something became of it: posted when it is made, taken back
-- when it is settled. So as of any day exactly those stand that were open past their day then, and nobody has to look every night.
insert into fact(business_id, kind, day, recorded_at, subject, contact_id, seat_id)
select p.business_id, 'promise_overdue', p.due_on + 1, p.made_at, p.promise_id, p.contact_id, p.owner_id from promise p;
insert into fact(business_id, kind, day, recorded_at, n, subject, contact_id, seat_id)
select p.business_id, 'promise_overdue', p.due_on + 1, f.recorded_at, -1, p.promise_id, p.contact_id, p.owner_id
from promise p join fact f on f.business_id = p.business_id and f.subject = p.promise_id and f.kind in ('promise_kept', 'promise_exceeded', 'promise_broken', 'promise_released');

-- deal_priced: what a won deal brought of its list price, where there is one.
create function parts_of(value bigint, whole bigint) returns bigint language sql immutable as $$
  select round(value * 10000.0 / whole)::bigint where whole > 0
$$;
insert into fact(business_id, kind, day, recorded_at, subject, contact_id, seat_id, origin, parts)
select d.business_id, 'deal_priced', d.closed_on, f.recorded_at, d.deal_id, d.contact_id, d.seat_id, d.origin, parts_of(d.value, d.list_price)
from deal d join lateral (select max(f.recorded_at) as recorded_at from fact f where f.business_id = d.business_id and f.subject = d.deal_id and f.kind = 'deal_won' and f.n = 1) f on f.recorded_at is not null
where d.state = 2 and parts_of(d.value, d.list_price) is not null;

-- introduced: a referral received of a contact (contact_id: the source), beside referral_received.
create or replace function referral_fact(b uuid, r referral, kind text, at timestamptz, by uuid, label text, secs bigint) returns void language sql volatile set search_path = vs, pg_temp as $$
  insert into fact(business_id, kind, day, subject, contact_id, seat_id, partner_id, origin, label, value, currency, seconds)
  select b, kind, (at at time zone z.zone)::date, (r).referral_id, (r).contact_id, by, coalesce((r).source_partner, (r).to_partner),
         case (r).direction when 1 then 'referral' end, label, case when kind like '%\_won' then (r).value end, case when kind like '%\_won' then (r).currency end, secs
  from business z where z.business_id = b
  union all
  select b, 'introduced', (at at time zone z.zone)::date, (r).referral_id, (r).source_contact, by, null, 'referral', label, null, null, null
  from business z where z.business_id = b and kind = 'referral_received' and (r).source_contact is not null
$$;
insert into fact(business_id, kind, day, recorded_at, n, subject, contact_id, seat_id, origin, label)
select f.business_id, 'introduced', f.day, f.recorded_at, f.n, f.subject, r.source_contact, f.seat_id, f.origin, f.label
from fact f join referral r on r.business_id = f.business_id and r.referral_id = f.subject where f.kind = 'referral_received' and r.source_contact is not null;

-- champion_active: 1 on the day somebody becomes one, -1 on the day it rests.
insert into fact(business_id, kind, day, recorded_at, n, subject, contact_id, seat_id)
select s.business_id, 'champion_active', (s.at at time zone z.zone)::date, s.at, case s.to_state when 2 then 1 else -1 end, s.champion_id, c.contact_id, c.owner_id
from champion_step s join champion c using (business_id, champion_id) join business z using (business_id) where s.to_state = 2 or s.from_state = 2;

-- ask_due_made: an ask that was due was made; by the day it was due, so that it is one of those.
insert into fact(business_id, kind, day, recorded_at, subject, contact_id, seat_id)
select d.business_id, 'ask_due_made', d.day, m.recorded_at, d.subject, d.contact_id, d.seat_id
from fact d join lateral (select min(m.recorded_at) as recorded_at from fact m where m.business_id = d.business_id and m.subject = d.subject and m.kind = 'ask_made') m on m.recorded_at is not null
where d.kind = 'ask_due';

-- --- the metrics
-- source  both: cells of contacts and facts. against: of a share, what it is a share of; of per, what it is for each of: all of it, named
-- unit    ratio: a mean of parts;  difference, difference in days: of the means of referred and other, never of unknown
alter table metric drop constraint metric_source_check, add constraint metric_source_check check (source in ('touches', 'facts', 'cells', 'both'));
update metric set against = against || counts where source = 'facts' and unit = 'share' and metric in ('win_rate', 'promises_kept', 'promises_exceeded', 'referral_win_rate', 'appointments_kept');
update metric set against = '{promise_kept,promise_exceeded,promise_broken,promise_overdue}',
  definition = 'promises kept or exceeded over those, the broken ones and the overdue ones: by the day they were settled, of overdue ones the first day they were' where metric = 'promises_kept';
update metric set against = '{promise_kept,promise_exceeded,promise_broken,promise_overdue}',
  definition = 'promises exceeded over all that were kept, exceeded, broken or are overdue' where metric = 'promises_exceeded';
-- Who doesn't know where a customer came from can't say that it was no referral: three groups, never two.
update metric set counts = '{deal_won=referred}', against = '{deal_won=referred,deal_won=other}', title = 'referral share',
  definition = 'won deals whose origin is a referral over won deals of known origin; those of unknown origin are in neither, origin_unknown counts them' where metric = 'referral_share';
update metric set unit = 'days', definition = 'days from a referral coming in to the first thing its source hears of it, by that day' where metric = 'first_response';
update metric set unit = 'days', definition = 'days from an outcome to its source being told, by that day; a source with a seat sees it at once' where metric = 'time_to_feedback';
update metric set unit = 'days', definition = 'days from a referral''s receipt or outcome to its source being thanked for it, by that day' where metric = 'time_to_thanks';
update metric set title = 'first response' where metric = 'first_response';
insert into metric(metric, title, unit, source, counts, against, breakdowns, stock, definition, decision) values
  ('origin_unknown', 'origin unknown', 'share', 'facts', '{deal_won=unknown}', '{deal_won}', '{seat}', false, 'won deals of unknown origin over all won deals', 'who forgets to ask'),
  ('asks_made_share', 'asks made of those due', 'share', 'facts', '{ask_due_made}', '{ask_due}', '{seat}', false,
   'of the asks that good results made due in the period, those made by the as-of', 'who earns an ask and doesn''t ask'),
  ('promises_overdue', 'promises overdue', 'promises', 'facts', '{promise_overdue}', '{}', '{seat}', true,
   'promises open past their day at the end of the period', 'which promise to keep or to renegotiate first'),
  ('price_realisation', 'price of the list price', 'ratio', 'facts', '{deal_priced}', '{}', '{seat,origin,group}', false,
   'mean of the value over the list price of won deals that have one', 'who gives discounts away'),
  ('premium_price', 'premium: price', 'difference', 'facts', '{deal_priced}', '{}', '{}', false,
   'value over list price of won deals whose origin is a referral, less that of other known origin: difference of the means in points (Welch)', 'what a referred customer is worth'),
  ('premium_days', 'premium: days to close', 'difference in days', 'facts', '{deal_won}', '{}', '{}', false,
   'days from opening to winning of deals whose origin is a referral, less those of other known origin: difference of the means (Welch)', 'what a referred customer saves us'),
  ('active_champions', 'active champions', 'champions', 'facts', '{champion_active}', '{}', '{}', true, 'champions who were active at the end of the period', 'whether to invite more of them'),
  ('k_factor', 'k-factor', 'per', 'both', '{introduced}', '{customer}', '{}', true,
   'referrals that contacts sent us by the end of the period, for each contact that had bought by then; by generation as things are now: champion reach', 'how far a good word travels');
update metric m set dashboard = o.n from unnest('{touches,positive_share,contacts,contacts_new,stage_entries,stage_conversion,stage_dwell,deals_opened,deals_won,win_rate,prepared_share,promises_kept,promises_exceeded,reviews_held,asks_due,asks_made,asks_made_share,introductions_per_review,referrals_received,first_response,appointments_kept,time_to_feedback,time_to_thanks,referral_share,premium_price,premium_days,active_champions,k_factor}'::text[])
  with ordinality o(metric, n) where o.metric = m.metric;
select metric_refold();
reset role;
