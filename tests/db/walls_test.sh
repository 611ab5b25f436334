#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The fourth wall, from the catalogue and by trying: keys, policies, grants, owners, and what a distributed database would refuse.
set -u
. "$VS_ROOT/tests/support/check.sh"
. "$VS_ROOT/tests/support/cluster.sh"
cluster_start && migrated one >/dev/null 2>&1 || { fail "a migrated database" "there is none"; exit 1; }
sql_file() { psql -X -qAt -v ON_ERROR_STOP=1 -d "$(url one)" "$@" 2>&1 || echo "not ok $*: it ended early"; }
sql_file -f "$VS_ROOT/tests/db/walls.sql"
sql_file -f "$VS_ROOT/tests/db/rows.sql" -f "$VS_ROOT/tests/db/isolation.sql"
query one "drop policy tenant on vs.contact; create policy tenant on vs.contact to vs_staff using (true)"
planted() { sql_file -f "$VS_ROOT/tests/db/isolation.sql" | grep -q '^not ok no role sees another business.*vs_staff contact'; }
check "a policy that lets another business in is caught" planted
