-- A referral that comes in locks its person before it takes short numbers, as taking one up again does. The other way round the two could wait
-- for each other. As before (0072) but for that.
set local role vs_owner;
set local search_path = vs, public;

-- f: what the request said, and who the source is. The number.
create or replace function referral_take(b uuid, id uuid, by uuid, partner uuid, f jsonb) returns bigint language plpgsql volatile set search_path = vs, pg_temp as $$
declare
  at timestamptz := coalesce((f->>'happened_at')::timestamptz, now());
  asked boolean := coalesce((f->>'clocks')::boolean, false);
  person uuid := (f->>'contact_id')::uuid;
  to_p uuid := (f->>'to_partner')::uuid;
  src uuid := (f->>'source_contact')::uuid;
  evidence smallint := case when (f->>'consent')::int in (2, 3) then 3 else 5 end;
  n bigint;
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
  -- the person before the numbers: who decides a claim anew holds the person, and then takes a task's number
  perform from contact c where c.business_id = b and c.contact_id = person for no key update;
  n := next_number(b, 'R');
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
reset role;
