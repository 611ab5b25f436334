#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The database is there but refuses to store touches: each is answered and kept, none is tried for ever; then they go through once.
set -u
. "$VS_ROOT/tests/support/server.sh"
server_start one || { fail "the server starts" "$(tail -n 3 "$VS_TMP/one.log")"; exit 1; }
check "a seat joins" seat admin admin join "$(business "Hartwell Roofing" mara)"
check "a contact is added" seat admin admin contact add "Ann Lee"
sql "revoke insert on vs.touchpoint from vs_toucher"
seat admin admin touch C1 call = "kept" >"$VS_TMP/out" 2>&1
check "a touch that can't be stored is saved, not acknowledged" same 75 $?
check "it was tried once or twice, not for ever" test "$(grep -c event=batch_failed "$VS_TMP/one.log")" -le 4
check "the server answers others meanwhile" seat admin admin whoami
sql "grant insert on vs.touchpoint to vs_toucher"
seat admin admin outbox retry >/dev/null 2>&1
check "when it can be stored it goes through once" wait_for 20 same 1 "$(sql "select count(*) from vs.touchpoint where note = 'kept'")"
