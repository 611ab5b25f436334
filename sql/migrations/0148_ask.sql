-- Asks for three introductions, and the ask list: its weights, and the order of a day.
set local role vs_owner;
set local search_path = vs, public;

insert into setting_default(key, kind, value, doc) values
  ('ask.cooldown_days', 'number', '90', 'days in which nobody is asked again'),
  ('ask.slots_days', 'number', '14', 'days after which names that are still open come back, once'),
  ('readiness.touches', 'number', '3', 'how many of the last touches must be positive to count'),
  ('readiness.days', 'number', '365', 'how far back an exceeded promise, a 9 or 10 and a meeting face to face count'),
  ('readiness.first_days', 'number', '45', 'how long a first project counts as just completed');

-- The weights of readiness, 0 to 100: what counts for and against asking, in the order it is told. A business's own points are its
-- settings readiness.<reason>. How each is found stands in sql/queries/parts.sql ("readiness"), in this order.
create table readiness (
  place smallint primary key,
  reason text not null unique,
  points int not null,
  words text not null,
  doc text not null
);
grant select on readiness to vs_writer, vs_staff, vs_system;
insert into readiness values
  (1, 'result_confirmed', 25, 'result confirmed', 'the latest results review was good'),
  (2, 'promise_exceeded', 15, 'a promise exceeded', 'more was done than was promised, within a year'),
  (3, 'touches_positive', 15, 'last touches positive', 'the last touches were all positive'),
  (4, 'said_nine', 15, 'said 9 or 10', 'the answer of a check, within a year'),
  (5, 'first_delivery', 10, 'first project just completed', 'the first one, and not long ago'),
  (6, 'referred_before', 10, 'has referred before', 'somebody came from them'),
  (7, 'hyper_loyal', 10, 'hyper-loyal', 'set by a seat'),
  (8, 'no_review', -15, 'no review held yet', 'nobody has asked whether they got the results'),
  (9, 'no_face', -10, 'no face in a year', 'no meeting, event or visit within a year');
insert into setting_default(key, kind, value, doc) select 'readiness.' || reason, 'number', points, 'points for: ' || words || ' (' || doc || ')' from readiness;

-- state: 1 due (a good result), 2 made, 3 yes, 4 later, 5 no, 6 dropped. asked_on: the last time.
create table ask (
  business_id uuid not null,
  ask_id uuid not null,
  number bigint not null,
  contact_id uuid not null,
  review_id uuid,
  state smallint not null check (state between 1 and 6),
  due_on date not null,
  owner_id uuid not null,
  asked_on date,
  asked_by uuid,
  answered_on date,
  later_until date,
  reason smallint,
  words text,                -- the customer's
  made_at timestamptz not null default now(),
  primary key (business_id, ask_id),
  unique (business_id, number),
  check ((state in (1, 6)) or asked_on is not null),
  foreign key (business_id, contact_id) references contact (business_id, contact_id),
  foreign key (business_id, review_id) references review (business_id, review_id),
  foreign key (business_id, owner_id) references account (business_id, account_id)
);
create index ask_asked on ask (business_id, contact_id, asked_on desc, number desc) where asked_on is not null;
create index ask_due on ask (business_id, contact_id) where state = 1;
create index ask_review on ask (business_id, review_id) where review_id is not null;
create index ask_no on ask (business_id, reason) where state = 5;
select tenant_table('ask');
grant insert, update on ask to vs_writer;

-- The three names. state: 1 open, 2 filled, 3 given up.
create table ask_slot (
  business_id uuid not null,
  ask_id uuid not null,
  slot smallint not null check (slot between 1 and 3),
  state smallint not null default 1 check (state between 1 and 3),
  person text,
  referral_id uuid,
  because text,
  changed_at timestamptz,
  primary key (business_id, ask_id, slot),
  foreign key (business_id, ask_id) references ask (business_id, ask_id),
  foreign key (business_id, referral_id) references referral (business_id, referral_id)
);
select tenant_table('ask_slot');
grant insert, update on ask_slot to vs_writer;

-- From which day a contact may be asked again: after the cool-down, or the day they named themselves. Volatile: asked after a wait
-- for the contact's row, it sees what the one before has written.
create function ask_again_on(b uuid, contact uuid) returns date language plpgsql volatile set search_path = vs, pg_temp as $$
begin
  return (select case when a.state = 4 and a.later_until is not null then a.later_until else a.asked_on + setting_number(b, 'ask.cooldown_days')::int end
          from ask a where a.business_id = b and a.contact_id = contact and a.asked_on is not null order by a.asked_on desc, a.number desc limit 1);
end $$;

-- The order of a day, fixed when it is first read: a row a candidate, overwritten the next day. up_to: how far the making has come;
-- it goes on in steps, by whichever instance. rank: 100 minus what the reasons of that moment weigh; 10000: joined later in the day.
create table ask_day (
  business_id uuid primary key,
  day date not null,
  up_to uuid not null,
  complete boolean not null default false,
  begun_at timestamptz not null default now()
);
select tenant_table('ask_day');
grant insert, update on ask_day to vs_system;
create table ask_place (
  business_id uuid not null,
  contact_id uuid not null,
  day date not null,
  rank smallint not null,
  number bigint not null,
  primary key (business_id, contact_id)
) with (fillfactor = 70);
create index ask_order on ask_place (business_id, day, rank, number);
select tenant_table('ask_place');
grant insert, update on ask_place to vs_system, vs_writer;

create index contact_no_ask on contact (business_id, contact_id) where no_ask;
create index project_completed on project (business_id, contact_id) where state = 2;
create index promise_exceeded on promise (business_id, contact_id) where state = 3;

insert into contact_part(relation, col, how, key) values ('ask', 'contact_id', 'moves', 'ask_id');
insert into contact_part(relation, col, how) values ('ask_place', 'contact_id', 'stays');
insert into task_rule(rule, title) values
  ('ask_due', 'ask for three introductions'), ('ask_again', 'ask again, as agreed'), ('slots_open', 'names are still open');
insert into kind values ('A', 'ask', 'ask', 'ask_id');
insert into metric(metric, title, unit, source, counts, against, breakdowns, definition, decision) values
  ('asks_due', 'asks due', 'asks', 'facts', '{ask_due}', '{}', '{seat}', 'asks that good results made due, by the day of the review', 'is what was earned also asked for'),
  ('asks_made', 'asks made', 'asks', 'facts', '{ask_made}', '{}', '{seat,label}', 'asks by the day they were made: due or unasked for by a review', 'who asks, and who doesn''t'),
  ('asks_yes', 'asks answered yes', 'share', 'facts', '{ask_answered:yes}', '{ask_answered}', '{seat}', 'asks answered yes over all answered', 'whether we ask the right people at the right time'),
  ('asks_refused', 'why not', 'asks', 'facts', '{ask_refused}', '{}', '{label,seat}', 'asks answered no, by reason', 'which reason to take away first'),
  ('names_given', 'names given', 'names', 'facts', '{name_given}', '{}', '{seat}', 'names that asked customers gave, each a received referral', 'how much an ask brings');
reset role;
