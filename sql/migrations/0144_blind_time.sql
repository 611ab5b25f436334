-- The blind check answers in the same time whoever it is about: one person is looked at, or nobody in the same way, and every
-- look-up is made for both.
set local role vs_owner;
set local search_path = vs, public;
create or replace function blind_answer(b uuid, for_name text, for_email text, for_phone text) returns bigint language sql stable set search_path = vs, public, pg_temp as $$
  with z as materialized (select z.zone, setting_flag(b, 'blind.class') as says from business z where z.business_id = b),
   s as materialized (select consent_known(b, for_email, for_phone, 4::smallint) as since),
   p as materialized (
    select c.contact_id, c.origin, c.segments, c.consent, c.created_at
    from (values (1)) one left join lateral (
      select c.* from contact_duplicates(b, null, for_name, for_email, for_phone, null) d join contact c on c.business_id = b and c.contact_id = d.contact_id
      order by c.consent = 4 desc nulls last, c.created_at, c.contact_id limit 1) c on true),
   w as materialized (
    select p.contact_id is not null as known, s.since, z.says,
           coalesce(p.consent = 4, false) or coalesce(p.origin, '') in ('referral', 'partner')
             or exists (select from share x where x.business_id = b and x.contact_id = coalesce(p.contact_id, b) and x.reason = 1 and x.revoked_at is null) as of_other,
           coalesce(p.segments @> array[2::int2], false) as customer,
           to_char(coalesce(p.created_at, now()) at time zone z.zone, 'YYYYMM')::bigint as month
    from p, s, z)
  select case when since is not null then case when says then 3000000 else 0 end + to_char(since, 'YYYYMM')::bigint
              when known then case when not says then 0 when of_other then 3000000 when customer then 2000000 else 1000000 end + month
              else 0 end from w
$$;
reset role;
