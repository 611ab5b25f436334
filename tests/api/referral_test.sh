#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Referrals through the real programs: in one line, moved by both ends, seen by whom they belong to, told, thanked, and off line.
set -u
. "$VS_ROOT/tests/support/server.sh"
export TZ=Europe/Berlin
owner() { sql "set role vs_owner; set search_path = vs, public; $1"; }
is() { # EXPECTED COMMAND...
    local want=$1 got
    shift
    got=$("$@" 2>&1)
    [ "$got" = "$want" ] || { echo "expected $want, got $got"; return 1; }
}
field() { # PATH COMMAND...: a value of the JSON
    local path=$1
    shift
    "$@" --json | jq -r "$path"
}
fails_with() { # CODE TEXT COMMAND...
    local code=$1 text=$2 out status
    shift 2
    out=$("$@" 2>&1)
    status=$?
    { [ $status = "$code" ] && grep -qF -- "$text" <<<"$out"; } || { echo "expected $code and \"$text\", got $status: $out"; return 1; }
}
sales() { seat sales sales "$@"; }
pat() { seat pat partner "$@"; }
oto() { seat oto partner "$@"; }
admin() { seat admin admin "$@"; }
check "the server starts" server_start one
[ -n "${SERVER[one]:-}" ] || exit 1
admin join "$(business "Hartwell Roofing" mara)" >/dev/null
for who in sam:sales sue:service; do admin account add "${who%:*}" --name "${who%:*} Rivers" --role "${who#*:}" >/dev/null; done
admin partner add "Acme Plumbing" >/dev/null
admin partner add "Oak Carpentry" >/dev/null
admin partner add "No Seat Ltd" >/dev/null
admin account add pat --name "Pat Acme" --role partner --partner P1 >/dev/null
admin account add oto --name "Oto Oak" --role partner --partner P2 >/dev/null
joins() { seat "$1" "$2" join "$(admin account enrol "$3" | grep vouchsafe-join)" >/dev/null; }
joins sales sales sam && joins service service sue && joins pat partner pat && joins oto partner oto
sales contact add "Ann Lee" --email ann@example.org >/dev/null
sales contact add "CANARYKNOWN Person" --phone "+49 30 5550123" >/dev/null

# --- in one line
check "refer ... from ... because" says "R1 came in" sales refer Bob Stone +5551999001122 from Ann Lee because "wants the same roof"
check "the person is a contact now" is referral owner "select origin from contact where name = 'Bob Stone'"
check "the source entered refer" is 7 owner "select max(stage) from contact_stage s join contact c using (business_id, contact_id) where c.name = 'Ann Lee'"
check "the source is credited" is credited field .referral.verdict sales referral show R1
check "refer ... to ... because gives one" says "R2 came in" sales refer Ann Lee to Acme Plumbing because "leak under the sink"
check "its partner has it" is "Ann Lee" field '.referrals[] | select(.number == 2) | .person' pat referral list
check "a partner refers" says "R3 came in" pat refer Carla Moreno carla@example.org because "rain comes in"
check "it is its own source" is "Acme Plumbing" field .referral.source sales referral show R3
check "a level there is none of" fails_with 65 "level" pat refer X Y because z --level 9
check "nobody" fails_with 64 "nobody is named" sales refer from Ann Lee
check "a source nobody knows" fails_with 65 "from Nobody Here" sales refer Some One from Nobody Here
check "what we do is read before" says "within 4 working hours" pat referral terms
check "the receipt has the sentence for the person" says "say to them: I told Hartwell Roofing" sales refer Dee Dent from Ann Lee because "roof"
