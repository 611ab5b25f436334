#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The checker of the fault tests must be able to fail. Each bug of this folder is put into a copy of the source (build/planted, kept, so that
# the next one builds what it changes only), run under load, and must be found by the checker's own lines. A patch begins with
#   run: NAME VARIABLE=VALUE...    the test of tests/fault that finds it, and what it takes for that
# This builds everything once more, so it is no part of the default run: tests/run planted; VS_PLANTED=NAME for one.
set -u
. "$VS_ROOT/tests/support/check.sh"
tree=$VS_ROOT/build/planted/tree bin=$VS_ROOT/build/planted/bin
as_it_is() { # the copy, without what was planted before
    local f
    mkdir -p "$tree"
    git -C "$VS_ROOT" ls-files -co --exclude-standard | sort >"$VS_TMP/files"
    while IFS= read -r f; do
        [ -e "$VS_ROOT/$f" ] && { cmp -s "$VS_ROOT/$f" "$tree/$f" || { mkdir -p "$tree/${f%/*}" && cp -p "$VS_ROOT/$f" "$tree/$f" && touch "$tree/$f"; }; }
    done < <(grep / "$VS_TMP/files"; echo ./CMakeLists.txt)
    (cd "$tree" && find . -type f | sed 's,^\./,,' | sort) | comm -13 "$VS_TMP/files" - | while IFS= read -r f; do rm "$tree/$f"; done
}
build() {
    cmake -S "$tree" -B "$bin" -G Ninja -DCMAKE_BUILD_TYPE=RelWithDebInfo &&
        ninja -C "$bin" vouchsafed vouchsafe-admin vouchsafe-sales vouchsafe-partner fault_seat
}
run() { # OUTPUT TEST [VARIABLE=VALUE...]
    local out=$1 test=$2 tmp
    shift 2
    tmp=$(mktemp -d "$VS_TMP/run.XXXX")
    chmod 755 "$tmp"
    env VS_BIN="$bin" VS_TMP="$tmp" "$@" "$VS_ROOT/tests/fault/$test.sh" >"$out" 2>&1 </dev/null
    rm -rf "$tmp"
}
found() { # NAME OUTPUT: the checker went red, not the load
    local red
    red=$(sed -n '/^# sent/,$p' "$2" | grep '^not ok')
    if [ -n "$red" ]; then pass "found: $1 (${red//$'\n'not ok /; })"; else fail "found: $1" "the checker saw nothing: $(tail -n 3 "$2")"; fi
}
for patch in "$VS_ROOT"/tests/planted/${VS_PLANTED:-*}.patch; do
    name=$(basename "$patch" .patch)
    as_it_is
    if ! patch -s -p1 -d "$tree" <"$patch" >"$VS_TMP/patch.out" 2>&1; then fail "$name applies" "$(cat "$VS_TMP/patch.out"); make it anew"; continue; fi
    if ! build >"$VS_TMP/build.log" 2>&1; then fail "$name builds" "$(grep -m 3 -E 'error|FAILED' "$VS_TMP/build.log")"; continue; fi
    # shellcheck disable=SC2046 # words
    run "$VS_TMP/out" $(sed -n '1s/^run: //p' "$patch")
    found "${name//-/ }" "$VS_TMP/out"
done
