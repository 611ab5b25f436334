#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The direction of includes (README, "The picture"): may the file in column one include the folder in column two? A planted violation must be caught.
set -u
rules='server/core:server/(pg|store|rpc|domain|net|http)/
server/pg:server/(store|rpc|domain|net|http)/
server/store:server/(rpc|domain|net|http)/
server/rpc:server/(pg|store|domain|net|http)/
server/domain:server/(net|http)/
server/net:server/(pg|store|domain|http)/
server/http:server/(pg|store|domain|net)/
proto/wire:(server|client)/
include/vouchsafe:(server|client)/
server:client/
client:server/
client/lib:client/(cli|tui)/'
violations() {
    local dir=$1 line from to
    while IFS= read -r line; do
        from=${line%%:*} to=${line#*:}
        grep -rnE "#include \"$to" "$dir/$from" --include='*.[ch]' 2>/dev/null
    done <<<"$rules"
}
found=$(violations "$VS_ROOT")
if [ -z "$found" ]; then echo "ok includes point downwards"; else echo "not ok includes point downwards: $found"; fi
mkdir -p "$VS_TMP/server/rpc"
echo '#include "server/store/store.h"' >"$VS_TMP/server/rpc/planted.c"
if [ -n "$(violations "$VS_TMP")" ]; then echo "ok a planted violation is caught"; else echo "not ok a planted violation is caught: it was not"; fi
