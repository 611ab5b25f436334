-- :rows more touches, time-ordered, over the 30 days before :before days ago; then what is kept about them, from scratch.
set search_path = vs, public;
set synchronous_commit = off;
insert into touchpoint(business_id, id, contact_id, account_id, occurred_at, recorded_at, channel, stage, sentiment, role, flags, note)
select uid(b, 0, 0), uid7((extract(epoch from at) * 1000)::bigint), uid(b, 2, 1 + (random() * 999)::int), uid(b, 1, 1 + (random() * 15)::int),
       at, at, 1 + (random() * 9)::int, 1 + (random() * 6)::int, 1 + (random() * 2)::int, 1, 0, 'Called about the renewal, asked for a quote by Friday; will follow up 000000001'
from (select 1 + (random() * 19)::int as b, now() - make_interval(days => :before + 30) + n * (interval '30 days' / :rows) as at
      from generate_series(1, :rows) n) g;
insert into contact_stage(business_id, contact_id, stage, first_at, touchpoint_id)
select distinct on (business_id, contact_id, stage) business_id, contact_id, stage, occurred_at, id from touchpoint
where stage <= 5 and recorded_at < now() - make_interval(days => :before) and recorded_at >= now() - make_interval(days => :before + 30)
order by business_id, contact_id, stage, occurred_at, id on conflict do nothing;
vacuum analyze;
checkpoint;
