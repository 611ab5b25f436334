#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Tasks, reviews and referrals as iCalendar, through the real programs, read back by libical.
set -u
. "$VS_ROOT/tests/support/demo.sh"
check "the server starts" server_start one
[ -n "${SERVER[one]:-}" ] || exit 1
check "the demo business is made" demo_make
ics() { "$VS_BIN/tests/api_ics" "$VS_TMP/$1"; }
lines() { # N FILE PATTERN: so many entries fit
    local got
    got=$(ics "$2" | grep -c -- "$3")
    [ "$got" = "$1" ] || { echo "$got entries, not $1, of:"; ics "$2"; return 1; }
}
write() { seat "$1" "$2" "${@:4}" --ics "$VS_TMP/$3"; }

settled() { [ "$(sql "select count(*) from vs.due where at <= now() and fired_at is null and cancelled_at is null and rule <> 'digest'")" = 0 ]; }
check "what is due was made a task" wait_for 30 settled
check "sales: tasks" says "tasks.ics holds" write sales sales tasks.ics task list
check "each is a todo" lines "$(seat sales sales task list --json | jq '.tasks | length')" tasks.ics "VTODO NEEDS-ACTION"
check "it says whom it is about" lines 1 tasks.ics "follow up: Bob Stone: send the offer"
check "today's cards" write sales sales today.ics today
check "are those of the table" lines "$(seat sales sales today --json | jq '.tasks | length')" today.ics VTODO
check "service has its own" says "holds" write service service sue.ics today
check "on standard output it is nothing but the calendar" eval 'seat sales sales task list --ics - >"$VS_TMP/out.ics" && same "$(ics out.ics | sort)" "$(ics tasks.ics | sort)"'
check "every line ends in CRLF" same 0 "$(grep -vc $'\r$' "$VS_TMP/tasks.ics")"

uid=$(ics tasks.ics | sed -n 's/^\([^ ]*\) .*send the offer.*/\1/p')
seat sales sales --quiet task done T1
check "what is done is ticked off" write sales sales done.ics task list --state done
check "under the same UID" lines 1 done.ics "^$uid VTODO COMPLETED"
seat sales sales --quiet task skip T2 "cancelled"
check "what was dropped is cancelled" eval 'write sales sales dropped.ics task list --state dropped && lines 1 dropped.ics "VTODO CANCELLED"'

check "reviews" write sales sales reviews.ics review list
check "not booked, one takes a day" lines 4 reviews.ics "VEVENT TENTATIVE 20[0-9]\{6\} results review: Carla Moreno"
uid=$(ics reviews.ics | sed -n '1s/ .*//p')
seat sales sales --quiet review book V1 "tomorrow 15:00"
at=$(date -u -d "$(date -d tomorrow +%F) 15:00" +%Y%m%dT%H%M%SZ)
check "booked, it has its hour" eval 'write sales sales reviews.ics review list && lines 1 reviews.ics "VEVENT CONFIRMED $at results review"'
check "and its UID" eval 'ics reviews.ics | grep -q "^$uid VEVENT CONFIRMED"'

seat partner partner --quiet referral accept R11 on tomorrow
seat partner partner --quiet referral appoint R11 "tomorrow 10:00"
check "a partner's referrals" write partner partner pat.ics referral list
check "their appointments" lines 1 pat.ics "VEVENT CONFIRMED .* appointment: Ann Lee"
mine=$(seat partner partner referral list --json | jq '[.referrals[] | select(.clock_at)] | length')
check "and what it owes by when" lines "$mine" pat.ics "VTODO NEEDS-ACTION"
check "of what others sent there is nothing" lines 0 pat.ics "Ian Moss"

check "a calendar isn't JSON" exits 64 seat sales sales task list --ics "$VS_TMP/x.ics" --json
check "a place that can't be written is named" exits 73 seat sales sales task list --ics "$VS_TMP/none/x.ics"
check "and nothing is left behind" eval '[ -z "$(ls "$VS_TMP"/*.vouchsafe-* 2>/dev/null)" ]'
check "an empty list is a calendar too" eval 'write service service none.ics review list --state held --owner pat; [ -z "$(ics none.ics)" ]'
