#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A backup by a role that bypasses row-level security restores completely; one without that refuses to begin, and says nothing false.
set -u
. "$VS_ROOT/tests/support/check.sh"
. "$VS_ROOT/tests/support/cluster.sh"
cluster_start && migrated one >/dev/null 2>&1 || { fail "a migrated database" "there is none"; exit 1; }
psql -X -qAt -v ON_ERROR_STOP=1 -d "$(url one)" -f "$VS_ROOT/tests/db/rows.sql" || fail "rows in every table" "see above"
query one "create role backup login bypassrls; grant pg_read_all_data to backup; create role careless login; grant pg_read_all_data to careless"
as() { echo "host='$VS_TMP/pg' user=$1 dbname=one"; }
counts() {
    query "$1" "select string_agg(c.relname || ' ' || (xpath('/row/n/text()', query_to_xml(format('select count(*) n from %I.%I', n.nspname, c.relname), false, true, '')))[1]::text, ' ' order by c.relname)
      from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname in ('vs', 'public') and c.relkind = 'r'"
}
contents() { query "$1" "select md5(string_agg(query_to_xml(format('select * from vs.%I t order by t::text', relname), true, true, '')::text, '' order by relname)) from pg_class where relnamespace = 'vs'::regnamespace and relkind = 'r'"; }
check "a role that bypasses the policies makes the backup" pg_dump -Fc -d "$(as backup)" -f "$VS_TMP/backup"
refuses "a role that doesn't is refused, not given half of it" pg_dump -Fc -d "$(as careless)" -f "$VS_TMP/half"
database two
check "it restores" pg_restore --exit-on-error -d "$(url two)" "$VS_TMP/backup"
check "every table has as many rows" same "$(counts one)" "$(counts two)"
check "and the same ones" same "$(contents one)" "$(contents two)"
check "the restored schema is this program's" migrate two
query two "delete from vs.touchpoint where ctid = (select min(ctid) from vs.touchpoint)"
refuses "a row that is missing would be noticed" same "$(counts one)" "$(counts two)"
