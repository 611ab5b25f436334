# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# The demo business of deploy/demo.sh on server "one", for tests of the programs.
. "$VS_ROOT/tests/support/server.sh"
. "$VS_ROOT/deploy/demo.sh"
demo_business() { business "$@"; }
seat() { # as server.sh's, but standard input stays
    local home=$VS_TMP/seat-$1 program=$2
    shift 2
    VOUCHSAFE_HOME=$home timeout 60 "$VS_BIN/vouchsafe-$program" "$@"
}
demo_start() {
    check "the server starts" server_start one
    [ -n "${SERVER[one]:-}" ] || exit 1
    check "the demo business is made" demo_make
    check "with its 13 weeks" demo_history
}
same() { [ "$1" = "$2" ] || { echo "expected $1, got $2"; return 1; }; }
# The exit code of a command must be; what it said is in $VS_TMP/out and $VS_TMP/err.
exits() {
    local want=$1 got=0
    shift
    "$@" >"$VS_TMP/out" 2>"$VS_TMP/err" || got=$?
    [ "$got" = "$want" ] || { echo "exit $got, not $want:"; cat "$VS_TMP/out" "$VS_TMP/err"; return 1; }
}
