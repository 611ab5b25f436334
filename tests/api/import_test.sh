#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Imports through the real program: mappings, verdicts, the same file again, files that are not as they should be.
set -u
. "$VS_ROOT/tests/support/import.sh"
mkdir -p "$VS_TMP/d" && cd "$VS_TMP/d" || exit 1
check "the server starts" server_start one
[ -n "${SERVER[one]:-}" ] || exit 1
seat admin admin join "$(business "Hartwell Roofing" mara)" >/dev/null
seat admin admin account add sam --name Sam --role sales >/dev/null
seat admin admin attribute define size --kind number >/dev/null

cat >people.map <<'END'
[import]
source = crm
key = no
[columns]
name = {first} {last}
email = mail
phone = tel
origin = channel
attribute.size = size
owner = seller
segment = kind
[values origin]
PPC = paid
* = other
[values segment]
K = customer
[defaults]
origin = unknown, not asked
END
cat >people.csv <<'END'
no,first,last,mail,tel,channel,size,seller,kind
1,Ann,Lee,ann@example.org,+49 30 5550101,PPC,12,sam,K
2,Zoë,"Stone, Jr.",,,,,,
3,Bo,Park,no address,,,,,
4,Cy,Doe,,12,,,,
5,Di,Fox,,,,big,,
6,Ed,Gray,,,,,nobody,
,No,Key,,,,,,
2,Zoë,Twice,,,,,,
9,short,row
10,two,"quo"tes",,,,,,
11,open,"quote,,,,,,
12,Fay,Hill,,,walk-in,,,
END
check "a dry run judges every row" counts 3/0/9 contacts people.csv --mapping people.map --dry-run
check "and stores none" is 0 owner "select count(*) from contact"
check "good rows are stored, bad ones refused" counts 3/0/9 contacts people.csv --mapping people.map --rejects bad.csv --verdicts rows.csv
check "three people are there" is 3 owner "select count(*) from contact"
check "the same file again is the same" counts 0/3/9 contacts people.csv --mapping people.map
check "a third time too" counts 0/3/9 contacts people.csv --mapping people.map
check "three times is once" is 3 owner "select count(*) from contact"
check "names, quotes and origins" is "Ann Lee|paid|12|{2};Fay Hill|other||{1};Zoë Stone, Jr.|unknown, not asked||{1}" \
    owner "select string_agg(name || '|' || origin || '|' || coalesce(attributes ->> 'size', '') || '|' || segments::text, ';' order by name) from contact"
check "owners are mapped" is sam owner "select a.login from contact c join account a on a.account_id = c.owner_id where c.name = 'Ann Lee'"
check "numbers have no gaps" is "1 2 3" owner "select string_agg(number::text, ' ' order by number) from contact"
verdict() { grep -q "^$1,refused,.*$2" rows.csv || { echo "no \"$2\" in: $(grep "^$1," rows.csv)"; return 1; }; }
check "an address that is none" verdict 4 "write it like ann@example.org"
check "a phone number without country" verdict 5 "with its country"
check "an attribute of another kind" verdict 6 "must be a number"
check "an owner who isn't here" verdict 7 "account"
check "a row without key" verdict 8 "key is empty"
check "a key twice" verdict 9 "stands in line 3 already"
check "a row that is too short" verdict 10 "columns"
check "a quote inside a value" verdict 11 "double it"
check "a quote never closed" verdict 12 "never closed"
check "one line a row" is 12 eval 'tail -n +2 rows.csv | wc -l'
check "the file of refused rows has them as they were, and why" exits 0 "no address,,,,," grep "^3,Bo" bad.csv
sed -i 's/no address/bo@example.org/' bad.csv
check "mended there, they go in" counts 1/1/7 contacts bad.csv --mapping people.map

printf 'no,first,last,mail,tel,channel,size,seller,kind,hobby\n30,Ann,Lee,,,,,,,chess\n31,Jo,Extra,,,,,,,golf,more\n32,"Kay ""K""","O\nNeil",,,,,,,\n' >more.csv
check "a column nobody mapped is left out; one too many in a row is not" counts 2/0/1 contacts more.csv --mapping people.map --verdicts more.rows
check "it is told" grep -q '^3,refused,"the row has 11 columns, the first line names 10' more.rows
check "a name twice is another person, with a hint who it may be" grep -q '^2,new,"may be C1 Ann Lee (' more.rows
check "both are there" is 2 owner "select count(*) from contact where name = 'Ann Lee'"
check "doubled quotes and a line break in quotes are part of the value" is 'Kay "K" O Neil' owner "select regexp_replace(name, '\s+', ' ', 'g') from contact where name like 'Kay%'"
printf 'no,name,name\n1,a,b\n' >twin.csv
printf '[import]\nsource = twin\nkey = no\n[columns]\nname = name\n' >twin.map
check "a column's name twice is told" exits 78 'the file has 2 columns "name"; rename' import contacts twin.csv --mapping twin.map

printf '\xef\xbb\xbfno;name\r\n1;M\xfcller\r\n' >latin.csv
printf '[import]\nsource = old\nkey = no\ndelimiter = ;\n[columns]\nname = name\n' >old.map
check "bytes that aren't UTF-8 are told, with the remedy" exits 65 "latin-1" import contacts latin.csv --mapping old.map --verdicts v1.csv
printf 'no;name\r\n1;M\xfcller \x80\r\n' >latin.csv
sed 's/^key/encoding = latin-1\nkey/' old.map >latin.map
check "Latin-1 is read as such" counts 1/0/0 contacts latin.csv --mapping latin.map
check "and means what it says" is "Müller €" owner "select name from contact where name like 'M%'"
printf '\xef\xbb\xbfno;name\r\n7;Gil\r\n' >bom.csv
check "a byte-order mark is no part of the first column" counts 1/0/0 contacts bom.csv --mapping old.map
printf '\xff\xfen\x00' >wide.csv
check "UTF-16 is told" exits 66 "UTF-16" import contacts wide.csv --mapping old.map
check "a missing column is named, with the likely one" exits 78 'did you mean "name"' eval 'printf "[import]\nsource=x\nkey=no\ndelimiter=;\n[columns]\nname = nmae\n" >typo.map; import contacts bom.csv --mapping typo.map'
check "a field that contacts don't have" exits 78 "has no field" eval 'printf "[import]\nsource=x\nkey=no\ndelimiter=;\n[columns]\nnom = name\n" >typo.map; import contacts bom.csv --mapping typo.map'
check "no file" exits 66 "No such file" import contacts none.csv --mapping old.map
check "no mapping" exits 64 "--mapping" import contacts bom.csv

printf 'id,company\nA,Old Mill Bakery\nB,\n' >orgs.csv
printf '[import]\nsource = crm\nkey = id\n[columns]\nname = company\n' >orgs.map
check "organizations" counts 1/0/1 organizations orgs.csv --mapping orgs.map
printf 'no,name,company\n20,Hal Ives,A\n21,Ivy Jones,Z\n' >staff.csv
printf '[import]\nsource = staff\norganization_source = crm\nkey = no\n[columns]\nname = name\norganization = company\n' >staff.map
check "contacts of them" counts 1/0/1 contacts staff.csv --mapping staff.map

cat >deals.csv <<'END'
deal,customer,what,result,amount,start,end,who
1,1,roof,won,8400.50,01.03.2026,20.04.2026,sam
2,1,shed,won,900,02.05.2026,03.06.2026,sam
3,2,gutter,lost,300,01.03.2026,05.03.2026,
4,99,nobody,open,1,01.03.2026,,
5,2,late,won,1,05.03.2026,01.03.2026,
6,2,when,won,1,05.03.2026,,
END
cat >deals.map <<'END'
[import]
source = crm
key = deal
date = %d.%m.%Y
[columns]
contact = customer
title = what
state = result
value = amount
opened_on = start
closed_on = end
seat = who
END
printf '7,2,bad day,won,1,31.02.2026,13/13/26,\n' >>deals.csv
check "deals" counts 3/0/4 deals deals.csv --mapping deals.map --verdicts deals.rows
check "of somebody who isn't here" verdict_of deals.rows 5 "import contacts first"
check "closed before it was opened" verdict_of deals.rows 6 "closed before it was opened\|before"
check "won without a day" verdict_of deals.rows 7 "needs the day it closed"
check "a day that is none" verdict_of deals.rows 8 "_on: .*\(2026-11-23\|day\)"
check "again" counts 0/3/4 deals deals.csv --mapping deals.map
check "a third time" counts 0/3/4 deals deals.csv --mapping deals.map
check "three times is once" is 3 owner "select count(*) from deal"
check "won ones count on their days, for their seat" is "2026-04-20 840050 sam;2026-06-03 90000 sam" \
    owner "select string_agg(f.day || ' ' || f.value || ' ' || a.login, ';' order by f.day) from fact f join account a on a.account_id = f.seat_id where f.kind = 'deal_won'"
check "the second enters repeat" is "5 6" owner "select string_agg(s.stage::text, ' ' order by s.stage) from contact_stage s join contact c using (contact_id) where c.name = 'Ann Lee'"

cat >touches.csv <<'END'
id,customer,at,how,mood,text,who,score
1,1,2026-03-01 10:00,call,+,"asked for a quote",sam,
2,1,2026-03-29 02:30,survey,,,,9/10
3,99,2026-03-01 10:00,call,,,,
4,1,soon,call,,,,
5,1,2026-03-01 10:00,call,,,nobody,
END
cat >touches.map <<'END'
[import]
source = crm
key = id
date = %Y-%m-%d %H:%M
zone = Europe/Berlin
[columns]
contact = customer
occurred_at = at
channel = how
sentiment = mood
note = text
login = who
score = score
[values sentiment]
+ = positive
END
check "a login that is nobody's stops the run by name" exits 65 'open account "nobody"' import touches touches.csv --mapping touches.map
sed -i '/nobody/d' touches.csv
check "a dry run of touches judges every row" counts 2/0/2 touches touches.csv --mapping touches.map --dry-run --verdicts dry.rows
check "of somebody who isn't here" verdict_of dry.rows 4 "import contacts first"
check "a time that is none" verdict_of dry.rows 5 "occurred_at: "
check "and stores none" is 0 owner "select count(*) from touchpoint"
check "touches" counts 2/0/2 touches touches.csv --mapping touches.map
check "again" counts 0/2/2 touches touches.csv --mapping touches.map
check "a third time" counts 0/2/2 touches touches.csv --mapping touches.map
check "a dry run knows them" counts 0/2/2 touches touches.csv --mapping touches.map --dry-run
printf 'no,first,last,mail,tel,channel,size,seller,kind\n99,Late,Comer,,,,,,\n' >late.csv
check "the contact that was missing comes" counts 1/0/0 contacts late.csv --mapping people.map
check "and with it the touch that was refused for that" counts 1/2/1 touches touches.csv --mapping touches.map
check "three times is once" is 3 owner "select count(*) from touchpoint where refusal is null"
check "in the name of who made them, at their time" is "2026-03-01 09:00|sam|asked for a quote" \
    owner "set time zone 'UTC'; select to_char(t.occurred_at, 'YYYY-MM-DD HH24:MI') || '|' || a.login || '|' || t.note from touchpoint t join account a using (account_id) where t.note is not null"

# a touch that mends a complaint: before it in the file, after it, in another file, and through another that mends
cat >mending.csv <<'END'
id,customer,at,how,mood,mended
20,1,2026-04-05 10:00,call,negative,21
21,1,2026-04-03 10:00,call,negative,22
22,1,2026-04-01 10:00,call,negative,
23,1,2026-04-06 10:00,call,positive,20
24,1,2026-04-06 11:00,call,positive,40
25,1,2026-04-06 12:00,call,positive,1
END
sed '/^score\|^note\|^login/d; s/^\[values.*/mends = mended/; /^+/d' touches.map >mending.map
check "a dry run finds the complaint in the file" counts 4/0/2 touches mending.csv --mapping mending.map --dry-run
check "complaints are mended in whatever order they stand" counts 4/0/2 touches mending.csv --mapping mending.map --rejects mends.csv --verdicts mends.rows
check "one that isn't here: what to do is said" verdict_of mends.rows 6 "import that first, then this row again"
check "nor is what was no complaint" verdict_of mends.rows 7 "the complaint it mends isn't here"
printf 'id,customer,at,how,mood,mended\n40,1,2026-04-02 10:00,call,negative,\n' >complaint.csv
check "the complaint comes" counts 1/0/0 touches complaint.csv --mapping mending.map
check "and the row that was refused goes in" counts 1/0/1 touches mends.csv --mapping mending.map
check "the whole file again" counts 0/5/1 touches mending.csv --mapping mending.map
check "all name what they mend" is "20>21 21>22 23>20 24>40" owner "select string_agg(x.i || '>' || y.i, ' ' order by x.i) from (values (20, '2026-04-05 10:00+02'::timestamptz), (21, '2026-04-03 10:00+02'), (22, '2026-04-01 10:00+02'), (23, '2026-04-06 10:00+02'), (24, '2026-04-06 11:00+02'), (40, '2026-04-02 10:00+02')) x(i, at)
    join touchpoint t on t.occurred_at = x.at join touchpoint m on m.id = t.mends join (values (20, '2026-04-05 10:00+02'::timestamptz), (21, '2026-04-03 10:00+02'), (22, '2026-04-01 10:00+02'), (40, '2026-04-02 10:00+02')) y(i, at) on m.occurred_at = y.at"

[ "${VS_IMPORT_ROWS:-5000}" -le 5000 ] || VS_SEAT_SECONDS=900
seq 1 "${VS_IMPORT_ROWS:-5000}" | awk 'BEGIN { print "no,name" } { print $1 ",Person " $1 }' >many.csv
printf '[import]\nsource = many\nkey = no\n[columns]\nname = name\n' >many.map
check "many rows" counts "${VS_IMPORT_ROWS:-5000}/0/0" contacts many.csv --mapping many.map
check "on a terminal its progress shows" eval 'script -qec "timeout ${VS_SEAT_SECONDS:-300} env VOUCHSAFE_HOME=$VS_TMP/seat-admin $VS_BIN/vouchsafe-admin import contacts many.csv --mapping many.map" /dev/null </dev/null | tr "\r" "\n" | grep -qE "^[0-9]+ rows, [0-9]+ %"'
check "in a script nothing does" eval '! import contacts bom.csv --mapping old.map 2>&1 | grep -q " %"'
check "many rows again" counts "0/${VS_IMPORT_ROWS:-5000}/0" contacts many.csv --mapping many.map
check "sales may not import" exits 64 "" seat sales sales import contacts many.csv --mapping many.map
