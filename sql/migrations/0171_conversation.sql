-- The expectation mindset in the sale: the words of the referral conversation, what a deal's checklist lacks, and the review that a win makes.
set local role vs_owner;
set local search_path = vs, public;

-- In the contact's language where there is one of these, else the first. {name}, {seat} and {business} are put in.
insert into setting_default(key, kind, value, doc) values
  ('text.conversation', 'text', 'You will be pleased with what we agreed. When it is done we sit down together to make sure you got the results. Then we shall ask you to introduce us to three people who need the same.', 'what a seat says in the sale, so that the later ask surprises nobody'),
  ('text.conversation.de', 'text', 'Sie werden mit dem zufrieden sein, was wir vereinbart haben. Wenn alles fertig ist, setzen wir uns zusammen und sehen nach, ob Sie die Ergebnisse haben. Dann bitten wir Sie, uns drei Menschen vorzustellen, die dasselbe brauchen.', 'the same in German'),
  ('text.conversation.es', 'text', 'Quedará contento con lo que hemos acordado. Cuando esté terminado, nos sentaremos juntos para asegurarnos de que tiene los resultados. Después le pediremos que nos presente a tres personas que necesiten lo mismo.', 'the same in Spanish'),
  ('text.conversation.fr', 'text', 'Vous serez content de ce que nous avons convenu. Quand ce sera fait, nous nous assiérons ensemble pour vérifier que vous avez les résultats. Ensuite nous vous demanderons de nous présenter trois personnes qui ont le même besoin.', 'the same in French'),
  ('text.conversation.it', 'text', 'Sarà contento di quello che abbiamo concordato. Quando sarà finito ci siederemo insieme per assicurarci che abbia ottenuto i risultati. Poi le chiederemo di presentarci tre persone che hanno bisogno della stessa cosa.', 'the same in Italian'),
  ('text.conversation.nl', 'text', 'U zult tevreden zijn met wat we hebben afgesproken. Als het klaar is, gaan we samen zitten om te zien of u de resultaten hebt. Daarna vragen we u ons voor te stellen aan drie mensen die hetzelfde nodig hebben.', 'the same in Dutch'),
  ('text.conversation.pt', 'text', 'Vai ficar satisfeito com o que combinámos. Quando estiver pronto, sentamo-nos juntos para ter a certeza de que obteve os resultados. Depois pedimos-lhe que nos apresente três pessoas que precisem do mesmo.', 'the same in Portuguese');

-- A text of the business in a language ("pt-BR" is looked for as pt), else as it stands without one.
create function text_in(b uuid, key text, language text) returns text language sql stable set search_path = vs, pg_temp as $$
  select coalesce(setting_of(b, key || '.' || lower(split_part(language, '-', 1))), setting_of(b, key))
$$;

-- What is missing on a deal's checklist, in words; null: nothing.
create function deal_lacks(b uuid, d deal) returns text language sql stable set search_path = vs, pg_temp as $$
  select nullif(concat_ws(', ', case when (d).conversation_on is null then 'the referral conversation' end,
    case when not exists (select from promise p where p.business_id = b and p.contact_id = (d).contact_id and p.deal_id = (d).deal_id) then 'expectations as promises' end,
    case when (d).customer_owes is null then 'what the customer owes' end,
    case when not exists (select from baseline x where x.business_id = b and x.deal_id = (d).deal_id) then 'a value baseline' end), '')
$$;
reset role;
