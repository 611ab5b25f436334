# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# A throw-away PostgreSQL cluster for tests that need a database and no server. Unix socket only, nothing flushed.
#   cluster_start [INITDB-OPTION...]   in $VS_TMP/pg; stopped when the script ends
#   cluster_run PROGRAM ARGS...        pg_ctl and its kin, as the cluster's user
#   url NAME                           the connection string of a database (superuser vouch)
#   database NAME                      makes one, empty;  migrated NAME  and brings its schema up to date
#   query NAME SQL                     unaligned rows
PG_BIN=$(pg_config --bindir 2>/dev/null || find /usr/lib/postgresql -path '*/bin' -maxdepth 2 | sort -V | tail -n 1)
unset PGHOST PGSERVICE PGDATABASE PGUSER PGPORT
AS=()
[ "$(id -u)" != 0 ] || AS=(setpriv --reuid=postgres --regid=postgres --init-groups --reset-env --)
cluster_run() {
    local program=$1
    shift
    (cd "$VS_TMP/pg" && "${AS[@]}" "$PG_BIN/$program" "$@")
}
cluster_start() {
    mkdir -p "$VS_TMP/pg"
    [ "$(id -u)" != 0 ] || chown postgres "$VS_TMP/pg"
    cluster_run initdb -D "$VS_TMP/pg/data" -A trust -U vouch -E UTF8 --locale=C.UTF-8 --no-sync --no-instructions "$@" >/dev/null
    trap cluster_stop EXIT
    cluster_on
}
cluster_on() {
    cluster_run pg_ctl -D "$VS_TMP/pg/data" -w -s -l "$VS_TMP/pg/log" -o "-c listen_addresses='' -c unix_socket_directories='$VS_TMP/pg' -c fsync=off" start
}
cluster_stop() { [ ! -e "$VS_TMP/pg/data/postmaster.pid" ] || cluster_run pg_ctl -D "$VS_TMP/pg/data" -s -m immediate stop; }
url() { echo "host='$VS_TMP/pg' user=vouch dbname=$1"; }
query() { psql -X -qAt -v ON_ERROR_STOP=1 -d "$(url "$1")" -c "$2"; }
database() { query postgres "create database $1"; }
migrate() { "$VS_BIN/vouchsafed" migrate --state.directory="$VS_TMP/state" --database.url="$(url "$1")"; }
migrated() { database "$1" && migrate "$1"; }
