-- name: contact_add
-- change
-- Never refuses a likely duplicate. A partner's new contact is shared with it (reason 1, brought).
-- $8 contact_id uuid
-- $9 name text
-- $10 name_key text
-- $11 email text
-- $12 email_key text
-- $13 phone text
-- $14 phone_key text
-- $15 origin text
with {changer},
 n as (insert into counter(business_id, kind, last) select $1, 'C', 1 from actor
       on conflict (business_id, kind) do update set last = counter.last + 1 returning last),
 i as (insert into contact(business_id, contact_id, head_id, number, name, name_key, email, email_key, phone, phone_key, owner_id, origin, created_by)
       select $1, $8, $8, n.last, $9, $10, nullif($11, ''), nullif($12, ''), nullif($13, ''), nullif($14, ''), $3, coalesce(nullif($15, ''), 'unknown, not asked'), $3 from n
       where not exists (select from contact x where x.business_id = $1 and x.contact_id = $8) returning number, contact_id),
 s as (insert into share(business_id, contact_id, partner_id, reason, may_log) select $1, i.contact_id, a.partner_id, 1, true from i, actor a where a.partner_id is not null)
{record} $8, case when i.number is null then 'ID_USED' end, i.number
from actor left join i on true

-- name: contact_get
-- By id ($5) or number ($6). The columns of a contact everybody entitled may see.
-- $5 contact_id uuid
-- $6 number int8
with {actor}
select c.contact_id, c.number, c.name, {stage c} as stage
from actor a join contact c on c.business_id = $1 and (c.contact_id = $5 or c.number = $6) and c.erased_at is null and {visible c a}

-- name: contact_added
-- $5 target uuid
with {actor}
select c.contact_id, c.number, c.name, {stage c} as stage
from actor a join contact c on c.business_id = $1 and c.contact_id = $5 and c.erased_at is null and {visible c a}

-- name: contact_details
-- What staff see besides.
-- $5 contact_id uuid
-- $6 number int8
with {actor}
select c.email, c.phone, o.login as owner, c.origin, c.version, c.created_at
from actor a join contact c on c.business_id = $1 and (c.contact_id = $5 or c.number = $6) and c.erased_at is null and a.partner_id is null
join account o on o.business_id = $1 and o.account_id = c.owner_id

-- name: contact_twins
-- Who else has the e-mail, phone or name of the contact just added. For staff.
-- $5 target uuid
-- $6 name_key text
-- $7 email_key text
-- $8 phone_key text
with {actor}
select c.contact_id, c.number, c.name, case when c.email_key = $7 then 'email' when c.phone_key = $8 then 'phone' else 'name' end as because
from actor a join contact c on c.business_id = $1 and (c.email_key = $7 or c.phone_key = $8 or c.name_key = $6)
 and c.contact_id <> $5 and c.erased_at is null and c.head_id = c.contact_id and a.partner_id is null
order by c.number limit 10

-- name: contact_find
-- Ids from the one search function, read again through the predicate.
-- $5 query_key text
-- $6 exact text
-- $7 number int8
-- $8 how_many int4
with {actor}
select c.contact_id, c.number, c.name, {stage c} as stage
from actor a cross join contact_search($5, $6, $7, $8) f
join contact c on c.business_id = $1 and c.contact_id = f.contact_id and {visible c a}
order by f.rank desc, c.number

-- name: change_lookup
-- The stored verdict of a change id. Commits a little WAL, so that the answer waits for a standby as the first one did.
-- $5 change uuid
-- $6 method int4
-- $7 hash bytea
with {actor}
select c.account_id = $2 and c.method = $6 and c.hash = $7, c.status, c.reason, c.target, c.result
from actor, change c where c.business_id = $1 and c.change_id = $5 and (select pg_logical_emit_message(true, 'vs', 'd')) is not null
