-- What the method's systems share: a business's settings, its working calendar, things that fall due, and tasks.
set local role vs_owner;
set local search_path = vs, public;

-- Wall 4 for a new table of a tenant: forced policies, and reading for staff, the writer and the scheduler. What may be
-- written, and by whom, and what a partner sees, the migration says itself.
create function tenant_table(t text) returns void language plpgsql set search_path = vs, pg_temp as $$
begin
  execute format('alter table vs.%I enable row level security', t);
  execute format('alter table vs.%I force row level security', t);
  execute format('create policy tenant on vs.%I to vs_writer, vs_staff, vs_partner, vs_system using (business_id = nullif(current_setting(''vs.business'', true), '''')::uuid)', t);
  execute format('create policy owner on vs.%I to vs_owner using (true)', t);
  execute format('grant select on vs.%I to vs_writer, vs_staff, vs_system', t);
end $$;
revoke execute on function tenant_table(text) from public;

-- the scheduler works inside a business's context like everybody else
do $$
declare t text;
begin
  foreach t in array array['business','account','partner','contact','share','organization','touchpoint','strike','contact_stage','counter','change'] loop
    execute format('create policy tenant_system on %I to vs_system using (business_id = nullif(current_setting(''vs.business'', true), '''')::uuid)', t);
    execute format('grant select on %I to vs_system', t);
  end loop;
end $$;
grant insert on feed to vs_system;
grant insert, update on counter to vs_system;

-- Windows, clocks, weights and thresholds: the defaults, once for all; a business's own values beside them.
create table setting_default (
  key text primary key,
  kind text not null check (kind in ('number', 'text', 'flag', 'time', 'days')),
  value text not null,
  doc text not null
);
grant select on setting_default to vs_writer, vs_staff, vs_partner, vs_system;

create table setting (
  business_id uuid not null,
  key text not null,
  value text not null,
  changed_at timestamptz not null default now(),
  changed_by uuid not null,
  primary key (business_id, key)
);
select tenant_table('setting');
grant select on setting to vs_partner;
grant insert, update, delete on setting to vs_writer;

create function setting_of(b uuid, k text) returns text language sql stable set search_path = vs, pg_temp as $$
  select coalesce((select value from setting where business_id = b and key = k), (select value from setting_default where key = k))
$$;
create function setting_number(b uuid, k text) returns numeric language sql stable set search_path = vs, pg_temp as $$
  select setting_of(b, k)::numeric
$$;
create function setting_flag(b uuid, k text) returns boolean language sql stable set search_path = vs, pg_temp as $$
  select setting_of(b, k) = 'yes'
$$;

insert into setting_default(key, kind, value, doc) values
  ('calendar.days', 'days', 'mon tue wed thu fri', 'days of the week on which the business works'),
  ('calendar.opens', 'time', '09:00', 'when a working day begins, in the business''s zone'),
  ('calendar.closes', 'time', '17:00', 'when it ends; 24:00 is midnight');

create table holiday (
  business_id uuid not null,
  day date not null,
  name text not null,
  primary key (business_id, day)
);
select tenant_table('holiday');
grant select on holiday to vs_partner;
grant insert, update, delete on holiday to vs_writer;

-- The working spans that end after `start`, in order. Lengths are real time: a span across a change of the clocks is 23 or
-- 25 hours long when the calendar says it runs all day.
create function business_spans(b uuid, start timestamptz, days int) returns table (opens timestamptz, closes timestamptz)
language sql stable set search_path = vs, pg_temp as $$
  select greatest(x.o, start), x.c
  from business z
  cross join lateral generate_series(0, days) n
  cross join lateral (select (start at time zone z.zone)::date + n as day) d
  cross join lateral (select (d.day + setting_of(b, 'calendar.opens')::time) at time zone z.zone as o,
                             case when setting_of(b, 'calendar.closes') = '24:00' then (d.day + 1)::timestamp at time zone z.zone
                                  else (d.day + setting_of(b, 'calendar.closes')::time) at time zone z.zone end as c) x
  where z.business_id = b and x.c > start and x.c > x.o
    and lower(to_char(d.day, 'Dy')) = any (string_to_array(setting_of(b, 'calendar.days'), ' '))
    and not exists (select from holiday h where h.business_id = b and h.day = d.day)
  order by 1
$$;
-- `hours` working hours after start. Null when the calendar has none within 400 days.
create function business_hours_after(b uuid, start timestamptz, hours numeric) returns timestamptz language sql stable set search_path = vs, pg_temp as $$
  with s as (select opens, closes, sum(closes - opens) over (order by opens) as passed
             from business_spans(b, start, case when hours <= 16 then 14 else 400 end)),
       need as (select make_interval(secs => (hours * 3600)::double precision) as n)
  select opens + (n - (passed - (closes - opens))) from s, need where passed >= n order by opens limit 1
$$;
-- The end of the `days`th working day after the day of start (0: that of start's own day, or the next working one).
create function business_days_after(b uuid, start timestamptz, days int) returns timestamptz language sql stable set search_path = vs, pg_temp as $$
  with s as (select x.closes, row_number() over (order by x.closes) as n
             from business z, business_spans(b, start, 14 + days * 3) x
             where z.business_id = b and (days = 0 or (x.closes - interval '1 microsecond') at time zone z.zone > ((start at time zone z.zone)::date + 1)))
  select closes from s where n = greatest(days, 1)
$$;

-- Things that fall due. The scheduler fires each once: whoever sets fired_at does what the rule says in the same transaction.
-- rule names the statement fire_<rule> (sql/queries) that does it. What a fired rule needs it finds by subject.
create table due (
  business_id uuid not null,
  due_id uuid not null,
  rule text not null,
  subject uuid not null,
  at timestamptz not null,
  task_rule text,            -- of rule 'task': which task it makes, for whom, by when
  subject_kind "char",
  contact_id uuid,
  owner_id uuid,
  task_due timestamptz,
  words text,
  made_at timestamptz not null default now(),
  fired_at timestamptz,
  cancelled_at timestamptz,
  primary key (business_id, due_id)
);
create index due_next on due (at) where fired_at is null and cancelled_at is null;
create index due_subject on due (business_id, subject);
select tenant_table('due');
create policy system on due to vs_system using (true);
grant insert on due to vs_writer, vs_system;
grant update (fired_at, cancelled_at, at, owner_id, task_due) on due to vs_writer, vs_system;

-- What a task of a rule is called. `title` is what the card says; words of a task itself come from who made it.
create table task_rule (
  rule text primary key,
  title text not null
);
grant select on task_rule to vs_writer, vs_staff, vs_partner, vs_system;
insert into task_rule(rule, title) values ('own', 'follow up');

-- state: 1 open, 2 done, 3 dropped ("not for this one"). A task is of a rule and a subject, once while it is open.
create table task (
  business_id uuid not null,
  task_id uuid not null,
  number bigint not null,
  rule text not null,
  subject_kind "char",
  subject uuid,
  contact_id uuid,
  owner_id uuid not null,
  due_at timestamptz not null,
  later_until timestamptz,
  words text,
  state smallint not null default 1 check (state between 1 and 3),
  result text,
  made_at timestamptz not null default now(),
  made_by uuid,              -- null: a rule
  closed_at timestamptz,
  closed_by uuid,
  primary key (business_id, task_id),
  unique (business_id, number),
  foreign key (business_id, owner_id) references account (business_id, account_id),
  foreign key (business_id, contact_id) references contact (business_id, contact_id)
);
create index task_owner on task (business_id, owner_id, due_at) where state = 1;
create index task_contact on task (business_id, contact_id) where state = 1;
create index task_subject on task (business_id, subject) where subject is not null;
create unique index task_once on task (business_id, rule, subject) where state = 1 and subject is not null;
select tenant_table('task');
grant insert, update on task to vs_writer, vs_system;

-- What hangs on a contact, in minor units. Replaced when deals exist.
create function value_at_risk(b uuid, contact uuid) returns bigint language sql stable as $$ select 0::bigint $$;
-- What a thing is called: "C142", "R31". kind: the letter of its short number; each kind of record adds its line.
create function subject_name(b uuid, kind "char", id uuid) returns text language sql stable set search_path = vs, pg_temp as $$
  select case kind when 'C' then 'C' || (select number from contact where business_id = b and contact_id = id) end
$$;

alter table account add column away_until timestamptz, add column stand_in uuid;
reset role;
