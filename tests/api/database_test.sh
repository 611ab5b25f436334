#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A database of yours: away at the start, away in between, of another version of the schema, written in either form.
set -u
. "$VS_ROOT/tests/support/server.sh"
log_has() { grep -q -- "$1" "$VS_TMP/two.log"; }
HTTP=two
start_two() { # doesn't wait for a database
    : >"$VS_TMP/two.log"
    "$VS_BIN/vouchsafed" --state.directory="$VS_TMP/two" --listen.address=127.0.0.1:0 --ops.address=127.0.0.1:0 --database.url="$1" >/dev/null 2>>"$VS_TMP/two.log" {NEVER}>&- &
    SERVER[two]=$!
    wait_for 60 log_has 'event=ready listen='
}
readyz() { http /readyz | tail -n 1; }
is_ready() { [ "$(readyz)" = ready ]; }
is_away() { [ "$(readyz)" = "the database is away; try again" ]; }
refuses_to_serve() { # WORDS: it ends by itself, having said them
    local words=$1
    "$VS_BIN/vouchsafed" --state.directory="$VS_TMP/two" --listen.address=127.0.0.1:0 --database.url="$(database_url one)" >"$VS_TMP/two.log" 2>&1 {NEVER}>&- &
    SERVER[two]=$!
    ends() { ! kill -0 "${SERVER[two]}" 2>/dev/null; }
    wait_for 60 ends || { server_stop two; echo "it went on"; return 1; }
    unset "SERVER[two]"
    says "$words" cat "$VS_TMP/two.log"
}

check "a first server makes the database" server_start one
[ -n "${SERVER[one]:-}" ] || exit 1
line=$(business "Hartwell Roofing" mara)
server_stop one
check "a server starts while its database is away" start_two "$(database_url one)"
check "it is alive" says "HTTP/1.1 200 OK" http /healthz
check "it isn't ready, and says why" says "the database is away; try again" http /readyz
check "that is a 503" says "HTTP/1.1 503 Service Unavailable" http /readyz
ADDRESS[two]=$(cat "$VS_TMP/two/listen")
raw() { ROOT=$VS_TMP/two/root.pem timeout 60 "$VS_BIN/tests/api_raw" "${ADDRESS[two]%:*}" "${ADDRESS[two]##*:}" "$@"; }
check "it answers pings" says "answered 1" raw ping
check "the database comes" server_start one
check "and it becomes ready by itself" wait_for 60 is_ready
server_stop one
check "the database goes, and it says so" wait_for 60 is_away
check "it comes back" server_start one
check "and it is ready again" wait_for 60 is_ready
server_stop two
check "a URL is as good as keywords" start_two "postgresql://vouchsafe@/vouchsafe?host=$VS_TMP/one/postgres&port=5432"
check "it is ready by it" wait_for 60 is_ready
server_stop two
check "a string that is none is refused with words" says "database.url: invalid connection option" timeout 60 "$VS_BIN/vouchsafed" --state.directory="$VS_TMP/two" --listen.address=127.0.0.1:0 --database.url="hosst=x"
check "a host without an address doesn't stop the loop" start_two "host=nowhere.invalid user=x dbname=x"
check "it is alive all the same" says "HTTP/1.1 200 OK" http /healthz
check "the log says what it waits for" wait_for 60 log_has 'event=database ready=no why=".*nowhere.invalid'
server_stop two

sql "insert into public.vs_migration(version, name, checksum) values (9999, 'later', 'x')"
check "a newer schema is refused with words" refuses_to_serve "the database's schema is newer (9999) than this program's; use a newer vouchsafed"
sql "delete from public.vs_migration where version = 9999"
sql "create table public.kept as select * from public.vs_migration order by version desc limit 1"
sql "delete from public.vs_migration where version = (select version from public.kept)"
check "an older one is, with what to do" refuses_to_serve "the database's schema is older than this program's; run: vouchsafed migrate"
sql "insert into public.vs_migration select * from public.kept"
sql "update public.vs_migration set checksum = 'other' where version = 1"
check "an edited one is" refuses_to_serve "was applied in another form"
