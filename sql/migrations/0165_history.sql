-- The past as other systems know it: projects, promises, results reviews and referrals that are imported, judged row by row as contacts and
-- deals are (0060). All of it counts on the days it happened. It starts no clock and makes no task; a promise or referral does if it is asked to.
-- Each looks a contact, an owner and the day up once a row, in joins: functions would be called, and planned, for every mention of what they
-- give, and two hundred rows could take longer than a read may.
set local role vs_owner;
set local search_path = vs, public;

-- When a review was answered, where that is known: of two on one day the later is the latest.
alter table review add column held_at timestamptz;
drop index review_held;
create index review_held on review (business_id, contact_id, held_on desc, held_at desc nulls last, review_id desc) where state = 2;

-- Was a text written where no value could be read from it?
create function unread(said text, found anyelement) returns boolean language sql immutable as $$ select nullif(said, '') is not null and found is null $$;

-- A project without a state has ended if it has a day for that. One that was cancelled nobody knows when ends today, as if it were said now.
create function import_project_rows(b uuid, me uuid, ids uuid[], contacts uuid[], deals uuid[], titles text[], states int2[], started_days date[], started_texts text[],
                                    ended_days date[], ended_texts text[], owners text[])
returns table (i int, project_id uuid, state int, reason text, contact_id uuid, owner_id uuid, becomes int2, started_on date, ended_on date)
language sql stable set search_path = vs, pg_temp as $$
  with t as materialized (select today_of(b) as today, z.zone from business z where z.business_id = b)
  select r.i::int, r.id, case when j.present then 2 when j.reason is null then 1 else 3 end, case when not j.present then j.reason end, p.contact_id, p.owner_id, p.state,
         coalesce(r.started, p.ended, p.today), p.ended
  from t cross join unnest(ids, contacts, deals, titles, states, started_days, started_texts, ended_days, ended_texts, owners)
       with ordinality r(id, contact, deal, title, said, started, started_text, ended, ended_text, owner, i)
  left join lateral (select h.contact_id from contact x join contact h on h.business_id = b and h.contact_id = x.head_id and h.erased_at is null
                     where x.business_id = b and x.contact_id = r.contact limit 1) k on true
  left join lateral (select a.account_id from account a where a.business_id = b and a.login = r.owner and a.closed_at is null and a.role in (1, 2, 4) limit 1) o on true
  cross join lateral (select coalesce(nullif(r.said, 0), case when r.ended is null then 1 else 2 end)::int2 as state, t.today offset 0) s
  cross join lateral (select k.contact_id as contact_id, case when nullif(r.owner, '') is null then me else o.account_id end as owner_id, s.state, s.today,
                             case when s.state = 3 then coalesce(r.ended, greatest(s.today, r.started)) else r.ended end as ended offset 0) p
  cross join lateral (select
     exists (select from project x where x.business_id = b and x.project_id = r.id) as present,
     case when r.i > array_position(ids, r.id) then 'ROW_TWICE' when nullif(btrim(r.title), '') is null then 'NO_TITLE'
          when p.contact_id is null then 'NO_SUCH_CONTACT' when p.owner_id is null then 'NO_SUCH_SEAT'
          when r.deal is not null and not exists (select from deal d where d.business_id = b and d.deal_id = r.deal) then 'NO_SUCH_DEAL'
          when r.deal is not null and not exists (select from deal d where d.business_id = b and d.deal_id = r.deal and d.contact_id = p.contact_id) then 'OTHER_CONTACT'
          when unread(r.started_text, r.started) or unread(r.ended_text, r.ended) then 'BAD_DAY'
          when p.state = 2 and r.ended is null then 'NO_ENDED_DAY' when p.state = 1 and r.ended is not null then 'ENDED_BUT_ACTIVE'
          when r.started > p.today or r.ended > p.today then 'DAY_AHEAD' when r.ended < r.started then 'CLOSED_BEFORE_OPENED' end as reason offset 0) j
$$;

-- A promise's days decide its state, unless it says one: fulfilled by its day it is kept, later broken, else open (past its day: overdue).
create function import_promise_rows(b uuid, me uuid, ids uuid[], contacts uuid[], projects uuid[], deals uuid[], said text[], due_days date[], due_texts text[], made_days date[],
                                    made_texts text[], settled_days date[], settled_texts text[], states int2[], owners text[])
returns table (i int, promise_id uuid, state int, reason text, contact_id uuid, owner_id uuid, becomes int2, made_on date)
language sql stable set search_path = vs, pg_temp as $$
  with t as materialized (select today_of(b) as today, z.zone from business z where z.business_id = b)
  select r.i::int, r.id, case when j.present then 2 when j.reason is null then 1 else 3 end, case when not j.present then j.reason end, p.contact_id, p.owner_id, p.state, p.made
  from t cross join unnest(ids, contacts, projects, deals, said, due_days, due_texts, made_days, made_texts, settled_days, settled_texts, states, owners)
       with ordinality r(id, contact, project, deal, words, due, due_text, made, made_text, settled, settled_text, said, owner, i)
  left join lateral (select h.contact_id from contact x join contact h on h.business_id = b and h.contact_id = x.head_id and h.erased_at is null
                     where x.business_id = b and x.contact_id = r.contact limit 1) k on true
  left join lateral (select a.account_id from account a where a.business_id = b and a.login = r.owner and a.closed_at is null and a.role in (1, 2, 4) limit 1) o on true
  cross join lateral (select k.contact_id as contact_id, case when nullif(r.owner, '') is null then me else o.account_id end as owner_id, t.today,
                             coalesce(nullif(r.said, 0), case when r.settled is null then 1 when r.settled <= r.due then 2 else 4 end)::int2 as state,
                             coalesce(r.made, least(t.today, r.due, r.settled)) as made offset 0) p
  cross join lateral (select
     exists (select from promise x where x.business_id = b and x.promise_id = r.id) as present,
     case when r.i > array_position(ids, r.id) then 'ROW_TWICE' when nullif(btrim(r.words), '') is null then 'NO_WORDS'
          when p.contact_id is null then 'NO_SUCH_CONTACT' when p.owner_id is null then 'NO_SUCH_SEAT'
          when r.project is not null and not exists (select from project x where x.business_id = b and x.project_id = r.project) then 'NO_SUCH_PROJECT'
          when r.deal is not null and not exists (select from deal d where d.business_id = b and d.deal_id = r.deal) then 'NO_SUCH_DEAL'
          when not coalesce((select x.contact_id = p.contact_id from project x where x.business_id = b and x.project_id = r.project), true)
            or not coalesce((select d.contact_id = p.contact_id from deal d where d.business_id = b and d.deal_id = r.deal), true) then 'OTHER_CONTACT'
          when unread(r.due_text, r.due) or unread(r.made_text, r.made) or unread(r.settled_text, r.settled) then 'BAD_DAY'
          when r.due is null then 'NO_DUE_DAY' when r.due < p.made then 'DUE_BEFORE_MADE'
          when p.state > 1 and r.settled is null then 'NO_SETTLED_DAY' when p.state = 1 and r.settled is not null then 'SETTLED_BUT_OPEN'
          when p.made > p.today or r.settled > p.today then 'DAY_AHEAD' when r.settled < p.made then 'CLOSED_BEFORE_OPENED'
          when p.state in (2, 3) and r.settled > r.due then 'KEPT_TOO_LATE' when p.state = 5 and r.settled > r.due then 'RELEASE_TOO_LATE' end as reason offset 0) j
$$;

create function import_review_rows(b uuid, me uuid, ids uuid[], contacts uuid[], projects uuid[], results int2[], held timestamptz[], scores int4[], scales int4[], owners text[])
returns table (i int, review_id uuid, state int, reason text, contact_id uuid, owner_id uuid, held_on date)
language sql stable set search_path = vs, pg_temp as $$
  with t as materialized (select today_of(b) as today, z.zone from business z where z.business_id = b)
  select r.i::int, r.id, case when j.present then 2 when j.reason is null then 1 else 3 end, case when not j.present then j.reason end, p.contact_id, p.owner_id, p.day
  from t cross join unnest(ids, contacts, projects, results, held, scores, scales, owners) with ordinality r(id, contact, project, result, held, score, scale, owner, i)
  left join lateral (select h.contact_id from contact x join contact h on h.business_id = b and h.contact_id = x.head_id and h.erased_at is null
                     where x.business_id = b and x.contact_id = r.contact limit 1) k on true
  left join lateral (select a.account_id from account a where a.business_id = b and a.login = r.owner and a.closed_at is null and a.role in (1, 2, 4) limit 1) o on true
  cross join lateral (select k.contact_id as contact_id, case when nullif(r.owner, '') is null then me else o.account_id end as owner_id,
                             (r.held at time zone t.zone)::date as day offset 0) p
  cross join lateral (select
     exists (select from review x where x.business_id = b and x.review_id = r.id) as present,
     case when r.i > array_position(ids, r.id) then 'ROW_TWICE' when p.contact_id is null then 'NO_SUCH_CONTACT' when p.owner_id is null then 'NO_SUCH_SEAT'
          when r.project is not null and not exists (select from project x where x.business_id = b and x.project_id = r.project) then 'NO_SUCH_PROJECT'
          when not coalesce((select x.contact_id = p.contact_id from project x where x.business_id = b and x.project_id = r.project), true) then 'OTHER_CONTACT'
          when coalesce(r.result, 0) = 0 then 'NO_RESULT' when r.held is null then 'NO_HELD_TIME' when r.held > now() then 'DAY_AHEAD'
          when (r.score is null) <> (r.scale is null) or r.score > r.scale or r.scale not between 1 and 100 then 'BAD_SCORE' end as reason offset 0) j
$$;

-- A received referral: what the machine needs for each step that is told of must be there, in order. By when it was decided is at the latest when
-- the next thing happened.
create function import_referral_rows(b uuid, me uuid, ids uuid[], contacts uuid[], from_contacts uuid[], from_partners text[], seats text[], states int2[], happened timestamptz[],
                                     decided timestamptz[], contacted timestamptz[], met timestamptz[], meetings int2[], closed timestamptz[], deals uuid[], worth int8[], currencies text[],
                                     reasons text[], whys text[], levels int4[], consents int2[])
returns table (i int, referral_id uuid, state int, reason text, contact_id uuid, seat_id uuid, from_contact uuid, from_partner uuid, becomes int2, decided_at timestamptz)
language sql stable set search_path = vs, pg_temp as $$
  with t as materialized (select today_of(b) as today, z.zone from business z where z.business_id = b)
  select r.i::int, r.id, case when j.present then 2 when j.reason is null then 1 else 3 end, case when not j.present then j.reason end, p.contact_id, p.seat_id, p.from_contact, p.from_partner,
         p.state, p.decided
  from t cross join unnest(ids, contacts, from_contacts, from_partners, seats, states, happened, decided, contacted, met, meetings, closed, deals, worth, currencies, reasons, whys, levels, consents)
       with ordinality r(id, contact, from_contact, from_partner, seat, said, at, decided, contacted, met, meeting, closed, deal, value, currency, code, why, level, consent, i)
  left join lateral (select h.contact_id from contact x join contact h on h.business_id = b and h.contact_id = x.head_id and h.erased_at is null
                     where x.business_id = b and x.contact_id = r.contact limit 1) k on true
  left join lateral (select h.contact_id from contact x join contact h on h.business_id = b and h.contact_id = x.head_id and h.erased_at is null
                     where x.business_id = b and x.contact_id = r.from_contact limit 1) kf on true
  left join lateral (select a.account_id from account a where a.business_id = b and a.login = r.seat and a.closed_at is null and a.role in (1, 2, 4) limit 1) o on true
  cross join lateral (select k.contact_id as contact_id, case when nullif(r.seat, '') is null then me else o.account_id end as seat_id, kf.contact_id as from_contact,
       (select x.partner_id from partner x where x.business_id = b and (x.name = r.from_partner or 'P' || x.number = r.from_partner) order by x.name <> r.from_partner, x.number limit 1) as from_partner,
       coalesce(nullif(r.said, 0), 1)::int2 as state,
       case when r.said in (3, 4, 5, 6, 7, 8) then coalesce(r.decided, r.contacted, least(r.met, r.closed), r.closed) end as decided offset 0) p
  cross join lateral (select
     exists (select from referral x where x.business_id = b and x.referral_id = r.id) as present,
     case when r.i > array_position(ids, r.id) then 'ROW_TWICE' when p.contact_id is null then 'NO_SUCH_CONTACT' when p.seat_id is null then 'NO_SUCH_SEAT'
          when r.from_contact is not null and p.from_contact is null then 'NO_SUCH_CONTACT' when nullif(r.from_partner, '') is not null and p.from_partner is null then 'NO_SUCH_PARTNER'
          when num_nonnulls(p.from_contact, p.from_partner) <> 1 then 'ONE_SOURCE' when r.consent = 4 then 'CONSENT_REFUSED' when r.level > 5 then 'BAD_LEVEL'
          when p.state not in (1, 3, 4, 5, 6, 7, 8) then 'NOT_IMPORTED' when r.at is null then 'NO_HAPPENED_TIME'
          when p.state > 1 and p.decided is null then 'NO_DECIDED_TIME' when p.state = 4 and r.contacted is null then 'NO_CONTACTED_TIME'
          when p.state = 5 and r.met is null then 'NO_APPOINTMENT' when (p.state in (6, 7)) <> (r.closed is not null) then 'NO_CLOSED_TIME'
          when p.state in (1, 3, 8) and num_nonnulls(r.contacted, r.met) > 0 or p.state = 4 and r.met is not null then 'STEP_NOT_TAKEN'
          when greatest(r.at, p.decided, r.contacted, r.closed, case when r.meeting > 1 then r.met end) > now() then 'DAY_AHEAD'
          when least(p.decided, r.contacted, r.met, r.closed) < r.at or least(r.contacted, r.met, r.closed) < p.decided or r.closed < greatest(r.contacted, r.met) then 'STEPS_OUT_OF_ORDER'
          when p.state = 6 and num_nonnulls(r.deal, r.value) = 0 then 'NO_VALUE' when r.value < 0 then 'NEGATIVE_AMOUNT'
          when p.state = 6 and r.deal is not null then
            (select case when d.deal_id is null then 'NO_SUCH_DEAL' when d.contact_id <> p.contact_id then 'OTHER_CONTACT' when d.state <> 2 then 'DEAL_NOT_WON' end
             from (select) x left join deal d on d.business_id = b and d.deal_id = r.deal)
          when nullif(r.currency, '') is not null and r.currency !~ '^[A-Z]{3}$' then 'BAD_CURRENCY'
          when p.state in (7, 8) and (nullif(btrim(r.why), '') is null or not exists (select from referral_reason x where x.action = case p.state when 7 then 13 else 5 end and x.code = r.code))
            then 'NO_REASON' end as reason offset 0) j
$$;

-- A referral that is imported comes in and moves by the same machine as every other; each step is its seat's, at its time. What the judge above let
-- pass and the machine refuses is a mistake of ours: nothing is stored then. Null: it is here already.
create function referral_import(b uuid, id uuid, by uuid, role smallint, f jsonb) returns bigint language plpgsql volatile set search_path = vs, pg_temp as $$
declare r referral; s record; why text; seat uuid := (f->>'seat_id')::uuid; z text;
begin
  select zone into z from business where business_id = b;
  insert into referral(business_id, referral_id, number, direction, contact_id, person, email, phone, source_contact, source_partner, because, cause, phrase, source_stage, level, consent, history,
                       made_by, happened_at, owner_id)
    select b, id, next_number(b, 'R'), 1, c.contact_id, c.name, c.email, c.phone, (f->>'from_contact')::uuid, (f->>'from_partner')::uuid, f->>'because', (f->>'cause')::smallint, f->>'phrase',
           (select max(x.stage) from contact_stage x where x.business_id = b and x.contact_id = (f->>'from_contact')::uuid), (f->>'level')::smallint, coalesce((f->>'consent')::smallint, 1),
           not coalesce((f->>'clocks')::boolean, false), by, (f->>'at')::timestamptz, seat
    from contact c where c.business_id = b and c.contact_id = (f->>'contact_id')::uuid
    on conflict (business_id, referral_id) do nothing returning * into r;
  if r.referral_id is null then return null; end if;
  perform referral_begin(b, id, seat, null, case when r.history then r.happened_at else now() end);
  perform claim_take(b, id_made(), r.contact_id, id, r.source_contact, r.source_partner, null, (case when r.consent in (2, 3) then 3 else 5 end)::smallint, r.because, r.happened_at, by);
  perform consent_from_referral(b, id, by);
  for s in select x.act::smallint, x.at, jsonb_strip_nulls(x.more || jsonb_build_object('happened_at', x.at)) as more from (values
      (1, 4, (f->>'decided_at')::timestamptz, (f->>'becomes')::int <> 8, jsonb_build_object('owner', f->'login', 'call_on', (coalesce((f->>'contacted_at')::timestamptz, (f->>'decided_at')::timestamptz) at time zone z)::date)),
      (2, 5, (f->>'decided_at')::timestamptz, (f->>'becomes')::int = 8, jsonb_build_object('reason', f->'reason', 'because', f->'why', 'outcome', f->'outcome')),
      (3, 7, (f->>'contacted_at')::timestamptz, true, '{}'),
      (4, 8, coalesce((f->>'contacted_at')::timestamptz, (f->>'decided_at')::timestamptz), f ? 'appointment_at', jsonb_build_object('appointment_at', f->'appointment_at')),
      (5, case (f->>'appointment')::int when 2 then 9 when 3 then 10 end, (f->>'appointment_at')::timestamptz, true, '{}'),
      (6, 12, (f->>'closed_at')::timestamptz, (f->>'becomes')::int = 6, jsonb_build_object('deal_id', f->'deal_id', 'value', f->'value', 'currency', f->'currency', 'outcome', f->'outcome')),
      (7, 13, (f->>'closed_at')::timestamptz, (f->>'becomes')::int = 7, jsonb_build_object('reason', f->'reason', 'because', f->'why', 'outcome', f->'outcome'))) x(place, act, at, taken, more)
    where x.taken and x.act is not null and x.at is not null order by x.place loop
    why := referral_move(b, id, s.act, seat, role, null, s.more);
    if why is not null then raise exception 'an imported referral was judged good, but its step % was refused: %', s.act, why; end if;
  end loop;
  return r.number;
end $$;
reset role;
