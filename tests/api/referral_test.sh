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

# --- the card, and the table
short() { # COMMAND...: fits a screen of 24 lines of 80
    "$@" | awk '{ gsub(/[^\x01-\x7f]+/, "-") } length($0) > 80 { print "too wide: " $0; bad = 1 } END { if (NR > 24) { print NR " lines"; bad = 1 } exit bad }'
}
for word in source cause claim next clock "came in"; do check "the card shows $word" says "$word" sales referral show R1; done
check "within 24 lines of 80" short sales referral show R1
check "an admin prints the table of transitions" says "goes on where it was" admin referral machine
check "with its clocks" says "clock: contact" admin referral machine --direction received
drawn() { # the table of proto/README.md
    admin referral machine --direction received --json | jq -r '(reduce .transitions[].action as $a ([]; if index($a) then . else . + [$a] end))[] as $a
        | [.transitions[] | select(.action == $a)] as $t
        | "| `\($a)` | \([$t[].from_state] | join(", ")) | \($t[0].who | join(", ")) | \($t[0].needs | join(", ") | sub("[|]"; " or ")) | \($t[0].to_state // (if $a == "resume" then "where it was" else "" end)) |"'
}
check "proto/README.md draws it" diff <(sed -n '/^| action | from | by/,/^$/p' "$VS_ROOT/proto/README.md" | grep '^| `') <(drawn)
check "lists say why not" says "contact: only while accepted" sales referral list --json

# --- what its source without a seat hears is somebody's task, with the words ready
task_of() { field ".tasks[] | select(.rule == \"$2\" and .subject == \"$1\") | .$3" sales task list; } # R1 RULE FIELD
check "a thank-you is owed for the receipt" is "Thank Ann Lee for sending Bob Stone" task_of R1 thank_source words
check "an action that needs something says what" fails_with 64 "--call-on is missing" sales referral accept R1
check "accepting names the caller and the day" says "R1 is accepted; you may: contact" sales referral accept R1 on 2030-01-02
check "the source is to be told" is "Tell Ann Lee: We gladly take care of Bob Stone: sam Rivers calls on 2030-01-02." task_of R1 tell_source words
check "an illegal move is refused by name, with what may be done" fails_with 65 "R1 is accepted; kept: only while appointment. Allowed now: contact, appoint, win" sales referral kept R1
check "telling is done by doing the task" says "done" sales task done "T$(task_of R1 tell_source number)"
check "it stands among the steps" is 20 owner "select action from referral_step s join referral r using (business_id, referral_id) where r.number = 1 order by s.recorded_at desc limit 1"
sales referral contact R1 --level 4 --cause result --words "Ann showed me hers" >/dev/null
check "the level is confirmed by the receiver" is 4 field .referral.level_confirmed sales referral show R1
check "what the person says moved the source is kept" is "Ann showed me hers" field .referral.person_says sales referral show R1
sales referral appoint R1 "tomorrow 15:00" >/dev/null
check "an appointment is a fact" is 1 owner "select count(*) from fact f join referral r on f.subject = r.referral_id where r.number = 1 and f.kind = 'appointment_set'"
sales referral move R1 to "in 2 days" >/dev/null
sales referral kept R1 >/dev/null
sales referral win R1 --value 8400 >/dev/null
check "what it wasn't told yet stands in the task, step after step" is "Tell Ann Lee: We have talked to Bob Stone. Bob Stone and we meet on" eval 'task_of R1 tell_source words | cut -c1-67'
check "the outcome has a line for the source" is "Bob Stone has become our customer, thanks to you." field .referral.outcome sales referral show R1
check "the loop is open until the source was told and thanked" is true field .referral.loop_open sales referral show R1
check "and stands on the worklist" says "R1" sales referral list --loop-open
sales task done "T$(task_of R1 tell_source number)" >/dev/null
check "told alone doesn't close it" is true field .referral.loop_open sales referral show R1
sales task done "T$(task_of R1 thank_source number)" >/dev/null
check "told and thanked do" is false field .referral.loop_open sales referral show R1
check "nothing is owed any more" is "" task_of R1 tell_source words
check "reopening needs a reason" fails_with 64 "reason" sales referral reopen R1 on 2030-01-02
check "reopening goes back to accepted" says "R1 is accepted" sales referral reopen R1 decided_in_error on 2030-01-02 because "the wrong Bob"
check "with counter-entries" is "0 0" owner "select sum(n) filter (where kind = 'referral_won') || ' ' || coalesce(sum(n * f.value) filter (where kind = 'referral_won'), 0) from fact f join referral r on f.subject = r.referral_id where r.number = 1"
check "withdrawing owes nothing" says "R1 is withdrawn" sales referral withdraw R1 changed_mind because "she said so"
check "its tasks are gone" is 0 owner "select count(*) from task t join referral r on t.subject = r.referral_id where r.number = 1 and t.state = 1"
check "its clocks stand still" is 0 owner "select count(*) from due d join referral r on d.subject = r.referral_id where r.number = 1 and d.fired_at is null and d.cancelled_at is null"

sales refer Gil Grant gil@example.org from Ann Lee because "roof" >/dev/null
gil=$(field '.referrals[-1].number' sales referral list)
check "thanking the person who sent them is thanks for what they sent" says "thanked H" sales thank Ann Lee "a card"
check "nothing is owed for it any more" is "" task_of "R$gil" thank_source words
check "it stands among its steps" says "thank" sales referral show "R$gil"

# --- a partner sees what became of each of its own, and none of anybody else's
check "a partner's referral has its receipt" is credited field .referral.verdict pat referral show R3
check "a partner doesn't decide what it sent" fails_with 77 "that is for the business to say" pat referral accept R3 on 2030-01-02
sales referral accept R3 by sam on 2030-01-03 >/dev/null
check "who calls and when is seen without asking" is "sam Rivers 2030-01-03" field '.referrals[] | select(.number == 3) | .caller + " " + .call_on' pat referral list
check "nobody needs to be told: it has a seat" is "" task_of R3 tell_source words
sales referral lose R3 price because "CANARYINSIDE 200 over" >/dev/null
check "the outcome is read in the reason's own words" says "it was the price" pat referral show R3
check "not what was said inside" is 0 grep -c CANARYINSIDE <(pat referral show R3 --json; pat referral list --json)
check "another partner sees nothing of it" fails_with 65 "isn't yours to see" oto referral show R3
check "nor in its list" is 0 field '.referrals | length' oto referral list
check "and can't act" fails_with 65 "isn't yours to see" oto referral withdraw R3 other because none
check "it judges what it was given" says "R2 is accepted" pat referral accept R2 on 2030-01-02
check "staff are the source of that" fails_with 77 "that is for the partner to say, which has a seat" sales referral contact R2
check "and see what it does" is accepted field .referral.state sales referral show R2
check "a partner without a seat: staff act for it" says "came in" sales refer Carla Known carla.known@example.org to "No Seat Ltd" because "a leak"
given=$(field '.referrals[-1].number' sales referral list)
check "marked so" says "is accepted" sales referral accept "R$given" on 2030-01-02
check "on behalf" is t owner "select bool_or(on_behalf) from referral_step s join referral r using (business_id, referral_id) where r.number = $given and s.action = 4"

# --- known already: the partner can't tell
check "a person we know" says "came in" pat refer "Known Person" "+49305550123" because "asked for a roof"
known=$(field '.referrals[-1].number' pat referral list)
check "the records are one" is "CANARYKNOWN Person" field .referral.contact sales referral show "R$known"
check "the partner reads what it wrote" is 0 grep -c CANARYKNOWN <(pat referral show "R$known" --json; pat referral list --json; pat claim why "R$known" --json)

# --- passed on in the same step
sales refer Fay Far fay@example.org from Ann Lee because "roof" >/dev/null
far=$(field '.referrals[-1].number' sales referral list)
check "redirecting gives it" says "is redirected" sales referral redirect "R$far" too_far to "Oak Carpentry" because "over there"
check "the partner has it at once" is "Fay Far" field '.referrals[0].person' oto referral list
check "the person is shared with it" says "Fay Far" oto contact list

# --- history starts nothing, unless asked
check "what was long ago" says "came in" sales refer Old Person old@example.org from Ann Lee because "roof" --when 2024-03-01
old=$(field '.referrals[-1].number' sales referral list)
nothing_of() { owner "select (select count(*) from due d where d.subject = r.referral_id) || ' ' || (select count(*) from task t where t.subject = r.referral_id) from referral r where r.number = $1"; }
check "has no clock and no task" is "0 0" nothing_of "$old"
sales referral accept "R$old" on 2024-03-02 --when 2024-03-02 >/dev/null
sales referral lose "R$old" timing because "next year" --when 2024-04-01 >/dev/null
check "nor when it goes on" is "0 0" nothing_of "$old"
check "before it came in nothing happened" fails_with 65 "before the referral came in" sales referral reopen "R$old" came_back on 2024-04-02 because again --when 2024-01-01
sales refer Newer Person newer@example.org from Ann Lee because "roof" --when 2024-03-01 --clocks >/dev/null
newer=$(field '.referrals[-1].number' sales referral list)
check "asked for, it has" is t owner "select count(*) > 0 from due d join referral r on d.subject = r.referral_id where r.number = $newer"

# --- credit
check "why it was credited: the rule and what it was given" says "the first valid claim" pat claim why R3
sales refer Sam Same same@example.org from Ann Lee because "roof" --consent source-says-yes >/dev/null
pat refer Sam Same same@example.org because "roof" --consent source-says-yes >/dev/null
same=$(field '.referrals[-1].number' pat referral list)
check "a later claim is influence" is influence field .referral.verdict pat referral show "R$same"
check "and it is told so" says "an earlier claim holds" pat claim why "R$same"
check "but not who holds it" is 0 grep -c "Ann Lee" <(pat claim why "R$same" --json)
check "staff see all who claim" says "Ann Lee" sales claim list --referral "R$same"
sales touch "C$(field .referral.contact_number sales referral show R3)" call + "CANARYTOUCH" >/dev/null
sales contact add "Tina Touched" --email tina@example.org >/dev/null
sales touch Tina Touched call + >/dev/null
pat refer Tina Touched tina@example.org because "roof" >/dev/null
touched=$(field '.referrals[-1].number' pat referral list)
check "whom we touched lately earns thanks, not credit" is thanks field .referral.verdict pat referral show "R$touched"
check "the person's own word replaces it" says "credited" sales claim add "C$(field .referral.contact_number sales referral show "R$same")" from-partner P2 because "says Oak told him" --evidence referred-person
check "what held becomes influence" says "replaced" sales claim list --referral "R$same"
check "a dispute is opened by a claimant" says "X1 is open" pat dispute open "R$same" because "I told him in spring"
check "another partner doesn't see it as a party's" fails_with 65 "isn't yours" oto dispute show X9
check "its claimants read their own words only" is "I told him in spring" field .dispute.because pat dispute show X1
check "a second admin" says "" admin account add adam --role admin
joins admin2 admin adam
check "who opened it doesn't decide it while another admin can" says "X2 is open" admin dispute open "R$touched" because "he is right"
check "a party is refused" fails_with 77 "you are a party of it" admin dispute decide X2 --decision no
check "an admin who is none decides" says "decided" admin dispute decide X1 for "R$same" because "the audit trail shows it"
check "the credit passes" is credited field .referral.verdict pat referral show "R$same"
check "the other side reads the decision" says "the audit trail shows it" pat dispute show X1
check "decided is decided" fails_with 65 "decided already" admin dispute decide X1 --decision no
admin account close adam >/dev/null
check "if there is no other admin, a party decides, marked as such" says "decided" admin dispute decide X2 --decision "nobody else is here"
check "and the other side sees that" is true field .dispute.by_party pat dispute show X2

# --- how they came, where nobody knew
sales contact add "Uma Unknown" --email uma@example.org >/dev/null
sales contact add "Sol Social" --email sol@example.org --origin social >/dev/null
origin_of() { owner "select origin from contact where name = '$1'"; }
pat refer Uma Unknown uma@example.org because "roof" >/dev/null
uma=$(field '.referrals[-1].number' pat referral list)
check "credit tells how they came" is referral origin_of "Uma Unknown"
check "what was said before is kept for the numbers as of then" is "unknown, not asked" owner "select w.origin from contact_was w join contact c using (business_id, contact_id) where c.name = 'Uma Unknown'"
check "who was known is no third party by it" is t owner "select consent is null from contact where name = 'Uma Unknown'"
pat refer Sol Social sol@example.org because "roof" >/dev/null
check "an origin that is known stays" is social origin_of "Sol Social"
sales deal add Sol Social --title roof >/dev/null
check "but what they buy while a source has the credit came by it" is referral field '.deals[-1].origin' sales deal list
sales deal add Sol Social --title shed --origin paid >/dev/null
check "unless it is said" is paid field '.deals[-1].origin' sales deal list
pat referral withdraw "R$uma" other because "not yet" >/dev/null
check "a claim that is withdrawn says nothing any more" is "unknown, not asked" origin_of "Uma Unknown"
pat refer Uma Unknown uma@example.org because "now she wants it" >/dev/null
check "the next one does" is referral origin_of "Uma Unknown"

# --- a dispute decided after the win: the reward goes with the credit, and a partner reads its own
admin agreement set fee --value 100 --partner P1 >/dev/null
admin agreement set fee --value 70 --partner P2 >/dev/null
oto refer Wanda Wells wanda@example.org because "both wanted it" >/dev/null
first=$(field '.referrals[-1].number' oto referral list)
pat refer Wanda Wells wanda@example.org because "I sent her" >/dev/null
second=$(field '.referrals[-1].number' pat referral list)
won() { # R: won, as far as both ends do it
    sales referral accept "R$1" on 2030-01-02 >/dev/null
    sales referral contact "R$1" >/dev/null
    sales referral win "R$1" --value 900 >/dev/null
}
won "$first"
won "$second"
rewards_of() { field '[.rewards[] | "R\(.referral_number) \(.value) \(.state)"] | join(", ")' "$1" reward list; }
check "the win accrues to who holds the credit" is "R$first 7000 accrued" rewards_of oto
check "and nothing to the other" is "" rewards_of pat
admin reward payable L1 >/dev/null
admin reward pay L1 --words "transfer 4711" >/dev/null
check "a partner reads its postings" is "cost accrued 7000, accrued payable 7000, payable paid 7000" field '[.postings[] | "\(.debit) \(.credit) \(.value)"] | join(", ")' oto ledger list
check "not who posted, and in which words" is 0 eval 'oto ledger list --json | grep -cE "mara|4711"'
check "of one of its rewards by the number" is 3 field '.postings | length' oto ledger list --reward L1
check "which nobody else finds" fails_with 65 'no reward "L1"' pat ledger list --reward L1
check "what stands on its accounts" is "cost 7000 accrued 0 payable 0 paid -7000" eval 'oto ledger show --json | jq -r "[.balances[] | .ledger_account, .value] | join(\" \")"'
pat dispute open "R$second" because "she came by my card" >/dev/null
x=$(field '.disputes[-1].number' pat dispute list)
check "a dispute decided after the win" says decided admin dispute decide "X$x" for "R$second" because "she says so"
check "takes the reward back, paid or not" is "R$first 7000 reversed" rewards_of oto
check "by counter-entries" is 3 field '[.postings[] | select(.counter_entry)] | length' oto ledger list
check "that leave nothing" is "0 0 0 0" field '[.balances[].value] | join(" ")' oto ledger show
check "with the reason, for staff" says "dispute X$x" sales reward list
check "and accrues what was agreed with the other" is "R$second 10000 accrued" rewards_of pat
check "of whose rewards nobody else reads" is "1 2" eval 'echo "$(field ".rewards[].number" oto reward list) $(field ".rewards[].number" pat reward list)"'
check "every group of postings sums to zero" is 0 owner "select count(*) from (select from posting_leg group by business_id, reward_id, currency having sum(value) <> 0) x"

# --- old decisions, made again under their rule's version
check "no decision differs when it is made again" is 0 field .differing admin claim replay
check "and all were" is "$(owner "select count(*) from claim_decision")" field .decisions admin claim replay
check "it says so" says "decisions made again, 0 differ" admin claim replay
owner "update claim_decision set verdict = 3 - verdict where decision_id = (select decision_id from claim_decision where verdict < 3 order by decided_at limit 1)
  ; update claim_decision set rule_version = 9 where decision_id = (select decision_id from claim_decision where verdict = 3 order by decided_at desc limit 1)" >/dev/null
check "one that was tampered with is named" is 2 field .differing admin claim replay
check "with what it would be" says "there is no such version of the rule" admin claim replay
check "only an admin asks for it" fails_with 64 "" sales claim replay

# --- live
watching() { [ -s "$VS_TMP/live" ] && grep -q "$1" "$VS_TMP/live"; }
VOUCHSAFE_HOME=$VS_TMP/seat-pat "$VS_BIN/vouchsafe-partner" referral watch "R$touched" >"$VS_TMP/live" 2>&1 &
watcher=$!
check "the source watches" wait_for 20 watching "is submitted"
sales referral accept "R$touched" on 2030-01-02 >/dev/null
check "and sees what happens as it happens" wait_for 20 watching "is accepted"
kill "$watcher"
wait "$watcher" 2>/dev/null

# --- without a line it is saved, and sent once
server_stop one
check "without a line it is saved" fails_with 75 "saved" sales refer Off Line off@example.org because "roof"
check "starts again" server_start one
sales outbox retry >/dev/null 2>&1
check "and sent when it is back, once" is 1 owner "select count(*) from referral where person = 'Off Line'"
