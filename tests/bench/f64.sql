\set b random(1, 20)
\set c random(1, 1000)
\set a random(1, 16)
\set ch random(1, 10)
\set st random(1, 7)
\set se random(1, 3)
\set sh random(0, 3)
begin;
insert into touchpoint(business_id, id, contact_id, account_id, occurred_at, channel, stage, sentiment, role, flags, note) values (uid(:b, 0, 0), uid7((extract(epoch from clock_timestamp()) * 1000)::bigint), uid(:b, 2, :c), uid(:b, 1, :a), now(), :ch, :st, :se, 1, 0, 'Called about the renewal, asked for a quote by Friday; will follow up 000000001') on conflict do nothing returning id;
insert into contact_stage(business_id, contact_id, stage, first_at, touchpoint_id) select uid(:b, 0, 0), uid(:b, 2, :c), :st, now(), uid(:b, 2, :c) where :st <= 5 on conflict do nothing;
insert into tally(business_id, day, dim, val, sentiment, recorded_on, shard, n) values (uid(:b, 0, 0), current_date, 1, lpad(to_hex(:st::int), 32, '0')::uuid, :se, current_date, :sh, 1), (uid(:b, 0, 0), current_date, 2, lpad(to_hex(:ch::int), 32, '0')::uuid, :se, current_date, :sh, 1), (uid(:b, 0, 0), current_date, 3, lpad(to_hex(1), 32, '0')::uuid, :se, current_date, :sh, 1), (uid(:b, 0, 0), current_date, 4, uid(:b, 1, :a), :se, current_date, :sh, 1) on conflict (business_id, day, dim, val, sentiment, recorded_on, shard) do update set n = tally.n + excluded.n;
commit;
