-- Results reviews and checks, the promises to mend that follow a bad word, and how a contact's complaints are found.
set local role vs_owner;
set local search_path = vs, public;

insert into setting_default(key, kind, value, doc) values
  ('review.days', 'number', '30', 'days from a project''s completion to its results review'),
  ('review.book_days', 'number', '7', 'days before that the follow-up to book it appears'),
  ('review.fresh_days', 'number', '14', 'a review or check held longer ago than this is history: it causes no ask, no promise and no follow-up'),
  ('check.days', 'number', '2', 'days from a delivery or closed support case to its check'),
  ('check.mend_up_to', 'number', '6', 'who says this or less (0 to 10) is owed a promise to mend'),
  ('check.loyal_from', 'number', '9', 'who says this or more (0 to 10) counts for readiness'),
  ('mend.days', 'number', '7', 'days until a promise to mend is due, when nothing else is said');

-- Did the customer get the results? state: 1 planned, 2 held, 3 dropped. result: 1 good, 2 bad. Planned by a project's completion
-- or by hand; one held without a plan has its day as due_on.
create table review (
  business_id uuid not null,
  review_id uuid not null,
  number bigint not null,
  contact_id uuid not null,
  project_id uuid,
  state smallint not null default 1 check (state between 1 and 3),
  due_on date not null,
  booked_at timestamptz,     -- agreed with the customer
  owner_id uuid not null,
  held_on date,
  result smallint check (result between 1 and 2),
  score smallint,
  score_scale smallint,
  words text,                -- the customer's
  because text,              -- why it was dropped
  made_at timestamptz not null default now(),
  made_by uuid,              -- null: a rule
  primary key (business_id, review_id),
  unique (business_id, number),
  check ((state = 2) = (held_on is not null) and (state = 2) = (result is not null)),
  foreign key (business_id, contact_id) references contact (business_id, contact_id),
  foreign key (business_id, project_id) references project (business_id, project_id),
  foreign key (business_id, owner_id) references account (business_id, account_id)
);
create index review_planned on review (business_id, due_on, review_id) where state = 1;
create index review_open on review (business_id, contact_id) where state = 1;
create index review_held on review (business_id, contact_id, held_on desc, review_id desc) where state = 2;
create index review_bad on review (business_id, contact_id) where result = 2;
select tenant_table('review');
grant insert, update on review to vs_writer;

-- "How was it?", 0 to 10, after a delivery or a closed support case. state: 1 open, 2 answered, 3 dropped; a contact has one open
-- at most. (The protocol and people say "check"; that word is SQL's own.)
create table checkup (
  business_id uuid not null,
  checkup_id uuid not null,
  number bigint not null,
  contact_id uuid not null,
  touchpoint_id uuid,        -- the delivery or case behind it
  state smallint not null default 1 check (state between 1 and 3),
  due_on date not null,
  owner_id uuid not null,
  answered_on date,
  said smallint check (said between 0 and 10),
  words text,
  made_at timestamptz not null default now(),
  made_by uuid,
  primary key (business_id, checkup_id),
  unique (business_id, number),
  check ((state = 2) = (said is not null) and (state = 2) = (answered_on is not null)),
  foreign key (business_id, contact_id) references contact (business_id, contact_id),
  foreign key (business_id, owner_id) references account (business_id, account_id)
);
create unique index checkup_open on checkup (business_id, contact_id) where state = 1;
create index checkup_answered on checkup (business_id, contact_id, answered_on desc) where state = 2;
create index checkup_touch on checkup (business_id, touchpoint_id) where touchpoint_id is not null;
create index checkup_list on checkup (business_id, due_on, checkup_id);
select tenant_table('checkup');
grant insert, update on checkup to vs_writer;
grant insert on checkup to vs_system;
-- checks to come, of a contact
create index due_check on due (business_id, contact_id) where rule = 'check' and fired_at is null and cancelled_at is null;

-- A promise to mend what a review or check showed: mends is its id.
alter table promise add column mends uuid;
create index promise_mends on promise (business_id, contact_id) where mends is not null;
create index promise_broken on promise (business_id, contact_id) where state = 4;

-- Complaints of a contact, and the touch that mended one (a complaint, or a broken promise). Few touches are in them.
create index touchpoint_complaint on touchpoint (business_id, contact_id) where sentiment = 3 and refusal is null;
create index touchpoint_mends on touchpoint (business_id, mends) where mends is not null and refusal is null;

insert into task_rule(rule, title) values ('review_due', 'a results review is due'), ('check_due', 'ask how it was');
insert into kind values ('V', 'review', 'review', 'review_id'), ('K', 'check', 'checkup', 'checkup_id');

insert into metric values
  ('reviews_held', 'reviews held', 'reviews', 'facts', '{review_held}', '{}', '{seat,label}', 'results reviews by the day they were held, good and bad',
   'whether results are asked for at all'),
  ('good_results', 'good results', 'share', 'facts', '{review_held:good}', '{review_held}', '{seat}', 'reviews with a good result over all held ones', 'what we deliver worse than we promise'),
  ('checks_answered', 'checks answered', 'checks', 'facts', '{check_answered}', '{}', '{seat,label}', 'checks by the day they were answered: loyal (9-10), content, unhappy (0-6)',
   'which deliveries need a second look'),
  ('loyal_share', 'said 9 or 10', 'share', 'facts', '{check_answered:loyal}', '{check_answered}', '{seat}', 'checks answered with 9 or 10 over all answered', 'whom to ask first');
reset role;
