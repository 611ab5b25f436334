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
 xp as ({priced_fact i}),
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
-- What is here already, row by row: a touch that was refused is for good, so one whose contact, or the complaint or broken promise it mends, is
-- still to be imported isn't tried.
-- $5 contacts uuid[]
-- $6 touches uuid[]
-- $7 mends uuid[]
with {actor}
select c.contact_id is not null as has_contact, exists (select from touchpoint t where t.business_id = $1 and t.id = r.id) as present,
       r.mends = '00000000-0000-0000-0000-000000000000'
         or exists (select from touchpoint m where m.business_id = $1 and m.id = r.mends and m.contact_id = any ({ids_of c}) and m.sentiment = 3 and m.refusal is null
                    and not exists (select from strike k where k.business_id = $1 and k.touchpoint_id = m.id))
         or exists (select from promise p where p.business_id = $1 and p.promise_id = r.mends and p.contact_id = c.head_id and p.state = 4) as has_mended
from actor cross join unnest($5, $6, $7) with ordinality r(contact_id, id, mends, i)
left join lateral (select c.business_id, c.contact_id, c.head_id from contact c where c.business_id = $1 and c.contact_id = r.contact_id and c.erased_at is null limit 1) c on true order by r.i

-- name: import_projects_judge
-- $5 rows.project_id uuid[]
-- $6 rows.contact_id uuid[]
-- $7 rows.deal_id uuid[]
-- $8 rows.title text[]
-- $9 rows.state int2[]
-- $10 rows.started_on date[]
-- $11 rows.started_on text[]
-- $12 rows.ended_on date[]
-- $13 rows.ended_on text[]
-- $14 rows.owner text[]
with {actor}
select r.i as row, r.state::int2 as state, r.reason from actor a cross join lateral import_project_rows($1, a.account_id, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) r order by r.i

-- name: import_projects
-- change
-- No results review is planned: that is for work that is completed here.
-- $8 rows.project_id uuid[]
-- $9 rows.contact_id uuid[]
-- $10 rows.deal_id uuid[]
-- $11 rows.title text[]
-- $12 rows.state int2[]
-- $13 rows.started_on date[]
-- $14 rows.started_on text[]
-- $15 rows.ended_on date[]
-- $16 rows.ended_on text[]
-- $17 rows.owner text[]
with {changer},
 r as materialized (
   select r.*, row_number() over (order by r.i) as place
   from actor a cross join lateral import_project_rows($1, a.account_id, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17) r where r.state = 1),
 n as (insert into counter(business_id, kind, last) select $1, 'J', count(*) from r having count(*) > 0
       on conflict (business_id, kind) do update set last = counter.last + excluded.last returning last),
 i as (insert into project(business_id, project_id, number, contact_id, deal_id, title, state, started_on, ended_on, owner_id)
       select $1, r.project_id, n.last - (select count(*) from r) + r.place, r.contact_id, ($10)[r.i], btrim(($11)[r.i]), r.becomes, r.started_on, r.ended_on, r.owner_id
       from r, n order by r.project_id on conflict (business_id, project_id) do nothing returning *),
 x as (insert into fact(business_id, kind, day, subject, contact_id, seat_id, seconds)
       select $1, 'project_completed', i.ended_on, i.project_id, i.contact_id, i.owner_id, (i.ended_on - i.started_on)::int8 * 86400 from i where i.state = 2),
 f as (insert into feed(business_id, kind, ids) select $1, 2::int2, array_agg(distinct contact_id) from i having count(*) > 0)
{record} null, null, (select count(*) from i) from actor

-- name: import_promises_judge
-- $5 rows.promise_id uuid[]
-- $6 rows.contact_id uuid[]
-- $7 rows.project_id uuid[]
-- $8 rows.deal_id uuid[]
-- $9 rows.words text[]
-- $10 rows.due_on date[]
-- $11 rows.due_on text[]
-- $12 rows.made_on date[]
-- $13 rows.made_on text[]
-- $14 rows.settled_on date[]
-- $15 rows.settled_on text[]
-- $16 rows.state int2[]
-- $17 rows.owner text[]
with {actor}
select r.i as row, r.state::int2 as state, r.reason from actor a cross join lateral import_promise_rows($1, a.account_id, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17) r order by r.i

-- name: import_promises
-- change
-- $8 rows.promise_id uuid[]
-- $9 rows.contact_id uuid[]
-- $10 rows.project_id uuid[]
-- $11 rows.deal_id uuid[]
-- $12 rows.words text[]
-- $13 rows.due_on date[]
-- $14 rows.due_on text[]
-- $15 rows.made_on date[]
-- $16 rows.made_on text[]
-- $17 rows.settled_on date[]
-- $18 rows.settled_on text[]
-- $19 rows.state int2[]
-- $20 rows.owner text[]
-- $21 rows.because text[]
-- $22 rows.clocks bool[]
with {changer},
 r as materialized (
   select r.*, row_number() over (order by r.i) as place
   from actor a cross join lateral import_promise_rows($1, a.account_id, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20) r where r.state = 1),
 n as (insert into counter(business_id, kind, last) select $1, 'M', count(*) from r having count(*) > 0
       on conflict (business_id, kind) do update set last = counter.last + excluded.last returning last),
 i as (insert into promise(business_id, promise_id, number, contact_id, words, due_on, state, owner_id, deal_id, project_id, made_on, settled_on, because, made_by)
       select $1, r.promise_id, n.last - (select count(*) from r) + r.place, r.contact_id, btrim(($12)[r.i]), ($13)[r.i], r.becomes, r.owner_id, ($11)[r.i], ($10)[r.i], r.made_on,
              ($17)[r.i], nullif(btrim(($21)[r.i]), ''), $3
       from r, n order by r.promise_id on conflict (business_id, promise_id) do nothing returning *),
 x as (insert into fact(business_id, kind, day, subject, contact_id, seat_id)
       select $1, (array[null, 'promise_kept', 'promise_exceeded', 'promise_broken', 'promise_released'])[i.state], i.settled_on, i.promise_id, i.contact_id, i.owner_id from i where i.state > 1),
 xo as ({overdue_fact i}),
 q as (insert into due(business_id, due_id, rule, subject, at, task_rule, subject_kind, contact_id, owner_id, task_due, words)
       select $1, id_made(), 'task', i.promise_id, i.due_on::timestamp at time zone b.zone, 'promise_due', 'M', i.contact_id, i.owner_id, (i.due_on + 1)::timestamp at time zone b.zone, i.words
       from i join r using (promise_id) cross join business b where b.business_id = $1 and ($22)[r.i] and i.state = 1 and i.due_on >= today_of($1)),
 f as (insert into feed(business_id, kind, ids) select $1, 2::int2, array_agg(distinct contact_id) from i having count(*) > 0)
{record} null, null, (select count(*) from i) from actor

-- name: import_reviews_judge
-- $5 rows.review_id uuid[]
-- $6 rows.contact_id uuid[]
-- $7 rows.project_id uuid[]
-- $8 rows.result int2[]
-- $9 rows.held_at timestamptz[]
-- $10 rows.score int4[]
-- $11 rows.score_scale int4[]
-- $12 rows.owner text[]
with {actor}
select r.i as row, r.state::int2 as state, r.reason from actor a cross join lateral import_review_rows($1, a.account_id, $5, $6, $7, $8, $9, $10, $11, $12) r order by r.i

-- name: import_reviews
-- change
-- No ask, and no promise to mend. One that was planned stays planned.
-- $8 rows.review_id uuid[]
-- $9 rows.contact_id uuid[]
-- $10 rows.project_id uuid[]
-- $11 rows.result int2[]
-- $12 rows.held_at timestamptz[]
-- $13 rows.score int4[]
-- $14 rows.score_scale int4[]
-- $15 rows.owner text[]
-- $16 rows.words text[]
with {changer},
 r as materialized (
   select r.*, row_number() over (order by r.i) as place
   from actor a cross join lateral import_review_rows($1, a.account_id, $8, $9, $10, $11, $12, $13, $14, $15) r where r.state = 1),
 n as (insert into counter(business_id, kind, last) select $1, 'V', count(*) from r having count(*) > 0
       on conflict (business_id, kind) do update set last = counter.last + excluded.last returning last),
 i as (insert into review(business_id, review_id, number, contact_id, project_id, state, due_on, owner_id, held_on, held_at, result, words, score, score_scale, made_by)
       select $1, r.review_id, n.last - (select count(*) from r) + r.place, r.contact_id, ($10)[r.i], 2, r.held_on, r.owner_id, r.held_on, ($12)[r.i], ($11)[r.i], nullif(btrim(($16)[r.i]), ''),
              ($13)[r.i], ($14)[r.i], $3
       from r, n order by r.review_id on conflict (business_id, review_id) do nothing returning *),
 x as (insert into fact(business_id, kind, day, subject, contact_id, seat_id, label)
       select $1, 'review_held', i.held_on, i.review_id, i.contact_id, i.owner_id, case i.result when 1 then 'good' else 'bad' end from i),
 jn as (select distinct i.contact_id, c.number from i join contact c on c.business_id = $1 and c.contact_id = i.contact_id),
 jo as ({joins jn}),
 f as (insert into feed(business_id, kind, ids) select $1, 2::int2, array_agg(distinct contact_id) from i having count(*) > 0)
{record} null, null, (select count(*) from i) from actor

-- name: import_referrals_judge
-- $5 rows.referral_id uuid[]
-- $6 rows.contact_id uuid[]
-- $7 rows.source_contact_id uuid[]
-- $8 rows.source_partner text[]
-- $9 rows.seat text[]
-- $10 rows.state int2[]
-- $11 rows.happened_at timestamptz[]
-- $12 rows.decided_at timestamptz[]
-- $13 rows.contacted_at timestamptz[]
-- $14 rows.appointment_at timestamptz[]
-- $15 rows.appointment int2[]
-- $16 rows.closed_at timestamptz[]
-- $17 rows.deal_id uuid[]
-- $18 rows.value int8[]
-- $19 rows.currency text[]
-- $20 rows.reason text[]
-- $21 rows.reason_words text[]
-- $22 rows.level int4[]
-- $23 rows.consent int2[]
with {actor}
select r.i as row, r.state::int2 as state, r.reason from actor a cross join lateral import_referral_rows($1, a.account_id, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23) r order by r.i

-- name: import_referrals
-- change
-- Each row goes through the machine (referral_import), the earliest first: claims on one person are taken in that order.
-- $8 rows.referral_id uuid[]
-- $9 rows.contact_id uuid[]
-- $10 rows.source_contact_id uuid[]
-- $11 rows.source_partner text[]
-- $12 rows.seat text[]
-- $13 rows.state int2[]
-- $14 rows.happened_at timestamptz[]
-- $15 rows.decided_at timestamptz[]
-- $16 rows.contacted_at timestamptz[]
-- $17 rows.appointment_at timestamptz[]
-- $18 rows.appointment int2[]
-- $19 rows.closed_at timestamptz[]
-- $20 rows.deal_id uuid[]
-- $21 rows.value int8[]
-- $22 rows.currency text[]
-- $23 rows.reason text[]
-- $24 rows.reason_words text[]
-- $25 rows.level int4[]
-- $26 rows.consent int2[]
-- $27 rows.because text[]
-- $28 rows.cause int2[]
-- $29 rows.phrase text[]
-- $30 rows.outcome text[]
-- $31 rows.clocks bool[]
with {changer},
 r as materialized (
   select r.*, a.role
   from actor a cross join lateral import_referral_rows($1, a.account_id, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26) r where r.state = 1),
 i as materialized (
   select referral_import($1, r.referral_id, $3, r.role, jsonb_strip_nulls(jsonb_build_object(
          'at', ($14)[r.i], 'contact_id', r.contact_id, 'seat_id', r.seat_id, 'login', r.login, 'from_contact', r.from_contact, 'from_partner', r.from_partner,
          'becomes', r.becomes, 'decided_at', r.decided_at, 'contacted_at', ($16)[r.i], 'appointment_at', ($17)[r.i], 'appointment', nullif(($18)[r.i], 0),
          'closed_at', ($19)[r.i], 'deal_id', ($20)[r.i], 'value', ($21)[r.i], 'currency', nullif(($22)[r.i], ''), 'reason', nullif(($23)[r.i], ''),
          'why', nullif(btrim(($24)[r.i]), ''), 'outcome', nullif(btrim(($30)[r.i]), ''), 'because', nullif(btrim(($27)[r.i]), ''),
          'phrase', nullif(btrim(($29)[r.i]), ''), 'cause', nullif(($28)[r.i], 0), 'level', ($25)[r.i], 'consent', nullif(($26)[r.i], 0), 'clocks', ($31)[r.i]))) as number
   from (select r.*, s.login from r join account s on s.business_id = $1 and s.account_id = r.seat_id order by ($14)[r.i], r.referral_id offset 0) r)
{record} null, null, (select count(i.number) from i) from actor
