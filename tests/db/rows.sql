-- SPDX-License-Identifier: Apache-2.0
-- A row in every table for each of two businesses, made from the catalogue: no believable business, but rows to be counted. All
-- ids of a business are the same one, so that foreign keys hold in whatever order the tables come.
set client_min_messages = warning;
set search_path = vs, public;
set session_replication_role = replica;

-- columns whose checks a made-up value would not pass; without a value: columns that may be null, but here may not
create temp table hints(relname, attname, value) as values
  ('setting_default', 'kind', '''text'''), ('business', 'zone', '''UTC'''), ('deal', 'currency', '''EUR'''),
  ('referral', 'source_contact', null), ('claim', 'source_contact', null),
  ('thanks', 'contact_id', null), ('thanks', 'settled_at', null), ('thanks', 'state', '2'), ('credit', 'contact_id', null), ('reward', 'contact_id', null),
  ('agreement', 'value', '0'), ('agreement', 'currency', '''EUR'''), ('reward', 'reward', '2'), ('reward', 'currency', '''EUR'''), ('posting', 'credit', '2'),
  ('merge', 'ids', '''{}'''), ('introduction', 'other_contact_id', null);

create function pg_temp.value_for(rel text, col text, typ oid, b uuid) returns text language sql as $$
  select coalesce((select h.value from hints h where h.relname = rel and h.attname = col),
    case when typ = 'uuid'::regtype then quote_literal(b) || '::uuid'
         when typ in ('text'::regtype, 'varchar'::regtype) then quote_literal('text of ' || b)
         when typ in ('int2'::regtype, 'int4'::regtype, 'int8'::regtype, 'numeric'::regtype, 'float4'::regtype, 'float8'::regtype) then '1'
         when typ = 'bool'::regtype then 'true'
         when typ = 'bytea'::regtype then quote_literal('\x01')
         when typ = 'timestamptz'::regtype then 'now()'
         when typ = 'interval'::regtype then quote_literal('1 hour')
         when typ = 'date'::regtype then 'current_date'
         when typ = 'time'::regtype then quote_literal('09:00')
         when typ = 'jsonb'::regtype then quote_literal('{}')
         when typ = '"char"'::regtype then quote_literal('C')
         when (select typcategory from pg_type where oid = typ) = 'A' then quote_literal('{}') end)
$$;

create function pg_temp.fill(b uuid) returns setof text language plpgsql as $$
declare t record;
begin
  for t in select c.oid, c.relname::text from pg_class c where c.relnamespace = 'vs'::regnamespace and c.relkind = 'r'
             and exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'business_id' and not a.attisdropped) order by 2 loop
    begin
      execute (select format('insert into vs.%I(%s) values (%s) on conflict do nothing', t.relname, string_agg(quote_ident(a.attname), ', ' order by a.attnum),
                             string_agg(pg_temp.value_for(t.relname, a.attname, a.atttypid, b), ', ' order by a.attnum))
               from pg_attribute a where a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
                 and ((a.attnotnull and (not a.atthasdef or a.attname = 'business_id')) or exists (select from hints h where h.relname = t.relname and h.attname = a.attname)));
    exception when others then
      return next 'not ok every table can be filled: give tests/db/rows.sql a hint for ' || t.relname || ' (' || sqlerrm || ')';
    end;
  end loop;
end $$;
select pg_temp.fill('019a0000-0000-7000-8000-00000000000a');
select pg_temp.fill('019a0000-0000-7000-8000-00000000000b');
reset session_replication_role;
