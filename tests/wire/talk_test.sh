#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Conversations with a real server (tests/wire/*.talk), whole and split at every byte.
set -u
. "$VS_ROOT/tests/support/server.sh"
server_start one || { fail "the server starts" "$(tail -n 3 "$VS_TMP/one.log")"; exit 1; }
line=$(business "Hartwell Roofing" mara)
"$VS_BIN/tests/wire_talk" "$line" "$VS_ROOT"/tests/wire/*.talk || fail "every conversation went as written" "see above"
cat >"$VS_TMP/planted.talk" <<END
== planted
as sales
in
> 1 PING
< 1 NOT_FOUND
END
line=$(business "Planted" mara)
planted() { "$VS_BIN/tests/wire_talk" "$line" "$VS_TMP/planted.talk" | grep -q '^not ok planted: .*the answer was OK'; }
check "a wrong answer is noticed" planted
refuses "the log tells of no failed invariant and no error" grep -E 'must_failed|level=error|runtime error|Sanitizer' "$VS_TMP/one.log"
