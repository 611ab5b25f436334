-- SPDX-License-Identifier: Apache-2.0
-- What the running system exports against the files: counts made straight from the files, and content, a hash a row on both sides. Leaves
-- figures.json (what the exports say) and differences.tsv (empty when all is well). Run with TZ of the company.
.bail on
create table touch as
select value ->> 'id' as id, value ->> 'contact' as contact, value ->> 'login' as login, datetime(value ->> 'occurred_at', 'localtime') as at, value ->> 'channel' as channel,
 value ->> 'stage' as stage, value ->> 'sentiment' as sentiment, value ->> 'score' as score, value ->> 'score_scale' as scale, coalesce(value ->> 'note', '') as note,
 value ->> 'struck' as struck
from json_each(readfile('touches.json'), '$.touches');
create table contact as
select value ->> 'name' as name, value ->> 'origin' as origin,
 (select a.value ->> 'value' from json_each(c.value, '$.attributes') a where a.value ->> 'key' = 'landing_page') as landing_page,
 (select a.value ->> 'value' from json_each(c.value, '$.attributes') a where a.value ->> 'key' = 'city') as city,
 (select a.value ->> 'value' from json_each(c.value, '$.attributes') a where a.value ->> 'key' = 'state') as state,
 exists (select 1 from json_each(c.value, '$.segments') s where s.value = 'customer') as customer
from json_each(readfile('contacts.json'), '$.contacts') c;
create table deal as
select value ->> 'contact' as contact, value ->> 'seat' as login, value ->> 'opened_on' as opened_on, value ->> 'closed_on' as won_on, value ->> 'value' as value, value ->> 'title' as title,
 value ->> 'origin' as origin
from json_each(readfile('deals.json'), '$.deals');
create table acknowledged(id text);
create table seen(login text, n integer);
create table metric(what text, period text, label text, n integer);
.mode list
.separator "\t"
.import acknowledged.txt acknowledged
create index touch_id on touch(id);
create index acknowledged_id on acknowledged(id);
.import seen.tsv seen
.import metrics.tsv metric

-- A hash a row: how often each is in the files, and in the exports.
create table expected(hash text, n integer);
create table found(hash text, n integer);
insert into expected select hex(sha3(contact || char(9) || login || char(9) || at || char(9) || channel || char(9) || stage || char(9) || sentiment || char(9) || coalesce(score || '/5', '') || char(9) || note)), count(*) from happened group by 1;
insert into found select hex(sha3(contact || char(9) || login || char(9) || at || char(9) || channel || char(9) || stage || char(9) || sentiment || char(9) || coalesce(score || '/' || scale, '') || char(9) || note)), count(*) from touch where not struck group by 1;

-- what   the exports say   the files say
create table line(what text, exported text, filed text);
insert into line
select 'contacts', (select count(*) from contact), (select count(*) from file_leads) + (select count(distinct customer_unique_id) from file_customers)
union all
select 'leads of origin ' || origin, (select count(*) from contact c where c.name like 'Lead %' and c.origin = o.origin), n
from (select coalesce(nullif(origin, ''), 'unknown, not asked') as origin, count(*) as n from file_leads group by 1) o
union all
select 'won', (select count(*) from deal), (select count(*) from file_deals)
union all
select 'won in ' || month, (select count(*) from deal d where substr(d.won_on, 1, 7) = month), n from (select substr(won_date, 1, 7) as month, count(*) as n from file_deals group by 1)
union all
select 'won by ' || sr_id, (select count(*) from deal d where d.login = sr_id), n from (select sr_id, count(*) as n from file_deals group by 1)
union all
select 'reviews of score ' || review_score, (select count(*) from touch where channel = 'survey' and score = cast(review_score as integer) and scale = 5), n
from (select review_score, count(*) as n from file_reviews group by 1)
union all
select 'first contacts', (select count(*) from touch where channel = 'web'), (select count(*) from file_leads)
union all
select 'deliveries', (select count(*) from touch where channel = 'delivery'), (select count(*) from file_orders where order_delivered_customer_date <> '')
union all
select 'touches', (select count(*) from touch), (select sum(n) from expected)
union all
select 'touches acknowledged and exported', (select count(*) from acknowledged a where exists (select 1 from touch t where t.id = a.id)), (select count(*) from acknowledged)
union all
select 'touches exported under an id that was never acknowledged', (select count(*) from touch t where not exists (select 1 from acknowledged a where a.id = t.id)), 0
union all
select 'ids exported twice', (select count(*) - count(distinct id) from touch), 0
union all
select 'touches by content: in the files, not exported', (select coalesce(sum(max(e.n - coalesce(f.n, 0), 0)), 0) from expected e left join found f using (hash)), 0
union all
select 'touches by content: exported, not in the files', (select coalesce(sum(max(f.n - coalesce(e.n, 0), 0)), 0) from found f left join expected e using (hash)), 0
union all
select 'leads by content', (select count(*) from (select 'Lead ' || mql_id, coalesce(nullif(origin, ''), 'unknown, not asked'), landing_page_id from file_leads
 except select name, origin, landing_page from contact where name like 'Lead %')), 0
union all
select 'customers by content', (select count(*) from (select 'Customer ' || person, city, state, 1 from customers except select name, city, state, customer from contact where name like 'Customer %')), 0
union all
select 'won leads that are no customers', (select count(*) from contact c where not c.customer and exists (select 1 from won w where w.contact = c.name)), 0
union all
select 'deals by content: in the files, not exported', (select count(*) from (select contact, login, opened_on, won_on, value, title, coalesce(nullif(origin, ''), 'unknown, not asked') from won
 except select contact, login, opened_on, won_on, value, title, origin from deal)), 0
union all
select 'contacts seen by partner ' || login, n, (select count(*) from file_leads where origin = 'referral' and landing_page_id = login) from seen;

-- the metrics, each label and period of them
create view counted as
select 'touches by channel' as what, '' as period, channel as label, count(*) as n from happened group by channel
union all select 'touches by stage', '', stage, count(*) from happened group by stage
union all select 'touches by sentiment', '', sentiment, count(*) from happened group by sentiment
union all select 'touches by seat', '', login, count(*) from happened group by login
union all select 'touches by role', '', s.role, count(*) from happened join seat s using (login) group by s.role
union all select 'touches', substr(at, 1, 7), '', count(*) from happened group by substr(at, 1, 7)
union all select 'contacts_new by origin', '', origin, count(*)
 from (select coalesce(nullif(origin, ''), 'unknown, not asked') as origin from file_leads union all select 'unknown, not asked' from customers) group by origin
union all select 'deals_won', substr(won_date, 1, 7), '', count(*) from file_deals group by substr(won_date, 1, 7)
union all select 'deals_won by seat', '', sr_id, count(*) from file_deals group by sr_id
union all select 'deals_won by origin', '', coalesce(nullif(origin, ''), 'unknown, not asked'), count(*) from won group by 3;
insert into line
select 'metric ' || what || ' ' || coalesce(c.period, m.period) || ' ' || coalesce(c.label, m.label), m.n, coalesce(c.n, 0)
from counted c full join metric m using (what, period, label);

.output differences.tsv
select what, 'exported ' || coalesce(exported, 'nothing'), 'in the files ' || coalesce(filed, 'nothing') from line where exported is not filed and cast(exported as text) is not cast(filed as text);
.output figures.json
select json_object(
 'contacts', (select count(*) from contact),
 'leads_by_origin', (select json_group_object(origin, n) from (select origin, count(*) as n from contact where name like 'Lead %' group by 1)),
 'won', (select count(*) from deal),
 'won_by_month', (select json_group_object(month, n) from (select substr(won_on, 1, 7) as month, count(*) as n from deal group by 1)),
 'won_by_seat', (select json_group_object(login, n) from (select login, count(*) as n from deal group by 1)),
 'reviews_by_score', (select json_group_object(score, n) from (select score, count(*) as n from touch where channel = 'survey' group by 1)),
 'touchpoints_acknowledged', (select count(*) from acknowledged),
 'touchpoints_stored', (select count(*) from touch),
 'lost', (select cast(exported as integer) from line where what = 'touches by content: in the files, not exported')
       + (select count(*) from acknowledged a where not exists (select 1 from touch t where t.id = a.id)),
 'doubled', (select cast(exported as integer) from line where what = 'touches by content: exported, not in the files')
       + (select cast(exported as integer) from line where what = 'ids exported twice'));
.output
