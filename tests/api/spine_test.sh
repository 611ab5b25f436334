#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A touch from a seat into PostgreSQL and back, through the real programs: a fresh server with its private database, an admin, a
# sales and a partner seat; a killed server; no line.
set -u
. "$VS_ROOT/tests/support/server.sh"
touches() { seat sales sales timeline C1 --json | grep -o "$1" | wc -l; }
same() { [ "$1" = "$2" ] || { echo "expected $1, got $2"; return 1; }; }

check "the server starts with its own database" server_start one
[ -n "${SERVER[one]:-}" ] || exit 1
line=$(business "Hartwell Roofing" mara)
check "the admin joins by the line" seat admin admin join "$line"
check "a used line is refused" says used seat other admin join "$line"
check "an altered line is refused" says altered seat other admin join "${line/@/x@}"
check "the admin is who they are" says mara seat admin admin whoami
check "a partner is added" seat admin admin partner add "Acme Plumbing"
check "a sales account is added" seat admin admin account add sam --name "Sam" --role sales
check "a partner account is added" seat admin admin account add pat --name "Pat" --role partner --partner P1
check "the sales seat joins" seat sales sales join "$(seat admin admin account enrol sam | grep vouchsafe-join)"
check "the partner seat joins" seat partner partner join "$(seat admin admin account enrol pat | grep vouchsafe-join)"
check "a contact is added" seat sales sales contact add "Ann Lee" --email ann@example.org
check "it is found in spite of a typing error" says "Ann Lee" seat sales sales contact find "Ann Lea"
check "a touch is logged by the line grammar" seat sales sales touch Ann Lee call + "happy with the new roof" @buy
check "it stands in the timeline" says "happy with the new roof" seat sales sales timeline C1
check "a foreign contact is not there for the partner" says "nobody found" seat partner partner contact show C1
check "the contact is shared" seat sales sales share grant C1 P1 --log
check "now the partner sees it" says "Ann Lee" seat partner partner contact show C1
if seat partner partner timeline C1 2>&1 | grep -q "happy with"; then fail "an internal touch stays internal" "the partner read it"; else pass "an internal touch stays internal"; fi
check "the partner logs against it" seat partner partner touch C1 onsite + "saw the roof from below"
check "staff read the partner's touch" says "saw the roof" seat sales sales timeline C1
server_kill one
seat sales sales touch C1 email = "written off line" >"$VS_TMP/offline" 2>&1
check "off line a touch is saved and says so" same 75 $?
check "the killed server starts again, its database too" server_start one
seat sales sales outbox retry >/dev/null 2>&1
check "the saved touch arrived once" same 1 "$(touches "written off line")"
printf 'GET / HTTP/1.1\r\n\r\n' >"/dev/tcp/${ADDRESS[one]%:*}/${ADDRESS[one]##*:}"
check "plain HTTP on the TLS port harms nobody" seat sales sales whoami
pid=${SERVER[one]}
server_stop one
refuses "the server stops on SIGTERM" kill -0 "$pid"
