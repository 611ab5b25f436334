-- Everything a person talks about has a letter and a number. Which table a letter's records stand in is data: a migration that
-- adds a kind of record adds its row.
set local role vs_owner;
set local search_path = vs, public;

create table kind (
  letter "char" primary key,
  noun text not null,
  relation text not null,
  id_column text not null
);
grant select on kind to vs_writer, vs_staff, vs_partner, vs_system;
insert into kind values
  ('C', 'contact', 'contact', 'contact_id'), ('O', 'organization', 'organization', 'organization_id'), ('P', 'partner', 'partner', 'partner_id'),
  ('T', 'task', 'task', 'task_id'), ('D', 'deal', 'deal', 'deal_id'), ('J', 'project', 'project', 'project_id'),
  ('M', 'promise', 'promise', 'promise_id');

-- "R31"; null when the record is not to be seen. Both run as the caller: row-level security holds.
create or replace function subject_name(b uuid, kind "char", id uuid) returns text language plpgsql stable set search_path = vs, pg_temp as $$
declare k kind; n bigint;
begin
  select * into k from vs.kind where letter = subject_name.kind;
  if k.letter is null or id is null then return null; end if;
  execute format('select number from %I where business_id = $1 and %I = $2', k.relation, k.id_column) into n using b, id;
  return k.letter || n;
end $$;
create function subject_find(b uuid, kind "char", number bigint) returns uuid language plpgsql stable set search_path = vs, pg_temp as $$
declare k kind; id uuid;
begin
  select * into k from vs.kind where letter = subject_find.kind;
  if k.letter is null then return null; end if;
  execute format('select %I from %I where business_id = $1 and number = $2', k.id_column, k.relation) into id using b, number;
  return id;
end $$;
reset role;
