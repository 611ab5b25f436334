-- A business with :rows touches and as many facts, of :rows / 10 contacts, over the 120 days before today; tallies and cells as the server keeps them.
set role vs_owner;
set search_path = vs, public;
set synchronous_commit = off;
select business_id as b, (select account_id from account a where a.business_id = b.business_id limit 1) as seat from business b where code = :'code' \gset
delete from due where business_id = :'b' and rule = 'metric_fold';
update business set created_at = now() - interval '121 days' where business_id = :'b';
insert into contact(business_id, contact_id, head_id, number, name, name_key, owner_id, origin, created_by, created_at)
select :'b', i, i, n, 'N' || n, 'n' || n, :'seat', (array['referral', 'paid', 'social', 'unknown, asked'])[1 + n % 4], :'seat', now() - (1 + (n * 7919 % 118)) * interval '1 day'
from (select n, gen_random_uuid() as i from generate_series(1, :rows / 10) n offset 0) x;
insert into touchpoint(business_id, id, contact_id, account_id, occurred_at, recorded_at, channel, stage, sentiment, role, flags, score, score_scale)
select :'b', gen_random_uuid(), c.contact_id, :'seat', t.at, t.at, 1 + (c.number * k) % 14, 1 + k * 4 / 10, 1 + (c.number + k) % 3, 1 + k % 2, 0, case when k % 5 = 0 then (c.number + k) % 11 end, case when k % 5 = 0 then 10 end
from contact c cross join generate_series(0, 9) k cross join lateral (select c.created_at + (now() - interval '1 day' - c.created_at) * k / 10) t(at) where c.business_id = :'b' order by t.at;
insert into stage_entry select distinct on (contact_id, stage) business_id, contact_id, stage, occurred_at, id, recorded_at from touchpoint where business_id = :'b' order by contact_id, stage, occurred_at;
insert into tally
select t.business_id, (occurred_at at time zone zone)::date, d.dim, d.val, sentiment, (recorded_at at time zone zone)::date, 0, count(*)
from touchpoint t join business b using (business_id)
cross join lateral (values (1::int2, lpad(to_hex(stage::int), 32, '0')::uuid), (2::int2, lpad(to_hex(channel::int), 32, '0')::uuid), (3::int2, lpad(to_hex(role::int), 32, '0')::uuid), (4::int2, account_id)) d(dim, val)
where t.business_id = :'b' group by 1, 2, 3, 4, 5, 6;
insert into fact(business_id, kind, day, recorded_at, subject, contact_id, seat_id, origin, label, value, currency, seconds, parts)
select :'b', k.kind, at::date, at, gen_random_uuid(), null, :'seat', (array['referral', 'paid', 'social', 'unknown, asked'])[1 + n % 4], k.label, case when k.money then 100000 + n % 900000 end, case when k.money then 'EUR' end,
       case when k.kind in ('deal_won', 'deal_lost') then 86400 * (5 + n * 31 % 60) when k.timed then 600 + n::bigint * 7919 % 500000 end, case when k.kind = 'deal_priced' then 7000 + n % 3000 end
from generate_series(1, :rows) n cross join lateral (select now() - interval '1 day' - (n * 104729::bigint % 10000000) * interval '1 s' as at) a
join (select row_number() over () - 1 as i, k.* from (values ('deal_opened', null, true, false), ('deal_won', 'prepared', true, true), ('deal_lost', 'price', true, true), ('deal_priced', null, false, false), ('promise_kept', null, false, false),
      ('promise_exceeded', null, false, false), ('promise_broken', null, false, false), ('promise_overdue', null, false, false), ('review_held', 'good', false, false), ('ask_due', null, false, false), ('ask_made', 'due', false, false),
      ('ask_due_made', null, false, false), ('name_given', null, false, false), ('referral_received', 'asked', false, false), ('introduced', 'asked', false, false), ('referral_first_response', null, false, true),
      ('referral_told', null, false, true), ('referral_thanked', null, false, true), ('appointment_kept', null, false, false), ('appointment_no_show', null, false, false), ('champion_active', null, false, false)) k(kind, label, money, timed)) k on k.i = n % 21;
analyze contact, touchpoint, stage_entry, tally, fact;
-- folded as fire_metric_fold does it, a day of recording at a time
create procedure pg_temp.fold(b uuid) language plpgsql as $$
declare at date; z text; t0 timestamptz := '-infinity'; t1 timestamptz;
begin
  select zone into z from business where business_id = b;
  for at in select d::date from generate_series(current_date - 121, current_date - 1, interval '1 day') d loop
    t1 := (at + 1)::timestamp at time zone z;
    insert into metric_cell(business_id, kind, dim, day, label, val, seconds, currency, recorded_on, n, value, total, squares)
      select b, x.kind, x.dim, x.day, x.label, 0::int2, x.seconds, x.currency, at, x.n, x.value, x.total, x.squares from metric_fact_delta(b, t0, t1, null) x
      union all select b, x.kind, x.dim, x.day, x.label, x.val, x.seconds, '', at, x.n, null, x.total, null from metric_contact_cells(b, t0, t1) x
      union all select b, x.kind, x.dim, x.day, x.label, x.val, x.seconds, '', at, x.n, null, null, null from metric_touch_delta(b, t0, t1) x;
    t0 := t1;
    commit;
  end loop;
  update metric_fold set folded_to = t1, next_to = null where business_id = b;
end $$;
call pg_temp.fold(:'b');
analyze metric_cell;
