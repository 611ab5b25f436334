#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Merging contacts and taking it back: what moves, what old ids mean, who may see it, one winner; and that merging and un-merging
# random histories leaves every row as it was. VS_SEED repeats a history. Then the blind check.
set -u
. "$VS_ROOT/tests/support/server.sh"
. "$VS_ROOT/tests/support/call.sh"
fresh() { new_id | tr -d -; }
owner() { psql -X -qAt -d "$(database_url one)" -c "set role vs_owner; set search_path = vs, public; $1" 2>&1; }
is() { # EXPECTED COMMAND...
    local want=$1 got
    shift
    got=$("$@" 2>&1)
    [ "$got" = "$want" ] || { echo "expected $want, got $got"; return 1; }
}
check "the server starts" server_start one
[ -n "${SERVER[one]:-}" ] || exit 1
line=$(business "Hartwell Roofing" mara)
machine admin "$line" >/dev/null
acme=$(fresh) other=$(fresh)
as admin PARTNER_ADD change=new partner_id="$acme" name=Acme >/dev/null
as admin PARTNER_ADD change=new partner_id="$other" name=Other >/dev/null
as admin ACCOUNT_ADD change=new account_id=new login=sam name=Sam role=1 >/dev/null
as admin ACCOUNT_ADD change=new account_id=new login=pat name=Pat role=3 partner_id="$acme" >/dev/null
for who in sam pat; do enrolled $who $who >/dev/null; done
as admin ATTRIBUTE_DEFINE change=new attribute.key=roof attribute.label=roof attribute.kind=1 >/dev/null
as admin ATTRIBUTE_DEFINE change=new attribute.key=dog attribute.label=dog attribute.kind=1 >/dev/null
open sam as sam
open pat as pat
open admin as admin
does() { # DEVICE CALL...: it must be answered OK
    local answer
    answer=$(ask "$@")
    [[ $answer == OK* ]] || { echo "$*: $answer" >>"$VS_TMP/failed"; echo "$answer"; return 1; }
}
touch_at=1700000000000000
log_touch() { # CONTACT [MORE...]; its id is in $made
    made=$(fresh) touch_at=$((touch_at + 60000000))
    does sam TOUCH_LOG touch.id="$made" touch.contact_id="$1" touch.occurred_at=$touch_at touch.channel=1 "${@:2}" >/dev/null
}
person() { # NAME MORE...; its id is in $made
    made=$(fresh)
    does sam CONTACT_ADD change=new contact_id="$made" name="$1" "${@:2}" >/dev/null
}

# --- one merge, looked at closely
person Ann email=ann@example.org segments=1 attributes=roof:slate
ann=$made
person Anne phone=+49305550123 no_ask=1 segments=2 attributes=roof:tiles attributes=dog:yes
anne=$made
person Bob
bob=$made
log_touch "$ann" touch.stage=1
log_touch "$anne" touch.stage=3 touch.note=rained touch.sentiment=3
complaint=$made
does sam PROMISE_ADD change=new promise_id=new contact_id="$anne" words=gutters due_on=2030-01-01 >/dev/null
does sam REFERRAL_ADD change=new referral_id=new contact_id="$bob" source_contact_id="$anne" because=roof cause=1 consent=2 >/dev/null
does sam SHARE_GRANT change=new contact_id="$anne" partner_id="$acme" may_log=1 >/dev/null
check "the partner sees hers" says OK ask pat CONTACT_GET contact_id="$anne"
check "and not the other" says NOT_FOUND ask pat CONTACT_GET contact_id="$ann"
merge=$(fresh)
check "a contact isn't merged into itself" says SAME_CONTACT ask sam MERGE_ADD change=new merge_id=new merged_contact_id="$ann" contact_id="$ann"
check "merged" says "number=1" ask sam MERGE_ADD change=new merge_id="$merge" merged_contact_id="$anne" contact_id="$ann" because=twins
check "the old id is the kept contact" says "contact.contact_id=$ann" ask sam CONTACT_GET contact_id="$anne"
check "the old number too" says "contact.contact_id=$ann" ask sam CONTACT_GET number=2
check "what it lacked it has now" says "contact.phone=+49305550123" ask sam CONTACT_GET contact_id="$ann"
check "what it had it keeps" says "contact.email=ann@example.org" ask sam CONTACT_GET contact_id="$ann"
check "the stricter wish holds" says "contact.no_ask=1" ask sam CONTACT_GET contact_id="$ann"
check "the stage is that of both" says "contact.stage=7" ask sam CONTACT_GET contact_id="$ann"
check "so are the touches" says "contact.touches=2" ask sam CONTACT_GET contact_id="$ann"
check "in one timeline" is 2 eval "ask sam TOUCH_TIMELINE contact_id=$ann | grep -o 'entries.id=' | wc -l"
check "promises moved" says words=gutters ask sam PROMISE_LIST contact_id="$ann"
check "asked for by the old id as well" says words=gutters ask sam PROMISE_LIST contact_id="$anne"
check "a referral has its source" is "$ann" eval "owner \"select replace(source_contact::text, '-', '') from referral\""
check "lists have one of the two" is 2 eval "ask sam CONTACT_LIST | grep -o 'contacts.number=' | wc -l"
check "its old name finds it" says "contacts.contact_id=$ann" ask sam CONTACT_FIND query=Anne
check "its old phone number is a duplicate of it" says "duplicates.contact_id=$ann" ask sam CONTACT_DUPLICATES phone=+49305550123
check "the partner sees the one there is" says "contact.contact_id=$ann" ask pat CONTACT_GET contact_id="$ann"
check "by the old id too" says "contact.contact_id=$ann" ask pat CONTACT_GET contact_id="$anne"
check "and once" is 1 eval "ask pat CONTACT_LIST | grep -o 'contacts.number=' | wc -l"
check "it logs under the old id" says OK ask pat TOUCH_LOG touch.id=new touch.contact_id="$anne" touch.occurred_at=1700500000000000 touch.channel=1
check "which the timeline shows" is 3 eval "ask sam TOUCH_TIMELINE contact_id=$ann | grep -o 'entries.id=' | wc -l"
check "a complaint is mended under the other id" says OK ask sam TOUCH_LOG touch.id=new touch.contact_id="$ann" touch.occurred_at=1700600000000000 touch.channel=1 touch.mends="$complaint"
check "an edit through the old id is the kept one's" says OK ask sam CONTACT_EDIT change=new contact_id="$anne" version=2 best_hours=mornings
under=$(fresh) kept=$(fresh)
does sam PROMISE_ADD change=new promise_id="$under" contact_id="$anne" words=under due_on=2030-01-01 >/dev/null
does sam PROMISE_ADD change=new promise_id="$kept" contact_id="$ann" words=kept due_on=2030-01-01 >/dev/null
check "what is made under the old id is the kept one's" says words=under ask sam PROMISE_LIST contact_id="$ann"
check "the merged one can't be merged apart from it" says SAME_CONTACT ask sam MERGE_ADD change=new merge_id=new merged_contact_id="$anne" contact_id="$ann"
second=$(fresh)
does sam MERGE_ADD change=new merge_id="$second" merged_contact_id="$ann" contact_id="$bob" >/dev/null
check "a chain of merges has one head" says "contact.contact_id=$bob" ask sam CONTACT_GET contact_id="$anne"
check "and all touches" says "contact.touches=4" ask sam CONTACT_GET contact_id="$anne"
check "the later one is undone first" says "UNDO_ORDER" ask sam MERGE_UNDO change=new merge_id="$merge"
check "a repeat of a change" eval "c=$(fresh); says OK ask sam MERGE_UNDO change=\$c merge_id=$second && says OK ask sam MERGE_UNDO change=\$c merge_id=$second"
check "undone once" says UNDONE ask sam MERGE_UNDO change=new merge_id="$second"
check "then the earlier" says OK ask sam MERGE_UNDO change=new merge_id="$merge"
check "both are there again" is 3 eval "ask sam CONTACT_LIST | grep -o 'contacts.number=' | wc -l"
check "what was filled in is gone" is 0 eval "ask sam CONTACT_GET contact_id=$ann | grep -c 'contact.phone='"
check "the edit made since stays" says best_hours=mornings ask sam CONTACT_GET contact_id="$ann"
check "what was made under the old id went back" is "$anne" eval "owner \"select replace(contact_id::text, '-', '') from promise where words = 'under'\""
check "what was made under the kept one stays" is "$ann" eval "owner \"select replace(contact_id::text, '-', '') from promise where words = 'kept'\""
check "the partner sees hers, only" eval "says OK ask pat CONTACT_GET contact_id=$anne && says NOT_FOUND ask pat CONTACT_GET contact_id=$ann"

# --- shares changed meanwhile
merge=$(fresh)
does sam MERGE_ADD change=new merge_id="$merge" merged_contact_id="$anne" contact_id="$ann" >/dev/null
does sam SHARE_REVOKE change=new contact_id="$ann" partner_id="$acme" >/dev/null
check "revoked for the one person" says NOT_FOUND ask pat CONTACT_GET contact_id="$anne"
check "with its touches" says NOT_FOUND ask pat TOUCH_TIMELINE contact_id="$anne"
does sam MERGE_UNDO change=new merge_id="$merge" >/dev/null
check "it stays revoked for both" eval "says NOT_FOUND ask pat CONTACT_GET contact_id=$anne && says NOT_FOUND ask pat CONTACT_GET contact_id=$ann"

# --- what hangs on another record goes where that goes; what names two contacts, each by itself; who was given somebody still sees them
person Carl && carl=$made
person Carla && carla=$made
deal=$(fresh) project=$(fresh) both=$(fresh) given=$(fresh) merge=$(fresh)
does sam DEAL_ADD change=new deal_id="$deal" contact_id="$carla" title=roof value=100 >/dev/null
does sam MERGE_ADD change=new merge_id="$merge" merged_contact_id="$carla" contact_id="$carl" >/dev/null
does sam DEAL_WON change=new deal_id="$deal" project_id="$project" >/dev/null
does sam REFERRAL_ADD change=new referral_id="$both" contact_id="$carla" source_contact_id="$carl" because=roof >/dev/null
does sam REFERRAL_ADD change=new referral_id="$given" contact_id="$carl" partner_id="$acme" because=roof >/dev/null
does sam MERGE_UNDO change=new merge_id="$merge" >/dev/null
at() { owner "select replace($2::text, '-', '') from $1"; }
check "a project goes back with its deal" is "$carla" at "project where project_id = '$project'" contact_id
check "a referral made under the old id of the person goes back" is "$carla" at "referral where referral_id = '$both'" contact_id
check "its source stays" is "$carl" at "referral where referral_id = '$both'" source_contact
check "so does its claim" is "$carla$carl" eval "at \"claim where referral_id = '$both'\" 'contact_id || replace(source_contact::text, \$\$-\$\$, \$\$\$\$)'"
check "its follow-ups are about the one they are about" is "$carl " eval "owner \"select string_agg(distinct replace(contact_id::text, '-', ''), ' ') || ' ' from task where subject = '$both' and rule = 'thank_source'\""
check "its clocks too" is "$carla" at "due where subject = '$both' and task_rule = 'referral_open'" contact_id
check "who was given the kept one meanwhile still sees them" says OK ask pat CONTACT_GET contact_id="$carl"

# a dispute of the time when they were one goes where its claims go, and its decision reaches them
merge=$(fresh) dispute=$(fresh)
does sam MERGE_ADD change=new merge_id="$merge" merged_contact_id="$carla" contact_id="$carl" >/dev/null
does sam DISPUTE_OPEN change=new dispute_id="$dispute" referral_id="$both" because=first >/dev/null
does sam MERGE_UNDO change=new merge_id="$merge" >/dev/null
check "a dispute goes back with its claims" is "$carla" at "dispute where dispute_id = '$dispute'" contact_id
check "so does its follow-up" is "$carla" at "task where subject = '$dispute'" contact_id
check "it is decided" says OK ask admin DISPUTE_DECIDE change=new dispute_id="$dispute" referral_id="$both" decision=so
check "its claim by that" is t owner "select bool_or(inputs::text like '%\"dispute\"%') from claim_decision where claim_id = (select claim_id from claim where referral_id = '$both')"
check "and its parties hear of it" is t owner "select bool_or('$both'::uuid = any (ids)) from feed where kind = 6 and xmin = (select xmin from dispute where dispute_id = '$dispute')"

# two claims of one dispute that are about two again: it is decided all the same, for whom it says
person Emil && emil=$made
person Emma && emma=$made
of_emil=$(fresh) of_emma=$(fresh) merge=$(fresh) dispute=$(fresh)
does sam REFERRAL_ADD change=new referral_id="$of_emil" contact_id="$emil" source_contact_id="$carl" because=roof consent=3 >/dev/null
does sam REFERRAL_ADD change=new referral_id="$of_emma" contact_id="$emma" source_contact_id="$carla" because=roof consent=3 >/dev/null
does sam MERGE_ADD change=new merge_id="$merge" merged_contact_id="$emma" contact_id="$emil" >/dev/null
does sam DISPUTE_OPEN change=new dispute_id="$dispute" referral_id="$of_emma" because=first >/dev/null
does sam MERGE_UNDO change=new merge_id="$merge" >/dev/null
check "a dispute of two claims that part is decided" says OK ask admin DISPUTE_DECIDE change=new dispute_id="$dispute" referral_id="$of_emma" decision=so
check "for the one it names" is t owner "select bool_or((inputs->'dispute'->>'for_this')::boolean) from claim_decision where claim_id = (select claim_id from claim where referral_id = '$of_emma')"
check "who hears of it" is t owner "select bool_or('$of_emma'::uuid = any (ids)) from feed where kind = 6 and xmin = (select xmin from dispute where dispute_id = '$dispute')"

# --- of two credits one yields, and comes back
person Dan && dan=$made
person Dana && dana=$made
for i in "$dan" "$dana"; do does sam REFERRAL_ADD change=new referral_id=new contact_id="$i" source_contact_id="$bob" because=roof consent=3 >/dev/null; done
credits() { owner "select count(*) filter (where holds) || ' ' || (select sum(f.n) from fact f where f.kind = 'credit_given' and f.subject in (select claim_id from claim where replace(contact_id::text, '-', '') in ('$dan', '$dana'))) from claim where replace(contact_id::text, '-', '') in ('$dan', '$dana')"; }
check "each holds its credit" is "2 2" credits
merge=$(fresh)
does sam MERGE_ADD change=new merge_id="$merge" merged_contact_id="$dana" contact_id="$dan" >/dev/null
check "merged, one holds it" is "1 1" credits
check "un-merged" says OK ask sam MERGE_UNDO change=new merge_id="$merge"
check "both do again" is "2 2" credits

# --- two at once
open rival as admin
race() { # of one pair, either way round: one is merged, the other told so
    local i=$1
    person "Left$i" && local left=$made
    person "Right$i" && local right=$made
    echo MERGE_ADD change=new merge_id=new merged_contact_id="$left" contact_id="$right" >&"${TO[sam]}"
    echo MERGE_ADD change=new merge_id=new merged_contact_id="$right" contact_id="$left" >&"${TO[rival]}"
    read -rt 60 a <&"${FROM[sam]}"
    read -rt 60 b <&"${FROM[rival]}"
    echo "$a / $b" >>"$VS_TMP/races"
    [ "$(printf '%s\n%s\n' "$a" "$b" | grep -c ^OK)" = 1 ] && printf '%s\n%s\n' "$a" "$b" | grep -qE 'MERGED_MEANWHILE|SAME_CONTACT'
}
races() { local i; for i in $(seq 12); do race "$i" || { tail -n 1 "$VS_TMP/races"; return 1; }; done; }
check "two merges of one pair have one winner" races
check "no contact's head has another head" is 0 owner "select count(*) from contact c join contact h on h.business_id = c.business_id and h.contact_id = c.head_id where h.head_id <> h.contact_id"

# --- random histories
seed=${VS_SEED:-$RANDOM}
RANDOM=$seed
pick() { local n=$((RANDOM % $# + 1)); echo "${!n}"; }
added=()
deed() { # CONTACT: something happens to it; the id of what was made goes to added
    local id
    id=$(fresh)
    case $((RANDOM % 10)) in
        0 | 1 | 2) log_touch "$1" touch.stage=$((RANDOM % 5 + 1)) touch.sentiment=$((RANDOM % 3 + 1)); id=$made ;;
        3) does sam DEAL_ADD change=new deal_id="$id" contact_id="$1" title=deal value=$((RANDOM + 1)) >/dev/null ;;
        4) does sam PROMISE_ADD change=new promise_id="$id" contact_id="$1" words=w due_on=2030-01-01 >/dev/null ;;
        5) does sam TASK_ADD change=new task_id="$id" contact_id="$1" words=w due_at=1900000000000000 >/dev/null ;;
        6) does sam THANKS_OWE change=new thanks_id="$id" contact_id="$1" words=w >/dev/null ;;
        7) does sam CREDIT_SAY change=new credit_id="$id" contact_id="$1" words=w place=p >/dev/null ;;
        8) does sam REWARD_ADD change=new reward_id="$id" contact_id="$1" reward=2 value=100 >/dev/null ;;
        9) does sam PROJECT_ADD change=new project_id="$id" contact_id="$1" title=work >/dev/null ;;
    esac
    added+=("$id")
}
somebody() { # NAME
    local more=(segments=$((RANDOM % 3 + 1)))
    [ $((RANDOM % 2)) = 0 ] || more+=(email="$1@example.org")
    [ $((RANDOM % 2)) = 0 ] || more+=(phone="+4930555$((RANDOM % 9000 + 1000))")
    [ $((RANDOM % 3)) = 0 ] && more+=(no_ask=1)
    [ $((RANDOM % 2)) = 0 ] || more+=(language=de)
    [ $((RANDOM % 2)) = 0 ] || more+=(attributes=roof:"$1")
    [ $((RANDOM % 2)) = 0 ] || more+=(attributes=dog:"$1")
    person "$1" "${more[@]}"
}
quiet() { [ "$(owner "select count(*) from due where fired_at is null and cancelled_at is null and at <= now() and rule <> 'digest'")" = 0 ]; } # a digest waits for a program
state_of() { # FILE: every row that belongs to a contact, without those that were added meanwhile; facts as their sums
    wait_for 20 quiet || { echo "things due don't come to rest"; return 1; }
    local list
    list=$(printf "'%s'," "${added[@]}" '' | sed 's/,$//')
    psql -X -qAt -d "$(database_url one)" >"$1" 2>&1 <<END
set role vs_owner;
set search_path = vs, public;
create function pg_temp.rows_of() returns setof text language plpgsql as \$f\$
declare r text;
begin
  for r in select distinct relation from contact_part where relation not in ('fact', 'merge', 'contact_was') order by 1 loop
    return query execute format('select %L || '' '' || (to_jsonb(t) - ''version'')::text from %I t', r, r);
  end loop;
  return query select 'fact ' || kind || ' ' || coalesce(subject::text, '') || ' ' || coalesce(contact_id::text, '') || ' ' || sum(n) from fact group by kind, subject, contact_id having sum(n) <> 0;
end \$f\$;
select x from pg_temp.rows_of() x where x not like '%merge_settle%' and not exists (select from unnest(array[$list]) a where a <> '' and replace(x, '-', '') like '%' || a || '%') order by 1;
END
}
history() { # ROUND
    added=()
    somebody "a$1" && local a=$made
    somebody "b$1" && local b=$made
    somebody "c$1" && local c=$made
    local i id first second
    for i in $(seq $((RANDOM % 8 + 4))); do deed "$(pick "$a" "$b" "$c")"; done
    does sam REFERRAL_ADD change=new referral_id=new contact_id="$(pick "$a" "$c")" source_contact_id="$b" because=roof cause=1 consent=2 >/dev/null
    for i in "$a" "$b"; do [ $((RANDOM % 2)) = 0 ] || does sam SHARE_GRANT change=new contact_id="$i" partner_id="$(pick "$acme" "$other")" may_log=$((RANDOM % 2)) >/dev/null; done
    [ $((RANDOM % 3)) = 0 ] && { log_touch "$b" touch.stage=4 && does sam CONTACT_STAGE_SET change=new contact_id="$b" stage=1 because=x >/dev/null; }
    added=()
    state_of "$VS_TMP/before" || return 1
    first=$(fresh) second=$(fresh)
    does sam MERGE_ADD change=new merge_id="$first" merged_contact_id="$c" contact_id="$b" >/dev/null || return 1
    does sam MERGE_ADD change=new merge_id="$second" merged_contact_id="$b" contact_id="$a" >/dev/null || return 1
    for i in $(seq 6); do
        id=$(pick "$a" "$b" "$c")
        deed "$id"
        echo "${added[-1]} $id" >>"$VS_TMP/owed"
    done
    does sam MERGE_UNDO change=new merge_id="$second" >/dev/null || return 1
    does sam MERGE_UNDO change=new merge_id="$first" >/dev/null || return 1
    state_of "$VS_TMP/after" || return 1
    cmp -s "$VS_TMP/before" "$VS_TMP/after" || { echo "seed $seed round $1:"; diff "$VS_TMP/before" "$VS_TMP/after" | cut -c1-600 | head -6; return 1; }
    id=$(owner "select count(*) from (values $(awk '{ printf "%s(\x27%s\x27::uuid, \x27%s\x27::uuid)", (NR > 1 ? "," : ""), $1, $2 }' "$VS_TMP/owed")) o(id, contact)
      left join (select id, contact_id from touchpoint union all select deal_id, contact_id from deal union all select promise_id, contact_id from promise union all select task_id, contact_id from task
        union all select thanks_id, contact_id from thanks union all select credit_id, contact_id from credit union all select reward_id, contact_id from reward union all select project_id, contact_id from project) r
      on r.id = o.id where r.contact_id is distinct from o.contact")
    [ "$id" = 0 ] || { echo "seed $seed round $1: $id records are not with the contact under whose id they were made"; return 1; }
}
for round in 1 2 3 4 5 6; do check "merged and un-merged, history $round of seed $seed is as it was" history $round; done
check "nothing of it was refused" eval "! [ -s $VS_TMP/failed ] || cat $VS_TMP/failed"
recounted() { psql -X -qAt -d "$(database_url one)" -f "$VS_ROOT/tests/support/recount.sql"; }
check "tallies and stages are what the touches say" says "0 tallies missing, 0 too many, 0 stage entries missing, 0 too many" recounted

# --- the blind check
blind() { ask pat BLIND_CHECK change=new blind_id=new "$@"; }
month=$(TZ=Europe/Berlin date +%Y-%m)
check "nobody" says "verdict=1" blind email=nobody@example.org
check "a prospect" says "verdict=2 held_class=1 since=$month" blind email=ann@example.org
check "a customer" says "verdict=2 held_class=2 since=$month" blind phone=+49305550123
does admin CONTACT_ADD change=new contact_id=new name=Cora email=cora@example.org origin=referral >/dev/null
check "another source's" says "verdict=2 held_class=3" blind email=cora@example.org
check "it names nobody" is 0 eval "blind email=ann@example.org | grep -ciE 'ann|contact'"
check "nothing said, nothing asked" says BLIND_NOTHING blind
check "every check is logged" is 5 owner "select count(*) from blind_check"
check "the admin reads who asked, and nothing of what" eval "says held_class=3 ask admin BLIND_LIST && is 0 eval 'ask admin BLIND_LIST | grep -c example.org'"
check "a repeat is the same check" eval "c=$(fresh) k=$(fresh); does pat BLIND_CHECK change=\$c blind_id=\$k name=Ann && does pat BLIND_CHECK change=\$c blind_id=\$k name=Ann && is 6 owner 'select count(*) from blind_check'"
does admin SETTING_SET change=new key=blind.class value=no >/dev/null
check "the class can be kept to oneself" is 0 eval "blind email=ann@example.org | grep -c held_class"
does admin SETTING_SET change=new key=blind.per_day value=8 >/dev/null
check "one more" says "verdict=2" blind email=ann@example.org
check "then it is enough for the day" says BLIND_LIMIT blind email=ann@example.org
check "staff ask otherwise" says PERMISSION_DENIED ask sam BLIND_CHECK change=new blind_id=new name=Ann
