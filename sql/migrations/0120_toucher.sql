-- SPDX-License-Identifier: Apache-2.0
-- The role of the touch batch. A batch holds touches of several businesses: with one business a statement, 64 seats of 20
-- businesses gave statements of one or two rows, and a statement costs as much as three rows. So the batch has a role of its
-- own that can do nothing but log touches, and wall 4 fences it by the set of businesses of its segment: vs.business holds their
-- ids, separated by commas. An id in text has one form and one length, so looking for it in the text is looking for it in the
-- set; making an array of the text for each row would cost five times as much.
do $$
begin
  begin create role vs_toucher nologin; exception when duplicate_object or unique_violation then null; end;
  if not pg_has_role(current_user, 'vs_toucher', 'member') then execute format('grant vs_toucher to %I', current_user); end if;
end $$;
grant usage on schema vs to vs_toucher;
set local role vs_owner;
set local search_path = vs, public;

do $$
declare t text;
begin
  foreach t in array array['business','account','contact','share','touchpoint','strike','tally','contact_stage','feed','stage_entry','due','promise','setting'] loop
    execute format('create policy batch on %I to vs_toucher using (strpos(current_setting(''vs.business'', true), business_id::text) > 0)', t);
  end loop;
end $$;
grant select (business_id, zone) on business to vs_toucher;
grant select (business_id, account_id, partner_id, role, epoch, closed_at) on account to vs_toucher;
grant select (business_id, contact_id, head_id, erased_at, stage_set, stage_set_at) on contact to vs_toucher;
grant select on share, touchpoint, strike, contact_stage, tally to vs_toucher;
grant select (business_id, promise_id, contact_id, state) on promise to vs_toucher;
grant select (business_id, due_id, contact_id, rule, fired_at, cancelled_at) on due to vs_toucher;
grant select on setting, setting_default to vs_toucher;
grant insert on touchpoint, feed, stage_entry, due to vs_toucher;
revoke insert on touchpoint from vs_writer;
grant insert, update on tally, contact_stage to vs_toucher;

-- The present stage of a contact that was set back, now with its business, since the context may name several. The business must be
-- one of the context: the function runs as the owner.
drop function stage_since(uuid, smallint, timestamptz);
create function stage_since(business uuid, contact uuid, floor smallint, at timestamptz) returns smallint
language sql stable security definer set search_path = vs, public, pg_temp as $$
  select greatest(floor, (
    select max(x.stage) from contact_stage x
    where x.business_id = business and x.contact_id = contact and x.stage > floor and strpos(current_setting('vs.business', true), business::text) > 0
      and (x.first_at > at or (x.stage <= 5 and exists (
      select from touchpoint t where t.business_id = business and t.contact_id = contact and t.refusal is null and t.occurred_at > at and t.stage = x.stage
         and not exists (select from strike s where s.business_id = business and s.touchpoint_id = t.id))))))
$$;
revoke execute on function stage_since(uuid, uuid, smallint, timestamptz) from public;
grant execute on function stage_since(uuid, uuid, smallint, timestamptz) to vs_staff, vs_partner, vs_writer, vs_system, vs_toucher;
reset role;
