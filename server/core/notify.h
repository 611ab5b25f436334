/* SPDX-License-Identifier: Apache-2.0 */
/* What systemd is told (sd_notify(3)'s protocol, by hand: its library would bring five others). Without NOTIFY_SOCKET all
 * of it does nothing. */
#ifndef SERVER_CORE_NOTIFY_H
#define SERVER_CORE_NOTIFY_H

#include <uv.h>

/* Lines such as "READY=1\nSTATUS=..."; one datagram. */
void notify_send(const char *state);
void notify_reloading(void); /* RELOADING=1 with the time; send READY=1 when done */
/* WATCHDOG=1 at half of WATCHDOG_USEC, from the loop: a loop that hangs is a service that hangs. */
void notify_watch(uv_loop_t *loop);

#endif
