#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The checker of the fault tests must be able to fail. Each bug of this folder is put into a copy of the source, built, run under a
# few kills, and must be found; so must a retry under a new id. Each builds the server anew, so this is no part of the default run:
#   tests/run planted
set -u
. "$VS_ROOT/tests/support/check.sh"
found() { # NAME OUTPUT: the checker's own lines went red, not the load's
    local red
    red=$(grep '^not ok' "$2" | grep -vE 'the load starts|the checker runs|kills; in flight|are acknowledged|has a verdict')
    if [ -n "$red" ]; then pass "found: $1 ($(head -n 1 <<<"${red#not ok }"))"; else fail "found: $1" "the checker saw nothing: $(tail -n 3 "$2")"; fi
}
run() { # BUILD OUTPUT [VAR=VALUE...]
    local bin=$1 out=$2 tmp
    shift 2
    tmp=$(mktemp -d "$VS_TMP/run.XXXX")
    chmod 755 "$tmp"
    env VS_FAULT_KILLS=8 VS_FAULT_TOUCHES=3000 VS_BIN="$bin" VS_TMP="$tmp" "$@" "$VS_ROOT/tests/fault/fault_test.sh" >"$out" 2>&1
    rm -rf "$tmp"
}
run "$VS_BIN" "$VS_TMP/out" VS_PLANT=new_id
found "a retry under a new id" "$VS_TMP/out"
for patch in "$VS_ROOT"/tests/planted/${VS_PLANTED:-*}.patch; do
    name=$(basename "$patch" .patch) tree=$VS_TMP/tree bin=$VS_TMP/build
    rm -rf "$tree" "$bin"
    mkdir "$tree"
    (cd "$VS_ROOT" && git ls-files -z | xargs -0 cp --parents -t "$tree") || exit 1
    if ! patch -s -p1 -d "$tree" <"$patch" >"$VS_TMP/patch.out" 2>&1; then fail "$name applies" "$(cat "$VS_TMP/patch.out"); make it anew"; continue; fi
    if ! { cmake -S "$tree" -B "$bin" -G Ninja -DCMAKE_BUILD_TYPE=RelWithDebInfo && ninja -C "$bin" vouchsafed vouchsafe-admin vouchsafe-sales vouchsafe-partner fault_seat; } >"$VS_TMP/build.log" 2>&1; then
        fail "$name builds" "$(grep -m 3 -E 'error|FAILED' "$VS_TMP/build.log")"
        continue
    fi
    run "$bin" "$VS_TMP/out" VS_TWINS=2
    found "${name//-/ }" "$VS_TMP/out"
done
