-- name: import_contacts_judge
-- $5 rows.contact_id uuid[]
-- $6 rows.name text[]
-- $7 rows.name_key text[]
-- $8 rows.email text[]
-- $9 rows.email_key text[]
-- $10 rows.phone text[]
-- $11 rows.phone_key text[]
-- $12 rows.organization_id uuid[]
-- $13 rows.owner text[]
-- $14 rows.attributes jsonb[]
with {actor}
select r.i as row, r.state::int2 as state, r.reason, r.words as message, case when r.state = 1 then r.likely end as likely
from actor a cross join lateral import_contact_rows($1, a.account_id, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) r order by r.i

-- name: import_contacts
-- change
-- $8 rows.contact_id uuid[]
-- $9 rows.name text[]
-- $10 rows.name_key text[]
-- $11 rows.email text[]
-- $12 rows.email_key text[]
-- $13 rows.phone text[]
-- $14 rows.phone_key text[]
-- $15 rows.organization_id uuid[]
-- $16 rows.owner text[]
-- $17 rows.attributes jsonb[]
-- $18 rows.origin text[]
-- $19 rows.language text[]
-- $20 rows.segment int2[]
with {changer},
 r as materialized (
   select r.*, row_number() over (order by r.i) as place
   from actor a cross join lateral import_contact_rows($1, a.account_id, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17) r where r.state = 1),
 n as (insert into counter(business_id, kind, last) select $1, 'C', count(*) from r having count(*) > 0
       on conflict (business_id, kind) do update set last = counter.last + excluded.last returning last),
 k as (update attribute x set used = true where x.business_id = $1 and not x.of_organizations and not x.used
         and exists (select from r where coalesce(($17)[r.i], '{}') ? x.key)),
 i as (insert into contact(business_id, contact_id, head_id, number, name, name_key, email, email_key, phone, phone_key, organization_id, owner_id, origin,
                           language, segments, attributes, created_by)
       select $1, r.contact_id, r.contact_id, n.last - (select count(*) from r) + r.place, btrim(($9)[r.i]), ($10)[r.i], nullif(btrim(($11)[r.i]), ''), ($12)[r.i],
              nullif(btrim(($13)[r.i]), ''), ($14)[r.i], ($15)[r.i], r.owner_id, coalesce(nullif(($18)[r.i], ''), 'unknown, not asked'), nullif(($19)[r.i], ''),
              array[coalesce(nullif(($20)[r.i], 0), 1)]::int2[], attributes_put($1, false, '{}', attribute_pairs(coalesce(($17)[r.i], '{}'))), $3
       from r, n order by r.contact_id on conflict (business_id, contact_id) do nothing returning contact_id)
{record} null, null, (select count(*) from i) from actor

-- name: import_organizations_judge
-- $5 rows.organization_id uuid[]
-- $6 rows.name text[]
-- $7 rows.name_key text[]
-- $8 rows.attributes jsonb[]
with {actor}
select r.i as row, r.state::int2 as state, r.reason, r.words as message from actor cross join lateral import_organization_rows($1, $5, $6, $7, $8) r order by r.i

-- name: import_organizations
-- change
-- $8 rows.organization_id uuid[]
-- $9 rows.name text[]
-- $10 rows.name_key text[]
-- $11 rows.attributes jsonb[]
with {changer},
 r as materialized (select r.*, row_number() over (order by r.i) as place from actor cross join lateral import_organization_rows($1, $8, $9, $10, $11) r where r.state = 1),
 n as (insert into counter(business_id, kind, last) select $1, 'O', count(*) from r having count(*) > 0
       on conflict (business_id, kind) do update set last = counter.last + excluded.last returning last),
 k as (update attribute x set used = true where x.business_id = $1 and x.of_organizations and not x.used
         and exists (select from r where coalesce(($11)[r.i], '{}') ? x.key)),
 i as (insert into organization(business_id, organization_id, number, name, name_key, attributes)
       select $1, r.organization_id, n.last - (select count(*) from r) + r.place, btrim(($9)[r.i]), ($10)[r.i],
              attributes_put($1, true, '{}', attribute_pairs(coalesce(($11)[r.i], '{}')))
       from r, n order by r.organization_id on conflict (business_id, organization_id) do nothing returning organization_id)
{record} null, null, (select count(*) from i) from actor

-- name: import_deals_judge
-- $5 rows.deal_id uuid[]
-- $6 rows.contact_id uuid[]
-- $7 rows.title text[]
-- $8 rows.state int2[]
-- $9 rows.value int8[]
-- $10 rows.list_price int8[]
-- $11 rows.currency text[]
-- $12 rows.opened_on date[]
-- $13 rows.opened_on text[]
-- $14 rows.closed_on date[]
-- $15 rows.closed_on text[]
-- $16 rows.seat text[]
with {actor}
select r.i as row, r.state::int2 as state, r.reason
from actor a cross join lateral import_deal_rows($1, a.account_id, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16) r order by r.i

-- name: import_deals
-- change
-- A won one makes its customer, enters buy, and repeat from the second on; all count on their days, by the day they were recorded.
-- $8 rows.deal_id uuid[]
-- $9 rows.contact_id uuid[]
-- $10 rows.title text[]
-- $11 rows.state int2[]
-- $12 rows.value int8[]
-- $13 rows.list_price int8[]
-- $14 rows.currency text[]
-- $15 rows.opened_on date[]
-- $16 rows.opened_on text[]
-- $17 rows.closed_on date[]
-- $18 rows.closed_on text[]
-- $19 rows.seat text[]
-- $20 rows.origin text[]
-- $21 rows.lost_because text[]
with {changer}, b as (select b.currency, b.zone, today_of($1) as today from business b where b.business_id = $1),
 r as materialized (
   select r.*, row_number() over (order by r.i) as place
   from actor a cross join lateral import_deal_rows($1, a.account_id, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19) r where r.state = 1),
 n as (insert into counter(business_id, kind, last) select $1, 'D', count(*) from r having count(*) > 0
       on conflict (business_id, kind) do update set last = counter.last + excluded.last returning last),
 i as (insert into deal(business_id, deal_id, number, contact_id, title, state, value, list_price, currency, opened_on, closed_on, owner_id, seat_id, origin, lost_because, made_by)
       select $1, r.deal_id, n.last - (select count(*) from r) + r.place, ($9)[r.i], btrim(($10)[r.i]), coalesce(nullif(($11)[r.i], 0), 1), ($12)[r.i], ($13)[r.i],
              coalesce(nullif(($14)[r.i], ''), b.currency), coalesce(($15)[r.i], ($17)[r.i], b.today), ($17)[r.i],
              coalesce((select a.account_id from account a where a.business_id = $1 and a.account_id = r.seat_id and a.partner_id is null), $3), r.seat_id,
              coalesce(nullif(($20)[r.i], ''), (select c.origin from contact c where c.business_id = $1 and c.contact_id = ($9)[r.i])), ($21)[r.i], $3
       from r, n, b order by r.deal_id on conflict (business_id, deal_id) do nothing returning *),
 x as (insert into fact(business_id, kind, day, subject, contact_id, seat_id, origin, label, value, currency, seconds)
       select $1, 'deal_opened', i.opened_on, i.deal_id, i.contact_id, i.seat_id, i.origin, null, i.value, i.currency, null from i
       union all
       select $1, case i.state when 2 then 'deal_won' else 'deal_lost' end, i.closed_on, i.deal_id, i.contact_id, i.seat_id, i.origin,
              case i.state when 2 then 'imported' else i.lost_because end, i.value, i.currency, (i.closed_on - i.opened_on)::int8 * 86400 from i where i.state > 1),
 w as (select w.contact_id, w.deal_id, w.closed_on, row_number() over (partition by w.contact_id order by w.closed_on, w.deal_id) as nth
       from (select i.contact_id, i.deal_id, i.closed_on from i where i.state = 2
             union all select d.contact_id, d.deal_id, d.closed_on from deal d where d.business_id = $1 and d.state = 2 and d.contact_id in (select contact_id from i where state = 2)) w),
 c as (update contact x set segments = (select array_agg(distinct s order by s) from unnest(array_remove(x.segments, 1::int2) || 2::int2) s), version = x.version + 1
       where x.business_id = $1 and x.contact_id in (select contact_id from w) and not x.segments @> array[2::int2]),
 e as (insert into contact_stage(business_id, contact_id, stage, first_at, touchpoint_id)
       select $1, w.contact_id, (4 + w.nth)::int2, w.closed_on::timestamp at time zone b.zone, w.deal_id from w, b where w.nth <= 2 order by 2, 3
       on conflict (business_id, contact_id, stage) do update set first_at = excluded.first_at, touchpoint_id = excluded.touchpoint_id
       where (excluded.first_at, excluded.touchpoint_id) < (contact_stage.first_at, contact_stage.touchpoint_id)),
 f as (insert into feed(business_id, kind, ids) select $1, 2::int2, array_agg(distinct contact_id) from i having count(*) > 0)
{record} null, null, (select count(*) from i) from actor

-- name: import_seats
-- Whom imported touches were made by: open accounts by login.
-- $5 logins text[]
with {actor}
select a.login, a.account_id, a.partner_id, a.role, a.epoch from actor join account a on a.business_id = $1 and a.login = any ($5) and a.closed_at is null

-- name: import_touches_judge
-- What is here already, row by row: a touch that was refused is for good, so one whose contact is still to be imported isn't tried.
-- $5 contacts uuid[]
-- $6 touches uuid[]
with {actor}
select exists (select from contact c where c.business_id = $1 and c.contact_id = r.contact_id and c.erased_at is null) as has_contact,
       exists (select from touchpoint t where t.business_id = $1 and t.id = r.id) as present
from actor cross join unnest($5, $6) with ordinality r(contact_id, id, i) order by r.i
