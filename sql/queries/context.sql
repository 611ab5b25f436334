-- name: context
-- raw
-- Statement 0 of a segment: what the policies read.
-- $1 business text
-- $2 partner text
select set_config('vs.business', $1, true), set_config('vs.partner', $2, true)

-- name: context_touch
-- raw
-- Before a batch of touches: the set of its businesses, in order (0120_toucher.sql). Batches of a business run beside each other, but
-- none beside a strike: see context_strike.
-- $1 set uuid[]
select set_config('vs.business', array_to_string($1, ','), true), set_config('vs.partner', '', true),
       (select count(pg_advisory_xact_lock_shared(hashtextextended(b::text, 100))) from unnest($1) b)

-- name: context_strike
-- raw
-- Before a strike: alone among the business's touches. A strike puts the next earliest touch in the place of a stage entry; a batch
-- beside it would neither see the strike nor be seen, and the entry would be wrong for good. Rows can't carry that lock: a
-- touch that comes too late for an entry writes none. It is taken before the statement's snapshot, which therefore shows all
-- that was committed; batches wait for the few milliseconds of a strike. A segment takes these locks in its businesses' order.
-- $1 business text
-- $2 partner text
select set_config('vs.business', $1, true), set_config('vs.partner', $2, true), pg_advisory_xact_lock(hashtextextended($1, 100))

-- name: context_change
-- raw
-- Before any other change: beside each other, but none beside what is alone.
-- $1 business text
-- $2 partner text
select set_config('vs.business', $1, true), set_config('vs.partner', $2, true), pg_advisory_xact_lock_shared(hashtextextended($1, 101))

-- name: context_alone
-- raw
-- Before a merge, before it is undone, and before something due is fired: alone among the business's changes, for a few milliseconds. A merge
-- takes rows of many tables from one contact to another; a change beside it would lock some of them in another order, and, having read where
-- they were, find none of them there when the merge let go. A change beside one that makes a follow-up would not see the follow-up it closes.
-- $1 business text
-- $2 partner text
select set_config('vs.business', $1, true), set_config('vs.partner', $2, true), pg_advisory_xact_lock(hashtextextended($1, 101))
