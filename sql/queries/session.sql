-- name: session_device
-- login
-- Who an enrolled key is. ended tells a revoked device from an unknown one.
-- $2 key bytea
select a.account_id, a.partner_id, a.role, a.epoch, a.login, a.name, b.code, b.name, b.zone, b.country, p.name,
       d.ended_at is not null or a.closed_at is not null
from device d
join account a on a.business_id = d.business_id and a.account_id = d.account_id
join business b on b.business_id = d.business_id
left join partner p on p.business_id = a.business_id and p.partner_id = a.partner_id
where d.business_id = $1 and d.key_hash = $2

-- name: session_join
-- login
-- Uses an enrolment line up and enrols the key, in one statement. verdict: OK, USED, EXPIRED, or no row for an unknown line.
-- $2 secret_hash bytea
-- $3 key bytea
-- $4 device uuid
-- $5 name text
with e as (select * from enrolment e where e.business_id = $1 and e.secret_hash = $2 for update),
 u as (update enrolment x set used_at = now(), used_by = $3 from e where x.business_id = $1 and x.enrolment_id = e.enrolment_id
         and e.used_at is null and e.ended_at is null and e.expires_at > now() returning x.account_id),
 d as (insert into device(business_id, device_id, key_hash, account_id, name) select $1, $4, $3, u.account_id, $5 from u
       on conflict (business_id, key_hash) do nothing returning device_id)
select case when e.used_by = $3 then 'OK' when exists (select from u) then 'OK'
            when e.used_at is not null then 'USED' else 'EXPIRED' end
from e left join d on true
