-- name: lookup
-- $5 letter text
-- $6 number int8
with {actor}
select found.id from actor cross join lateral (select subject_find($1, $5::"char", $6) as id) found where found.id is not null
