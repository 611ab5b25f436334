-- How rows of an import are judged: one function a kind, called before (the verdicts) and by the statement that stores them.
-- state: 1 new, 2 present, 3 refused. Arrays are the columns of the rows; a key that is null where its text isn't was no such thing.
set local role vs_owner;
set local search_path = vs, public;

create function import_contact_rows(b uuid, me uuid, ids uuid[], names text[], name_keys text[], emails text[], email_keys text[], phones text[],
                                    phone_keys text[], organizations uuid[], owners text[], attributes jsonb[])
returns table (i int, contact_id uuid, state int, reason text, words text, owner_id uuid, likely text) language sql stable set search_path = vs, pg_temp as $$
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

create function import_organization_rows(b uuid, ids uuid[], names text[], name_keys text[], attributes jsonb[])
returns table (i int, organization_id uuid, state int, reason text, words text) language sql stable set search_path = vs, pg_temp as $$
  select r.i::int, r.id, case when j.present then 2 when j.reason is null then 1 else 3 end, case when not j.present then j.reason end, case when not j.present then f.words end
  from unnest(ids, names, name_keys, attributes) with ordinality r(id, name, name_key, attribute, i)
  left join lateral attribute_fault(b, true, attribute_pairs(coalesce(r.attribute, '{}'))) f on true
  cross join lateral (select
     exists (select from organization o where o.business_id = b and o.organization_id = r.id) as present,
     case when r.i > array_position(ids, r.id) then 'ROW_TWICE' when nullif(btrim(r.name), '') is null then 'NO_NAME'
          when r.name_key is null then 'BAD_NAME' else f.reason end as reason) j
$$;

create function import_deal_rows(b uuid, me uuid, ids uuid[], contacts uuid[], titles text[], states int2[], worth int8[], list_prices int8[], currencies text[],
                                 opened_days date[], opened_texts text[], closed_days date[], closed_texts text[], seats text[])
returns table (i int, deal_id uuid, state int, reason text, seat_id uuid) language sql stable set search_path = vs, pg_temp as $$
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
$$;
reset role;
