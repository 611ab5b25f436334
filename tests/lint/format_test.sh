#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Every C file is as clang-format 14 with .clang-format leaves it. A planted violation must be caught.
set -u
cd "$VS_ROOT" || exit 1
if ! clang-format --version 2>/dev/null | grep -q 'version 14\.'; then
    echo "skip formatting: clang-format 14 is not installed"
    exit 0
fi
bad=$(git ls-files '*.c' '*.h' | xargs -r clang-format --dry-run -Werror 2>&1 | grep -oE '^[^:]+\.[ch]' | sort -u | tr '\n' ' ')
if [ -z "$bad" ]; then echo "ok C files are formatted"; else echo "not ok C files are formatted: run clang-format -i $bad"; fi
cp .clang-format "$VS_TMP/.clang-format"
printf 'int  planted( void ){return 1 ;}\n' >"$VS_TMP/planted.c"
if clang-format --dry-run -Werror "$VS_TMP/planted.c" >/dev/null 2>&1; then echo "not ok a planted violation is caught: it was not"; else echo "ok a planted violation is caught"; fi
