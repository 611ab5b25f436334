/* SPDX-License-Identifier: Apache-2.0 */
/* Commands about the root key and instances' certificates: files in, files out, no server and no database needed. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/commands.h"
#include "server/core/keys.h"
#include "server/core/state.h"

static int misused(const char *usage) {
    fprintf(stderr, "usage: vouchsafed %s\n", usage);
    return EXIT_USAGE;
}

/* The n-th word after the command's two, "-" without one; not an option. */
static const char *file_word(const struct invocation *in, int n) {
    const char *w = n + 2 < in->n_words ? in->words[n + 2] : "-";
    return strncmp(w, "--", 2) == 0 ? "-" : w;
}

static char *read_text(const char *path, struct invocation *in) {
    char *text = state_read_path(strcmp(path, "-") == 0 ? "/dev/stdin" : path);
    if (text == NULL)
        snprintf(in->err, sizeof in->err, "%s: %s", path, errno != 0 ? strerror(errno) : "it is empty or too long");
    return text;
}

static int write_text(const char *path, const char *text, struct invocation *in) {
    FILE *f = strcmp(path, "-") == 0 ? stdout : fopen(path, "we");
    bool ok = f != NULL && fputs(text, f) >= 0 && fflush(f) == 0;
    if (f != NULL && f != stdout && fclose(f) != 0) ok = false;
    if (!ok) snprintf(in->err, sizeof in->err, "%s: %s", path, strerror(errno));
    return ok ? 0 : -1;
}

int run_instance_request(struct invocation *in) {
    char *request = NULL;
    int status = keys_request(in->state, &request, in->err, sizeof in->err);
    if (status == 0) status = write_text(file_word(in, 0), request, in);
    free(request);
    return status == 0 ? 0 : command_fail(in->err, 1);
}

/* "90d", "12h", "30m", "20s"; a bare number is days. -1: not one, or over a root's life. */
static int64_t seconds_of(const char *text) {
    static const struct {
        char letter;
        int64_t seconds;
    } units[] = {{'\0', 86400}, {'d', 86400}, {'h', 3600}, {'m', 60}, {'s', 1}};
    char *end;
    errno = 0;
    long n = strtol(text, &end, 10);
    if (end == text || errno != 0 || n < 0 || n > 20 * 365 * 86400L) return -1;
    for (size_t i = 0; i < ARRAY_LEN(units); i++)
        if (*end == units[i].letter && (*end == '\0' || end[1] == '\0'))
            return n * units[i].seconds <= INT64_C(20) * 365 * 86400 ? n * units[i].seconds : -1;
    return -1;
}

int run_instance_certify(struct invocation *in) {
    const char *valid = command_option(in, "--valid", NULL);
    int64_t seconds = valid != NULL ? seconds_of(valid) : KEYS_SECONDS;
    if (in->n_words < 3 || seconds < 0) return misused(in->usage);
    char *request = read_text(file_word(in, 0), in), *chain = NULL;
    int status = request == NULL ? -1 : keys_certify(in->state, request, seconds, &chain, in->err, sizeof in->err);
    if (status == 0) status = write_text(file_word(in, 1), chain, in);
    free(request);
    free(chain);
    return status == 0 ? 0 : command_fail(in->err, 1);
}

int run_instance_install(struct invocation *in) {
    if (in->n_words != 3) return misused(in->usage);
    char *chain = read_text(file_word(in, 0), in);
    int status = chain == NULL ? -1 : keys_install(in->state, chain, in->err, sizeof in->err);
    free(chain);
    if (status < 0) return command_fail(in->err, 1);
    printf("installed; a running vouchsafed takes it at SIGHUP\n");
    return 0;
}

static int told(struct invocation *in, int status, const char *words) {
    if (status < 0) return command_fail(in->err, 1);
    printf("%s\n", words);
    return 0;
}

int run_root_create(struct invocation *in) {
    return told(in, keys_root_create(in->state, in->err, sizeof in->err),
                "made root.key: keep it off the network, and a copy of it; certify instances with it here");
}

int run_root_replace(struct invocation *in) {
    return told(in, keys_root_replace(in->state, in->err, sizeof in->err),
                "made a new root that the old one vouches for; now renew each instance's certificate.\n"
                "Seats learn the new root when they next connect. When all did: vouchsafed root retire.\n"
                "root.old.key is no longer needed; destroy it.");
}

int run_root_retire(struct invocation *in) {
    return told(in, keys_root_retire(in->state, in->err, sizeof in->err),
                "the old root is no longer vouched for; renew each instance's certificate once more");
}
