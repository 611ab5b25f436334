-- How a referral comes in and moves. All of it happens in the one statement that calls these, so in one transaction with the ledger.
-- They are volatile: after the wait for the record's lock each of their statements sees what the one waited for has done.
set local role vs_owner;
set local search_path = vs, public;

create function referral_state_word(s smallint) returns text language sql stable set search_path = vs, pg_temp as $$
  select word from referral_state where state = s
$$;
create function partner_has_seat(b uuid, p uuid) returns boolean language sql stable set search_path = vs, pg_temp as $$
  select exists (select from account a where a.business_id = b and a.partner_id = p and a.closed_at is null)
$$;
-- Does the source see by itself what becomes of it?
create function referral_is_seen(b uuid, r referral) returns boolean language sql stable set search_path = vs, pg_temp as $$
  select (r).source_account is not null or ((r).source_partner is not null and partner_has_seat(b, (r).source_partner))
$$;
-- Whose side an account stands on: 1 receiver, 2 source, 4 admin. Staff act for whom has no seat.
create function referral_sides(b uuid, dir smallint, source_partner uuid, to_partner uuid, role smallint, partner uuid) returns int
language sql stable set search_path = vs, pg_temp as $$
  select case
    when partner is not null then case when dir = 1 and source_partner = partner then 2 when dir = 2 and to_partner = partner then 1 else 0 end
    when dir = 1 then 1 | case when source_partner is not null and partner_has_seat(b, source_partner) then 0 else 2 end
    else 2 | case when partner_has_seat(b, to_partner) then 0 else 1 end end
    | case when role = 4 then 4 else 0 end
$$;
-- What must hold beside the state; null when it does. Only columns that a partner may read too.
create function referral_guard(guard text, opened timestamptz, appointment smallint, told timestamptz, thanked timestamptz, receipt timestamptz) returns text
language sql immutable as $$
  select case guard
    when 'not_opened' then case when opened is not null then 'it was read already' end
    when 'appointment_set' then case when appointment is distinct from 1 then 'there is no appointment set' end
    when 'appointment_over' then case when appointment = 1 then 'an appointment is set; move it, or say what became of it' end
    when 'not_told' then case when told is not null then 'the source was told already' end
    when 'receipt_owed' then case when receipt is not null then 'the source was thanked for it already' end
    when 'not_thanked' then case when thanked is not null then 'the source was thanked already' end end
$$;
-- Why this account may not do it now; reason null: it may.
create function referral_why_not(b uuid, dir smallint, st smallint, act smallint, sides int, guard_words text, t referral_transition, out reason text, out words text)
language sql stable set search_path = vs, pg_temp as $$
  select case when (t).action is null then 'REFERRAL_STATE' when (t).who & sides = 0 then 'REFERRAL_SIDE' when guard_words is not null then 'REFERRAL_STATE' end,
         case when (t).action is null then coalesce('only while ' || (select string_agg(referral_state_word(x.from_state), ', ' order by x.from_state)
                                                                      from referral_transition x where x.direction = dir and x.action = act), 'not with one that is given')
              when (t).who & sides = 0 then case (t).who when 4 then 'an admin does that' when 2 then 'that is for its source to say'
                                                        else case dir when 1 then 'that is for the business to say' else 'that is for the partner to say, which has a seat' end end
              else guard_words end
$$;

-- What the source hears of a step.
create function referral_line(b uuid, r referral, act smallint, said text) returns text language sql stable set search_path = vs, pg_temp as $$
  select replace(replace(replace(replace(replace(x.line, '{outcome}', coalesce((r).outcome, '')), '{words}', coalesce(said, '')), '{person}', (r).person),
           '{caller}', coalesce((r).caller, 'somebody')), '{day}', coalesce(case when act = 8 then to_char((r).appointment_at at time zone z.zone, 'YYYY-MM-DD HH24:MI')
                                                                       else to_char((r).call_on, 'YYYY-MM-DD') end, ''))
  from referral_action x, business z where x.action = act and z.business_id = b
$$;
-- What the source can say to the person.
create function friend_line(b uuid, because text) returns text language sql stable set search_path = vs, pg_temp as $$
  select replace(replace(setting_of(b, 'referral.friend_line'), '{business}', z.name), '{because}', coalesce(because, 'they did good work'))
  from business z where z.business_id = b
$$;
create function referral_source_name(b uuid, r referral) returns text language sql stable set search_path = vs, pg_temp as $$
  select coalesce((select c.name from contact c where c.business_id = b and c.contact_id = (r).source_contact),
                  (select p.name from partner p where p.business_id = b and p.partner_id = (r).source_partner),
                  (select a.name from account a where a.business_id = b and a.account_id = (r).source_account))
$$;

-- Whose a task about a contact is when nobody is named, or who was named has left.
create function task_owner(b uuid, named uuid, contact uuid) returns uuid language sql stable set search_path = vs, pg_temp as $$
  select coalesce((select a.account_id from account a where a.business_id = b and a.account_id = named and a.closed_at is null and a.partner_id is null),
                  (select a.account_id from contact c join account a on a.business_id = b and a.account_id = c.owner_id and a.closed_at is null
                   where c.business_id = b and c.contact_id = contact),
                  (select a.account_id from account a where a.business_id = b and a.role = 4 and a.closed_at is null order by a.created_at, a.account_id limit 1))
$$;
-- A task of a rule: once for a subject while it is open; then the open one gets the newer words.
create function task_make(b uuid, of_rule text, kind "char", of_subject uuid, contact uuid, named uuid, due timestamptz, say text) returns void
language plpgsql volatile set search_path = vs, pg_temp as $$
declare o uuid := task_owner(b, named, contact);
begin
  update task set words = say, due_at = due where business_id = b and rule = of_rule and subject = of_subject and state = 1;
  if found or o is null then return; end if;
  insert into task(business_id, task_id, number, rule, subject_kind, subject, contact_id, owner_id, due_at, words)
    values (b, id_made(), next_number(b, 'T'), of_rule, kind, of_subject, contact, o, due, say);
  insert into feed(business_id, kind, ids) values (b, 5, array[o]);
end $$;
-- Open tasks of these rules about a subject are over: done by, or dropped where nobody is named.
create function task_end(b uuid, rules text[], of_subject uuid, by uuid) returns void language sql volatile set search_path = vs, pg_temp as $$
  with u as (update task set state = case when by is null then 3 else 2 end, closed_at = now(), closed_by = by
             where business_id = b and subject = of_subject and rule = any (rules) and state = 1 returning owner_id)
  insert into feed(business_id, kind, ids) select b, 5, array_agg(distinct owner_id) from u having count(*) > 0
$$;
-- Counter-entries on the day they are recorded: what stands of these kinds (null: of all) about a subject is taken back.
create function fact_undo(b uuid, of_subject uuid, kinds text[]) returns void language sql volatile set search_path = vs, pg_temp as $$
  insert into fact(business_id, kind, day, n, subject, contact_id, seat_id, partner_id, origin, label, value, currency, seconds)
  select b, f.kind, f.day, -1, of_subject, f.contact_id, f.seat_id, f.partner_id, f.origin, f.label, f.value, f.currency, f.seconds
  from (select kind, day, contact_id, seat_id, partner_id, origin, label, value, currency, seconds, sum(n) as net from fact
        where business_id = b and subject = of_subject and (kinds is null or kind = any (kinds))
        group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 having sum(n) > 0) f cross join lateral generate_series(1, f.net)
$$;

create function referral_deadline(b uuid, c referral_clock, start timestamptz) returns timestamptz language sql stable set search_path = vs, pg_temp as $$
  select case (c).unit when 'hours' then business_hours_after(b, start, setting_number(b, (c).setting))
                       when 'days' then business_days_after(b, start, setting_number(b, (c).setting)::int)
                       else business_days_after(b, start + make_interval(days => setting_number(b, (c).setting)::int), 0) end
$$;
-- The clocks of a referral as it stands now. entered: it has just come into this state; heard: its source has heard something.
-- One whose time is past already when it would start is history: it doesn't.
create function referral_clocks(b uuid, id uuid, entered boolean, heard boolean, start timestamptz, by uuid) returns void language plpgsql volatile set search_path = vs, pg_temp as $$
declare r referral; over text[];
begin
  select * into r from referral where business_id = b and referral_id = id;
  select array_agg('referral_' || x) into over from unnest(array['open', 'decide', 'contact', 'news', 'close']) x
    where entered or (x = 'news' and heard) or (x = 'open' and r.opened_at is not null) or (x = 'close' and r.told_at is not null and r.thanked_at is not null);
  update due set cancelled_at = now() where business_id = b and subject = id and rule = 'referral_clock' and fired_at is null and cancelled_at is null and task_rule = any (over);
  perform task_end(b, over, id, by);
  if not r.history then
    insert into due(business_id, due_id, rule, subject, at, task_rule, subject_kind, contact_id, owner_id)
    select b, id_made(), 'referral_clock', id, x.at, 'referral_' || c.clock, 'R', r.contact_id, r.owner_id
    from referral_clock c cross join lateral (select referral_deadline(b, c, start) as at) x
    where c.direction = r.direction and c.state = r.state and x.at > now() and (entered or (c.clock = 'news' and heard))
      and not ('referral_' || c.clock = 'referral_open' and r.opened_at is not null) and not (c.clock = 'close' and r.told_at is not null and r.thanked_at is not null);
  end if;
  perform referral_clock_show(b, id);
end $$;
-- Which clock runs out first, as the record shows it: to its source too.
create function referral_clock_show(b uuid, id uuid) returns void language sql volatile set search_path = vs, pg_temp as $$
  update referral r set (clock, clock_at) = (
    select c.title, d.at from due d left join referral_clock c on c.direction = r.direction and c.state = r.state and 'referral_' || c.clock = d.task_rule
    where d.business_id = b and d.subject = id and d.rule = 'referral_clock' and d.fired_at is null and d.cancelled_at is null order by d.at limit 1)
  where r.business_id = b and r.referral_id = id
$$;
-- A clock ran out: counted, and on the worklist of who calls. The next time for news is a week on. The caller has locked the referral.
create function referral_is_late(b uuid, id uuid, missed text, at timestamptz) returns void language plpgsql volatile set search_path = vs, pg_temp as $$
declare r referral; c referral_clock; again timestamptz;
begin
  select * into r from referral where business_id = b and referral_id = id;
  select * into c from referral_clock x where x.direction = r.direction and x.state = r.state and 'referral_' || x.clock = missed;
  if c.clock is null then return; end if;
  update referral set late = c.title where business_id = b and referral_id = id;
  insert into fact(business_id, kind, day, subject, contact_id, seat_id, partner_id, label)
    select b, case r.direction when 1 then 'clock_breached' else 'given_clock_breached' end, (at at time zone z.zone)::date, id, r.contact_id, r.owner_id,
           coalesce(r.source_partner, r.to_partner), c.clock from business z where z.business_id = b;
  perform task_make(b, missed, 'R', id, r.contact_id, coalesce(r.owner_id, r.source_account), at,
                    case r.direction when 1 then '' else 'ask the partner: ' end || c.title || ' (' || r.person || ')');
  if c.clock = 'news' then
    again := referral_deadline(b, c, at);
    insert into due(business_id, due_id, rule, subject, at, task_rule, subject_kind, contact_id, owner_id) values (b, id_made(), 'referral_clock', id, again, missed, 'R', r.contact_id, r.owner_id);
  end if;
  perform referral_clock_show(b, id);
  insert into feed(business_id, kind, ids) values (b, 6, array[id]);
end $$;

-- The source should hear it: who sees it by itself has; for others somebody tells, with the words ready.
create function referral_tell(b uuid, id uuid, line text, at timestamptz, quiet boolean) returns void language plpgsql volatile set search_path = vs, pg_temp as $$
declare r referral;
begin
  select * into r from referral where business_id = b and referral_id = id;
  if referral_is_seen(b, r) then
    update referral set told_at = at where business_id = b and referral_id = id and state between 6 and 9;
    if found and not quiet and r.direction = 1 then perform referral_fact(b, r, 'referral_told', at, r.made_by, null, 0); end if;
  elsif not quiet then
    perform task_make(b, 'tell_source', 'R', id, coalesce(r.source_contact, r.contact_id), r.owner_id, business_days_after(b, at, setting_number(b, 'clock.close_days')::int),
                      'Tell ' || referral_source_name(b, r) || ': ' || line);
  end if;
end $$;
create function referral_fact(b uuid, r referral, kind text, at timestamptz, by uuid, label text, secs bigint) returns void language sql volatile set search_path = vs, pg_temp as $$
  insert into fact(business_id, kind, day, subject, contact_id, seat_id, partner_id, origin, label, value, currency, seconds)
  select b, kind, (at at time zone z.zone)::date, (r).referral_id, (r).contact_id, by, coalesce((r).source_partner, (r).to_partner),
         case (r).direction when 1 then 'referral' end, label, case when kind like '%\_won' then (r).value end, case when kind like '%\_won' then (r).currency end, secs
  from business z where z.business_id = b
$$;
create function referral_thanks_due(b uuid, r referral, at timestamptz, why text) returns void language sql volatile set search_path = vs, pg_temp as $$
  select task_make(b, 'thank_source', 'R', (r).referral_id, coalesce((r).source_contact, (r).contact_id), (r).owner_id,
                   business_days_after(b, at, setting_number(b, 'clock.close_days')::int), 'Thank ' || referral_source_name(b, r) || ' ' || why)
$$;

-- One row more of what happened, its event, and the contact's.
create function referral_log(b uuid, r referral, act smallint, from_state smallint, at timestamptz, by uuid, partner uuid, for_other boolean, line text, inside text) returns void
language sql volatile set search_path = vs, pg_temp as $$
  insert into referral_step(business_id, referral_id, step_id, at, action, from_state, to_state, account_id, partner_id, on_behalf, words, inside)
    values (b, (r).referral_id, id_made(), at, act, from_state, (r).state, by, partner, for_other, line, inside);
  insert into feed(business_id, kind, ids) values (b, 6, array[(r).referral_id]), (b, 2, array[(r).contact_id])
$$;

-- A referral that stands in the table comes in: its first step, facts, clocks and tasks.
create function referral_begin(b uuid, id uuid, by uuid, partner uuid, start timestamptz) returns void language plpgsql volatile set search_path = vs, pg_temp as $$
declare r referral;
begin
  select * into r from referral where business_id = b and referral_id = id;
  perform referral_log(b, r, null, null, r.happened_at, by, partner, partner is null and r.source_account is distinct from by, r.because, null);
  perform referral_fact(b, r, case r.direction when 1 then 'referral_received' else 'referral_given' end, r.happened_at, by, (array['experience', 'result', 'promise', 'asked', 'tool', 'moment', 'phrase', 'reward', 'other'])[r.cause], null);
  perform referral_clocks(b, id, true, true, start, by);
  if r.direction = 1 and not r.history then perform referral_thanks_due(b, r, start, 'for sending ' || r.person); end if;
  if r.direction = 2 then
    insert into share(business_id, contact_id, partner_id, reason, may_log, number)
      select b, r.contact_id, r.to_partner, 2, true, c.number from contact c where c.business_id = b and c.contact_id = r.contact_id
      on conflict (business_id, contact_id, partner_id, reason) do update set may_log = true, revoked_at = null,
        granted_at = case when share.revoked_at is null then share.granted_at else now() end;
  end if;
  -- a first referral enters refer
  if r.source_contact is not null then
    insert into contact_stage(business_id, contact_id, stage, first_at, touchpoint_id) values (b, r.source_contact, 7, r.happened_at, id)
      on conflict (business_id, contact_id, stage) do update set first_at = excluded.first_at, touchpoint_id = excluded.touchpoint_id
      where (excluded.first_at, excluded.touchpoint_id) < (contact_stage.first_at, contact_stage.touchpoint_id);
    insert into feed(business_id, kind, ids) values (b, 2, array[r.source_contact]);
  end if;
end $$;

-- Who is known by e-mail or phone, or to staff by the name alone if only one is. Of two at once with the same address one waits for the other.
create function referral_person(b uuid, for_name text, for_email text, for_phone text, by_name boolean) returns uuid language plpgsql volatile set search_path = vs, pg_temp as $$
declare k text; found_id uuid; n int;
begin
  for k in select x from unnest(array['e' || for_email, 'p' || for_phone, case when by_name then 'n' || for_name end]) x where length(x) > 1 order by 1 loop
    perform pg_advisory_xact_lock(hashtextextended(b::text || k, 0));
  end loop;
  select d.contact_id into found_id from contact_duplicates(b, null, null, nullif(for_email, ''), nullif(for_phone, ''), null) d
    join contact c on c.business_id = b and c.contact_id = d.contact_id order by d.because, c.number limit 1;
  if found_id is null and by_name then
    select count(*), min(d.contact_id::text)::uuid into n, found_id from contact_duplicates(b, null, for_name, null, null, null) d;
    if n <> 1 then found_id := null; end if;
  end if;
  return found_id;
end $$;

-- f: what the request said, and who the source is. The number.
create function referral_take(b uuid, id uuid, by uuid, partner uuid, f jsonb) returns bigint language plpgsql volatile set search_path = vs, pg_temp as $$
declare
  at timestamptz := coalesce((f->>'happened_at')::timestamptz, now());
  asked boolean := coalesce((f->>'clocks')::boolean, false);
  person uuid := (f->>'contact_id')::uuid;
  to_p uuid := (f->>'to_partner')::uuid;
  src uuid := (f->>'source_contact')::uuid;
  evidence smallint := case when (f->>'consent')::int in (2, 3) then 3 else 5 end;
  n bigint := next_number(b, 'R');
  r referral;
begin
  if person is null then
    person := referral_person(b, f->>'name_key', f->>'email_key', f->>'phone_key', partner is null and coalesce(f->>'email_key', '') = '' and coalesce(f->>'phone_key', '') = '');
  end if;
  if person is null then
    person := id_made();
    insert into contact(business_id, contact_id, head_id, number, name, name_key, email, email_key, phone, phone_key, owner_id, origin, created_by)
      values (b, person, person, next_number(b, 'C'), btrim(f->>'name'), f->>'name_key', nullif(btrim(f->>'email'), ''), nullif(f->>'email_key', ''),
              nullif(btrim(f->>'phone'), ''), nullif(f->>'phone_key', ''), case when partner is null then by else task_owner(b, null, null) end, 'referral', by);
  end if;
  insert into referral(business_id, referral_id, number, direction, contact_id, person, email, phone, source_contact, source_partner, source_account, to_partner, because, cause,
                       touch_id, promise_id, phrase, source_stage, level, consent, history, made_by, happened_at)
    select b, id, n, case when to_p is null then 1 else 2 end, person, coalesce(btrim(f->>'name'), c.name),
           coalesce(nullif(btrim(f->>'email'), ''), case when to_p is not null then c.email end), coalesce(nullif(btrim(f->>'phone'), ''), case when to_p is not null then c.phone end),
           src, (f->>'source_partner')::uuid, (f->>'source_account')::uuid, to_p, f->>'because', (f->>'cause')::smallint, (f->>'touch_id')::uuid, (f->>'promise_id')::uuid, f->>'phrase',
           (select max(s.stage) from contact_stage s where s.business_id = b and s.contact_id = src), (f->>'level')::smallint, coalesce((f->>'consent')::smallint, 1),
           not asked and at < now() and business_days_after(b, at, setting_number(b, 'clock.decide_days')::int) <= now(), by, at
    from contact c where c.business_id = b and c.contact_id = person
    returning * into r;
  perform referral_begin(b, id, by, partner, case when asked then now() else at end);
  if r.direction = 1 then
    perform claim_take(b, id_made(), person, id, r.source_contact, r.source_partner, r.source_account, evidence, r.because, at, by);
  end if;
  return n;
end $$;

-- A given one ends: the partner sees the person no longer, unless another was given.
create function referral_unshare(b uuid, r referral) returns void language sql volatile set search_path = vs, pg_temp as $$
  update share s set revoked_at = now() where s.business_id = b and s.contact_id = (r).contact_id and s.partner_id = (r).to_partner and s.reason = 2 and s.revoked_at is null
   and not exists (select from referral x where x.business_id = b and x.contact_id = s.contact_id and x.to_partner = s.partner_id and x.referral_id <> (r).referral_id and x.state not in (8, 11, 12))
$$;

-- One action. reason: why it isn't done, nothing is then changed. f: what the request said.
create function referral_move(b uuid, id uuid, act smallint, by uuid, role smallint, partner uuid, f jsonb) returns text language plpgsql volatile set search_path = vs, pg_temp as $$
declare
  r referral; t referral_transition; was smallint; sides int; wrong record; line text; d deal; o account;
  at timestamptz := coalesce((f->>'happened_at')::timestamptz, now());
  quiet boolean; responds boolean; secs bigint; label text;
begin
  select * into r from referral where business_id = b and referral_id = id for update;
  if not found then return 'NOT_FOUND'; end if;
  was := r.state;
  sides := referral_sides(b, r.direction, r.source_partner, r.to_partner, role, partner);
  select * into t from referral_transition x where x.direction = r.direction and x.from_state = r.state and x.action = act;
  select * into wrong from referral_why_not(b, r.direction, r.state, act, sides, referral_guard(t.guard, r.opened_at, r.appointment, r.told_at, r.thanked_at, r.receipt_thanked_at), t);
  if wrong.reason is not null then return wrong.reason; end if;
  if exists (select from unnest(t.needs) n where not exists (select from unnest(string_to_array(n, '|')) k where btrim(f->>k) <> '')) then return 'REFERRAL_NEEDS'; end if;
  if 'reason' = any (t.needs) and not exists (select from referral_reason x where x.action = act and x.code = f->>'reason') then return 'REFERRAL_REASON'; end if;
  if at > now() + interval '10 minutes' then return 'DAY_AHEAD'; end if;
  if at < r.happened_at then return 'BEFORE_RECEIVED'; end if;
  quiet := r.history or (at < now() and business_days_after(b, at, setting_number(b, 'clock.close_days')::int) <= now());
  responds := t.who & 1 = 1 and t.tells and r.responded_at is null;
  label := coalesce(f->>'reason', (array['experience', 'result', 'promise', 'asked', 'tool', 'moment', 'phrase', 'reward', 'other'])[r.cause]);

  -- what the action says
  if act in (4, 18, 22) then
    select * into o from account a where a.business_id = b and a.closed_at is null and a.partner_id is not distinct from partner
       and (a.login = f->>'owner' or (coalesce(f->>'owner', '') = '' and a.account_id = by));
    if o.account_id is null then return 'NO_SUCH_ACCOUNT'; end if;
    r.owner_id := o.account_id; r.caller := o.name;
    r.call_on := coalesce((f->>'call_on')::date, r.call_on);
  end if;
  if act = 12 then
    select * into d from deal x where x.business_id = b and x.deal_id = (f->>'deal_id')::uuid;
    if f ? 'deal_id' and (d.deal_id is null or partner is not null) then return 'NOT_FOUND'; end if;
    if d.contact_id <> r.contact_id then return 'OTHER_CONTACT'; end if;
    if d.state <> 2 then return 'DEAL_NOT_WON'; end if;
    if (f->>'value')::bigint < 0 then return 'NEGATIVE_AMOUNT'; end if;
    if f->>'currency' !~ '^[A-Z]{3}$' then return 'BAD_CURRENCY'; end if;
    r.deal_id := d.deal_id; r.value := coalesce((f->>'value')::bigint, d.value, 0);
    r.currency := coalesce(f->>'currency', d.currency, (select currency from business where business_id = b));
  end if;
  if act = 6 and not exists (select from partner p where p.business_id = b and p.partner_id = (f->>'partner_id')::uuid) then return 'NO_SUCH_PARTNER'; end if;
  if act in (8, 11) then r.appointment_at := (f->>'appointment_at')::timestamptz; r.appointment := 1; end if;
  if act in (9, 10) then r.appointment := act - 7; end if;
  if act = 7 then r.contacted_at := at; end if;
  if act in (7, 23) then
    r.level_confirmed := coalesce((f->>'level')::smallint, r.level_confirmed);
    r.cause_of_person := coalesce((f->>'cause')::smallint, r.cause_of_person);
    r.person_says := coalesce(f->>'words', r.person_says);
  end if;
  if act in (4, 5, 6) then r.decided_at := coalesce(r.decided_at, at); end if;
  if act = 14 then r.held_from := was; end if;
  if 'reason' = any (t.needs) and act <> 18 then r.reason := f->>'reason'; r.reason_words := f->>'because'; end if;
  if t.to_state between 6 and 9 then
    r.closed_at := at;
    r.outcome := coalesce(f->>'outcome', (select x.line from referral_reason x where x.action = act and x.code = coalesce(f->>'reason', 'won')));
    r.outcome := replace(r.outcome, '{person}', r.person);
  end if;
  if act in (16, 17) then r.closed_at := coalesce(r.closed_at, at); end if;
  if act = 18 then
    r.closed_at := null; r.reason := null; r.reason_words := null; r.outcome := null; r.value := null; r.currency := null; r.deal_id := null; r.told_at := null; r.thanked_at := null;
  end if;
  if act = 20 then r.told_at := at; end if;
  secs := extract(epoch from at - case when act in (20, 21) and r.closed_at is not null then r.closed_at else r.happened_at end)::bigint;
  if act = 21 then
    label := case when r.closed_at is null then 'receipt' else 'outcome' end;
    r.receipt_thanked_at := coalesce(r.receipt_thanked_at, at);
    if r.closed_at is not null then r.thanked_at := at; end if;
  end if;
  r.state := case t.to_state when 0 then was when -1 then r.held_from else t.to_state end;
  if r.state <> 10 then r.held_from := null; end if;

  -- the facts
  if t.takes_back = 'all' then
    perform fact_undo(b, id, null);
    if r.direction = 1 then perform claim_void(b, id, 'entered in error', by); end if;
  elsif t.takes_back = 'outcome' then
    perform fact_undo(b, id, (select array_agg(distinct x.fact) from referral_transition x where x.to_state in (6, 7, 8, 9, 11)));
    if was = 11 then perform claim_void(b, id, null, by); end if;
  end if;
  if act = 16 and r.direction = 1 then perform claim_void(b, id, 'withdrawn by its source', by); end if;
  if r.opened_at is null and sides & 1 = 1 and t.who & 1 = 1 and act not in (17, 21, 22) then
    r.opened_at := at; r.opened_by := by;
    if act <> 1 then perform referral_fact(b, r, case r.direction when 1 then 'referral_opened' else 'given_opened' end, at, by, null, extract(epoch from at - r.happened_at)::bigint); end if;
  end if;
  if responds then
    r.responded_at := at;
    perform referral_fact(b, r, case r.direction when 1 then 'referral_first_response' else 'given_first_response' end, at, by, null, extract(epoch from at - r.happened_at)::bigint);
  end if;
  if t.fact is not null then perform referral_fact(b, r, t.fact, at, by, label, secs); end if;

  -- the record
  update referral x set state = r.state, held_from = r.held_from, opened_at = r.opened_at, opened_by = r.opened_by, responded_at = r.responded_at, decided_at = r.decided_at,
    owner_id = r.owner_id, caller = r.caller, call_on = r.call_on, contacted_at = r.contacted_at, appointment_at = r.appointment_at, appointment = r.appointment,
    level_confirmed = r.level_confirmed, cause_of_person = r.cause_of_person, person_says = r.person_says, closed_at = r.closed_at, reason = r.reason,
    reason_words = r.reason_words, outcome = r.outcome, value = r.value, currency = r.currency, deal_id = r.deal_id, receipt_thanked_at = r.receipt_thanked_at,
    told_at = r.told_at, thanked_at = r.thanked_at, late = case when r.state <> was then null else x.late end, version = x.version + 1
    where x.business_id = b and x.referral_id = id;
  line := case when t.tells then referral_line(b, r, act, coalesce(f->>'words', f->>'because')) when act = 3 then f->>'words'
               when t.who & 2 = 2 then f->>'because' end;
  perform referral_log(b, r, act, was, at, by, partner, partner is null and t.who = case r.direction when 1 then 2 else 1 end, line,
                       nullif(concat_ws(': ', f->>'reason', coalesce(f->>'because', f->>'words')), line));

  -- what it causes
  if act = 6 then perform referral_pass_on(b, r, by, (f->>'partner_id')::uuid, at); end if;
  if r.direction = 2 and r.state in (8, 11, 12) then perform referral_unshare(b, r); end if;
  if t.tells then perform referral_tell(b, id, line, at, quiet); end if;
  if r.state between 6 and 9 and was <> r.state and r.direction = 1 and not quiet then perform referral_thanks_due(b, r, at, 'once more, now that it is ' || referral_state_word(r.state) || ': ' || r.outcome); end if;
  if act = 20 then perform task_end(b, '{tell_source}', id, by); end if;
  if act = 21 then perform task_end(b, '{thank_source}', id, by); end if;
  if r.state in (11, 12) then perform task_end(b, '{tell_source,thank_source}', id, null); end if;
  perform referral_clocks(b, id, r.state <> was, t.tells or act = 20, at, by);
  return null;
end $$;
-- Redirecting gives the person to the partner in the same step.
create function referral_pass_on(b uuid, r referral, by uuid, partner uuid, at timestamptz) returns void language plpgsql volatile set search_path = vs, pg_temp as $$
declare g uuid := id_made();
begin
  insert into referral(business_id, referral_id, number, direction, contact_id, person, email, phone, source_account, to_partner, because, cause, phrase, level, consent, history, made_by, happened_at)
    values (b, g, next_number(b, 'R'), 2, r.contact_id, r.person, r.email, r.phone, by, partner, r.because, r.cause, r.phrase, r.level, r.consent, r.history, by, at);
  update referral set given_id = g where business_id = b and referral_id = r.referral_id;
  perform referral_begin(b, g, by, null, at);
end $$;

-- A task that owed the source something is done: so it was told, or thanked.
create function referral_task_done(b uuid, rule text, subject uuid, by uuid, role smallint) returns void language plpgsql volatile set search_path = vs, pg_temp as $$
declare act smallint := case rule when 'tell_source' then 20 when 'thank_source' then 21 end; r referral; t referral_transition;
begin
  if act is null then return; end if;
  if referral_move(b, subject, act, by, role, null, '{}') is null or act = 21 then return; end if;
  -- told while it is open: news, that is
  select * into r from referral where business_id = b and referral_id = subject;
  if r.state in (1, 2, 3, 4, 5, 10) then
    perform referral_log(b, r, 20::smallint, r.state, now(), by, null, false, null, null);
    perform referral_clocks(b, subject, false, true, now(), by);
  end if;
end $$;

-- What an account that stands on these sides may do now.
create function referral_allowed(dir smallint, st smallint, sides int, opened timestamptz, appointment smallint, told timestamptz, thanked timestamptz, receipt timestamptz)
returns smallint[] language sql stable set search_path = vs, pg_temp as $$
  select coalesce(array_agg(t.action order by t.action), '{}') from referral_transition t
  where t.direction = dir and t.from_state = st and t.who & sides <> 0 and referral_guard(t.guard, opened, appointment, told, thanked, receipt) is null
$$;

-- What should happen next.
create function referral_next(direction smallint, state smallint, opened timestamptz, appointment smallint, told timestamptz, thanked timestamptz) returns smallint language sql immutable as $$
  select case state when 1 then case when opened is null then 1 else 4 end when 2 then 3 when 3 then 7 when 4 then 8
    when 5 then case when appointment = 1 then 9 when appointment = 2 then 12 else 8 end
    when 10 then 15 when 11 then null when 12 then null
    else case when direction = 2 then null when told is null then 20 when thanked is null then 21 end end::smallint
$$;
reset role;
