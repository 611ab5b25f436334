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
select a.account_id, a.login, a.name, a.role, a.partner_id, p.name as partner_name, a.created_at, a.closed_at, exists (select from password w where w.business_id = $1 and w.account_id = a.account_id) as has_password,
       (select count(*) from device d where d.business_id = $1 and d.account_id = a.account_id and d.ended_at is null) as devices
from actor, account a left join partner p on p.business_id = a.business_id and p.partner_id = a.partner_id
where a.business_id = $1 and ($5 is null or a.account_id > $5) and (a.closed_at is null or $7) order by a.account_id limit $6

-- name: account_revoke
-- change
-- Ends every device the account has, and every session: its epoch rises.
-- $8 login text
with {changer},
 t as (update account x set epoch = x.epoch + 1 from actor where x.business_id = $1 and x.login = $8 and x.closed_at is null returning x.account_id),
 d as (update device x set ended_at = now() from t where x.business_id = $1 and x.account_id = t.account_id and x.ended_at is null),
 f as (insert into feed(business_id, kind, ids) select $1, 3, array[t.account_id] from t)
{record} t.account_id, case when t.account_id is null then 'NO_SUCH_ACCOUNT' end, null from actor left join t on true

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
select p.partner_id, p.number, p.name, p.created_at from actor, partner p where p.business_id = $1 and ($5 is null or p.number > $5) order by p.number limit $6

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
 e as (insert into enrolment(business_id, enrolment_id, account_id, secret_hash, expires_at) select $1, $8, $6, $9, now() + interval '24 hours' from a returning enrolment_id)
select count(*) from e
