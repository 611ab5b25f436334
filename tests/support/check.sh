# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# Checks of shell tests: each prints "ok NAME" or "not ok NAME: why".
#   check NAME COMMAND...    passes when the command does       refuses NAME COMMAND...   when it doesn't
#   says TEXT COMMAND...     the output holds the text          same A B                  they are equal
#   wait_for SECONDS COMMAND...     until the command succeeds
mkfifo "$VS_TMP/never"
exec {NEVER}<>"$VS_TMP/never"
pass() { echo "ok $1"; }
fail() { echo "not ok $1: $(tr '\n' ' ' <<<"${2:-}")"; }
check() { # not in a subshell: what the command sets stays
    local name=$1
    shift
    if "$@" >"$VS_TMP/check.out" 2>&1; then pass "$name"; else fail "$name" "$(cat "$VS_TMP/check.out")"; fi
}
refuses() { # NAME COMMAND...: the command must fail
    local name=$1 out
    shift
    if out=$("$@" 2>&1); then fail "$name" "it succeeded: $out"; else pass "$name"; fi
}
says() {
    local text=$1 out
    shift
    out=$("$@" 2>&1)
    grep -qF -- "$text" <<<"$out" || { echo "expected \"$text\" in: $out"; return 1; }
}
same() { [ "$1" = "$2" ] || { echo "expected $1, got $2"; return 1; }; }
pause() { read -rt "$1" -u "$NEVER" || true; }
wait_for() {
    local n=$(($1 * 20))
    shift
    while ! "$@" >/dev/null 2>&1; do
        n=$((n - 1))
        [ $n -gt 0 ] || return 1
        pause 0.05
    done
}
