#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Every command of every program: its help begins with two examples, fits 80 columns and 40 lines, and the examples run as printed
# against the demo business.
set -u
. "$VS_ROOT/tests/support/demo.sh"
check "the server starts" server_start one
[ -n "${SERVER[one]:-}" ] || exit 1
demo_business() { business "$1 $program" "$2"; }
fresh_demo() { # examples use records up: every program has a business of its own
    rm -rf "$VS_TMP"/seat-*
    check "a demo business is made" demo_make
}
PATH=$VS_BIN:$PATH
mkdir "$VS_TMP/desk"
cd "$VS_TMP/desk" || exit 1
fits() { # standard input: help
    awk 'length($0) > 80 { print "too wide: " $0; bad = 1 } END { if (NR > 40) { print NR " lines"; bad = 1 } exit bad }'
}
helps() { # PROGRAM WORDS...
    local program=$1 out
    shift
    out=$("vouchsafe-$program" help "$@") || return 1
    fits <<<"$out" || return 1
    [ "$(head -n 1 <<<"$out")" = "Examples:" ] || { echo "it doesn't begin with examples"; return 1; }
    [ "$(sed -n "2,3p" <<<"$out" | grep -c "^  vouchsafe-$program ")" = 2 ] || { echo "there are not two examples"; return 1; }
}
# What an example takes for granted, made before it runs.
quietly() { "$@" >/dev/null 2>&1; }
account() { quietly seat admin admin account add "$1" --role sales; }
before() { # PROGRAM COMMAND EXAMPLE
    case $2 in
        join) account new; rm -rf "$VS_TMP/seat-spare"; seat admin admin --quiet account enrol new >line.txt ;;
        undo | "touch strike") quietly seat "$1" "$1" touch C1 call = "said in error" ;;
        log) echo 'yesterday 15:00 touch Ann Lee call + "wants a quote for the garage"' >notes.txt ;;
        "account revoke" | "account close") account kim; account tom ;;
        "enrolment end") account rob; account una; quietly seat admin admin account enrol "$(grep -oE "rob|una" <<<"$3")" ;;
        "device end")
            account eva
            van=$(grep -o 'van-.' <<<"$3")
            seat admin admin --quiet account enrol eva | quietly seat "eva-$van" sales join - --name "$van" ;;
        "account password") printf 'correct horse battery\n' >pass.txt ;;
        login | logout) printf 'correct horse battery\n' >pass.txt
            quietly seat admin admin account password sam --password-file pass.txt
            seat sales sales --quiet server >server.txt
            [ "$2" = login ] || { rm -rf "$VS_TMP/seat-spare"; seat spare "$1" login sam --server - --password-file pass.txt <server.txt; }
            [[ $3 != *--server* ]] || rm -rf "$VS_TMP/seat-spare" ;;
        password) printf 'correct horse battery\n' >old.txt; printf 'another horse battery\n' >pass.txt
            [[ $3 != *"old-file old.txt"* ]] || quietly seat admin admin account password "$(login_of "$1")" --password-file old.txt ;;
        "outbox discard")
            server_stop one
            quietly seat "$1" "$1" touch C1 call = "waits" --id "$(grep -oE "[0-9a-f-]{36}" <<<"$3")"
            ;;
        "organization edit") quietly seat sales sales organization add "Old Mill Bakery" ;;
        "import "*) cp "$VS_ROOT"/deploy/demo/* .
            [[ $2 = *contacts || $2 = *organizations ]] || quietly seat admin admin import contacts contacts.csv --mapping contacts.map
            [[ $2 != *referrals ]] || quietly seat admin admin import deals deals.csv --mapping deals.map
            [[ $2 != *promises && $2 != *reviews ]] || quietly seat admin admin import projects projects.csv --mapping projects.map ;;
        "referral inform") [ "$1" != partner ] || quietly seat sales sales referral ask "$(referral_of "$3")" "which one?" ;;
        "referral no-show") quietly seat "$1" "$1" referral appoint "$(referral_of "$3")" tomorrow ;;
        "referral lose") quietly seat "$1" "$1" referral accept "$(referral_of "$3")" on tomorrow ;;
        "share revoke") quietly seat sales sales share grant Bob Stone P1 --log ;;
    esac
    case $2 in organization*) quietly seat admin admin attribute define employees --kind number --of-organizations ;; esac
    return 0
}
referral_of() { grep -oE 'R[0-9]+' <<<"$1" | head -n 1; }
after() {
    case $2 in "outbox discard") server_start one >/dev/null ;; esac
}
login_of() { case $1 in sales) echo sam ;; service) echo sue ;; partner) echo pat ;; admin) echo mara ;; esac }
# A home of its own where an example would end the seat's login.
home_of() { case $2 in join | login | logout) echo "$VS_TMP/seat-spare" ;; *) echo "$VS_TMP/seat-$1" ;; esac }
runs() { # PROGRAM COMMAND EXAMPLE
    local got=0 limit=(timeout 60)
    [[ $2 != watch && $2 != "referral watch" ]] || limit=(timeout --preserve-status -s INT 5)
    before "$@" || return 1
    VOUCHSAFE_HOME=$(home_of "$1" "$2") "${limit[@]}" bash -c "$3" >out 2>err </dev/null || got=$?
    after "$@"
    [ $got = 0 ] || { echo "exit $got: $(cat out err)"; return 1; }
}
for program in sales service partner admin; do
    fresh_demo
    check "$program: help fits and begins with examples" helps $program
    while IFS=$'\t' read -r command first second; do
        # shellcheck disable=SC2086
        check "$program: help of $command" helps $program $command
        for example in "$first" "$second"; do
            # not in a subshell: it may stop and start the server
            if runs $program "$command" "$example" >"$VS_TMP/why"; then pass "$example"; else fail "$example" "$(cat "$VS_TMP/why")"; fi
        done
    done < <("vouchsafe-$program" help --json | jq -r '.commands[] | [.command, .examples[0], .examples[1]] | @tsv' | sed 's/\\\\/\\/g')
done
