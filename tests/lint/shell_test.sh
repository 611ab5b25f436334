#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What shellcheck warns of, on every script. A planted violation must be caught.
set -u
cd "$VS_ROOT" || exit 1
command -v shellcheck >/dev/null || { echo "skip shellcheck: it is not installed"; exit 0; }
# SC2034: what a sourced file leaves for its reader. SC1010: "done" as a word of our command line. SC1091: files found at run time.
# SC1007: an empty value among others.
lint() { shellcheck -S warning -e SC2034,SC1010,SC1091,SC1007 "$@"; }
# shellcheck disable=SC2046 # no name of ours has a space
found=$(lint $(git ls-files | xargs grep -lE '^#!.*bash|^# shellcheck shell=bash') | head -n 20)
if [ -z "$found" ]; then echo "ok scripts are clean"; else echo "not ok scripts are clean: $(tr '\n' ' ' <<<"$found")"; fi
printf '#!/usr/bin/env bash\ncd /nowhere\nrm -r *\n' >"$VS_TMP/planted.sh"
if lint "$VS_TMP/planted.sh" >/dev/null; then echo "not ok a planted violation is caught: it was not"; else echo "ok a planted violation is caught"; fi
