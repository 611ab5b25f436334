-- What is counted of the method beside touches; deals, projects and promises.
set local role vs_owner;
set local search_path = vs, public;

-- One row per thing that happened and is counted, and a counter-entry (n = -1, recorded on its own day) where it is taken
-- back: the sums over recorded_at up to an as-of are the same for ever. Append-only.
--   kind    what happened: 'deal_won', 'promise_kept', …; each migration names its own
--   day     when, in the business's zone; at: the instant, where it is known
--   seconds how long it took since what began it, for metrics of time
create table fact (
  business_id uuid not null,
  fact_id uuid not null default gen_random_uuid(),
  kind text not null,
  day date not null,
  recorded_at timestamptz not null default now(),
  n smallint not null default 1 check (n in (1, -1)),
  subject uuid,
  contact_id uuid,
  seat_id uuid,
  partner_id uuid,
  origin text,
  label text,                -- the value of a breakdown of its own: a channel, a reason, a cause
  value bigint,
  currency text,
  seconds bigint,
  primary key (business_id, fact_id)
);
create index fact_kind on fact (business_id, kind, day);
create index fact_subject on fact (business_id, subject, kind);
select tenant_table('fact');
grant insert on fact to vs_writer, vs_system;

-- A sale in progress. state: 1 open, 2 won, 3 lost. seat: who is credited. conversation_on: the referral conversation was had.
create table deal (
  business_id uuid not null,
  deal_id uuid not null,
  number bigint not null,
  contact_id uuid not null,
  title text not null,
  state smallint not null default 1 check (state between 1 and 3),
  value bigint check (value >= 0),
  list_price bigint check (list_price >= 0),
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  opened_on date not null,
  closed_on date check (closed_on >= opened_on),
  owner_id uuid not null,
  seat_id uuid not null,
  origin text not null,
  conversation_on date,
  customer_owes text,
  lost_because text,
  version bigint not null default 1,
  made_at timestamptz not null default now(),
  made_by uuid not null,
  primary key (business_id, deal_id),
  unique (business_id, number),
  check ((state = 1) = (closed_on is null)),
  foreign key (business_id, contact_id) references contact (business_id, contact_id),
  foreign key (business_id, owner_id) references account (business_id, account_id),
  foreign key (business_id, seat_id) references account (business_id, account_id)
);
create index deal_contact on deal (business_id, contact_id);
select tenant_table('deal');
grant insert, update on deal to vs_writer;

-- The value the customer expects of a deal: before and promised at the sale, after at the review.
create table baseline (
  business_id uuid not null,
  baseline_id uuid not null,
  deal_id uuid not null,
  measure text not null,
  unit text not null,
  before double precision not null,
  promised double precision not null,
  after double precision,
  evidence text,
  result_on date,
  primary key (business_id, baseline_id),
  foreign key (business_id, deal_id) references deal (business_id, deal_id)
);
create index baseline_deal on baseline (business_id, deal_id);
select tenant_table('baseline');
grant insert, update on baseline to vs_writer;

-- Work for a customer. state: 1 active, 2 completed, 3 cancelled.
create table project (
  business_id uuid not null,
  project_id uuid not null,
  number bigint not null,
  contact_id uuid not null,
  deal_id uuid,
  title text not null,
  state smallint not null default 1 check (state between 1 and 3),
  started_on date not null,
  ended_on date check (ended_on >= started_on),
  owner_id uuid not null,
  because text,
  made_at timestamptz not null default now(),
  primary key (business_id, project_id),
  unique (business_id, number),
  check ((state = 1) = (ended_on is null)),
  foreign key (business_id, contact_id) references contact (business_id, contact_id),
  foreign key (business_id, deal_id) references deal (business_id, deal_id),
  foreign key (business_id, owner_id) references account (business_id, account_id)
);
create index project_contact on project (business_id, contact_id);
create index project_deal on project (business_id, deal_id) where deal_id is not null;
select tenant_table('project');
grant insert, update on project to vs_writer;

-- state: 1 open, 2 kept, 3 exceeded, 4 broken, 5 released. Overdue is derived: open and past its day in the business's zone.
create table promise (
  business_id uuid not null,
  promise_id uuid not null,
  number bigint not null,
  contact_id uuid not null,
  words text not null,
  due_on date not null,
  state smallint not null default 1 check (state between 1 and 5),
  owner_id uuid not null,
  deal_id uuid,
  project_id uuid,
  made_on date not null,
  settled_on date,           -- the day it was fulfilled, said to be impossible, or released
  because text,
  made_at timestamptz not null default now(),
  made_by uuid not null,
  primary key (business_id, promise_id),
  unique (business_id, number),
  foreign key (business_id, contact_id) references contact (business_id, contact_id),
  foreign key (business_id, deal_id) references deal (business_id, deal_id),
  foreign key (business_id, project_id) references project (business_id, project_id),
  foreign key (business_id, owner_id) references account (business_id, account_id)
);
create index promise_contact on promise (business_id, contact_id);
create index promise_open on promise (business_id, owner_id, due_on) where state = 1;
select tenant_table('promise');
grant insert, update on promise to vs_writer;

insert into task_rule(rule, title) values ('promise_due', 'a promise is due');

create function today_of(b uuid) returns date language sql stable set search_path = vs, pg_temp as $$
  select (now() at time zone zone)::date from business where business_id = b
$$;
create or replace function value_at_risk(b uuid, contact uuid) returns bigint language sql stable set search_path = vs, pg_temp as $$
  select coalesce(sum(value), 0)::bigint from deal where business_id = b and contact_id = contact and state = 1
$$;
create or replace function subject_name(b uuid, kind "char", id uuid) returns text language sql stable set search_path = vs, pg_temp as $$
  select case kind when 'C' then 'C' || (select number from contact where business_id = b and contact_id = id)
                   when 'D' then 'D' || (select number from deal where business_id = b and deal_id = id)
                   when 'J' then 'J' || (select number from project where business_id = b and project_id = id)
                   when 'M' then 'M' || (select number from promise where business_id = b and promise_id = id) end
$$;
reset role;
