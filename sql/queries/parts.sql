-- Pieces of SQL that several queries share. {name word ...} in a query, or in another part, puts the piece there, :x being its word.

-- part: stage c
-- The present stage of contact c.
(case when :c.stage_set is null then (select max(x.stage) from contact_stage x where x.business_id = :c.business_id and x.contact_id = any ({ids_of :c}))
      else stage_since(:c.business_id, :c.contact_id, :c.stage_set, :c.stage_set_at) end)

-- part: ids_of c
-- All ids of contact c: its own, and those of contacts merged into it. What is never moved is asked for by them.
(:c.head_id || array(select x.contact_id from contact x where x.business_id = :c.business_id and x.head_id = :c.head_id and x.contact_id <> x.head_id))

-- part: glance c
-- What everybody sees of a contact that is theirs to see.
:c.contact_id, :c.number, :c.name, {stage :c} as stage

-- part: card c
-- What staff see in lists.
{glance :c}, :c.email, :c.phone, :c.organization_id, :c.version,
(select x.name from organization x where x.business_id = :c.business_id and x.organization_id = :c.organization_id) as organization,
(select x.login from account x where x.business_id = :c.business_id and x.account_id = :c.owner_id) as owner

-- part: whole c
-- All of it. Touches come from the timeline's index and are counted up to 1,000: no row of a contact is written by a touch.
{card :c}, :c.origin, :c.language, :c.preferred_channel, :c.best_hours, :c.no_ask, :c.consent, :c.advocacy, :c.segments, :c.created_at,
attribute_pairs(:c.attributes) as attributes,
(select max(l.at) from unnest({ids_of :c}) i(id)
 cross join lateral (select t.occurred_at as at from {touches_of :c i} order by t.occurred_at desc, t.id desc limit 1) l) as last_touch_at,
(select count(*) from (select from unnest({ids_of :c}) i(id) cross join lateral (select from {touches_of :c i} limit 1000) t limit 1000) t) as touches

-- part: touches_of c i
touchpoint t where t.business_id = :c.business_id and t.contact_id = :i.id and t.refusal is null
 and not exists (select from strike x where x.business_id = :c.business_id and x.touchpoint_id = t.id)

-- part: contact_of f c a
-- c: the contact of each row of f, if it is visible; by its key however many rows the planner expects of f.
cross join lateral (select x.* from contact x where x.business_id = $1 and x.contact_id = :f.contact_id and {visible x :a} limit 1) :c

-- part: shared_of f c a
-- The same with the columns that a partner may select.
cross join lateral (select x.business_id, x.contact_id, x.head_id, x.number, x.name, x.stage_set, x.stage_set_at from contact x
                    where x.business_id = $1 and x.contact_id = :f.contact_id and x.erased_at is null and {visible x :a} limit 1) :c

-- part: from after
-- Where a list by numbers goes on. Row-level security lets an index be searched only by what can't leak, and to the planner coalesce and "or" aren't
-- such: with them every page would read all rows before it.
case when :after is null then 0 else :after end

-- part: from_id after
case when :after is null then '00000000-0000-0000-0000-000000000000'::uuid else :after end

-- part: held id
-- A contact, visible to the actor, locked: its columns are those after any wait.
select c.* from actor a join contact c on c.business_id = $1 and c.contact_id = :id and c.erased_at is null and {visible c a} for no key update of c

-- part: staff login
-- The open account of staff with this login.
(select x.account_id from account x where x.business_id = $1 and x.login = :login and x.closed_at is null and x.role in (1, 2, 4))

-- part: seat o login
-- o: the open account of the business with this login, one's own where it is null.
:o as (select a.account_id from actor x join account a on a.business_id = $1 and a.closed_at is null and a.partner_id is null
       and (a.login = :login or (:login is null and a.account_id = x.account_id)))

-- part: next letter
-- n: the next short number of that letter, taken only if v (the verdict so far) gives no reason.
{next_for :letter v}

-- part: next_for letter v
-- The same, by another name of the verdict.
n as (insert into counter(business_id, kind, last) select $1, ':letter', 1 from :v where reason is null
      on conflict (business_id, kind) do update set last = counter.last + 1 returning last)

-- part: due
-- How fire_<rule> begins: d is the thing due if it is ours to fire, no row if it was fired or cancelled.
d as (update due x set fired_at = now() where x.business_id = $1 and x.due_id = $2 and x.fired_at is null and x.cancelled_at is null and x.at <= now() returning x.*)

-- part: first_values organizations pairs
-- Attributes that get their first value from these pairs.
select distinct d.key, d.kind, d.choices from attribute d join generate_series(1, cardinality(:pairs) / 2) i on d.key = :pairs[2 * i - 1] and btrim(:pairs[2 * i]) <> ''
where d.business_id = $1 and d.of_organizations = :organizations and not d.used

-- part: fix_attributes organizations w v
-- Marks those of w as used, if v has no reason to refuse and their definitions still are what the values were judged by.
update attribute x set used = true from :w w, :v v where v.reason is null and x.business_id = $1 and x.of_organizations = :organizations
 and x.key = w.key and x.kind = w.kind and x.choices @> w.choices returning x.key

-- part: tell c
-- Whoever watches hears that the contact of c changed.
insert into feed(business_id, kind, ids) select $1, 2, array[:c.contact_id] from :c where :c.contact_id is not null

-- part: entry t a
-- The columns of a TouchEntry, as actor a may read them; k is the touch's strike ({strike t}). A partner doesn't learn the names of
-- staff, why they struck one of theirs, or of a complaint it may not see. By $1, not by t's column: then the policy is judged once.
:t.id, :t.contact_id, :t.occurred_at, :t.recorded_at, :t.channel, :t.stage, :t.sentiment, :t.flags & 1 = 1 as shared, :t.score, :t.score_scale, :t.note, :t.address,
case when :t.mends is null or :a.partner_id is null
       or exists (select from touchpoint m where m.business_id = $1 and m.id = :t.mends and {seen m :a}) then :t.mends end as mends,
case when :a.partner_id is not null and :t.partner_id is null then 'staff'
     else (select x.name from account x where x.business_id = $1 and x.account_id = :t.account_id) end as by,
:t.role as by_role, case when :t.partner_id is not null then (select x.name from partner x where x.business_id = $1 and x.partner_id = :t.partner_id) end as by_partner,
k.struck_at is not null as struck, k.struck_at, case when :a.partner_id is null or :t.partner_id is not null then k.because end as struck_because

-- part: strike t
left join lateral (select x.struck_at, x.because from strike x where x.business_id = $1 and x.touchpoint_id = :t.id limit 1) k on true

-- part: numbers
-- Numbers as values of a tally, 1 to 15: more than stages, channels and roles have; beyond, the insert fails for want of a value.
-- Looked up: making them as text costs a multiple.
('{00000000-0000-0000-0000-000000000001,00000000-0000-0000-0000-000000000002,00000000-0000-0000-0000-000000000003,00000000-0000-0000-0000-000000000004,00000000-0000-0000-0000-000000000005,00000000-0000-0000-0000-000000000006,00000000-0000-0000-0000-000000000007,00000000-0000-0000-0000-000000000008,00000000-0000-0000-0000-000000000009,00000000-0000-0000-0000-00000000000a,00000000-0000-0000-0000-00000000000b,00000000-0000-0000-0000-00000000000c,00000000-0000-0000-0000-00000000000d,00000000-0000-0000-0000-00000000000e,00000000-0000-0000-0000-00000000000f}'::uuid[])

-- part: dims t
-- What a touch is counted under: one row a dimension.
(values (1::int2, {numbers}[:t.stage]), (2::int2, {numbers}[:t.channel]),
        (3::int2, {numbers}[:t.role]), (4::int2, :t.account_id)) d(dim, val)

-- part: slip_counts s
-- What the touches on slips s of the business are counted as, in columns of tally. Days are worked out once a touch, not once a dimension: hence
-- the limit.
select t.day, d.dim, d.val, t.sentiment, t.recorded_on, 1::int8 as n
from business z cross join :s p cross join unnest(p.touches) i(id)
cross join lateral (select x.stage, x.channel, x.role, x.account_id, x.sentiment, (x.occurred_at at time zone z.zone)::date as day, (x.recorded_at at time zone z.zone)::date as recorded_on
                    from touchpoint x where x.business_id = $1 and x.id = i.id limit 1) t
cross join lateral {dims t}
where z.business_id = $1 and p.business_id = $1

-- part: enters t
-- Does this touch enter its stage? Up to buy, and if it says the stage itself: a touch without one serves the present stage, and
-- when the touch that led there is struck it must not hold the contact there. The first stage is entered by any touch in it.
(:t.stage = 1 or (:t.stage <= 5 and :t.flags & 2 = 0))

-- part: check_days i
-- As setting_number(b, 'check.days'), of the business of i; written out, since a call costs as much as the rest of the touch.
coalesce((select x.value from setting x where x.business_id = :i.business_id and x.key = 'check.days'),
         (select x.value from setting_default x where x.key = 'check.days'))::int

-- part: number_of key
-- As setting_number($1, ':key'), written out: its call costs as much as several look-ups.
coalesce((select x.value from setting x where x.business_id = $1 and x.key = ':key'), (select x.value from setting_default x where x.key = ':key'))::numeric

-- part: log_entries s
-- Touches that were put into contact_stage, for metrics.
insert into stage_entry(business_id, contact_id, stage, first_at, touchpoint_id) select :s.business_id, :s.contact_id, :s.stage, :s.first_at, :s.touchpoint_id from :s

-- part: last_day
-- The last day that is over, ten seconds ago: what began before midnight is done by then.
((now() - interval '10 s') at time zone (select x.zone from business x where x.business_id = $1))::date - 1

-- part: as_of day
-- As of the end of which day: yesterday unless another is asked for; today is the last, and still moves.
least(coalesce(:day, {last_day}), today_of($1))

-- part: broken_down m
-- May metric m be broken down by $6?
(coalesce($6, '') = '' or $6 = any (:m.breakdowns) and $6 <> 'attribute'
 or $6 like 'attribute:%' and 'attribute' = any (:m.breakdowns)
    and exists (select from attribute x where x.business_id = $1 and not x.of_organizations and x.key = substr($6, 11)))

-- part: cell_source m
-- What of a metric comes from cells: all but touches by what tallies know. What compares groups of origins reads those.
:m.source = 'touches' and coalesce($6, '') in ('', 'stage', 'channel', 'sentiment', 'role', 'seat') as from_tally,
:m.source <> 'touches' or coalesce($6, '') not in ('', 'stage', 'channel', 'sentiment', 'role', 'seat') as from_cells,
case :m.source when 'touches' then array['touch'] else :m.counts || :m.against end as kinds,
case when :m.unit like 'difference%' then 'group' else case coalesce($6, '') when 'stage' then '' when 'stage+origin' then 'origin' else coalesce($6, '') end end as dim,
case when :m.stock then '-infinity' else coalesce($7, '-infinity') end as cells_from

-- part: delta_cells
kind, dim, day, label, val, seconds, ''::text as currency, n, null::int8 as value, total, null::numeric as squares

-- part: deltas b from_at to_at
-- What isn't folded yet, as cells.
select {delta_cells} from metric_contact_cells(:b, :from_at, :to_at)
union all select {delta_cells} from (select t.*, null::numeric as total from metric_touch_delta(:b, :from_at, :to_at) t) t
union all select kind, dim, day, label, 0::int2, seconds, currency, n, value, total, squares from metric_fact_delta(:b, :from_at, :to_at, null)

-- part: quantile s at
-- The quantile as percentile_cont has it, of rows that stand for `cases` in all, `upto` of them up to this one.
(min(:s.seconds) filter (where :s.upto > floor(:at * (:s.cases - 1)))
 + (min(:s.seconds) filter (where :s.upto > ceil(:at * (:s.cases - 1))) - min(:s.seconds) filter (where :s.upto > floor(:at * (:s.cases - 1)))) * max(:at * (:s.cases - 1) - floor(:at * (:s.cases - 1))))::float8 / 86400

-- part: stage_word val
case :val when 0 then 'none' else (array['know','like','trust','try','buy','repeat','refer'])[:val] end

-- part: to_mend w
-- p: the promise to mend what w says (contact_id, words, owner_id, due_on, made_on, mends, zone), with its number and its reminder; no row of w: none.
pn as (insert into counter(business_id, kind, last) select $1, 'M', 1 from :w on conflict (business_id, kind) do update set last = counter.last + 1 returning last),
p as (insert into promise(business_id, promise_id, number, contact_id, words, due_on, owner_id, made_on, made_by, mends)
      select $1, id_made(), pn.last, :w.contact_id, :w.words, :w.due_on, :w.owner_id, :w.made_on, $3, :w.mends from :w, pn returning *),
pq as (insert into due(business_id, due_id, rule, subject, at, task_rule, subject_kind, contact_id, owner_id, task_due, words)
       select $1, id_made(), 'task', p.promise_id, p.due_on::timestamp at time zone :w.zone, 'promise_due', 'M', p.contact_id, p.owner_id,
              (p.due_on + 1)::timestamp at time zone :w.zone, p.words from p, :w),
px as ({overdue_fact p})

-- part: overdue_fact i
-- Overdue from the day after its day on, as long as nothing became of it (promise_settle takes it back).
insert into fact(business_id, kind, day, subject, contact_id, seat_id) select $1, 'promise_overdue', :i.due_on + 1, :i.promise_id, :i.contact_id, :i.owner_id from :i where :i.state = 1

-- part: taken_back id kinds
-- Counter-entries of what stands of these kinds of facts about a subject.
select $1, f.kind, f.day, -1::int2, f.subject, f.contact_id, f.seat_id, f.partner_id, f.origin, f.label, f.value, f.currency, f.seconds, f.parts
from fact f where f.business_id = $1 and f.subject = :id and f.kind = any (:kinds)
group by f.kind, f.day, f.subject, f.contact_id, f.seat_id, f.partner_id, f.origin, f.label, f.value, f.currency, f.seconds, f.parts having sum(f.n) > 0

-- part: settled h id
-- What was owed for the record of h is over: what would fall due is cancelled, open follow-ups are closed.
hq as (update due x set cancelled_at = now() from :h where x.business_id = $1 and x.subject = :h.:id and x.fired_at is null and x.cancelled_at is null),
hk as (update task x set state = 2, closed_at = now(), closed_by = $3 from :h where x.business_id = $1 and x.subject = :h.:id and x.state = 1)

-- part: review_follow_up i t
-- Of review i, planned: the follow-up to book it appears some days before it is due.
select $1, id_made(), 'task', :i.review_id, greatest(now(), (:i.due_on - setting_number($1, 'review.book_days')::int)::timestamp at time zone :t.zone), 'review_due', 'V',
       :i.contact_id, :i.owner_id, (:i.due_on + 1)::timestamp at time zone :t.zone,
       'book the results review with them: did they get what was agreed?' from :i, :t

-- part: review_card r c o
:r.review_id, :r.number, :r.contact_id, :c.number as contact_number, :c.name as contact, :r.state, nullif(:r.due_on, 'infinity') as due_on, :r.state = 1 and :r.due_on < today_of($1) as overdue,
:r.booked_at, :o.login as owner, :r.held_on, :r.held_at, :r.result, :r.score, :r.score_scale, :r.words, :r.because

-- part: today_cards
-- What those of me, and those they stand in for, have to do now: a card for each contact, the most at risk first.
mine as (select account_id from me union
          select a.account_id from me join account a on a.business_id = $1 and a.stand_in = me.account_id and a.away_until > now()),
 open as materialized (
   select t.*, coalesce(t.contact_id, t.task_id) as card_of, coalesce(value_at_risk($1, t.contact_id), 0) as value
   from mine join task t on t.business_id = $1 and t.owner_id = mine.account_id and t.state = 1
   where t.later_until is null or t.later_until <= now()),
 cards as (select card_of, row_number() over (order by max(value) desc, min(due_at), card_of) as card from open group by card_of)
