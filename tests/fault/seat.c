/* SPDX-License-Identifier: Apache-2.0 */
/* A seat under load that writes down everything it did and was told (history.h). It may be killed at any instant and started again with the
 * same files: what it sent without an answer it sends again under the same ids.
 *
 *   fault_seat SEAT-FILE direct|OUTBOX-FILE HISTORY STATUS WORLD staff|admin|partner SECONDS
 *
 * direct    vs_send, pipelined; some twice
 * OUTBOX    vs_outbox_append and the library's own draining; a kill takes unsynced writes back (powercut.h)
 * STATUS    a mapped file for who kills: unanswered requests (with an outbox: entries that wait), acknowledgements
 * SECONDS   for so long it makes new ones; then, or after SIGTERM, it asks until all is known, at most WIND_UP_S */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "tests/fault/history.h"
#include "tests/fault/message.h"
#include "tests/fault/mutation.h"
#include "tests/fault/powercut.h"
#include "vouchsafe/client.h"

enum { AT_ONCE = 28, OUTBOX_FULL = 200, AGAIN_US = 50000, WIND_UP_S = 60 };

struct status {
    uint32_t in_flight;
    uint64_t acknowledged;
};

static struct history history;
static struct status *status;
static volatile sig_atomic_t ending;
static int who;
static char done_by; /* the verb after which others may work on what an item gave */
static int64_t until;

static void on_term(int s) {
    (void)s;
    ending = 1;
}

static int64_t now_us(void) {
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static void note(char verb, struct item *it, const char *more) {
    history_note(&history, verb, it, more);
    if (verb == done_by) mutation_done(it);
}

static void on_history(char verb, struct item *it) {
    if (verb == 'S') mutation_begun(it);
    if (verb == done_by) mutation_done(it);
    if (verb == 'U') it->unsure = true;
}

static void unsure(struct item *it) {
    if (!it->unsure) note('U', it, "");
    it->unsure = true;
}

static struct item *make(void) {
    struct item *it = history_next(&history);
    if (it == NULL) return NULL;
    mutation_choose(it, who);
    note('S', it, "");
    return it;
}

static void settle(struct item *it, int s, const char *reason) {
    enum vs_retry what = vs_status_retry(s);
    if (it->settled) return;
    if (s == VS_UNKNOWN || s == VS_DEADLINE_EXCEEDED) unsure(it);
    if (what == VS_RETRY_LATER || what == VS_RETRY_LOGIN) {
        it->not_before = s == VS_UNKNOWN ? 0 : now_us() + AGAIN_US;
        return;
    }
    it->settled = true;
    note(what == VS_RETRY_DONE ? 'K' : 'R', it, what == VS_RETRY_DONE ? "" : reason);
    if (what != VS_RETRY_DONE) return;
    status->acknowledged++;
    mutation_known(it);
}

/* Those without a verdict. */
static struct item *next_open(size_t *i) {
    while (history.first_open < history.n && history.items[history.first_open].settled) history.first_open++;
    if (*i < history.first_open) *i = history.first_open;
    for (; *i < history.n; ++*i)
        if (!history.items[*i].settled) return &history.items[(*i)++];
    return NULL;
}

/* True once nothing new is made; from then on there is an end, whatever the server answers. */
static bool over(void) {
    if (ending == 1 || (ending == 0 && now_us() > until)) {
        ending = 2;
        until = now_us() + (int64_t)WIND_UP_S * 1000000;
    }
    return ending == 2;
}

static void wait_a_little(vs_client *c, int most) {
    struct pollfd p = {
        .fd = vs_fd(c),
        .events = (short)((vs_wants(c) & VS_WANT_READ ? POLLIN : 0) | (vs_wants(c) & VS_WANT_WRITE ? POLLOUT : 0))};
    int t = vs_timeout(c);
    (void)!poll(&p, p.fd >= 0, t >= 0 && t < most ? t : most);
}

/* --- without an outbox -------------------------------------------------------------------------------------------- */

static uint32_t under_way(void) {
    uint32_t n = 0;
    size_t i = 0;
    for (const struct item *it; (it = next_open(&i)) != NULL;) n += it->request != 0;
    return n;
}

static uint64_t send_item(vs_client *c, const struct item *it) {
    uint8_t body[MESSAGE_MAX];
    uint32_t method;
    bool change;
    size_t n = mutation_pack(it, body, &method, &change);
    return vs_send(c, method, change ? &it->id : NULL, (struct slice){body, n});
}

static void take_replies(vs_client *c) {
    struct vs_reply r;
    while (vs_next_reply(c, &r)) {
        size_t i = 0;
        for (struct item *it; (it = next_open(&i)) != NULL;)
            if (it->request == r.id || it->twin == r.id) {
                *(it->request == r.id ? &it->request : &it->twin) = 0;
                settle(it, r.status, r.reason);
                break;
            }
        vs_reply_free(&r);
    }
}

/* What waits for an answer is sent a second time now and then, at once or while it is in work: it is stored once all the same. */
static void send_more(vs_client *c) {
    uint32_t n = under_way();
    int64_t now = now_us();
    size_t i = 0, open = 0;
    for (struct item *it; (it = next_open(&i)) != NULL; open++) {
        if (it->request == 0 && now >= it->not_before && n < AT_ONCE)
            it->request = send_item(c, it), n++;
        else if (it->request != 0 && it->twin == 0 && rand() % 100 == 0)
            it->twin = send_item(c, it);
    }
    while (!over() && open++ < AT_ONCE) {
        struct item *it = make();
        if (it == NULL) break;
        it->request = send_item(c, it);
        if (rand() % 50 == 0) it->twin = send_item(c, it);
    }
}

static void run_direct(vs_client *c) {
    size_t i = 0;
    for (struct item *it; (it = next_open(&i)) != NULL;) unsure(it);
    for (;;) {
        vs_step(c);
        take_replies(c);
        if (vs_client_state(c) == VS_READY && vs_logged_in(c)) send_more(c);
        status->in_flight = under_way();
        if (over() && ((i = 0, next_open(&i) == NULL) || now_us() > until)) return;
        wait_a_little(c, 20);
    }
}

/* --- with one ------------------------------------------------------------------------------------------------------- */

/* The oldest first; those after one that waits can't have been sent. */
static void look_after(vs_outbox *o) {
    char why[700];
    size_t i = 0, waiting = 0;
    for (struct item *it; waiting < VS_PIPELINE && (it = next_open(&i)) != NULL;) {
        if (!it->saved) continue;
        int s = vs_outbox_state(o, &it->id, why, sizeof why);
        if (s == VS_OUTBOX_GONE) settle(it, VS_OK, "");
        if (s == VS_OUTBOX_REFUSED || s == VS_OUTBOX_HELD) settle(it, VS_FAILED_PRECONDITION, vs_outbox_state_name(s));
        waiting += s == VS_OUTBOX_WAITING;
    }
}

static void keep_more(vs_outbox *o) {
    uint8_t body[MESSAGE_MAX];
    uint32_t method;
    bool change;
    for (int i = 0; !over() && i < 8 && vs_outbox_waiting(o) < OUTBOX_FULL; i++) {
        struct item *it = make();
        size_t n = it == NULL ? 0 : mutation_pack(it, body, &method, &change);
        if (it == NULL || vs_outbox_append(o, &it->id, method, (struct slice){body, n}, it->nonce) != 0) return;
        it->saved = true;
        note('A', it, "");
    }
}

static void run_outbox(vs_outbox *o, vs_client *c) {
    size_t i = 0;
    for (struct item *it; (it = next_open(&i)) != NULL;)
        if (it->saved) unsure(it);
    for (;;) {
        keep_more(o);
        vs_step(c);
        int going = vs_outbox_step(o, c);
        look_after(o);
        int64_t waiting = vs_outbox_waiting(o);
        status->in_flight = waiting > 0 ? (uint32_t)waiting : 0;
        if (over() && (going == VS_DRAIN_EMPTY || now_us() > until)) break;
        wait_a_little(c, 20);
    }
    for (size_t n; n = history.first_open, look_after(o), history.first_open > n;)
        ;
}

static int run(const char *mode, const struct vs_seat *seat, vs_client *c) {
    char err[512];
    if (strcmp(mode, "direct") == 0) return run_direct(c), 0;
    int lost = powercut_strike(mode);
    if (lost != 0) fprintf(stderr, "%d writes were lost\n", lost);
    vs_outbox *o = lost < 0 || powercut_install() < 0 ? NULL : vs_outbox_open(mode, err, sizeof err);
    if (o == NULL) return fprintf(stderr, "%s\n", err), 1;
    vs_outbox_account(o, &seat->account);
    run_outbox(o, c);
    vs_outbox_close(o);
    return 0;
}

static int status_open(const char *path) {
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (fd < 0 || ftruncate(fd, sizeof *status) != 0) return -1;
    status = mmap(NULL, sizeof *status, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    close(fd);
    if (status == MAP_FAILED) return -1;
    status->in_flight = 0;
    return 0;
}

int main(int argc, char **argv) {
    char err[512] = "the files can't be opened";
    struct vs_seat seat;
    if (argc != 8) return 64;
    done_by = strcmp(argv[2], "direct") == 0 ? 'K'
                                             : 'A'; /* an outbox keeps the order: what is in it may be built upon */
    who = mutation_who(argv[6]);
    until = now_us() + (int64_t)atoi(argv[7]) * 1000000;
    signal(SIGTERM, on_term);
    srand((unsigned)getpid());
    vs_client *c = NULL;
    if (status_open(argv[4]) == 0 && mutation_world(argv[5]) > 0 && history_open(&history, argv[3], on_history) == 0 &&
        vs_seat_load(argv[1], &seat, err, sizeof err) == 0)
        c = vs_client_new(&seat, err, sizeof err);
    if (c == NULL) return fprintf(stderr, "%s\n", err), 1;
    int r = run(argv[2], &seat, c);
    status->in_flight = 0;
    vs_disconnect(c);
    vs_seat_free(&seat);
    free(history.items);
    return r;
}
