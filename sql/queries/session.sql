-- name: session_device
-- login
-- Who an enrolled key is. Ended tells a revoked device from an unknown one. Its use is noted once an hour at most.
-- $2 key bytea
with used as (update device x set last_used_at = now() where x.business_id = $1 and x.key_hash = $2 and x.ended_at is null
                and (x.last_used_at is null or x.last_used_at < now() - interval '1 hour'))
select w.epoch as _epoch, w.business_id, w.account_id, w.partner_id, w.role, w.login, w.name, w.business, w.business_name, w.zone, w.country, w.partner_name,
       d.device_id as _device, d.ended_at is not null or w.closed_at is not null as _ended
from device d join who w on w.business_id = d.business_id and w.account_id = d.account_id
where d.business_id = $1 and d.key_hash = $2

-- name: session_account
-- login
-- Who an account is that came in before.
-- $2 account uuid
-- $3 epoch int4
select w.epoch as _epoch, w.business_id, w.account_id, w.partner_id, w.role, w.login, w.name, w.business, w.business_name, w.zone, w.country, w.partner_name
from who w where w.business_id = $1 and w.account_id = $2 and w.epoch = $3 and w.closed_at is null

-- name: session_token
-- login
-- Whose a token is: not ended, not run out, and made since the account was last revoked.
-- $2 hash bytea
select w.epoch as _epoch, w.business_id, w.account_id, w.partner_id, w.role, w.login, w.name, w.business, w.business_name, w.zone, w.country, w.partner_name, t.expires_at as _ends
from token t join who w on w.business_id = t.business_id and w.account_id = t.account_id
where t.business_id = $1 and t.token_hash = $2 and t.ended_at is null and t.expires_at > now() and t.epoch = w.epoch and w.closed_at is null

-- name: session_route
-- login
-- Which business a code names; $1 isn't known yet.
-- $2 code text
select business_id from route where code = $2

-- name: session_login
-- login
-- Who a login is and what to compare the password with. Partners' accounts come in by their devices only.
-- $2 login text
select w.epoch as _epoch, w.business_id, w.account_id, w.partner_id, w.role, w.login, w.name, w.business, w.business_name, w.zone, w.country, w.partner_name, p.hash as _hash
from who w join password p on p.business_id = w.business_id and p.account_id = w.account_id
where w.business_id = $1 and w.login = $2 and w.closed_at is null and w.role <> 3

-- name: session_enter
-- login
-- After the right password: a token if one was asked for (the same one again after a lost answer), and the password's hash
-- with today's cost if it had another. No row: the account was closed or revoked while the password was being hashed.
-- $2 account uuid
-- $3 epoch int4
-- $4 want bytea
-- $5 hours int4
-- $6 old_hash text
-- $7 new_hash text
with a as materialized (select x.account_id from account x where x.business_id = $1 and x.account_id = $2 and x.epoch = $3 and x.closed_at is null),
 h as (update password x set hash = $7 from a where x.business_id = $1 and x.account_id = a.account_id and $7 is not null and x.hash = $6),
 gone as (delete from token x using a where x.business_id = $1 and x.account_id = a.account_id and x.expires_at < now()),
 t as (insert into token(business_id, token_hash, account_id, epoch, expires_at)
       select $1, $4, a.account_id, $3, now() + make_interval(hours => $5) from a where $4 is not null
       on conflict (business_id, token_hash) do nothing returning expires_at)
select coalesce((select expires_at from t),
                (select x.expires_at from token x where x.business_id = $1 and x.token_hash = $4 and x.account_id = a.account_id and x.epoch = $3
                    and x.ended_at is null and x.expires_at > now()))
from a

-- name: session_end_token
-- login
-- $2 account uuid
-- $3 hash bytea
update token x set ended_at = now() where x.business_id = $1 and x.account_id = $2 and x.token_hash = $3 and x.ended_at is null

-- name: session_password
-- login
-- What the old password is compared with before it is changed.
-- $2 account uuid
-- $3 epoch int4
select p.hash from account x left join password p on p.business_id = x.business_id and p.account_id = x.account_id
where x.business_id = $1 and x.account_id = $2 and x.epoch = $3 and x.closed_at is null

-- name: password_change
-- change
-- Ends every other session and every token. Without a hash the old password was wrong: that is kept as the verdict, and a
-- repeat of a change that was done finds it done although the old password no longer fits.
-- $8 new_password text
with {changer},
 t as (update account x set epoch = x.epoch + 1 from actor
       where x.business_id = $1 and x.account_id = actor.account_id and x.epoch = $4 and x.closed_at is null and $8 is not null returning x.account_id, x.epoch),
 h as (update password x set hash = $8, set_at = now() from t where x.business_id = $1 and x.account_id = t.account_id),
 k as (update token x set ended_at = now() from t where x.business_id = $1 and x.account_id = t.account_id and x.ended_at is null),
 f as (insert into feed(business_id, kind, ids) select $1, 3, array[t.account_id] from t)
{record} $3, case when $8 is null then 'BAD_PASSWORD' end, t.epoch from actor left join t on true where $8 is null or t.account_id is not null

-- name: session_join
-- login
-- Uses an enrolment line up and enrols the key, in one statement. verdict: OK, USED, EXPIRED, KEY_KNOWN (the key was enrolled
-- by another line: that one stays unused), or no row for an unknown line.
-- $2 secret_hash bytea
-- $3 key bytea
-- $4 device uuid
-- $5 name text
with e as (select * from enrolment e where e.business_id = $1 and e.secret_hash = $2 for update),
 u as (update enrolment x set used_at = now(), used_by = $3 from e where x.business_id = $1 and x.enrolment_id = e.enrolment_id
         and e.used_at is null and e.ended_at is null and e.expires_at > now()
         and not exists (select from device y where y.business_id = $1 and y.key_hash = $3) returning x.account_id),
 d as (insert into device(business_id, device_id, key_hash, account_id, name) select $1, $4, $3, u.account_id, $5 from u
       returning device_id)
select case when e.used_by = $3 then 'OK' when d.device_id is not null then 'OK'
            when e.used_at is not null then 'USED' when e.ended_at is not null or e.expires_at <= now() then 'EXPIRED' else 'KEY_KNOWN' end
from e left join d on true

-- name: actor_live
-- Does the session an empty answer was read for still hold?
with {actor} select 1 from actor

-- name: session_epochs
-- login
-- Which of these accounts are open, and their epochs: sessions of another epoch are over.
-- $2 accounts uuid[]
select x.account_id, x.epoch from account x where x.business_id = $1 and x.account_id = any ($2) and x.closed_at is null
