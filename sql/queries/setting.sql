-- name: setting_list
-- $5 prefix text
with {actor}
select d.key, coalesce(s.value, d.value) as value, d.kind, d.value as default_value, d.doc, s.changed_at
from actor cross join setting_default d left join setting s on s.business_id = $1 and s.key = d.key
where $5 is null or starts_with(d.key, $5)
order by d.key

-- name: setting_set
-- change
-- $8 key text
-- $9 value text
with {changer},
 k as (select d.key, d.kind, case d.kind
              when 'number' then $9 ~ '^-?[0-9]{1,12}([.][0-9]{1,6})?$'
              when 'flag' then $9 in ('yes', 'no')
              when 'time' then $9 ~ '^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$'
              when 'days' then $9 ~ '^(mon|tue|wed|thu|fri|sat|sun)( (mon|tue|wed|thu|fri|sat|sun)){0,6}$'
              else true end as fits
       from actor, setting_default d where d.key = $8),
 gone as (delete from setting s using k where s.business_id = $1 and s.key = k.key and coalesce($9, '') = ''),
 -- the digest's moment is worked out anew
 q as (update due x set at = now() from k where (k.key like 'digest.%' or k.key like 'calendar.%') and x.business_id = $1 and x.subject = $1 and x.rule = 'digest'
       and x.fired_at is null and x.cancelled_at is null),
 put as (insert into setting(business_id, key, value, changed_by) select $1, k.key, $9, $3 from k where k.fits and coalesce($9, '') <> ''
         on conflict (business_id, key) do update set value = excluded.value, changed_at = now(), changed_by = excluded.changed_by)
{record} null, case when k.key is null then 'NO_SUCH_SETTING' when coalesce($9, '') <> '' and not k.fits then 'BAD_SETTING' end, null
from actor left join k on true

-- name: holiday_add
-- change
-- $8 day date
-- $9 name text
with {changer},
 i as (insert into holiday(business_id, day, name) select $1, $8, coalesce($9, '') from actor
       on conflict (business_id, day) do update set name = excluded.name)
{record} null, null, null from actor

-- name: holiday_remove
-- change
-- $8 day date
with {changer},
 gone as (delete from holiday h using actor where h.business_id = $1 and h.day = $8 returning h.day)
{record} null, case when not exists (select from gone) then 'NO_SUCH_HOLIDAY' end, null from actor

-- name: holiday_list
with {actor}
select h.day, h.name from actor, holiday h where h.business_id = $1 order by h.day
