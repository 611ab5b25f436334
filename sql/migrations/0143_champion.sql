-- Champions: customers who refer repeatedly and on purpose, and how far a good word travels.
set local role vs_owner;
set local search_path = vs, public;

-- state: 1 invited, 2 active, 3 resting, 4 declined. A candidate is nobody's state: who is one is asked of the records.
create table champion (
  business_id uuid not null,
  champion_id uuid not null,
  contact_id uuid not null,
  state smallint not null check (state between 1 and 4),
  since timestamptz not null default now(),
  because text not null,
  owner_id uuid not null,
  primary key (business_id, champion_id),
  unique (business_id, contact_id),
  foreign key (business_id, contact_id) references contact (business_id, contact_id),
  foreign key (business_id, owner_id) references account (business_id, account_id)
);
select tenant_table('champion');
grant insert, update on champion to vs_writer;
create table champion_step (
  business_id uuid not null,
  step_id uuid not null default gen_random_uuid(),
  champion_id uuid not null,
  at timestamptz not null default clock_timestamp(),
  from_state smallint,
  to_state smallint not null,
  account_id uuid not null,
  because text not null,
  primary key (business_id, step_id),
  foreign key (business_id, champion_id) references champion (business_id, champion_id)
);
create index champion_step_of on champion_step (business_id, champion_id, at);
select tenant_table('champion_step');
grant insert on champion_step to vs_writer;
insert into contact_part(relation, col, how, key, spare) values ('champion', 'contact_id', 'moves', 'champion_id', 'true');

-- from_state 0: not one yet. action as champion.proto's.
create table champion_transition (
  from_state smallint not null,
  action smallint not null,
  to_state smallint not null,
  primary key (from_state, action)
);
grant select on champion_transition to vs_writer, vs_staff;
insert into champion_transition values (0, 1, 1), (4, 1, 1), (1, 2, 2), (1, 3, 4), (2, 4, 3), (3, 5, 2);

-- How we show it, the more the more they sent; money comes last. Staff give it, nothing happens by itself.
create table recognition (
  referrals int primary key,
  words text not null
);
grant select on recognition to vs_writer, vs_staff;
insert into recognition values (1, 'a card by hand'), (2, 'credit before others'), (4, 'an evening with us'), (7, 'their cause gets a donation'), (11, 'a gift of their choice');

insert into setting_default(key, kind, value, doc) values
  ('champion.days', 'number', '365', 'days back that make a candidate for champion'),
  ('champion.referrals', 'number', '2', 'referrals within those days that make a candidate'),
  ('champion.touch_days', 'number', '60', 'an active champion is touched at least every so many days'),
  ('champion.quiet_days', 'number', '90', 'an active champion without a referral for so many days goes quiet');
insert into task_rule(rule, title) values
  ('champion_kit', 'a champion said yes: card, link, tools, briefing'), ('champion_touch', 'a champion heard nothing of us for a while'),
  ('champion_quiet', 'a champion goes quiet');
insert into metric values
  ('champions_joined', 'champions joined', 'champions', 'facts', '{champion_joined}', '{}', '{seat}', 'customers who said yes to being a champion, by day', 'whom to invite next');

-- Who sent a person: the source of the claim that holds its credit, else of the first referral. One parent each, so it is a tree; where people sent each
-- other in a circle it is cut at whoever would come twice (champion_tree).
create function champion_parent(b uuid, who uuid) returns uuid language sql stable set search_path = vs, pg_temp as $$
  select coalesce(
    (select c.source_contact from claim c where c.business_id = b and c.contact_id = who and c.holds and c.source_contact <> who),
    (select r.source_contact from referral r where r.business_id = b and r.contact_id = who and r.direction = 1 and r.state <> 12 and r.source_contact is not null
       and r.source_contact <> who order by r.happened_at, r.number limit 1))
$$;
-- The person itself (depth 0) and all who came through it, at most so deep and so many.
create function champion_tree(b uuid, root uuid, deep int, many int) returns table (contact_id uuid, parent_id uuid, depth int, path uuid[])
language sql stable set search_path = vs, pg_temp as $$
  with recursive t as (
    select root as contact_id, null::uuid as parent_id, 0 as depth, array[root] as path
    union all
    select n.contact_id, t.contact_id, t.depth + 1, t.path || n.contact_id
    from t cross join lateral (select distinct r.contact_id from referral r where r.business_id = b and r.source_contact = t.contact_id and r.direction = 1 and r.state <> 12) n
    where t.depth < deep and n.contact_id <> all (t.path) and champion_parent(b, n.contact_id) = t.contact_id)
  select contact_id, parent_id, depth, path from t limit many
$$;
-- What came of a person's word: itself and through those it brought.
create function champion_yield(b uuid, root uuid) returns table (direct bigint, direct_won bigint, direct_value bigint, downstream bigint, downstream_value bigint, people bigint)
language sql stable set search_path = vs, pg_temp as $$
  with t as materialized (select * from champion_tree(b, root, 20, 5000)),
   r as (select t.depth, r.state, r.value from t join referral r on r.business_id = b and r.source_contact = t.contact_id and r.direction = 1 and r.state <> 12)
  select count(*) filter (where depth = 0), count(*) filter (where depth = 0 and state = 6), coalesce(sum(value) filter (where depth = 0 and state = 6), 0)::bigint,
         count(*) filter (where depth > 0), coalesce(sum(value) filter (where depth > 0 and state = 6), 0)::bigint, (select count(*) - 1 from t)
  from r
$$;
reset role;
