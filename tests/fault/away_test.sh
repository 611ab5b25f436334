#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The database away, and the database slow: the seat is told so, keeps what it was given, and nothing is acknowledged that isn't there; when
# the database is back the server goes on by itself and everything is there once.
set -u
. "$VS_ROOT/tests/fault/load.sh"
load_start 0 0 >"$VS_TMP/start" 2>&1 || { fail "the load starts" "$(tail -n 5 "$VS_TMP/start")"; exit 1; }
try() { seat admin1 admin "$@" >"$VS_TMP/out" 2>&1; }
stored() { ask_owner -c "select count(*) from vs.touchpoint where note = '$1' and refusal is null"; }
stored_once() { [ "$(stored "$1")" = 1 ]; }
of_servers() { ask_owner -c "select pid from pg_stat_activity where application_name = 'vouchsafed'"; }

check "with the database there a touch is stored" try touch C1 call = "before"
check "and is there" same 1 "$(stored before)"
cluster_run pg_ctl -D "$VS_TMP/pg/data" -s -m immediate stop
try touch C1 call = "while away"
check "with the database away a touch is kept, not acknowledged" same 75 $?
check "it says so" says "saved; it will be sent when the line is back" cat "$VS_TMP/out"
try timeline C1
check "reading fails" same 69 $?
check "in words too" says "the database is away" cat "$VS_TMP/out"
check "the servers live on" kill -0 "${SERVER[one]}" "${SERVER[two]}"
check "the database comes back" cluster_on
check "nothing was stored meanwhile" same 0 "$(stored "while away")"
answers() { try whoami; }
check "the server answers again by itself" wait_for 60 answers
try outbox retry
check "what was kept is stored once" wait_for 60 stored_once "while away"

mapfile -t pids < <(of_servers)
kill -STOP "${pids[@]}"
try touch C1 call = "while slow"
check "with the database standing still a touch is kept, not acknowledged" same 75 $?
kill -CONT "${pids[@]}"
try outbox retry
check "when it moves again it is stored once" wait_for 60 stored_once "while slow"
check "nothing waits" says "nothing waits" seat admin1 admin outbox list
check "all is there once" same "1 1 1" "$(stored before) $(stored "while away") $(stored "while slow")"
