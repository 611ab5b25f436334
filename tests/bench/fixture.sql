-- The bench's records: 20 businesses x 1,000 contacts x 16 accounts, ids that a client can compute, then :rows touches
-- with time-ordered ids, their stage entries and tallies. Run by the database's superuser.
set search_path = vs, public;
set synchronous_commit = off;
create function public.uid(a int, b int, c int) returns uuid language sql immutable parallel safe as
$$ select (lpad(to_hex(a), 8, '0') || '0000' || '7000' || lpad(to_hex(32768 + b), 4, '0') || lpad(to_hex(c), 12, '0'))::uuid $$;
create function public.uid7(ms bigint) returns uuid language sql volatile parallel safe as
$$ select (lpad(to_hex(ms), 12, '0') || '7' || substr(md5(random()::text), 1, 3) || '8' || substr(md5(random()::text), 1, 15))::uuid $$;
insert into business(business_id, code, name, zone) select uid(b, 0, 0), 'bench-' || b, 'Bench ' || b, 'Europe/Berlin' from generate_series(1, 20) b;
insert into account(business_id, account_id, login, name, role) select uid(b, 0, 0), uid(b, 1, a), 'seat' || a, 'Seat ' || a, 1 from generate_series(1, 20) b, generate_series(1, 16) a;
insert into contact(business_id, contact_id, head_id, number, name, name_key, owner_id, origin, created_by)
select uid(b, 0, 0), uid(b, 2, c), uid(b, 2, c), c, 'Contact ' || c, 'contact ' || c, uid(b, 1, 1), 'bench', uid(b, 1, 1)
from generate_series(1, 20) b, generate_series(1, 1000) c;
