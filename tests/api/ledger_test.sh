#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The ledger's sum is zero after any history: rewards are added, decided, made payable, paid and reversed, agreements change, referrals are won,
# reopened and taken for a mistake, their sources merged and un-merged, at random and by two seats at once; some of it is refused. After each
# step the balances of every currency add up to zero; after each history they are what the rewards' states say, and what the postings say.
# VS_SEED repeats it.
set -u
. "$VS_ROOT/tests/support/server.sh"
. "$VS_ROOT/tests/support/call.sh"
fresh() { new_id | tr -d -; }
check "the server starts" server_start one
[ -n "${SERVER[one]:-}" ] || exit 1
machine admin "$(business "Hartwell Roofing" mara)" >/dev/null
acme=$(fresh)
as admin PARTNER_ADD change=new partner_id="$acme" name=Acme >/dev/null
as admin ACCOUNT_ADD change=new account_id=new login=ada name=Ada role=4 >/dev/null
enrolled ada ada >/dev/null
open admin as admin
open ada as ada

seed=${VS_SEED:-$RANDOM}
RANDOM=$seed
pick() { local n=$((RANDOM % $# + 1)); echo "${!n}"; }
declare -A told=()
say() { # SEAT CALL...: it and its status are counted
    local answer
    answer=$(ask "$@")
    [[ $answer == INTERNAL* || -z $answer ]] && echo "$*: $answer" >>"$VS_TMP/failed"
    told["$2 ${answer%% *}"]=$((${told["$2 ${answer%% *}"]:-0} + 1))
}
both() { # CALL...: by both at once
    echo "$@" >&"${TO[admin]}"
    echo "$@" >&"${TO[ada]}"
    local a b
    read -rt 60 a <&"${FROM[admin]}"
    read -rt 60 b <&"${FROM[ada]}"
    [ "$(printf '%s\n%s\n' "$a" "$b" | grep -c ^OK)" -le 1 ] || echo "two did $*" >>"$VS_TMP/failed"
    [[ $a == INTERNAL* || $b == INTERNAL* ]] && echo "$*: $a / $b" >>"$VS_TMP/failed"
    told["$1 ${a%% *}"]=$((${told["$1 ${a%% *}"]:-0} + 1))
    told["$1 ${b%% *}"]=$((${told["$1 ${b%% *}"]:-0} + 1))
}
sum_zero() { # of every currency
    ask admin LEDGER_SHOW | tr ' ' '\n' | awk -F= '$1 ~ /currency$/ {c = $2} $1 ~ /[.]value$/ {s[c] += $2} END {for (c in s) if (s[c] != 0) {print "the balances of " c " add up to " s[c]; exit 1}}'
}
pages() { # METHOD: all its pages, a field a line
    local token="" answer
    while :; do
        answer=$(ask admin "$1" page_size=200 ${token:+page_token="$token"})
        tr ' ' '\n' <<<"$answer"
        token=$(field next_page_token <<<"$answer")
        [ -n "$token" ] || return 0
    done
}
agrees() { # balances, states and postings say the same
    ask admin LEDGER_SHOW | tr ' ' '\n' | awk -F= '$1 ~ /ledger_account$/ {a = $2} $1 ~ /currency$/ {c = $2} $1 ~ /[.]value$/ && $2 != 0 {print c, a, $2}' | sort >"$VS_TMP/show"
    pages REWARD_LIST | awk -F= '$1 == "rewards.value" {v = $2} $1 == "rewards.currency" {c = $2} $1 == "rewards.state" && $2 >= 2 && $2 <= 4 {s[c " 1"] += v; s[c " " $2] -= v}
        END {for (i in s) if (s[i] != 0) print i, s[i]}' | sort >"$VS_TMP/states"
    pages LEDGER_LIST | awk -F= '$1 == "postings.debit" {d = $2} $1 == "postings.credit" {k = $2} $1 == "postings.value" {v = $2} $1 == "postings.currency" {s[$2 " " d] += v; s[$2 " " k] -= v}
        END {for (i in s) if (s[i] != 0) print i, s[i]}' | sort >"$VS_TMP/postings"
    if cmp -s "$VS_TMP/show" "$VS_TMP/states" && cmp -s "$VS_TMP/show" "$VS_TMP/postings"; then return 0; fi
    paste -d'|' "$VS_TMP/show" "$VS_TMP/states" "$VS_TMP/postings" | tr '\n' ';'
    return 1
}
rewards=() referrals=()
recent() { local n=${#rewards[@]}; pick "${rewards[@]:$((n > 4 ? n - 4 : 0))}"; }
step() { # A B: two contacts
    local id source of
    id=$(fresh)
    source=$(pick contact_id="$1" contact_id="$2" partner_id="$acme")
    case $((RANDOM % 16)) in
        0) of=()
            [ $((RANDOM % 2)) = 0 ] || of=(partner_id="$acme")
            say admin AGREEMENT_SET change=new agreement_id="$id" "$(pick reward=2 reward=4)" value=$((RANDOM + 1)) currency="$(pick EUR USD)" "${of[@]}" ;;
        1 | 2) say admin REWARD_ADD change=new reward_id="$id" "$source" && rewards+=("$id") ;;
        3 | 4) say ada REWARD_ADD change=new reward_id="$id" "$source" reward=2 value=$((RANDOM + 1)) currency="$(pick EUR USD)" about_contact_id="$(pick "$1" "$2")" && rewards+=("$id") ;;
        5) both REWARD_DECIDE change=new reward_id="$(recent)" allow=$((RANDOM % 2)) because=x ;;
        6 | 7 | 8) both REWARD_PAYABLE change=new reward_id="$(recent)" ;;
        9 | 10) both REWARD_PAY change=new reward_id="$(recent)" ;;
        11) both REWARD_REVERSE change=new reward_id="$(recent)" because=x ;;
        12) # one that goes as far as it may
            say admin REFERRAL_ADD change=new referral_id="$id" name="P$id" source_"$source" because=x consent=3 && referrals+=("$id")
            say admin REFERRAL_ACT change=new referral_id="$id" action=4 call_on=2030-01-01
            both REFERRAL_ACT change=new referral_id="$id" action=12 value=500 ;;
        13) both REFERRAL_ACT change=new referral_id="$(pick "${referrals[@]}")" action=18 reason=came_back because=x call_on=2030-01-01 ;;
        14) both REFERRAL_ACT change=new referral_id="$(pick "${referrals[@]}")" "$(pick action=12 action=12 action=17)" value=700 reason=test because=x ;;
        15) if [ -z "${merge:-}" ]; then merge=$id && say admin MERGE_ADD change=new merge_id="$id" merged_contact_id="$1" contact_id="$2"
            else both MERGE_UNDO change=new merge_id="$merge" && merge=; fi ;;
    esac
}
history() { # ROUND
    local a b i merge=
    a=$(fresh) b=$(fresh) rewards=("$(fresh)") referrals=("$(fresh)")
    say admin CONTACT_ADD change=new contact_id="$a" name="A$1"
    say admin CONTACT_ADD change=new contact_id="$b" name="B$1"
    for i in $(seq 30); do
        step "$a" "$b"
        sum_zero || { echo "seed $seed, history $1, step $i"; return 1; }
    done
    agrees || { echo "seed $seed, history $1"; return 1; }
}
did() { local what; for what in "$@"; do [ "${told["$what OK"]:-0}" -gt 0 ] || { echo "no $what in seed $seed"; return 1; }; done; }
all_of_it() { did AGREEMENT_SET REWARD_ADD REWARD_PAYABLE REWARD_PAY REWARD_REVERSE REFERRAL_ACT MERGE_ADD MERGE_UNDO; }
of_referrals() { [ "$(psql -X -qAt -d "$(database_url one)" -c "select count(*) > 0 from vs.reward where referral_id is not null")" = t ]; }
# five, and more until everything happened: what is rarely allowed may be missing from five
for ((round = 1; round <= 50; round++)); do
    check "after history $round of seed $seed the ledger's sum is zero, and what the states say" history $round
    [ $round -lt 5 ] || ! all_of_it >/dev/null || ! of_referrals || break
done
check "nothing failed, nothing was done by two" eval "! [ -s $VS_TMP/failed ] || head -n 3 $VS_TMP/failed"
check "the histories had all of it" all_of_it
check "wins among them" of_referrals
