-- Two contacts that are one person: merged, and for a while un-merged.
--
-- What must hold: merging and un-merging without anything between leaves every row as it was. Touches, their stages and what is counted
-- never move: readers take all ids that have one head ({ids_of c}). Everything else moves by table contact_part: which columns
-- name a contact, once, for merging, un-merging, the preview and the test that no column is forgotten.
set local role vs_owner;
set local search_path = vs, public;

-- how      moves: its rows are the kept contact's from now on; stays: readers ask by all ids; self: the merge sees to it by itself
-- key      the id of a row, of those that move; subject: a column that names the record a row hangs on
-- yields   a flag that one row per contact may have: of two the later by yields_by loses it, and its facts of yields_fact are taken back
-- spare    what may be true of one row per contact: where both have one, the merged contact's stays with it
-- once     what may be true of one row per contact, and nobody but a person can settle: then there is no merging yet
create table contact_part (
  relation text not null,
  col text not null,
  how text not null check (how in ('moves', 'stays', 'self')),
  key text,
  subject text,
  yields text,
  yields_by text,
  yields_fact text,
  spare text,
  once text,
  primary key (relation, col),
  check ((how = 'moves') = (key is not null)),
  check ((yields is null) = (yields_by is null))
);
grant select on contact_part to vs_staff, vs_writer;
insert into contact_part(relation, col, how) values
  ('contact', 'contact_id', 'self'), ('contact', 'head_id', 'self'), ('share', 'contact_id', 'self'),
  ('touchpoint', 'contact_id', 'stays'), ('strike', 'contact_id', 'stays'), ('contact_stage', 'contact_id', 'stays'), ('stage_set', 'contact_id', 'stays'),
  ('fact', 'contact_id', 'stays'), ('stage_entry', 'contact_id', 'stays'), ('contact_was', 'contact_id', 'stays');
insert into contact_part(relation, col, how, key, subject) values
  ('deal', 'contact_id', 'moves', 'deal_id', null), ('project', 'contact_id', 'moves', 'project_id', null), ('promise', 'contact_id', 'moves', 'promise_id', null),
  ('task', 'contact_id', 'moves', 'task_id', 'subject'), ('due', 'contact_id', 'moves', 'due_id', 'subject'),
  ('thanks', 'contact_id', 'moves', 'thanks_id', null), ('credit', 'contact_id', 'moves', 'credit_id', null),
  ('reward', 'contact_id', 'moves', 'reward_id', null), ('reward', 'about_contact_id', 'moves', 'reward_id', null),
  ('referral', 'contact_id', 'moves', 'referral_id', null), ('referral', 'source_contact', 'moves', 'referral_id', null),
  ('claim', 'source_contact', 'moves', 'claim_id', 'referral_id');
insert into contact_part(relation, col, how, key, subject, yields, yields_by, yields_fact) values
  ('claim', 'contact_id', 'moves', 'claim_id', 'referral_id', 'holds', 'claimed_at', 'credit_given');
insert into contact_part(relation, col, how, key) values ('review', 'contact_id', 'moves', 'review_id');
insert into contact_part(relation, col, how, key, spare) values ('checkup', 'contact_id', 'moves', 'checkup_id', 'state = 1');
insert into contact_part(relation, col, how, key, once) values
  ('dispute', 'contact_id', 'moves', 'dispute_id', 'state = 1');

-- ids: the merged contact and those that were merged into it before. was, became: the kept contact's own columns that changed.
-- shares: each a live share of the merged contact, with what the kept one had and got for it.
create table merge (
  business_id uuid not null,
  merge_id uuid not null,
  number bigint not null,
  kept_id uuid not null,
  merged_id uuid not null,
  ids uuid[] not null,
  was jsonb not null,
  became jsonb not null,
  shares jsonb not null,
  because text,
  merged_at timestamptz not null default clock_timestamp(),
  merged_by uuid not null,
  undo_until timestamptz not null,
  undone_at timestamptz,
  undone_by uuid,
  primary key (business_id, merge_id),
  unique (business_id, number),
  foreign key (business_id, kept_id) references contact (business_id, contact_id),
  foreign key (business_id, merged_id) references contact (business_id, contact_id)
);
create index merge_kept on merge (business_id, kept_id);
create index merge_merged on merge (business_id, merged_id);
select tenant_table('merge');
insert into contact_part(relation, col, how) values ('merge', 'kept_id', 'self'), ('merge', 'merged_id', 'self');

-- Rows that moved; yielded: their flag was taken.
create table merge_move (
  business_id uuid not null,
  merge_id uuid not null,
  relation text not null,
  col text not null,
  key uuid not null,
  yielded boolean not null default false,
  primary key (business_id, merge_id, relation, col, key, yielded),
  foreign key (business_id, merge_id) references merge (business_id, merge_id)
);
select tenant_table('merge_move');

insert into kind values ('Z', 'merge', 'merge', 'merge_id');
insert into setting_default(key, kind, value, doc) values ('merge.undo_days', 'number', '30', 'days for which a merge can be undone');

-- The id a mutation was given where that was an old one: what is made under it goes back with it.
alter table change add column under uuid;
create index change_under on change (business_id, under) where under is not null;

-- Of a third party: may we keep and use what we were told of them? 1 unknown, 2 the source says yes, 3 confirmed, 4 refused; null: it is our own
-- relation, there is nothing to ask.
alter table contact add column consent smallint check (consent between 1 and 4);

create index contact_merged on contact (business_id, head_id) where contact_id <> head_id;

-- The contact an id stands for: itself, or the one it was merged into. Runs as the caller.
create function head_of(b uuid, id uuid) returns uuid language sql stable set search_path = vs, pg_temp as $$
  select coalesce((select c.head_id from contact c where c.business_id = b and c.contact_id = id), id)
$$;

-- All ids of the contact with that head.
create function contact_ids(b uuid, head uuid) returns uuid[] language sql stable set search_path = vs, pg_temp as $$
  select array(select c.contact_id from contact c where c.business_id = b and c.head_id = head and c.contact_id <> c.head_id) || head
$$;

-- What a partner may see follows the contact, which follows its head's shares.
drop policy shared on contact_stage;
drop policy shared on touchpoint;
create policy shared on contact_stage as restrictive for select to vs_partner using (exists (
  select from contact c where c.business_id = contact_stage.business_id and c.contact_id = contact_stage.contact_id));
create policy shared on touchpoint as restrictive for select to vs_partner using (
  (partner_id = nullif(current_setting('vs.partner', true), '')::uuid or (partner_id is null and flags & 1 = 1))
  and exists (select from contact c where c.business_id = touchpoint.business_id and c.contact_id = touchpoint.contact_id));

-- As before (0120), over all ids of the contact.
create or replace function stage_since(business uuid, contact uuid, floor smallint, at timestamptz) returns smallint
language sql stable security definer set search_path = vs, public, pg_temp as $$
  with i as (select unnest(contact_ids(business, m.head_id)) as contact_id from contact m
             where m.business_id = business and m.contact_id = stage_since.contact and strpos(current_setting('vs.business', true), business::text) > 0)
  select greatest(floor, (
    select max(x.stage) from i join contact_stage x on x.business_id = business and x.contact_id = i.contact_id and x.stage > floor
    where x.first_at > at or (x.stage <= 5 and exists (
      select from touchpoint t where t.business_id = business and t.contact_id = i.contact_id and t.refusal is null and t.occurred_at > at and t.stage = x.stage
         and not exists (select from strike s where s.business_id = business and s.touchpoint_id = t.id)))))
$$;

-- As before (0006, 0002): old ids, numbers, names and addresses find the contact that was kept.
create or replace function contact_duplicates(b uuid, self uuid, for_name text, for_email text, for_phone text, for_organization uuid)
returns table (contact_id uuid, because text) language sql stable as $$
  select distinct on (d.head_id) d.head_id, d.because from (
    (select c.head_id, 1 as rank, 'email' as because from contact c
     where c.business_id = b and c.email_key = for_email and c.head_id is distinct from self and c.erased_at is null limit 20)
    union all
    (select c.head_id, 2, 'phone' from contact c
     where c.business_id = b and c.phone_key = for_phone and c.head_id is distinct from self and c.erased_at is null limit 20)
    union all
    (select c.head_id, 3, 'name and organization' from contact c
     where c.business_id = b and c.name_key = for_name and c.head_id is distinct from self and c.erased_at is null
       and coalesce((select o.name_key from organization o where o.business_id = b and o.organization_id = c.organization_id), '')
         = coalesce((select o.name_key from organization o where o.business_id = b and o.organization_id = for_organization), '') limit 20)) d
  order by d.head_id, d.rank
$$;
create or replace function contact_search(q text, exact text, num bigint, how_many int) returns table (contact_id uuid, rank real)
language sql stable security definer set search_path = vs, public, pg_temp as $$
  with ctx as (select nullif(current_setting('vs.business', true), '')::uuid as b, nullif(current_setting('vs.partner', true), '')::uuid as p),
  cand as (
    (select c.head_id, 4::real as rank from ctx join contact c on c.business_id = ctx.b and c.number = num)
    union all
    (select c.head_id, 3::real from ctx join contact c on c.business_id = ctx.b and (c.email_key = exact or c.phone_key = exact) where ctx.p is null)
    union all
    (select c.head_id,
            (case when c.name_key = q then 2 when c.name_key like q || '%' then 1.5
                  else 1 - levenshtein_less_equal(left(c.name_key, 100), left(q, 100), 40)::real / greatest(length(c.name_key), length(q), 1) end)::real
     from ctx join lateral (
       select c.* from contact c where c.business_id = ctx.b and q <% c.name_key order by word_similarity(q, c.name_key) desc limit 400) c on true
     where q is not null)
  )
  select cand.head_id, max(cand.rank) as rank from cand, ctx join contact k on k.business_id = ctx.b
  where k.contact_id = cand.head_id and k.erased_at is null
    and (ctx.p is null or exists (select from share s where s.business_id = ctx.b and s.contact_id = cand.head_id and s.partner_id = ctx.p and s.revoked_at is null))
  group by cand.head_id order by 2 desc, 1 limit how_many
$$;

-- The kept contact's own columns after a merge: what it lacks comes from the other, wishes and consent are the stricter ones.
create function merge_columns(k contact, m contact) returns jsonb language sql stable set search_path = vs, pg_temp as $$
  select jsonb_build_object(
    'email', coalesce(k.email, m.email), 'email_key', case when k.email is null then m.email_key else k.email_key end,
    'phone', coalesce(k.phone, m.phone), 'phone_key', case when k.phone is null then m.phone_key else k.phone_key end,
    'organization_id', coalesce(k.organization_id, m.organization_id), 'language', coalesce(k.language, m.language),
    'preferred_channel', coalesce(k.preferred_channel, m.preferred_channel), 'best_hours', coalesce(k.best_hours, m.best_hours),
    'consent', case when 4 in (k.consent, m.consent) then 4 when k.consent is null or m.consent is null then null else least(k.consent, m.consent) end,
    'no_ask', k.no_ask or m.no_ask, 'advocacy', case when k.advocacy = 4 then m.advocacy else k.advocacy end,
    'segments', (select jsonb_agg(distinct s order by s) from unnest(k.segments || m.segments) s), 'attributes', m.attributes || k.attributes)
$$;
create function merge_put(b uuid, id uuid, j jsonb) returns void language sql volatile set search_path = vs, pg_temp as $$
  insert into contact_was(business_id, contact_id, origin, attributes) select b, id, c.origin, c.attributes
    from contact c where c.business_id = b and c.contact_id = id and c.attributes is distinct from coalesce(j->'attributes', c.attributes);
  update contact x set version = x.version + 1, email = p.email, email_key = p.email_key, phone = p.phone, phone_key = p.phone_key, organization_id = p.organization_id,
    language = p.language, preferred_channel = p.preferred_channel, best_hours = p.best_hours, consent = p.consent, no_ask = p.no_ask, advocacy = p.advocacy, segments = p.segments,
    attributes = p.attributes, stage_set = p.stage_set, stage_set_at = p.stage_set_at
  from (select (jsonb_populate_record(c, j)).* from contact c where c.business_id = b and c.contact_id = id) p
  where x.business_id = b and x.contact_id = id
$$;
create function present_stage(b uuid, id uuid) returns smallint language sql stable set search_path = vs, pg_temp as $$
  select case when c.stage_set is not null then stage_since(b, c.contact_id, c.stage_set, c.stage_set_at)
              else (select max(s.stage) from contact_stage s where s.business_id = b and s.contact_id = any (contact_ids(b, c.head_id))) end
  from contact c where c.business_id = b and c.contact_id = id
$$;

-- One flag of two rows: the later row's is taken before it comes to the other contact.
create function merge_yield(b uuid, id uuid, kept uuid, merged uuid, p contact_part) returns void language plpgsql volatile set search_path = vs, pg_temp as $$
declare loser uuid; n bigint;
begin
  execute format('select count(*), (array_agg(%I order by %I desc, %I desc))[1] from %I where business_id = $1 and %I in ($2, $3) and %I',
                 p.key, p.yields_by, p.key, p.relation, p.col, p.yields) into n, loser using b, kept, merged;
  if n < 2 then return; end if;
  execute format('update %I set %I = false where business_id = $1 and %I = $2', p.relation, p.yields, p.key) using b, loser;
  insert into merge_move(business_id, merge_id, relation, col, key, yielded) values (b, id, p.relation, p.col, loser, true);
  insert into fact(business_id, kind, day, n, subject, contact_id, seat_id, partner_id, origin, label, value, currency, seconds)
    select b, f.kind, f.day, -1, f.subject, f.contact_id, f.seat_id, f.partner_id, f.origin, f.label, f.value, f.currency, f.seconds
    from fact f where f.business_id = b and f.subject = loser and f.kind = p.yields_fact and f.n = 1 order by f.recorded_at desc limit 1;
end $$;
create function merge_unyield(b uuid, merge uuid) returns void language plpgsql volatile set search_path = vs, pg_temp as $$
declare v record; n int;
begin
  for v in select m.key as row_key, p.* from merge_move m join contact_part p on p.relation = m.relation and p.col = m.col
           where m.business_id = b and m.merge_id = merge and m.yielded loop
    -- another got the flag since: then this one stays without
    execute format('update %1$I x set %2$I = true where business_id = $1 and %3$I = $2 and not exists (select from %1$I y where y.business_id = $1 and y.%4$I = x.%4$I and y.%2$I)',
                   v.relation, v.yields, v.key, v.col) using b, v.row_key;
    get diagnostics n = row_count;
    insert into fact(business_id, kind, day, n, subject, contact_id, seat_id, partner_id, origin, label, value, currency, seconds)
      select b, f.kind, f.day, 1, f.subject, f.contact_id, f.seat_id, f.partner_id, f.origin, f.label, f.value, f.currency, f.seconds
      from fact f where merge_unyield.n = 1 and f.business_id = b and f.subject = v.row_key and f.kind = v.yields_fact and f.n = -1 order by f.recorded_at desc limit 1;
  end loop;
end $$;

-- Live shares of the merged contact become the kept one's; what each had before is kept.
create function merge_shares(b uuid, kept contact, merged contact) returns jsonb language plpgsql volatile set search_path = vs, pg_temp as $$
declare s share; k share; now_k share; out jsonb := '[]';
begin
  for s in select * from share x where x.business_id = b and x.contact_id = merged.contact_id and x.revoked_at is null order by x.partner_id, x.reason loop
    select * into k from share x where x.business_id = b and x.contact_id = kept.contact_id and x.partner_id = s.partner_id and x.reason = s.reason;
    insert into share(business_id, contact_id, partner_id, reason, may_log, number, granted_at) values (b, kept.contact_id, s.partner_id, s.reason, s.may_log, kept.number, s.granted_at)
      on conflict (business_id, contact_id, partner_id, reason) do update
      set may_log = excluded.may_log or (share.may_log and share.revoked_at is null), revoked_at = null,
          granted_at = case when share.revoked_at is null then share.granted_at else excluded.granted_at end
      returning * into now_k;
    update share set revoked_at = now() where business_id = b and contact_id = merged.contact_id and partner_id = s.partner_id and reason = s.reason;
    out := out || jsonb_build_object('partner_id', s.partner_id, 'reason', s.reason, 'was', case when k.contact_id is not null then to_jsonb(k) end, 'became', to_jsonb(now_k));
  end loop;
  return out;
end $$;
-- A share revoked meanwhile was revoked for the person: it comes back to neither.
create function merge_unshares(b uuid, kept uuid, merged uuid, shares jsonb) returns void language plpgsql volatile set search_path = vs, pg_temp as $$
declare e jsonb; k share; untouched boolean;
begin
  for e in select * from jsonb_array_elements(shares) loop
    select * into k from share x where x.business_id = b and x.contact_id = kept and x.partner_id = (e->>'partner_id')::uuid and x.reason = (e->>'reason')::smallint;
    if k.revoked_at is not null then continue; end if;
    untouched := to_jsonb(k) = e->'became';
    update share set revoked_at = null where business_id = b and contact_id = merged and partner_id = k.partner_id and reason = k.reason;
    if untouched and e->'was' = 'null' then
      delete from share where business_id = b and contact_id = kept and partner_id = k.partner_id and reason = k.reason;
    elsif untouched then
      update share x set may_log = w.may_log, revoked_at = w.revoked_at, granted_at = w.granted_at from jsonb_populate_record(null::share, e->'was') w
        where x.business_id = b and x.contact_id = kept and x.partner_id = k.partner_id and x.reason = k.reason;
    end if;
  end loop;
end $$;

-- What a merge would do, line by line. Runs as the caller.
create function merge_preview(b uuid, kept uuid, merged uuid) returns table (what text, kept_has text, merged_has text, becomes text)
language plpgsql stable set search_path = vs, pg_temp as $$
declare k contact; m contact; j jsonb; o jsonb; p contact_part; f text; n bigint; w bigint;
begin
  select * into k from contact c where c.business_id = b and c.contact_id = kept;
  select * into m from contact c where c.business_id = b and c.contact_id = merged;
  if k.contact_id is null or m.contact_id is null then return; end if;
  return query select 'number and name', 'C' || k.number || ' ' || k.name, 'C' || m.number || ' ' || m.name, 'C' || k.number || ' ' || k.name;
  j := merge_columns(k, m);
  o := to_jsonb(k);
  for f in select key from jsonb_each(j) where key not like '%\_key' order by key loop
    if o->f is distinct from j->f or (to_jsonb(m)->f is distinct from j->f and to_jsonb(m)->>f is not null and to_jsonb(m)->f not in ('{}', '[]')) then
      return query select f, o->>f, to_jsonb(m)->>f, j->>f;
    end if;
  end loop;
  for p in select * from contact_part x where x.how <> 'self' order by x.relation, x.col loop
    execute format('select count(*) filter (where %1$I = $2), count(*) filter (where %1$I = $3) from %2$I where business_id = $1 and %1$I in ($2, $3)', p.col, p.relation) into n, w using b, kept, merged;
    if w > 0 then return query select replace(p.relation, '_', ' ') || case when p.col in ('contact_id') then '' else ' (' || replace(replace(p.col, '_contact_id', ''), '_', ' ') || ')' end, n::text, w::text, (n + w)::text; end if;
  end loop;
  return query select 'seen by ' || q.name, case when exists (select from share x where x.business_id = b and x.contact_id = kept and x.partner_id = q.partner_id and x.revoked_at is null) then 'yes' else 'no' end,
      case when exists (select from share x where x.business_id = b and x.contact_id = merged and x.partner_id = q.partner_id and x.revoked_at is null) then 'yes' else 'no' end, 'yes'
    from partner q where q.business_id = b and exists (select from share x where x.business_id = b and x.contact_id in (kept, merged) and x.partner_id = q.partner_id and x.revoked_at is null) order by q.number;
end $$;

-- Both contacts are locked, the lesser id first, so that of two merges one waits and then sees what the other did. reason null: done.
create function contact_merge(b uuid, id uuid, kept uuid, merged uuid, why text, by uuid) returns table (reason text, number bigint)
language plpgsql volatile security definer set search_path = vs, public, pg_temp as $$
#variable_conflict use_column
declare k contact; m contact; p contact_part; both_have boolean; was jsonb; became jsonb; stage smallint; n bigint;
begin
  if b is distinct from nullif(current_setting('vs.business', true), '')::uuid then return query select 'NOT_FOUND', null::bigint; return; end if;
  perform from contact c where c.business_id = b and c.contact_id in (kept, merged) order by c.contact_id for update;
  select * into k from contact c where c.business_id = b and c.contact_id = kept and c.erased_at is null;
  select * into m from contact c where c.business_id = b and c.contact_id = merged and c.erased_at is null;
  if k.contact_id is null or m.contact_id is null then return query select 'NOT_FOUND', null::bigint; return; end if;
  if kept = merged then return query select 'SAME_CONTACT', null::bigint; return; end if;
  if k.head_id <> kept or m.head_id <> merged then return query select 'MERGED_MEANWHILE', null::bigint; return; end if;
  if exists (select from merge x where x.business_id = b and x.merge_id = id) then return query select 'ID_USED', null::bigint; return; end if;
  for p in select * from contact_part x where x.once is not null loop
    execute format('select count(distinct %I) = 2 from %I where business_id = $1 and %I in ($2, $3) and (%s)', p.col, p.relation, p.col, p.once) into both_have using b, kept, merged;
    if both_have then return query select 'MERGE_BOTH', null::bigint; return; end if;
  end loop;

  was := to_jsonb(k);
  became := merge_columns(k, m);
  if k.stage_set is not null or m.stage_set is not null then
    stage := greatest(present_stage(b, kept), present_stage(b, merged));
    became := became || jsonb_build_object('stage_set', stage, 'stage_set_at', clock_timestamp());
  end if;
  became := (select coalesce(jsonb_object_agg(e.key, e.value), '{}') from jsonb_each(became) e where e.value is distinct from was->e.key);
  was := (select coalesce(jsonb_object_agg(e.key, was->e.key), '{}') from jsonb_each(became) e);
  insert into counter(business_id, kind, last) values (b, 'Z', 1) on conflict (business_id, kind) do update set last = counter.last + 1 returning last into n;
  insert into merge(business_id, merge_id, number, kept_id, merged_id, ids, was, became, shares, because, merged_by, undo_until)
    select b, id, n, kept, merged, contact_ids(b, merged), was, became, '[]', why, by, now() + make_interval(days => setting_number(b, 'merge.undo_days')::int);
  for p in select * from contact_part x where x.how = 'moves' order by x.relation, x.col loop
    if p.yields is not null then perform merge_yield(b, id, kept, merged, p); end if;
    execute format('with u as (update %1$I x set %2$I = $3 where business_id = $1 and %2$I = $4%4$s returning %3$I as key)
                    insert into merge_move(business_id, merge_id, relation, col, key) select $1, $2, %1$L, %2$L, key from u', p.relation, p.col, p.key,
                   case when p.spare is null then '' else format(' and not ((%1$s) and exists (select from %2$I y where y.business_id = $1 and y.%3$I = $3 and (%1$s)))', p.spare, p.relation, p.col) end)
      using b, id, kept, merged;
  end loop;
  update merge x set shares = merge_shares(b, k, m) where x.business_id = b and x.merge_id = id;
  perform merge_put(b, kept, became);
  update contact c set head_id = kept, version = c.version + 1 where c.business_id = b and c.contact_id = any (contact_ids(b, merged));
  insert into feed(business_id, kind, ids) values (b, 2, array[kept, merged]);
  -- a change that read the old id before and commits after this one leaves its row there: it is fetched
  insert into due(business_id, due_id, rule, subject, at) values (b, gen_random_uuid(), 'merge_settle', id, now() + interval '1 minute');
  return query select null::text, n;
end $$;

-- Rows that came to the old id beside a merge that was under way.
create function merge_settle(b uuid, id uuid) returns void language plpgsql volatile security definer set search_path = vs, public, pg_temp as $$
#variable_conflict use_column
declare g merge; p contact_part;
begin
  select * into g from merge x where x.business_id = b and x.merge_id = id and x.undone_at is null for update;
  if g.merge_id is null then return; end if;
  for p in select * from contact_part x where x.how = 'moves' and x.yields is null and x.spare is null and x.once is null order by x.relation, x.col loop
    execute format('with u as (update %I set %I = $3 where business_id = $1 and %I = $4 returning %I as key)
                    insert into merge_move(business_id, merge_id, relation, col, key) select $1, $2, %L, %L, key from u on conflict do nothing', p.relation, p.col, p.col, p.key, p.relation, p.col)
      using b, id, g.kept_id, g.merged_id;
  end loop;
end $$;

-- Back. Rows made since stay with the kept contact, unless they were made under one of the old ids. Later merges of the same contacts are undone first.
create function contact_unmerge(b uuid, id uuid, by uuid) returns table (reason text, number bigint)
language plpgsql volatile security definer set search_path = vs, public, pg_temp as $$
#variable_conflict use_column
declare g merge; p contact_part; later bigint; made uuid[]; cur jsonb; back jsonb;
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

  select coalesce(array_agg(c.target), '{}') into made from change c where c.business_id = b and c.under = any (g.ids) and c.at >= g.merged_at - interval '1 minute' and c.status = 0 and c.target is not null;
  for p in select * from contact_part x where x.how = 'moves' order by x.relation, x.col loop
    execute format('update %1$I set %2$I = $4 where business_id = $1 and %2$I = $3 and (%3$I = any ($5) or %3$I in (
                    select m.key from merge_move m where m.business_id = $1 and m.merge_id = $2 and m.relation = %4$L and m.col = %2$L and not m.yielded)%5$s)',
                   p.relation, p.col, p.key, p.relation, case when p.subject is null then '' else format(' or %I = any ($5)', p.subject) end)
      using b, id, g.kept_id, g.merged_id, made;
  end loop;
  update contact c set head_id = g.merged_id, version = c.version + 1 where c.business_id = b and c.contact_id = any (g.ids);
  perform merge_unyield(b, id);
  perform merge_unshares(b, g.kept_id, g.merged_id, g.shares);
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

revoke execute on function contact_merge(uuid, uuid, uuid, uuid, text, uuid), contact_unmerge(uuid, uuid, uuid), merge_settle(uuid, uuid),
  merge_put(uuid, uuid, jsonb), merge_yield(uuid, uuid, uuid, uuid, contact_part), merge_unyield(uuid, uuid), merge_shares(uuid, contact, contact),
  merge_unshares(uuid, uuid, uuid, jsonb) from public;
grant execute on function contact_merge(uuid, uuid, uuid, uuid, text, uuid), contact_unmerge(uuid, uuid, uuid) to vs_writer;
grant execute on function merge_settle(uuid, uuid) to vs_system;
reset role;
