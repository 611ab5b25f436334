-- name: fire_digest
-- system
-- Once a working day, when its moment has come and isn't long past: one for everybody who named an address and isn't away. It fires
-- again and again, so its row stays.
-- $2 due_id uuid
with d as materialized (select x.due_id from due x where x.business_id = $1 and x.due_id = $2 and x.at <= now() and x.fired_at is null and x.cancelled_at is null for update),
 t as (select z.day, digest_moment($1, z.day) as at from d cross join lateral (select today_of($1) as day) z),
 g as (select t.day from t where setting_flag($1, 'digest.on') and is_working_day($1, t.day) and now() >= t.at
         and now() < t.at + make_interval(hours => setting_number($1, 'digest.late_hours')::int)),
 w as (insert into digest(business_id, digest_id, account_id, day) select $1, gen_random_uuid(), a.account_id, g.day
       from g join account a on a.business_id = $1 and a.email is not null and a.role in (1, 2, 4) and a.closed_at is null and coalesce(a.away_until <= now(), true)
       on conflict (business_id, account_id, day) do nothing returning digest_id, account_id),
 q as (insert into due(business_id, due_id, rule, subject, at) select $1, w.digest_id, 'digest_send', w.account_id, now() from w),
 n as (update due x set at = digest_next($1) from d where x.business_id = $1 and x.due_id = d.due_id)
select count(*) from w

-- name: fire_digest_send
-- system
-- Claims one digest: its tasks come back, a row each, and nobody else gets it before the program must have ended. No row: it isn't ours
-- to send, or there is nothing to send, and that is written down.
-- $2 due_id uuid
with d as materialized (select x.due_id from due x where x.business_id = $1 and x.due_id = $2 and x.at <= now() and x.fired_at is null and x.cancelled_at is null for update),
 g as materialized (select g.*, now() >= g.made_at + make_interval(hours => setting_number($1, 'digest.late_hours')::int) as late,
                           g.tries >= setting_number($1, 'digest.tries') as tried
                    from d join digest g on g.business_id = $1 and g.digest_id = d.due_id and g.state = 1 for update of g),
 a as materialized (select a.account_id, a.login, a.name, a.email from g join account a on a.business_id = $1 and a.account_id = g.account_id
                    where a.closed_at is null and a.email is not null and coalesce(a.away_until <= now(), true) and not g.late and not g.tried),
 me as (select account_id from a),
 {today_cards},
 t as materialized (select t.*, cards.card from open t join cards using (card_of) where cards.card <= 12),
 run as (select a.account_id from a where exists (select from t)),
 s as (select least(greatest(setting_number($1, 'digest.seconds'), 1), 600) as seconds),
 u as (update digest x set tries = x.tries + 1 from g, run where x.business_id = $1 and x.digest_id = g.digest_id returning x.tries, x.day),
 e as (update digest x set state = case when g.tries > 0 then 3 else 4 end, ended_at = now(),
         why = coalesce(g.why, case when g.tried then 'nothing was heard of the last run' when g.late then 'too late for that day'
                                    when not exists (select from a) then 'away, closed or without an address' else 'nothing was to be done' end)
       from g where not exists (select from run) and x.business_id = $1 and x.digest_id = g.digest_id),
 l as (update due x set at = case when exists (select from run) then now() + make_interval(secs => s.seconds::float8 + 10) else x.at end,
                        fired_at = case when not exists (select from run) then now() end
       from d, s where x.business_id = $1 and x.due_id = d.due_id)
select u.tries, (s.seconds * 1000)::int4 as timeout_ms, a.email, a.name, a.login, b.name as business, to_char(u.day, 'YYYY-MM-DD') as day,
       to_char(u.day, 'FMDay FMDD FMMonth YYYY') as day_words, greatest((select count(*) from cards) - 12, 0)::int4 as more,
       t.card::int4, c.name as contact, c.number as contact_number, coalesce(r.title, t.rule) as title, t.words, t.number,
       subject_name($1, t.subject_kind, t.subject) as subject, to_char(t.due_at at time zone b.zone, 'Dy FMDD Mon, HH24:MI') as due, t.due_at < now() as overdue
from u cross join a cross join s join business b on b.business_id = $1 cross join t
left join task_rule r on r.rule = t.rule
left join contact c on c.business_id = $1 and c.contact_id = t.contact_id
order by t.card, t.due_at, t.number

-- name: digest_end
-- system
-- How a run ended. One that worked ends the digest, whoever claimed it since; one that failed only if it was the last.
-- $2 due_id uuid
-- $3 tries int2
-- $4 worked bool
-- $5 why text
with d as materialized (select x.due_id from due x where x.business_id = $1 and x.due_id = $2 and x.fired_at is null for update),
 g as materialized (select g.digest_id, g.tries from d join digest g on g.business_id = $1 and g.digest_id = d.due_id and g.state = 1 and ($4 or g.tries = $3) for update of g),
 u as (update digest x set ended_at = case when $4 or g.tries >= setting_number($1, 'digest.tries') then now() end,
         state = case when $4 then 2 when g.tries >= setting_number($1, 'digest.tries') then 3 else 1 end, why = case when not $4 then $5 end
       from g where x.business_id = $1 and x.digest_id = g.digest_id returning x.digest_id, x.state, x.tries),
 z as (update due x set fired_at = case when u.state <> 1 then now() end,
                        at = case when u.state = 1 then now() + setting_number($1, 'digest.again_minutes')::float8 * u.tries * interval '1 minute' else x.at end
       from u where x.business_id = $1 and x.due_id = u.digest_id)
select u.state from u

-- name: digest_to
-- change
-- Where one's own digest goes, or, for the admin, somebody's; '' is nowhere.
-- $8 login text
-- $9 email text
with {changer},
 t as (select a.account_id from actor x join account a on a.business_id = $1 and a.closed_at is null and a.partner_id is null
         and ((a.login = $8 and (x.role = 4 or a.account_id = x.account_id)) or ($8 is null and a.account_id = x.account_id))),
 u as (update account x set email = nullif($9, '') from t where x.business_id = $1 and x.account_id = t.account_id)
{record} t.account_id, case when t.account_id is null then 'NO_SUCH_ACCOUNT' end, null from actor left join t on true

-- name: digest_list
-- One's own; the admin sees everybody's. The newest first.
-- $5 after_day date
-- $6 after_digest_id uuid
-- $7 how_many int4
with {actor}
select g.digest_id, g.day, w.login, g.state, g.tries, g.ended_at, g.why
from actor a join digest g on g.business_id = $1 and (a.role = 4 or g.account_id = a.account_id)
join account w on w.business_id = $1 and w.account_id = g.account_id
where $5 is null or (g.day, g.digest_id) < ($5, $6)
order by g.day desc, g.digest_id desc limit $7
