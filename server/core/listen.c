/* SPDX-License-Identifier: Apache-2.0 */
#include "server/core/listen.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { BACKLOG = 1024, FIRST_FD = 3 };

int listen_parse(const char *address, struct sockaddr_storage *out) {
    char host[64];
    const char *colon = strrchr(address, ':');
    if (colon == NULL || colon == address || colon - address >= (ptrdiff_t)sizeof host) return -1;
    char *end;
    long port = strtol(colon + 1, &end, 10);
    if (colon[1] < '0' || colon[1] > '9' || *end != '\0' || port > 65535) return -1;
    memset(out, 0, sizeof *out);
    if (address[0] == '[' && colon[-1] == ']') {
        snprintf(host, sizeof host, "%.*s", (int)(colon - address - 2), address + 1);
        return uv_ip6_addr(host, (int)port, (struct sockaddr_in6 *)out) < 0 ? -1 : 0;
    }
    snprintf(host, sizeof host, "%.*s", (int)(colon - address), address);
    return uv_ip4_addr(host, (int)port, (struct sockaddr_in *)out) < 0 ? -1 : 0;
}

void listen_format(const struct sockaddr *sa, char *out, size_t size) {
    char host[64] = "";
    uv_ip_name(sa, host, sizeof host);
    if (sa->sa_family == AF_INET6)
        snprintf(out, size, "[%s]:%d", host, ntohs(((const struct sockaddr_in6 *)(const void *)sa)->sin6_port));
    else
        snprintf(out, size, "%s:%d", host, ntohs(((const struct sockaddr_in *)(const void *)sa)->sin_port));
}

/* LISTEN_FDS, LISTEN_PID and LISTEN_FDNAMES as sd_listen_fds(3) has them. -1: none of that name. */
static int inherited(const char *name) {
    const char *count = getenv("LISTEN_FDS"), *pid = getenv("LISTEN_PID"), *names = getenv("LISTEN_FDNAMES");
    if (count == NULL || pid == NULL || strtol(pid, NULL, 10) != (long)getpid()) return -1;
    int n = atoi(count);
    if (names == NULL || names[0] == '\0') return n > 0 && strcmp(name, "clients") == 0 ? FIRST_FD : -1;
    for (int i = 0; i < n; i++) {
        size_t len = strcspn(names, ":");
        if (len == strlen(name) && strncmp(names, name, len) == 0) return FIRST_FD + i;
        if (names[len] == '\0') break;
        names += len + 1;
    }
    return -1;
}

bool listen_inherited(const char *socket_name) { return inherited(socket_name) >= 0; }

int listen_tcp(uv_loop_t *loop, uv_tcp_t *tcp, const char *setting, const char *address, const char *socket_name,
               uv_connection_cb on_connection, char *bound, char *err, size_t err_size) {
    struct sockaddr_storage sa;
    int fd = inherited(socket_name), len = sizeof sa, r;
    uv_tcp_init(loop, tcp);
    if (fd < 0 && listen_parse(address, &sa) < 0) {
        snprintf(err, err_size, "%s is an address and a port, such as 0.0.0.0:7643 or [::]:7643, not \"%s\"", setting,
                 address);
        return -1;
    }
    r = fd >= 0 ? uv_tcp_open(tcp, fd) : uv_tcp_bind(tcp, (struct sockaddr *)&sa, 0);
    if (r < 0 || (r = uv_listen((uv_stream_t *)tcp, BACKLOG, on_connection)) < 0) {
        snprintf(err, err_size, "can't listen on %s (%s): %s", fd >= 0 ? "systemd's socket" : address, setting,
                 r == UV_EADDRINUSE ? "another program listens there; stop it, or choose another port"
                                    : uv_strerror(r));
        return -1;
    }
    uv_tcp_getsockname(tcp, (struct sockaddr *)&sa, &len);
    listen_format((struct sockaddr *)&sa, bound, LISTEN_ADDRESS_MAX);
    return 0;
}

/* --- from this machine alone ------------------------------------------------------------------------------ */

bool listen_is_local(const char *address) {
    struct sockaddr_storage sa;
    if (address[0] == '/') return strlen(address) < sizeof((struct sockaddr_un *)NULL)->sun_path;
    if (listen_parse(address, &sa) < 0) return false;
    if (sa.ss_family == AF_INET6)
        return IN6_IS_ADDR_LOOPBACK(&((const struct sockaddr_in6 *)(const void *)&sa)->sin6_addr);
    return ntohl(((const struct sockaddr_in *)(const void *)&sa)->sin_addr.s_addr) >> 24 == 127;
}

/* Nobody listens behind it any more. */
static bool is_left_over(const char *path) {
    struct sockaddr_un un = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    snprintf(un.sun_path, sizeof un.sun_path, "%s", path);
    bool left = fd >= 0 && connect(fd, (const struct sockaddr *)&un, sizeof un) < 0 && errno == ECONNREFUSED;
    if (fd >= 0) close(fd);
    return left;
}

static int listen_path(uv_loop_t *loop, uv_pipe_t *pipe, const char *path, uv_connection_cb on_connection) {
    if (is_left_over(path)) unlink(path);
    uv_pipe_init(loop, pipe, 0);
    int r = uv_pipe_bind(pipe, path);
    if (r == 0) r = chmod(path, 0660) == 0 ? 0 : uv_translate_sys_error(errno); /* a proxy of our group */
    return r == 0 ? uv_listen((uv_stream_t *)pipe, BACKLOG, on_connection) : r;
}

int listen_local(uv_loop_t *loop, union listen_stream *s, const char *setting, const char *address,
                 uv_connection_cb on_connection, char *bound, char *err, size_t err_size) {
    MUST(listen_is_local(address));
    if (address[0] != '/') return listen_tcp(loop, &s->tcp, setting, address, "", on_connection, bound, err, err_size);
    int r = listen_path(loop, &s->pipe, address, on_connection);
    snprintf(bound, LISTEN_ADDRESS_MAX, "%s", address);
    if (r == 0) return 0;
    snprintf(err, err_size, "can't listen on %s (%s): %s", address, setting,
             r == UV_EADDRINUSE ? "another program listens there, or it is no socket" : uv_strerror(r));
    return -1;
}
