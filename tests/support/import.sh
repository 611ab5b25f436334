# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# What tests of imports share. In the directory of the test's files:
#   counts NEW/PRESENT/REFUSED ARGS...     an import ends so         verdict_of FILE LINE TEXT    a row was refused, with that text
. "$VS_ROOT/tests/support/server.sh"
owner() { sql "set role vs_owner; set search_path = vs, public; $1"; }
is() { # EXPECTED COMMAND...
    local want=$1 got
    shift
    got=$("$@" 2>&1)
    [ "$got" = "$want" ] || { echo "expected $want, got $got"; return 1; }
}
import() { seat admin admin import "$@"; }
exits() { # CODE TEXT COMMAND...
    local code=$1 text=$2 out status
    shift 2
    out=$("$@" 2>&1)
    status=$?
    { [ $status = "$code" ] && grep -qF -- "$text" <<<"$out"; } || { echo "expected $code and \"$text\", got $status: $out"; return 1; }
}
counts() { # EXPECTED ARGS...: new/present/refused
    local want=$1 got
    shift
    got=$(import "$@" --json 2>"$VS_TMP/counts" | jq -r '"\(.new)/\(.present)/\(.refused)"')
    [ "$got" = "$want" ] || { echo "expected $want, got $got: $(cat "$VS_TMP/counts")"; return 1; }
}
verdict_of() { grep -q "^$2,refused,.*$3" "$1" || { echo "no \"$3\" in: $(grep "^$2," "$1")"; return 1; }; }
