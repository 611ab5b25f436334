-- The blind check: a partner learns whether we know such a person, never who it is.
set local role vs_owner;
set local search_path = vs, public;

-- Who asked when, and what was answered; nothing of what was asked.
create table blind_check (
  business_id uuid not null,
  blind_id uuid not null,
  partner_id uuid not null,
  account_id uuid not null,
  at timestamptz not null default now(),
  held bigint not null,
  primary key (business_id, blind_id),
  foreign key (business_id, partner_id) references partner (business_id, partner_id)
);
create index blind_check_partner on blind_check (business_id, partner_id, at);
select tenant_table('blind_check');
grant insert on blind_check to vs_writer;

insert into setting_default(key, kind, value, doc) values
  ('blind.class', 'flag', 'yes', 'a partner that asks blindly learns whether who is held is a prospect, a customer or another source''s'),
  ('blind.per_day', 'number', '100', 'blind checks a partner may make within 24 hours');

-- 0: clear. Else class * 1000000 + the year and month since when, by the same comparison as everywhere. Every look-up is made
-- whatever the first ones found. class: 1 prospect, 2 customer, 3 another source's; 0 if the business doesn't say.
create function blind_answer(b uuid, for_name text, for_email text, for_phone text) returns bigint language sql stable set search_path = vs, public, pg_temp as $$
  with d as materialized (select x.contact_id from contact_duplicates(b, null, for_name, for_email, for_phone, null) x),
   c as materialized (
    select case when exists (select from share s where s.business_id = b and s.contact_id = c.contact_id and s.reason = 1 and s.revoked_at is null) or c.origin in ('referral', 'partner') then 3
                when c.segments @> array[2::int2] then 2 else 1 end as class,
           (select to_char(c.created_at at time zone z.zone, 'YYYYMM')::bigint from business z where z.business_id = b) as month
    from d join contact c on c.business_id = b and c.contact_id = d.contact_id)
  select coalesce((select case when setting_flag(b, 'blind.class') then c.class * 1000000::bigint else 0 end + c.month from c order by c.month, c.class limit 1), 0)
$$;
reset role;
