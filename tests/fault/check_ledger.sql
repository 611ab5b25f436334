-- Rewards and their ledger: every posting has its cause, and the accounts say what the states say.
create temp table account_is as
  select business_id, reward_id, ledger_account, sum(value) as value from vs.posting_leg group by 1, 2, 3 having sum(value) <> 0;
create temp table account_should as
  select business_id, reward_id, a.ledger_account, a.sign * value as value from vs.reward r
  cross join lateral (values (1::smallint, 1), (r.state, -1)) a(ledger_account, sign) where r.state in (2, 3, 4);
select '# rewards ' || count(*) || ', of referrals ' || count(referral_id) || ', accrued ' || count(*) filter (where state = 2) || ', payable ' || count(*) filter (where state = 3)
  || ', paid ' || count(*) filter (where state = 4) || ', reversed ' || count(*) filter (where state = 5) from vs.reward
union all select '# postings ' || count(*) || ', counter-entries ' || count(reverses) from vs.posting
union all select 'postings that do not sum to zero by reward or in all ' ||
  (select count(*) from (select from vs.posting_leg group by business_id, reward_id, currency having sum(value) <> 0) x) +
  (select count(*) from (select from vs.posting_leg group by business_id, currency having sum(value) <> 0) x)
union all select 'accounts of rewards other than their states say ' || count(*) from account_is i full join account_should s using (business_id, reward_id, ledger_account) where i.value is distinct from s.value
union all select 'postings without their change in the same transaction ' || count(*) from vs.posting p join vs.reward r using (business_id, reward_id)
  where not exists (select from done d where d.xid = p.xmin::text::bigint and d.business_id = p.business_id and d.account_id = p.account_id and (d.target in (r.reward_id, r.referral_id) or d.method = 256))
union all select 'steps of rewards without their posting in the same transaction ' || count(*) from ours o
  where o.kind in ('l', 'P', 'Y', 'V') and not exists (select from vs.posting p where p.xmin::text::bigint = o.xid and p.business_id = o.business_id and p.reward_id = o.target
    and case o.kind when 'V' then p.reverses is not null else p.reverses is null and p.debit = case o.kind when 'l' then 1 when 'P' then 2 else 3 end end)
union all select 'rewards of referrals that are not won ' || count(*) from vs.reward w join vs.referral r using (business_id, referral_id) where w.state < 5 and r.state <> 6;
