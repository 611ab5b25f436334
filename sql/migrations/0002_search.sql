-- Search by name. Under forced row-level security the trigram index isn't used, so candidates come from one function
-- that runs as the owner, fences by the context's business and partner itself, and returns ids only; callers read the rows
-- again through the predicate. Connections set pg_trgm.word_similarity_threshold low (server/store/store.c).
set local role vs_owner;
set local search_path = vs, public;

create function contact_search(q text, exact text, num bigint, how_many int) returns table (contact_id uuid, rank real)
language sql stable security definer set search_path = vs, public, pg_temp as $$
  with ctx as (select nullif(current_setting('vs.business', true), '')::uuid as b, nullif(current_setting('vs.partner', true), '')::uuid as p),
  cand as (
    (select c.contact_id, c.head_id, 4::real as rank from ctx join contact c on c.business_id = ctx.b and c.number = num)
    union all
    (select c.contact_id, c.head_id, 3::real from ctx join contact c on c.business_id = ctx.b and (c.email_key = exact or c.phone_key = exact) where ctx.p is null)
    union all
    (select c.contact_id, c.head_id,
            (case when c.name_key = q then 2 when c.name_key like q || '%' then 1.5
                  else 1 - levenshtein_less_equal(left(c.name_key, 100), left(q, 100), 40)::real / greatest(length(c.name_key), length(q), 1) end)::real
     from ctx join lateral (
       select c.* from contact c where c.business_id = ctx.b and q <% c.name_key order by word_similarity(q, c.name_key) desc limit 400) c on true
     where q is not null)
  )
  select cand.contact_id, max(cand.rank) as rank from cand, ctx join contact k on k.business_id = ctx.b
  where k.contact_id = cand.contact_id and k.erased_at is null
    and (ctx.p is null or exists (select from share s where s.business_id = ctx.b and s.contact_id = cand.head_id and s.partner_id = ctx.p and s.revoked_at is null))
  group by cand.contact_id order by 2 desc, 1 limit how_many
$$;
revoke execute on function contact_search(text, text, bigint, int) from public;
grant execute on function contact_search(text, text, bigint, int) to vs_staff, vs_partner;
reset role;
