#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Champions: proposed with a reason, invited, active and resting; who came through whom; circles are cut.
set -u
. "$VS_ROOT/tests/support/server.sh"
json() { seat sales sales "$@" --json; }
owner() { sql "set role vs_owner; set search_path = vs, public; $1"; }
is() { # EXPECTED COMMAND...
    local want=$1 got
    shift
    got=$("$@" 2>&1)
    [ "$got" = "$want" ] || { echo "expected $want, got $got"; return 1; }
}
field() { # PATH COMMAND...: a value of the JSON
    local path=$1
    shift
    "$@" | jq -r "$path"
}
fails_with() { # CODE TEXT COMMAND...
    local code=$1 text=$2 out status
    shift 2
    out=$("$@" 2>&1)
    status=$?
    { [ $status = "$code" ] && grep -qF -- "$text" <<<"$out"; } || { echo "expected $code and \"$text\", got $status: $out"; return 1; }
}
check "the server starts" server_start one
[ -n "${SERVER[one]:-}" ] || exit 1
seat admin admin join "$(business "Hartwell Roofing" mara)" >/dev/null
seat admin admin partner add "Acme Plumbing" >/dev/null
seat admin admin account add sam --name "Sam Rivers" --role sales >/dev/null
seat sales sales join "$(seat admin admin account enrol sam | grep vouchsafe-join)" >/dev/null
seat sales sales contact add "Ann Lee" --email ann@example.org >/dev/null
seat sales sales contact add "Bob Stone" --phone "+49 30 5550123" >/dev/null
sales() { seat sales sales "$@"; }
win() { # R: through the machine to won
    sales referral accept "$1" on tomorrow >/dev/null && sales referral contact "$1" >/dev/null && sales referral win "$1" --value "$2" >/dev/null
}
people() { json champion tree "$1" | jq -r '[.people[] | "\(.depth):\(.contact)"] | join(" ")'; }

check "nobody yet" says "nobody yet" sales champion candidates
sales refer "Dora Klein" dora@example.org from Ann Lee because "saw the roof" >/dev/null
check "one referral is not enough" says "nobody yet" sales champion candidates
sales refer "Emil Braun" emil@example.org from Ann Lee because "saw the roof" >/dev/null
check "two within a year propose her" says "2 referrals since" sales champion candidates
sales promise Bob Stone "a call" by tomorrow >/dev/null
seat sales sales promise "done" M1 --exceeded >/dev/null
check "a promise exceeded alone is not enough" is 1 eval "json champion candidates | jq '.candidates | length'"
sales check C2 10 "all dry" >/dev/null 2>&1 || sales check add C2 10 "all dry" >/dev/null 2>&1
check "with a 10 it is" says "a promise exceeded, said 10" sales champion candidates

check "not accepted before being invited" fails_with 65 "no champion; possible now: invite" sales champion accept Ann Lee because x
check "invited" says invited sales champion invite Ann Lee because "two referrals"
check "and no candidate any more" is "Bob Stone" eval "json champion candidates | jq -r '.candidates[].contact'"
check "she says yes" says active sales champion accept Ann Lee because "glad to"
kit() { json task list | jq -e '.tasks[] | select(.rule == "champion_kit")' >/dev/null; }
check "the kit is a task" wait_for 10 kit
check "the next touch has its day" is 1 owner "select count(*) from due where rule = 'champion_touch' and fired_at is null and cancelled_at is null"
check "resting" says resting sales champion rest Ann Lee because "asked for a pause"
check "nothing falls due then" is 0 owner "select count(*) from due where rule = 'champion_touch' and fired_at is null and cancelled_at is null"
check "the open task is closed" is 0 eval "json task list | jq '[.tasks[] | select(.rule == \"champion_kit\")] | length'"
check "awake again" says active sales champion wake Ann Lee because "back"
check "a declined one may be asked again" eval 'sales champion invite Bob Stone because x >/dev/null && says declined sales champion decline Bob Stone because "no time" && says invited sales champion invite Bob Stone because "next year"'
check "every step is kept with its reason" is "invited active resting active" owner "select string_agg((array['invited','active','resting','declined'])[to_state], ' ' order by at) from champion_step s join champion c using (business_id, champion_id) join contact k on k.contact_id = c.contact_id where k.name = 'Ann Lee'"
race() { # two seats wake and rest at once: each step is judged on what the other left
    sales champion rest Ann Lee because a >"$VS_TMP/a" 2>&1 &
    local a=$!
    seat admin admin champion rest Ann Lee because b >"$VS_TMP/b" 2>&1
    wait_for 30 eval "! kill -0 $a 2>/dev/null"
    grep -lx resting "$VS_TMP/a" "$VS_TMP/b" | wc -l
}
check "two at once have one winner" is 1 race
sales champion wake Ann Lee because back >/dev/null

# --- going quiet
owner "update champion set since = now() - interval '200 days'; update referral set happened_at = now() - interval '100 days'" >/dev/null
check "without a referral for 90 days she goes quiet" is "Ann Lee" eval "json champion list --silent | jq -r '.champions[].contact'"
owner "update due set at = now() - interval '1 minute' where rule = 'champion_touch' and fired_at is null and cancelled_at is null" >/dev/null
both() { [ "$(json task list | jq -r '[.tasks[] | select(.rule | startswith("champion_")) | .rule] | sort | join(" ")')" = "champion_kit champion_quiet champion_touch" ]; }
check "both become tasks" wait_for 10 both
check "and it comes back" is 1 owner "select count(*) from due where rule = 'champion_touch' and fired_at is null and cancelled_at is null and at > now()"

# --- who came through whom
sales refer "Fay Novak" fay@example.org from Dora Klein because "saw it too" >/dev/null
sales refer "Gus Weber" gus@example.org from Fay Novak because "saw it too" >/dev/null
win R1 1000
win R3 500
check "a tree" is "0:Ann Lee 1:Dora Klein 2:Fay Novak 3:Gus Weber 1:Emil Braun" people C1
check "of a part" is "0:Fay Novak 1:Gus Weber" people "Fay Novak"
check "direct and downstream" is "2 1 100000 2 50000 4" eval "json champion list | jq -r '.champions[] | select(.contact == \"Ann Lee\") | [.direct, .direct_won, .direct_value, .downstream, .downstream_value, .people] | join(\" \")'"
check "recognition rises with it" is "credit before others" eval "json champion list | jq -r '.champions[] | select(.contact == \"Ann Lee\") | .recognition'"
sales refer "Ann Lee" ann@example.org from Gus Weber because "circle" >/dev/null
check "a circle is cut" is "0:Ann Lee 1:Dora Klein 2:Fay Novak 3:Gus Weber 1:Emil Braun" people C1
check "from wherever one looks" is "0:Gus Weber 1:Ann Lee 2:Dora Klein 3:Fay Novak 2:Emil Braun" people "Gus Weber"
check "a person has one parent, the first who sent it" eval "sales refer 'Emil Braun' emil@example.org from Bob Stone because again >/dev/null; is '0:Bob Stone' people C2"
sales refer "Hana Ito" hana@example.org from Bob Stone because x >/dev/null
check "generations" is "0 1" eval "json champion reach | jq -r '[.generations[].generation] | join(\" \")'"
check "introductions of customers nobody sent" is 2 eval "json champion reach | jq -r '.generations[0].introductions'"
check "merged people have one place in the tree" eval 'sales merge Dora Klein into Emil Braun because twins >/dev/null && is "0:Ann Lee 1:Emil Braun 2:Fay Novak 3:Gus Weber" people C1'
