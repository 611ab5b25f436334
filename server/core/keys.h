/* SPDX-License-Identifier: Apache-2.0 */
/* The state directory: the root key, this instance's certificate, small notes for commands that run beside the server. */
#ifndef SERVER_CORE_KEYS_H
#define SERVER_CORE_KEYS_H

#include "vouchsafe/tls.h"

int keys_state_directory(char *out, size_t size, char *err, size_t err_size) MUST_CHECK;
/* Made at first start. */
struct tls_context *keys_load(const char *state, uint8_t root_pin[32], char *err, size_t err_size);
void keys_note(const char *state, const char *name, const char *value);
void keys_read_note(const char *state, const char *name, char *out, size_t size);

#endif
