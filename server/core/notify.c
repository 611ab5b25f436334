/* SPDX-License-Identifier: Apache-2.0 */
#include "server/core/notify.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "server/core/log.h"

void notify_send(const char *state) {
    const char *path = getenv("NOTIFY_SOCKET");
    struct sockaddr_un sa = {.sun_family = AF_UNIX};
    size_t n = path == NULL ? 0 : strlen(path);
    if (n < 2 || (path[0] != '/' && path[0] != '@') || n >= sizeof sa.sun_path) return;
    memcpy(sa.sun_path, path, n);
    if (path[0] == '@') sa.sun_path[0] = '\0'; /* abstract: its length says where it ends */
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    socklen_t len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n);
    if (fd < 0 || sendto(fd, state, strlen(state), MSG_NOSIGNAL, (struct sockaddr *)&sa, len) < 0)
        log_warn("notify", "socket=%s why=%s", log_quote(path), log_quote(strerror(errno)));
    if (fd >= 0) close(fd);
}

void notify_reloading(void) {
    struct timespec t;
    char text[80];
    clock_gettime(CLOCK_MONOTONIC, &t);
    snprintf(text, sizeof text, "RELOADING=1\nMONOTONIC_USEC=%lld",
             (long long)t.tv_sec * 1000000 + (long long)t.tv_nsec / 1000);
    notify_send(text);
}

static void on_watchdog(uv_timer_t *t) {
    (void)t;
    notify_send("WATCHDOG=1");
}

void notify_watch(uv_loop_t *loop) {
    static uv_timer_t timer;
    const char *usec = getenv("WATCHDOG_USEC"), *pid = getenv("WATCHDOG_PID");
    long long every = usec == NULL ? 0 : strtoll(usec, NULL, 10) / 2000;
    if (every <= 0 || (pid != NULL && strtol(pid, NULL, 10) != (long)getpid())) return;
    uv_timer_init(loop, &timer);
    uv_timer_start(&timer, on_watchdog, 0, (uint64_t)every);
    uv_unref((uv_handle_t *)&timer);
}
