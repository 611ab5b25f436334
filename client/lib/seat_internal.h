/* SPDX-License-Identifier: Apache-2.0 */
/* Credentials, as the library's own files see them. */
#ifndef CLIENT_LIB_SEAT_INTERNAL_H
#define CLIENT_LIB_SEAT_INTERNAL_H

#include "vouchsafe/client.h"

/* The seat's token, from the file or from its token_command: 0; 1 there is none; -1 with err. */
int seat_token(const struct vs_seat *s, uint8_t out[VS_TOKEN_SIZE], char *err, size_t err_size) MUST_CHECK;
/* Keeps a token: by token_store_command and then read back, or in *s. 0, or -1 with err. */
int seat_keep_token(struct vs_seat *s, const uint8_t token[VS_TOKEN_SIZE], char *err, size_t err_size) MUST_CHECK;
/* What a finished handshake says of the root, put into *s; true when that changed it. */
bool seat_follow(struct vs_seat *s, const vs_client *c);
/* fsync of the directory the file is in: its name is on disk too. 0 or -1. */
int seat_sync_directory(const char *path) MUST_CHECK;

#endif
