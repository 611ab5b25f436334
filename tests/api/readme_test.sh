#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What the README tells to type about a lost laptop, typed.
set -u
. "$VS_ROOT/tests/support/demo.sh"
demo_start
typed() { sed -n '/^\*\*A lost laptop/,/^\*\*From/s/^    \$ vouchsafe-//p' "$VS_ROOT/README.md" | sed 's/ *#.*//'; }
check "the story has its three commands" same 3 "$(typed | wc -l)"
check "Sue's machine works" says "(sue), service" seat service service whoami
while read -r program words; do
    # shellcheck disable=SC2086 # as a person types them
    check "$program $words" seat admin "$program" $words </dev/null
    cp "$VS_TMP/check.out" "$VS_TMP/${words// /-}"
done < <(typed)
check "the list shows the van and its last use" grep -qE "van +sue +20" "$VS_TMP/device-list"
check "what is said then" grep -q "that machine is shut out" "$VS_TMP/device-end-van"
check "its key is good for nothing" says "ask for a new join line" seat service service whoami
line=$(grep -o 'vouchsafe-join:[^ ]*' "$VS_TMP/account-enrol-sue")
check "the next machine joins" seat next service join "$line"
check "and works" says "(sue), service" seat next service whoami
