# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# What tests of the whole share: a real server on a free port and real seats; the checks are those of check.sh.
#   server_start [NAME [FLAG...]]   starts vouchsafed NAME (default "one"); its port in ADDRESS[NAME], its process in SERVER[NAME]
#   server_stop NAME | server_kill NAME
#   business NAME LOGIN             makes a business beside server "one"; prints the join line
#   seat HOME PROGRAM ARGS...       runs a client program with its own home
#   http PATH [HEADER]              what the ops listener of server $HTTP (default one) answers
# A second server that names the first one's database: server_start two --database.url="$(database_url one)" --state.directory=...
declare -A SERVER=() ADDRESS=()
unset PGHOST PGSERVICE PGDATABASE
. "$VS_ROOT/tests/support/check.sh"
server_start() {
    local name=${1:-one}
    shift
    : >"$VS_TMP/$name.log"
    "$VS_BIN/vouchsafed" --state.directory="$VS_TMP/$name" --listen.address="${ADDRESS[$name]:-127.0.0.1:0}" "$@" >/dev/null 2>>"$VS_TMP/$name.log" {NEVER}>&- &
    SERVER[$name]=$!
    local n=1200
    until grep -q 'event=database ready=yes' "$VS_TMP/$name.log"; do
        n=$((n - 1))
        { [ $n -gt 0 ] && kill -0 "${SERVER[$name]}" 2>/dev/null; } || { cat "$VS_TMP/$name.log"; return 1; }
        pause 0.05
    done
    local home
    home=$(sed -n 's/.*event=ready .*state="\([^"]*\)".*/\1/p' "$VS_TMP/$name.log")
    ADDRESS[$name]=$(sed -n 's/.*event=ready listen=\([^ ]*\).*/\1/p' "$VS_TMP/$name.log")
    STATE[$name]=$home
}
declare -A STATE=()
# instance NAME: another server of the same installation, on the database of "one"
instance() {
    mkdir -p "$VS_TMP/$1"
    cp "${STATE[one]}"/root.* "$VS_TMP/$1/"
    check "instance $1 starts" server_start "$1" --database.url="$(database_url one)"
}
server_stop() { [ -z "${SERVER[$1]:-}" ] || { kill -TERM "${SERVER[$1]}" 2>/dev/null; wait "${SERVER[$1]}" 2>/dev/null; unset "SERVER[$1]"; }; }
server_kill() { kill -KILL "${SERVER[$1]}" 2>/dev/null; wait "${SERVER[$1]}" 2>/dev/null; unset "SERVER[$1]"; }
server_stop_all() {
    local s
    for s in "${!SERVER[@]}"; do [ "$s" = one ] || server_stop "$s"; done
    server_stop one
}
trap server_stop_all EXIT
database_url() { echo "host='$VS_TMP/$1/postgres' port=5432 user=vouchsafe dbname=vouchsafe"; }
HTTP=one
http() { # PATH [HEADER]: the whole answer of instance $HTTP's ops listener
    local ops line fd
    ops=$(cat "${STATE[$HTTP]:-$VS_TMP/$HTTP}/ops")
    exec {fd}<>"/dev/tcp/${ops%:*}/${ops##*:}" || return 1
    printf 'GET %s HTTP/1.1\r\nHost: ops\r\n%s\r\n' "$1" "${2:+$2$'\r\n'}" >&"$fd"
    while IFS= read -r line <&"$fd"; do printf '%s\n' "${line%$'\r'}"; done
    exec {fd}>&-
}
sql() { psql -X -qAt -d "$(database_url one)" -c "$1"; }
business() { "$VS_BIN/vouchsafed" --state.directory="$VS_TMP/one" business create "$1" --admin "$2" --zone Europe/Berlin; }
seat() {
    local home=$VS_TMP/seat-$1 program=$2
    shift 2
    VOUCHSAFE_HOME=$home timeout "${VS_SEAT_SECONDS:-60}" "$VS_BIN/vouchsafe-$program" "$@" </dev/null
}
