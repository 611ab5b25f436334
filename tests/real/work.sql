-- SPDX-License-Identifier: Apache-2.0
-- What real_seats reads: a line for each thing a seat logs, in the order it happened. The ids are those of the system's
-- exports. Who won a referral comes after it was accepted by another seat, and after the deal: wins.sql.
create table word(kind text, word text, number integer);
insert into word values ('channel', 'web', 6), ('channel', 'meeting', 3), ('channel', 'delivery', 10), ('channel', 'survey', 13), ('stage', 'know', 1), ('stage', 'buy', 5),
 ('sentiment', 'positive', 1), ('sentiment', 'neutral', 2), ('sentiment', 'negative', 3);
create table exported_contact(id text, name text primary key, number integer);
insert into exported_contact select value ->> 'contact_id', value ->> 'name', value ->> 'number' from json_each(readfile('contacts.json'), '$.contacts');
create table exported_referral(id text, contact text primary key);
insert into exported_referral select value ->> 'referral_id', value ->> 'person' from json_each(readfile('referrals.json'), '$.referrals');
.mode list
.separator "\t"
.output work.tsv
select line from (
 select h.login, h.at, replace(format('%s|touch|%s|%s000000|%d|%d|%d|%d|%s', h.login, c.id, strftime('%s', h.at, 'utc'), w.number, s.number, m.number, coalesce(h.score, -1), hex(h.note)), '|', char(9)) as line
 from happened h join exported_contact c on c.name = h.contact
 join word w on w.word = h.channel and w.kind = 'channel' join word s on s.word = h.stage and s.kind = 'stage' join word m on m.word = h.sentiment and m.kind = 'sentiment'
 union all
 select w.login, w.won_on || ' 23:59:59', replace(format('%s|deal|%s|%s|%s|%d|%s', w.login, c.id, w.opened_on, w.won_on, w.value, hex(w.title)), '|', char(9))
 from won w join exported_contact c on c.name = w.contact
 union all
 select r.accepts, r.at, replace(format('%s|accept|%s|%s000000|%s', r.accepts, x.id, strftime('%s', r.at, 'utc'), date(r.at)), '|', char(9))
 from referral r join exported_referral x using (contact))
order by login, at;
-- which seats go off line: one in three of all, those with the most to log
.output seats.tsv
select login, role, row_number() over (order by n desc, login) <= (count(*) over () + 2) / 3 and n >= 60
from (select s.login, s.role, (select count(*) from happened h where h.login = s.login) as n from seat s) order by role, login;
.output shares.tsv
select 'C' || c.number, 'P' || p.number from file_leads l join exported_contact c on c.name = 'Lead ' || l.mql_id
join (select value ->> 'name' as name, value ->> 'number' as number from json_each(readfile('partners.json'), '$.partners')) p on p.name = l.landing_page_id
where l.origin = 'referral';
.output
