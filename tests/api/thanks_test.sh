#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Thanks, credits, agreements, rewards and the ledger, through the real programs.
set -u
. "$VS_ROOT/tests/support/server.sh"
json() { seat sales sales "$@" --json; }
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
    "$@" | jq -r "$path"
}
fails_with() { # CODE TEXT COMMAND...
    local code=$1 text=$2 out status
    shift 2
    out=$("$@" 2>&1)
    status=$?
    { [ $status = "$code" ] && grep -qF -- "$text" <<<"$out"; } || { echo "expected $code and \"$text\", got $status: $out"; return 1; }
}
check "the server starts" server_start one
[ -n "${SERVER[one]:-}" ] || exit 1
seat admin admin join "$(business "Hartwell Roofing" mara)" >/dev/null
seat admin admin partner add "Acme Plumbing" >/dev/null
seat admin admin account add sam --name "Sam Rivers" --role sales >/dev/null
seat admin admin account add max --name Max --role manager >/dev/null
seat sales sales join "$(seat admin admin account enrol sam | grep vouchsafe-join)" >/dev/null
seat manager admin join "$(seat admin admin account enrol max | grep vouchsafe-join)" >/dev/null
seat sales sales contact add "Ann Lee" --email ann@example.org >/dev/null
seat sales sales contact add "Bob Stone" --phone "+49 30 5550123" >/dev/null
seat sales sales contact add "Carla Moreno" >/dev/null

# --- thanks
check "thanks are given unasked" says H1 seat sales sales thank Ann Lee "a card"
check "they are owed" says H2 seat sales sales thanks owe Ann Lee "sent Bob"
owed() { [ "$(json today | jq -r '.tasks[0].subject')" = H2 ]; }
check "and come up today" wait_for 10 owed
check "owed ones are listed" is H2 eval 'seat sales sales thanks list --state owed | grep -o "^H2"'
check "a partner is owed some" says H3 seat sales sales thanks owe "a lead" --partner P1
check "giving them settles all that is owed" eval 'seat sales sales thanks owe C1 "sent Carla" >/dev/null && says "thanked H2" seat sales sales thank Ann Lee "a call" --channel call && is H3 eval "seat sales sales thanks list --state owed | grep -o ^H[0-9]*"'
check "and the task with it" is 0 owner "select count(*) from task where state = 1 and contact_id is not null"
check "one of several by its number" says H3 seat sales sales thank "called them" --owed H3
check "given is given" fails_with 65 "given or waived already" seat sales sales thanks waive H3 "twice"
check "waived with a reason" eval 'seat sales sales thanks owe Bob Stone "x" >/dev/null && says waived seat sales sales thanks waive H5 "entered twice"'
check "to nobody it is refused" fails_with 65 "name one" seat sales sales thank "well done"
check "a manager may not" fails_with 77 "may not" seat manager admin thank C1 x
seat sales sales thanks owe Bob Stone "again" >/dev/null
race() { # two seats settle one: one winner
    seat sales sales thank "race" --owed H6 >"$VS_TMP/a" 2>&1 &
    local a=$!
    seat admin admin thank "race" --owed H6 >"$VS_TMP/b" 2>&1
    wait_for 30 eval "! kill -0 $a 2>/dev/null"
    grep -l thanked "$VS_TMP/a" "$VS_TMP/b" | wc -l
}
check "two at once have one winner" is 1 race
check "facts count each once" is 5 owner "select sum(n) from fact where kind = 'thanks_given'"

# --- credit
check "sources never credited" is "Acme Plumbing Ann Lee Bob Stone" eval 'json credit missing | jq -r "[.sources[] | .partner // .contact] | sort | join(\" \")"'
check "a credit" says N1 seat sales sales credit Ann Lee "sent three neighbours" --at "monday meeting"
check "of a prospect" is prospect field '.credits[0].to_role' json credit list
check "of a colleague" eval 'says N2 seat sales sales credit "saved the Stone job" --colleague sam --at newsletter && is colleague field ".credits[1].to_role" json credit list'
check "who was credited is missing no more" is "Acme Plumbing Bob Stone" eval 'json credit missing | jq -r "[.sources[] | .partner // .contact] | sort | join(\" \")"'
check "not tomorrow" fails_with 65 "still to come" seat sales sales credit Ann Lee x --at y --on "$(date -d "2 days" +%F)"

# --- agreements and rewards
check "without an agreement there is no money" fails_with 65 "thanks and credit" seat sales sales reward add --partner P1 --about C2
check "an agreement" says G1 seat admin admin agreement set fee --value 100 --partner P1
check "only the admin agrees" fails_with 64 "" seat sales sales agreement set fee --value 100
check "none has no value" fails_with 65 "none has none" seat admin admin agreement set none --value 3
check "a donation names its cause" fails_with 65 "the cause" seat admin admin agreement set donation --value 3
check "a reward by it" says "L1 accrued" seat sales sales reward add --partner P1 --about C2
check "another agreement takes its place" eval 'says G2 seat admin admin agreement set fee --value 150.50 --partner P1 && is 1 field ".agreements | length" json agreement list'
check "what was accrued keeps its value" is 10000 field '.rewards[0].value' json reward list
check "accrued can't be paid yet" fails_with 65 "accrued: it can be made payable" seat admin admin reward pay L1
check "payable" says payable seat admin admin reward payable L1
check "paid" says paid seat admin admin reward pay L1 --words "transfer 4711"
check "paid once" fails_with 65 "this reward is paid" seat admin admin reward pay L1
check "the ledger has three postings" is 3 field '.postings | length' json ledger list --reward L1
check "all of it is paid" is "cost 10000 accrued 0 payable 0 paid -10000" eval 'json ledger show | jq -r "[.balances[] | .ledger_account, .value] | join(\" \")"'
check "whoever refers itself is held" says "held refers itself" seat sales sales reward add Ann Lee --about "Ann Lee" --reward gift --value 50
check "a held one has no posting" is 0 owner "select count(*) from posting p join reward r using (business_id, reward_id) where r.number = 2"
seat sales sales contact add "Anne Lee" --email ann@example.org >/dev/null
check "by the same address too" says "the same e-mail address" seat sales sales reward add Ann Lee --about C4 --reward gift --value 50
check "and staff as source" says "staff as source: sam" seat sales sales reward add --colleague sam --about C2 --reward gift --value 50
seat sales sales contact add "Sam Rivers" >/dev/null
check "under the name of one of us" says "the name of the account sam" seat sales sales reward add C5 --about C2 --reward gift --value 50
check "held isn't payable" fails_with 65 "an admin decides it first" seat admin admin reward payable L2
check "allowed it is accrued" says accrued seat admin admin reward decide L2 --allow --because "two people"
check "refused it stays, counted nowhere" eval 'says refused seat admin admin reward decide L3 --because "one person" && is 0 owner "select count(*) from posting p join reward r using (business_id, reward_id) where r.number = 3"'
seat admin admin reward add --colleague mara --about C2 --reward gift --value 50 >/dev/null
check "nobody decides on one's own" fails_with 65 "one's own" seat admin admin reward decide L6 --allow --because mine
check "reversed by counter-entries" eval 'says reversed seat admin admin reward reverse L1 "deal cancelled" && is 3 field "[.postings[] | select(.counter_entry)] | length" json ledger list --reward L1'
check "which leave nothing on any account" is "0" eval 'json ledger show --reward L1 | jq "[.balances[].value | fabs] | add"'
check "and the payment leaves the numbers" is 0 owner "select sum(n) from fact where kind = 'reward_paid'"
check "reversed once" fails_with 65 "this reward is reversed" seat admin admin reward reverse L1 again
pay() { # two admins at once
    seat admin admin reward payable L2 >/dev/null
    seat admin admin reward pay L2 >"$VS_TMP/a" 2>&1 &
    local a=$!
    seat admin admin reward pay L2 >"$VS_TMP/b" 2>&1
    wait_for 30 eval "! kill -0 $a 2>/dev/null"
    grep -lx paid "$VS_TMP/a" "$VS_TMP/b" | wc -l
}
check "two payments at once have one winner" is 1 pay
check "the same change again is the same reward" is 1 owner "select count(*) from reward where number = 6"

# --- what referrals owe
seat admin admin agreement set gift --value 25 >/dev/null
seat sales sales refer "Dora Klein" dora@example.org from Carla Moreno because "saw the roof" >/dev/null
owes() { json referral show "$1" | jq -r '[.moves[] | select(.action == "thank" and .allowed)] | length'; }
check "a source is owed thanks at the receipt" is 1 owes R1
check "who sends somebody is a source" says "Carla Moreno" seat sales sales credit missing
check "thanking her is thanking for it" eval 'seat sales sales thank Carla Moreno "a card" >/dev/null && is 0 owes R1'
seat sales sales referral accept R1 on tomorrow >/dev/null
seat sales sales referral contact R1 >/dev/null
seat sales sales referral win R1 --value 900 >/dev/null
check "and again at the outcome" is 1 owes R1
check "thanked once more" eval 'seat sales sales thank Carla Moreno "wine" >/dev/null && is 0 owes R1'
rewards_of() { json reward list --contact "$1" | jq -r '[.rewards[] | .state + " " + (.value | tostring)] | join(", ")'; }
check "a win accrues what was agreed" is "accrued 2500" rewards_of "Carla Moreno"
check "reopened it is taken back" eval 'seat sales sales referral reopen R1 --reason came_back --because x on tomorrow >/dev/null && is "reversed 2500" rewards_of "Carla Moreno"'
seat sales sales referral contact R1 >/dev/null
seat sales sales referral win R1 --value 900 >/dev/null
check "won again it is accrued again" is "reversed 2500, accrued 2500" rewards_of "Carla Moreno"
seat sales sales refer "Emil Braun" emil@example.org from "Sam Rivers" because "x" >/dev/null
for step in "accept R2 on tomorrow" "contact R2" "win R2 --value 100"; do
    # shellcheck disable=SC2086
    seat sales sales referral $step >/dev/null
done
check "of a source that may be one of us it is held" says held rewards_of "Sam Rivers"

# --- what the database itself refuses
b=$(owner "select business_id from business")
writer() { sql "begin; set local role vs_writer; set local search_path = vs, public; select set_config('vs.business', '$b', true); $1" 2>&1; }
check "a posting is not changed" says "permission denied" writer "update posting set value = 1"
check "nor taken away" says "permission denied" writer "delete from posting"
check "a step is taken once" says posting_step writer "insert into posting(business_id, reward_id, debit, credit, value, currency) select business_id, reward_id, 1, 2, 1, 'EUR' from reward where number = 1"
check "a posting goes from one account to the next" says violates writer "insert into posting(business_id, reward_id, debit, credit, value, currency) select business_id, reward_id, 1, 3, 1, 'EUR' from reward where number = 3"
check "a counter-entry is the mirror of what it names" says "foreign key" writer "insert into posting(business_id, reward_id, debit, credit, value, currency, reverses) select business_id, reward_id, credit, debit, value + 1, currency, posting_id from posting p where reverses is null and not exists (select from posting q where q.reverses = p.posting_id)"
check "once" says posting_business_id_reverses writer "insert into posting(business_id, reward_id, debit, credit, value, currency, reverses) select business_id, reward_id, debit, credit, value, currency, reverses from posting where reverses is not null"
check "every group of postings sums to zero" is 0 owner "select count(*) from (select from posting_leg group by business_id, reward_id, currency having sum(value) <> 0) x"
check "a reward's state is that of its postings" is 0 owner "select count(*) from reward r where r.state <> 1 and r.state <> 6 and r.state <> coalesce((select case when bool_or(p.reverses is not null) then 5 else max(p.credit) end from posting p where p.business_id = r.business_id and p.reward_id = r.reward_id), 0)"
check "a partner's role reads neither agreements nor who decided" eval 'says "permission denied" sql "set role vs_partner; select from vs.agreement" && says "permission denied" sql "set role vs_partner; select decided_by from vs.reward"'
