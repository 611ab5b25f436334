#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The daily digest: a real program, run once for each account and day by two instances of which one is killed while it runs; a program
# that fails, hangs or isn't there; who gets none.
set -u
. "$VS_ROOT/tests/support/server.sh"
owner() { sql "set role vs_owner; set search_path = vs, public; $1"; }
is() { # EXPECTED SQL
    local got
    got=$(owner "$2" 2>&1)
    [ "$got" = "$1" ] || { echo "expected $1, got $got"; return 1; }
}
cd "$VS_TMP" || exit 1
mkdir out
mkfifo go
chmod 777 out
# The program: notes that it ran, what it was told and what it was given; then does as the file "mode" says.
cat >send <<END
#!/bin/bash
me=$VS_TMP/out/\$VOUCHSAFE_LOGIN
cat >"\$me.text.\$\$"
env | sort >"\$me.env.\$\$"
echo \$\$ >>"\$me.runs"
case \$(cat "$VS_TMP/mode") in
    fail) echo "the mail server says no" >&2; exit 69 ;;
    hang) tail -f /dev/null & wait ;;
    once) [ "\$(wc -l <"\$me.runs")" -gt 1 ] || exec tail -f /dev/null ;;
    slow) read -r <"$VS_TMP/go" ;;
esac
echo "\$VOUCHSAFE_ID \$VOUCHSAFE_LOGIN \$VOUCHSAFE_DAY" >>"$VS_TMP/out/sent"
END
chmod 755 send
echo well >mode
: >out/sent
sent() { [ "$(wc -l <out/sent)" = "$1" ]; }
sent_to() { [ "$(grep -c " $1 " out/sent)" = "$2" ]; }
ran() { [ "$(cat "out/$1.runs" 2>/dev/null | wc -l)" = "$2" ]; }
text_of() { cat "out/$1".text.*; }
anew() { # another day: nothing was made yet
    owner "delete from due where rule = 'digest_send'; delete from digest; update due set at = now() where rule = 'digest'" >/dev/null
    rm -f out/*
    : >out/sent
}
setting() { seat admin admin setting set "$1" "$2" >/dev/null; }

check "the server starts, with no program" server_start one
[ -n "${SERVER[one]:-}" ] || exit 1
seat admin admin join "$(business "Hartwell Roofing" mara)" >/dev/null
for who in sam tess uma; do seat admin admin account add $who --name "${who^} R." --role sales >/dev/null; done
seat sales sales join "$(seat admin admin account enrol sam | grep vouchsafe-join)" >/dev/null
setting calendar.days "mon tue wed thu fri sat sun"
setting digest.at 00:00
setting digest.late_hours 24
check "an address is set" says "goes to sam@example.org" seat sales sales digest to sam@example.org
check "the admin sets somebody's" says "goes to" seat admin admin digest to tess@example.org --login tess
check "others may not" says "no open account" seat sales sales digest to x@example.org --login tess
for bad in nobody "-oQ/tmp@example.org" "a b@example.org" $'sam@example.org\nBcc: x@example.org'; do
    check "no address: ${bad%%$'\n'*}" says "no e-mail address" seat sales sales digest to -- "$bad"
done
check "the accounts show them" says tess@example.org seat admin admin account list
seat admin admin digest to uma@example.org --login uma >/dev/null
seat sales sales contact add "Ann Lee" >/dev/null
for who in sam tess; do
    seat sales sales task add "call the insurer of $who" --contact C1 --due "in 2 days" --owner $who >/dev/null
done
seat sales sales task add $'send\x1b[31m the papers' --due "2026-01-05" >/dev/null
check "without a program nothing is made" is 0 "select count(*) from digest"

server_stop one
two() { server_start two --database.url="$(database_url one)" "$@"; }
check "a server with a program" server_start one --digest.command="$VS_TMP/send"
check "a second one" two --digest.command="$VS_TMP/send"
check "two have something to do and get theirs" wait_for 30 sent 2
check "the third's day is empty: she gets none" wait_for 20 is 4 "select state from digest join account using (business_id, account_id) where login = 'uma'"
check "it was run once for each" eval 'ran sam 1 && ran tess 1'
check "both are written down" wait_for 20 is "2|2|1" "select count(*), min(state), max(tries) from digest where state < 4"
check "the text is whole" says "2 cards to do, 1 overdue" text_of sam
check "with the card" says "Ann Lee (C1)" text_of sam
check "and the task" says "follow up: call the insurer of sam (T1, due " text_of sam
check "overdue is said" says "OVERDUE since" text_of sam
refuses "nothing in it steers a terminal" grep -q $'\x1b' out/sam.text.*
refuses "nothing of others is in it" grep -q "of tess" out/sam.text.*
check "the address is told" grep -qx "VOUCHSAFE_TO=sam@example.org" out/sam.env.*
check "and the subject" grep -qx "VOUCHSAFE_SUBJECT=2 cards to do, 1 overdue" out/sam.env.*
check "nothing of the server's environment" says "0" grep -cE '^(PG|VS_|ASAN|OLDPWD|VOUCHSAFE_LISTEN)' out/sam.env.*
check "its end shows" says sent seat sales sales digest list
check "of others' a seat sees none" eval '! seat sales sales digest list | grep -q tess'
check "the admin sees all" says tess seat admin admin digest list

# what is shipped to send it by mail
printf '#!/bin/sh\necho "$@" >"%s/args"\ncat >"%s/mail"\n' "$VS_TMP" "$VS_TMP" >mailer
chmod 755 mailer
mail() { env -i "$(grep ^PATH= out/sam.env.*)" SENDMAIL="$VS_TMP/mailer" VOUCHSAFE_TO=sam@example.org VOUCHSAFE_DAY=2026-01-05 VOUCHSAFE_SUBJECT="1 card to do" VOUCHSAFE_ID=one "$VS_ROOT/deploy/digest-mail" <<<"Good morning."; }
check "deploy/digest-mail hands it to sendmail" eval 'mail && same "-i -- sam@example.org" "$(cat args)" && same "Good morning." "$(tail -n 1 mail)" && grep -qx "Subject: 2026-01-05: 1 card to do" mail'

# the same day again, however often its moment comes
owner "update due set at = now() where rule = 'digest'" >/dev/null
check "the rule fires again" wait_for 20 is t "select at > now() from due where rule = 'digest'"
check "no second one that day" eval 'sent 2 && is 3 "select count(*) from digest"'
next=$(TZ=Europe/Berlin date -d tomorrow +%F)
check "the next comes tomorrow" is "$next 00:00" "select to_char(at at time zone 'Europe/Berlin', 'YYYY-MM-DD HH24:MI') from due where rule = 'digest'"

# --- the instance that runs them is killed -----------------------------------------------------------------------
server_stop one
check "one instance has no program" server_start one
echo once >mode
setting digest.seconds 3
anew
check "the other one runs them" wait_for 30 eval 'ran sam 1 && ran tess 1'
server_kill two
for pid in $(cat out/*.runs); do kill -KILL "$pid" 2>/dev/null; done
check "who has no program leaves them alone" is "2|1" "select count(*), min(tries) from digest where state = 1"
check "a third instance" server_start three --database.url="$(database_url one)" --digest.command="$VS_TMP/send"
check "takes over what nothing was heard of" wait_for 40 eval 'sent_to sam 1 && sent_to tess 1'
check "all is written down as sent" wait_for 20 is "2|2|2|2" "select count(*), min(state), min(tries), max(tries) from digest where state < 4"
check "under the id it had" same 1 "$(sed -n 's/^VOUCHSAFE_ID=//p' out/sam.env.* | sort -u | wc -l)"

# --- it was sent, but that can't be written down ------------------------------------------------------------------
setting digest.seconds 30
echo slow >mode
anew
check "the programs run" wait_for 30 eval 'ran sam 1 && ran tess 1'
psql -X -qAt -d "$(database_url one)" -c "begin; lock table vs.digest in exclusive mode; select pg_sleep(600)" >/dev/null 2>&1 {NEVER}>&- &
locker=$!
locked() { [ "$(sql "select count(*) from pg_locks where relation = 'vs.digest'::regclass and mode = 'ExclusiveLock' and granted")" -gt 0 ]; }
check "the table is held" wait_for 30 locked
printf '\n\n' >go
check "they worked" wait_for 20 sent 2
waits() { [ "$(sql "select count(*) from pg_locks where relation = 'vs.digest'::regclass and not granted")" -gt 0 ]; }
check "saying so waits" wait_for 20 waits
check "that failed for a while" wait_for 20 grep -q 'event=digest login="sam" state=unwritten' three.log
sql "select pg_terminate_backend(pid) from pg_stat_activity where query like '%lock table vs.digest%' and pid <> pg_backend_pid()" >/dev/null
wait "$locker" 2>/dev/null
check "it is said in the end" wait_for 20 is "2|2|1" "select count(*), min(state), max(tries) from digest where state < 4"
check "they weren't run again" sent 2

# --- a program that fails, hangs, or isn't there ------------------------------------------------------------------
setting digest.again_minutes 0
setting digest.tries 2
echo fail >mode
anew
check "it fails as often as may be" wait_for 30 is "2|3|2" "select count(*), min(state), min(tries) from digest where state < 4"
check "not more often" eval 'ran sam 2 && ran tess 2'
check "why stands there" says "it left with 69: the mail server says no" seat sales sales digest list
check "and in the log" grep -q 'event=digest login="sam" state=failed try=2 why="it left with 69: the mail server says no"' three.log
echo hang >mode
setting digest.seconds 1
setting digest.tries 1
anew
check "requests are answered while one hangs" eval 'wait_for 20 ran sam 1 && seat sales sales today'
check "it is ended" wait_for 30 is "2|3|it took too long" "select count(*), min(state), min(why) from digest where state < 4"
ended() { for pid in $(cat out/*.runs); do ! pgrep -g "$pid" >/dev/null || return 1; done; }
check "with all it started" wait_for 10 ended
server_stop three
server_stop one
check "a program that isn't there" server_start one --digest.command="$VS_TMP/none"
anew
check "is told" wait_for 30 is "2|3|t" "select count(*), min(state), min(why) like '%/none can''t be run: no such file%' from digest where state < 4"
server_stop one
check "a path that is none is refused" says "the whole path" "$VS_BIN/vouchsafed" --check-config --digest.command="mail -s x"

# --- who gets none ------------------------------------------------------------------------------------------------
echo well >mode
check "the server is back" server_start one --digest.command="$VS_TMP/send"
seat sales sales away --until "in 2 days" --stand-in tess >/dev/null
anew
check "the stand-in gets one" wait_for 30 sent_to tess 1
check "with the tasks of who is away" says "insurer of sam" text_of tess
check "who is away gets none" is 0 "select count(*) from digest join account using (business_id, account_id) where login = 'sam'"
seat sales sales away --until now >/dev/null
check "off is off" says "no digest" seat sales sales digest off
setting digest.on no
anew
check "the rule fires, and makes none" eval 'wait_for 20 is t "select at > now() from due where rule = '"'digest'"'" && is 0 "select count(*) from digest"'
setting digest.on yes
seat sales sales digest to sam@example.org >/dev/null
seat admin admin holiday add today Rest >/dev/null
anew
check "on a holiday none" eval 'wait_for 20 is t "select at > now() from due where rule = '"'digest'"'" && is 0 "select count(*) from digest"'
