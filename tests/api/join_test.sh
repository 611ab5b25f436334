#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Joining's edges, through the programs: lines that are no good, servers that are not the one, interruptions at each step, a machine
# shut out while it works. Each ends in a clear message and a safe state, from which the next try goes on.
set -u
. "$VS_ROOT/tests/support/server.sh"
. "$VS_ROOT/tests/support/call.sh"
cd "$VS_TMP" || exit 1
check "the server starts" server_start one
[ -n "${SERVER[one]:-}" ] || exit 1
line=$(business "Hartwell Roofing" mara)
check "the admin joins" says "joined" seat mara admin join "$line"
admin() { seat mara admin "$@"; }
admin account add sam --role sales >/dev/null
enrol() { admin account enrol sam 2>/dev/null; }
joined() { [ -e "$VS_TMP/seat-$1/sales.seat" ]; }
devices() { sql "select count(*) from vs.device d join vs.account a using (business_id, account_id) where a.login = 'sam'"; }
no_join() { # NAME HOME LINE WORDS: refused in these words, nothing written, nothing enrolled
    local before
    before=$(devices)
    check "$1: it is told why" says "$4" seat "$2" sales join "$3"
    if joined "$2"; then fail "$1: nothing is written"; else pass "$1: nothing is written"; fi
    check "$1: nobody is enrolled" same "$before" "$(devices)"
}

# --- lines that are no good
good=$(enrol)
check "a line fits a mail" [ "${#good}" -lt 200 ]
check "it joins" seat sam sales join "$good"
check "its seat is the account's" says "(sam), sales" seat sam sales whoami
no_join "a used line" other "$good" "this join line was used before"
check "a used line: the one that used it hears that it has joined" says "if by this machine, it has joined: see whoami" seat sam sales join "$good"
check "a used line: and stays what it was" says "(sam), sales" seat sam sales whoami
late=$(enrol)
sql "update vs.enrolment set expires_at = now() where used_at is null" >/dev/null
no_join "an expired line" other "$late" "ran out or was ended; ask your admin for a new one"
ended=$(enrol)
check "a line is taken back; what ran out is no other" admin enrolment end sam
no_join "an ended line" other "$ended" "ran out or was ended; ask your admin for a new one"
fine=$(enrol)
at=$((${#fine} / 3))
letter=${fine:$at:1}
no_join "an altered line" other "${fine:0:$at}$([ "$letter" = A ] && echo B || echo A)${fine:$((at + 1))}" "the join line was altered on its way; copy it again, whole"
no_join "half a line" other "${fine:0:$at}" "that is not a join line; it begins with vouchsafe-join:v1:"
no_join "something else" other "https://example.org/join" "that is not a join line"
check "white space around it is fine" bash -c "echo '  $fine  ' | VOUCHSAFE_HOME='$VS_TMP/seat-spaces' '$VS_BIN/vouchsafe-sales' join -"

# --- not the server that made it
check "a stranger's server starts" server_start stranger
foreign=$("$VS_BIN/vouchsafed" --state.directory="$VS_TMP/stranger" business create Acme --admin kim)
swap() { # LINE ADDRESSES: the same line that leads elsewhere, its check made anew
    local head="${1%%@*}@$2"
    echo "$head#$(printf '%s' "$head" | sha256sum | cut -c1-4)"
}
no_join "a wrong server behind the right address" other "$(swap "$(enrol)" "${ADDRESS[stranger]}")" "the server at this address is not the one that made your join line"
no_join "a foreign line" other "$(swap "$foreign" "${ADDRESS[one]}")" "the server at this address is not the one that made your join line"
"$VS_BIN/vouchsafed" --state.directory="$VS_TMP/one" business create Acme --admin kim >acme.line
seat kim admin join "$(cat acme.line)" >/dev/null
part() { "$VS_BIN/tests/api_call" line "$1" | grep -oE "$2=[0-9a-f]+" | cut -d= -f2; }
mix() { # BUSINESS-LINE SECRET-LINE: another business's line, with this one's secret
    local raw
    raw=$(part "$1" BUSINESS)$(part "$1" PIN)$(part "$2" SECRET)
    swap "vouchsafe-join:v1:$(printf '%b' "$(sed 's/../\\x&/g' <<<"$raw")" | base64 -w0 | tr /+ _- | tr -d =)@x#0" "${ADDRESS[one]}"
}
no_join "a line of another business with a secret of this one" other "$(mix "$(cat acme.line)" "$(enrol)")" "this server doesn't know this join line; ask your admin for a new one"
check "its own seat isn't moved by that" says "(kim), admin" seat kim admin whoami

# --- several addresses, some dead
kill -STOP "${SERVER[stranger]}" # its kernel takes connections, nobody answers
for i in 1 2 3; do
    check "the first of its addresses is dead, try $i" seat "many$i" sales join "$(swap "$(enrol)" "127.0.0.1:1,${ADDRESS[one]}")"
done
check "one is dead and one silent" seat many sales join "$(swap "$(enrol)" "127.0.0.1:1,${ADDRESS[stranger]},${ADDRESS[one]}")"
no_join "all are dead" other "$(swap "$(enrol)" "127.0.0.1:1,127.0.0.1:2")" "127.0.0.1:2: Connection refused"
kill -CONT "${SERVER[stranger]}"
server_stop stranger

# --- interrupted at each step, and taken up again with the same line
start_join() { # HOME LINE: in the background; what it said in HOME.out
    VOUCHSAFE_HOME=$VS_TMP/seat-$1 "$VS_BIN/vouchsafe-sales" join "$2" >"$1.out" 2>&1 </dev/null {NEVER}>&- &
    JOIN=$!
}
ends() { wait_for 30 eval "! kill -0 $JOIN" && ! wait $JOIN; }
goes_on() { # NAME HOME LINE BEFORE: the same line again is the way on, and makes one device
    check "$1: the same line again is the way on" seat "$2" sales join "$3"
    check "$1: it works" says "(sam), sales" seat "$2" sales whoami
    check "$1: one device came of it" same $(($4 + 1)) "$(devices)"
    check "$1: no second key is left behind" same 0 "$(find "$VS_TMP/seat-$2" -name '*.joining-*' | wc -l)"
}

first=$(enrol)
had=$(devices)
server_kill one
check "no server: the machine is told" says "Connection refused" seat down sales join "$first"
check "no server: no seat yet" test ! -e "$VS_TMP/seat-down/sales.seat"
server_start one
goes_on "no server" down "$first" "$had"

# The line's row is held, so that joining waits for it: for two seconds at most, then the server gives up.
hold_line() {
    rm -f locker locker.out
    mkfifo locker
    psql -X -qAt -d "$(database_url one)" <locker >locker.out 2>&1 &
    LOCKER=$!
    exec {LOCK}>locker
    echo "begin; select count(*) from (select from vs.enrolment where used_at is null for update) x;" >&"$LOCK"
    wait_for 20 test -s locker.out
}
let_line_go() { exec {LOCK}>&-; wait $LOCKER; }
blocked() { sql "select 1 from pg_stat_activity where wait_event_type = 'Lock'" | grep -q 1; }
second=$(enrol)
had=$(devices)
hold_line
start_join before "$second"
check "the server is killed before the commit: it is on its way" wait_for 20 blocked
server_kill one
sql "select pg_terminate_backend(pid) from pg_stat_activity where wait_event_type = 'Lock'" >/dev/null
check "the server is killed before the commit: the machine is told" ends
check "the server is killed before the commit: and what to do" grep -q "nothing is lost: join once more with the same line" before.out
let_line_go
check "the server is killed before the commit: nobody is enrolled" same "$had" "$(devices)"
server_start one
goes_on "the server is killed before the commit" before "$second" "$had"

# committed on its disk, but not answered: it waits for a standby that doesn't exist
hold_answers() { sql "alter system set synchronous_standby_names = 'nobody'" && sql "select pg_reload_conf()" >/dev/null; }
let_answers_go() { sql "alter system reset synchronous_standby_names" && sql "select pg_reload_conf()" >/dev/null; }
unanswered() { sql "select 1 from pg_stat_activity where wait_event = 'SyncRep' and query like '%used_by%'" | grep -q 1; }
third=$(enrol)
had=$(devices)
hold_answers
start_join after "$third"
check "the server is killed after the commit: it is on its way" wait_for 20 unanswered
server_kill one
check "the server is killed after the commit: the machine is told" ends
check "the server is killed after the commit: and what to do" grep -q "nothing is lost: join once more with the same line" after.out
check "the server is killed after the commit: no seat yet" test ! -e "$VS_TMP/seat-after/sales.seat"
let_answers_go
server_start one
check "the server is killed after the commit: the key is enrolled" same $((had + 1)) "$(devices)"
no_join "the server is killed after the commit: a thief of the line comes too late" other "$third" "this join line was used before"
goes_on "the server is killed after the commit" after "$third" "$had"

fourth=$(enrol)
had=$(devices)
hold_line
start_join killed "$fourth"
check "the machine is killed before the answer: it is on its way" wait_for 20 blocked
kill -KILL $JOIN
let_line_go
wait $JOIN 2>/dev/null
enrolled() { [ "$(devices)" = $((had + 1)) ]; }
check "the machine is killed before the answer: the key is enrolled" wait_for 20 enrolled
goes_on "the machine is killed before the answer" killed "$fourth" "$had"

fifth=$(enrol)
had=$(devices)
mkdir -p "$VS_TMP/seat-full/sales.seat"
check "the credentials can't be written: it is told" says "sales.seat can't be written" seat full sales join "$fifth"
rmdir "$VS_TMP/seat-full/sales.seat"
goes_on "the credentials can't be written" full "$fifth" "$had"

# --- shut out while at work, here and on another instance
admin contact add "Ann Lee" >/dev/null 2>&1
seat sam sales contact add "Ann Lee" --phone "+49 30 5550101" >/dev/null
instance two
sed "s/^addresses=.*/addresses=${ADDRESS[two]}/" -i "$VS_TMP/seat-many1/sales.seat"
declare -A WATCH=()
at_work() { # HOME: a session that stays open
    VOUCHSAFE_HOME=$VS_TMP/seat-$1 "$VS_BIN/vouchsafe-sales" watch C1 --json >"$1.watch" 2>/dev/null </dev/null {NEVER}>&- &
    WATCH[$1]=$!
}
at_work many1
at_work many2
seat sam sales touch C1 call + "all is well" >/dev/null
for m in many1 many2; do check "$m is at work" wait_for 20 grep -q "all is well" "$m.watch"; done
over() { ! kill -0 "${WATCH[$1]}" 2>/dev/null; }
key_of() { sed -n '/BEGIN CERT/,/END CERT/p' "$VS_TMP/seat-$1/sales.seat" | openssl x509 -noout -pubkey | openssl pkey -pubin -outform DER | sha256sum | cut -d' ' -f1; }
device_of() { sql "select device_id from vs.device where key_hash = '\\x$(key_of "$1")'"; }
PIN=$(sed -n 's/^root_pin=//p' "$VS_TMP/seat-many1/sales.seat")
sed -n '/BEGIN PRIVATE/,$p' "$VS_TMP/seat-many1/sales.seat" >many1.pem
open bare "$VS_BIN/tests/api_call" -k many1.pem "${ADDRESS[two]}" "$PIN"
check "a third session of many1 is open at the other instance" says "who.login=sam" ask bare WHOAMI
gone() { ask bare PING | grep -qE "GO_AWAY REVOKED"; }
admin device end "$(device_of many1)" >/dev/null
from=$(date +%s%N)
check "its device ended here, it is sent away there" wait_for 20 gone
echo "# at most $((($(date +%s%N) - from) / 1000000)) ms after the answer"
hang_up bare
admin device end "$(device_of many2)" >/dev/null
for m in many1 many2; do
    check "$m: its session is ended" wait_for 20 over "$m"
    check "$m: it is told why" grep -q "signed out by your admin; ask for a new join line" "$m.watch"
    over "$m" || continue
    wait "${WATCH[$m]}"
    check "$m: 77" same 77 $?
done
check "what it captures is kept, not taken in" bash -c "VOUCHSAFE_HOME='$VS_TMP/seat-many2' '$VS_BIN/vouchsafe-sales' touch C1 call + late; [ \$? = 75 ]"
check "the account's other machines go on" says "(sam), sales" seat sam sales whoami
check "a new line makes the next machine of it" seat many2 sales join "$(enrol)"
check "which sends what was kept" says "0 waiting" seat many2 sales outbox retry
check "..." same 1 "$(sql "select count(*) from vs.touchpoint where note = 'late'")"
