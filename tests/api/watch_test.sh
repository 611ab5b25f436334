#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# watch: a touch of one seat shows on another's screen as it comes, once, also over a killed server; a partner sees what is its to see.
set -u
. "$VS_ROOT/tests/support/demo.sh"
demo_start
cd "$VS_TMP" || exit 1
declare -A WATCH=()
watching() { # NAME SEAT ARGS...: in the background; what it prints in NAME.out
    local name=$1 seat=$2
    shift 2
    VOUCHSAFE_HOME=$VS_TMP/seat-$seat "$VS_BIN/vouchsafe-$seat" watch "$@" >"$name.out" 2>"$name.err" {NEVER}>&- </dev/null &
    WATCH[$name]=$!
}
shows() { wait_for 20 grep -q -- "$2" "$1.out" || { echo "no \"$2\" in:"; cat "$1.out" "$1.err"; return 1; }; }
is_gone() { ! kill -0 "$1"; }
ended() { # NAME CODE
    local got=0
    wait_for 60 is_gone "${WATCH[$1]}" || { echo "it goes on: $(cat "$1.out" "$1.err")"; return 1; }
    wait "${WATCH[$1]}" || got=$?
    [ $got = "$2" ] || { echo "exit $got, not $2: $(cat "$1.err")"; return 1; }
}
watching staff sales Ann Lee
watching script sales C1 --json
watching partner partner C1
check "the latest touches are shown first" shows staff "neighbour asked who did it"
check "and as JSON, an object a line" shows script '^{"event":"touch","entry":{.*}}$'
check "a partner's watch begins with what is shared" shows partner "gutters checked"
check "a touch is logged elsewhere" seat service service touch C1 support - "a slate is loose"
check "it comes to the screen" shows staff "a slate is loose"
check "and to the script" shows script "a slate is loose"
check "a shared one is logged" seat service service touch C1 onsite + "slate fixed" --shared
check "it comes to the partner" shows partner "slate fixed"
if grep -q "slate is loose" partner.out; then fail "an internal one does not" "$(cat partner.out)"; else pass "an internal one does not"; fi
server_kill one
check "the killed server starts again" server_start one
check "a touch is logged after that" seat service service touch C1 call + "all well again"
check "it comes too" shows staff "all well again"
check "it comes once" same 1 "$(grep -c "all well again" staff.out)"
check "what was shown is not shown again" same 1 "$(grep -c "slate fixed" staff.out)"
check "the share is revoked" seat sales sales share revoke C1 P1
check "77: the partner's watch ends" ended partner 77
check "in words" grep -q "vouchsafe-partner: ." partner.err
kill -INT "${WATCH[staff]}"
check "0: Ctrl-C ends it" ended staff 0
kill -TERM "${WATCH[script]}"
check "0: so does SIGTERM" ended script 0
# A share revoked before a server's feed was read for the first time: the database alone knows.
check "the contact is shared again" seat sales sales share grant C1 P1
server_kill one
: >late.out
check "the server starts once more" server_start one
watching late partner C1
revoked() { grep -q . late.out && sql "begin; set role vs_owner; update vs.share set revoked_at = now() where revoked_at is null; insert into vs.feed(business_id, kind, ids) select business_id, 2, array[contact_id] from vs.contact where number = 1; commit"; }
check "the share is revoked at once" wait_for 20 revoked
check "77: a watch that opened before the first look at the feed ends too" ended late 77
