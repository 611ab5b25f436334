-- name: agreement_set
-- change
-- $8 agreement_id uuid
-- $9 partner_id uuid
-- $10 reward int2
-- $11 value int8
-- $12 currency text
-- $13 good_cause text
-- $14 words text
with {changer},
 p as (select p.partner_id from actor join partner p on p.business_id = $1 and p.partner_id = $9 for no key update of p),
 b as (select b.currency from business b where b.business_id = $1 for no key update),
 e as (select g.agreement_id from agreement g, b where g.business_id = $1 and g.partner_id is not distinct from $9 and g.ended_at is null for update of g),
 v as (select case when $9 is not null and not exists (select from p) then 'NO_SUCH_PARTNER' when $12 is not null and $12 !~ '^[A-Z]{3}$' then 'BAD_CURRENCY'
                   when ($10 = 1) <> (coalesce($11, 0) = 0) then 'REWARD_VALUE' when $11 < 0 then 'NEGATIVE_AMOUNT' when $10 = 3 and coalesce(btrim($13), '') = '' then 'CAUSE_NEEDED'
                   when exists (select from agreement g where g.business_id = $1 and g.agreement_id = $8) then 'ID_USED' end as reason from actor),
 {next G},
 u as (update agreement x set ended_at = clock_timestamp() from v where v.reason is null and x.business_id = $1 and x.agreement_id in (select agreement_id from e)
       returning x.agreement_id),
 w as (select count(*) from u),
 i as (insert into agreement(business_id, agreement_id, number, partner_id, reward, value, currency, cause, words, made_by)
       select $1, $8, n.last, $9, $10, coalesce($11, 0), coalesce($12, b.currency), nullif($13, ''), $14, $3 from n, b, w returning number)
{record} $8, v.reason, i.number from v left join i on true

-- name: agreement_list
-- $5 after_number int8
-- $6 how_many int4
-- $7 partner_id uuid
-- $8 with_ended bool
with {actor}
select g.agreement_id, g.number, g.partner_id, p.number as partner_number, p.name as partner, g.reward, g.value, g.currency, g.cause as good_cause, g.words, g.since as since_at, g.ended_at,
       g.number as after_number
from actor join agreement g on g.business_id = $1 and g.number > {from $5}
left join partner p on p.business_id = $1 and p.partner_id = g.partner_id
where ($7 is null or g.partner_id = $7) and (coalesce($8, false) or g.ended_at is null)
order by g.number limit $6

-- name: reward_add
-- change
-- Accrued at once, or held when a flag says that a person must decide.
-- $8 reward_id uuid
-- $9 contact_id uuid
-- $10 partner_id uuid
-- $11 colleague text
-- $12 about_contact_id uuid
-- $13 reward int2
-- $14 value int8
-- $15 currency text
-- $16 good_cause text
with {changer},
 s as (select c.contact_id, null::uuid as partner_id, null::uuid as account_id
       from actor a join contact c on c.business_id = $1 and c.contact_id = $9 and c.erased_at is null and {visible c a}
       union all select null, p.partner_id, null from actor join partner p on p.business_id = $1 and p.partner_id = $10
       union all select null, null, x.account_id from actor join account x on x.business_id = $1 and x.login = $11 and x.partner_id is null and x.closed_at is null),
 r as (select c.contact_id from actor a join contact c on c.business_id = $1 and c.contact_id = $12 and c.erased_at is null and {visible c a}),
 g as (select g.* from s join agreement g on g.business_id = $1 and g.partner_id is not distinct from s.partner_id and g.ended_at is null and s.account_id is null),
 b as (select b.currency from business b where b.business_id = $1),
 w as (select coalesce(nullif($13, 0), g.reward) as reward, coalesce($14, g.value) as value, coalesce($15, case when $14 is null then g.currency end, b.currency) as currency,
              coalesce(nullif($16, ''), g.cause) as cause, g.agreement_id from b left join g on true),
 v as (select case when $11 is not null and not exists (select from s) then 'NO_SUCH_ACCOUNT' when not exists (select from s) then 'NOT_FOUND'
                   when $12 is not null and not exists (select from r) then 'NOT_FOUND' when w.currency !~ '^[A-Z]{3}$' then 'BAD_CURRENCY'
                   when coalesce(w.reward, 1) = 1 or coalesce(w.value, 0) = 0 then 'NO_AGREEMENT' when w.value < 0 then 'NEGATIVE_AMOUNT'
                   when w.reward = 3 and w.cause is null then 'CAUSE_NEEDED'
                   when exists (select from reward x where x.business_id = $1 and x.reward_id = $8) then 'ID_USED' end as reason from actor, w),
 {next L},
 i as (insert into reward(business_id, reward_id, number, contact_id, partner_id, account_id, about_contact_id, agreement_id, reward, value, currency, cause, flags, state, made_by)
       select $1, $8, n.last, s.contact_id, s.partner_id, s.account_id, r.contact_id, w.agreement_id, w.reward, w.value, w.currency, w.cause, k.flags,
              case when cardinality(k.flags) > 0 then 1 else 2 end, $3
       from n, s cross join w left join r on true cross join lateral (select reward_flags($1, s.contact_id, s.partner_id, s.account_id, r.contact_id) as flags) k returning *),
 p as (insert into posting(business_id, reward_id, debit, credit, value, currency, account_id)
       select $1, i.reward_id, 1, 2, i.value, i.currency, $3 from i where i.state = 2),
 f as ({tell i})
{record} $8, v.reason, i.number from v left join i on true

-- name: reward_added
-- $5 target uuid
with {actor} select r.state, r.flags from actor join reward r on r.business_id = $1 and r.reward_id = $5

-- name: reward_decide
-- change
-- $8 reward_id uuid
-- $9 allow bool
-- $10 because text
with {changer},
 r as (select r.* from actor join reward r on r.business_id = $1 and r.reward_id = $8 for update of r),
 v as (select case when r.reward_id is null then 'NOT_FOUND' when r.state <> 1 then 'REWARD_STEP' when r.account_id = a.account_id then 'OWN_REWARD' end as reason, r.state
       from actor a left join r on true),
 u as (update reward x set state = case when coalesce($9, false) then 2 else 6 end, decided_by = $3, decided_because = $10 from r, v
       where v.reason is null and x.business_id = $1 and x.reward_id = r.reward_id returning x.*),
 p as (insert into posting(business_id, reward_id, debit, credit, value, currency, account_id, words)
       select $1, u.reward_id, 1, 2, u.value, u.currency, $3, $10 from u where u.state = 2),
 f as ({tell u})
{record} $8, v.reason, coalesce(u.state, v.state) from v left join u on true

-- name: reward_step
-- change
-- On by one: accrued → payable ($9 = 3), payable → paid (4).
-- $8 reward_id uuid
-- $9 to_state int2
-- $10 words text
with {changer},
 r as (select r.* from actor join reward r on r.business_id = $1 and r.reward_id = $8 for update of r),
 v as (select case when r.reward_id is null then 'NOT_FOUND' when r.state <> $9 - 1 then 'REWARD_STEP' when r.account_id = a.account_id then 'OWN_REWARD' end as reason, r.state
       from actor a left join r on true),
 u as (update reward x set state = $9 from r, v where v.reason is null and x.business_id = $1 and x.reward_id = r.reward_id returning x.*),
 p as (insert into posting(business_id, reward_id, debit, credit, value, currency, account_id, words)
       select $1, u.reward_id, u.state - 1, u.state, u.value, u.currency, $3, $10 from u),
 x as (insert into fact(business_id, kind, day, subject, contact_id, partner_id, seat_id, label, value, currency)
       select $1, 'reward_paid', today_of($1), u.reward_id, u.contact_id, u.partner_id, $3, (array['none', 'gift', 'donation', 'fee'])[u.reward], u.value, u.currency
       from u where u.state = 4),
 f as ({tell u})
{record} $8, v.reason, coalesce(u.state, v.state) from v left join u on true

-- name: reward_reverse
-- change
-- $8 reward_id uuid
-- $9 because text
with {changer},
 r as (select r.* from actor join reward r on r.business_id = $1 and r.reward_id = $8 for update of r),
 v as (select case when r.reward_id is null then 'NOT_FOUND' when r.state not in (2, 3, 4) then 'REWARD_STEP' end as reason, r.state from actor left join r on true),
 u as (update reward x set state = 5, decided_by = $3, decided_because = $9 from r, v where v.reason is null and x.business_id = $1 and x.reward_id = r.reward_id returning x.*),
 p as (insert into posting(business_id, reward_id, debit, credit, value, currency, reverses, account_id, words)
       select $1, o.reward_id, o.credit, o.debit, o.value, o.currency, o.posting_id, $3, $9
       from u join posting o on o.business_id = $1 and o.reward_id = u.reward_id and o.reverses is null),
 x as (insert into fact(business_id, kind, day, n, subject, contact_id, partner_id, seat_id, label, value, currency)
       select $1, z.kind, z.day, -1, z.subject, z.contact_id, z.partner_id, z.seat_id, z.label, z.value, z.currency
       from u join fact z on z.business_id = $1 and z.subject = u.reward_id and z.kind = 'reward_paid' and z.n = 1),
 f as ({tell u})
{record} $8, v.reason, coalesce(u.state, v.state) from v left join u on true

-- name: reward_state_of
-- What a reward is now, for the words of a refusal.
-- $5 reward_id uuid
with {actor}
select (array['held: an admin decides it first', 'accrued: it can be made payable', 'payable: it can be paid', 'paid', 'reversed', 'refused'])[r.state]
from actor join reward r on r.business_id = $1 and r.reward_id = $5

-- name: reward_list
-- $5 after_number int8
-- $6 how_many int4
-- $7 contact_id uuid
-- $8 partner_id uuid
-- $9 state int2
with {actor}
select r.reward_id, r.number, r.contact_id, c.number as contact_number, c.name as contact, r.partner_id, p.number as partner_number, p.name as partner, o.login as colleague,
       r.about_contact_id, t.name as about, (select f.number from referral f where f.business_id = $1 and f.referral_id = r.referral_id) as referral_number, g.number as agreement_number, r.reward, r.value, r.currency, r.cause as good_cause, r.state, r.flags, r.made_at, by.login as decided_by,
       r.decided_because, r.number as after_number
from actor a join reward r on r.business_id = $1 and r.number > {from $5}
left join contact c on c.business_id = $1 and c.contact_id = r.contact_id and {visible c a}
left join contact t on t.business_id = $1 and t.contact_id = r.about_contact_id and {visible t a}
left join partner p on p.business_id = $1 and p.partner_id = r.partner_id
left join account o on o.business_id = $1 and o.account_id = r.account_id
left join agreement g on g.business_id = $1 and g.agreement_id = r.agreement_id
left join account by on by.business_id = $1 and by.account_id = r.decided_by
where ($7 is null or r.contact_id = $7) and ($8 is null or r.partner_id = $8) and (coalesce($9, 0) = 0 or r.state = $9)
order by r.number limit $6

-- name: reward_list_shared
-- A partner's own: for which of its referrals, the person as it wrote it.
-- $5 after_number int8
-- $6 how_many int4
-- $7 contact_id uuid
-- $8 partner_id uuid
-- $9 state int2
with {actor}
select r.reward_id, r.number, f.number as referral_number, f.person as about, r.reward, r.value, r.currency, r.cause as good_cause, r.state, r.made_at, r.number as after_number
from actor a join reward r on r.business_id = $1 and r.number > {from $5} and {own r a}
left join referral f on f.business_id = $1 and f.referral_id = r.referral_id and {mine f a}
where $7 is null and ($8 is null or r.partner_id = $8) and (coalesce($9, 0) = 0 or r.state = $9)
order by r.number limit $6

-- name: ledger_list
-- $5 after_posted_at timestamptz
-- $6 after_posting_id uuid
-- $7 how_many int4
-- $8 reward_id uuid
with {actor}
select p.posting_id, r.number as reward_number, coalesce(c.name, q.name, o.login) as source, p.debit, p.credit, p.value, p.currency, p.reverses is not null as counter_entry,
       p.at as posted_at, by.login as by, p.words
from actor a join posting p on p.business_id = $1
join reward r on r.business_id = $1 and r.reward_id = p.reward_id
left join contact c on c.business_id = $1 and c.contact_id = r.contact_id and {visible c a}
left join partner q on q.business_id = $1 and q.partner_id = r.partner_id
left join account o on o.business_id = $1 and o.account_id = r.account_id
left join account by on by.business_id = $1 and by.account_id = p.account_id
where ($5 is null or (p.at, p.posting_id) > ($5, $6)) and ($8 is null or p.reward_id = $8)
order by p.at, p.posting_id limit $7

-- name: ledger_list_shared
-- $5 after_posted_at timestamptz
-- $6 after_posting_id uuid
-- $7 how_many int4
-- $8 reward_id uuid
with {actor}
select p.posting_id, r.number as reward_number, p.debit, p.credit, p.value, p.currency, p.reverses is not null as counter_entry, p.at as posted_at
from actor a join reward r on r.business_id = $1 and {own r a}
join posting p on p.business_id = $1 and p.reward_id = r.reward_id
where ($5 is null or (p.at, p.posting_id) > ($5, $6)) and ($8 is null or p.reward_id = $8)
order by p.at, p.posting_id limit $7

-- name: ledger_show
-- $5 reward_id uuid
with {actor}
select l.ledger_account, l.currency, sum(l.value)::int8 as value, count(*) as postings
from actor join posting_leg l on l.business_id = $1 and ($5 is null or l.reward_id = $5)
group by l.ledger_account, l.currency order by l.currency, l.ledger_account

-- name: ledger_show_shared
-- $5 reward_id uuid
with {actor}
select l.ledger_account, l.currency, sum(l.value)::int8 as value, count(*) as postings
from actor a join reward r on r.business_id = $1 and {own r a}
join posting_leg l on l.business_id = $1 and l.reward_id = r.reward_id and ($5 is null or l.reward_id = $5)
group by l.ledger_account, l.currency order by l.currency, l.ledger_account
