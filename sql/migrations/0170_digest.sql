-- The daily digest for one's own staff, handed to the operator's program (digest.command of vouchsafed).
--
--   rule digest        a business's own, once a working day at digest.at: a row of `digest` and a thing due for everybody who gets one
--   rule digest_send   one account's of one day: whoever claims it moves `at` past the time the program may take, so that nobody else
--                      runs it meanwhile; a run that ended says so and it is fired, one that failed comes again after a pause, one
--                      whose instance died comes again when the claim ran out, in all digest.tries times at most
-- So a run that was told to have worked is never repeated; a run of which nothing was heard may be: at least once, under the same id.
set local role vs_owner;
set local search_path = vs, public;

-- where an account's digest goes; null: nowhere, there is none
alter table account add column email text check (email !~ '^-' and email ~ '^[^[:space:]]+@[^[:space:]]+$');

insert into setting_default(key, kind, value, doc) values
  ('digest.on', 'flag', 'yes', 'send a daily digest to those who named an address, where the server has a program for it'),
  ('digest.at', 'time', '07:00', 'when, on working days, in the business''s zone'),
  ('digest.late_hours', 'number', '4', 'a digest that could not be handed on for so long is left out for that day'),
  ('digest.tries', 'number', '3', 'how often the program is run for one digest, at most'),
  ('digest.again_minutes', 'number', '5', 'minutes until one that failed is tried again; twice as many after the second time'),
  ('digest.seconds', 'number', '60', 'how long the program may take, 1 to 600; then it is ended');

-- state: 1 waiting, 2 sent, 3 failed, 4 not sent, since there was nothing in it or nobody to get it
create table digest (
  business_id uuid not null,
  digest_id uuid not null,
  account_id uuid not null,
  day date not null,
  state smallint not null default 1 check (state between 1 and 4),
  tries smallint not null default 0,
  made_at timestamptz not null default now(),
  ended_at timestamptz,
  why text,
  primary key (business_id, digest_id),
  unique (business_id, account_id, day),
  foreign key (business_id, account_id) references account (business_id, account_id)
);
create index digest_day on digest (business_id, day, digest_id);
select tenant_table('digest');
grant insert, update on digest to vs_system;

create function is_working_day(b uuid, d date) returns boolean language sql stable set search_path = vs, pg_temp as $$
  select lower(to_char(d, 'Dy')) = any (string_to_array(setting_of(b, 'calendar.days'), ' '))
     and not exists (select from holiday h where h.business_id = b and h.day = d)
$$;
-- The digest's moment of a day.
create function digest_moment(b uuid, d date) returns timestamptz language sql stable set search_path = vs, pg_temp as $$
  select (d + least(setting_of(b, 'digest.at')::time, time '23:59')) at time zone z.zone from business z where z.business_id = b
$$;
-- The first one after now; where no working day is near, it is looked for again tomorrow.
create function digest_next(b uuid) returns timestamptz language sql stable set search_path = vs, pg_temp as $$
  select coalesce((select digest_moment(b, d.day) from generate_series(0, 14) n cross join lateral (select today_of(b) + n as day) d
                   where is_working_day(b, d.day) and digest_moment(b, d.day) > now() order by d.day limit 1), now() + interval '1 day')
$$;

insert into due(business_id, due_id, rule, subject, at) select business_id, gen_random_uuid(), 'digest', business_id, now() from business;
reset role;
