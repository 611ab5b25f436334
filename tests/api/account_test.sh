#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The admin's work: accounts, lines, devices, the business; and that what was ended is over at once, on every instance.
set -u
. "$VS_ROOT/tests/support/server.sh"
. "$VS_ROOT/tests/support/call.sh"
same() { [ "$1" = "$2" ] || { echo "expected $1, got $2"; return 1; }; }
GOOD=correct-horse-battery
quick=(--login.argon2_kib=64 --login.argon2_passes=1)

check "the server starts" server_start one "${quick[@]}"
[ -n "${SERVER[one]:-}" ] || exit 1
first=$(business hartwell mara)
door "$first"
check "the admin's machine joins" says "who.login=mara" machine admin "$first"
admin() { as admin "$@"; }
made() { admin "$1" change=new "${@:2}"; }
add() { made ACCOUNT_ADD account_id=new login="$1" role="${2:-1}" "${@:3}"; }
id() { "$VS_BIN/tests/api_call" id; }
line() { # LOGIN SECRET: an enrolment line, its id in ENROLMENT
    ENROLMENT=$(id)
    made ENROLMENT_ADD enrolment_id="$ENROLMENT" login="$1" secret_hash="sha256:$2"
}
enrol() { # NAME LOGIN: a machine of that account; the line's parts in ENROLMENT and SECRET, the answer in JOINED
    SECRET=$(printf '%064d' $RANDOM$RANDOM)
    line "$2" "$SECRET" >/dev/null
    key "$1"
    JOINED=$(as "$1" JOIN business_id="$BUSINESS" secret="$SECRET" device_name="$1")
}
device_of() { sql "select device_id from vs.device where name = '$1'" | tr -d -; }

check "a partner's account needs its partner" says "INVALID_ARGUMENT REQUIRED partner_id" add pat 3
check "which has to be one" says "NOT_FOUND NO_SUCH_PARTNER partner_id" add pat 3 partner_id=new
check "and nobody else has one" says "INVALID_ARGUMENT NOT_A_PARTNER partner_id" add pat 1 partner_id=new

# --- lines
for who in sam vera ringo; do add $who 1 password=$GOOD >/dev/null; done
check "a login is somebody's once" says "ALREADY_EXISTS LOGIN_TAKEN login" add sam
enrol desk sam
check "a machine joins by a line" says "who.login=sam" echo "$JOINED"
check "joining again with the same key is answered alike" says "who.login=sam" as desk JOIN business_id="$BUSINESS" secret="$SECRET"
check "not for another business" says "FAILED_PRECONDITION LOGGED_IN" as desk JOIN business_id="f${BUSINESS:1}" secret="$SECRET"
check "also without a hello" says "who.login=sam" "$VS_BIN/tests/api_call" -q -k "$VS_TMP/desk.pem" "$AT" "$PIN" JOIN business_id="$BUSINESS" secret="$SECRET"
key thief
check "a used line is no other machine's" says "FAILED_PRECONDITION USED" as thief JOIN business_id="$BUSINESS" secret="$SECRET"
check "a used line can't be ended" says "FAILED_PRECONDITION LINE_USED enrolment_id" made ENROLMENT_END enrolment_id="$ENROLMENT"
SECRET=$(printf '%064d' 1)
line sam "$SECRET" >/dev/null
check "an enrolled key uses no other line up" says "FAILED_PRECONDITION KEY_KNOWN" as desk JOIN business_id="$BUSINESS" secret="$SECRET"
check "an open line is ended" says OK made ENROLMENT_END enrolment_id="$ENROLMENT"
check "ending it again changes nothing" says OK made ENROLMENT_END enrolment_id="$ENROLMENT"
check "an ended line is refused" says "FAILED_PRECONDITION EXPIRED" as thief JOIN business_id="$BUSINESS" secret="$SECRET"
check "one that isn't there can't be ended" says "NOT_FOUND NO_SUCH_LINE" made ENROLMENT_END enrolment_id=new
SECRET=$(printf '%064d' 2)
line sam "$SECRET" >/dev/null
sql "update vs.enrolment set expires_at = now() where enrolment_id = '$ENROLMENT'" >/dev/null
check "a line that ran out is refused" says "FAILED_PRECONDITION EXPIRED" as thief JOIN business_id="$BUSINESS" secret="$SECRET"
check "an unknown line is refused" says "NOT_FOUND UNKNOWN_LINE" as thief JOIN business_id="$BUSINESS" secret="$(printf '%064d' 3)"
check "lines are listed, the newest first" says "enrolments.enrolment_id=$(tr -d - <<<"$ENROLMENT") enrolments.login=sam" admin ENROLMENT_LIST
check "a page at a time" says "next_page_token=$(tr -d - <<<"$ENROLMENT")" admin ENROLMENT_LIST page_size=1
refuses "never with their secrets" grep -q secret <(admin ENROLMENT_LIST)

# --- devices
enrol phone sam
check "a second machine joins" says "who.login=sam" echo "$JOINED"
check "devices are listed" says "devices.login=sam devices.name=phone" admin DEVICE_LIST login=sam
check "only of that account" same 0 "$(admin DEVICE_LIST login=vera | grep -c devices.name)"
used=$(sql "select last_used_at from vs.device where name = 'desk'")
as desk WHOAMI >/dev/null
check "its use is noted once an hour" same "$used" "$(sql "select last_used_at from vs.device where name = 'desk'")"
sql "update vs.device set last_used_at = now() - interval '2 hours' where name = 'desk'" >/dev/null
as desk WHOAMI >/dev/null
check "and then anew" same t "$(sql "select last_used_at > now() - interval '1 minute' from vs.device where name = 'desk'")"
token=$BUSINESS$(printf '%064d' 5)
bare LOGIN business=hartwell login=sam password=$GOOD want_token="sha256:$(printf '%064d' 5)" >/dev/null

check "a second instance starts" server_start two --database.url="$(database_url one)" "${quick[@]}"
pin_two=$(openssl pkey -in "${STATE[two]}/root.key" -pubout -outform DER | sha256sum | cut -d' ' -f1)
open there "$VS_BIN/tests/api_call" -k "$VS_TMP/phone.pem" "${ADDRESS[two]}" "$pin_two"
check "the device works there" says "who.login=sam" ask there WHOAMI
check "it reads there" says "OK" ask there BUSINESS_GET
check "the device is ended here" says OK made DEVICE_END device_id="$(device_of phone)"
after=$(ask there BUSINESS_GET)
check "its session there is over with that, for reads" grep -qE "^UNAUTHENTICATED REVOKED|^GO_AWAY|^CLOSED" <<<"$after"
after=$(ask there PARTNER_ADD change=new partner_id=new name=Acme)
check "for changes" grep -qE "^UNAUTHENTICATED|^PERMISSION_DENIED|^GO_AWAY|^CLOSED|^$" <<<"$after"
check "and nothing was stored" same 0 "$(sql "select count(*) from vs.partner")"
hang_up there
check "its next hello is refused" says "UNAUTHENTICATED DEVICE_ENDED" as phone HELLO protocol=1
check "the account's other machine goes on" says "who.login=sam" as desk WHOAMI
check "its token too" says "who.login=sam" bare LOGIN token="$token"
check "ending it again changes nothing" says OK made DEVICE_END device_id="$(device_of phone)"
check "one that isn't there can't be ended" says "NOT_FOUND NO_SUCH_DEVICE" made DEVICE_END device_id=new
check "ended ones are listed on demand" says "devices.name=phone" admin DEVICE_LIST with_ended=1
server_stop two

# --- revoking and closing
SECRET=$(printf '%064d' 6)
line sam "$SECRET" >/dev/null
check "an account is revoked" says OK made ACCOUNT_REVOKE login=sam
check "its machine is out" says "DEVICE_ENDED" as desk HELLO protocol=1
check "its token" says "BAD_TOKEN" bare LOGIN token="$token"
check "its unused line" says "EXPIRED" as thief JOIN business_id="$BUSINESS" secret="$SECRET"
check "its password isn't" says "who.login=sam" bare LOGIN business=hartwell login=sam password=$GOOD
enrol van vera
open vera as van
check "somebody is at work" says "OK" ask vera BUSINESS_GET
check "their account is closed" says OK made ACCOUNT_CLOSE login=vera
check "their session is over" grep -qE "^UNAUTHENTICATED REVOKED|^GO_AWAY|^CLOSED" <<<"$(ask vera BUSINESS_GET)"
hang_up vera
check "their machine is out" says "DEVICE_ENDED" as van HELLO protocol=1
check "their password" says "BAD_LOGIN" bare LOGIN business=hartwell login=vera password=$GOOD
check "closed once" says "NOT_FOUND NO_SUCH_ACCOUNT login" made ACCOUNT_CLOSE login=vera
check "it is listed on demand" says "accounts.login=vera" admin ACCOUNT_LIST with_closed=1
check "and not otherwise" same 0 "$(admin ACCOUNT_LIST | grep -c accounts.login=vera)"
check "the last admin stays" says "FAILED_PRECONDITION LAST_ADMIN login" made ACCOUNT_CLOSE login=mara
add nora 4 password=$GOOD >/dev/null
check "one of two may go" says OK made ACCOUNT_CLOSE login=nora
check "an admin's own new password leaves their session" says "who.login=mara" admin ACCOUNT_PASSWORD change=new login=mara password=$GOOD -- WHOAMI
check "it lets in" says "who.login=mara" bare LOGIN business=hartwell login=mara password=$GOOD
desk() { bare LOGIN business=hartwell login=ringo password=$GOOD -- "$@"; }
check "sales may not" says "PERMISSION_DENIED ROLE" desk DEVICE_LIST
check "nor close" says "PERMISSION_DENIED ROLE" desk ACCOUNT_CLOSE change=new login=sam

# --- the business
check "everybody reads the business" says "business.code=hartwell" desk BUSINESS_GET
check "the admin edits it" says "OK   version=2" made BUSINESS_EDIT version=1 name=Hartwell-Roofing currency=EUR country=DE zone=Europe/Vienna
check "it is so" says "business.zone=Europe/Vienna business.country=DE business.currency=EUR business.version=2" admin BUSINESS_GET
check "not over somebody else's change" says "FAILED_PRECONDITION VERSION version" made BUSINESS_EDIT version=1 name=Other
check "an unknown zone is named" says "INVALID_ARGUMENT BAD_ZONE zone" made BUSINESS_EDIT version=2 zone=Europe/Atlantis
check "a country" says "INVALID_ARGUMENT BAD_COUNTRY country" made BUSINESS_EDIT version=2 country=Germany
check "a currency" says "INVALID_ARGUMENT BAD_CURRENCY currency" made BUSINESS_EDIT version=2 currency=eur
check "an empty name" says "INVALID_ARGUMENT NAME_NEEDED name" made BUSINESS_EDIT version=2 name=
sql "insert into vs.tally select business_id, current_date, 1, business_id, 1, current_date, 0, 1 from vs.business" >/dev/null
check "the zone stays once touches are counted by it" says "FAILED_PRECONDITION ZONE_COUNTED zone" made BUSINESS_EDIT version=2 zone=Europe/Berlin
check "the same one is no change of it" says "OK   version=3" made BUSINESS_EDIT version=2 zone=Europe/Vienna name=Hartwell
check "partners are listed with what they have" says "partners.accounts=0 partners.contacts=0" admin PARTNER_ADD change=new partner_id=new name=Acme -- PARTNER_LIST
