-- SPDX-License-Identifier: Apache-2.0
-- A batch of touches counts nothing itself: it leaves a slip per business that names the touches it stored, in the same transaction, and
-- slips are taken into the tally a second later, hundreds at a time. A small batch has four tally rows a touch, each a look-up, a row lock
-- and a new version of the row: half of what the whole batch cost. Taken in together, many touches share those rows. Who reads counts the
-- touches on slips as well ({slip_counts}), in the same statement, so a touch is counted from its commit on, and once.
set local role vs_owner;
set local search_path = vs, public;

-- at: one batch is one transaction. The rows of touches say what is counted; ids have no order and aren't worth compressing.
create table tally_slip (
  business_id uuid not null,
  at xid8 not null default pg_current_xact_id(),
  touches uuid[] not null,
  primary key (business_id, at)
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);
alter table tally_slip alter column touches set storage plain;
select tenant_table('tally_slip');
create policy batch on tally_slip to vs_toucher using (strpos(current_setting('vs.business', true), business_id::text) > 0);
create policy system on tally_slip to vs_system using (true);
grant insert on tally_slip to vs_toucher;
grant select (business_id) on tally_slip to vs_toucher;
grant delete on tally_slip to vs_system;

create policy tenant_system on tally to vs_system using (business_id = nullif(current_setting('vs.business', true), '')::uuid);
grant select, insert, update on tally to vs_system;
drop policy batch on tally;
drop policy batch on business;
revoke all on tally from vs_toucher;
revoke all (business_id, zone) on business from vs_toucher;
reset role;
