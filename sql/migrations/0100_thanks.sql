-- Thanks, credits, and the ledger of rewards.
set local role vs_owner;
set local search_path = vs, public;

-- A thank-you, owed or given. A source is a contact or a partner; who was thanked or is owed thanks is a source.
-- owed_for: 1 nothing in particular, 2 the receipt of a referral, 3 its outcome. state: 1 owed, 2 given, 3 waived.
create table thanks (
  business_id uuid not null,
  thanks_id uuid not null,
  number bigint not null,
  contact_id uuid,
  partner_id uuid,
  referral_id uuid,
  owed_for smallint not null default 1 check (owed_for between 1 and 3),
  state smallint not null check (state between 1 and 3),
  owner_id uuid not null,
  owed_at timestamptz,       -- null: given unasked
  due_at timestamptz,        -- null: history, no clock
  words text,
  channel smallint,
  settled_at timestamptz,
  settled_by uuid,
  because text,              -- why it was waived
  made_at timestamptz not null default now(),
  made_by uuid,              -- null: a rule
  primary key (business_id, thanks_id),
  unique (business_id, number),
  check (num_nonnulls(contact_id, partner_id) = 1),
  check ((state = 1) = (settled_at is null)),
  foreign key (business_id, contact_id) references contact (business_id, contact_id),
  foreign key (business_id, partner_id) references partner (business_id, partner_id),
  foreign key (business_id, owner_id) references account (business_id, account_id)
);
create index thanks_contact on thanks (business_id, contact_id) where contact_id is not null;
create index thanks_partner on thanks (business_id, partner_id) where partner_id is not null;
create index thanks_owed on thanks (business_id, number) where state = 1;
create index thanks_referral on thanks (business_id, referral_id) where referral_id is not null;
select tenant_table('thanks');
grant insert, update on thanks to vs_writer, vs_system;

-- What someone did well, said before others. to_role: 1 prospect, 2 customer, 3 partner, 4 vendor, 5 mentor, 6 colleague.
create table credit (
  business_id uuid not null,
  credit_id uuid not null,
  number bigint not null,
  contact_id uuid,
  partner_id uuid,
  account_id uuid,
  to_role smallint not null check (to_role between 1 and 6),
  words text not null,
  place text not null,
  said_on date not null,
  said_by uuid not null,
  made_at timestamptz not null default now(),
  primary key (business_id, credit_id),
  unique (business_id, number),
  check (num_nonnulls(contact_id, partner_id, account_id) = 1),
  foreign key (business_id, contact_id) references contact (business_id, contact_id),
  foreign key (business_id, partner_id) references partner (business_id, partner_id),
  foreign key (business_id, account_id) references account (business_id, account_id),
  foreign key (business_id, said_by) references account (business_id, account_id)
);
create index credit_contact on credit (business_id, contact_id) where contact_id is not null;
create index credit_partner on credit (business_id, partner_id) where partner_id is not null;
select tenant_table('credit');
grant insert on credit to vs_writer;

-- What a partner, or every customer (partner_id null), gets for a referral that is won. Without one: thanks and credit, no
-- money. Replaced, never changed: what was accrued keeps what it was accrued under.
-- reward: 1 none, 2 gift certificate, 3 donation to a cause, 4 fee.
create table agreement (
  business_id uuid not null,
  agreement_id uuid not null,
  number bigint not null,
  partner_id uuid,
  reward smallint not null check (reward between 1 and 4),
  value bigint not null check (value >= 0),
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  cause text,
  words text,
  since timestamptz not null default now(),
  ended_at timestamptz,
  made_by uuid not null,
  primary key (business_id, agreement_id),
  unique (business_id, number),
  check ((reward = 1) = (value = 0)),
  foreign key (business_id, partner_id) references partner (business_id, partner_id)
);
create unique index agreement_now on agreement (business_id, partner_id) nulls not distinct where ended_at is null;
select tenant_table('agreement');
grant insert, update (ended_at) on agreement to vs_writer;

-- What one source gets. state: 1 held for a person to decide, 2 accrued, 3 payable, 4 paid, 5 reversed, 6 refused.
create table reward (
  business_id uuid not null,
  reward_id uuid not null,
  number bigint not null,
  contact_id uuid,
  partner_id uuid,
  account_id uuid,
  about_contact_id uuid,     -- who was referred
  referral_id uuid,
  agreement_id uuid,
  reward smallint not null check (reward between 2 and 4),
  value bigint not null check (value > 0),
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  cause text,
  flags text[] not null default '{}',   -- why it is held: evidence, a sentence each
  state smallint not null check (state between 1 and 6),
  made_at timestamptz not null default now(),
  made_by uuid,
  decided_by uuid,
  decided_because text,
  primary key (business_id, reward_id),
  unique (business_id, number),
  check (num_nonnulls(contact_id, partner_id, account_id) = 1),
  foreign key (business_id, contact_id) references contact (business_id, contact_id),
  foreign key (business_id, about_contact_id) references contact (business_id, contact_id),
  foreign key (business_id, partner_id) references partner (business_id, partner_id),
  foreign key (business_id, account_id) references account (business_id, account_id),
  foreign key (business_id, agreement_id) references agreement (business_id, agreement_id)
);
create index reward_contact on reward (business_id, contact_id) where contact_id is not null;
create index reward_about on reward (business_id, about_contact_id) where about_contact_id is not null;
create index reward_partner on reward (business_id, partner_id) where partner_id is not null;
create unique index reward_once on reward (business_id, referral_id) where referral_id is not null and state in (1, 2, 3, 4);
select tenant_table('reward');
grant insert, update (state, decided_by, decided_because) on reward to vs_writer;
grant insert on reward to vs_system;

-- The ledger: append-only, double entry. A row is one posting with both its sides, so no group of postings can sum to anything
-- but zero. Accounts: 1 cost, 2 accrued, 3 payable, 4 paid; a reward takes each step once. What is reversed is reversed by a
-- row that names it and is its mirror, once: the foreign key compares reward, sides, value and currency.
create table posting (
  business_id uuid not null,
  posting_id uuid not null default gen_random_uuid(),
  reward_id uuid not null,
  debit smallint not null,
  credit smallint not null,
  value bigint not null check (value > 0),
  currency text not null,
  reverses uuid,
  at timestamptz not null default now(),
  account_id uuid,
  words text,
  primary key (business_id, posting_id),
  unique (business_id, posting_id, reward_id, debit, credit, value, currency),
  unique (business_id, reverses),
  check (reverses is not null or (debit between 1 and 3 and credit = debit + 1)),
  check (reverses is null or (credit between 1 and 3 and debit = credit + 1)),
  foreign key (business_id, reward_id) references reward (business_id, reward_id),
  foreign key (business_id, reverses, reward_id, credit, debit, value, currency)
    references posting (business_id, posting_id, reward_id, debit, credit, value, currency)
);
create unique index posting_step on posting (business_id, reward_id, debit) where reverses is null;
create index posting_reward on posting (business_id, reward_id);
create index posting_at on posting (business_id, at, posting_id);
select tenant_table('posting');
grant insert on posting to vs_writer, vs_system;

-- The same rows as a book-keeper writes them: two legs a posting.
create view posting_leg with (security_invoker = true) as
  select p.business_id, p.posting_id, p.reward_id, l.ledger_account, l.value, p.currency, p.at
  from posting p cross join lateral (values (p.debit, p.value), (p.credit, -p.value)) l(ledger_account, value);
grant select on posting_leg to vs_staff, vs_writer, vs_system;

-- Why a reward is held: a source that refers itself, or is one of us. Evidence as sentences; none: nothing to hold.
create function reward_flags(b uuid, contact uuid, partner uuid, account uuid, about uuid) returns text[] language sql stable set search_path = vs, public, pg_temp as $$
  select coalesce(array_agg(f.words order by f.i), '{}') from (
    select 1 as i, 'refers itself: the source and the person referred are one contact' as words
      from contact s join contact t on t.business_id = b and t.contact_id = about
      where s.business_id = b and s.contact_id = contact and s.head_id = t.head_id
    union all
    select 2, 'refers itself: source and person referred have the same ' || case when s.email_key = t.email_key then 'e-mail address' else 'phone number' end
      from contact s join contact t on t.business_id = b and t.contact_id = about
      where s.business_id = b and s.contact_id = contact and s.head_id <> t.head_id and (s.email_key = t.email_key or s.phone_key = t.phone_key)
    union all
    select 3, 'refers itself: the person referred belongs to ' || o.name
      from partner p join contact t on t.business_id = b and t.contact_id = about
      join organization o on o.business_id = b and o.organization_id = t.organization_id
      where p.business_id = b and p.partner_id = partner and lower(btrim(p.name)) = lower(btrim(o.name))
    union all
    select 4, 'staff as source: ' || a.login || ' has an account here' from account a where a.business_id = b and a.account_id = account
    union all
    select 5, 'staff as source: ' || s.name || ' has the name of the account ' || a.login
      from contact s join account a on a.business_id = b and a.partner_id is null and lower(unaccent(btrim(a.name))) = lower(unaccent(btrim(s.name)))
      where s.business_id = b and s.contact_id = contact) f
$$;

insert into setting_default(key, kind, value, doc) values
  ('thanks.days', 'number', '2', 'business days until a thank-you is late');
insert into task_rule(rule, title) values ('thanks_owed', 'thanks are owed');
insert into kind values
  ('H', 'thanks', 'thanks', 'thanks_id'), ('N', 'credit', 'credit', 'credit_id'), ('G', 'agreement', 'agreement', 'agreement_id'),
  ('L', 'reward', 'reward', 'reward_id');
insert into metric values
  ('thanks_given', 'thanks given', 'thanks', 'facts', '{thanks_given}', '{}', '{seat,label}', 'thank-yous by the day they were given; how long they were owed', 'who waits for a thank-you'),
  ('credits_said', 'credits said', 'credits', 'facts', '{credit_said}', '{}', '{seat,label}', 'credits said before others, by the day they were said', 'whom we forget to name'),
  ('rewards_paid', 'rewards paid', 'rewards', 'facts', '{reward_paid}', '{}', '{seat,label}', 'rewards by the day they were paid, with their value; reversed ones are taken out on the day of the reversal', 'what sources cost');
reset role;
