-- name: share_grant
-- change
-- $8 contact_id uuid
-- $9 partner_id uuid
-- $10 may_log bool
with {changer},
 c as (select c.contact_id from actor a join contact c on c.business_id = $1 and c.contact_id = $8 and c.erased_at is null and {visible c a}),
 p as (select partner_id from partner where business_id = $1 and partner_id = $9),
 s as (insert into share(business_id, contact_id, partner_id, reason, may_log) select $1, c.contact_id, p.partner_id, 3, $10 from c, p
       on conflict (business_id, contact_id, partner_id, reason) do update set may_log = excluded.may_log, revoked_at = null returning contact_id),
 f as (insert into feed(business_id, kind, ids) select $1, 2, array[contact_id] from s)
{record} $8, case when s.contact_id is null then 'NOT_FOUND' end, null
from actor left join s on true

-- name: share_revoke
-- change
-- $8 contact_id uuid
-- $9 partner_id uuid
with {changer},
 s as (update share x set revoked_at = now() from actor where x.business_id = $1 and x.contact_id = $8 and x.partner_id = $9 and x.revoked_at is null returning x.contact_id),
 f as (insert into feed(business_id, kind, ids) select $1, 2, array[$8] from s limit 1)
{record} $8, case when not exists (select from s) then 'NOT_FOUND' end, null
from actor
