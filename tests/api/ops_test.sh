#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What an operator meets: health, readiness and metrics over HTTP, signals, systemd's protocol, the settings' commands.
set -u
. "$VS_ROOT/tests/support/server.sh"
log_has() { grep -q -- "$1" "$VS_TMP/one.log"; }
told() { grep -q -- "$1" "$VS_TMP/notified"; }
told_times() { [ "$(grep -c -- "$1" "$VS_TMP/notified")" -ge "$2" ]; }
is() { [ "$1" = "$2" ] || { echo "expected $1, got $2"; return 1; }; }
metric() { http /metrics | sed -n "s/^$1 //p"; }
# Every line is a comment or a sample of the family last introduced, and nothing is introduced twice.
well_formed() { # FORM: text or open
    awk -v form="$1" '
        BEGIN { body = 0 }
        !body { body = ($0 == ""); next }
        eof { bad = "something after # EOF"; exit }
        /^# EOF$/ { eof = 1; next }
        /^# TYPE [a-z_]+ (counter|gauge|histogram|info)$/ { if ($3 in seen) bad = "twice: " $3; seen[$3] = 1; family = $3; type = $4; next }
        /^# UNIT / { if ($3 != family || $3 !~ "_" $4 "$") bad = "unit: " $0; next }
        /^# HELP / { if ($3 != family) bad = "help: " $0; next }
        /^[a-z_]+({[a-z]+="[^"]*"(,[a-z]+="[^"]*")*})? [0-9.e+-]+$/ {
            name = $1; sub(/{.*/, "", name); suffix = substr(name, length(family) + 1)
            if (index(name, family) != 1) bad = "stray: " $0
            if (type == "counter" && suffix != (form == "open" ? "_total" : "")) bad = "counter: " $0
            if (type == "histogram" && suffix !~ /^_(bucket|sum|count)$/) bad = "histogram: " $0
            n++; next }
        { bad = "neither comment nor sample: " $0 }
        END { if (form == "open" && !eof) bad = "no # EOF"; if (form != "open" && eof) bad = "# EOF"; if (n < 30) bad = "only " n + 0 " samples"
              if (bad != "") { print bad; exit 1 } }'
}

# systemd's end of its notify socket: a datagram is a line (its own lines joined by commas)
perl -MSocket -e 'socket(S, AF_UNIX, SOCK_DGRAM, 0); bind(S, pack_sockaddr_un($ARGV[0])) or die; $| = 1;
    while (defined recv(S, $m, 4096, 0)) { $m =~ tr/\n/,/; print "$m\n" }' "$VS_TMP/notify" >"$VS_TMP/notified" {NEVER}>&- &
systemd=$!
trap 'kill $systemd; server_stop_all' EXIT
wait_for 10 test -S "$VS_TMP/notify"
printf '[ops]\naddress = 127.0.0.1:0\n[limit]\nin_flight = 32\n[database]\nwriters = 2\n' >"$VS_TMP/config"
export NOTIFY_SOCKET=$VS_TMP/notify WATCHDOG_USEC=200000
check "the server starts" server_start one --config "$VS_TMP/config"
[ -n "${SERVER[one]:-}" ] || exit 1
check "systemd is told when it is ready" wait_for 10 told '^READY=1$'
check "systemd's watchdog is fed by the loop" wait_for 10 told_times '^WATCHDOG=1$' 3

check "healthz answers" says "HTTP/1.1 200 OK" http /healthz
check "readyz answers" says "HTTP/1.1 200 OK" http /readyz
check "answers aren't cached" says "Cache-Control: no-store" http /readyz
check "other paths are told what there is" says "here are /healthz" http /
check "metrics are well formed text" well_formed text <<<"$(http /metrics)"
check "they are well formed OpenMetrics when asked" well_formed open <<<"$(http /metrics "Accept: application/openmetrics-text;version=1.0.0")"
check "OpenMetrics says its type" says "Content-Type: application/openmetrics-text; version=1.0.0; charset=utf-8" http /metrics "Accept: application/openmetrics-text"
if command -v promtool >/dev/null; then
    check "promtool finds no fault" promtool check metrics <<<"$(http /metrics | sed '1,/^$/d')"
else
    echo "skip promtool finds no fault: promtool is not installed"
fi
check "requests are counted by method and status" is "" "$(metric 'vouchsafe_requests_total{method="JOIN",status="OK"}')"
check "the private database doesn't speak for the server" is 1 "$(grep -c '^READY=1' "$VS_TMP/notified")"
seat admin admin join "$(business "Hartwell Roofing" mara)" >/dev/null
check "a join is counted" is 1 "$(metric 'vouchsafe_requests_total{method="JOIN",status="OK"}')"
seat admin admin contact add "Ann Lee" >/dev/null
seat admin admin touch C1 call + "hello" >/dev/null
check "a batch of one row is counted" is 1 "$(metric 'vouchsafe_batch_rows_bucket{le="1.0"}')"
check "the database's connections are there" is "$(metric vouchsafe_database_wanted_connections)" "$(metric vouchsafe_database_ready_connections)"
check "the health check says ready" says ready "$VS_BIN/vouchsafed" --state.directory="$VS_TMP/one" --healthcheck

kill -USR1 "${SERVER[one]}"
check "SIGUSR1 writes the state to the log" wait_for 10 log_has 'event=state ready=yes'

before=$(openssl x509 -in "$VS_TMP/one/instance.pem" -noout -serial)
rm "$VS_TMP/one/instance.pem"
printf '[ops]\naddress = 127.0.0.1:0\n[limit]\nin_flight = 33\n[database]\nwriters = 3\n' >"$VS_TMP/config"
kill -HUP "${SERVER[one]}"
check "SIGHUP reloads" wait_for 10 log_has 'event=reloaded'
check "a changed setting is named" log_has 'event=setting_changed name=limit.in_flight'
check "one that needs a restart is named" log_has 'event=setting_needs_restart name=database.writers'
check "systemd is told of the reload" wait_for 10 told '^RELOADING=1,MONOTONIC_USEC=[0-9]*$'
check "and that it is over" wait_for 10 told_times '^READY=1$' 2
serial() { openssl s_client -connect "${ADDRESS[one]}" -alpn vouchsafe/1 </dev/null 2>/dev/null | openssl x509 -noout -serial; }
check "new connections get the new certificate" is "$(openssl x509 -in "$VS_TMP/one/instance.pem" -noout -serial)" "$(serial)"
[ "$before" != "$(serial)" ] || fail "the certificate changed" "it didn't"
check "seats go on after it" says "Ann Lee" seat admin admin contact show C1
echo "limit.in_flight = many" >"$VS_TMP/config"
kill -HUP "${SERVER[one]}"
check "a wrong file leaves all as it was, with words" wait_for 10 log_has 'event=reload_failed why=".*line 1: limit.in_flight is a number'
check "the server still serves" says "Ann Lee" seat admin admin contact show C1

exec {slow}<>"/dev/tcp/${ADDRESS[one]%:*}/${ADDRESS[one]##*:}" # a client that keeps the drain waiting doesn't hold it for ever
server_stop one
exec {slow}>&-
check "systemd is told that it stops" told '^STOPPING=1$'
check "it stopped cleanly" log_has 'event=stopped in_flight=0'
refuses "its database stopped too" test -S "$VS_TMP/one/postgres/.s.PGSQL.5432"
refuses "the health check of a stopped server fails" "$VS_BIN/vouchsafed" --state.directory="$VS_TMP/one" --healthcheck

# systemd's other ways: an abstract notify socket, listening sockets that are handed over
kill $systemd
: >"$VS_TMP/notified"
perl -MSocket -e 'socket(S, AF_UNIX, SOCK_DGRAM, 0); bind(S, pack_sockaddr_un("\0$ARGV[0]")) or die; $| = 1; print "up\n";
    while (defined recv(S, $m, 4096, 0)) { $m =~ tr/\n/,/; print "$m\n" }' "vouchsafe-$$" >"$VS_TMP/notified" {NEVER}>&- &
systemd=$!
wait_for 10 told up
handed=$(perl -MSocket -e '$^F = 9; socket(S, AF_INET, SOCK_STREAM, 0); bind(S, sockaddr_in(0, INADDR_LOOPBACK)); print((sockaddr_in(getsockname(S)))[0])')
handing='use Socket; $^F = 9; socket(S, AF_INET, SOCK_STREAM, 0) or die; setsockopt(S, SOL_SOCKET, SO_REUSEADDR, 1); bind(S, sockaddr_in(shift, INADDR_LOOPBACK)) or die $!;
    listen(S, 5); open(K, "<&=", fileno(S)); require POSIX; POSIX::dup2(fileno(S), 3) if fileno(S) != 3; $ENV{LISTEN_PID} = $$; exec @ARGV or die'
LISTEN_FDS=1 LISTEN_FDNAMES=clients NOTIFY_SOCKET=@vouchsafe-$$ WATCHDOG_USEC='' perl -e "$handing" "$handed" "$VS_BIN/vouchsafed" --state.directory="$VS_TMP/one" --listen.address=127.0.0.1:1 >/dev/null 2>"$VS_TMP/handed.log" {NEVER}>&- &
SERVER[handed]=$!
check "an abstract notify socket is told" wait_for 60 told 'READY=1'
check "a socket systemd holds is listened on" grep -q "event=ready listen=127.0.0.1:$handed " "$VS_TMP/handed.log"
ADDRESS[one]=127.0.0.1:$handed
server_stop handed

check "the settings are checked" says "the settings are fine" "$VS_BIN/vouchsafed" --check-config --limit.in_flight=5
code() { "$@" >/dev/null 2>&1; echo $?; }
check "wrong ones end with 78" is 78 "$(code "$VS_BIN/vouchsafed" --check-config --limit.in_flight=none)"
check "an unreadable file ends with 78" is 78 "$(code "$VS_BIN/vouchsafed" --check-config --config /nowhere)"
check "an unknown command ends with 64" is 64 "$(code "$VS_BIN/vouchsafed" serv)"
check "the dump shows a value's origin" says "limit.in_flight = 5  # environment; reloadable" env VOUCHSAFE_LIMIT_IN_FLIGHT=5 "$VS_BIN/vouchsafed" --dump-config
check "secrets are masked" says 'database.url = ***  # flag' "$VS_BIN/vouchsafed" --dump-config --database.url="password=hunter2"
check "help fits 80 columns" is 0 "$("$VS_BIN/vouchsafed" --help | awk 'length > 80' | wc -l)"
check "help fits 40 lines" test "$("$VS_BIN/vouchsafed" --help | wc -l)" -le 40
