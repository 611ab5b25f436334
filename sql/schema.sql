CREATE SCHEMA vs;
ALTER SCHEMA vs OWNER TO vs_owner;
CREATE FUNCTION vs.as_of_end(b uuid, day date) RETURNS timestamp with time zone
    LANGUAGE sql STABLE
    SET search_path TO 'vs', 'pg_temp'
    AS $$
  select (day + 1)::timestamp at time zone zone from business where business_id = b
$$;
ALTER FUNCTION vs.as_of_end(b uuid, day date) OWNER TO vs_owner;
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
CREATE FUNCTION vs.contact_duplicates(b uuid, self uuid, for_name text, for_email text, for_phone text, for_organization uuid) RETURNS TABLE(contact_id uuid, because text)
    LANGUAGE sql STABLE
    AS $$
  select distinct on (d.contact_id) d.contact_id, d.because from (
    (select c.contact_id, 1 as rank, 'email' as because from contact c
     where c.business_id = b and c.email_key = for_email and c.contact_id is distinct from self and c.head_id = c.contact_id and c.erased_at is null limit 20)
    union all
    (select c.contact_id, 2, 'phone' from contact c
     where c.business_id = b and c.phone_key = for_phone and c.contact_id is distinct from self and c.head_id = c.contact_id and c.erased_at is null limit 20)
    union all
    (select c.contact_id, 3, 'name and organization' from contact c
     where c.business_id = b and c.name_key = for_name and c.contact_id is distinct from self and c.head_id = c.contact_id and c.erased_at is null
       and coalesce((select o.name_key from organization o where o.business_id = b and o.organization_id = c.organization_id), '')
         = coalesce((select o.name_key from organization o where o.business_id = b and o.organization_id = for_organization), '') limit 20)) d
  order by d.contact_id, d.rank
$$;
ALTER FUNCTION vs.contact_duplicates(b uuid, self uuid, for_name text, for_email text, for_phone text, for_organization uuid) OWNER TO vs_owner;
CREATE FUNCTION vs.contact_search(q text, exact text, num bigint, how_many integer) RETURNS TABLE(contact_id uuid, rank real)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'vs', 'public', 'pg_temp'
    AS $$
  with ctx as (select nullif(current_setting('vs.business', true), '')::uuid as b, nullif(current_setting('vs.partner', true), '')::uuid as p),
  cand as (
    (select c.contact_id, c.head_id, 4::real as rank from ctx join contact c on c.business_id = ctx.b and c.number = num)
    union all
    (select c.contact_id, c.head_id, 3::real from ctx join contact c on c.business_id = ctx.b and (c.email_key = exact or c.phone_key = exact) where ctx.p is null)
    union all
    (select c.contact_id, c.head_id,
            (case when c.name_key = q then 2 when c.name_key like q || '%' then 1.5
                  else 1 - levenshtein_less_equal(left(c.name_key, 100), left(q, 100), 40)::real / greatest(length(c.name_key), length(q), 1) end)::real
     from ctx join lateral (
       select c.* from contact c where c.business_id = ctx.b and q <% c.name_key order by word_similarity(q, c.name_key) desc limit 400) c on true
     where q is not null)
  )
  select cand.contact_id, max(cand.rank) as rank from cand, ctx join contact k on k.business_id = ctx.b
  where k.contact_id = cand.contact_id and k.erased_at is null
    and (ctx.p is null or exists (select from share s where s.business_id = ctx.b and s.contact_id = cand.head_id and s.partner_id = ctx.p and s.revoked_at is null))
  group by cand.contact_id order by 2 desc, 1 limit how_many
$$;
ALTER FUNCTION vs.contact_search(q text, exact text, num bigint, how_many integer) OWNER TO vs_owner;
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
CREATE FUNCTION vs.origin_group(origin text) RETURNS text
    LANGUAGE sql IMMUTABLE
    AS $$
  select case when origin = 'referral' then 'referred' when origin is null or origin like 'unknown%' then 'unknown' else 'other' end
$$;
ALTER FUNCTION vs.origin_group(origin text) OWNER TO vs_owner;
CREATE FUNCTION vs.period_of(day date, period integer) RETURNS text
    LANGUAGE sql IMMUTABLE
    AS $$
  select case period when 1 then to_char(day, 'YYYY-MM-DD') when 2 then to_char(day, 'IYYY"-W"IW') when 3 then to_char(day, 'YYYY-MM')
                     when 4 then to_char(day, 'YYYY"-Q"Q') else '' end
$$;
ALTER FUNCTION vs.period_of(day date, period integer) OWNER TO vs_owner;
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
CREATE FUNCTION vs.stage_since(contact uuid, floor smallint, at timestamp with time zone) RETURNS smallint
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'vs', 'public', 'pg_temp'
    AS $$
  with b as (select nullif(current_setting('vs.business', true), '')::uuid as id)
  select greatest(floor, (
    select max(x.stage) from b join contact_stage x on x.business_id = b.id and x.contact_id = contact and x.stage > floor
    where x.first_at > at or (x.stage <= 5 and exists (
      select from touchpoint t where t.business_id = b.id and t.contact_id = contact and t.refusal is null and t.occurred_at > at and t.stage = x.stage
         and not exists (select from strike s where s.business_id = b.id and s.touchpoint_id = t.id)))))
$$;
ALTER FUNCTION vs.stage_since(contact uuid, floor smallint, at timestamp with time zone) OWNER TO vs_owner;
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
CREATE FUNCTION vs.today_of(b uuid) RETURNS date
    LANGUAGE sql STABLE
    SET search_path TO 'vs', 'pg_temp'
    AS $$
  select (now() at time zone zone)::date from business where business_id = b
$$;
ALTER FUNCTION vs.today_of(b uuid) OWNER TO vs_owner;
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
    CONSTRAINT account_check CHECK (((role = 3) = (partner_id IS NOT NULL))),
    CONSTRAINT account_role_check CHECK (((role >= 1) AND (role <= 5)))
);
ALTER TABLE ONLY vs.account FORCE ROW LEVEL SECURITY;
ALTER TABLE vs.account OWNER TO vs_owner;
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
    result bigint
);
ALTER TABLE ONLY vs.change FORCE ROW LEVEL SECURITY;
ALTER TABLE vs.change OWNER TO vs_owner;
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
    erased_at timestamp with time zone
);
ALTER TABLE ONLY vs.contact FORCE ROW LEVEL SECURITY;
ALTER TABLE vs.contact OWNER TO vs_owner;
CREATE TABLE vs.contact_stage (
    business_id uuid NOT NULL,
    contact_id uuid NOT NULL,
    stage smallint NOT NULL,
    first_at timestamp with time zone NOT NULL,
    touchpoint_id uuid NOT NULL
);
ALTER TABLE ONLY vs.contact_stage FORCE ROW LEVEL SECURITY;
ALTER TABLE vs.contact_stage OWNER TO vs_owner;
CREATE TABLE vs.counter (
    business_id uuid NOT NULL,
    kind "char" NOT NULL,
    last bigint NOT NULL
);
ALTER TABLE ONLY vs.counter FORCE ROW LEVEL SECURITY;
ALTER TABLE vs.counter OWNER TO vs_owner;
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
CREATE TABLE vs.kind (
    letter "char" NOT NULL,
    noun text NOT NULL,
    relation text NOT NULL,
    id_column text NOT NULL
);
ALTER TABLE vs.kind OWNER TO vs_owner;
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
    CONSTRAINT metric_source_check CHECK ((source = ANY (ARRAY['touches'::text, 'facts'::text])))
);
ALTER TABLE vs.metric OWNER TO vs_owner;
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
    CONSTRAINT promise_state_check CHECK (((state >= 1) AND (state <= 5)))
);
ALTER TABLE ONLY vs.promise FORCE ROW LEVEL SECURITY;
ALTER TABLE vs.promise OWNER TO vs_owner;
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
ALTER TABLE ONLY vs.attribute
    ADD CONSTRAINT attribute_pkey PRIMARY KEY (business_id, of_organizations, key);
ALTER TABLE ONLY vs.baseline
    ADD CONSTRAINT baseline_pkey PRIMARY KEY (business_id, baseline_id);
ALTER TABLE ONLY vs.business
    ADD CONSTRAINT business_pkey PRIMARY KEY (business_id);
ALTER TABLE ONLY vs.change
    ADD CONSTRAINT change_pkey PRIMARY KEY (business_id, change_id);
ALTER TABLE ONLY vs.contact
    ADD CONSTRAINT contact_business_id_number_key UNIQUE (business_id, number);
ALTER TABLE ONLY vs.contact
    ADD CONSTRAINT contact_pkey PRIMARY KEY (business_id, contact_id);
ALTER TABLE ONLY vs.contact_stage
    ADD CONSTRAINT contact_stage_pkey PRIMARY KEY (business_id, contact_id, stage);
ALTER TABLE ONLY vs.counter
    ADD CONSTRAINT counter_pkey PRIMARY KEY (business_id, kind);
ALTER TABLE ONLY vs.deal
    ADD CONSTRAINT deal_business_id_number_key UNIQUE (business_id, number);
ALTER TABLE ONLY vs.deal
    ADD CONSTRAINT deal_pkey PRIMARY KEY (business_id, deal_id);
ALTER TABLE ONLY vs.device
    ADD CONSTRAINT device_business_id_key_hash_key UNIQUE (business_id, key_hash);
ALTER TABLE ONLY vs.device
    ADD CONSTRAINT device_pkey PRIMARY KEY (business_id, device_id);
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
ALTER TABLE ONLY vs.kind
    ADD CONSTRAINT kind_pkey PRIMARY KEY (letter);
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
ALTER TABLE ONLY vs.project
    ADD CONSTRAINT project_business_id_number_key UNIQUE (business_id, number);
ALTER TABLE ONLY vs.project
    ADD CONSTRAINT project_pkey PRIMARY KEY (business_id, project_id);
ALTER TABLE ONLY vs.promise
    ADD CONSTRAINT promise_business_id_number_key UNIQUE (business_id, number);
ALTER TABLE ONLY vs.promise
    ADD CONSTRAINT promise_pkey PRIMARY KEY (business_id, promise_id);
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
ALTER TABLE ONLY vs.stage_set
    ADD CONSTRAINT stage_set_pkey PRIMARY KEY (business_id, contact_id, set_at);
ALTER TABLE ONLY vs.strike
    ADD CONSTRAINT strike_pkey PRIMARY KEY (business_id, touchpoint_id);
ALTER TABLE ONLY vs.tally
    ADD CONSTRAINT tally_pkey PRIMARY KEY (business_id, day, dim, val, sentiment, recorded_on, shard);
ALTER TABLE ONLY vs.task
    ADD CONSTRAINT task_business_id_number_key UNIQUE (business_id, number);
ALTER TABLE ONLY vs.task
    ADD CONSTRAINT task_pkey PRIMARY KEY (business_id, task_id);
ALTER TABLE ONLY vs.task_rule
    ADD CONSTRAINT task_rule_pkey PRIMARY KEY (rule);
ALTER TABLE ONLY vs.token
    ADD CONSTRAINT token_pkey PRIMARY KEY (business_id, token_hash);
ALTER TABLE ONLY vs.touchpoint
    ADD CONSTRAINT touchpoint_pkey PRIMARY KEY (business_id, id);
CREATE INDEX baseline_deal ON vs.baseline USING btree (business_id, deal_id);
CREATE INDEX contact_email ON vs.contact USING btree (business_id, email_key) WHERE (email_key IS NOT NULL);
CREATE INDEX contact_name ON vs.contact USING btree (business_id, name_key);
CREATE INDEX contact_organization ON vs.contact USING btree (business_id, organization_id, number) WHERE (organization_id IS NOT NULL);
CREATE INDEX contact_owner ON vs.contact USING btree (business_id, owner_id, number);
CREATE INDEX contact_phone ON vs.contact USING btree (business_id, phone_key) WHERE (phone_key IS NOT NULL);
CREATE INDEX contact_trgm ON vs.contact USING gin (name_key public.gin_trgm_ops);
CREATE INDEX deal_contact ON vs.deal USING btree (business_id, contact_id);
CREATE INDEX device_account ON vs.device USING btree (business_id, account_id);
CREATE INDEX due_next ON vs.due USING btree (at) WHERE ((fired_at IS NULL) AND (cancelled_at IS NULL));
CREATE INDEX due_subject ON vs.due USING btree (business_id, subject);
CREATE INDEX enrolment_account ON vs.enrolment USING btree (business_id, account_id);
CREATE INDEX fact_kind ON vs.fact USING btree (business_id, kind, day);
CREATE INDEX fact_subject ON vs.fact USING btree (business_id, subject, kind);
CREATE INDEX feed_at ON vs.feed USING btree (at);
CREATE INDEX organization_name ON vs.organization USING btree (business_id, name_key COLLATE "C", organization_id);
CREATE INDEX project_contact ON vs.project USING btree (business_id, contact_id);
CREATE INDEX project_deal ON vs.project USING btree (business_id, deal_id) WHERE (deal_id IS NOT NULL);
CREATE INDEX promise_contact ON vs.promise USING btree (business_id, contact_id);
CREATE INDEX promise_open ON vs.promise USING btree (business_id, owner_id, due_on) WHERE (state = 1);
CREATE INDEX share_list ON vs.share USING btree (business_id, partner_id, number, reason);
CREATE INDEX strike_recent ON vs.strike USING btree (business_id, contact_id, struck_at);
CREATE INDEX task_contact ON vs.task USING btree (business_id, contact_id) WHERE (state = 1);
CREATE UNIQUE INDEX task_once ON vs.task USING btree (business_id, rule, subject) WHERE ((state = 1) AND (subject IS NOT NULL));
CREATE INDEX task_owner ON vs.task USING btree (business_id, owner_id, due_at) WHERE (state = 1);
CREATE INDEX task_subject ON vs.task USING btree (business_id, subject) WHERE (subject IS NOT NULL);
CREATE INDEX timeline ON vs.touchpoint USING btree (business_id, contact_id, occurred_at DESC, id DESC) WHERE (refusal IS NULL);
CREATE INDEX token_account ON vs.token USING btree (business_id, account_id);
CREATE INDEX touchpoint_recorded ON vs.touchpoint USING brin (recorded_at);
ALTER TABLE ONLY vs.account
    ADD CONSTRAINT account_business_id_partner_id_fkey FOREIGN KEY (business_id, partner_id) REFERENCES vs.partner(business_id, partner_id);
ALTER TABLE ONLY vs.baseline
    ADD CONSTRAINT baseline_business_id_deal_id_fkey FOREIGN KEY (business_id, deal_id) REFERENCES vs.deal(business_id, deal_id);
ALTER TABLE ONLY vs.contact
    ADD CONSTRAINT contact_business_id_organization_id_fkey FOREIGN KEY (business_id, organization_id) REFERENCES vs.organization(business_id, organization_id);
ALTER TABLE ONLY vs.contact
    ADD CONSTRAINT contact_business_id_owner_id_fkey FOREIGN KEY (business_id, owner_id) REFERENCES vs.account(business_id, account_id);
ALTER TABLE ONLY vs.deal
    ADD CONSTRAINT deal_business_id_contact_id_fkey FOREIGN KEY (business_id, contact_id) REFERENCES vs.contact(business_id, contact_id);
ALTER TABLE ONLY vs.deal
    ADD CONSTRAINT deal_business_id_owner_id_fkey FOREIGN KEY (business_id, owner_id) REFERENCES vs.account(business_id, account_id);
ALTER TABLE ONLY vs.deal
    ADD CONSTRAINT deal_business_id_seat_id_fkey FOREIGN KEY (business_id, seat_id) REFERENCES vs.account(business_id, account_id);
ALTER TABLE ONLY vs.device
    ADD CONSTRAINT device_business_id_account_id_fkey FOREIGN KEY (business_id, account_id) REFERENCES vs.account(business_id, account_id);
ALTER TABLE ONLY vs.enrolment
    ADD CONSTRAINT enrolment_business_id_account_id_fkey FOREIGN KEY (business_id, account_id) REFERENCES vs.account(business_id, account_id);
ALTER TABLE ONLY vs.password
    ADD CONSTRAINT password_business_id_account_id_fkey FOREIGN KEY (business_id, account_id) REFERENCES vs.account(business_id, account_id);
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
ALTER TABLE ONLY vs.share
    ADD CONSTRAINT share_business_id_contact_id_fkey FOREIGN KEY (business_id, contact_id) REFERENCES vs.contact(business_id, contact_id);
ALTER TABLE ONLY vs.share
    ADD CONSTRAINT share_business_id_partner_id_fkey FOREIGN KEY (business_id, partner_id) REFERENCES vs.partner(business_id, partner_id);
ALTER TABLE ONLY vs.task
    ADD CONSTRAINT task_business_id_contact_id_fkey FOREIGN KEY (business_id, contact_id) REFERENCES vs.contact(business_id, contact_id);
ALTER TABLE ONLY vs.task
    ADD CONSTRAINT task_business_id_owner_id_fkey FOREIGN KEY (business_id, owner_id) REFERENCES vs.account(business_id, account_id);
ALTER TABLE ONLY vs.token
    ADD CONSTRAINT token_business_id_account_id_fkey FOREIGN KEY (business_id, account_id) REFERENCES vs.account(business_id, account_id);
ALTER TABLE vs.account ENABLE ROW LEVEL SECURITY;
ALTER TABLE vs.attribute ENABLE ROW LEVEL SECURITY;
ALTER TABLE vs.baseline ENABLE ROW LEVEL SECURITY;
ALTER TABLE vs.business ENABLE ROW LEVEL SECURITY;
ALTER TABLE vs.change ENABLE ROW LEVEL SECURITY;
ALTER TABLE vs.contact ENABLE ROW LEVEL SECURITY;
ALTER TABLE vs.contact_stage ENABLE ROW LEVEL SECURITY;
ALTER TABLE vs.counter ENABLE ROW LEVEL SECURITY;
ALTER TABLE vs.deal ENABLE ROW LEVEL SECURITY;
ALTER TABLE vs.device ENABLE ROW LEVEL SECURITY;
ALTER TABLE vs.due ENABLE ROW LEVEL SECURITY;
ALTER TABLE vs.enrolment ENABLE ROW LEVEL SECURITY;
ALTER TABLE vs.fact ENABLE ROW LEVEL SECURITY;
ALTER TABLE vs.feed ENABLE ROW LEVEL SECURITY;
ALTER TABLE vs.holiday ENABLE ROW LEVEL SECURITY;
CREATE POLICY kept ON vs.touchpoint AS RESTRICTIVE FOR SELECT TO vs_staff, vs_partner USING ((refusal IS NULL));
CREATE POLICY login ON vs.secret FOR SELECT TO vs_login USING (true);
ALTER TABLE vs.organization ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON vs.account AS RESTRICTIVE FOR SELECT TO vs_partner USING ((partner_id = (NULLIF(current_setting('vs.partner'::text, true), ''::text))::uuid));
CREATE POLICY own ON vs.partner AS RESTRICTIVE FOR SELECT TO vs_partner USING ((partner_id = (NULLIF(current_setting('vs.partner'::text, true), ''::text))::uuid));
CREATE POLICY own ON vs.share AS RESTRICTIVE FOR SELECT TO vs_partner USING ((partner_id = (NULLIF(current_setting('vs.partner'::text, true), ''::text))::uuid));
CREATE POLICY owner ON vs.account TO vs_owner USING (true);
CREATE POLICY owner ON vs.attribute TO vs_owner USING (true);
CREATE POLICY owner ON vs.baseline TO vs_owner USING (true);
CREATE POLICY owner ON vs.business TO vs_owner USING (true);
CREATE POLICY owner ON vs.change TO vs_owner USING (true);
CREATE POLICY owner ON vs.contact TO vs_owner USING (true);
CREATE POLICY owner ON vs.contact_stage TO vs_owner USING (true);
CREATE POLICY owner ON vs.counter TO vs_owner USING (true);
CREATE POLICY owner ON vs.deal TO vs_owner USING (true);
CREATE POLICY owner ON vs.device TO vs_owner USING (true);
CREATE POLICY owner ON vs.due TO vs_owner USING (true);
CREATE POLICY owner ON vs.enrolment TO vs_owner USING (true);
CREATE POLICY owner ON vs.fact TO vs_owner USING (true);
CREATE POLICY owner ON vs.feed TO vs_owner USING (true);
CREATE POLICY owner ON vs.holiday TO vs_owner USING (true);
CREATE POLICY owner ON vs.organization TO vs_owner USING (true);
CREATE POLICY owner ON vs.partner TO vs_owner USING (true);
CREATE POLICY owner ON vs.password TO vs_owner USING (true);
CREATE POLICY owner ON vs.project TO vs_owner USING (true);
CREATE POLICY owner ON vs.promise TO vs_owner USING (true);
CREATE POLICY owner ON vs.secret TO vs_owner USING (true);
CREATE POLICY owner ON vs.setting TO vs_owner USING (true);
CREATE POLICY owner ON vs.share TO vs_owner USING (true);
CREATE POLICY owner ON vs.stage_set TO vs_owner USING (true);
CREATE POLICY owner ON vs.strike TO vs_owner USING (true);
CREATE POLICY owner ON vs.tally TO vs_owner USING (true);
CREATE POLICY owner ON vs.task TO vs_owner USING (true);
CREATE POLICY owner ON vs.token TO vs_owner USING (true);
CREATE POLICY owner ON vs.touchpoint TO vs_owner USING (true);
ALTER TABLE vs.partner ENABLE ROW LEVEL SECURITY;
ALTER TABLE vs.password ENABLE ROW LEVEL SECURITY;
ALTER TABLE vs.project ENABLE ROW LEVEL SECURITY;
ALTER TABLE vs.promise ENABLE ROW LEVEL SECURITY;
ALTER TABLE vs.secret ENABLE ROW LEVEL SECURITY;
ALTER TABLE vs.setting ENABLE ROW LEVEL SECURITY;
ALTER TABLE vs.share ENABLE ROW LEVEL SECURITY;
CREATE POLICY shared ON vs.contact AS RESTRICTIVE FOR SELECT TO vs_partner USING ((EXISTS ( SELECT
   FROM vs.share s
  WHERE ((s.business_id = contact.business_id) AND (s.contact_id = contact.head_id) AND (s.revoked_at IS NULL) AND (s.partner_id = (NULLIF(current_setting('vs.partner'::text, true), ''::text))::uuid)))));
CREATE POLICY shared ON vs.contact_stage AS RESTRICTIVE FOR SELECT TO vs_partner USING ((EXISTS ( SELECT
   FROM vs.share s
  WHERE ((s.business_id = contact_stage.business_id) AND (s.contact_id = contact_stage.contact_id) AND (s.revoked_at IS NULL) AND (s.partner_id = (NULLIF(current_setting('vs.partner'::text, true), ''::text))::uuid)))));
CREATE POLICY shared ON vs.strike AS RESTRICTIVE FOR SELECT TO vs_partner USING ((EXISTS ( SELECT
   FROM vs.touchpoint t
  WHERE ((t.business_id = strike.business_id) AND (t.id = strike.touchpoint_id)))));
CREATE POLICY shared ON vs.touchpoint AS RESTRICTIVE FOR SELECT TO vs_partner USING ((((partner_id = (NULLIF(current_setting('vs.partner'::text, true), ''::text))::uuid) OR ((partner_id IS NULL) AND (((flags)::integer & 1) = 1))) AND (EXISTS ( SELECT
   FROM vs.share s
  WHERE ((s.business_id = touchpoint.business_id) AND (s.contact_id = touchpoint.contact_id) AND (s.revoked_at IS NULL) AND (s.partner_id = (NULLIF(current_setting('vs.partner'::text, true), ''::text))::uuid))))));
ALTER TABLE vs.stage_set ENABLE ROW LEVEL SECURITY;
ALTER TABLE vs.strike ENABLE ROW LEVEL SECURITY;
CREATE POLICY system ON vs.due TO vs_system USING (true);
CREATE POLICY system ON vs.feed TO vs_system USING (true);
ALTER TABLE vs.tally ENABLE ROW LEVEL SECURITY;
ALTER TABLE vs.task ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON vs.account TO vs_writer, vs_staff, vs_partner, vs_login USING ((business_id = (NULLIF(current_setting('vs.business'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON vs.attribute TO vs_writer, vs_staff, vs_partner, vs_login USING ((business_id = (NULLIF(current_setting('vs.business'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON vs.baseline TO vs_writer, vs_staff, vs_partner, vs_system USING ((business_id = (NULLIF(current_setting('vs.business'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON vs.business TO vs_writer, vs_staff, vs_partner, vs_login USING ((business_id = (NULLIF(current_setting('vs.business'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON vs.change TO vs_writer, vs_staff, vs_partner, vs_login USING ((business_id = (NULLIF(current_setting('vs.business'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON vs.contact TO vs_writer, vs_staff, vs_partner, vs_login USING ((business_id = (NULLIF(current_setting('vs.business'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON vs.contact_stage TO vs_writer, vs_staff, vs_partner, vs_login USING ((business_id = (NULLIF(current_setting('vs.business'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON vs.counter TO vs_writer, vs_staff, vs_partner, vs_login USING ((business_id = (NULLIF(current_setting('vs.business'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON vs.deal TO vs_writer, vs_staff, vs_partner, vs_system USING ((business_id = (NULLIF(current_setting('vs.business'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON vs.device TO vs_writer, vs_staff, vs_partner, vs_login USING ((business_id = (NULLIF(current_setting('vs.business'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON vs.due TO vs_writer, vs_staff, vs_partner, vs_system USING ((business_id = (NULLIF(current_setting('vs.business'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON vs.enrolment TO vs_writer, vs_staff, vs_partner, vs_login USING ((business_id = (NULLIF(current_setting('vs.business'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON vs.fact TO vs_writer, vs_staff, vs_partner, vs_system USING ((business_id = (NULLIF(current_setting('vs.business'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON vs.feed TO vs_writer, vs_staff, vs_partner, vs_login USING ((business_id = (NULLIF(current_setting('vs.business'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON vs.holiday TO vs_writer, vs_staff, vs_partner, vs_system USING ((business_id = (NULLIF(current_setting('vs.business'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON vs.organization TO vs_writer, vs_staff, vs_partner, vs_login USING ((business_id = (NULLIF(current_setting('vs.business'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON vs.partner TO vs_writer, vs_staff, vs_partner, vs_login USING ((business_id = (NULLIF(current_setting('vs.business'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON vs.password TO vs_writer, vs_staff, vs_login USING ((business_id = (NULLIF(current_setting('vs.business'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON vs.project TO vs_writer, vs_staff, vs_partner, vs_system USING ((business_id = (NULLIF(current_setting('vs.business'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON vs.promise TO vs_writer, vs_staff, vs_partner, vs_system USING ((business_id = (NULLIF(current_setting('vs.business'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON vs.setting TO vs_writer, vs_staff, vs_partner, vs_system USING ((business_id = (NULLIF(current_setting('vs.business'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON vs.share TO vs_writer, vs_staff, vs_partner, vs_login USING ((business_id = (NULLIF(current_setting('vs.business'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON vs.stage_set TO vs_writer, vs_staff USING ((business_id = (NULLIF(current_setting('vs.business'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON vs.strike TO vs_writer, vs_staff, vs_partner, vs_login USING ((business_id = (NULLIF(current_setting('vs.business'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON vs.tally TO vs_writer, vs_staff, vs_partner, vs_login USING ((business_id = (NULLIF(current_setting('vs.business'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON vs.task TO vs_writer, vs_staff, vs_partner, vs_system USING ((business_id = (NULLIF(current_setting('vs.business'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON vs.token TO vs_writer, vs_staff, vs_partner, vs_login USING ((business_id = (NULLIF(current_setting('vs.business'::text, true), ''::text))::uuid));
CREATE POLICY tenant ON vs.touchpoint TO vs_writer, vs_staff, vs_partner, vs_login USING ((business_id = (NULLIF(current_setting('vs.business'::text, true), ''::text))::uuid));
CREATE POLICY tenant_system ON vs.account TO vs_system USING ((business_id = (NULLIF(current_setting('vs.business'::text, true), ''::text))::uuid));
CREATE POLICY tenant_system ON vs.business TO vs_system USING ((business_id = (NULLIF(current_setting('vs.business'::text, true), ''::text))::uuid));
CREATE POLICY tenant_system ON vs.change TO vs_system USING ((business_id = (NULLIF(current_setting('vs.business'::text, true), ''::text))::uuid));
CREATE POLICY tenant_system ON vs.contact TO vs_system USING ((business_id = (NULLIF(current_setting('vs.business'::text, true), ''::text))::uuid));
CREATE POLICY tenant_system ON vs.contact_stage TO vs_system USING ((business_id = (NULLIF(current_setting('vs.business'::text, true), ''::text))::uuid));
CREATE POLICY tenant_system ON vs.counter TO vs_system USING ((business_id = (NULLIF(current_setting('vs.business'::text, true), ''::text))::uuid));
CREATE POLICY tenant_system ON vs.organization TO vs_system USING ((business_id = (NULLIF(current_setting('vs.business'::text, true), ''::text))::uuid));
CREATE POLICY tenant_system ON vs.partner TO vs_system USING ((business_id = (NULLIF(current_setting('vs.business'::text, true), ''::text))::uuid));
CREATE POLICY tenant_system ON vs.share TO vs_system USING ((business_id = (NULLIF(current_setting('vs.business'::text, true), ''::text))::uuid));
CREATE POLICY tenant_system ON vs.strike TO vs_system USING ((business_id = (NULLIF(current_setting('vs.business'::text, true), ''::text))::uuid));
CREATE POLICY tenant_system ON vs.touchpoint TO vs_system USING ((business_id = (NULLIF(current_setting('vs.business'::text, true), ''::text))::uuid));
ALTER TABLE vs.token ENABLE ROW LEVEL SECURITY;
ALTER TABLE vs.touchpoint ENABLE ROW LEVEL SECURITY;
GRANT USAGE ON SCHEMA vs TO vs_writer;
GRANT USAGE ON SCHEMA vs TO vs_staff;
GRANT USAGE ON SCHEMA vs TO vs_partner;
GRANT USAGE ON SCHEMA vs TO vs_login;
GRANT USAGE ON SCHEMA vs TO vs_system;
REVOKE ALL ON FUNCTION vs.contact_search(q text, exact text, num bigint, how_many integer) FROM PUBLIC;
GRANT ALL ON FUNCTION vs.contact_search(q text, exact text, num bigint, how_many integer) TO vs_staff;
GRANT ALL ON FUNCTION vs.contact_search(q text, exact text, num bigint, how_many integer) TO vs_partner;
REVOKE ALL ON FUNCTION vs.stage_since(contact uuid, floor smallint, at timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION vs.stage_since(contact uuid, floor smallint, at timestamp with time zone) TO vs_staff;
GRANT ALL ON FUNCTION vs.stage_since(contact uuid, floor smallint, at timestamp with time zone) TO vs_partner;
GRANT ALL ON FUNCTION vs.stage_since(contact uuid, floor smallint, at timestamp with time zone) TO vs_writer;
REVOKE ALL ON FUNCTION vs.tenant_table(t text) FROM PUBLIC;
GRANT SELECT ON TABLE vs.account TO vs_login;
GRANT SELECT ON TABLE vs.account TO vs_staff;
GRANT SELECT,INSERT,UPDATE ON TABLE vs.account TO vs_writer;
GRANT SELECT ON TABLE vs.account TO vs_system;
GRANT SELECT(business_id) ON TABLE vs.account TO vs_partner;
GRANT SELECT(account_id) ON TABLE vs.account TO vs_partner;
GRANT SELECT(name) ON TABLE vs.account TO vs_partner;
GRANT SELECT(role) ON TABLE vs.account TO vs_partner;
GRANT SELECT(partner_id) ON TABLE vs.account TO vs_partner;
GRANT SELECT(epoch) ON TABLE vs.account TO vs_partner;
GRANT SELECT(closed_at) ON TABLE vs.account TO vs_partner;
GRANT SELECT ON TABLE vs.attribute TO vs_staff;
GRANT SELECT,INSERT,UPDATE ON TABLE vs.attribute TO vs_writer;
GRANT SELECT,INSERT,UPDATE ON TABLE vs.baseline TO vs_writer;
GRANT SELECT ON TABLE vs.baseline TO vs_staff;
GRANT SELECT ON TABLE vs.baseline TO vs_system;
GRANT SELECT ON TABLE vs.business TO vs_login;
GRANT SELECT ON TABLE vs.business TO vs_staff;
GRANT SELECT ON TABLE vs.business TO vs_partner;
GRANT SELECT,UPDATE ON TABLE vs.business TO vs_writer;
GRANT SELECT ON TABLE vs.business TO vs_system;
GRANT SELECT ON TABLE vs.change TO vs_staff;
GRANT SELECT,INSERT ON TABLE vs.change TO vs_writer;
GRANT SELECT ON TABLE vs.change TO vs_system;
GRANT SELECT ON TABLE vs.contact TO vs_staff;
GRANT SELECT,INSERT,UPDATE ON TABLE vs.contact TO vs_writer;
GRANT SELECT ON TABLE vs.contact TO vs_system;
GRANT SELECT(business_id) ON TABLE vs.contact TO vs_partner;
GRANT SELECT(contact_id) ON TABLE vs.contact TO vs_partner;
GRANT SELECT(head_id) ON TABLE vs.contact TO vs_partner;
GRANT SELECT(number) ON TABLE vs.contact TO vs_partner;
GRANT SELECT(name) ON TABLE vs.contact TO vs_partner;
GRANT SELECT(name_key) ON TABLE vs.contact TO vs_partner;
GRANT SELECT(stage_set) ON TABLE vs.contact TO vs_partner;
GRANT SELECT(stage_set_at) ON TABLE vs.contact TO vs_partner;
GRANT SELECT(erased_at) ON TABLE vs.contact TO vs_partner;
GRANT SELECT ON TABLE vs.contact_stage TO vs_staff;
GRANT SELECT ON TABLE vs.contact_stage TO vs_partner;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE vs.contact_stage TO vs_writer;
GRANT SELECT ON TABLE vs.contact_stage TO vs_system;
GRANT SELECT ON TABLE vs.counter TO vs_staff;
GRANT SELECT,INSERT,UPDATE ON TABLE vs.counter TO vs_writer;
GRANT SELECT,INSERT,UPDATE ON TABLE vs.counter TO vs_system;
GRANT SELECT,INSERT,UPDATE ON TABLE vs.deal TO vs_writer;
GRANT SELECT ON TABLE vs.deal TO vs_staff;
GRANT SELECT ON TABLE vs.deal TO vs_system;
GRANT SELECT,INSERT ON TABLE vs.device TO vs_login;
GRANT SELECT ON TABLE vs.device TO vs_staff;
GRANT SELECT ON TABLE vs.device TO vs_writer;
GRANT UPDATE(last_used_at) ON TABLE vs.device TO vs_login;
GRANT UPDATE(ended_at) ON TABLE vs.device TO vs_writer;
GRANT SELECT,INSERT ON TABLE vs.due TO vs_writer;
GRANT SELECT ON TABLE vs.due TO vs_staff;
GRANT SELECT,INSERT ON TABLE vs.due TO vs_system;
GRANT UPDATE(at) ON TABLE vs.due TO vs_writer;
GRANT UPDATE(at) ON TABLE vs.due TO vs_system;
GRANT UPDATE(owner_id) ON TABLE vs.due TO vs_writer;
GRANT UPDATE(owner_id) ON TABLE vs.due TO vs_system;
GRANT UPDATE(task_due) ON TABLE vs.due TO vs_writer;
GRANT UPDATE(task_due) ON TABLE vs.due TO vs_system;
GRANT UPDATE(fired_at) ON TABLE vs.due TO vs_writer;
GRANT UPDATE(fired_at) ON TABLE vs.due TO vs_system;
GRANT UPDATE(cancelled_at) ON TABLE vs.due TO vs_writer;
GRANT UPDATE(cancelled_at) ON TABLE vs.due TO vs_system;
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
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE vs.holiday TO vs_writer;
GRANT SELECT ON TABLE vs.holiday TO vs_staff;
GRANT SELECT ON TABLE vs.holiday TO vs_system;
GRANT SELECT ON TABLE vs.holiday TO vs_partner;
GRANT SELECT ON TABLE vs.kind TO vs_writer;
GRANT SELECT ON TABLE vs.kind TO vs_staff;
GRANT SELECT ON TABLE vs.kind TO vs_partner;
GRANT SELECT ON TABLE vs.kind TO vs_system;
GRANT SELECT ON TABLE vs.metric TO vs_staff;
GRANT SELECT ON TABLE vs.metric TO vs_writer;
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
GRANT SELECT,INSERT,UPDATE ON TABLE vs.project TO vs_writer;
GRANT SELECT ON TABLE vs.project TO vs_staff;
GRANT SELECT ON TABLE vs.project TO vs_system;
GRANT SELECT,INSERT,UPDATE ON TABLE vs.promise TO vs_writer;
GRANT SELECT ON TABLE vs.promise TO vs_staff;
GRANT SELECT ON TABLE vs.promise TO vs_system;
GRANT SELECT ON TABLE vs.route TO vs_login;
GRANT SELECT ON TABLE vs.secret TO vs_login;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE vs.setting TO vs_writer;
GRANT SELECT ON TABLE vs.setting TO vs_staff;
GRANT SELECT ON TABLE vs.setting TO vs_system;
GRANT SELECT ON TABLE vs.setting TO vs_partner;
GRANT SELECT ON TABLE vs.setting_default TO vs_writer;
GRANT SELECT ON TABLE vs.setting_default TO vs_staff;
GRANT SELECT ON TABLE vs.setting_default TO vs_partner;
GRANT SELECT ON TABLE vs.setting_default TO vs_system;
GRANT SELECT ON TABLE vs.share TO vs_staff;
GRANT SELECT ON TABLE vs.share TO vs_partner;
GRANT SELECT,INSERT,UPDATE ON TABLE vs.share TO vs_writer;
GRANT SELECT ON TABLE vs.share TO vs_system;
GRANT SELECT ON TABLE vs.stage_set TO vs_staff;
GRANT SELECT,INSERT ON TABLE vs.stage_set TO vs_writer;
GRANT SELECT ON TABLE vs.strike TO vs_staff;
GRANT SELECT ON TABLE vs.strike TO vs_partner;
GRANT SELECT,INSERT ON TABLE vs.strike TO vs_writer;
GRANT SELECT ON TABLE vs.strike TO vs_system;
GRANT SELECT ON TABLE vs.tally TO vs_staff;
GRANT SELECT,INSERT,UPDATE ON TABLE vs.tally TO vs_writer;
GRANT SELECT,INSERT,UPDATE ON TABLE vs.task TO vs_writer;
GRANT SELECT ON TABLE vs.task TO vs_staff;
GRANT SELECT,INSERT,UPDATE ON TABLE vs.task TO vs_system;
GRANT SELECT ON TABLE vs.task_rule TO vs_writer;
GRANT SELECT ON TABLE vs.task_rule TO vs_staff;
GRANT SELECT ON TABLE vs.task_rule TO vs_partner;
GRANT SELECT ON TABLE vs.task_rule TO vs_system;
GRANT SELECT,INSERT,DELETE ON TABLE vs.token TO vs_login;
GRANT SELECT(business_id) ON TABLE vs.token TO vs_writer;
GRANT SELECT(token_hash) ON TABLE vs.token TO vs_writer;
GRANT SELECT(account_id) ON TABLE vs.token TO vs_writer;
GRANT SELECT(epoch),UPDATE(epoch) ON TABLE vs.token TO vs_writer;
GRANT UPDATE(ended_at) ON TABLE vs.token TO vs_login;
GRANT SELECT(ended_at),UPDATE(ended_at) ON TABLE vs.token TO vs_writer;
GRANT SELECT ON TABLE vs.touchpoint TO vs_staff;
GRANT SELECT ON TABLE vs.touchpoint TO vs_partner;
GRANT SELECT,INSERT ON TABLE vs.touchpoint TO vs_writer;
GRANT SELECT ON TABLE vs.touchpoint TO vs_system;
GRANT SELECT ON TABLE vs.who TO vs_login;
