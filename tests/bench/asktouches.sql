-- :rows touches of those customers over the two years before :before days ago. One in twenty complains now and then; of half of these
-- each complaint is mended at once.
set search_path = vs, public;
set synchronous_commit = off;
insert into touchpoint(business_id, id, contact_id, account_id, occurred_at, recorded_at, channel, stage, sentiment, role, flags, note)
select uid(1, 0, 0), uid7((extract(epoch from at) * 1000)::bigint), uid(1, 3, c), uid(1, 1, 1 + (random() * 15)::int), at, at, 1 + (random() * 9)::int, 5,
       case when c % 20 = 0 and random() < 0.2 then 3 when random() < 0.6 then 1 else 2 end, 1, 0, 'Called about the renewal, asked for a quote by Friday; will follow up 000000001'
from (select 1 + (random() * 99999)::int as c, now() - make_interval(days => :before) - n * (interval '700 days' / :rows) as at from generate_series(1, :rows) n) g;
analyze touchpoint;
insert into touchpoint(business_id, id, contact_id, account_id, occurred_at, recorded_at, channel, stage, sentiment, role, flags, mends)
select t.business_id, uid7((extract(epoch from t.occurred_at) * 1000)::bigint + 1), t.contact_id, t.account_id, t.occurred_at + interval '1 minute', t.recorded_at, 1, 5, 1, 1, 0, t.id
from touchpoint t where t.sentiment = 3 and ('x' || right(t.contact_id::text, 8))::bit(32)::int % 40 = 0 and t.business_id = uid(1, 0, 0)
  and not exists (select from touchpoint m where m.business_id = t.business_id and m.mends = t.id and m.refusal is null);
