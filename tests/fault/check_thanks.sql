-- Thanks, introductions, consent, reviews, checks and asks: each state by a change that led to it.
create temp table settling as -- thanks that a change settled, by its fact
  select f.business_id, f.subject as thanks_id, f.xmin::text::bigint as xid from vs.fact f where f.kind = 'thanks_given' and f.n = 1;
create temp table mended as select business_id, mends, count(*) as n from vs.promise where mends is not null group by 1, 2;
create temp table mend_should as
  select business_id, review_id as mends from vs.review where result = 2 union all select business_id, checkup_id from vs.checkup where said <= 6;
select '# thanks ' || count(*) || ', given ' || count(*) filter (where state = 2) || ', waived ' || count(*) filter (where state = 3) from vs.thanks
union all select '# introductions ' || count(*) || ', made ' || count(*) filter (where state = 3) || ', dropped ' || count(*) filter (where state = 4) from vs.introduction
union all select '# reviews ' || count(*) || ', held ' || count(held_on) || '; checks answered ' || (select count(said) from vs.checkup) || '; asks ' || (select count(*) from vs.ask) from vs.review
union all select 'thanks in a state that no change led to ' || count(*) from vs.thanks t
  where t.state <> case when exists (select from ours o where o.kind = 'J' and o.target = t.thanks_id) then 3
                        when exists (select from settling s join done d on d.xid = s.xid and d.business_id = s.business_id and d.method = 270
                                     where s.business_id = t.business_id and s.thanks_id = t.thanks_id) then 2 else 1 end
     or (select count(*) from ours o where o.kind in ('H', 'J') and o.target = t.thanks_id) > 1
union all select 'thanks given without effect ' || count(*) from ours o where o.kind in ('H', 'j') and not exists (select from settling s where s.xid = o.xid and s.thanks_id = o.target)
union all select 'thanks followed up though settled, or not though owed ' || count(*) from vs.thanks t
  where t.owed_at is not null and (t.state = 1)::int <> (select count(*) from vs.task k where k.business_id = t.business_id and k.subject = t.thanks_id and k.state = 1)
    + (select count(*) from vs.due d where d.business_id = t.business_id and d.subject = t.thanks_id and d.fired_at is null and d.cancelled_at is null)
union all select 'introductions in a state that no changes led to ' || count(*) from vs.introduction i
  cross join lateral (select count(*) filter (where o.kind = 'M') as made, count(*) filter (where o.kind = 'S' and o.spice % 5 = 0) as no, bool_or(o.kind = 'S' and o.spice % 2 = 0) as other, bool_or(o.kind = 'S' and o.spice % 2 = 1) as one
                      from ours o where o.target = i.introduction_id) o
  where o.made <> (i.state = 3)::int or o.no <> (i.state = 4)::int or (i.state in (2, 3)) and not (o.one and o.other) or i.state = 1 and o.one and o.other
union all select 'consents other than said, or without their one step in the same transaction ' || count(*) from vs.contact c
  left join ours o on o.kind = 'C' and o.target = c.contact_id
  where c.name like 'Person %' and (c.consent is distinct from 1 + o.spice % 4
    or (o.kind is not null) <> ((select count(*) from vs.consent_step s where s.business_id = c.business_id and s.contact_id = c.contact_id and s.xmin::text::bigint = o.xid) = 1)
    or (select count(*) from vs.consent_step s where s.business_id = c.business_id and s.contact_id = c.contact_id) > 1)
union all select 'reviews and checks held more or less often than acknowledged, or otherwise ' ||
  (select count(*) from (select business_id, review_id as id, words, result::int as said from vs.review where state = 2) v
   full join (select * from ours where kind = 'B') o on o.business_id = v.business_id and o.target = v.id
   where v.id is null or o.kind is null or (v.words, v.said) is distinct from (o.nonce, 1 + o.spice % 2)) +
  (select count(*) from (select business_id, checkup_id as id, words, said::int from vs.checkup where state = 2) v
   full join (select * from ours where kind = 'K') o on o.business_id = v.business_id and o.target = v.id
   where v.id is null or o.kind is null or (v.words, v.said) is distinct from (o.nonce, o.spice % 11))
union all select 'wins without their one results review ' || count(*) from vs.project p
  where (select count(*) from vs.review v where v.business_id = p.business_id and v.project_id = p.project_id and v.contact_id = p.contact_id) <> 1
union all select 'bad results without their one promise to mend, or promises without ' || count(*) from mended m full join mend_should s using (business_id, mends) where m.n is distinct from 1 or s.mends is null
union all select 'asks made without effect, or made otherwise ' || count(*) from ours o left join vs.ask k on k.business_id = o.business_id and k.ask_id = o.target
  where o.kind = 'A' and (k.asked_on is null or not exists (select from vs.fact f where f.xmin::text::bigint = o.xid and f.subject = o.target and f.kind = 'ask_made'))
union all select 'names of asks other than acknowledged ' || count(*) from vs.ask k
  cross join lateral (select count(*) as n, count(*) filter (where s.state = 2) as filled, count(*) filter (where s.state = 3) as given_up from vs.ask_slot s where s.business_id = k.business_id and s.ask_id = k.ask_id) s
  cross join lateral (select count(*) filter (where o.kind = 'F') as filled, count(*) filter (where o.kind = 'G' or o.kind = 'N' and o.spice % 3 = 2) as ended from ours o where o.target = k.ask_id) o
  where s.n <> 3 or s.filled <> o.filled or (s.given_up > 0 and o.ended = 0)
union all select 'names of asks without their referral ' || count(*) from vs.ask_slot s join vs.ask k using (business_id, ask_id)
  left join vs.referral r on r.business_id = s.business_id and r.referral_id = s.referral_id
  where s.state = 2 and ((r.person, r.source_contact) is distinct from (s.person, k.contact_id)
    or not exists (select from step t join ours o on o.xid = t.xid where t.referral_id = r.referral_id and t.action is null and o.kind = 'F' and o.target = s.ask_id));
