#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Consent of third parties and what is left of those who gave none; introductions; texts ready to send.
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
seat sales sales join "$(seat admin admin account enrol sam | grep vouchsafe-join)" >/dev/null
seat sales sales contact add "Ann Lee" --email ann@example.org >/dev/null
seat sales sales contact add "Bob Stone" --phone "+49 30 5550123" >/dev/null
seat admin admin account add pat --name Pat --role partner --partner P1 >/dev/null
seat partner partner join "$(seat admin admin account enrol pat | grep vouchsafe-join)" >/dev/null
sales() { seat sales sales "$@"; }
consent_of() { json contact show "$1" | jq -r '.contact.consent // "none"'; }
fall_due() { owner "update due set at = now() - interval '1 minute' where rule = 'consent_expire' and fired_at is null and cancelled_at is null" >/dev/null; }

# --- consent
check "one's own contact is no third party" is none consent_of C1
sales refer "Dora Klein" dora@example.org from Ann Lee because "saw the roof" >/dev/null
check "who was referred is one, unknown" is unknown consent_of "Dora Klein"
sales refer "Emil Braun" emil@example.org from Ann Lee because "saw the roof" --consent source-says-yes >/dev/null
check "or with the source's word" is source_says_yes consent_of "Emil Braun"
sales refer "Bob Stone" "+49 30 5550123" from Ann Lee because "wants one" >/dev/null
check "who was known before stays what he was" is none consent_of C2
check "unknown ones have their day" is 1 eval "json consent list --consent unknown | jq '[.contacts[] | select(.expires_at)] | length'"
check "confirmed" says confirmed sales consent Emil Braun confirmed because "said yes on the phone"
check "with the reason" says "said yes on the phone" sales consent list --consent confirmed
sales refer "Fay Novak" fay@example.org from Ann Lee because "saw the roof" >/dev/null
sales share grant "Fay Novak" P1 --log >/dev/null
sales task add "call Fay" --contact "Fay Novak" --due tomorrow >/dev/null
check "refused" says refused sales consent Fay Novak refused because "wants no calls"
check "nothing is planned with her any more" is 0 owner "select count(*) from task t join contact c using (business_id, contact_id) where c.name = 'Fay Novak' and t.state = 1"
check "no partner sees her" fails_with 65 "nobody" seat partner partner contact show "Fay Novak"
check "she is never asked" is true eval "json contact show 'Fay Novak' | jq .contact.no_ask"
check "to partners she is another source's" is "held other_source" eval "seat partner partner blind --email fay@example.org --json | jq -r '.verdict + \" \" + .held_class'"
check "she gets no text" fails_with 65 "" sales text confirm --contact "Fay Novak"
check "and no introduction" fails_with 65 "refused to be contacted" sales introduce Ann Lee to Fay Novak because x
fall_due
gone() { [ "$(owner "select count(*) from contact where name = 'expired' and email is null and phone is null and erased_at is not null")" = 1 ]; }
check "after its time an unknown one is gone" wait_for 10 gone
check "also where it was first written down" is 0 owner "select count(*) from referral where person = 'Dora Klein' or email = 'dora@example.org'"
check "a keyed hash stays" is 1 owner "select count(*) from consent_hash where why = 1 and length(hash) = 32"
check "which isn't that of the bare address" is 0 owner "select count(*) from consent_hash where hash = sha256('dora@example.org')"
check "expired ones are clear to a partner" is clear eval "seat partner partner blind --email dora@example.org --json | jq -r .verdict"
check "the others stay" is confirmed consent_of "Emil Braun"
check "each is gone once" is 1 owner "select count(*) from due where rule = 'consent_expire' and fired_at is not null"
owner "update contact set name = 'x', email = null, email_key = null, erased_at = now() where name = 'Fay Novak'" >/dev/null
sales refer "Fay Novak" fay@example.org from Ann Lee because "again" >/dev/null
check "who refused comes back as refused" is refused consent_of "Fay Novak"
# --- who refused is sent by a partner: it hears what it would hear of somebody another source has brought
pat() { seat partner partner "$@"; }
sales contact add "Una Free" --email una@example.org >/dev/null
sales refer "Gus Hash" gus@example.org from Ann Lee because "saw the roof" >/dev/null
sales consent Gus Hash refused because "no" >/dev/null
owner "update contact set name = 'x', name_key = 'x', email = null, email_key = null, erased_at = now() where name = 'Gus Hash'" >/dev/null
for who in emil fay gus una; do pat refer "$who somebody" "$who@example.org" because "wants a roof" >/dev/null; done
sent() { json referral list | jq -r --arg p "$1 somebody" '.referrals[] | select(.person == $p) | .number'; }
heard() { pat referral show "R$(sent "$1")" --json | jq -c '.referral | [.state, .verdict, .verdict_words, .clock, has("clock_at"), .next_words, .allowed]'; }
reads() { pat claim why "R$(sent "$1")" --json | sed "s/$1/X/g" | jq -c '[.. | objects | keys]'; }
check "one whom another source has brought" says '"influence","an earlier claim holds; this one is kept as influence"' heard emil
check "one who refused, and is in the books" is "$(heard emil)" heard fay
check "one of whom a hash is all there is" is "$(heard emil)" heard gus
check "asked why, it reads as much" is "$(reads emil) $(reads emil)" eval 'echo "$(reads fay) $(reads gus)"'
check "nor does the word for it come with that" is 0 eval 'for w in fay gus; do pat claim why "R$(sent $w)" --json; done | grep -ciE "suppress|refuse|consent_"'
check "the blind check says the same" is "$(pat blind --email emil@example.org --json | jq -r '.verdict + .held_class')" eval "pat blind --email gus@example.org --json | jq -r '.verdict + .held_class'"
check "staff see what it was given" says suppressed sales claim why "R$(sent gus)" --json
check "it is declined in words that don't tell" fails_with 65 "isn't to learn" sales referral decline "R$(sent fay)" no_consent because "wants no calls"
check "with another reason" says declined sales referral decline "R$(sent fay)" other because "wants no calls"
check "which its source reads" says "could not take" pat referral show "R$(sent fay)"
sales consent "C$(json referral show "R$(sent una)" | jq .referral.contact_number)" refused because "called: no" >/dev/null
check "who refuses because of it leaves its source the credit" is credited eval 'pat referral show "R$(sent una)" --json | jq -r .referral.verdict'
check "and that may be said" says declined sales referral decline "R$(sent una)" no_consent because "called: no"
check "changed her mind" eval 'says source-says-yes sales consent Fay Novak source-says-yes because "called us" >/dev/null && is source_says_yes consent_of "Fay Novak"'
check "history starts no clock" is 0 eval "sales refer 'Old Lead' old@example.org from Ann Lee because x --when '2025-01-05 10:00' >/dev/null; json consent list --consent unknown | jq '[.contacts[] | select(.expires_at)] | length'"

# --- introductions
check "two are to meet" says I1 sales introduce Ann Lee to Bob Stone because "both restore old roofs"
check "the words to ask" says "may I put you in touch with Bob Stone?" sales text ask-consent --introduction I1
check "the other's" says "Dear Bob Stone" sales text ask-consent --introduction I1 --other
check "not before both agree" fails_with 65 "both must agree" sales introduction made I1
check "one says yes" says asking sales introduction say I1 --yes
check "so does the other" says ready sales introduction say I1 --other --yes
check "the introduction is written" says "Ann Lee, meet Bob Stone" sales text introduce --introduction I1
check "and made" says made sales introduction made I1
check "once" fails_with 65 "made or dropped" sales introduction made I1
check "a no drops it" eval 'sales introduce Emil Braun --partner P1 --because "a leak" >/dev/null && says dropped sales introduction say I2 --because "no time"'
check "with a partner, who sees the person then" eval 'sales introduce Emil Braun --partner P1 --because "a leak" >/dev/null && sales introduction say I3 --yes >/dev/null && sales introduction say I3 --other --yes >/dev/null && sales introduction made I3 >/dev/null && says "Emil Braun" seat partner partner contact show "Emil Braun"'
check "they are counted" is 2 owner "select sum(n) from fact where kind = 'introduction_made'"
two() { # seats at once, one yes and one no: one state, and it is what was said last
    sales introduce Ann Lee to Emil Braun because "race" >/dev/null
    sales introduction say I4 --yes >"$VS_TMP/a" 2>&1 &
    local a=$!
    seat admin admin introduction say I4 --other >"$VS_TMP/b" 2>&1
    wait_for 30 eval "! kill -0 $a 2>/dev/null"
    json introduction list | jq -r '.introductions[] | select(.number == 4) | .state'
}
check "two answers at once end in one state" is dropped two

# --- texts as mail files
sales thanks owe Ann Lee "for sending Jörg" >/dev/null
check "a mail file" says "ready to send" sales text thank --thanks H1 --eml "$VS_TMP/t.eml"
mail() { python3 -c 'import email, email.policy, sys; m = email.message_from_binary_file(open(sys.argv[1], "rb"), policy=email.policy.default); print(m["To"], "|", m["Subject"], "|", m["X-Unsent"], "|", m.get_content().strip())' "$1"; }
check "that mail programs read" says "thank you for sending Jörg." mail "$VS_TMP/t.eml"
check "addressed" says "Ann Lee <ann@example.org> | Thank you | 1" mail "$VS_TMP/t.eml"
sales contact edit C2 --name "$(printf 'Evil\nBcc: all@example.org')" >/dev/null 2>&1
sales contact edit C2 --email bob@example.org >/dev/null
sales thanks owe C2 "" >/dev/null 2>&1
sales introduce C2 to Ann Lee because "$(printf 'x\r\nBcc: all@example.org')" >/dev/null 2>&1
check "nothing written in a record becomes a header" is 0 eval "sales text ask-consent --introduction I5 --eml - | sed '/^\r$/q' | grep -ci '^bcc'"
check "to standard output" says "MIME-Version" sales text thank --thanks H1 --eml -
