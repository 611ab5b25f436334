# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# Speaking the protocol from shell tests, below the client library (tests/api/call.c). Sourced after server.sh.
#   door LINE              remembers where the line leads: BUSINESS, PIN, SECRET, AT
#   machine NAME LINE      makes a key, joins by the line with it; afterwards  as NAME ...  is that device
#   as NAME CALL...        calls as that device;  bare CALL...  without a certificate
#   enrolled NAME LOGIN    makes a machine of that account by a line of the device "admin"
#   new_id                 an id
#   field NAME             the value of name=... in what comes in
#   open NAME BY...        a connection that stays: ask NAME CALL... says one call on it and prints the answer; hang_up NAME
door() { eval "$("$VS_BIN/tests/api_call" line "$1")"; AT=${ADDRESS[one]}; }
key() { "$VS_BIN/tests/api_call" key "$VS_TMP/$1.pem" "$BUSINESS"; }
machine() {
    local name=$1
    door "$2"
    key "$name"
    as "$name" JOIN business_id="$BUSINESS" secret="$SECRET" device_name="$name"
}
new_id() { "$VS_BIN/tests/api_call" id; }
enrolled() {
    local secret
    secret=$(printf '%064d' $RANDOM$RANDOM)
    as admin ENROLMENT_ADD change=new enrolment_id=new login="$2" secret_hash="sha256:$secret" >/dev/null
    key "$1"
    as "$1" JOIN business_id="$BUSINESS" secret="$secret" device_name="$1"
}
as() { local name=$1; shift; "$VS_BIN/tests/api_call" -k "$VS_TMP/$name.pem" "$AT" "$PIN" "$@"; }
bare() { "$VS_BIN/tests/api_call" "$AT" "$PIN" "$@"; }
field() { grep -oE "(^| )$1=[^ ]*" | head -1 | cut -d= -f2; }
declare -A TO=() FROM=()
open() { # NAME as DEVICE | NAME bare
    local name=$1 to from
    shift
    mkfifo "$VS_TMP/$name.to" "$VS_TMP/$name.from"
    "$@" <"$VS_TMP/$name.to" >"$VS_TMP/$name.from" &
    exec {to}>"$VS_TMP/$name.to" {from}<"$VS_TMP/$name.from"
    TO[$name]=$to FROM[$name]=$from
}
ask() {
    local name=$1 answer
    shift
    echo "$@" >&"${TO[$name]}" && read -rt 60 answer <&"${FROM[$name]}"
    echo "$answer"
}
hang_up() { local to=${TO[$1]} from=${FROM[$1]}; exec {to}>&- {from}<&-; }
