#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The root key kept off the instances: request, certify, install; renewal; a certificate that runs out; the root replaced.
set -u
. "$VS_ROOT/tests/support/server.sh"
d() { "$VS_BIN/vouchsafed" --state.directory="$VS_TMP/$1" "${@:2}"; }
pin_of() { openssl x509 -in "$1" -noout -pubkey | openssl pkey -pubin -outform DER | sha256sum | cut -d' ' -f1; }
logged() { grep -q -- "$2" "$VS_TMP/$1.log"; }
reloads() { grep -cE 'event=reload(ed|_failed)' "$VS_TMP/$1.log"; }
reload() { # NAME: SIGHUP, and wait for what came of it
    local n
    n=$(reloads "$1")
    kill -HUP "${SERVER[$1]}"
    more() { [ "$(reloads "$1")" -gt "$2" ]; }
    wait_for 20 more "$1" "$n"
}
renew() { # NAME [OPTION...]: the whole way of a certificate
    local name=$1
    shift
    d "$name" instance request "$VS_TMP/$name.request" && d vault instance certify "$VS_TMP/$name.request" "$VS_TMP/$name.pem" "$@" &&
        d "$name" instance install "$VS_TMP/$name.pem"
}
starts() { # NAME: a server that is expected to refuse
    timeout 60 "$VS_BIN/vouchsafed" --state.directory="$VS_TMP/$1" --listen.address=127.0.0.1:0 {NEVER}>&-
}

# --- the way of a certificate
check "a root key is made on a machine of its own" d vault root create
refuses "once" d vault root create
check "and says so" says "there is a root.key already" d vault root create
check "an instance makes its key and asks" d one instance request "$VS_TMP/one.request"
check "what leaves it is a request, no key" grep -q "BEGIN CERTIFICATE REQUEST" "$VS_TMP/one.request"
check "without a certificate it doesn't start, and makes no root of its own" says "this instance has no certificate yet" starts one
check "..." test ! -e "$VS_TMP/one/root.key"
check "the keeper certifies it" d vault instance certify "$VS_TMP/one.request" "$VS_TMP/one.pem"
check "also from standard input" bash -c "'$VS_BIN/vouchsafed' --state.directory='$VS_TMP/vault' instance certify - <'$VS_TMP/one.request' | openssl verify -CAfile '$VS_TMP/vault/root.pem'"
check "openssl agrees with the chain" openssl verify -CAfile "$VS_TMP/vault/root.pem" "$VS_TMP/one.pem"
head -c 300 "$VS_TMP/one.request" >"$VS_TMP/half"
check "half a request is no request" says "it isn't one, or was altered" d vault instance certify "$VS_TMP/half" "$VS_TMP/half.pem"
check "a life is a number with a unit" says "usage: vouchsafed instance certify" d vault instance certify "$VS_TMP/one.request" --valid soon
check "where no root key is nobody certifies" says "there is no root.key" d one instance certify "$VS_TMP/one.request"
d other instance request "$VS_TMP/other.request"
check "another instance's certificate is not taken" says "not of this instance's key" d other instance install "$VS_TMP/one.pem"
sed '/END CERT/q' "$VS_TMP/one.pem" >"$VS_TMP/leaf.pem"
check "nor one without its root" says "comes without its root" d one instance install "$VS_TMP/leaf.pem"
check "its own is" says "takes it at SIGHUP" d one instance install "$VS_TMP/one.pem"
check "it starts with certificate and root alone" server_start one --ops.address=127.0.0.1:0
[ -n "${SERVER[one]:-}" ] || exit 1
check "no root key is there" test ! -e "$VS_TMP/one/root.key"
d self root create >/dev/null
d self instance request >"$VS_TMP/self.request"
d vault instance certify "$VS_TMP/self.request" "$VS_TMP/self.pem"
check "a machine with a root of its own keeps to it" says "move root.key and root.pem away first" d self instance install "$VS_TMP/self.pem"

# --- any instance
check "a second instance is certified" renew two
check "and starts" server_start two --database.url="$(database_url one)"
line=$(d one --listen.advertise="${ADDRESS[two]}" business create hartwell --admin mara)
check "a line made beside one is good at two" seat mara admin join "$line"
check "the seat works there" says "mara" seat mara admin whoami
both=$("$VS_BIN/tests/api_call" line "$line" | grep -c "$(pin_of "$VS_TMP/vault/root.pem")")
check "the line names the root, not an instance" same 1 "$both"
file=$VS_TMP/seat-mara/admin.seat
sed -i "s/^addresses=.*/addresses=${ADDRESS[two]},${ADDRESS[one]}/" "$file"
check "either instance serves it" says "mara" seat mara admin whoami
server_stop two
check "the other one when one is away" says "mara" seat mara admin whoami
sed -i "s/^addresses=.*/addresses=${ADDRESS[one]}/" "$file"

# --- renewal and the end of a certificate
metric() { http /metrics | sed -n 's/^vouchsafe_certificate_end_seconds //p'; }
before=$(metric)
check "its end is a metric" same "$(date -d "$(openssl x509 -in "$VS_TMP/one/instance.pem" -noout -enddate | cut -d= -f2)" +%s)" "$(printf '%.0f' "$before")"
check "a renewal" renew one --valid 40d
reload one
check "is taken at SIGHUP" logged one "event=reloaded"
check "the metric follows" [ "$(printf '%.0f' "$(metric)")" -lt "$(printf '%.0f' "$before")" ]
check "nothing is warned about yet" same 0 "$(grep -c certificate_runs_out "$VS_TMP/one.log")"
renew one --valid 10d >/dev/null
reload one
check "in the last month it is, with what to do" logged one 'level=warn event=certificate_runs_out .*days=[19]0\? .*instance request'
seat mara admin account add sam --role sales >/dev/null
check "a sales seat" seat sam sales join "$(seat mara admin account enrol sam)"
seat sam sales contact add "Ann Lee" --phone "+49 30 5550101" >/dev/null
renew one --valid 8s >/dev/null
reload one
check "a certificate of seconds" logged one "certificate_runs_out .*days=0"
check "when it ran out the server says so" wait_for 30 logged one "level=error event=certificate_ran_out"
check "a balancer is told" says "certificate ran out" http /readyz
seat sam sales touch C1 call + "the roof is fine" >"$VS_TMP/out" 2>&1
check "a seat keeps what it captures" same 75 $?
check "and says why" says "the server's certificate ran out; its operator has to renew it" seat mara admin whoami
check "it waits" says "waiting" seat sam sales outbox list
check "it isn't renewed into the past" says "ran out" renew one --valid 0s
kill -HUP "${SERVER[one]}"
check "SIGHUP with one that ran out changes nothing" wait_for 20 logged one "event=reload_failed .*ran out"
server_stop one
check "a server doesn't start with one" says "the instance's certificate ran out, seats refuse it" starts one
check "a good one" renew one
check "and it is back" server_start one --ops.address=127.0.0.1:0
check "what waited is sent" says "0 waiting" seat sam sales outbox retry
check "and stored" same 1 "$(sql "select count(*) from vs.touchpoint where note = 'the roof is fine'")"

# --- the root is replaced: rehearsed with a seat that comes by, one that is away, and an instance that is late
renew two >/dev/null
server_start two --database.url="$(database_url one)" >/dev/null
old=$(pin_of "$VS_TMP/vault/root.pem")
check "a new root" says "the old one vouches for" d vault root replace
new=$(pin_of "$VS_TMP/vault/root.pem")
check "is another" [ "$old" != "$new" ]
check "one instance moves" renew one
reload one
check "without a restart" logged one "event=reloaded"
check "a seat of before works" says "mara" seat mara admin whoami
check "it knows the new root now" grep -q "^root_pin=$new" "$file"
check "and still the old one" grep -q "^root_before=$old" "$file"
sed -i "s/^addresses=.*/addresses=${ADDRESS[two]}/" "$file"
check "so the instance that is late still serves it" says "mara" seat mara admin whoami
check "and teaches it nothing" grep -q "^root_pin=$new" "$file"
third=$(seat mara admin account enrol sam)
check "a line made by the late one" seat third sales join "$third"
sed -i "s/^addresses=.*/addresses=${ADDRESS[one]}/" "$VS_TMP/seat-third/sales.seat"
check "is good at the other" says "sam" seat third sales whoami
renew two >/dev/null
reload two
sed -i "s/^addresses=.*/addresses=${ADDRESS[one]}/" "$file" "$VS_TMP/seat-sam/sales.seat"
check "a line made now names the new root" says "$new" "$VS_BIN/tests/api_call" line "$(seat mara admin account enrol sam)"
check "the end of the change" says "no longer vouched for" d vault root retire
check "there is one end" says "nothing is being replaced" d vault root retire
renew one >/dev/null
reload one
check "a seat that came by goes on" says "mara" seat mara admin whoami
check "and forgets the old root" same 0 "$(grep -c "^root_before" "$file")"
check "one that was away all the time needs a new line, and is told" says "ask your admin for a new line" seat sam sales whoami
fourth=$(seat mara admin account enrol sam)
check "which lets it in" seat sam sales join "$fourth"

# --- interrupted, and unrelated
touch "$VS_TMP/vault/root.next.key.new"
cp "$VS_TMP/vault/root.key" "$VS_TMP/was.key"
check "another replacement" d vault root replace
mv "$VS_TMP/vault/root.key" "$VS_TMP/vault/root.next.key"
cp "$VS_TMP/was.key" "$VS_TMP/vault/root.key" # as if it had ended before the keys changed places
check "half of it certifies nothing" says "finish it: vouchsafed root replace" d vault instance certify "$VS_TMP/one.request"
check "it is finished by asking again" d vault root replace
check "and certifies" renew one
reload one
check "the instance moves" same 0 "$(tail -n 2 "$VS_TMP/one.log" | grep -c reload_failed)"
check "seats too" says "mara" seat mara admin whoami
d stranger root create >/dev/null
cp "$VS_TMP/one/instance.pem" "$VS_TMP/good.pem"
d stranger instance certify "$VS_TMP/one.request" "$VS_TMP/one/instance.pem"
kill -HUP "${SERVER[one]}"
check "a certificate of a root nobody vouches for is not taken" wait_for 20 logged one "event=reload_failed .*another root"
check "seats go on" says "mara" seat mara admin whoami

# --- the usual installation: the root key beside its only instance
check "a server with its root key" server_start own
line=$(d own business create acme --admin kim --zone Europe/Berlin)
check "a seat of it" seat kim admin join "$line"
d own root replace >/dev/null
reload own
check "renews by itself when the root is replaced" says "kim" seat kim admin whoami
check "the seat follows" grep -q "^root_pin=$(pin_of "$VS_TMP/own/root.pem")" "$VS_TMP/seat-kim/admin.seat"
