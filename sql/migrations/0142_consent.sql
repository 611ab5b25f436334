-- Third parties' consent, what is left of those who never gave it, and introductions.
--
--   unknown     may be kept for consent.days; nobody said yes by then: what we were told of them goes, a keyed hash stays
--   refused     suppressed: no asks, no tasks, no shares, no introductions, no texts; whoever asks blindly hears that another source has them
--   a person who comes again under a hash that is kept for having refused is suppressed from the start
set local role vs_owner;
set local search_path = vs, public;

-- Append-only. to_state as contact.consent; null: no third party (any more).
create table consent_step (
  business_id uuid not null,
  step_id uuid not null default gen_random_uuid(),
  contact_id uuid not null,
  at timestamptz not null default clock_timestamp(),
  from_state smallint,
  to_state smallint check (to_state between 1 and 4),
  account_id uuid,           -- null: a rule
  because text,
  primary key (business_id, step_id),
  foreign key (business_id, contact_id) references contact (business_id, contact_id)
);
create index consent_step_contact on consent_step (business_id, contact_id, at);
select tenant_table('consent_step');
grant insert on consent_step to vs_writer;
insert into contact_part(relation, col, how) values ('consent_step', 'contact_id', 'stays');
create index contact_consent on contact (business_id, consent, number) where consent is not null;

-- What stays of an e-mail address or a phone number: nobody can read it back, but it is known again. why: 1 expired, 4 refused.
create table consent_hash (
  business_id uuid not null,
  hash bytea not null,
  why smallint not null check (why in (1, 4)),
  since date not null,
  primary key (business_id, hash)
);
select tenant_table('consent_hash');
revoke select on consent_hash from vs_staff;
insert into secret select 'consent', uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid());

-- Keyed, since addresses can be guessed. The key twice around, so that nothing can be added behind what was hashed.
create function consent_hash_of(b uuid, address text) returns bytea language sql stable security definer set search_path = vs, pg_temp as $$
  select sha256(s.value || sha256(s.value || uuid_send(b) || convert_to(address, 'UTF8'))) from secret s where s.name = 'consent' and address is not null
$$;
create function consent_known(b uuid, email text, phone text, for_why smallint) returns date language sql stable security definer set search_path = vs, pg_temp as $$
  select min(h.since) from unnest(array[consent_hash_of(b, email), consent_hash_of(b, phone)]) k(hash)
  join consent_hash h on h.business_id = b and h.hash = k.hash and h.why = for_why
$$;
create function consent_keep_hash(b uuid, c contact, for_why smallint) returns void language sql volatile security definer set search_path = vs, pg_temp as $$
  insert into consent_hash(business_id, hash, why, since)
  select b, k.hash, for_why, today_of(b) from (select distinct x as hash from unnest(array[consent_hash_of(b, (c).email_key), consent_hash_of(b, (c).phone_key)]) x where x is not null) k
  on conflict (business_id, hash) do update set why = greatest(consent_hash.why, excluded.why)
$$;

-- Nothing is planned with the contact any more, and no partner sees it.
create function consent_suppress(b uuid, contact uuid, by uuid, said text) returns void language plpgsql volatile security definer set search_path = vs, pg_temp as $$
#variable_conflict use_column
begin
  update due d set cancelled_at = now() where d.business_id = b and d.contact_id = consent_suppress.contact and d.fired_at is null and d.cancelled_at is null;
  update task t set state = 3, closed_at = now(), closed_by = by, result = said where t.business_id = b and t.contact_id = consent_suppress.contact and t.state = 1;
  update share s set revoked_at = now() where s.business_id = b and s.contact_id = consent_suppress.contact and s.revoked_at is null;
end $$;

-- The one place where consent changes. clock: whether an unknown one expires (history doesn't).
create function consent_set(b uuid, contact uuid, to_state smallint, by uuid, why text, clock boolean) returns void
language plpgsql volatile security definer set search_path = vs, public, pg_temp as $$
#variable_conflict use_column
declare c contact;
begin
  select * into c from contact x where x.business_id = b and x.contact_id = consent_set.contact and b = nullif(current_setting('vs.business', true), '')::uuid for no key update;
  if c.contact_id is null or c.consent is not distinct from to_state then return; end if;
  insert into consent_step(business_id, contact_id, from_state, to_state, account_id, because) values (b, c.contact_id, c.consent, to_state, by, why);
  update contact x set consent = to_state, no_ask = x.no_ask or to_state = 4, version = x.version + 1 where x.business_id = b and x.contact_id = c.contact_id;
  update due d set cancelled_at = now() where d.business_id = b and d.subject = c.contact_id and d.rule = 'consent_expire' and d.fired_at is null and d.cancelled_at is null;
  if to_state = 1 and clock then
    insert into due(business_id, due_id, rule, subject, at, contact_id) values (b, gen_random_uuid(), 'consent_expire', c.contact_id, now() + make_interval(days => setting_number(b, 'consent.days')::int), c.contact_id);
  elsif to_state = 4 then
    perform consent_suppress(b, c.contact_id, by, 'they don''t want it');
    perform consent_keep_hash(b, c, 4::smallint);
  elsif c.consent = 4 then
    delete from consent_hash h where h.business_id = b and h.why = 4 and h.hash in (consent_hash_of(b, c.email_key), consent_hash_of(b, c.phone_key));
  end if;
  insert into feed(business_id, kind, ids) values (b, 2, array[c.contact_id]);
end $$;

-- A referral brought them: those it made are third parties; those known already stay what they are, but a yes is a yes.
create function consent_from_referral(b uuid, id uuid, by uuid) returns boolean language plpgsql volatile security definer set search_path = vs, public, pg_temp as $$
#variable_conflict use_column
declare r referral; c contact; brought boolean;
begin
  select * into r from referral x where x.business_id = b and x.referral_id = id;
  select * into c from contact x where x.business_id = b and x.contact_id = r.contact_id;
  if c.contact_id is null or r.direction <> 1 then return false; end if;
  brought := c.origin = 'referral' and not exists (select from referral o where o.business_id = b and o.contact_id = c.contact_id and o.referral_id <> id);
  if brought and c.consent is null and consent_known(b, c.email_key, c.phone_key, 4::smallint) is not null then
    perform consent_set(b, c.contact_id, 4::smallint, null, 'refused before', false);
  elsif brought and c.consent is null or c.consent = 1 and r.consent in (2, 3) or c.consent = 2 and r.consent = 3 then
    perform consent_set(b, c.contact_id, coalesce(r.consent, 1)::smallint, by, 'R' || r.number, not r.history);
  end if;
  return true;
end $$;

-- Nobody said yes in time, and it is no customer: what we were told of the person goes, here and where it was first written down.
create function consent_expire(b uuid, contact uuid) returns boolean language plpgsql volatile security definer set search_path = vs, public, pg_temp as $$
#variable_conflict use_column
declare c contact;
begin
  select * into c from contact x where x.business_id = b and x.contact_id = consent_expire.contact and x.consent = 1 and x.erased_at is null
    and not x.segments @> array[2::int2] and x.head_id = x.contact_id for update;
  if c.contact_id is null or exists (select from deal d where d.business_id = b and d.contact_id = c.contact_id) then return false; end if;
  perform consent_suppress(b, c.contact_id, null, 'no consent came in time');
  perform consent_keep_hash(b, c, 1::smallint);
  insert into consent_step(business_id, contact_id, from_state, to_state, because) values (b, c.contact_id, 1, null, 'no consent came in time');
  update referral r set person = 'expired', email = null, phone = null, because = null, phrase = null, version = r.version + 1 where r.business_id = b and r.contact_id = c.contact_id;
  update contact_was w set attributes = '{}' where w.business_id = b and w.contact_id = c.contact_id;
  update contact x set name = 'expired', name_key = 'expired', email = null, email_key = null, phone = null, phone_key = null, best_hours = null, attributes = '{}',
    erased_at = now(), version = x.version + 1 where x.business_id = b and x.contact_id = c.contact_id;
  insert into feed(business_id, kind, ids) values (b, 2, array[c.contact_id]);
  return true;
end $$;
insert into setting_default(key, kind, value, doc) values ('consent.days', 'number', '30', 'days for which a third party''s details are kept without a word of consent');

-- The blind check, now with those who are suppressed: they are another source's.
create or replace function blind_answer(b uuid, for_name text, for_email text, for_phone text) returns bigint language sql stable set search_path = vs, public, pg_temp as $$
  with d as materialized (select x.contact_id from contact_duplicates(b, null, for_name, for_email, for_phone, null) x),
   s as materialized (select consent_known(b, for_email, for_phone, 4::smallint) as since),
   c as materialized (
    select case when c.consent = 4 or c.origin in ('referral', 'partner')
                  or exists (select from share s where s.business_id = b and s.contact_id = c.contact_id and s.reason = 1 and s.revoked_at is null) then 3
                when c.segments @> array[2::int2] then 2 else 1 end as class,
           (select to_char(c.created_at at time zone z.zone, 'YYYYMM')::bigint from business z where z.business_id = b) as month
    from d join contact c on c.business_id = b and c.contact_id = d.contact_id
    union all
    select 3, to_char(s.since, 'YYYYMM')::bigint from s where s.since is not null)
  select coalesce((select case when setting_flag(b, 'blind.class') then c.class * 1000000::bigint else 0 end + c.month from c order by c.month, c.class desc limit 1), 0)
$$;

-- Putting two in touch: a contact, and another contact or a partner, with the consent of both. state: 1 asking, 2 ready, 3 made,
-- 4 dropped. says, other_says: null not asked yet, true, false.
create table introduction (
  business_id uuid not null,
  introduction_id uuid not null,
  number bigint not null,
  contact_id uuid not null,
  other_contact_id uuid,
  partner_id uuid,
  because text not null,
  state smallint not null default 1 check (state between 1 and 4),
  says boolean,
  other_says boolean,
  owner_id uuid not null,
  ended_at timestamptz,
  ended_because text,
  made_at timestamptz not null default now(),
  made_by uuid not null,
  primary key (business_id, introduction_id),
  unique (business_id, number),
  check (num_nonnulls(other_contact_id, partner_id) = 1),
  check ((state in (3, 4)) = (ended_at is not null)),
  check (state not in (2, 3) or (says and other_says)),
  foreign key (business_id, contact_id) references contact (business_id, contact_id),
  foreign key (business_id, other_contact_id) references contact (business_id, contact_id),
  foreign key (business_id, partner_id) references partner (business_id, partner_id),
  foreign key (business_id, owner_id) references account (business_id, account_id)
);
create index introduction_contact on introduction (business_id, contact_id);
create index introduction_other on introduction (business_id, other_contact_id) where other_contact_id is not null;
select tenant_table('introduction');
grant insert, update on introduction to vs_writer;
insert into contact_part(relation, col, how, key) values
  ('introduction', 'contact_id', 'moves', 'introduction_id'), ('introduction', 'other_contact_id', 'moves', 'introduction_id');
insert into kind values ('I', 'introduction', 'introduction', 'introduction_id');
insert into task_rule(rule, title) values ('introduction_ask', 'ask whether they would like to be introduced');

-- Texts ready to send; a person sends them. {name} who gets it, {other} the one it is about, {because}, {seat}, {business}.
insert into setting_default(key, kind, value, doc) values
  ('text.ask_consent', 'text', 'Dear {name}, may I put you in touch with {other}? {because} Tell me yes or no; I pass nothing on before. {seat}, {business}', 'asks one of two whether they want to be introduced'),
  ('text.introduce', 'text', 'Dear {name}, meet {other}. {because} You both said yes to this, so I leave the next word to you. {seat}, {business}', 'introduces the two to each other'),
  ('text.thank', 'text', 'Dear {name}, thank you {because}. It means a lot to us. {seat}, {business}', 'thanks a source'),
  ('text.confirm', 'text', 'Dear {name}, {other} told us about you: {because} May we keep your address and call you? A no is enough to make us forget it. {seat}, {business}', 'asks a third party for its consent');
create function text_fill(words text, name text, other text, because text, seat text, business text) returns text language sql immutable as $$
  select replace(replace(replace(replace(replace(words, '{name}', name), '{other}', coalesce(other, '')), '{because}', coalesce(because, '')), '{seat}', seat), '{business}', business)
$$;
insert into metric values
  ('introductions_made', 'introductions made', 'introductions', 'facts', '{introduction_made}', '{}', '{seat}', 'introductions by the day they were made; how long it took since they were proposed', 'who brings people together');

revoke execute on function consent_hash_of(uuid, text), consent_known(uuid, text, text, smallint), consent_keep_hash(uuid, contact, smallint), consent_suppress(uuid, uuid, uuid, text),
  consent_set(uuid, uuid, smallint, uuid, text, boolean), consent_from_referral(uuid, uuid, uuid), consent_expire(uuid, uuid) from public;
grant execute on function consent_known(uuid, text, text, smallint), consent_set(uuid, uuid, smallint, uuid, text, boolean), consent_from_referral(uuid, uuid, uuid) to vs_writer;
grant execute on function consent_expire(uuid, uuid) to vs_system;
reset role;
