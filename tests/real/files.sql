-- SPDX-License-Identifier: Apache-2.0
-- The company's files, read by sqlite3 with nothing of ours between, and what follows from them: who logged what, in words. Run with TZ of the
-- company (its times are local), in the directory of the data.
.bail on
.import --csv olist_marketing_qualified_leads_dataset.csv file_leads
.import --csv olist_closed_deals_dataset.csv file_deals
.import --csv olist_orders_dataset.csv file_orders
.import --csv olist_order_reviews_dataset.csv file_reviews
.import --csv olist_customers_dataset.csv file_customers
-- a trial with the first leads and customers only
delete from file_leads where (select n from trial) is not null and rowid > (select n from trial);
delete from file_deals where mql_id not in (select mql_id from file_leads);
delete from file_customers where (select n from trial) is not null and rowid > (select n from trial);
delete from file_orders where customer_id not in (select customer_id from file_customers);
delete from file_reviews where order_id not in (select order_id from file_orders);

-- An order's customer, a person who may have several.
create view orders as select o.rowid as line, o.*, c.customer_unique_id as person from file_orders o join file_customers c using (customer_id);
create view customers as select customer_unique_id as person, min(customer_city) as city, min(customer_state) as state from file_customers group by 1;

-- Seats: the data's sales people, some of them both; four for service; a partner for each landing page that brought a referral.
create table seat(login text primary key, role text, place integer);
insert into seat select id, 'sales', row_number() over (order by id) - 1 from (select sdr_id as id from file_deals union select sr_id from file_deals);
insert into seat select 'service-' || value, 'service', value - 1 from generate_series(1, 4);
insert into seat select landing_page_id, 'partner', row_number() over (order by landing_page_id) - 1 from (select distinct landing_page_id from file_leads where origin = 'referral');

-- What happened, by whom it was logged, at the company's local times.
create view happened as
-- first contacts: the landing page's partner brought it, else whoever made the appointment, else the sales people in turn
select 'Lead ' || l.mql_id as contact,
       case when l.origin = 'referral' then l.landing_page_id else coalesce(d.sdr_id, s.login) end as login,
       l.first_contact_date || ' 12:00:00' as at, 'web' as channel, 'know' as stage, 'neutral' as sentiment, null as score, '' as note
from file_leads l left join file_deals d using (mql_id)
join seat s on s.role = 'sales' and s.place = l.rowid % (select count(*) from seat where role = 'sales')
union all
-- signed
select 'Lead ' || mql_id, sr_id, won_date, 'meeting', 'buy', 'positive', null, business_segment from file_deals
union all
-- every dated delivery, a good one when it came by the promised day
select 'Customer ' || person, 'service-' || (1 + line % 4), order_delivered_customer_date, 'delivery', 'buy',
       case when date(order_delivered_customer_date) <= date(order_estimated_delivery_date) then 'positive' else 'negative' end, null, 'order ' || order_id
from orders where order_delivered_customer_date <> ''
union all
select 'Customer ' || o.person, 'service-' || (1 + r.rowid % 4), r.review_answer_timestamp, 'survey', 'buy',
       case when r.review_score >= '4' then 'positive' when r.review_score = '3' then 'neutral' else 'negative' end, cast(r.review_score as integer),
       r.review_comment_title || case when r.review_comment_title <> '' and r.review_comment_message <> '' then ': ' else '' end || r.review_comment_message
from file_reviews r join orders o using (order_id);

-- An order is a project, and a promise to deliver by a day: kept or broken by the day it was, overdue without one. One that was cancelled
-- without a delivery is a cancelled project; any other stays active: no outcome is made up.
create view job as
select order_id, person, 'order ' || order_id as title, 'service-' || (1 + line % 4) as login, order_purchase_timestamp as started, order_delivered_customer_date as delivered,
       order_estimated_delivery_date as due, case when order_delivered_customer_date <> '' then 'completed' when order_status = 'canceled' then 'cancelled' else 'active' end as state,
       case when order_delivered_customer_date = '' then 'overdue' when date(order_delivered_customer_date) <= date(order_estimated_delivery_date) then 'kept' else 'broken' end as promise
from orders;
create view answer as
select r.review_id, o.order_id, o.person, 'service-' || (1 + r.rowid % 4) as login, r.review_answer_timestamp as answered, r.review_score as score,
       case when r.review_score >= '4' then 'positive' when r.review_score = '3' then 'neutral' else 'negative' end as sentiment,
       r.review_comment_title || case when r.review_comment_title <> '' and r.review_comment_message <> '' then ': ' else '' end || r.review_comment_message as words
from file_reviews r join orders o using (order_id);

-- A lead of that origin is a referral of its landing page's partner. When it was accepted the files don't say: taken as when it came, by who made the
-- appointment, else by the sales people in turn. Those of the deals won are won when the deal was, by who won it.
create view referral as
select l.mql_id, 'Lead ' || l.mql_id as contact, l.landing_page_id as login, min(l.first_contact_date || ' 12:00:00', coalesce(d.won_date, '9999')) as at, coalesce(d.sdr_id, s.login) as accepts,
       d.sr_id as wins, d.won_date as won_at
from file_leads l left join file_deals d using (mql_id)
join seat s on s.role = 'sales' and s.place = l.rowid % (select count(*) from seat where role = 'sales') where l.origin = 'referral';

-- Who could be asked: a promise kept and none broken, and the latest review, by when it was answered, good. Beside that, what the product puts in
-- the way: a complaint (a bad review, a late delivery) that nothing has mended.
create view askable as
select p.person, 'Customer ' || p.person in (select contact from happened where sentiment = 'negative') as complained
from (select person, sum(promise = 'kept') as kept, sum(promise = 'broken') as broken from job group by 1) p
join (select person, score, row_number() over (partition by person order by answered desc) as nth from answer) a on a.person = p.person and a.nth = 1
where p.kept > 0 and p.broken = 0 and a.score >= '4';

create view won as
select 'Lead ' || mql_id as contact, sr_id as login, min(first_contact_date, date(won_date)) as opened_on, date(won_date) as won_on,
       cast(round(declared_monthly_revenue * 100) as integer) as value, coalesce(nullif(business_segment, ''), 'seller') as title, l.origin
from file_deals d join file_leads l using (mql_id);
