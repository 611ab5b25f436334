-- name: account_add
-- change
-- $8 account_id uuid
-- $9 login text
-- $10 name text
-- $11 role int2
-- $12 partner_id uuid
-- $13 password text
with {changer},
 p as (select partner_id from partner where business_id = $1 and partner_id = $12),
 taken as (select from account where business_id = $1 and login = $9),
 v as (select case when $11 = 3 and $13 is not null then 'DEVICES_ONLY' when $11 = 3 and not exists (select from p) then 'NO_SUCH_PARTNER' when exists (select from taken) then 'LOGIN_TAKEN' end as reason from actor),
 i as (insert into account(business_id, account_id, login, name, role, partner_id)
       select $1, $8, $9, coalesce($10, $9), $11, case when $11 = 3 then $12 end from v where reason is null returning account_id),
 w as (insert into password(business_id, account_id, hash) select $1, i.account_id, $13 from i where $13 is not null)
{record} $8, v.reason, null from v

-- name: account_list
-- $5 after_account_id uuid
-- $6 how_many int4
-- $7 with_closed bool
with {actor}
select a.account_id, a.login, a.name, a.role, a.partner_id, p.name as partner_name, a.created_at, a.closed_at, a.email, exists (select from password w where w.business_id = $1 and w.account_id = a.account_id) as has_password,
       (select count(*) from device d where d.business_id = $1 and d.account_id = a.account_id and d.ended_at is null) as devices
from actor, account a left join partner p on p.business_id = a.business_id and p.partner_id = a.partner_id
where a.business_id = $1 and a.account_id > {from_id $5} and (a.closed_at is null or $7) order by a.account_id limit $6

-- name: account_close
-- change
-- For good: nobody comes in by it any more. The last open admin stays: all open admins are locked, in order, before they are
-- counted, so that two who close each other at once don't both succeed.
-- $8 login text
with {changer},
 admins as materialized (select x.account_id from account x where x.business_id = $1 and x.role = 4 and x.closed_at is null order by x.account_id for update),
 w as (select x.account_id, x.role from account x where x.business_id = $1 and x.login = $8 and x.closed_at is null),
 v as (select w.account_id, case when w.account_id is null then 'NO_SUCH_ACCOUNT' when w.role = 4 and (select count(*) from admins) < 2 then 'LAST_ADMIN' end as reason
       from actor left join w on true),
 t as (update account x set closed_at = now(), epoch = x.epoch + 1 from v
       where x.business_id = $1 and x.account_id = v.account_id and v.reason is null and x.closed_at is null returning x.account_id, x.epoch),
 d as (update device x set ended_at = now() from t where x.business_id = $1 and x.account_id = t.account_id and x.ended_at is null),
 k as (update token x set ended_at = now() from t where x.business_id = $1 and x.account_id = t.account_id and x.ended_at is null),
 e as (update enrolment x set ended_at = now() from t where x.business_id = $1 and x.account_id = t.account_id and x.ended_at is null and x.used_at is null),
 f as (insert into feed(business_id, kind, ids) select $1, 3, array[t.account_id] from t)
{record} v.account_id, coalesce(v.reason, case when t.account_id is null then 'NO_SUCH_ACCOUNT' end), t.epoch from v left join t on true

-- name: account_revoke
-- change
-- Ends every device, token and unused line the account has, and every session: its epoch rises.
-- $8 login text
with {changer},
 t as (update account x set epoch = x.epoch + 1 from actor where x.business_id = $1 and x.login = $8 and x.closed_at is null returning x.account_id, x.epoch),
 d as (update device x set ended_at = now() from t where x.business_id = $1 and x.account_id = t.account_id and x.ended_at is null),
 k as (update token x set ended_at = now() from t where x.business_id = $1 and x.account_id = t.account_id and x.ended_at is null),
 e as (update enrolment x set ended_at = now() from t where x.business_id = $1 and x.account_id = t.account_id and x.ended_at is null and x.used_at is null),
 f as (insert into feed(business_id, kind, ids) select $1, 3, array[t.account_id] from t)
{record} t.account_id, case when t.account_id is null then 'NO_SUCH_ACCOUNT' end, t.epoch from actor left join t on true

-- name: account_password
-- change
-- Sets a password for somebody else; their sessions and tokens end, their devices come back by their keys.
-- $8 login text
-- $9 password text
with {changer},
 w as (select account_id, role from account where business_id = $1 and login = $8 and closed_at is null),
 t as (update account x set epoch = x.epoch + 1 from actor, w
       where x.business_id = $1 and x.account_id = w.account_id and w.role <> 3 and x.closed_at is null returning x.account_id, x.epoch),
 h as (insert into password(business_id, account_id, hash) select $1, t.account_id, $9 from t
       on conflict (business_id, account_id) do update set hash = $9, set_at = now()),
 k as (update token x set ended_at = now() from t where x.business_id = $1 and x.account_id = t.account_id and x.ended_at is null),
 f as (insert into feed(business_id, kind, ids) select $1, 3, array[t.account_id] from t)
{record} w.account_id, case when w.role = 3 then 'DEVICES_ONLY' when t.account_id is null then 'NO_SUCH_ACCOUNT' end, t.epoch
from actor left join w on true left join t on true

-- name: enrolment_add
-- change
-- $8 enrolment_id uuid
-- $9 login text
-- $10 secret_hash bytea
with {changer},
 t as (select account_id from account where business_id = $1 and login = $9 and closed_at is null),
 i as (insert into enrolment(business_id, enrolment_id, account_id, secret_hash, expires_at)
       select $1, $8, t.account_id, $10, now() + interval '24 hours' from actor, t returning expires_at)
{record} t.account_id, case when t.account_id is null then 'NO_SUCH_ACCOUNT' end, (extract(epoch from i.expires_at) * 1000000)::int8
from actor left join t on true left join i on true

-- name: enrolment_list
-- The newest first. The secret's hash is nobody's to read.
-- $5 after_enrolment_id uuid
-- $6 how_many int4
with {actor}
select e.enrolment_id, a.login, e.created_at, e.expires_at, e.used_at, e.ended_at
from actor, enrolment e join account a on a.business_id = e.business_id and a.account_id = e.account_id
where e.business_id = $1 and ($5 is null or e.enrolment_id < $5) order by e.enrolment_id desc limit $6

-- name: enrolment_end
-- change
-- $8 enrolment_id uuid
with {changer},
 w as (select x.used_at from enrolment x where x.business_id = $1 and x.enrolment_id = $8),
 u as (update enrolment x set ended_at = coalesce(x.ended_at, now()) from actor where x.business_id = $1 and x.enrolment_id = $8 and x.used_at is null returning x.enrolment_id)
{record} $8, case when u.enrolment_id is not null then null when exists (select from w) then 'LINE_USED' else 'NO_SUCH_LINE' end, null
from actor left join u on true

-- name: device_list
-- $5 after_device_id uuid
-- $6 how_many int4
-- $7 login text
-- $8 with_ended bool
with {actor}
select d.device_id, a.login, d.name, d.created_at, d.last_used_at, d.ended_at
from actor, device d join account a on a.business_id = d.business_id and a.account_id = d.account_id
where d.business_id = $1 and d.device_id > {from_id $5} and ($7 is null or a.login = $7) and (d.ended_at is null or $8)
order by d.device_id limit $6

-- name: device_end
-- change
-- The account's epoch rises with it: that is what ends the device's sessions everywhere at once (session_rpc.c). The tokens of
-- the account go along to the new epoch; its other devices come back by their keys.
-- $8 device_id uuid
with {changer},
 w as (select x.account_id from device x where x.business_id = $1 and x.device_id = $8),
 d as (update device x set ended_at = now() from actor where x.business_id = $1 and x.device_id = $8 and x.ended_at is null returning x.account_id),
 t as (update account x set epoch = x.epoch + 1 from d where x.business_id = $1 and x.account_id = d.account_id returning x.account_id, x.epoch),
 k as (update token x set epoch = t.epoch from t where x.business_id = $1 and x.account_id = t.account_id and x.epoch = t.epoch - 1 and x.ended_at is null),
 f as (insert into feed(business_id, kind, ids) select $1, 3, array[t.account_id] from t)
{record} $8, case when w.account_id is null then 'NO_SUCH_DEVICE' end, t.epoch from actor left join w on true left join t on true
