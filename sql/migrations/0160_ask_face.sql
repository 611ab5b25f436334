-- The last meeting face to face, found by one entry of an index however many calls and mails came since.
set local role vs_owner;
set local search_path = vs, public;
create index touchpoint_face on touchpoint (business_id, contact_id, occurred_at desc) where channel in (3, 4, 9) and refusal is null;
reset role;
