-- name: feed_read
-- raw
-- What others committed since the snapshot `since`: visible now and not visible then. That is exact: a transaction that took its
-- number early and commits late comes when it commits, and a long one holds nothing up. Always a row: the snapshot to ask with
-- next time. Touches of this instance were told when they were committed; other kinds are its own news too (no instance in
-- the row). All but sessions (3) are for those who watch, and older than 10 s means RESYNC anyway.
-- $1 since text
-- $2 watching bool
-- $3 instance int4
select n.s::text as snapshot, f.kind, f.business_id, f.ids, greatest(0, extract(epoch from clock_timestamp() - f.made_at) * 1000)::int8 as age_ms
from (select pg_current_snapshot() as s) n
left join feed f on f.at >= pg_snapshot_xmin($1::pg_snapshot) and not pg_visible_in_snapshot(f.at, $1::pg_snapshot)
 and (f.kind = 3 or ($2 and f.made_at > now() - interval '10 s')) and f.instance <> $3
order by f.at

-- name: feed_trim
-- raw
-- The oldest rows, when they are older than 10 minutes. Rows of `at` ascend with time nearly enough.
delete from feed where ctid = any (array(select x.ctid from feed x order by x.at limit 8000)) and made_at < now() - interval '10 minutes'
