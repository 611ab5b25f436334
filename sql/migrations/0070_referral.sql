-- Referrals: the lifecycle as one table of transitions, the records, and what happened to each.
--
-- Facts (subject: the referral; partner_id: the partner at the other end; seat_id: who acted; label: the reason's code, else the cause):
--   referral_received, referral_given                    by the day it came in
--   referral_opened, referral_first_response             seconds since it came in
--   referral_accepted, referral_declined, referral_redirected, referral_contacted, referral_held, referral_withdrawn, referral_reopened
--   appointment_set, appointment_kept, appointment_no_show, appointment_moved
--   referral_won (value, currency), referral_lost        seconds since it came in
--   referral_told                                        seconds from the outcome to its source hearing it (a seat sees it at once)
--   referral_thanked                                     label receipt or outcome; seconds since that
--   clock_breached                                       label: which clock
-- Of what we give the same, with "given_" before it: given_accepted, given_appointment_kept, given_won, given_clock_breached.
-- Reopening takes the outcome back by counter-entries, a mistake everything.
set local role vs_owner;
set local search_path = vs, public;

-- what the server makes itself is as acceptable as what a client makes: version 8
create function id_made() returns uuid language sql volatile as $$ select overlay(gen_random_uuid()::text placing '8' from 15 for 1)::uuid $$;
create function next_number(b uuid, letter "char") returns bigint language sql volatile set search_path = vs, pg_temp as $$
  insert into counter(business_id, kind, last) values (b, letter, 1) on conflict (business_id, kind) do update set last = counter.last + 1 returning last
$$;

-- The words for states and actions are the enums' of referral.proto. line: what the source hears of it, with {person}, {caller},
-- {day}, {words}, {outcome}.
create table referral_state (state smallint primary key, word text not null);
create table referral_action (action smallint primary key, word text not null, title text not null, line text);
-- reasons of the actions that need one; line: what the source reads when nobody writes it something better
create table referral_reason (action smallint not null, code text not null, line text, primary key (action, code));
-- who: 1 the receiver, 2 the source, 4 an admin. to_state: 0 it stays, -1 back to held_from. needs: fields; "a|b": one of them.
-- fact: the kind of fact it posts. tells: the source hears of it. guard: what must hold beside the state (referral_guard).
-- takes_back: outcome, all: counter-entries of these.
create table referral_transition (
  direction smallint not null,
  from_state smallint not null,
  action smallint not null,
  who smallint not null,
  to_state smallint not null,
  needs text[] not null,
  fact text,
  tells boolean not null,
  guard text,
  takes_back text,
  primary key (direction, from_state, action)
);
-- Which clocks run in a state, from entering it. news starts again with everything that the source hears.
create table referral_clock (
  direction smallint not null,
  state smallint not null,
  clock text not null,
  setting text not null,
  unit text not null check (unit in ('hours', 'days', 'calendar')),
  title text not null,
  primary key (direction, state, clock)
);
grant select on referral_state, referral_action, referral_reason, referral_transition, referral_clock to vs_writer, vs_staff, vs_partner, vs_system;

insert into referral_state values
  (1, 'submitted'), (2, 'info wanted'), (3, 'accepted'), (4, 'contacted'), (5, 'appointment'), (6, 'won'), (7, 'lost'), (8, 'declined'),
  (9, 'redirected'), (10, 'on hold'), (11, 'withdrawn'), (12, 'entered in error');
insert into referral_action values
  (1, 'open', 'read it', null),
  (2, 'ask', 'ask the source for more', 'One question about {person}: {words}'),
  (3, 'inform', 'answer what was asked', null),
  (4, 'accept', 'take it, naming who calls and when', 'We gladly take care of {person}: {caller} calls on {day}.'),
  (5, 'decline', 'decline it kindly', '{outcome}'),
  (6, 'redirect', 'pass it to a partner that suits better', '{outcome}'),
  (7, 'contact', 'the person was reached', 'We have talked to {person}.'),
  (8, 'appoint', 'make an appointment', '{person} and we meet on {day}.'),
  (9, 'kept', 'the appointment was kept', 'We have met {person}.'),
  (10, 'no_show', 'the person did not come', '{person} could not come; we try again.'),
  (11, 'move', 'move the appointment', null),
  (12, 'win', 'the person became a customer', '{outcome}'),
  (13, 'lose', 'it came to nothing', '{outcome}'),
  (14, 'hold', 'let it rest, with the reason', 'It rests for now: {words}'),
  (15, 'resume', 'go on where it was', null),
  (16, 'withdraw', 'take it back, as its source', null),
  (17, 'mistake', 'entered in error: take it out of the numbers', null),
  (18, 'reopen', 'take it up again', 'We take it up again: {caller} calls {person} on {day}.'),
  (19, 'news', 'let the source know how it stands', '{words}'),
  (20, 'tell', 'the source was told the outcome', null),
  (21, 'thank', 'the source was thanked', null),
  (22, 'handover', 'hand it to another caller', null),
  (23, 'confirm', 'confirm the level, and what moved the source', null);
insert into referral_reason values
  (5, 'no_fit', 'What {person} needs is not what we do well; thank you for thinking of us.'),
  (5, 'no_capacity', 'We are full and could not serve {person} as you would wish; thank you for thinking of us.'),
  (5, 'too_far', '{person} is outside the area we serve; thank you for thinking of us.'),
  (5, 'known', 'We were in touch with {person} already; thank you for thinking of us.'),
  (5, 'no_consent', '{person} would rather not be called; thank you for thinking of us.'),
  (5, 'other', 'We could not take {person} on this time; thank you for thinking of us.'),
  (6, 'better_suited', 'A partner of ours suits {person} better and takes care of it.'),
  (6, 'no_capacity', 'We are full; a partner of ours takes care of {person}.'),
  (6, 'too_far', 'A partner of ours is nearer to {person} and takes care of it.'),
  (12, 'won', '{person} has become our customer, thanks to you.'),
  (13, 'price', '{person} decided against it this time; it was the price. Thank you all the same.'),
  (13, 'timing', 'It is not the time for {person} now. Thank you all the same.'),
  (13, 'bought_elsewhere', '{person} has chosen somebody else. Thank you all the same.'),
  (13, 'no_need', '{person} does not need it after all. Thank you all the same.'),
  (13, 'unreachable', 'We could not reach {person}. Thank you all the same.'),
  (13, 'other', 'It did not come about with {person}. Thank you all the same.'),
  (14, 'season', null), (14, 'person_asks', null), (14, 'capacity', null), (14, 'waiting', null), (14, 'other', null),
  (16, 'changed_mind', null), (16, 'person_objects', null), (16, 'sent_twice', null), (16, 'other', null),
  (17, 'duplicate', null), (17, 'wrong_person', null), (17, 'test', null), (17, 'other', null),
  (18, 'came_back', null), (18, 'decided_in_error', null), (18, 'other', null);

insert into referral_transition(direction, from_state, action, who, to_state, needs, fact, tells, guard, takes_back)
select 1, s, t.action, t.who, t.to_state, t.needs, t.fact, t.tells, t.guard, t.takes_back from (values
  (array[1, 2]::smallint[],                1::smallint, 1::smallint, 0::smallint, '{}'::text[], 'referral_opened'::text, false, 'not_opened'::text, null::text),
  (array[1],                               2,  1, 2,  '{words}', null, true, null, null),
  (array[2],                               3,  3, 1,  '{words}', null, false, null, null),
  (array[1, 2],                            4,  1, 3,  '{call_on}', 'referral_accepted', true, null, null),
  (array[1, 2],                            5,  1, 8,  '{reason,because}', 'referral_declined', true, null, null),
  (array[1, 2],                            6,  1, 9,  '{partner_id,reason,because}', 'referral_redirected', true, null, null),
  (array[3],                               7,  1, 4,  '{}', 'referral_contacted', true, null, null),
  (array[3, 4],                            8,  1, 5,  '{appointment_at}', 'appointment_set', true, null, null),
  (array[5],                               8,  1, 0,  '{appointment_at}', 'appointment_set', true, 'appointment_over', null),
  (array[5],                               9,  1, 0,  '{}', 'appointment_kept', true, 'appointment_set', null),
  (array[5],                               10, 1, 0,  '{}', 'appointment_no_show', true, 'appointment_set', null),
  (array[5],                               11, 1, 0,  '{appointment_at}', 'appointment_moved', false, 'appointment_set', null),
  (array[3, 4, 5],                         12, 1, 6,  '{value|deal_id}', 'referral_won', true, null, null),
  (array[3, 4, 5],                         13, 1, 7,  '{reason,because}', 'referral_lost', true, null, null),
  (array[1, 2, 3, 4, 5],                   14, 1, 10, '{reason,because}', 'referral_held', true, null, null),
  (array[10],                              15, 1, -1, '{}', null, false, null, null),
  (array[1, 2, 3, 4, 5, 10],               16, 2, 11, '{reason,because}', 'referral_withdrawn', false, null, null),
  (array[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], 17, 4, 12, '{reason,because}', null, false, null, 'all'),
  (array[6, 7, 8, 9, 11],                  18, 1, 3,  '{reason,because,call_on}', 'referral_reopened', true, null, 'outcome'),
  (array[1, 2, 3, 4, 5, 10],               19, 1, 0,  '{words}', null, true, null, null),
  (array[6, 7, 8, 9],                      20, 1, 0,  '{}', 'referral_told', false, 'not_told', null),
  (array[1, 2, 3, 4, 5, 10],               21, 1, 0,  '{}', 'referral_thanked', false, 'receipt_owed', null),
  (array[6, 7, 8, 9],                      21, 1, 0,  '{}', 'referral_thanked', false, 'not_thanked', null),
  (array[1, 2, 3, 4, 5, 10],               22, 1, 0,  '{owner}', null, false, null, null),
  (array[1, 2, 3, 4, 5, 6, 7],             23, 1, 0,  '{level|cause}', null, false, null, null)
) t(from_states, action, who, to_state, needs, fact, tells, guard, takes_back)
cross join lateral unnest(t.from_states) s;
-- given: our staff are the source and see it live; whose partner has no seat, for that staff act, marked so
insert into referral_transition
select 2, from_state, action, who, to_state, case when action = 12 then '{value}' else needs end,
       case when fact like 'referral_%' then 'given_' || substr(fact, 10) else 'given_' || fact end, tells, guard, takes_back
from referral_transition where action not in (6, 20, 21, 22);

insert into referral_clock
select d, s, c.clock, c.setting, c.unit, c.title from (values
  ('open', 'clock.open_hours', 'hours', 'read the referral', array[1]),
  ('decide', 'clock.decide_days', 'days', 'accept or decline the referral', array[1]),
  ('contact', 'clock.contact_days', 'days', 'call the person', array[3]),
  ('news', 'clock.news_days', 'calendar', 'let the source know how it stands', array[3, 4, 5, 10]),
  ('close', 'clock.close_days', 'days', 'tell the source the outcome, and thank', array[6, 7, 8, 9])) c(clock, setting, unit, title, states)
cross join lateral unnest(c.states) s cross join generate_series(1, 2) d
where d = 1 or c.clock <> 'close';

insert into setting_default(key, kind, value, doc) values
  ('clock.open_hours', 'number', '4', 'working hours until a person has read a referral'),
  ('clock.decide_days', 'number', '2', 'working days until a referral is accepted or declined'),
  ('clock.contact_days', 'number', '1', 'working days from accepting a referral to the first contact'),
  ('clock.news_days', 'number', '7', 'days after which the source of an open referral should hear something'),
  ('clock.close_days', 'number', '2', 'working days until the source was told the outcome and thanked'),
  ('referral.caller', 'text', 'the person responsible for it, whose name you get when it is accepted,', 'who calls a person that was referred, for the source to read'),
  ('referral.terms', 'text', '', 'what else a source reads before it submits a referral'),
  ('referral.friend_line', 'text', 'I told {business} about you: {because}. They will call you; I think they can help.', 'what a source can say to the person; {business}, {because}');

insert into task_rule(rule, title) values
  ('referral_open', 'a referral waits to be read'), ('referral_decide', 'a referral waits for a decision'), ('referral_contact', 'call who was referred'),
  ('referral_news', 'the source has heard nothing for a while'), ('referral_close', 'the source waits for the outcome, or thanks'),
  ('tell_source', 'tell the source'), ('thank_source', 'thank the source');

-- Numbers of columns are enums of referral.proto. Exactly one source; contact_id is the person, who may have been known before:
-- what the source wrote itself stands in person, email and phone, and nothing else of the person is shown to a partner.
create table referral (
  business_id uuid not null,
  referral_id uuid not null,
  number bigint not null,
  direction smallint not null check (direction in (1, 2)),
  state smallint not null default 1 check (state between 1 and 12),
  held_from smallint,
  contact_id uuid not null,
  person text not null,
  email text,
  phone text,
  source_contact uuid,
  source_partner uuid,
  source_account uuid,
  to_partner uuid,
  because text,
  cause smallint,
  touch_id uuid,
  promise_id uuid,
  phrase text,
  source_stage smallint,
  cause_of_person smallint,
  person_says text,
  level smallint check (level between 0 and 5),
  level_confirmed smallint check (level_confirmed between 0 and 5),
  consent smallint not null,
  history boolean not null,
  made_at timestamptz not null default now(),
  made_by uuid not null,
  happened_at timestamptz not null,
  opened_at timestamptz,
  opened_by uuid,
  responded_at timestamptz,
  decided_at timestamptz,
  owner_id uuid,
  caller text,
  call_on date,
  contacted_at timestamptz,
  appointment_at timestamptz,
  appointment smallint,
  closed_at timestamptz,
  reason text,
  reason_words text,
  outcome text,
  value bigint check (value >= 0),
  currency text,
  deal_id uuid,
  given_id uuid,
  receipt_thanked_at timestamptz,
  told_at timestamptz,
  thanked_at timestamptz,
  clock text,
  clock_at timestamptz,
  late text,
  version bigint not null default 1,
  primary key (business_id, referral_id),
  unique (business_id, number),
  check (num_nonnulls(source_contact, source_partner, source_account) = 1),
  check ((direction = 2) = (to_partner is not null)),
  foreign key (business_id, contact_id) references contact (business_id, contact_id),
  foreign key (business_id, source_contact) references contact (business_id, contact_id),
  foreign key (business_id, source_partner) references partner (business_id, partner_id),
  foreign key (business_id, source_account) references account (business_id, account_id),
  foreign key (business_id, to_partner) references partner (business_id, partner_id),
  foreign key (business_id, owner_id) references account (business_id, account_id),
  foreign key (business_id, deal_id) references deal (business_id, deal_id),
  foreign key (business_id, given_id) references referral (business_id, referral_id)
);
create index referral_contact on referral (business_id, contact_id);
create index referral_source_contact on referral (business_id, source_contact) where source_contact is not null;
create index referral_source_partner on referral (business_id, source_partner, number) where source_partner is not null;
create index referral_to_partner on referral (business_id, to_partner, number) where to_partner is not null;
create index referral_owner on referral (business_id, owner_id, number);
create index referral_loop on referral (business_id, number) where direction = 1 and state between 6 and 9 and (told_at is null or thanked_at is null);
select tenant_table('referral');
grant insert, update on referral to vs_writer;
grant update (clock, clock_at, late) on referral to vs_system;
create policy party on referral as restrictive for select to vs_partner using (
  nullif(current_setting('vs.partner', true), '')::uuid in (source_partner, to_partner));
grant select (business_id, referral_id, number, direction, state, held_from, person, email, phone, source_partner, to_partner, because, cause, phrase, level,
  level_confirmed, consent, history, made_at, happened_at, opened_at, decided_at, caller, call_on, contacted_at, appointment_at, appointment, closed_at, reason, outcome,
  receipt_thanked_at, told_at, thanked_at, clock, clock_at, version) on referral to vs_partner;

-- What happened, in order. words: what a source may read; inside: what it may not.
create table referral_step (
  business_id uuid not null,
  referral_id uuid not null,
  step_id uuid not null,
  at timestamptz not null,
  recorded_at timestamptz not null default clock_timestamp(),
  action smallint,
  from_state smallint,
  to_state smallint not null,
  account_id uuid,
  partner_id uuid,
  on_behalf boolean not null default false,
  words text,
  inside text,
  primary key (business_id, referral_id, step_id),
  foreign key (business_id, referral_id) references referral (business_id, referral_id)
);
select tenant_table('referral_step');
grant insert on referral_step to vs_writer, vs_system;
create policy party on referral_step as restrictive for select to vs_partner using (exists (
  select from referral r where r.business_id = referral_step.business_id and r.referral_id = referral_step.referral_id));
grant select (business_id, referral_id, step_id, at, recorded_at, action, to_state, account_id, partner_id, on_behalf, words) on referral_step to vs_partner;

insert into kind values ('R', 'referral', 'referral', 'referral_id');
reset role;
