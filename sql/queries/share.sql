-- name: share_grant
-- change
-- $8 contact_id uuid
-- $9 partner_id uuid
-- $10 reason int2
-- $11 may_log bool
with {changer},
 c as materialized (select c.contact_id, c.number from actor a join contact c on c.business_id = $1 and c.contact_id = $8 and c.erased_at is null and {visible c a}),
 v as materialized (
  select c.contact_id, c.number, case when c.contact_id is null then 'NOT_FOUND'
                                      when not exists (select from partner x where x.business_id = $1 and x.partner_id = $9) then 'NO_SUCH_PARTNER' end as reason
  from actor left join c on true),
 s as (insert into share(business_id, contact_id, partner_id, reason, may_log, number)
       select $1, v.contact_id, $9, coalesce(nullif($10, 0), 3), coalesce($11, false), v.number from v where v.reason is null
       on conflict (business_id, contact_id, partner_id, reason) do update
       set may_log = excluded.may_log, revoked_at = null, granted_at = case when share.revoked_at is null then share.granted_at else now() end
       returning contact_id),
 f as ({tell s})
{record} $8, v.reason, null from v

-- name: share_revoke
-- change
-- Of every reason.
-- $8 contact_id uuid
-- $9 partner_id uuid
with {changer},
 s as (update share x set revoked_at = now() from actor where x.business_id = $1 and x.contact_id = $8 and x.partner_id = $9 and x.revoked_at is null returning x.contact_id),
 t as (select distinct s.contact_id from s),
 f as ({tell t})
{record} $8, case when not exists (select from s) then 'NOT_FOUND' end, null
from actor

-- name: share_list
-- Of one contact, by partner; or of one partner, by the contacts' numbers. A row without an id: the contact or partner is there, no (further) share is.
-- $5 contact_id uuid
-- $6 partner_id uuid
-- $7 with_revoked bool
-- $8 after_contact_number int8
-- $9 after_partner_id uuid
-- $10 after_reason int2
-- $11 how_many int4
with {actor},
 known as materialized (
  select a.account_id from actor a
  where ($5 is null or exists (select from contact c where c.business_id = $1 and c.contact_id = $5 and c.erased_at is null and {visible c a}))
    and ($6 is null or exists (select from partner x where x.business_id = $1 and x.partner_id = $6))),
 s as materialized (
  (select v.*, c.name from known join share v on v.business_id = $1 and v.contact_id = $5 and ($6 is null or v.partner_id = $6) and ($7 or v.revoked_at is null)
      and (v.partner_id, v.reason) > ({from_id $9}, case when $10 is null then 0::int2 else $10 end)
   join contact c on c.business_id = $1 and c.contact_id = v.contact_id
   where $5 is not null order by v.partner_id, v.reason limit $11)
  union all
  (select v.*, c.name from known join share v on v.business_id = $1 and v.partner_id = $6 and ($7 or v.revoked_at is null)
      and (v.number, v.reason) > ({from $8}, case when $10 is null then 0::int2 else $10 end)
   join contact c on c.business_id = $1 and c.contact_id = v.contact_id and c.erased_at is null
   where $5 is null order by v.number, v.reason limit $11))
select s.contact_id, s.number as contact_number, s.name as contact, s.partner_id, p.name as partner, s.reason, s.may_log, s.granted_at, s.revoked_at
from known left join s on true left join partner p on p.business_id = $1 and p.partner_id = s.partner_id
order by s.number, s.partner_id, s.reason
