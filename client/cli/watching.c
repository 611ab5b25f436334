/* SPDX-License-Identifier: Apache-2.0 */
/* - happy path: the library's events, one after the other, until SIGINT or SIGTERM
 * - a lost connection is the library's to make again; it tells RESYNC when it is back
 * - the reader of our output went away: done
 * - the server doesn't let this seat in any more: said so */
#include "client/cli/watching.h"
#include <signal.h>
#include <sysexits.h>

enum { WAIT_MS = 500 };

static volatile sig_atomic_t stopped;
static void on_signal(int sig) {
    (void)sig;
    stopped = 1;
}

void watching_print(struct cli *c, const char *kind, const char *name, const ProtobufCMessage *body) {
    struct json *j = &c->out.json;
    json_open(j, '{');
    json_member(j, "event", kind);
    if (body) {
        json_key(j, name);
        json_message(j, body);
    }
    json_close(j, '}');
    if (c->out.format == OUT_JSON) buf_put_u8(&j->b, '\n');
    if (out_flush(&c->out)) stopped = 1;
}

int watching_run(struct cli *c, uint64_t watch, watching_event *on_event, void *arg) {
    const struct sigaction act = {.sa_handler = on_signal};
    if (!watch) return cli_fail(c, EX_UNAVAILABLE, "too much is watched");
    sigaction(SIGINT, &act, NULL);
    sigaction(SIGTERM, &act, NULL);
    signal(SIGPIPE, SIG_IGN);
    out_note(&c->out, "watching; Ctrl-C ends it");
    while (!stopped) {
        struct vs_event e;
        int got = vs_wait_event(c->client, WAIT_MS, &e);
        if (got < 0) return cli_fail(c, EX_NOPERM, "%s", vs_why(c->client));
        if (!got) continue;
        char why[600] = "";
        c->aside = why, c->aside_size = sizeof why;
        int r = on_event(arg, &e);
        c->aside = NULL;
        vs_event_free(&e);
        if (r && r != EX_UNAVAILABLE) return cli_fail(c, r, "%s", why);
    }
    return 0;
}
