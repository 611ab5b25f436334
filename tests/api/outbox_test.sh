#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The outbox through the real programs and a real server: many processes at one file, a server killed before it answered, files that fail,
# two accounts at one machine, addresses that are dead or somebody else's.
set -u
. "$VS_ROOT/tests/support/server.sh"
stored() { sql "select count(*) from vs.touchpoint where note like '$1'"; }
same() { [ "$1" = "$2" ] || { echo "expected $1, got $2"; return 1; }; }
exits() { # CODE COMMAND...: it ends with the code
    local code=$1 out
    shift
    out=$("$@" 2>&1)
    same "$code" $? || { echo "$out"; return 1; }
}
listed() { seat "$1" sales outbox list --json | grep -o "\"state\":\"$2\"" | wc -l; }
copy_seat() { mkdir -p "$VS_TMP/seat-$2" && cp -p "$VS_TMP/seat-$1/sales.seat" "$VS_TMP/seat-$2/"; }
enrol() { seat admin admin account enrol "$1" | grep -o 'vouchsafe-join:[^ ]*'; }

check "the server starts" server_start one
[ -n "${SERVER[one]:-}" ] || exit 1
line=$(business "Hartwell Roofing" mara)
check "the admin joins" seat admin admin join "$line"
seat admin admin account add sam --name Sam --role sales >/dev/null
seat admin admin account add tess --name Tess --role sales >/dev/null
check "sam joins" seat desk sales join "$(enrol sam)"
for name in "Ann Lee" "Bo Ek" "Cy Orr"; do seat desk sales contact add "$name" >/dev/null; done
box=$(basename "$(ls "$VS_TMP"/seat-desk/sales-*.db)")

# --- many processes, one file -----------------------------------------------------------------------------
server_kill one
log_some() { # PROCESS: five touches, each must say how it ended
    local i code
    for i in 1 2 3 4 5; do
        seat desk sales touch "C$((1 + i % 3))" call + "shared $1-$i" >/dev/null 2>&1
        code=$?
        [ $code = 0 ] || [ $code = 75 ] || echo "process $1 touch $i: exit $code"
    done
}
processes=()
for p in 1 2 3 4 5 6; do
    log_some "$p" >"$VS_TMP/said.$p" &
    processes+=($!)
done
wait "${processes[@]}"
check "six processes save at once while there is no line" same "" "$(cat "$VS_TMP"/said.*)"
check "every one of the thirty is in the outbox" same 30 "$(listed desk waiting)"
check "the server is back" server_start one
processes=()
for p in 7 8 9; do
    log_some "$p" >"$VS_TMP/said.$p" &
    processes+=($!)
    seat desk sales outbox retry >/dev/null 2>&1 &
    processes+=($!)
done
wait "${processes[@]}"
check "three more save while three send" same "" "$(cat "$VS_TMP"/said.*)"
empty() { seat desk sales outbox retry >/dev/null 2>&1; [ "$(listed desk waiting)" = 0 ]; }
check "the outbox runs empty" wait_for 60 empty
check "all forty-five are stored, none twice" same "45 45" "$(stored 'shared %') $(sql "select count(distinct note) from vs.touchpoint where note like 'shared %'")"
check "nothing was refused" same 0 "$(listed desk refused)"

# --- killed between sending and answering -----------------------------------------------------------------
psql -X -qAt -d "$(database_url one)" -c "begin; lock table vs.touchpoint in exclusive mode; select pg_sleep(600)" >/dev/null 2>&1 {NEVER}>&- &
locker=$!
held() { [ "$(sql "select count(*) from pg_locks where relation = 'vs.touchpoint'::regclass and mode = 'ExclusiveLock' and granted")" -gt 0 ]; }
check "somebody holds the table" wait_for 30 held
seat desk sales touch C1 call + "sent, not answered" >"$VS_TMP/unanswered" 2>&1 &
toucher=$!
waits() { [ "$(sql "select count(*) from pg_locks where relation = 'vs.touchpoint'::regclass and not granted")" -gt 0 ]; }
check "the touch is with the database, no answer yet" wait_for 30 waits
kill -KILL "${SERVER[one]}"
wait "${SERVER[one]}" 2>/dev/null
unset "SERVER[one]"
wait $toucher
check "the seat says saved, not logged" same 75 $?
kill "$locker"
wait "$locker" 2>/dev/null
check "the server is back again" server_start one
check "it is sent again" wait_for 60 empty
check "and stored once" same 1 "$(stored 'sent, not answered')"

# --- an answer lost, then undone: what was sent is struck out, not forgotten -----------------------------
server_kill one
seat desk sales touch C1 call + "never sent" >/dev/null 2>&1
check "what was never sent is simply undone" says "not sent yet" seat desk sales undo
check "the server is there for the next part" server_start one
check "it never arrived" same 0 "$(stored 'never sent')"

# --- a complaint and its recovery, both kept off line ------------------------------------------------------
server_kill one
seat desk sales touch C2 call - "it leaks" --id 01976f00-0000-7000-8000-00000000aa01 >/dev/null 2>&1
seat desk sales touch C2 onsite + "mended it" --mends 01976f00-0000-7000-8000-00000000aa01 >/dev/null 2>&1
check "both wait" same 2 "$(listed desk waiting)"
check "the server is there for them" server_start one
check "both are sent" wait_for 60 empty
check "the recovery names the complaint" same 1 "$(sql "select count(*) from vs.touchpoint r join vs.touchpoint c on c.id = r.mends where r.refusal is null and c.note = 'it leaks' and r.note = 'mended it'")"

# --- files that fail --------------------------------------------------------------------------------------
copy_seat desk blocked
mkdir "$VS_TMP/seat-blocked/$box"
check "an outbox that can't be written ends with 74" exits 74 seat blocked sales touch C1 call + "nowhere to keep it"
check "and says what is wrong" says "can't be written" seat blocked sales touch C1 call + "nowhere to keep it"
check "nothing of it was sent" same 0 "$(stored 'nowhere%')"
full_disk() { # the shell's limit is the full disk: no file may grow beyond 4 KiB
    (
        trap '' XFSZ
        ulimit -f 4
        seat desk sales touch C1 call + "$(printf 'too much %.0s' {1..600})"
    )
}
check "a full disk ends with 74" exits 74 full_disk
check "and says that nothing was kept" says "nothing was kept" full_disk
check "nothing of it was sent, nothing waits" same "0 0" "$(stored 'too much%') $(listed desk waiting)"
check "with room again the same outbox goes on" seat desk sales touch C1 call + "room again"
copy_seat desk damaged
seat damaged sales outbox list >/dev/null
printf 'garbage, no database%.0s' {1..400} >"$VS_TMP/seat-damaged/$box"
rm -f "$VS_TMP/seat-damaged/$box"-*
check "a damaged outbox is named" says "damaged; move it away" seat damaged sales touch C1 call + "into ruins"
check "and ends with 74" exits 74 seat damaged sales touch C1 call + "into ruins"
mv "$VS_TMP/seat-damaged/$box" "$VS_TMP/seat-damaged/away"
check "moved away, a new one is made" seat damaged sales touch C1 call + "a new start"

# --- two accounts, one machine ----------------------------------------------------------------------------
server_kill one
seat desk sales touch C1 call + "by sam, off line" >/dev/null 2>&1
check "the server is back for tess" server_start one
check "tess joins at the same machine" seat desk sales join "$(enrol tess)"
check "tess logs" seat desk sales touch "Ann Lee" call + "by tess"
seat desk sales outbox retry >/dev/null 2>&1
check "sam's entry was not sent by tess" same 0 "$(stored 'by sam%')"
check "it is shown as another account's" same 1 "$(listed desk "another account's")"
refuses "without its words" says Ann seat desk sales outbox list
check "sam joins again" seat desk sales join "$(enrol sam)"
check "and sends it" wait_for 60 empty
check "as sam" same sam "$(sql "select a.login from vs.touchpoint t join vs.account a using (business_id, account_id) where note = 'by sam, off line'")"

# --- where the server is ----------------------------------------------------------------------------------
copy_seat desk roaming
sed -i "s/^addresses=.*/addresses=127.0.0.1:1,${ADDRESS[one]}/" "$VS_TMP/seat-roaming/sales.seat"
for i in 1 2 3 4; do seat roaming sales whoami || echo "run $i failed"; done >"$VS_TMP/roaming" 2>&1
check "a dead address beside a living one is passed over" same 4 "$(grep -c sam "$VS_TMP/roaming")"
sed -i "s/^addresses=.*/addresses=127.0.0.1:1,127.0.0.1:2/" "$VS_TMP/seat-roaming/sales.seat"
check "all dead: each is named" says "127.0.0.1:2: Connection refused" seat roaming sales whoami
check "and ends with 69" exits 69 seat roaming sales whoami
copy_seat desk misled
sed -i "s/^root_pin=..../root_pin=0000/" "$VS_TMP/seat-misled/sales.seat"
check "a server with another root is refused" says "not the one that made your join line" seat misled sales whoami
check "and ends with 69, too" exits 69 seat misled sales whoami
