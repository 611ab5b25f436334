-- A clock that was missed is late until what it waited for is done, also where that leaves the state as it is. A source that wasn't
-- told of one step when the next is taken is to be told both.
set local role vs_owner;
set local search_path = vs, public;

create or replace function referral_clocks(b uuid, id uuid, entered boolean, heard boolean, start timestamptz, by uuid) returns void language plpgsql volatile set search_path = vs, pg_temp as $$
declare r referral; over text[];
begin
  select * into r from referral where business_id = b and referral_id = id;
  select array_agg('referral_' || x) into over from unnest(array['open', 'decide', 'contact', 'news', 'close']) x
    where entered or (x = 'news' and heard) or (x = 'open' and r.opened_at is not null) or (x = 'close' and r.told_at is not null and r.thanked_at is not null);
  update due set cancelled_at = now() where business_id = b and subject = id and rule = 'referral_clock' and fired_at is null and cancelled_at is null and task_rule = any (over);
  update referral set late = null where business_id = b and referral_id = id and late in (select c.title from referral_clock c where 'referral_' || c.clock = any (over));
  perform task_end(b, over, id, by);
  if not r.history then
    insert into due(business_id, due_id, rule, subject, at, task_rule, subject_kind, contact_id, owner_id)
    select b, id_made(), 'referral_clock', id, x.at, 'referral_' || c.clock, 'R', r.contact_id, r.owner_id
    from referral_clock c cross join lateral (select referral_deadline(b, c, start) as at) x
    where c.direction = r.direction and c.state = r.state and x.at > now() and (entered or (c.clock = 'news' and heard))
      and not ('referral_' || c.clock = 'referral_open' and r.opened_at is not null) and not (c.clock = 'close' and r.told_at is not null and r.thanked_at is not null);
  end if;
  perform referral_clock_show(b, id);
end $$;
create or replace function referral_tell(b uuid, id uuid, line text, at timestamptz, quiet boolean) returns void language plpgsql volatile set search_path = vs, pg_temp as $$
declare r referral;
begin
  select * into r from referral where business_id = b and referral_id = id;
  if referral_is_seen(b, r) then
    update referral set told_at = at where business_id = b and referral_id = id and state between 6 and 9;
    if found and not quiet and r.direction = 1 then perform referral_fact(b, r, 'referral_told', at, r.made_by, null, 0); end if;
  elsif not quiet then
    perform task_make(b, 'tell_source', 'R', id, coalesce(r.source_contact, r.contact_id), r.owner_id, business_days_after(b, at, setting_number(b, 'clock.close_days')::int),
                      coalesce((select t.words from task t where t.business_id = b and t.rule = 'tell_source' and t.subject = id and t.state = 1 and length(t.words) < 2000) || ' ',
                               'Tell ' || referral_source_name(b, r) || ': ') || line);
  end if;
end $$;
reset role;
