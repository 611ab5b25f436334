# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# The load of the fault tests: two instances on one durable cluster, two businesses, seats that write down what they did (seat.c), the kills,
# and the checker. Only processes started here are ended, by their pid.
#   load_start DIRECT OUTBOX   that many seats of each kind; every third is a partner's, some are admins', every second of the second business
#   kill_KIND I                one kill, at some instant while at least 16 requests are in flight; how many were is kept in $VS_TMP/kills
#     client       kill -9 of a seat that sends by itself: its own requests without an answer
#     outbox       kill -9 of a seat with an outbox, which loses what wasn't synced as well: its entries that wait
#     server       kill -9 of an instance: its requests in work
#     connection   pg_terminate_backend of two of the servers' backends: both instances' requests in work
#     backend      kill -9 of one backend: PostgreSQL ends all others and recovers
#     database     immediate shutdown, or kill -9 of the postmaster, in turn
#     statement    locks that don't come in time: batches fail on living connections (not counted by requests)
#   kills KIND                 how many, and the least and the median of requests in flight
#   commits_fail | commits_hold   from now on commits fail now and then, after their statements succeeded | no more
#   load_stop                  makes nothing new; all that was sent is asked for until it is known
#   verdict                    the checker: one check for each thing that must not be
. "$VS_ROOT/tests/support/server.sh"
. "$VS_ROOT/tests/support/cluster.sh"
declare -A SEAT=() OPS=() MODE=() ROLE=() WORLD=()
cluster_on() { # durable: this is what is tested. Again while the processes of a killed one are still going.
    local i
    for i in $(seq 100); do
        cluster_run pg_ctl -D "$VS_TMP/pg/data" -w -s -l "$VS_TMP/pg/log" -o "-c listen_addresses='' -c unix_socket_directories='$VS_TMP/pg' -c checkpoint_timeout=30s -c deadlock_timeout=200ms -c track_activity_query_size=16384" start 2>>"$VS_TMP/pg_ctl" && return 0
        pause 0.1
    done
    return 1
}
# cluster_start sets a trap of its own: load_start sets this one after it
load_end() {
    local s
    for s in "${!SEAT[@]}"; do seat_kill "$s"; done
    server_stop two
    server_stop one
    cluster_stop
}
ask_owner() { psql -X -qAt -v ON_ERROR_STOP=1 -d "$(url vouchsafe)" "$@"; }
instance_start() { # NAME
    server_start "$1" --database.url="$(url vouchsafe)" --ops.address="${OPS[$1]:-127.0.0.1:0}" || return 1
    OPS[$1]=$(sed -n 's/.*event=ready .*ops=\([^ ]*\).*/\1/p' "$VS_TMP/$1.log")
}
seat_start() { # NAME [SECONDS]
    "$VS_BIN/tests/fault_seat" "$VS_TMP/$1.seat" "${MODE[$1]}" "$VS_TMP/$1.history" "$VS_TMP/$1.status" "${WORLD[$1]}" "${ROLE[$1]}" "${2:-3600}" 2>>"$VS_TMP/$1.err" {NEVER}>&- &
    SEAT[$1]=$!
}
seat_kill() { kill -KILL "${SEAT[$1]}" 2>/dev/null; wait "${SEAT[$1]}" 2>/dev/null; }
acknowledged() { cat "$VS_TMP"/*.history | grep -c '^K'; }

business_start() { # NUMBER: its admin, a partner, contacts that all seats share, and the list of them; what those are at first is kept for the checker
    local line i
    line=$("$VS_BIN/vouchsafed" --state.directory="$VS_TMP/one" --database.url="$(url vouchsafe)" --listen.advertise="${ADDRESS[one]},${ADDRESS[two]}" business create "Faults $1" --admin "mara$1") || return 1
    seat "admin$1" admin join "$line" && seat "admin$1" admin partner add Acme || return 1
    seat "admin$1" admin agreement set gift --value 50 && seat "admin$1" admin agreement set fee --value 20 --partner P1 || return 1
    for i in $(seq 12); do seat "admin$1" admin contact add "Contact $i" && seat "admin$1" admin share grant "C$i" P1 --log || return 1; done
    ask_owner -c "select 'contact ' || c.contact_id from vs.contact c join vs.account a using (business_id) where a.login = 'mara$1'
                  union all select 'partner ' || p.partner_id from vs.partner p join vs.account a using (business_id) where a.login = 'mara$1'" >"$VS_TMP/world$1"
}
seat_join() { # NAME BUSINESS ROLE MODE
    local kind=sales more=() line
    [ "$3" = staff ] || kind=$3
    [ "$3" != partner ] || more=(--partner P1)
    seat "admin$2" admin account add "$1" --role $kind "${more[@]}" || return 1
    line=$(seat "admin$2" admin account enrol "$1" | grep vouchsafe-join) && seat "$1" $kind join "$line" || return 1
    cp "$VS_TMP/seat-$1"/*.seat "$VS_TMP/$1.seat" 2>/dev/null || cp "$VS_TMP/seat-$1/$kind" "$VS_TMP/$1.seat" || return 1
    MODE[$1]=$4 ROLE[$1]=$3 WORLD[$1]=$VS_TMP/world$2
}
load_start() {
    local i role mode
    cluster_start && trap load_end EXIT && query postgres "create database vouchsafe" && migrate vouchsafe || return 1
    instance_start one && mkdir -p "$VS_TMP/two" && cp "${STATE[one]}"/root.* "$VS_TMP/two/" && instance_start two || return 1
    business_start 1 && business_start 2 || return 1
    # what the checker compares with: the contacts as they were; and events, which would be gone after ten minutes
    ask_owner -c "update vs.contact set email = 'c' || number || '@example.org', email_key = 'c' || number || '@example.org' where number % 2 = 0;
        update vs.contact set best_hours = number || ' o''clock', language = 'de' where number % 3 = 0;
        create schema fault; create table fault.world as select * from vs.contact;
        create function fault.keep() returns trigger language plpgsql as 'begin return null; end';
        create trigger keep before delete on vs.feed for each row execute function fault.keep()" >/dev/null || return 1
    for i in $(seq $(($1 + $2))); do
        role=staff mode=direct
        case $((i % 6)) in 0 | 3) role=partner ;; 1 | 2) role="admin" ;; esac
        [ "$i" -le "$1" ] || mode=$VS_TMP/s$i.outbox
        seat_join "s$i" "${BUSINESS:-$((1 + i % 2))}" $role "$mode" || return 1
        [ $((i / 2 % 2)) = 0 ] || sed -i "s/^addresses=.*/addresses=${ADDRESS[two]},${ADDRESS[one]}/" "$VS_TMP/s$i.seat"
    done
    for i in "${!MODE[@]}"; do seat_start "$i"; done
}

# --- how many requests are in flight ------------------------------------------------------------------------
seat_in_flight() { od -An -tu4 -N4 "$VS_TMP/$1.status" 2>/dev/null | tr -d ' '; }
server_in_flight() {
    local at=${OPS[$1]} n
    { exec {ops}<>"/dev/tcp/${at%:*}/${at##*:}"; } 2>/dev/null || { echo 0; return; }
    printf 'GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n' >&$ops
    n=$(timeout 2 sed -n 's/^vouchsafe_in_flight \([0-9]*\).*/\1/p' <&$ops)
    exec {ops}>&-
    echo "${n:-0}"
}
servers_in_flight() { echo $(($(server_in_flight one) + $(server_in_flight two))); }
once_busy() { # COUNT-COMMAND...: after a random while, waits until it says 16 or more: BUSY
    local i
    pause "0.0$((RANDOM % 90 + 10))"
    for ((i = 0; i < 3000; i++)); do
        BUSY=$("$@")
        [ "${BUSY:-0}" -lt 16 ] || return 0
        pause 0.01
    done
    echo "# never 16 in flight by $*" >&2
    return 1
}
killed() { echo "$1 $BUSY" >>"$VS_TMP/kills"; }
kills() { grep "^$1 " "$VS_TMP/kills" 2>/dev/null | cut -d' ' -f2 | sort -n | awk '{n[NR] = $1} END {print NR + 0, n[1] + 0, n[int((NR + 1) / 2)] + 0}'; }

# --- kills ----------------------------------------------------------------------------------------------------
pick_seat() { # direct|outbox I
    local names=() s
    for s in $(printf '%s\n' "${!MODE[@]}" | sort); do [ "$1 ${MODE[$s]}" = "direct direct" ] || [[ "$1 ${MODE[$s]}" == "outbox /"* ]] && names+=("$s"); done
    [ ${#names[@]} -gt 0 ] && echo "${names[$(($2 % ${#names[@]}))]}"
}
kill_seat() { # KIND direct|outbox I
    local s
    s=$(pick_seat "$2" "$3") && once_busy seat_in_flight "$s" || return 1
    seat_kill "$s"
    killed "$1"
    seat_start "$s"
}
kill_client() { kill_seat client direct "$1"; }
kill_outbox() { kill_seat outbox outbox "$1"; }
tally_locked() { ask_owner -c "begin; lock table vs.tally_slip in access exclusive mode; select pg_sleep($1); commit" >/dev/null 2>&1; }
kill_server() {
    local name=one held=
    [ $(($1 % 2)) = 0 ] || name=two
    [ $(($1 / 2 % 2)) = 0 ] || { tally_locked 0.7 & held=$!; pause 0.2; } # while its batches are sent and can't commit
    once_busy server_in_flight $name || return 1
    server_kill $name
    killed server
    [ -z "$held" ] || wait "$held"
    instance_start $name
}
backends() { ask_owner -c "select pid from pg_stat_activity where application_name = 'vouchsafed' order by (state = 'active') desc, random() limit $1" 2>/dev/null; }
kill_connection() {
    local n
    once_busy servers_in_flight || return 1
    n=$(ask_owner -c "select count(*) filter (where pg_terminate_backend(pid)) from (select pid from pg_stat_activity where application_name = 'vouchsafed' order by (state = 'active') desc, random() limit 2) x")
    [ "${n:-0}" -gt 0 ] && killed connection
}
database_answers() { wait_for 60 ask_owner -c "select 1"; }
kill_backend() {
    local pid
    once_busy servers_in_flight && pid=$(backends 1) && [ -n "$pid" ] && [ "$(cat "/proc/$pid/comm")" = postgres ] || return 1
    kill -KILL "$pid" || return 1
    killed backend
    database_answers
}
kill_database() {
    local pid
    once_busy servers_in_flight || return 1
    if [ $(($1 % 2)) = 0 ]; then
        cluster_run pg_ctl -D "$VS_TMP/pg/data" -s -m immediate stop
    else
        pid=$(head -n 1 "$VS_TMP/pg/data/postmaster.pid") && kill -KILL "$pid" || return 1
    fi
    killed database
    cluster_on && database_answers
}
kill_statement() {
    [ $(($1 % 10)) = 0 ] || return 0
    echo "statement 0" >>"$VS_TMP/kills"
    tally_locked 1.4
}
commits_fail() {
    ask_owner -c "create or replace function vs.fail_at_commit() returns trigger language plpgsql as \$\$ begin if random() < 0.002 then raise exception 'the commit fails'; end if; return null; end \$\$;
        create constraint trigger fail_at_commit after insert on vs.touchpoint deferrable initially deferred for each row execute function vs.fail_at_commit();
        create constraint trigger fail_at_commit after insert on vs.change deferrable initially deferred for each row execute function vs.fail_at_commit()" >/dev/null
}
commits_hold() { ask_owner -c "drop trigger if exists fail_at_commit on vs.touchpoint; drop trigger if exists fail_at_commit on vs.change" >/dev/null 2>&1; }

# --- the end --------------------------------------------------------------------------------------------------
load_stop() {
    local s
    for s in "${SEAT[@]}"; do kill -TERM "$s" 2>/dev/null; done
    for s in "${SEAT[@]}"; do wait "$s" 2>/dev/null; done
    # what a merge fetches a minute later is fetched now
    ask_owner -c "update vs.due set at = now() where rule = 'merge_settle' and fired_at is null and cancelled_at is null" >/dev/null
    wait_for 60 settled
}
settled() { [ "$(ask_owner -c "select count(*) from vs.due where rule = 'merge_settle' and fired_at is null and cancelled_at is null")" = 0 ]; }
# An outbox seat may die between writing down and keeping: that one is nowhere. All others got a verdict.
nothing_waits() {
    local open
    open=$(awk '$1 == "S" {s[$2] = FILENAME} $1 == "A" {a[$2] = 1; box[FILENAME] = 1} $1 == "K" || $1 == "R" {delete s[$2]}
        END {for (i in s) n[i in a || !(s[i] in box)]++; print n[1] + 0, n[0] + 0}' "$@")
    echo "without a verdict, kept and not: $open"
    [ "${open% *}" = 0 ] && [ "${open#* }" -le "${NOWHERE:-0}" ]
}
# Everybody's history in one file; then the checker's lines, each "NAME COUNT", after the given statements, which are taken back.
heard() {
    local s
    for s in "${!MODE[@]}"; do
        awk -v seat="$s" 'length($2) == 36 && ($1 == "S" ? NF == 8 : $1 ~ /^[AUKR]$/) { for (i = 3; i <= 8; i++) if ($1 != "S") $i = "\\N"
            print seat "\t" $1 "\t" $2 "\t" $3 "\t" $4 "\t" $5 "\t" $6 "\t" $7 "\t" $8 }' "$VS_TMP/$s.history"
    done >"$VS_TMP/heard"
}
CHECKS="check check_referral check_claim check_merge check_ledger check_thanks"
# shellcheck disable=SC2120 # without
judged() { # [SQL [CHECK]]: the lines of that one only
    local c
    {
        echo "begin; create temp table heard(seat text, verb text, id uuid, kind text, nonce text, target uuid, number bigint, spice int, other uuid);"
        echo "\\copy heard from '$VS_TMP/heard'"
        echo "${1:-};"
        for c in $CHECKS; do awk -v all="$([ "${2:-$c}" = "$c" ] && echo 1)" '/^select .#/ && !all {exit} {print}' "$VS_ROOT/tests/fault/$c.sql"; done
        [ "${2:-recount}" != recount ] || cat "$VS_ROOT/tests/support/recount.sql"
        echo "; rollback;"
    } >"$VS_TMP/check.sql"
    ask_owner -f "$VS_TMP/check.sql" 2>"$VS_TMP/verdict.err" | sed -E 's/^([0-9]+) tallies missing, ([0-9]+) too many, ([0-9]+) stage entries missing, ([0-9]+) too many, ([0-9]+) logged otherwise$/tallies missing \1\ntallies too many \2\nstage entries missing \3\nstage entries too many \4\nstage entries logged otherwise \5/'
    return "${PIPESTATUS[0]}"
}
verdict() {
    local line
    heard
    judged >"$VS_TMP/verdict" || { fail "the checker runs" "$(cat "$VS_TMP/verdict.err")"; return; }
    while read -r line; do
        case $line in
            "#"*) echo "$line" ;;
            *" 0") pass "${line% 0}: 0" ;;
            *) fail "${line% *}" "${line##* }" ;;
        esac
    done <"$VS_TMP/verdict"
    check "no deadlock" same 0 "$(grep -c 'deadlock detected' "$VS_TMP/pg/log")"
}
