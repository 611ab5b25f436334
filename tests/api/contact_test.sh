#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Contacts, organizations, attributes and shares: every method, what it refuses, what a partner gets of it, editors at once, pages.
set -u
. "$VS_ROOT/tests/support/server.sh"
. "$VS_ROOT/tests/support/call.sh"
same() { [ "$1" = "$2" ] || { echo "expected $1, got $2"; return 1; }; }
lacks() { # TEXT COMMAND...
    local text=$1 out
    shift
    out=$("$@" 2>&1)
    ! grep -qF -- "$text" <<<"$out" || { echo "unexpected \"$text\" in: $out"; return 1; }
}
owner() { sql "set role vs_owner; set search_path = vs, public; $1"; }

check "the server starts" server_start one
[ -n "${SERVER[one]:-}" ] || exit 1
check "a second instance on the same database too" server_start two --database.url="$(database_url one)"
pin_two=$(openssl pkey -in "${STATE[two]}/root.key" -pubout -outform DER | sha256sum | cut -d' ' -f1)
line=$(business hartwell mara)
door "$line"
check "the admin's machine joins" says "who.login=mara" machine admin "$line"
made() { as "$1" "$2" change=new "${@:3}"; }
for who in sam sue; do made admin ACCOUNT_ADD account_id=new login=$who role=1 >/dev/null; done
made admin ACCOUNT_ADD account_id=new login=max role=5 >/dev/null
acme=$(made admin PARTNER_ADD partner_id=new name=Acme | field partner_id)
other=$(made admin PARTNER_ADD partner_id=new name=Other | field partner_id)
made admin ACCOUNT_ADD account_id=new login=pat role=3 partner_id="$acme" >/dev/null
made admin ACCOUNT_ADD account_id=new login=oto role=3 partner_id="$other" >/dev/null
for who in sam sue max pat oto; do enrolled $who $who >/dev/null; done

# --- attributes
define() { made admin ATTRIBUTE_DEFINE attribute.key="$1" attribute.kind="$2" "${@:3}"; }
check "an attribute is defined" says "OK" define roof_age 2 attribute.label="Age of the roof"
check "one of choices" says "OK" define roof 4 attribute.choices=tiles attribute.choices=slate
for kind in day:3 gold:5 remark:1; do define ${kind%:*} ${kind#*:} >/dev/null; done
define size 2 attribute.of_organizations=1 >/dev/null
check "a key is a lower-case word" says "INVALID_ARGUMENT BAD_KEY key" define "Roof Age" 2
check "a choice needs choices" says "INVALID_ARGUMENT BAD_CHOICES choices" define wall 4
check "and others have none" says "INVALID_ARGUMENT BAD_CHOICES choices" define wall 2 attribute.choices=a
check "no choice comes twice" says "INVALID_ARGUMENT BAD_CHOICES choices" define wall 4 attribute.choices=a attribute.choices=A
check "sales defines none" says "PERMISSION_DENIED" made sam ATTRIBUTE_DEFINE attribute.key=x attribute.kind=1
check "the manager reads them" says "attributes.key=roof_age attributes.label=Age of the roof attributes.kind=2" as max ATTRIBUTE_LIST
check "a partner doesn't" says "PERMISSION_DENIED" as pat ATTRIBUTE_LIST
check "an unused one may change its kind" says "OK" define remark 2
define remark 1 >/dev/null

# --- organizations
org=$(new_id)
check "an organization is added" says "organization.number=1 organization.name=Stone Ltd organization.attributes.key=size organization.attributes.value=12.5 organization.version=1" \
    made sam ORGANIZATION_ADD organization_id="$org" name="Stone Ltd" attributes=size:12.50
check "its id again is refused" says "KEY_REUSED ID_USED" made sam ORGANIZATION_ADD organization_id="$org" name=Other
check "a contact's attribute is none of an organization" says "INVALID_ARGUMENT NO_SUCH_ATTRIBUTE attributes : attributes: roof_age is no attribute of organizations" \
    made sam ORGANIZATION_ADD organization_id=new name=X attributes=roof_age:3
check "it is edited" says "OK   version=2" made sam ORGANIZATION_EDIT organization_id="$org" version=1 name="Stone & Sons" attributes=size:
check "by an old version it isn't" says "FAILED_PRECONDITION VERSION version : it was changed meanwhile and is version 2 now" \
    made sam ORGANIZATION_EDIT organization_id="$org" version=1 name=Z
check "it is found by a part of its name" says "organizations.name=Stone & Sons" as sam ORGANIZATION_FIND query="SONS"
check "without what was taken away" lacks "attributes.key" as sam ORGANIZATION_FIND query="SONS"
check "an unknown one can't be edited" says "NOT_FOUND NOT_FOUND" made sam ORGANIZATION_EDIT organization_id=new version=1 name=Z
for name in alpha beta gamma delta epsilon; do made sam ORGANIZATION_ADD organization_id=new name=$name >/dev/null; done
names() { grep -oE "organizations.name=[a-zA-Z]+" | cut -d= -f2 | tr '\n' ' '; }
page=$(as sam ORGANIZATION_FIND page_size=4)
rest=$(as sam ORGANIZATION_FIND page_size=4 page_token="$(field next_page_token <<<"$page")")
check "pages go by name" same "alpha beta delta epsilon gamma Stone " "$(names <<<"$page")$(names <<<"$rest")"
check "a token that is none is refused" says "INVALID_ARGUMENT PAGE_TOKEN" as sam ORGANIZATION_FIND page_token=00
check "partners find none" says "PERMISSION_DENIED" as pat ORGANIZATION_FIND

# --- adding
ann=$(new_id)
added=$(made sam CONTACT_ADD contact_id="$ann" name="Ann Lee" email=Ann@Example.org phone="+49 30 5550123" organization_id="$org" origin=social language=pt-BR preferred_channel=1 \
    best_hours="after six" no_ask=1 advocacy=1 segments=2 segments=1 segments=2 attributes=roof_age:12.50 attributes=roof:SLATE attributes=day:2026-02-28 attributes=gold:Yes attributes=remark:" hi ")
holds() { check "$1" says "$2" echo "$added"; }
holds "a contact is added with all its fields" "contact.name=Ann Lee contact.email=Ann@Example.org contact.phone=+49 30 5550123"
holds "it belongs to its organization and to who added it" "contact.organization=Stone & Sons contact.owner=sam contact.origin=social contact.language=pt-BR contact.preferred_channel=1 contact.best_hours=after six contact.no_ask=1 contact.advocacy=1"
holds "a segment counts once" "contact.segments=1 contact.segments=2 contact.attributes"
for value in "day contact.attributes.value=2026-02-28" "gold contact.attributes.value=yes" "remark contact.attributes.value=hi" "roof contact.attributes.value=slate" "roof_age contact.attributes.value=12.5"; do
    holds "a value has its normal form: $value" "contact.attributes.key=$value"
done
holds "there are no touches yet" "contact.touches=0"
id_of() { field contact.contact_id; }
plain=$(made sam CONTACT_ADD contact_id=new name=Plain)
for want in "contact.owner=sam" "contact.origin=unknown, not asked" "contact.segments=1" "contact.advocacy=4" "contact.no_ask=0" "contact.version=1"; do check "by itself: $want" says "$want" echo "$plain"; done
check "it can be somebody else's" says "contact.owner=sue" made sam CONTACT_ADD contact_id=new name=Elsa owner=sue
check "but no partner's" says "NOT_FOUND NO_SUCH_OWNER owner" made sam CONTACT_ADD contact_id=new name=X owner=pat
check "nor a manager's" says "NOT_FOUND NO_SUCH_OWNER owner" made sam CONTACT_ADD contact_id=new name=X owner=max
refused() { check "refused: $2" says "$1" made sam CONTACT_ADD contact_id=new name="Never" "${@:3}"; }
refused "INVALID_ARGUMENT BAD_LANGUAGE language" "a language that is none" language=german_de
refused "INVALID_ARGUMENT BAD_SEGMENT segments" "a segment that is none" segments=0
refused "INVALID_ARGUMENT BAD_EMAIL email" "an address that is none" email=ann.example.org
refused "INVALID_ARGUMENT BAD_PHONE phone" "a number that is none" phone=12
refused "NOT_FOUND NO_SUCH_ORGANIZATION organization_id" "an unknown organization" organization_id=new
refused "INVALID_ARGUMENT NO_SUCH_ATTRIBUTE attributes : attributes: hair is no attribute of contacts here" "an attribute nobody defined" attributes=roof_age:1 attributes=hair:red
refused "INVALID_ARGUMENT BAD_ATTRIBUTE attributes : attributes: roof_age must be a number, like 12.5" "no number" attributes=roof_age:12,5
refused "attributes: day must be a day, like 2026-11-23" "no day" attributes=day:2026-02-29
refused "attributes: roof must be one of: tiles, slate" "no such choice" attributes=roof:thatch
refused "attributes: gold must be yes or no" "neither yes nor no" attributes=gold:maybe
check "nothing of these was stored" same 0 "$(owner "select count(*) from contact where name in ('Never', 'X')")"
check "its id again is refused" says "KEY_REUSED ID_USED" made sue CONTACT_ADD contact_id="$ann" name=Other
check "and takes no number" same 3 "$(owner "select max(number) from contact")"
check "a used attribute keeps its kind" says "FAILED_PRECONDITION KIND_IN_USE kind" define roof_age 1
check "and its choices" says "FAILED_PRECONDITION CHOICES_IN_USE choices" define roof 4 attribute.choices=tiles attribute.choices=thatch
check "but gets more of them" says "OK" define roof 4 attribute.choices=thatch attribute.choices=tiles attribute.choices=slate
change=$(new_id) again=$(new_id)
first=$(as sam CONTACT_ADD change="$change" contact_id="$again" name="Twice Told" email=twice@example.org)
check "the same change again gets the same answer" same "$first" "$(as sam CONTACT_ADD change="$change" contact_id="$again" name="Twice Told" email=twice@example.org)"
check "with another body it doesn't" says "KEY_REUSED" as sam CONTACT_ADD change="$change" contact_id="$again" name="Twice Tolled" email=twice@example.org
check "and it is stored once" same 1 "$(owner "select count(*) from contact where name = 'Twice Told'")"
change=$(new_id)
first=$(as sam CONTACT_ADD change="$change" contact_id=018f0000000070008000000000000001 name=X attributes=hair:red)
define hair 1 >/dev/null
check "a refusal stays what it was" says "INVALID_ARGUMENT NO_SUCH_ATTRIBUTE" as sam CONTACT_ADD change="$change" contact_id=018f0000000070008000000000000001 name=X attributes=hair:red

# --- duplicates
twin() { check "a likely duplicate by $1" says "$2" made sam CONTACT_ADD contact_id=new "${@:3}"; }
twin "e-mail" "likely_duplicates.number=1 likely_duplicates.name=Ann Lee likely_duplicates.because=email" name="A. L." email=ANN@example.ORG
twin "phone" "likely_duplicates.name=Ann Lee likely_duplicates.because=phone" name="B. L." phone="0049 (30) 555-0123"
twin "name and organization" "likely_duplicates.name=Ann Lee likely_duplicates.because=name and organization" name="ann  LÉE" organization_id="$org"
check "not by the name alone where one has an organization" lacks "likely_duplicates" made sam CONTACT_ADD contact_id=new name="Ann Lee"
check "asking first tells the same" says "duplicates.name=Ann Lee duplicates.because=email" as sam CONTACT_DUPLICATES email=ann@example.org
check "by name where neither has one" says "duplicates.name=Plain duplicates.because=name and organization" as sam CONTACT_DUPLICATES name=plain
check "a stranger is none" same "OK  " "$(as sam CONTACT_DUPLICATES name=Nobody)"
check "partners may not ask" says "PERMISSION_DENIED" as pat CONTACT_DUPLICATES email=ann@example.org

# --- reading, editing
get() { as "${2:-sam}" CONTACT_GET contact_id="$1"; }
check "read by number" says "contact.name=Ann Lee" as sam CONTACT_GET number=1
check "by one of id and number" says "INVALID_ARGUMENT REQUIRED contact_id" as sam CONTACT_GET
edit() { made "${3:-sam}" CONTACT_EDIT contact_id="$ann" version="$1" "$2"; }
check "an edit answers the new version" says "OK   version=2" edit 1 name="Ann Lee-Stone"
check "and leaves what it doesn't name" says "contact.name=Ann Lee-Stone contact.email=Ann@Example.org" get "$ann"
check "a stale version is refused and told the present one" says "FAILED_PRECONDITION VERSION version : it was changed meanwhile and is version 2 now" edit 1 name=Z
check "empty clears" says "OK   version=3" made sam CONTACT_EDIT contact_id="$ann" version=2 organization_id= phone= language= preferred_channel=0 attributes=gold: attributes=roof:tiles segments=3
for gone in organization contact.phone language preferred_channel attributes.key=gold; do check "cleared: $gone" lacks "$gone=" get "$ann"; done
check "set: an attribute and the segments" says "contact.segments=3 contact.attributes.key=day contact.attributes.value=2026-02-28 contact.attributes.key=remark contact.attributes.value=hi contact.attributes.key=roof contact.attributes.value=tiles" get "$ann"
check "a name can't be cleared" says "INVALID_ARGUMENT BAD_NAME name" edit 3 name=
check "an edit names likely duplicates" says "OK   version=4 likely_duplicates.contact_id=${again//-/} likely_duplicates.number=" edit 3 email=twice@example.org
check "its key follows" says "contacts.name=Ann Lee-Stone" as sam CONTACT_FIND query=Twice@example.org
check "a wrong attribute stops all of it" says "INVALID_ARGUMENT BAD_ATTRIBUTE" made sam CONTACT_EDIT contact_id="$ann" version=4 name=Z attributes=gold:perhaps
check "it is handed over" says "OK   version=5" made sam CONTACT_HANDOVER contact_id="$ann" to=sue
check "to staff with an open account" says "NOT_FOUND NO_SUCH_STAFF to" made sam CONTACT_HANDOVER contact_id="$ann" to=pat
check "the new owner stands in it" says "contact.owner=sue" get "$ann"
change=$(new_id)
first=$(as sam CONTACT_EDIT change="$change" contact_id="$ann" version=5 best_hours=mornings)
edit 6 best_hours=never >/dev/null
check "a repeated edit gets its own version again" same "$first" "$(as sam CONTACT_EDIT change="$change" contact_id="$ann" version=5 best_hours=mornings)"
race() { # both instances at once
    AT=${ADDRESS[one]} made sam CONTACT_EDIT contact_id="$ann" version="$1" best_hours=one >"$VS_TMP/one.out" &
    AT=${ADDRESS[two]} PIN=$pin_two made sue CONTACT_EDIT contact_id="$ann" version="$1" best_hours=two >"$VS_TMP/two.out"
    wait $!
    [ "$(cat "$VS_TMP"/{one,two}.out | grep -c "^OK   version=$(($1 + 1))")" = 1 ] &&
        [ "$(cat "$VS_TMP"/{one,two}.out | grep -c "VERSION version : it was changed meanwhile and is version $(($1 + 1)) now")" = 1 ] || { cat "$VS_TMP"/{one,two}.out; return 1; }
}
races() { local v; for v in {7..16}; do race "$v" || return 1; done; }
check "of two editors at once one wins, ten times over" races
hold() { # an edit that waits for another transaction is told the version after the wait
    psql -X -qAt -d "$(database_url one)" >/dev/null <<END &
begin; update vs.contact set version = 99 where contact_id = '$ann';
select pg_advisory_lock(1);
do \$\$ begin for i in 1..500 loop perform pg_sleep(0.01); perform pg_stat_clear_snapshot();
  exit when exists (select from pg_stat_activity where application_name = 'vouchsafed' and wait_event_type = 'Lock'); end loop; end \$\$;
commit;
END
    local psql=$!
    wait_for 10 sh -c "[ \"\$(psql -X -qAt -d \"$(database_url one)\" -c \"select count(*) from pg_locks where locktype = 'advisory' and objid = 1\")\" = 1 ]"
    edit 17 name=Late
    wait $psql
}
check "the version told is the one after a wait" says "VERSION version : it was changed meanwhile and is version 99 now" hold

# --- stages and touches
touch() { as "$1" TOUCH_LOG touch.id=new touch.contact_id="$ann" touch.channel=1 touch.occurred_at="$2" "${@:3}"; }
now() { echo "$(($(date +%s) * 1000000))"; }
touch sam $(($(now) - 7200000000)) touch.stage=5 >/dev/null
touch sam $(($(now) - 3600000000)) touch.stage=2 >/dev/null
check "touches are counted" says "contact.last_touch_at=" get "$ann"
check "and the stage is the highest entered" says "contact.stage=5" get "$ann"
check "both of them" says "contact.touches=2" get "$ann"
check "a struck one isn't" same "" "$(owner "insert into strike(business_id, touchpoint_id, contact_id, account_id, because) select business_id, id, contact_id, account_id, 'no' from touchpoint where stage = 2")"
check "counted any more" says "contact.touches=1" get "$ann"
set_stage() { made "${3:-sam}" CONTACT_STAGE_SET contact_id="$ann" stage="$1" because="${2-it was the neighbour}"; }
check "a stage is set back" says "OK   version=100" set_stage 2
check "a reason is needed" says "INVALID_ARGUMENT REQUIRED because" set_stage 2 ""
check "higher ones are hidden" says "contact.stage=2" get "$ann"
check "who set it and why is kept" same "2|it was the neighbour|sam" "$(owner "select s.stage, s.because, a.login from stage_set s join account a using (business_id, account_id)")"
check "what was never entered can't be set" says "FAILED_PRECONDITION NOT_ENTERED stage" set_stage 6
touch sam $(($(now) - 5400000000)) touch.stage=5 >/dev/null
check "an older touch that comes late changes nothing" says "contact.stage=2" get "$ann"
check "a mistake is mended" says "OK   version=101" set_stage 5
check "forward again" says "contact.stage=5" get "$ann"
set_stage 1 >/dev/null
touch sam $(($(now) + 5000000)) touch.stage=5 >/dev/null
check "entering it again shows it again" says "contact.stage=5" get "$ann"
touch sam $(($(now) + 6000000)) >/dev/null
check "a touch without a stage serves the present one" same 5 "$(owner "select stage from touchpoint order by occurred_at desc limit 1")"

# --- partners
bytes() { "$VS_BIN/tests/api_call" -x -k "$VS_TMP/$1.pem" "$AT" "$PIN" "${@:2}"; }
foreign=$(bytes pat CONTACT_GET contact_id=new)
check "a foreign contact: the same bytes as for none" same "$foreign" "$(bytes pat CONTACT_GET contact_id="$ann")"
check "by number too" same "$foreign" "$(bytes pat CONTACT_GET number=1)"
for method in CONTACT_EDIT CONTACT_HANDOVER CONTACT_STAGE_SET ORGANIZATION_ADD ORGANIZATION_EDIT ATTRIBUTE_DEFINE SHARE_GRANT SHARE_REVOKE; do
    check "$method isn't a partner's" says "PERMISSION_DENIED ROLE" as pat $method change=new
done
for method in SHARE_LIST CONTACT_DUPLICATES; do check "$method isn't a partner's" says "PERMISSION_DENIED ROLE" as pat $method; done
brought=$(made pat CONTACT_ADD contact_id=new name="Twice Told" email=twice@example.org)
check "a partner brings a contact" says "contact.name=Twice Told" echo "$brought"
check "and sees id, number and name of it" same "contact.contact_id contact.number contact.name " "$(grep -oE "contact\.[a-z_]+" <<<"$brought" | tr '\n' ' ')"
check "it learns no duplicates" lacks duplicates echo "$brought"
brought=$(id_of <<<"$brought")
check "the admin owns it; its origin is the partner" says "contact.owner=mara contact.origin=partner" get "$brought"
check "it is a share, to log" same "1|t|" "$(owner "select reason, may_log, revoked_at from share where contact_id = '$brought'")"
for field in owner=sue organization_id="$org" origin=x no_ask=1 advocacy=1 segments=2 attributes=roof_age:1; do
    check "${field%%=*} is left to staff" says "INVALID_ARGUMENT STAFF_ONLY ${field%%=*}" made pat CONTACT_ADD contact_id=new name=X "$field"
done
check "an id that is taken is refused as to anybody" says "KEY_REUSED ID_USED" made pat CONTACT_ADD contact_id="$ann" name=X
numbers() { grep -oE "contacts.number=[0-9]+" | cut -d= -f2 | tr '\n' ' '; }
check "a partner lists what is shared with it" same "contacts.contact_id contacts.name contacts.number " "$(as pat CONTACT_LIST | grep -oE "contacts\.[a-z_]+" | sort -u | tr '\n' ' ')"
check "nobody else's" same "" "$(as oto CONTACT_LIST | numbers)"
check "it filters by no owner" says "INVALID_ARGUMENT STAFF_ONLY owner" as pat CONTACT_LIST owner=sam
check "a foreign contact isn't found" lacks "Ann" as pat CONTACT_FIND query="Ann Lee-Stone"

# --- shares
grant() { made sam SHARE_GRANT contact_id="$ann" partner_id="$acme" "$@"; }
check "a contact is shared, to read" says "OK" grant
check "the partner sees its stage" says "contact.number=1 contact.name=Ann Lee-Stone contact.stage=5" get "$ann" pat
check "and nothing else of it" lacks "contact.email" get "$ann" pat
check "finds it" says "contacts.name=Ann Lee-Stone contacts.stage=5" as pat CONTACT_FIND query="Ann Lee-Stone"
check "lists it, by stage" same "1 " "$(as pat CONTACT_LIST stage=5 | numbers)"
check "may not log" says "NOT_FOUND" touch pat "$(now)"
grant reason=2 may_log=1 >/dev/null
check "with another reason it may" says "OK" touch pat "$(now)"
check "shares are listed by contact" says "shares.contact_number=1 shares.contact=Ann Lee-Stone shares.partner_id=$acme shares.partner=Acme shares.reason=2 shares.may_log=1" as sam SHARE_LIST contact_id="$ann"
check "by partner" same "1 1 $(owner "select number from contact where contact_id = '$brought'") " "$(as sam SHARE_LIST partner_id="$acme" | grep -oE "contact_number=[0-9]+" | cut -d= -f2 | tr '\n' ' ')"
page=$(as sam SHARE_LIST partner_id="$acme" page_size=1)
check "in pages" same 2 "$(as sam SHARE_LIST partner_id="$acme" page_token="$(field next_page_token <<<"$page")" | grep -oE "contact_number=" | wc -l)"
check "of one of both at least" says "INVALID_ARGUMENT REQUIRED contact_id" as sam SHARE_LIST
check "of one that is there" says "NOT_FOUND NOT_FOUND" as sam SHARE_LIST contact_id=new
check "without shares: an empty list" same "OK  " "$(as sam SHARE_LIST partner_id="$other")"
check "an unknown partner is named" says "NOT_FOUND NO_SUCH_PARTNER partner_id" made sam SHARE_GRANT contact_id="$ann" partner_id=new
check "an unknown contact is not found" says "NOT_FOUND NOT_FOUND" made sam SHARE_GRANT contact_id=new partner_id="$acme"
check "revoking ends every reason" says "OK" made sam SHARE_REVOKE contact_id="$ann" partner_id="$acme"
check "at once, and without a trace" same "$foreign" "$(bytes pat CONTACT_GET contact_id="$ann")"
check "twice there is nothing to end" says "NOT_FOUND NOT_FOUND" made sam SHARE_REVOKE contact_id="$ann" partner_id="$acme"
check "it isn't listed" same "OK  " "$(as sam SHARE_LIST contact_id="$ann")"
check "unless asked for" says "shares.revoked_at=" as sam SHARE_LIST contact_id="$ann" with_revoked=1
check "whoever watches is told of every change" same 23 "$(owner "select count(*) from feed where kind = 2 and '$ann' = any(ids)")"

# --- another business, an erased contact
second=$(business second zoe)
machine zoe "$second" >/dev/null
none=$(bytes sam CONTACT_GET contact_id=new)
check "another business's contact: the same bytes as for none" same "$none" "$(bytes zoe CONTACT_GET contact_id="$ann")"
check "its id can be used there" says "contact.number=1" made zoe CONTACT_ADD contact_id="$ann" name="Another Ann"
check "and stays another here" says "contact.name=Ann Lee-Stone" get "$ann"
door "$line"
owner "update contact set erased_at = now() where name = 'Elsa'" >/dev/null
check "an erased contact: the same bytes too" same "$none" "$(bytes sam CONTACT_GET contact_id="$(owner "select replace(contact_id::text, '-', '') from contact where name = 'Elsa'")")"

# --- lists: 500 contacts, others adding meanwhile
adds() { local i; for ((i = 0; i < $2; i++)); do echo "CONTACT_ADD change=new contact_id=new name=$1$i"; done | as "$1" >/dev/null; }
adds sam 300
adds sue 200
adds sam 60 &
adding=$!
list() { # PAGE FILTER...: the numbers of all pages
    local token= size=$1 out
    shift
    while :; do
        out=$(as sam CONTACT_LIST page_size="$size" ${token:+page_token="$token"} "$@")
        numbers <<<"$out"
        token=$(field next_page_token <<<"$out")
        [ -n "$token" ] || return
    done
}
list 37 | tr ' ' '\n' | grep . >"$VS_TMP/listed"
wait $adding
check "pages while others add: none twice" same "" "$(sort "$VS_TMP/listed" | uniq -d)"
check "and no gap" same "$(owner "select string_agg(number::text, ' ' order by number) from contact where business_id = (select business_id from route where code = 'hartwell') and erased_at is null and number <= $(tail -1 "$VS_TMP/listed")")" "$(tr '\n' ' ' <"$VS_TMP/listed" | sed 's/ $//')"
check "at least the five hundred" same t "$([ "$(wc -l <"$VS_TMP/listed")" -ge 500 ] && echo t)"
check "by owner" same "$(owner "select count(*) from contact c join account a using (business_id) where a.account_id = c.owner_id and a.login = 'sue'  and c.erased_at is null")" "$(list 200 owner=sue | wc -w)"
check "by stage" same "1 " "$(list 50 stage=5)"
check "by organization" same "$(owner "select string_agg(number || ' ', '' order by number) from contact where organization_id = '$org'")" "$(list 1 organization_id="$org")"
owner "insert into contact(business_id, contact_id, head_id, number, name, name_key, owner_id, origin, created_by)
  select business_id, n.id, n.id, 10000 + n.i, 'many', 'many', owner_id, 'x', owner_id from contact, (select i, gen_random_uuid() as id from generate_series(1, 2500) i) n where contact_id = '$ann' and number = 1 and name <> 'Another Ann'" >/dev/null
owner "insert into contact_stage(business_id, contact_id, stage, first_at, touchpoint_id) select business_id, contact_id, 7, now(), contact_id from contact where number = 12400" >/dev/null
check "a filter without an index goes on over empty pages" same "12400 " "$(list 50 stage=7)"
