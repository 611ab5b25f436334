#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The disk of your own database runs full while touches are logged: what isn't committed isn't acknowledged, and when there is
# room again it goes through once. The disk is a small file system of memory in mounts of its own.
set -u
if [ -z "${VS_MOUNTS:-}" ]; then
    unshare -m true 2>/dev/null || { echo "skip disk full: this user may not mount anything"; exit 0; }
    exec env VS_MOUNTS=own unshare -m "$0"
fi
. "$VS_ROOT/tests/support/server.sh"
. "$VS_ROOT/tests/support/cluster.sh"
disk=$VS_TMP/pg
mkdir -p "$disk"
mount -t tmpfs -o size=120m,mode=755 tmpfs "$disk" 2>/dev/null || { echo "skip disk full: no file system of memory can be mounted"; exit 0; }
trap 'server_stop_all; cluster_stop' EXIT
cluster_start --wal-segsize=1 && migrated vs >/dev/null 2>&1 || { fail "a database on a small disk" "there is none"; exit 1; }
trap 'server_stop_all; cluster_stop' EXIT
check "the server uses it" server_start one --database.url="$(url vs)"
line=$("$VS_BIN/vouchsafed" --state.directory="$VS_TMP/one" --database.url="$(url vs)" business create Full --admin mara --zone UTC)
check "a seat joins" seat admin admin join "$line"
check "a contact is added" seat admin admin contact add "Ann Lee"

touch_once() { seat admin admin touch C1 call = "touch $1" >"$VS_TMP/touch.out" 2>&1; }
fill() { query vs "insert into junk select repeat('x', 2000) from generate_series(1, 150)" >/dev/null 2>&1; } # 300 KB of WAL
query vs "create table junk(x text); alter table junk alter x set storage external"
head -c 200M /dev/zero >"$disk/ballast" 2>/dev/null
truncate -s "-3M" "$disk/ballast"
acknowledged="" kept="" logged=0
until [ "$(wc -w <<<"$kept")" -ge 3 ] || [ $logged = 60 ]; do
    logged=$((logged + 1))
    touch_once $logged
    case $? in
        0) acknowledged="$acknowledged $logged" ;;
        75) kept="$kept $logged" ;;
        *) fail "a touch on a full disk is saved" "$(cat "$VS_TMP/touch.out")" ;;
    esac
    fill
done
check "the disk was full: touches were saved, not acknowledged" test "$(wc -w <<<"$kept")" -ge 3
check "before it was, they were acknowledged" test -n "$acknowledged"
check "and people are told that it is saved" grep -qi saved "$VS_TMP/touch.out"
rm "$disk/ballast"
cluster_run pg_ctl -D "$disk/data" status >/dev/null || cluster_on
check "there is room again and the server finds its database" wait_for 60 query vs "select 1"
drained() { seat admin admin outbox retry >/dev/null 2>&1; [ "$(query vs "select count(*) from vs.touchpoint where note like 'touch %' and refusal is null")" -ge $logged ]; }
check "what was saved goes out" wait_for 30 drained
check "every touch is there once, acknowledged and saved ones" same "$(seq -f 'touch %g' $logged | sort)" "$(query vs "select note from vs.touchpoint where refusal is null order by note collate \"C\"" | sort)"
refuses "the server's log tells of no failed invariant" grep -E 'must_failed|runtime error|Sanitizer' "$VS_TMP/one.log"
