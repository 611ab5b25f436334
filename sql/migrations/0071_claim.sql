-- Claims: who has the right to the credit for a lead, decided by a versioned pure function that is kept with what it was given,
-- so that it can be asked again. Disputes about that.
-- Fact: credit_given, by the day of the decision; subject: the claim. A credit that passes to another is a counter-entry.
set local role vs_owner;
set local search_path = vs, public;

insert into setting_default(key, kind, value, doc) values
  ('credit.partner_days', 'number', '180', 'days for which a partner''s claim to a lead holds'),
  ('credit.customer_days', 'number', '90', 'days for which a customer''s claim to a lead holds'),
  ('credit.known_days', 'number', '180', 'whom we touched within so many days was known: thanks, not credit');

-- evidence, verdict: enums of claim.proto, referral.proto. holds: the credit is this claim's; one for a person.
create table claim (
  business_id uuid not null,
  claim_id uuid not null,
  contact_id uuid not null,
  referral_id uuid,
  source_contact uuid,
  source_partner uuid,
  source_account uuid,
  evidence smallint not null check (evidence between 1 and 6),
  words text,
  claimed_at timestamptz not null,
  recorded_at timestamptz not null default now(),
  made_by uuid not null,
  verdict smallint check (verdict between 1 and 3),
  because text,
  rule_version smallint,
  credit_until timestamptz,
  holds boolean not null default false,
  void text,                 -- withdrawn, entered in error: it claims nothing any more
  primary key (business_id, claim_id),
  check (num_nonnulls(source_contact, source_partner, source_account) = 1),
  foreign key (business_id, contact_id) references contact (business_id, contact_id),
  foreign key (business_id, referral_id) references referral (business_id, referral_id),
  foreign key (business_id, source_contact) references contact (business_id, contact_id),
  foreign key (business_id, source_partner) references partner (business_id, partner_id),
  foreign key (business_id, source_account) references account (business_id, account_id)
);
create unique index claim_holds on claim (business_id, contact_id) where holds;
create index claim_contact on claim (business_id, contact_id, claimed_at);
create index claim_referral on claim (business_id, referral_id);
select tenant_table('claim');
grant insert, update on claim to vs_writer;
create policy own on claim as restrictive for select to vs_partner using (source_partner = nullif(current_setting('vs.partner', true), '')::uuid);
grant select (business_id, claim_id, referral_id, source_partner, evidence, claimed_at, verdict, because, rule_version, credit_until, holds) on claim to vs_partner;

-- inputs: everything the rule was given. told: as much of it as its source may read.
create table claim_decision (
  business_id uuid not null,
  claim_id uuid not null,
  decision_id uuid not null,
  decided_at timestamptz not null default clock_timestamp(),
  decided_by uuid,
  rule_version smallint not null,
  verdict smallint not null,
  because text not null,
  inputs jsonb not null,
  told jsonb not null,
  primary key (business_id, claim_id, decision_id),
  foreign key (business_id, claim_id) references claim (business_id, claim_id)
);
select tenant_table('claim_decision');
grant insert on claim_decision to vs_writer;
create policy own on claim_decision as restrictive for select to vs_partner using (exists (
  select from claim c where c.business_id = claim_decision.business_id and c.claim_id = claim_decision.claim_id));
grant select (business_id, claim_id, decision_id, decided_at, rule_version, verdict, because, told) on claim_decision to vs_partner;

-- The rule, version 1: what it is given decides, nothing else. A later rule is a function beside it; this one never changes.
--   holder: who holds the credit and how old it is; known: what we had to do with the person before; evidence: 1 is the best
create function credit_decide_v1(i jsonb) returns jsonb language sql immutable as $$
  select case
    when i ? 'void' then jsonb_build_object('verdict', 3, 'because', i->>'void')
    when i ? 'dispute' then jsonb_build_object('verdict', case when (i->'dispute'->>'for_this')::boolean then 1 else 3 end,
      'because', 'decided in dispute X' || (i->'dispute'->>'number'))
    when (i->'holder'->>'age_days')::numeric < (i->'holder'->>'window_days')::numeric then case
      when (i->'holder'->>'same_source')::boolean then jsonb_build_object('verdict', 3, 'because', 'the same source holds the credit already')
      when (i->'holder'->>'won')::boolean then jsonb_build_object('verdict', 3, 'because', 'another source''s claim held when the deal was won')
      when (i->>'evidence')::int = 1 and (i->'holder'->>'evidence')::int > 1 then jsonb_build_object('verdict', 1, 'because', 'the referred person says who sent them')
      when (i->'holder'->>'same_day')::boolean and (i->>'evidence')::int < (i->'holder'->>'evidence')::int
        then jsonb_build_object('verdict', 1, 'because', 'of the claims of one day it has the better evidence')
      else jsonb_build_object('verdict', 3, 'because', 'an earlier claim holds; this one is kept as influence') end
    when (i->'known'->>'open_deal')::boolean then jsonb_build_object('verdict', 2, 'because', 'a deal with the person was open: thanks, not credit')
    when (i->'known'->>'days_ago')::numeric < (i->'known'->>'window_days')::numeric
      then jsonb_build_object('verdict', 2, 'because', 'we were in touch with the person before: thanks, not credit')
    else jsonb_build_object('verdict', 1, 'because', 'the first valid claim') end
$$;
-- A decision under the version it was made by.
create function credit_decide(version smallint, i jsonb) returns jsonb language sql immutable set search_path = vs, pg_temp as $$
  select case version when 1 then credit_decide_v1(i) end
$$;

create function claim_window(b uuid, c claim) returns numeric language sql stable set search_path = vs, pg_temp as $$
  select setting_number(b, case when (c).source_partner is not null then 'credit.partner_days' else 'credit.customer_days' end)
$$;
create function days_between(a timestamptz, z timestamptz) returns numeric language sql immutable as $$
  select round((extract(epoch from z - a) / 86400)::numeric, 6)
$$;
-- What the rule is given of a claim as things stand.
create function claim_inputs(b uuid, c claim) returns jsonb language plpgsql stable set search_path = vs, pg_temp as $$
declare h claim; k record; z text;
begin
  if c.void is not null then return jsonb_build_object('void', c.void); end if;
  select zone into z from business where business_id = b;
  select * into h from claim x where x.business_id = b and x.contact_id = c.contact_id and x.holds and x.claim_id <> c.claim_id;
  select exists (select from deal d where d.business_id = b and d.contact_id = c.contact_id and d.opened_on <= (c.claimed_at at time zone z)::date
                   and (d.state = 1 or d.closed_on >= (c.claimed_at at time zone z)::date) and d.made_at <= c.recorded_at) as open_deal,
         (select max(t.occurred_at) from touchpoint t where t.business_id = b and t.contact_id = c.contact_id and t.refusal is null and t.partner_id is null
            and t.occurred_at < c.claimed_at and not exists (select from strike s where s.business_id = b and s.touchpoint_id = t.id)) as last_touch
    into k;
  return jsonb_strip_nulls(jsonb_build_object('evidence', c.evidence, 'claimed_at', c.claimed_at,
    'source_kind', case when c.source_partner is not null then 'partner' when c.source_contact is not null then 'customer' else 'staff' end,
    'known', jsonb_build_object('open_deal', k.open_deal, 'last_touch', k.last_touch, 'days_ago', days_between(k.last_touch, c.claimed_at),
                                'window_days', setting_number(b, 'credit.known_days')),
    'holder', case when h.claim_id is not null then jsonb_build_object('claim', h.claim_id, 'evidence', h.evidence,
      'age_days', days_between(h.claimed_at, c.claimed_at), 'window_days', claim_window(b, h),
      'same_day', (h.claimed_at at time zone z)::date = (c.claimed_at at time zone z)::date,
      'same_source', (h.source_contact, h.source_partner, h.source_account) is not distinct from (c.source_contact, c.source_partner, c.source_account),
      'won', exists (select from referral r where r.business_id = b and r.contact_id = c.contact_id and r.direction = 1 and r.state = 6 and r.closed_at <= c.recorded_at)
          or exists (select from deal d where d.business_id = b and d.contact_id = c.contact_id and d.state = 2 and d.closed_on >= (h.claimed_at at time zone z)::date)) end));
end $$;
-- Without what would tell a source of others, or when we met whom.
create function claim_told(i jsonb) returns jsonb language sql immutable as $$
  select i #- '{holder,claim}' #- '{holder,age_days}' #- '{holder,same_day}' #- '{known,last_touch}' #- '{known,days_ago}'
$$;

create function credit_fact(b uuid, c claim, sign smallint) returns void language sql volatile set search_path = vs, pg_temp as $$
  insert into fact(business_id, kind, day, n, subject, contact_id, partner_id, origin)
  select b, 'credit_given', coalesce(max(f.day), today_of(b)), sign, (c).claim_id, (c).contact_id, (c).source_partner, 'referral'
  from fact f where f.business_id = b and f.subject = (c).claim_id and f.kind = 'credit_given' and f.n = 1 and sign = -1
$$;
-- Who holds the credit for the person loses it.
create function claim_release(b uuid, contact uuid) returns void language plpgsql volatile set search_path = vs, pg_temp as $$
declare h claim;
begin
  update claim set holds = false where business_id = b and contact_id = contact and holds returning * into h;
  if h.claim_id is not null then perform credit_fact(b, h, -1::smallint); end if;
end $$;
-- Decides a claim by the present rule and what is known, and keeps the decision. more: what stands above the rule (a dispute).
create function claim_decide(b uuid, claim uuid, by uuid, more jsonb) returns smallint language plpgsql volatile set search_path = vs, pg_temp as $$
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
-- A new claim on a person. Claims on one person are taken one after the other: whoever waited sees the claim it waited for.
create function claim_take(b uuid, claim uuid, contact uuid, referral uuid, of_contact uuid, of_partner uuid, of_account uuid, evidence smallint, words text,
                           at timestamptz, by uuid) returns smallint language plpgsql volatile set search_path = vs, pg_temp as $$
begin
  perform from contact c where c.business_id = b and c.contact_id = contact for no key update;
  insert into claim(business_id, claim_id, contact_id, referral_id, source_contact, source_partner, source_account, evidence, words, claimed_at, made_by)
    values (b, claim, contact, referral, of_contact, of_partner, of_account, evidence, words, at, by);
  return claim_decide(b, claim, by, null);
end $$;
-- A claim that claims nothing any more (why), or again (null); the others on the person are decided anew in the order they came.
create function claim_void(b uuid, of_referral uuid, why text, by uuid) returns void language plpgsql volatile set search_path = vs, pg_temp as $$
declare c claim; x record; held boolean;
begin
  select * into c from claim y where y.business_id = b and y.referral_id = of_referral;
  if c.claim_id is null or c.void is not distinct from why then return; end if;
  perform from contact y where y.business_id = b and y.contact_id = c.contact_id for no key update;
  select holds into held from claim y where y.business_id = b and y.claim_id = c.claim_id;
  update claim set void = why where business_id = b and claim_id = c.claim_id;
  perform claim_decide(b, c.claim_id, by, null);
  if not held then return; end if;
  for x in select claim_id from claim y where y.business_id = b and y.contact_id = c.contact_id and y.void is null and y.verdict = 3 and y.claim_id <> c.claim_id
           order by y.claimed_at, y.claim_id loop
    perform claim_decide(b, x.claim_id, by, null);
  end loop;
end $$;

-- state: 1 open, 2 decided. Its parties are the claims on that person.
create table dispute (
  business_id uuid not null,
  dispute_id uuid not null,
  number bigint not null,
  contact_id uuid not null,
  state smallint not null default 1 check (state in (1, 2)),
  opened_at timestamptz not null default now(),
  opened_by uuid not null,
  decided_at timestamptz,
  decided_by uuid,
  decided_for uuid,
  decision text,
  by_party boolean,
  primary key (business_id, dispute_id),
  unique (business_id, number),
  foreign key (business_id, contact_id) references contact (business_id, contact_id)
);
create unique index dispute_open on dispute (business_id, contact_id) where state = 1;
select tenant_table('dispute');
grant insert, update on dispute to vs_writer;
-- words: what the claimant says
create table dispute_party (
  business_id uuid not null,
  dispute_id uuid not null,
  claim_id uuid not null,
  partner_id uuid,
  words text,
  primary key (business_id, dispute_id, claim_id),
  foreign key (business_id, dispute_id) references dispute (business_id, dispute_id),
  foreign key (business_id, claim_id) references claim (business_id, claim_id)
);
select tenant_table('dispute_party');
grant insert, update on dispute_party to vs_writer;
create policy own on dispute_party as restrictive for select to vs_partner using (partner_id = nullif(current_setting('vs.partner', true), '')::uuid);
grant select on dispute_party to vs_partner;
create policy party on dispute as restrictive for select to vs_partner using (exists (
  select from dispute_party p where p.business_id = dispute.business_id and p.dispute_id = dispute.dispute_id));
grant select (business_id, dispute_id, number, state, opened_at, decided_at, decision, by_party) on dispute to vs_partner;

-- Is the account a party: the source of a claim on the person, or who opened the dispute?
create function dispute_is_party(b uuid, d uuid, account uuid) returns boolean language sql stable set search_path = vs, pg_temp as $$
  select exists (select from dispute x where x.business_id = b and x.dispute_id = d and x.opened_by = account)
      or exists (select from dispute_party p join claim c on c.business_id = b and c.claim_id = p.claim_id
                 where p.business_id = b and p.dispute_id = d and c.source_account = account)
$$;
-- For one of the claims, or for none.
create function dispute_settle(b uuid, d uuid, for_claim uuid, decided text, by uuid, party boolean) returns void language plpgsql volatile set search_path = vs, pg_temp as $$
declare x dispute; c record;
begin
  update dispute set state = 2, decided_at = now(), decided_by = by, decided_for = for_claim, decision = decided, by_party = party
    where business_id = b and dispute_id = d returning * into x;
  perform from contact y where y.business_id = b and y.contact_id = x.contact_id for no key update;
  for c in select claim_id from claim y where y.business_id = b and y.contact_id = x.contact_id and (y.void is null and y.verdict <> 2 or y.claim_id = for_claim)
           order by y.claim_id is not distinct from for_claim, y.claimed_at loop
    perform claim_decide(b, c.claim_id, by, jsonb_build_object('dispute', jsonb_build_object('number', x.number, 'for_this', c.claim_id is not distinct from for_claim)));
  end loop;
end $$;
insert into task_rule(rule, title) values ('dispute_open', 'a dispute waits for a decision');
insert into kind values ('X', 'dispute', 'dispute', 'dispute_id');
reset role;
