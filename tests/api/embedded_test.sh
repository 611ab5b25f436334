#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The private cluster: made once, found again after any kind of end, one instance only, nobody else's process touched.
set -u
. "$VS_ROOT/tests/support/server.sh"
data=$VS_TMP/one/postgres/data
log_has() { grep -q -- "$1" "$VS_TMP/one.log"; }
is() { [ "$1" = "$2" ] || { echo "expected $1, got $2"; return 1; }; }
postmaster() { head -n 1 "$data/postmaster.pid"; }
lives_in_data() { # is any process's working directory the cluster's?
    local p
    for p in /proc/[0-9]*; do [ "$(readlink "$p/cwd")" != "$data" ] || return 0; done
    return 1
}
nobody_in_data() { ! lives_in_data; }
ready_times() { [ "$(grep -c 'event=database ready=yes' "$VS_TMP/one.log")" -ge "$1" ]; }
businesses() { is "$1" "$(sql "set role vs_owner; select count(*) from vs.business" | tail -n 1)"; }
AS=() # runs a command as the user of the cluster
[ "$(id -u)" != 0 ] || AS=(setpriv --reuid=postgres --regid=postgres --clear-groups --)
try() { timeout 120 "$VS_BIN/vouchsafed" --listen.address=127.0.0.1:0 "$@" {NEVER}>&-; } # a server that should refuse to start

export PGPASSFILE=/root/secret NOTIFY_SOCKET=/nowhere/at/all
check "the server makes its cluster" server_start one
[ -n "${SERVER[one]:-}" ] || exit 1
unset PGPASSFILE NOTIFY_SOCKET
business "Hartwell Roofing" mara >/dev/null
check "its durability is PostgreSQL's own" is "on on on" "$(sql "select current_setting('fsync') || ' ' || current_setting('synchronous_commit') || ' ' || current_setting('full_page_writes')")"
megabytes=$(awk '/^MemTotal/ {m = int($2 / 1024 / 8); print (m < 128 ? 128 : m > 1024 ? 1024 : m)}' /proc/meminfo)
check "its buffers are an eighth of the memory, within bounds" is "$megabytes" "$(sql "select setting::bigint * 8 / 1024 from pg_settings where name = 'shared_buffers'")"
check "it listens on its socket alone" is "" "$(sql "show listen_addresses")"
check "it has no environment of ours" is 0 "$(tr '\0' '\n' <"/proc/$(postmaster)/environ" | grep -cE '^(PGPASSFILE|NOTIFY_SOCKET|VS_|HOME=/root)')"
if [ "$(id -u)" = 0 ]; then
    check "started by root it runs as another user" is postgres "$(stat -c %U "/proc/$(postmaster)")"
else
    check "it runs as we do" is "$(id -un)" "$(stat -c %U "/proc/$(postmaster)")"
fi
check "a second instance is refused with words" says "another vouchsafed looks after the database" try --state.directory="$VS_TMP/one"

left=$(postmaster)
server_kill one
check "after kill -9 of the server its cluster is left" kill -0 "$left"
check "the next start goes on with it" server_start one
check "having stopped what was left" log_has "event=database_left pid=$left"
check "what was committed is there" businesses 1
kill -KILL "$(postmaster)"
check "a killed database is started again while the server runs" wait_for 60 ready_times 2
check "and serves" businesses 1
server_kill one
kill -KILL "$(postmaster)"
check "after kill -9 of both the next start cleans up" server_start one
check "what was committed is still there" businesses 1
server_stop one
check "the cluster ends with the server" nobody_in_data

cp "$data/postmaster.opts" "$VS_TMP/opts"
"${AS[@]}" sleep 600 >/dev/null 2>&1 {NEVER}>&- &
stranger=$!
printf '%s\n%s\n0\n5432\n%s\n\n' "$stranger" "$data" "$VS_TMP/one/postgres" >"$data/postmaster.pid"
[ "$(id -u)" != 0 ] || chown postgres: "$data/postmaster.pid"
check "a pid file that names somebody else is no obstacle" server_start one
check "and somebody else lives on" kill -0 "$stranger"
kill "$stranger"
server_stop one

echo 14 >"$VS_TMP/version"
cp "$data/PG_VERSION" "$VS_TMP/version.was"
cat "$VS_TMP/version" >"$data/PG_VERSION"
check "data of a PostgreSQL that isn't installed is said" says "was made by PostgreSQL 14, which is not installed" try --state.directory="$VS_TMP/one"
cat "$VS_TMP/version.was" >"$data/PG_VERSION"
mv "$data/global/pg_control" "$data/global/gone"
check "why a cluster doesn't start is said" says "could not find the database system" try --state.directory="$VS_TMP/one"
mv "$data/global/gone" "$data/global/pg_control"
check "it starts after all that" server_start one
check "with what was committed" businesses 1
server_stop one

# initdb killed half way: the next start begins anew
"$VS_BIN/vouchsafed" --state.directory="$VS_TMP/half" --listen.address=127.0.0.1:0 >/dev/null 2>&1 {NEVER}>&- &
half=$!
begun() { [ -e "$VS_TMP/half/postgres/data.new/PG_VERSION" ]; }
check "initdb is under way" wait_for 60 begun
kill -KILL $half
wait $half 2>/dev/null
making() { pgrep -f -- "-D $VS_TMP/half/postgres/data.new"; }
for p in $(making); do kill -KILL "$p"; done
check "half a cluster isn't taken for one" test ! -e "$VS_TMP/half/postgres/data"
check "the next start makes it whole" server_start half
server_stop half

long=$VS_TMP/$(printf 'x%.0s' {1..100})
check "a path too long for a socket is refused with words" says "is too long for the private database's socket" try --state.directory="$long"
check "a path that can't be quoted is refused with words" says "no quotes, commas or backslashes" try --state.directory="$VS_TMP/it's"
check "a database of yours leaves the private one alone" says "is there" bash -c "PGHOST=/nowhere timeout 3 '$VS_BIN/vouchsafed' --state.directory='$VS_TMP/yours' --listen.address=127.0.0.1:0 2>/dev/null; test -e '$VS_TMP/yours/postgres' || echo nothing is there"

if [ "$(id -u)" = 0 ]; then
    mkdir -m 700 "$VS_TMP/closed"
    check "a place its user can't enter is said" says "may not enter $VS_TMP/closed" try --state.directory="$VS_TMP/closed/state"
    mkdir -p "$VS_TMP/small"
    if mount -t tmpfs -o size=12m,mode=755 none "$VS_TMP/small" 2>/dev/null; then
        check "a disk too small for it is said" says "No space left on device" try --state.directory="$VS_TMP/small/state"
        check "and nothing half made is left" test ! -e "$VS_TMP/small/state/postgres/data" -a ! -e "$VS_TMP/small/state/postgres/data.new"
        umount "$VS_TMP/small"
    else
        echo "skip a disk too small for it is said: no right to mount"
    fi
    if "${AS[@]}" test -x "$VS_BIN/vouchsafed"; then
        mkdir "$VS_TMP/user"
        chown postgres "$VS_TMP/user"
        "${AS[@]}" "$VS_BIN/vouchsafed" --state.directory="$VS_TMP/user/state" --listen.address=127.0.0.1:0 >/dev/null 2>"$VS_TMP/user.log" {NEVER}>&- &
        SERVER[user]=$!
        check "an unprivileged user has one of their own" wait_for 60 grep -q 'event=database ready=yes' "$VS_TMP/user.log"
        check "it runs as they do" is postgres "$(stat -c %U "/proc/$(head -n 1 "$VS_TMP/user/state/postgres/data/postmaster.pid")")"
        server_stop user
    else
        echo "skip an unprivileged user has one of their own: they can't read $VS_BIN"
    fi
else
    echo "skip what only root can arrange: the tests don't run as root"
fi
