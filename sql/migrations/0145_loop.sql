-- What a referral's outcome owes its source by agreement: accrued when it is won by whoever holds the credit, taken back by counter-entries
-- when it is reopened or was entered in error.
set local role vs_owner;
set local search_path = vs, public;

create function reward_take_back(b uuid, referral uuid, by uuid, why text) returns void language plpgsql volatile set search_path = vs, pg_temp as $$
#variable_conflict use_column
declare w reward;
begin
  update reward x set state = case when x.state = 1 then 6 else 5 end, decided_by = by, decided_because = why
    where x.business_id = b and x.referral_id = reward_take_back.referral and x.state in (1, 2, 3, 4) returning * into w;
  if w.reward_id is null then return; end if;
  insert into posting(business_id, reward_id, debit, credit, value, currency, reverses, account_id, words)
    select b, o.reward_id, o.credit, o.debit, o.value, o.currency, o.posting_id, by, why from posting o where o.business_id = b and o.reward_id = w.reward_id and o.reverses is null;
  insert into fact(business_id, kind, day, n, subject, contact_id, partner_id, seat_id, label, value, currency)
    select b, z.kind, z.day, -1, z.subject, z.contact_id, z.partner_id, z.seat_id, z.label, z.value, z.currency
    from fact z where z.business_id = b and z.subject = w.reward_id and z.kind = 'reward_paid' and z.n = 1;
end $$;

-- After an action on a referral. Only a source with credit is paid; thanks are owed to all of them by the referral's own clocks.
create function reward_follow(b uuid, referral uuid, by uuid) returns boolean language plpgsql volatile set search_path = vs, pg_temp as $$
#variable_conflict use_column
declare r referral; g agreement; w reward; held text[]; n bigint;
begin
  select * into r from referral x where x.business_id = b and x.referral_id = reward_follow.referral;
  if r.direction is distinct from 1 then return false; end if;
  if r.state <> 6 then perform reward_take_back(b, r.referral_id, by, 'R' || r.number || ' is not won any more'); return false; end if;
  if r.history or r.source_account is not null then return false; end if;
  if not exists (select from claim c where c.business_id = b and c.referral_id = r.referral_id and c.holds) then return false; end if;
  select * into g from agreement x where x.business_id = b and x.partner_id is not distinct from r.source_partner and x.ended_at is null and x.reward > 1;
  if g.agreement_id is null or exists (select from reward x where x.business_id = b and x.referral_id = r.referral_id and x.state < 5) then return false; end if;
  held := reward_flags(b, r.source_contact, r.source_partner, null, r.contact_id);
  insert into counter(business_id, kind, last) values (b, 'L', 1) on conflict (business_id, kind) do update set last = counter.last + 1 returning last into n;
  insert into reward(business_id, reward_id, number, contact_id, partner_id, about_contact_id, referral_id, agreement_id, reward, value, currency, cause, flags, state, made_by)
    values (b, id_made(), n, r.source_contact, r.source_partner, r.contact_id, r.referral_id, g.agreement_id, g.reward, g.value, g.currency, g.cause, held,
            case when cardinality(held) > 0 then 1 else 2 end, by) returning * into w;
  if w.state = 2 then
    insert into posting(business_id, reward_id, debit, credit, value, currency, account_id, words) values (b, w.reward_id, 1, 2, w.value, w.currency, by, 'R' || r.number);
  end if;
  return true;
end $$;
reset role;
