/* SPDX-License-Identifier: Apache-2.0 */
/* What the running server shows its clients: the certificate, its renewal, and the warnings before it runs out. */
#ifndef SERVER_IDENTITY_H
#define SERVER_IDENTITY_H

#include <uv.h>

#include "server/core/keys.h"

/* pin: follows the root in use; the caller's, for as long as the server runs. */
int identity_load(const char *state, uint8_t pin[TLS_KEY_HASH], char *err, size_t err_size) MUST_CHECK;
struct tls_context *identity_tls(void);
/* Takes a new certificate into use, for connections from now on; what can't be used leaves all as it was. */
int identity_reload(char *err, size_t err_size) MUST_CHECK;
/* Looks at it now, each hour, and when it runs out: renews it where the root key is, warns elsewhere. */
void identity_watch(uv_loop_t *loop);
/* False once it ran out: seats refuse this instance, so a balancer should send them to another. */
bool identity_is_good(void);

#endif
