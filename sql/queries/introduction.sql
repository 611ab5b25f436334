-- name: consent_set
-- change
-- $8 contact_id uuid
-- $9 consent int2
-- $10 because text
with {changer},
 c as materialized (select c.contact_id from actor a join contact c on c.business_id = $1 and c.contact_id = $8 and c.erased_at is null and {visible c a}),
 s as materialized (select consent_set($1, c.contact_id, nullif($9, 0), $3, $10, true) from c)
{record} $8, case when not exists (select from c) then 'NOT_FOUND' end, $9 from actor left join s on true

-- name: consent_list
-- $5 after_contact_number int8
-- $6 how_many int4
-- $7 consent int2
with {actor}
select c.contact_id, c.number as contact_number, c.name as contact, c.consent, s.at as since_at, s.because,
       (select min(d.at) from due d where d.business_id = $1 and d.subject = c.contact_id and d.rule = 'consent_expire' and d.fired_at is null and d.cancelled_at is null) as expires_at
from actor a join contact c on c.business_id = $1 and c.number > {from $5} and c.consent is not null and c.head_id = c.contact_id and c.erased_at is null and {visible c a}
left join lateral (select x.at, x.because from consent_step x where x.business_id = $1 and x.contact_id = c.contact_id order by x.at desc limit 1) s on true
where coalesce($7, 0) = 0 or c.consent = $7
order by c.number limit $6

-- name: fire_consent_expire
-- system
-- $2 due_id uuid
with {due}
select consent_expire($1, d.subject) from d

-- name: introduction_add
-- change
-- $8 introduction_id uuid
-- $9 contact_id uuid
-- $10 other_contact_id uuid
-- $11 partner_id uuid
-- $12 because text
-- $13 owner text
with {changer}, {seat o $13},
 c as (select c.contact_id, c.consent from actor a join contact c on c.business_id = $1 and c.contact_id = $9 and c.erased_at is null and {visible c a}),
 x as (select c.contact_id, c.consent from actor a join contact c on c.business_id = $1 and c.contact_id = $10 and c.erased_at is null and {visible c a}),
 p as (select p.partner_id from actor join partner p on p.business_id = $1 and p.partner_id = $11),
 v as (select case when not exists (select from c) or ($10 is not null and not exists (select from x)) then 'NOT_FOUND'
                   when $11 is not null and not exists (select from p) then 'NO_SUCH_PARTNER' when not exists (select from o) then 'NO_SUCH_ACCOUNT'
                   when $9 = $10 then 'SAME_CONTACT' when exists (select from c where consent = 4 union all select from x where consent = 4) then 'SUPPRESSED'
                   when exists (select from introduction i where i.business_id = $1 and i.introduction_id = $8) then 'ID_USED' end as reason from actor),
 {next I},
 i as (insert into introduction(business_id, introduction_id, number, contact_id, other_contact_id, partner_id, because, owner_id, made_by)
       select $1, $8, n.last, c.contact_id, x.contact_id, p.partner_id, $12, o.account_id, $3 from n, c, o left join x on true left join p on true returning *),
 q as (insert into due(business_id, due_id, rule, subject, at, task_rule, subject_kind, contact_id, owner_id, task_due, words)
       select $1, i.introduction_id, 'task', i.introduction_id, now(), 'introduction_ask', 'I', i.contact_id, i.owner_id, business_days_after($1, now(), 1), i.because from i),
 f as ({tell i})
{record} $8, v.reason, i.number from v left join i on true

-- name: introduction_say
-- change
-- $8 introduction_id uuid
-- $9 other bool
-- $10 yes bool
-- $11 because text
with {changer},
 i as (select i.* from actor join introduction i on i.business_id = $1 and i.introduction_id = $8 for update of i),
 v as (select case when i.introduction_id is null then 'NOT_FOUND' when i.state > 2 then 'INTRODUCTION_OVER' end as reason,
              case when coalesce($9, false) then i.says else coalesce($10, false) end as says, case when coalesce($9, false) then coalesce($10, false) else i.other_says end as other_says
       from actor left join i on true),
 u as (update introduction x set says = v.says, other_says = v.other_says, state = case when not v.says or not v.other_says then 4 when v.says and v.other_says then 2 else 1 end,
         ended_at = case when not v.says or not v.other_says then now() end, ended_because = case when not v.says or not v.other_says then coalesce($11, 'one of the two said no') end
       from v where v.reason is null and x.business_id = $1 and x.introduction_id = $8 returning x.*),
 q as (update due x set cancelled_at = now() from u where u.state <> 1 and x.business_id = $1 and x.subject = u.introduction_id and x.fired_at is null and x.cancelled_at is null),
 k as (update task x set state = 2, closed_at = now(), closed_by = $3 from u where u.state <> 1 and x.business_id = $1 and x.subject = u.introduction_id and x.state = 1),
 f as ({tell u})
{record} $8, v.reason, u.state from v left join u on true

-- name: introduction_made
-- change
-- $8 introduction_id uuid
with {changer},
 i as (select i.* from actor join introduction i on i.business_id = $1 and i.introduction_id = $8 for update of i),
 v as (select case when i.introduction_id is null then 'NOT_FOUND' when i.state > 2 then 'INTRODUCTION_OVER' when i.state = 1 then 'BOTH_MUST_AGREE' end as reason from actor left join i on true),
 u as (update introduction x set state = 3, ended_at = now() from v where v.reason is null and x.business_id = $1 and x.introduction_id = $8 returning x.*),
 x as (insert into fact(business_id, kind, day, subject, contact_id, partner_id, seat_id, seconds)
       select $1, 'introduction_made', today_of($1), u.introduction_id, u.contact_id, u.partner_id, $3, extract(epoch from now() - u.made_at)::int8 from u),
 s as (insert into share(business_id, contact_id, partner_id, reason, may_log, number)
       select $1, c.contact_id, u.partner_id, 2, false, c.number from u join contact c on c.business_id = $1 and c.contact_id = u.contact_id where u.partner_id is not null
       on conflict (business_id, contact_id, partner_id, reason) do update set revoked_at = null),
 f as ({tell u})
{record} $8, v.reason, u.state from v left join u on true

-- name: introduction_list
-- $5 after_number int8
-- $6 how_many int4
-- $7 contact_id uuid
-- $8 state int2
with {actor}
select i.introduction_id, i.number, i.state, i.contact_id, c.number as contact_number, c.name as contact, i.says, i.other_contact_id, x.number as other_contact_number,
       coalesce(x.name, p.name) as other, i.partner_id, p.number as partner_number, i.other_says, i.because, o.login as owner, i.made_at, i.ended_at, i.ended_because, i.number as after_number
from actor a join introduction i on i.business_id = $1 and i.number > {from $5}
join contact c on c.business_id = $1 and c.contact_id = i.contact_id and {visible c a}
left join contact x on x.business_id = $1 and x.contact_id = i.other_contact_id and {visible x a}
left join partner p on p.business_id = $1 and p.partner_id = i.partner_id
join account o on o.business_id = $1 and o.account_id = i.owner_id
where ($7 is null or i.contact_id = $7 or i.other_contact_id = $7) and (coalesce($8, 0) = 0 or i.state = $8)
order by i.number limit $6

-- name: text_get
-- Whom it goes to, and the words with names put in. No row: there is nothing of the kind, or its person is suppressed.
-- $5 text int2
-- $6 introduction_id uuid
-- $7 thanks_id uuid
-- $8 contact_id uuid
-- $9 other bool
with {actor},
 t as (
  select c.name, c.email, x.name as other, x.email as other_email, i.because, c.language, c.consent
  from introduction i join lateral (select case when coalesce($9, false) then i.other_contact_id else i.contact_id end as me, case when coalesce($9, false) then i.contact_id else i.other_contact_id end as they) w on true
  left join partner p on p.business_id = $1 and p.partner_id = i.partner_id
  left join contact d on d.business_id = $1 and d.contact_id = w.me
  left join contact y on y.business_id = $1 and y.contact_id = w.they
  cross join lateral (select coalesce(d.name, p.name) as name, d.email, d.language, d.consent) c
  cross join lateral (select coalesce(y.name, p.name) as name, y.email) x
  where $5 in (1, 2) and i.business_id = $1 and i.introduction_id = $6 and (($5 = 1 and i.state = 1) or ($5 = 2 and i.state = 2))
  union all
  select coalesce(c.name, p.name), c.email, null, null, coalesce(h.words, ''), c.language, c.consent
  from thanks h left join contact c on c.business_id = $1 and c.contact_id = h.contact_id left join partner p on p.business_id = $1 and p.partner_id = h.partner_id
  where $5 = 3 and h.business_id = $1 and h.thanks_id = $7
  union all
  select c.name, c.email, coalesce(r.source, 'somebody'), null, coalesce(r.because, ''), c.language, c.consent
  from contact c left join lateral (select referral_source_name($1, r) as source, r.because from referral r where r.business_id = $1 and r.contact_id = c.contact_id and r.direction = 1 order by r.number desc limit 1) r on true
  where $5 = 4 and c.business_id = $1 and c.contact_id = $8 and c.erased_at is null)
select t.name, t.email, case when $5 = 2 then t.other_email end as other_email, t.language,
       case $5 when 1 then 'May I introduce you to ' || t.other || '?' when 2 then t.name || ', meet ' || t.other when 3 then 'Thank you' else 'May we keep your address?' end as subject,
       text_fill(setting_of($1, (array['text.ask_consent', 'text.introduce', 'text.thank', 'text.confirm'])[$5]), t.name, t.other, t.because, coalesce(me.name, me.login), b.name) as body
from actor a join account me on me.business_id = $1 and me.account_id = a.account_id join business b on b.business_id = $1 cross join t
where a.partner_id is null and t.consent is distinct from 4
