-- name: contact_add
-- change
-- Never refuses a likely duplicate. A partner's new contact is shared with it (reason 1, brought).
-- $8 contact uuid
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
       select $1, $8, $8, n.last, $9, $10, $11, $12, $13, $14, $3, $15, $3 from n
       where not exists (select from contact x where x.business_id = $1 and x.contact_id = $8) returning number, contact_id),
 s as (insert into share(business_id, contact_id, partner_id, reason, may_log) select $1, i.contact_id, a.partner_id, 1, true from i, actor a where a.partner_id is not null)
insert into change(business_id, change_id, account_id, method, target, hash, status, reason, result)
select $1, $2, $3, $5, $8, $6, case when i.number is null then 33 else 0 end, case when i.number is null then 'ID_USED' end, i.number
from actor left join i on true
returning status, reason, target, result

-- name: contact_get
-- By id ($5) or number ($6). The columns of a contact everybody entitled may see.
-- $5 contact uuid
-- $6 number int8
with {actor}
select c.contact_id, c.number, c.name, (select max(x.stage) from contact_stage x where x.business_id = $1 and x.contact_id = c.contact_id
       and (c.stage_set is null or x.stage <= c.stage_set or x.first_at > c.stage_set_at))
from actor a join contact c on c.business_id = $1 and (c.contact_id = $5 or c.number = $6) and c.erased_at is null and {visible c a}

-- name: contact_details
-- What staff see besides.
-- $5 contact uuid
with {actor}
select c.email, c.phone, o.login, c.origin, c.version, c.created_at, a.role
from actor a join contact c on c.business_id = $1 and c.contact_id = $5 and a.partner_id is null
join account o on o.business_id = $1 and o.account_id = c.owner_id

-- name: contact_duplicates
-- Who has the same e-mail, phone or name. For staff.
-- $5 contact uuid
-- $6 name_key text
-- $7 email_key text
-- $8 phone_key text
with {actor}
select c.contact_id, c.number, c.name, case when c.email_key = $7 then 'email' when c.phone_key = $8 then 'phone' else 'name' end
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
select c.contact_id, c.number, c.name, (select max(x.stage) from contact_stage x where x.business_id = $1 and x.contact_id = c.contact_id
       and (c.stage_set is null or x.stage <= c.stage_set or x.first_at > c.stage_set_at)), f.rank
from actor a cross join contact_search($5, $6, $7, $8) f
join contact c on c.business_id = $1 and c.contact_id = f.contact_id and {visible c a}
order by f.rank desc, c.number

-- name: share_grant
-- change
-- $8 contact uuid
-- $9 to_partner uuid
-- $10 may_log bool
with {changer},
 c as (select c.contact_id from actor a join contact c on c.business_id = $1 and c.contact_id = $8 and c.erased_at is null and {visible c a}),
 p as (select partner_id from partner where business_id = $1 and partner_id = $9),
 s as (insert into share(business_id, contact_id, partner_id, reason, may_log) select $1, c.contact_id, p.partner_id, 3, $10 from c, p
       on conflict (business_id, contact_id, partner_id, reason) do update set may_log = excluded.may_log, revoked_at = null returning contact_id),
 f as (insert into feed(business_id, kind, ids) select $1, 2, array[contact_id] from s)
insert into change(business_id, change_id, account_id, method, target, hash, status, reason, result)
select $1, $2, $3, $5, $8, $6, case when s.contact_id is null then 5 else 0 end, case when s.contact_id is null then 'NOT_FOUND' end, null
from actor left join s on true
returning status, reason, target, result

-- name: share_revoke
-- change
-- $8 contact uuid
-- $9 from_partner uuid
with {changer},
 s as (update share x set revoked_at = now() from actor where x.business_id = $1 and x.contact_id = $8 and x.partner_id = $9 and x.revoked_at is null returning x.contact_id),
 f as (insert into feed(business_id, kind, ids) select $1, 2, array[$8] from s limit 1)
insert into change(business_id, change_id, account_id, method, target, hash, status, reason, result)
select $1, $2, $3, $5, $8, $6, case when exists (select from s) then 0 else 5 end, case when exists (select from s) then null else 'NOT_FOUND' end, null
from actor
returning status, reason, target, result

-- name: change_lookup
-- The stored verdict of a change id. Commits a little WAL, so that the answer waits for a standby as the first one did.
-- $5 change uuid
-- $6 method int4
-- $7 hash bytea
with {actor}
select c.account_id = $2 and c.method = $6 and c.hash = $7, c.status, c.reason, c.target, c.result
from actor, change c where c.business_id = $1 and c.change_id = $5 and (select pg_logical_emit_message(true, 'vs', 'd')) is not null
