-- name: merge_preview
-- $5 merged_contact_id uuid
-- $6 contact_id uuid
with {actor}
select l.what, l.kept_has, l.merged_has, l.becomes
from actor a join contact k on k.business_id = $1 and k.contact_id = $6 and k.erased_at is null and {visible k a}
join contact m on m.business_id = $1 and m.contact_id = $5 and m.erased_at is null and {visible m a}
cross join lateral merge_preview($1, k.contact_id, m.contact_id) with ordinality l(what, kept_has, merged_has, becomes, i) order by l.i

-- name: merge_add
-- change
-- after context_alone
-- $8 merge_id uuid
-- $9 merged_contact_id uuid
-- $10 contact_id uuid
-- $11 because text
with {changer}, v as materialized (select m.reason, m.number from actor a cross join lateral contact_merge($1, $8, $10, $9, $11, $3) m where a.partner_id is null)
{record} $8, v.reason, v.number from v

-- name: merge_undo
-- change
-- after context_alone
-- $8 merge_id uuid
with {changer}, v as materialized (select m.reason, m.number from actor a cross join lateral contact_unmerge($1, $8, $3) m where a.partner_id is null)
{record} $8, v.reason, v.number from v

-- name: merge_list
-- $5 after_number int8
-- $6 how_many int4
-- $7 contact_id uuid
with {actor}
select g.merge_id, g.number, g.kept_id as contact_id, k.number as contact_number, k.name as contact, g.merged_id as merged_contact_id, m.number as merged_contact_number,
       m.name as merged_contact, g.because, g.merged_at, by.login as merged_by, g.undo_until as undo_until_at, g.undone_at, back.login as undone_by, g.number as after_number
from actor a join merge g on g.business_id = $1 and g.number > {from $5}
join contact k on k.business_id = $1 and k.contact_id = g.kept_id and {visible k a}
join contact m on m.business_id = $1 and m.contact_id = g.merged_id
join account by on by.business_id = $1 and by.account_id = g.merged_by
left join account back on back.business_id = $1 and back.account_id = g.undone_by
where ($7 is null or g.kept_id = $7)
order by g.number limit $6

-- name: fire_merge_settle
-- system
-- $2 due_id uuid
with {due}
select merge_settle($1, d.subject) from d

-- name: blind_check
-- change
-- One path whoever it is about: the same look-ups, the same rows written; only the number told differs. 0 clear; else class and month.
-- $8 blind_id uuid
-- $9 name_key text
-- $10 email_key text
-- $11 phone_key text
with {changer},
 v as materialized (
  select case when $9 is null and $10 is null and $11 is null then 'BLIND_NOTHING'
              when (select count(*) from blind_check x where x.business_id = $1 and x.partner_id = a.partner_id and x.at > now() - interval '1 day')
                   >= setting_number($1, 'blind.per_day') then 'BLIND_LIMIT'
              when exists (select from blind_check x where x.business_id = $1 and x.blind_id = $8) then 'ID_USED' end as reason, a.partner_id
  from actor a where a.partner_id is not null),
 h as materialized (select v.reason, v.partner_id, blind_answer($1, $9, $10, $11) as held from v),
 i as (insert into blind_check(business_id, blind_id, partner_id, account_id, held) select $1, $8, h.partner_id, $3, h.held from h where h.reason is null returning held)
{record} $8, h.reason, i.held from h left join i on true

-- name: blind_list
-- $5 after_asked_at timestamptz
-- $6 after_id uuid
-- $7 how_many int4
-- $8 partner_id uuid
with {actor}
select k.at as asked_at, p.name as partner, x.login, case when k.held = 0 then 1 else 2 end::int2 as verdict, nullif(k.held / 1000000, 0)::int2 as held_class, k.blind_id as after_id
from actor join blind_check k on k.business_id = $1
join partner p on p.business_id = $1 and p.partner_id = k.partner_id
join account x on x.business_id = $1 and x.account_id = k.account_id
where ($5 is null or (k.at, k.blind_id) > ($5, $6)) and ($8 is null or k.partner_id = $8)
order by k.at, k.blind_id limit $7
