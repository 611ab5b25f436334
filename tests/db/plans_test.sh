#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The columns of every plan's queries are fields of the messages they fill.
set -u
. "$VS_ROOT/tests/support/check.sh"
. "$VS_ROOT/tests/support/cluster.sh"
cluster_start && migrated one >/dev/null 2>&1 || { fail "a migrated database" "there is none"; exit 1; }
"$VS_BIN/tests/db_plans" "$(url one)"
