#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Clients that are too slow, too many or don't read are ended with words and counted; the others go on. PROXY headers.
set -u
. "$VS_ROOT/tests/support/server.sh"
metric() { http /metrics | sed -n "s/^$1 //p"; }
counted() { [ "$(metric "$1")" = "$2" ] || { echo "$1 is $(metric "$1")"; return 1; }; }
log_has() { grep -q -- "$1" "$VS_TMP/one.log"; }
raw() { ROOT=$VS_TMP/one/root.pem timeout 60 "$VS_BIN/tests/api_raw" "${ADDRESS[one]%:*}" "${ADDRESS[one]##*:}" "$@"; }
open_quiet() { # N connections that say nothing, in HELD
    local i fd
    HELD=()
    for ((i = 0; i < $1; i++)); do
        exec {fd}<>"/dev/tcp/${ADDRESS[one]%:*}/${ADDRESS[one]##*:}" && HELD+=("$fd")
    done
}
close_quiet() {
    local fd
    for fd in "${HELD[@]}"; do exec {fd}>&-; done
}

check "the server starts" server_start one --ops.address=127.0.0.1:0 --log.level=debug --limit.connections_per_address=4 \
    --limit.handshake_ms=600000 --limit.login_ms=600000 --limit.frame_ms=300 --limit.frame_rate=1000000 --limit.stalled_ms=500
[ -n "${SERVER[one]:-}" ] || exit 1
check "a ping is answered" says "answered 1" raw ping
check "more than one turn's frames in one write are all answered" says "answered 100" raw many
open_quiet 6
check "of an address only so many may wait for a login" wait_for 10 counted 'vouchsafe_refused_total{reason="too_many"}' 2
close_quiet
check "when they have left, others may come" wait_for 10 says "answered 1" raw ping
seat admin admin join "$(business "Hartwell Roofing" mara)" >/dev/null
check "seats that logged in don't count" says "mara" seat admin admin whoami
check "a frame that doesn't become whole is ended with words" says "away TOO_SLOW: a frame took too long" raw partial
check "it is counted" wait_for 10 counted 'vouchsafe_refused_total{reason="too_slow"}' 1
check "a client that never reads is ended, having been stopped" says "flooded" raw flood
check "it is counted as stalled" wait_for 10 counted 'vouchsafe_refused_total{reason="stalled"}' 1
check "what it sent was not kept" test "$(metric vouchsafe_memory_bytes)" -lt 100000
check "plain HTTP is refused with words" says "plain HTTP" bash -c "exec 3<>/dev/tcp/${ADDRESS[one]%:*}/${ADDRESS[one]##*:}; printf 'GET / HTTP/1.1\r\n\r\n' >&3; read -r _ <&3; tail -n 3 '$VS_TMP/one.log'"
server_stop one

check "it starts with short times" server_start one --ops.address=127.0.0.1:0 --limit.handshake_ms=200 --limit.login_ms=200
open_quiet 1
check "a handshake that doesn't come is ended" wait_for 10 counted 'vouchsafe_refused_total{reason="too_slow"}' 1
close_quiet
check "a login that doesn't come is ended with words" says "away TOO_SLOW: log in sooner" raw wait
server_stop one

check "it starts behind a balancer" server_start one --ops.address=127.0.0.1:0 --listen.proxy=required --log.level=debug
signature=0d0a0d0a000d0a515549540a
client=${signature}2111000ccb007109
check "a client behind a balancer is served" says "answered 1" raw ping "${client}7f00000104d21ddb"
check "its own address is the one that counts" wait_for 10 log_has 'event=close peer=203.0.113.9 '
check "the balancer's own check is served" says "answered 1" raw ping "${signature}20000000"
check "a header that comes with more than it may is refused" says "ended" raw ping "${signature}2111ffff"
check "a client without a header is refused" says "ended" raw ping
check "the log says why" wait_for 10 log_has 'event=refused peer=balancer why="no PROXY v2 header'
check "both are counted" wait_for 10 counted 'vouchsafe_refused_total{reason="proxy"}' 2
server_stop one
check "it starts without PROXY" server_start one --ops.address=127.0.0.1:0
check "a header nobody asked for is refused" says "ended" raw ping "${client}7f00000104d21ddb"
check "as no TLS" wait_for 10 counted 'vouchsafe_refused_total{reason="tls"}' 1
