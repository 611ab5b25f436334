\set b random(1, 20)
\set c random(1, 1000)
\set a random(1, 16)
\set ch random(1, 10)
\set st random(1, 7)
\set se random(1, 3)
insert into touchpoint(business_id, id, contact_id, account_id, occurred_at, channel, stage, sentiment, role, flags, note) values (uid(:b, 0, 0), uid7((extract(epoch from clock_timestamp()) * 1000)::bigint), uid(:b, 2, :c), uid(:b, 1, :a), now(), :ch, :st, :se, 1, 0, 'Called about the renewal, asked for a quote by Friday; will follow up 000000001') on conflict do nothing returning id;
