#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# listen.plain: clients without TLS, of this machine alone, behind a proxy or on a unix socket; by password or token.
set -u
. "$VS_ROOT/tests/support/server.sh"
. "$VS_ROOT/tests/support/call.sh"
GOOD=correct-horse-battery
quick=(--login.argon2_kib=64 --login.argon2_passes=1 --ops.address=127.0.0.1:0)
sock=$VS_TMP/plain.sock
plain() { "$VS_BIN/tests/api_call" "$sock" plain "$@"; }
refused() { "$VS_BIN/vouchsafed" --state.directory="$VS_TMP/no" --listen.plain="$1" --check-config; }
logged() { grep -q -- "$1" "$VS_TMP/one.log"; }

for where in 0.0.0.0:7644 '[::]:7644' 192.0.2.7:7644 somewhere.example:7644 plain.sock; do
    check "$where is refused by --check-config" says "listen.plain has no TLS, so it is the path of a unix socket or an address of the loopback" refused "$where"
    refuses "and by the server" "$VS_BIN/vouchsafed" --state.directory="$VS_TMP/no" --listen.plain="$where"
done
check "the server starts with a unix socket" server_start one "${quick[@]}" --listen.plain="$sock"
[ -n "${SERVER[one]:-}" ] || exit 1
check "the log says where" logged "event=ready .* plain=$sock"
check "its group may connect, others may not" same 660 "$(stat -c %a "$sock")"
line=$(business hartwell mara)
door "$line"
check "the admin joins, over TLS" says "who.login=mara" machine admin "$line"
as admin ACCOUNT_ADD change=new account_id=new login=sam role=1 password=$GOOD >/dev/null
check "a ping" says OK plain PING
check "a password lets in" says "who.login=sam" plain LOGIN business=hartwell login=sam password=$GOOD -- WHOAMI
check "a wrong one doesn't" says "BAD_LOGIN" plain LOGIN business=hartwell login=sam password=wrong-horse-battery
secret=$(printf '%064d' 5)
plain LOGIN business=hartwell login=sam password=$GOOD want_token="sha256:$secret" >/dev/null
check "a token does" says "who.login=sam" plain LOGIN token="$BUSINESS$secret" -- WHOAMI
check "without either nothing is served" says "UNAUTHENTICATED" plain BUSINESS_GET
check "there is no key to join with" says "FAILED_PRECONDITION NO_KEY" plain JOIN business_id="$BUSINESS" secret="$SECRET"
check "the port of TLS takes no plain requests" says "closed" bash -c "exec 3<>/dev/tcp/${ADDRESS[one]%:*}/${ADDRESS[one]##*:}; printf '\0\0\0\4\10\1\20\1' >&3; timeout 20 cat <&3 | grep -qa vouchsafed || echo closed"
check "another server doesn't take it away" says "another program listens there" timeout 60 "$VS_BIN/vouchsafed" --state.directory="$VS_TMP/two" --database.url="$(database_url one)" --listen.address=127.0.0.1:0 --listen.plain="$sock"
open held plain
check "a session is held" says "who.login=sam" ask held LOGIN token="$BUSINESS$secret"
server_kill one
check "a killed server leaves its socket" test -S "$sock"
check "the next one takes its place" server_start one "${quick[@]}" --listen.plain="$sock"
check "and serves" says "who.login=sam" plain LOGIN token="$BUSINESS$secret"
hang_up held
open last plain
ask last LOGIN token="$BUSINESS$secret" >/dev/null
kill -TERM "${SERVER[one]}"
told() { ask last PING | grep -q "GO_AWAY SHUTTING_DOWN\|CLOSED"; }
check "a stop tells its clients" wait_for 20 told
hang_up last
server_stop one
check "and takes the socket away" test ! -e "$sock"

# --- a proxy in front, on the loopback
check "the server starts on the loopback, behind a proxy" server_start one "${quick[@]}" --listen.plain=127.0.0.1:0 --listen.plain_proxy=required --log.level=debug
at=$(sed -n 's/.*event=ready .* plain=\([^ ]*\).*/\1/p' "$VS_TMP/one.log" | tail -n 1)
signature='\r\n\r\n\0\r\nQUIT\n'
client=$signature'\x21\x11\0\x0c\xcb\0\x71\x09\x7f\0\0\1\x04\xd2\x1d\xdb'
proxied() { # BYTES: what comes back, its letters
    exec 3<>"/dev/tcp/${at%:*}/${at##*:}"
    # shellcheck disable=SC2059 # bytes
    printf "$1" >&3
    timeout 3 head -c 20 <&3 | tr -cd 'A-Za-z/'
    exec 3>&-
}
hello='\0\0\0\4\10\1\20\1'
check "a client behind it is served" says "vouchs" proxied "$client$hello"
check "what is no frame is sent away" says "PROTOCOL" proxied "$client"'\xff\xff\xff\xff'
check "its own address is the one that counts" wait_for 10 logged 'event=close peer=203.0.113.9 '
check "one without a header is refused" same "" "$(proxied "$hello")"
check "the port of TLS wants none" says "who.login=mara" as admin WHOAMI
