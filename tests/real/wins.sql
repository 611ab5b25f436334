-- SPDX-License-Identifier: Apache-2.0
-- What real_seats reads at last: who won which referral, by the deal that is there now.
create table exported_deal as select value ->> 'deal_id' as id, value ->> 'contact' as contact from json_each(readfile('deals.json'), '$.deals');
.mode list
.output wins.tsv
select replace(format('%s|win|%s|%s000000|%s', r.wins, x.id, strftime('%s', r.won_at, 'utc'), d.id), '|', char(9))
from referral r join exported_referral x using (contact) join exported_deal d using (contact) where r.won_at is not null order by r.wins, r.won_at;
.output
