-- Referrals: what stands is what their steps lead to by the table of transitions, and each step is of a change that was made.
create temp table step as
  select s.*, s.xmin::text::bigint as xid, r.direction, row_number() over w as place, row_number() over (partition by s.business_id, s.referral_id order by s.recorded_at desc, s.step_id desc) as from_end,
         lag(s.to_state) over w as was
  from vs.referral_step s join vs.referral r using (business_id, referral_id) window w as (partition by s.business_id, s.referral_id order by s.recorded_at, s.step_id);
create index on step(xid);
create index on step(referral_id, place);
analyze step;
-- What a referral's facts add up to: what reopening takes back is what led to an end before.
create temp table referral_fact_should as
  select r.business_id, r.referral_id, case r.direction when 1 then 'referral_received' else 'referral_given' end as kind, 1 as n from vs.referral r where r.state <> 12
  union all select r.business_id, r.referral_id, case r.direction when 1 then 'referral_opened' else 'given_opened' end, 1 from vs.referral r where r.state <> 12 and r.opened_at is not null
  union all
  select s.business_id, s.referral_id, t.fact, count(*) from step s join vs.referral r using (business_id, referral_id)
  join vs.referral_transition t on t.direction = s.direction and t.from_state = s.from_state and t.action = s.action
  where r.state <> 12 and t.fact is not null and t.action <> 1
    and not (t.fact in (select x.fact from vs.referral_transition x where x.to_state in (6, 7, 8, 9, 11))
             and exists (select from step o where o.business_id = s.business_id and o.referral_id = s.referral_id and o.place > s.place and o.action = 18))
  group by 1, 2, 3;
create temp table clock_should as
  select r.business_id, r.referral_id, 'referral_' || c.clock as rule from vs.referral r join vs.referral_clock c on c.direction = r.direction and c.state = r.state
  where not r.history and not (c.clock = 'open' and r.opened_at is not null) and not (c.clock = 'close' and r.told_at is not null and r.thanked_at is not null);
create temp table clock_is as
  select d.business_id, d.subject as referral_id, d.task_rule as rule, d.at, d.due_id from vs.due d where d.rule = 'referral_clock' and d.fired_at is null and d.cancelled_at is null;
select '# steps of referrals ' || count(*) || ', after their beginning ' || count(action) from step
union all select '# of each action acknowledged ' || string_agg(x.word || ' ' || n, ', ' order by x.action) from (select number, count(*) as n from ours where kind = 'a' group by 1) a join vs.referral_action x on x.action = a.number
union all select '# acts on one referral by two seats within 50 ms ' || count(*) from heard_of h
  join vs.change a on a.business_id = h.business_id and a.change_id = h.id and h.kind = 'a'
  where exists (select from vs.change o where o.business_id = a.business_id and o.target = a.target and o.account_id <> a.account_id and o.at between a.at - interval '50 ms' and a.at)
union all select 'steps of referrals without their change in the same transaction ' || count(*) from step s
  where not exists (select from done d where d.xid = s.xid and d.business_id = s.business_id and d.account_id = s.account_id)
union all select 'steps of referrals without their event in the same transaction ' || count(*) from step s
  where not exists (select from event e where e.xid = s.xid and e.business_id = s.business_id and e.kind = 6 and e.ids @> array[s.referral_id])
union all select 'changes of referrals without their one step in the same transaction ' || count(*) from ours o
  where o.kind in ('r', 'q', 'y', 'a') and (select count(*) from step s where s.xid = o.xid and s.referral_id = o.target and s.action is not distinct from case o.kind when 'a' then o.number end) <> 1
union all select 'steps of referrals that do not follow from the one before ' || count(*) from step s
  left join vs.referral_transition t on t.direction = s.direction and t.from_state = s.was and t.action = s.action
  left join lateral (select h.from_state from step h where h.business_id = s.business_id and h.referral_id = s.referral_id and h.place < s.place and h.action = 14 order by h.place desc limit 1) held on true
  where case when s.place = 1 then (s.action, s.from_state, s.to_state) is distinct from (null::smallint, null::smallint, 1::smallint)
             else s.from_state is distinct from s.was or s.to_state is distinct from case t.to_state when 0 then s.was when -1 then held.from_state else t.to_state end end
union all select 'referrals other than their steps say ' || count(*) from vs.referral r
  left join step s on s.business_id = r.business_id and s.referral_id = r.referral_id and s.from_end = 1
  where (r.state, r.version) is distinct from (s.to_state, s.place) or (r.state = 10) <> (r.held_from is not null)
     or (r.state in (6, 7, 8, 9, 11, 12)) <> (r.closed_at is not null) or (r.state = 6 and r.value is null)
     or (r.state = 9) and not exists (select from vs.referral g where g.business_id = r.business_id and g.referral_id = r.given_id and g.contact_id = r.contact_id)
union all select 'facts of referrals unlike a recount ' || count(*) from
  (select business_id, subject as referral_id, kind, sum(n) as n from vs.fact
   where kind in (select fact from vs.referral_transition where fact is not null and fact <> 'referral_told' union values ('referral_received'), ('referral_given')) group by 1, 2, 3 having sum(n) <> 0) f
  full join (select * from referral_fact_should where kind <> 'referral_told') s using (business_id, referral_id, kind) where f.n is distinct from s.n
union all select 'clocks of referrals other than their state says ' || count(*) from clock_is i full join clock_should s using (business_id, referral_id, rule) where i.due_id is null or s.rule is null
union all select 'clocks of referrals twice, or shown other than the first ' ||
  (select count(*) from (select from clock_is group by business_id, referral_id, rule having count(*) > 1) x) +
  (select count(*) from vs.referral r where r.clock_at is distinct from (select min(i.at) from clock_is i where i.business_id = r.business_id and i.referral_id = r.referral_id))
union all select 'shares of given referrals other than they say ' || count(*) from (
  select r.business_id, r.contact_id, r.to_partner as partner_id, bool_or(r.state not in (8, 11, 12)) as live from vs.referral r where r.direction = 2 group by 1, 2, 3) g
  left join vs.share s on s.business_id = g.business_id and s.contact_id = g.contact_id and s.partner_id = g.partner_id and s.reason = 2 and s.revoked_at is null
  where g.live <> (s.contact_id is not null);
