#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The units are what systemd takes without a word, and confine the server. A planted mistake must be caught.
set -u
if ! command -v systemd-analyze >/dev/null; then
    echo "skip units: systemd-analyze is not installed"
    exit 0
fi
# the programs they name are installed later
for u in service socket; do sed 's|^ExecStart=/usr/bin/vouchsafed|ExecStart=/bin/true|' "$VS_ROOT/deploy/vouchsafed.$u" >"$VS_TMP/vouchsafed.$u"; done
verify() { systemd-analyze verify --man=no "$1" 2>&1 | grep -E "vouchsafed|planted"; }
said=$(verify "$VS_TMP/vouchsafed.service"; verify "$VS_TMP/vouchsafed.socket")
if [ -z "$said" ]; then echo "ok the units are well formed"; else echo "not ok the units are well formed: $said"; fi
sed 's/^WatchdogSec=.*/WatchdogSecs=20/' "$VS_TMP/vouchsafed.service" >"$VS_TMP/planted.service"
if [ -n "$(verify "$VS_TMP/planted.service")" ]; then echo "ok a planted mistake is caught"; else echo "not ok a planted mistake is caught: it was not"; fi
if ! systemd-analyze security --help 2>&1 | grep -q offline; then
    echo "skip the service is confined: this systemd-analyze has no --offline"
elif out=$(systemd-analyze security --offline=yes --threshold=20 "$VS_TMP/vouchsafed.service" 2>&1); then
    echo "ok the service is confined: $(tail -n 1 <<<"$out" | tr -s ' ')"
else
    echo "not ok the service is confined: $(tail -n 1 <<<"$out")"
fi
