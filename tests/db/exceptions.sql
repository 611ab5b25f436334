-- SPDX-License-Identifier: Apache-2.0
-- What is meant to be different from the rules of walls.sql, rows.sql and isolation.sql, each with its reason.
set client_min_messages = warning;
create temp table common(relname, why) as values
  ('route', 'codes people type before any business is known'),
  ('setting_default', 'the same for all businesses'),
  ('task_rule', 'the same for all businesses'),
  ('kind', 'the same for all businesses'),
  ('metric', 'the same for all businesses'),
  ('secret', 'the installation''s own; read by login only');
create temp table keyless(relname, why) as values ('feed', 'hints, trimmed after ten minutes');
create temp table of_system(relname, why) as values
  ('feed', 'one cursor follows the commits of all businesses'),
  ('due', 'one scheduler picks what falls due, then works in that business''s context');
create temp table append_only(relname) as values ('touchpoint'), ('change'), ('strike');
-- what the roles that serve no writes may write after all
create temp table may_write(role, relname, priv) as values
  ('vs_login', 'token', 'insert'), ('vs_login', 'token', 'update'), ('vs_login', 'token', 'delete'), ('vs_login', 'device', 'insert'),
  ('vs_login', 'device', 'update'), ('vs_login', 'enrolment', 'update'), ('vs_login', 'password', 'update');
-- what a partner may read at all; of the tables in partner_columns only those columns
create temp table partner_tables(relname) as values
  ('business'), ('share'), ('partner'), ('account'), ('contact'), ('contact_stage'), ('strike'), ('touchpoint'), ('setting'),
  ('setting_default'), ('holiday'), ('task_rule'), ('kind');
create temp table partner_columns(relname, columns) as values
  ('account', 'account_id,business_id,closed_at,epoch,name,partner_id,role'),
  ('contact', 'business_id,contact_id,erased_at,head_id,name,name_key,number,stage_set,stage_set_at'),
  ('partner', 'business_id,name,number,partner_id');
grant select on common, of_system to public;
