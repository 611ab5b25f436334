-- Asks for three introductions, and whom to ask next. Parts first: they are one definition for the list, for asking and for the day's order.

-- part: gates c again
-- g.because: why contact c is not to be asked now, a sentence each; empty: nothing is in the way. again: which part tells from when they may
-- be asked again: {cooling c}, or {cooling_after_wait c} where the statement may have waited for the contact's row.
cross join lateral (select {ids_of :c} as ids) gi
cross join lateral (select array_remove(array[
  (select 'promise M' || p.number || ' was broken on ' || p.settled_on || ' and nothing has mended it' from promise p
   where p.business_id = $1 and p.contact_id = :c.contact_id and p.state = 4 and not {mended p promise_id} order by p.number limit 1),
  (select 'promise M' || p.number || ' to mend is open until ' || p.due_on from promise p
   where p.business_id = $1 and p.contact_id = :c.contact_id and p.mends is not null and p.state = 1 order by p.number limit 1),
  (select 'the complaint of ' || (t.occurred_at at time zone (select b.zone from business b where b.business_id = $1))::date || ' is not mended' from touchpoint t
   where t.business_id = $1 and t.contact_id = any (gi.ids) and t.sentiment = 3 and t.refusal is null
     and not exists (select from strike x where x.business_id = $1 and x.touchpoint_id = t.id) and not {mended t id} limit 1),
  (select 'the review of ' || r.held_on || ' had a bad result' from {latest_review :c} where r.result = 2),
  case when :c.no_ask then 'they don''t want to be asked' end,
  (select 'asked already; again from ' || d.again from {:again :c} d where d.again > (select today_of($1)))], null) as because) g

-- part: cooling c
(select case when k.state = 4 and k.later_until is not null then k.later_until else k.asked_on + (select {number_of ask.cooldown_days})::int end as again
 from ask k where k.business_id = $1 and k.contact_id = :c.contact_id and k.asked_on is not null order by k.asked_on desc, k.number desc limit 1)

-- part: cooling_after_wait c
-- What another has written meanwhile, too; a call for each contact would be most of what a page of the list costs.
(select ask_again_on($1, :c.contact_id) as again)

-- part: mended r id
-- Does a touch that counts name this complaint or broken promise as what it recovers?
exists (select from touchpoint m where m.business_id = $1 and m.mends = :r.:id and m.refusal is null
        and not exists (select from strike x where x.business_id = $1 and x.touchpoint_id = m.id))

-- part: latest_review c
(select r.held_on, r.result from review r where r.business_id = $1 and r.contact_id = :c.contact_id and r.state = 2 order by r.held_on desc, r.held_at desc nulls last, r.review_id desc limit 1) r

-- part: weights
-- w: the points of each reason in the order of their places, with the business's own, and the windows behind them.
w as materialized (select x.points, x.words, {number_of readiness.touches}::int as touches, now() - {number_of readiness.days}::int * interval '1 day' as since_at,
       today_of($1) - {number_of readiness.days}::int as since, today_of($1) - {number_of readiness.first_days}::int as first_since, {number_of check.loyal_from} as loyal
       from (select array_agg(coalesce(s.value, d.value)::int order by x.place) as points, array_agg(x.words order by x.place) as words
             from readiness x join setting_default d on d.key = 'readiness.' || x.reason left join setting s on s.business_id = $1 and s.key = d.key) x)

-- part: readiness c
-- s.holds: for each reason in the order of its place null if it doesn't hold for contact c, else what is to be said of it. Each is the look-up
-- of a few rows by an index of the contact: nothing here grows with its touches. "offset 0": looked up once,
-- however often it is then named.
cross join lateral (select {ids_of :c} as ids) si
cross join lateral (select array[
  (select r.held_on::text from {latest_review :c} where r.result = 1),
  (select max(p.settled_on)::text from promise p where p.business_id = $1 and p.contact_id = :c.contact_id and p.state = 3 and p.settled_on > (select since from w)),
  (select case when bool_and(t.sentiment = 1) then '' end
   from (select t.sentiment from unnest(si.ids) i(id)
         cross join lateral (select t.occurred_at, t.id, t.sentiment from {touches_of :c i} order by t.occurred_at desc, t.id desc limit (select touches from w)) t
         order by t.occurred_at desc, t.id desc limit (select touches from w)) t having count(*) > 0),
  (select max(k.answered_on)::text from checkup k where k.business_id = $1 and k.contact_id = :c.contact_id and k.state = 2 and k.said >= (select loyal from w)
     and k.answered_on > (select since from w)),
  (select max(j.ended_on)::text from project j where j.business_id = $1 and j.contact_id = :c.contact_id and j.state = 2 having count(*) = 1 and max(j.ended_on) > (select first_since from w)),
  (select 'R' || max(r.number) from referral r where r.business_id = $1 and r.source_contact = :c.contact_id and r.direction = 1 and r.state <> 12),
  case when :c.advocacy = 1 then '' end,
  case when not exists (select from {latest_review :c}) then '' end,
  case when not exists (select from unnest(si.ids) i(id), {touches_of :c i} and t.channel in (3, 4, 9) and t.occurred_at > (select since_at from w)) then '' end] as holds offset 0) s

-- part: points
-- What s weighs by w. Readiness is that within 0 and 100; the order knows the rest too.
(select coalesce(sum((select points from w)[h.place]), 0) from unnest(s.holds) with ordinality h(hold, place) where h.hold is not null)

-- part: askable c
-- Whom one asks: customers, and contacts at partners.
(:c.segments && '{2,3}'::int2[] and :c.erased_at is null and :c.head_id = :c.contact_id)

-- part: joins h
-- Whoever (contact_id, number) becomes somebody to ask today comes last in today's order, if that is made already.
insert into ask_place(business_id, contact_id, day, rank, number)
select $1, :h.contact_id, d.day, 10000, :h.number from :h join ask_day d on d.business_id = $1 and d.complete and d.day = today_of($1)
on conflict (business_id, contact_id) do update set day = excluded.day, rank = excluded.rank where ask_place.day <> excluded.day

-- part: asked_of id
-- k: the ask of this id, locked, if its contact is visible.
k as (select k.* from actor a join ask k on k.business_id = $1 and k.ask_id = :id
      join contact c on c.business_id = $1 and c.contact_id = k.contact_id and {visible c a} for update of k)

-- part: ask_card k c
:k.ask_id, :k.number, :k.contact_id, :c.number as contact_number, :c.name as contact, :k.state, :k.due_on, :k.asked_on, :k.answered_on, :k.later_until, :k.reason, :k.words,
(select o.login from account o where o.business_id = $1 and o.account_id = :k.owner_id) as owner,
(select r.number from review r where r.business_id = $1 and r.review_id = :k.review_id) as review_number

-- name: ask_head
-- Is today's order made?
with {actor}
select d.complete and d.day = today_of($1) as made from actor left join ask_day d on d.business_id = $1

-- name: ask_begin
-- system
insert into ask_day(business_id, day, up_to) select $1, today_of($1), '00000000-0000-0000-0000-000000000000'
on conflict (business_id) do update set day = excluded.day, up_to = excluded.up_to, complete = false, begun_at = now() where ask_day.day <> excluded.day

-- name: ask_step
-- system
-- The next contacts of today's order get their places. Whoever holds the day's row goes on where the one before stopped.
-- $2 how_many int4
with h as materialized (select d.day, d.up_to from ask_day d where d.business_id = $1 and not d.complete for update),
 {weights},
 n as materialized (select c.* from h cross join lateral (select c.business_id, c.contact_id, c.head_id, c.number, c.advocacy from contact c
       where c.business_id = $1 and c.contact_id > h.up_to and {askable c} order by c.contact_id limit $2) c),
 p as (insert into ask_place(business_id, contact_id, day, rank, number)
       select $1, n.contact_id, h.day, 100 - {points}, n.number from h, n {readiness n}
       on conflict (business_id, contact_id) do update set day = excluded.day, rank = excluded.rank, number = excluded.number),
 u as (update ask_day d set up_to = coalesce((select n.contact_id from n order by n.contact_id desc limit 1), h.up_to), complete = (select count(*) from n) < $2 from h
       where d.business_id = $1 returning d.complete)
select coalesce((select complete from u), true) as made

-- name: ask_list
-- A page of today's order. Who is shut out by now is left out; reasons and points are those of this moment.
-- $5 after_rank int2
-- $6 after_number int8
-- $7 how_many int4
-- $8 owner text
with {actor}, {weights},
 -- "limit 201" is as much as a page and one more: a plan for any page then counts on that much, and isn't made anew for each.
 page as materialized (
   select z.* from (
     select o.rank, c.business_id, c.contact_id, c.head_id, c.number, c.name, c.advocacy, c.owner_id, c.organization_id
     from actor a
     cross join lateral (select p.rank, p.number, p.contact_id from ask_place p
                         where p.business_id = $1 and p.day = today_of($1) and (p.rank, p.number) > (case when $5 is null then -1 else $5 end, {from $6}) order by p.rank, p.number) o
     cross join lateral (select x.* from contact x where x.business_id = $1 and x.contact_id = o.contact_id and {askable x} and {visible x a} limit 1) c
     {gates c cooling}
     where g.because = '{}' and ($8 is null or c.owner_id = (select x.account_id from account x where x.business_id = $1 and x.login = $8))
     order by o.rank, o.number limit 201) z limit $7)
select c.contact_id, c.number, c.name, least(100, greatest(0, {points}))::int4 as readiness,
       (select array_agg(case when p.points > 0 then '+' else '' end || p.points || ' ' || p.words || case when p.hold <> '' then ' (' || p.hold || ')' else '' end order by p.place)
        from (select h.place, h.hold, w.points[h.place] as points, w.words[h.place] as words from w, unnest(s.holds) with ordinality h(hold, place) where h.hold is not null) p) as reasons,
       {suggested c} as suggest, (select x.login from account x where x.business_id = $1 and x.account_id = c.owner_id) as owner,
       (select k.number from ask k where k.business_id = $1 and k.contact_id = c.contact_id and k.state = 1 limit 1) as ask_number, c.rank = 10000 as joined,
       c.rank as after_rank
from page c {readiness c}
order by c.rank, c.number

-- name: ask_not_now
-- Whom something stands in the way of asking, and what. The walk goes from contact to contact by the indexes of what can be in the way; it is made
-- only as far as the page needs.
-- $5 after_contact_id uuid
-- $6 how_many int4
with recursive {actor},
 walk(contact_id) as (
   select {from_id $5}
   union all
   select n.contact_id from walk cross join lateral (select min(x.contact_id::text)::uuid as contact_id from (
     (select p.contact_id from promise p where p.business_id = $1 and p.state = 4 and p.contact_id > walk.contact_id order by p.contact_id limit 1)
     union all (select p.contact_id from promise p where p.business_id = $1 and p.mends is not null and p.contact_id > walk.contact_id order by p.contact_id limit 1)
     union all (select t.contact_id from touchpoint t where t.business_id = $1 and t.sentiment = 3 and t.refusal is null and t.contact_id > walk.contact_id order by t.contact_id limit 1)
     union all (select r.contact_id from review r where r.business_id = $1 and r.result = 2 and r.contact_id > walk.contact_id order by r.contact_id limit 1)
     union all (select c.head_id from contact c where c.business_id = $1 and c.contact_id <> c.head_id and c.head_id > walk.contact_id order by c.head_id limit 1)
     union all (select c.contact_id from contact c where c.business_id = $1 and c.no_ask and c.contact_id > walk.contact_id order by c.contact_id limit 1)
     union all (select k.contact_id from ask k where k.business_id = $1 and k.asked_on is not null and k.contact_id > walk.contact_id order by k.contact_id limit 1)) x) n
   where n.contact_id is not null)
select c.contact_id, c.number, c.name, g.because
from actor a cross join walk
cross join lateral (select x.* from contact x where x.business_id = $1 and x.contact_id = walk.contact_id and walk.contact_id <> {from_id $5} and {askable x} and {visible x a} limit 1) c
{gates c cooling}
where g.because <> '{}' limit $6

-- name: ask_why_not
-- $5 contact_id uuid
with {actor}
select array_to_string(g.because, '; ') from actor a join contact c on c.business_id = $1 and c.contact_id = $5 and {visible c a} {gates c cooling}

-- name: ask_weights
with {actor}
select x.reason, setting_number($1, 'readiness.' || x.reason)::int8 as points, x.words, x.doc from actor, readiness x order by x.place

-- name: ask_make
-- change
-- The one that is due is made, or one more. The contact's row is locked, so of two seats the second finds it asked already. One made long
-- ago is history: its names don't come back.
-- $8 ask_id uuid
-- $9 contact_id uuid
-- $10 on date
-- $11 owner text
-- $12 anyway bool
with {changer}, {seat o $11},
 c as materialized ({held $9}),
 t as (select today_of($1) as today, coalesce($10, today_of($1)) as day, b.zone from business b where b.business_id = $1),
 k as (select k.ask_id, k.state from c join ask k on k.business_id = $1 and k.contact_id = c.contact_id and k.state in (1, 4) order by k.state, k.number limit 1 for update of k),
 v as materialized (select case when c.contact_id is null then 'NOT_FOUND' when not exists (select from o) then 'NO_SUCH_ACCOUNT' when t.day > t.today then 'DAY_AHEAD'
                   when exists (select from ask x where x.business_id = $1 and x.ask_id = $8) then 'ID_USED' when not coalesce($12, false) and g.because <> '{}' then 'SHUT_OUT' end as reason
       from actor cross join t left join c on true left join lateral (select g.because from (select c.business_id, c.contact_id, c.head_id, c.no_ask) c {gates c cooling_after_wait}) g on true),
 w as (select coalesce(v.reason, case when exists (select from k) then 'DUE' end) as reason from v),
 {next_for A w},
 u as (update ask x set state = 2, asked_on = t.day, asked_by = $3, later_until = null from k, v, t where v.reason is null and x.business_id = $1 and x.ask_id = k.ask_id returning x.*),
 i as (insert into ask(business_id, ask_id, number, contact_id, state, due_on, owner_id, asked_on, asked_by)
       select $1, $8, n.last, c.contact_id, 2, t.day, o.account_id, t.day, $3 from n, c, o, t returning *),
 h as (select u.*, 'due' as label from u union all select i.*, 'unasked' from i),
 s as (insert into ask_slot(business_id, ask_id, slot) select $1, i.ask_id, z from i, generate_series(1, 3) z),
 x as (insert into fact(business_id, kind, day, subject, contact_id, seat_id, label)
       select $1, 'ask_made', h.asked_on, h.ask_id, h.contact_id, $3, h.label from h
       union all select $1, 'ask_due_made', u.due_on, u.ask_id, u.contact_id, u.owner_id, null from u where u.review_id is not null and (select k.state from k) = 1),
 {settled h ask_id},
 q as (insert into due(business_id, due_id, rule, subject, at, contact_id, owner_id)
       select $1, id_made(), 'slots', h.ask_id, d.day::timestamp at time zone t.zone, h.contact_id, h.owner_id
       from h, t cross join lateral (select h.asked_on + setting_number($1, 'ask.slots_days')::int as day) d where d.day >= t.today),
 f as (insert into feed(business_id, kind, ids) select $1, 2::int2, array[h.contact_id] from h)
{record} coalesce(h.ask_id, $8), v.reason, h.number from v left join h on true

-- name: ask_answer
-- change
-- yes: now the names. later: on the day they said. no: the reason, in their words; the names are given up.
-- $8 ask_id uuid
-- $9 answer int2
-- $10 later_until date
-- $11 reason int2
-- $12 words text
-- $13 on date
with {changer}, {asked_of $8},
 t as (select today_of($1) as today, coalesce($13, today_of($1)) as day, b.zone from business b where b.business_id = $1),
 v as (select case when k.ask_id is null then 'NOT_FOUND' when k.state not in (2, 3, 4) then 'ASK_STATE' when t.day > t.today then 'DAY_AHEAD' when t.day < k.asked_on then 'BEFORE_ASKED'
                   when $9 = 2 and ($10 is null or $10 <= t.day) then 'LATER_WHEN' when $9 = 3 and (btrim(coalesce($12, '')) = '' or coalesce($11, 0) = 0) then 'NO_WHY' end as reason
       from actor cross join t left join k on true),
 u as (update ask x set state = 2 + $9, answered_on = t.day, later_until = case when $9 = 2 then $10 end, reason = case when $9 = 3 then $11 end, words = nullif(btrim($12), '')
       from k, v, t where v.reason is null and x.business_id = $1 and x.ask_id = k.ask_id returning x.*),
 s as (update ask_slot x set state = 3, because = 'answered no', changed_at = now() from u where u.state = 5 and x.business_id = $1 and x.ask_id = u.ask_id and x.state = 1),
 x as (insert into fact(business_id, kind, day, n, subject, contact_id, seat_id, label)
       select $1, z.kind, z.day, -1, z.subject, z.contact_id, z.seat_id, z.label
       from u join lateral (select f.kind, f.day, f.subject, f.contact_id, f.seat_id, f.label from fact f
                            where f.business_id = $1 and f.subject = u.ask_id and f.kind in ('ask_answered', 'ask_refused') and f.day >= u.asked_on
                            group by 1, 2, 3, 4, 5, 6 having sum(f.n) > 0) z on true
       union all
       select $1, a.kind, u.answered_on, 1, u.ask_id, u.contact_id, $3, a.label
       from u cross join lateral (values ('ask_answered', (array['yes', 'later', 'no'])[$9]),
                                         ('ask_refused', (array['nobody_in_mind', 'not_the_time', 'keeps_it_private', 'result_unsure', 'bad_experience', 'other'])[u.reason])) a(kind, label)
       where a.label is not null),
 hk as (update task x set state = 2, closed_at = now(), closed_by = $3 from u where x.business_id = $1 and x.subject = u.ask_id and x.state = 1),
 hq as (update due x set cancelled_at = now() from u where x.business_id = $1 and x.subject = u.ask_id and x.fired_at is null and x.cancelled_at is null and (u.state <> 3 or x.rule = 'task')),
 q as (insert into due(business_id, due_id, rule, subject, at, task_rule, subject_kind, contact_id, owner_id, task_due, words)
       select $1, id_made(), 'task', u.ask_id, u.later_until::timestamp at time zone t.zone, 'ask_again', 'A', u.contact_id, u.owner_id, (u.later_until + 1)::timestamp at time zone t.zone,
              coalesce('they said: ' || u.words, 'they wanted to be asked again now') from u, t where u.state = 4 and u.later_until >= t.today),
 f as (insert into feed(business_id, kind, ids) select $1, 2::int2, array[u.contact_id] from u)
{record} $8, v.reason, u.state from v left join u on true

-- name: ask_fill
-- change
-- A name: it becomes a received referral of who was asked, in the same statement. The slot named, or the first that is open. Who was
-- wanted by that name is met.
-- $8 ask_id uuid
-- $9 slot int2
-- $10 name text
-- $11 name_key text
-- $12 email text
-- $13 email_key text
-- $14 phone text
-- $15 phone_key text
-- $16 because text
-- $17 level int2
-- $18 consent int2
-- $19 happened_at timestamptz
with {changer}, {asked_of $8},
 s as (select s.slot from k join ask_slot s on s.business_id = $1 and s.ask_id = k.ask_id and s.state = 1 and (coalesce($9, 0) = 0 or s.slot = $9) order by s.slot limit 1 for update of s),
 v as materialized (select case when k.ask_id is null then 'NOT_FOUND' when k.state not in (2, 3) then 'ASK_STATE' when s.slot is null then 'SLOT_TAKEN'
                                when coalesce($11, '') = '' then 'NAME_NEEDED' when $18 = 4 then 'CONSENT_REFUSED' when $19 > now() + interval '10 minutes' then 'DAY_AHEAD' end as reason
       from actor left join k on true left join s on true),
 n as materialized (
   select r.id, referral_take($1, r.id, $3, null, jsonb_strip_nulls(jsonb_build_object('name', $10, 'name_key', $11, 'email', $12, 'email_key', $13, 'phone', $14, 'phone_key', $15,
            'source_contact', k.contact_id, 'because', nullif(btrim($16), ''), 'cause', 4, 'level', $17, 'consent', nullif($18, 0), 'happened_at', $19))) as number
   from (select id_made() as id offset 0) r, k, v where v.reason is null),
 u as (update ask_slot x set state = 2, person = btrim($10), referral_id = n.id, changed_at = now() from n, s where x.business_id = $1 and x.ask_id = $8 and x.slot = s.slot returning x.slot),
 z as (update wanted x set state = 2, referral_id = n.id, closed_at = now() from n where x.business_id = $1 and x.name_key = $11 and x.state = 1),
 y as (update ask x set state = 3, answered_on = coalesce(x.answered_on, today_of($1)) from k, u where k.state = 2 and x.business_id = $1 and x.ask_id = k.ask_id returning x.ask_id),
 x as (insert into fact(business_id, kind, day, subject, contact_id, seat_id, label)
       select $1, z.kind, today_of($1), $8, k.contact_id, $3, z.label from u, k cross join (values ('name_given', null), ('ask_answered', 'yes')) z(kind, label) where z.label is null or exists (select from y)),
 f as (insert into feed(business_id, kind, ids) select $1, 2::int2, array[k.contact_id] from k, u)
{record} $8, v.reason, n.number from v left join n on true

-- name: ask_give_up
-- change
-- A name that won't come; without one, all that are open.
-- $8 ask_id uuid
-- $9 slot int2
-- $10 because text
with {changer}, {asked_of $8},
 u as (update ask_slot x set state = 3, because = $10, changed_at = now() from k where k.state in (2, 3, 4) and x.business_id = $1 and x.ask_id = k.ask_id and x.state = 1
         and (coalesce($9, 0) = 0 or x.slot = $9) returning x.slot),
 f as (insert into feed(business_id, kind, ids) select $1, 2::int2, array[k.contact_id] from k where exists (select from u))
{record} $8, case when k.ask_id is null then 'NOT_FOUND' when k.state not in (2, 3, 4) then 'ASK_STATE' when not exists (select from u) then 'SLOT_TAKEN' end, (select count(*) from u)
from actor left join k on true

-- name: ask_drop
-- change
-- One that is due will not be made.
-- $8 ask_id uuid
-- $9 because text
with {changer}, {asked_of $8},
 v as (select case when k.ask_id is null then 'NOT_FOUND' when k.state <> 1 then 'ASK_STATE' end as reason from actor left join k on true),
 u as (update ask x set state = 6, words = $9 from k, v where v.reason is null and x.business_id = $1 and x.ask_id = k.ask_id returning x.*),
 {settled u ask_id},
 f as ({tell u})
{record} $8, v.reason, null from v

-- name: ask_get
-- $5 ask_id uuid
with {actor}
select {ask_card k c} from actor a join ask k on k.business_id = $1 and k.ask_id = $5
join contact c on c.business_id = $1 and c.contact_id = k.contact_id and {visible c a}

-- name: ask_slots
-- $5 ask_id uuid
with {actor}
select s.slot::int4 as slot, s.state, s.person, r.number as referral_number, r.state as referral_state, s.because
from actor join ask_slot s on s.business_id = $1 and s.ask_id = $5 left join referral r on r.business_id = $1 and r.referral_id = s.referral_id order by s.slot

-- name: ask_history
-- $5 after_number int8
-- $6 how_many int4
-- $7 contact_id uuid
-- $8 state int2
with {actor}
select {ask_card k c}, s.filled, s.open
from actor a join ask k on k.business_id = $1 and k.number > {from $5}
join contact c on c.business_id = $1 and c.contact_id = k.contact_id and {visible c a}
cross join lateral (select (count(*) filter (where s.state = 2))::int4 as filled, (count(*) filter (where s.state = 1))::int4 as open from ask_slot s where s.business_id = $1 and s.ask_id = k.ask_id) s
where ($7 is null or k.contact_id = $7) and (coalesce($8, 0) = 0 or k.state = $8)
order by k.number limit $6

-- name: ask_reasons
-- Why not, the most frequent first, with the latest words.
with {actor}
select k.reason, count(*)::int4 as n, (count(*) / sum(count(*)) over ())::float8 as share, (array_agg(k.words order by k.answered_on desc, k.number desc))[1] as words
from actor a join ask k on k.business_id = $1 and k.state = 5 and k.reason is not null group by k.reason order by count(*) desc, k.reason

-- name: fire_ask
-- system
-- An ask that a good result made due. While something is in the way it waits a day; then there is a follow-up for it.
-- $2 due_id uuid
with {due},
 s as (select d.*, k.owner_id as seat, g.because from d join ask k on k.business_id = $1 and k.ask_id = d.subject and k.state = 1
       join contact c on c.business_id = $1 and c.contact_id = d.contact_id and c.erased_at is null {gates c cooling}),
 i as (insert into due(business_id, due_id, rule, subject, at, task_rule, subject_kind, contact_id, owner_id, task_due, words)
       select $1, id_made(), case when s.because = '{}' then 'task' else 'ask' end, s.subject, case when s.because = '{}' then now() else now() + interval '1 day' end,
              'ask_due', 'A', s.contact_id, s.seat, now() + interval '2 days', 'the result was good: ask for three people who need the same' from s)
select count(*) from s

-- name: fire_slots
-- system
-- Names that are still open come back, once.
-- $2 due_id uuid
with {due},
 s as (select d.*, k.owner_id as seat, o.open from d join ask k on k.business_id = $1 and k.ask_id = d.subject and k.state in (2, 3)
       cross join lateral (select count(*) as open from ask_slot s where s.business_id = $1 and s.ask_id = k.ask_id and s.state = 1) o where o.open > 0),
 i as (insert into due(business_id, due_id, rule, subject, at, task_rule, subject_kind, contact_id, owner_id, task_due, words)
       select $1, id_made(), 'task', s.subject, now(), 'slots_open', 'A', s.contact_id, s.seat, now() + interval '1 day',
              case s.open when 1 then 'one name is' else s.open || ' names are' end || ' still open: who else needs the same?' from s)
select count(*) from s
