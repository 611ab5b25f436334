-- Everybody's history against the database. Each line of the result is "NAME COUNT"; all but those that begin with "#" must be 0.
-- heard: verb, id, kind, nonce, contact, occurred (of S lines). Run as the database's owner.
create function pg_temp.h(s text) returns bigint language plpgsql immutable as $$
declare h bigint := 2166136261; i int;
begin
  for i in 1 .. length(s) loop h := ((h # ascii(substr(s, i, 1))) * 16777619) & 4294967295; end loop;
  return h;
end $$;
create temp table sent as select id, kind, nonce, contact, occurred from heard where verb = 'S';
create temp table told as select id, max(verb) filter (where verb = 'K') as k, max(verb) filter (where verb = 'R') as r from heard where verb in ('K', 'R') group by id;
create index on sent(id);
create index on told(id);
analyze sent;
analyze told;
select '# sent ' || count(*) from sent
union all select '# acknowledged touches ' || count(*) from told join sent using (id) where k is not null and kind = 't'
union all select '# acknowledged others ' || count(*) from told join sent using (id) where k is not null and kind = 'c'
union all select '# refused ' || count(*) from told where r is not null
union all select '# stored touches ' || count(*) from vs.touchpoint where refusal is null
union all select 'acknowledged and absent ' || count(*) from told join sent using (id) left join vs.touchpoint t using (id) where k is not null and kind = 't' and (t.id is null or t.refusal is not null)
union all select 'acknowledged contacts absent ' || count(*) from told join sent using (id) left join vs.contact c on c.contact_id = sent.id where k is not null and kind = 'c' and c.contact_id is null
union all select 'acknowledged contacts without their change ' || count(*) from told join sent using (id) left join vs.change c on c.change_id = sent.id and c.status = 0 where k is not null and kind = 'c' and c.change_id is null
union all select 'contacts without their change, or changes without their contact ' || count(*)
  from (select contact_id from vs.contact where name like 'Person %.%') c full join (select change_id from vs.change where method = 60 and status = 0 and target = change_id) x on x.change_id = c.contact_id
  where c.contact_id is null or x.change_id is null
union all select 'doubled ' || count(*) from (select note from vs.touchpoint where refusal is null and note like '%.%' group by note having count(*) > 1) x
union all select 'contacts doubled ' || count(*) from (select name from vs.contact where name like 'Person %.%' group by name having count(*) > 1) x
union all select 'refused but present ' || count(*) from told join sent using (id) join vs.touchpoint t using (id) where r is not null and t.refusal is null
union all select 'told both ' || count(*) from told where k is not null and r is not null
union all select 'acknowledged what must be refused ' || count(*) from told join sent using (id) where k is not null and kind = 'x'
union all select 'stored but never sent ' || count(*) from vs.touchpoint t left join sent using (id) where t.refusal is null and t.note like '%.%' and sent.id is null
union all select 'stored with other content ' || count(*) from vs.touchpoint t join sent using (id) where t.refusal is null
  and (t.note, t.contact_id, t.occurred_at, t.channel::bigint, t.stage::bigint, t.sentiment::bigint) is distinct from
      (sent.nonce, sent.contact, timestamptz 'epoch' + sent.occurred * interval '1 microsecond', 1 + pg_temp.h(sent.nonce) % 14, 1 + pg_temp.h(sent.nonce) / 14 % 5, 1 + pg_temp.h(sent.nonce) / 70 % 3)
union all select 'deadlocks ' || deadlocks from pg_stat_database where datname = current_database();
