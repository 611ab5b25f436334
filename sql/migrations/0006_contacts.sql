-- Contacts: what lists page by, attributes and how their values are judged, the one duplicate check, stages set back by hand.
set local role vs_owner;
set local search_path = vs, public;

-- A contact's number never changes, so its shares may carry it: a partner's list is a range of one index, however many
-- contacts the business has.
alter table share add column number bigint;
update share s set number = c.number from contact c where c.business_id = s.business_id and c.contact_id = s.contact_id;
alter table share alter column number set not null;
drop index share_partner;
create index share_list on share (business_id, partner_id, number, reason);

create index contact_owner on contact (business_id, owner_id, number);
create index contact_organization on contact (business_id, organization_id, number) where organization_id is not null;
drop index organization_name;
create index organization_name on organization (business_id, name_key collate "C", organization_id);

-- used: some record has, or had, a value. From then on the kind is fixed and choices only grow, so that stored values stay
-- what they were judged to be. Set by the first value in the statement that stores it.
alter table attribute add column used boolean not null default false;

-- The normal form of a value (yes, 12.5, 2026-11-23, the choice as it was defined), null when it is none of that kind.
create function attribute_value(kind smallint, choices text[], given text) returns text language sql immutable as $$
  select case kind
    when 1 then btrim(given)
    when 2 then case when btrim(given) ~ '^[+-]?[0-9]{1,15}(\.[0-9]{1,6})?$' then trim_scale(btrim(given)::numeric)::text end
    when 3 then case when btrim(given) ~ '^[1-9][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$' then
                  case when substr(btrim(given), 9)::int <= extract(day from make_date(left(btrim(given), 4)::int, substr(btrim(given), 6, 2)::int, 1)
                            + interval '1 month - 1 day') then btrim(given) end end
    when 4 then (select c from unnest(choices) c where lower(c) = lower(btrim(given)) limit 1)
    when 5 then case lower(btrim(given)) when 'yes' then 'yes' when 'no' then 'no' end
  end
$$;

-- pairs: key, value, key, value. The first that can't be stored, with what would be right; no row: all can.
create function attribute_fault(b uuid, organizations boolean, pairs text[]) returns table (reason text, words text) language sql stable as $$
  select case when d.key is null then 'NO_SUCH_ATTRIBUTE' else 'BAD_ATTRIBUTE' end,
         case when d.key is null then left(p.key, 40) || ' is no attribute of ' || case when organizations then 'organizations' else 'contacts' end || ' here'
              else d.key || ' must be ' || case d.kind when 2 then 'a number, like 12.5' when 3 then 'a day, like 2026-11-23'
                   when 4 then 'one of: ' || left(array_to_string(d.choices, ', '), 80) else 'yes or no' end end
  from (select i, pairs[2 * i - 1] as key, pairs[2 * i] as value from generate_series(1, cardinality(pairs) / 2) i) p
  left join lateral (select x.* from attribute x where x.business_id = b and x.of_organizations = organizations and x.key = p.key limit 1) d on true
  where d.key is null or (btrim(p.value) <> '' and attribute_value(d.kind, d.choices, p.value) is null)
  order by p.i limit 1
$$;

-- The attributes of a record after an edit: pairs with an empty value are taken away, the others set in their normal form.
create function attributes_put(b uuid, organizations boolean, old jsonb, pairs text[]) returns jsonb language sql stable as $$
  select old - coalesce(array_agg(p.key) filter (where p.value is null), '{}') || coalesce(jsonb_object_agg(p.key, p.value) filter (where p.value is not null), '{}')
  from (select d.key, nullif(attribute_value(d.kind, d.choices, pairs[2 * i]), '') as value
        from generate_series(1, cardinality(pairs) / 2) i
        join attribute d on d.business_id = b and d.of_organizations = organizations and d.key = pairs[2 * i - 1]) p
$$;

create function attribute_pairs(attributes jsonb) returns text[] language sql immutable as $$
  select coalesce(array_agg(x.word order by e.key, x.i), '{}')
  from jsonb_each_text(attributes) e, lateral unnest(array[e.key, e.value]) with ordinality x(word, i)
$$;

-- The one duplicate check: adding, editing, asking, importing and partners' submissions all call it. The keys are the normal
-- forms of vouchsafe/text.h. The same name counts with the same organization, or when neither has one. Runs as the
-- caller, so it knows only what the caller may see. At most twenty of each kind are looked at.
create function contact_duplicates(b uuid, self uuid, for_name text, for_email text, for_phone text, for_organization uuid)
returns table (contact_id uuid, because text) language sql stable as $$
  select distinct on (d.contact_id) d.contact_id, d.because from (
    (select c.contact_id, 1 as rank, 'email' as because from contact c
     where c.business_id = b and c.email_key = for_email and c.contact_id is distinct from self and c.head_id = c.contact_id and c.erased_at is null limit 20)
    union all
    (select c.contact_id, 2, 'phone' from contact c
     where c.business_id = b and c.phone_key = for_phone and c.contact_id is distinct from self and c.head_id = c.contact_id and c.erased_at is null limit 20)
    union all
    (select c.contact_id, 3, 'name and organization' from contact c
     where c.business_id = b and c.name_key = for_name and c.contact_id is distinct from self and c.head_id = c.contact_id and c.erased_at is null
       and coalesce((select o.name_key from organization o where o.business_id = b and o.organization_id = c.organization_id), '')
         = coalesce((select o.name_key from organization o where o.business_id = b and o.organization_id = for_organization), '') limit 20)) d
  order by d.contact_id, d.rank
$$;

-- Stages set by hand, each with its reason. The contact's own row holds the latest.
create table stage_set (
  business_id uuid not null,
  contact_id uuid not null,
  set_at timestamptz not null default now(),
  stage smallint not null,
  account_id uuid not null,
  because text not null,
  primary key (business_id, contact_id, set_at)
);
alter table contact drop column stage_set_because;
alter table stage_set enable row level security;
alter table stage_set force row level security;
create policy tenant on stage_set to vs_writer, vs_staff using (business_id = nullif(current_setting('vs.business', true), '')::uuid);
create policy owner on stage_set to vs_owner using (true);
grant select on stage_set to vs_staff, vs_writer;
grant insert on stage_set to vs_writer;

-- The present stage of a contact that was set back: what was set, or a higher one entered since then. contact_stage keeps the
-- earliest entry only, so a stage entered again shows in the touches. Runs as the owner: a partner sees the same stage as
-- everybody, though not the touches behind it.
create function stage_since(contact uuid, floor smallint, at timestamptz) returns smallint
language sql stable security definer set search_path = vs, public, pg_temp as $$
  with b as (select nullif(current_setting('vs.business', true), '')::uuid as id)
  select greatest(floor, (
    select max(x.stage) from b join contact_stage x on x.business_id = b.id and x.contact_id = contact and x.stage > floor
    where x.first_at > at or (x.stage <= 5 and exists (
      select from touchpoint t where t.business_id = b.id and t.contact_id = contact and t.refusal is null and t.occurred_at > at and t.stage = x.stage
         and not exists (select from strike s where s.business_id = b.id and s.touchpoint_id = t.id)))))
$$;
revoke execute on function stage_since(uuid, smallint, timestamptz) from public;
grant execute on function stage_since(uuid, smallint, timestamptz) to vs_staff, vs_partner, vs_writer;
reset role;
