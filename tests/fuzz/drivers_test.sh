#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Each decoder with its corpus, cut at every byte, and VS_FUZZ_MUTATIONS (50000) fixed mutations. With VS_FUZZ_SECONDS each is searched
# by libFuzzer as well, for so long (needs clang); what it finds stays in build/fuzz/found.
set -u
. "$VS_ROOT/tests/support/check.sh"
for driver in request joinline text config; do
    check "$driver: the corpus and ${VS_FUZZ_MUTATIONS:-50000} mutations" "$VS_BIN/tests/fuzz_$driver" "$VS_ROOT/tests/fuzz/corpus/$driver" "${VS_FUZZ_MUTATIONS:-50000}"
done
if [ -z "${VS_FUZZ_SECONDS:-}" ]; then
    echo "skip a search by libFuzzer: set VS_FUZZ_SECONDS, the seconds for each decoder"
    exit 0
fi
command -v clang >/dev/null || { echo "skip a search by libFuzzer: clang is not installed"; exit 0; }
build=$VS_ROOT/build/fuzz
mkdir -p "$build/found"
drivers() {
    cmake -S "$VS_ROOT" -B "$build" -G Ninja -DCMAKE_C_COMPILER=clang -DCMAKE_BUILD_TYPE=Asan -DVS_FUZZ=ON &&
        ninja -C "$build" tests/fuzz_request tests/fuzz_joinline tests/fuzz_text tests/fuzz_config
}
check "the drivers are built with libFuzzer" drivers
search() {
    mkdir -p "$build/corpus/$1"
    "$build/tests/fuzz_$1" -max_total_time="$VS_FUZZ_SECONDS" -max_len=8192 -artifact_prefix="$build/found/$1-" -print_final_stats=1 \
        "$build/corpus/$1" "$VS_ROOT/tests/fuzz/corpus/$1"
}
for driver in request joinline text config; do check "$driver: searched for $VS_FUZZ_SECONDS s" search $driver; done
