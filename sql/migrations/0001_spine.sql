-- The spine: businesses, accounts, contacts, shares, touchpoints and what is counted from them.
--
-- What must hold for every table with business_id: it comes first in the primary key and in every unique
-- constraint and foreign key; row-level security is forced; application roles own nothing.
-- Runs as a role that may create roles and owns the database; everything then belongs to vs_owner.

create extension if not exists pg_trgm;
create extension if not exists unaccent;
create extension if not exists fuzzystrmatch;

do $$
declare r text;
begin
  foreach r in array array['vs_owner','vs_writer','vs_staff','vs_partner','vs_login','vs_system'] loop
    begin execute format('create role %I nologin', r); exception when duplicate_object or unique_violation then null; end;
    if not pg_has_role(current_user, r, 'member') then execute format('grant %I to %I', r, current_user); end if;
  end loop;
end $$;

create schema vs authorization vs_owner;
grant usage on schema vs to vs_writer, vs_staff, vs_partner, vs_login, vs_system;
set local role vs_owner;
set local search_path = vs, public;

-- codes people type, before any tenant is known; no tenant policy
create table route (
  code text primary key,
  business_id uuid not null
);

create table business (
  business_id uuid primary key,
  code text not null,
  name text not null,
  zone text not null,
  country text not null default 'US',
  currency text not null default 'USD',
  version bigint not null default 1,
  created_at timestamptz not null default now()
);

-- short numbers, one row per business and kind of record ('C', 'O', 'P')
create table counter (
  business_id uuid not null,
  kind "char" not null,
  last bigint not null,
  primary key (business_id, kind)
);

create table partner (
  business_id uuid not null,
  partner_id uuid not null,
  number bigint not null,
  name text not null,
  created_at timestamptz not null default now(),
  primary key (business_id, partner_id),
  unique (business_id, number)
);

-- role: vouchsafe.v1.Role. epoch is compared in every statement: raising it ends whatever is logged in.
create table account (
  business_id uuid not null,
  account_id uuid not null,
  login text not null,
  name text not null,
  role smallint not null check (role between 1 and 5),
  partner_id uuid,
  password_hash text,
  epoch int not null default 1,
  created_at timestamptz not null default now(),
  closed_at timestamptz,
  primary key (business_id, account_id),
  unique (business_id, login),
  check ((role = 3) = (partner_id is not null)),
  foreign key (business_id, partner_id) references partner (business_id, partner_id)
);

create table token (
  business_id uuid not null,
  token_hash bytea not null,
  account_id uuid not null,
  epoch int not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  ended_at timestamptz,
  primary key (business_id, token_hash),
  foreign key (business_id, account_id) references account (business_id, account_id)
);

create table enrolment (
  business_id uuid not null,
  enrolment_id uuid not null,
  account_id uuid not null,
  secret_hash bytea not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  used_at timestamptz,
  used_by bytea,
  ended_at timestamptz,
  primary key (business_id, enrolment_id),
  unique (business_id, secret_hash),
  foreign key (business_id, account_id) references account (business_id, account_id)
);

create table device (
  business_id uuid not null,
  device_id uuid not null,
  key_hash bytea not null,
  account_id uuid not null,
  name text not null,
  created_at timestamptz not null default now(),
  last_used_at timestamptz,
  ended_at timestamptz,
  primary key (business_id, device_id),
  unique (business_id, key_hash),
  foreign key (business_id, account_id) references account (business_id, account_id)
);

create table organization (
  business_id uuid not null,
  organization_id uuid not null,
  number bigint not null,
  name text not null,
  name_key text not null,
  attributes jsonb not null default '{}',
  version bigint not null default 1,
  created_at timestamptz not null default now(),
  primary key (business_id, organization_id),
  unique (business_id, number)
);
create index organization_name on organization (business_id, name_key);

create table attribute (
  business_id uuid not null,
  of_organizations boolean not null,
  key text not null,
  label text not null,
  kind smallint not null,
  choices text[] not null default '{}',
  primary key (business_id, of_organizations, key)
);

-- head_id: itself, or the survivor of a merge. Contacts are merged or erased in place, never deleted, so a
-- touch joins to its contact instead of paying for a foreign-key check. The *_key columns are the normal forms
-- of vouchsafe/text.h. No row here is updated by a touch.
create table contact (
  business_id uuid not null,
  contact_id uuid not null,
  head_id uuid not null,
  number bigint not null,
  name text not null,
  name_key text not null,
  email text,
  email_key text,
  phone text,
  phone_key text,
  organization_id uuid,
  owner_id uuid not null,
  origin text not null,
  language text,
  preferred_channel smallint,
  best_hours text,
  no_ask boolean not null default false,
  advocacy smallint not null default 4,
  segments smallint[] not null default '{1}',
  attributes jsonb not null default '{}',
  version bigint not null default 1,
  created_at timestamptz not null default now(),
  created_by uuid not null,
  stage_set smallint,              -- set back by hand: entries above it made before stage_set_at are hidden
  stage_set_at timestamptz,
  stage_set_because text,
  erased_at timestamptz,
  primary key (business_id, contact_id),
  unique (business_id, number),
  foreign key (business_id, organization_id) references organization (business_id, organization_id),
  foreign key (business_id, owner_id) references account (business_id, account_id)
);
create index contact_email on contact (business_id, email_key) where email_key is not null;
create index contact_phone on contact (business_id, phone_key) where phone_key is not null;
create index contact_name on contact (business_id, name_key);
create index contact_trgm on contact using gin (name_key gin_trgm_ops);

-- reason: vouchsafe.v1.ShareReason
create table share (
  business_id uuid not null,
  contact_id uuid not null,
  partner_id uuid not null,
  reason smallint not null,
  may_log boolean not null,
  granted_at timestamptz not null default now(),
  revoked_at timestamptz,
  primary key (business_id, contact_id, partner_id, reason),
  foreign key (business_id, contact_id) references contact (business_id, contact_id),
  foreign key (business_id, partner_id) references partner (business_id, partner_id)
);
create index share_partner on share (business_id, partner_id);

-- Append-only. The id is the idempotency key. flags: 1 shared, 2 the stage was not given.
-- refusal: null = accepted; a refused touch keeps its key and no note.
create table touchpoint (
  business_id uuid not null,
  id uuid not null,
  contact_id uuid not null,
  account_id uuid not null,
  partner_id uuid,
  occurred_at timestamptz not null,
  recorded_at timestamptz not null default now(),
  channel smallint not null,
  stage smallint not null,
  sentiment smallint not null,
  role smallint not null,
  flags smallint not null,
  score smallint,
  score_scale smallint,
  refusal smallint,
  mends uuid,
  address text,
  note text,
  primary key (business_id, id)
);
create index timeline on touchpoint (business_id, contact_id, occurred_at desc, id desc) where refusal is null;
create index touchpoint_recorded on touchpoint using brin (recorded_at);

create table strike (
  business_id uuid not null,
  touchpoint_id uuid not null,
  account_id uuid not null,
  struck_at timestamptz not null default now(),
  because text not null,
  primary key (business_id, touchpoint_id)
);

-- dim: 1 stage, 2 channel, 3 role, 4 account. val: the number as an id, or the account.
create table tally (
  business_id uuid not null,
  day date not null,
  dim smallint not null,
  val uuid not null,
  sentiment smallint not null,
  recorded_on date not null,
  shard smallint not null,
  n bigint not null,
  primary key (business_id, day, dim, val, sentiment, recorded_on, shard)
) with (fillfactor = 50);

create table contact_stage (
  business_id uuid not null,
  contact_id uuid not null,
  stage smallint not null,
  first_at timestamptz not null,
  touchpoint_id uuid not null,
  primary key (business_id, contact_id, stage)
);

-- One row per mutation that is not a touch: audit trail and idempotency ledger in one.
create table change (
  business_id uuid not null,
  change_id uuid not null,
  account_id uuid not null,
  at timestamptz not null default now(),
  method int not null,
  target uuid,
  hash bytea not null,
  status smallint not null,
  reason text,
  result bigint,
  primary key (business_id, change_id)
);

-- Hints for the other instances: kind 1 touches of contacts, 2 contacts changed, 3 accounts revoked.
create table feed (
  at xid8 not null default pg_current_xact_id(),
  made_at timestamptz not null default now(),
  instance int not null default coalesce(nullif(current_setting('vs.instance', true), ''), '0')::int,
  business_id uuid not null,
  kind smallint not null,
  ids uuid[] not null
);
create index feed_at on feed (at);
alter table feed alter ids set storage external;

-- Wall 4: row-level security, forced, on every table of a tenant.
do $$
declare t text;
begin
  foreach t in array array['business','counter','partner','account','token','enrolment','device','organization','attribute','contact',
                           'share','touchpoint','strike','tally','contact_stage','change','feed'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy tenant on %I to vs_writer, vs_staff, vs_partner, vs_login using (business_id = nullif(current_setting(''vs.business'', true), '''')::uuid)', t);
    execute format('create policy owner on %I to vs_owner using (true)', t);
  end loop;
end $$;
create policy system on feed to vs_system using (true);

-- refused touches are nobody's to read; the writer judges repeats by them
create policy kept on touchpoint as restrictive for select to vs_staff, vs_partner using (refusal is null);
-- what a partner may see
create policy own on share as restrictive for select to vs_partner using (partner_id = nullif(current_setting('vs.partner', true), '')::uuid);
create policy shared on contact as restrictive for select to vs_partner using (exists (
  select from share s where s.business_id = contact.business_id and s.contact_id = contact.head_id and s.revoked_at is null
     and s.partner_id = nullif(current_setting('vs.partner', true), '')::uuid));
create policy shared on contact_stage as restrictive for select to vs_partner using (exists (
  select from share s where s.business_id = contact_stage.business_id and s.contact_id = contact_stage.contact_id and s.revoked_at is null
     and s.partner_id = nullif(current_setting('vs.partner', true), '')::uuid));
create policy shared on touchpoint as restrictive for select to vs_partner using (
  (partner_id = nullif(current_setting('vs.partner', true), '')::uuid or (partner_id is null and flags & 1 = 1))
  and exists (select from share s where s.business_id = touchpoint.business_id and s.contact_id = touchpoint.contact_id and s.revoked_at is null
     and s.partner_id = nullif(current_setting('vs.partner', true), '')::uuid));
create policy own on partner as restrictive for select to vs_partner using (partner_id = nullif(current_setting('vs.partner', true), '')::uuid);
create policy own on account as restrictive for select to vs_partner using (partner_id = nullif(current_setting('vs.partner', true), '')::uuid);

grant select on route to vs_login;
grant select on business, account, partner, token, enrolment, device to vs_login;
grant insert on token to vs_login;
grant insert on device to vs_login;
grant update (ended_at) on token to vs_login;
grant update (used_at, used_by) on enrolment to vs_login;
grant update (last_used_at) on device to vs_login;
grant update (password_hash) on account to vs_login;

grant select on all tables in schema vs to vs_staff;
revoke select on token, enrolment, route, feed from vs_staff;
grant select (business_id, enrolment_id, account_id, created_at, expires_at, used_at, ended_at) on enrolment to vs_staff;

grant select on share, business to vs_partner;
grant select (business_id, partner_id, name, number) on partner to vs_partner;
grant select (business_id, account_id, partner_id, name, role, epoch, closed_at) on account to vs_partner;
grant select (business_id, contact_id, head_id, number, name, name_key, erased_at, stage_set, stage_set_at) on contact to vs_partner;
grant select on contact_stage, strike, touchpoint to vs_partner;

grant select on business, account, partner, contact, share, touchpoint, strike, contact_stage, tally, change, organization, attribute, enrolment, device, counter to vs_writer;
grant insert on touchpoint, strike, change, feed, enrolment, account, partner, contact, organization, attribute, share, counter to vs_writer;
grant insert, update on tally, contact_stage to vs_writer;
grant delete on contact_stage to vs_writer;
grant update on account, partner, contact, organization, attribute, share, counter, business to vs_writer;
grant update (ended_at) on enrolment, device, token to vs_writer;
grant select (business_id, account_id, token_hash, ended_at) on token to vs_writer;
grant select, delete on feed to vs_system;
reset role;
