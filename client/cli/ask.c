/* SPDX-License-Identifier: Apache-2.0 */
/* Questions to a person: on standard error, answered on standard input, only where both are a terminal. */
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>
#include "client/cli/cli.h"

bool cli_asks(const struct cli *c) {
    return !c->globals.no_input && !c->globals.json && isatty(STDIN_FILENO) && isatty(STDERR_FILENO);
}

char *cli_ask(struct cli *c, const char *question, bool hidden) {
    struct termios before, quiet;
    char text[1024];
    if (!cli_asks(c)) return NULL;
    bool muted = hidden && !tcgetattr(STDIN_FILENO, &before);
    if (muted) {
        quiet = before;
        quiet.c_lflag &= ~(tcflag_t)ECHO;
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
    }
    fputs(question, stderr);
    fflush(stderr);
    clearerr(stdin);
    char *s = fgets(text, sizeof text, stdin);
    if (muted) {
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
        fputc('\n', stderr);
    }
    if (s) text[strcspn(text, "\r\n")] = 0;
    char *answer = s && text[0] ? arena_strndup(&c->mem, text, strlen(text)) : NULL;
    explicit_bzero(text, sizeof text);
    return answer;
}
