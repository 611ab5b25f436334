-- Everybody's history against the database. Each line of the result is "NAME COUNT"; all but those that begin with "#" must be 0.
-- heard: seat (its login), verb, id, kind, nonce, target, number, spice, other: the lines of history.h. Run as the database's owner.
-- What each kind is to the server, and whether what it makes has the item's id. says: what the verdict must be: 'yes', 'no', or 'either', where
-- seats are rivals; event: the kind of the feed's row that commits with it; same: its change names what it is about and nothing else.
create temp table kind as select * from (values
  ('t', 100, true, 'yes', null, true), ('x', 100, true, 'no', null, true), ('s', 103, false, 'yes', 1, true), ('c', 60, true, 'yes', 2, true), ('e', 62, false, 'yes', 2, true),
  ('g', 80, false, 'yes', 2, true), ('v', 81, false, 'yes', 2, true), ('d', 160, true, 'yes', 2, true), ('w', 164, false, 'yes', 2, true), ('W', 164, false, 'no', null, true),
  ('p', 190, true, 'yes', 2, true), ('f', 191, false, 'yes', 2, true),
  ('r', 230, true, 'yes', 6, true), ('q', 230, true, 'yes', 6, true), ('y', 230, true, 'yes', 6, true), ('a', 233, false, 'either', 6, true),
  ('k', 250, true, 'yes', 2, true), ('o', 253, true, 'either', 6, false), ('O', 256, false, 'either', 6, true), ('m', 296, true, 'either', 2, true), ('n', 297, false, 'either', 2, true),
  ('h', 271, true, 'yes', 2, true), ('H', 270, false, 'either', 2, true), ('J', 272, false, 'either', 2, true), ('j', 270, true, 'yes', 2, false), ('i', 275, true, 'yes', 2, true),
  ('l', 282, true, 'yes', 2, true), ('P', 284, false, 'either', 2, true), ('Y', 285, false, 'either', 2, true), ('V', 286, false, 'either', 2, true),
  ('I', 312, true, 'either', 2, true), ('S', 313, false, 'either', 2, true), ('M', 314, false, 'either', 2, true), ('C', 310, false, 'yes', 2, true),
  ('b', 200, true, 'yes', 2, true), ('B', 201, true, 'yes', 2, false), ('K', 208, true, 'yes', 2, false),
  ('A', 212, true, 'yes', 2, false), ('N', 213, false, 'either', 2, true), ('F', 214, false, 'either', 2, true), ('G', 215, false, 'either', 2, true)
  ) k(kind, method, makes, says, event, same);
create temp table sent as select h.id, h.kind, h.nonce, h.target, h.number, h.spice, h.other, a.business_id, a.account_id, a.partner_id, k.method, k.says, k.event, k.same, case when k.makes then h.id else h.target end as about
  from heard h join kind k using (kind) left join vs.account a on a.login = h.seat where h.verb = 'S';
create temp table told as select id, bool_or(verb = 'K') as k, bool_or(verb = 'R') as r, bool_or(verb = 'U') as u from heard where verb in ('K', 'R', 'U') group by id;
create temp table heard_of as select sent.*, coalesce(told.k, false) as k, coalesce(told.r, false) as r, coalesce(told.u, false) as u from sent left join told using (id);
create unique index on heard_of(id);
create index on heard_of(nonce);
analyze heard_of;
-- What stands: a row for each thing that was done, as often as it was done, and the change that did it.
-- xid: the transaction, which rows that are never changed keep as their xmin.
create temp table done as select ch.*, ch.xmin::text::bigint as xid from vs.change ch where ch.status = 0;
create index on done(xid);
create index on done(target);
create temp table event as select f.business_id, f.kind, f.ids, f.at::text::bigint & 4294967295 as xid from vs.feed f;
create index on event(xid);
analyze done, event;
create temp table ours as select d.*, h.nonce, h.kind, h.number, h.spice, h.other, h.event, h.same, h.business_id as of, h.account_id as by, h.method as as_method, h.about from done d join heard_of h on h.id = d.change_id;
create index on ours(change_id);
create index on ours(target);
analyze ours;
create temp table head as select c.business_id, c.contact_id, c.head_id from vs.contact c;
create unique index on head(contact_id);
analyze head;
create temp table effect as
  select 'c' as kind, c.business_id, c.contact_id as change_id, c.contact_id as about, 'Person ' || h.nonce = c.name as right_content from vs.contact c left join heard_of h on h.id = c.contact_id where c.name like 'Person %'
  union all select 'd', d.business_id, d.deal_id, d.deal_id, (d.title, d.contact_id, d.value) is not distinct from (h.nonce, t.head_id, h.spice::bigint) from vs.deal d left join heard_of h on h.id = d.deal_id left join head t on t.contact_id = h.target
  union all select 'w', p.business_id, p.project_id, p.deal_id, (p.title, p.contact_id) is not distinct from (d.title, d.contact_id) and d.state = 2 from vs.project p left join vs.deal d using (business_id, deal_id)
  union all select 'p', p.business_id, p.promise_id, p.promise_id, (p.words, p.contact_id, p.due_on) is not distinct from (h.nonce, t.head_id, date '2099-12-31') from vs.promise p left join heard_of h on h.id = p.promise_id left join head t on t.contact_id = h.target where p.mends is null
  union all select 's', k.business_id, h.id, k.touchpoint_id, true from vs.strike k left join heard_of h on h.kind = 's' and h.target = k.touchpoint_id and h.nonce = k.because
  union all select coalesce(h.kind, 'r'), r.business_id, r.referral_id, r.referral_id, (r.because, r.direction) is not distinct from (h.nonce, case h.kind when 'y' then 2 else 1 end) and case h.kind
      when 'r' then (r.contact_id, r.source_contact) = (o.head_id, t.head_id)
      when 'q' then (r.person, r.source_partner, r.source_account) is not distinct from ('Lead ' || h.number / 2000000, h.partner_id, case when h.partner_id is null then h.account_id end)
      when 'y' then r.contact_id = t.head_id and r.source_account = h.account_id end
    from vs.referral r left join heard_of h on h.id = r.referral_id left join head t on t.contact_id = h.target left join head o on o.contact_id = h.other
    where not exists (select from vs.referral x where x.business_id = r.business_id and x.given_id = r.referral_id) and not exists (select from vs.ask_slot x where x.business_id = r.business_id and x.referral_id = r.referral_id)
  union all select 'k', c.business_id, c.claim_id, c.claim_id, (c.words, c.evidence, c.contact_id, c.source_contact) is not distinct from (h.nonce, 1 + h.spice % 6, t.head_id, o.head_id)
    from vs.claim c left join heard_of h on h.id = c.claim_id left join head t on t.contact_id = h.target left join head o on o.contact_id = h.other where c.referral_id is null
  union all select 'm', m.business_id, m.merge_id, m.merge_id, m.because = h.nonce from vs.merge m left join heard_of h on h.id = m.merge_id
  union all select 'h', x.business_id, x.thanks_id, x.thanks_id, (x.words, x.contact_id) is not distinct from (h.nonce, t.head_id)
    from vs.thanks x left join heard_of h on h.id = x.thanks_id left join head t on t.contact_id = h.target where x.owed_at is not null
  union all select 'i', x.business_id, x.credit_id, x.credit_id, (x.words, x.contact_id) is not distinct from (h.nonce, t.head_id)
    from vs.credit x left join heard_of h on h.id = x.credit_id left join head t on t.contact_id = h.target
  union all select 'l', x.business_id, x.reward_id, x.reward_id, (x.value, x.contact_id) is not distinct from (1000::bigint + h.spice, t.head_id)
    from vs.reward x left join heard_of h on h.id = x.reward_id left join head t on t.contact_id = h.target where x.referral_id is null
  union all select 'I', x.business_id, x.introduction_id, x.introduction_id, (x.because, x.contact_id, x.other_contact_id) is not distinct from (h.nonce, t.head_id, o.head_id)
    from vs.introduction x left join heard_of h on h.id = x.introduction_id left join head t on t.contact_id = h.target left join head o on o.contact_id = h.other
  union all select 'b', x.business_id, x.review_id, x.review_id, x.contact_id is not distinct from t.head_id
    from vs.review x left join heard_of h on h.id = x.review_id left join head t on t.contact_id = h.target where h.kind is distinct from 'B' and x.made_by is not null;
create temp table effective(kind, what) as values ('c', 'contacts'), ('d', 'deals'), ('w', 'wins'), ('p', 'promises'), ('s', 'strikes'),
  ('r', 'referrals'), ('q', 'leads'), ('y', 'given referrals'), ('k', 'claims'), ('m', 'merges'), ('h', 'thanks'), ('i', 'credits'), ('l', 'rewards'), ('I', 'introductions'), ('b', 'reviews');
create temp table fact_should as
  select business_id, 'deal_opened' as kind, deal_id as subject from vs.deal
  union all select business_id, 'deal_won', deal_id from vs.deal where state = 2
  union all select business_id, 'promise_kept', promise_id from vs.promise where state = 2
  union all select business_id, 'thanks_given', thanks_id from vs.thanks where state = 2 union all select business_id, 'credit_said', credit_id from vs.credit
  union all select business_id, 'reward_paid', reward_id from vs.reward where state = 4 union all select business_id, 'introduction_made', introduction_id from vs.introduction where state = 3
  union all select business_id, 'review_held', review_id from vs.review where state = 2 union all select business_id, 'check_answered', checkup_id from vs.checkup where state = 2;
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
union all select 'acknowledged what must be refused ' || count(*) from heard_of where k and says = 'no'
union all select 'refused what must be taken ' || count(*) from heard_of where r and says = 'yes'
-- other changes: what was acknowledged is in the ledger, and what is in the ledger was done once
union all select 'acknowledged changes absent ' || count(*) from heard_of h left join ours o on o.change_id = h.id where h.k and h.method <> 100 and o.change_id is null
union all select 'refused changes in the ledger as done ' || count(*) from heard_of h join ours o on o.change_id = h.id where h.r
union all select 'changes of another business, account, method or target ' || count(*) from ours
  where (business_id, account_id, method) is distinct from (of, by, as_method) or same and target is distinct from about
union all select 'changes without an event in the same transaction ' || count(*) from ours o
  where o.event is not null and not exists (select from event e where e.xid = o.xid and e.business_id = o.business_id and e.kind = o.event)
union all select 'touches without an event in the same transaction ' || count(*) from vs.touchpoint t
  where t.refusal is null and not exists (select from event e where e.xid = t.xmin::text::bigint and e.business_id = t.business_id and e.kind = 1)
union all select 'changes without their effect, or effects without their change: ' || k.what || ' ' || count(*) filter (where x.n is not null)
  from effective k
  left join (select coalesce(o.kind, e.kind) as kind, 1 as n from ours o full join effect e on e.kind = o.kind and e.change_id = o.change_id and e.about = o.target and e.business_id = o.business_id and e.right_content
             where (o.kind is null or o.kind in (select kind from effective)) and (o.kind is null or e.kind is null)) x on x.kind = k.kind group by k.what
union all select 'contacts edited more or less often than acknowledged ' || count(*) from vs.contact c
  left join lateral (select count(*) as n, (array_agg(nonce order by result desc))[1] as last from ours o where o.kind = 'e' and o.target = c.contact_id) e on true
  where c.name like 'Person %' and (c.version <> 1 + e.n + (select count(*) from ours o where o.kind = 'C' and o.target = c.contact_id) or c.best_hours is distinct from e.last)
union all select 'deals and promises settled more or less often than acknowledged ' || count(*) from
  (select d.deal_id, d.state = 2 as settled, 'w' as kind from vs.deal d union all select p.promise_id, p.state = 2, 'f' from vs.promise p) s
  where s.settled::int <> (select count(*) from ours o where o.target = s.deal_id and o.kind = s.kind)
union all select 'promises without one thing due, or done and still due ' || count(*) from vs.promise p
  where (select (count(*), count(*) filter (where x.cancelled_at is null)) from vs.due x where x.business_id = p.business_id and x.subject = p.promise_id) is distinct from row(1::bigint, (p.state = 1)::int::bigint)
union all select 'shares other than last said ' || count(*) from vs.contact c
  left join lateral (select o.kind from ours o where o.target = c.contact_id and o.kind in ('g', 'v') order by o.at desc limit 1) l on true
  left join vs.share s on s.business_id = c.business_id and s.contact_id = c.contact_id and s.reason = 3
  where c.name like 'Person %' and (case when s.contact_id is null then '' when s.revoked_at is null then 'g' else 'v' end) <> coalesce(l.kind, '')
union all select 'facts without their change in the same transaction ' || count(*) from vs.fact f
  where not exists (select from done d where d.xid = f.xmin::text::bigint and d.business_id = f.business_id)
union all select 'facts unlike a recount ' || count(*) from
  (select business_id, kind, subject, sum(n) as n from vs.fact where kind in ('deal_opened', 'deal_won', 'promise_kept', 'thanks_given', 'credit_said',
     'reward_paid', 'introduction_made', 'review_held', 'check_answered') group by 1, 2, 3 having sum(n) <> 0) f full join fact_should s using (business_id, kind, subject)
  where f.n is distinct from 1 or s.subject is null
union all select 'short numbers with a gap or twice ' || count(*) from (
  select business_id, 'C' as kind, number from vs.contact union all select business_id, 'D', number from vs.deal
  union all select business_id, 'J', number from vs.project union all select business_id, 'M', number from vs.promise
  union all select business_id, 'R', number from vs.referral union all select business_id, 'X', number from vs.dispute union all select business_id, 'Z', number from vs.merge
  union all select business_id, 'T', number from vs.task union all select business_id, 'H', number from vs.thanks union all select business_id, 'N', number from vs.credit
  union all select business_id, 'L', number from vs.reward union all select business_id, 'I', number from vs.introduction union all select business_id, 'V', number from vs.review
  union all select business_id, 'K', number from vs.checkup union all select business_id, 'A', number from vs.ask) n
  full join (select c.business_id, c.kind::text as kind, generate_series(1, c.last) as number from vs.counter c where c.kind in ('C', 'D', 'J', 'M', 'R', 'X', 'Z', 'T', 'H', 'N', 'L', 'I', 'V', 'K', 'A')) s using (business_id, kind, number)
  where n.number is null or s.number is null;
