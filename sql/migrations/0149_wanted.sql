-- People and companies we would like to meet, what customers said of us, and whom to look back with.
set local role vs_owner;
set local search_path = vs, public;

insert into setting_default(key, kind, value, doc) values
  ('review.lookback', 'number', '10', 'how many of the best past customers are proposed for a look-back review');

-- state: 1 open, 2 met, 3 dropped. contact_id: who could introduce us, where we know it.
create table wanted (
  business_id uuid not null,
  wanted_id uuid not null,
  number bigint not null,
  name text not null,
  name_key text not null,
  company text,
  why text,
  contact_id uuid,
  state smallint not null default 1 check (state between 1 and 3),
  because text,
  referral_id uuid,          -- met by it
  made_at timestamptz not null default now(),
  made_by uuid not null,
  closed_at timestamptz,
  primary key (business_id, wanted_id),
  unique (business_id, number),
  foreign key (business_id, contact_id) references contact (business_id, contact_id),
  foreign key (business_id, referral_id) references referral (business_id, referral_id)
);
create index wanted_by on wanted (business_id, contact_id, number) where state = 1;
create index wanted_any on wanted (business_id, number) where state = 1 and contact_id is null;
create index wanted_name on wanted (business_id, name_key) where state = 1;
select tenant_table('wanted');
grant insert, update on wanted to vs_writer;

-- may_publish: they said we may show it to others.
create table testimonial (
  business_id uuid not null,
  testimonial_id uuid not null,
  number bigint not null,
  contact_id uuid not null,
  review_id uuid,
  words text not null,
  may_publish boolean not null,
  given_on date not null,
  made_at timestamptz not null default now(),
  made_by uuid not null,
  primary key (business_id, testimonial_id),
  unique (business_id, number),
  foreign key (business_id, contact_id) references contact (business_id, contact_id),
  foreign key (business_id, review_id) references review (business_id, review_id)
);
create index testimonial_contact on testimonial (business_id, contact_id);
select tenant_table('testimonial');
grant insert, update (may_publish) on testimonial to vs_writer;

insert into contact_part(relation, col, how, key) values
  ('wanted', 'contact_id', 'moves', 'wanted_id'), ('testimonial', 'contact_id', 'moves', 'testimonial_id');
insert into kind values ('W', 'wanted', 'wanted', 'wanted_id'), ('Q', 'testimonial', 'testimonial', 'testimonial_id');
insert into metric(metric, title, unit, source, counts, against, breakdowns, definition, decision) values
  ('introductions_per_review', 'introductions per review', 'per', 'facts', '{name_given}', '{review_held}', '{seat}',
   'names that asked customers gave, for each results review held in the period', 'whether reviews end in an ask'),
  ('testimonials', 'testimonials', 'words', 'facts', '{testimonial_given}', '{}', '{seat,label}', 'what customers said of us in their words, by the day; may be shown, or kept among us', 'what to hand on');
reset role;
