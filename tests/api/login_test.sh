#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Coming in by password and token: who gets in, who doesn't and learns nothing by it, what ends a session.
set -u
. "$VS_ROOT/tests/support/server.sh"
. "$VS_ROOT/tests/support/call.sh"
same() { [ "$1" = "$2" ] || { echo "expected $1, got $2"; return 1; }; }
quick=(--login.argon2_kib=64 --login.argon2_passes=1 --login.account_ms=3600000 --login.address_burst=100000)
GOOD=correct-horse-battery
login() { bare LOGIN business="${CODE:-hartwell}" login="$1" password="${2:-$GOOD}" "${@:3}"; }
bytes() { "$VS_BIN/tests/api_call" -x "$AT" "$PIN" LOGIN "$@"; }

check "the server starts" server_start one "${quick[@]}"
[ -n "${SERVER[one]:-}" ] || exit 1
line=$(business hartwell mara)
door "$line"
check "the admin's machine joins" says "who.login=mara" machine admin "$line"
add() { as admin ACCOUNT_ADD change=new account_id=new login="$1" role="${2:-1}" "${@:3}"; }
check "a short password is refused by name" says "INVALID_ARGUMENT PASSWORD password" add sam 1 password=elevenchars
check "an account with a password is added" says "OK" add sam 1 password=$GOOD
for who in closed barred ringo vera; do add $who 1 password=$GOOD >/dev/null; done
add keyless >/dev/null
partner=$(as admin PARTNER_ADD change=new partner_id=new name=Acme | field partner_id)
check "a partner's account gets no password" says "FAILED_PRECONDITION DEVICES_ONLY password" add pat 3 partner_id="$partner" password=$GOOD
add pat 3 partner_id="$partner" >/dev/null
sql "update vs.account set closed_at = now() where login = 'closed'" >/dev/null

check "the right password lets in" says "who.login=sam" login sam
check "and calls are served after it" says "who.name=sam" bare LOGIN business=hartwell login=sam password=$GOOD -- WHOAMI
check "before it they aren't" says "UNAUTHENTICATED NOT_LOGGED_IN" bare WHOAMI
check "a second login on a connection is refused" says "FAILED_PRECONDITION LOGGED_IN" bare LOGIN business=hartwell login=sam password=$GOOD -- LOGIN business=hartwell login=vera password=$GOOD
check "on a device's connection too" says "FAILED_PRECONDITION LOGGED_IN" as admin LOGIN business=hartwell login=sam password=$GOOD
check "a missing word is named" says "INVALID_ARGUMENT REQUIRED login" bare LOGIN business=hartwell password=$GOOD
wrong=$(bytes business=hartwell login=sam password=wrong-horse-battery)
check "a wrong password is refused" says "UNAUTHENTICATED BAD_LOGIN" login sam wrong-horse-battery
same_bytes() { check "$1: the same bytes as for a wrong password" same "$wrong" "$(bytes "${@:2}")"; }
same_bytes "an unknown login" business=hartwell login=nobody password=$GOOD
same_bytes "an unknown business" business=nowhere login=sam password=$GOOD
same_bytes "a closed account" business=hartwell login=closed password=$GOOD
same_bytes "an account without a password" business=hartwell login=keyless password=$GOOD
same_bytes "a partner's account" business=hartwell login=pat password=$GOOD
check "a composed and a decomposed letter are one password" says OK add andre 1 password=$'caf\xc3\xa9-au-lait-noir'
check "..." says "who.login=andre" login andre $'cafe\xcc\x81-au-lait-noir'

# --- throttling
for _ in 1 2 3 4 5 6 7 8 9 10; do login barred wrong-horse-battery >/dev/null; done
check "after ten wrong ones even the right password waits" says "RESOURCE_EXHAUSTED THROTTLED" login barred
check "it is told how long" says "retry_after_ms=" login barred
for _ in 1 2 3 4 5 6 7 8 9 10; do login ghost wrong-horse-battery >/dev/null; done
check "a login that doesn't exist is throttled alike" says "RESOURCE_EXHAUSTED THROTTLED" login ghost
check "others aren't" says "who.login=vera" login vera
for _ in 1 2 3 4 5 6 7 8 9 10 11 12; do login vera >/dev/null; done
check "right passwords aren't counted" says "who.login=vera" login vera

# --- tokens
secret=$(printf '%064d' 7)
token=$BUSINESS$secret
check "a login makes a token" says "token_expires_at=" login vera $GOOD want_token="sha256:$secret"
check "after a lost answer the same one" says "token_expires_at=" login vera $GOOD want_token="sha256:$secret"
check "the token lets in" says "who.login=vera" bare LOGIN token="$token"
check "somebody else can't have it" says "TOKEN_USED" login ringo $GOOD want_token="sha256:$secret"
bad=$("$VS_BIN/tests/api_call" -x "$AT" "$PIN" LOGIN token="$BUSINESS$(printf '%064d' 8)")
check "an unknown token doesn't" says "UNAUTHENTICATED BAD_TOKEN" bare LOGIN token="$BUSINESS$(printf '%064d' 8)"
bad_token() { check "$1" same "$bad" "$("$VS_BIN/tests/api_call" -x "$AT" "$PIN" LOGIN token="${2:-$token}")"; }
bad_token "another business's token is an unknown one" "f${token:1}"
sql "update vs.token set expires_at = now() - interval '1 second'" >/dev/null
bad_token "a token that ran out is an unknown one"
secret=$(printf '%064d' 11) token=$BUSINESS$(printf '%064d' 11)
check "another one is made" says "token_expires_at=" login vera $GOOD want_token="sha256:$secret"
sql "update vs.token set expires_at = now() + interval '3 seconds'" >/dev/null
open short bare
check "a session by a token that is about to run out" says "who.login=vera" ask short LOGIN token="$token"
sent_away() { ask short PING | grep -q "GO_AWAY TOKEN_EXPIRED"; }
check "ends with it" wait_for 20 sent_away
hang_up short
bad_token "and it lets nobody in any more"
secret=$(printf '%064d' 12) token=$BUSINESS$(printf '%064d' 12)
check "a third one is made" says "token_expires_at=" login vera $GOOD want_token="sha256:$secret"
check "and the old one is swept" same 1 "$(sql "select count(*) from vs.token")"
check "logging out ends it and the connection" says "GO_AWAY LOGGED_OUT" bare LOGIN token="$token" -- LOGOUT token="$token" -- PING
bad_token "an ended token is an unknown one"
secret=$(printf '%064d' 9) token=$BUSINESS$(printf '%064d' 9)
login vera $GOOD want_token="sha256:$secret" >/dev/null
bare LOGIN business=hartwell login=sam password=$GOOD -- LOGOUT token="$token" >/dev/null
check "nobody ends another one's token" says "who.login=vera" bare LOGIN token="$token"
as admin ACCOUNT_REVOKE change=new login=vera >/dev/null
bad_token "a revoked account's token is an unknown one"
check "its password still lets in" says "who.login=vera" login vera

# --- changing the password
login vera $GOOD want_token="sha256:$(printf '%064d' 10)" >/dev/null
open other bare
ask other LOGIN business=hartwell login=vera password=$GOOD >/dev/null
open mine bare
ask mine LOGIN business=hartwell login=vera password=$GOOD >/dev/null
change=$(as admin ACCOUNT_LIST | grep -oE "accounts.account_id=[0-9a-f]*" | head -1 | cut -d= -f2)
check "the wrong old password is refused by name" says "INVALID_ARGUMENT BAD_PASSWORD old_password" ask mine PASSWORD_CHANGE change=new old_password=wrong-horse-battery new_password=another-fine-horse
check "a short new one too" says "INVALID_ARGUMENT PASSWORD new_password" ask mine PASSWORD_CHANGE change=new old_password=$GOOD new_password=short
check "the right one changes it" says "OK" ask mine PASSWORD_CHANGE change="$change" old_password=$GOOD new_password=another-fine-horse
check "this session goes on" says "who.login=vera" ask mine WHOAMI
check "a repeat finds it done" says "OK" ask mine PASSWORD_CHANGE change="$change" old_password=$GOOD new_password=another-fine-horse
check "the same change id with another password is found out" says "KEY_REUSED" ask mine PASSWORD_CHANGE change="$change" old_password=$GOOD new_password=a-different-horse
refuses "the other session has ended" says "who.login" ask other WHOAMI
token=$BUSINESS$(printf '%064d' 10)
bad_token "so has the token"
check "the old password is no longer one" says "BAD_LOGIN" login vera
check "the new one is" says "who.login=vera" login vera another-fine-horse
hang_up mine
hang_up other
check "the admin sets another" says "OK" as admin ACCOUNT_PASSWORD change=new login=vera password=given-by-the-admin
check "it lets in" says "who.login=vera" login vera given-by-the-admin
refuses "no password in the log" grep -E "$GOOD|another-fine-horse|given-by-the-admin" "$VS_TMP/one.log"
check "passwords are stored as Argon2id" same 0 "$(sql "select count(*) from vs.password where hash not like '\$argon2id\$v=19\$m=64,t=1,p=1\$%'")"

# --- what is kept, and who may read it
denied() { says "permission denied" sql "set role $1; select $2"; }
for role in vs_staff vs_partner vs_writer; do
    check "$role reads no password's hash" denied $role "hash from vs.password"
    check "$role doesn't read the ledger's key" denied $role "value from vs.secret"
done
partner=$("$VS_BIN/tests/api_call" id)
as admin PARTNER_ADD change=new partner_id="$partner" name=Acme >/dev/null
body=0a10$(tr -d - <<<"$partner")120441636d65
check "the ledger keeps its hash" same 32 "$(sql "select length(hash) from vs.change where target = '$partner'")"
check "not one that anybody can make" same 0 "$(sql "select count(*) from vs.change where hash = sha256('\\x$body')")"

# --- the queue, and other parameters
server_stop one
check "the server starts with dearer hashes" server_start one --login.argon2_kib=262144 --login.hashers=1 --login.queue=2 --login.account_burst=1000
AT=${ADDRESS[one]}
many=$("$VS_BIN/tests/api_call" -n 12 "$AT" "$PIN" LOGIN business=hartwell login=nobody password=wrong-horse-battery)
check "one is hashed, two wait, the rest is told to come back" says "RESOURCE_EXHAUSTED LOGINS" echo "$many"
check "those that waited are answered" says "UNAUTHENTICATED BAD_LOGIN" echo "$many"
check "all twelve are" same 12 "$(grep -cE '^(RESOURCE_EXHAUSTED LOGINS|UNAUTHENTICATED BAD_LOGIN)' <<<"$many")"
check "an old hash still lets in" says "who.login=ringo" login ringo
check "and is renewed with today's cost" same 1 "$(sql "select count(*) from vs.account join vs.password using (account_id) where login = 'ringo' and hash like '\$argon2id\$v=19\$m=262144,t=2,p=1\$%'")"
