/* SPDX-License-Identifier: Apache-2.0 */
/* A driver is one function that takes any bytes and must neither crash nor break what it promises (MUST). Built with clang's
 * libFuzzer (VS_FUZZ=ON) it searches; linked with replay.c it runs its corpus and some thousand mutations, the same ones always. */
#ifndef TESTS_FUZZ_H
#define TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
