/* SPDX-License-Identifier: Apache-2.0 */
/* - happy path: the input lies whole in memory before the program starts, which reads it as a file; it leaves with 0
 * - it leaves with another number, or by a signal: told, with the first words of its standard error
 * - it takes too long: killed with all that it started (it leads a group of its own), told
 * - it can't be started: told at once, nothing runs
 * - we die: it has its whole input and ends as it likes; nobody hears how */
#include "server/core/program.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "vouchsafe/list.h"
#include "vouchsafe/text.h"

enum { ENVIRONMENT_MAX = 16, HANDLES = 3 };

struct run {
    struct list in_all;
    uv_process_t process;
    uv_timer_t timer;
    uv_pipe_t said_pipe;
    int open; /* handles that are not closed yet */
    bool too_long;
    int64_t status;
    int by_signal;
    char said[PROGRAM_SAID], chunk[256];
    size_t n_said;
    program_fn fn;
    void *arg;
};

static struct list all = {&all, &all};

static void describe(const struct run *r, char why[PROGRAM_SAID]) {
    char said[PROGRAM_SAID];
    text_printable(r->said, said, sizeof said, false);
    for (size_t n = strlen(said); n > 0 && said[n - 1] == ' ';) said[--n] = '\0';
    const char *colon = said[0] != '\0' ? ": " : "";
    why[0] = '\0';
    if (r->too_long)
        snprintf(why, PROGRAM_SAID, "it took too long%s%.140s", colon, said);
    else if (r->by_signal != 0)
        snprintf(why, PROGRAM_SAID, "it was ended by signal %d%s%.140s", r->by_signal, colon, said);
    else if (r->status != 0)
        snprintf(why, PROGRAM_SAID, "it left with %d%s%.140s", (int)r->status, colon, said);
}

static void on_closed(uv_handle_t *h) {
    struct run *r = h->data;
    char why[PROGRAM_SAID];
    if (--r->open > 0) return;
    program_fn fn = r->fn;
    void *arg = r->arg;
    describe(r, why);
    list_remove(&r->in_all);
    free(r);
    fn(arg, why);
}

static void close_all(struct run *r) {
    uv_close((uv_handle_t *)&r->process, on_closed);
    uv_close((uv_handle_t *)&r->timer, on_closed);
    uv_close((uv_handle_t *)&r->said_pipe, on_closed);
}

static void keep_said(struct run *r, const char *s, ssize_t n) {
    for (ssize_t i = 0; i < n && r->n_said < sizeof r->said - 1; i++) r->said[r->n_said++] = s[i];
}

/* What it said last may still lie in the pipe. */
static void on_exit_of(uv_process_t *p, int64_t status, int by_signal) {
    struct run *r = p->data;
    int fd = -1;
    if (uv_fileno((uv_handle_t *)&r->said_pipe, &fd) == 0) keep_said(r, r->chunk, read(fd, r->chunk, sizeof r->chunk));
    r->status = status;
    r->by_signal = by_signal;
    close_all(r);
}

static void on_too_long(uv_timer_t *t) {
    struct run *r = t->data;
    r->too_long = true;
    kill(-r->process.pid, SIGKILL); /* the exit follows */
}

static void on_room(uv_handle_t *h, size_t suggested, uv_buf_t *out) {
    struct run *r = h->data;
    (void)suggested;
    *out = uv_buf_init(r->chunk, sizeof r->chunk);
}

/* The first words are kept; the rest is read and dropped, so that it doesn't wait for us. */
static void on_said(uv_stream_t *s, ssize_t n, const uv_buf_t *chunk) {
    struct run *r = s->data;
    if (n < 0) uv_read_stop(s);
    keep_said(r, chunk->base, n);
}

/* A file in memory that holds the input, at its beginning; -1. */
static int input_file(const struct buf *input) {
    int fd = memfd_create("input", MFD_CLOEXEC);
    size_t done = 0;
    while (fd >= 0 && done < buf_len(input)) {
        ssize_t n = write(fd, buf_data(input) + done, buf_len(input) - done);
        if (n <= 0 && errno != EINTR) break;
        if (n > 0) done += (size_t)n;
    }
    if (fd >= 0 && (done < buf_len(input) || lseek(fd, 0, SEEK_SET) != 0)) {
        close(fd);
        fd = -1;
    }
    return fd;
}

static int spawn(struct run *r, uv_loop_t *loop, const char *path, int input, char *const *environment) {
    char *env[ENVIRONMENT_MAX] = {(char *)(uintptr_t) "PATH=/usr/local/bin:/usr/bin:/bin",
                                  (char *)(uintptr_t) "LC_ALL=C.UTF-8"};
    char *argv[] = {(char *)(uintptr_t)path, NULL};
    for (size_t i = 0; environment[i] != NULL; i++) {
        MUST(i + 3 < ARRAY_LEN(env));
        env[i + 2] = environment[i];
    }
    uv_stdio_container_t stdio[3] = {
        {.flags = UV_INHERIT_FD, .data.fd = input},
        {.flags = UV_IGNORE},
        {.flags = (uv_stdio_flags)(UV_CREATE_PIPE | UV_WRITABLE_PIPE), .data.stream = (uv_stream_t *)&r->said_pipe}};
    uv_process_options_t o = {.exit_cb = on_exit_of,
                              .file = path,
                              .args = argv,
                              .env = env,
                              .cwd = "/",
                              .flags = UV_PROCESS_DETACHED,
                              .stdio_count = ARRAY_LEN(stdio),
                              .stdio = stdio};
    return uv_spawn(loop, &r->process, &o);
}

/* What never ran is only closed. */
static void ignore_end(void *arg, const char *why) { (void)arg, (void)why; }

int program_run(uv_loop_t *loop, const char *path, const struct buf *input, char *const *environment, int timeout_ms,
                program_fn fn, void *arg, char why[PROGRAM_SAID]) {
    struct run *r = calloc(1, sizeof *r);
    int file = r == NULL ? -1 : input_file(input);
    if (file < 0) {
        snprintf(why, PROGRAM_SAID, "there is no memory to run it");
        free(r);
        return -1;
    }
    *r = (struct run){.open = HANDLES, .fn = fn, .arg = arg};
    uv_timer_init(loop, &r->timer);
    uv_pipe_init(loop, &r->said_pipe, 0);
    r->process.data = r->timer.data = r->said_pipe.data = r;
    list_push_back(&all, &r->in_all);
    int failed = spawn(r, loop, path, file, environment);
    close(file);
    if (failed != 0) {
        snprintf(why, PROGRAM_SAID, "%.120s can't be run: %s", path, uv_strerror(failed));
        r->process.pid = 0;
        r->fn = ignore_end;
        close_all(r);
        return -1;
    }
    (void)!uv_read_start((uv_stream_t *)&r->said_pipe, on_room, on_said);
    uv_timer_start(&r->timer, on_too_long, (uint64_t)timeout_ms, 0);
    return 0;
}

void program_end_all(void) {
    LIST_FOREACH(it, &all) {
        struct run *r = LIST_ENTRY(it, struct run, in_all);
        r->fn = ignore_end;
        if (r->process.pid > 0) kill(-r->process.pid, SIGKILL);
    }
}
