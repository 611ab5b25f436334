/* SPDX-License-Identifier: Apache-2.0 */
/* Listening: an address or a path from the settings, or a socket systemd holds for us (LISTEN_FDS), found by its name. */
#ifndef SERVER_CORE_LISTEN_H
#define SERVER_CORE_LISTEN_H

#include <uv.h>

#include "vouchsafe/base.h"

enum { LISTEN_ADDRESS_MAX = 128 };

/* A socket of either kind, listening or not. */
union listen_stream {
    uv_handle_t handle;
    uv_stream_t stream;
    uv_tcp_t tcp;
    uv_pipe_t pipe;
};

/* "host:port", "[v6]:port"; host is a number, not a name. 0 or -1. */
int listen_parse(const char *address, struct sockaddr_storage *out) MUST_CHECK;
/* "1.2.3.4:7643" or "[::1]:7643" */
void listen_format(const struct sockaddr *sa, char *out, size_t size);

/* setting: the setting's key, for words. socket_name: the FileDescriptorName of the systemd socket that takes its place
 * ("clients", "ops"); without names the first socket is the clients'. bound (LISTEN_ADDRESS_MAX) receives what it became.
 * 0, or -1 with a sentence in err (the handle must then still be closed by the loop's end). */
int listen_tcp(uv_loop_t *loop, uv_tcp_t *tcp, const char *setting, const char *address, const char *socket_name,
               uv_connection_cb on_connection, char *bound, char *err, size_t err_size) MUST_CHECK;
/* Reached from this machine alone: the path of a unix socket ("/run/vouchsafe/plain"), or an address of the loopback. */
bool listen_is_local(const char *address);
/* On such a place; a socket that an ended process left is taken away. As listen_tcp. */
int listen_local(uv_loop_t *loop, union listen_stream *s, const char *setting, const char *address,
                 uv_connection_cb on_connection, char *bound, char *err, size_t err_size) MUST_CHECK;
/* Did systemd hand over a socket of this name? */
bool listen_inherited(const char *socket_name);

#endif
