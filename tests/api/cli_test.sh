#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# How the programs behave: exit codes, JSON also of errors, suggestions, colours, hostile text, namesakes, log, undo, completion, manual.
set -u
. "$VS_ROOT/tests/support/demo.sh"
demo_start
cd "$VS_TMP" || exit 1
sales() { seat sales sales "$@" </dev/null; }
json() { # FILTER COMMAND...: jq -e over its standard output, whatever its exit code
    local filter=$1
    shift
    "$@" >"$VS_TMP/out" 2>"$VS_TMP/err" || true
    jq -e "$filter" "$VS_TMP/out" >/dev/null || { cat "$VS_TMP/out" "$VS_TMP/err"; return 1; }
}
terminal() { # COMMAND LINE: on a terminal of its own; what is typed comes from standard input
    script -qec "$1" /dev/null
}
export PATH=$VS_BIN:$PATH

# --- exit codes and errors
check "64: no such command" exits 64 sales timelien C1
check "it is suggested" grep -q "did you mean: timeline" err
check "64: no such option" exits 64 sales timeline C1 --limt 5
check "it is suggested too" grep -q "did you mean --limit" err
check "64: a half command shows its group" exits 64 sales contact
check "the group is shown" grep -q "contact add" out
check "65: nobody of that name" exits 65 sales touch Nobody Known call
check "77: a seat that never joined" exits 77 seat fresh sales whoami
check "messages go to standard error" exits 65 sales contact show C999
check "standard output is empty then" test ! -s out
check "an error is JSON with its field" json '.error and .status == "INVALID_ARGUMENT" and .field == "email"' sales contact add Zed --email nonsense --json
check "a usage error is JSON too" json '.error and .reason == "USAGE"' sales contact add --nam x --json
check "JSON: ids, numbers, instants, words" json '.contact | (.contact_id | test("^[0-9a-f-]{36}$")) and .number == 1 and .stage == "refer" and (.created_at | test("^20.*Z$"))' sales contact show C1 --json
check "JSON: a list with its end" json '(.entries | length == 2) and .more == true' sales timeline C1 --limit 2 --json
check "CSV has a head and CRLF" exits 0 sales contact find lee --csv
check "its head names the fields" grep -q "^contact_id,number,name.*"$'\r$' out
check "quiet says nothing" exits 0 sales touch C1 call --quiet
check "not a word" test ! -s out -a ! -s err
check "words behind -- are words" exits 65 sales contact show -- --limit
check "a password is no word of the command" exits 64 seat admin admin account add zoe --role sales --password secret </dev/null
check "no question without a terminal" exits 64 seat admin admin account password sam </dev/null

# --- what a server sent can't steer the terminal
evil=$(printf 'roof \033]0;owned\007\033[2Jdone')
check "a hostile note is stored" exits 0 sales touch C2 call "$evil"
check "its words are shown" says "done" sales timeline C2
sales timeline C2 >out
sales timeline C2 --csv >>out
sales timeline C2 --json >>out
check "no escape is printed" test -z "$(LC_ALL=C tr -d '\n\r\40-\377' <out)"

# --- colours
colours() { LC_ALL=C grep -q $'\033\\[' out; }
terminal "VOUCHSAFE_HOME=$VS_TMP/seat-sales TERM=xterm vouchsafe-sales timeline C1" >out
check "a terminal gets colours" colours
terminal "VOUCHSAFE_HOME=$VS_TMP/seat-sales TERM=xterm NO_COLOR=1 vouchsafe-sales timeline C1" >out
refuses "not with NO_COLOR" colours
terminal "VOUCHSAFE_HOME=$VS_TMP/seat-sales TERM=dumb vouchsafe-sales timeline C1" >out
refuses "not on a dumb one" colours
terminal "VOUCHSAFE_HOME=$VS_TMP/seat-sales TERM=xterm vouchsafe-sales timeline C1 --color=never" >out
refuses "not with --color=never" colours
sales timeline C1 >out
refuses "not in a file" colours
COLUMNS=60 sales timeline C1 >out
check "a table fits COLUMNS" test -z "$(grep -E '^.{61}' out)"

# --- namesakes
sales contact add "Ann Lee" --email other@example.org --json >out
twin=$(jq .contact.number out)
check "65: a script gets the candidates" exits 65 sales touch Ann Lee call + "which one" --json
check "both of them" jq -e --argjson twin "$twin" '.candidates | map(.number) | contains([1, $twin])' out
check "nothing was logged" json '.entries == []' sales timeline "C$twin" --json
check "an address is one person" exits 0 sales contact show other@example.org
check "a similar name is no guess" exits 65 sales touch Bob Stne call
printf '2\n' | terminal "VOUCHSAFE_HOME=$VS_TMP/seat-sales vouchsafe-sales touch Ann Lee call + picked" >out
check "a person picks by number" grep -qE "logged C(1|$twin) Ann Lee" out
check "the last touch helps to pick" grep -qE "Ann Lee +\(20[0-9: -]+ call" out

# --- undo
check "there is a touch to undo" exits 0 sales touch C3 call = "said in error"
check "a sent touch is undone" exits 0 sales undo
check "it says what" grep -q "undone: C3 Carla Moreno call" out
check "it is struck, not gone" json '.entries[0].struck and .entries[0].struck_because == "undone"' sales timeline C3 --json
check "once only" exits 65 sales undo
check "another's touch after it" exits 0 seat service service touch C3 call + "service was here" </dev/null
struck() { sales timeline C3 --json | jq '[.entries[] | select(.by == "Sue Field" and .struck)] | length'; }
sales undo >/dev/null 2>&1
check "is not this seat's to undo" same 0 "$(struck)"
sales touch C3 call = "an hour ago" --quiet
last=$(echo seat-sales/sales-*.last)
awk '{ printf "%s %s %.0f %s %s\n", $1, $2, $3 - 3600000000, $4, "C3 an hour ago" }' "$last" >moved && mv moved "$last"
check "65: after ten minutes no more" exits 65 sales undo
check "the way out is named" grep -q "touch strike last" err
mkfifo keys
terminal "VOUCHSAFE_HOME=$VS_TMP/seat-admin vouchsafe-admin account password sue" <keys >out &
asked=$!
exec {KEYS}>keys
wait_for 20 grep -q "Password:" out
printf 'typed horse battery\n' >&"$KEYS"
wait_for 20 grep -q "sue" out
exec {KEYS}>&-
wait $asked
check "on a terminal a password is asked for" grep -q "the password of sue is set" out
refuses "and not shown" grep -q "typed horse" out
printf 'correct horse battery\n' >pass.txt
seat admin admin account password sam --password-file pass.txt --quiet && seat admin admin account password sue --password-file pass.txt --quiet
sales server --quiet >server.txt
desk() { seat desk sales "$@"; } # a desk that people share
check "somebody logs in with a password" exits 0 desk login sam --server - --password-file pass.txt <server.txt
check "it is them" says "Sam Rivers" desk whoami
check "they log a touch" exits 0 desk touch C3 call = "from the shared desk"
check "and log out" exits 0 desk logout
check "77: then nobody is logged in" exits 77 desk whoami
check "the next one logs in" exits 0 desk login sue --password-file pass.txt
check "another account's act is not theirs to undo" exits 65 desk undo
check "that is nothing to undo" grep -q "nothing to undo" err
server_stop one
check "off line a touch is saved" exits 75 sales touch C3 call = "never to be sent"
check "undo takes it out of the outbox" exits 0 sales undo
check "so it says" grep -q "not sent yet" out
check "nothing waits" json '.entries == []' sales outbox list --json
check "off line names are known" exits 75 sales touch Carla Moreno call = "off line"
check "69: what needs the line says so" exits 69 sales contact find ann
check "the server is back" server_start one
check "what waited is sent" exits 0 sales outbox retry
check "the undone touch never came" test -z "$(sales timeline C3 | grep 'never to be sent')"

# --- undo of a touch whose answer was lost: it may be stored, so a strike-out follows it
mkfifo hold
psql -X -q -d "$(database_url one)" <hold >held 2>&1 &
holder=$!
exec {HOLD}>hold
echo "set role vs_owner; set search_path = vs, public; begin; lock table touchpoint in share mode; select 'held';" >&"$HOLD"
wait_for 20 grep -q held held
check "without an answer a touch is kept" exits 75 sales touch C3 call = "answer unknown"
check "undo doesn't trust that it never arrived" exits 75 sales undo
check "it says so" grep -q "may have been sent" out
check "the strike-out waits behind the touch" json '.entries | length == 2 and .[1].entry == "undo C3 Carla Moreno call"' sales outbox list --json
echo "rollback;" >&"$HOLD"
exec {HOLD}>&-
wait $holder
sales outbox retry >/dev/null 2>&1
check "the touch is stored once" same 1 "$(sales timeline C3 --json | jq '[.entries[] | select(.note == "answer unknown")] | length')"
check "and struck out" json '[.entries[] | select(.note == "answer unknown")][0].struck' sales timeline C3 --json

# --- log
cat >notes.txt <<'END'
# from the phone
yesterday 15:00 touch Bob Stone call + “wants a quote, ‘soon’” @like
yesterday 16:00 touch Nobody Known call
touch Bob Stone email
mon 9:00 touch Bob Stone visit
yesterday 17:00 touch C3 letter
END
cp notes.txt again.txt
count() { sales timeline "$1" --limit 0 --json | jq '.entries | length'; }
bob=$(count C2)
check "a dry run logs nothing" exits 65 sales log notes.txt --dry-run
check "and shows the bad lines" grep -q "line 3 stays: nobody found" out
check "nothing was logged by it" same "$bob" "$(count C2)"
check "65: bad lines stay" exits 65 sales log notes.txt
check "the good ones are logged" same $((bob + 1)) "$(count C2)"
check "the file keeps the bad ones and the remark" same 4 "$(grep -vc '^# line' notes.txt)"
check "each behind its reason" grep -q '^# line 4: begin with when it was' notes.txt
check "the same notes again double nothing" exits 65 seat sales sales log - <again.txt
seat sales sales log - <again.txt >out 2>err
check "from standard input the bad ones are printed" same 3 "$(grep -c '^# line' out)"
check "nothing was doubled" same $((bob + 1)) "$(count C2)"
check "log speaks JSON" json '.logged == 2 and (.bad | length == 3) and .bad[0].line == 3' seat sales sales log - --json <again.txt
check "66: no such file" exits 66 sales log nothing.txt

# --- what is exported
check "every touch, with who logged it" json '[.touches[] | select(.contact_number == 1 and .login == "pat" and .by_partner == "Acme Plumbing" and .note)] | length == 1' seat admin admin touch list --json
check "in pages as in one" same "$(sql "select count(*) from vs.touchpoint where refusal is null")" "$(seat admin admin touch list --json | jq '[.touches[].id] | unique | length')"
for i in $(seq 1 205); do echo "yesterday 11:00 touch C2 chat = \"page $i\""; done | seat sales sales --quiet log - --yes
check "of more than a page too" same "$(sql "select count(*) from vs.touchpoint where refusal is null")" "$(seat admin admin touch list --json | jq '[.touches[].id] | unique | length')"
sales touch C2 call = "said twice" >/dev/null && sales undo >/dev/null
check "a struck one is marked" json '[.touches[] | select(.note == "said twice") | .struck] == [true]' seat admin admin touch list --json
check "not by a sales seat" exits 64 sales touch list
check "contacts with their origin and attributes" json '.contacts[0] | has("origin") and has("attributes") and .segments' sales contact list --json
check "a partner lists what is shared with it" json '(.contacts | length == 5) and (.contacts[0].number == 1) and all(.contacts[]; has("origin") or has("email") | not)' seat partner partner contact list --json

# --- completion and manual
for program in sales service partner admin; do
    "vouchsafe-$program" completion bash >completion.bash
    check "$program: completion for bash parses" bash -n completion.bash
done
completes() { # EXPECTED WORDS...: the last word is completed
    local want=$1
    shift
    COMP_WORDS=(vouchsafe-admin "$@") COMP_CWORD=$#
    _vouchsafe_admin
    [[ " ${COMPREPLY[*]} " == *" $want "* ]] || { echo "no $want in: ${COMPREPLY[*]}"; return 1; }
}
. ./completion.bash
check "a command is completed" completes contact cont
check "a sub-command is completed" completes handover contact hand
check "an option is completed" completes --preferred-channel contact edit --pref
check "an option of touch is completed" completes --sentiment touch Ann call --sent
check "zsh and fish have theirs" exits 0 bash -c 'vouchsafe-sales completion zsh && vouchsafe-sales completion fish'
check "64: no other shell has" exits 64 sales completion tcsh
check "the manual is mdoc" says ".It Cm touch" sales manual
