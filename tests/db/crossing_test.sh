#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A batch that holds touches of two businesses (crossing.sql): nothing of one is taken for the other's. Wall 2 stands alone there, so each place where the
# statement names the business is taken out in turn, and must be missed.
set -u
. "$VS_ROOT/tests/support/check.sh"
. "$VS_ROOT/tests/support/cluster.sh"
cluster_start && migrated one >/dev/null 2>&1 || { fail "a migrated database" "there is none"; exit 1; }
psql -X -q -d "$(url one)" -f "$VS_ROOT/tests/db/rows.sql" >/dev/null
"$VS_BIN/tests/bench_libpq" text touch_batch >"$VS_TMP/batch.sql"
types="uuid[], uuid[], uuid[], uuid[], int4[], timestamptz[], int2[], int2[], int2[], int2[], int2[], int2[], uuid[], text[], text[]"
came_of() { # STATEMENT: what came of the batch; nothing of it stays
    { echo "begin; set local search_path = vs, public; prepare batch($types) as"; cat "$1"; echo ";"; echo "\\i $VS_ROOT/tests/db/crossing.sql"; echo "rollback;"; } |
        psql -X -qAt -v ON_ERROR_STOP=1 -d "$(url one)" 2>&1
}
came_of "$VS_TMP/batch.sql" >"$VS_TMP/came"
cat >"$VS_TMP/should" <<'END'
f
touch a 01 0a 1 0
touch b 02 0b 1 0
touch a 03 0b 1 1
touch b 04 a2 1 1
touch a 07 0a 1 4
touch a 08 0a 1 4
touch a 09 0a 1 4
touch a 10 0a 1 0
touch a 11 0a 1 0
touch a 12 0a 2 0
touch a 13 0a 1 0
touch a 14 0a 1 0
touch a 15 a2 1 1
slip a 01
slip b 02
slip a 10
slip a 11
slip a 12
slip a 13
slip a 14
stage a 0a 2
due a 0a 2
told a 0a
told b 0b
END
check "a batch of two businesses keeps them apart" diff "$VS_TMP/should" "$VS_TMP/came"

names='[a-z]\.business_id = [a-z]\.business_id and '
n=$(grep -oE "$names" "$VS_TMP/batch.sql" | wc -l)
check "the statement names the business" test "$n" -ge 8
missed() { came_of "$VS_TMP/without.sql" >"$VS_TMP/came"; grep -q "^touch a 01" "$VS_TMP/came" && ! cmp -s "$VS_TMP/should" "$VS_TMP/came"; }
for ((i = 1; i <= n; i++)); do
    awk -v at="$i" -v names="$names" '{ out = ""
        while (match($0, names)) { out = out substr($0, 1, RSTART - 1); if (++k != at) out = out substr($0, RSTART, RLENGTH); else gone = substr($0, RSTART, RLENGTH + 40); $0 = substr($0, RSTART + RLENGTH) }
        print out $0 } END { print gone > "/dev/stderr" }' "$VS_TMP/batch.sql" >"$VS_TMP/without.sql" 2>"$VS_TMP/gone"
    check "it is missed: $(cat "$VS_TMP/gone")" missed
done
