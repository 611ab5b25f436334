-- Claims and disputes: one holds the credit for a person, decided by a rule that gives the same again.
create temp table net_credit as select business_id, subject as claim_id, sum(n) as n from vs.fact where kind = 'credit_given' group by 1, 2;
select '# claims ' || count(*) || ', holding ' || count(*) filter (where holds) || ', void ' || count(void) from vs.claim
union all select '# disputes ' || count(*) || ', decided ' || count(decided_at) || ', for a claimant ' || count(decided_for) from vs.dispute
union all select '# leads that several submitted ' || count(*) from (select from heard_of where kind = 'q' and k group by business_id, number / 2000000 having count(distinct account_id) > 1) x
union all select 'leads that are two people ' || count(*) from (select from vs.contact where name like 'Lead %' group by business_id, name having count(*) > 1) x
union all select 'people whose credit two hold ' || count(*) from (select from vs.claim c join head h using (contact_id) where c.holds group by c.business_id, h.head_id having count(*) > 1) x
union all select 'received referrals without their one claim, on the same person ' || count(*) from vs.referral r
  where r.direction = 1 and (select array_agg(c.contact_id) from vs.claim c where c.business_id = r.business_id and c.referral_id = r.referral_id) is distinct from array[r.contact_id]
union all select 'claims for others than their referral''s source ' || count(*) from vs.claim c join vs.referral r using (business_id, referral_id)
  where (c.source_contact, c.source_partner, c.source_account) is distinct from (r.source_contact, r.source_partner, r.source_account)
union all select 'claims void without reason, or not void with one ' || count(*) from vs.claim c join vs.referral r using (business_id, referral_id) where (c.void is not null) <> (r.state in (11, 12))
union all select 'credits unlike a recount ' || count(*) from vs.claim c left join net_credit n using (business_id, claim_id) where coalesce(n.n, 0) <> c.holds::int or c.holds and c.verdict <> 1
union all select 'claims other than decided last ' || count(*) from vs.claim c
  left join lateral (select d.* from vs.claim_decision d where d.business_id = c.business_id and d.claim_id = c.claim_id order by d.decided_at desc, d.decision_id desc limit 1) d on true
  where (c.verdict, c.because) is distinct from (d.verdict, d.because)
union all select 'decisions unlike the rule''s again ' || count(*) from vs.claim_decision d where d.verdict is distinct from (vs.credit_decide(d.rule_version, d.inputs)->>'verdict')::smallint
union all select 'decisions without their change in the same transaction ' || count(*) from vs.claim_decision d
  where not exists (select from done x where x.xid = d.xmin::text::bigint and x.business_id = d.business_id and x.account_id = d.decided_by)
union all select 'disputes not opened once, or decided more or less often than acknowledged ' || count(*) from vs.dispute d
  where (select count(*) from ours o where o.kind = 'o' and o.change_id = d.dispute_id and o.target = d.dispute_id) <> 1
     or (select count(*) from ours o where o.kind = 'O' and o.target = d.dispute_id) <> (d.state = 2)::int
     or d.state = 2 and (d.decision, d.decided_for) is distinct from
        (select row(h.nonce, case when h.spice % 3 > 0 then (select c.claim_id from vs.claim c where c.business_id = h.business_id and c.referral_id = h.other) end) from ours h where h.kind = 'O' and h.target = d.dispute_id)
union all select 'disputes opened or joined without effect ' || count(*) from ours o join heard_of h on h.id = o.change_id
  where o.kind = 'o' and not exists (select from vs.dispute_party p join vs.claim c on c.business_id = p.business_id and c.claim_id = p.claim_id
                                     where p.business_id = o.business_id and p.dispute_id = o.target and c.referral_id = h.target and p.words is not null);
