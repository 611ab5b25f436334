#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Rules of the tree that no tool knows: what stands at the top, a licence line in every source, SQL in .sql files only. Each has a
# planted violation that it must catch.
set -u
cd "$VS_ROOT" || exit 1
verdict() { if [ -z "$2" ]; then echo "ok $1"; else echo "not ok $1: $(tr '\n' ' ' <<<"$2")"; fi; }
caught() { if [ -n "$2" ]; then echo "ok planted: $1"; else echo "not ok planted: $1: was not caught"; fi; }

beside() { grep -vE '^(CMakeLists\.txt|README\.md|LICENSE|server|client|proto|include|sql|tests|deploy|\..*)$'; } # names of the top
verdict "nothing else stands at the top" "$(git ls-files | cut -d/ -f1 | sort -u | beside)"
caught "a new folder at the top" "$(echo src | beside)"

sources='\.(c|h|sh|awk|proto|talk|cmake)$|CMakeLists\.txt$|^tests/run$|^deploy/(quickstart|install-deps)$'
unlicensed() { xargs -r grep -L 'SPDX-License-Identifier: Apache-2.0' | grep -v '\.talk$'; }
verdict "every source names its licence" "$(git ls-files | grep -E "$sources" | unlicensed)"
echo 'int planted;' >"$VS_TMP/planted.c"
caught "a file without a licence line" "$(echo "$VS_TMP/planted.c" | unlicensed)"

# what is asked before there is a schema, or is no query: the context of a segment, the table of migrations, the private database
allowed='server/store/(store|schema|business)\.c|server/pg/embedded\.c'
sql_in_c() { grep -rnEi '"(select|insert into|update|delete from|create (table|index|database|role)|alter table|with [a-z_]+ as) ' --include='*.c' --include='*.h' "$1"; }
verdict "SQL stands in sql, not in C" "$(sql_in_c server | grep -vE "^($allowed):")"
echo 'static const char *q = "select name from contact";' >"$VS_TMP/planted.c"
caught "a statement in C" "$(sql_in_c "$VS_TMP")"

verdict "migrations are numbered in order, each number once" "$(cd sql/migrations && for f in *.sql; do [[ $f =~ ^[0-9]{4}_[a-z_]+\.sql$ ]] || echo "$f"; done; printf '%s\n' [0-9]*.sql | cut -c1-4 | uniq -d)"
# a sleep in the background is a process that stays, not a wait
verdict "no test waits by sleeping" "$(grep -rnE '(^|[;&|( ])u?sleep[ (]' tests --include='*.sh' --include='*.c' | grep -vE 'lint/tree_test|pg_sleep|&$' | head -n 5)"
# they are built and run by tests/run planted, which is no part of the default run
verdict "the planted bugs can still be planted" "$(for p in tests/planted/*.patch; do git apply --check "$p" 2>&1 || true; done)"
sed 's/^-\([^-]\)/-planted \1/' tests/planted/outbox-without-flush.patch >"$VS_TMP/old.patch"
caught "a planted bug whose place is gone" "$(git apply --check "$VS_TMP/old.patch" 2>&1)"
