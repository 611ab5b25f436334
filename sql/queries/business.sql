-- name: business_get
with {actor}
select b.business_id, b.code, b.name, b.zone, b.country, b.currency, b.version from actor, business b where b.business_id = $1

-- name: business_edit
-- change
-- The zone says which day a thing is counted in. Once touches, facts or contacts are counted it stays: the days counted would no longer be
-- those a recount finds.
-- $8 version int8
-- $9 name text
-- $10 zone text
-- $11 country text
-- $12 currency text
with {changer},
 v as (select case when btrim($9) = '' then 'NAME_NEEDED' when $11 !~ '^[A-Z]{2}$' then 'BAD_COUNTRY' when $12 !~ '^[A-Z]{3}$' then 'BAD_CURRENCY'
                   when $10 is null or $10 = b.zone then null
                   when not exists (select from pg_timezone_names z where z.name = $10) then 'BAD_ZONE'
                   when exists (select from tally t where t.business_id = $1) or exists (select from tally_slip t where t.business_id = $1)
                        or exists (select from fact t where t.business_id = $1) or exists (select from metric_cell t where t.business_id = $1) then 'ZONE_COUNTED' end as reason
       from actor, business b where b.business_id = $1),
 u as (update business x set name = coalesce($9, x.name), zone = coalesce($10, x.zone), country = coalesce($11, x.country),
              currency = coalesce($12, x.currency), version = x.version + 1
       from v where x.business_id = $1 and v.reason is null and x.version = $8 returning x.version)
{record} null, coalesce(v.reason, case when u.version is null then 'VERSION' end), u.version from v left join u on true

-- name: partner_add
-- change
-- $8 partner_id uuid
-- $9 name text
with {changer},
 n as (insert into counter(business_id, kind, last) select $1, 'P', 1 from actor
       on conflict (business_id, kind) do update set last = counter.last + 1 returning last),
 i as (insert into partner(business_id, partner_id, number, name) select $1, $8, n.last, $9 from n returning number)
{record} $8, null, i.number from i

-- name: partner_list
-- $5 after_number int8
-- $6 how_many int4
with {actor}
select p.partner_id, p.number, p.name, p.created_at,
       (select count(*) from account a where a.business_id = $1 and a.partner_id = p.partner_id and a.closed_at is null) as accounts,
       (select count(distinct s.contact_id) from share s where s.business_id = $1 and s.partner_id = p.partner_id and s.revoked_at is null) as contacts
from actor, partner p where p.business_id = $1 and p.number > {from $5} order by p.number limit $6

-- name: business_create
-- raw
-- A business with its first admin and that admin's enrolment, by the database's owner.
-- $1 business uuid
-- $2 code text
-- $3 name text
-- $4 zone text
-- $5 country text
-- $6 account uuid
-- $7 login text
-- $8 enrolment uuid
-- $9 secret_hash bytea
with z as (select name from pg_timezone_names where name = $4),
 r as (insert into route(code, business_id) select $2, $1 from z returning business_id),
 b as (insert into business(business_id, code, name, zone, country) select $1, $2, $3, $4, $5 from r returning business_id),
 a as (insert into account(business_id, account_id, login, name, role) select $1, $6, $7, $7, 4 from b returning account_id),
 e as (insert into enrolment(business_id, enrolment_id, account_id, secret_hash, expires_at) select $1, $8, $6, $9, now() + interval '24 hours' from a returning enrolment_id),
 m as (insert into metric_fold(business_id) select business_id from b),
 f as (insert into due(business_id, due_id, rule, subject, at) select business_id, gen_random_uuid(), r.rule, business_id, now() from b cross join (values ('metric_fold'), ('digest')) r(rule))
select count(*) from e
