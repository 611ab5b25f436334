-- The live record and strike-out: what "new since" means, and what a strike needs to be found by its contact.
set local role vs_owner;
set local search_path = vs, public;

-- The 64-bit number of the transaction that made a row, from the 32 bits the row keeps. Exact for rows younger than two
-- thousand million transactions, which is all that a question about "since the last look" can be asked of.
create function xact_of(x xid) returns xid8 language sql stable as $$
  select (pg_snapshot_xmax(pg_current_snapshot())::text::bigint
          - ((pg_snapshot_xmax(pg_current_snapshot())::text::bigint - x::text::bigint) & 4294967295))::text::xid8
$$;

-- how many days an author may strike a touch
alter table business add strike_days int not null default 7 check (strike_days between 0 and 3650);

alter table strike add contact_id uuid not null;
create index strike_recent on strike (business_id, contact_id, struck_at);
-- a partner sees the strikes of the touches it sees
create policy shared on strike as restrictive for select to vs_partner using (exists (
  select from touchpoint t where t.business_id = strike.business_id and t.id = strike.touchpoint_id));
reset role;
