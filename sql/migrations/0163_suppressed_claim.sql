-- Whoever asked not to be contacted and is sent to us all the same: the source gets the answer it would get of somebody another source has
-- brought, as the blind check tells it too. What it hears later, and by when, is no different either.
set local role vs_owner;
set local search_path = vs, public;

-- Had the person refused before this claim came? Who refused because of it didn't: that claim is judged as any. Nobody in the books, but a hash
-- of those who refused: the contact that is being made.
create function claim_is_suppressed(b uuid, c claim) returns boolean language sql stable set search_path = vs, pg_temp as $$
  select case when k.consent = 4 then coalesce((select s.at < (c).recorded_at or s.because = 'refused before' from consent_step s
                                                where s.business_id = b and s.contact_id = k.contact_id and s.to_state = 4 order by s.at desc limit 1), true)
              else consent_known(b, k.email_key, k.phone_key, 4::smallint) is not null end
  from contact k where k.business_id = b and k.contact_id = (c).contact_id
$$;
-- What the rule is given of a claim as things stand. Of the suppressed it is told that another holds the credit: of the same evidence, for long.
create or replace function claim_inputs(b uuid, c claim) returns jsonb language plpgsql stable set search_path = vs, pg_temp as $$
declare h claim; k record; z text; held jsonb;
begin
  if c.void is not null then return jsonb_build_object('void', c.void); end if;
  select zone into z from business where business_id = b;
  select * into h from claim x where x.business_id = b and x.contact_id = c.contact_id and x.holds and x.claim_id <> c.claim_id;
  select exists (select from deal d where d.business_id = b and d.contact_id = c.contact_id and d.opened_on <= (c.claimed_at at time zone z)::date
                   and (d.state = 1 or d.closed_on >= (c.claimed_at at time zone z)::date) and d.made_at <= c.recorded_at) as open_deal,
         (select max(t.occurred_at) from touchpoint t where t.business_id = b and t.contact_id = c.contact_id and t.refusal is null and t.partner_id is null
            and t.occurred_at < c.claimed_at and not exists (select from strike s where s.business_id = b and s.touchpoint_id = t.id)) as last_touch
    into k;
  if claim_is_suppressed(b, c) then
    held := jsonb_build_object('suppressed', true, 'evidence', 5, 'age_days', 0, 'window_days', setting_number(b, 'credit.partner_days'),
      'same_day', false, 'same_source', false, 'won', false);
  elsif h.claim_id is not null then
    held := jsonb_build_object('claim', h.claim_id, 'evidence', h.evidence,
          'age_days', days_between(h.claimed_at, c.claimed_at), 'window_days', claim_window(b, h),
          'same_day', (h.claimed_at at time zone z)::date = (c.claimed_at at time zone z)::date,
          'same_source', (h.source_contact, h.source_partner, h.source_account) is not distinct from (c.source_contact, c.source_partner, c.source_account),
          'won', exists (select from referral r where r.business_id = b and r.contact_id = c.contact_id and r.direction = 1 and r.state = 6 and r.closed_at <= c.recorded_at)
              or exists (select from deal d where d.business_id = b and d.contact_id = c.contact_id and d.state = 2 and d.closed_on >= (h.claimed_at at time zone z)::date));
  end if;
  return jsonb_strip_nulls(jsonb_build_object('evidence', c.evidence, 'claimed_at', c.claimed_at,
    'source_kind', case when c.source_partner is not null then 'partner' when c.source_contact is not null then 'customer' else 'staff' end,
    'known', jsonb_build_object('open_deal', k.open_deal, 'last_touch', k.last_touch, 'days_ago', days_between(k.last_touch, c.claimed_at),
                                'window_days', setting_number(b, 'credit.known_days')),
    'holder', held));
end $$;
create or replace function claim_told(i jsonb) returns jsonb language sql immutable as $$
  select i #- '{holder,claim}' #- '{holder,age_days}' #- '{holder,same_day}' #- '{holder,suppressed}' #- '{known,last_touch}' #- '{known,days_ago}'
$$;

-- Nothing is planned with the contact any more, and no partner sees it. What is owed to the source of a referral stays owed: it is told and
-- thanked in its time, as if nothing had been said.
create or replace function consent_suppress(b uuid, contact uuid, by uuid, said text) returns void language plpgsql volatile security definer set search_path = vs, public, pg_temp as $$
#variable_conflict use_column
declare
  ids uuid[] := contact_ids(b, contact);
  refused boolean := exists (select from contact c where c.business_id = b and c.contact_id = consent_suppress.contact and c.consent = 4);
begin
  update due d set cancelled_at = now() where d.business_id = b and d.contact_id = any (ids) and d.fired_at is null and d.cancelled_at is null
    and not (refused and d.subject_kind is not distinct from 'R' and d.task_rule is distinct from 'referral_contact');
  update task t set state = 3, closed_at = now(), closed_by = by, result = said where t.business_id = b and t.contact_id = any (ids) and t.state = 1
    and not (refused and t.subject_kind is not distinct from 'R' and t.rule is distinct from 'referral_contact');
  perform referral_clock_show(b, r.referral_id) from referral r where r.business_id = b and r.contact_id = any (ids) and r.clock is not null;
  update share s set revoked_at = now() where s.business_id = b and s.contact_id = consent_suppress.contact and s.revoked_at is null;
end $$;
reset role;
