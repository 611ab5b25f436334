#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Promises, referrals, thanks and done tasks kept without a line, and as lines of a log: in order, once, however often they are sent.
set -u
. "$VS_ROOT/tests/support/server.sh"
owner() { sql "set role vs_owner; set search_path = vs, public; $1"; }
is() { # EXPECTED SQL
    local got
    got=$(owner "$2" 2>&1)
    [ "$got" = "$1" ] || { echo "expected $1, got $got"; return 1; }
}
exits() { # CODE COMMAND...
    local want=$1 got=0
    shift
    "$@" >"$VS_TMP/out" 2>&1 || got=$?
    [ "$got" = "$want" ] || { echo "exit $got, not $want: $(cat "$VS_TMP/out")"; return 1; }
}
sales() { seat sales sales "$@"; }
notes() { VOUCHSAFE_HOME=$VS_TMP/seat-sales timeout 60 "$VS_BIN/vouchsafe-sales" log - --yes "$@" <"$VS_TMP/notes"; }
waiting() { sales outbox list --json | jq -r '[.entries[] | select(.state == "waiting")] | length'; }
empty() { sales outbox retry >/dev/null 2>&1; [ "$(waiting)" = 0 ]; }
export TZ=Europe/Berlin
check "the server starts" server_start one
[ -n "${SERVER[one]:-}" ] || exit 1
seat admin admin join "$(business "Hartwell Roofing" mara)" >/dev/null
seat admin admin account add sam --name Sam --role sales >/dev/null
sales join "$(seat admin admin account enrol sam | grep vouchsafe-join)" >/dev/null
sales contact add "Ann Lee" >/dev/null
sales contact add "Bob Stone" >/dev/null
sales task add "send papers" --contact C1 --due tomorrow >/dev/null
sales task add "call back" --contact C1 --due tomorrow >/dev/null
sales task list >/dev/null
today=$(date +%F)

# --- with a line: as ever, with the number -----------------------------------------------------------------------
check "a promise says its number" says "promised M1 by" sales promise Ann Lee "gutters checked" by tomorrow
check "its JSON is the reply" same 2 "$(sales promise C1 "a visit" by tomorrow --json | jq .number)"
check "a refusal says its reason" same OTHER_CONTACT "$(sales deal add C1 --title shed >/dev/null; sales promise C2 x by tomorrow --deal D1 --json | jq -r .reason)"
check "nothing of it waits" same 0 "$(sales outbox list --json | jq '.entries | length')"
check "thanks say their number" says "thanked H1" sales thank Bob Stone "a call"
check "a task is done" says done sales task done T2
check "once" exits 65 sales task done T2

# --- without ----------------------------------------------------------------------------------------------------
server_kill one
check "a promise is saved" exits 75 sales promise Ann Lee "slates ordered" by "in 3 days"
check "and says so" says "promise Ann Lee slates ordered saved" cat "$VS_TMP/out"
check "thanks too" exits 75 sales thank Ann Lee "a card, for sending Bob"
check "a task that was seen" exits 75 sales task done T1 --result "sent by post"
check "a referral" exits 75 sales refer Vera Wolf vera@example.org from Ann Lee because "saw her roof"
check "one that was never seen can't be named" exits 69 sales task done T77
check "nor a partner" exits 69 sales refer Ann Lee to Acme Plumbing because leak
check "nor a person" exits 69 sales promise Nobody Here "x" by tomorrow
check "four wait, in order" same "promise thank task refer" "$(sales outbox list --json | jq -r '[.entries[].entry | split(" ")[0]] | join(" ")')"
check "a slip" exits 75 sales promise Ann Lee "slip" by tomorrow
check "is undone while it waits" says "not sent yet" sales undo
check "as the last act, not the touch before it" same 4 "$(waiting)"
check "the server is back" server_start one
check "all are sent" wait_for 30 empty
check "each took effect once" is "1|1|1|1" "select (select count(*) from promise where words = 'slates ordered'), (select count(*) from thanks where words like 'a card%'),
    (select count(*) from task where number = 1 and state = 2 and result = 'sent by post'), (select count(*) from referral where email = 'vera@example.org')"
check "with the day it was made" is "$today" "select made_on from promise where words = 'slates ordered'"
check "what was sent isn't undone by undo" exits 65 eval 'sales promise Ann Lee "by mistake" by tomorrow >/dev/null && sales undo'
check "which says what does" says "promise release" cat "$VS_TMP/out"

# --- killed between sending and answering ---------------------------------------------------------------------------
psql -X -qAt -d "$(database_url one)" -c "begin; lock table vs.promise in exclusive mode; select pg_sleep(600)" >/dev/null 2>&1 {NEVER}>&- &
locker=$!
held() { [ "$(sql "select count(*) from pg_locks where relation = 'vs.promise'::regclass and mode = 'ExclusiveLock' and granted")" -gt 0 ]; }
check "somebody holds the table" wait_for 30 held
sales promise C2 "sent, not answered" by tomorrow >"$VS_TMP/unanswered" 2>&1 &
promiser=$!
waits() { [ "$(sql "select count(*) from pg_locks where relation = 'vs.promise'::regclass and not granted")" -gt 0 ]; }
check "the promise is with the database" wait_for 30 waits
server_kill one
sql "select pg_terminate_backend(pid) from pg_stat_activity where query like '%lock table vs.promise%' and pid <> pg_backend_pid()" >/dev/null 2>&1
wait $locker 2>/dev/null
wait $promiser
check "the seat says saved" same 75 $?
check "the server is back again" server_start one
check "it is sent again" wait_for 60 empty
check "and stored once" is 1 "select count(*) from promise where words = 'sent, not answered'"

# --- lines of a log ---------------------------------------------------------------------------------------------
friday() { date -d "$(date -d yesterday +%F) +$((($1 - $(date -d yesterday +%u) + 7) % 7)) days" +%F; }
cat >"$VS_TMP/notes" <<END
yesterday 15:00 touch Ann Lee call + "wants a quote"
yesterday 15:05 Promise Ann Lee "samples sent" by fri
yesterday 15:10 refer Mo Diaz +5551999001133 from Ann Lee because "rain comes in"
yesterday 15:15 thank Ann Lee "a call, for sending Mo"
yesterday 15:20 promise Nobody Here "x" by fri
yesterday 15:25 promise Ann Lee "no day"
yesterday 15:30 promise Ann Lee "twice" by fri --made-on today
yesterday 15:35 contact add Max
END
check "a dry run says what would be" says "promise Ann Lee samples sent" notes --dry-run
check "and does nothing" is 0 "select count(*) from promise where words = 'samples sent'"
check "the good lines are logged, the bad ones stay" exits 65 notes
check "four of them" says "4 logged, 4 stay" cat "$VS_TMP/out"
for why in 'nobody found for "Nobody Here"' "something is missing" "said twice" "only what happened can be logged"; do check "why: $why" says "$why" cat "$VS_TMP/out"; done
check "Friday is the one after that moment" is "$(friday 5)" "select due_on from promise where words = 'samples sent'"
check "the promise was made that day" is "$(date -d yesterday +%F)" "select made_on from promise where words = 'samples sent'"
check "the referral came in at that time" is "15:10" "select to_char(happened_at at time zone 'Europe/Berlin', 'HH24:MI') from referral where person = 'Mo Diaz'"
check "thanked for at that time" is "15:15" "select to_char(settled_at at time zone 'Europe/Berlin', 'HH24:MI') from thanks where words like '%sending Mo'"
counts() { owner "select (select count(*) from promise), (select count(*) from referral), (select count(*) from thanks), (select count(*) from touchpoint)"; }
before=$(counts)
check "the same notes again" exits 65 notes
check "double nothing" same "$before" "$(counts)"
server_kill one
printf '%s\n' 'yesterday 16:00 promise C2 "off line" by fri' 'yesterday 16:05 touch C2 call' 'yesterday 16:10 thank C2 "off line"' >"$VS_TMP/notes"
check "without a line they are saved" exits 75 notes
check "together" same 3 "$(waiting)"
check "twice is once" eval 'exits 75 notes && same 3 "$(waiting)"'
check "the server is back a last time" server_start one
check "they are sent" wait_for 30 empty
check "once each" is "1|1" "select (select count(*) from promise where words = 'off line'), (select count(*) from thanks where words = 'off line')"
check "and again not" eval 'exits 0 notes && is 1 "select count(*) from promise where words = '"'off line'"'"'
check "nothing was refused" same 0 "$(sales outbox list --json | jq '[.entries[] | select(.state == "refused")] | length')"
check "facts tell the day it was said" is "$(date -d yesterday +%F)" "select max(day) from fact f join thanks t on t.thanks_id = f.subject where f.kind = 'thanks_given' and t.words = 'off line'"
