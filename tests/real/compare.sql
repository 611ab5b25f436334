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
 value ->> 'origin' as origin, value ->> 'number' as number
from json_each(readfile('deals.json'), '$.deals');
create table exported_job as
select value ->> 'contact' as contact, value ->> 'title' as title, value ->> 'number' as number, value ->> 'state' as state, value ->> 'owner' as login, value ->> 'started_on' as started,
 value ->> 'ended_on' as ended
from json_each(readfile('projects.json'), '$.projects');
create table promised as
select p.value ->> 'contact' as contact, p.value ->> 'owner' as login, p.value ->> 'due_on' as due, p.value ->> 'made_on' as made, p.value ->> 'settled_on' as settled,
 case when p.value ->> 'overdue' then 'overdue' else p.value ->> 'state' end as state, p.value ->> 'project_number' as project
from json_each(readfile('promises.json'), '$.promises') p;
create table reviewed as
select value ->> 'contact' as contact, value ->> 'owner' as login, coalesce(datetime(value ->> 'held_at', 'localtime'), value ->> 'held_on') as at, value ->> 'score' as score, value ->> 'score_scale' as scale,
 value ->> 'result' as result, coalesce(value ->> 'words', '') as words, value ->> 'project_number' as project,
 case when value ->> 'score' >= 4 then 'positive' when value ->> 'score' = 3 then 'neutral' else 'negative' end as sentiment
from json_each(readfile('reviews.json'), '$.reviews');
create table referred as
select value ->> 'person' as contact, value ->> 'source' as login, value ->> 'state' as state, datetime(value ->> 'happened_at', 'localtime') as at,
 datetime(value ->> 'decided_at', 'localtime') as decided, datetime(value ->> 'closed_at', 'localtime') as closed, value ->> 'owner' as owner, value ->> 'deal_number' as deal,
 value ->> 'history' as history, value ->> 'loop_open' as loop_open, value ->> 'clock' as clock
from json_each(readfile('referrals.json'), '$.referrals');
create table candidate as select value ->> 'name' as contact from json_each(readfile('asks.json'), '$.candidates');
create table not_now as select value ->> 'name' as contact, value ->> 'because' as because from json_each(readfile('notnow.json'), '$.candidates');
create table made(what text, n integer);
create table acknowledged(id text);
create table seen(login text, n integer, referrals integer, won integer);
create table metric(what text, period text, label text, n integer, rate real, mean real, median real, low real, high real, n_against integer, enough text);
.mode list
.separator "\t"
.import acknowledged.txt acknowledged
create index touch_id on touch(id);
create index acknowledged_id on acknowledged(id);
.import seen.tsv seen
.import made.tsv made
.import metrics.tsv metric

-- A hash a row: how often each is in the files, and in the exports.
create table expected(hash text, n integer);
create table found(hash text, n integer);
insert into expected select hex(sha3(contact || char(9) || login || char(9) || at || char(9) || channel || char(9) || stage || char(9) || sentiment || char(9) || coalesce(score || '/5', '') || char(9) || note)), count(*) from happened group by 1;
insert into found select hex(sha3(contact || char(9) || login || char(9) || at || char(9) || channel || char(9) || stage || char(9) || sentiment || char(9) || coalesce(score || '/' || scale, '') || char(9) || note)), count(*) from touch where not struck group by 1;

-- The orders, with what was promised and said of each; their lists name the project by its number.
create index job_number on exported_job(number);
create view promise_of as select p.*, j.title from promised p join exported_job j on j.number = p.project;
create view review_of as select r.*, j.title from reviewed r join exported_job j on j.number = r.project;
create table after as
select p.state as promise, r.sentiment, count(*) as n from reviewed r join promised p using (project) group by 1, 2;
-- Who could be asked, as the exports of promises and reviews say.
create table exported_askable as
select p.contact from (select contact, sum(state = 'kept') as kept, sum(state = 'broken') as broken from promised group by 1) p
join (select contact, score, row_number() over (partition by contact order by at desc) as nth from reviewed) r on r.contact = p.contact and r.nth = 1
where p.kept > 0 and p.broken = 0 and r.score >= 4;

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
select 'projects by content: in the files, not exported', (select count(*) from (select 'Customer ' || person, title, login, date(started), case when state = 'cancelled' then '?' else coalesce(date(nullif(delivered, '')), '') end, state from job
 except select contact, title, login, started, case when state = 'cancelled' then '?' else coalesce(ended, '') end, state from exported_job)), 0
union all
select 'projects', (select count(*) from exported_job), (select count(*) from job)
union all
select 'promises by content: in the files, not exported', (select count(*) from (select 'Customer ' || person, title, login, date(due), date(started), coalesce(date(nullif(delivered, '')), ''), promise from job
 except select contact, title, login, due, made, coalesce(settled, ''), state from promise_of)), 0
union all
select 'promises', (select count(*) from promised), (select count(*) from job)
union all
select 'promises ' || promise, (select count(*) from promised p where p.state = j.promise), count(*) from job j group by promise
union all
select 'reviews by content: in the files, not exported', (select count(*) from (
 select hex(sha3('Customer ' || person || char(9) || 'order ' || order_id || char(9) || login || char(9) || answered || char(9) || score || '/5' || char(9) || trim(words, blank) || char(9) || case when score >= '4' then 'good' else 'bad' end)) from answer, (select ' ' || char(9, 10, 13) as blank)
 except select hex(sha3(contact || char(9) || title || char(9) || login || char(9) || at || char(9) || score || '/' || scale || char(9) || words || char(9) || result)) from review_of)), 0
union all
select 'reviews', (select count(*) from reviewed), (select count(*) from answer)
union all
select 'sentiment ' || sentiment || ' where the promise was ' || promise, (select n from after x where x.promise = j.promise and x.sentiment = a.sentiment), count(*) from answer a join job j using (order_id) group by j.promise, a.sentiment
union all
select 'referrals received', (select count(*) from referred), (select count(*) from file_leads where origin = 'referral')
union all
select 'referrals of partner ' || login, (select count(*) from referred x where x.login = r.login), count(*) from referral r group by login
union all
select 'referrals by content: in the files, not exported', (select count(*) from (
 select r.contact, r.login, case when r.won_at is null then 'accepted' else 'won' end, r.at, r.at, coalesce(r.won_at, ''), r.accepts, coalesce(w.title, '') from referral r left join won w using (contact)
 except select x.contact, x.login, x.state, x.at, x.decided, coalesce(x.closed, ''), x.owner, coalesce(d.title, '') from referred x left join deal d on d.contact = x.contact and d.number = x.deal)), 0
union all
select 'referrals that are no history, or have a clock', (select count(*) from referred where not coalesce(history, 0) or clock is not null), 0
union all
select 'referrals seen by partner ' || s.login, s.referrals || ', ' || s.won || ' won', (select count(*) || ', ' || count(won_at) || ' won' from referral r where r.login = s.login) from seen s
union all
select 'asks open', (select count(*) from exported_askable), (select count(*) from askable)
union all
select 'asks open, on the ask list', (select count(*) from exported_askable x join candidate using (contact)), (select count(*) from askable where not complained)
union all
select 'asks open, but not now because of a complaint', (select count(*) from exported_askable x join not_now n using (contact) where n.because like '%complaint%'), (select count(*) from askable where complained)
union all
select 'on the ask list with a promise broken, or a complaint', (select count(*) from candidate where contact in (select contact from promised where state = 'broken' union select contact from happened where sentiment = 'negative')), 0
union all
select what || ' made by all this', n, 0 from made
union all
select 'contacts seen by partner ' || login, n, (select count(*) from file_leads where origin = 'referral' and landing_page_id = login) from seen;

-- Days from a deal's opening to its winning, by origin in three groups.
create view file_days as
select case when origin = 'referral' then 'referred' when origin in ('', 'unknown') then 'unknown' else 'other' end as label, julianday(won_on) - julianday(opened_on) as days from won;
create table close_days as
select label, count(*) as n, avg(days) as mean, avg(days) filter (where place in ((of + 1) / 2, (of + 2) / 2)) as median
from (select *, row_number() over (partition by label order by days) as place, count(*) over (partition by label) as of from file_days) group by 1;
-- What referred customers take less: the difference of the means, and its 95 % interval by Welch, with the product's approximation of t.
create view welch as
select r.n, o.n as n_against, r.mean - o.mean as mean, sqrt(r.error + o.error) as error, (r.error + o.error) * (r.error + o.error) / (r.error * r.error / (r.n - 1) + o.error * o.error / (o.n - 1)) as df
from (select count(*) as n, avg(days) as mean, (avg(days * days) - avg(days) * avg(days)) / (count(*) - 1.0) as error from file_days where label = 'referred') r,
     (select count(*) as n, avg(days) as mean, (avg(days * days) - avg(days) * avg(days)) / (count(*) - 1.0) as error from file_days where label = 'other') o;
create view premium as select *, error * (1.96 + 2.3724 / df + 2.8225 / (df * df) + 2.5556 / (df * df * df)) as half from welch;
insert into line
select 'premium in days, its interval, and whether that is enough', format('%.3f (%.3f to %.3f) of %d and %d, %s', m.mean, m.low, m.high, m.n, m.n_against, m.enough),
       format('%.3f (%.3f to %.3f) of %d and %d, %s', p.mean, p.mean - p.half, p.mean + p.half, p.n, p.n_against, iif(p.mean - p.half > 0 or p.mean + p.half < 0, 'true', 'false'))
from premium p left join metric m on m.what = 'premium_days' where p.n > 1
union all
select 'premium in words says that it is not enough', (select cast(readfile('premium.txt') as text) like '%not enough cases%'), (select not (mean - half > 0 or mean + half < 0) from premium) from premium where n > 1
union all
select 'mean days to close, ' || label, round(m.mean, 6), round(c.mean, 6) from close_days c left join metric m using (label) where m.what = 'deals_won by group'
union all
select 'median days to close, ' || label, round(m.median, 6), round(c.median, 6) from close_days c left join metric m using (label) where m.what = 'deals_won by group'
union all
select 'rate of promises kept', (select round(rate, 9) from metric where what = 'promises_kept'), (select round(avg(promise = 'kept'), 9) from job);

-- the metrics, each label and period of them
create view counted as
select 'touches by channel' as what, '' as period, channel as label, count(*) as n from happened group by channel
union all select 'touches by stage', '', stage, count(*) from happened group by stage
union all select 'touches by sentiment', '', sentiment, count(*) from happened group by sentiment
union all select 'touches by seat', '', login, count(*) from happened group by login
union all select 'touches by role', '', s.role, count(*) from happened join seat s using (login) group by s.role
union all select 'touches', substr(at, 1, 7), '', count(*) from happened group by substr(at, 1, 7)
union all select 'touches by score', '', score || '/5', count(*) from happened where score is not null group by score
union all select 'premium_days', '', '', n from welch where n > 1
union all select 'deals_won by group', '', label, n from close_days
union all select 'promises_kept', '', '', count(*) from job
union all select 'promises_overdue', '', '', count(*) from job where promise = 'overdue'
union all select 'promises_kept by seat', '', login, count(*) from job group by login
union all select 'projects_completed', '', '', count(*) from job where state = 'completed'
union all select 'reviews_held by label', '', case when score >= '4' then 'good' else 'bad' end, count(*) from answer group by 3
union all select 'referrals_received', '', '', count(*) from referral
union all select 'referrals_accepted', '', '', count(*) from referral
union all select 'referrals_won', '', '', count(won_at) from referral having count(won_at) > 0
union all select 'contacts_new by origin', '', origin, count(*)
 from (select coalesce(nullif(origin, ''), 'unknown, not asked') as origin from file_leads union all select 'unknown, not asked' from customers) group by origin
union all select 'deals_won', substr(won_date, 1, 7), '', count(*) from file_deals group by substr(won_date, 1, 7)
union all select 'deals_won by seat', '', sr_id, count(*) from file_deals group by sr_id
union all select 'deals_won by origin', '', coalesce(nullif(origin, ''), 'unknown, not asked'), count(*) from won group by 3;
insert into line
select 'metric ' || what || ' ' || coalesce(c.period, m.period) || ' ' || coalesce(c.label, m.label), m.n, coalesce(c.n, 0)
from counted c full join metric m using (what, period, label) where what <> 'premium_days' or exists (select 1 from welch where n > 1);

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
 'referrals_received', (select count(*) from referred),
 'referrals_won', (select count(*) from referred where state = 'won'),
 'referrals_by_partner', (select json_group_object(login, n) from (select login, count(*) as n from referred group by 1)),
 'mean_days_to_close', (select json_group_object(label, json_object('days', round(mean, 3), 'n', n)) from metric where what = 'deals_won by group'),
 'median_days_to_close', (select json_group_object(label, json_object('days', round(median, 3), 'n', n)) from metric where what = 'deals_won by group'),
 'promises_kept', (select count(*) from promised where state = 'kept'),
 'promises_broken', (select count(*) from promised where state = 'broken'),
 'promises_overdue', (select count(*) from promised where state = 'overdue'),
 'sentiment_after_kept', (select json_group_object(m.column1, coalesce(n, 0)) from (values ('positive'), ('neutral'), ('negative')) m left join after on promise = 'kept' and sentiment = m.column1),
 'sentiment_after_broken', (select json_group_object(m.column1, coalesce(n, 0)) from (values ('positive'), ('neutral'), ('negative')) m left join after on promise = 'broken' and sentiment = m.column1),
 'asks_open', (select count(*) from exported_askable),
 'premium_days', (select json_object('days', round(mean, 3), 'low', round(low, 3), 'high', round(high, 3), 'n', n, 'n_against', n_against, 'enough', json(nullif(enough, '')),
    'said', trim(readfile('premium.txt'), ' ' || char(10))) from metric where what = 'premium_days'),
 'doubled', (select cast(exported as integer) from line where what = 'touches by content: exported, not in the files')
       + (select cast(exported as integer) from line where what = 'ids exported twice'));
.output
