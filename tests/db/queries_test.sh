#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Every named statement is prepared and explained on a fresh database as the role that will run it: reads as staff, and as
# a partner too where the method tables let partners call; changes as the writer. Planted mistakes must be caught.
set -u
. "$VS_ROOT/tests/support/check.sh"
. "$VS_ROOT/tests/support/cluster.sh"
cluster_start && migrated one >/dev/null 2>&1 || { fail "a migrated database" "there is none"; exit 1; }
roles() { # of every statement of the given files
    awk 'function tell() {
             if (name == "") return
             if (kind == "read" || kind == "report") print name, "vs_staff"
             if (kind == "change") print name, "vs_writer"
             if (kind == "login") print name, "vs_login"
             if (kind == "system") print name, "vs_system"
             if (kind == "raw") print name, "vs_writer|vs_toucher|vs_system|vs_login|vs_owner"
         }
         /^-- name: / { tell(); name = $3; kind = "read"; next }
         /^-- (change|report|login|system|raw)$/ { kind = $2; next }
         END { tell() }' "$@"
}
roles "$VS_ROOT"/sql/queries/*.sql >"$VS_TMP/roles"
"$VS_BIN/tests/db_queries" "$(url one)" <"$VS_TMP/roles"
"$VS_BIN/tests/db_queries" "$(url one)" --partners
echo "touch_timeline vs_partner" | "$VS_BIN/tests/db_queries" "$(url one)" | grep touch_timeline # served by a handler of its own
planted() { # ROLE NAME: the statement must not pass as that role
    ! echo "$2 $1" | "$VS_BIN/tests/db_queries" "$(url one)" | grep -qx "ok $2 as $1"
}
check "a missing grant is caught" planted vs_partner contact_get
check "a write by a reader is caught" planted vs_staff contact_add
query one "alter table vs.contact rename column email_key to other_key"
check "a column that isn't there is caught" planted vs_writer contact_add
