# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# The load of the fault tests: two instances on one durable cluster, seats that write down what they did (seat.c), and the kills.
#   load_start DIRECT OUTBOX   that many seats of each kind, every third one a partner's
#   kill_server | kill_backend | kill_database | kill_client | kill_statement    one kill, once 16 requests are in flight
#   load_stop                  everything sent is answered
#   verdict                    the checker: one line per thing that must not be
declare -A killed=() least=() SEAT=() OPS=() MODE=()
# As root the cluster's user must reach its directory; as anybody else it is one's own.
cluster_on() { # durable: this is what is tested
    cluster_run pg_ctl -D "$VS_TMP/pg/data" -w -s -l "$VS_TMP/pg/log" -o "-c listen_addresses='' -c unix_socket_directories='$VS_TMP/pg' -c checkpoint_timeout=30s -c deadlock_timeout=200ms" start
}
load_end() {
    for s in "${SEAT[@]}"; do kill -KILL "$s" 2>/dev/null; done
    server_stop two
    server_stop one
    cluster_stop
}
# cluster_start sets a trap of its own: load_start sets this one after it
ask_owner() { psql -X -qAt -v ON_ERROR_STOP=1 -d "$(url vouchsafe)" "$@"; }
instance_start() { # NAME
    server_start "$1" --database.url="$(url vouchsafe)" --ops.address="${OPS[$1]:-127.0.0.1:0}" "${EXTRA[@]}" || return 1
    OPS[$1]=$(sed -n 's/.*event=ready .*ops=\([^ ]*\).*/\1/p' "$VS_TMP/$1.log")
}
seat_start() { # NAME [SECONDS]
    "$VS_BIN/tests/fault_seat" "$VS_TMP/$1.seat" "${MODE[$1]}" "$VS_TMP/$1.history" "$VS_TMP/$1.status" "$VS_TMP/contacts" "${2:-3600}" 2>>"$VS_TMP/$1.err" {NEVER}>&- &
    SEAT[$1]=$!
}
in_flight() { od -An -tu4 -N4 "$VS_TMP/$1.status" 2>/dev/null | tr -d ' '; }
load_in_flight() { local s n=0; for s in "${!SEAT[@]}"; do [ "${MODE[$s]}" != direct ] || n=$((n + $(in_flight "$s"))); done; echo "$n"; }
acknowledged() { cat "$VS_TMP"/*.history | grep -c '^K'; }
server_in_flight() {
    local at=${OPS[$1]} n
    exec {ops}<>"/dev/tcp/${at%:*}/${at##*:}" 2>/dev/null || { echo 0; return; }
    printf 'GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n' >&$ops
    n=$(timeout 2 sed -n 's/^vouchsafe_in_flight \([0-9]*\).*/\1/p' <&$ops)
    exec {ops}>&-
    echo "${n:-0}"
}
once_busy() { # KIND COUNT-COMMAND...: waits until it says 16 or more; notes the least seen at a kill
    local kind=$1 n i
    shift
    for ((i = 0; i < 1000; i++)); do
        n=$("$@")
        if [ "${n:-0}" -ge 16 ]; then
            killed[$kind]=$((${killed[$kind]:-0} + 1))
            [ "${least[$kind]:-1000000}" -le "$n" ] || least[$kind]=$n
            return 0
        fi
        pause 0.02
    done
    echo "# $kind: never 16 in flight: $(for s in "${!SEAT[@]}"; do echo "$s $(in_flight "$s") $(grep -c '^K' "$VS_TMP/$s.history")"; done | tr '\n' ' ')"
    return 1
}
load_start() {
    local i kind
    EXTRA=()
    cluster_start && trap load_end EXIT && query postgres "create database vouchsafe" && migrate vouchsafe >/dev/null || return 1
    instance_start one && mkdir -p "$VS_TMP/two" && cp "${STATE[one]}"/root.* "$VS_TMP/two/" && instance_start two || return 1
    local line
    line=$("$VS_BIN/vouchsafed" --state.directory="$VS_TMP/one" --database.url="$(url vouchsafe)" --listen.advertise="${ADDRESS[one]},${ADDRESS[two]}" business create Faults --admin mara) || return 1
    seat admin admin join "$line" >/dev/null && seat admin admin partner add Acme >/dev/null || return 1
    for i in $(seq 20); do seat admin admin contact add "Contact $i" >/dev/null && seat admin admin share grant "C$i" P1 --log >/dev/null || return 1; done
    ask_owner -c "set role vs_owner; select contact_id from vs.contact" >"$VS_TMP/contacts"
    for i in $(seq $(($1 + $2))); do
        kind=sales
        local more=()
        [ $((i % 3)) != 0 ] || { kind=partner; more=(--partner P1); }
        seat admin admin account add "s$i" --role $kind "${more[@]}" >/dev/null || return 1
        line=$(seat admin admin account enrol "s$i" | grep vouchsafe-join) && seat "s$i" $kind join "$line" >/dev/null || return 1
        cp "$VS_TMP/seat-s$i"/*.seat "$VS_TMP/s$i.seat" 2>/dev/null || cp "$VS_TMP/seat-s$i/$kind" "$VS_TMP/s$i.seat" || return 1
        MODE[s$i]=direct
        [ "$i" -le "$1" ] || MODE[s$i]=$VS_TMP/s$i.outbox
        [ $((i % 2)) = 0 ] || sed -i "s/^addresses=.*/addresses=${ADDRESS[two]},${ADDRESS[one]}/" "$VS_TMP/s$i.seat"
        seat_start "s$i"
    done
    commits_fail
}
kill_server() {
    local name=one
    [ $(($1 % 2)) = 0 ] || name=two
    once_busy server server_in_flight $name || return 1
    server_kill $name
    instance_start $name
}
kill_client() {
    local names=("${!SEAT[@]}") s
    for s in "${names[@]:$(($1 % ${#names[@]}))}" "${names[@]}"; do [ "${MODE[$s]}" != direct ] || break; done
    once_busy client in_flight "$s" || return 1
    kill -KILL "${SEAT[$s]}"
    wait "${SEAT[$s]}" 2>/dev/null
    seat_start "$s"
    for s in "${!SEAT[@]}"; do # and one with an outbox, which has no unanswered requests of its own to count
        [ "${MODE[$s]}" != direct ] && [ $(($1 % 3)) = 0 ] || continue
        kill -KILL "${SEAT[$s]}"
        wait "${SEAT[$s]}" 2>/dev/null
        seat_start "$s"
        break
    done
}
# The backend of a server's connection: ended by the database, which loses what it did since its last commit.
kill_backend() {
    once_busy backend load_in_flight || return 1
    ask_owner -c "select count(pg_terminate_backend(pid)) from (select pid from pg_stat_activity where application_name = 'vouchsafed' order by (state = 'active') desc, random() limit 2) x" >/dev/null
}
# As an operating system kills: the postmaster ends all others and recovers; every second time the postmaster itself.
kill_database() {
    local pid
    once_busy database load_in_flight || return 1
    if [ $(($1 % 2)) = 0 ]; then
        pid=$(ask_owner -c "select pid from pg_stat_activity where application_name = 'vouchsafed' order by (state = 'active') desc limit 1" 2>/dev/null)
        [ -z "$pid" ] || kill -KILL "$pid"
    else
        cluster_run pg_ctl -D "$VS_TMP/pg/data" -s -m immediate stop
        cluster_on
    fi
    wait_for 60 ask_owner -c "select 1"
}
# From now on a commit fails now and then, after its statements succeeded: what only the sync's error tells.
commits_fail() {
    ask_owner -c "create or replace function vs.fail_at_commit() returns trigger language plpgsql as \$\$ begin if random() < 0.002 then raise exception 'the commit fails'; end if; return null; end \$\$;
        create constraint trigger fail_at_commit after insert on vs.touchpoint deferrable initially deferred for each row execute function vs.fail_at_commit();
        create constraint trigger fail_at_commit after insert on vs.change deferrable initially deferred for each row execute function vs.fail_at_commit()" >/dev/null
}
commits_hold() { ask_owner -c "drop trigger if exists fail_at_commit on vs.touchpoint; drop trigger if exists fail_at_commit on vs.change" >/dev/null 2>&1; }
# A batch fails while the connection lives: its locks don't come in time.
kill_statement() {
    [ $(($1 % 8)) = 0 ] || return 0
    killed[statement]=$((${killed[statement]:-0} + 1))
    ask_owner -c "begin; lock table vs.tally in access exclusive mode; select pg_sleep(1.4); commit" >/dev/null
}
load_stop() {
    local s
    for s in "${SEAT[@]}"; do kill -TERM "$s" 2>/dev/null; done
    for s in "${SEAT[@]}"; do wait "$s" 2>/dev/null; done
    commits_hold
    for s in "${!SEAT[@]}"; do seat_start "$s" 0; done # makes nothing new; asks until all is known
    for s in "${SEAT[@]}"; do wait "$s" 2>/dev/null; done
}
nothing_waits() {
    local open
    open=$(awk '$1 == "S" {s[$2] = 1} $1 == "A" {a[$2] = 1} $1 == "K" || $1 == "R" {delete s[$2]} END {for (i in s) n++; print n + 0}' "$VS_TMP"/*.history)
    echo "$open without a verdict"
    [ "$open" -le "${VS_FAULT_OPEN:-9}" ] # at most one a seat: killed between writing it down and keeping it
}
verdict() {
    local line
    awk 'NF >= 3 && $1 ~ /^[SKR]$/ && length($2) == 36 { if ($1 == "S") { if (NF == 6) print $1 "\t" $2 "\t" $3 "\t" $4 "\t" $5 "\t" $6 } else print $1 "\t" $2 "\t\\N\t\\N\t\\N\t\\N" }
         NF == 2 && $1 ~ /^[KR]$/ && length($2) == 36 { print $1 "\t" $2 "\t\\N\t\\N\t\\N\t\\N" }' "$VS_TMP"/*.history >"$VS_TMP/heard"
    {
        echo "create temp table heard(verb text, id uuid, kind text, nonce text, contact uuid, occurred bigint);"
        echo "\\copy heard from '$VS_TMP/heard'"
        cat "$VS_ROOT/tests/fault/check.sql"
    } >"$VS_TMP/check.sql"
    ask_owner -f "$VS_TMP/check.sql" >"$VS_TMP/verdict" 2>"$VS_TMP/verdict.err" || { fail "the checker runs" "$(cat "$VS_TMP/verdict.err")"; return; }
    while read -r line; do
        case $line in
            "#"*) echo "$line" ;;
            *" 0") pass "${line% 0}: 0" ;;
            *) fail "${line% *}" "${line##* }" ;;
        esac
    done <"$VS_TMP/verdict"
    line=$(ask_owner -f "$VS_ROOT/tests/support/recount.sql")
    check "rollups and stage entries equal their recounts: $line" [ "$(tr -dc 0-9 <<<"$line")" = 0000 ]
}
