-- part: suggested c
-- Whom to ask contact c for by name: who is wanted and known to it, then who is wanted at all, the oldest first; three at most.
(select array_agg(w.words order by w.place, w.number) from (
   (select 1 as place, w.number, w.name || coalesce(' (' || w.company || ')', '') as words from wanted w
    where w.business_id = $1 and w.state = 1 and w.contact_id = :c.contact_id order by w.number limit 3)
   union all
   (select 2, w.number, w.name || coalesce(' (' || w.company || ')', '') from wanted w where w.business_id = $1 and w.state = 1 and w.contact_id is null order by w.number limit 3)
   order by 1, 2 limit 3) w)

-- name: wanted_add
-- change
-- $8 wanted_id uuid
-- $9 name text
-- $10 name_key text
-- $11 company text
-- $12 why text
-- $13 contact_id uuid
with {changer},
 v as (select case when $13 is not null and not exists (select from contact c where c.business_id = $1 and c.contact_id = $13 and c.erased_at is null and {visible c a}) then 'NOT_FOUND'
                   when coalesce($10, '') = '' then 'NAME_NEEDED' when exists (select from wanted w where w.business_id = $1 and w.wanted_id = $8) then 'ID_USED' end as reason from actor a),
 {next W},
 i as (insert into wanted(business_id, wanted_id, number, name, name_key, company, why, contact_id, made_by)
       select $1, $8, n.last, btrim($9), $10, nullif(btrim($11), ''), nullif(btrim($12), ''), $13, $3 from n returning number)
{record} $8, v.reason, i.number from v left join i on true

-- name: wanted_close
-- change
-- Met, or given up.
-- $8 wanted_id uuid
-- $9 state int2
-- $10 because text
with {changer},
 w as (select w.wanted_id, w.state from actor join wanted w on w.business_id = $1 and w.wanted_id = $8 for update of w),
 v as (select case when w.wanted_id is null then 'NOT_FOUND' when w.state <> 1 then 'WANTED_CLOSED' end as reason from actor left join w on true),
 u as (update wanted x set state = $9, because = $10, closed_at = now() from v where v.reason is null and x.business_id = $1 and x.wanted_id = $8)
{record} $8, v.reason, null from v

-- name: wanted_list
-- $5 after_number int8
-- $6 how_many int4
-- $7 state int2
-- $8 contact_id uuid
with {actor}
select w.wanted_id, w.number, w.name, w.company, w.why, w.state, w.because, c.number as contact_number, c.name as contact, r.number as referral_number
from actor a join wanted w on w.business_id = $1 and w.number > {from $5}
left join contact c on c.business_id = $1 and c.contact_id = w.contact_id and c.erased_at is null and {visible c a}
left join referral r on r.business_id = $1 and r.referral_id = w.referral_id
where w.state = coalesce(nullif($7, 0), 1) and ($8 is null or w.contact_id = $8)
order by w.number limit $6

-- name: testimonial_add
-- change
-- $8 testimonial_id uuid
-- $9 contact_id uuid
-- $10 review_id uuid
-- $11 words text
-- $12 may_publish bool
-- $13 on date
with {changer},
 c as (select c.contact_id from actor a join contact c on c.business_id = $1 and c.contact_id = $9 and c.erased_at is null and {visible c a}),
 t as (select today_of($1) as today, coalesce($13, today_of($1)) as day),
 v as (select case when not exists (select from c) then 'NOT_FOUND'
                   when $10 is not null and not exists (select from review r where r.business_id = $1 and r.review_id = $10 and r.contact_id = $9) then 'OTHER_CONTACT'
                   when t.day > t.today then 'DAY_AHEAD' when exists (select from testimonial x where x.business_id = $1 and x.testimonial_id = $8) then 'ID_USED' end as reason from actor, t),
 {next Q},
 i as (insert into testimonial(business_id, testimonial_id, number, contact_id, review_id, words, may_publish, given_on, made_by)
       select $1, $8, n.last, c.contact_id, $10, btrim($11), coalesce($12, false), t.day, $3 from n, c, t returning *),
 x as ({testimonial_fact i})
{record} $8, v.reason, i.number from v left join i on true

-- part: testimonial_fact i
insert into fact(business_id, kind, day, subject, contact_id, seat_id, label)
select $1, 'testimonial_given', :i.given_on, :i.testimonial_id, :i.contact_id, $3, case when :i.may_publish then 'may be shown' else 'among us' end from :i

-- name: testimonial_publish
-- change
-- They said we may, or that we may not after all.
-- $8 testimonial_id uuid
-- $9 may_publish bool
with {changer},
 u as (update testimonial x set may_publish = $9 from actor a, contact c where x.business_id = $1 and x.testimonial_id = $8 and c.business_id = $1 and c.contact_id = x.contact_id and {visible c a}
       returning x.testimonial_id)
{record} $8, case when not exists (select from u) then 'NOT_FOUND' end, null from actor

-- name: testimonial_list
-- $5 after_number int8
-- $6 how_many int4
-- $7 contact_id uuid
-- $8 may_publish bool
with {actor}
select q.testimonial_id, q.number, q.contact_id, c.number as contact_number, c.name as contact, q.words, q.may_publish, q.given_on, r.number as review_number
from actor a join testimonial q on q.business_id = $1 and q.number > {from $5}
join contact c on c.business_id = $1 and c.contact_id = q.contact_id and {visible c a}
left join review r on r.business_id = $1 and r.review_id = q.review_id
where ($7 is null or q.contact_id = $7) and ($8 is null or q.may_publish = $8)
order by q.number limit $6
