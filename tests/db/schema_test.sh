#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# sql/schema.sql is what the migrations make.
set -u
. "$VS_ROOT/tests/support/check.sh"
compare() {
    "$VS_ROOT/tests/db/schema" >"$VS_TMP/now.sql" && diff "$1" "$VS_TMP/now.sql" >"$VS_TMP/diff" && return
    echo "run tests/db/schema --write and look at the change:"
    head -n 12 "$VS_TMP/diff"
    return 1
}
check "sql/schema.sql is the schema after all migrations" compare "$VS_ROOT/sql/schema.sql"
grep -v 'unique' "$VS_ROOT/sql/schema.sql" | sed 's/bigint/integer/' >"$VS_TMP/planted.sql"
refuses "a planted difference is caught" diff -q "$VS_TMP/planted.sql" "$VS_TMP/now.sql"
