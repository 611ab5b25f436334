-- name: ledger_key
-- raw
select value from secret where name = 'change'
