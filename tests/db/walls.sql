-- SPDX-License-Identifier: Apache-2.0
-- What must hold for every table, function and role of the schema, read from the catalogue: a new table is judged without a
-- line here. Each check lists what offends; no row is "ok". What is meant to be different stands in exceptions.sql.
\ir exceptions.sql
set search_path = vs, public;

create temp view tables as
  select c.oid, c.relname::text, c.relowner, c.relrowsecurity, c.relforcerowsecurity
  from pg_class c where c.relnamespace = 'vs'::regnamespace and c.relkind in ('r', 'p');
create temp view tenants as select * from tables where relname not in (select relname from common);
create temp view app_roles as select oid, rolname::text from pg_roles where rolname like 'vs\_%' and rolname <> 'vs_owner';
create temp view business_column as
  select a.attrelid, a.attnum, a.attnotnull, a.atttypid from pg_attribute a where a.attname = 'business_id' and a.attnum > 0;

create temp table offences(check_name text, what text);
create function pg_temp.judge() returns setof text language plpgsql as $$
begin
  delete from offences;
  insert into offences
  select 'every table has business_id uuid not null', t.relname from tenants t
    where not exists (select from business_column b where b.attrelid = t.oid and b.attnotnull and b.atttypid = 'uuid'::regtype);
  insert into offences
  select 'every table has a primary key', t.relname from tables t
    where relname not in (select relname from keyless) and not exists (select from pg_index i where i.indrelid = t.oid and i.indisprimary);
  insert into offences
  select 'business_id comes first in every unique index', i.indexrelid::regclass::text from tenants t
    join pg_index i on i.indrelid = t.oid and i.indisunique
    where not exists (select from business_column b where b.attrelid = t.oid and b.attnum = i.indkey[0]);
  insert into offences
  select 'business_id comes first on both sides of every foreign key', f.conname from tenants t
    join pg_constraint f on f.conrelid = t.oid and f.contype = 'f'
    where not exists (select from business_column b where b.attrelid = t.oid and b.attnum = f.conkey[1])
       or not exists (select from business_column b where b.attrelid = f.confrelid and b.attnum = f.confkey[1]);
  insert into offences
  select 'row-level security is on and forced', t.relname from tenants t where not (relrowsecurity and relforcerowsecurity);
  insert into offences
  select 'the owner has its own policy', t.relname from tenants t
    where not exists (select from pg_policy p where p.polrelid = t.oid and p.polroles = array['vs_owner'::regrole::oid] and pg_get_expr(p.polqual, p.polrelid) = 'true');
  insert into offences
  select 'what else permits rows names the business of the context', t.relname || ': ' || p.polname from tenants t join pg_policy p on p.polrelid = t.oid
    where p.polpermissive and p.polroles <> array['vs_owner'::regrole::oid] and not (t.relname in (select relname from of_system) and p.polroles = array['vs_system'::regrole::oid])
      and pg_get_expr(p.polqual, p.polrelid) is distinct from case when p.polroles = array['vs_toucher'::regrole::oid]
        then '(strpos(current_setting(''vs.business''::text, true), (business_id)::text) > 0)'
        else '(business_id = (NULLIF(current_setting(''vs.business''::text, true), ''''::text))::uuid)' end;
  insert into offences
  select 'no policy holds for everybody', t.relname || ': ' || p.polname from tables t join pg_policy p on p.polrelid = t.oid where 0 = any (p.polroles);
  insert into offences
  select 'everything in the schema belongs to vs_owner', o.what from (
    select relname::text as what, relowner as owner from pg_class where relnamespace = 'vs'::regnamespace and relkind <> 't'
    union all select proname::text, proowner from pg_proc where pronamespace = 'vs'::regnamespace
    union all select 'the schema', nspowner from pg_namespace where nspname = 'vs'
    union all select typname::text, typowner from pg_type where typnamespace = 'vs'::regnamespace) o where o.owner <> 'vs_owner'::regrole;
  insert into offences
  select 'application roles have no power of their own', r.rolname from pg_roles r where r.rolname like 'vs\_%'
    and (r.rolsuper or r.rolbypassrls or r.rolcreaterole or r.rolcreatedb or r.rolreplication or r.rolcanlogin);
  insert into offences
  select 'application roles are members of nothing', r.rolname from app_roles r join pg_auth_members m on m.member = r.oid;
  insert into offences
  select 'application roles create nothing', r.rolname from app_roles r where has_schema_privilege(r.oid, 'vs', 'create');
  insert into offences
  select 'only the writer and the scheduler write', r.rolname || ' may ' || p.priv || ' ' || t.relname
    from app_roles r cross join tables t cross join (values ('insert'), ('update'), ('delete')) p(priv)
    where r.rolname not in ('vs_writer', 'vs_system', 'vs_eraser')
      and case when p.priv = 'delete' then has_table_privilege(r.oid, t.oid, p.priv) else has_any_column_privilege(r.oid, t.oid, p.priv) end
      and not exists (select from may_write w where (w.role, w.relname, w.priv) = (r.rolname, t.relname, p.priv));
  insert into offences
  select 'nobody empties a table, makes triggers or refers to one', r.rolname || ' may ' || p.priv || ' ' || t.relname
    from app_roles r cross join tables t cross join (values ('truncate'), ('trigger'), ('references')) p(priv) where has_table_privilege(r.oid, t.oid, p.priv);
  insert into offences
  select 'what is append-only is not changed', r.rolname || ' may ' || p.priv || ' ' || t.relname
    from app_roles r cross join tables t cross join (values ('update'), ('delete')) p(priv)
    where t.relname in (select relname from append_only) and r.rolname <> 'vs_eraser'
      and case when p.priv = 'delete' then has_table_privilege(r.oid, t.oid, p.priv) else has_any_column_privilege(r.oid, t.oid, p.priv) end;
  insert into offences
  select 'nothing is granted to everybody', t.relname from pg_class t cross join aclexplode(t.relacl) a
    where t.relnamespace = 'vs'::regnamespace and a.grantee = 0;
  insert into offences
  select 'a partner reads named tables only', t.relname from tables t
    where has_any_column_privilege('vs_partner', t.oid, 'select') and t.relname not in (select relname from partner_tables);
  insert into offences
  select 'a partner reads named columns only', t.relname || ': ' || string_agg(a.attname, ',' order by a.attname) from tables t
    join partner_columns p using (relname)
    join pg_attribute a on a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped and has_column_privilege('vs_partner', t.oid, a.attnum, 'select')
    group by t.relname, p.columns having string_agg(a.attname, ',' order by a.attname) <> p.columns;
  insert into offences
  select 'secrets are read by login and writer only', r.rolname || ' reads ' || t.relname || '.' || a.attname from tables t
    join pg_attribute a on a.attrelid = t.oid and (a.attname in ('password_hash', 'token_hash', 'secret_hash') or (t.relname, a.attname) in (('password', 'hash'), ('secret', 'value'))) cross join app_roles r
    where r.rolname not in ('vs_login', 'vs_writer') and has_column_privilege(r.oid, t.oid, a.attnum, 'select');
  insert into offences
  select 'functions of the owner fix their search path and are not for everybody', p.proname from pg_proc p
    where p.pronamespace = 'vs'::regnamespace and p.prosecdef
      and (not exists (select from unnest(p.proconfig) s where s like 'search_path=%') or p.proacl is null
           or exists (select from aclexplode(p.proacl) a where a.grantee = 0));
  insert into offences
  select 'views see with the eyes of who asks', c.relname from pg_class c where c.relnamespace = 'vs'::regnamespace and c.relkind in ('v', 'm')
    and not coalesce('security_invoker=true' = any (c.reloptions), false);
  insert into offences
  select 'what names a contact stands in contact_part', t.relname || '.' || a.attname from tables t join pg_attribute a on a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped
    where (a.attname ~ '(^|_)contact(_ids?)?$' and a.atttypid in ('uuid'::regtype, 'uuid[]'::regtype)
           or exists (select from pg_constraint f where f.conrelid = t.oid and f.contype = 'f' and f.confrelid = 'vs.contact'::regclass and a.attnum = any (f.conkey) and a.attname <> 'business_id'))
      and not exists (select from contact_part p where p.relation = t.relname and p.col = a.attname);
  insert into offences
  select 'contact_part names columns there are', p.relation || '.' || x.col from contact_part p cross join lateral unnest(array[p.col, p.key, p.yields, p.yields_by]) x(col)
    where x.col is not null and not exists (select from tables t join pg_attribute a on a.attrelid = t.oid and not a.attisdropped where t.relname = p.relation and a.attname = x.col);
  insert into offences
  select 'contact_follow names columns there are', f.relation || '.' || f.col || ' by ' || f.via from contact_follow f
    where not exists (select from contact_part p where p.relation = f.relation and p.col = f.col and p.how = 'moves')
       or not exists (select from information_schema.columns c where c.table_schema = 'vs' and c.table_name = f.relation and c.column_name = f.via)
       or 2 <> (select count(*) from information_schema.columns c where c.table_schema = 'vs' and c.table_name = f.of_relation and c.column_name in (f.of_key, f.of_col));
  insert into offences
  select 'what names a record that has a contact stands in contact_follow', t.relname || '.' || a.attname
    from contact_part p join tables t on t.relname = p.relation join pg_attribute a on a.attrelid = t.oid and not a.attisdropped
    join contact_part o on o.key = a.attname and o.relation <> p.relation and o.col = 'contact_id' and o.how = 'moves'
    where p.how = 'moves' and p.col = 'contact_id'
      and not exists (select from contact_follow f where f.relation = p.relation and f.via = a.attname and f.of_relation = o.relation)
      -- what these name is of another person, or was named by hand
      and (t.relname, a.attname) not in (('referral', 'deal_id'), ('referral', 'promise_id'), ('wanted', 'referral_id'));
  -- what a distributed database (Citus) refuses
  insert into offences
  select 'no triggers', t.relname || ': ' || g.tgname from tables t join pg_trigger g on g.tgrelid = t.oid and not g.tgisinternal;
  insert into offences
  select 'no identity columns and no sequences', t.relname || '.' || a.attname from tables t join pg_attribute a on a.attrelid = t.oid and a.attnum > 0
    left join pg_attrdef d on d.adrelid = t.oid and d.adnum = a.attnum where a.attidentity <> '' or pg_get_expr(d.adbin, d.adrelid) like 'nextval(%';
  insert into offences
  select 'no foreign key sets null or a default', f.conname from tables t join pg_constraint f on f.conrelid = t.oid and f.contype = 'f'
    where f.confdeltype in ('n', 'd') or f.confupdtype <> 'a';
  insert into offences
  select 'nothing is deferred', f.conname from tables t join pg_constraint f on f.conrelid = t.oid where f.condeferrable;
  insert into offences
  select 'no policy asks a sub-select for the business', t.relname || ': ' || p.polname from tables t join pg_policy p on p.polrelid = t.oid
    where p.polpermissive and pg_get_expr(p.polqual, p.polrelid) ilike '%select%';
  insert into offences
  select 'no exclusion constraints and no inheritance', t.relname from tables t
    where exists (select from pg_constraint x where x.conrelid = t.oid and x.contype = 'x') or exists (select from pg_inherits i where i.inhrelid = t.oid);
  return query select distinct check_name || ': ' || string_agg(what, ', ') over (partition by check_name) from offences order by 1;
end $$;

-- the names of all checks, so that those without an offence can be told
create function pg_temp.verdicts() returns setof text language plpgsql as $$
declare names text[];
begin
  select array_agg(distinct m[1]) into names
    from pg_proc p, regexp_matches(p.prosrc, 'select ''((?:[^'']|'''')+)'', ', 'g') m where p.proname = 'judge';
  create temp table if not exists found(line text) on commit drop;
  delete from found;
  insert into found select * from pg_temp.judge();
  return query
  select case when f.line is null then 'ok ' || n else 'not ok ' || f.line end from unnest(names) n left join found f on starts_with(f.line, n || ': ') order by n;
end $$;
begin;
select pg_temp.verdicts();
commit;

-- Planted violations: each must be told by the check it breaks.
create function pg_temp.planted(statement text, check_name text) returns text language plpgsql as $$
declare found boolean;
begin
  begin
    execute statement;
    select exists (select from pg_temp.judge() j where starts_with(j, check_name || ': ')) into found;
    raise exception 'undo';
  exception when raise_exception then null;
  end;
  return case when found then 'ok ' else 'not ok ' end || 'planted: ' || check_name || case when found then '' else ': was not caught' end;
end $$;
select pg_temp.planted(s, n) from (values
  ('create table vs.planted(n int primary key)', 'every table has business_id uuid not null'),
  ('create table vs.planted(business_id uuid not null)', 'every table has a primary key'),
  ('create table vs.planted(id uuid unique, business_id uuid not null)', 'business_id comes first in every unique index'),
  ('alter table vs.partner add unique (partner_id), add column p2 uuid references vs.partner(partner_id)', 'business_id comes first on both sides of every foreign key'),
  ('alter table vs.contact no force row level security', 'row-level security is on and forced'),
  ('drop policy owner on vs.contact', 'the owner has its own policy'),
  ('create policy planted on vs.contact to vs_staff using (true)', 'what else permits rows names the business of the context'),
  ('drop policy batch on vs.contact; create policy batch on vs.contact to vs_staff using (strpos(current_setting(''vs.business'', true), business_id::text) > 0)', 'what else permits rows names the business of the context'),
  ('create policy planted on vs.contact using (false)', 'no policy holds for everybody'),
  ('alter table vs.contact owner to vs_writer', 'everything in the schema belongs to vs_owner'),
  ('alter role vs_staff bypassrls', 'application roles have no power of their own'),
  ('grant vs_writer to vs_staff', 'application roles are members of nothing'),
  ('grant create on schema vs to vs_staff', 'application roles create nothing'),
  ('grant update (note) on vs.touchpoint to vs_staff', 'only the writer and the scheduler write'),
  ('grant truncate on vs.contact to vs_writer', 'nobody empties a table, makes triggers or refers to one'),
  ('grant update (note) on vs.touchpoint to vs_writer', 'what is append-only is not changed'),
  ('grant select on vs.contact to public', 'nothing is granted to everybody'),
  ('grant select on vs.tally to vs_partner', 'a partner reads named tables only'),
  ('grant select (email) on vs.contact to vs_partner', 'a partner reads named columns only'),
  ('grant select (secret_hash) on vs.enrolment to vs_staff', 'secrets are read by login and writer only'),
  ('create function vs.planted() returns int language sql security definer as ''select 1''', 'functions of the owner fix their search path and are not for everybody'),
  ('create view vs.planted as select * from vs.contact', 'views see with the eyes of who asks'),
  ('create table vs.planted(business_id uuid not null, contact_id uuid)', 'what names a contact stands in contact_part'),
  ('insert into vs.contact_part(relation, col, how) values (''deal'', ''planted'', ''stays'')', 'contact_part names columns there are'),
  ('insert into vs.contact_follow(relation, col, via, of_relation, of_key, place) values (''deal'', ''contact_id'', ''planted'', ''project'', ''project_id'', 1)', 'contact_follow names columns there are'),
  ('delete from vs.contact_follow where relation = ''project''', 'what names a record that has a contact stands in contact_follow'),
  ('create trigger planted before update on vs.contact for each row execute function suppress_redundant_updates_trigger()', 'no triggers'),
  ('alter table vs.contact add column planted serial', 'no identity columns and no sequences'),
  ('alter table vs.contact add foreign key (business_id, organization_id) references vs.organization on delete set null', 'no foreign key sets null or a default'),
  ('alter table vs.partner add unique (business_id, name) deferrable', 'nothing is deferred'),
  ('create policy planted on vs.contact to vs_staff using (business_id = (select business_id from vs.business))', 'no policy asks a sub-select for the business'),
  ('create table vs.planted() inherits (vs.contact)', 'no exclusion constraints and no inheritance')
) v(s, n);
