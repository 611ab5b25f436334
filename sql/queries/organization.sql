-- name: organization_add
-- change
-- $8 organization_id uuid
-- $9 name text
-- $10 name_key text
-- $11 attributes text[]
with {changer},
 v as materialized (
  select case when exists (select from organization x where x.business_id = $1 and x.organization_id = $8) then 'ID_USED'
              else (select f.reason from attribute_fault($1, true, $11) f) end as reason from actor),
 w as materialized ({first_values true $11}),
 k as ({fix_attributes true w v}),
 fit as materialized (select v.reason from v where v.reason is null and (select count(*) from k) = (select count(*) from w)),
 {next_for O fit},
 i as (insert into organization(business_id, organization_id, number, name, name_key, attributes)
       select $1, $8, n.last, btrim($9), $10, attributes_put($1, true, '{}', $11) from n
       on conflict (business_id, organization_id) do nothing returning number)
{record} $8, case when v.reason is not null then v.reason when i.number is not null then null when exists (select from fit) then 'ID_USED' else 'BAD_ATTRIBUTE' end, i.number
from v left join i on true

-- name: organization_added
-- $5 target uuid
with {actor}
select o.organization_id, o.number, o.name, o.version, attribute_pairs(o.attributes) as attributes
from actor, organization o where o.business_id = $1 and o.organization_id = $5

-- name: organization_edit
-- change
-- $8 organization_id uuid
-- $9 version int8
-- $10 name text
-- $11 name_key text
-- $12 attributes text[]
with {changer},
 o as materialized (select x.organization_id, x.version from actor, organization x where x.business_id = $1 and x.organization_id = $8 for no key update of x),
 v as materialized (
  select o.organization_id, o.version,
         case when o.organization_id is null then 'NOT_FOUND' when o.version <> $9 then 'VERSION'
              else (select f.reason from attribute_fault($1, true, $12) f) end as reason
  from actor left join o on true),
 w as materialized ({first_values true $12}),
 k as ({fix_attributes true w v}),
 u as (update organization x set version = x.version + 1, name = coalesce(btrim($10), x.name), name_key = coalesce($11, x.name_key),
              attributes = attributes_put($1, true, x.attributes, $12)
       from v where v.reason is null and (select count(*) from k) = (select count(*) from w) and x.business_id = $1 and x.organization_id = v.organization_id
       returning x.version)
{record} $8, case when v.reason is null and u.version is null then 'BAD_ATTRIBUTE' else v.reason end, case when v.reason = 'VERSION' then v.version else u.version end
from v left join u on true

-- name: organization_attribute_fault
-- $5 attributes text[]
with {actor}
select f.words from actor, attribute_fault($1, true, $5) f

-- name: organization_find
-- By name; those whose name holds the query. A page looks at 5,000 names at most; a last row without an id then says where to go on.
-- $5 query_key text
-- $6 how_many int4
-- $7 after_organization_id uuid
-- $8 after_name_key text
with {actor},
 s as materialized (
  select o.* from actor, organization o
  where o.business_id = $1 and (o.name_key collate "C", o.organization_id) > (case when $8 is null then '' else $8 end, {from_id $7})
  order by o.name_key collate "C", o.organization_id limit case when $5 is null then $6 else 5000 end),
 hit as materialized (
  select s.organization_id, s.name_key from s where $5 is null or position($5 in s.name_key) > 0
  order by s.name_key collate "C", s.organization_id limit $6)
select o.organization_id, o.number, o.name, o.version, attribute_pairs(o.attributes) as attributes, p.name_key as after_name_key, p.after_id as after_organization_id
from (select hit.organization_id, hit.name_key, hit.organization_id as after_id from hit
      union all (select null, s.name_key, s.organization_id from s where (select count(*) from s) = 5000 and (select count(*) from hit) < $6
                 order by s.name_key collate "C" desc, s.organization_id desc limit 1)) p
left join s o on o.organization_id = p.organization_id
order by p.name_key collate "C", p.after_id, p.organization_id nulls last

-- name: attribute_define
-- change
-- Once a record has, or had, a value, the kind stays and choices are only added.
-- $8 key text
-- $9 label text
-- $10 kind int2
-- $11 choices text[]
-- $12 of_organizations bool
with {changer},
 d as materialized (select x.* from actor, attribute x where x.business_id = $1 and x.of_organizations = coalesce($12, false) and x.key = $8 for no key update of x),
 v as materialized (
  select case when d.used and d.kind <> $10 then 'KIND_IN_USE' when d.used and not d.choices <@ $11 then 'CHOICES_IN_USE' end as reason
  from actor left join d on true),
 i as (insert into attribute(business_id, of_organizations, key, label, kind, choices)
       select $1, coalesce($12, false), $8, coalesce(nullif(btrim($9), ''), $8), $10, $11 from v where v.reason is null
       on conflict (business_id, of_organizations, key) do update set label = excluded.label, kind = excluded.kind, choices = excluded.choices
       where not attribute.used or (attribute.kind = excluded.kind and attribute.choices <@ excluded.choices) returning key)
{record} null, case when v.reason is null and i.key is null then 'KIND_IN_USE' else v.reason end, null
from v left join i on true

-- name: attribute_list
-- $5 after_of_organizations bool
-- $6 after_key text
-- $7 how_many int4
with {actor}
select d.key, d.label, d.kind, d.choices, d.of_organizations
from actor, attribute d where d.business_id = $1 and ($6 is null or (d.of_organizations, d.key) > ($5, $6))
order by d.of_organizations, d.key limit $7
