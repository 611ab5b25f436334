/* SPDX-License-Identifier: Apache-2.0 */
/* The company's seats, all at once: each has its own seat file, connection and outbox, and logs what it has to in bursts.
 *
 *   real_seats SEATS WORK ACKNOWLEDGED ADDRESSES [SERVER-PID]
 *
 * SEATS         a line a seat: login, seat file, outbox file, 1 if it goes off line on the way; tabs between
 * WORK          a line a thing: login, then as in work.h
 * ACKNOWLEDGED  made here: the ids of the touches that servers took, one a line
 * ADDRESSES     where they connect: of a line that breaks (proxy.c)
 * SERVER-PID    killed (SIGKILL) at a third of the work, while answers are due
 *
 * - a burst: entries are saved, then sent; the next one comes when all of it is acknowledged
 * - a connection that is lost is made anew at once: a seat that waits ever longer would only make the run longer
 * - off line: the seat drops its connection in the middle of a burst, saves until 20 touches wait, and comes back
 * Prints one JSON object: what was acknowledged, who was off line. Fails when something is refused, or nothing moves for two minutes. */
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tests/real/work.h"
#include "vouchsafe/v1/method.pb-c.h"

enum {
    SEATS_MAX = 512,
    BURST = 20,
    LATER = 12,
    LATER_BURST = 120,
    OFF_LINE = 20,
    STUCK_MS = 120000,
    IDLE_MS = 100,
    LINE = 40000
};
enum phase { ON_LINE, AWAY, FINISHED };

struct seat {
    char login[300];
    struct vs_seat file;
    vs_outbox *box;
    vs_client *client;
    struct work work;
    size_t saved; /* entries of the work that are in the outbox, or were */
    unsigned bursts;
    bool goes_away;   /* still to come */
    size_t away_from; /* saved when it went */
    enum phase phase;
    int64_t due; /* when its turn is, though nothing moved */
};

static struct seat seats[SEATS_MAX];
static size_t n_seats, total, saved, away_at_least = SIZE_MAX;
static unsigned went_away;
static const char *addresses;
static pid_t victim;
static int64_t moved;

static int64_t now_ms(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

_Noreturn static void fail(const char *who, const char *why) {
    fprintf(stderr, "real_seats: %s: %s\n", who, why);
    exit(1);
}

/* --- what they have to do ----------------------------------------------------------------------------------- */

static void seat_open(char *line) {
    char *f[4], err[600];
    line[strcspn(line, "\n")] = '\0';
    for (size_t i = 0; i < 4; i++)
        if ((f[i] = strsep(&line, "\t")) == NULL) fail("seats", "a line lacks a field");
    if (n_seats == SEATS_MAX) fail("seats", "too many");
    struct seat *s = &seats[n_seats++];
    snprintf(s->login, sizeof s->login, "%s", f[0]);
    if (vs_seat_load(f[1], &s->file, err, sizeof err) != 0) fail(f[1], "no such seat");
    if ((s->box = vs_outbox_open(f[2], err, sizeof err)) == NULL) fail(f[2], err);
    vs_outbox_account(s->box, &s->file.account);
    s->goes_away = f[3][0] == '1';
}

static void read_seats(const char *path) {
    char line[LINE];
    FILE *f = fopen(path, "r");
    if (f == NULL) fail(path, "can't be read");
    while (fgets(line, sizeof line, f) != NULL) seat_open(line);
    fclose(f);
}

static struct seat *seat_of(const char *login, struct seat *likely) {
    if (likely != NULL && strcmp(likely->login, login) == 0) return likely;
    for (size_t i = 0; i < n_seats; i++)
        if (strcmp(seats[i].login, login) == 0) return &seats[i];
    fail(login, "no such seat");
}

static void read_work(const char *path) {
    static char line[LINE];
    struct seat *s = NULL;
    FILE *f = fopen(path, "r");
    if (f == NULL) fail(path, "can't be read");
    while (fgets(line, sizeof line, f) != NULL) {
        char *rest = line, *login = strsep(&rest, "\t");
        s = seat_of(login, s);
        const char *why = rest == NULL ? "nothing to do" : work_add(&s->work, rest);
        if (why != NULL) fail(login, why);
    }
    fclose(f);
    for (size_t i = 0; i < n_seats; i++) total += seats[i].work.n;
}

/* --- one seat ------------------------------------------------------------------------------------------------- */

/* Half of them know the other server first. */
static void come_on_line(struct seat *s) {
    char err[600];
    const char *comma = strchr(addresses, ',');
    snprintf(s->file.addresses, sizeof s->file.addresses, "%s", addresses);
    if (comma != NULL && (s - seats) % 2 == 1)
        snprintf(s->file.addresses, sizeof s->file.addresses, "%s,%.*s", comma + 1, (int)(comma - addresses),
                 addresses);
    s->client = vs_client_new(&s->file, err, sizeof err);
    if (s->client == NULL) fail(s->login, err);
    s->phase = ON_LINE;
}

static void save(struct seat *s, size_t n) {
    if (n > s->work.n - s->saved) n = s->work.n - s->saved;
    if (vs_outbox_append_all(s->box, s->work.entries + s->saved, n) != 0) fail(s->login, vs_outbox_error(s->box));
    s->saved += n;
    saved += n;
    moved = now_ms();
}

/* All that was to be written has left, nothing came, and the outbox still waits. */
static bool answers_due(struct seat *s) {
    if (vs_step(s->client) != VS_READY || vs_outbox_step(s->box, s->client) != VS_DRAIN_GOING) return false;
    struct pollfd p = {.fd = vs_fd(s->client), .events = POLLIN};
    return !(vs_wants(s->client) & VS_WANT_WRITE) && poll(&p, 1, 0) == 0;
}

static void go_away(struct seat *s) {
    vs_disconnect(s->client);
    s->client = NULL;
    s->phase = AWAY;
    s->goes_away = false;
    s->away_from = s->saved;
    went_away++;
}

static size_t touches(const struct seat *s, size_t from, size_t until) {
    size_t n = 0;
    for (size_t i = from; i < until; i++) n += s->work.entries[i].method == VOUCHSAFE__V1__METHOD__TOUCH_LOG;
    return n;
}

/* Each entry saved for itself, as people log. */
static void turn_away(struct seat *s) {
    size_t queued = touches(s, s->away_from, s->saved);
    if (queued < OFF_LINE && s->saved < s->work.n) {
        save(s, 1);
        return;
    }
    if (queued < away_at_least) away_at_least = queued;
    come_on_line(s);
}

static void kill_server(void) {
    if (victim == 0 || saved < total / 3) return;
    if (kill(victim, SIGKILL) != 0) fail("the server", "can't be killed");
    fprintf(stderr, "# a server is killed, %zu of %zu entries saved\n", saved, total);
    victim = 0;
}

/* Nothing waits: the next burst, or the end. */
static void next_burst(struct seat *s) {
    if (s->saved == s->work.n) {
        vs_disconnect(s->client);
        s->client = NULL;
        s->phase = FINISHED;
        return;
    }
    if (vs_client_state(s->client) != VS_READY) return;
    save(s, 1 + (size_t)rand() % (s->bursts++ < LATER ? BURST : LATER_BURST));
}

static void turn_on_line(struct seat *s) {
    if (vs_step(s->client) == VS_WAITING) vs_hurry(s->client);
    int r = vs_outbox_step(s->box, s->client);
    if (r == VS_DRAIN_FAILED) fail(s->login, vs_outbox_error(s->box));
    if (r == VS_DRAIN_EMPTY) next_burst(s);
    if (s->phase != ON_LINE) return;
    bool leaves = s->goes_away && s->bursts >= 3, kills = victim != 0 && saved >= total / 3;
    if ((leaves || kills) && answers_due(s)) {
        kill_server();
        if (leaves) {
            go_away(s);
            return;
        }
    }
    int wait = vs_timeout(s->client);
    s->due = r == VS_DRAIN_EMPTY ? 0 : now_ms() + (wait >= 0 && wait < IDLE_MS ? wait : IDLE_MS);
}

/* --- all of them ---------------------------------------------------------------------------------------------- */

static short wanted(const struct seat *s) {
    int w = s->client != NULL ? vs_wants(s->client) : 0;
    return (short)((w & VS_WANT_READ ? POLLIN : 0) | (w & VS_WANT_WRITE ? POLLOUT : 0));
}

/* One round; answers how many seats still work. */
static size_t round_of_turns(void) {
    static struct pollfd fds[SEATS_MAX];
    int64_t now = now_ms(), next = now + IDLE_MS;
    size_t working = 0;
    for (size_t i = 0; i < n_seats; i++) {
        const struct seat *s = &seats[i];
        fds[i] = (struct pollfd){.fd = s->client != NULL ? vs_fd(s->client) : -1, .events = wanted(s)};
        int64_t due = s->phase == AWAY ? now : s->due;
        if (s->phase != FINISHED && due < next) next = due;
    }
    (void)!poll(fds, n_seats, next > now ? (int)(next - now) : 0);
    now = now_ms();
    for (size_t i = 0; i < n_seats; i++) {
        struct seat *s = &seats[i];
        if (s->phase == AWAY)
            turn_away(s);
        else if (s->phase == ON_LINE && (fds[i].revents != 0 || now >= s->due))
            turn_on_line(s);
        working += s->phase != FINISHED;
    }
    return working;
}

static void run_all(void) {
    for (size_t i = 0; i < n_seats; i++) come_on_line(&seats[i]);
    moved = now_ms();
    for (int64_t told = moved; round_of_turns() > 0;) {
        if (now_ms() - told > 5000) {
            told = now_ms();
            fprintf(stderr, "# %zu of %zu entries saved\n", saved, total);
        }
        for (size_t i = 0; now_ms() - moved > STUCK_MS && i < n_seats; i++)
            if (seats[i].phase != FINISHED)
                fail(seats[i].login, seats[i].client != NULL ? vs_why(seats[i].client) : "away");
    }
}

/* What left the outbox is stored; anything else is said by name. */
static size_t acknowledged(FILE *out, size_t *all) {
    size_t n = 0;
    char reason[700], text[ID_TEXT];
    for (size_t i = 0; i < n_seats; i++)
        for (size_t k = 0; k < seats[i].work.n; k++) {
            const struct vs_entry *e = &seats[i].work.entries[k];
            int state = vs_outbox_state(seats[i].box, &e->id, reason, sizeof reason);
            id_format(&e->id, text);
            bool touch = e->method == VOUCHSAFE__V1__METHOD__TOUCH_LOG;
            if (state != VS_OUTBOX_GONE)
                fprintf(stderr, "%s: %s %s: %s\n", seats[i].login, text, vs_outbox_state_name(state), reason);
            *all += state == VS_OUTBOX_GONE;
            if (state != VS_OUTBOX_GONE || !touch) continue;
            fprintf(out, "%s\n", text);
            n++;
        }
    return n;
}

int main(int argc, char **argv) {
    if (argc != 5 && argc != 6) fail("usage", "real_seats SEATS WORK ACKNOWLEDGED ADDRESSES [SERVER-PID]");
    addresses = argv[4];
    victim = argc == 6 ? (pid_t)atol(argv[5]) : 0;
    read_seats(argv[1]);
    read_work(argv[2]);
    run_all();
    FILE *out = fopen(argv[3], "w");
    if (out == NULL) fail(argv[3], "can't be written");
    size_t all = 0, n = acknowledged(out, &all);
    if (fclose(out) != 0) fail(argv[3], "can't be written");
    printf("{\"seats\": %zu, \"entries\": %zu, \"taken\": %zu, \"touches_acknowledged\": %zu, \"off_line\": %u, "
           "\"queued_at_least\": %zu, \"killed\": %s}\n",
           n_seats, total, all, n, went_away, went_away > 0 ? away_at_least : 0,
           argc == 6 && victim == 0 ? "true" : "false");
    for (size_t i = 0; i < n_seats; i++) {
        vs_outbox_close(seats[i].box);
        vs_seat_free(&seats[i].file);
        work_free(&seats[i].work);
    }
    return all == total ? 0 : 1;
}
