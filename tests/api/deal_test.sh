#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Deals, projects, promises, tasks and settings through the real programs.
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
seat admin admin account add sam --name Sam --role sales >/dev/null
seat admin admin account add sue --name Sue --role service >/dev/null
seat sales sales join "$(seat admin admin account enrol sam | grep vouchsafe-join)" >/dev/null
seat service service join "$(seat admin admin account enrol sue | grep vouchsafe-join)" >/dev/null
seat sales sales contact add "Ann Lee" >/dev/null
seat sales sales contact add "Bob Stone" >/dev/null
today=$(TZ=Europe/Berlin date +%F) tomorrow=$(TZ=Europe/Berlin date -d tomorrow +%F) yesterday=$(TZ=Europe/Berlin date -d yesterday +%F)
export TZ=Europe/Berlin

check "a deal is opened" says D1 seat sales sales deal add Ann Lee --title "garage roof" --value 8400.50 --list-price 9000
check "its value is kept in minor units" is 840050 field .deal.value json deal show D1
check "it has the contact's origin" is "unknown, not asked" field .deal.origin json deal show D1
check "a wrong currency is refused by name" fails_with 65 "three capital letters" seat sales sales deal add C1 --title x --value 1 --currency eur
check "more decimals than the currency has" fails_with 64 "no amount" seat sales sales deal add C1 --title x --value 1.234
check "a seat reads the words of the conversation" says "You will be pleased with what we agreed" seat sales sales deal show D1
seat sales sales contact edit C1 --language pt-BR >/dev/null
check "in the contact's language" says "apresente três pessoas" field .deal.say json deal show D1
seat sales sales contact edit C1 --language pl >/dev/null
check "where there is none in it, in the business's" says "You will be pleased" field .deal.say json deal show D1
seat admin admin setting set text.conversation "{name}, {seat} of {business} will come back" >/dev/null
check "they are a setting" is "Ann Lee, Sam of Hartwell Roofing will come back" field .deal.say json deal show D1
check "the checklist is named" is "the referral conversation, expectations as promises, what the customer owes, a value baseline" field .deal.lacks json deal show D1
check "the conversation is noted" says changed seat sales sales deal edit D1 --conversation today
check "a baseline is noted" says noted seat sales sales baseline add D1 "heating cost" --unit "EUR a year" --before 2400 --promised 1700
check "the deal shows it" is 1700 field '.baselines[0].promised' json deal show D1
check "had, its words aren't shown any more" is null field .deal.say json deal show D1
seat sales sales deal edit D1 --customer-owes "the colour of the slates" >/dev/null
check "it is won, and says what was left out" says "won without expectations as promises" seat sales sales deal won D1
check "the win made its review, without a day" is "planned null garage roof" field '.reviews[0] | "\(.state) \(.due_on) \(.project)"' json review list
check "it is nobody's to do yet" is 0 owner "select count(*) from due where task_rule = 'review_due'"
check "the prospect became a customer" is '{2}' owner "select segments from contact where number = 1"
check "who bought is in buy" is buy field .contact.stage json contact show C1
check "the project opened" is "garage roof" field '.projects[0].title' json project list
check "a won deal isn't won again" fails_with 65 "reopen it first" seat sales sales deal won D1
check "a second win enters repeat" eval 'seat sales sales deal add C1 --title shed >/dev/null && seat sales sales deal won D2 --no-project >/dev/null && is repeat field .contact.stage json contact show C1'
check "reopening takes it out of the numbers" eval 'seat sales sales deal reopen D2 "by mistake" >/dev/null && is 1 owner "select sum(n) from fact where kind = '"'deal_won'"'"'
check "it can't end in the future" fails_with 65 "still to come" seat sales sales deal won D2 --on "$tomorrow"
check "a lost one names its reason" says lost seat sales sales deal lost D2 "no budget"
check "a project completes" says completed seat sales sales project complete J1
check "the review of the win has its day" is "1 planned $(TZ=Europe/Berlin date -d '30 days' +%F)" field '.reviews | "\(length) \(.[0].state) \(.[0].due_on)"' json review list
check "and the follow-up to book it" is 1 owner "select count(*) from due where task_rule = 'review_due' and fired_at is null"
check "one that is cancelled drops it" eval 'seat sales sales deal add C2 --title porch >/dev/null && seat sales sales deal won D3 >/dev/null && seat sales sales project cancel J2 "house was sold" >/dev/null && is "dropped house was sold" field ".reviews[] | select(.contact == \"Bob Stone\") | \"\(.state) \(.because)\"" json review list'
check "reopening the deal drops it" eval 'seat sales sales deal add C2 --title shed >/dev/null && seat sales sales deal won D4 >/dev/null && seat sales sales deal reopen D4 "by mistake" >/dev/null && is 2 owner "select count(*) from review where state = 3"'
check "without a project there is none" eval 'seat sales sales deal add C2 --title sign >/dev/null && seat sales sales deal won D5 --no-project >/dev/null && is 3 owner "select count(*) from review"'
check "all reviews are listed, page by page" is 3 field ".reviews | length" json review list
check "once" fails_with 65 "has ended" seat sales sales project complete J1

check "a promise by the line grammar" says M1 seat sales sales promise Ann Lee "gutters checked" by tomorrow
check "it reminds its owner when due" is 1 owner "select count(*) from due where task_rule = 'promise_due' and fired_at is null"
check "fulfilled in time it is kept" says kept seat sales sales promise done M1
check "the reminder is taken back" is 1 owner "select count(*) from due where task_rule = 'promise_due' and cancelled_at is not null"
check "settled is settled" fails_with 65 "settled already" seat sales sales promise break M1 "too late"
check "one that is past its day is history" says M2 seat sales sales promise C1 "samples sent" --by "$yesterday" --made-on "$yesterday"
check "it is overdue" is true field '.promises[] | select(.number == 2) | .overdue' json promise list --overdue
check "no clock started for it" is 1 owner "select count(*) from due where task_rule = 'promise_due'"
check "fulfilled after its day it is broken" says broken seat sales sales promise done M2
check "released before its day" eval 'says M3 seat sales sales promise C1 "a visit" by "in 3 days" && says released seat sales sales promise release M3 "their wish"'
check "a promise for another contact's deal" fails_with 65 "another contact" seat sales sales promise C2 "x" by tomorrow --deal D1
check "due today reminds at once" says M4 seat sales sales promise C2 "call back" by today --owner sue
card() { [ "$(seat service service today --json | jq -r '.tasks[0].subject')" = M4 ]; }
check "its owner has it on today's first card" wait_for 10 card
check "done closes the task" eval 'seat service service promise done M4 >/dev/null && is 0 field ".tasks | length" seat service service today --json'

check "a follow-up is written down" says T2 seat sales sales task add "send papers" --contact "Ann Lee" --due tomorrow
refuses "of a rest that there isn't nothing is said" eval 'seat sales sales today | grep -q "more cards"'
check "today shows it" is T2 eval 'seat sales sales today | grep -o "T2"'
check "later hides it" eval 'seat sales sales task later T2 "in 2 days" >/dev/null && is 0 field ".tasks | length" json today'
check "done" says done seat sales sales task done T2 --result "sent by post"
check "done once" fails_with 65 "not open" seat sales sales task done T2
for n in $(seq 14); do seat sales sales task add "call $n" --due tomorrow >/dev/null; done
check "twelve cards" is 12 field '[.tasks[].card] | max' json today
check "the rest is one number" is 2 field .more json today
# for people: the contact once, what is due of it below, in the terminal's width, and the rest last
fits() { COLUMNS=40 seat sales sales today >"$VS_TMP/cards" && [ "$(wc -L <"$VS_TMP/cards")" -le 40 ] || { cat "$VS_TMP/cards"; return 1; }; }
check "the cards fit the terminal" fits
for n in 1 2; do seat sales sales task add "ring $n" --contact "Ann Lee" --due tomorrow >/dev/null; done
check "a card is a contact with all that is due of it" is "C1 Ann Lee/ring/ring" eval 'seat sales sales today | sed -n "/^C1/,/^[^ ]/p" | grep -o "^C1 Ann Lee\|ring" | paste -sd /'
check "and the rest stands last" is "3 more cards wait" eval "seat sales sales today | tail -n 1"
check "a stand-in sees the tasks" eval 'seat sales sales away --until tomorrow --stand-in sue >/dev/null && is 12 field "[.tasks[].card] | max" seat service service today --json'

check "a setting is changed" says set seat admin admin setting set calendar.opens 08:00
check "it is listed with its default" is 08:00/09:00 field '.settings[] | select(.key == "calendar.opens") | .value + "/" + .default_value' seat admin admin setting list --json
check "a value that doesn't fit" fails_with 65 "kind" seat admin admin setting set calendar.opens noon
check "an unknown setting" fails_with 65 "no such setting" seat admin admin setting set calendar.noon 1
check "sales may not" fails_with 64 "" seat sales sales setting set calendar.opens 08:00
check "holidays" eval 'seat admin admin holiday add 2026-12-25 Christmas >/dev/null && says Christmas seat sales sales holiday list'
check "facts add up" is t owner "select coalesce(sum(n), 0) = (select count(*) from deal where state = 2) from fact where kind = 'deal_won'"
