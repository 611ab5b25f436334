CREATE SCHEMA vs;
ALTER SCHEMA vs OWNER TO vs_owner;
CREATE FUNCTION vs.as_of_end(b uuid, day date) RETURNS timestamp with time zone
    LANGUAGE sql STABLE
    SET search_path TO 'vs', 'pg_temp'
    AS $$
  select (day + 1)::timestamp at time zone zone from business where business_id = b
$$;
ALTER FUNCTION vs.as_of_end(b uuid, day date) OWNER TO vs_owner;
CREATE FUNCTION vs.ask_again_on(b uuid, contact uuid) RETURNS date
    LANGUAGE plpgsql
    SET search_path TO 'vs', 'pg_temp'
    AS $$
begin
  return (select case when a.state = 4 and a.later_until is not null then a.later_until else a.asked_on + setting_number(b, 'ask.cooldown_days')::int end
          from ask a where a.business_id = b and a.contact_id = contact and a.asked_on is not null order by a.asked_on desc, a.number desc limit 1);
end $$;
ALTER FUNCTION vs.ask_again_on(b uuid, contact uuid) OWNER TO vs_owner;
CREATE FUNCTION vs.attribute_fault(b uuid, organizations boolean, pairs text[]) RETURNS TABLE(reason text, words text)
    LANGUAGE sql STABLE
    AS $$
  select case when d.key is null then 'NO_SUCH_ATTRIBUTE' else 'BAD_ATTRIBUTE' end,
         case when d.key is null then left(p.key, 40) || ' is no attribute of ' || case when organizations then 'organizations' else 'contacts' end || ' here'
              else d.key || ' must be ' || case d.kind when 2 then 'a number, like 12.5' when 3 then 'a day, like 2026-11-23'
                   when 4 then 'one of: ' || left(array_to_string(d.choices, ', '), 80) else 'yes or no' end end
  from (select i, pairs[2 * i - 1] as key, pairs[2 * i] as value from generate_series(1, cardinality(pairs) / 2) i) p
  left join lateral (select x.* from attribute x where x.business_id = b and x.of_organizations = organizations and x.key = p.key limit 1) d on true
  where d.key is null or (btrim(p.value) <> '' and attribute_value(d.kind, d.choices, p.value) is null)
  order by p.i limit 1
$$;
ALTER FUNCTION vs.attribute_fault(b uuid, organizations boolean, pairs text[]) OWNER TO vs_owner;
CREATE FUNCTION vs.attribute_pairs(attributes jsonb) RETURNS text[]
    LANGUAGE sql IMMUTABLE
    AS $$
  select coalesce(array_agg(x.word order by e.key, x.i), '{}')
  from jsonb_each_text(attributes) e, lateral unnest(array[e.key, e.value]) with ordinality x(word, i)
$$;
ALTER FUNCTION vs.attribute_pairs(attributes jsonb) OWNER TO vs_owner;
CREATE FUNCTION vs.attribute_value(kind smallint, choices text[], given text) RETURNS text
    LANGUAGE sql IMMUTABLE
    AS $_$
  select case kind
    when 1 then btrim(given)
    when 2 then case when btrim(given) ~ '^[+-]?[0-9]{1,15}(\.[0-9]{1,6})?$' then trim_scale(btrim(given)::numeric)::text end
    when 3 then case when btrim(given) ~ '^[1-9][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$' then
                  case when substr(btrim(given), 9)::int <= extract(day from make_date(left(btrim(given), 4)::int, substr(btrim(given), 6, 2)::int, 1)
                            + interval '1 month - 1 day') then btrim(given) end end
    when 4 then (select c from unnest(choices) c where lower(c) = lower(btrim(given)) limit 1)
    when 5 then case lower(btrim(given)) when 'yes' then 'yes' when 'no' then 'no' end
  end
$_$;
ALTER FUNCTION vs.attribute_value(kind smallint, choices text[], given text) OWNER TO vs_owner;
CREATE FUNCTION vs.attributes_put(b uuid, organizations boolean, old jsonb, pairs text[]) RETURNS jsonb
    LANGUAGE sql STABLE
    AS $$
  select old - coalesce(array_agg(p.key) filter (where p.value is null), '{}') || coalesce(jsonb_object_agg(p.key, p.value) filter (where p.value is not null), '{}')
  from (select d.key, nullif(attribute_value(d.kind, d.choices, pairs[2 * i]), '') as value
        from generate_series(1, cardinality(pairs) / 2) i
        join attribute d on d.business_id = b and d.of_organizations = organizations and d.key = pairs[2 * i - 1]) p
$$;
ALTER FUNCTION vs.attributes_put(b uuid, organizations boolean, old jsonb, pairs text[]) OWNER TO vs_owner;
CREATE FUNCTION vs.blind_answer(b uuid, for_name text, for_email text, for_phone text) RETURNS bigint
    LANGUAGE sql STABLE
    SET search_path TO 'vs', 'public', 'pg_temp'
    AS $$
  with z as materialized (select z.zone, setting_flag(b, 'blind.class') as says from business z where z.business_id = b),
   s as materialized (select consent_known(b, for_email, for_phone, 4::smallint) as since),
   p as materialized (
    select c.contact_id, c.origin, c.segments, c.consent, c.created_at
    from (values (1)) one left join lateral (
      select c.* from contact_duplicates(b, null, for_name, for_email, for_phone, null) d join contact c on c.business_id = b and c.contact_id = d.contact_id
      order by c.consent = 4 desc nulls last, c.created_at, c.contact_id limit 1) c on true),
   w as materialized (
    select p.contact_id is not null as known, s.since, z.says,
           coalesce(p.consent = 4, false) or coalesce(p.origin, '') in ('referral', 'partner')
             or exists (select from share x where x.business_id = b and x.contact_id = coalesce(p.contact_id, b) and x.reason = 1 and x.revoked_at is null) as of_other,
           coalesce(p.segments @> array[2::int2], false) as customer,
           to_char(coalesce(p.created_at, now()) at time zone z.zone, 'YYYYMM')::bigint as month
    from p, s, z)
  select case when since is not null then case when says then 3000000 else 0 end + to_char(since, 'YYYYMM')::bigint
              when known then case when not says then 0 when of_other then 3000000 when customer then 2000000 else 1000000 end + month
              else 0 end from w
$$;
ALTER FUNCTION vs.blind_answer(b uuid, for_name text, for_email text, for_phone text) OWNER TO vs_owner;
CREATE FUNCTION vs.business_days_after(b uuid, start timestamp with time zone, days integer) RETURNS timestamp with time zone
    LANGUAGE sql STABLE
    SET search_path TO 'vs', 'pg_temp'
    AS $$
  with s as (select x.closes, row_number() over (order by x.closes) as n
             from business z, business_spans(b, start, 14 + days * 3) x
             where z.business_id = b and (days = 0 or (x.closes - interval '1 microsecond') at time zone z.zone > ((start at time zone z.zone)::date + 1)))
  select closes from s where n = greatest(days, 1)
$$;
ALTER FUNCTION vs.business_days_after(b uuid, start timestamp with time zone, days integer) OWNER TO vs_owner;
CREATE FUNCTION vs.business_hours_after(b uuid, start timestamp with time zone, hours numeric) RETURNS timestamp with time zone
    LANGUAGE sql STABLE
    SET search_path TO 'vs', 'pg_temp'
    AS $$
  with s as (select opens, closes, sum(closes - opens) over (order by opens) as passed
             from business_spans(b, start, case when hours <= 16 then 14 else 400 end)),
       need as (select make_interval(secs => (hours * 3600)::double precision) as n)
  select opens + (n - (passed - (closes - opens))) from s, need where passed >= n order by opens limit 1
$$;
ALTER FUNCTION vs.business_hours_after(b uuid, start timestamp with time zone, hours numeric) OWNER TO vs_owner;
CREATE FUNCTION vs.business_spans(b uuid, start timestamp with time zone, days integer) RETURNS TABLE(opens timestamp with time zone, closes timestamp with time zone)
    LANGUAGE sql STABLE
    SET search_path TO 'vs', 'pg_temp'
    AS $$
  select greatest(x.o, start), x.c
  from business z
  cross join lateral generate_series(0, days) n
  cross join lateral (select (start at time zone z.zone)::date + n as day) d
  cross join lateral (select (d.day + setting_of(b, 'calendar.opens')::time) at time zone z.zone as o,
                             case when setting_of(b, 'calendar.closes') = '24:00' then (d.day + 1)::timestamp at time zone z.zone
                                  else (d.day + setting_of(b, 'calendar.closes')::time) at time zone z.zone end as c) x
  where z.business_id = b and x.c > start and x.c > x.o
    and lower(to_char(d.day, 'Dy')) = any (string_to_array(setting_of(b, 'calendar.days'), ' '))
    and not exists (select from holiday h where h.business_id = b and h.day = d.day)
  order by 1
$$;
ALTER FUNCTION vs.business_spans(b uuid, start timestamp with time zone, days integer) OWNER TO vs_owner;
CREATE FUNCTION vs.champion_parent(b uuid, who uuid) RETURNS uuid
    LANGUAGE sql STABLE
    SET search_path TO 'vs', 'pg_temp'
    AS $$
  select coalesce(
    (select c.source_contact from claim c where c.business_id = b and c.contact_id = who and c.holds and c.source_contact <> who),
    (select r.source_contact from referral r where r.business_id = b and r.contact_id = who and r.direction = 1 and r.state <> 12 and r.source_contact is not null
       and r.source_contact <> who order by r.happened_at, r.number limit 1))
$$;
ALTER FUNCTION vs.champion_parent(b uuid, who uuid) OWNER TO vs_owner;
CREATE FUNCTION vs.champion_tree(b uuid, root uuid, deep integer, many integer) RETURNS TABLE(contact_id uuid, parent_id uuid, depth integer, path uuid[])
    LANGUAGE sql STABLE
    SET search_path TO 'vs', 'pg_temp'
    AS $$
  with recursive t as (
    select root as contact_id, null::uuid as parent_id, 0 as depth, array[root] as path
    union all
    select n.contact_id, t.contact_id, t.depth + 1, t.path || n.contact_id
    from t cross join lateral (select distinct r.contact_id from referral r where r.business_id = b and r.source_contact = t.contact_id and r.direction = 1 and r.state <> 12) n
    where t.depth < deep and n.contact_id <> all (t.path) and champion_parent(b, n.contact_id) = t.contact_id)
  select contact_id, parent_id, depth, path from t limit many
$$;
ALTER FUNCTION vs.champion_tree(b uuid, root uuid, deep integer, many integer) OWNER TO vs_owner;
CREATE FUNCTION vs.champion_yield(b uuid, root uuid) RETURNS TABLE(direct bigint, direct_won bigint, direct_value bigint, downstream bigint, downstream_value bigint, people bigint)
    LANGUAGE sql STABLE
    SET search_path TO 'vs', 'pg_temp'
    AS $$
  with t as materialized (select * from champion_tree(b, root, 20, 5000)),
   r as (select t.depth, r.state, r.value from t join referral r on r.business_id = b and r.source_contact = t.contact_id and r.direction = 1 and r.state <> 12)
  select count(*) filter (where depth = 0), count(*) filter (where depth = 0 and state = 6), coalesce(sum(value) filter (where depth = 0 and state = 6), 0)::bigint,
         count(*) filter (where depth > 0), coalesce(sum(value) filter (where depth > 0 and state = 6), 0)::bigint, (select count(*) - 1 from t)
  from r
$$;
ALTER FUNCTION vs.champion_yield(b uuid, root uuid) OWNER TO vs_owner;
CREATE FUNCTION vs.claim_decide(b uuid, claim uuid, by uuid, more jsonb) RETURNS smallint
    LANGUAGE plpgsql
    SET search_path TO 'vs', 'pg_temp'
    AS $$
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
ALTER FUNCTION vs.claim_decide(b uuid, claim uuid, by uuid, more jsonb) OWNER TO vs_owner;
CREATE TABLE vs.claim (
    business_id uuid NOT NULL,
    claim_id uuid NOT NULL,
    contact_id uuid NOT NULL,
    referral_id uuid,
    source_contact uuid,
    source_partner uuid,
    source_account uuid,
    evidence smallint NOT NULL,
    words text,
    claimed_at timestamp with time zone NOT NULL,
    recorded_at timestamp with time zone DEFAULT now() NOT NULL,
    made_by uuid NOT NULL,
    verdict smallint,
    because text,
    rule_version smallint,
    credit_until timestamp with time zone,
    holds boolean DEFAULT false NOT NULL,
    void text,
    origin_was text,
    origin_of uuid,
    CONSTRAINT claim_check CHECK ((num_nonnulls(source_contact, source_partner, source_account) = 1)),
    CONSTRAINT claim_evidence_check CHECK (((evidence >= 1) AND (evidence <= 6))),
    CONSTRAINT claim_verdict_check CHECK (((verdict >= 1) AND (verdict <= 3)))
);
ALTER TABLE ONLY vs.claim FORCE ROW LEVEL SECURITY;
ALTER TABLE vs.claim OWNER TO vs_owner;
CREATE FUNCTION vs.claim_inputs(b uuid, c vs.claim) RETURNS jsonb
    LANGUAGE plpgsql STABLE
    SET search_path TO 'vs', 'pg_temp'
    AS $$
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
ALTER FUNCTION vs.claim_inputs(b uuid, c vs.claim) OWNER TO vs_owner;
CREATE FUNCTION vs.claim_is_suppressed(b uuid, c vs.claim) RETURNS boolean
    LANGUAGE sql STABLE
    SET search_path TO 'vs', 'pg_temp'
    AS $$
  select case when k.consent = 4 then coalesce((select s.at < (c).recorded_at or s.because = 'refused before' from consent_step s
                                                where s.business_id = b and s.contact_id = k.contact_id and s.to_state = 4 order by s.at desc limit 1), true)
              else consent_known(b, k.email_key, k.phone_key, 4::smallint) is not null end
  from contact k where k.business_id = b and k.contact_id = (c).contact_id
$$;
ALTER FUNCTION vs.claim_is_suppressed(b uuid, c vs.claim) OWNER TO vs_owner;
CREATE FUNCTION vs.claim_origin_give(b uuid, c vs.claim) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'vs', 'pg_temp'
    AS $$
declare was text;
begin
  select origin into was from contact x where x.business_id = b and x.contact_id = c.contact_id and x.origin like 'unknown%';
  if contact_origin_set(b, c.contact_id, was, 'referral') then
    update claim x set origin_was = was, origin_of = c.contact_id where x.business_id = b and x.claim_id = c.claim_id;
  end if;
end $$;
ALTER FUNCTION vs.claim_origin_give(b uuid, c vs.claim) OWNER TO vs_owner;
CREATE FUNCTION vs.claim_origin_take(b uuid, c vs.claim) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'vs', 'pg_temp'
    AS $$
begin
  if c.origin_of is null then return; end if;
  perform contact_origin_set(b, c.origin_of, 'referral', c.origin_was);
  update claim x set origin_was = null, origin_of = null where x.business_id = b and x.claim_id = c.claim_id;
end $$;
ALTER FUNCTION vs.claim_origin_take(b uuid, c vs.claim) OWNER TO vs_owner;
CREATE FUNCTION vs.claim_release(b uuid, contact uuid) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'vs', 'pg_temp'
    AS $$
declare h claim;
begin
  update claim set holds = false where business_id = b and contact_id = contact and holds returning * into h;
  if h.claim_id is null then return; end if;
  perform credit_fact(b, h, -1::smallint);
  perform claim_origin_take(b, h);
end $$;
ALTER FUNCTION vs.claim_release(b uuid, contact uuid) OWNER TO vs_owner;
CREATE FUNCTION vs.claim_take(b uuid, claim uuid, contact uuid, referral uuid, of_contact uuid, of_partner uuid, of_account uuid, evidence smallint, words text, at timestamp with time zone, by uuid) RETURNS smallint
    LANGUAGE plpgsql
    SET search_path TO 'vs', 'pg_temp'
    AS $$
begin
  perform from contact c where c.business_id = b and c.contact_id = contact for no key update;
  insert into claim(business_id, claim_id, contact_id, referral_id, source_contact, source_partner, source_account, evidence, words, claimed_at, made_by)
    values (b, claim, contact, referral, of_contact, of_partner, of_account, evidence, words, at, by);
  return claim_decide(b, claim, by, null);
end $$;
ALTER FUNCTION vs.claim_take(b uuid, claim uuid, contact uuid, referral uuid, of_contact uuid, of_partner uuid, of_account uuid, evidence smallint, words text, at timestamp with time zone, by uuid) OWNER TO vs_owner;
CREATE FUNCTION vs.claim_told(i jsonb) RETURNS jsonb
    LANGUAGE sql IMMUTABLE
    AS $$
  select i #- '{holder,claim}' #- '{holder,age_days}' #- '{holder,same_day}' #- '{holder,suppressed}' #- '{known,last_touch}' #- '{known,days_ago}'
$$;
ALTER FUNCTION vs.claim_told(i jsonb) OWNER TO vs_owner;
CREATE FUNCTION vs.claim_void(b uuid, of_referral uuid, why text, by uuid) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'vs', 'pg_temp'
    AS $$
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
ALTER FUNCTION vs.claim_void(b uuid, of_referral uuid, why text, by uuid) OWNER TO vs_owner;
CREATE FUNCTION vs.claim_window(b uuid, c vs.claim) RETURNS numeric
    LANGUAGE sql STABLE
    SET search_path TO 'vs', 'pg_temp'
    AS $$
  select setting_number(b, case when (c).source_partner is not null then 'credit.partner_days' else 'credit.customer_days' end)
$$;
ALTER FUNCTION vs.claim_window(b uuid, c vs.claim) OWNER TO vs_owner;
CREATE FUNCTION vs.consent_expire(b uuid, contact uuid) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'vs', 'public', 'pg_temp'
    AS $$
#variable_conflict use_column
declare c contact;
begin
  select * into c from contact x where x.business_id = b and x.contact_id = consent_expire.contact and x.consent = 1 and x.erased_at is null
    and not x.segments @> array[2::int2] and x.head_id = x.contact_id for update;
  if c.contact_id is null or exists (select from deal d where d.business_id = b and d.contact_id = c.contact_id) then return false; end if;
  perform consent_suppress(b, c.contact_id, null, 'no consent came in time');
  perform consent_keep_hash(b, c, 1::smallint);
  insert into consent_step(business_id, contact_id, from_state, to_state, because) values (b, c.contact_id, 1, null, 'no consent came in time');
  update referral r set person = 'expired', email = null, phone = null, because = null, phrase = null, version = r.version + 1 where r.business_id = b and r.contact_id = c.contact_id;
  update contact_was w set attributes = '{}' where w.business_id = b and w.contact_id = c.contact_id;
  update contact x set name = 'expired', name_key = 'expired', email = null, email_key = null, phone = null, phone_key = null, best_hours = null, attributes = '{}',
    erased_at = now(), version = x.version + 1 where x.business_id = b and x.contact_id = c.contact_id;
  insert into feed(business_id, kind, ids) values (b, 2, array[c.contact_id]);
  return true;
end $$;
ALTER FUNCTION vs.consent_expire(b uuid, contact uuid) OWNER TO vs_owner;
CREATE FUNCTION vs.consent_from_referral(b uuid, id uuid, by uuid) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'vs', 'public', 'pg_temp'
    AS $$
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
ALTER FUNCTION vs.consent_from_referral(b uuid, id uuid, by uuid) OWNER TO vs_owner;
CREATE FUNCTION vs.consent_hash_of(b uuid, address text) RETURNS bytea
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'vs', 'pg_temp'
    AS $$
  select sha256(s.value || sha256(s.value || uuid_send(b) || convert_to(address, 'UTF8'))) from secret s where s.name = 'consent' and address is not null
$$;
ALTER FUNCTION vs.consent_hash_of(b uuid, address text) OWNER TO vs_owner;
CREATE TABLE vs.contact (
    business_id uuid NOT NULL,
    contact_id uuid NOT NULL,
    head_id uuid NOT NULL,
    number bigint NOT NULL,
    name text NOT NULL,
    name_key text NOT NULL,
    email text,
    email_key text,
    phone text,
    phone_key text,
    organization_id uuid,
    owner_id uuid NOT NULL,
    origin text NOT NULL,
    language text,
    preferred_channel smallint,
    best_hours text,
    no_ask boolean DEFAULT false NOT NULL,
    advocacy smallint DEFAULT 4 NOT NULL,
    segments smallint[] DEFAULT '{1}'::smallint[] NOT NULL,
    attributes jsonb DEFAULT '{}'::jsonb NOT NULL,
    version bigint DEFAULT 1 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    created_by uuid NOT NULL,
    stage_set smallint,
    stage_set_at timestamp with time zone,
    erased_at timestamp with time zone,
    consent smallint,
    CONSTRAINT contact_consent_check CHECK (((consent >= 1) AND (consent <= 4)))
);
ALTER TABLE ONLY vs.contact FORCE ROW LEVEL SECURITY;
ALTER TABLE vs.contact OWNER TO vs_owner;
CREATE FUNCTION vs.consent_keep_hash(b uuid, c vs.contact, for_why smallint) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'vs', 'pg_temp'
    AS $$
  insert into consent_hash(business_id, hash, why, since)
  select b, k.hash, for_why, today_of(b) from (select distinct x as hash from unnest(array[consent_hash_of(b, (c).email_key), consent_hash_of(b, (c).phone_key)]) x where x is not null) k
  on conflict (business_id, hash) do update set why = greatest(consent_hash.why, excluded.why)
$$;
ALTER FUNCTION vs.consent_keep_hash(b uuid, c vs.contact, for_why smallint) OWNER TO vs_owner;
CREATE FUNCTION vs.consent_known(b uuid, email text, phone text, for_why smallint) RETURNS date
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'vs', 'pg_temp'
    AS $$
  select min(h.since) from unnest(array[consent_hash_of(b, email), consent_hash_of(b, phone)]) k(hash)
  join consent_hash h on h.business_id = b and h.hash = k.hash and h.why = for_why
$$;
ALTER FUNCTION vs.consent_known(b uuid, email text, phone text, for_why smallint) OWNER TO vs_owner;
CREATE FUNCTION vs.consent_set(b uuid, contact uuid, to_state smallint, by uuid, why text, clock boolean) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'vs', 'public', 'pg_temp'
    AS $$
#variable_conflict use_column
declare c contact;
begin
  select * into c from contact x where x.business_id = b and x.contact_id = consent_set.contact and b = nullif(current_setting('vs.business', true), '')::uuid for no key update;
  if c.contact_id is null or c.consent is not distinct from to_state then return; end if;
  insert into consent_step(business_id, contact_id, from_state, to_state, account_id, because) values (b, c.contact_id, c.consent, to_state, by, why);
  update contact x set consent = to_state, no_ask = x.no_ask or to_state = 4, version = x.version + 1 where x.business_id = b and x.contact_id = c.contact_id;
  update due d set cancelled_at = now() where d.business_id = b and d.subject = c.contact_id and d.rule = 'consent_expire' and d.fired_at is null and d.cancelled_at is null;
  if to_state = 1 and clock then
    insert into due(business_id, due_id, rule, subject, at, contact_id) values (b, gen_random_uuid(), 'consent_expire', c.contact_id, now() + make_interval(days => setting_number(b, 'consent.days')::int), c.contact_id);
  elsif to_state = 4 then
    perform consent_suppress(b, c.contact_id, by, 'they don''t want it');
    perform consent_keep_hash(b, c, 4::smallint);
  elsif c.consent = 4 then
    delete from consent_hash h where h.business_id = b and h.why = 4 and h.hash in (consent_hash_of(b, c.email_key), consent_hash_of(b, c.phone_key));
  end if;
  insert into feed(business_id, kind, ids) values (b, 2, array[c.contact_id]);
end $$;
ALTER FUNCTION vs.consent_set(b uuid, contact uuid, to_state smallint, by uuid, why text, clock boolean) OWNER TO vs_owner;
CREATE FUNCTION vs.consent_suppress(b uuid, contact uuid, by uuid, said text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'vs', 'public', 'pg_temp'
    AS $$
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
ALTER FUNCTION vs.consent_suppress(b uuid, contact uuid, by uuid, said text) OWNER TO vs_owner;
CREATE FUNCTION vs.contact_duplicates(b uuid, self uuid, for_name text, for_email text, for_phone text, for_organization uuid) RETURNS TABLE(contact_id uuid, because text)
    LANGUAGE sql STABLE
    AS $$
  select distinct on (d.head_id) d.head_id, d.because from (
    (select c.head_id, 1 as rank, 'email' as because from contact c
     where c.business_id = b and c.email_key = for_email and c.head_id is distinct from self and c.erased_at is null limit 20)
    union all
    (select c.head_id, 2, 'phone' from contact c
     where c.business_id = b and c.phone_key = for_phone and c.head_id is distinct from self and c.erased_at is null limit 20)
    union all
    (select c.head_id, 3, 'name and organization' from contact c
     where c.business_id = b and c.name_key = for_name and c.head_id is distinct from self and c.erased_at is null
       and coalesce((select o.name_key from organization o where o.business_id = b and o.organization_id = c.organization_id), '')
         = coalesce((select o.name_key from organization o where o.business_id = b and o.organization_id = for_organization), '') limit 20)) d
  order by d.head_id, d.rank
$$;
ALTER FUNCTION vs.contact_duplicates(b uuid, self uuid, for_name text, for_email text, for_phone text, for_organization uuid) OWNER TO vs_owner;
CREATE FUNCTION vs.contact_ids(b uuid, head uuid) RETURNS uuid[]
    LANGUAGE sql STABLE
    SET search_path TO 'vs', 'pg_temp'
    AS $$
  select array(select c.contact_id from contact c where c.business_id = b and c.head_id = head and c.contact_id <> c.head_id) || head
$$;
ALTER FUNCTION vs.contact_ids(b uuid, head uuid) OWNER TO vs_owner;
CREATE FUNCTION vs.contact_merge(b uuid, id uuid, kept uuid, merged uuid, why text, by uuid) RETURNS TABLE(reason text, number bigint)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'vs', 'public', 'pg_temp'
    AS $_$
#variable_conflict use_column
declare k contact; m contact; p contact_part; both_have boolean; was jsonb; became jsonb; stage smallint; n bigint;
begin
  if b is distinct from nullif(current_setting('vs.business', true), '')::uuid then return query select 'NOT_FOUND', null::bigint; return; end if;
  perform from contact c where c.business_id = b and c.contact_id in (kept, merged) order by c.contact_id for update;
  select * into k from contact c where c.business_id = b and c.contact_id = kept and c.erased_at is null;
  select * into m from contact c where c.business_id = b and c.contact_id = merged and c.erased_at is null;
  if k.contact_id is null or m.contact_id is null then return query select 'NOT_FOUND', null::bigint; return; end if;
  if kept = merged then return query select 'SAME_CONTACT', null::bigint; return; end if;
  if k.head_id <> kept or m.head_id <> merged then return query select 'MERGED_MEANWHILE', null::bigint; return; end if;
  if exists (select from merge x where x.business_id = b and x.merge_id = id) then return query select 'ID_USED', null::bigint; return; end if;
  for p in select * from contact_part x where x.once is not null loop
    execute format('select count(distinct %I) = 2 from %I where business_id = $1 and %I in ($2, $3) and (%s)', p.col, p.relation, p.col, p.once) into both_have using b, kept, merged;
    if both_have then return query select 'MERGE_BOTH', null::bigint; return; end if;
  end loop;
  was := to_jsonb(k);
  became := merge_columns(k, m);
  if k.stage_set is not null or m.stage_set is not null then
    stage := greatest(present_stage(b, kept), present_stage(b, merged));
    became := became || jsonb_build_object('stage_set', stage, 'stage_set_at', clock_timestamp());
  end if;
  became := (select coalesce(jsonb_object_agg(e.key, e.value), '{}') from jsonb_each(became) e where e.value is distinct from was->e.key);
  was := (select coalesce(jsonb_object_agg(e.key, was->e.key), '{}') from jsonb_each(became) e);
  insert into counter(business_id, kind, last) values (b, 'Z', 1) on conflict (business_id, kind) do update set last = counter.last + 1 returning last into n;
  insert into merge(business_id, merge_id, number, kept_id, merged_id, ids, was, became, shares, because, merged_by, undo_until)
    select b, id, n, kept, merged, contact_ids(b, merged), was, became, '[]', why, by, now() + make_interval(days => setting_number(b, 'merge.undo_days')::int);
  for p in select * from contact_part x where x.how = 'moves' order by x.relation, x.col loop
    if p.yields is not null then perform merge_yield(b, id, kept, merged, p); end if;
    execute format('with u as (update %1$I x set %2$I = $3 where business_id = $1 and %2$I = $4%4$s returning %3$I as key)
                    insert into merge_move(business_id, merge_id, relation, col, key) select $1, $2, %1$L, %2$L, key from u', p.relation, p.col, p.key,
                   case when p.spare is null then '' else format(' and not ((%1$s) and exists (select from %2$I y where y.business_id = $1 and y.%3$I = $3 and (%1$s)))', p.spare, p.relation, p.col) end)
      using b, id, kept, merged;
  end loop;
  update merge x set shares = merge_shares(b, k, m) where x.business_id = b and x.merge_id = id;
  perform merge_put(b, kept, became);
  update contact c set head_id = kept, version = c.version + 1 where c.business_id = b and c.contact_id = any (contact_ids(b, merged));
  insert into feed(business_id, kind, ids) values (b, 2, array[kept, merged]);
  -- a change that read the old id before and commits after this one leaves its row there: it is fetched
  insert into due(business_id, due_id, rule, subject, at) values (b, gen_random_uuid(), 'merge_settle', id, now() + interval '1 minute');
  return query select null::text, n;
end $_$;
ALTER FUNCTION vs.contact_merge(b uuid, id uuid, kept uuid, merged uuid, why text, by uuid) OWNER TO vs_owner;
CREATE FUNCTION vs.contact_origin_set(b uuid, contact uuid, was text, becomes text) RETURNS boolean
    LANGUAGE sql
    SET search_path TO 'vs', 'pg_temp'
    AS $$
  with c as (select * from contact x where x.business_id = b and x.contact_id = contact and x.origin = was and x.erased_at is null for no key update),
   w as (insert into contact_was(business_id, contact_id, origin, attributes) select b, c.contact_id, c.origin, c.attributes from c),
   f as (insert into feed(business_id, kind, ids) select b, 2, array[c.contact_id] from c),
   u as (update contact x set origin = becomes, version = x.version + 1 from c where x.business_id = b and x.contact_id = c.contact_id returning x.contact_id)
  select exists (select from u)
$$;
ALTER FUNCTION vs.contact_origin_set(b uuid, contact uuid, was text, becomes text) OWNER TO vs_owner;
CREATE FUNCTION vs.contact_search(q text, exact text, num bigint, how_many integer) RETURNS TABLE(contact_id uuid, rank real)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'vs', 'public', 'pg_temp'
    AS $$
  with ctx as (select nullif(current_setting('vs.business', true), '')::uuid as b, nullif(current_setting('vs.partner', true), '')::uuid as p),
  cand as (
    (select c.head_id, 4::real as rank from ctx join contact c on c.business_id = ctx.b and c.number = num)
    union all
    (select c.head_id, 3::real from ctx join contact c on c.business_id = ctx.b and (c.email_key = exact or c.phone_key = exact) where ctx.p is null)
    union all
    (select c.head_id,
            (case when c.name_key = q then 2 when c.name_key like q || '%' then 1.5
                  else 1 - levenshtein_less_equal(left(c.name_key, 100), left(q, 100), 40)::real / greatest(length(c.name_key), length(q), 1) end)::real
     from ctx join lateral (
       select c.* from contact c where c.business_id = ctx.b and q <% c.name_key order by word_similarity(q, c.name_key) desc limit 400) c on true
     where q is not null)
  )
  select cand.head_id, max(cand.rank) as rank from cand, ctx join contact k on k.business_id = ctx.b
  where k.contact_id = cand.head_id and k.erased_at is null
    and (ctx.p is null or exists (select from share s where s.business_id = ctx.b and s.contact_id = cand.head_id and s.partner_id = ctx.p and s.revoked_at is null))
  group by cand.head_id order by 2 desc, 1 limit how_many
$$;
ALTER FUNCTION vs.contact_search(q text, exact text, num bigint, how_many integer) OWNER TO vs_owner;
CREATE FUNCTION vs.contact_unmerge(b uuid, id uuid, by uuid) RETURNS TABLE(reason text, number bigint)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'vs', 'public', 'pg_temp'
    AS $_$
#variable_conflict use_column
declare g merge; p contact_part; w contact_follow; later bigint; made uuid[]; cur jsonb; back jsonb;
begin
  select * into g from merge x where x.business_id = b and x.merge_id = id and b = nullif(current_setting('vs.business', true), '')::uuid;
  if g.merge_id is null then return query select 'NOT_FOUND', null::bigint; return; end if;
  perform from contact c where c.business_id = b and c.contact_id in (g.kept_id, g.merged_id) order by c.contact_id for update;
  select * into g from merge x where x.business_id = b and x.merge_id = id for update;
  if g.undone_at is not null then return query select 'UNDONE', g.number; return; end if;
  select min(x.number) into later from merge x where x.business_id = b and x.undone_at is null and x.number > g.number
    and (x.kept_id in (g.kept_id, g.merged_id) or x.merged_id in (g.kept_id, g.merged_id));
  if later is not null then return query select 'UNDO_ORDER', later; return; end if;
  if now() > g.undo_until or exists (select from contact c where c.business_id = b and c.contact_id in (g.kept_id, g.merged_id) and c.erased_at is not null) then
    return query select 'UNDO_OVER', null::bigint; return;
  end if;
  for p in select * from contact_part x where x.how = 'moves' order by x.relation, x.col loop
    select coalesce(array_agg(c.target), '{}') into made from change c
      where c.business_id = b and c.named is not null and c.at >= g.merged_at - interval '1 minute' and c.status = 0 and c.target is not null
        and (c.named->>regexp_replace(p.col, '_id$', ''))::uuid = any (g.ids);
    execute format('update %1$I set %2$I = $4 where business_id = $1 and %2$I = $3 and (%3$I = any ($5) or %3$I in (
                    select m.key from merge_move m where m.business_id = $1 and m.merge_id = $2 and m.relation = %4$L and m.col = %2$L and not m.yielded))',
                   p.relation, p.col, p.key, p.relation)
      using b, id, g.kept_id, g.merged_id, made;
  end loop;
  for w in select * from contact_follow x order by x.place, x.relation, x.col, x.of_relation, x.of_col loop
    execute format('update %1$I x set %2$I = $3 from %4$I s where x.business_id = $1 and x.%2$I = $2 and s.business_id = $1 and s.%5$I = x.%3$I and s.%6$I = $3 and (%7$s)',
                   w.relation, w.col, w.via, w.of_relation, w.of_key, w.of_col, w.only_if)
      using b, g.kept_id, g.merged_id;
  end loop;
  update contact c set head_id = g.merged_id, version = c.version + 1 where c.business_id = b and c.contact_id = any (g.ids);
  perform merge_unyield(b, id);
  perform merge_unshares(b, g.kept_id, g.merged_id, g.shares);
  perform referral_shares(b, g.kept_id);
  perform referral_shares(b, g.merged_id);
  -- what was edited since stays as it was edited; of attributes each key by itself
  select to_jsonb(c) into cur from contact c where c.business_id = b and c.contact_id = g.kept_id;
  select coalesce(jsonb_object_agg(e.key, case when e.key = 'attributes' then
      (select coalesce(jsonb_object_agg(a.key, a.value) filter (where a.value is distinct from e.value->a.key or g.was->'attributes' ? a.key), '{}') from jsonb_each(cur->'attributes') a)
    else g.was->e.key end), '{}')
    into back from jsonb_each(g.became) e where e.key = 'attributes' or cur->e.key = e.value;
  perform merge_put(b, g.kept_id, back);
  update merge x set undone_at = clock_timestamp(), undone_by = by where x.business_id = b and x.merge_id = id;
  insert into feed(business_id, kind, ids) values (b, 2, array[g.kept_id, g.merged_id]);
  return query select null::text, g.number;
end $_$;
ALTER FUNCTION vs.contact_unmerge(b uuid, id uuid, by uuid) OWNER TO vs_owner;
CREATE FUNCTION vs.credit_decide(version smallint, i jsonb) RETURNS jsonb
    LANGUAGE sql IMMUTABLE
    SET search_path TO 'vs', 'pg_temp'
    AS $$
  select case version when 1 then credit_decide_v1(i) end
$$;
ALTER FUNCTION vs.credit_decide(version smallint, i jsonb) OWNER TO vs_owner;
CREATE FUNCTION vs.credit_decide_v1(i jsonb) RETURNS jsonb
    LANGUAGE sql IMMUTABLE
    AS $$
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
ALTER FUNCTION vs.credit_decide_v1(i jsonb) OWNER TO vs_owner;
CREATE FUNCTION vs.credit_fact(b uuid, c vs.claim, sign smallint) RETURNS void
    LANGUAGE sql
    SET search_path TO 'vs', 'pg_temp'
    AS $$
  insert into fact(business_id, kind, day, n, subject, contact_id, partner_id, origin)
  select b, 'credit_given', coalesce(max(f.day), today_of(b)), sign, (c).claim_id, (c).contact_id, (c).source_partner, 'referral'
  from fact f where f.business_id = b and f.subject = (c).claim_id and f.kind = 'credit_given' and f.n = 1 and sign = -1
$$;
ALTER FUNCTION vs.credit_fact(b uuid, c vs.claim, sign smallint) OWNER TO vs_owner;
CREATE FUNCTION vs.days_between(a timestamp with time zone, z timestamp with time zone) RETURNS numeric
    LANGUAGE sql IMMUTABLE
    AS $$
  select round((extract(epoch from z - a) / 86400)::numeric, 6)
$$;
ALTER FUNCTION vs.days_between(a timestamp with time zone, z timestamp with time zone) OWNER TO vs_owner;
CREATE TABLE vs.deal (
    business_id uuid NOT NULL,
    deal_id uuid NOT NULL,
    number bigint NOT NULL,
    contact_id uuid NOT NULL,
    title text NOT NULL,
    state smallint DEFAULT 1 NOT NULL,
    value bigint,
    list_price bigint,
    currency text NOT NULL,
    opened_on date NOT NULL,
    closed_on date,
    owner_id uuid NOT NULL,
    seat_id uuid NOT NULL,
    origin text NOT NULL,
    conversation_on date,
    customer_owes text,
    lost_because text,
    version bigint DEFAULT 1 NOT NULL,
    made_at timestamp with time zone DEFAULT now() NOT NULL,
    made_by uuid NOT NULL,
    CONSTRAINT deal_check CHECK ((closed_on >= opened_on)),
    CONSTRAINT deal_check1 CHECK (((state = 1) = (closed_on IS NULL))),
    CONSTRAINT deal_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT deal_list_price_check CHECK ((list_price >= 0)),
    CONSTRAINT deal_state_check CHECK (((state >= 1) AND (state <= 3))),
    CONSTRAINT deal_value_check CHECK ((value >= 0))
);
ALTER TABLE ONLY vs.deal FORCE ROW LEVEL SECURITY;
ALTER TABLE vs.deal OWNER TO vs_owner;
CREATE FUNCTION vs.deal_lacks(b uuid, d vs.deal) RETURNS text
    LANGUAGE sql STABLE
    SET search_path TO 'vs', 'pg_temp'
    AS $$
  select nullif(concat_ws(', ', case when (d).conversation_on is null then 'the referral conversation' end,
    case when not exists (select from promise p where p.business_id = b and p.contact_id = (d).contact_id and p.deal_id = (d).deal_id) then 'expectations as promises' end,
    case when (d).customer_owes is null then 'what the customer owes' end,
    case when not exists (select from baseline x where x.business_id = b and x.deal_id = (d).deal_id) then 'a value baseline' end), '')
$$;
ALTER FUNCTION vs.deal_lacks(b uuid, d vs.deal) OWNER TO vs_owner;
CREATE FUNCTION vs.digest_moment(b uuid, d date) RETURNS timestamp with time zone
    LANGUAGE sql STABLE
    SET search_path TO 'vs', 'pg_temp'
    AS $$
  select (d + least(setting_of(b, 'digest.at')::time, time '23:59')) at time zone z.zone from business z where z.business_id = b
$$;
ALTER FUNCTION vs.digest_moment(b uuid, d date) OWNER TO vs_owner;
CREATE FUNCTION vs.digest_next(b uuid) RETURNS timestamp with time zone
    LANGUAGE sql STABLE
    SET search_path TO 'vs', 'pg_temp'
    AS $$
  select coalesce((select digest_moment(b, d.day) from generate_series(0, 14) n cross join lateral (select today_of(b) + n as day) d
                   where is_working_day(b, d.day) and digest_moment(b, d.day) > now() order by d.day limit 1), now() + interval '1 day')
$$;
ALTER FUNCTION vs.digest_next(b uuid) OWNER TO vs_owner;
CREATE FUNCTION vs.dispute_is_party(b uuid, d uuid, account uuid) RETURNS boolean
    LANGUAGE sql STABLE
    SET search_path TO 'vs', 'pg_temp'
    AS $$
  select exists (select from dispute x where x.business_id = b and x.dispute_id = d and x.opened_by = account)
      or exists (select from dispute_party p join claim c on c.business_id = b and c.claim_id = p.claim_id
                 where p.business_id = b and p.dispute_id = d and c.source_account = account)
$$;
ALTER FUNCTION vs.dispute_is_party(b uuid, d uuid, account uuid) OWNER TO vs_owner;
CREATE FUNCTION vs.dispute_settle(b uuid, d uuid, for_claim uuid, decided text, by uuid, party boolean) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'vs', 'pg_temp'
    AS $$
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
ALTER FUNCTION vs.dispute_settle(b uuid, d uuid, for_claim uuid, decided text, by uuid, party boolean) OWNER TO vs_owner;
CREATE FUNCTION vs.duration_step(seconds bigint) RETURNS bigint
    LANGUAGE sql IMMUTABLE
    AS $$
  select (seconds + step / 2) / step * step from (select case when seconds < 3600 then 60 when seconds < 86400 then 900 when seconds < 604800 then 3600 else 86400 end as step) s
$$;
ALTER FUNCTION vs.duration_step(seconds bigint) OWNER TO vs_owner;
CREATE FUNCTION vs.fact_undo(b uuid, of_subject uuid, kinds text[]) RETURNS void
    LANGUAGE sql
    SET search_path TO 'vs', 'pg_temp'
    AS $$
  insert into fact(business_id, kind, day, n, subject, contact_id, seat_id, partner_id, origin, label, value, currency, seconds, parts)
  select b, f.kind, f.day, -1, of_subject, f.contact_id, f.seat_id, f.partner_id, f.origin, f.label, f.value, f.currency, f.seconds, f.parts
  from (select kind, day, contact_id, seat_id, partner_id, origin, label, value, currency, seconds, parts, sum(n) as net from fact
        where business_id = b and subject = of_subject and (kinds is null or kind = any (kinds))
        group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 having sum(n) > 0) f cross join lateral generate_series(1, f.net)
$$;
ALTER FUNCTION vs.fact_undo(b uuid, of_subject uuid, kinds text[]) OWNER TO vs_owner;
CREATE FUNCTION vs.friend_line(b uuid, because text) RETURNS text
    LANGUAGE sql STABLE
    SET search_path TO 'vs', 'pg_temp'
    AS $$
  select replace(replace(setting_of(b, 'referral.friend_line'), '{business}', z.name), '{because}', coalesce(because, 'they did good work'))
  from business z where z.business_id = b
$$;
ALTER FUNCTION vs.friend_line(b uuid, because text) OWNER TO vs_owner;
CREATE FUNCTION vs.head_of(b uuid, id uuid) RETURNS uuid
    LANGUAGE sql STABLE
    SET search_path TO 'vs', 'pg_temp'
    AS $$
  select coalesce((select c.head_id from contact c where c.business_id = b and c.contact_id = id), id)
$$;
ALTER FUNCTION vs.head_of(b uuid, id uuid) OWNER TO vs_owner;
CREATE FUNCTION vs.id_made() RETURNS uuid
    LANGUAGE sql
    AS $$ select overlay(gen_random_uuid()::text placing '8' from 15 for 1)::uuid $$;
ALTER FUNCTION vs.id_made() OWNER TO vs_owner;
CREATE FUNCTION vs.import_contact_rows(b uuid, me uuid, ids uuid[], names text[], name_keys text[], emails text[], email_keys text[], phones text[], phone_keys text[], organizations uuid[], owners text[], attributes jsonb[]) RETURNS TABLE(i integer, contact_id uuid, state integer, reason text, words text, owner_id uuid, likely text)
    LANGUAGE sql STABLE
    SET search_path TO 'vs', 'pg_temp'
    AS $$
  select r.i::int, r.id, case when j.present then 2 when j.reason is null then 1 else 3 end, case when not j.present then j.reason end, case when not j.present then f.words end, o.owner_id,
         (select 'C' || c.number || ' ' || c.name || ' (' || d.because || ')'
          from contact_duplicates(b, r.id, r.name_key, r.email_key, r.phone_key, r.organization) d join contact c on c.business_id = b and c.contact_id = d.contact_id
          order by c.number limit 1)
  from unnest(ids, names, name_keys, emails, email_keys, phones, phone_keys, organizations, owners, attributes)
       with ordinality r(id, name, name_key, email, email_key, phone, phone_key, organization, owner, attribute, i)
  cross join lateral (select case when nullif(r.owner, '') is null then me
                                  else (select a.account_id from account a where a.business_id = b and a.login = r.owner and a.closed_at is null and a.role in (1, 2, 4)) end as owner_id) o
  left join lateral attribute_fault(b, false, attribute_pairs(coalesce(r.attribute, '{}'))) f on true
  cross join lateral (select
     exists (select from contact c where c.business_id = b and c.contact_id = r.id) as present,
     case when r.i > array_position(ids, r.id) then 'ROW_TWICE'
          when nullif(btrim(r.name), '') is null then 'NO_NAME' when r.name_key is null then 'BAD_NAME'
          when nullif(btrim(r.email), '') is not null and r.email_key is null then 'BAD_EMAIL'
          when nullif(btrim(r.phone), '') is not null and r.phone_key is null then 'BAD_PHONE'
          when o.owner_id is null then 'NO_SUCH_OWNER'
          when r.organization is not null and not exists (select from organization x where x.business_id = b and x.organization_id = r.organization) then 'NO_SUCH_ORGANIZATION'
          else f.reason end as reason) j
$$;
ALTER FUNCTION vs.import_contact_rows(b uuid, me uuid, ids uuid[], names text[], name_keys text[], emails text[], email_keys text[], phones text[], phone_keys text[], organizations uuid[], owners text[], attributes jsonb[]) OWNER TO vs_owner;
CREATE FUNCTION vs.import_deal_rows(b uuid, me uuid, ids uuid[], contacts uuid[], titles text[], states smallint[], worth bigint[], list_prices bigint[], currencies text[], opened_days date[], opened_texts text[], closed_days date[], closed_texts text[], seats text[]) RETURNS TABLE(i integer, deal_id uuid, state integer, reason text, seat_id uuid)
    LANGUAGE sql STABLE
    SET search_path TO 'vs', 'pg_temp'
    AS $_$
  select r.i::int, r.id, case when j.present then 2 when j.reason is null then 1 else 3 end, case when not j.present then j.reason end, s.seat_id
  from unnest(ids, contacts, titles, states, worth, list_prices, currencies, opened_days, opened_texts, closed_days, closed_texts, seats)
       with ordinality r(id, contact, title, state, value, list_price, currency, opened, opened_text, closed, closed_text, seat, i)
  cross join lateral (select case when nullif(r.seat, '') is null then me
                                  else (select a.account_id from account a where a.business_id = b and a.login = r.seat) end as seat_id) s
  cross join lateral (select
     exists (select from deal d where d.business_id = b and d.deal_id = r.id) as present,
     case when r.i > array_position(ids, r.id) then 'ROW_TWICE' when nullif(btrim(r.title), '') is null then 'NO_TITLE'
          when not exists (select from contact c where c.business_id = b and c.contact_id = r.contact and c.erased_at is null) then 'NO_SUCH_CONTACT'
          when s.seat_id is null then 'NO_SUCH_ACCOUNT'
          when (nullif(r.opened_text, '') is not null and r.opened is null) or (nullif(r.closed_text, '') is not null and r.closed is null) then 'BAD_DAY'
          when nullif(r.currency, '') is not null and r.currency !~ '^[A-Z]{3}$' then 'BAD_CURRENCY'
          when r.value < 0 or r.list_price < 0 then 'NEGATIVE_AMOUNT'
          when r.state in (2, 3) and r.closed is null then 'NO_CLOSED_DAY' when coalesce(r.state, 1) <= 1 and r.closed is not null then 'CLOSED_BUT_OPEN'
          when r.closed > today_of(b) or r.opened > today_of(b) then 'DAY_AHEAD'
          when r.closed < r.opened then 'CLOSED_BEFORE_OPENED' end as reason) j
$_$;
ALTER FUNCTION vs.import_deal_rows(b uuid, me uuid, ids uuid[], contacts uuid[], titles text[], states smallint[], worth bigint[], list_prices bigint[], currencies text[], opened_days date[], opened_texts text[], closed_days date[], closed_texts text[], seats text[]) OWNER TO vs_owner;
CREATE FUNCTION vs.import_organization_rows(b uuid, ids uuid[], names text[], name_keys text[], attributes jsonb[]) RETURNS TABLE(i integer, organization_id uuid, state integer, reason text, words text)
    LANGUAGE sql STABLE
    SET search_path TO 'vs', 'pg_temp'
    AS $$
  select r.i::int, r.id, case when j.present then 2 when j.reason is null then 1 else 3 end, case when not j.present then j.reason end, case when not j.present then f.words end
  from unnest(ids, names, name_keys, attributes) with ordinality r(id, name, name_key, attribute, i)
  left join lateral attribute_fault(b, true, attribute_pairs(coalesce(r.attribute, '{}'))) f on true
  cross join lateral (select
     exists (select from organization o where o.business_id = b and o.organization_id = r.id) as present,
     case when r.i > array_position(ids, r.id) then 'ROW_TWICE' when nullif(btrim(r.name), '') is null then 'NO_NAME'
          when r.name_key is null then 'BAD_NAME' else f.reason end as reason) j
$$;
ALTER FUNCTION vs.import_organization_rows(b uuid, ids uuid[], names text[], name_keys text[], attributes jsonb[]) OWNER TO vs_owner;
CREATE FUNCTION vs.import_project_rows(b uuid, me uuid, ids uuid[], contacts uuid[], deals uuid[], titles text[], states smallint[], started_days date[], started_texts text[], ended_days date[], ended_texts text[], owners text[]) RETURNS TABLE(i integer, project_id uuid, state integer, reason text, contact_id uuid, owner_id uuid, becomes smallint, started_on date, ended_on date)
    LANGUAGE sql STABLE
    SET search_path TO 'vs', 'pg_temp'
    AS $$
  with t as materialized (select today_of(b) as today, z.zone from business z where z.business_id = b)
  select r.i::int, r.id, case when j.present then 2 when j.reason is null then 1 else 3 end, case when not j.present then j.reason end, p.contact_id, p.owner_id, p.state,
         coalesce(r.started, p.ended, p.today), p.ended
  from t cross join unnest(ids, contacts, deals, titles, states, started_days, started_texts, ended_days, ended_texts, owners)
       with ordinality r(id, contact, deal, title, said, started, started_text, ended, ended_text, owner, i)
  left join lateral (select h.contact_id from contact x join contact h on h.business_id = b and h.contact_id = x.head_id and h.erased_at is null
                     where x.business_id = b and x.contact_id = r.contact limit 1) k on true
  left join lateral (select a.account_id from account a where a.business_id = b and a.login = r.owner and a.closed_at is null and a.role in (1, 2, 4) limit 1) o on true
  cross join lateral (select coalesce(nullif(r.said, 0), case when r.ended is null then 1 else 2 end)::int2 as state, t.today offset 0) s
  cross join lateral (select k.contact_id as contact_id, case when nullif(r.owner, '') is null then me else o.account_id end as owner_id, s.state, s.today,
                             case when s.state = 3 then coalesce(r.ended, greatest(s.today, r.started)) else r.ended end as ended offset 0) p
  cross join lateral (select
     exists (select from project x where x.business_id = b and x.project_id = r.id) as present,
     case when r.i > array_position(ids, r.id) then 'ROW_TWICE' when nullif(btrim(r.title), '') is null then 'NO_TITLE'
          when p.contact_id is null then 'NO_SUCH_CONTACT' when p.owner_id is null then 'NO_SUCH_SEAT'
          when r.deal is not null and not exists (select from deal d where d.business_id = b and d.deal_id = r.deal) then 'NO_SUCH_DEAL'
          when r.deal is not null and not exists (select from deal d where d.business_id = b and d.deal_id = r.deal and d.contact_id = p.contact_id) then 'OTHER_CONTACT'
          when unread(r.started_text, r.started) or unread(r.ended_text, r.ended) then 'BAD_DAY'
          when p.state = 2 and r.ended is null then 'NO_ENDED_DAY' when p.state = 1 and r.ended is not null then 'ENDED_BUT_ACTIVE'
          when r.started > p.today or r.ended > p.today then 'DAY_AHEAD' when r.ended < r.started then 'CLOSED_BEFORE_OPENED' end as reason offset 0) j
$$;
ALTER FUNCTION vs.import_project_rows(b uuid, me uuid, ids uuid[], contacts uuid[], deals uuid[], titles text[], states smallint[], started_days date[], started_texts text[], ended_days date[], ended_texts text[], owners text[]) OWNER TO vs_owner;
CREATE FUNCTION vs.import_promise_rows(b uuid, me uuid, ids uuid[], contacts uuid[], projects uuid[], deals uuid[], said text[], due_days date[], due_texts text[], made_days date[], made_texts text[], settled_days date[], settled_texts text[], states smallint[], owners text[]) RETURNS TABLE(i integer, promise_id uuid, state integer, reason text, contact_id uuid, owner_id uuid, becomes smallint, made_on date)
    LANGUAGE sql STABLE
    SET search_path TO 'vs', 'pg_temp'
    AS $$
  with t as materialized (select today_of(b) as today, z.zone from business z where z.business_id = b)
  select r.i::int, r.id, case when j.present then 2 when j.reason is null then 1 else 3 end, case when not j.present then j.reason end, p.contact_id, p.owner_id, p.state, p.made
  from t cross join unnest(ids, contacts, projects, deals, said, due_days, due_texts, made_days, made_texts, settled_days, settled_texts, states, owners)
       with ordinality r(id, contact, project, deal, words, due, due_text, made, made_text, settled, settled_text, said, owner, i)
  left join lateral (select h.contact_id from contact x join contact h on h.business_id = b and h.contact_id = x.head_id and h.erased_at is null
                     where x.business_id = b and x.contact_id = r.contact limit 1) k on true
  left join lateral (select a.account_id from account a where a.business_id = b and a.login = r.owner and a.closed_at is null and a.role in (1, 2, 4) limit 1) o on true
  cross join lateral (select k.contact_id as contact_id, case when nullif(r.owner, '') is null then me else o.account_id end as owner_id, t.today,
                             coalesce(nullif(r.said, 0), case when r.settled is null then 1 when r.settled <= r.due then 2 else 4 end)::int2 as state,
                             coalesce(r.made, least(t.today, r.due, r.settled)) as made offset 0) p
  cross join lateral (select
     exists (select from promise x where x.business_id = b and x.promise_id = r.id) as present,
     case when r.i > array_position(ids, r.id) then 'ROW_TWICE' when nullif(btrim(r.words), '') is null then 'NO_WORDS'
          when p.contact_id is null then 'NO_SUCH_CONTACT' when p.owner_id is null then 'NO_SUCH_SEAT'
          when r.project is not null and not exists (select from project x where x.business_id = b and x.project_id = r.project) then 'NO_SUCH_PROJECT'
          when r.deal is not null and not exists (select from deal d where d.business_id = b and d.deal_id = r.deal) then 'NO_SUCH_DEAL'
          when not coalesce((select x.contact_id = p.contact_id from project x where x.business_id = b and x.project_id = r.project), true)
            or not coalesce((select d.contact_id = p.contact_id from deal d where d.business_id = b and d.deal_id = r.deal), true) then 'OTHER_CONTACT'
          when unread(r.due_text, r.due) or unread(r.made_text, r.made) or unread(r.settled_text, r.settled) then 'BAD_DAY'
          when r.due is null then 'NO_DUE_DAY' when r.due < p.made then 'DUE_BEFORE_MADE'
          when p.state > 1 and r.settled is null then 'NO_SETTLED_DAY' when p.state = 1 and r.settled is not null then 'SETTLED_BUT_OPEN'
          when p.made > p.today or r.settled > p.today then 'DAY_AHEAD' when r.settled < p.made then 'CLOSED_BEFORE_OPENED'
          when p.state in (2, 3) and r.settled > r.due then 'KEPT_TOO_LATE' when p.state = 5 and r.settled > r.due then 'RELEASE_TOO_LATE' end as reason offset 0) j
$$;
ALTER FUNCTION vs.import_promise_rows(b uuid, me uuid, ids uuid[], contacts uuid[], projects uuid[], deals uuid[], said text[], due_days date[], due_texts text[], made_days date[], made_texts text[], settled_days date[], settled_texts text[], states smallint[], owners text[]) OWNER TO vs_owner;
CREATE FUNCTION vs.import_referral_rows(b uuid, me uuid, ids uuid[], contacts uuid[], from_contacts uuid[], from_partners text[], seats text[], states smallint[], happened timestamp with time zone[], decided timestamp with time zone[], contacted timestamp with time zone[], met timestamp with time zone[], meetings smallint[], closed timestamp with time zone[], deals uuid[], worth bigint[], currencies text[], reasons text[], whys text[], levels integer[], consents smallint[]) RETURNS TABLE(i integer, referral_id uuid, state integer, reason text, contact_id uuid, seat_id uuid, from_contact uuid, from_partner uuid, becomes smallint, decided_at timestamp with time zone)
    LANGUAGE sql STABLE
    SET search_path TO 'vs', 'pg_temp'
    AS $_$
  with t as materialized (select today_of(b) as today, z.zone from business z where z.business_id = b)
  select r.i::int, r.id, case when j.present then 2 when j.reason is null then 1 else 3 end, case when not j.present then j.reason end, p.contact_id, p.seat_id, p.from_contact, p.from_partner,
         p.state, p.decided
  from t cross join unnest(ids, contacts, from_contacts, from_partners, seats, states, happened, decided, contacted, met, meetings, closed, deals, worth, currencies, reasons, whys, levels, consents)
       with ordinality r(id, contact, from_contact, from_partner, seat, said, at, decided, contacted, met, meeting, closed, deal, value, currency, code, why, level, consent, i)
  left join lateral (select h.contact_id from contact x join contact h on h.business_id = b and h.contact_id = x.head_id and h.erased_at is null
                     where x.business_id = b and x.contact_id = r.contact limit 1) k on true
  left join lateral (select h.contact_id from contact x join contact h on h.business_id = b and h.contact_id = x.head_id and h.erased_at is null
                     where x.business_id = b and x.contact_id = r.from_contact limit 1) kf on true
  left join lateral (select a.account_id from account a where a.business_id = b and a.login = r.seat and a.closed_at is null and a.role in (1, 2, 4) limit 1) o on true
  cross join lateral (select k.contact_id as contact_id, case when nullif(r.seat, '') is null then me else o.account_id end as seat_id, kf.contact_id as from_contact,
       (select x.partner_id from partner x where x.business_id = b and (x.name = r.from_partner or 'P' || x.number = r.from_partner) order by x.name <> r.from_partner, x.number limit 1) as from_partner,
       coalesce(nullif(r.said, 0), 1)::int2 as state,
       case when r.said in (3, 4, 5, 6, 7, 8) then coalesce(r.decided, r.contacted, least(r.met, r.closed), r.closed) end as decided offset 0) p
  cross join lateral (select
     exists (select from referral x where x.business_id = b and x.referral_id = r.id) as present,
     case when r.i > array_position(ids, r.id) then 'ROW_TWICE' when p.contact_id is null then 'NO_SUCH_CONTACT' when p.seat_id is null then 'NO_SUCH_SEAT'
          when r.from_contact is not null and p.from_contact is null then 'NO_SUCH_CONTACT' when nullif(r.from_partner, '') is not null and p.from_partner is null then 'NO_SUCH_PARTNER'
          when num_nonnulls(p.from_contact, p.from_partner) <> 1 then 'ONE_SOURCE' when r.consent = 4 then 'CONSENT_REFUSED' when r.level > 5 then 'BAD_LEVEL'
          when p.state not in (1, 3, 4, 5, 6, 7, 8) then 'NOT_IMPORTED' when r.at is null then 'NO_HAPPENED_TIME'
          when p.state > 1 and p.decided is null then 'NO_DECIDED_TIME' when p.state = 4 and r.contacted is null then 'NO_CONTACTED_TIME'
          when p.state = 5 and r.met is null then 'NO_APPOINTMENT' when (p.state in (6, 7)) <> (r.closed is not null) then 'NO_CLOSED_TIME'
          when p.state in (1, 3, 8) and num_nonnulls(r.contacted, r.met) > 0 or p.state = 4 and r.met is not null then 'STEP_NOT_TAKEN'
          when greatest(r.at, p.decided, r.contacted, r.closed, case when r.meeting > 1 then r.met end) > now() then 'DAY_AHEAD'
          when least(p.decided, r.contacted, r.met, r.closed) < r.at or least(r.contacted, r.met, r.closed) < p.decided or r.closed < greatest(r.contacted, r.met) then 'STEPS_OUT_OF_ORDER'
          when p.state = 6 and num_nonnulls(r.deal, r.value) = 0 then 'NO_VALUE' when r.value < 0 then 'NEGATIVE_AMOUNT'
          when p.state = 6 and r.deal is not null then
            (select case when d.deal_id is null then 'NO_SUCH_DEAL' when d.contact_id <> p.contact_id then 'OTHER_CONTACT' when d.state <> 2 then 'DEAL_NOT_WON' end
             from (select) x left join deal d on d.business_id = b and d.deal_id = r.deal)
          when nullif(r.currency, '') is not null and r.currency !~ '^[A-Z]{3}$' then 'BAD_CURRENCY'
          when p.state in (7, 8) and (nullif(btrim(r.why), '') is null or not exists (select from referral_reason x where x.action = case p.state when 7 then 13 else 5 end and x.code = r.code))
            then 'NO_REASON' end as reason offset 0) j
$_$;
ALTER FUNCTION vs.import_referral_rows(b uuid, me uuid, ids uuid[], contacts uuid[], from_contacts uuid[], from_partners text[], seats text[], states smallint[], happened timestamp with time zone[], decided timestamp with time zone[], contacted timestamp with time zone[], met timestamp with time zone[], meetings smallint[], closed timestamp with time zone[], deals uuid[], worth bigint[], currencies text[], reasons text[], whys text[], levels integer[], consents smallint[]) OWNER TO vs_owner;
CREATE FUNCTION vs.import_review_rows(b uuid, me uuid, ids uuid[], contacts uuid[], projects uuid[], results smallint[], held timestamp with time zone[], scores integer[], scales integer[], owners text[]) RETURNS TABLE(i integer, review_id uuid, state integer, reason text, contact_id uuid, owner_id uuid, held_on date)
    LANGUAGE sql STABLE
    SET search_path TO 'vs', 'pg_temp'
    AS $$
  with t as materialized (select today_of(b) as today, z.zone from business z where z.business_id = b)
  select r.i::int, r.id, case when j.present then 2 when j.reason is null then 1 else 3 end, case when not j.present then j.reason end, p.contact_id, p.owner_id, p.day
  from t cross join unnest(ids, contacts, projects, results, held, scores, scales, owners) with ordinality r(id, contact, project, result, held, score, scale, owner, i)
  left join lateral (select h.contact_id from contact x join contact h on h.business_id = b and h.contact_id = x.head_id and h.erased_at is null
                     where x.business_id = b and x.contact_id = r.contact limit 1) k on true
  left join lateral (select a.account_id from account a where a.business_id = b and a.login = r.owner and a.closed_at is null and a.role in (1, 2, 4) limit 1) o on true
  cross join lateral (select k.contact_id as contact_id, case when nullif(r.owner, '') is null then me else o.account_id end as owner_id,
                             (r.held at time zone t.zone)::date as day offset 0) p
  cross join lateral (select
     exists (select from review x where x.business_id = b and x.review_id = r.id) as present,
     case when r.i > array_position(ids, r.id) then 'ROW_TWICE' when p.contact_id is null then 'NO_SUCH_CONTACT' when p.owner_id is null then 'NO_SUCH_SEAT'
          when r.project is not null and not exists (select from project x where x.business_id = b and x.project_id = r.project) then 'NO_SUCH_PROJECT'
          when not coalesce((select x.contact_id = p.contact_id from project x where x.business_id = b and x.project_id = r.project), true) then 'OTHER_CONTACT'
          when coalesce(r.result, 0) = 0 then 'NO_RESULT' when r.held is null then 'NO_HELD_TIME' when r.held > now() then 'DAY_AHEAD'
          when (r.score is null) <> (r.scale is null) or r.score > r.scale or r.scale not between 1 and 100 then 'BAD_SCORE' end as reason offset 0) j
$$;
ALTER FUNCTION vs.import_review_rows(b uuid, me uuid, ids uuid[], contacts uuid[], projects uuid[], results smallint[], held timestamp with time zone[], scores integer[], scales integer[], owners text[]) OWNER TO vs_owner;
CREATE FUNCTION vs.is_working_day(b uuid, d date) RETURNS boolean
    LANGUAGE sql STABLE
    SET search_path TO 'vs', 'pg_temp'
    AS $$
  select lower(to_char(d, 'Dy')) = any (string_to_array(setting_of(b, 'calendar.days'), ' '))
     and not exists (select from holiday h where h.business_id = b and h.day = d)
$$;
ALTER FUNCTION vs.is_working_day(b uuid, d date) OWNER TO vs_owner;
CREATE FUNCTION vs.median_rank(n double precision, side integer) RETURNS integer
    LANGUAGE sql IMMUTABLE
    AS $$
  select case when n >= 6 then greatest(1, least(n, case side when -1 then floor(n / 2 - 0.98 * sqrt(n)) else ceil(1 + n / 2 + 0.98 * sqrt(n)) end))::int end
$$;
ALTER FUNCTION vs.median_rank(n double precision, side integer) OWNER TO vs_owner;
CREATE FUNCTION vs.merge_columns(k vs.contact, m vs.contact) RETURNS jsonb
    LANGUAGE sql STABLE
    SET search_path TO 'vs', 'pg_temp'
    AS $$
  select jsonb_build_object(
    'email', coalesce(k.email, m.email), 'email_key', case when k.email is null then m.email_key else k.email_key end,
    'phone', coalesce(k.phone, m.phone), 'phone_key', case when k.phone is null then m.phone_key else k.phone_key end,
    'organization_id', coalesce(k.organization_id, m.organization_id), 'language', coalesce(k.language, m.language),
    'preferred_channel', coalesce(k.preferred_channel, m.preferred_channel), 'best_hours', coalesce(k.best_hours, m.best_hours),
    'consent', case when 4 in (k.consent, m.consent) then 4 when k.consent is null or m.consent is null then null else least(k.consent, m.consent) end,
    'no_ask', k.no_ask or m.no_ask, 'advocacy', case when k.advocacy = 4 then m.advocacy else k.advocacy end,
    'segments', (select jsonb_agg(distinct s order by s) from unnest(k.segments || m.segments) s), 'attributes', m.attributes || k.attributes)
$$;
ALTER FUNCTION vs.merge_columns(k vs.contact, m vs.contact) OWNER TO vs_owner;
CREATE FUNCTION vs.merge_preview(b uuid, kept uuid, merged uuid) RETURNS TABLE(what text, kept_has text, merged_has text, becomes text)
    LANGUAGE plpgsql STABLE
    SET search_path TO 'vs', 'pg_temp'
    AS $_$
declare k contact; m contact; j jsonb; o jsonb; p contact_part; f text; n bigint; w bigint;
begin
  select * into k from contact c where c.business_id = b and c.contact_id = kept;
  select * into m from contact c where c.business_id = b and c.contact_id = merged;
  if k.contact_id is null or m.contact_id is null then return; end if;
  return query select 'number and name', 'C' || k.number || ' ' || k.name, 'C' || m.number || ' ' || m.name, 'C' || k.number || ' ' || k.name;
  j := merge_columns(k, m);
  o := to_jsonb(k);
  for f in select key from jsonb_each(j) where key not like '%\_key' order by key loop
    if o->f is distinct from j->f or (to_jsonb(m)->f is distinct from j->f and to_jsonb(m)->>f is not null and to_jsonb(m)->f not in ('{}', '[]')) then
      return query select f, o->>f, to_jsonb(m)->>f, j->>f;
    end if;
  end loop;
  for p in select * from contact_part x where x.how <> 'self' order by x.relation, x.col loop
    execute format('select count(*) filter (where %1$I = $2), count(*) filter (where %1$I = $3) from %2$I where business_id = $1 and %1$I in ($2, $3)', p.col, p.relation) into n, w using b, kept, merged;
    if w > 0 then return query select replace(p.relation, '_', ' ') || case when p.col in ('contact_id') then '' else ' (' || replace(replace(p.col, '_contact_id', ''), '_', ' ') || ')' end, n::text, w::text, (n + w)::text; end if;
  end loop;
  return query select 'seen by ' || q.name, case when exists (select from share x where x.business_id = b and x.contact_id = kept and x.partner_id = q.partner_id and x.revoked_at is null) then 'yes' else 'no' end,
      case when exists (select from share x where x.business_id = b and x.contact_id = merged and x.partner_id = q.partner_id and x.revoked_at is null) then 'yes' else 'no' end, 'yes'
    from partner q where q.business_id = b and exists (select from share x where x.business_id = b and x.contact_id in (kept, merged) and x.partner_id = q.partner_id and x.revoked_at is null) order by q.number;
end $_$;
ALTER FUNCTION vs.merge_preview(b uuid, kept uuid, merged uuid) OWNER TO vs_owner;
CREATE FUNCTION vs.merge_put(b uuid, id uuid, j jsonb) RETURNS void
    LANGUAGE sql
    SET search_path TO 'vs', 'pg_temp'
    AS $$
  insert into contact_was(business_id, contact_id, origin, attributes) select b, id, c.origin, c.attributes
    from contact c where c.business_id = b and c.contact_id = id and c.attributes is distinct from coalesce(j->'attributes', c.attributes);
  update contact x set version = x.version + 1, email = p.email, email_key = p.email_key, phone = p.phone, phone_key = p.phone_key, organization_id = p.organization_id,
    language = p.language, preferred_channel = p.preferred_channel, best_hours = p.best_hours, consent = p.consent, no_ask = p.no_ask, advocacy = p.advocacy, segments = p.segments,
    attributes = p.attributes, stage_set = p.stage_set, stage_set_at = p.stage_set_at
  from (select (jsonb_populate_record(c, j)).* from contact c where c.business_id = b and c.contact_id = id) p
  where x.business_id = b and x.contact_id = id
$$;
ALTER FUNCTION vs.merge_put(b uuid, id uuid, j jsonb) OWNER TO vs_owner;
CREATE FUNCTION vs.merge_settle(b uuid, id uuid) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'vs', 'public', 'pg_temp'
    AS $_$
#variable_conflict use_column
declare g merge; p contact_part;
begin
  select * into g from merge x where x.business_id = b and x.merge_id = id and x.undone_at is null for update;
  if g.merge_id is null then return; end if;
  for p in select * from contact_part x where x.how = 'moves' and x.yields is null and x.spare is null and x.once is null order by x.relation, x.col loop
    execute format('with u as (update %I set %I = $3 where business_id = $1 and %I = $4 returning %I as key)
                    insert into merge_move(business_id, merge_id, relation, col, key) select $1, $2, %L, %L, key from u on conflict do nothing', p.relation, p.col, p.col, p.key, p.relation, p.col)
      using b, id, g.kept_id, g.merged_id;
  end loop;
end $_$;
ALTER FUNCTION vs.merge_settle(b uuid, id uuid) OWNER TO vs_owner;
CREATE FUNCTION vs.merge_shares(b uuid, kept vs.contact, merged vs.contact) RETURNS jsonb
    LANGUAGE plpgsql
    SET search_path TO 'vs', 'pg_temp'
    AS $$
declare s share; k share; now_k share; out jsonb := '[]';
begin
  for s in select * from share x where x.business_id = b and x.contact_id = merged.contact_id and x.revoked_at is null order by x.partner_id, x.reason loop
    select * into k from share x where x.business_id = b and x.contact_id = kept.contact_id and x.partner_id = s.partner_id and x.reason = s.reason;
    insert into share(business_id, contact_id, partner_id, reason, may_log, number, granted_at) values (b, kept.contact_id, s.partner_id, s.reason, s.may_log, kept.number, s.granted_at)
      on conflict (business_id, contact_id, partner_id, reason) do update
      set may_log = excluded.may_log or (share.may_log and share.revoked_at is null), revoked_at = null,
          granted_at = case when share.revoked_at is null then share.granted_at else excluded.granted_at end
      returning * into now_k;
    update share set revoked_at = now() where business_id = b and contact_id = merged.contact_id and partner_id = s.partner_id and reason = s.reason;
    out := out || jsonb_build_object('partner_id', s.partner_id, 'reason', s.reason, 'was', case when k.contact_id is not null then to_jsonb(k) end, 'became', to_jsonb(now_k));
  end loop;
  return out;
end $$;
ALTER FUNCTION vs.merge_shares(b uuid, kept vs.contact, merged vs.contact) OWNER TO vs_owner;
CREATE FUNCTION vs.merge_unshares(b uuid, kept uuid, merged uuid, shares jsonb) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'vs', 'pg_temp'
    AS $$
declare e jsonb; k share; untouched boolean;
begin
  for e in select * from jsonb_array_elements(shares) loop
    select * into k from share x where x.business_id = b and x.contact_id = kept and x.partner_id = (e->>'partner_id')::uuid and x.reason = (e->>'reason')::smallint;
    if k.revoked_at is not null then continue; end if;
    untouched := to_jsonb(k) = e->'became';
    update share set revoked_at = null where business_id = b and contact_id = merged and partner_id = k.partner_id and reason = k.reason;
    if untouched and e->'was' = 'null' then
      delete from share where business_id = b and contact_id = kept and partner_id = k.partner_id and reason = k.reason;
    elsif untouched then
      update share x set may_log = w.may_log, revoked_at = w.revoked_at, granted_at = w.granted_at from jsonb_populate_record(null::share, e->'was') w
        where x.business_id = b and x.contact_id = kept and x.partner_id = k.partner_id and x.reason = k.reason;
    end if;
  end loop;
end $$;
ALTER FUNCTION vs.merge_unshares(b uuid, kept uuid, merged uuid, shares jsonb) OWNER TO vs_owner;
CREATE FUNCTION vs.merge_unyield(b uuid, merge uuid) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'vs', 'pg_temp'
    AS $_$
declare v record; n int;
begin
  for v in select m.key as row_key, p.* from merge_move m join contact_part p on p.relation = m.relation and p.col = m.col
           where m.business_id = b and m.merge_id = merge and m.yielded loop
    -- another got the flag since: then this one stays without
    execute format('update %1$I x set %2$I = true where business_id = $1 and %3$I = $2 and (%5$s) and not exists (select from %1$I y where y.business_id = $1 and y.%4$I = x.%4$I and y.%2$I)',
                   v.relation, v.yields, v.key, v.col, coalesce(v.yields_if, 'true')) using b, v.row_key;
    get diagnostics n = row_count;
    if n = 0 then continue; end if;
    insert into fact(business_id, kind, day, n, subject, contact_id, seat_id, partner_id, origin, label, value, currency, seconds)
      select b, f.kind, f.day, 1, f.subject, f.contact_id, f.seat_id, f.partner_id, f.origin, f.label, f.value, f.currency, f.seconds
      from fact f where f.business_id = b and f.subject = v.row_key and f.kind = v.yields_fact and f.n = -1 order by f.recorded_at desc limit 1;
  end loop;
end $_$;
ALTER FUNCTION vs.merge_unyield(b uuid, merge uuid) OWNER TO vs_owner;
CREATE TABLE vs.contact_part (
    relation text NOT NULL,
    col text NOT NULL,
    how text NOT NULL,
    key text,
    yields text,
    yields_by text,
    yields_fact text,
    spare text,
    once text,
    yields_if text,
    CONSTRAINT contact_part_check CHECK (((how = 'moves'::text) = (key IS NOT NULL))),
    CONSTRAINT contact_part_check1 CHECK (((yields IS NULL) = (yields_by IS NULL))),
    CONSTRAINT contact_part_how_check CHECK ((how = ANY (ARRAY['moves'::text, 'stays'::text, 'self'::text])))
);
ALTER TABLE vs.contact_part OWNER TO vs_owner;
CREATE FUNCTION vs.merge_yield(b uuid, id uuid, kept uuid, merged uuid, p vs.contact_part) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'vs', 'pg_temp'
    AS $_$
declare loser uuid; n bigint;
begin
  execute format('select count(*), (array_agg(%I order by %I desc, %I desc))[1] from %I where business_id = $1 and %I in ($2, $3) and %I',
                 p.key, p.yields_by, p.key, p.relation, p.col, p.yields) into n, loser using b, kept, merged;
  if n < 2 then return; end if;
  execute format('update %I set %I = false where business_id = $1 and %I = $2', p.relation, p.yields, p.key) using b, loser;
  insert into merge_move(business_id, merge_id, relation, col, key, yielded) values (b, id, p.relation, p.col, loser, true);
  insert into fact(business_id, kind, day, n, subject, contact_id, seat_id, partner_id, origin, label, value, currency, seconds)
    select b, f.kind, f.day, -1, f.subject, f.contact_id, f.seat_id, f.partner_id, f.origin, f.label, f.value, f.currency, f.seconds
    from fact f where f.business_id = b and f.subject = loser and f.kind = p.yields_fact and f.n = 1 order by f.recorded_at desc limit 1;
end $_$;
ALTER FUNCTION vs.merge_yield(b uuid, id uuid, kept uuid, merged uuid, p vs.contact_part) OWNER TO vs_owner;
CREATE FUNCTION vs.metric_contact_cells(b uuid, t0 timestamp with time zone, t1 timestamp with time zone) RETURNS TABLE(kind text, dim text, day date, label text, val smallint, seconds bigint, n bigint, total numeric)
    LANGUAGE sql STABLE
    SET search_path TO 'vs', 'pg_temp'
    AS $$
  select k.kind, d.dim, d.day, d.label, k.val, duration_step(d.seconds), sum(d.n)::bigint, sum(d.n * d.seconds)
  from metric_contact_delta(b, t0, t1) d
  cross join lateral (select d.kind, d.val union all select 'customer', 0::int2 where d.kind = 'entry' and d.val = 5) k
  group by 1, 2, 3, 4, 5, 6 having sum(d.n) <> 0
$$;
ALTER FUNCTION vs.metric_contact_cells(b uuid, t0 timestamp with time zone, t1 timestamp with time zone) OWNER TO vs_owner;
CREATE FUNCTION vs.metric_contact_delta(b uuid, t0 timestamp with time zone, t1 timestamp with time zone) RETURNS TABLE(kind text, dim text, day date, label text, val smallint, seconds bigint, n bigint)
    LANGUAGE sql STABLE
    SET search_path TO 'vs', 'pg_temp'
    AS $$
  with hit as (
     select contact_id from contact where business_id = b and created_at >= t0 and created_at < t1
     union select contact_id from contact_was where business_id = b and until_at >= t0 and until_at < t1
     union select contact_id from stage_entry where business_id = b and recorded_at >= t0 and recorded_at < t1
     union select contact_id from strike where business_id = b and struck_at >= t0 and struck_at < t1
     union select contact_id from stage_set where business_id = b and set_at >= t0 and set_at < t1
     union select s.contact_id from (select distinct contact_id from stage_set where business_id = b) s
        where exists (select from touchpoint t where t.business_id = b and t.contact_id = any (contact_ids(b, head_of(b, s.contact_id))) and t.refusal is null and t.recorded_at >= t0 and t.recorded_at < t1)
     union select f.contact_id from fact f where f.business_id = b and f.recorded_at >= t0 and f.recorded_at < t1 and f.kind = 'deal_won'
     union select r.source_contact from fact f join referral r on r.business_id = b and r.referral_id = f.subject
        where f.business_id = b and f.recorded_at >= t0 and f.recorded_at < t1 and f.kind in ('referral_received', 'referral_given') and r.source_contact is not null),
   -- and those they were merged with, whenever that was
   kin as (
     select contact_id from hit
     union select unnest(m.ids || m.kept_id) from merge m where m.business_id = b and (m.kept_id in (select contact_id from hit) or m.ids && array(select contact_id from hit))
     union select unnest(m.ids || m.kept_id) from merge m where m.business_id = b and (m.merged_at >= t0 and m.merged_at < t1 or m.undone_at >= t0 and m.undone_at < t1)),
   ids as materialized (select array_agg(contact_id) as ids from kin),
   d as (
     select x.* from ids cross join lateral metric_contacts_at(b, ids.ids, t1) x
     union all
     select x.kind, x.day, x.val, x.seconds, -x.n, x.origin, x.attributes from ids cross join lateral metric_contacts_at(b, ids.ids, t0) x where t0 > '-infinity')
  select d.kind, v.dim, d.day, v.label, d.val, d.seconds, sum(d.n)
  from d cross join lateral (select '', '' union all select 'origin', d.origin union all select 'attribute:' || a.key, a.value from jsonb_each_text(d.attributes) a) v(dim, label)
  group by 1, 2, 3, 4, 5, 6 having sum(d.n) <> 0
$$;
ALTER FUNCTION vs.metric_contact_delta(b uuid, t0 timestamp with time zone, t1 timestamp with time zone) OWNER TO vs_owner;
CREATE FUNCTION vs.metric_contacts_at(b uuid, ids uuid[], t timestamp with time zone) RETURNS TABLE(kind text, day date, val smallint, seconds bigint, n integer, origin text, attributes jsonb)
    LANGUAGE sql STABLE
    SET search_path TO 'vs', 'pg_temp'
    AS $$
  with z as (select zone from business where business_id = b),
   merged as materialized (
     select distinct on (i.id) i.id as contact_id, m.kept_id from merge m cross join lateral unnest(m.ids) i(id)
     where m.business_id = b and m.merged_at < t and (m.undone_at is null or m.undone_at >= t) order by i.id, m.merged_at desc),
   who as materialized (
     select c.contact_id, c.created_at, coalesce(w.origin, c.origin) as origin, coalesce(w.attributes, c.attributes) as attributes
     from unnest(ids) i join contact c on c.business_id = b and c.contact_id = i and c.created_at < t
     left join lateral (select x.origin, x.attributes from contact_was x where x.business_id = b and x.contact_id = i and x.until_at >= t order by x.until_at limit 1) w on true
     where i not in (select contact_id from merged)),
   member as materialized (
     select contact_id, contact_id as head_id from who
     union all select m.contact_id, m.kept_id from merged m where m.kept_id in (select contact_id from who)),
   moved as materialized (
     select distinct on (v.key) v.key as referral_id, m.merged_id as source_contact from merge m join merge_move v on v.business_id = b and v.merge_id = m.merge_id
     where m.business_id = b and v.relation = 'referral' and v.col = 'source_contact' and not v.yielded order by v.key, m.merged_at),
   vouched as (
     select r.source_contact, r.referral_id, r.happened_at from member join referral r on r.business_id = b and r.source_contact = member.contact_id
     where r.referral_id not in (select referral_id from moved)
     union all
     select v.source_contact, r.referral_id, r.happened_at from moved v join referral r on r.business_id = b and r.referral_id = v.referral_id),
   sets as materialized (
     select s.contact_id, s.set_at, s.stage from who join stage_set s on s.business_id = b and s.contact_id = who.contact_id and s.set_at < t),
   last_set as (select distinct on (contact_id) contact_id, set_at, stage from sets order by contact_id, set_at desc),
   deals as (
     select m.head_id as contact_id, min(f.day) as day, row_number() over (partition by m.head_id order by min(f.day), f.subject) as nth
     from member m join fact f on f.business_id = b and f.contact_id = m.contact_id and f.kind = 'deal_won' and f.n = 1 and f.recorded_at < t
     group by m.head_id, f.subject),
   seen as materialized ( -- whatever may have entered a stage; after a set any touch may
     select m.head_id as contact_id, e.stage, e.first_at as at
     from member m join stage_entry e on e.business_id = b and e.contact_id = m.contact_id and e.recorded_at < t
     where not exists (select from strike k where k.business_id = b and k.touchpoint_id = e.touchpoint_id and k.struck_at < t)
     union all
     select d.contact_id, (4 + d.nth)::int2, d.day::timestamp at time zone z.zone from deals d, z where d.nth <= 2
     union all
     select m.head_id, 7::int2, r.happened_at
     from member m join vouched r on r.source_contact = m.contact_id
     join fact f on f.business_id = b and f.subject = r.referral_id and f.kind in ('referral_received', 'referral_given') and f.n = 1 and f.recorded_at < t
     union all
     select s.contact_id, o.stage, o.occurred_at
     from (select contact_id, min(set_at) as first_set from sets group by 1) s join member m on m.head_id = s.contact_id
     join touchpoint o on o.business_id = b and o.contact_id = m.contact_id and o.refusal is null and o.occurred_at > s.first_set and o.recorded_at < t
     where (o.stage = 1 or (o.stage <= 5 and o.flags & 2 = 0))
       and not exists (select from strike k where k.business_id = b and k.touchpoint_id = o.id and k.struck_at < t)),
   entry as materialized (
     select s.contact_id, s.stage, min(s.at) as at from seen s left join last_set l using (contact_id)
     where l.contact_id is null or s.stage <= l.stage or s.at > l.set_at group by 1, 2),
   step as (
     select e.contact_id, e.stage, e.at, min(h.at) as next_at, coalesce(bool_or(h.at < e.at), false) as behind
     from entry e left join entry h on h.contact_id = e.contact_id and h.stage > e.stage group by 1, 2, 3),
   event as (
     select contact_id, created_at as at, 0::int2 as stage, false as is_set from who
     union all select contact_id, at, stage, false from seen
     union all select contact_id, set_at, stage, true from sets),
   epoch as (select e.*, count(*) filter (where is_set) over (partition by contact_id order by at, is_set rows unbounded preceding) as sets from event e),
   reached as (
     select contact_id, at, is_set, max(stage) over (partition by contact_id, sets order by at, is_set rows unbounded preceding) as stage,
            (at at time zone z.zone)::date as day from epoch, z),
   evening as (select distinct on (contact_id, day) contact_id, day, stage from reached order by contact_id, day, at desc, is_set desc, stage desc),
   move as (select contact_id, day, stage, lag(stage) over (partition by contact_id order by day) as was from evening),
   counted as (
     select contact_id, 'contact' as kind, day, stage, 0::int8 as seconds, 1 as n from move where was is distinct from stage
     union all select contact_id, 'contact', day, was, 0, -1 from move where was <> stage
     union all select contact_id, 'new', (created_at at time zone z.zone)::date, 0::int2, 0, 1 from who, z
     union all select contact_id, 'entry', (at at time zone z.zone)::date, stage, 0, 1 from step, z
     union all select contact_id, 'cohort', (at at time zone z.zone)::date, stage, 0, 1 from step, z where not behind and stage < 7
     union all select contact_id, 'converted', (at at time zone z.zone)::date, stage, 0, 1 from step, z where not behind and next_at is not null
     union all select contact_id, 'dwell', (next_at at time zone z.zone)::date, stage, extract(epoch from next_at - at)::int8, 1 from step, z where not behind and next_at is not null)
  select c.kind, c.day, c.stage, c.seconds, c.n, who.origin, who.attributes from counted c join who using (contact_id)
$$;
ALTER FUNCTION vs.metric_contacts_at(b uuid, ids uuid[], t timestamp with time zone) OWNER TO vs_owner;
CREATE FUNCTION vs.metric_fact_delta(b uuid, t0 timestamp with time zone, t1 timestamp with time zone, wanted text[]) RETURNS TABLE(kind text, dim text, day date, label text, seconds bigint, currency text, n bigint, value bigint, total numeric, squares numeric)
    LANGUAGE sql STABLE
    SET search_path TO 'vs', 'pg_temp'
    AS $$
  with k as materialized (
     select distinct s.named, substring(s.named from '^[a-z_]+') as kind, substring(s.named from '^[a-z_]+([:/=])') as sign, substring(s.named from '^[a-z_]+[:/=](.*)') as word, d.dim
     from metric m cross join lateral unnest(m.counts || m.against) s(named)
     cross join lateral unnest(m.breakdowns || case when m.unit like 'difference%' then '{group}'::text[] else '{""}' end) d(dim)
     where m.source in ('facts', 'both') and (wanted is null or s.named = any (wanted))),
   f as (
     select f.*, coalesce(f.seconds, f.parts) as measured from fact f
     where f.business_id = b and f.recorded_at >= t0 and f.recorded_at < t1 and f.kind in (select k.kind from k))
  select k.named, k.dim, f.day, coalesce(case k.dim when 'seat' then f.seat_id::text when 'origin' then f.origin when 'group' then origin_group(f.origin) when 'label' then f.label end, ''),
         coalesce(duration_step(f.seconds), -1), coalesce(f.currency, ''), sum(f.n)::bigint, sum(f.n * f.value)::bigint, sum(f.n * f.measured), sum(f.n * f.measured::numeric * f.measured)
  from f join k on k.kind = f.kind and (k.sign is null or k.word = case k.sign when ':' then f.label when '/' then f.origin when '=' then origin_group(f.origin) end)
  group by 1, 2, 3, 4, 5, 6 having sum(f.n) <> 0
$$;
ALTER FUNCTION vs.metric_fact_delta(b uuid, t0 timestamp with time zone, t1 timestamp with time zone, wanted text[]) OWNER TO vs_owner;
CREATE FUNCTION vs.metric_refold() RETURNS void
    LANGUAGE sql
    SET search_path TO 'vs', 'pg_temp'
    AS $$
  delete from metric_cell;
  update metric_fold set folded_to = '-infinity', next_to = null, next_xid = null;
  update due set at = now() where rule = 'metric_fold';
$$;
ALTER FUNCTION vs.metric_refold() OWNER TO vs_owner;
CREATE FUNCTION vs.metric_touch_delta(b uuid, t0 timestamp with time zone, t1 timestamp with time zone) RETURNS TABLE(kind text, dim text, day date, label text, val smallint, seconds bigint, n bigint)
    LANGUAGE sql STABLE
    SET search_path TO 'vs', 'pg_temp'
    AS $$
  with scope as materialized (
     select t.id, t.contact_id, t.occurred_at, t.recorded_at, t.sentiment, t.score, t.score_scale from touchpoint t
     where t.business_id = b and t.refusal is null and t.recorded_at >= t0 and t.recorded_at < t1
     union
     select t.id, t.contact_id, t.occurred_at, t.recorded_at, t.sentiment, t.score, t.score_scale
     from strike k join touchpoint t on t.business_id = b and t.id = k.touchpoint_id and t.refusal is null
     where k.business_id = b and k.struck_at >= t0 and k.struck_at < t1
     union
     select t.id, t.contact_id, t.occurred_at, t.recorded_at, t.sentiment, t.score, t.score_scale
     from (select distinct contact_id from contact_was where business_id = b and until_at >= t0 and until_at < t1) w
     join touchpoint t on t.business_id = b and t.contact_id = w.contact_id and t.refusal is null and t.recorded_at < t1),
   who as materialized (
     select c.contact_id, coalesce(w0.origin, c.origin) as origin0, coalesce(w0.attributes, c.attributes) as attributes0,
            coalesce(w1.origin, c.origin) as origin1, coalesce(w1.attributes, c.attributes) as attributes1
     from (select distinct contact_id from scope) s join contact c on c.business_id = b and c.contact_id = s.contact_id
     left join lateral (select x.origin, x.attributes from contact_was x where x.business_id = b and x.contact_id = s.contact_id and x.until_at >= t0 order by x.until_at limit 1) w0 on true
     left join lateral (select x.origin, x.attributes from contact_was x where x.business_id = b and x.contact_id = s.contact_id and x.until_at >= t1 order by x.until_at limit 1) w1 on true),
   said as (
     select (s.occurred_at at time zone z.zone)::date as day, s.sentiment, s.score, s.score_scale, v.n, v.origin, v.attributes
     from business z cross join scope s join who w using (contact_id)
     left join lateral (select k.struck_at from strike k where k.business_id = b and k.touchpoint_id = s.id limit 1) k on true
     cross join lateral (values (1, s.recorded_at < t1 and (k.struck_at is null or k.struck_at >= t1), w.origin1, w.attributes1),
                                (-1, s.recorded_at < t0 and (k.struck_at is null or k.struck_at >= t0), w.origin0, w.attributes0)) v(n, counts, origin, attributes)
     where z.business_id = b and v.counts)
  select 'touch', v.dim, s.day, v.label, s.sentiment, 0::int8, sum(s.n)
  from said s cross join lateral (
     select 'score', s.score || '/' || s.score_scale where s.score is not null
     union all select 'origin', s.origin
     union all select 'attribute:' || a.key, a.value from jsonb_each_text(s.attributes) a) v(dim, label)
  group by 1, 2, 3, 4, 5 having sum(s.n) <> 0
$$;
ALTER FUNCTION vs.metric_touch_delta(b uuid, t0 timestamp with time zone, t1 timestamp with time zone) OWNER TO vs_owner;
CREATE FUNCTION vs.metric_window(b uuid, start timestamp with time zone) RETURNS timestamp with time zone
    LANGUAGE sql STABLE
    SET search_path TO 'vs', 'pg_temp'
    AS $$
  with s as (
     select case when start > '-infinity' then start
                 else least(z.created_at, (select min(c.created_at) from contact c where c.business_id = b), (select min(f.recorded_at) from fact f where f.business_id = b)) end as from_at, z.zone
     from business z where z.business_id = b),
   e as (
     select s.from_at, least(as_of_end(b, (s.from_at at time zone s.zone)::date), now() - interval '10 s',
       (select max(q.at) from (select t.recorded_at as at from touchpoint t where t.business_id = b and t.recorded_at >= s.from_at limit 4000) q having count(*) = 4000) + interval '1 us',
       (select x.recorded_at from stage_entry x where x.business_id = b and x.recorded_at >= s.from_at order by x.recorded_at offset 1000 limit 1) + interval '1 us',
       (select f.recorded_at from fact f where f.business_id = b and f.recorded_at >= s.from_at order by f.recorded_at offset 4000 limit 1) + interval '1 us',
       (select c.created_at from contact c where c.business_id = b and c.created_at >= s.from_at order by c.created_at offset 1000 limit 1) + interval '1 us') as to_at from s)
  select case when to_at > from_at then to_at end from e
$$;
ALTER FUNCTION vs.metric_window(b uuid, start timestamp with time zone) OWNER TO vs_owner;
CREATE FUNCTION vs.next_number(b uuid, letter "char") RETURNS bigint
    LANGUAGE sql
    SET search_path TO 'vs', 'pg_temp'
    AS $$
  insert into counter(business_id, kind, last) values (b, letter, 1) on conflict (business_id, kind) do update set last = counter.last + 1 returning last
$$;
ALTER FUNCTION vs.next_number(b uuid, letter "char") OWNER TO vs_owner;
CREATE FUNCTION vs.origin_group(origin text) RETURNS text
    LANGUAGE sql IMMUTABLE
    AS $$
  select case when origin = 'referral' then 'referred' when origin is null or origin like 'unknown%' then 'unknown' else 'other' end
$$;
ALTER FUNCTION vs.origin_group(origin text) OWNER TO vs_owner;
CREATE FUNCTION vs.partner_has_seat(b uuid, p uuid) RETURNS boolean
    LANGUAGE sql STABLE
    SET search_path TO 'vs', 'pg_temp'
    AS $$
  select exists (select from account a where a.business_id = b and a.partner_id = p and a.closed_at is null)
$$;
ALTER FUNCTION vs.partner_has_seat(b uuid, p uuid) OWNER TO vs_owner;
CREATE FUNCTION vs.parts_of(value bigint, whole bigint) RETURNS bigint
    LANGUAGE sql IMMUTABLE
    AS $$
  select round(value * 10000.0 / whole)::bigint where whole > 0
$$;
ALTER FUNCTION vs.parts_of(value bigint, whole bigint) OWNER TO vs_owner;
CREATE FUNCTION vs.period_of(day date, period integer) RETURNS text
    LANGUAGE sql IMMUTABLE
    AS $$
  select case period when 1 then to_char(day, 'YYYY-MM-DD') when 2 then to_char(day, 'IYYY"-W"IW') when 3 then to_char(day, 'YYYY-MM')
                     when 4 then to_char(day, 'YYYY"-Q"Q') else '' end
$$;
ALTER FUNCTION vs.period_of(day date, period integer) OWNER TO vs_owner;
CREATE FUNCTION vs.poisson_95(k double precision, side integer) RETURNS double precision
    LANGUAGE sql IMMUTABLE
    AS $$
  select case when side > 0 then (k + 1) * (1 - 1 / (9 * (k + 1)) + 1.96 / (3 * sqrt(k + 1))) ^ 3 when k > 0 then greatest(0, k * (1 - 1 / (9 * k) - 1.96 / (3 * sqrt(k))) ^ 3) else 0 end
$$;
ALTER FUNCTION vs.poisson_95(k double precision, side integer) OWNER TO vs_owner;
CREATE FUNCTION vs.present_stage(b uuid, id uuid) RETURNS smallint
    LANGUAGE sql STABLE
    SET search_path TO 'vs', 'pg_temp'
    AS $$
  select case when c.stage_set is not null then stage_since(b, c.contact_id, c.stage_set, c.stage_set_at)
              else (select max(s.stage) from contact_stage s where s.business_id = b and s.contact_id = any (contact_ids(b, c.head_id))) end
  from contact c where c.business_id = b and c.contact_id = id
$$;
ALTER FUNCTION vs.present_stage(b uuid, id uuid) OWNER TO vs_owner;
CREATE FUNCTION vs.referral_allowed(dir smallint, st smallint, sides integer, opened timestamp with time zone, appointment smallint, told timestamp with time zone, thanked timestamp with time zone, receipt timestamp with time zone) RETURNS smallint[]
    LANGUAGE sql STABLE
    SET search_path TO 'vs', 'pg_temp'
    AS $$
  select coalesce(array_agg(t.action order by t.action), '{}') from referral_transition t
  where t.direction = dir and t.from_state = st and t.who & sides <> 0 and referral_guard(t.guard, opened, appointment, told, thanked, receipt) is null
$$;
ALTER FUNCTION vs.referral_allowed(dir smallint, st smallint, sides integer, opened timestamp with time zone, appointment smallint, told timestamp with time zone, thanked timestamp with time zone, receipt timestamp with time zone) OWNER TO vs_owner;
CREATE FUNCTION vs.referral_begin(b uuid, id uuid, by uuid, partner uuid, start timestamp with time zone) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'vs', 'pg_temp'
    AS $$
declare r referral;
begin
  select * into r from referral where business_id = b and referral_id = id;
  perform referral_log(b, r, null, null, r.happened_at, by, partner, partner is null and r.source_account is distinct from by, r.because, null);
  perform referral_fact(b, r, case r.direction when 1 then 'referral_received' else 'referral_given' end, r.happened_at, by, (array['experience', 'result', 'promise', 'asked', 'tool', 'moment', 'phrase', 'reward', 'other'])[r.cause], null);
  perform referral_clocks(b, id, true, true, start, by);
  if r.direction = 1 and not r.history then perform referral_thanks_due(b, r, start, 'for sending ' || r.person); end if;
  if r.direction = 2 then
    insert into share(business_id, contact_id, partner_id, reason, may_log, number)
      select b, r.contact_id, r.to_partner, 2, true, c.number from contact c where c.business_id = b and c.contact_id = r.contact_id
      on conflict (business_id, contact_id, partner_id, reason) do update set may_log = true, revoked_at = null,
        granted_at = case when share.revoked_at is null then share.granted_at else now() end;
  end if;
  -- a first referral enters refer
  if r.source_contact is not null then
    insert into contact_stage(business_id, contact_id, stage, first_at, touchpoint_id) values (b, r.source_contact, 7, r.happened_at, id)
      on conflict (business_id, contact_id, stage) do update set first_at = excluded.first_at, touchpoint_id = excluded.touchpoint_id
      where (excluded.first_at, excluded.touchpoint_id) < (contact_stage.first_at, contact_stage.touchpoint_id);
    insert into feed(business_id, kind, ids) values (b, 2, array[r.source_contact]);
  end if;
end $$;
ALTER FUNCTION vs.referral_begin(b uuid, id uuid, by uuid, partner uuid, start timestamp with time zone) OWNER TO vs_owner;
CREATE FUNCTION vs.referral_clock_show(b uuid, id uuid) RETURNS void
    LANGUAGE sql
    SET search_path TO 'vs', 'pg_temp'
    AS $$
  update referral r set (clock, clock_at) = (
    select c.title, d.at from due d left join referral_clock c on c.direction = r.direction and c.state = r.state and 'referral_' || c.clock = d.task_rule
    where d.business_id = b and d.subject = id and d.rule = 'referral_clock' and d.fired_at is null and d.cancelled_at is null order by d.at limit 1)
  where r.business_id = b and r.referral_id = id
$$;
ALTER FUNCTION vs.referral_clock_show(b uuid, id uuid) OWNER TO vs_owner;
CREATE FUNCTION vs.referral_clocks(b uuid, id uuid, entered boolean, heard boolean, start timestamp with time zone, by uuid) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'vs', 'pg_temp'
    AS $$
declare r referral; over text[];
begin
  select * into r from referral where business_id = b and referral_id = id;
  select array_agg('referral_' || x) into over from unnest(array['open', 'decide', 'contact', 'news', 'close']) x
    where entered or (x = 'news' and heard) or (x = 'open' and r.opened_at is not null) or (x = 'close' and r.told_at is not null and r.thanked_at is not null);
  update due set cancelled_at = now() where business_id = b and subject = id and rule = 'referral_clock' and fired_at is null and cancelled_at is null and task_rule = any (over);
  update referral set late = null where business_id = b and referral_id = id and late in (select c.title from referral_clock c where 'referral_' || c.clock = any (over));
  perform task_end(b, over, id, by);
  if not r.history then
    insert into due(business_id, due_id, rule, subject, at, task_rule, subject_kind, contact_id, owner_id)
    select b, id_made(), 'referral_clock', id, x.at, 'referral_' || c.clock, 'R', r.contact_id, r.owner_id
    from referral_clock c cross join lateral (select referral_deadline(b, c, start) as at) x
    where c.direction = r.direction and c.state = r.state and x.at > now() and (entered or (c.clock = 'news' and heard))
      and not ('referral_' || c.clock = 'referral_open' and r.opened_at is not null) and not (c.clock = 'close' and r.told_at is not null and r.thanked_at is not null);
  end if;
  perform referral_clock_show(b, id);
end $$;
ALTER FUNCTION vs.referral_clocks(b uuid, id uuid, entered boolean, heard boolean, start timestamp with time zone, by uuid) OWNER TO vs_owner;
CREATE TABLE vs.referral_clock (
    direction smallint NOT NULL,
    state smallint NOT NULL,
    clock text NOT NULL,
    setting text NOT NULL,
    unit text NOT NULL,
    title text NOT NULL,
    CONSTRAINT referral_clock_unit_check CHECK ((unit = ANY (ARRAY['hours'::text, 'days'::text, 'calendar'::text])))
);
ALTER TABLE vs.referral_clock OWNER TO vs_owner;
CREATE FUNCTION vs.referral_deadline(b uuid, c vs.referral_clock, start timestamp with time zone) RETURNS timestamp with time zone
    LANGUAGE sql STABLE
    SET search_path TO 'vs', 'pg_temp'
    AS $$
  select case (c).unit when 'hours' then business_hours_after(b, start, setting_number(b, (c).setting))
                       when 'days' then business_days_after(b, start, setting_number(b, (c).setting)::int)
                       else business_days_after(b, start + make_interval(days => setting_number(b, (c).setting)::int), 0) end
$$;
ALTER FUNCTION vs.referral_deadline(b uuid, c vs.referral_clock, start timestamp with time zone) OWNER TO vs_owner;
CREATE TABLE vs.referral (
    business_id uuid NOT NULL,
    referral_id uuid NOT NULL,
    number bigint NOT NULL,
    direction smallint NOT NULL,
    state smallint DEFAULT 1 NOT NULL,
    held_from smallint,
    contact_id uuid NOT NULL,
    person text NOT NULL,
    email text,
    phone text,
    source_contact uuid,
    source_partner uuid,
    source_account uuid,
    to_partner uuid,
    because text,
    cause smallint,
    touch_id uuid,
    promise_id uuid,
    phrase text,
    source_stage smallint,
    cause_of_person smallint,
    person_says text,
    level smallint,
    level_confirmed smallint,
    consent smallint NOT NULL,
    history boolean NOT NULL,
    made_at timestamp with time zone DEFAULT now() NOT NULL,
    made_by uuid NOT NULL,
    happened_at timestamp with time zone NOT NULL,
    opened_at timestamp with time zone,
    opened_by uuid,
    responded_at timestamp with time zone,
    decided_at timestamp with time zone,
    owner_id uuid,
    caller text,
    call_on date,
    contacted_at timestamp with time zone,
    appointment_at timestamp with time zone,
    appointment smallint,
    closed_at timestamp with time zone,
    reason text,
    reason_words text,
    outcome text,
    value bigint,
    currency text,
    deal_id uuid,
    given_id uuid,
    receipt_thanked_at timestamp with time zone,
    told_at timestamp with time zone,
    thanked_at timestamp with time zone,
    clock text,
    clock_at timestamp with time zone,
    late text,
    version bigint DEFAULT 1 NOT NULL,
    CONSTRAINT referral_check CHECK ((num_nonnulls(source_contact, source_partner, source_account) = 1)),
    CONSTRAINT referral_check1 CHECK (((direction = 2) = (to_partner IS NOT NULL))),
    CONSTRAINT referral_direction_check CHECK ((direction = ANY (ARRAY[1, 2]))),
    CONSTRAINT referral_level_check CHECK (((level >= 0) AND (level <= 5))),
    CONSTRAINT referral_level_confirmed_check CHECK (((level_confirmed >= 0) AND (level_confirmed <= 5))),
    CONSTRAINT referral_state_check CHECK (((state >= 1) AND (state <= 12))),
    CONSTRAINT referral_value_check CHECK ((value >= 0))
);
ALTER TABLE ONLY vs.referral FORCE ROW LEVEL SECURITY;
ALTER TABLE vs.referral OWNER TO vs_owner;
CREATE FUNCTION vs.referral_fact(b uuid, r vs.referral, kind text, at timestamp with time zone, by uuid, label text, secs bigint) RETURNS void
    LANGUAGE sql
    SET search_path TO 'vs', 'pg_temp'
    AS $$
  insert into fact(business_id, kind, day, subject, contact_id, seat_id, partner_id, origin, label, value, currency, seconds)
  select b, kind, (at at time zone z.zone)::date, (r).referral_id, (r).contact_id, by, coalesce((r).source_partner, (r).to_partner),
         case (r).direction when 1 then 'referral' end, label, case when kind like '%\_won' then (r).value end, case when kind like '%\_won' then (r).currency end, secs
  from business z where z.business_id = b
  union all
  select b, 'introduced', (at at time zone z.zone)::date, (r).referral_id, (r).source_contact, by, null, 'referral', label, null, null, null
  from business z where z.business_id = b and kind = 'referral_received' and (r).source_contact is not null
$$;
ALTER FUNCTION vs.referral_fact(b uuid, r vs.referral, kind text, at timestamp with time zone, by uuid, label text, secs bigint) OWNER TO vs_owner;
CREATE FUNCTION vs.referral_guard(guard text, opened timestamp with time zone, appointment smallint, told timestamp with time zone, thanked timestamp with time zone, receipt timestamp with time zone) RETURNS text
    LANGUAGE sql IMMUTABLE
    AS $$
  select case guard
    when 'not_opened' then case when opened is not null then 'it was read already' end
    when 'appointment_set' then case when appointment is distinct from 1 then 'there is no appointment set' end
    when 'appointment_over' then case when appointment = 1 then 'an appointment is set; move it, or say what became of it' end
    when 'not_told' then case when told is not null then 'the source was told already' end
    when 'receipt_owed' then case when receipt is not null then 'the source was thanked for it already' end
    when 'not_thanked' then case when thanked is not null then 'the source was thanked already' end end
$$;
ALTER FUNCTION vs.referral_guard(guard text, opened timestamp with time zone, appointment smallint, told timestamp with time zone, thanked timestamp with time zone, receipt timestamp with time zone) OWNER TO vs_owner;
CREATE FUNCTION vs.referral_import(b uuid, id uuid, by uuid, role smallint, f jsonb) RETURNS bigint
    LANGUAGE plpgsql
    SET search_path TO 'vs', 'pg_temp'
    AS $$
declare r referral; s record; why text; seat uuid := (f->>'seat_id')::uuid; z text;
begin
  select zone into z from business where business_id = b;
  insert into referral(business_id, referral_id, number, direction, contact_id, person, email, phone, source_contact, source_partner, because, cause, phrase, source_stage, level, consent, history,
                       made_by, happened_at, owner_id)
    select b, id, next_number(b, 'R'), 1, c.contact_id, c.name, c.email, c.phone, (f->>'from_contact')::uuid, (f->>'from_partner')::uuid, f->>'because', (f->>'cause')::smallint, f->>'phrase',
           (select max(x.stage) from contact_stage x where x.business_id = b and x.contact_id = (f->>'from_contact')::uuid), (f->>'level')::smallint, coalesce((f->>'consent')::smallint, 1),
           not coalesce((f->>'clocks')::boolean, false), by, (f->>'at')::timestamptz, seat
    from contact c where c.business_id = b and c.contact_id = (f->>'contact_id')::uuid
    on conflict (business_id, referral_id) do nothing returning * into r;
  if r.referral_id is null then return null; end if;
  perform referral_begin(b, id, seat, null, case when r.history then r.happened_at else now() end);
  perform claim_take(b, id_made(), r.contact_id, id, r.source_contact, r.source_partner, null, (case when r.consent in (2, 3) then 3 else 5 end)::smallint, r.because, r.happened_at, by);
  perform consent_from_referral(b, id, by);
  for s in select x.act::smallint, x.at, jsonb_strip_nulls(x.more || jsonb_build_object('happened_at', x.at)) as more from (values
      (1, 4, (f->>'decided_at')::timestamptz, (f->>'becomes')::int <> 8, jsonb_build_object('owner', f->'login', 'call_on', (coalesce((f->>'contacted_at')::timestamptz, (f->>'decided_at')::timestamptz) at time zone z)::date)),
      (2, 5, (f->>'decided_at')::timestamptz, (f->>'becomes')::int = 8, jsonb_build_object('reason', f->'reason', 'because', f->'why', 'outcome', f->'outcome')),
      (3, 7, (f->>'contacted_at')::timestamptz, true, '{}'),
      (4, 8, coalesce((f->>'contacted_at')::timestamptz, (f->>'decided_at')::timestamptz), f ? 'appointment_at', jsonb_build_object('appointment_at', f->'appointment_at')),
      (5, case (f->>'appointment')::int when 2 then 9 when 3 then 10 end, (f->>'appointment_at')::timestamptz, true, '{}'),
      (6, 12, (f->>'closed_at')::timestamptz, (f->>'becomes')::int = 6, jsonb_build_object('deal_id', f->'deal_id', 'value', f->'value', 'currency', f->'currency', 'outcome', f->'outcome')),
      (7, 13, (f->>'closed_at')::timestamptz, (f->>'becomes')::int = 7, jsonb_build_object('reason', f->'reason', 'because', f->'why', 'outcome', f->'outcome'))) x(place, act, at, taken, more)
    where x.taken and x.act is not null and x.at is not null order by x.place loop
    why := referral_move(b, id, s.act, seat, role, null, s.more);
    if why is not null then raise exception 'an imported referral was judged good, but its step % was refused: %', s.act, why; end if;
  end loop;
  return r.number;
end $$;
ALTER FUNCTION vs.referral_import(b uuid, id uuid, by uuid, role smallint, f jsonb) OWNER TO vs_owner;
CREATE FUNCTION vs.referral_is_late(b uuid, id uuid, missed text, at timestamp with time zone) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'vs', 'pg_temp'
    AS $$
declare r referral; c referral_clock; again timestamptz;
begin
  select * into r from referral where business_id = b and referral_id = id;
  select * into c from referral_clock x where x.direction = r.direction and x.state = r.state and 'referral_' || x.clock = missed;
  if c.clock is null then return; end if;
  update referral set late = c.title where business_id = b and referral_id = id;
  insert into fact(business_id, kind, day, subject, contact_id, seat_id, partner_id, label)
    select b, case r.direction when 1 then 'clock_breached' else 'given_clock_breached' end, (at at time zone z.zone)::date, id, r.contact_id, r.owner_id,
           coalesce(r.source_partner, r.to_partner), c.clock from business z where z.business_id = b;
  perform task_make(b, missed, 'R', id, r.contact_id, coalesce(r.owner_id, r.source_account), at,
                    case r.direction when 1 then '' else 'ask the partner: ' end || c.title || ' (' || r.person || ')');
  if c.clock = 'news' then
    again := referral_deadline(b, c, at);
    insert into due(business_id, due_id, rule, subject, at, task_rule, subject_kind, contact_id, owner_id) values (b, id_made(), 'referral_clock', id, again, missed, 'R', r.contact_id, r.owner_id);
  end if;
  perform referral_clock_show(b, id);
  insert into feed(business_id, kind, ids) values (b, 6, array[id]);
end $$;
ALTER FUNCTION vs.referral_is_late(b uuid, id uuid, missed text, at timestamp with time zone) OWNER TO vs_owner;
CREATE FUNCTION vs.referral_is_seen(b uuid, r vs.referral) RETURNS boolean
    LANGUAGE sql STABLE
    SET search_path TO 'vs', 'pg_temp'
    AS $$
  select (r).source_account is not null or ((r).source_partner is not null and partner_has_seat(b, (r).source_partner))
$$;
ALTER FUNCTION vs.referral_is_seen(b uuid, r vs.referral) OWNER TO vs_owner;
CREATE FUNCTION vs.referral_line(b uuid, r vs.referral, act smallint, said text) RETURNS text
    LANGUAGE sql STABLE
    SET search_path TO 'vs', 'pg_temp'
    AS $$
  select replace(replace(replace(replace(replace(x.line, '{outcome}', coalesce((r).outcome, '')), '{words}', coalesce(said, '')), '{person}', (r).person),
           '{caller}', coalesce((r).caller, 'somebody')), '{day}', coalesce(case when act = 8 then to_char((r).appointment_at at time zone z.zone, 'YYYY-MM-DD HH24:MI')
                                                                       else to_char((r).call_on, 'YYYY-MM-DD') end, ''))
  from referral_action x, business z where x.action = act and z.business_id = b
$$;
ALTER FUNCTION vs.referral_line(b uuid, r vs.referral, act smallint, said text) OWNER TO vs_owner;
CREATE FUNCTION vs.referral_log(b uuid, r vs.referral, act smallint, from_state smallint, at timestamp with time zone, by uuid, partner uuid, for_other boolean, line text, inside text) RETURNS void
    LANGUAGE sql
    SET search_path TO 'vs', 'pg_temp'
    AS $$
  insert into referral_step(business_id, referral_id, step_id, at, action, from_state, to_state, account_id, partner_id, on_behalf, words, inside)
    values (b, (r).referral_id, id_made(), at, act, from_state, (r).state, by, partner, for_other, line, inside);
  insert into feed(business_id, kind, ids) values (b, 6, array[(r).referral_id]), (b, 2, array[(r).contact_id])
$$;
ALTER FUNCTION vs.referral_log(b uuid, r vs.referral, act smallint, from_state smallint, at timestamp with time zone, by uuid, partner uuid, for_other boolean, line text, inside text) OWNER TO vs_owner;
CREATE FUNCTION vs.referral_move(b uuid, id uuid, act smallint, by uuid, role smallint, partner uuid, f jsonb) RETURNS text
    LANGUAGE plpgsql
    SET search_path TO 'vs', 'pg_temp'
    AS $_$
declare
  r referral; t referral_transition; was smallint; sides int; wrong record; line text; d deal; o account;
  at timestamptz := coalesce((f->>'happened_at')::timestamptz, now());
  quiet boolean; responds boolean; secs bigint; label text;
begin
  select * into r from referral where business_id = b and referral_id = id for update;
  if not found then return 'NOT_FOUND'; end if;
  was := r.state;
  sides := referral_sides(b, r.direction, r.source_partner, r.to_partner, role, partner);
  select * into t from referral_transition x where x.direction = r.direction and x.from_state = r.state and x.action = act;
  select * into wrong from referral_why_not(b, r.direction, r.state, act, sides, referral_guard(t.guard, r.opened_at, r.appointment, r.told_at, r.thanked_at, r.receipt_thanked_at), t);
  if wrong.reason is not null then return wrong.reason; end if;
  if exists (select from unnest(t.needs) n where not exists (select from unnest(string_to_array(n, '|')) k where btrim(f->>k) <> '')) then return 'REFERRAL_NEEDS'; end if;
  if 'reason' = any (t.needs) and not exists (select from referral_reason x where x.action = act and x.code = f->>'reason') then return 'REFERRAL_REASON'; end if;
  if at > now() + interval '10 minutes' then return 'DAY_AHEAD'; end if;
  if at < r.happened_at then return 'BEFORE_RECEIVED'; end if;
  quiet := r.history or (at < now() and business_days_after(b, at, setting_number(b, 'clock.close_days')::int) <= now());
  responds := t.who & 1 = 1 and t.tells and r.responded_at is null;
  label := coalesce(f->>'reason', (array['experience', 'result', 'promise', 'asked', 'tool', 'moment', 'phrase', 'reward', 'other'])[r.cause]);
  -- what the action says
  if act in (4, 18, 22) then
    select * into o from account a where a.business_id = b and a.closed_at is null and a.partner_id is not distinct from partner
       and (a.login = f->>'owner' or (coalesce(f->>'owner', '') = '' and a.account_id = by));
    if o.account_id is null then return 'NO_SUCH_ACCOUNT'; end if;
    r.owner_id := o.account_id; r.caller := o.name;
    r.call_on := coalesce((f->>'call_on')::date, r.call_on);
  end if;
  if act = 12 then
    select * into d from deal x where x.business_id = b and x.deal_id = (f->>'deal_id')::uuid;
    if f ? 'deal_id' and (d.deal_id is null or partner is not null) then return 'NOT_FOUND'; end if;
    if d.contact_id <> r.contact_id then return 'OTHER_CONTACT'; end if;
    if d.state <> 2 then return 'DEAL_NOT_WON'; end if;
    if (f->>'value')::bigint < 0 then return 'NEGATIVE_AMOUNT'; end if;
    if f->>'currency' !~ '^[A-Z]{3}$' then return 'BAD_CURRENCY'; end if;
    r.deal_id := d.deal_id; r.value := coalesce((f->>'value')::bigint, d.value, 0);
    r.currency := coalesce(f->>'currency', d.currency, (select currency from business where business_id = b));
  end if;
  if act = 6 and not exists (select from partner p where p.business_id = b and p.partner_id = (f->>'partner_id')::uuid) then return 'NO_SUCH_PARTNER'; end if;
  if act in (8, 11) then r.appointment_at := (f->>'appointment_at')::timestamptz; r.appointment := 1; end if;
  if act in (9, 10) then r.appointment := act - 7; end if;
  if act = 7 then r.contacted_at := at; end if;
  if act in (7, 23) then
    r.level_confirmed := coalesce((f->>'level')::smallint, r.level_confirmed);
    r.cause_of_person := coalesce((f->>'cause')::smallint, r.cause_of_person);
    r.person_says := coalesce(f->>'words', r.person_says);
  end if;
  if act in (4, 5, 6) then r.decided_at := coalesce(r.decided_at, at); end if;
  if act = 14 then r.held_from := was; end if;
  if 'reason' = any (t.needs) and act <> 18 then r.reason := f->>'reason'; r.reason_words := f->>'because'; end if;
  if t.to_state between 6 and 9 then
    r.closed_at := at;
    r.outcome := coalesce(f->>'outcome', (select x.line from referral_reason x where x.action = act and x.code = coalesce(f->>'reason', 'won')));
    r.outcome := replace(r.outcome, '{person}', r.person);
  end if;
  if act in (16, 17) then r.closed_at := coalesce(r.closed_at, at); end if;
  if act = 18 then
    r.closed_at := null; r.reason := null; r.reason_words := null; r.outcome := null; r.value := null; r.currency := null; r.deal_id := null; r.told_at := null; r.thanked_at := null;
  end if;
  if act = 20 then r.told_at := at; end if;
  secs := extract(epoch from at - case when act in (20, 21) and r.closed_at is not null then r.closed_at else r.happened_at end)::bigint;
  if act = 21 then
    label := case when r.closed_at is null then 'receipt' else 'outcome' end;
    r.receipt_thanked_at := coalesce(r.receipt_thanked_at, at);
    if r.closed_at is not null then r.thanked_at := at; end if;
  end if;
  r.state := case t.to_state when 0 then was when -1 then r.held_from else t.to_state end;
  if r.state <> 10 then r.held_from := null; end if;
  -- the facts
  if t.takes_back = 'all' then
    perform fact_undo(b, id, null);
    if r.direction = 1 then perform claim_void(b, id, 'entered in error', by); end if;
  elsif t.takes_back = 'outcome' then
    perform fact_undo(b, id, (select array_agg(distinct x.fact) from referral_transition x where x.to_state in (6, 7, 8, 9, 11)));
    if was = 11 then perform claim_void(b, id, null, by); end if;
  end if;
  if act = 16 and r.direction = 1 then perform claim_void(b, id, 'withdrawn by its source', by); end if;
  if r.opened_at is null and sides & 1 = 1 and t.who & 1 = 1 and act not in (17, 21, 22) then
    r.opened_at := at; r.opened_by := by;
    if act <> 1 then perform referral_fact(b, r, case r.direction when 1 then 'referral_opened' else 'given_opened' end, at, by, null, extract(epoch from at - r.happened_at)::bigint); end if;
  end if;
  if responds then
    r.responded_at := at;
    perform referral_fact(b, r, case r.direction when 1 then 'referral_first_response' else 'given_first_response' end, at, by, null, extract(epoch from at - r.happened_at)::bigint);
  end if;
  if t.fact is not null then perform referral_fact(b, r, t.fact, at, by, label, secs); end if;
  -- the record
  update referral x set state = r.state, held_from = r.held_from, opened_at = r.opened_at, opened_by = r.opened_by, responded_at = r.responded_at, decided_at = r.decided_at,
    owner_id = r.owner_id, caller = r.caller, call_on = r.call_on, contacted_at = r.contacted_at, appointment_at = r.appointment_at, appointment = r.appointment,
    level_confirmed = r.level_confirmed, cause_of_person = r.cause_of_person, person_says = r.person_says, closed_at = r.closed_at, reason = r.reason,
    reason_words = r.reason_words, outcome = r.outcome, value = r.value, currency = r.currency, deal_id = r.deal_id, receipt_thanked_at = r.receipt_thanked_at,
    told_at = r.told_at, thanked_at = r.thanked_at, late = case when r.state <> was then null else x.late end, version = x.version + 1
    where x.business_id = b and x.referral_id = id;
  line := case when t.tells then referral_line(b, r, act, coalesce(f->>'words', f->>'because')) when act = 3 then f->>'words'
               when t.who & 2 = 2 then f->>'because' end;
  perform referral_log(b, r, act, was, at, by, partner, partner is null and t.who = case r.direction when 1 then 2 else 1 end, line,
                       nullif(concat_ws(': ', f->>'reason', coalesce(f->>'because', f->>'words')), line));
  -- what it causes
  if act = 6 then perform referral_pass_on(b, r, by, (f->>'partner_id')::uuid, at); end if;
  if r.direction = 2 and r.state in (8, 11, 12) then perform referral_unshare(b, r); end if;
  if t.tells then perform referral_tell(b, id, line, at, quiet); end if;
  if r.state between 6 and 9 and was <> r.state and r.direction = 1 and not quiet then perform referral_thanks_due(b, r, at, 'once more, now that it is ' || referral_state_word(r.state) || ': ' || r.outcome); end if;
  if act = 20 then perform task_end(b, '{tell_source}', id, by); end if;
  if act = 21 then perform task_end(b, '{thank_source}', id, by); end if;
  if r.state in (11, 12) then perform task_end(b, '{tell_source,thank_source}', id, null); end if;
  perform referral_clocks(b, id, r.state <> was, t.tells or act = 20, at, by);
  return null;
end $_$;
ALTER FUNCTION vs.referral_move(b uuid, id uuid, act smallint, by uuid, role smallint, partner uuid, f jsonb) OWNER TO vs_owner;
CREATE FUNCTION vs.referral_next(direction smallint, state smallint, opened timestamp with time zone, appointment smallint, told timestamp with time zone, thanked timestamp with time zone) RETURNS smallint
    LANGUAGE sql IMMUTABLE
    AS $$
  select case state when 1 then case when opened is null then 1 else 4 end when 2 then 3 when 3 then 7 when 4 then 8
    when 5 then case when appointment = 1 then 9 when appointment = 2 then 12 else 8 end
    when 10 then 15 when 11 then null when 12 then null
    else case when direction = 2 then null when told is null then 20 when thanked is null then 21 end end::smallint
$$;
ALTER FUNCTION vs.referral_next(direction smallint, state smallint, opened timestamp with time zone, appointment smallint, told timestamp with time zone, thanked timestamp with time zone) OWNER TO vs_owner;
CREATE FUNCTION vs.referral_pass_on(b uuid, r vs.referral, by uuid, partner uuid, at timestamp with time zone) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'vs', 'pg_temp'
    AS $$
declare g uuid := id_made();
begin
  insert into referral(business_id, referral_id, number, direction, contact_id, person, email, phone, source_account, to_partner, because, cause, phrase, level, consent, history, made_by, happened_at)
    values (b, g, next_number(b, 'R'), 2, r.contact_id, r.person, r.email, r.phone, by, partner, r.because, r.cause, r.phrase, r.level, r.consent, r.history, by, at);
  update referral set given_id = g where business_id = b and referral_id = r.referral_id;
  perform referral_begin(b, g, by, null, at);
end $$;
ALTER FUNCTION vs.referral_pass_on(b uuid, r vs.referral, by uuid, partner uuid, at timestamp with time zone) OWNER TO vs_owner;
CREATE FUNCTION vs.referral_person(b uuid, for_name text, for_email text, for_phone text, by_name boolean) RETURNS uuid
    LANGUAGE plpgsql
    SET search_path TO 'vs', 'pg_temp'
    AS $$
declare k text; found_id uuid; n int;
begin
  for k in select x from unnest(array['e' || for_email, 'p' || for_phone, case when by_name then 'n' || for_name end]) x where length(x) > 1 order by 1 loop
    perform pg_advisory_xact_lock(hashtextextended(b::text || k, 0));
  end loop;
  select d.contact_id into found_id from contact_duplicates(b, null, null, nullif(for_email, ''), nullif(for_phone, ''), null) d
    join contact c on c.business_id = b and c.contact_id = d.contact_id order by d.because, c.number limit 1;
  if found_id is null and by_name then
    select count(*), min(d.contact_id::text)::uuid into n, found_id from contact_duplicates(b, null, for_name, null, null, null) d;
    if n <> 1 then found_id := null; end if;
  end if;
  return found_id;
end $$;
ALTER FUNCTION vs.referral_person(b uuid, for_name text, for_email text, for_phone text, by_name boolean) OWNER TO vs_owner;
CREATE FUNCTION vs.referral_shares(b uuid, contact uuid) RETURNS void
    LANGUAGE sql
    SET search_path TO 'vs', 'pg_temp'
    AS $$
  update share s set revoked_at = now() where s.business_id = b and s.contact_id = contact and s.reason = 2 and s.revoked_at is null
    and not exists (select from referral r where r.business_id = b and r.contact_id = contact and r.to_partner = s.partner_id and r.state not in (8, 11, 12))
    and not exists (select from introduction i where i.business_id = b and i.contact_id = contact and i.partner_id = s.partner_id and i.state = 3);
  insert into share(business_id, contact_id, partner_id, reason, may_log, number)
    select distinct b, contact, r.to_partner, 2, true, c.number from referral r join contact c on c.business_id = b and c.contact_id = contact
    where r.business_id = b and r.contact_id = contact and r.to_partner is not null and r.state not in (8, 11, 12)
    on conflict (business_id, contact_id, partner_id, reason) do update set may_log = true, revoked_at = null, granted_at = now() where share.revoked_at is not null
$$;
ALTER FUNCTION vs.referral_shares(b uuid, contact uuid) OWNER TO vs_owner;
CREATE FUNCTION vs.referral_sides(b uuid, dir smallint, source_partner uuid, to_partner uuid, role smallint, partner uuid) RETURNS integer
    LANGUAGE sql STABLE
    SET search_path TO 'vs', 'pg_temp'
    AS $$
  select case
    when partner is not null then case when dir = 1 and source_partner = partner then 2 when dir = 2 and to_partner = partner then 1 else 0 end
    when dir = 1 then 1 | case when source_partner is not null and partner_has_seat(b, source_partner) then 0 else 2 end
    else 2 | case when partner_has_seat(b, to_partner) then 0 else 1 end end
    | case when role = 4 then 4 else 0 end
$$;
ALTER FUNCTION vs.referral_sides(b uuid, dir smallint, source_partner uuid, to_partner uuid, role smallint, partner uuid) OWNER TO vs_owner;
CREATE FUNCTION vs.referral_source_name(b uuid, r vs.referral) RETURNS text
    LANGUAGE sql STABLE
    SET search_path TO 'vs', 'pg_temp'
    AS $$
  select coalesce((select c.name from contact c where c.business_id = b and c.contact_id = (r).source_contact),
                  (select p.name from partner p where p.business_id = b and p.partner_id = (r).source_partner),
                  (select a.name from account a where a.business_id = b and a.account_id = (r).source_account))
$$;
ALTER FUNCTION vs.referral_source_name(b uuid, r vs.referral) OWNER TO vs_owner;
CREATE FUNCTION vs.referral_state_word(s smallint) RETURNS text
    LANGUAGE sql STABLE
    SET search_path TO 'vs', 'pg_temp'
    AS $$
  select word from referral_state where state = s
$$;
ALTER FUNCTION vs.referral_state_word(s smallint) OWNER TO vs_owner;
CREATE FUNCTION vs.referral_take(b uuid, id uuid, by uuid, partner uuid, f jsonb) RETURNS bigint
    LANGUAGE plpgsql
    SET search_path TO 'vs', 'pg_temp'
    AS $$
declare
  at timestamptz := coalesce((f->>'happened_at')::timestamptz, now());
  asked boolean := coalesce((f->>'clocks')::boolean, false);
  person uuid := (f->>'contact_id')::uuid;
  to_p uuid := (f->>'to_partner')::uuid;
  src uuid := (f->>'source_contact')::uuid;
  evidence smallint := case when (f->>'consent')::int in (2, 3) then 3 else 5 end;
  n bigint;
  r referral;
begin
  if person is null then
    person := referral_person(b, f->>'name_key', f->>'email_key', f->>'phone_key', partner is null and coalesce(f->>'email_key', '') = '' and coalesce(f->>'phone_key', '') = '');
  end if;
  if person is null then
    person := id_made();
    insert into contact(business_id, contact_id, head_id, number, name, name_key, email, email_key, phone, phone_key, owner_id, origin, created_by)
      values (b, person, person, next_number(b, 'C'), btrim(f->>'name'), f->>'name_key', nullif(btrim(f->>'email'), ''), nullif(f->>'email_key', ''),
              nullif(btrim(f->>'phone'), ''), nullif(f->>'phone_key', ''), case when partner is null then by else task_owner(b, null, null) end, 'referral', by);
  end if;
  -- the person before the numbers: who decides a claim anew holds the person, and then takes a task's number
  perform from contact c where c.business_id = b and c.contact_id = person for no key update;
  n := next_number(b, 'R');
  insert into referral(business_id, referral_id, number, direction, contact_id, person, email, phone, source_contact, source_partner, source_account, to_partner, because, cause,
                       touch_id, promise_id, phrase, source_stage, level, consent, history, made_by, happened_at)
    select b, id, n, case when to_p is null then 1 else 2 end, person, coalesce(btrim(f->>'name'), c.name),
           coalesce(nullif(btrim(f->>'email'), ''), case when to_p is not null then c.email end), coalesce(nullif(btrim(f->>'phone'), ''), case when to_p is not null then c.phone end),
           src, (f->>'source_partner')::uuid, (f->>'source_account')::uuid, to_p, f->>'because', (f->>'cause')::smallint, (f->>'touch_id')::uuid, (f->>'promise_id')::uuid, f->>'phrase',
           (select max(s.stage) from contact_stage s where s.business_id = b and s.contact_id = src), (f->>'level')::smallint, coalesce((f->>'consent')::smallint, 1),
           not asked and at < now() and business_days_after(b, at, setting_number(b, 'clock.decide_days')::int) <= now(), by, at
    from contact c where c.business_id = b and c.contact_id = person
    returning * into r;
  perform referral_begin(b, id, by, partner, case when asked then now() else at end);
  if r.direction = 1 then
    perform claim_take(b, id_made(), person, id, r.source_contact, r.source_partner, r.source_account, evidence, r.because, at, by);
  end if;
  return n;
end $$;
ALTER FUNCTION vs.referral_take(b uuid, id uuid, by uuid, partner uuid, f jsonb) OWNER TO vs_owner;
CREATE FUNCTION vs.referral_task_done(b uuid, rule text, subject uuid, by uuid, role smallint) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'vs', 'pg_temp'
    AS $$
declare act smallint := case rule when 'tell_source' then 20 when 'thank_source' then 21 end; r referral; t referral_transition;
begin
  if act is null then return; end if;
  if referral_move(b, subject, act, by, role, null, '{}') is null or act = 21 then return; end if;
  -- told while it is open: news, that is
  select * into r from referral where business_id = b and referral_id = subject;
  if r.state in (1, 2, 3, 4, 5, 10) then
    perform referral_log(b, r, 20::smallint, r.state, now(), by, null, false, null, null);
    perform referral_clocks(b, subject, false, true, now(), by);
  end if;
end $$;
ALTER FUNCTION vs.referral_task_done(b uuid, rule text, subject uuid, by uuid, role smallint) OWNER TO vs_owner;
CREATE FUNCTION vs.referral_tell(b uuid, id uuid, line text, at timestamp with time zone, quiet boolean) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'vs', 'pg_temp'
    AS $$
declare r referral;
begin
  select * into r from referral where business_id = b and referral_id = id;
  if referral_is_seen(b, r) then
    update referral set told_at = at where business_id = b and referral_id = id and state between 6 and 9;
    if found and not quiet and r.direction = 1 then perform referral_fact(b, r, 'referral_told', at, r.made_by, null, 0); end if;
  elsif not quiet then
    perform task_make(b, 'tell_source', 'R', id, coalesce(r.source_contact, r.contact_id), r.owner_id, business_days_after(b, at, setting_number(b, 'clock.close_days')::int),
                      coalesce((select t.words from task t where t.business_id = b and t.rule = 'tell_source' and t.subject = id and t.state = 1 and length(t.words) < 2000) || ' ',
                               'Tell ' || referral_source_name(b, r) || ': ') || line);
  end if;
end $$;
ALTER FUNCTION vs.referral_tell(b uuid, id uuid, line text, at timestamp with time zone, quiet boolean) OWNER TO vs_owner;
CREATE FUNCTION vs.referral_thanks_due(b uuid, r vs.referral, at timestamp with time zone, why text) RETURNS void
    LANGUAGE sql
    SET search_path TO 'vs', 'pg_temp'
    AS $$
  select task_make(b, 'thank_source', 'R', (r).referral_id, coalesce((r).source_contact, (r).contact_id), (r).owner_id,
                   business_days_after(b, at, setting_number(b, 'clock.close_days')::int), 'Thank ' || referral_source_name(b, r) || ' ' || why)
$$;
ALTER FUNCTION vs.referral_thanks_due(b uuid, r vs.referral, at timestamp with time zone, why text) OWNER TO vs_owner;
CREATE FUNCTION vs.referral_unshare(b uuid, r vs.referral) RETURNS void
    LANGUAGE sql
    SET search_path TO 'vs', 'pg_temp'
    AS $$
  update share s set revoked_at = now() where s.business_id = b and s.contact_id = (r).contact_id and s.partner_id = (r).to_partner and s.reason = 2 and s.revoked_at is null
   and not exists (select from referral x where x.business_id = b and x.contact_id = s.contact_id and x.to_partner = s.partner_id and x.referral_id <> (r).referral_id and x.state not in (8, 11, 12))
$$;
ALTER FUNCTION vs.referral_unshare(b uuid, r vs.referral) OWNER TO vs_owner;
CREATE TABLE vs.referral_transition (
    direction smallint NOT NULL,
    from_state smallint NOT NULL,
    action smallint NOT NULL,
    who smallint NOT NULL,
    to_state smallint NOT NULL,
    needs text[] NOT NULL,
    fact text,
    tells boolean NOT NULL,
    guard text,
    takes_back text
);
ALTER TABLE vs.referral_transition OWNER TO vs_owner;
CREATE FUNCTION vs.referral_why_not(b uuid, dir smallint, st smallint, act smallint, sides integer, guard_words text, t vs.referral_transition, OUT reason text, OUT words text) RETURNS record
    LANGUAGE sql STABLE
    SET search_path TO 'vs', 'pg_temp'
    AS $$
  select case when (t).action is null then 'REFERRAL_STATE' when (t).who & sides = 0 then 'REFERRAL_SIDE' when guard_words is not null then 'REFERRAL_STATE' end,
         case when (t).action is null then coalesce('only while ' || (select string_agg(referral_state_word(x.from_state), ', ' order by x.from_state)
                                                                      from referral_transition x where x.direction = dir and x.action = act), 'not with one that is given')
              when (t).who & sides = 0 then case (t).who when 4 then 'an admin does that' when 2 then 'that is for its source to say'
                                                        else case dir when 1 then 'that is for the business to say' else 'that is for the partner to say, which has a seat' end end
              else guard_words end
$$;
ALTER FUNCTION vs.referral_why_not(b uuid, dir smallint, st smallint, act smallint, sides integer, guard_words text, t vs.referral_transition, OUT reason text, OUT words text) OWNER TO vs_owner;
CREATE FUNCTION vs.reward_flags(b uuid, contact uuid, partner uuid, account uuid, about uuid) RETURNS text[]
    LANGUAGE sql STABLE
    SET search_path TO 'vs', 'public', 'pg_temp'
    AS $$
  select coalesce(array_agg(f.words order by f.i), '{}') from (
    select 1 as i, 'refers itself: the source and the person referred are one contact' as words
      from contact s join contact t on t.business_id = b and t.contact_id = about
      where s.business_id = b and s.contact_id = contact and s.head_id = t.head_id
    union all
    select 2, 'refers itself: source and person referred have the same ' || case when s.email_key = t.email_key then 'e-mail address' else 'phone number' end
      from contact s join contact t on t.business_id = b and t.contact_id = about
      where s.business_id = b and s.contact_id = contact and s.head_id <> t.head_id and (s.email_key = t.email_key or s.phone_key = t.phone_key)
    union all
    select 3, 'refers itself: the person referred belongs to ' || o.name
      from partner p join contact t on t.business_id = b and t.contact_id = about
      join organization o on o.business_id = b and o.organization_id = t.organization_id
      where p.business_id = b and p.partner_id = partner and lower(btrim(p.name)) = lower(btrim(o.name))
    union all
    select 4, 'staff as source: ' || a.login || ' has an account here' from account a where a.business_id = b and a.account_id = account
    union all
    select 5, 'staff as source: ' || s.name || ' has the name of the account ' || a.login
      from contact s join account a on a.business_id = b and a.partner_id is null and lower(unaccent(btrim(a.name))) = lower(unaccent(btrim(s.name)))
      where s.business_id = b and s.contact_id = contact) f
$$;
ALTER FUNCTION vs.reward_flags(b uuid, contact uuid, partner uuid, account uuid, about uuid) OWNER TO vs_owner;
CREATE FUNCTION vs.reward_follow(b uuid, referral uuid, by uuid) RETURNS boolean
    LANGUAGE plpgsql
    SET search_path TO 'vs', 'pg_temp'
    AS $$
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
ALTER FUNCTION vs.reward_follow(b uuid, referral uuid, by uuid) OWNER TO vs_owner;
CREATE FUNCTION vs.reward_revisit(b uuid, contact uuid, dispute bigint, by uuid) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'vs', 'pg_temp'
    AS $$
#variable_conflict use_column
declare x record;
begin
  for x in select r.referral_id, c.holds from claim c join referral r on r.business_id = b and r.referral_id = c.referral_id and r.direction = 1 and r.state = 6
           where c.business_id = b and c.contact_id = reward_revisit.contact order by c.holds, r.number loop
    if x.holds then perform reward_follow(b, x.referral_id, by);
    else perform reward_take_back(b, x.referral_id, by, 'the credit is another''s: dispute X' || dispute); end if;
  end loop;
end $$;
ALTER FUNCTION vs.reward_revisit(b uuid, contact uuid, dispute bigint, by uuid) OWNER TO vs_owner;
CREATE FUNCTION vs.reward_take_back(b uuid, referral uuid, by uuid, why text) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'vs', 'pg_temp'
    AS $$
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
ALTER FUNCTION vs.reward_take_back(b uuid, referral uuid, by uuid, why text) OWNER TO vs_owner;
CREATE FUNCTION vs.setting_flag(b uuid, k text) RETURNS boolean
    LANGUAGE sql STABLE
    SET search_path TO 'vs', 'pg_temp'
    AS $$
  select setting_of(b, k) = 'yes'
$$;
ALTER FUNCTION vs.setting_flag(b uuid, k text) OWNER TO vs_owner;
CREATE FUNCTION vs.setting_number(b uuid, k text) RETURNS numeric
    LANGUAGE sql STABLE
    SET search_path TO 'vs', 'pg_temp'
    AS $$
  select setting_of(b, k)::numeric
$$;
ALTER FUNCTION vs.setting_number(b uuid, k text) OWNER TO vs_owner;
CREATE FUNCTION vs.setting_of(b uuid, k text) RETURNS text
    LANGUAGE sql STABLE
    SET search_path TO 'vs', 'pg_temp'
    AS $$
  select coalesce((select value from setting where business_id = b and key = k), (select value from setting_default where key = k))
$$;
ALTER FUNCTION vs.setting_of(b uuid, k text) OWNER TO vs_owner;
CREATE FUNCTION vs.stage_since(business uuid, contact uuid, floor smallint, at timestamp with time zone) RETURNS smallint
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'vs', 'public', 'pg_temp'
    AS $$
  with i as (select unnest(contact_ids(business, m.head_id)) as contact_id from contact m
             where m.business_id = business and m.contact_id = stage_since.contact and strpos(current_setting('vs.business', true), business::text) > 0)
  select greatest(floor, (
    select max(x.stage) from i join contact_stage x on x.business_id = business and x.contact_id = i.contact_id and x.stage > floor
    where x.first_at > at or (x.stage <= 5 and exists (
      select from touchpoint t where t.business_id = business and t.contact_id = i.contact_id and t.refusal is null and t.occurred_at > at and t.stage = x.stage
         and not exists (select from strike s where s.business_id = business and s.touchpoint_id = t.id)))))
$$;
ALTER FUNCTION vs.stage_since(business uuid, contact uuid, floor smallint, at timestamp with time zone) OWNER TO vs_owner;
CREATE FUNCTION vs.subject_find(b uuid, kind "char", number bigint) RETURNS uuid
    LANGUAGE plpgsql STABLE
    SET search_path TO 'vs', 'pg_temp'
    AS $_$
declare k kind; id uuid;
begin
  select * into k from vs.kind where letter = subject_find.kind;
  if k.letter is null then return null; end if;
  execute format('select %I from %I where business_id = $1 and number = $2', k.id_column, k.relation) into id using b, number;
  return id;
end $_$;
ALTER FUNCTION vs.subject_find(b uuid, kind "char", number bigint) OWNER TO vs_owner;
CREATE FUNCTION vs.subject_name(b uuid, kind "char", id uuid) RETURNS text
    LANGUAGE plpgsql STABLE
    SET search_path TO 'vs', 'pg_temp'
    AS $_$
declare k kind; n bigint;
begin
  select * into k from vs.kind where letter = subject_name.kind;
  if k.letter is null or id is null then return null; end if;
  execute format('select number from %I where business_id = $1 and %I = $2', k.relation, k.id_column) into n using b, id;
  return k.letter || n;
end $_$;
ALTER FUNCTION vs.subject_name(b uuid, kind "char", id uuid) OWNER TO vs_owner;
CREATE FUNCTION vs.t_95(df double precision) RETURNS double precision
    LANGUAGE sql IMMUTABLE
    AS $$
  select 1.96 + 2.3724 / df + 2.8225 / df ^ 2 + 2.5556 / df ^ 3 where df >= 1
$$;
ALTER FUNCTION vs.t_95(df double precision) OWNER TO vs_owner;
CREATE FUNCTION vs.task_end(b uuid, rules text[], of_subject uuid, by uuid) RETURNS void
    LANGUAGE sql
    SET search_path TO 'vs', 'pg_temp'
    AS $$
  with u as (update task set state = case when by is null then 3 else 2 end, closed_at = now(), closed_by = by
             where business_id = b and subject = of_subject and rule = any (rules) and state = 1 returning owner_id)
  insert into feed(business_id, kind, ids) select b, 5, array_agg(distinct owner_id) from u having count(*) > 0
$$;
ALTER FUNCTION vs.task_end(b uuid, rules text[], of_subject uuid, by uuid) OWNER TO vs_owner;
CREATE FUNCTION vs.task_make(b uuid, of_rule text, kind "char", of_subject uuid, contact uuid, named uuid, due timestamp with time zone, say text) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'vs', 'pg_temp'
    AS $$
declare o uuid := task_owner(b, named, contact);
begin
  update task set words = say, due_at = due where business_id = b and rule = of_rule and subject = of_subject and state = 1;
  if found or o is null then return; end if;
  insert into task(business_id, task_id, number, rule, subject_kind, subject, contact_id, owner_id, due_at, words)
    values (b, id_made(), next_number(b, 'T'), of_rule, kind, of_subject, contact, o, due, say);
  insert into feed(business_id, kind, ids) values (b, 5, array[o]);
end $$;
ALTER FUNCTION vs.task_make(b uuid, of_rule text, kind "char", of_subject uuid, contact uuid, named uuid, due timestamp with time zone, say text) OWNER TO vs_owner;
CREATE FUNCTION vs.task_owner(b uuid, named uuid, contact uuid) RETURNS uuid
    LANGUAGE sql STABLE
    SET search_path TO 'vs', 'pg_temp'
    AS $$
  select coalesce((select a.account_id from account a where a.business_id = b and a.account_id = named and a.closed_at is null and a.partner_id is null),
                  (select a.account_id from contact c join account a on a.business_id = b and a.account_id = c.owner_id and a.closed_at is null
                   where c.business_id = b and c.contact_id = contact),
                  (select a.account_id from account a where a.business_id = b and a.role = 4 and a.closed_at is null order by a.created_at, a.account_id limit 1))
$$;
ALTER FUNCTION vs.task_owner(b uuid, named uuid, contact uuid) OWNER TO vs_owner;
CREATE FUNCTION vs.tenant_table(t text) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'vs', 'pg_temp'
    AS $$
begin
  execute format('alter table vs.%I enable row level security', t);
  execute format('alter table vs.%I force row level security', t);
  execute format('create policy tenant on vs.%I to vs_writer, vs_staff, vs_partner, vs_system using (business_id = nullif(current_setting(''vs.business'', true), '''')::uuid)', t);
  execute format('create policy owner on vs.%I to vs_owner using (true)', t);
  execute format('grant select on vs.%I to vs_writer, vs_staff, vs_system', t);
end $$;
ALTER FUNCTION vs.tenant_table(t text) OWNER TO vs_owner;
CREATE FUNCTION vs.text_fill(words text, name text, other text, because text, seat text, business text) RETURNS text
    LANGUAGE sql IMMUTABLE
    AS $$
  select replace(replace(replace(replace(replace(words, '{name}', name), '{other}', coalesce(other, '')), '{because}', coalesce(because, '')), '{seat}', seat), '{business}', business)
$$;
ALTER FUNCTION vs.text_fill(words text, name text, other text, because text, seat text, business text) OWNER TO vs_owner;
CREATE FUNCTION vs.text_in(b uuid, key text, language text) RETURNS text
    LANGUAGE sql STABLE
    SET search_path TO 'vs', 'pg_temp'
    AS $$
  select coalesce(setting_of(b, key || '.' || lower(split_part(language, '-', 1))), setting_of(b, key))
$$;
ALTER FUNCTION vs.text_in(b uuid, key text, language text) OWNER TO vs_owner;
CREATE FUNCTION vs.today_of(b uuid) RETURNS date
    LANGUAGE sql STABLE
    SET search_path TO 'vs', 'pg_temp'
    AS $$
  select (now() at time zone zone)::date from business where business_id = b
$$;
ALTER FUNCTION vs.today_of(b uuid) OWNER TO vs_owner;
CREATE FUNCTION vs.unread(said text, found anyelement) RETURNS boolean
    LANGUAGE sql IMMUTABLE
    AS $$ select nullif(said, '') is not null and found is null $$;
ALTER FUNCTION vs.unread(said text, found anyelement) OWNER TO vs_owner;
CREATE FUNCTION vs.value_at_risk(b uuid, contact uuid) RETURNS bigint
    LANGUAGE sql STABLE
    SET search_path TO 'vs', 'pg_temp'
    AS $$
  select coalesce(sum(value), 0)::bigint from deal where business_id = b and contact_id = contact and state = 1
$$;
ALTER FUNCTION vs.value_at_risk(b uuid, contact uuid) OWNER TO vs_owner;
CREATE FUNCTION vs.wilson(k double precision, n double precision, side integer) RETURNS double precision
    LANGUAGE sql IMMUTABLE
    AS $$
  select case when n > 0 and k between 0 and n then
    greatest(0, least(1, (k / n + 1.96 * 1.96 / (2 * n) + side * 1.96 * sqrt(k / n * (1 - k / n) / n + 1.96 * 1.96 / (4 * n * n))) / (1 + 1.96 * 1.96 / n))) end
$$;
ALTER FUNCTION vs.wilson(k double precision, n double precision, side integer) OWNER TO vs_owner;
CREATE FUNCTION vs.xact_of(x xid) RETURNS xid8
    LANGUAGE sql STABLE
    AS $$
  select (pg_snapshot_xmax(pg_current_snapshot())::text::bigint
          - ((pg_snapshot_xmax(pg_current_snapshot())::text::bigint - x::text::bigint) & 4294967295))::text::xid8
$$;
ALTER FUNCTION vs.xact_of(x xid) OWNER TO vs_owner;
CREATE TABLE vs.account (
    business_id uuid NOT NULL,
    account_id uuid NOT NULL,
    login text NOT NULL,
    name text NOT NULL,
    role smallint NOT NULL,
    partner_id uuid,
    epoch integer DEFAULT 1 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    closed_at timestamp with time zone,
    away_until timestamp with time zone,
    stand_in uuid,
    email text,
    CONSTRAINT account_check CHECK (((role = 3) = (partner_id IS NOT NULL))),
    CONSTRAINT account_email_check CHECK (((email !~ '^-'::text) AND (email ~ '^[^[:space:]]+@[^[:space:]]+$'::text))),
    CONSTRAINT account_role_check CHECK (((role >= 1) AND (role <= 5)))
);
ALTER TABLE ONLY vs.account FORCE ROW LEVEL SECURITY;
ALTER TABLE vs.account OWNER TO vs_owner;
CREATE TABLE vs.agreement (
    business_id uuid NOT NULL,
    agreement_id uuid NOT NULL,
    number bigint NOT NULL,
    partner_id uuid,
    reward smallint NOT NULL,
    value bigint NOT NULL,
    currency text NOT NULL,
    cause text,
    words text,
    since timestamp with time zone DEFAULT now() NOT NULL,
    ended_at timestamp with time zone,
    made_by uuid NOT NULL,
    CONSTRAINT agreement_check CHECK (((reward = 1) = (value = 0))),
    CONSTRAINT agreement_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT agreement_reward_check CHECK (((reward >= 1) AND (reward <= 4))),
    CONSTRAINT agreement_value_check CHECK ((value >= 0))
);
ALTER TABLE ONLY vs.agreement FORCE ROW LEVEL SECURITY;
ALTER TABLE vs.agreement OWNER TO vs_owner;
CREATE TABLE vs.ask (
    business_id uuid NOT NULL,
    ask_id uuid NOT NULL,
    number bigint NOT NULL,
    contact_id uuid NOT NULL,
    review_id uuid,
    state smallint NOT NULL,
    due_on date NOT NULL,
    owner_id uuid NOT NULL,
    asked_on date,
    asked_by uuid,
    answered_on date,
    later_until date,
    reason smallint,
    words text,
    made_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT ask_check CHECK (((state = ANY (ARRAY[1, 6])) OR (asked_on IS NOT NULL))),
    CONSTRAINT ask_state_check CHECK (((state >= 1) AND (state <= 6)))
);
ALTER TABLE ONLY vs.ask FORCE ROW LEVEL SECURITY;
ALTER TABLE vs.ask OWNER TO vs_owner;
CREATE TABLE vs.ask_day (
    business_id uuid NOT NULL,
    day date NOT NULL,
    up_to uuid NOT NULL,
    complete boolean DEFAULT false NOT NULL,
    begun_at timestamp with time zone DEFAULT now() NOT NULL
);
ALTER TABLE ONLY vs.ask_day FORCE ROW LEVEL SECURITY;
ALTER TABLE vs.ask_day OWNER TO vs_owner;
CREATE TABLE vs.ask_slot (
    business_id uuid NOT NULL,
    ask_id uuid NOT NULL,
    slot smallint NOT NULL,
    state smallint DEFAULT 1 NOT NULL,
    person text,
    referral_id uuid,
    because text,
    changed_at timestamp with time zone,
    CONSTRAINT ask_slot_slot_check CHECK (((slot >= 1) AND (slot <= 3))),
    CONSTRAINT ask_slot_state_check CHECK (((state >= 1) AND (state <= 3)))
);
ALTER TABLE ONLY vs.ask_slot FORCE ROW LEVEL SECURITY;
ALTER TABLE vs.ask_slot OWNER TO vs_owner;
CREATE VIEW vs.ask_name WITH (security_invoker='true') AS
 SELECT s.business_id,
    s.referral_id,
    k.contact_id
   FROM (vs.ask_slot s
     JOIN vs.ask k ON (((k.business_id = s.business_id) AND (k.ask_id = s.ask_id))))
  WHERE (s.referral_id IS NOT NULL);
ALTER TABLE vs.ask_name OWNER TO vs_owner;
CREATE TABLE vs.ask_place (
    business_id uuid NOT NULL,
    contact_id uuid NOT NULL,
    day date NOT NULL,
    rank smallint NOT NULL,
    number bigint NOT NULL
)
WITH (fillfactor='70');
ALTER TABLE ONLY vs.ask_place FORCE ROW LEVEL SECURITY;
ALTER TABLE vs.ask_place OWNER TO vs_owner;
CREATE TABLE vs.attribute (
    business_id uuid NOT NULL,
    of_organizations boolean NOT NULL,
    key text NOT NULL,
    label text NOT NULL,
    kind smallint NOT NULL,
    choices text[] DEFAULT '{}'::text[] NOT NULL,
    used boolean DEFAULT false NOT NULL
);
ALTER TABLE ONLY vs.attribute FORCE ROW LEVEL SECURITY;
ALTER TABLE vs.attribute OWNER TO vs_owner;
CREATE TABLE vs.baseline (
    business_id uuid NOT NULL,
    baseline_id uuid NOT NULL,
    deal_id uuid NOT NULL,
    measure text NOT NULL,
    unit text NOT NULL,
    before double precision NOT NULL,
    promised double precision NOT NULL,
    after double precision,
    evidence text,
    result_on date
);
ALTER TABLE ONLY vs.baseline FORCE ROW LEVEL SECURITY;
ALTER TABLE vs.baseline OWNER TO vs_owner;
CREATE TABLE vs.blind_check (
    business_id uuid NOT NULL,
    blind_id uuid NOT NULL,
    partner_id uuid NOT NULL,
    account_id uuid NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL,
    held bigint NOT NULL
);
ALTER TABLE ONLY vs.blind_check FORCE ROW LEVEL SECURITY;
ALTER TABLE vs.blind_check OWNER TO vs_owner;
CREATE TABLE vs.business (
    business_id uuid NOT NULL,
    code text NOT NULL,
    name text NOT NULL,
    zone text NOT NULL,
    country text DEFAULT 'US'::text NOT NULL,
    currency text DEFAULT 'USD'::text NOT NULL,
    version bigint DEFAULT 1 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    strike_days integer DEFAULT 7 NOT NULL,
    CONSTRAINT business_strike_days_check CHECK (((strike_days >= 0) AND (strike_days <= 3650)))
);
ALTER TABLE ONLY vs.business FORCE ROW LEVEL SECURITY;
ALTER TABLE vs.business OWNER TO vs_owner;
CREATE TABLE vs.champion (
    business_id uuid NOT NULL,
    champion_id uuid NOT NULL,
    contact_id uuid NOT NULL,
    state smallint NOT NULL,
    since timestamp with time zone DEFAULT now() NOT NULL,
    because text NOT NULL,
    owner_id uuid NOT NULL,
    CONSTRAINT champion_state_check CHECK (((state >= 1) AND (state <= 4)))
);
ALTER TABLE ONLY vs.champion FORCE ROW LEVEL SECURITY;
ALTER TABLE vs.champion OWNER TO vs_owner;
CREATE TABLE vs.champion_step (
    business_id uuid NOT NULL,
    step_id uuid DEFAULT gen_random_uuid() NOT NULL,
    champion_id uuid NOT NULL,
    at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    from_state smallint,
    to_state smallint NOT NULL,
    account_id uuid NOT NULL,
    because text NOT NULL
);
ALTER TABLE ONLY vs.champion_step FORCE ROW LEVEL SECURITY;
ALTER TABLE vs.champion_step OWNER TO vs_owner;
CREATE TABLE vs.champion_transition (
    from_state smallint NOT NULL,
    action smallint NOT NULL,
    to_state smallint NOT NULL
);
ALTER TABLE vs.champion_transition OWNER TO vs_owner;
CREATE TABLE vs.change (
    business_id uuid NOT NULL,
    change_id uuid NOT NULL,
    account_id uuid NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL,
    method integer NOT NULL,
    target uuid,
    hash bytea NOT NULL,
    status smallint NOT NULL,
    reason text,
    result bigint,
    named jsonb
);
ALTER TABLE ONLY vs.change FORCE ROW LEVEL SECURITY;
ALTER TABLE vs.change OWNER TO vs_owner;
CREATE TABLE vs.checkup (
    business_id uuid NOT NULL,
    checkup_id uuid NOT NULL,
    number bigint NOT NULL,
    contact_id uuid NOT NULL,
    touchpoint_id uuid,
    state smallint DEFAULT 1 NOT NULL,
    due_on date NOT NULL,
    owner_id uuid NOT NULL,
    answered_on date,
    said smallint,
    words text,
    made_at timestamp with time zone DEFAULT now() NOT NULL,
    made_by uuid,
    CONSTRAINT checkup_check CHECK ((((state = 2) = (said IS NOT NULL)) AND ((state = 2) = (answered_on IS NOT NULL)))),
    CONSTRAINT checkup_said_check CHECK (((said >= 0) AND (said <= 10))),
    CONSTRAINT checkup_state_check CHECK (((state >= 1) AND (state <= 3)))
);
ALTER TABLE ONLY vs.checkup FORCE ROW LEVEL SECURITY;
ALTER TABLE vs.checkup OWNER TO vs_owner;
CREATE TABLE vs.claim_decision (
    business_id uuid NOT NULL,
    claim_id uuid NOT NULL,
    decision_id uuid NOT NULL,
    decided_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    decided_by uuid,
    rule_version smallint NOT NULL,
    verdict smallint NOT NULL,
    because text NOT NULL,
    inputs jsonb NOT NULL,
    told jsonb NOT NULL
);
ALTER TABLE ONLY vs.claim_decision FORCE ROW LEVEL SECURITY;
ALTER TABLE vs.claim_decision OWNER TO vs_owner;
CREATE TABLE vs.consent_hash (
    business_id uuid NOT NULL,
    hash bytea NOT NULL,
    why smallint NOT NULL,
    since date NOT NULL,
    CONSTRAINT consent_hash_why_check CHECK ((why = ANY (ARRAY[1, 4])))
);
ALTER TABLE ONLY vs.consent_hash FORCE ROW LEVEL SECURITY;
ALTER TABLE vs.consent_hash OWNER TO vs_owner;
CREATE TABLE vs.consent_step (
    business_id uuid NOT NULL,
    step_id uuid DEFAULT gen_random_uuid() NOT NULL,
    contact_id uuid NOT NULL,
    at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    from_state smallint,
    to_state smallint,
    account_id uuid,
    because text,
    CONSTRAINT consent_step_to_state_check CHECK (((to_state >= 1) AND (to_state <= 4)))
);
ALTER TABLE ONLY vs.consent_step FORCE ROW LEVEL SECURITY;
ALTER TABLE vs.consent_step OWNER TO vs_owner;
CREATE TABLE vs.contact_follow (
    relation text NOT NULL,
    col text NOT NULL,
    via text NOT NULL,
    of_relation text NOT NULL,
    of_key text NOT NULL,
    of_col text DEFAULT 'contact_id'::text NOT NULL,
    only_if text DEFAULT 'true'::text NOT NULL,
    place smallint NOT NULL
);
ALTER TABLE vs.contact_follow OWNER TO vs_owner;
CREATE TABLE vs.contact_stage (
    business_id uuid NOT NULL,
    contact_id uuid NOT NULL,
    stage smallint NOT NULL,
    first_at timestamp with time zone NOT NULL,
    touchpoint_id uuid NOT NULL
);
ALTER TABLE ONLY vs.contact_stage FORCE ROW LEVEL SECURITY;
ALTER TABLE vs.contact_stage OWNER TO vs_owner;
CREATE TABLE vs.contact_was (
    business_id uuid NOT NULL,
    contact_id uuid NOT NULL,
    until_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    origin text NOT NULL,
    attributes jsonb NOT NULL
);
ALTER TABLE ONLY vs.contact_was FORCE ROW LEVEL SECURITY;
ALTER TABLE vs.contact_was OWNER TO vs_owner;
CREATE TABLE vs.counter (
    business_id uuid NOT NULL,
    kind "char" NOT NULL,
    last bigint NOT NULL
);
ALTER TABLE ONLY vs.counter FORCE ROW LEVEL SECURITY;
ALTER TABLE vs.counter OWNER TO vs_owner;
CREATE TABLE vs.credit (
    business_id uuid NOT NULL,
    credit_id uuid NOT NULL,
    number bigint NOT NULL,
    contact_id uuid,
    partner_id uuid,
    account_id uuid,
    to_role smallint NOT NULL,
    words text NOT NULL,
    place text NOT NULL,
    said_on date NOT NULL,
    said_by uuid NOT NULL,
    made_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT credit_check CHECK ((num_nonnulls(contact_id, partner_id, account_id) = 1)),
    CONSTRAINT credit_to_role_check CHECK (((to_role >= 1) AND (to_role <= 6)))
);
ALTER TABLE ONLY vs.credit FORCE ROW LEVEL SECURITY;
ALTER TABLE vs.credit OWNER TO vs_owner;
CREATE TABLE vs.device (
    business_id uuid NOT NULL,
    device_id uuid NOT NULL,
    key_hash bytea NOT NULL,
    account_id uuid NOT NULL,
    name text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    last_used_at timestamp with time zone,
    ended_at timestamp with time zone
);
ALTER TABLE ONLY vs.device FORCE ROW LEVEL SECURITY;
ALTER TABLE vs.device OWNER TO vs_owner;
CREATE TABLE vs.digest (
    business_id uuid NOT NULL,
    digest_id uuid NOT NULL,
    account_id uuid NOT NULL,
    day date NOT NULL,
    state smallint DEFAULT 1 NOT NULL,
    tries smallint DEFAULT 0 NOT NULL,
    made_at timestamp with time zone DEFAULT now() NOT NULL,
    ended_at timestamp with time zone,
    why text,
    CONSTRAINT digest_state_check CHECK (((state >= 1) AND (state <= 4)))
);
ALTER TABLE ONLY vs.digest FORCE ROW LEVEL SECURITY;
ALTER TABLE vs.digest OWNER TO vs_owner;
CREATE TABLE vs.dispute (
    business_id uuid NOT NULL,
    dispute_id uuid NOT NULL,
    number bigint NOT NULL,
    contact_id uuid NOT NULL,
    state smallint DEFAULT 1 NOT NULL,
    opened_at timestamp with time zone DEFAULT now() NOT NULL,
    opened_by uuid NOT NULL,
    decided_at timestamp with time zone,
    decided_by uuid,
    decided_for uuid,
    decision text,
    by_party boolean,
    CONSTRAINT dispute_state_check CHECK ((state = ANY (ARRAY[1, 2])))
);
ALTER TABLE ONLY vs.dispute FORCE ROW LEVEL SECURITY;
ALTER TABLE vs.dispute OWNER TO vs_owner;
CREATE TABLE vs.dispute_party (
    business_id uuid NOT NULL,
    dispute_id uuid NOT NULL,
    claim_id uuid NOT NULL,
    partner_id uuid,
    words text
);
ALTER TABLE ONLY vs.dispute_party FORCE ROW LEVEL SECURITY;
ALTER TABLE vs.dispute_party OWNER TO vs_owner;
CREATE VIEW vs.dispute_claim WITH (security_invoker='true') AS
 SELECT p.business_id,
    p.dispute_id,
    (array_agg(c.contact_id))[1] AS contact_id
   FROM (vs.dispute_party p
     JOIN vs.claim c ON (((c.business_id = p.business_id) AND (c.claim_id = p.claim_id))))
  GROUP BY p.business_id, p.dispute_id
 HAVING (count(DISTINCT c.contact_id) = 1);
ALTER TABLE vs.dispute_claim OWNER TO vs_owner;
CREATE TABLE vs.due (
    business_id uuid NOT NULL,
    due_id uuid NOT NULL,
    rule text NOT NULL,
    subject uuid NOT NULL,
    at timestamp with time zone NOT NULL,
    task_rule text,
    subject_kind "char",
    contact_id uuid,
    owner_id uuid,
    task_due timestamp with time zone,
    words text,
    made_at timestamp with time zone DEFAULT now() NOT NULL,
    fired_at timestamp with time zone,
    cancelled_at timestamp with time zone
);
ALTER TABLE ONLY vs.due FORCE ROW LEVEL SECURITY;
ALTER TABLE vs.due OWNER TO vs_owner;
CREATE TABLE vs.enrolment (
    business_id uuid NOT NULL,
    enrolment_id uuid NOT NULL,
    account_id uuid NOT NULL,
    secret_hash bytea NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone,
    used_by bytea,
    ended_at timestamp with time zone
);
ALTER TABLE ONLY vs.enrolment FORCE ROW LEVEL SECURITY;
ALTER TABLE vs.enrolment OWNER TO vs_owner;
CREATE TABLE vs.fact (
    business_id uuid NOT NULL,
    fact_id uuid DEFAULT gen_random_uuid() NOT NULL,
    kind text NOT NULL,
    day date NOT NULL,
    recorded_at timestamp with time zone DEFAULT now() NOT NULL,
    n smallint DEFAULT 1 NOT NULL,
    subject uuid,
    contact_id uuid,
    seat_id uuid,
    partner_id uuid,
    origin text,
    label text,
    value bigint,
    currency text,
    seconds bigint,
    parts bigint,
    CONSTRAINT fact_n_check CHECK ((n = ANY (ARRAY[1, '-1'::integer])))
);
ALTER TABLE ONLY vs.fact FORCE ROW LEVEL SECURITY;
ALTER TABLE vs.fact OWNER TO vs_owner;
CREATE TABLE vs.feed (
    at xid8 DEFAULT pg_current_xact_id() NOT NULL,
    made_at timestamp with time zone DEFAULT now() NOT NULL,
    instance integer DEFAULT (COALESCE(NULLIF(current_setting('vs.instance'::text, true), ''::text), '0'::text))::integer NOT NULL,
    business_id uuid NOT NULL,
    kind smallint NOT NULL,
    ids uuid[] NOT NULL
);
ALTER TABLE ONLY vs.feed ALTER COLUMN ids SET STORAGE EXTERNAL;
ALTER TABLE ONLY vs.feed FORCE ROW LEVEL SECURITY;
ALTER TABLE vs.feed OWNER TO vs_owner;
CREATE TABLE vs.holiday (
    business_id uuid NOT NULL,
    day date NOT NULL,
    name text NOT NULL
);
ALTER TABLE ONLY vs.holiday FORCE ROW LEVEL SECURITY;
ALTER TABLE vs.holiday OWNER TO vs_owner;
CREATE TABLE vs.introduction (
    business_id uuid NOT NULL,
    introduction_id uuid NOT NULL,
    number bigint NOT NULL,
    contact_id uuid NOT NULL,
    other_contact_id uuid,
    partner_id uuid,
    because text NOT NULL,
    state smallint DEFAULT 1 NOT NULL,
    says boolean,
    other_says boolean,
    owner_id uuid NOT NULL,
    ended_at timestamp with time zone,
    ended_because text,
    made_at timestamp with time zone DEFAULT now() NOT NULL,
    made_by uuid NOT NULL,
    CONSTRAINT introduction_check CHECK ((num_nonnulls(other_contact_id, partner_id) = 1)),
    CONSTRAINT introduction_check1 CHECK (((state = ANY (ARRAY[3, 4])) = (ended_at IS NOT NULL))),
    CONSTRAINT introduction_check2 CHECK (((state <> ALL (ARRAY[2, 3])) OR (says AND other_says))),
    CONSTRAINT introduction_state_check CHECK (((state >= 1) AND (state <= 4)))
);
ALTER TABLE ONLY vs.introduction FORCE ROW LEVEL SECURITY;
ALTER TABLE vs.introduction OWNER TO vs_owner;
CREATE TABLE vs.kind (
    letter "char" NOT NULL,
    noun text NOT NULL,
    relation text NOT NULL,
    id_column text NOT NULL
);
ALTER TABLE vs.kind OWNER TO vs_owner;
CREATE TABLE vs.merge (
    business_id uuid NOT NULL,
    merge_id uuid NOT NULL,
    number bigint NOT NULL,
    kept_id uuid NOT NULL,
    merged_id uuid NOT NULL,
    ids uuid[] NOT NULL,
    was jsonb NOT NULL,
    became jsonb NOT NULL,
    shares jsonb NOT NULL,
    because text,
    merged_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    merged_by uuid NOT NULL,
    undo_until timestamp with time zone NOT NULL,
    undone_at timestamp with time zone,
    undone_by uuid
);
ALTER TABLE ONLY vs.merge FORCE ROW LEVEL SECURITY;
ALTER TABLE vs.merge OWNER TO vs_owner;
CREATE TABLE vs.merge_move (
    business_id uuid NOT NULL,
    merge_id uuid NOT NULL,
    relation text NOT NULL,
    col text NOT NULL,
    key uuid NOT NULL,
    yielded boolean DEFAULT false NOT NULL
);
ALTER TABLE ONLY vs.merge_move FORCE ROW LEVEL SECURITY;
ALTER TABLE vs.merge_move OWNER TO vs_owner;
CREATE TABLE vs.metric (
    metric text NOT NULL,
    title text NOT NULL,
    unit text NOT NULL,
    source text NOT NULL,
    counts text[] DEFAULT '{}'::text[] NOT NULL,
    against text[] DEFAULT '{}'::text[] NOT NULL,
    breakdowns text[] NOT NULL,
    definition text NOT NULL,
    decision text NOT NULL,
    stock boolean DEFAULT false NOT NULL,
    dashboard smallint,
    CONSTRAINT metric_source_check CHECK ((source = ANY (ARRAY['touches'::text, 'facts'::text, 'cells'::text, 'both'::text])))
);
ALTER TABLE vs.metric OWNER TO vs_owner;
CREATE TABLE vs.metric_cell (
    business_id uuid NOT NULL,
    kind text NOT NULL,
    dim text NOT NULL,
    day date NOT NULL,
    label text NOT NULL,
    val smallint NOT NULL,
    seconds bigint DEFAULT 0 NOT NULL,
    recorded_on date NOT NULL,
    n bigint NOT NULL,
    currency text DEFAULT ''::text NOT NULL,
    value bigint,
    total numeric,
    squares numeric
);
ALTER TABLE ONLY vs.metric_cell FORCE ROW LEVEL SECURITY;
ALTER TABLE vs.metric_cell OWNER TO vs_owner;
CREATE TABLE vs.metric_fold (
    business_id uuid NOT NULL,
    folded_to timestamp with time zone DEFAULT '-infinity'::timestamp with time zone NOT NULL,
    next_to timestamp with time zone,
    next_xid xid8
);
ALTER TABLE ONLY vs.metric_fold FORCE ROW LEVEL SECURITY;
ALTER TABLE vs.metric_fold OWNER TO vs_owner;
CREATE TABLE vs.organization (
    business_id uuid NOT NULL,
    organization_id uuid NOT NULL,
    number bigint NOT NULL,
    name text NOT NULL,
    name_key text NOT NULL,
    attributes jsonb DEFAULT '{}'::jsonb NOT NULL,
    version bigint DEFAULT 1 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);
ALTER TABLE ONLY vs.organization FORCE ROW LEVEL SECURITY;
ALTER TABLE vs.organization OWNER TO vs_owner;
CREATE TABLE vs.partner (
    business_id uuid NOT NULL,
    partner_id uuid NOT NULL,
    number bigint NOT NULL,
    name text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);
ALTER TABLE ONLY vs.partner FORCE ROW LEVEL SECURITY;
ALTER TABLE vs.partner OWNER TO vs_owner;
CREATE TABLE vs.password (
    business_id uuid NOT NULL,
    account_id uuid NOT NULL,
    hash text NOT NULL,
    set_at timestamp with time zone DEFAULT now() NOT NULL
);
ALTER TABLE ONLY vs.password FORCE ROW LEVEL SECURITY;
ALTER TABLE vs.password OWNER TO vs_owner;
CREATE TABLE vs.posting (
    business_id uuid NOT NULL,
    posting_id uuid DEFAULT gen_random_uuid() NOT NULL,
    reward_id uuid NOT NULL,
    debit smallint NOT NULL,
    credit smallint NOT NULL,
    value bigint NOT NULL,
    currency text NOT NULL,
    reverses uuid,
    at timestamp with time zone DEFAULT now() NOT NULL,
    account_id uuid,
    words text,
    CONSTRAINT posting_check CHECK (((reverses IS NOT NULL) OR (((debit >= 1) AND (debit <= 3)) AND (credit = (debit + 1))))),
    CONSTRAINT posting_check1 CHECK (((reverses IS NULL) OR (((credit >= 1) AND (credit <= 3)) AND (debit = (credit + 1))))),
    CONSTRAINT posting_value_check CHECK ((value > 0))
);
ALTER TABLE ONLY vs.posting FORCE ROW LEVEL SECURITY;
ALTER TABLE vs.posting OWNER TO vs_owner;
CREATE VIEW vs.posting_leg WITH (security_invoker='true') AS
 SELECT p.business_id,
    p.posting_id,
    p.reward_id,
    l.ledger_account,
    l.value,
    p.currency,
    p.at
   FROM (vs.posting p
     CROSS JOIN LATERAL ( VALUES (p.debit,p.value), (p.credit,(- p.value))) l(ledger_account, value));
ALTER TABLE vs.posting_leg OWNER TO vs_owner;
CREATE TABLE vs.project (
    business_id uuid NOT NULL,
    project_id uuid NOT NULL,
    number bigint NOT NULL,
    contact_id uuid NOT NULL,
    deal_id uuid,
    title text NOT NULL,
    state smallint DEFAULT 1 NOT NULL,
    started_on date NOT NULL,
    ended_on date,
    owner_id uuid NOT NULL,
    because text,
    made_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT project_check CHECK ((ended_on >= started_on)),
    CONSTRAINT project_check1 CHECK (((state = 1) = (ended_on IS NULL))),
    CONSTRAINT project_state_check CHECK (((state >= 1) AND (state <= 3)))
);
ALTER TABLE ONLY vs.project FORCE ROW LEVEL SECURITY;
ALTER TABLE vs.project OWNER TO vs_owner;
CREATE TABLE vs.promise (
    business_id uuid NOT NULL,
    promise_id uuid NOT NULL,
    number bigint NOT NULL,
    contact_id uuid NOT NULL,
    words text NOT NULL,
    due_on date NOT NULL,
    state smallint DEFAULT 1 NOT NULL,
    owner_id uuid NOT NULL,
    deal_id uuid,
    project_id uuid,
    made_on date NOT NULL,
    settled_on date,
    because text,
    made_at timestamp with time zone DEFAULT now() NOT NULL,
    made_by uuid NOT NULL,
    mends uuid,
    CONSTRAINT promise_state_check CHECK (((state >= 1) AND (state <= 5)))
);
ALTER TABLE ONLY vs.promise FORCE ROW LEVEL SECURITY;
ALTER TABLE vs.promise OWNER TO vs_owner;
CREATE TABLE vs.readiness (
    place smallint NOT NULL,
    reason text NOT NULL,
    points integer NOT NULL,
    words text NOT NULL,
    doc text NOT NULL
);
ALTER TABLE vs.readiness OWNER TO vs_owner;
CREATE TABLE vs.recognition (
    referrals integer NOT NULL,
    words text NOT NULL
);
ALTER TABLE vs.recognition OWNER TO vs_owner;
CREATE TABLE vs.referral_action (
    action smallint NOT NULL,
    word text NOT NULL,
    title text NOT NULL,
    line text
);
ALTER TABLE vs.referral_action OWNER TO vs_owner;
CREATE TABLE vs.referral_reason (
    action smallint NOT NULL,
    code text NOT NULL,
    line text
);
ALTER TABLE vs.referral_reason OWNER TO vs_owner;
CREATE TABLE vs.referral_state (
    state smallint NOT NULL,
    word text NOT NULL
);
ALTER TABLE vs.referral_state OWNER TO vs_owner;
CREATE TABLE vs.referral_step (
    business_id uuid NOT NULL,
    referral_id uuid NOT NULL,
    step_id uuid NOT NULL,
    at timestamp with time zone NOT NULL,
    recorded_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    action smallint,
    from_state smallint,
    to_state smallint NOT NULL,
    account_id uuid,
    partner_id uuid,
    on_behalf boolean DEFAULT false NOT NULL,
    words text,
    inside text
);
ALTER TABLE ONLY vs.referral_step FORCE ROW LEVEL SECURITY;
ALTER TABLE vs.referral_step OWNER TO vs_owner;
CREATE TABLE vs.review (
    business_id uuid NOT NULL,
    review_id uuid NOT NULL,
    number bigint NOT NULL,
    contact_id uuid NOT NULL,
    project_id uuid,
    state smallint DEFAULT 1 NOT NULL,
    due_on date NOT NULL,
    booked_at timestamp with time zone,
    owner_id uuid NOT NULL,
    held_on date,
    result smallint,
    score smallint,
    score_scale smallint,
    words text,
    because text,
    made_at timestamp with time zone DEFAULT now() NOT NULL,
    made_by uuid,
    held_at timestamp with time zone,
    CONSTRAINT review_check CHECK ((((state = 2) = (held_on IS NOT NULL)) AND ((state = 2) = (result IS NOT NULL)))),
    CONSTRAINT review_result_check CHECK (((result >= 1) AND (result <= 2))),
    CONSTRAINT review_state_check CHECK (((state >= 1) AND (state <= 3)))
);
ALTER TABLE ONLY vs.review FORCE ROW LEVEL SECURITY;
ALTER TABLE vs.review OWNER TO vs_owner;
CREATE TABLE vs.reward (
    business_id uuid NOT NULL,
    reward_id uuid NOT NULL,
    number bigint NOT NULL,
    contact_id uuid,
    partner_id uuid,
    account_id uuid,
    about_contact_id uuid,
    referral_id uuid,
    agreement_id uuid,
    reward smallint NOT NULL,
    value bigint NOT NULL,
    currency text NOT NULL,
    cause text,
    flags text[] DEFAULT '{}'::text[] NOT NULL,
    state smallint NOT NULL,
    made_at timestamp with time zone DEFAULT now() NOT NULL,
    made_by uuid,
    decided_by uuid,
    decided_because text,
    CONSTRAINT reward_check CHECK ((num_nonnulls(contact_id, partner_id, account_id) = 1)),
    CONSTRAINT reward_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT reward_reward_check CHECK (((reward >= 2) AND (reward <= 4))),
    CONSTRAINT reward_state_check CHECK (((state >= 1) AND (state <= 6))),
    CONSTRAINT reward_value_check CHECK ((value > 0))
);
ALTER TABLE ONLY vs.reward FORCE ROW LEVEL SECURITY;
ALTER TABLE vs.reward OWNER TO vs_owner;
CREATE TABLE vs.route (
    code text NOT NULL,
    business_id uuid NOT NULL
);
ALTER TABLE vs.route OWNER TO vs_owner;
CREATE TABLE vs.secret (
    name text NOT NULL,
    value bytea NOT NULL
);
ALTER TABLE ONLY vs.secret FORCE ROW LEVEL SECURITY;
ALTER TABLE vs.secret OWNER TO vs_owner;
CREATE TABLE vs.setting (
    business_id uuid NOT NULL,
    key text NOT NULL,
    value text NOT NULL,
    changed_at timestamp with time zone DEFAULT now() NOT NULL,
    changed_by uuid NOT NULL
);
ALTER TABLE ONLY vs.setting FORCE ROW LEVEL SECURITY;
ALTER TABLE vs.setting OWNER TO vs_owner;
CREATE TABLE vs.setting_default (
    key text NOT NULL,
    kind text NOT NULL,
    value text NOT NULL,
    doc text NOT NULL,
    CONSTRAINT setting_default_kind_check CHECK ((kind = ANY (ARRAY['number'::text, 'text'::text, 'flag'::text, 'time'::text, 'days'::text])))
);
ALTER TABLE vs.setting_default OWNER TO vs_owner;
CREATE TABLE vs.share (
    business_id uuid NOT NULL,
    contact_id uuid NOT NULL,
    partner_id uuid NOT NULL,
    reason smallint NOT NULL,
    may_log boolean NOT NULL,
    granted_at timestamp with time zone DEFAULT now() NOT NULL,
    revoked_at timestamp with time zone,
    number bigint NOT NULL
);
ALTER TABLE ONLY vs.share FORCE ROW LEVEL SECURITY;
ALTER TABLE vs.share OWNER TO vs_owner;
CREATE TABLE vs.stage_entry (
    business_id uuid NOT NULL,
    contact_id uuid NOT NULL,
    stage smallint NOT NULL,
    first_at timestamp with time zone NOT NULL,
    touchpoint_id uuid NOT NULL,
    recorded_at timestamp with time zone DEFAULT now() NOT NULL
);
ALTER TABLE ONLY vs.stage_entry FORCE ROW LEVEL SECURITY;
ALTER TABLE vs.stage_entry OWNER TO vs_owner;
CREATE TABLE vs.stage_set (
    business_id uuid NOT NULL,
    contact_id uuid NOT NULL,
    set_at timestamp with time zone DEFAULT now() NOT NULL,
    stage smallint NOT NULL,
    account_id uuid NOT NULL,
    because text NOT NULL
);
ALTER TABLE ONLY vs.stage_set FORCE ROW LEVEL SECURITY;
ALTER TABLE vs.stage_set OWNER TO vs_owner;
CREATE TABLE vs.strike (
    business_id uuid NOT NULL,
    touchpoint_id uuid NOT NULL,
    account_id uuid NOT NULL,
    struck_at timestamp with time zone DEFAULT now() NOT NULL,
    because text NOT NULL,
    contact_id uuid NOT NULL
);
ALTER TABLE ONLY vs.strike FORCE ROW LEVEL SECURITY;
ALTER TABLE vs.strike OWNER TO vs_owner;
CREATE TABLE vs.tally (
    business_id uuid NOT NULL,
    day date NOT NULL,
    dim smallint NOT NULL,
    val uuid NOT NULL,
    sentiment smallint NOT NULL,
    recorded_on date NOT NULL,
    shard smallint NOT NULL,
    n bigint NOT NULL
)
WITH (fillfactor='50');
ALTER TABLE ONLY vs.tally FORCE ROW LEVEL SECURITY;
ALTER TABLE vs.tally OWNER TO vs_owner;
CREATE TABLE vs.tally_slip (
    business_id uuid NOT NULL,
    at xid8 DEFAULT pg_current_xact_id() NOT NULL,
    touches uuid[] NOT NULL
)
WITH (autovacuum_vacuum_scale_factor='0', autovacuum_vacuum_threshold='5000');
ALTER TABLE ONLY vs.tally_slip ALTER COLUMN touches SET STORAGE PLAIN;
ALTER TABLE ONLY vs.tally_slip FORCE ROW LEVEL SECURITY;
ALTER TABLE vs.tally_slip OWNER TO vs_owner;
CREATE TABLE vs.task (
    business_id uuid NOT NULL,
    task_id uuid NOT NULL,
    number bigint NOT NULL,
    rule text NOT NULL,
    subject_kind "char",
    subject uuid,
    contact_id uuid,
    owner_id uuid NOT NULL,
    due_at timestamp with time zone NOT NULL,
    later_until timestamp with time zone,
    words text,
    state smallint DEFAULT 1 NOT NULL,
    result text,
    made_at timestamp with time zone DEFAULT now() NOT NULL,
    made_by uuid,
    closed_at timestamp with time zone,
    closed_by uuid,
    CONSTRAINT task_state_check CHECK (((state >= 1) AND (state <= 3)))
);
ALTER TABLE ONLY vs.task FORCE ROW LEVEL SECURITY;
ALTER TABLE vs.task OWNER TO vs_owner;
CREATE TABLE vs.task_rule (
    rule text NOT NULL,
    title text NOT NULL
);
ALTER TABLE vs.task_rule OWNER TO vs_owner;
CREATE TABLE vs.testimonial (
    business_id uuid NOT NULL,
    testimonial_id uuid NOT NULL,
    number bigint NOT NULL,
    contact_id uuid NOT NULL,
    review_id uuid,
    words text NOT NULL,
    may_publish boolean NOT NULL,
    given_on date NOT NULL,
    made_at timestamp with time zone DEFAULT now() NOT NULL,
    made_by uuid NOT NULL
);
ALTER TABLE ONLY vs.testimonial FORCE ROW LEVEL SECURITY;
ALTER TABLE vs.testimonial OWNER TO vs_owner;
CREATE TABLE vs.thanks (
    business_id uuid NOT NULL,
    thanks_id uuid NOT NULL,
    number bigint NOT NULL,
    contact_id uuid,
    partner_id uuid,
    referral_id uuid,
    owed_for smallint DEFAULT 1 NOT NULL,
    state smallint NOT NULL,
    owner_id uuid NOT NULL,
    owed_at timestamp with time zone,
    due_at timestamp with time zone,
    words text,
    channel smallint,
    settled_at timestamp with time zone,
    settled_by uuid,
    because text,
    made_at timestamp with time zone DEFAULT now() NOT NULL,
    made_by uuid,
    CONSTRAINT thanks_check CHECK ((num_nonnulls(contact_id, partner_id) = 1)),
    CONSTRAINT thanks_check1 CHECK (((state = 1) = (settled_at IS NULL))),
    CONSTRAINT thanks_owed_for_check CHECK (((owed_for >= 1) AND (owed_for <= 3))),
    CONSTRAINT thanks_state_check CHECK (((state >= 1) AND (state <= 3)))
);
ALTER TABLE ONLY vs.thanks FORCE ROW LEVEL SECURITY;
ALTER TABLE vs.thanks OWNER TO vs_owner;
CREATE TABLE vs.token (
    business_id uuid NOT NULL,
    token_hash bytea NOT NULL,
    account_id uuid NOT NULL,
    epoch integer NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone
);
ALTER TABLE ONLY vs.token FORCE ROW LEVEL SECURITY;
ALTER TABLE vs.token OWNER TO vs_owner;
CREATE TABLE vs.touchpoint (
    business_id uuid NOT NULL,
    id uuid NOT NULL,
    contact_id uuid NOT NULL,
    account_id uuid NOT NULL,
    partner_id uuid,
    occurred_at timestamp with time zone NOT NULL,
    recorded_at timestamp with time zone DEFAULT now() NOT NULL,
    channel smallint NOT NULL,
    stage smallint NOT NULL,
    sentiment smallint NOT NULL,
    role smallint NOT NULL,
    flags smallint NOT NULL,
    score smallint,
    score_scale smallint,
    refusal smallint,
    mends uuid,
    address text,
    note text
);
ALTER TABLE ONLY vs.touchpoint FORCE ROW LEVEL SECURITY;
ALTER TABLE vs.touchpoint OWNER TO vs_owner;
CREATE TABLE vs.wanted (
    business_id uuid NOT NULL,
    wanted_id uuid NOT NULL,
    number bigint NOT NULL,
    name text NOT NULL,
    name_key text NOT NULL,
    company text,
    why text,
    contact_id uuid,
    state smallint DEFAULT 1 NOT NULL,
    because text,
    referral_id uuid,
    made_at timestamp with time zone DEFAULT now() NOT NULL,
    made_by uuid NOT NULL,
    closed_at timestamp with time zone,
    CONSTRAINT wanted_state_check CHECK (((state >= 1) AND (state <= 3)))
);
ALTER TABLE ONLY vs.wanted FORCE ROW LEVEL SECURITY;
ALTER TABLE vs.wanted OWNER TO vs_owner;
CREATE VIEW vs.who WITH (security_invoker='true') AS
 SELECT a.business_id,
    a.account_id,
    a.partner_id,
    a.role,
    a.epoch,
    a.login,
    a.name,
    b.code AS business,
    b.name AS business_name,
    b.zone,
    b.country,
    p.name AS partner_name,
    a.closed_at
   FROM ((vs.account a
     JOIN vs.business b ON ((b.business_id = a.business_id)))
     LEFT JOIN vs.partner p ON (((p.business_id = a.business_id) AND (p.partner_id = a.partner_id))));
ALTER TABLE vs.who OWNER TO vs_owner;
ALTER TABLE ONLY vs.account
    ADD CONSTRAINT account_business_id_login_key UNIQUE (business_id, login);
ALTER TABLE ONLY vs.account
    ADD CONSTRAINT account_pkey PRIMARY KEY (business_id, account_id);
ALTER TABLE ONLY vs.agreement
    ADD CONSTRAINT agreement_business_id_number_key UNIQUE (business_id, number);
ALTER TABLE ONLY vs.agreement
    ADD CONSTRAINT agreement_pkey PRIMARY KEY (business_id, agreement_id);
ALTER TABLE ONLY vs.ask
    ADD CONSTRAINT ask_business_id_number_key UNIQUE (business_id, number);
ALTER TABLE ONLY vs.ask_day
    ADD CONSTRAINT ask_day_pkey PRIMARY KEY (business_id);
ALTER TABLE ONLY vs.ask
    ADD CONSTRAINT ask_pkey PRIMARY KEY (business_id, ask_id);
ALTER TABLE ONLY vs.ask_place
    ADD CONSTRAINT ask_place_pkey PRIMARY KEY (business_id, contact_id);
ALTER TABLE ONLY vs.ask_slot
    ADD CONSTRAINT ask_slot_pkey PRIMARY KEY (business_id, ask_id, slot);
ALTER TABLE ONLY vs.attribute
    ADD CONSTRAINT attribute_pkey PRIMARY KEY (business_id, of_organizations, key);
ALTER TABLE ONLY vs.baseline
    ADD CONSTRAINT baseline_pkey PRIMARY KEY (business_id, baseline_id);
ALTER TABLE ONLY vs.blind_check
    ADD CONSTRAINT blind_check_pkey PRIMARY KEY (business_id, blind_id);
ALTER TABLE ONLY vs.business
    ADD CONSTRAINT business_pkey PRIMARY KEY (business_id);
ALTER TABLE ONLY vs.champion
    ADD CONSTRAINT champion_business_id_contact_id_key UNIQUE (business_id, contact_id);
ALTER TABLE ONLY vs.champion
    ADD CONSTRAINT champion_pkey PRIMARY KEY (business_id, champion_id);
ALTER TABLE ONLY vs.champion_step
    ADD CONSTRAINT champion_step_pkey PRIMARY KEY (business_id, step_id);
ALTER TABLE ONLY vs.champion_transition
    ADD CONSTRAINT champion_transition_pkey PRIMARY KEY (from_state, action);
ALTER TABLE ONLY vs.change
    ADD CONSTRAINT change_pkey PRIMARY KEY (business_id, change_id);
ALTER TABLE ONLY vs.checkup
    ADD CONSTRAINT checkup_business_id_number_key UNIQUE (business_id, number);
ALTER TABLE ONLY vs.checkup
    ADD CONSTRAINT checkup_pkey PRIMARY KEY (business_id, checkup_id);
ALTER TABLE ONLY vs.claim_decision
    ADD CONSTRAINT claim_decision_pkey PRIMARY KEY (business_id, claim_id, decision_id);
ALTER TABLE ONLY vs.claim
    ADD CONSTRAINT claim_pkey PRIMARY KEY (business_id, claim_id);
ALTER TABLE ONLY vs.consent_hash
    ADD CONSTRAINT consent_hash_pkey PRIMARY KEY (business_id, hash);
ALTER TABLE ONLY vs.consent_step
    ADD CONSTRAINT consent_step_pkey PRIMARY KEY (business_id, step_id);
ALTER TABLE ONLY vs.contact
    ADD CONSTRAINT contact_business_id_number_key UNIQUE (business_id, number);
ALTER TABLE ONLY vs.contact_follow
    ADD CONSTRAINT contact_follow_pkey PRIMARY KEY (relation, col, via, of_relation, of_col);
ALTER TABLE ONLY vs.contact_part
    ADD CONSTRAINT contact_part_pkey PRIMARY KEY (relation, col);
ALTER TABLE ONLY vs.contact
    ADD CONSTRAINT contact_pkey PRIMARY KEY (business_id, contact_id);
ALTER TABLE ONLY vs.contact_stage
    ADD CONSTRAINT contact_stage_pkey PRIMARY KEY (business_id, contact_id, stage);
ALTER TABLE ONLY vs.contact_was
    ADD CONSTRAINT contact_was_pkey PRIMARY KEY (business_id, contact_id, until_at);
ALTER TABLE ONLY vs.counter
    ADD CONSTRAINT counter_pkey PRIMARY KEY (business_id, kind);
ALTER TABLE ONLY vs.credit
    ADD CONSTRAINT credit_business_id_number_key UNIQUE (business_id, number);
ALTER TABLE ONLY vs.credit
    ADD CONSTRAINT credit_pkey PRIMARY KEY (business_id, credit_id);
ALTER TABLE ONLY vs.deal
    ADD CONSTRAINT deal_business_id_number_key UNIQUE (business_id, number);
ALTER TABLE ONLY vs.deal
    ADD CONSTRAINT deal_pkey PRIMARY KEY (business_id, deal_id);
ALTER TABLE ONLY vs.device
    ADD CONSTRAINT device_business_id_key_hash_key UNIQUE (business_id, key_hash);
ALTER TABLE ONLY vs.device
    ADD CONSTRAINT device_pkey PRIMARY KEY (business_id, device_id);
ALTER TABLE ONLY vs.digest
    ADD CONSTRAINT digest_business_id_account_id_day_key UNIQUE (business_id, account_id, day);
ALTER TABLE ONLY vs.digest
    ADD CONSTRAINT digest_pkey PRIMARY KEY (business_id, digest_id);
ALTER TABLE ONLY vs.dispute
    ADD CONSTRAINT dispute_business_id_number_key UNIQUE (business_id, number);
ALTER TABLE ONLY vs.dispute_party
    ADD CONSTRAINT dispute_party_pkey PRIMARY KEY (business_id, dispute_id, claim_id);
ALTER TABLE ONLY vs.dispute
    ADD CONSTRAINT dispute_pkey PRIMARY KEY (business_id, dispute_id);
ALTER TABLE ONLY vs.due
    ADD CONSTRAINT due_pkey PRIMARY KEY (business_id, due_id);
ALTER TABLE ONLY vs.enrolment
    ADD CONSTRAINT enrolment_business_id_secret_hash_key UNIQUE (business_id, secret_hash);
ALTER TABLE ONLY vs.enrolment
    ADD CONSTRAINT enrolment_pkey PRIMARY KEY (business_id, enrolment_id);
ALTER TABLE ONLY vs.fact
    ADD CONSTRAINT fact_pkey PRIMARY KEY (business_id, fact_id);
ALTER TABLE ONLY vs.holiday
    ADD CONSTRAINT holiday_pkey PRIMARY KEY (business_id, day);
ALTER TABLE ONLY vs.introduction
    ADD CONSTRAINT introduction_business_id_number_key UNIQUE (business_id, number);
ALTER TABLE ONLY vs.introduction
    ADD CONSTRAINT introduction_pkey PRIMARY KEY (business_id, introduction_id);
ALTER TABLE ONLY vs.kind
    ADD CONSTRAINT kind_pkey PRIMARY KEY (letter);
ALTER TABLE ONLY vs.merge
    ADD CONSTRAINT merge_business_id_number_key UNIQUE (business_id, number);
ALTER TABLE ONLY vs.merge_move
    ADD CONSTRAINT merge_move_pkey PRIMARY KEY (business_id, merge_id, relation, col, key, yielded);
ALTER TABLE ONLY vs.merge
    ADD CONSTRAINT merge_pkey PRIMARY KEY (business_id, merge_id);
ALTER TABLE ONLY vs.metric_cell
    ADD CONSTRAINT metric_cell_pkey PRIMARY KEY (business_id, kind, dim, day, label, val, seconds, currency, recorded_on);
ALTER TABLE ONLY vs.metric_fold
    ADD CONSTRAINT metric_fold_pkey PRIMARY KEY (business_id);
ALTER TABLE ONLY vs.metric
    ADD CONSTRAINT metric_pkey PRIMARY KEY (metric);
ALTER TABLE ONLY vs.organization
    ADD CONSTRAINT organization_business_id_number_key UNIQUE (business_id, number);
ALTER TABLE ONLY vs.organization
    ADD CONSTRAINT organization_pkey PRIMARY KEY (business_id, organization_id);
ALTER TABLE ONLY vs.partner
    ADD CONSTRAINT partner_business_id_number_key UNIQUE (business_id, number);
ALTER TABLE ONLY vs.partner
    ADD CONSTRAINT partner_pkey PRIMARY KEY (business_id, partner_id);
ALTER TABLE ONLY vs.password
    ADD CONSTRAINT password_pkey PRIMARY KEY (business_id, account_id);
ALTER TABLE ONLY vs.posting
    ADD CONSTRAINT posting_business_id_posting_id_reward_id_debit_credit_value_key UNIQUE (business_id, posting_id, reward_id, debit, credit, value, currency);
ALTER TABLE ONLY vs.posting
    ADD CONSTRAINT posting_business_id_reverses_key UNIQUE (business_id, reverses);
ALTER TABLE ONLY vs.posting
    ADD CONSTRAINT posting_pkey PRIMARY KEY (business_id, posting_id);
ALTER TABLE ONLY vs.project
    ADD CONSTRAINT project_business_id_number_key UNIQUE (business_id, number);
ALTER TABLE ONLY vs.project
    ADD CONSTRAINT project_pkey PRIMARY KEY (business_id, project_id);
ALTER TABLE ONLY vs.promise
    ADD CONSTRAINT promise_business_id_number_key UNIQUE (business_id, number);
ALTER TABLE ONLY vs.promise
    ADD CONSTRAINT promise_pkey PRIMARY KEY (business_id, promise_id);
ALTER TABLE ONLY vs.readiness
    ADD CONSTRAINT readiness_pkey PRIMARY KEY (place);
ALTER TABLE ONLY vs.readiness
    ADD CONSTRAINT readiness_reason_key UNIQUE (reason);
ALTER TABLE ONLY vs.recognition
    ADD CONSTRAINT recognition_pkey PRIMARY KEY (referrals);
ALTER TABLE ONLY vs.referral_action
    ADD CONSTRAINT referral_action_pkey PRIMARY KEY (action);
ALTER TABLE ONLY vs.referral
    ADD CONSTRAINT referral_business_id_number_key UNIQUE (business_id, number);
ALTER TABLE ONLY vs.referral_clock
    ADD CONSTRAINT referral_clock_pkey PRIMARY KEY (direction, state, clock);
ALTER TABLE ONLY vs.referral
    ADD CONSTRAINT referral_pkey PRIMARY KEY (business_id, referral_id);
ALTER TABLE ONLY vs.referral_reason
    ADD CONSTRAINT referral_reason_pkey PRIMARY KEY (action, code);
ALTER TABLE ONLY vs.referral_state
    ADD CONSTRAINT referral_state_pkey PRIMARY KEY (state);
ALTER TABLE ONLY vs.referral_step
    ADD CONSTRAINT referral_step_pkey PRIMARY KEY (business_id, referral_id, step_id);
ALTER TABLE ONLY vs.referral_transition
    ADD CONSTRAINT referral_transition_pkey PRIMARY KEY (direction, from_state, action);
ALTER TABLE ONLY vs.review
    ADD CONSTRAINT review_business_id_number_key UNIQUE (business_id, number);
ALTER TABLE ONLY vs.review
    ADD CONSTRAINT review_pkey PRIMARY KEY (business_id, review_id);
ALTER TABLE ONLY vs.reward
    ADD CONSTRAINT reward_business_id_number_key UNIQUE (business_id, number);
ALTER TABLE ONLY vs.reward
    ADD CONSTRAINT reward_pkey PRIMARY KEY (business_id, reward_id);
ALTER TABLE ONLY vs.route
    ADD CONSTRAINT route_pkey PRIMARY KEY (code);
ALTER TABLE ONLY vs.secret
    ADD CONSTRAINT secret_pkey PRIMARY KEY (name);
ALTER TABLE ONLY vs.setting_default
    ADD CONSTRAINT setting_default_pkey PRIMARY KEY (key);
ALTER TABLE ONLY vs.setting
    ADD CONSTRAINT setting_pkey PRIMARY KEY (business_id, key);
ALTER TABLE ONLY vs.share
    ADD CONSTRAINT share_pkey PRIMARY KEY (business_id, contact_id, partner_id, reason);
ALTER TABLE ONLY vs.stage_entry
    ADD CONSTRAINT stage_entry_pkey PRIMARY KEY (business_id, contact_id, stage, first_at, touchpoint_id, recorded_at);
ALTER TABLE ONLY vs.stage_set
    ADD CONSTRAINT stage_set_pkey PRIMARY KEY (business_id, contact_id, set_at);
ALTER TABLE ONLY vs.strike
    ADD CONSTRAINT strike_pkey PRIMARY KEY (business_id, touchpoint_id);
ALTER TABLE ONLY vs.tally
    ADD CONSTRAINT tally_pkey PRIMARY KEY (business_id, day, dim, val, sentiment, recorded_on, shard);
ALTER TABLE ONLY vs.tally_slip
    ADD CONSTRAINT tally_slip_pkey PRIMARY KEY (business_id, at);
ALTER TABLE ONLY vs.task
    ADD CONSTRAINT task_business_id_number_key UNIQUE (business_id, number);
ALTER TABLE ONLY vs.task
    ADD CONSTRAINT task_pkey PRIMARY KEY (business_id, task_id);
ALTER TABLE ONLY vs.task_rule
    ADD CONSTRAINT task_rule_pkey PRIMARY KEY (rule);
ALTER TABLE ONLY vs.testimonial
    ADD CONSTRAINT testimonial_business_id_number_key UNIQUE (business_id, number);
ALTER TABLE ONLY vs.testimonial
    ADD CONSTRAINT testimonial_pkey PRIMARY KEY (business_id, testimonial_id);
ALTER TABLE ONLY vs.thanks
    ADD CONSTRAINT thanks_business_id_number_key UNIQUE (business_id, number);
ALTER TABLE ONLY vs.thanks
    ADD CONSTRAINT thanks_pkey PRIMARY KEY (business_id, thanks_id);
ALTER TABLE ONLY vs.token
    ADD CONSTRAINT token_pkey PRIMARY KEY (business_id, token_hash);
ALTER TABLE ONLY vs.touchpoint
    ADD CONSTRAINT touchpoint_pkey PRIMARY KEY (business_id, id);
ALTER TABLE ONLY vs.wanted
    ADD CONSTRAINT wanted_business_id_number_key UNIQUE (business_id, number);
ALTER TABLE ONLY vs.wanted
    ADD CONSTRAINT wanted_pkey PRIMARY KEY (business_id, wanted_id);
CREATE UNIQUE INDEX agreement_now ON vs.agreement USING btree (business_id, partner_id) NULLS NOT DISTINCT WHERE (ended_at IS NULL);
CREATE INDEX ask_asked ON vs.ask USING btree (business_id, contact_id, asked_on DESC, number DESC) WHERE (asked_on IS NOT NULL);
CREATE INDEX ask_due ON vs.ask USING btree (business_id, contact_id) WHERE (state = 1);
CREATE INDEX ask_no ON vs.ask USING btree (business_id, reason) WHERE (state = 5);
CREATE INDEX ask_order ON vs.ask_place USING btree (business_id, day, rank, number);
CREATE INDEX ask_review ON vs.ask USING btree (business_id, review_id) WHERE (review_id IS NOT NULL);
CREATE INDEX ask_slot_referral ON vs.ask_slot USING btree (business_id, referral_id) WHERE (referral_id IS NOT NULL);
CREATE INDEX baseline_deal ON vs.baseline USING btree (business_id, deal_id);
CREATE INDEX blind_check_partner ON vs.blind_check USING btree (business_id, partner_id, at);
CREATE INDEX champion_step_of ON vs.champion_step USING btree (business_id, champion_id, at);
CREATE INDEX change_named ON vs.change USING btree (business_id, at) WHERE (named IS NOT NULL);
CREATE INDEX checkup_answered ON vs.checkup USING btree (business_id, contact_id, answered_on DESC) WHERE (state = 2);
CREATE INDEX checkup_list ON vs.checkup USING btree (business_id, due_on, checkup_id);
CREATE UNIQUE INDEX checkup_open ON vs.checkup USING btree (business_id, contact_id) WHERE (state = 1);
CREATE INDEX checkup_touch ON vs.checkup USING btree (business_id, touchpoint_id) WHERE (touchpoint_id IS NOT NULL);
CREATE INDEX claim_contact ON vs.claim USING btree (business_id, contact_id, claimed_at);
CREATE UNIQUE INDEX claim_holds ON vs.claim USING btree (business_id, contact_id) WHERE holds;
CREATE INDEX claim_origin ON vs.claim USING btree (business_id, origin_of) WHERE (origin_of IS NOT NULL);
CREATE INDEX claim_referral ON vs.claim USING btree (business_id, referral_id);
CREATE INDEX consent_step_contact ON vs.consent_step USING btree (business_id, contact_id, at);
CREATE INDEX contact_consent ON vs.contact USING btree (business_id, consent, number) WHERE (consent IS NOT NULL);
CREATE INDEX contact_created ON vs.contact USING btree (business_id, created_at);
CREATE INDEX contact_email ON vs.contact USING btree (business_id, email_key) WHERE (email_key IS NOT NULL);
CREATE INDEX contact_merged ON vs.contact USING btree (business_id, head_id) WHERE (contact_id <> head_id);
CREATE INDEX contact_name ON vs.contact USING btree (business_id, name_key);
CREATE INDEX contact_no_ask ON vs.contact USING btree (business_id, contact_id) WHERE no_ask;
CREATE INDEX contact_organization ON vs.contact USING btree (business_id, organization_id, number) WHERE (organization_id IS NOT NULL);
CREATE INDEX contact_owner ON vs.contact USING btree (business_id, owner_id, number);
CREATE INDEX contact_phone ON vs.contact USING btree (business_id, phone_key) WHERE (phone_key IS NOT NULL);
CREATE INDEX contact_trgm ON vs.contact USING gin (name_key public.gin_trgm_ops);
CREATE INDEX contact_was_until ON vs.contact_was USING btree (business_id, until_at);
CREATE INDEX credit_contact ON vs.credit USING btree (business_id, contact_id) WHERE (contact_id IS NOT NULL);
CREATE INDEX credit_partner ON vs.credit USING btree (business_id, partner_id) WHERE (partner_id IS NOT NULL);
CREATE INDEX deal_contact ON vs.deal USING btree (business_id, contact_id);
CREATE INDEX device_account ON vs.device USING btree (business_id, account_id);
CREATE INDEX digest_day ON vs.digest USING btree (business_id, day, digest_id);
CREATE UNIQUE INDEX dispute_open ON vs.dispute USING btree (business_id, contact_id) WHERE (state = 1);
CREATE INDEX due_check ON vs.due USING btree (business_id, contact_id) WHERE ((rule = 'check'::text) AND (fired_at IS NULL) AND (cancelled_at IS NULL));
CREATE INDEX due_next ON vs.due USING btree (at) WHERE ((fired_at IS NULL) AND (cancelled_at IS NULL));
CREATE INDEX due_subject ON vs.due USING btree (business_id, subject);
CREATE INDEX enrolment_account ON vs.enrolment USING btree (business_id, account_id);
CREATE INDEX fact_kind ON vs.fact USING btree (business_id, kind, day);
CREATE INDEX fact_recorded ON vs.fact USING btree (business_id, recorded_at);
CREATE INDEX fact_subject ON vs.fact USING btree (business_id, subject, kind);
CREATE INDEX fact_won ON vs.fact USING btree (business_id, contact_id) WHERE (kind = 'deal_won'::text);
CREATE INDEX feed_at ON vs.feed USING btree (at);
CREATE INDEX introduction_contact ON vs.introduction USING btree (business_id, contact_id);
CREATE INDEX introduction_other ON vs.introduction USING btree (business_id, other_contact_id) WHERE (other_contact_id IS NOT NULL);
CREATE INDEX merge_kept ON vs.merge USING btree (business_id, kept_id);
CREATE INDEX merge_merged ON vs.merge USING btree (business_id, merged_id);
CREATE INDEX organization_name ON vs.organization USING btree (business_id, name_key COLLATE "C", organization_id);
CREATE INDEX posting_at ON vs.posting USING btree (business_id, at, posting_id);
CREATE INDEX posting_reward ON vs.posting USING btree (business_id, reward_id);
CREATE UNIQUE INDEX posting_step ON vs.posting USING btree (business_id, reward_id, debit) WHERE (reverses IS NULL);
CREATE INDEX project_completed ON vs.project USING btree (business_id, contact_id) WHERE (state = 2);
CREATE INDEX project_contact ON vs.project USING btree (business_id, contact_id);
CREATE INDEX project_deal ON vs.project USING btree (business_id, deal_id) WHERE (deal_id IS NOT NULL);
CREATE INDEX promise_broken ON vs.promise USING btree (business_id, contact_id) WHERE (state = 4);
CREATE INDEX promise_contact ON vs.promise USING btree (business_id, contact_id);
CREATE INDEX promise_exceeded ON vs.promise USING btree (business_id, contact_id) WHERE (state = 3);
CREATE INDEX promise_mends ON vs.promise USING btree (business_id, contact_id) WHERE (mends IS NOT NULL);
CREATE INDEX promise_open ON vs.promise USING btree (business_id, owner_id, due_on) WHERE (state = 1);
CREATE INDEX referral_contact ON vs.referral USING btree (business_id, contact_id);
CREATE INDEX referral_loop ON vs.referral USING btree (business_id, number) WHERE ((direction = 1) AND ((state >= 6) AND (state <= 9)) AND ((told_at IS NULL) OR (thanked_at IS NULL)));
CREATE INDEX referral_owner ON vs.referral USING btree (business_id, owner_id, number);
CREATE INDEX referral_source_contact ON vs.referral USING btree (business_id, source_contact) WHERE (source_contact IS NOT NULL);
CREATE INDEX referral_source_partner ON vs.referral USING btree (business_id, source_partner, number) WHERE (source_partner IS NOT NULL);
CREATE INDEX referral_to_partner ON vs.referral USING btree (business_id, to_partner, number) WHERE (to_partner IS NOT NULL);
CREATE INDEX review_bad ON vs.review USING btree (business_id, contact_id) WHERE (result = 2);
CREATE INDEX review_held ON vs.review USING btree (business_id, contact_id, held_on DESC, held_at DESC NULLS LAST, review_id DESC) WHERE (state = 2);
CREATE INDEX review_open ON vs.review USING btree (business_id, contact_id) WHERE (state = 1);
CREATE INDEX review_planned ON vs.review USING btree (business_id, due_on, review_id) WHERE (state = 1);
CREATE INDEX reward_about ON vs.reward USING btree (business_id, about_contact_id) WHERE (about_contact_id IS NOT NULL);
CREATE INDEX reward_contact ON vs.reward USING btree (business_id, contact_id) WHERE (contact_id IS NOT NULL);
CREATE UNIQUE INDEX reward_once ON vs.reward USING btree (business_id, referral_id) WHERE ((referral_id IS NOT NULL) AND (state = ANY (ARRAY[1, 2, 3, 4])));
CREATE INDEX reward_partner ON vs.reward USING btree (business_id, partner_id) WHERE (partner_id IS NOT NULL);
CREATE INDEX share_list ON vs.share USING btree (business_id, partner_id, number, reason);
CREATE INDEX stage_entry_recorded ON vs.stage_entry USING btree (business_id, recorded_at);
CREATE INDEX strike_at ON vs.strike USING btree (business_id, struck_at);
CREATE INDEX strike_recent ON vs.strike USING btree (business_id, contact_id, struck_at);
CREATE INDEX task_contact ON vs.task USING btree (business_id, contact_id) WHERE (state = 1);
CREATE UNIQUE INDEX task_once ON vs.task USING btree (business_id, rule, subject) WHERE ((state = 1) AND (subject IS NOT NULL));
CREATE INDEX task_owner ON vs.task USING btree (business_id, owner_id, due_at) WHERE (state = 1);
CREATE INDEX task_subject ON vs.task USING btree (business_id, subject) WHERE (subject IS NOT NULL);
CREATE INDEX testimonial_contact ON vs.testimonial USING btree (business_id, contact_id);
CREATE INDEX thanks_contact ON vs.thanks USING btree (business_id, contact_id) WHERE (contact_id IS NOT NULL);
CREATE INDEX thanks_owed ON vs.thanks USING btree (business_id, number) WHERE (state = 1);
CREATE INDEX thanks_partner ON vs.thanks USING btree (business_id, partner_id) WHERE (partner_id IS NOT NULL);
CREATE INDEX thanks_referral ON vs.thanks USING btree (business_id, referral_id) WHERE (referral_id IS NOT NULL);
CREATE INDEX timeline ON vs.touchpoint USING btree (business_id, contact_id, occurred_at DESC, id DESC) WHERE (refusal IS NULL);
CREATE INDEX token_account ON vs.token USING btree (business_id, account_id);
CREATE INDEX touchpoint_complaint ON vs.touchpoint USING btree (business_id, contact_id) WHERE ((sentiment = 3) AND (refusal IS NULL));
CREATE INDEX touchpoint_face ON vs.touchpoint USING btree (business_id, contact_id, occurred_at DESC) WHERE ((channel = ANY (ARRAY[3, 4, 9])) AND (refusal IS NULL));
CREATE INDEX touchpoint_mends ON vs.touchpoint USING btree (business_id, mends) WHERE ((mends IS NOT NULL) AND (refusal IS NULL));
CREATE INDEX touchpoint_recorded ON vs.touchpoint USING brin (recorded_at);
CREATE INDEX wanted_any ON vs.wanted USING btree (business_id, number) WHERE ((state = 1) AND (contact_id IS NULL));
CREATE INDEX wanted_by ON vs.wanted USING btree (business_id, contact_id, number) WHERE (state = 1);
CREATE INDEX wanted_name ON vs.wanted USING btree (business_id, name_key) WHERE (state = 1);
ALTER TABLE ONLY vs.account
    ADD CONSTRAINT account_business_id_partner_id_fkey FOREIGN KEY (business_id, partner_id) REFERENCES vs.partner(business_id, partner_id);
ALTER TABLE ONLY vs.agreement
    ADD CONSTRAINT agreement_business_id_partner_id_fkey FOREIGN KEY (business_id, partner_id) REFERENCES vs.partner(business_id, partner_id);
ALTER TABLE ONLY vs.ask
    ADD CONSTRAINT ask_business_id_contact_id_fkey FOREIGN KEY (business_id, contact_id) REFERENCES vs.contact(business_id, contact_id);
ALTER TABLE ONLY vs.ask
    ADD CONSTRAINT ask_business_id_owner_id_fkey FOREIGN KEY (business_id, owner_id) REFERENCES vs.account(business_id, account_id);
ALTER TABLE ONLY vs.ask
    ADD CONSTRAINT ask_business_id_review_id_fkey FOREIGN KEY (business_id, review_id) REFERENCES vs.review(business_id, review_id);
ALTER TABLE ONLY vs.ask_slot
    ADD CONSTRAINT ask_slot_business_id_ask_id_fkey FOREIGN KEY (business_id, ask_id) REFERENCES vs.ask(business_id, ask_id);
ALTER TABLE ONLY vs.ask_slot
    ADD CONSTRAINT ask_slot_business_id_referral_id_fkey FOREIGN KEY (business_id, referral_id) REFERENCES vs.referral(business_id, referral_id);
ALTER TABLE ONLY vs.baseline
    ADD CONSTRAINT baseline_business_id_deal_id_fkey FOREIGN KEY (business_id, deal_id) REFERENCES vs.deal(business_id, deal_id);
ALTER TABLE ONLY vs.blind_check
    ADD CONSTRAINT blind_check_business_id_partner_id_fkey FOREIGN KEY (business_id, partner_id) REFERENCES vs.partner(business_id, partner_id);
ALTER TABLE ONLY vs.champion
    ADD CONSTRAINT champion_business_id_contact_id_fkey FOREIGN KEY (business_id, contact_id) REFERENCES vs.contact(business_id, contact_id);
ALTER TABLE ONLY vs.champion
    ADD CONSTRAINT champion_business_id_owner_id_fkey FOREIGN KEY (business_id, owner_id) REFERENCES vs.account(business_id, account_id);
ALTER TABLE ONLY vs.champion_step
    ADD CONSTRAINT champion_step_business_id_champion_id_fkey FOREIGN KEY (business_id, champion_id) REFERENCES vs.champion(business_id, champion_id);
ALTER TABLE ONLY vs.checkup
    ADD CONSTRAINT checkup_business_id_contact_id_fkey FOREIGN KEY (business_id, contact_id) REFERENCES vs.contact(business_id, contact_id);
ALTER TABLE ONLY vs.checkup
    ADD CONSTRAINT checkup_business_id_owner_id_fkey FOREIGN KEY (business_id, owner_id) REFERENCES vs.account(business_id, account_id);
ALTER TABLE ONLY vs.claim
    ADD CONSTRAINT claim_business_id_contact_id_fkey FOREIGN KEY (business_id, contact_id) REFERENCES vs.contact(business_id, contact_id);
ALTER TABLE ONLY vs.claim
    ADD CONSTRAINT claim_business_id_referral_id_fkey FOREIGN KEY (business_id, referral_id) REFERENCES vs.referral(business_id, referral_id);
ALTER TABLE ONLY vs.claim
    ADD CONSTRAINT claim_business_id_source_account_fkey FOREIGN KEY (business_id, source_account) REFERENCES vs.account(business_id, account_id);
ALTER TABLE ONLY vs.claim
    ADD CONSTRAINT claim_business_id_source_contact_fkey FOREIGN KEY (business_id, source_contact) REFERENCES vs.contact(business_id, contact_id);
ALTER TABLE ONLY vs.claim
    ADD CONSTRAINT claim_business_id_source_partner_fkey FOREIGN KEY (business_id, source_partner) REFERENCES vs.partner(business_id, partner_id);
ALTER TABLE ONLY vs.claim_decision
    ADD CONSTRAINT claim_decision_business_id_claim_id_fkey FOREIGN KEY (business_id, claim_id) REFERENCES vs.claim(business_id, claim_id);
ALTER TABLE ONLY vs.consent_step
    ADD CONSTRAINT consent_step_business_id_contact_id_fkey FOREIGN KEY (business_id, contact_id) REFERENCES vs.contact(business_id, contact_id);
ALTER TABLE ONLY vs.contact
    ADD CONSTRAINT contact_business_id_organization_id_fkey FOREIGN KEY (business_id, organization_id) REFERENCES vs.organization(business_id, organization_id);
ALTER TABLE ONLY vs.contact
    ADD CONSTRAINT contact_business_id_owner_id_fkey FOREIGN KEY (business_id, owner_id) REFERENCES vs.account(business_id, account_id);
ALTER TABLE ONLY vs.credit
    ADD CONSTRAINT credit_business_id_account_id_fkey FOREIGN KEY (business_id, account_id) REFERENCES vs.account(business_id, account_id);
ALTER TABLE ONLY vs.credit
    ADD CONSTRAINT credit_business_id_contact_id_fkey FOREIGN KEY (business_id, contact_id) REFERENCES vs.contact(business_id, contact_id);
ALTER TABLE ONLY vs.credit
    ADD CONSTRAINT credit_business_id_partner_id_fkey FOREIGN KEY (business_id, partner_id) REFERENCES vs.partner(business_id, partner_id);
ALTER TABLE ONLY vs.credit
    ADD CONSTRAINT credit_business_id_said_by_fkey FOREIGN KEY (business_id, said_by) REFERENCES vs.account(business_id, account_id);
ALTER TABLE ONLY vs.deal
    ADD CONSTRAINT deal_business_id_contact_id_fkey FOREIGN KEY (business_id, contact_id) REFERENCES vs.contact(business_id, contact_id);
ALTER TABLE ONLY vs.deal
    ADD CONSTRAINT deal_business_id_owner_id_fkey FOREIGN KEY (business_id, owner_id) REFERENCES vs.account(business_id, account_id);
ALTER TABLE ONLY vs.deal
    ADD CONSTRAINT deal_business_id_seat_id_fkey FOREIGN KEY (business_id, seat_id) REFERENCES vs.account(business_id, account_id);
ALTER TABLE ONLY vs.device
    ADD CONSTRAINT device_business_id_account_id_fkey FOREIGN KEY (business_id, account_id) REFERENCES vs.account(business_id, account_id);
ALTER TABLE ONLY vs.digest
    ADD CONSTRAINT digest_business_id_account_id_fkey FOREIGN KEY (business_id, account_id) REFERENCES vs.account(business_id, account_id);
ALTER TABLE ONLY vs.dispute
    ADD CONSTRAINT dispute_business_id_contact_id_fkey FOREIGN KEY (business_id, contact_id) REFERENCES vs.contact(business_id, contact_id);
ALTER TABLE ONLY vs.dispute_party
    ADD CONSTRAINT dispute_party_business_id_claim_id_fkey FOREIGN KEY (business_id, claim_id) REFERENCES vs.claim(business_id, claim_id);
ALTER TABLE ONLY vs.dispute_party
    ADD CONSTRAINT dispute_party_business_id_dispute_id_fkey FOREIGN KEY (business_id, dispute_id) REFERENCES vs.dispute(business_id, dispute_id);
ALTER TABLE ONLY vs.enrolment
    ADD CONSTRAINT enrolment_business_id_account_id_fkey FOREIGN KEY (business_id, account_id) REFERENCES vs.account(business_id, account_id);
ALTER TABLE ONLY vs.introduction
    ADD CONSTRAINT introduction_business_id_contact_id_fkey FOREIGN KEY (business_id, contact_id) REFERENCES vs.contact(business_id, contact_id);
ALTER TABLE ONLY vs.introduction
    ADD CONSTRAINT introduction_business_id_other_contact_id_fkey FOREIGN KEY (business_id, other_contact_id) REFERENCES vs.contact(business_id, contact_id);
ALTER TABLE ONLY vs.introduction
    ADD CONSTRAINT introduction_business_id_owner_id_fkey FOREIGN KEY (business_id, owner_id) REFERENCES vs.account(business_id, account_id);
ALTER TABLE ONLY vs.introduction
    ADD CONSTRAINT introduction_business_id_partner_id_fkey FOREIGN KEY (business_id, partner_id) REFERENCES vs.partner(business_id, partner_id);
ALTER TABLE ONLY vs.merge
    ADD CONSTRAINT merge_business_id_kept_id_fkey FOREIGN KEY (business_id, kept_id) REFERENCES vs.contact(business_id, contact_id);
ALTER TABLE ONLY vs.merge
    ADD CONSTRAINT merge_business_id_merged_id_fkey FOREIGN KEY (business_id, merged_id) REFERENCES vs.contact(business_id, contact_id);
ALTER TABLE ONLY vs.merge_move
    ADD CONSTRAINT merge_move_business_id_merge_id_fkey FOREIGN KEY (business_id, merge_id) REFERENCES vs.merge(business_id, merge_id);
ALTER TABLE ONLY vs.password
    ADD CONSTRAINT password_business_id_account_id_fkey FOREIGN KEY (business_id, account_id) REFERENCES vs.account(business_id, account_id);
ALTER TABLE ONLY vs.posting
    ADD CONSTRAINT posting_business_id_reverses_reward_id_credit_debit_value__fkey FOREIGN KEY (business_id, reverses, reward_id, credit, debit, value, currency) REFERENCES vs.posting(business_id, posting_id, reward_id, debit, credit, value, currency);
ALTER TABLE ONLY vs.posting
    ADD CONSTRAINT posting_business_id_reward_id_fkey FOREIGN KEY (business_id, reward_id) REFERENCES vs.reward(business_id, reward_id);
ALTER TABLE ONLY vs.project
    ADD CONSTRAINT project_business_id_contact_id_fkey FOREIGN KEY (business_id, contact_id) REFERENCES vs.contact(business_id, contact_id);
ALTER TABLE ONLY vs.project
    ADD CONSTRAINT project_business_id_deal_id_fkey FOREIGN KEY (business_id, deal_id) REFERENCES vs.deal(business_id, deal_id);
ALTER TABLE ONLY vs.project
    ADD CONSTRAINT project_business_id_owner_id_fkey FOREIGN KEY (business_id, owner_id) REFERENCES vs.account(business_id, account_id);
ALTER TABLE ONLY vs.promise
    ADD CONSTRAINT promise_business_id_contact_id_fkey FOREIGN KEY (business_id, contact_id) REFERENCES vs.contact(business_id, contact_id);
ALTER TABLE ONLY vs.promise
    ADD CONSTRAINT promise_business_id_deal_id_fkey FOREIGN KEY (business_id, deal_id) REFERENCES vs.deal(business_id, deal_id);
ALTER TABLE ONLY vs.promise
    ADD CONSTRAINT promise_business_id_owner_id_fkey FOREIGN KEY (business_id, owner_id) REFERENCES vs.account(business_id, account_id);
ALTER TABLE ONLY vs.promise
    ADD CONSTRAINT promise_business_id_project_id_fkey FOREIGN KEY (business_id, project_id) REFERENCES vs.project(business_id, project_id);
ALTER TABLE ONLY vs.referral
    ADD CONSTRAINT referral_business_id_contact_id_fkey FOREIGN KEY (business_id, contact_id) REFERENCES vs.contact(business_id, contact_id);
ALTER TABLE ONLY vs.referral
    ADD CONSTRAINT referral_business_id_deal_id_fkey FOREIGN KEY (business_id, deal_id) REFERENCES vs.deal(business_id, deal_id);
ALTER TABLE ONLY vs.referral
    ADD CONSTRAINT referral_business_id_given_id_fkey FOREIGN KEY (business_id, given_id) REFERENCES vs.referral(business_id, referral_id);
ALTER TABLE ONLY vs.referral
    ADD CONSTRAINT referral_business_id_owner_id_fkey FOREIGN KEY (business_id, owner_id) REFERENCES vs.account(business_id, account_id);
ALTER TABLE ONLY vs.referral
    ADD CONSTRAINT referral_business_id_source_account_fkey FOREIGN KEY (business_id, source_account) REFERENCES vs.account(business_id, account_id);
ALTER TABLE ONLY vs.referral
    ADD CONSTRAINT referral_business_id_source_contact_fkey FOREIGN KEY (business_id, source_contact) REFERENCES vs.contact(business_id, contact_id);
ALTER TABLE ONLY vs.referral
    ADD CONSTRAINT referral_business_id_source_partner_fkey FOREIGN KEY (business_id, source_partner) REFERENCES vs.partner(business_id, partner_id);
ALTER TABLE ONLY vs.referral
    ADD CONSTRAINT referral_business_id_to_partner_fkey FOREIGN KEY (business_id, to_partner) REFERENCES vs.partner(business_id, partner_id);
ALTER TABLE ONLY vs.referral_step
    ADD CONSTRAINT referral_step_business_id_referral_id_fkey FOREIGN KEY (business_id, referral_id) REFERENCES vs.referral(business_id, referral_id);
ALTER TABLE ONLY vs.review
    ADD CONSTRAINT review_business_id_contact_id_fkey FOREIGN KEY (business_id, contact_id) REFERENCES vs.contact(business_id, contact_id);
ALTER TABLE ONLY vs.review
    ADD CONSTRAINT review_business_id_owner_id_fkey FOREIGN KEY (business_id, owner_id) REFERENCES vs.account(business_id, account_id);
ALTER TABLE ONLY vs.review
    ADD CONSTRAINT review_business_id_project_id_fkey FOREIGN KEY (business_id, project_id) REFERENCES vs.project(business_id, project_id);
ALTER TABLE ONLY vs.reward
    ADD CONSTRAINT reward_business_id_about_contact_id_fkey FOREIGN KEY (business_id, about_contact_id) REFERENCES vs.contact(business_id, contact_id);
ALTER TABLE ONLY vs.reward
    ADD CONSTRAINT reward_business_id_account_id_fkey FOREIGN KEY (business_id, account_id) REFERENCES vs.account(business_id, account_id);
ALTER TABLE ONLY vs.reward
    ADD CONSTRAINT reward_business_id_agreement_id_fkey FOREIGN KEY (business_id, agreement_id) REFERENCES vs.agreement(business_id, agreement_id);
ALTER TABLE ONLY vs.reward
    ADD CONSTRAINT reward_business_id_contact_id_fkey FOREIGN KEY (business_id, contact_id) REFERENCES vs.contact(business_id, contact_id);
ALTER TABLE ONLY vs.reward
    ADD CONSTRAINT reward_business_id_partner_id_fkey FOREIGN KEY (business_id, partner_id) REFERENCES vs.partner(business_id, partner_id);
ALTER TABLE ONLY vs.share
    ADD CONSTRAINT share_business_id_contact_id_fkey FOREIGN KEY (business_id, contact_id) REFERENCES vs.contact(business_id, contact_id);
ALTER TABLE ONLY vs.share
    ADD CONSTRAINT share_business_id_partner_id_fkey FOREIGN KEY (business_id, partner_id) REFERENCES vs.partner(business_id, partner_id);
ALTER TABLE ONLY vs.task
    ADD CONSTRAINT task_business_id_contact_id_fkey FOREIGN KEY (business_id, contact_id) REFERENCES vs.contact(business_id, contact_id);
ALTER TABLE ONLY vs.task
    ADD CONSTRAINT task_business_id_owner_id_fkey FOREIGN KEY (business_id, owner_id) REFERENCES vs.account(business_id, account_id);
ALTER TABLE ONLY vs.testimonial
    ADD CONSTRAINT testimonial_business_id_contact_id_fkey FOREIGN KEY (business_id, contact_id) REFERENCES vs.contact(business_id, contact_id);
ALTER TABLE ONLY vs.testimonial
    ADD CONSTRAINT testimonial_business_id_review_id_fkey FOREIGN KEY (business_id, review_id) REFERENCES vs.review(business_id, review_id);
ALTER TABLE ONLY vs.thanks
    ADD CONSTRAINT thanks_business_id_contact_id_fkey FOREIGN KEY (business_id, contact_id) REFERENCES vs.contact(business_id, contact_id);
ALTER TABLE ONLY vs.thanks
    ADD CONSTRAINT thanks_business_id_owner_id_fkey FOREIGN KEY (business_id, owner_id) REFERENCES vs.account(business_id, account_id);
ALTER TABLE ONLY vs.thanks
    ADD CONSTRAINT thanks_business_id_partner_id_fkey FOREIGN KEY (business_id, partner_id) REFERENCES vs.partner(business_id, partner_id);
ALTER TABLE ONLY vs.token
    ADD CONSTRAINT token_business_id_account_id_fkey FOREIGN KEY (business_id, account_id) REFERENCES vs.account(business_id, account_id);
ALTER TABLE ONLY vs.wanted
    ADD CONSTRAINT wanted_business_id_contact_id_fkey FOREIGN KEY (business_id, contact_id) REFERENCES vs.contact(business_id, contact_id);
ALTER TABLE ONLY vs.wanted
    ADD CONSTRAINT wanted_business_id_referral_id_fkey FOREIGN KEY (business_id, referral_id) REFERENCES vs.referral(business_id, referral_id);
ALTER TABLE vs.account ENABLE ROW LEVEL SECURITY;
ALTER TABLE vs.agreement ENABLE ROW LEVEL SECURITY;
ALTER TABLE vs.ask ENABLE ROW LEVEL SECURITY;
ALTER TABLE vs.ask_day ENABLE ROW LEVEL SECURITY;
ALTER TABLE vs.ask_place ENABLE ROW LEVEL SECURITY;
ALTER TABLE vs.ask_slot ENABLE ROW LEVEL SECURITY;
ALTER TABLE vs.attribute ENABLE ROW LEVEL SECURITY;
ALTER TABLE vs.baseline ENABLE ROW LEVEL SECURITY;
CREATE POLICY batch ON vs.account TO vs_toucher USING ((strpos(current_setting('vs.business'::text, true), (business_id)::text) > 0));
CREATE POLICY batch ON vs.contact TO vs_toucher USING ((strpos(current_setting('vs.business'::text, true), (business_id)::text) > 0));
CREATE POLICY batch ON vs.contact_stage TO vs_toucher USING ((strpos(current_setting('vs.business'::text, true), (business_id)::text) > 0));
CREATE POLICY batch ON vs.due TO vs_toucher USING ((strpos(current_setting('vs.business'::text, true), (business_id)::text) > 0));
CREATE POLICY batch ON vs.feed TO vs_toucher USING ((strpos(current_setting('vs.business'::text, true), (business_id)::text) > 0));
CREATE POLICY batch ON vs.promise TO vs_toucher USING ((strpos(current_setting('vs.business'::text, true), (business_id)::text) > 0));
CREATE POLICY batch ON vs.setting TO vs_toucher USING ((strpos(current_setting('vs.business'::text, true), (business_id)::text) > 0));
CREATE POLICY batch ON vs.share TO vs_toucher USING ((strpos(current_setting('vs.business'::text, true), (business_id)::text) > 0));
CREATE POLICY batch ON vs.stage_entry TO vs_toucher USING ((strpos(current_setting('vs.business'::text, true), (business_id)::text) > 0));
CREATE POLICY batch ON vs.strike TO vs_toucher USING ((strpos(current_setting('vs.business'::text, true), (business_id)::text) > 0));
CREATE POLICY batch ON vs.tally_slip TO vs_toucher USING ((strpos(current_setting('vs.business'::text, true), (business_id)::text) > 0));
CREATE POLICY batch ON vs.touchpoint TO vs_toucher USING ((strpos(current_setting('vs.business'::text, true), (business_id)::text) > 0));
ALTER TABLE vs.blind_check ENABLE ROW LEVEL SECURITY;
ALTER TABLE vs.business ENABLE ROW LEVEL SECURITY;
ALTER TABLE vs.champion ENABLE ROW LEVEL SECURITY;
ALTER TABLE vs.champion_step ENABLE ROW LEVEL SECURITY;
ALTER TABLE vs.change ENABLE ROW LEVEL SECURITY;
ALTER TABLE vs.checkup ENABLE ROW LEVEL SECURITY;
ALTER TABLE vs.claim ENABLE ROW LEVEL SECURITY;
ALTER TABLE vs.claim_decision ENABLE ROW LEVEL SECURITY;
ALTER TABLE vs.consent_hash ENABLE ROW LEVEL SECURITY;
ALTER TABLE vs.consent_step ENABLE ROW LEVEL SECURITY;
ALTER TABLE vs.contact ENABLE ROW LEVEL SECURITY;
ALTER TABLE vs.contact_stage ENABLE ROW LEVEL SECURITY;
ALTER TABLE vs.contact_was ENABLE ROW LEVEL SECURITY;
ALTER TABLE vs.counter ENABLE ROW LEVEL SECURITY;
ALTER TABLE vs.credit ENABLE ROW LEVEL SECURITY;
ALTER TABLE vs.deal ENABLE ROW LEVEL SECURITY;
ALTER TABLE vs.device ENABLE ROW LEVEL SECURITY;
ALTER TABLE vs.digest ENABLE ROW LEVEL SECURITY;
ALTER TABLE vs.dispute ENABLE ROW LEVEL SECURITY;
ALTER TABLE vs.dispute_party ENABLE ROW LEVEL SECURITY;
ALTER TABLE vs.due ENABLE ROW LEVEL SECURITY;
ALTER TABLE vs.enrolment ENABLE ROW LEVEL SECURITY;
ALTER TABLE vs.fact ENABLE ROW LEVEL SECURITY;
ALTER TABLE vs.feed ENABLE ROW LEVEL SECURITY;
ALTER TABLE vs.holiday ENABLE ROW LEVEL SECURITY;
ALTER TABLE vs.introduction ENABLE ROW LEVEL SECURITY;
CREATE POLICY kept ON vs.touchpoint AS RESTRICTIVE FOR SELECT TO vs_staff, vs_partner USING ((refusal IS NULL));
CREATE POLICY login ON vs.secret FOR SELECT TO vs_login USING (true);
ALTER TABLE vs.merge ENABLE ROW LEVEL SECURITY;
ALTER TABLE vs.merge_move ENABLE ROW LEVEL SECURITY;
ALTER TABLE vs.metric_cell ENABLE ROW LEVEL SECURITY;
ALTER TABLE vs.metric_fold ENABLE ROW LEVEL SECURITY;
ALTER TABLE vs.organization ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON vs.account AS RESTRICTIVE FOR SELECT TO vs_partner USING ((partner_id = (NULLIF(current_setting('vs.partner'::text, true), ''::text))::uuid));
CREATE POLICY own ON vs.claim AS RESTRICTIVE FOR SELECT TO vs_partner USING ((source_partner = (NULLIF(current_setting('vs.partner'::text, true), ''::text))::uuid));
CREATE POLICY own ON vs.claim_decision AS RESTRICTIVE FOR SELECT TO vs_partner USING ((EXISTS ( SELECT
   FROM vs.claim c
  WHERE ((c.business_id = claim_decision.business_id) AND (c.claim_id = claim_decision.claim_id)))));
CREATE POLICY own ON vs.dispute_party AS RESTRICTIVE FOR SELECT TO vs_partner USING ((partner_id = (NULLIF(current_setting('vs.partner'::text, true), ''::text))::uuid));
CREATE POLICY own ON vs.partner AS RESTRICTIVE FOR SELECT TO vs_partner USING ((partner_id = (NULLIF(current_setting('vs.partner'::text, true), ''::text))::uuid));
CREATE POLICY own ON vs.posting AS RESTRICTIVE FOR SELECT TO vs_partner USING ((EXISTS ( SELECT
   FROM vs.reward r
  WHERE ((r.business_id = posting.business_id) AND (r.reward_id = posting.reward_id)))));
CREATE POLICY own ON vs.reward AS RESTRICTIVE FOR SELECT TO vs_partner USING ((partner_id = (NULLIF(current_setting('vs.partner'::text, true), ''::text))::uuid));
CREATE POLICY own ON vs.share AS RESTRICTIVE FOR SELECT TO vs_partner USING ((partner_id = (NULLIF(current_setting('vs.partner'::text, true), ''::text))::uuid));
CREATE POLICY owner ON vs.account TO vs_owner USING (true);
CREATE POLICY owner ON vs.agreement TO vs_owner USING (true);
CREATE POLICY owner ON vs.ask TO vs_owner USING (true);
CREATE POLICY owner ON vs.ask_day TO vs_owner USING (true);
CREATE POLICY owner ON vs.ask_place TO vs_owner USING (true);
CREATE POLICY owner ON vs.ask_slot TO vs_owner USING (true);
CREATE POLICY owner ON vs.attribute TO vs_owner USING (true);
CREATE POLICY owner ON vs.baseline TO vs_owner USING (true);
CREATE POLICY owner ON vs.blind_check TO vs_owner USING (true);
CREATE POLICY owner ON vs.business TO vs_owner USING (true);
CREATE POLICY owner ON vs.champion TO vs_owner USING (true);
CREATE POLICY owner ON vs.champion_step TO vs_owner USING (true);
CREATE POLICY owner ON vs.change TO vs_owner USING (true);
CREATE POLICY owner ON vs.checkup TO vs_owner USING (true);
CREATE POLICY owner ON vs.claim TO vs_owner USING (true);
CREATE POLICY owner ON vs.claim_decision TO vs_owner USING (true);
CREATE POLICY owner ON vs.consent_hash TO vs_owner USING (true);
CREATE POLICY owner ON vs.consent_step TO vs_owner USING (true);
CREATE POLICY owner ON vs.contact TO vs_owner USING (true);
CREATE POLICY owner ON vs.contact_stage TO vs_owner USING (true);
CREATE POLICY owner ON vs.contact_was TO vs_owner USING (true);
CREATE POLICY owner ON vs.counter TO vs_owner USING (true);
CREATE POLICY owner ON vs.credit TO vs_owner USING (true);
CREATE POLICY owner ON vs.deal TO vs_owner USING (true);
CREATE POLICY owner ON vs.device TO vs_owner USING (true);
CREATE POLICY owner ON vs.digest TO vs_owner USING (true);
CREATE POLICY owner ON vs.dispute TO vs_owner USING (true);
CREATE POLICY owner ON vs.dispute_party TO vs_owner USING (true);
CREATE POLICY owner ON vs.due TO vs_owner USING (true);
CREATE POLICY owner ON vs.enrolment TO vs_owner USING (true);
CREATE POLICY owner ON vs.fact TO vs_owner USING (true);
CREATE POLICY owner ON vs.feed TO vs_owner USING (true);
CREATE POLICY owner ON vs.holiday TO vs_owner USING (true);
CREATE POLICY owner ON vs.introduction TO vs_owner USING (true);
CREATE POLICY owner ON vs.merge TO vs_owner USING (true);
CREATE POLICY owner ON vs.merge_move TO vs_owner USING (true);
CREATE POLICY owner ON vs.metric_cell TO vs_owner USING (true);
CREATE POLICY owner ON vs.metric_fold TO vs_owner USING (true);
CREATE POLICY owner ON vs.organization TO vs_owner USING (true);
CREATE POLICY owner ON vs.partner TO vs_owner USING (true);
CREATE POLICY owner ON vs.password TO vs_owner USING (true);
CREATE POLICY owner ON vs.posting TO vs_owner USING (true);
CREATE POLICY owner ON vs.project TO vs_owner USING (true);
CREATE POLICY owner ON vs.promise TO vs_owner USING (true);
CREATE POLICY owner ON vs.referral TO vs_owner USING (true);
CREATE POLICY owner ON vs.referral_step TO vs_owner USING (true);
CREATE POLICY owner ON vs.review TO vs_owner USING (true);
CREATE POLICY owner ON vs.reward TO vs_owner USING (true);
CREATE POLICY owner ON vs.secret TO vs_owner USING (true);
CREATE POLICY owner ON vs.setting TO vs_owner USING (true);
CREATE POLICY owner ON vs.share TO vs_owner USING (true);
CREATE POLICY owner ON vs.stage_entry TO vs_owner USING (true);
CREATE POLICY owner ON vs.stage_set TO vs_owner USING (true);
CREATE POLICY owner ON vs.strike TO vs_owner USING (true);
CREATE POLICY owner ON vs.tally TO vs_owner USING (true);
CREATE POLICY owner ON vs.tally_slip TO vs_owner USING (true);
CREATE POLICY owner ON vs.task TO vs_owner USING (true);
CREATE POLICY owner ON vs.testimonial TO vs_owner USING (true);
CREATE POLICY owner ON vs.thanks TO vs_owner USING (true);
CREATE POLICY owner ON vs.token TO vs_owner USING (true);
CREATE POLICY owner ON vs.touchpoint TO vs_owner USING (true);
CREATE POLICY owner ON vs.wanted TO vs_owner USING (true);
ALTER TABLE vs.partner ENABLE ROW LEVEL SECURITY;
CREATE POLICY party ON vs.dispute AS RESTRICTIVE FOR SELECT TO vs_partner USING ((EXISTS ( SELECT
   FROM vs.dispute_party p
  WHERE ((p.business_id = dispute.business_id) AND (p.dispute_id = dispute.dispute_id)))));
CREATE POLICY party ON vs.referral AS RESTRICTIVE FOR SELECT TO vs_partner USING ((((NULLIF(current_setting('vs.partner'::text, true), ''::text))::uuid = source_partner) OR ((NULLIF(current_setting('vs.partner'::text, true), ''::text))::uuid = to_partner)));
CREATE POLICY party ON vs.referral_step AS RESTRICTIVE FOR SELECT TO vs_partner USING ((EXISTS ( SELECT
   FROM vs.referral r
  WHERE ((r.business_id = referral_step.business_id) AND (r.referral_id = referral_step.referral_id)))));
ALTER TABLE vs.password ENABLE ROW LEVEL SECURITY;
ALTER TABLE vs.posting ENABLE ROW LEVEL SECURITY;
ALTER TABLE vs.project ENABLE ROW LEVEL SECURITY;
ALTER TABLE vs.promise ENABLE ROW LEVEL SECURITY;
ALTER TABLE vs.referral ENABLE ROW LEVEL SECURITY;
ALTER TABLE vs.referral_step ENABLE ROW LEVEL SECURITY;
ALTER TABLE vs.review ENABLE ROW LEVEL SECURITY;
ALTER TABLE vs.reward ENABLE ROW LEVEL SECURITY;
ALTER TABLE vs.secret ENABLE ROW LEVEL SECURITY;
ALTER TABLE vs.setting ENABLE ROW LEVEL SECURITY;
ALTER TABLE vs.share ENABLE ROW LEVEL SECURITY;
CREATE POLICY shared ON vs.contact AS RESTRICTIVE FOR SELECT TO vs_partner USING ((EXISTS ( SELECT
   FROM vs.share s
  WHERE ((s.business_id = contact.business_id) AND (s.contact_id = contact.head_id) AND (s.revoked_at IS NULL) AND (s.partner_id = (NULLIF(current_setting('vs.partner'::text, true), ''::text))::uuid)))));
CREATE POLICY shared ON vs.contact_stage AS RESTRICTIVE FOR SELECT TO vs_partner USING ((EXISTS ( SELECT
   FROM vs.contact c
  WHERE ((c.business_id = contact_stage.business_id) AND (c.contact_id = contact_stage.contact_id)))));
CREATE POLICY shared ON vs.strike AS RESTRICTIVE FOR SELECT TO vs_partner USING ((EXISTS ( SELECT
   FROM vs.touchpoint t
  WHERE ((t.business_id = strike.business_id) AND (t.id = strike.touchpoint_id)))));
CREATE POLICY shared ON vs.touchpoint AS RESTRICTIVE FOR SELECT TO vs_partner USING ((((partner_id = (NULLIF(current_setting('vs.partner'::text, true), ''::text))::uuid) OR ((partner_id IS NULL) AND (((flags)::integer & 1) = 1))) AND (EXISTS ( SELECT
   FROM vs.contact c
  WHERE ((c.business_id = touchpoint.business_id) AND (c.contact_id = touchpoint.contact_id))))));
ALTER TABLE vs.stage_entry ENABLE ROW LEVEL SECURITY;
ALTER TABLE vs.stage_set ENABLE ROW LEVEL SECURITY;
ALTER TABLE vs.strike ENABLE ROW LEVEL SECURITY;
CREATE POLICY system ON vs.due TO vs_system USING (true);
CREATE POLICY system ON vs.feed TO vs_system USING (true);
CREATE POLICY system ON vs.tally_slip TO vs_system USING (true);
ALTER TABLE vs.tally ENABLE ROW LEVEL SECURITY;
ALTER TABLE vs.tally_slip ENABLE ROW LEVEL SECURITY;
ALTER TABLE vs.task ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON vs.account TO vs_writer, vs_staff, vs_partner, vs_login USING ((business_id = (NULLIF(current_setting('vs.business'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON vs.agreement TO vs_writer, vs_staff, vs_partner, vs_system USING ((business_id = (NULLIF(current_setting('vs.business'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON vs.ask TO vs_writer, vs_staff, vs_partner, vs_system USING ((business_id = (NULLIF(current_setting('vs.business'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON vs.ask_day TO vs_writer, vs_staff, vs_partner, vs_system USING ((business_id = (NULLIF(current_setting('vs.business'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON vs.ask_place TO vs_writer, vs_staff, vs_partner, vs_system USING ((business_id = (NULLIF(current_setting('vs.business'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON vs.ask_slot TO vs_writer, vs_staff, vs_partner, vs_system USING ((business_id = (NULLIF(current_setting('vs.business'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON vs.attribute TO vs_writer, vs_staff, vs_partner, vs_login USING ((business_id = (NULLIF(current_setting('vs.business'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON vs.baseline TO vs_writer, vs_staff, vs_partner, vs_system USING ((business_id = (NULLIF(current_setting('vs.business'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON vs.blind_check TO vs_writer, vs_staff, vs_partner, vs_system USING ((business_id = (NULLIF(current_setting('vs.business'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON vs.business TO vs_writer, vs_staff, vs_partner, vs_login USING ((business_id = (NULLIF(current_setting('vs.business'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON vs.champion TO vs_writer, vs_staff, vs_partner, vs_system USING ((business_id = (NULLIF(current_setting('vs.business'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON vs.champion_step TO vs_writer, vs_staff, vs_partner, vs_system USING ((business_id = (NULLIF(current_setting('vs.business'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON vs.change TO vs_writer, vs_staff, vs_partner, vs_login USING ((business_id = (NULLIF(current_setting('vs.business'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON vs.checkup TO vs_writer, vs_staff, vs_partner, vs_system USING ((business_id = (NULLIF(current_setting('vs.business'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON vs.claim TO vs_writer, vs_staff, vs_partner, vs_system USING ((business_id = (NULLIF(current_setting('vs.business'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON vs.claim_decision TO vs_writer, vs_staff, vs_partner, vs_system USING ((business_id = (NULLIF(current_setting('vs.business'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON vs.consent_hash TO vs_writer, vs_staff, vs_partner, vs_system USING ((business_id = (NULLIF(current_setting('vs.business'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON vs.consent_step TO vs_writer, vs_staff, vs_partner, vs_system USING ((business_id = (NULLIF(current_setting('vs.business'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON vs.contact TO vs_writer, vs_staff, vs_partner, vs_login USING ((business_id = (NULLIF(current_setting('vs.business'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON vs.contact_stage TO vs_writer, vs_staff, vs_partner, vs_login USING ((business_id = (NULLIF(current_setting('vs.business'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON vs.contact_was TO vs_writer, vs_staff, vs_partner, vs_system USING ((business_id = (NULLIF(current_setting('vs.business'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON vs.counter TO vs_writer, vs_staff, vs_partner, vs_login USING ((business_id = (NULLIF(current_setting('vs.business'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON vs.credit TO vs_writer, vs_staff, vs_partner, vs_system USING ((business_id = (NULLIF(current_setting('vs.business'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON vs.deal TO vs_writer, vs_staff, vs_partner, vs_system USING ((business_id = (NULLIF(current_setting('vs.business'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON vs.device TO vs_writer, vs_staff, vs_partner, vs_login USING ((business_id = (NULLIF(current_setting('vs.business'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON vs.digest TO vs_writer, vs_staff, vs_partner, vs_system USING ((business_id = (NULLIF(current_setting('vs.business'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON vs.dispute TO vs_writer, vs_staff, vs_partner, vs_system USING ((business_id = (NULLIF(current_setting('vs.business'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON vs.dispute_party TO vs_writer, vs_staff, vs_partner, vs_system USING ((business_id = (NULLIF(current_setting('vs.business'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON vs.due TO vs_writer, vs_staff, vs_partner, vs_system USING ((business_id = (NULLIF(current_setting('vs.business'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON vs.enrolment TO vs_writer, vs_staff, vs_partner, vs_login USING ((business_id = (NULLIF(current_setting('vs.business'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON vs.fact TO vs_writer, vs_staff, vs_partner, vs_system USING ((business_id = (NULLIF(current_setting('vs.business'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON vs.feed TO vs_writer, vs_staff, vs_partner, vs_login USING ((business_id = (NULLIF(current_setting('vs.business'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON vs.holiday TO vs_writer, vs_staff, vs_partner, vs_system USING ((business_id = (NULLIF(current_setting('vs.business'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON vs.introduction TO vs_writer, vs_staff, vs_partner, vs_system USING ((business_id = (NULLIF(current_setting('vs.business'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON vs.merge TO vs_writer, vs_staff, vs_partner, vs_system USING ((business_id = (NULLIF(current_setting('vs.business'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON vs.merge_move TO vs_writer, vs_staff, vs_partner, vs_system USING ((business_id = (NULLIF(current_setting('vs.business'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON vs.metric_cell TO vs_writer, vs_staff, vs_partner, vs_system USING ((business_id = (NULLIF(current_setting('vs.business'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON vs.metric_fold TO vs_writer, vs_staff, vs_partner, vs_system USING ((business_id = (NULLIF(current_setting('vs.business'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON vs.organization TO vs_writer, vs_staff, vs_partner, vs_login USING ((business_id = (NULLIF(current_setting('vs.business'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON vs.partner TO vs_writer, vs_staff, vs_partner, vs_login USING ((business_id = (NULLIF(current_setting('vs.business'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON vs.password TO vs_writer, vs_staff, vs_login USING ((business_id = (NULLIF(current_setting('vs.business'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON vs.posting TO vs_writer, vs_staff, vs_partner, vs_system USING ((business_id = (NULLIF(current_setting('vs.business'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON vs.project TO vs_writer, vs_staff, vs_partner, vs_system USING ((business_id = (NULLIF(current_setting('vs.business'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON vs.promise TO vs_writer, vs_staff, vs_partner, vs_system USING ((business_id = (NULLIF(current_setting('vs.business'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON vs.referral TO vs_writer, vs_staff, vs_partner, vs_system USING ((business_id = (NULLIF(current_setting('vs.business'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON vs.referral_step TO vs_writer, vs_staff, vs_partner, vs_system USING ((business_id = (NULLIF(current_setting('vs.business'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON vs.review TO vs_writer, vs_staff, vs_partner, vs_system USING ((business_id = (NULLIF(current_setting('vs.business'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON vs.reward TO vs_writer, vs_staff, vs_partner, vs_system USING ((business_id = (NULLIF(current_setting('vs.business'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON vs.setting TO vs_writer, vs_staff, vs_partner, vs_system USING ((business_id = (NULLIF(current_setting('vs.business'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON vs.share TO vs_writer, vs_staff, vs_partner, vs_login USING ((business_id = (NULLIF(current_setting('vs.business'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON vs.stage_entry TO vs_writer, vs_staff, vs_partner, vs_system USING ((business_id = (NULLIF(current_setting('vs.business'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON vs.stage_set TO vs_writer, vs_staff USING ((business_id = (NULLIF(current_setting('vs.business'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON vs.strike TO vs_writer, vs_staff, vs_partner, vs_login USING ((business_id = (NULLIF(current_setting('vs.business'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON vs.tally TO vs_writer, vs_staff, vs_partner, vs_login USING ((business_id = (NULLIF(current_setting('vs.business'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON vs.tally_slip TO vs_writer, vs_staff, vs_partner, vs_system USING ((business_id = (NULLIF(current_setting('vs.business'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON vs.task TO vs_writer, vs_staff, vs_partner, vs_system USING ((business_id = (NULLIF(current_setting('vs.business'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON vs.testimonial TO vs_writer, vs_staff, vs_partner, vs_system USING ((business_id = (NULLIF(current_setting('vs.business'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON vs.thanks TO vs_writer, vs_staff, vs_partner, vs_system USING ((business_id = (NULLIF(current_setting('vs.business'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON vs.token TO vs_writer, vs_staff, vs_partner, vs_login USING ((business_id = (NULLIF(current_setting('vs.business'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON vs.touchpoint TO vs_writer, vs_staff, vs_partner, vs_login USING ((business_id = (NULLIF(current_setting('vs.business'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON vs.wanted TO vs_writer, vs_staff, vs_partner, vs_system USING ((business_id = (NULLIF(current_setting('vs.business'::text, true), ''::text))::uuid));
CREATE POLICY tenant_system ON vs.account TO vs_system USING ((business_id = (NULLIF(current_setting('vs.business'::text, true), ''::text))::uuid));
CREATE POLICY tenant_system ON vs.business TO vs_system USING ((business_id = (NULLIF(current_setting('vs.business'::text, true), ''::text))::uuid));
CREATE POLICY tenant_system ON vs.change TO vs_system USING ((business_id = (NULLIF(current_setting('vs.business'::text, true), ''::text))::uuid));
CREATE POLICY tenant_system ON vs.contact TO vs_system USING ((business_id = (NULLIF(current_setting('vs.business'::text, true), ''::text))::uuid));
CREATE POLICY tenant_system ON vs.contact_stage TO vs_system USING ((business_id = (NULLIF(current_setting('vs.business'::text, true), ''::text))::uuid));
CREATE POLICY tenant_system ON vs.counter TO vs_system USING ((business_id = (NULLIF(current_setting('vs.business'::text, true), ''::text))::uuid));
CREATE POLICY tenant_system ON vs.organization TO vs_system USING ((business_id = (NULLIF(current_setting('vs.business'::text, true), ''::text))::uuid));
CREATE POLICY tenant_system ON vs.partner TO vs_system USING ((business_id = (NULLIF(current_setting('vs.business'::text, true), ''::text))::uuid));
CREATE POLICY tenant_system ON vs.share TO vs_system USING ((business_id = (NULLIF(current_setting('vs.business'::text, true), ''::text))::uuid));
CREATE POLICY tenant_system ON vs.stage_set TO vs_system USING ((business_id = (NULLIF(current_setting('vs.business'::text, true), ''::text))::uuid));
CREATE POLICY tenant_system ON vs.strike TO vs_system USING ((business_id = (NULLIF(current_setting('vs.business'::text, true), ''::text))::uuid));
CREATE POLICY tenant_system ON vs.tally TO vs_system USING ((business_id = (NULLIF(current_setting('vs.business'::text, true), ''::text))::uuid));
CREATE POLICY tenant_system ON vs.touchpoint TO vs_system USING ((business_id = (NULLIF(current_setting('vs.business'::text, true), ''::text))::uuid));
ALTER TABLE vs.testimonial ENABLE ROW LEVEL SECURITY;
ALTER TABLE vs.thanks ENABLE ROW LEVEL SECURITY;
ALTER TABLE vs.token ENABLE ROW LEVEL SECURITY;
ALTER TABLE vs.touchpoint ENABLE ROW LEVEL SECURITY;
ALTER TABLE vs.wanted ENABLE ROW LEVEL SECURITY;
GRANT USAGE ON SCHEMA vs TO vs_writer;
GRANT USAGE ON SCHEMA vs TO vs_staff;
GRANT USAGE ON SCHEMA vs TO vs_partner;
GRANT USAGE ON SCHEMA vs TO vs_login;
GRANT USAGE ON SCHEMA vs TO vs_system;
GRANT USAGE ON SCHEMA vs TO vs_toucher;
GRANT SELECT,INSERT,UPDATE ON TABLE vs.claim TO vs_writer;
GRANT SELECT ON TABLE vs.claim TO vs_staff;
GRANT SELECT ON TABLE vs.claim TO vs_system;
GRANT SELECT(business_id) ON TABLE vs.claim TO vs_partner;
GRANT SELECT(claim_id) ON TABLE vs.claim TO vs_partner;
GRANT SELECT(referral_id) ON TABLE vs.claim TO vs_partner;
GRANT SELECT(source_partner) ON TABLE vs.claim TO vs_partner;
GRANT SELECT(evidence) ON TABLE vs.claim TO vs_partner;
GRANT SELECT(claimed_at) ON TABLE vs.claim TO vs_partner;
GRANT SELECT(verdict) ON TABLE vs.claim TO vs_partner;
GRANT SELECT(because) ON TABLE vs.claim TO vs_partner;
GRANT SELECT(rule_version) ON TABLE vs.claim TO vs_partner;
GRANT SELECT(credit_until) ON TABLE vs.claim TO vs_partner;
GRANT SELECT(holds) ON TABLE vs.claim TO vs_partner;
REVOKE ALL ON FUNCTION vs.consent_expire(b uuid, contact uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION vs.consent_expire(b uuid, contact uuid) TO vs_system;
REVOKE ALL ON FUNCTION vs.consent_from_referral(b uuid, id uuid, by uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION vs.consent_from_referral(b uuid, id uuid, by uuid) TO vs_writer;
REVOKE ALL ON FUNCTION vs.consent_hash_of(b uuid, address text) FROM PUBLIC;
GRANT SELECT ON TABLE vs.contact TO vs_staff;
GRANT SELECT,INSERT,UPDATE ON TABLE vs.contact TO vs_writer;
GRANT SELECT ON TABLE vs.contact TO vs_system;
GRANT SELECT(business_id) ON TABLE vs.contact TO vs_partner;
GRANT SELECT(business_id) ON TABLE vs.contact TO vs_toucher;
GRANT SELECT(contact_id) ON TABLE vs.contact TO vs_partner;
GRANT SELECT(contact_id) ON TABLE vs.contact TO vs_toucher;
GRANT SELECT(head_id) ON TABLE vs.contact TO vs_partner;
GRANT SELECT(head_id) ON TABLE vs.contact TO vs_toucher;
GRANT SELECT(number) ON TABLE vs.contact TO vs_partner;
GRANT SELECT(name) ON TABLE vs.contact TO vs_partner;
GRANT SELECT(name_key) ON TABLE vs.contact TO vs_partner;
GRANT SELECT(stage_set) ON TABLE vs.contact TO vs_partner;
GRANT SELECT(stage_set) ON TABLE vs.contact TO vs_toucher;
GRANT SELECT(stage_set_at) ON TABLE vs.contact TO vs_partner;
GRANT SELECT(stage_set_at) ON TABLE vs.contact TO vs_toucher;
GRANT SELECT(erased_at) ON TABLE vs.contact TO vs_partner;
GRANT SELECT(erased_at) ON TABLE vs.contact TO vs_toucher;
REVOKE ALL ON FUNCTION vs.consent_keep_hash(b uuid, c vs.contact, for_why smallint) FROM PUBLIC;
REVOKE ALL ON FUNCTION vs.consent_known(b uuid, email text, phone text, for_why smallint) FROM PUBLIC;
GRANT ALL ON FUNCTION vs.consent_known(b uuid, email text, phone text, for_why smallint) TO vs_writer;
REVOKE ALL ON FUNCTION vs.consent_set(b uuid, contact uuid, to_state smallint, by uuid, why text, clock boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION vs.consent_set(b uuid, contact uuid, to_state smallint, by uuid, why text, clock boolean) TO vs_writer;
REVOKE ALL ON FUNCTION vs.consent_suppress(b uuid, contact uuid, by uuid, said text) FROM PUBLIC;
REVOKE ALL ON FUNCTION vs.contact_merge(b uuid, id uuid, kept uuid, merged uuid, why text, by uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION vs.contact_merge(b uuid, id uuid, kept uuid, merged uuid, why text, by uuid) TO vs_writer;
REVOKE ALL ON FUNCTION vs.contact_search(q text, exact text, num bigint, how_many integer) FROM PUBLIC;
GRANT ALL ON FUNCTION vs.contact_search(q text, exact text, num bigint, how_many integer) TO vs_staff;
GRANT ALL ON FUNCTION vs.contact_search(q text, exact text, num bigint, how_many integer) TO vs_partner;
REVOKE ALL ON FUNCTION vs.contact_unmerge(b uuid, id uuid, by uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION vs.contact_unmerge(b uuid, id uuid, by uuid) TO vs_writer;
GRANT SELECT,INSERT,UPDATE ON TABLE vs.deal TO vs_writer;
GRANT SELECT ON TABLE vs.deal TO vs_staff;
GRANT SELECT ON TABLE vs.deal TO vs_system;
REVOKE ALL ON FUNCTION vs.merge_put(b uuid, id uuid, j jsonb) FROM PUBLIC;
REVOKE ALL ON FUNCTION vs.merge_settle(b uuid, id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION vs.merge_settle(b uuid, id uuid) TO vs_system;
REVOKE ALL ON FUNCTION vs.merge_shares(b uuid, kept vs.contact, merged vs.contact) FROM PUBLIC;
REVOKE ALL ON FUNCTION vs.merge_unshares(b uuid, kept uuid, merged uuid, shares jsonb) FROM PUBLIC;
REVOKE ALL ON FUNCTION vs.merge_unyield(b uuid, merge uuid) FROM PUBLIC;
GRANT SELECT ON TABLE vs.contact_part TO vs_staff;
GRANT SELECT ON TABLE vs.contact_part TO vs_writer;
REVOKE ALL ON FUNCTION vs.merge_yield(b uuid, id uuid, kept uuid, merged uuid, p vs.contact_part) FROM PUBLIC;
REVOKE ALL ON FUNCTION vs.metric_refold() FROM PUBLIC;
GRANT SELECT ON TABLE vs.referral_clock TO vs_writer;
GRANT SELECT ON TABLE vs.referral_clock TO vs_staff;
GRANT SELECT ON TABLE vs.referral_clock TO vs_partner;
GRANT SELECT ON TABLE vs.referral_clock TO vs_system;
GRANT SELECT,INSERT,UPDATE ON TABLE vs.referral TO vs_writer;
GRANT SELECT ON TABLE vs.referral TO vs_staff;
GRANT SELECT ON TABLE vs.referral TO vs_system;
GRANT SELECT(business_id) ON TABLE vs.referral TO vs_partner;
GRANT SELECT(referral_id) ON TABLE vs.referral TO vs_partner;
GRANT SELECT(number) ON TABLE vs.referral TO vs_partner;
GRANT SELECT(direction) ON TABLE vs.referral TO vs_partner;
GRANT SELECT(state) ON TABLE vs.referral TO vs_partner;
GRANT SELECT(held_from) ON TABLE vs.referral TO vs_partner;
GRANT SELECT(person) ON TABLE vs.referral TO vs_partner;
GRANT SELECT(email) ON TABLE vs.referral TO vs_partner;
GRANT SELECT(phone) ON TABLE vs.referral TO vs_partner;
GRANT SELECT(source_partner) ON TABLE vs.referral TO vs_partner;
GRANT SELECT(to_partner) ON TABLE vs.referral TO vs_partner;
GRANT SELECT(because) ON TABLE vs.referral TO vs_partner;
GRANT SELECT(cause) ON TABLE vs.referral TO vs_partner;
GRANT SELECT(phrase) ON TABLE vs.referral TO vs_partner;
GRANT SELECT(level) ON TABLE vs.referral TO vs_partner;
GRANT SELECT(level_confirmed) ON TABLE vs.referral TO vs_partner;
GRANT SELECT(consent) ON TABLE vs.referral TO vs_partner;
GRANT SELECT(history) ON TABLE vs.referral TO vs_partner;
GRANT SELECT(made_at) ON TABLE vs.referral TO vs_partner;
GRANT SELECT(happened_at) ON TABLE vs.referral TO vs_partner;
GRANT SELECT(opened_at) ON TABLE vs.referral TO vs_partner;
GRANT SELECT(decided_at) ON TABLE vs.referral TO vs_partner;
GRANT SELECT(caller) ON TABLE vs.referral TO vs_partner;
GRANT SELECT(call_on) ON TABLE vs.referral TO vs_partner;
GRANT SELECT(contacted_at) ON TABLE vs.referral TO vs_partner;
GRANT SELECT(appointment_at) ON TABLE vs.referral TO vs_partner;
GRANT SELECT(appointment) ON TABLE vs.referral TO vs_partner;
GRANT SELECT(closed_at) ON TABLE vs.referral TO vs_partner;
GRANT SELECT(reason) ON TABLE vs.referral TO vs_partner;
GRANT SELECT(outcome) ON TABLE vs.referral TO vs_partner;
GRANT SELECT(receipt_thanked_at) ON TABLE vs.referral TO vs_partner;
GRANT SELECT(told_at) ON TABLE vs.referral TO vs_partner;
GRANT SELECT(thanked_at) ON TABLE vs.referral TO vs_partner;
GRANT UPDATE(clock) ON TABLE vs.referral TO vs_system;
GRANT SELECT(clock) ON TABLE vs.referral TO vs_partner;
GRANT UPDATE(clock_at) ON TABLE vs.referral TO vs_system;
GRANT SELECT(clock_at) ON TABLE vs.referral TO vs_partner;
GRANT UPDATE(late) ON TABLE vs.referral TO vs_system;
GRANT SELECT(version) ON TABLE vs.referral TO vs_partner;
REVOKE ALL ON FUNCTION vs.referral_shares(b uuid, contact uuid) FROM PUBLIC;
GRANT SELECT ON TABLE vs.referral_transition TO vs_writer;
GRANT SELECT ON TABLE vs.referral_transition TO vs_staff;
GRANT SELECT ON TABLE vs.referral_transition TO vs_partner;
GRANT SELECT ON TABLE vs.referral_transition TO vs_system;
REVOKE ALL ON FUNCTION vs.stage_since(business uuid, contact uuid, floor smallint, at timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION vs.stage_since(business uuid, contact uuid, floor smallint, at timestamp with time zone) TO vs_staff;
GRANT ALL ON FUNCTION vs.stage_since(business uuid, contact uuid, floor smallint, at timestamp with time zone) TO vs_partner;
GRANT ALL ON FUNCTION vs.stage_since(business uuid, contact uuid, floor smallint, at timestamp with time zone) TO vs_writer;
GRANT ALL ON FUNCTION vs.stage_since(business uuid, contact uuid, floor smallint, at timestamp with time zone) TO vs_system;
GRANT ALL ON FUNCTION vs.stage_since(business uuid, contact uuid, floor smallint, at timestamp with time zone) TO vs_toucher;
REVOKE ALL ON FUNCTION vs.tenant_table(t text) FROM PUBLIC;
GRANT SELECT ON TABLE vs.account TO vs_login;
GRANT SELECT ON TABLE vs.account TO vs_staff;
GRANT SELECT,INSERT,UPDATE ON TABLE vs.account TO vs_writer;
GRANT SELECT ON TABLE vs.account TO vs_system;
GRANT SELECT(business_id) ON TABLE vs.account TO vs_partner;
GRANT SELECT(business_id) ON TABLE vs.account TO vs_toucher;
GRANT SELECT(account_id) ON TABLE vs.account TO vs_partner;
GRANT SELECT(account_id) ON TABLE vs.account TO vs_toucher;
GRANT SELECT(name) ON TABLE vs.account TO vs_partner;
GRANT SELECT(role) ON TABLE vs.account TO vs_partner;
GRANT SELECT(role) ON TABLE vs.account TO vs_toucher;
GRANT SELECT(partner_id) ON TABLE vs.account TO vs_partner;
GRANT SELECT(partner_id) ON TABLE vs.account TO vs_toucher;
GRANT SELECT(epoch) ON TABLE vs.account TO vs_partner;
GRANT SELECT(epoch) ON TABLE vs.account TO vs_toucher;
GRANT SELECT(closed_at) ON TABLE vs.account TO vs_partner;
GRANT SELECT(closed_at) ON TABLE vs.account TO vs_toucher;
GRANT SELECT,INSERT ON TABLE vs.agreement TO vs_writer;
GRANT SELECT ON TABLE vs.agreement TO vs_staff;
GRANT SELECT ON TABLE vs.agreement TO vs_system;
GRANT UPDATE(ended_at) ON TABLE vs.agreement TO vs_writer;
GRANT SELECT,INSERT,UPDATE ON TABLE vs.ask TO vs_writer;
GRANT SELECT ON TABLE vs.ask TO vs_staff;
GRANT SELECT ON TABLE vs.ask TO vs_system;
GRANT SELECT ON TABLE vs.ask_day TO vs_writer;
GRANT SELECT ON TABLE vs.ask_day TO vs_staff;
GRANT SELECT,INSERT,UPDATE ON TABLE vs.ask_day TO vs_system;
GRANT SELECT,INSERT,UPDATE ON TABLE vs.ask_slot TO vs_writer;
GRANT SELECT ON TABLE vs.ask_slot TO vs_staff;
GRANT SELECT ON TABLE vs.ask_slot TO vs_system;
GRANT SELECT ON TABLE vs.ask_name TO vs_staff;
GRANT SELECT ON TABLE vs.ask_name TO vs_writer;
GRANT SELECT,INSERT,UPDATE ON TABLE vs.ask_place TO vs_writer;
GRANT SELECT ON TABLE vs.ask_place TO vs_staff;
GRANT SELECT,INSERT,UPDATE ON TABLE vs.ask_place TO vs_system;
GRANT SELECT ON TABLE vs.attribute TO vs_staff;
GRANT SELECT,INSERT,UPDATE ON TABLE vs.attribute TO vs_writer;
GRANT SELECT,INSERT,UPDATE ON TABLE vs.baseline TO vs_writer;
GRANT SELECT ON TABLE vs.baseline TO vs_staff;
GRANT SELECT ON TABLE vs.baseline TO vs_system;
GRANT SELECT,INSERT ON TABLE vs.blind_check TO vs_writer;
GRANT SELECT ON TABLE vs.blind_check TO vs_staff;
GRANT SELECT ON TABLE vs.blind_check TO vs_system;
GRANT SELECT ON TABLE vs.business TO vs_login;
GRANT SELECT ON TABLE vs.business TO vs_staff;
GRANT SELECT ON TABLE vs.business TO vs_partner;
GRANT SELECT,UPDATE ON TABLE vs.business TO vs_writer;
GRANT SELECT ON TABLE vs.business TO vs_system;
GRANT SELECT,INSERT,UPDATE ON TABLE vs.champion TO vs_writer;
GRANT SELECT ON TABLE vs.champion TO vs_staff;
GRANT SELECT ON TABLE vs.champion TO vs_system;
GRANT SELECT,INSERT ON TABLE vs.champion_step TO vs_writer;
GRANT SELECT ON TABLE vs.champion_step TO vs_staff;
GRANT SELECT ON TABLE vs.champion_step TO vs_system;
GRANT SELECT ON TABLE vs.champion_transition TO vs_writer;
GRANT SELECT ON TABLE vs.champion_transition TO vs_staff;
GRANT SELECT ON TABLE vs.change TO vs_staff;
GRANT SELECT,INSERT ON TABLE vs.change TO vs_writer;
GRANT SELECT ON TABLE vs.change TO vs_system;
GRANT SELECT,INSERT,UPDATE ON TABLE vs.checkup TO vs_writer;
GRANT SELECT ON TABLE vs.checkup TO vs_staff;
GRANT SELECT,INSERT ON TABLE vs.checkup TO vs_system;
GRANT SELECT,INSERT ON TABLE vs.claim_decision TO vs_writer;
GRANT SELECT ON TABLE vs.claim_decision TO vs_staff;
GRANT SELECT ON TABLE vs.claim_decision TO vs_system;
GRANT SELECT(business_id) ON TABLE vs.claim_decision TO vs_partner;
GRANT SELECT(claim_id) ON TABLE vs.claim_decision TO vs_partner;
GRANT SELECT(decision_id) ON TABLE vs.claim_decision TO vs_partner;
GRANT SELECT(decided_at) ON TABLE vs.claim_decision TO vs_partner;
GRANT SELECT(rule_version) ON TABLE vs.claim_decision TO vs_partner;
GRANT SELECT(verdict) ON TABLE vs.claim_decision TO vs_partner;
GRANT SELECT(because) ON TABLE vs.claim_decision TO vs_partner;
GRANT SELECT(told) ON TABLE vs.claim_decision TO vs_partner;
GRANT SELECT ON TABLE vs.consent_hash TO vs_writer;
GRANT SELECT ON TABLE vs.consent_hash TO vs_system;
GRANT SELECT,INSERT ON TABLE vs.consent_step TO vs_writer;
GRANT SELECT ON TABLE vs.consent_step TO vs_staff;
GRANT SELECT ON TABLE vs.consent_step TO vs_system;
GRANT SELECT ON TABLE vs.contact_follow TO vs_staff;
GRANT SELECT ON TABLE vs.contact_follow TO vs_writer;
GRANT SELECT ON TABLE vs.contact_stage TO vs_staff;
GRANT SELECT ON TABLE vs.contact_stage TO vs_partner;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE vs.contact_stage TO vs_writer;
GRANT SELECT ON TABLE vs.contact_stage TO vs_system;
GRANT SELECT,INSERT,UPDATE ON TABLE vs.contact_stage TO vs_toucher;
GRANT SELECT,INSERT ON TABLE vs.contact_was TO vs_writer;
GRANT SELECT ON TABLE vs.contact_was TO vs_staff;
GRANT SELECT ON TABLE vs.contact_was TO vs_system;
GRANT SELECT ON TABLE vs.counter TO vs_staff;
GRANT SELECT,INSERT,UPDATE ON TABLE vs.counter TO vs_writer;
GRANT SELECT,INSERT,UPDATE ON TABLE vs.counter TO vs_system;
GRANT SELECT,INSERT ON TABLE vs.credit TO vs_writer;
GRANT SELECT ON TABLE vs.credit TO vs_staff;
GRANT SELECT ON TABLE vs.credit TO vs_system;
GRANT SELECT,INSERT ON TABLE vs.device TO vs_login;
GRANT SELECT ON TABLE vs.device TO vs_staff;
GRANT SELECT ON TABLE vs.device TO vs_writer;
GRANT UPDATE(last_used_at) ON TABLE vs.device TO vs_login;
GRANT UPDATE(ended_at) ON TABLE vs.device TO vs_writer;
GRANT SELECT ON TABLE vs.digest TO vs_writer;
GRANT SELECT ON TABLE vs.digest TO vs_staff;
GRANT SELECT,INSERT,UPDATE ON TABLE vs.digest TO vs_system;
GRANT SELECT,INSERT,UPDATE ON TABLE vs.dispute TO vs_writer;
GRANT SELECT ON TABLE vs.dispute TO vs_staff;
GRANT SELECT ON TABLE vs.dispute TO vs_system;
GRANT SELECT(business_id) ON TABLE vs.dispute TO vs_partner;
GRANT SELECT(dispute_id) ON TABLE vs.dispute TO vs_partner;
GRANT SELECT(number) ON TABLE vs.dispute TO vs_partner;
GRANT SELECT(state) ON TABLE vs.dispute TO vs_partner;
GRANT SELECT(opened_at) ON TABLE vs.dispute TO vs_partner;
GRANT SELECT(decided_at) ON TABLE vs.dispute TO vs_partner;
GRANT SELECT(decision) ON TABLE vs.dispute TO vs_partner;
GRANT SELECT(by_party) ON TABLE vs.dispute TO vs_partner;
GRANT SELECT,INSERT,UPDATE ON TABLE vs.dispute_party TO vs_writer;
GRANT SELECT ON TABLE vs.dispute_party TO vs_staff;
GRANT SELECT ON TABLE vs.dispute_party TO vs_system;
GRANT SELECT ON TABLE vs.dispute_party TO vs_partner;
GRANT SELECT ON TABLE vs.dispute_claim TO vs_staff;
GRANT SELECT ON TABLE vs.dispute_claim TO vs_writer;
GRANT SELECT,INSERT ON TABLE vs.due TO vs_writer;
GRANT SELECT ON TABLE vs.due TO vs_staff;
GRANT SELECT,INSERT ON TABLE vs.due TO vs_system;
GRANT INSERT ON TABLE vs.due TO vs_toucher;
GRANT SELECT(business_id) ON TABLE vs.due TO vs_toucher;
GRANT SELECT(due_id) ON TABLE vs.due TO vs_toucher;
GRANT SELECT(rule) ON TABLE vs.due TO vs_toucher;
GRANT UPDATE(at) ON TABLE vs.due TO vs_writer;
GRANT UPDATE(at) ON TABLE vs.due TO vs_system;
GRANT SELECT(contact_id) ON TABLE vs.due TO vs_toucher;
GRANT UPDATE(owner_id) ON TABLE vs.due TO vs_writer;
GRANT UPDATE(owner_id) ON TABLE vs.due TO vs_system;
GRANT UPDATE(task_due) ON TABLE vs.due TO vs_writer;
GRANT UPDATE(task_due) ON TABLE vs.due TO vs_system;
GRANT UPDATE(fired_at) ON TABLE vs.due TO vs_writer;
GRANT UPDATE(fired_at) ON TABLE vs.due TO vs_system;
GRANT SELECT(fired_at) ON TABLE vs.due TO vs_toucher;
GRANT UPDATE(cancelled_at) ON TABLE vs.due TO vs_writer;
GRANT UPDATE(cancelled_at) ON TABLE vs.due TO vs_system;
GRANT SELECT(cancelled_at) ON TABLE vs.due TO vs_toucher;
GRANT SELECT ON TABLE vs.enrolment TO vs_login;
GRANT SELECT,INSERT ON TABLE vs.enrolment TO vs_writer;
GRANT SELECT(business_id) ON TABLE vs.enrolment TO vs_staff;
GRANT SELECT(enrolment_id) ON TABLE vs.enrolment TO vs_staff;
GRANT SELECT(account_id) ON TABLE vs.enrolment TO vs_staff;
GRANT SELECT(created_at) ON TABLE vs.enrolment TO vs_staff;
GRANT SELECT(expires_at) ON TABLE vs.enrolment TO vs_staff;
GRANT UPDATE(used_at) ON TABLE vs.enrolment TO vs_login;
GRANT SELECT(used_at) ON TABLE vs.enrolment TO vs_staff;
GRANT UPDATE(used_by) ON TABLE vs.enrolment TO vs_login;
GRANT SELECT(ended_at) ON TABLE vs.enrolment TO vs_staff;
GRANT UPDATE(ended_at) ON TABLE vs.enrolment TO vs_writer;
GRANT SELECT,INSERT ON TABLE vs.fact TO vs_writer;
GRANT SELECT ON TABLE vs.fact TO vs_staff;
GRANT SELECT,INSERT ON TABLE vs.fact TO vs_system;
GRANT INSERT ON TABLE vs.feed TO vs_writer;
GRANT SELECT,INSERT,DELETE ON TABLE vs.feed TO vs_system;
GRANT INSERT ON TABLE vs.feed TO vs_toucher;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE vs.holiday TO vs_writer;
GRANT SELECT ON TABLE vs.holiday TO vs_staff;
GRANT SELECT ON TABLE vs.holiday TO vs_system;
GRANT SELECT ON TABLE vs.holiday TO vs_partner;
GRANT SELECT,INSERT,UPDATE ON TABLE vs.introduction TO vs_writer;
GRANT SELECT ON TABLE vs.introduction TO vs_staff;
GRANT SELECT ON TABLE vs.introduction TO vs_system;
GRANT SELECT ON TABLE vs.kind TO vs_writer;
GRANT SELECT ON TABLE vs.kind TO vs_staff;
GRANT SELECT ON TABLE vs.kind TO vs_partner;
GRANT SELECT ON TABLE vs.kind TO vs_system;
GRANT SELECT ON TABLE vs.merge TO vs_writer;
GRANT SELECT ON TABLE vs.merge TO vs_staff;
GRANT SELECT ON TABLE vs.merge TO vs_system;
GRANT SELECT ON TABLE vs.merge_move TO vs_writer;
GRANT SELECT ON TABLE vs.merge_move TO vs_staff;
GRANT SELECT ON TABLE vs.merge_move TO vs_system;
GRANT SELECT ON TABLE vs.metric TO vs_staff;
GRANT SELECT ON TABLE vs.metric TO vs_writer;
GRANT SELECT ON TABLE vs.metric TO vs_system;
GRANT SELECT ON TABLE vs.metric_cell TO vs_writer;
GRANT SELECT ON TABLE vs.metric_cell TO vs_staff;
GRANT SELECT,INSERT ON TABLE vs.metric_cell TO vs_system;
GRANT UPDATE(n) ON TABLE vs.metric_cell TO vs_system;
GRANT UPDATE(value) ON TABLE vs.metric_cell TO vs_system;
GRANT UPDATE(total) ON TABLE vs.metric_cell TO vs_system;
GRANT UPDATE(squares) ON TABLE vs.metric_cell TO vs_system;
GRANT SELECT ON TABLE vs.metric_fold TO vs_writer;
GRANT SELECT ON TABLE vs.metric_fold TO vs_staff;
GRANT SELECT,UPDATE ON TABLE vs.metric_fold TO vs_system;
GRANT SELECT ON TABLE vs.organization TO vs_staff;
GRANT SELECT,INSERT,UPDATE ON TABLE vs.organization TO vs_writer;
GRANT SELECT ON TABLE vs.organization TO vs_system;
GRANT SELECT ON TABLE vs.partner TO vs_login;
GRANT SELECT ON TABLE vs.partner TO vs_staff;
GRANT SELECT,INSERT,UPDATE ON TABLE vs.partner TO vs_writer;
GRANT SELECT ON TABLE vs.partner TO vs_system;
GRANT SELECT(business_id) ON TABLE vs.partner TO vs_partner;
GRANT SELECT(partner_id) ON TABLE vs.partner TO vs_partner;
GRANT SELECT(number) ON TABLE vs.partner TO vs_partner;
GRANT SELECT(name) ON TABLE vs.partner TO vs_partner;
GRANT SELECT ON TABLE vs.password TO vs_login;
GRANT INSERT ON TABLE vs.password TO vs_writer;
GRANT SELECT(business_id) ON TABLE vs.password TO vs_staff;
GRANT SELECT(business_id) ON TABLE vs.password TO vs_writer;
GRANT SELECT(account_id) ON TABLE vs.password TO vs_staff;
GRANT SELECT(account_id) ON TABLE vs.password TO vs_writer;
GRANT UPDATE(hash) ON TABLE vs.password TO vs_login;
GRANT UPDATE(hash) ON TABLE vs.password TO vs_writer;
GRANT UPDATE(set_at) ON TABLE vs.password TO vs_writer;
GRANT SELECT,INSERT ON TABLE vs.posting TO vs_writer;
GRANT SELECT ON TABLE vs.posting TO vs_staff;
GRANT SELECT,INSERT ON TABLE vs.posting TO vs_system;
GRANT SELECT(business_id) ON TABLE vs.posting TO vs_partner;
GRANT SELECT(posting_id) ON TABLE vs.posting TO vs_partner;
GRANT SELECT(reward_id) ON TABLE vs.posting TO vs_partner;
GRANT SELECT(debit) ON TABLE vs.posting TO vs_partner;
GRANT SELECT(credit) ON TABLE vs.posting TO vs_partner;
GRANT SELECT(value) ON TABLE vs.posting TO vs_partner;
GRANT SELECT(currency) ON TABLE vs.posting TO vs_partner;
GRANT SELECT(reverses) ON TABLE vs.posting TO vs_partner;
GRANT SELECT(at) ON TABLE vs.posting TO vs_partner;
GRANT SELECT ON TABLE vs.posting_leg TO vs_staff;
GRANT SELECT ON TABLE vs.posting_leg TO vs_writer;
GRANT SELECT ON TABLE vs.posting_leg TO vs_system;
GRANT SELECT ON TABLE vs.posting_leg TO vs_partner;
GRANT SELECT,INSERT,UPDATE ON TABLE vs.project TO vs_writer;
GRANT SELECT ON TABLE vs.project TO vs_staff;
GRANT SELECT ON TABLE vs.project TO vs_system;
GRANT SELECT,INSERT,UPDATE ON TABLE vs.promise TO vs_writer;
GRANT SELECT ON TABLE vs.promise TO vs_staff;
GRANT SELECT ON TABLE vs.promise TO vs_system;
GRANT SELECT(business_id) ON TABLE vs.promise TO vs_toucher;
GRANT SELECT(promise_id) ON TABLE vs.promise TO vs_toucher;
GRANT SELECT(contact_id) ON TABLE vs.promise TO vs_toucher;
GRANT SELECT(state) ON TABLE vs.promise TO vs_toucher;
GRANT SELECT ON TABLE vs.readiness TO vs_writer;
GRANT SELECT ON TABLE vs.readiness TO vs_staff;
GRANT SELECT ON TABLE vs.readiness TO vs_system;
GRANT SELECT ON TABLE vs.recognition TO vs_writer;
GRANT SELECT ON TABLE vs.recognition TO vs_staff;
GRANT SELECT ON TABLE vs.referral_action TO vs_writer;
GRANT SELECT ON TABLE vs.referral_action TO vs_staff;
GRANT SELECT ON TABLE vs.referral_action TO vs_partner;
GRANT SELECT ON TABLE vs.referral_action TO vs_system;
GRANT SELECT ON TABLE vs.referral_reason TO vs_writer;
GRANT SELECT ON TABLE vs.referral_reason TO vs_staff;
GRANT SELECT ON TABLE vs.referral_reason TO vs_partner;
GRANT SELECT ON TABLE vs.referral_reason TO vs_system;
GRANT SELECT ON TABLE vs.referral_state TO vs_writer;
GRANT SELECT ON TABLE vs.referral_state TO vs_staff;
GRANT SELECT ON TABLE vs.referral_state TO vs_partner;
GRANT SELECT ON TABLE vs.referral_state TO vs_system;
GRANT SELECT,INSERT ON TABLE vs.referral_step TO vs_writer;
GRANT SELECT ON TABLE vs.referral_step TO vs_staff;
GRANT SELECT,INSERT ON TABLE vs.referral_step TO vs_system;
GRANT SELECT(business_id) ON TABLE vs.referral_step TO vs_partner;
GRANT SELECT(referral_id) ON TABLE vs.referral_step TO vs_partner;
GRANT SELECT(step_id) ON TABLE vs.referral_step TO vs_partner;
GRANT SELECT(at) ON TABLE vs.referral_step TO vs_partner;
GRANT SELECT(recorded_at) ON TABLE vs.referral_step TO vs_partner;
GRANT SELECT(action) ON TABLE vs.referral_step TO vs_partner;
GRANT SELECT(to_state) ON TABLE vs.referral_step TO vs_partner;
GRANT SELECT(account_id) ON TABLE vs.referral_step TO vs_partner;
GRANT SELECT(partner_id) ON TABLE vs.referral_step TO vs_partner;
GRANT SELECT(on_behalf) ON TABLE vs.referral_step TO vs_partner;
GRANT SELECT(words) ON TABLE vs.referral_step TO vs_partner;
GRANT SELECT,INSERT,UPDATE ON TABLE vs.review TO vs_writer;
GRANT SELECT ON TABLE vs.review TO vs_staff;
GRANT SELECT ON TABLE vs.review TO vs_system;
GRANT SELECT,INSERT ON TABLE vs.reward TO vs_writer;
GRANT SELECT ON TABLE vs.reward TO vs_staff;
GRANT SELECT,INSERT ON TABLE vs.reward TO vs_system;
GRANT SELECT(business_id) ON TABLE vs.reward TO vs_partner;
GRANT SELECT(reward_id) ON TABLE vs.reward TO vs_partner;
GRANT SELECT(number) ON TABLE vs.reward TO vs_partner;
GRANT SELECT(partner_id) ON TABLE vs.reward TO vs_partner;
GRANT SELECT(referral_id) ON TABLE vs.reward TO vs_partner;
GRANT SELECT(reward) ON TABLE vs.reward TO vs_partner;
GRANT SELECT(value) ON TABLE vs.reward TO vs_partner;
GRANT SELECT(currency) ON TABLE vs.reward TO vs_partner;
GRANT SELECT(cause) ON TABLE vs.reward TO vs_partner;
GRANT UPDATE(state) ON TABLE vs.reward TO vs_writer;
GRANT SELECT(state) ON TABLE vs.reward TO vs_partner;
GRANT SELECT(made_at) ON TABLE vs.reward TO vs_partner;
GRANT UPDATE(decided_by) ON TABLE vs.reward TO vs_writer;
GRANT UPDATE(decided_because) ON TABLE vs.reward TO vs_writer;
GRANT SELECT ON TABLE vs.route TO vs_login;
GRANT SELECT ON TABLE vs.secret TO vs_login;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE vs.setting TO vs_writer;
GRANT SELECT ON TABLE vs.setting TO vs_staff;
GRANT SELECT ON TABLE vs.setting TO vs_system;
GRANT SELECT ON TABLE vs.setting TO vs_partner;
GRANT SELECT ON TABLE vs.setting TO vs_toucher;
GRANT SELECT ON TABLE vs.setting_default TO vs_writer;
GRANT SELECT ON TABLE vs.setting_default TO vs_staff;
GRANT SELECT ON TABLE vs.setting_default TO vs_partner;
GRANT SELECT ON TABLE vs.setting_default TO vs_system;
GRANT SELECT ON TABLE vs.setting_default TO vs_toucher;
GRANT SELECT ON TABLE vs.share TO vs_staff;
GRANT SELECT ON TABLE vs.share TO vs_partner;
GRANT SELECT,INSERT,UPDATE ON TABLE vs.share TO vs_writer;
GRANT SELECT ON TABLE vs.share TO vs_system;
GRANT SELECT ON TABLE vs.share TO vs_toucher;
GRANT SELECT,INSERT ON TABLE vs.stage_entry TO vs_writer;
GRANT SELECT ON TABLE vs.stage_entry TO vs_staff;
GRANT SELECT ON TABLE vs.stage_entry TO vs_system;
GRANT INSERT ON TABLE vs.stage_entry TO vs_toucher;
GRANT SELECT ON TABLE vs.stage_set TO vs_staff;
GRANT SELECT,INSERT ON TABLE vs.stage_set TO vs_writer;
GRANT SELECT ON TABLE vs.stage_set TO vs_system;
GRANT SELECT ON TABLE vs.strike TO vs_staff;
GRANT SELECT ON TABLE vs.strike TO vs_partner;
GRANT SELECT,INSERT ON TABLE vs.strike TO vs_writer;
GRANT SELECT ON TABLE vs.strike TO vs_system;
GRANT SELECT ON TABLE vs.strike TO vs_toucher;
GRANT SELECT ON TABLE vs.tally TO vs_staff;
GRANT SELECT,INSERT,UPDATE ON TABLE vs.tally TO vs_writer;
GRANT SELECT,INSERT,UPDATE ON TABLE vs.tally TO vs_system;
GRANT SELECT ON TABLE vs.tally_slip TO vs_writer;
GRANT SELECT ON TABLE vs.tally_slip TO vs_staff;
GRANT SELECT,DELETE ON TABLE vs.tally_slip TO vs_system;
GRANT INSERT ON TABLE vs.tally_slip TO vs_toucher;
GRANT SELECT(business_id) ON TABLE vs.tally_slip TO vs_toucher;
GRANT SELECT,INSERT,UPDATE ON TABLE vs.task TO vs_writer;
GRANT SELECT ON TABLE vs.task TO vs_staff;
GRANT SELECT,INSERT,UPDATE ON TABLE vs.task TO vs_system;
GRANT SELECT ON TABLE vs.task_rule TO vs_writer;
GRANT SELECT ON TABLE vs.task_rule TO vs_staff;
GRANT SELECT ON TABLE vs.task_rule TO vs_partner;
GRANT SELECT ON TABLE vs.task_rule TO vs_system;
GRANT SELECT,INSERT ON TABLE vs.testimonial TO vs_writer;
GRANT SELECT ON TABLE vs.testimonial TO vs_staff;
GRANT SELECT ON TABLE vs.testimonial TO vs_system;
GRANT UPDATE(may_publish) ON TABLE vs.testimonial TO vs_writer;
GRANT SELECT,INSERT,UPDATE ON TABLE vs.thanks TO vs_writer;
GRANT SELECT ON TABLE vs.thanks TO vs_staff;
GRANT SELECT,INSERT,UPDATE ON TABLE vs.thanks TO vs_system;
GRANT SELECT,INSERT,DELETE ON TABLE vs.token TO vs_login;
GRANT SELECT(business_id) ON TABLE vs.token TO vs_writer;
GRANT SELECT(token_hash) ON TABLE vs.token TO vs_writer;
GRANT SELECT(account_id) ON TABLE vs.token TO vs_writer;
GRANT SELECT(epoch),UPDATE(epoch) ON TABLE vs.token TO vs_writer;
GRANT UPDATE(ended_at) ON TABLE vs.token TO vs_login;
GRANT SELECT(ended_at),UPDATE(ended_at) ON TABLE vs.token TO vs_writer;
GRANT SELECT ON TABLE vs.touchpoint TO vs_staff;
GRANT SELECT ON TABLE vs.touchpoint TO vs_partner;
GRANT SELECT ON TABLE vs.touchpoint TO vs_writer;
GRANT SELECT ON TABLE vs.touchpoint TO vs_system;
GRANT SELECT,INSERT ON TABLE vs.touchpoint TO vs_toucher;
GRANT SELECT,INSERT,UPDATE ON TABLE vs.wanted TO vs_writer;
GRANT SELECT ON TABLE vs.wanted TO vs_staff;
GRANT SELECT ON TABLE vs.wanted TO vs_system;
GRANT SELECT ON TABLE vs.who TO vs_login;
