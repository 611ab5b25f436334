-- 100,000 people more for the first business, to search among.
set search_path = vs, public;
with part as (select array['anna','jose','marta','jurgen','zoe','peter','bjorn','francois','renee','nuria','angel','mary','john','ewa','piotr','ines','joao','lea','tom','oscar'] as first,
  array['lind','mull','berg','hart','wal','schon','kow','nov','gonc','fern','cast','mor','bran','sal','quint','dub','lef','beau','char','rous','mont','tol','ivan','petr'] as start,
  array['en','er','a','el','in','ow','o','ing','et','ar','i','un','ov','es','al','em'] as middle,
  array['berg','mann','son','ski','ova','ez','strom','gaard','well','ton','ford','ley','wood','ham','field','court','rand','eau','ini','escu'] as finish),
name as (select n, first[1 + (random() * 19)::int] || ' ' || start[1 + (random() * 23)::int] || middle[1 + (random() * 15)::int] || finish[1 + (random() * 19)::int] as name
  from part, generate_series(1, 100000) n)
insert into contact(business_id, contact_id, head_id, number, name, name_key, owner_id, origin, created_by)
select uid(1, 0, 0), uid(1, 3, n), uid(1, 3, n), 10000 + n, initcap(name), name, uid(1, 1, 1), 'bench', uid(1, 1, 1) from name;
vacuum analyze contact;
