/* SPDX-License-Identifier: Apache-2.0 */
/* Errors: one sentence on standard error, or with --json {"error", "status", "reason", "field"}; the exit code says the kind (sysexits). */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include "client/cli/cli.h"
#include "vouchsafe/text.h"

/* What an error of the program's own is called in JSON. */
static const struct {
    int code;
    const char *status, *reason;
} KINDS[] = {
    {EX_USAGE, "INVALID_ARGUMENT", "USAGE"},     {EX_DATAERR, "INVALID_ARGUMENT", "DATA"},
    {EX_NOINPUT, "NOT_FOUND", "FILE"},           {EX_UNAVAILABLE, "UNAVAILABLE", "LINE"},
    {EX_NOPERM, "UNAUTHENTICATED", "LOGIN"},     {EX_IOERR, "INTERNAL", "FILE"},
    {EX_CONFIG, "FAILED_PRECONDITION", "SETUP"}, {EX_PROTOCOL, "UNKNOWN", "PROTOCOL"},
    {EX_SAVED, "UNAVAILABLE", "SAVED"},
};

static int tell(struct cli *c, int code, const char *status, const char *reason, const char *field, const char *text) {
    char clean[2000];
    if (c->aside) {
        snprintf(c->aside, c->aside_size, "%s", text);
        return code;
    }
    if (c->failed) return code; /* the first one is the cause */
    c->failed = true;
    text_printable(text, clean, sizeof clean, false);
    fflush(stdout);
    if (!c->globals.json) {
        fprintf(stderr, "%s: %s%s%s\n", c->program, field, *field ? ": " : "", clean);
        return code;
    }
    struct json *j = &c->error;
    if (!buf_len(&j->b)) json_open(j, '{');
    json_member(j, "error", clean);
    json_member(j, "status", status);
    if (*reason) json_member(j, "reason", reason);
    if (*field) json_member(j, "field", field);
    json_close(j, '}');
    return code;
}

int cli_fail(struct cli *c, int code, const char *fmt, ...) {
    char text[2000];
    va_list v;
    va_start(v, fmt);
    vsnprintf(text, sizeof text, fmt, v);
    va_end(v);
    for (size_t i = 0; i < ARRAY_LEN(KINDS); i++)
        if (KINDS[i].code == code) return tell(c, code, KINDS[i].status, KINDS[i].reason, "", text);
    return tell(c, code, "INTERNAL", "", "", text);
}

int cli_refused(struct cli *c, const struct vs_reply *r) {
    int code = r->status == VS_PERMISSION_DENIED || r->status == VS_UNAUTHENTICATED ? EX_NOPERM
               : r->status == VS_OK                                                 ? EX_PROTOCOL
               : vs_status_retry(r->status) == VS_RETRY_LATER                       ? EX_UNAVAILABLE
                                                                                    : EX_DATAERR;
    const char *words = r->message[0]        ? r->message
                        : r->status == VS_OK ? "the answer can't be read"
                                             : vs_status_words(r->status);
    return tell(c, code, vs_status_name(r->status), r->reason, r->field, words);
}
