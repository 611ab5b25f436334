-- name: contact_add
-- change
-- Never refuses a likely duplicate. A partner's new contact is shared with it (reason 1, brought) and owned by the first open admin until
-- somebody hands it over: a partner's account answers for no contact of the business.
-- $8 contact_id uuid
-- $9 name text
-- $10 name_key text
-- $11 email text
-- $12 email_key text
-- $13 phone text
-- $14 phone_key text
-- $15 organization_id uuid
-- $16 owner text
-- $17 origin text
-- $18 language text
-- $19 preferred_channel int2
-- $20 best_hours text
-- $21 no_ask bool
-- $22 advocacy int2
-- $23 segments int2[]
-- $24 attributes text[]
with {changer},
 o as materialized (
  select a.partner_id, case when a.partner_id is not null then (select x.account_id from account x where x.business_id = $1 and x.role = 4 and x.closed_at is null
                                                                order by x.created_at, x.account_id limit 1)
                            when nullif($16, '') is null then a.account_id else {staff $16} end as owner_id from actor a),
 v as materialized (
  select o.partner_id, o.owner_id,
         case when exists (select from contact x where x.business_id = $1 and x.contact_id = $8) then 'ID_USED'
              when o.owner_id is null then 'NO_SUCH_OWNER'
              when $15 is not null and not exists (select from organization x where x.business_id = $1 and x.organization_id = $15) then 'NO_SUCH_ORGANIZATION'
              else (select f.reason from attribute_fault($1, false, $24) f) end as reason from o),
 w as materialized ({first_values false $24}),
 k as ({fix_attributes false w v}),
 fit as materialized (select v.reason from v where v.reason is null and (select count(*) from k) = (select count(*) from w)),
 {next_for C fit},
 i as (insert into contact(business_id, contact_id, head_id, number, name, name_key, email, email_key, phone, phone_key, organization_id, owner_id, origin,
                           language, preferred_channel, best_hours, no_ask, advocacy, segments, attributes, created_by)
       select $1, $8, $8, n.last, btrim($9), $10, nullif(btrim($11), ''), nullif($12, ''), nullif(btrim($13), ''), nullif($14, ''), $15, v.owner_id,
              coalesce(nullif($17, ''), case when v.partner_id is null then 'unknown, not asked' else 'partner' end), nullif($18, ''), nullif($19, 0),
              nullif($20, ''), coalesce($21, false), coalesce(nullif($22, 0), 4),
              case when cardinality($23) = 0 then '{1}'::int2[] else array(select distinct s from unnest($23) s order by s) end,
              attributes_put($1, false, '{}', $24), $3
       from n, v on conflict (business_id, contact_id) do nothing returning contact_id, number),
 jo as ({joins i}),
 s as (insert into share(business_id, contact_id, partner_id, reason, may_log, number) select $1, i.contact_id, v.partner_id, 1, true, i.number from i, v where v.partner_id is not null),
 f as ({tell i})
{record} $8, case when v.reason is not null then v.reason when i.number is not null then null when exists (select from fit) then 'ID_USED' else 'BAD_ATTRIBUTE' end, i.number
from v left join i on true

-- name: contact_get
-- $5 contact_id uuid
-- $6 number int8
with {actor}
select {whole c} from actor a join contact k on k.business_id = $1 and (k.contact_id = $5 or k.number = $6) and {visible k a}
join contact c on c.business_id = $1 and c.contact_id = k.head_id and c.erased_at is null

-- name: contact_added
-- $5 target uuid
with {actor}
select {whole c} from actor a join contact c on c.business_id = $1 and c.contact_id = $5 and c.erased_at is null and {visible c a}

-- name: contact_get_shared
-- For partners.
-- $5 contact_id uuid
-- $6 number int8
with {actor}
select {glance c} from actor a join contact k on k.business_id = $1 and (k.contact_id = $5 or k.number = $6) and {visible k a}
join contact c on c.business_id = $1 and c.contact_id = k.head_id and c.erased_at is null

-- name: contact_added_shared
-- $5 target uuid
with {actor}
select {glance c} from actor a join contact c on c.business_id = $1 and c.contact_id = $5 and c.erased_at is null and {visible c a}

-- name: contact_twins
-- Likely duplicates of a contact that was just added or edited, as it stands now. For staff: a partner learns nothing here.
-- $5 target uuid
with {actor}
select c.contact_id, c.number, c.name, d.because
from actor a join contact t on t.business_id = $1 and t.contact_id = $5 and t.erased_at is null and a.partner_id is null
cross join contact_duplicates($1, t.contact_id, t.name_key, t.email_key, t.phone_key, t.organization_id) d
{contact_of d c a}
order by c.number limit 10

-- name: contact_duplicates
-- $5 name_key text
-- $6 email_key text
-- $7 phone_key text
-- $8 organization_id uuid
with {actor}
select c.contact_id, c.number, c.name, d.because
from actor a cross join contact_duplicates($1, null, $5, $6, $7, $8) d
{contact_of d c a}
where a.partner_id is null
order by c.number limit 10

-- name: contact_edit
-- change
-- Null leaves a column alone; '', 0 and the zero id clear it. The version is compared after any wait for another editor.
-- $8 contact_id uuid
-- $9 version int8
-- $10 name text
-- $11 name_key text
-- $12 email text
-- $13 email_key text
-- $14 phone text
-- $15 phone_key text
-- $16 organization_id uuid
-- $17 origin text
-- $18 language text
-- $19 preferred_channel int2
-- $20 best_hours text
-- $21 no_ask bool
-- $22 advocacy int2
-- $23 segments int2[]
-- $24 attributes text[]
with {changer},
 c as materialized ({held $8}),
 v as materialized (
  select c.contact_id, c.version,
         case when c.contact_id is null then 'NOT_FOUND'
              when c.version <> $9 then 'VERSION'
              when $16 <> '00000000-0000-0000-0000-000000000000' and not exists (select from organization x where x.business_id = $1 and x.organization_id = $16) then 'NO_SUCH_ORGANIZATION'
              else (select f.reason from attribute_fault($1, false, $24) f) end as reason
  from actor left join c on true),
 w as materialized ({first_values false $24}),
 k as ({fix_attributes false w v}),
 u as (update contact x set version = x.version + 1, name = coalesce(btrim($10), x.name), name_key = coalesce($11, x.name_key),
        email = nullif(coalesce(btrim($12), x.email), ''), email_key = nullif(coalesce($13, x.email_key), ''),
        phone = nullif(coalesce(btrim($14), x.phone), ''), phone_key = nullif(coalesce($15, x.phone_key), ''),
        organization_id = nullif(coalesce($16, x.organization_id), '00000000-0000-0000-0000-000000000000'),
        origin = coalesce(nullif(coalesce($17, x.origin), ''), 'unknown, not asked'), language = nullif(coalesce($18, x.language), ''),
        preferred_channel = nullif(coalesce($19, x.preferred_channel), 0), best_hours = nullif(coalesce($20, x.best_hours), ''),
        no_ask = coalesce($21, x.no_ask), advocacy = coalesce(nullif(coalesce($22, x.advocacy), 0), 4),
        segments = case when cardinality($23) = 0 then x.segments else array(select distinct s from unnest($23) s order by s) end,
        attributes = attributes_put($1, false, x.attributes, $24)
       from v where v.reason is null and (select count(*) from k) = (select count(*) from w) and x.business_id = $1 and x.contact_id = v.contact_id
       returning x.contact_id, x.version, x.origin, x.attributes),
 w0 as (insert into contact_was(business_id, contact_id, origin, attributes) select $1, c.contact_id, c.origin, c.attributes
        from c join u using (contact_id) where (c.origin, c.attributes) is distinct from (u.origin, u.attributes)),
 jn as (select u.contact_id, c.number from u join contact c on c.business_id = $1 and c.contact_id = u.contact_id where cardinality($23) > 0),
 jo as ({joins jn}),
 f as ({tell u})
{record} $8, case when v.reason is null and u.version is null then 'BAD_ATTRIBUTE' else v.reason end, case when v.reason = 'VERSION' then v.version else u.version end
from v left join u on true

-- name: contact_attribute_fault
-- What is wrong with the attributes of a request, for the words of its refusal.
-- $5 attributes text[]
with {actor}
select f.words from actor, attribute_fault($1, false, $5) f

-- name: contact_handover
-- change
-- $8 contact_id uuid
-- $9 to text
with {changer},
 c as materialized ({held $8}),
 v as materialized (
  select c.contact_id, {staff $9} as owner_id, case when c.contact_id is null then 'NOT_FOUND' when {staff $9} is null then 'NO_SUCH_STAFF' end as reason
  from actor left join c on true),
 u as (update contact x set version = x.version + 1, owner_id = v.owner_id from v
       where v.reason is null and x.business_id = $1 and x.contact_id = v.contact_id returning x.contact_id, x.version),
 f as ({tell u})
{record} $8, v.reason, u.version from v left join u on true

-- name: contact_stage_set
-- change
-- A stage can be set that was entered before: back, or forward again after a mistake.
-- $8 contact_id uuid
-- $9 stage int2
-- $10 because text
with {changer},
 c as materialized ({held $8}),
 v as materialized (
  select c.contact_id, case when c.contact_id is null then 'NOT_FOUND'
                            when $9 > coalesce((select max(x.stage) from contact_stage x where x.business_id = $1 and x.contact_id = c.contact_id), 0) then 'NOT_ENTERED' end as reason
  from actor left join c on true),
 u as (update contact x set version = x.version + 1, stage_set = $9, stage_set_at = clock_timestamp() from v
       where v.reason is null and x.business_id = $1 and x.contact_id = v.contact_id returning x.contact_id, x.version, x.stage_set_at),
 h as (insert into stage_set(business_id, contact_id, set_at, stage, account_id, because) select $1, u.contact_id, u.stage_set_at, $9, $3, $10 from u),
 f as ({tell u})
{record} $8, v.reason, u.version from v left join u on true

-- name: contact_list
-- In the order of numbers. Where a filter has no index a page looks at 2,000 contacts at most; a last row without an id then says where to go on.
-- $5 after_number int8
-- $6 how_many int4
-- $7 owner text
-- $8 stage int2
-- $9 organization_id uuid
with {actor},
 s as materialized (
  (select c.* from actor a join contact c on c.business_id = $1 and c.number > {from $5} and c.head_id = c.contact_id and c.erased_at is null and {visible c a}
   where $7 is null and $9 is null order by c.number limit case when $8 is null then $6 else 2000 end)
  union all
  (select c.* from actor a join contact c on c.business_id = $1 and c.owner_id = (select x.account_id from account x where x.business_id = $1 and x.login = $7)
      and c.number > {from $5} and c.head_id = c.contact_id and c.erased_at is null and {visible c a}
   where $7 is not null and $9 is null order by c.number limit case when $8 is null then $6 else 2000 end)
  union all
  (select c.* from actor a join contact c on c.business_id = $1 and c.organization_id = $9 and c.number > {from $5} and c.head_id = c.contact_id and c.erased_at is null and {visible c a}
   where $9 is not null order by c.number limit case when $8 is null and $7 is null then $6 else 2000 end)),
 hit as materialized (
  select s.contact_id, s.number from s
  where ($8 is null or {stage s} = $8) and ($7 is null or s.owner_id = (select x.account_id from account x where x.business_id = $1 and x.login = $7))
  order by s.number limit $6)
select {card c}, c.origin, c.segments, attribute_pairs(c.attributes) as attributes, p.number as after_number
from (select hit.contact_id, hit.number from hit
      union all select null, max(s.number) from s having count(*) = 2000 and (select count(*) from hit) < $6) p
left join s c on c.contact_id = p.contact_id
order by p.number, p.contact_id nulls last

-- name: contact_list_shared
-- What is shared with a partner, in the same way.
-- $5 after_number int8
-- $6 how_many int4
-- $7 stage int2
with {actor},
 s as materialized (
  select distinct on (v.number) v.number, v.contact_id from actor a
  join share v on v.business_id = $1 and v.partner_id = a.partner_id and v.revoked_at is null and v.number > {from $5}
  order by v.number limit case when $7 is null then $6 else 2000 end),
 hit as materialized (
  select c.* from actor a cross join s {shared_of s c a}
  where $7 is null or {stage c} = $7
  order by s.number limit $6)
select {glance c}, p.number as after_number
from (select hit.contact_id, hit.number from hit
      union all select null, max(s.number) from s having count(*) = case when $7 is null then $6 else 2000 end and (select count(*) from hit) < $6) p
left join hit c on c.contact_id = p.contact_id
order by p.number, p.contact_id nulls last

-- name: contact_find
-- Ids from the one search function, read again through the predicate.
-- $5 query_key text
-- $6 exact text
-- $7 number int8
-- $8 how_many int4
with {actor}
select {card c}
from actor a cross join contact_search($5, $6, $7, $8) f
{contact_of f c a}
order by f.rank desc, c.number

-- name: contact_find_shared
-- $5 query_key text
-- $6 exact text
-- $7 number int8
-- $8 how_many int4
with {actor}
select {glance c}
from actor a cross join contact_search($5, $6, $7, $8) f
{shared_of f c a}
order by f.rank desc, c.number

-- name: change_lookup
-- The stored verdict of a change id. Commits a little WAL, so that the answer waits for a standby as the first one did.
-- $5 change uuid
-- $6 method int4
-- $7 hash bytea
with {actor}
select c.account_id = $2 and c.method = $6 and c.hash = $7, c.status, c.reason, c.target, c.result
from actor, change c where c.business_id = $1 and c.change_id = $5 and (select pg_logical_emit_message(true, 'vs', 'd')) is not null
