#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# clang-tidy with .clang-tidy over all C of the product; it also measures functions: more than 120 lines is too long. Planted
# violations must be caught.
set -u
cd "$VS_ROOT" || exit 1
command -v clang-tidy >/dev/null || { echo "skip clang-tidy: it is not installed"; exit 0; }
tidy() { xargs -r -P2 -n8 clang-tidy -p "$VS_BIN" --quiet --extra-arg=-w 2>/dev/null | grep -E 'error:' | head -n 5; }
found=$(git ls-files 'server/*.c' 'client/*.c' 'proto/*.c' | tidy)
if [ -z "$found" ]; then echo "ok clang-tidy finds nothing"; else echo "not ok clang-tidy finds nothing: $(tr '\n' ' ' <<<"$found")"; fi
cp .clang-tidy "$VS_TMP/.clang-tidy"
planted() { # NAME TEXT
    printf '%s\n' "$2" >"$VS_TMP/planted.c"
    if clang-tidy --quiet "$VS_TMP/planted.c" -- -I"$VS_ROOT/include" 2>/dev/null | grep -q 'error:'; then echo "ok planted: $1 is caught"; else echo "not ok planted: $1 is caught: it was not"; fi
}
planted "an empty loop by a stray semicolon" 'int f(int n) { while (n > 3); { n--; } return n; }'
planted "the same on both sides" 'int f(int a) { return a == a; }'
planted "a function of 125 lines" "int f(int n) {
$(for _ in $(seq 125); do echo '    n++;'; done)
    return n;
}"
