#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A touch from a seat into PostgreSQL and back, through the real programs: a fresh server with its private database, an admin, a
# sales and a partner seat; a killed server; no line.
set -u
SERVER= PORT=127.0.0.1:0
unset PGHOST PGSERVICE PGDATABASE
ok() { echo "ok $1"; }
check() { # NAME COMMAND...
    local name=$1 out
    shift
    if out=$("$@" 2>&1); then ok "$name"; else echo "not ok $name: $out" | tr '\n' ' '; echo; fi
}
says() { # TEXT COMMAND...: the output holds TEXT
    local text=$1 out
    shift
    out=$("$@" 2>&1)
    grep -qF -- "$text" <<<"$out" || { echo "expected \"$text\" in: $out"; return 1; }
}
start() {
    : >"$VS_TMP/log"
    "$VS_BIN/vouchsafed" --state.directory="$VS_TMP/state" --listen.address=$PORT >/dev/null 2>>"$VS_TMP/log" &
    SERVER=$!
    for _ in $(seq 600); do
        grep -q 'event=database ready=yes' "$VS_TMP/log" && { PORT=$(cat "$VS_TMP/state/listen"); return 0; }
        kill -0 "$SERVER" 2>/dev/null || break
        read -rt 0.1 <>"$VS_TMP/pipe"
    done
    cat "$VS_TMP/log"
    return 1
}
stop() { [ -z "$SERVER" ] || { kill -TERM "$SERVER" 2>/dev/null; wait "$SERVER" 2>/dev/null; SERVER=; }; }
seat() { # SEAT PROGRAM ARGS...
    local home=$VS_TMP/$1 program=$2
    shift 2
    VOUCHSAFE_HOME=$home timeout 30 "$VS_BIN/vouchsafe-$program" "$@" </dev/null
}
touches() { seat sales sales timeline C1 --json | grep -o "$1" | wc -l; }
trap stop EXIT
mkfifo "$VS_TMP/pipe"

if start >"$VS_TMP/start" 2>&1; then ok "the server starts with its own database"; else echo "not ok the server starts: $(cat "$VS_TMP/start")"; exit 1; fi
line=$("$VS_BIN/vouchsafed" --state.directory="$VS_TMP/state" business create "Hartwell Roofing" --admin mara --zone Europe/Berlin)
check "the admin joins by the line" seat admin admin join "$line"
check "a used line is refused" says used seat other admin join "$line"
check "an altered line is refused" says altered seat other admin join "${line/@/x@}"
check "the admin is who they are" says mara seat admin admin whoami
check "a partner is added" seat admin admin partner add "Acme Plumbing"
check "a sales account is added" seat admin admin account add sam --name "Sam" --role sales
check "a partner account is added" seat admin admin account add pat --name "Pat" --role partner --partner P1
check "the sales seat joins" seat sales sales join "$(seat admin admin account enrol sam | grep vouchsafe-join)"
check "the partner seat joins" seat partner partner join "$(seat admin admin account enrol pat | grep vouchsafe-join)"
check "a contact is added" seat sales sales contact add "Ann Lee" --email ann@example.org
check "it is found in spite of a typing error" says "Ann Lee" seat sales sales contact find "Ann Lea"
check "a touch is logged by the line grammar" seat sales sales touch Ann Lee call + "happy with the new roof" @buy
check "it stands in the timeline" says "happy with the new roof" seat sales sales timeline C1
check "a foreign contact is not there for the partner" says "nobody found" seat partner partner contact show C1
check "the contact is shared" seat sales sales share grant C1 P1 --log
check "now the partner sees it" says "Ann Lee" seat partner partner contact show C1
if seat partner partner timeline C1 2>&1 | grep -q "happy with"; then echo "not ok an internal touch stays internal: the partner read it"; else ok "an internal touch stays internal"; fi
check "the partner logs against it" seat partner partner touch C1 onsite + "saw the roof from below"
check "staff read the partner's touch" says "saw the roof" seat sales sales timeline C1
kill -KILL "$SERVER"; wait "$SERVER" 2>/dev/null; SERVER=
seat sales sales touch C1 email = "written off line" >"$VS_TMP/offline" 2>&1
status=$?
if [ $status = 75 ]; then ok "off line a touch is saved and says so"; else echo "not ok off line a touch is saved and says so: $status $(cat "$VS_TMP/offline")"; fi
if start >"$VS_TMP/start" 2>&1; then ok "the killed server starts again, its database too"; else echo "not ok the killed server starts again"; fi
seat sales sales outbox retry >/dev/null 2>&1
n=$(touches "written off line")
if [ "$n" = 1 ]; then ok "the saved touch arrived once"; else echo "not ok the saved touch arrived once: $n times"; fi
if printf 'GET / HTTP/1.1\r\n\r\n' >"/dev/tcp/${PORT%:*}/${PORT##*:}" && seat sales sales whoami >/dev/null; then ok "plain HTTP on the TLS port harms nobody"; else echo "not ok plain HTTP on the TLS port harms nobody: no answer after it"; fi
server=$SERVER
stop
if kill -0 "$server" 2>/dev/null; then echo "not ok the server stops: still there"; else ok "the server stops on SIGTERM"; fi
