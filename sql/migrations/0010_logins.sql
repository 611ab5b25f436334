-- Coming in by password and token, and what must not be read by the roles that serve requests.
set local role vs_owner;
set local search_path = vs, public;

-- What all instances share and no client may learn. No tenant, so no tenant policy; the login role alone reads it.
create table secret (
  name text primary key,
  value bytea not null
);
alter table secret enable row level security;
alter table secret force row level security;
create policy owner on secret to vs_owner using (true);
create policy login on secret for select to vs_login using (true);
grant select on secret to vs_login;
-- 32 bytes: two version-4 UUIDs from the database's strong random numbers
insert into secret select 'change', uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid());

-- The hash of a password is the login role's to read and nobody else's, so it isn't a column of account, which everybody
-- reads. Lists need to know only whether there is one.
alter table account drop column password_hash;
create table password (
  business_id uuid not null,
  account_id uuid not null,
  hash text not null,
  set_at timestamptz not null default now(),
  primary key (business_id, account_id),
  foreign key (business_id, account_id) references account (business_id, account_id)
);
alter table password enable row level security;
alter table password force row level security;
create policy tenant on password to vs_writer, vs_staff, vs_login using (business_id = nullif(current_setting('vs.business', true), '')::uuid);
create policy owner on password to vs_owner using (true);
grant select, update (hash) on password to vs_login;
grant select (business_id, account_id) on password to vs_staff, vs_writer;
grant insert, update (hash, set_at) on password to vs_writer;

create index token_account on token (business_id, account_id);
create index device_account on device (business_id, account_id);
create index enrolment_account on enrolment (business_id, account_id);
grant delete on token to vs_login;                     -- those that ran out, at the next login of their account
grant select (epoch) on token to vs_writer;
grant update (epoch) on token to vs_writer;

-- Who a session is, as login, join and whoami answer it.
create view who with (security_invoker = true) as
select a.business_id, a.account_id, a.partner_id, a.role, a.epoch, a.login, a.name, b.code as business, b.name as business_name,
       b.zone, b.country, p.name as partner_name, a.closed_at
from account a
join business b on b.business_id = a.business_id
left join partner p on p.business_id = a.business_id and p.partner_id = a.partner_id;
grant select on who to vs_login;
reset role;
