-- What is measured. Each metric is defined once, as a row: from where it is counted, and what it is for. Counting reads tallies
-- and facts only, by the day a thing happened and the day it was recorded, so that the same as-of gives the same figures for ever.
set local role vs_owner;
set local search_path = vs, public;

-- source   touches: tally rows;  facts: rows of `fact` whose kind is in `counts` (over those in `counts` or `against`, if there are any)
-- by       what it may be broken down by: stage, channel, sentiment, role, seat (touches); seat, origin, group, label (facts)
create table metric (
  metric text primary key,
  title text not null,
  unit text not null,
  source text not null check (source in ('touches', 'facts')),
  counts text[] not null default '{}',
  against text[] not null default '{}',
  breakdowns text[] not null,
  definition text not null,
  decision text not null
);
grant select on metric to vs_staff, vs_writer;
insert into metric values
  ('touches', 'touches', 'touches', 'touches', '{}', '{}', '{stage,channel,sentiment,role,seat}',
   'touchpoints of all seats and partners, by the day they happened; struck ones are taken out on the day they were struck', 'where contact is missing'),
  ('positive_share', 'positive share', 'share', 'touches', '{}', '{}', '{stage,channel,role,seat}',
   'positive touches over all touches', 'which stage or channel spoils the experience'),
  ('deals_opened', 'deals opened', 'deals', 'facts', '{deal_opened}', '{}', '{seat,origin,group}', 'deals by the day they were opened', 'is there enough to win'),
  ('deals_won', 'deals won', 'deals', 'facts', '{deal_won}', '{}', '{seat,origin,group,label}', 'deals by the day they were won, with their value; days from opening to winning', 'which origin pays'),
  ('deals_lost', 'deals lost', 'deals', 'facts', '{deal_lost}', '{}', '{seat,origin,group,label}', 'deals by the day they were lost, and why', 'what to change in the offer'),
  ('win_rate', 'win rate', 'share', 'facts', '{deal_won}', '{deal_lost}', '{seat,origin,group}', 'deals won over deals won and lost in the period', 'whom to follow up first'),
  ('prepared_share', 'won with the referral conversation', 'share', 'facts', '{deal_won:prepared}', '{deal_won}', '{seat,origin,group}',
   'won deals in which the referral conversation was had, over all won deals', 'who skips the conversation'),
  ('projects_completed', 'projects completed', 'projects', 'facts', '{project_completed}', '{}', '{seat}', 'projects by the day they were completed, and how long they took', 'when reviews are due'),
  ('promises_kept', 'promises kept', 'share', 'facts', '{promise_kept,promise_exceeded}', '{promise_broken}', '{seat}',
   'promises kept or exceeded over those and the broken ones, by the day they were settled; overdue ones are counted once they are settled', 'where we promise too much'),
  ('promises_exceeded', 'promises exceeded', 'share', 'facts', '{promise_exceeded}', '{promise_kept,promise_broken}', '{seat}',
   'promises exceeded over all settled ones', 'who surprises customers');

-- Referred, other and unknown are three groups, never two.
create function origin_group(origin text) returns text language sql immutable as $$
  select case when origin = 'referral' then 'referred' when origin is null or origin like 'unknown%' then 'unknown' else 'other' end
$$;
-- The period a day lies in, as people write it: 2026-11-23, 2026-W48 (ISO), 2026-11, 2026-Q4; all: ''. period: 1 day, 2 week, 3 month, 4 quarter, 5 all.
create function period_of(day date, period int) returns text language sql immutable as $$
  select case period when 1 then to_char(day, 'YYYY-MM-DD') when 2 then to_char(day, 'IYYY"-W"IW') when 3 then to_char(day, 'YYYY-MM')
                     when 4 then to_char(day, 'YYYY"-Q"Q') else '' end
$$;
-- 95 % interval of a share (Wilson); null where there is nothing.
create function wilson(k double precision, n double precision, side int) returns double precision language sql immutable as $$
  select case when n > 0 and k between 0 and n then
    greatest(0, least(1, (k / n + 1.96 * 1.96 / (2 * n) + side * 1.96 * sqrt(k / n * (1 - k / n) / n + 1.96 * 1.96 / (4 * n * n))) / (1 + 1.96 * 1.96 / n))) end
$$;
-- The last instant of an as-of: the end of that day in the business's zone.
create function as_of_end(b uuid, day date) returns timestamptz language sql stable set search_path = vs, pg_temp as $$
  select (day + 1)::timestamp at time zone zone from business where business_id = b
$$;
reset role;
