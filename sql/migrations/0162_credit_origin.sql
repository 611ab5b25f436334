-- How a contact came, told by its credit: whoever's origin nobody knew came by referral once a source has the credit for them. If that
-- credit goes, so does what it said.
set local role vs_owner;
set local search_path = vs, public;

-- What the contact's origin was before this claim's credit made it a referral, and whose it was: the claim may since be a survivor's.
alter table claim add column origin_was text, add column origin_of uuid;
create index claim_origin on claim (business_id, origin_of) where origin_of is not null;

create function contact_origin_set(b uuid, contact uuid, was text, becomes text) returns boolean language sql volatile set search_path = vs, pg_temp as $$
  with c as (select * from contact x where x.business_id = b and x.contact_id = contact and x.origin = was and x.erased_at is null for no key update),
   w as (insert into contact_was(business_id, contact_id, origin, attributes) select b, c.contact_id, c.origin, c.attributes from c),
   f as (insert into feed(business_id, kind, ids) select b, 2, array[c.contact_id] from c),
   u as (update contact x set origin = becomes, version = x.version + 1 from c where x.business_id = b and x.contact_id = c.contact_id returning x.contact_id)
  select exists (select from u)
$$;
create function claim_origin_give(b uuid, c claim) returns void language plpgsql volatile set search_path = vs, pg_temp as $$
declare was text;
begin
  select origin into was from contact x where x.business_id = b and x.contact_id = c.contact_id and x.origin like 'unknown%';
  if contact_origin_set(b, c.contact_id, was, 'referral') then
    update claim x set origin_was = was, origin_of = c.contact_id where x.business_id = b and x.claim_id = c.claim_id;
  end if;
end $$;
create function claim_origin_take(b uuid, c claim) returns void language plpgsql volatile set search_path = vs, pg_temp as $$
begin
  if c.origin_of is null then return; end if;
  perform contact_origin_set(b, c.origin_of, 'referral', c.origin_was);
  update claim x set origin_was = null, origin_of = null where x.business_id = b and x.claim_id = c.claim_id;
end $$;

create or replace function claim_release(b uuid, contact uuid) returns void language plpgsql volatile set search_path = vs, pg_temp as $$
declare h claim;
begin
  update claim set holds = false where business_id = b and contact_id = contact and holds returning * into h;
  if h.claim_id is null then return; end if;
  perform credit_fact(b, h, -1::smallint);
  perform claim_origin_take(b, h);
end $$;
create or replace function claim_decide(b uuid, claim uuid, by uuid, more jsonb) returns smallint language plpgsql volatile set search_path = vs, pg_temp as $$
#variable_conflict use_column
declare c claim; h claim; i jsonb; d jsonb; now_holds boolean;
begin
  select * into c from claim x where x.business_id = b and x.claim_id = claim_decide.claim;
  i := coalesce(more, claim_inputs(b, c));
  d := credit_decide(1::smallint, i);
  now_holds := (d->>'verdict')::int = 1;
  if now_holds and not c.holds then
    select * into h from claim x where x.business_id = b and x.contact_id = c.contact_id and x.holds;
    perform claim_release(b, c.contact_id);
    -- a claim that lost its credit is influence, and it says so; one whose window is over keeps what it earned
    if h.claim_id is not null and (i ? 'dispute' or (i->'holder'->>'age_days')::numeric < (i->'holder'->>'window_days')::numeric) then
      update claim x set verdict = 3, because = 'replaced: ' || (d->>'because'), credit_until = null where x.business_id = b and x.claim_id = h.claim_id;
      insert into claim_decision(business_id, claim_id, decision_id, decided_by, rule_version, verdict, because, inputs, told)
        select b, h.claim_id, id_made(), by, 1, 3, v->>'void', v, v from jsonb_build_object('void', 'replaced: ' || (d->>'because')) v;
    end if;
    perform credit_fact(b, c, 1::smallint);
    perform claim_origin_give(b, c);
  elsif c.holds and not now_holds then
    perform claim_release(b, c.contact_id);
  end if;
  update claim x set verdict = (d->>'verdict')::smallint, because = d->>'because', rule_version = 1, holds = now_holds,
         credit_until = case when now_holds then x.claimed_at + make_interval(days => claim_window(b, c)::int) end
    where x.business_id = b and x.claim_id = c.claim_id;
  insert into claim_decision(business_id, claim_id, decision_id, decided_by, rule_version, verdict, because, inputs, told)
    values (b, c.claim_id, id_made(), by, 1, (d->>'verdict')::smallint, d->>'because', i, claim_told(i));
  return (d->>'verdict')::smallint;
end $$;

-- Who was known before, whatever their origin is by now, is no third party: those it made are.
create or replace function consent_from_referral(b uuid, id uuid, by uuid) returns boolean language plpgsql volatile security definer set search_path = vs, public, pg_temp as $$
#variable_conflict use_column
declare r referral; c contact; brought boolean;
begin
  select * into r from referral x where x.business_id = b and x.referral_id = id;
  select * into c from contact x where x.business_id = b and x.contact_id = r.contact_id;
  if c.contact_id is null or r.direction <> 1 then return false; end if;
  brought := c.origin = 'referral' and not exists (select from claim k where k.business_id = b and k.origin_of = c.contact_id)
    and not exists (select from referral o where o.business_id = b and o.contact_id = c.contact_id and o.referral_id <> id);
  if brought and c.consent is null and consent_known(b, c.email_key, c.phone_key, 4::smallint) is not null then
    perform consent_set(b, c.contact_id, 4::smallint, null, 'refused before', false);
  elsif brought and c.consent is null or c.consent = 1 and r.consent in (2, 3) or c.consent = 2 and r.consent = 3 then
    perform consent_set(b, c.contact_id, coalesce(r.consent, 1)::smallint, by, 'R' || r.number, not r.history);
  end if;
  return true;
end $$;
reset role;
