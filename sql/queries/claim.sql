-- part: claim_seen c
-- What a source reads of its own claim.
:c.claim_id, (select x.number from referral x where x.business_id = $1 and x.referral_id = :c.referral_id) as referral_number, :c.evidence, :c.claimed_at, :c.verdict,
:c.because, :c.rule_version, :c.credit_until, :c.holds

-- part: claim_whole c
{claim_seen :c}, :c.contact_id, (select x.number from contact x where x.business_id = $1 and x.contact_id = :c.contact_id) as contact_number,
(select x.name from contact x where x.business_id = $1 and x.contact_id = :c.contact_id) as contact,
coalesce((select x.name from contact x where x.business_id = $1 and x.contact_id = :c.source_contact),
         (select x.name from partner x where x.business_id = $1 and x.partner_id = :c.source_partner),
         (select x.name from account x where x.business_id = $1 and x.account_id = :c.source_account)) as source

-- name: claim_add
-- change
-- A source that submitted nothing: the person names it, a tool was redeemed. Judged like all others, by when it came.
-- $8 claim_id uuid
-- $9 contact_id uuid
-- $10 source_contact_id uuid
-- $11 source_partner_id uuid
-- $12 evidence int2
-- $13 because text
with {changer},
 s as materialized (
  select (select c.contact_id from contact c where c.business_id = $1 and c.contact_id = $9 and c.erased_at is null and {visible c a}) as person,
         (select c.contact_id from contact c where c.business_id = $1 and c.contact_id = $10 and c.erased_at is null and {visible c a}) as contact,
         (select x.partner_id from partner x where x.business_id = $1 and x.partner_id = $11) as partner from actor a),
 v as materialized (
  select case when s.person is null or ($10 is not null and s.contact is null) then 'NOT_FOUND' when $11 is not null and s.partner is null then 'NO_SUCH_PARTNER'
              when num_nonnulls(s.contact, s.partner) <> 1 then 'ONE_SOURCE'
              when exists (select from claim x where x.business_id = $1 and x.claim_id = $8) then 'ID_USED' end as reason from s),
 n as materialized (select claim_take($1, $8, s.person, null, s.contact, s.partner, null, $12, $13, now(), $3) as verdict from s, v where v.reason is null),
 f as (insert into feed(business_id, kind, ids) select $1, 6::int2, array_agg(r.referral_id) from n, s join referral r on r.business_id = $1 and r.contact_id = s.person having count(*) > 0),
 t as (insert into feed(business_id, kind, ids) select $1, 2::int2, array[s.person] from n, s)
{record} $8, v.reason, n.verdict from v left join n on true

-- name: claim_added
-- $5 target uuid
with {actor}
select {claim_whole c} from actor a join claim c on c.business_id = $1 and c.claim_id = $5

-- name: claim_list
-- $5 contact_id uuid
-- $6 referral_id uuid
with {actor},
 w as (select coalesce($5, (select r.contact_id from referral r where r.business_id = $1 and r.referral_id = $6)) as contact_id from actor)
select {claim_whole c} from w join claim c on c.business_id = $1 and c.contact_id = w.contact_id order by c.claimed_at, c.claim_id limit 200

-- name: claim_why
-- $5 referral_id uuid
with {actor}
select {claim_whole c} from actor a join claim c on c.business_id = $1 and c.referral_id = $5 and {mine c a}

-- name: claim_why_shared
-- $5 referral_id uuid
with {actor}
select {claim_seen c} from actor a join claim c on c.business_id = $1 and c.referral_id = $5 and {mine c a}

-- name: claim_decisions
-- $5 referral_id uuid
with {actor}
select d.decided_at, d.verdict, d.because, d.rule_version, d.inputs::text as inputs
from actor a join claim c on c.business_id = $1 and c.referral_id = $5 and {mine c a}
join claim_decision d on d.business_id = $1 and d.claim_id = c.claim_id order by d.decided_at, d.decision_id limit 200

-- name: claim_decisions_shared
-- $5 referral_id uuid
with {actor}
select d.decided_at, d.verdict, d.because, d.rule_version, d.told::text as inputs
from actor a join claim c on c.business_id = $1 and c.referral_id = $5 and {mine c a}
join claim_decision d on d.business_id = $1 and d.claim_id = c.claim_id order by d.decided_at, d.decision_id limit 200

-- name: claim_others
-- $5 referral_id uuid
with {actor},
 w as (select c.contact_id, c.claim_id from actor a join claim c on c.business_id = $1 and c.referral_id = $5 and {mine c a})
select {claim_whole c} from w join claim c on c.business_id = $1 and c.contact_id = w.contact_id and c.claim_id <> w.claim_id order by c.claimed_at, c.claim_id limit 50

-- part: replayed d
-- What the rule decides today under the version that decided then; no row of a version that is no more.
left join lateral (select (w.d->>'verdict')::int2 as verdict, w.d->>'because' as because
                   from (select credit_decide(:d.rule_version, :d.inputs) as d) w where w.d is not null) y on true

-- name: claim_replay
-- report
with {actor}
select count(d.*) as decisions, count(distinct d.rule_version) as rule_versions, count(d.*) filter (where (y.verdict, y.because) is distinct from (d.verdict, d.because)) as differing
from actor left join claim_decision d on d.business_id = $1 {replayed d}

-- name: claim_replay_differences
-- report
with {actor}
select d.decided_at, d.rule_version, d.verdict, d.because, y.verdict as verdict_now, coalesce(y.because, 'there is no such version of the rule') as because_now,
       r.number as referral_number, c.contact_id, x.number as contact_number, x.name as contact
from actor a join claim_decision d on d.business_id = $1 {replayed d}
join claim c on c.business_id = $1 and c.claim_id = d.claim_id
left join contact x on x.business_id = $1 and x.contact_id = c.contact_id and {visible x a}
left join referral r on r.business_id = $1 and r.referral_id = c.referral_id
where (y.verdict, y.because) is distinct from (d.verdict, d.because) order by d.decided_at, d.decision_id limit 200

-- name: dispute_open
-- change
-- On the credit for the person of a referral, by its source or for it. One at a time for a person: a second claimant joins it.
-- $8 dispute_id uuid
-- $9 referral_id uuid
-- $10 because text
with {changer},
 c as materialized (select c.* from actor a join claim c on c.business_id = $1 and c.referral_id = $9 and {mine c a}),
 o as materialized (select d.dispute_id, d.number from c join dispute d on d.business_id = $1 and d.contact_id = c.contact_id and d.state = 1),
 v as materialized (
  select case when c.claim_id is null then 'NOT_FOUND' when c.void is not null then 'CLAIM_VOID' when c.holds then 'CREDIT_HELD'
              when exists (select from dispute d where d.business_id = $1 and d.dispute_id = $8) then 'ID_USED' end as reason
  from actor left join c on true),
 w as materialized (select v.reason from v where v.reason is null and not exists (select from o)),
 {next_for X w},
 d as (insert into dispute(business_id, dispute_id, number, contact_id, opened_by) select $1, $8, n.last, c.contact_id, $3 from n, c returning dispute_id, number, contact_id),
 p as (insert into dispute_party(business_id, dispute_id, claim_id, partner_id, words)
       select $1, coalesce(d.dispute_id, o.dispute_id), x.claim_id, x.source_partner, case when x.claim_id = c.claim_id then $10 end
       from c join v on v.reason is null left join d on true left join o on true
       join claim x on x.business_id = $1 and x.contact_id = c.contact_id and (x.claim_id = c.claim_id or (d.dispute_id is not null and x.void is null))
       on conflict (business_id, dispute_id, claim_id) do update set words = excluded.words returning claim_id),
 t as materialized (
  select task_make($1, 'dispute_open', 'X', d.dispute_id, d.contact_id,
                   (select a.account_id from account a where a.business_id = $1 and a.role = 4 and a.closed_at is null and a.account_id <> $3 order by a.created_at, a.account_id limit 1),
                   business_days_after($1, now(), setting_number($1, 'clock.close_days')::int), 'Decide the dispute X' || d.number) from d),
 e as (insert into feed(business_id, kind, ids) select $1, 6::int2, array[$9] from v where v.reason is null)
{record} coalesce(o.dispute_id, $8), v.reason, coalesce(d.number, o.number) from v left join d on true left join o on true left join t on true

-- name: dispute_decide
-- change
-- By an admin who is no party. If there is none other, it is decided all the same, and marked.
-- $8 dispute_id uuid
-- $9 referral_id uuid
-- $10 decision text
with {changer},
 d as materialized (select d.dispute_id, d.state, d.contact_id from actor a join dispute d on d.business_id = $1 and d.dispute_id = $8 for update of d),
 c as materialized (select p.claim_id from d join dispute_party p on p.business_id = $1 and p.dispute_id = d.dispute_id
                    join claim c on c.business_id = $1 and c.claim_id = p.claim_id and c.referral_id = $9 and c.void is null),
 q as materialized (select dispute_is_party($1, d.dispute_id, $3) as party,
                           exists (select from account a where a.business_id = $1 and a.role = 4 and a.closed_at is null and not dispute_is_party($1, d.dispute_id, a.account_id)) as other from d),
 v as materialized (
  select case when d.dispute_id is null then 'NOT_FOUND' when $9 is not null and not exists (select from c) then 'NO_CLAIMANT' when d.state <> 1 then 'DISPUTE_DECIDED'
              when q.party and q.other then 'PARTY_DECIDES' end as reason
  from actor left join d on true left join q on true),
 s as materialized (select dispute_settle($1, $8, (select claim_id from c), $10, $3, q.party) from v, q where v.reason is null),
 t as materialized (select task_end($1, array['dispute_open'], $8, $3) from s),
 -- all who sent this person, and the parties, whose claims may be about another by now
 e as (insert into feed(business_id, kind, ids) select $1, 6::int2, array_agg(r.referral_id) from t, d join referral r on r.business_id = $1 and (r.contact_id = d.contact_id
         or r.referral_id = any (array(select y.referral_id from dispute_party p join claim y on y.business_id = $1 and y.claim_id = p.claim_id where p.business_id = $1 and p.dispute_id = $8)))
       having count(*) > 0)
{record} $8, v.reason, null from v left join t on true

-- part: dispute_whole d
:d.dispute_id, :d.number, :d.state, (select x.number from contact x where x.business_id = $1 and x.contact_id = :d.contact_id) as contact_number,
(select x.name from contact x where x.business_id = $1 and x.contact_id = :d.contact_id) as contact, :d.opened_at,
(select x.login from account x where x.business_id = $1 and x.account_id = :d.opened_by) as opened_by,
(select string_agg(p.words, ' / ' order by p.claim_id) from dispute_party p where p.business_id = $1 and p.dispute_id = :d.dispute_id) as because, :d.decided_at,
(select x.login from account x where x.business_id = $1 and x.account_id = :d.decided_by) as decided_by, :d.decision, :d.by_party,
(select r.number from claim c join referral r on r.business_id = $1 and r.referral_id = c.referral_id where c.business_id = $1 and c.claim_id = :d.decided_for) as decided_for_number

-- part: dispute_shared d p
-- What a claimant sees: its own words, its own claim, the decision.
:d.dispute_id, :d.number, :d.state, :d.opened_at, :d.decided_at, :d.decision, :d.by_party, :p.words as because,
(select r.person from claim c join referral r on r.business_id = $1 and r.referral_id = c.referral_id where c.business_id = $1 and c.claim_id = :p.claim_id) as contact,
(select c.verdict from claim c where c.business_id = $1 and c.claim_id = :p.claim_id) as verdict

-- part: party_of d p a
join lateral (select x.words, x.claim_id from dispute_party x where x.business_id = $1 and x.dispute_id = :d.dispute_id and {own x :a} order by x.words nulls last, x.claim_id limit 1) :p on true

-- name: dispute_list
-- $5 after_number int8
-- $6 how_many int4
-- $7 state int2
with {actor}
select {dispute_whole d} from actor a join dispute d on d.business_id = $1
where d.number > {from $5} and (coalesce($7, 0) = 0 or d.state = $7) order by d.number limit $6

-- name: dispute_list_shared
-- $5 after_number int8
-- $6 how_many int4
-- $7 state int2
with {actor}
select {dispute_shared d p} from actor a join dispute d on d.business_id = $1 {party_of d p a}
where d.number > {from $5} and (coalesce($7, 0) = 0 or d.state = $7) order by d.number limit $6

-- name: dispute_get
-- $5 dispute_id uuid
-- $6 number int8
with {actor}
select {dispute_whole d} from actor a join dispute d on d.business_id = $1 and (d.dispute_id = $5 or d.number = $6)

-- name: dispute_get_shared
-- $5 dispute_id uuid
-- $6 number int8
with {actor}
select {dispute_shared d p} from actor a join dispute d on d.business_id = $1 and (d.dispute_id = $5 or d.number = $6) {party_of d p a}

-- name: dispute_claims
-- $5 dispute_id uuid
-- $6 number int8
with {actor}
select {claim_whole c} from actor a join dispute d on d.business_id = $1 and (d.dispute_id = $5 or d.number = $6)
join dispute_party p on p.business_id = $1 and p.dispute_id = d.dispute_id join claim c on c.business_id = $1 and c.claim_id = p.claim_id order by c.claimed_at, c.claim_id limit 50

-- name: dispute_evidence
-- When the server received each claim, what happened to its referral since, and how it was decided.
-- $5 dispute_id uuid
-- $6 number int8
with {actor},
 c as (select c.claim_id, c.referral_id, 'R' || r.number as name from actor a join dispute d on d.business_id = $1 and (d.dispute_id = $5 or d.number = $6)
       join dispute_party p on p.business_id = $1 and p.dispute_id = d.dispute_id
       join claim c on c.business_id = $1 and c.claim_id = p.claim_id left join referral r on r.business_id = $1 and r.referral_id = c.referral_id)
select e.at, e.what, (select x.name from account x where x.business_id = $1 and x.account_id = e.by) as by, e.words from (
  select min(h.at) as at, 'the server received ' || coalesce(c.name, 'the claim') as what, (array_agg(h.account_id order by h.at))[1] as by, null as words
  from c join change h on h.business_id = $1 and h.target in (c.referral_id, c.claim_id) and h.status = 0 group by c.claim_id, c.name
  union all
  select s.recorded_at, c.name || ': ' || coalesce(x.title, 'came in'), s.account_id, nullif(concat_ws(' / ', nullif(s.words, ''), nullif(s.inside, '')), '')
  from c join referral_step s on s.business_id = $1 and s.referral_id = c.referral_id left join referral_action x on x.action = s.action
  union all
  select d.decided_at, coalesce(c.name, 'the claim') || ': ' || (array['credited', 'thanks', 'influence'])[d.verdict] || ' by rule ' || d.rule_version, d.decided_by, d.because
  from c join claim_decision d on d.business_id = $1 and d.claim_id = c.claim_id) e
order by e.at, e.what limit 200
