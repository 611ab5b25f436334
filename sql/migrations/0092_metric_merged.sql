-- Merged contacts in numbers: one person counts once, from the merge on; as of days before it nothing changes.
set local role vs_owner;
set local search_path = vs, public;
set local check_function_bodies = off;   -- merges come with a later number

create index fact_won on fact (business_id, contact_id) where kind = 'deal_won';

-- What these contacts count as, as known at an instant: by its end they were entered, logged, struck, set back, changed.
-- A stage set back takes the higher entries made before it out, and moves the contact from that day on; where it was until then stays.
-- A merged contact counts in the one that was kept, for as long as it is merged: its entries are found by their rows, which no merge moves,
-- or by whose they were before the first merge that moved them.
create or replace function metric_contacts_at(b uuid, ids uuid[], t timestamptz)
returns table (kind text, day date, val smallint, seconds bigint, n int, origin text, attributes jsonb)
language sql stable set search_path = vs, pg_temp as $$
  with z as (select zone from business where business_id = b),
   merged as materialized (
     select distinct on (i.id) i.id as contact_id, m.kept_id from merge m cross join lateral unnest(m.ids) i(id)
     where m.business_id = b and m.merged_at < t and (m.undone_at is null or m.undone_at >= t) order by i.id, m.merged_at desc),
   who as materialized (
     select c.contact_id, c.created_at, coalesce(w.origin, c.origin) as origin, coalesce(w.attributes, c.attributes) as attributes
     from unnest(ids) i join contact c on c.business_id = b and c.contact_id = i and c.created_at < t
     left join lateral (select x.origin, x.attributes from contact_was x where x.business_id = b and x.contact_id = i and x.until_at >= t order by x.until_at limit 1) w on true
     where i not in (select contact_id from merged)),
   member as materialized (
     select contact_id, contact_id as head_id from who
     union all select m.contact_id, m.kept_id from merged m where m.kept_id in (select contact_id from who)),
   moved as materialized (
     select distinct on (v.key) v.key as referral_id, m.merged_id as source_contact from merge m join merge_move v on v.business_id = b and v.merge_id = m.merge_id
     where m.business_id = b and v.relation = 'referral' and v.col = 'source_contact' and not v.yielded order by v.key, m.merged_at),
   vouched as (
     select r.source_contact, r.referral_id, r.happened_at from member join referral r on r.business_id = b and r.source_contact = member.contact_id
     where r.referral_id not in (select referral_id from moved)
     union all
     select v.source_contact, r.referral_id, r.happened_at from moved v join referral r on r.business_id = b and r.referral_id = v.referral_id),
   sets as materialized (
     select s.contact_id, s.set_at, s.stage from who join stage_set s on s.business_id = b and s.contact_id = who.contact_id and s.set_at < t),
   last_set as (select distinct on (contact_id) contact_id, set_at, stage from sets order by contact_id, set_at desc),
   deals as (
     select m.head_id as contact_id, min(f.day) as day, row_number() over (partition by m.head_id order by min(f.day), f.subject) as nth
     from member m join fact f on f.business_id = b and f.contact_id = m.contact_id and f.kind = 'deal_won' and f.n = 1 and f.recorded_at < t
     group by m.head_id, f.subject),
   seen as materialized ( -- whatever may have entered a stage; after a set any touch may
     select m.head_id as contact_id, e.stage, e.first_at as at
     from member m join stage_entry e on e.business_id = b and e.contact_id = m.contact_id and e.recorded_at < t
     where not exists (select from strike k where k.business_id = b and k.touchpoint_id = e.touchpoint_id and k.struck_at < t)
     union all
     select d.contact_id, (4 + d.nth)::int2, d.day::timestamp at time zone z.zone from deals d, z where d.nth <= 2
     union all
     select m.head_id, 7::int2, r.happened_at
     from member m join vouched r on r.source_contact = m.contact_id
     join fact f on f.business_id = b and f.subject = r.referral_id and f.kind in ('referral_received', 'referral_given') and f.n = 1 and f.recorded_at < t
     union all
     select s.contact_id, o.stage, o.occurred_at
     from (select contact_id, min(set_at) as first_set from sets group by 1) s join member m on m.head_id = s.contact_id
     join touchpoint o on o.business_id = b and o.contact_id = m.contact_id and o.refusal is null and o.occurred_at > s.first_set and o.recorded_at < t
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
create or replace function metric_contact_delta(b uuid, t0 timestamptz, t1 timestamptz)
returns table (kind text, dim text, day date, label text, val smallint, seconds bigint, n bigint)
language sql stable set search_path = vs, pg_temp as $$
  with hit as (
     select contact_id from contact where business_id = b and created_at >= t0 and created_at < t1
     union select contact_id from contact_was where business_id = b and until_at >= t0 and until_at < t1
     union select contact_id from stage_entry where business_id = b and recorded_at >= t0 and recorded_at < t1
     union select contact_id from strike where business_id = b and struck_at >= t0 and struck_at < t1
     union select contact_id from stage_set where business_id = b and set_at >= t0 and set_at < t1
     union select s.contact_id from (select distinct contact_id from stage_set where business_id = b) s
        where exists (select from touchpoint t where t.business_id = b and t.contact_id = any (contact_ids(b, head_of(b, s.contact_id))) and t.refusal is null and t.recorded_at >= t0 and t.recorded_at < t1)
     union select f.contact_id from fact f where f.business_id = b and f.recorded_at >= t0 and f.recorded_at < t1 and f.kind = 'deal_won'
     union select r.source_contact from fact f join referral r on r.business_id = b and r.referral_id = f.subject
        where f.business_id = b and f.recorded_at >= t0 and f.recorded_at < t1 and f.kind in ('referral_received', 'referral_given') and r.source_contact is not null),
   -- and those they were merged with, whenever that was
   kin as (
     select contact_id from hit
     union select unnest(m.ids || m.kept_id) from merge m where m.business_id = b and (m.kept_id in (select contact_id from hit) or m.ids && array(select contact_id from hit))
     union select unnest(m.ids || m.kept_id) from merge m where m.business_id = b and (m.merged_at >= t0 and m.merged_at < t1 or m.undone_at >= t0 and m.undone_at < t1)),
   ids as materialized (select array_agg(contact_id) as ids from kin),
   d as (
     select x.* from ids cross join lateral metric_contacts_at(b, ids.ids, t1) x
     union all
     select x.kind, x.day, x.val, x.seconds, -x.n, x.origin, x.attributes from ids cross join lateral metric_contacts_at(b, ids.ids, t0) x where t0 > '-infinity')
  select d.kind, v.dim, d.day, v.label, d.val, d.seconds, sum(d.n)
  from d cross join lateral (select '', '' union all select 'origin', d.origin union all select 'attribute:' || a.key, a.value from jsonb_each_text(d.attributes) a) v(dim, label)
  group by 1, 2, 3, 4, 5, 6 having sum(d.n) <> 0
$$;

reset role;
