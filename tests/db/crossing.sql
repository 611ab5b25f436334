-- SPDX-License-Identifier: Apache-2.0
-- Two businesses in one batch of touches, and what of one could be mistaken for the other's: every step of touch_batch must name the business of
-- its row, since wall 4 lets both in. Run on a database filled by rows.sql, with the statement prepared as "batch"; prints what came of it.
-- Businesses a and b; in b, rows that name a's contact; z is a contact merged into a's in b only.
\set a '019a0000-0000-7000-8000-00000000000a'
\set b '019a0000-0000-7000-8000-00000000000b'
\set partner '019a0000-0000-7000-8000-0000000000aa'
\set z '019a0000-0000-7000-8000-0000000000ff'
\set unshared '019a0000-0000-7000-8000-0000000000a2'
\set b_complaint '019a0000-0000-7000-8000-0000000000b1'
\set a_complaint '019a0000-0000-7000-8000-0000000000a1'
\set z_complaint '019a0000-0000-7000-8000-0000000000f1'
\set b_promise '019a0000-0000-7000-8000-0000000000b2'
set search_path = vs, public;
set session_replication_role = replica;
delete from due;
delete from feed;
delete from setting;
insert into account(business_id, account_id, login, name, role, partner_id) values (:'a', :'partner', 'partner', 'partner', 3, :'a');
insert into contact(business_id, contact_id, head_id, number, name, name_key, owner_id, origin, created_by) values
  (:'b', :'z', :'a', 90, 'z', 'z', :'b', 'x', :'b'), (:'a', :'unshared', :'unshared', 91, 'unshared', 'unshared', :'a', 'x', :'a');
insert into share(business_id, partner_id, contact_id, reason, may_log, number) values (:'b', :'a', :'unshared', 1, true, 90);
insert into touchpoint(business_id, id, contact_id, account_id, occurred_at, channel, stage, sentiment, role, flags) values
  (:'b', :'b_complaint', :'a', :'b', now(), 1, 1, 3, 1, 0), (:'a', :'a_complaint', :'a', :'a', now(), 1, 1, 3, 1, 0), (:'a', :'z_complaint', :'z', :'a', now(), 1, 1, 3, 1, 0);
insert into strike(business_id, touchpoint_id, contact_id, account_id, because) values (:'b', :'a_complaint', :'a', :'b', 'x');
insert into promise(business_id, promise_id, number, contact_id, words, due_on, state, owner_id, made_on, made_by) values
  (:'b', :'b_promise', 90, :'a', 'x', current_date, 4, :'b', current_date, :'b');
insert into contact_stage(business_id, contact_id, stage, first_at, touchpoint_id) values
  (:'b', :'a', 2, '2000-01-01', :'b'), (:'b', :'a', 4, '2000-01-01', :'b'), (:'a', :'z', 3, '2000-01-01', :'a');
insert into due(business_id, due_id, rule, subject, at, contact_id) values (:'b', :'b', 'check', :'b', now() + interval '1 day', :'a');
insert into setting(business_id, key, value, changed_by) values (:'b', 'check.days', '99', :'b');
reset session_replication_role;

\pset fieldsep ' '
select set_config('vs.business', :'a' || ',' || :'b', true) is null;
set local role vs_toucher;
-- id, business, account, contact, stage, channel, mends
create temp table asked(id int, business uuid, account uuid, contact uuid, stage int2, channel int2, mends uuid) on commit drop;
insert into asked values
  (1, :'a', :'a', :'a', 1, 1, null), (2, :'b', :'b', :'b', 1, 1, null),          -- each at home
  (3, :'a', :'a', :'b', 1, 1, null), (4, :'b', :'b', :'unshared', 1, 1, null),   -- the other's contact
  (5, :'a', :'b', :'a', 1, 1, null), (6, :'b', :'a', :'b', 1, 1, null),          -- the other's account
  (7, :'a', :'a', :'a', 1, 1, :'b_complaint'), (8, :'a', :'a', :'a', 1, 1, :'b_promise'), (9, :'a', :'a', :'a', 1, 1, :'z_complaint'),
  (10, :'a', :'a', :'a', 1, 1, :'a_complaint'),                                  -- struck by the other only
  (11, :'a', :'a', :'a', 0, 1, null), (12, :'a', :'a', :'a', 2, 1, null),        -- the other's stages
  (13, :'a', :'a', :'a', 1, 10, null),                                           -- the other's check and setting
  (14, :'a', :'partner', :'a', 1, 1, null), (15, :'a', :'partner', :'unshared', 1, 1, null); -- the other's share
select format('execute batch(%L, %L, %L, %L, %L, %L, %L, %L, %L, %L, %L, %L, %L, %L, %L)', array_agg(business order by business, id),
              array_agg(('019b0000-0000-7000-8000-0000000000' || lpad(id::text, 2, '0'))::uuid order by business, id), array_agg(contact order by business, id), array_agg(account order by business, id),
              array_agg(1 order by business, id), array_agg(now() order by business, id), array_agg(channel order by business, id), array_agg(stage order by business, id),
              array_agg(1::int2 order by business, id), array_agg(case when stage = 0 then 2::int2 else 0::int2 end order by business, id), array_agg(null::int2 order by business, id),
              array_agg(null::int2 order by business, id), array_agg(mends order by business, id), array_agg(null::text order by business, id), array_agg('n'::text order by business, id)) as run from asked \gset
:run \g /dev/null
reset role;
select 'touch', right(business_id::text, 1), right(id::text, 2), right(contact_id::text, 2), stage, coalesce(refusal, 0) from touchpoint where id::text like '019b%' order by id;
select 'slip', right(s.business_id::text, 1), right(i::text, 2) from tally_slip s, unnest(touches) i where i::text like '019b%' order by i;
select 'stage', right(business_id::text, 1), right(contact_id::text, 2), stage from contact_stage where touchpoint_id::text like '019b%' order by 1, 2, 3, 4;
select 'due', right(business_id::text, 1), right(contact_id::text, 2), (at::date - current_date) from due where subject::text like '019b%' order by 1, 2;
select 'told', right(business_id::text, 1), right(i::text, 2) from feed, unnest(ids) i group by 2, 3 order by 2, 3;
