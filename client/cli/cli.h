/* SPDX-License-Identifier: Apache-2.0 */
/* One run of one command: what its code works with. */
#ifndef CLIENT_CLI_CLI_H
#define CLIENT_CLI_CLI_H

#include "client/cli/args.h"
#include "client/cli/out.h"
#include "vouchsafe/client.h"

enum { EX_SAVED = 75 }; /* EX_TEMPFAIL: on disk here, sent when the line is back */

struct cli {
    const char *program; /* "vouchsafe-sales" */
    int seat_kind;       /* SALES, SERVICE, ... */
    struct arena mem;
    struct globals globals;
    struct args args;
    struct out out;
    bool failed;       /* an error was told; with --json it is what is printed */
    struct json error; /* its object; cli_fail adds to members that stand there and closes it */

    struct buf calendar; /* with --ics */
    size_t calendar_entries;

    char *aside; /* where errors go instead, while a command tries what may fail (log: bad lines) */
    size_t aside_size;

    /* the line (line.c) */
    char home[4000], seat_path[4100];
    bool seat_loaded;
    struct vs_seat seat;
    vs_outbox *outbox;
    vs_client *client;
    struct vs_reply reply;
    char err[512];
};

/* Runs the command in c->args: its request filled, called, and the reply printed. Answers the exit code. */
int cli_main(int argc, char **argv, const char *program);
int cli_run(struct cli *c);
/* Copies the reply's next_page_token into the request; false after the last page. */
bool cli_next_page(struct cli *c, ProtobufCMessage *request);

/* --- errors: told once, as words or as JSON; both answer the exit code (sysexits) ---------------------------------- */
int cli_fail(struct cli *c, int code, const char *fmt, ...) PRINTF_LIKE(3, 4);
/* What the server refused, or that it could not be asked. */
int cli_refused(struct cli *c, const struct vs_reply *r);
/* May a person be asked? */
bool cli_asks(const struct cli *c);
/* Asks on standard error, reads a line; hidden: without echo. Arena memory; NULL: nothing was answered. */
char *cli_ask(struct cli *c, const char *question, bool hidden);

/* --- line.c: the seat's file, its outbox, the connection. 0, or an exit code after cli_fail --------------------------- */
int line_home(struct cli *c) MUST_CHECK;
int line_seat(struct cli *c) MUST_CHECK;
int line_outbox(struct cli *c) MUST_CHECK;
int line_open(struct cli *c) MUST_CHECK;
/* As line_open, but without a line it goes on: c->client is NULL then. */
int line_try(struct cli *c) MUST_CHECK;
void line_close(struct cli *c);
/* A change under this id: sent for the first time, or to hear again what became of it. */
int line_call_as(struct cli *c, uint32_t method, const struct id *change, const ProtobufCMessage *q,
                 const ProtobufCMessageDescriptor *reply) MUST_CHECK;
/* The reply in c->reply; contacts in it are kept for off-line use. A mutation whose answer was lost is sent again with the same id. */
int line_call(struct cli *c, uint32_t method, bool change, const ProtobufCMessage *q,
              const ProtobufCMessageDescriptor *reply) MUST_CHECK;

/* --- resolve.c: who is meant -------------------------------------------------------------------------------------------- */
struct who {
    struct id id;
    uint64_t number;
    char name[300];
};
/* By number (C12), exact name, e-mail or phone; several or only similar ones: a numbered pick, or for a script an error with the
 * candidates. Off line from the directory of contacts seen. */
int resolve_contact(struct cli *c, const char *query, struct who *out) MUST_CHECK;
/* All of c->args.refs into their fields. */
int resolve_refs(struct cli *c) MUST_CHECK;
/* "C12" with the letter 'C': 12; else 0. */
uint64_t number_of(const char *query, char letter);
int resolve_partner(struct cli *c, const char *query, struct who *out) MUST_CHECK;

#endif
