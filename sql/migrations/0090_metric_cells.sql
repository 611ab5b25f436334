-- What metrics count beside tallies and facts: contacts by stage, entries into stages, conversion, dwell, and touches by score, origin and
-- attribute. Cells are sums by the day a thing happened and the day it was recorded; they grow with days and labels, not with touches.
--
--   metric_contacts_at, metric_touch_delta   what is counted, from rows that are only ever added to
--   metric_cell                              their differences, folded window by window (fire_metric_fold), each within a day of recording
--   a reading (metric_read)                  cells recorded by the as-of, and the difference from where folding stands to the as-of
--
-- So a reading doesn't depend on how far folding is, and what is struck, set back or changed is a counter-entry of its own day.
set local role vs_owner;
set local search_path = vs, public;

-- Touches that entered a stage, as they were found to: the entry as known at an instant is the earliest of those recorded before it
-- whose touch wasn't struck before it. Whoever puts a touch into contact_stage adds it here ({log_entries}); after a strike the next
-- earliest is added, since it may never have been an entry before. Entries by deals and referrals are found in their facts.
create table stage_entry (
  business_id uuid not null,
  contact_id uuid not null,
  stage smallint not null,
  first_at timestamptz not null,
  touchpoint_id uuid not null,
  recorded_at timestamptz not null default now(),
  primary key (business_id, contact_id, stage, first_at, touchpoint_id, recorded_at)
);
create index stage_entry_recorded on stage_entry (business_id, recorded_at);
select tenant_table('stage_entry');
grant insert on stage_entry to vs_writer;
insert into stage_entry(business_id, contact_id, stage, first_at, touchpoint_id, recorded_at)
select s.business_id, s.contact_id, s.stage, s.first_at, s.touchpoint_id, t.recorded_at
from contact_stage s join touchpoint t on t.business_id = s.business_id and t.id = s.touchpoint_id;

-- What a contact was until then. Whoever changes its origin or attributes adds the old ones; erasing blanks them here too.
create table contact_was (
  business_id uuid not null,
  contact_id uuid not null,
  until_at timestamptz not null default clock_timestamp(),
  origin text not null,
  attributes jsonb not null,
  primary key (business_id, contact_id, until_at)
);
create index contact_was_until on contact_was (business_id, until_at);
select tenant_table('contact_was');
grant insert on contact_was to vs_writer;

-- kind     contact: +1 on the day it comes into val (a stage, 0: none), -1 on the day it leaves;  new: the day it was entered here;
--          entry: into stage val;  cohort: entries not made from a higher stage, and  converted: those followed by a higher one;
--          dwell: stages left for a higher one on day, after seconds;  touch: val is the sentiment
-- dim      '' all, origin, attribute:KEY; of touches score, origin, attribute:KEY
create table metric_cell (
  business_id uuid not null,
  kind text not null,
  dim text not null,
  day date not null,
  label text not null,
  val smallint not null,
  seconds bigint not null default 0,
  recorded_on date not null,
  n bigint not null,
  primary key (business_id, kind, dim, day, label, val, seconds, recorded_on)
);
select tenant_table('metric_cell');
grant insert, update (n) on metric_cell to vs_system;

-- How far the cells go. The next window ends at next_to; it is folded once every transaction older than next_xid is over, so that nothing
-- recorded in it is still to be seen.
create table metric_fold (
  business_id uuid primary key,
  folded_to timestamptz not null default '-infinity',
  next_to timestamptz,
  next_xid xid8
);
select tenant_table('metric_fold');
grant update on metric_fold to vs_system;
insert into metric_fold(business_id) select business_id from business;
insert into due(business_id, due_id, rule, subject, at) select business_id, gen_random_uuid(), 'metric_fold', business_id, now() from business;
insert into setting_default(key, kind, value, doc) values
  ('metric.fold_minutes', 'number', '60', 'how often counts are folded into sums; readings are the same with any value');

create policy tenant_system on stage_set to vs_system using (business_id = nullif(current_setting('vs.business', true), '')::uuid);
grant select on stage_set to vs_system;
create index contact_created on contact (business_id, created_at);
create index strike_at on strike (business_id, struck_at);
create index fact_recorded on fact (business_id, recorded_at);

-- What these contacts count as, as known at an instant: by its end they were entered, logged, struck, set back, changed.
-- A stage set back takes the higher entries made before it out, and moves the contact from that day on; where it was until then stays.
create function metric_contacts_at(b uuid, ids uuid[], t timestamptz)
returns table (kind text, day date, val smallint, seconds bigint, n int, origin text, attributes jsonb)
language sql stable set search_path = vs, pg_temp as $$
  with z as (select zone from business where business_id = b),
   who as materialized (
     select c.contact_id, c.created_at, coalesce(w.origin, c.origin) as origin, coalesce(w.attributes, c.attributes) as attributes
     from unnest(ids) i join contact c on c.business_id = b and c.contact_id = i and c.created_at < t
     left join lateral (select x.origin, x.attributes from contact_was x where x.business_id = b and x.contact_id = i and x.until_at >= t order by x.until_at limit 1) w on true),
   sets as materialized (
     select s.contact_id, s.set_at, s.stage from who join stage_set s on s.business_id = b and s.contact_id = who.contact_id and s.set_at < t),
   last_set as (select distinct on (contact_id) contact_id, set_at, stage from sets order by contact_id, set_at desc),
   deals as (
     select d.contact_id, min(f.day) as day, row_number() over (partition by d.contact_id order by min(f.day), d.deal_id) as nth
     from who join deal d on d.business_id = b and d.contact_id = who.contact_id
     join fact f on f.business_id = b and f.subject = d.deal_id and f.kind = 'deal_won' and f.n = 1 and f.recorded_at < t
     group by d.contact_id, d.deal_id),
   seen as materialized ( -- whatever may have entered a stage; after a set any touch may
     select e.contact_id, e.stage, e.first_at as at
     from who join stage_entry e on e.business_id = b and e.contact_id = who.contact_id and e.recorded_at < t
     where not exists (select from strike k where k.business_id = b and k.touchpoint_id = e.touchpoint_id and k.struck_at < t)
     union all
     select d.contact_id, (4 + d.nth)::int2, d.day::timestamp at time zone z.zone from deals d, z where d.nth <= 2
     union all
     select r.source_contact, 7::int2, r.happened_at
     from who join referral r on r.business_id = b and r.source_contact = who.contact_id
     join fact f on f.business_id = b and f.subject = r.referral_id and f.kind in ('referral_received', 'referral_given') and f.n = 1 and f.recorded_at < t
     union all
     select o.contact_id, o.stage, o.occurred_at
     from (select contact_id, min(set_at) as first_set from sets group by 1) s
     join touchpoint o on o.business_id = b and o.contact_id = s.contact_id and o.refusal is null and o.occurred_at > s.first_set and o.recorded_at < t
     where (o.stage = 1 or (o.stage <= 5 and o.flags & 2 = 0))
       and not exists (select from strike k where k.business_id = b and k.touchpoint_id = o.id and k.struck_at < t)),
   entry as materialized (
     select s.contact_id, s.stage, min(s.at) as at from seen s left join last_set l using (contact_id)
     where l.contact_id is null or s.stage <= l.stage or s.at > l.set_at group by 1, 2),
   step as (
     select e.contact_id, e.stage, e.at, min(h.at) as next_at, coalesce(bool_or(h.at < e.at), false) as behind
     from entry e left join entry h on h.contact_id = e.contact_id and h.stage > e.stage group by 1, 2, 3),
   event as (
     select contact_id, created_at as at, 0::int2 as stage, false as is_set from who
     union all select contact_id, at, stage, false from seen
     union all select contact_id, set_at, stage, true from sets),
   epoch as (select e.*, count(*) filter (where is_set) over (partition by contact_id order by at, is_set rows unbounded preceding) as sets from event e),
   reached as (
     select contact_id, at, is_set, max(stage) over (partition by contact_id, sets order by at, is_set rows unbounded preceding) as stage,
            (at at time zone z.zone)::date as day from epoch, z),
   evening as (select distinct on (contact_id, day) contact_id, day, stage from reached order by contact_id, day, at desc, is_set desc, stage desc),
   move as (select contact_id, day, stage, lag(stage) over (partition by contact_id order by day) as was from evening),
   counted as (
     select contact_id, 'contact' as kind, day, stage, 0::int8 as seconds, 1 as n from move where was is distinct from stage
     union all select contact_id, 'contact', day, was, 0, -1 from move where was <> stage
     union all select contact_id, 'new', (created_at at time zone z.zone)::date, 0::int2, 0, 1 from who, z
     union all select contact_id, 'entry', (at at time zone z.zone)::date, stage, 0, 1 from step, z
     union all select contact_id, 'cohort', (at at time zone z.zone)::date, stage, 0, 1 from step, z where not behind and stage < 7
     union all select contact_id, 'converted', (at at time zone z.zone)::date, stage, 0, 1 from step, z where not behind and next_at is not null
     union all select contact_id, 'dwell', (next_at at time zone z.zone)::date, stage, extract(epoch from next_at - at)::int8, 1 from step, z where not behind and next_at is not null)
  select c.kind, c.day, c.stage, c.seconds, c.n, who.origin, who.attributes from counted c join who using (contact_id)
$$;

-- What changed about contacts between two instants, as cells.
create function metric_contact_delta(b uuid, t0 timestamptz, t1 timestamptz)
returns table (kind text, dim text, day date, label text, val smallint, seconds bigint, n bigint)
language sql stable set search_path = vs, pg_temp as $$
  with hit as (
     select contact_id from contact where business_id = b and created_at >= t0 and created_at < t1
     union select contact_id from contact_was where business_id = b and until_at >= t0 and until_at < t1
     union select contact_id from stage_entry where business_id = b and recorded_at >= t0 and recorded_at < t1
     union select contact_id from strike where business_id = b and struck_at >= t0 and struck_at < t1
     union select contact_id from stage_set where business_id = b and set_at >= t0 and set_at < t1
     union select s.contact_id from (select distinct contact_id from stage_set where business_id = b) s
        where exists (select from touchpoint t where t.business_id = b and t.contact_id = s.contact_id and t.refusal is null and t.recorded_at >= t0 and t.recorded_at < t1)
     union select f.contact_id from fact f where f.business_id = b and f.recorded_at >= t0 and f.recorded_at < t1 and f.kind = 'deal_won'
     union select r.source_contact from fact f join referral r on r.business_id = b and r.referral_id = f.subject
        where f.business_id = b and f.recorded_at >= t0 and f.recorded_at < t1 and f.kind in ('referral_received', 'referral_given') and r.source_contact is not null),
   ids as materialized (select array_agg(contact_id) as ids from hit),
   d as (
     select x.* from ids cross join lateral metric_contacts_at(b, ids.ids, t1) x
     union all
     select x.kind, x.day, x.val, x.seconds, -x.n, x.origin, x.attributes from ids cross join lateral metric_contacts_at(b, ids.ids, t0) x where t0 > '-infinity')
  select d.kind, v.dim, d.day, v.label, d.val, d.seconds, sum(d.n)
  from d cross join lateral (select '', '' union all select 'origin', d.origin union all select 'attribute:' || a.key, a.value from jsonb_each_text(d.attributes) a) v(dim, label)
  group by 1, 2, 3, 4, 5, 6 having sum(d.n) <> 0
$$;

-- What changed about touches by score, and by what their contact is.
create function metric_touch_delta(b uuid, t0 timestamptz, t1 timestamptz)
returns table (kind text, dim text, day date, label text, val smallint, seconds bigint, n bigint)
language sql stable set search_path = vs, pg_temp as $$
  with scope as materialized (
     select t.id, t.contact_id, t.occurred_at, t.recorded_at, t.sentiment, t.score, t.score_scale from touchpoint t
     where t.business_id = b and t.refusal is null and t.recorded_at >= t0 and t.recorded_at < t1
     union
     select t.id, t.contact_id, t.occurred_at, t.recorded_at, t.sentiment, t.score, t.score_scale
     from strike k join touchpoint t on t.business_id = b and t.id = k.touchpoint_id and t.refusal is null
     where k.business_id = b and k.struck_at >= t0 and k.struck_at < t1
     union
     select t.id, t.contact_id, t.occurred_at, t.recorded_at, t.sentiment, t.score, t.score_scale
     from (select distinct contact_id from contact_was where business_id = b and until_at >= t0 and until_at < t1) w
     join touchpoint t on t.business_id = b and t.contact_id = w.contact_id and t.refusal is null and t.recorded_at < t1),
   who as materialized (
     select c.contact_id, coalesce(w0.origin, c.origin) as origin0, coalesce(w0.attributes, c.attributes) as attributes0,
            coalesce(w1.origin, c.origin) as origin1, coalesce(w1.attributes, c.attributes) as attributes1
     from (select distinct contact_id from scope) s join contact c on c.business_id = b and c.contact_id = s.contact_id
     left join lateral (select x.origin, x.attributes from contact_was x where x.business_id = b and x.contact_id = s.contact_id and x.until_at >= t0 order by x.until_at limit 1) w0 on true
     left join lateral (select x.origin, x.attributes from contact_was x where x.business_id = b and x.contact_id = s.contact_id and x.until_at >= t1 order by x.until_at limit 1) w1 on true),
   said as (
     select (s.occurred_at at time zone z.zone)::date as day, s.sentiment, s.score, s.score_scale, v.n, v.origin, v.attributes
     from business z cross join scope s join who w using (contact_id)
     left join lateral (select k.struck_at from strike k where k.business_id = b and k.touchpoint_id = s.id limit 1) k on true
     cross join lateral (values (1, s.recorded_at < t1 and (k.struck_at is null or k.struck_at >= t1), w.origin1, w.attributes1),
                                (-1, s.recorded_at < t0 and (k.struck_at is null or k.struck_at >= t0), w.origin0, w.attributes0)) v(n, counts, origin, attributes)
     where z.business_id = b and v.counts)
  select 'touch', v.dim, s.day, v.label, s.sentiment, 0::int8, sum(s.n)
  from said s cross join lateral (
     select 'score', s.score || '/' || s.score_scale where s.score is not null
     union all select 'origin', s.origin
     union all select 'attribute:' || a.key, a.value from jsonb_each_text(s.attributes) a) v(dim, label)
  group by 1, 2, 3, 4, 5 having sum(s.n) <> 0
$$;

-- Where the next window ends: not beyond its day of recording, not after ten seconds ago, and with as much in it as is folded in a
-- moment. Null: nothing to fold yet.
create function metric_window(b uuid, start timestamptz) returns timestamptz language sql stable set search_path = vs, pg_temp as $$
  with s as (
     select case when start > '-infinity' then start
                 else least(z.created_at, (select min(c.created_at) from contact c where c.business_id = b)) end as from_at, z.zone
     from business z where z.business_id = b),
   e as (
     select s.from_at, least(as_of_end(b, (s.from_at at time zone s.zone)::date), now() - interval '10 s',
       (select max(q.at) from (select t.recorded_at as at from touchpoint t where t.business_id = b and t.recorded_at >= s.from_at limit 20000) q having count(*) = 20000) + interval '1 us',
       (select x.recorded_at from stage_entry x where x.business_id = b and x.recorded_at >= s.from_at order by x.recorded_at offset 5000 limit 1) + interval '1 us',
       (select c.created_at from contact c where c.business_id = b and c.created_at >= s.from_at order by c.created_at offset 5000 limit 1) + interval '1 us') as to_at from s)
  select case when to_at > from_at then to_at end from e
$$;

-- The metrics counted from cells. stock: what there is at the end of a period, not what happened in it.
alter table metric drop constraint metric_source_check;
alter table metric add constraint metric_source_check check (source in ('touches', 'facts', 'cells')), add column stock boolean not null default false,
  add column dashboard smallint;   -- its place on the dashboard
update metric set breakdowns = breakdowns || '{score,origin,attribute}' where metric = 'touches';
update metric set breakdowns = breakdowns || '{origin,attribute}' where metric = 'positive_share';
insert into metric(metric, title, unit, source, counts, against, breakdowns, stock, definition, decision) values
  ('contacts', 'contacts', 'contacts', 'cells', '{contact}', '{}', '{stage,origin,stage+origin,attribute}', true,
   'contacts at the end of the period, in the stage they were in then; none: never met', 'in which stage people are stuck'),
  ('contacts_new', 'new contacts', 'contacts', 'cells', '{new}', '{}', '{origin,attribute}', false,
   'contacts by the day they were entered or imported', 'which origin to spend time and money on'),
  ('stage_entries', 'stage entries', 'entries', 'cells', '{entry}', '{}', '{stage,origin,stage+origin,attribute}', false,
   'first entries of contacts into stages, by the day they happened; without those whose touch was struck, and those a stage set back has hidden', 'where the flow through the stages thins out'),
  ('stage_conversion', 'stage conversion', 'share', 'cells', '{converted}', '{cohort}', '{stage,origin,stage+origin,attribute}', false,
   'of the entries into stages up to repeat in the period, those followed by a higher stage by the as-of; without entries made from a higher stage', 'which stage loses people'),
  ('stage_dwell', 'days in a stage', 'days', 'cells', '{dwell}', '{}', '{stage,origin,stage+origin,attribute}', false,
   'days from entering a stage to entering a higher one, by the day the stage was left; without those still in it', 'where waiting costs the customer');
update metric m set dashboard = o.n from unnest('{touches,positive_share,contacts,contacts_new,stage_entries,stage_conversion,stage_dwell,deals_opened,deals_won,win_rate,prepared_share,promises_kept}'::text[])
  with ordinality o(metric, n) where o.metric = m.metric;

-- The n-th smallest of the order statistics between which the median lies in 95 of 100 samples, as a rank; null for too few.
create function median_rank(n double precision, side int) returns int language sql immutable as $$
  select case when n >= 6 then greatest(1, least(n, case side when -1 then floor(n / 2 - 0.98 * sqrt(n)) else ceil(1 + n / 2 + 0.98 * sqrt(n)) end))::int end
$$;
reset role;
