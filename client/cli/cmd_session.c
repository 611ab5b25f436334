/* SPDX-License-Identifier: Apache-2.0 */
/* Coming in and going: a machine joins by a line, once, and its key is its login from then on; staff may log in with a password instead. */
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>
#include "client/cli/cli.h"
#include "vouchsafe/joinline.h"
#include "vouchsafe/v1/method.pb-c.h"
#include "vouchsafe/v1/session.pb-c.h"

/* What the library's answer means to a script. */
static int settled(struct cli *c, int status) {
    if (status == VS_OK) return 0;
    return cli_fail(c,
                    status == VS_INTERNAL                                            ? EX_IOERR
                    : status == VS_UNAUTHENTICATED || status == VS_PERMISSION_DENIED ? EX_NOPERM
                    : vs_status_retry(status) == VS_RETRY_LATER                      ? EX_UNAVAILABLE
                                                                                     : EX_DATAERR,
                    "%s", c->err);
}

static int told(struct cli *c, const char *key, const char *value, const char *words) {
    if (!c->out.quiet) out_say(&c->out, "%s", words);
    json_open(&c->out.json, '{');
    json_member(&c->out.json, key, value);
    json_close(&c->out.json, '}');
    return 0;
}

/* The line from the words, or for "-" from standard input: it may hold a secret that a list of processes would show. */
static int read_line(struct cli *c, const char *word, char *line, size_t size) {
    snprintf(line, size, "%s", word);
    if (strcmp(word, "-") != 0) return 0;
    if (isatty(STDIN_FILENO)) out_note(&c->out, "Paste the line:");
    return fgets(line, (int)size, stdin) ? 0 : cli_fail(c, EX_NOINPUT, "there is no line on standard input");
}

static int run_join(struct cli *c, ProtobufCMessage *request) {
    char line[JOIN_LINE_MAX + 2];
    const char *name = message_text(request, "device_name");
    int r = line_home(c);
    if (r || (r = read_line(c, c->args.words[0], line, sizeof line))) return r;
    int status = vs_join(c->seat_path, line, *name ? name : NULL, c->err, sizeof c->err);
    if (status == VS_INTERNAL || vs_status_retry(status) == VS_RETRY_LATER) { /* the key is kept beside the seat */
        size_t n = strlen(c->err);
        snprintf(c->err + n, sizeof c->err - n, "; nothing is lost: join once more with the same line");
    }
    r = settled(c, status);
    return r ? r : told(c, "joined", *name ? name : "yes", "joined");
}

static int run_login(struct cli *c, ProtobufCMessage *request) {
    char line[JOIN_LINE_MAX + 2];
    const char *server = args_own(&c->args, "server"), *business = message_text(request, "business");
    int r = line_home(c);
    if (r || (server && (r = read_line(c, server, line, sizeof line)))) return r;
    r = settled(c, vs_login(c->seat_path, server ? line : NULL, *business ? business : NULL,
                            message_text(request, "login"), message_text(request, "password"), NULL, c->err,
                            sizeof c->err));
    return r ? r : told(c, "login", message_text(request, "login"), "logged in");
}

static int run_logout(struct cli *c, ProtobufCMessage *request) {
    (void)request;
    int r = line_home(c);
    if (r) return r;
    r = settled(c, vs_logout(c->seat_path, args_own(&c->args, "forget-key") != NULL, c->err, sizeof c->err));
    return r ? r : told(c, "logged_out", "yes", "logged out");
}

static int run_server(struct cli *c, ProtobufCMessage *request) {
    (void)request;
    char line[JOIN_LINE_MAX + 2];
    int r = line_seat(c);
    if (r) return r;
    if (vs_seat_server_line(&c->seat, line, sizeof line))
        return cli_fail(c, EX_DATAERR, "the addresses are too long for a line");
    out_say(&c->out, "%s", line);
    return told(c, "line", line, "give it to: login LOGIN --server LINE");
}

static const struct command LIST[] = {
    {.words = "join",
     .summary = "Let this machine join by the line the admin made",
     .examples = {"join - <line.txt", "join - --name van-3 <line.txt"},
     .programs = ALL,
     COMMAND_CALL(JOIN, join),
     .args = {{.shown = "LINE|-"}},
     .hidden = "business_id secret",
     .run = run_join},
    {.words = "login",
     .summary = "Log in with a password; it is not kept, a token takes its place",
     .examples = {"login sam --server - --password-file pass.txt <server.txt", "login sam --password-file pass.txt"},
     .programs = STAFF,
     .request = &vouchsafe__v1__login_request__descriptor,
     .args = {{.shown = "LOGIN", .field = "login"}},
     .needs = "password",
     .own = {{"server", "LINE", "where the server is, as `server` prints it; - reads"}},
     .run = run_login,
     .notes =
         "The password is asked for on a terminal, or read from a file; it is never a word\nof the command. For a machine that joined with a key there is nothing to log in."},
    {.words = "logout",
     .summary = "End this seat's login",
     .examples = {"logout", "logout --forget-key"},
     .programs = ALL,
     .own = {{"forget-key", NULL, "take the device's key away too"}},
     .run = run_logout},
    {.words = "server",
     .summary = "Print the line that tells another machine where the server is",
     .examples = {"server", "server --json"},
     .programs = ALL,
     .run = run_server},
    {.words = "whoami",
     .summary = "Who this seat is",
     .examples = {"whoami", "whoami --json"},
     .programs = ALL,
     COMMAND_CALL(WHOAMI, whoami),
     .says = "{who.name} ({who.login}), {who.role} at {who.business_name}"},
    {.words = "password",
     .summary = "Change your own password",
     .examples = {"password --old-file old.txt --new-file pass.txt",
                  "password --old-file pass.txt --new-file - <old.txt"},
     .programs = STAFF,
     .flags = CHANGES,
     COMMAND_CALL(PASSWORD_CHANGE, password_change),
     .needs = "old_password new_password",
     .says = "changed"},
};
const struct module_commands commands_session = {LIST, ARRAY_LEN(LIST), "this seat"};
