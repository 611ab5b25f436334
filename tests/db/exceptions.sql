-- SPDX-License-Identifier: Apache-2.0
-- What is meant to be different from the rules of walls.sql, rows.sql and isolation.sql, each with its reason.
set client_min_messages = warning;
create temp table common(relname, why) as values
  ('route', 'codes people type before any business is known'),
  ('setting_default', 'the same for all businesses'),
  ('task_rule', 'the same for all businesses'),
  ('kind', 'the same for all businesses'),
  ('readiness', 'the same for all businesses'),
  ('metric', 'the same for all businesses'),
  ('contact_part', 'the same for all businesses'), ('contact_follow', 'the same for all businesses'), ('champion_transition', 'the same for all businesses'), ('recognition', 'the same for all businesses'),
  ('referral_state', 'the same for all businesses'),
  ('referral_action', 'the same for all businesses'),
  ('referral_reason', 'the same for all businesses'),
  ('referral_transition', 'the same for all businesses'),
  ('referral_clock', 'the same for all businesses'),
  ('secret', 'the installation''s own; read by login only');
create temp table keyless(relname, why) as values ('feed', 'hints, trimmed after ten minutes');
create temp table of_system(relname, why) as values
  ('feed', 'one cursor follows the commits of all businesses'),
  ('due', 'one scheduler picks what falls due, then works in that business''s context'),
  ('tally_slip', 'who takes slips in finds the businesses that have some, then works in each one''s context');
create temp table append_only(relname) as values ('touchpoint'), ('change'), ('strike'), ('fact'), ('stage_entry'), ('contact_was'), ('referral_step'), ('claim_decision');
insert into append_only values ('credit'), ('posting'), ('merge_move'), ('blind_check'), ('consent_step'), ('champion_step');
-- what the roles that serve no writes may write after all
create temp table may_write(role, relname, priv) as values
  ('vs_login', 'token', 'insert'), ('vs_login', 'token', 'update'), ('vs_login', 'token', 'delete'), ('vs_login', 'device', 'insert'),
  ('vs_login', 'device', 'update'), ('vs_login', 'enrolment', 'update'), ('vs_login', 'password', 'update'),
  ('vs_toucher', 'touchpoint', 'insert'), ('vs_toucher', 'feed', 'insert'), ('vs_toucher', 'tally_slip', 'insert'),
  ('vs_toucher', 'contact_stage', 'insert'), ('vs_toucher', 'contact_stage', 'update'), ('vs_toucher', 'stage_entry', 'insert'), ('vs_toucher', 'due', 'insert');
-- what a partner may read at all; of the tables in partner_columns only those columns
create temp table partner_tables(relname) as values
  ('business'), ('share'), ('partner'), ('account'), ('contact'), ('contact_stage'), ('strike'), ('touchpoint'), ('setting'),
  ('setting_default'), ('holiday'), ('task_rule'), ('kind'), ('referral_state'), ('referral_action'), ('referral_reason'), ('referral_transition'),
  ('referral_clock'), ('referral'), ('referral_step'), ('claim'), ('claim_decision'), ('dispute'), ('dispute_party'), ('reward'), ('posting'), ('posting_leg');
create temp table partner_columns(relname, columns) as values
  ('account', 'account_id,business_id,closed_at,epoch,name,partner_id,role'),
  ('contact', 'business_id,contact_id,erased_at,head_id,name,name_key,number,stage_set,stage_set_at'),
  ('partner', 'business_id,name,number,partner_id'),
  ('referral', 'appointment,appointment_at,because,business_id,call_on,caller,cause,clock,clock_at,closed_at,consent,contacted_at,decided_at,direction,email,happened_at,held_from,history,level,level_confirmed,made_at,number,opened_at,outcome,person,phone,phrase,reason,receipt_thanked_at,referral_id,source_partner,state,thanked_at,to_partner,told_at,version'),
  ('referral_step', 'account_id,action,at,business_id,on_behalf,partner_id,recorded_at,referral_id,step_id,to_state,words'),
  ('claim', 'because,business_id,claim_id,claimed_at,credit_until,evidence,holds,referral_id,rule_version,source_partner,verdict'),
  ('claim_decision', 'because,business_id,claim_id,decided_at,decision_id,rule_version,told,verdict'),
  ('reward', 'business_id,cause,currency,made_at,number,partner_id,referral_id,reward,reward_id,state,value'),
  ('posting', 'at,business_id,credit,currency,debit,posting_id,reverses,reward_id,value'),
  ('dispute', 'business_id,by_party,decided_at,decision,dispute_id,number,opened_at,state');
grant select on common, of_system to public;
