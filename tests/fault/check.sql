-- Everybody's history against the database. Each line of the result is "NAME COUNT"; all but those that begin with "#" must be 0.
-- heard: seat (its login), verb, id, kind, nonce, target, number, spice: the lines of history.h. Run as the database's owner.
-- What each kind is to the server, and whether what it makes has the item's id; kinds of letters in `no` must be refused.
create temp table kind as select * from (values
  ('t', 100, true), ('x', 100, true), ('s', 103, false), ('c', 60, true), ('e', 62, false), ('g', 80, false), ('v', 81, false),
  ('d', 160, true), ('w', 164, false), ('W', 164, false), ('p', 190, true), ('f', 191, false)) k(kind, method, makes);
create temp table sent as select h.id, h.kind, h.nonce, h.target, h.number, h.spice, a.business_id, a.account_id, a.partner_id, k.method, case when k.makes then h.id else h.target end as about
  from heard h join kind k using (kind) left join vs.account a on a.login = h.seat where h.verb = 'S';
create temp table told as select id, bool_or(verb = 'K') as k, bool_or(verb = 'R') as r, bool_or(verb = 'U') as u from heard where verb in ('K', 'R', 'U') group by id;
create temp table heard_of as select sent.*, coalesce(told.k, false) as k, coalesce(told.r, false) as r, coalesce(told.u, false) as u from sent left join told using (id);
create unique index on heard_of(id);
create index on heard_of(nonce);
analyze heard_of;
-- What stands: a row for each thing that was done, as often as it was done, and the change that did it.
create temp table ours as select ch.*, h.nonce, h.kind, h.business_id as of, h.account_id as by, h.method as as_method, h.about from vs.change ch join heard_of h on h.id = ch.change_id where ch.status = 0;
create index on ours(change_id);
create index on ours(target);
analyze ours;
create temp table effect as
  select 'c' as kind, c.business_id, c.contact_id as change_id, c.contact_id as about, 'Person ' || h.nonce = c.name as right_content from vs.contact c left join heard_of h on h.id = c.contact_id where c.name like 'Person %'
  union all select 'd', d.business_id, d.deal_id, d.deal_id, (d.title, d.contact_id, d.value) is not distinct from (h.nonce, h.target, h.spice::bigint) from vs.deal d left join heard_of h on h.id = d.deal_id
  union all select 'w', p.business_id, p.project_id, p.deal_id, (p.title, p.contact_id) is not distinct from (d.title, d.contact_id) and d.state = 2 from vs.project p left join vs.deal d using (business_id, deal_id)
  union all select 'p', p.business_id, p.promise_id, p.promise_id, (p.words, p.contact_id, p.due_on) is not distinct from (h.nonce, h.target, date '2099-12-31') from vs.promise p left join heard_of h on h.id = p.promise_id
  union all select 's', k.business_id, h.id, k.touchpoint_id, true from vs.strike k left join heard_of h on h.kind = 's' and h.target = k.touchpoint_id and h.nonce = k.because;
create temp table fact_should as
  select business_id, 'deal_opened' as kind, deal_id as subject from vs.deal
  union all select business_id, 'deal_won', deal_id from vs.deal where state = 2
  union all select business_id, 'promise_kept', promise_id from vs.promise where state = 2;
select '# sent ' || count(*) from heard_of
union all select '# acknowledged touches ' || count(*) from heard_of where k and kind = 't'
union all select '# acknowledged others ' || count(*) from heard_of where k and kind <> 't'
union all select '# of kind ' || kind || ' ' || count(*) filter (where k) || ' acknowledged, ' || count(*) filter (where r) || ' refused, ' || count(*) filter (where not k and not r) from heard_of group by kind
union all select '# outcome unknown for a while ' || count(*) from heard_of where u
union all select '# of these acknowledged ' || count(*) from heard_of where u and k
union all select '# of these refused ' || count(*) from heard_of where u and r
union all select '# never heard of again ' || count(*) from heard_of where not k and not r
union all select '# stored touches ' || count(*) from vs.touchpoint where refusal is null
-- touches
union all select 'acknowledged and absent ' || count(*) from heard_of h left join vs.touchpoint t using (id) where k and kind = 't' and (t.id is null or t.refusal is not null)
union all select 'doubled ' || count(*) from (select note from vs.touchpoint where refusal is null group by note having count(*) > 1) x
union all select 'refused but present ' || count(*) from heard_of h join vs.touchpoint t using (id) where r and t.refusal is null
union all select 'stored but never sent ' || count(*) from vs.touchpoint t left join heard_of h using (id) where h.id is null
union all select 'stored with other content ' || count(*) from vs.touchpoint t join heard_of h using (id) where t.refusal is null
  and (t.business_id, t.account_id, t.partner_id, t.note, t.contact_id, t.occurred_at, t.channel, t.stage, t.sentiment) is distinct from
      (h.business_id, h.account_id, h.partner_id, h.nonce, h.target, timestamptz 'epoch' + h.number * interval '1 microsecond', 1 + h.spice % 14, 1 + h.spice / 14 % 5, 1 + h.spice / 70 % 3)
-- verdicts
union all select 'told both ' || count(*) from heard_of where k and r
union all select 'acknowledged what must be refused ' || count(*) from heard_of where k and kind in ('x', 'W')
union all select 'refused what must be taken ' || count(*) from heard_of where r and kind not in ('x', 'W')
-- other changes: what was acknowledged is in the ledger, and what is in the ledger was done once
union all select 'acknowledged changes absent ' || count(*) from heard_of h left join ours o on o.change_id = h.id where h.k and h.method <> 100 and o.change_id is null
union all select 'refused changes in the ledger as done ' || count(*) from heard_of h join ours o on o.change_id = h.id where h.r
union all select 'changes of another business, account, method or target ' || count(*) from ours
  where (business_id, account_id, method, target) is distinct from (of, by, as_method, about)
union all select 'changes without their effect, or effects without their change: ' || k.what || ' ' || count(*) filter (where x.n is not null)
  from (values ('c', 'contacts'), ('d', 'deals'), ('w', 'wins'), ('p', 'promises'), ('s', 'strikes')) k(kind, what)
  left join (select coalesce(o.kind, e.kind) as kind, 1 as n from ours o full join effect e on e.kind = o.kind and e.change_id = o.change_id and e.about = o.target and e.business_id = o.business_id and e.right_content
             where (o.kind is null or o.kind in ('c', 'd', 'w', 'p', 's')) and (o.kind is null or e.kind is null)) x on x.kind = k.kind group by k.what
union all select 'contacts edited more or less often than acknowledged ' || count(*) from vs.contact c
  left join lateral (select count(*) as n, max(nonce) filter (where result = c.version) as last from ours o where o.kind = 'e' and o.target = c.contact_id) e on true
  where c.name like 'Person %' and (c.version <> 1 + e.n or c.best_hours is distinct from e.last)
union all select 'deals and promises settled more or less often than acknowledged ' || count(*) from
  (select d.deal_id, d.state = 2 as settled, 'w' as kind from vs.deal d union all select p.promise_id, p.state = 2, 'f' from vs.promise p) s
  where s.settled::int <> (select count(*) from ours o where o.target = s.deal_id and o.kind = s.kind)
union all select 'promises without one thing due, or done and still due ' || count(*) from vs.promise p
  where (select (count(*), count(*) filter (where x.cancelled_at is null)) from vs.due x where x.business_id = p.business_id and x.subject = p.promise_id) is distinct from row(1::bigint, (p.state = 1)::int::bigint)
union all select 'shares other than last said ' || count(*) from vs.contact c
  left join lateral (select o.kind from ours o where o.target = c.contact_id and o.kind in ('g', 'v') order by o.at desc limit 1) l on true
  left join vs.share s on s.business_id = c.business_id and s.contact_id = c.contact_id and s.reason = 3
  where c.name like 'Person %' and (case when s.contact_id is null then '' when s.revoked_at is null then 'g' else 'v' end) <> coalesce(l.kind, '')
union all select 'facts unlike a recount ' || count(*) from
  (select business_id, kind, subject, sum(n) as n from vs.fact where kind in ('deal_opened', 'deal_won', 'promise_kept') group by 1, 2, 3) f full join fact_should s using (business_id, kind, subject)
  where f.n is distinct from 1 or s.subject is null
union all select 'short numbers with a gap or twice ' || count(*) from (
  select business_id, 'C' as kind, number from vs.contact union all select business_id, 'D', number from vs.deal
  union all select business_id, 'J', number from vs.project union all select business_id, 'M', number from vs.promise) n
  full join (select c.business_id, c.kind::text as kind, generate_series(1, c.last) as number from vs.counter c where c.kind in ('C', 'D', 'J', 'M')) s using (business_id, kind, number)
  where n.number is null or s.number is null;
