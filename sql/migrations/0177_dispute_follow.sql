-- A dispute goes where the claims it is about go: opened while two contacts were one, it stayed with the kept one when they were two again, and
-- its decision reached no claim.
set local role vs_owner;
set local search_path = vs, public;

-- Whom a dispute's claims are about, where that is one.
create view dispute_claim with (security_invoker = true) as
  select p.business_id, p.dispute_id, (array_agg(c.contact_id))[1] as contact_id
  from dispute_party p join claim c on c.business_id = p.business_id and c.claim_id = p.claim_id
  group by p.business_id, p.dispute_id having count(distinct c.contact_id) = 1;
grant select on dispute_claim to vs_staff, vs_writer;
-- after the claims, before the follow-ups, which hang on the dispute
update contact_follow set place = place + 1 where place > 5;
insert into contact_follow(relation, col, via, of_relation, of_key, place) values ('dispute', 'contact_id', 'dispute_id', 'dispute_claim', 'dispute_id', 6);

-- As before (0175), and the claim it is decided for wherever it stands: claims of one dispute may be about two contacts again.
create or replace function dispute_settle(b uuid, d uuid, for_claim uuid, decided text, by uuid, party boolean) returns void language plpgsql volatile set search_path = vs, pg_temp as $$
declare x dispute; c record;
begin
  update dispute set state = 2, decided_at = now(), decided_by = by, decided_for = for_claim, decision = decided, by_party = party
    where business_id = b and dispute_id = d returning * into x;
  perform from contact y where y.business_id = b and (y.contact_id = x.contact_id or y.contact_id = (select z.contact_id from claim z where z.business_id = b and z.claim_id = for_claim))
    order by y.contact_id for no key update;
  for c in select claim_id from claim y where y.business_id = b and (y.contact_id = x.contact_id and y.void is null and y.verdict <> 2 or y.claim_id = for_claim)
           order by y.claim_id is not distinct from for_claim, y.claimed_at loop
    perform claim_decide(b, c.claim_id, by, jsonb_build_object('dispute', jsonb_build_object('number', x.number, 'for_this', c.claim_id is not distinct from for_claim)));
  end loop;
  perform reward_revisit(b, x.contact_id, x.number, by);
end $$;
reset role;
