-- Credit looked at again: a dispute decided after the win moves the reward with the credit; a partner reads its own rewards and their
-- postings; decisions are made again by the rule version they were made under (claim_replay).
set local role vs_owner;
set local search_path = vs, public;

-- After a dispute: what a source was to get for a win it has no credit for is taken back by counter-entries, whoever has it now gets what
-- was agreed. Only referrals that are won; the others get it when they are (reward_follow).
create function reward_revisit(b uuid, contact uuid, dispute bigint, by uuid) returns void language plpgsql volatile set search_path = vs, pg_temp as $$
#variable_conflict use_column
declare x record;
begin
  for x in select r.referral_id, c.holds from claim c join referral r on r.business_id = b and r.referral_id = c.referral_id and r.direction = 1 and r.state = 6
           where c.business_id = b and c.contact_id = reward_revisit.contact order by c.holds, r.number loop
    if x.holds then perform reward_follow(b, x.referral_id, by);
    else perform reward_take_back(b, x.referral_id, by, 'the credit is another''s: dispute X' || dispute); end if;
  end loop;
end $$;
create or replace function dispute_settle(b uuid, d uuid, for_claim uuid, decided text, by uuid, party boolean) returns void language plpgsql volatile set search_path = vs, pg_temp as $$
declare x dispute; c record;
begin
  update dispute set state = 2, decided_at = now(), decided_by = by, decided_for = for_claim, decision = decided, by_party = party
    where business_id = b and dispute_id = d returning * into x;
  perform from contact y where y.business_id = b and y.contact_id = x.contact_id for no key update;
  for c in select claim_id from claim y where y.business_id = b and y.contact_id = x.contact_id and (y.void is null and y.verdict <> 2 or y.claim_id = for_claim)
           order by y.claim_id is not distinct from for_claim, y.claimed_at loop
    perform claim_decide(b, c.claim_id, by, jsonb_build_object('dispute', jsonb_build_object('number', x.number, 'for_this', c.claim_id is not distinct from for_claim)));
  end loop;
  perform reward_revisit(b, x.contact_id, x.number, by);
end $$;

-- A partner reads what it gets, for which of its referrals; not who decided and in which words, nor what others get.
create policy own on reward as restrictive for select to vs_partner using (partner_id = nullif(current_setting('vs.partner', true), '')::uuid);
grant select (business_id, reward_id, number, partner_id, referral_id, reward, value, currency, cause, state, made_at) on reward to vs_partner;
create policy own on posting as restrictive for select to vs_partner using (exists (
  select from reward r where r.business_id = posting.business_id and r.reward_id = posting.reward_id));
grant select (business_id, posting_id, reward_id, debit, credit, value, currency, reverses, at) on posting to vs_partner;
grant select on posting_leg to vs_partner;
reset role;
