-- Merges: what belongs to a contact is where its head is; what was un-merged is as it was.
create temp table misplaced(relation text, n bigint);
do $$
declare p record; n bigint;
begin
  for p in select * from vs.contact_part where how = 'moves' loop
    execute format('select count(*) from vs.%I x join head h on h.contact_id = x.%I where h.head_id <> h.contact_id and %s', p.relation, p.col,
                   case p.relation when 'due' then 'x.rule <> ''check''' else 'true' end) into n; -- a touch's check stands where the touch does
    insert into misplaced values (p.relation || '.' || p.col, n);
  end loop;
end $$;
-- Who stands for whom, by the merges that stand.
create temp table up as
  with recursive up(contact_id, at_id) as (
    select contact_id, contact_id from fault.world
    union all select u.contact_id, m.kept_id from up u join vs.merge m on m.merged_id = u.at_id and m.undone_at is null)
  select * from up;
create temp table standing as select u.contact_id, u.at_id as head_id from up u where not exists (select from vs.merge m where m.merged_id = u.at_id and m.undone_at is null);
create function pg_temp.fills(is_now text, was text, of text[]) returns boolean language sql as $$
  select case when was is not null or coalesce(cardinality(of), 0) = 0 then is_now is not distinct from was else coalesce(is_now = any (of), false) end
$$;
select '# merges ' || count(*) || ', undone ' || count(undone_at) || ', standing ' || count(*) - count(undone_at) from vs.merge
union all select '# rows that merges moved ' || count(*) || ', of ' || count(distinct relation || '.' || col) || ' columns' from vs.merge_move
union all select '# touches logged to a contact while it was merged ' || count(*) from vs.touchpoint t
  where t.refusal is null and exists (select from vs.merge m where m.business_id = t.business_id and m.merged_id = t.contact_id and t.recorded_at between m.merged_at and coalesce(m.undone_at, now()))
union all select 'heads other than the standing merges say ' || count(*) from fault.world w join vs.contact c using (business_id, contact_id) left join standing s using (contact_id) where c.head_id is distinct from s.head_id
union all select 'merges without their change in the same transaction ' || count(*) from vs.merge m
  where not exists (select from ours o where o.xid = m.xmin::text::bigint and o.business_id = m.business_id and o.target = m.merge_id and o.kind = case when m.undone_at is null then 'm' else 'n' end)
     or (select count(*) from ours o where o.kind = 'n' and o.target = m.merge_id) <> (m.undone_at is not null)::int
union all select 'follow-ups about others than their referrals name ' || count(*) from (
    select business_id, subject, contact_id from vs.task where subject_kind = 'R' union all select business_id, subject, contact_id from vs.due where rule = 'referral_clock') t
  join vs.referral r on r.business_id = t.business_id and r.referral_id = t.subject where t.contact_id is distinct from r.contact_id and t.contact_id is distinct from r.source_contact
union all select '# of ' || relation || ', ' || n || ' rows are not where their contact''s head is' from misplaced where n > 0
union all select 'rows of a merged contact that are not where its head is ' || sum(n) from misplaced
-- a contact that keeps others fills what it lacks from them; all else is as it was
union all select 'contacts unlike what they were, or what they were merged from ' || count(*) from fault.world w join vs.contact c using (business_id, contact_id)
  cross join lateral (select array_remove(array_agg(o.email), null) as emails, array_remove(array_agg(o.best_hours), null) as hours, array_remove(array_agg(o.language), null) as languages
                      from up join fault.world o using (contact_id) where up.at_id = w.contact_id) g
  where (c.name, c.number, c.phone, c.no_ask, c.consent, c.attributes) is distinct from (w.name, w.number, w.phone, w.no_ask, w.consent, w.attributes)
     or c.email_key is distinct from c.email or not (pg_temp.fills(c.email, w.email, g.emails) and pg_temp.fills(c.best_hours, w.best_hours, g.hours) and pg_temp.fills(c.language, w.language, g.languages))
union all select 'contacts their partner does not see, or sees twice ' || count(*) from fault.world w join vs.contact c using (business_id, contact_id)
  where (select count(*) from vs.share s where s.business_id = w.business_id and s.contact_id = w.contact_id and s.reason = 3 and s.revoked_at is null and s.may_log) <> (c.head_id = c.contact_id)::int;
