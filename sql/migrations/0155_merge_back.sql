-- Un-merging where rows name two contacts, hang on other rows, or yielded a flag; shares of referrals given meanwhile.
set local role vs_owner;
set local search_path = vs, public;

-- Under which old ids a mutation made its record: {"contact": id, "source_contact": id}, by its parameter, which has the column's name, without
-- "_id". One id for all of them (as before) took back columns that had named the kept contact.
alter table change add column named jsonb;
update change set named = jsonb_build_object('contact', under) where under is not null;
alter table change drop column under;
create index change_named on change (business_id, at) where named is not null;

-- The referrals that an ask brought, with whom it asked.
create view ask_name with (security_invoker = true) as
  select s.business_id, s.referral_id, k.contact_id from ask_slot s join ask k on k.business_id = s.business_id and k.ask_id = s.ask_id where s.referral_id is not null;
grant select on ask_name to vs_staff, vs_writer;
create index ask_slot_referral on ask_slot (business_id, referral_id) where referral_id is not null;

-- What hangs on another record goes where that goes: column col of relation is as column of_col of the row of of_relation whose of_key is in
-- via. In order of place: what others hang on comes first.
create table contact_follow (
  relation text not null,
  col text not null,
  via text not null,
  of_relation text not null,
  of_key text not null,
  of_col text not null default 'contact_id',
  only_if text not null default 'true',
  place smallint not null,
  primary key (relation, col, via, of_relation, of_col)
);
grant select on contact_follow to vs_staff, vs_writer;
insert into contact_follow(relation, col, via, of_relation, of_key, of_col, place) values
  ('project', 'contact_id', 'deal_id', 'deal', 'deal_id', 'contact_id', 1),
  ('promise', 'contact_id', 'deal_id', 'deal', 'deal_id', 'contact_id', 2), ('promise', 'contact_id', 'project_id', 'project', 'project_id', 'contact_id', 2),
  ('review', 'contact_id', 'project_id', 'project', 'project_id', 'contact_id', 2),
  ('promise', 'contact_id', 'mends', 'review', 'review_id', 'contact_id', 3), ('promise', 'contact_id', 'mends', 'checkup', 'checkup_id', 'contact_id', 3),
  ('ask', 'contact_id', 'review_id', 'review', 'review_id', 'contact_id', 3), ('testimonial', 'contact_id', 'review_id', 'review', 'review_id', 'contact_id', 3),
  ('referral', 'source_contact', 'referral_id', 'ask_name', 'referral_id', 'contact_id', 4),
  -- one that was passed on goes with the one that was received
  ('referral', 'contact_id', 'referral_id', 'referral', 'given_id', 'contact_id', 4),
  ('claim', 'contact_id', 'referral_id', 'referral', 'referral_id', 'contact_id', 5), ('claim', 'source_contact', 'referral_id', 'referral', 'referral_id', 'source_contact', 5),
  ('reward', 'contact_id', 'referral_id', 'referral', 'referral_id', 'source_contact', 5), ('reward', 'about_contact_id', 'referral_id', 'referral', 'referral_id', 'contact_id', 5),
  ('thanks', 'contact_id', 'referral_id', 'referral', 'referral_id', 'source_contact', 5);
-- follow-ups: of a referral those for its source are about the source
insert into contact_follow(relation, col, via, of_relation, of_key, of_col, only_if, place)
select f.relation, 'contact_id', 'subject', s.relation, s.relation || '_id', s.col, s.only_if, 6
from (values ('due', 'task_rule'), ('task', 'rule')) f(relation, rule)
cross join lateral (values ('deal', 'contact_id', 'true'), ('project', 'contact_id', 'true'), ('promise', 'contact_id', 'true'), ('review', 'contact_id', 'true'),
  ('checkup', 'contact_id', 'true'), ('ask', 'contact_id', 'true'), ('thanks', 'contact_id', 'true'), ('introduction', 'contact_id', 'true'), ('dispute', 'contact_id', 'true'),
  ('referral', 'contact_id', format('not (x.%I in (''tell_source'', ''thank_source'') and s.source_contact is not null)', f.rule)),
  ('referral', 'source_contact', format('x.%I in (''tell_source'', ''thank_source'')', f.rule))) s(relation, col, only_if);
alter table contact_part drop column subject;

-- what must hold of a row beside, that it gets its flag back: a claim decided otherwise meanwhile stays decided
alter table contact_part add column yields_if text;
update contact_part set yields_if = 'x.verdict = 1 and x.void is null' where relation = 'claim' and yields is not null;

create or replace function merge_unyield(b uuid, merge uuid) returns void language plpgsql volatile set search_path = vs, pg_temp as $$
declare v record; n int;
begin
  for v in select m.key as row_key, p.* from merge_move m join contact_part p on p.relation = m.relation and p.col = m.col
           where m.business_id = b and m.merge_id = merge and m.yielded loop
    -- another got the flag since: then this one stays without
    execute format('update %1$I x set %2$I = true where business_id = $1 and %3$I = $2 and (%5$s) and not exists (select from %1$I y where y.business_id = $1 and y.%4$I = x.%4$I and y.%2$I)',
                   v.relation, v.yields, v.key, v.col, coalesce(v.yields_if, 'true')) using b, v.row_key;
    get diagnostics n = row_count;
    if n = 0 then continue; end if;
    insert into fact(business_id, kind, day, n, subject, contact_id, seat_id, partner_id, origin, label, value, currency, seconds)
      select b, f.kind, f.day, 1, f.subject, f.contact_id, f.seat_id, f.partner_id, f.origin, f.label, f.value, f.currency, f.seconds
      from fact f where f.business_id = b and f.subject = v.row_key and f.kind = v.yields_fact and f.n = -1 order by f.recorded_at desc limit 1;
  end loop;
end $$;

-- Who was given somebody sees them, as long as such a referral lives, or since they were introduced; and no longer.
create function referral_shares(b uuid, contact uuid) returns void language sql volatile set search_path = vs, pg_temp as $$
  update share s set revoked_at = now() where s.business_id = b and s.contact_id = contact and s.reason = 2 and s.revoked_at is null
    and not exists (select from referral r where r.business_id = b and r.contact_id = contact and r.to_partner = s.partner_id and r.state not in (8, 11, 12))
    and not exists (select from introduction i where i.business_id = b and i.contact_id = contact and i.partner_id = s.partner_id and i.state = 3);
  insert into share(business_id, contact_id, partner_id, reason, may_log, number)
    select distinct b, contact, r.to_partner, 2, true, c.number from referral r join contact c on c.business_id = b and c.contact_id = contact
    where r.business_id = b and r.contact_id = contact and r.to_partner is not null and r.state not in (8, 11, 12)
    on conflict (business_id, contact_id, partner_id, reason) do update set may_log = true, revoked_at = null, granted_at = now() where share.revoked_at is not null
$$;

-- As before (0140); now each column by itself, and with what hangs on the rows that go back.
create or replace function contact_unmerge(b uuid, id uuid, by uuid) returns table (reason text, number bigint)
language plpgsql volatile security definer set search_path = vs, public, pg_temp as $$
#variable_conflict use_column
declare g merge; p contact_part; w contact_follow; later bigint; made uuid[]; cur jsonb; back jsonb;
begin
  select * into g from merge x where x.business_id = b and x.merge_id = id and b = nullif(current_setting('vs.business', true), '')::uuid;
  if g.merge_id is null then return query select 'NOT_FOUND', null::bigint; return; end if;
  perform from contact c where c.business_id = b and c.contact_id in (g.kept_id, g.merged_id) order by c.contact_id for update;
  select * into g from merge x where x.business_id = b and x.merge_id = id for update;
  if g.undone_at is not null then return query select 'UNDONE', g.number; return; end if;
  select min(x.number) into later from merge x where x.business_id = b and x.undone_at is null and x.number > g.number
    and (x.kept_id in (g.kept_id, g.merged_id) or x.merged_id in (g.kept_id, g.merged_id));
  if later is not null then return query select 'UNDO_ORDER', later; return; end if;
  if now() > g.undo_until or exists (select from contact c where c.business_id = b and c.contact_id in (g.kept_id, g.merged_id) and c.erased_at is not null) then
    return query select 'UNDO_OVER', null::bigint; return;
  end if;

  for p in select * from contact_part x where x.how = 'moves' order by x.relation, x.col loop
    select coalesce(array_agg(c.target), '{}') into made from change c
      where c.business_id = b and c.named is not null and c.at >= g.merged_at - interval '1 minute' and c.status = 0 and c.target is not null
        and (c.named->>regexp_replace(p.col, '_id$', ''))::uuid = any (g.ids);
    execute format('update %1$I set %2$I = $4 where business_id = $1 and %2$I = $3 and (%3$I = any ($5) or %3$I in (
                    select m.key from merge_move m where m.business_id = $1 and m.merge_id = $2 and m.relation = %4$L and m.col = %2$L and not m.yielded))',
                   p.relation, p.col, p.key, p.relation)
      using b, id, g.kept_id, g.merged_id, made;
  end loop;
  for w in select * from contact_follow x order by x.place, x.relation, x.col, x.of_relation, x.of_col loop
    execute format('update %1$I x set %2$I = $3 from %4$I s where x.business_id = $1 and x.%2$I = $2 and s.business_id = $1 and s.%5$I = x.%3$I and s.%6$I = $3 and (%7$s)',
                   w.relation, w.col, w.via, w.of_relation, w.of_key, w.of_col, w.only_if)
      using b, g.kept_id, g.merged_id;
  end loop;
  update contact c set head_id = g.merged_id, version = c.version + 1 where c.business_id = b and c.contact_id = any (g.ids);
  perform merge_unyield(b, id);
  perform merge_unshares(b, g.kept_id, g.merged_id, g.shares);
  perform referral_shares(b, g.kept_id);
  perform referral_shares(b, g.merged_id);
  -- what was edited since stays as it was edited; of attributes each key by itself
  select to_jsonb(c) into cur from contact c where c.business_id = b and c.contact_id = g.kept_id;
  select coalesce(jsonb_object_agg(e.key, case when e.key = 'attributes' then
      (select coalesce(jsonb_object_agg(a.key, a.value) filter (where a.value is distinct from e.value->a.key or g.was->'attributes' ? a.key), '{}') from jsonb_each(cur->'attributes') a)
    else g.was->e.key end), '{}')
    into back from jsonb_each(g.became) e where e.key = 'attributes' or cur->e.key = e.value;
  perform merge_put(b, g.kept_id, back);
  update merge x set undone_at = clock_timestamp(), undone_by = by where x.business_id = b and x.merge_id = id;
  insert into feed(business_id, kind, ids) values (b, 2, array[g.kept_id, g.merged_id]);
  return query select null::text, g.number;
end $$;
-- As before (0142). Checks of touches logged under an old id stand under that.
create or replace function consent_suppress(b uuid, contact uuid, by uuid, said text) returns void language plpgsql volatile security definer set search_path = vs, public, pg_temp as $$
#variable_conflict use_column
declare ids uuid[] := contact_ids(b, contact);
begin
  update due d set cancelled_at = now() where d.business_id = b and d.contact_id = any (ids) and d.fired_at is null and d.cancelled_at is null;
  update task t set state = 3, closed_at = now(), closed_by = by, result = said where t.business_id = b and t.contact_id = any (ids) and t.state = 1;
  update share s set revoked_at = now() where s.business_id = b and s.contact_id = consent_suppress.contact and s.revoked_at is null;
end $$;
revoke execute on function referral_shares(uuid, uuid) from public;
reset role;
