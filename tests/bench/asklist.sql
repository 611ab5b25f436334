-- 100,000 customers of the first business with what stands for and against asking them: reviews, checks, promises, projects, asks.
set search_path = vs, public;
set synchronous_commit = off;
insert into contact(business_id, contact_id, head_id, number, name, name_key, owner_id, origin, created_by, segments, advocacy, no_ask)
select uid(1, 0, 0), uid(1, 3, n), uid(1, 3, n), 10000 + n, 'Customer ' || n, 'customer ' || n, uid(1, 1, 1), 'bench', uid(1, 1, 1), '{2}', case n % 12 when 0 then 1 else 4 end, n % 50 = 0
from generate_series(1, 100000) n;
insert into review(business_id, review_id, number, contact_id, state, due_on, owner_id, held_on, result)
select uid(1, 0, 0), uid(1, 4, n), n, uid(1, 3, n), 2, current_date - n % 300, uid(1, 1, 1), current_date - n % 300, case n % 15 when 0 then 2 else 1 end from generate_series(1, 100000, 2) n;
insert into checkup(business_id, checkup_id, number, contact_id, state, due_on, owner_id, answered_on, said)
select uid(1, 0, 0), uid(1, 5, n), n, uid(1, 3, n), 2, current_date - n % 400, uid(1, 1, 1), current_date - n % 400, n % 11 from generate_series(1, 100000, 2) n;
insert into promise(business_id, promise_id, number, contact_id, words, due_on, state, owner_id, made_on, settled_on, made_by)
select uid(1, 0, 0), uid(1, 6, n), n, uid(1, 3, n), 'bench', current_date - n % 500, case when n % 30 = 0 then 4 when n % 7 = 0 then 3 else 2 end, uid(1, 1, 1), current_date - 500, current_date - n % 500, uid(1, 1, 1)
from generate_series(1, 100000) n;
insert into project(business_id, project_id, number, contact_id, title, state, started_on, ended_on, owner_id)
select uid(1, 0, 0), uid(1, 7, n), n, uid(1, 3, n), 'bench', 2, current_date - 400, current_date - n % 400, uid(1, 1, 1) from generate_series(1, 100000) n;
insert into ask(business_id, ask_id, number, contact_id, state, due_on, owner_id, asked_on, asked_by)
select uid(1, 0, 0), uid(1, 8, n), n, uid(1, 3, n), 3, current_date - n % 900, uid(1, 1, 1), current_date - n % 900, uid(1, 1, 1) from generate_series(1, 100000, 3) n;
