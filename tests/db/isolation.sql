-- SPDX-License-Identifier: Apache-2.0
-- What each role sees and changes of another business, in every table: nothing. Runs on a database filled by rows.sql.
\ir exceptions.sql
set search_path = vs, public;

create function pg_temp.count_as(r text, business text, statement text) returns text language plpgsql as $$
declare n bigint;
begin
  perform set_config('vs.business', business, true);
  execute format('set local role %I', r);
  execute statement into n;
  reset role;
  return n::text;
exception when insufficient_privilege then
  reset role;
  return 'denied';
end $$;
create function pg_temp.change_as(r text, business text, statement text) returns text language plpgsql as $$
declare n bigint;
begin
  perform set_config('vs.business', business, true);
  execute format('set local role %I', r);
  execute statement;
  get diagnostics n = row_count;
  reset role;
  return n::text;
exception when insufficient_privilege or not_null_violation or unique_violation then
  reset role;
  return case when sqlstate = '42501' then 'denied' else sqlstate end;
end $$;

create temp view cases as
  select r.rolname::text as r, c.relname::text as t from pg_class c cross join pg_roles r
  where c.relnamespace = 'vs'::regnamespace and c.relkind = 'r' and c.relname not in (select relname from common)
    and exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'business_id')
    and r.rolname like 'vs\_%' and r.rolname <> 'vs_owner' and not (r.rolname = 'vs_system' and c.relname in (select relname from of_system));
create temp table seen as
  select r, t, pg_temp.count_as(r, '019a0000-0000-7000-8000-00000000000a', format('select count(business_id) from vs.%I where business_id <> %L', t, '019a0000-0000-7000-8000-00000000000a')) as foreign_rows,
         pg_temp.count_as(r, '', format('select count(business_id) from vs.%I', t)) as without_context,
         pg_temp.count_as(r, '019a0000-0000-7000-8000-00000000000a', format('select count(business_id) from vs.%I', t)) as own,
         pg_temp.change_as(r, '019a0000-0000-7000-8000-00000000000a', format('delete from vs.%I where business_id <> %L', t, '019a0000-0000-7000-8000-00000000000a')) as deleted,
         pg_temp.change_as(r, '019a0000-0000-7000-8000-00000000000a', format('insert into vs.%I(business_id) values (%L)', t, '019a0000-0000-7000-8000-00000000000b')) as inserted
  from cases;
create function pg_temp.verdict(name text, offenders text) returns text language sql as $$
  select case when offenders is null then 'ok ' || name else 'not ok ' || name || ': ' || offenders end
$$;
select pg_temp.verdict('both businesses have a row in every table', (select string_agg(t, ', ') from (
  select c.t from (select distinct t from cases) c
  where (xpath('/row/n/text()', query_to_xml(format('select count(distinct business_id) n from vs.%I', c.t), false, true, '')))[1]::text <> '2') x));
select pg_temp.verdict('no role sees another business''s rows',
  (select string_agg(r || ' ' || t, ', ') from seen where foreign_rows not in ('0', 'denied')));
select pg_temp.verdict('no role sees a row without a business in its context',
  (select string_agg(r || ' ' || t, ', ') from seen where without_context not in ('0', 'denied')));
select pg_temp.verdict('no role deletes another business''s rows', (select string_agg(r || ' ' || t, ', ') from seen where deleted not in ('0', 'denied')));
select pg_temp.verdict('no role inserts into another business', (select string_agg(r || ' ' || t || ' ' || inserted, ', ') from seen where inserted <> 'denied'));
select pg_temp.verdict('staff see their own', (select string_agg(t, ', ') from seen where r = 'vs_staff' and own not in ('1', 'denied')));
select pg_temp.verdict('without a share a partner sees no contact, stage, touch, partner or account',
  (select string_agg(t, ', ') from seen where r = 'vs_partner' and t in ('contact', 'contact_stage', 'touchpoint', 'share', 'partner', 'account') and own <> '0'));
